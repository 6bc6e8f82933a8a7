"""Technologies and their targets for pages and files, each list read with a constant number of queries.

Progress is computed here, never typed. A value counts as reached only where the record tells one: a measurement of the
target, or, for an emittance, the value of the source that an upgrade has brought into operation. Progress is that of the
latest measurement, with the uncertainty it states carried on; where none is stated, none is assumed.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext_lazy

from leaps.catalogue.models import PhotonSource, Upgrade
from leaps.optimise import progress as progress_of
from leaps.optimise.errors import Unusable
from leaps.optimise.progress import Course
from leaps.record.types import Confidence, Provenance
from leaps.roadmaps import dates
from leaps.roadmaps.models import Technology, TechnologyMeasurement, TechnologyTarget
from leaps.roadmaps.presence import facilities_with
from leaps.roadmaps.types import SYNTHETIC, Area, Nature

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


def is_evidenced(told: Provenance) -> bool:
    """Whether a value was read in a source or confirmed; else it is a claim, and its mark stays hollow."""
    return told.confidence != Confidence.KNOWN and bool(told.source_url or told.vouched_by)


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that was reached, when, how uncertain it is (None: not stated), and what it rests on.

    `slug` names the measurement; a value that is that of a running source has none and names the source.
    """

    value: float
    on: str
    provenance: Provenance
    sigma: float | None = None
    slug: str = ""
    source: str = ""
    source_name: str = ""
    facility: str = ""
    facility_name: str = ""
    note: str = ""

    @property
    def year(self) -> int | None:
        """The year it is of, if that is told."""
        return int(self.on[:4]) if self.on else None

    @property
    def on_words(self) -> str:
        """When, for people; empty when no source says."""
        return dates.words(self.on) if self.on else ""

    @property
    def is_evidenced(self) -> bool:
        """Whether somebody has shown it; a claim is drawn hollow."""
        return is_evidenced(self.provenance)

    @property
    def is_synthetic(self) -> bool:
        """Whether a trial made it up."""
        return self.slug.startswith(SYNTHETIC)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the words people see and how far it is reached. `share` None: nothing to compute it from.

    `measured` is the latest of `measurements`. `sigma` is the uncertainty of the share, None where the measurement states
    none; `should` the share that a straight line asks for when it was measured; `status` a `Course`, empty without years.
    """

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
    measurements: tuple[Measured, ...]
    share: float | None
    sigma: float | None
    should: float | None
    is_logarithmic: bool
    status: str
    provenance: Mapping[str, Provenance] = field(hash=False, compare=False, default_factory=dict)

    @property
    def measured(self) -> Measured | None:
        """The latest value that was reached, if the record tells one."""
        return self.measurements[-1] if self.measurements else None

    @property
    def is_less_better(self) -> bool | None:
        """The direction, which follows from baseline and goal; None where one of them is missing."""
        if self.baseline_value is None or self.goal_value is None:
            return None
        return self.goal_value < self.baseline_value

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
    """Targets with their measurements and progress, by technology, metric and facility. Three queries."""
    rows = TechnologyTarget.objects.select_related("technology", "facility", "upgrade").filter(**filters)
    brought, measured = _running_sources(), _measurements(filters)
    found = [_target(row, measured.get(row.pk, ()), brought, today) for row in rows]
    return sorted(found, key=lambda row: (row.technology_name.casefold(), row.metric, row.about.casefold(), row.slug))


def _measurements(filters: Mapping[str, object]) -> dict[int, list[Measured]]:
    """The measurements of targets, the latest last; of one day, those with evidence after those without."""
    of_target = {f"target__{name}": value for name, value in filters.items()}
    found: dict[int, list[Measured]] = defaultdict(list)
    for row in TechnologyMeasurement.objects.select_related("facility").filter(**of_target):
        found[row.target_id].append(measured_of(row))
    for rows in found.values():
        rows.sort(key=lambda one: (dates.span(one.on)[1], one.is_evidenced, one.slug))
    return found


def measured_of(row: TechnologyMeasurement) -> Measured:
    """A measurement of the record as it is shown."""
    return Measured(
        row.value, row.measured_on, Provenance.of(row.provenance.get("value")), row.sigma, row.slug,
        facility=row.facility.slug if row.facility else "", facility_name=row.facility.short_name if row.facility else "", note=row.note or "",
    )  # fmt: skip


def _running_sources() -> dict[int, Measured]:
    """The emittance of each source that an upgrade has brought into operation, by upgrade."""
    upgrades = Upgrade.objects.filter(
        new_source__status=PhotonSource.Status.OPERATING, new_source__horizontal_emittance_pm_rad__isnull=False
    ).select_related("new_source__facility")
    return {upgrade.pk: _of_source(upgrade.new_source) for upgrade in upgrades if upgrade.new_source is not None}


def _of_source(source: PhotonSource) -> Measured:
    assert source.horizontal_emittance_pm_rad is not None  # noqa: S101  the queries ask for it
    told = Provenance.of(source.provenance.get("horizontal_emittance_pm_rad"))
    return Measured(
        source.horizontal_emittance_pm_rad, told.as_of, told, source=source.slug, source_name=source.name,
        facility=source.facility.slug, facility_name=source.facility.short_name,
    )  # fmt: skip


def running_emittances() -> list[Measured]:
    """The emittance of every operating source that the record tells, as values that were reached."""
    rows = PhotonSource.objects.filter(status=PhotonSource.Status.OPERATING, horizontal_emittance_pm_rad__isnull=False)
    return [_of_source(row) for row in rows.select_related("facility").order_by("slug")]


def _target(row: TechnologyTarget, own: Sequence[Measured], brought: Mapping[int, Measured], today: dt.date) -> TargetRow:
    measurements = tuple(own)
    running = brought.get(row.upgrade_id) if row.upgrade_id and (row.metric, row.unit) == EMITTANCE else None
    if running is not None and not measurements:
        measurements = (running,)
    return TargetRow(
        row.slug, row.technology.slug, row.technology.name, row.technology.area,
        row.facility.slug if row.facility else "", row.facility.short_name if row.facility else "",
        row.upgrade.slug if row.upgrade else "", row.upgrade.project if row.upgrade else "",
        row.metric, row.unit, row.nature, row.baseline_year, row.baseline_value, row.goal_year, row.goal_value, row.note or "",
        measurements, *_progress(row, measurements[-1] if measurements else None, today),
        {name: Provenance.of(told) for name, told in row.provenance.items()},
    )  # fmt: skip


def _progress(
    row: TechnologyTarget, measured: Measured | None, today: dt.date
) -> tuple[float | None, float | None, float | None, bool, str]:
    """Share, its uncertainty, the share it should be by a straight line, whether on a logarithmic scale, and the course."""
    if measured is None or row.baseline_value is None or row.goal_value is None:
        return None, None, None, False, ""
    sigma = math.nan if measured.sigma is None else measured.sigma
    try:
        reached = progress_of.progress(row.baseline_value, row.goal_value, measured.value, sigma=sigma)
    except Unusable:  # a value without a place on the scale of the target has no share of its way
        return None, None, None, False, ""
    spread = None if math.isnan(reached.sigma) else reached.sigma
    if row.baseline_year is None or row.goal_year is None or row.baseline_year >= row.goal_year:
        return reached.share, spread, None, reached.logarithmic, ""
    start, due = dates.year_of(str(row.baseline_year)), dates.year_of(str(row.goal_year))
    should = progress_of.expected(start, due, dates.year_of(measured.on or today.isoformat()))
    return reached.share, spread, should, reached.logarithmic, progress_of.standing(reached, should).course.value


COURSES: Final = {
    Course.AHEAD.value: gettext_lazy("ahead"), Course.ON_COURSE.value: gettext_lazy("on course"), Course.BEHIND.value: gettext_lazy("behind"),
    Course.UNCERTAIN.value: gettext_lazy("too uncertain to say"),
}  # fmt: skip
"""What the courses are called."""


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
