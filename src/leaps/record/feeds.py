"""The changes of the record as Atom."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from leaps.record import queries
from leaps.record.models import ChangeSet
from leaps.record.registry import UnknownKind
from leaps.record.specs import plain_text

ENTRIES = 50


class ChangesFeed(Feed[ChangeSet, dict[str, str]]):
    """The newest changes; `?facility=`, `?kind=` and `&key=` narrow it down."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> dict[str, str]:
        """What the reader asks for."""
        return {name: plain_text(request.GET.get(name, ""), 120) for name in ("facility", "kind", "key")}

    def title(self, obj: dict[str, str]) -> str:
        """The name of the feed."""
        about = obj["facility"] or obj["key"] or obj["kind"]
        return _("LEAPS Commons: changes of %(about)s") % {"about": about} if about else _("LEAPS Commons: changes of the record")

    def link(self, _obj: dict[str, str]) -> str:
        """The page the feed belongs to."""
        return settings.BASE_URL + reverse("record:changes")

    def items(self, obj: dict[str, str]) -> list[ChangeSet]:
        """The newest sets of changes."""
        try:
            return queries.with_summaries(queries.changes_matching(**obj)[:ENTRIES])
        except UnknownKind:
            return []

    def item_title(self, item: ChangeSet) -> str:
        """What happened."""
        return str(getattr(item, "summary", item))

    def item_description(self, item: ChangeSet) -> str:
        """Why."""
        return item.reason

    def item_link(self, item: ChangeSet) -> str:
        """Where it is shown field by field."""
        return settings.BASE_URL + reverse("record:changeset", args=[item.revision])

    def item_guid(self, item: ChangeSet) -> str:
        """A stable identity."""
        return self.item_link(item)

    def item_pubdate(self, item: ChangeSet) -> dt.datetime:
        """When."""
        return item.at

    def item_updateddate(self, item: ChangeSet) -> dt.datetime:
        """A set of changes never changes."""
        return item.at

    def item_author_name(self, item: ChangeSet) -> str:
        """Who."""
        return item.actor_label
