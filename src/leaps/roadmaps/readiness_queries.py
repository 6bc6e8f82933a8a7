"""Who needs, has and develops a technology, and how ready it is, as far as somebody has stated it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from leaps.record.types import Provenance
from leaps.roadmaps import dates, readiness
from leaps.roadmaps.models import RoadmapItem, TechnologyReadiness
from leaps.roadmaps.roadmap_queries import roadmaps
from leaps.roadmaps.technology_queries import is_evidenced
from leaps.roadmaps.types import SYNTHETIC, TechnologyRole


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said of a technology. The level is a claim; `is_evidenced` tells whether something shows it."""

    slug: str
    technology: str
    technology_name: str
    role: str
    facility: str
    organisation: str
    who: str
    who_url: str
    trl: int | None
    on: str
    note: str
    provenance: Provenance

    @property
    def role_words(self) -> str:
        """Needs it, has it or develops it."""
        return str(TechnologyRole(self.role).label)

    @property
    def on_words(self) -> str:
        """When it was so, for people."""
        return dates.words(self.on)

    @property
    def is_evidenced(self) -> bool:
        """Whether an address or somebody's word for the facility shows it; else its mark stays hollow."""
        return is_evidenced(self.provenance)

    @property
    def is_synthetic(self) -> bool:
        """Whether a trial made it up."""
        return self.slug.startswith(SYNTHETIC)


def statements(**filters: object) -> list[Statement]:
    """Statements by role, who and day. One query."""
    rows = TechnologyReadiness.objects.select_related("technology", "facility", "organisation").filter(**filters)
    order = {role.value: place for place, role in enumerate(TechnologyRole)}
    return sorted((_statement(row) for row in rows), key=lambda one: (order[one.role], one.who.casefold(), one.on, one.slug))


def _statement(row: TechnologyReadiness) -> Statement:
    if row.facility is not None:
        who, url = row.facility.short_name, reverse("catalogue:facility", args=[row.facility.slug])
    else:
        assert row.organisation is not None  # noqa: S101  the database holds one of the two
        who, url = row.organisation.name, reverse("catalogue:organisation", args=[row.organisation.slug])
    told = Provenance.of(row.provenance.get("role" if row.trl is None else "trl"))
    return Statement(
        row.slug, row.technology.slug, row.technology.name, row.role, row.facility.slug if row.facility else "",
        row.organisation.slug if row.organisation else "", who, url, row.trl, row.stated_on, row.note or "", told,
    )  # fmt: skip


def standing_of(rows: Sequence[Statement]) -> readiness.Standing:
    """The highest level claimed, and how far evidence carries it."""
    return readiness.standing(readiness.Claim(row.trl, row.facility, row.is_evidenced) for row in rows if row.trl is not None)


def items_of(viewer: object, technology: str) -> list[RoadmapItem]:
    """Items of roadmaps that the viewer may see and that name the technology."""
    found = RoadmapItem.objects.filter(removed_at__isnull=True, technology__slug=technology, roadmap__in=roadmaps(viewer).values("pk"))
    return list(found.select_related("roadmap", "facility").order_by("roadmap__title", "title", "pk"))
