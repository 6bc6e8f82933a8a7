"""Every public page for search engines, with the day it last changed."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from leaps.catalogue.queries import PARTNERSHIPS
from leaps.outreach import queries
from leaps.record import queries as record_queries
from leaps.record import registry

# Pages whose content is the record's own; the others change with releases.
OF_THE_RECORD = ("home", "catalogue:finder", "catalogue:facilities", "catalogue:techniques", "catalogue:timeline",
                 "catalogue:organisations", "roadmaps:technologies", "roadmaps:targets", "roadmaps:milestones", "roadmaps:roadmaps", "roadmaps:supply", "roadmaps:forecasts", "roadmaps:actions", "landscape:figures", "landscape:brilliance", "landscape:sheets", "landscape:challenges", "record:changes", "outreach:data")  # fmt: skip
OF_THE_RELEASE = ("outreach:about", "outreach:accessibility", "outreach:privacy", "outreach:glossary")

Entry = tuple[str, dt.datetime | None]


class _Pages(Sitemap[Entry]):
    """Addresses with their last change, on the address the installation is known by."""

    def get_domain(self, site: Any = None) -> str:  # noqa: ARG002  Django's signature
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002  Django's signature
        return urlsplit(settings.BASE_URL).scheme

    def location(self, item: Entry) -> str:
        """The path of a page."""
        return item[0]

    def lastmod(self, item: Entry) -> dt.datetime | None:
        """When its content last changed."""
        return item[1]


class ObjectPages(_Pages):
    """One page for each object of a kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def items(self) -> list[Entry]:
        """Every object that has a page."""
        return [entry for entry in queries.changed_at(self.kind) if entry[0]]


class SitePages(_Pages):
    """The pages that are no object."""

    def items(self) -> list[Entry]:
        """Lists and partnerships change with the record; texts with releases, whose day is not known here."""
        latest = record_queries.changesets().first()
        at = latest.at if latest else None
        pages: list[Entry] = [(reverse(name), at) for name in OF_THE_RECORD]
        pages += [(reverse("catalogue:partnership", args=[slug]), at) for slug in PARTNERSHIPS]
        return pages + [(reverse(name), None) for name in OF_THE_RELEASE]


def sections() -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    """The parts of the sitemap by name."""
    objects = {record_type.table: ObjectPages(record_type.kind) for record_type in registry.all_types() if record_type.page}
    return {"pages": SitePages(), **objects}
