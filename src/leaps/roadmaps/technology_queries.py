"""Technologies and their targets for pages and files, each list read with a constant number of queries.

Progress is computed here, never typed. A value counts as reached only where the record tells one: a measurement of the
target, or, for an emittance, the value of the source that an upgrade has brought into operation.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from leaps.catalogue.models import PhotonSource, Upgrade
from leaps.optimise import progress as progress_of
from leaps.optimise.errors import Unusable
from leaps.record.types import Confidence, Provenance
from leaps.roadmaps.models import Technology, TechnologyTarget
from leaps.roadmaps.presence import facilities_with
from leaps.roadmaps.types import Area, Nature

EMITTANCE = ("horizontal emittance", "pm rad")
AS_GOOD_AS = 0.005  # what rounds to the whole way counts as the whole way


@dataclass(frozen=True, slots=True)
class TechnologyRow:
    """A technology in a list, with how much the record knows of it."""

    slug: str
    name: str
    area: str
    description: str
    targets: int
    milestones: int
    provenance: Provenance

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has read it in a source."""
        return self.provenance.confidence == Confidence.KNOWN

    @property
    def area_words(self) -> str:
        """The area as people call it."""
        return str(Area(self.area).label)


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that was reached, the year it is of, where it stands in the record, and what it rests on."""

    value: float
    year: int | None
    provenance: Provenance
    source: str = ""
    source_name: str = ""

    @property
    def is_evidenced(self) -> bool:
        """Whether it was read in a source or confirmed; else it is a claim, and its mark stays hollow."""
        return self.provenance.confidence != Confidence.KNOWN and bool(
            self.provenance.source_url or self.provenance.vouched_by
        )


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the words people see and how far it is reached. `share` None: nothing to compute it from."""

    slug: str
    technology: str
    technology_name: str
    area: str
    facility: str
    facility_name: str
    upgrade: str
    upgrade_name: str
    metric: str
    unit: str
    nature: str
    baseline_year: int | None
    baseline_value: float | None
    goal_year: int | None
    goal_value: float | None
    note: str
    measured: Measured | None
    share: float | None
    is_logarithmic: bool
    status: str
    provenance: Mapping[str, Provenance] = field(hash=False, compare=False, default_factory=dict)

    def source_of(self, name: str) -> Provenance:
        """Where one of its values comes from."""
        return self.provenance.get(name, Provenance())

    @property
    def confidence(self) -> str:
        """The weakest standing of its numbers."""
        order = (Confidence.KNOWN.value, Confidence.SOURCED.value, Confidence.CONFIRMED.value)
        used = [n for n in ("baseline_value", "goal_value") if n in self.provenance]
        return min((self.source_of(n).confidence for n in used), key=order.index, default=Confidence.KNOWN.value)

    @property
    def is_unverified(self) -> bool:
        """Whether one of its numbers was read in no source."""
        return self.confidence == Confidence.KNOWN

    @property
    def source_url(self) -> str:
        """The address its goal, else its baseline, was read at."""
        return (self.source_of("goal_value").source_url or self.source_of("baseline_value").source_url)

    @property
    def is_goal(self) -> bool:
        """Whether somebody aims at it; a forecast of load is no goal."""
        return self.nature == Nature.GOAL

    @property
    def is_reached(self) -> bool:
        """Whether the record tells a value as good as the goal."""
        return self.share is not None and self.share >= 1 - AS_GOOD_AS

    def is_silent(self, today: dt.date) -> bool:
        """Whether the year of the goal is over and no measurement is on record."""
        return self.measured is None and self.goal_year is not None and self.goal_year < today.year

    @property
    def about(self) -> str:
        """Whose target it is."""
        return self.facility_name or self.technology_name


@dataclass(frozen=True, slots=True)
class AreaSection:
    """An area with its technologies."""

    area: str
    title: str
    technologies: tuple[TechnologyRow, ...]


def technologies(text: str = "") -> list[TechnologyRow]:
    """Every technology, by area and name; only those that hold all words of a text, if one is given."""
    rows = Technology.objects.annotate(
        target_count=Count("targets", distinct=True), milestone_count=Count("milestones", distinct=True)
    ).order_by("name")
    order = {area.value: place for place, area in enumerate(Area)}
    found = [
        TechnologyRow(
            row.slug, row.name, row.area, row.description, row.target_count, row.milestone_count,
            Provenance.of(row.provenance.get("description")),
        )
        for row in rows
    ]  # fmt: skip
    wanted = text.casefold().split()
    if wanted:
        found = [row for row in found if _holds(row, wanted)]
    return sorted(found, key=lambda row: order[row.area])


