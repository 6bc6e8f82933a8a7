"""Milestones for pages, files and calendars; late ones are found by their date and today, not by a typed word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leaps.catalogue.models import Upgrade
from leaps.record.types import Confidence, Provenance
from leaps.roadmaps import dates
from leaps.roadmaps.models import Milestone, MilestoneDependency
from leaps.roadmaps.types import MilestoneStatus

LATE, AHEAD, UNDATED, DONE = "late", "ahead", "undated", "done"


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone with the names around it. `depends_on` are keys; `standing` is late, ahead, undated or done."""

    slug: str
    title: str
    technology: str
    technology_name: str
    area: str
    facility: str
    facility_name: str
    owner: str
    owner_name: str
    upgrade: str
    upgrade_name: str
    due: str
    status: str
    note: str
    depends_on: tuple[str, ...]
    standing: str
    provenance: Provenance

    @property
    def first(self) -> dt.date | None:
        """The first day the date can mean."""
        return dates.span(self.due)[0] if self.due else None

    @property
    def last(self) -> dt.date | None:
        """The last day the date can mean."""
        return dates.span(self.due)[1] if self.due else None

    @property
    def due_words(self) -> str:
        """The date for people, empty when none is public."""
        return dates.words(self.due) if self.due else ""

    @property
    def who(self) -> str:
        """Who answers for it."""
        return self.facility_name or self.owner_name

    @property
    def status_words(self) -> str:
        """The status in words."""
        return str(MilestoneStatus(self.status).label)

    @property
    def is_done(self) -> bool:
        """Whether it has happened."""
        return self.status == MilestoneStatus.DONE

    @property
    def is_late(self) -> bool:
        """Whether its last day is over and it has not happened."""
        return self.standing == LATE

    @property
    def is_unverified(self) -> bool:
        """Whether its date was read in no source."""
        return self.provenance.confidence == Confidence.KNOWN


def milestones(today: dt.date) -> list[MilestoneRow]:
    """Every milestone: late ones first, then those ahead by date, those without a date, and what is done, latest first.

    Two queries.
    """
    before: dict[int, list[str]] = defaultdict(list)
    for after, first in MilestoneDependency.objects.order_by("source", "position").values_list("source_id", "target__slug"):
        before[after].append(first)
    rows = Milestone.objects.select_related("technology", "facility", "owner", "upgrade")
    found = [_row(row, tuple(before[row.pk]), today) for row in rows]
    return in_order(found)


def in_order(found: Iterable[MilestoneRow]) -> list[MilestoneRow]:
    """Late first, done last."""
    order = (LATE, AHEAD, UNDATED, DONE)
    parts = {name: [row for row in found if row.standing == name] for name in order}
    for name, rows in parts.items():
        rows.sort(key=lambda row: (row.last or dt.date.max, row.slug), reverse=name == DONE)
    return [row for name in order for row in parts[name]]


def _row(row: Milestone, before: tuple[str, ...], today: dt.date) -> MilestoneRow:
    due = row.due or ""
    if row.status == MilestoneStatus.DONE:
        standing = DONE
    elif not due:
        standing = UNDATED
    else:
        standing = LATE if dates.span(due)[1] < today else AHEAD
    return MilestoneRow(
        row.slug, row.title, row.technology.slug if row.technology else "", row.technology.name if row.technology else "",
        row.technology.area if row.technology else "",
        row.facility.slug if row.facility else "", row.facility.short_name if row.facility else "",
        row.owner.slug if row.owner else "", row.owner.name if row.owner else "",
        row.upgrade.slug if row.upgrade else "", row.upgrade.project if row.upgrade else "",
        due, row.status, row.note or "", before, standing, Provenance.of(row.provenance.get("due") or row.provenance.get("title")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a filter."""

    key: str
    words: str


def choices(found: Sequence[MilestoneRow]) -> dict[str, list[Choice]]:
    """What milestones can be filtered by: facilities, owners and technologies that occur."""
    wanted = {"facility": "facility_name", "owner": "owner_name", "technology": "technology_name"}
    told = {
        name: {getattr(row, name): getattr(row, label) for row in found if getattr(row, name)} for name, label in wanted.items()
    }
    return {
        name: sorted((Choice(key, words) for key, words in pairs.items()), key=lambda one: one.words.casefold())
        for name, pairs in told.items()
    }


def filtered(found: Sequence[MilestoneRow], chosen: dict[str, str]) -> list[MilestoneRow]:
    """Those that fit every filter that is set."""
    return [row for row in found if all(not value or getattr(row, name) == value for name, value in chosen.items())]


def upgrades() -> list[Upgrade]:
    """Every upgrade with its facility, by the beginning of its dark period. One query."""
    rows = Upgrade.objects.select_related("facility").defer("facility__provenance")
    return sorted(rows, key=lambda one: (one.dark_start or dt.date.max, one.project))