def _holds(row: TechnologyRow, words: Iterable[str]) -> bool:
    everything = f"{row.name} {row.description} {row.area_words} {row.slug} {row.area}".casefold()
    return all(word in everything for word in words)


def sections(found: Sequence[TechnologyRow]) -> list[AreaSection]:
    """Technologies under the heading of their area, in the order of the areas."""
    by_area: dict[str, list[TechnologyRow]] = defaultdict(list)
    for row in found:
        by_area[row.area].append(row)
    return [AreaSection(area.value, str(area.label), tuple(by_area[area.value])) for area in Area if by_area[area.value]]


def targets(today: dt.date, **filters: object) -> list[TargetRow]:
    """Targets with their progress, by technology, metric and facility. Two queries."""
    rows = TechnologyTarget.objects.select_related("technology", "facility", "upgrade").filter(**filters)
    brought = _running_sources()
    found = [_target(row, brought, today) for row in rows]
    return sorted(found, key=lambda row: (row.technology_name.casefold(), row.metric, row.about.casefold(), row.slug))


def _running_sources() -> dict[int, Measured]:
    """The emittance of each source that an upgrade has brought into operation, by upgrade."""
    upgrades = Upgrade.objects.filter(
        new_source__status=PhotonSource.Status.OPERATING, new_source__horizontal_emittance_pm_rad__isnull=False
    ).select_related("new_source")
    found = {}
    for upgrade in upgrades:
        source = upgrade.new_source
        if source is None or source.horizontal_emittance_pm_rad is None:
            continue
        told = Provenance.of(source.provenance.get("horizontal_emittance_pm_rad"))
        year = int(told.as_of[:4]) if told.as_of else None
        found[upgrade.pk] = Measured(source.horizontal_emittance_pm_rad, year, told, source.slug, source.name)
    return found


def _target(row: TechnologyTarget, brought: Mapping[int, Measured], today: dt.date) -> TargetRow:
    sources = {name: Provenance.of(told) for name, told in row.provenance.items()}
    measured = None
    if row.measured_value is not None:
        measured = Measured(row.measured_value, row.measured_year, sources.get("measured_value", Provenance()))
    elif (row.metric, row.unit) == EMITTANCE and row.upgrade_id:
        measured = brought.get(row.upgrade_id)
    share, logarithmic, status = _progress(row, measured, today)
    return TargetRow(
        row.slug, row.technology.slug, row.technology.name, row.technology.area,
        row.facility.slug if row.facility else "", row.facility.short_name if row.facility else "",
        row.upgrade.slug if row.upgrade else "", row.upgrade.project if row.upgrade else "",
        row.metric, row.unit, row.nature, row.baseline_year, row.baseline_value, row.goal_year, row.goal_value, row.note or "",
        measured, share, logarithmic, status, sources,
    )  # fmt: skip


def _progress(row: TechnologyTarget, measured: Measured | None, today: dt.date) -> tuple[float | None, bool, str]:
    """The share of the way that is done, whether on a logarithmic scale, and the status against a straight line."""
    if measured is None or row.baseline_value is None or row.goal_value is None:
        return None, False, ""
    try:
        reached = progress_of.progress(row.baseline_value, row.goal_value, measured.value)
    except Unusable:  # a value without a place on the scale of the target has no share of its way
        return None, False, ""
    if row.baseline_year is None or row.goal_year is None or row.baseline_year >= row.goal_year:
        return reached.share, reached.logarithmic, ""
    should = progress_of.expected(row.baseline_year, row.goal_year, measured.year or today.year)
    return reached.share, reached.logarithmic, progress_of.standing(reached, should).status.value


@dataclass(frozen=True, slots=True)
class Place:
    """A facility beside a technology, and why it stands there."""

    slug: str
    name: str
    why: str


def facilities_of(technology: str, found: Sequence[TargetRow]) -> tuple[list[Place], list[Place]]:
    """Who has a technology and who works towards a target of it, as far as the record tells. At most one query."""
    has = {slug: Place(slug, name, why) for slug, name, why in facilities_with(technology)}
    for row in found:
        if row.facility and row.is_goal and row.is_reached:
            has.setdefault(row.facility, Place(row.facility, row.facility_name, row.metric))
    towards: dict[str, Place] = {}
    for row in found:
        if row.facility and row.is_goal and not row.is_reached:
            towards.setdefault(row.facility, Place(row.facility, row.facility_name, row.metric))

    def by_name(places: Iterable[Place]) -> list[Place]:
        return sorted(places, key=lambda place: place.name.casefold())

    return by_name(has.values()), by_name(towards.values())
