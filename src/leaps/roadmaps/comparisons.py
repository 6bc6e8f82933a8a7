"""What the values of a metric can be held against: the world's best, what physics allows, and the best on record.

The first two stand in the record, with their source; where nobody has stated one, none is shown. The best on record and
the diffraction limit are computed here and called so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.physics import sizes
from leaps.record.specs import readable_number
from leaps.record.types import Provenance
from leaps.roadmaps.models import TechnologyBenchmark
from leaps.roadmaps.technology_queries import EMITTANCE, Measured, TargetRow, is_evidenced, running_emittances
from leaps.roadmaps.types import SYNTHETIC, BenchmarkKind

BEST_ON_RECORD: Final = "best_on_record"
DIFFRACTION: Final = "diffraction_limit"
LIMIT_AT_EV: Final = (1_000.0, 10_000.0)
PM: Final = 1e12


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to hold others against. `kind` is that of a benchmark of the record, or one of the computed ones."""

    kind: str
    value: float
    unit: str
    holder: str
    year: int | None = None
    note: str = ""
    slug: str = ""
    url: str = ""
    technology: str = ""
    metric: str = ""
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def is_computed(self) -> bool:
        """Whether it follows from other values and a formula, and stands nowhere as such."""
        return not self.slug

    @property
    def is_evidenced(self) -> bool:
        """Whether it was read in a source; what is computed needs none of its own."""
        return self.is_computed or is_evidenced(self.provenance)

    @property
    def is_synthetic(self) -> bool:
        """Whether a trial made it up."""
        return self.slug.startswith(SYNTHETIC)

    @property
    def kind_words(self) -> str:
        """What it is called."""
        if self.kind == BEST_ON_RECORD:
            return _("best on record, computed")
        if self.kind == DIFFRACTION:
            return _("diffraction limit, computed")
        return str(BenchmarkKind(self.kind).label)

    @property
    def words(self) -> str:
        """In one line: world best: 40 pm rad, who, 2026."""
        parts = [f"{readable_number(self.value)} {self.unit}", self.holder, str(self.year or "")]
        said = f"{self.kind_words}: " + ", ".join(part for part in parts if part)
        return said if self.is_evidenced else _("%(said)s, a claim without evidence") % {"said": said}


@dataclass(frozen=True, slots=True)
class Furthest:
    """Who is furthest on the way to an own goal."""

    row: TargetRow
    share: float
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """All targets of one metric and unit, and what they can be held against. `is_less_better` None: they do not agree."""

    metric: str
    unit: str
    rows: tuple[TargetRow, ...]
    is_less_better: bool | None
    references: tuple[Reference, ...]

    def of_kind(self, kind: str) -> list[Reference]:
        """The references of a kind."""
        return [one for one in self.references if one.kind == kind]

    @property
    def stated(self) -> list[Reference]:
        """What stands in the record as such."""
        return [one for one in self.references if not one.is_computed]

    @property
    def world_best(self) -> list[Reference]:
        """What the record calls the world's best."""
        return self.of_kind(BenchmarkKind.WORLD_BEST)

    @property
    def limits(self) -> list[Reference]:
        """What physics allows, stated or computed."""
        return [*self.of_kind(BenchmarkKind.PHYSICAL_LIMIT), *self.of_kind(DIFFRACTION)]

    @property
    def best(self) -> Reference | None:
        """The best on record."""
        return next(iter(self.of_kind(BEST_ON_RECORD)), None)

    @property
    def only(self) -> TargetRow | None:
        """The one target with a value that has evidence, where there is nobody to compare it with."""
        shown = [row for row in self.rows if _is_shown(row)]
        return shown[0] if len(shown) == 1 and self.best is None else None

    @property
    def furthest(self) -> Furthest | None:
        """Who is furthest on the own way, by what has evidence."""
        told = [Furthest(row, row.share) for row in self.rows if row.share is not None and _is_shown(row)]
        if not told:
            return None
        first = max(told, key=lambda one: one.share)
        return replace(first, is_alone=len(told) == 1)

    @property
    def is_measured(self) -> bool:
        """Whether the record tells any value that was reached."""
        return any(row.measurements for row in self.rows)


def _is_shown(row: TargetRow) -> bool:
    """Whether a goal has a value with evidence; what a trial made up is compared with nothing real."""
    return row.is_goal and row.measured is not None and row.measured.is_evidenced and not row.measured.is_synthetic


def metrics(rows: Sequence[TargetRow]) -> list[Metric]:
    """Targets by metric and unit, those with most facilities first, each with its references. Two queries at most."""
    groups: dict[tuple[str, str], list[TargetRow]] = defaultdict(list)
    for row in rows:
        groups[row.metric, row.unit].append(row)
    stated = benchmarks()
    running = running_emittances() if EMITTANCE in groups else []
    found = [_metric(key, group, stated, running) for key, group in groups.items()]
    return sorted(found, key=lambda one: (-len(one.rows), one.metric, one.unit))


def _metric(key: tuple[str, str], rows: Sequence[TargetRow], stated: Mapping[tuple[str, str], Sequence[Reference]], running: Sequence[Measured]) -> Metric:
    ways = {row.is_less_better for row in rows if row.is_goal} - {None}
    less = ways.pop() if len(ways) == 1 else None
    technologies = {row.technology for row in rows}
    references = [one for one in stated.get(key, ()) if one.technology in technologies]
    reached = [one for row in rows if row.is_goal for one in row.measurements] + (list(running) if key == EMITTANCE else [])
    best = best_of(reached, key[1], less_is_better=less) if less is not None else None
    if best is not None:
        references.append(best)
    if key == EMITTANCE:
        references += diffraction_limits()
    return Metric(*key, tuple(rows), less, tuple(references))


def benchmarks(**filters: object) -> dict[tuple[str, str], list[Reference]]:
    """What the record can hold values against, by metric and unit."""
    found: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for row in TechnologyBenchmark.objects.select_related("technology").filter(**filters).order_by("kind", "year", "slug"):
        found[row.metric, row.unit].append(
            Reference(
                row.kind, row.value, row.unit, row.holder or "", row.year, row.note or "", row.slug, reverse("roadmaps:benchmark", args=[row.slug]),
                row.technology.slug, row.metric, Provenance.of(row.provenance.get("value")),
            )
        )  # fmt: skip
    return found


def best_of(reached: Iterable[Measured], unit: str, *, less_is_better: bool) -> Reference | None:
    """The best of what was reached with evidence; None when fewer than two facilities have shown a value."""
    shown = [one for one in reached if one.is_evidenced and not one.is_synthetic]
    if len({one.facility for one in shown}) < 2:
        return None
    best = (min if less_is_better else max)(shown, key=lambda one: (one.value, one.facility) if less_is_better else one.value)
    url = reverse("catalogue:source", args=[best.source]) if best.source else reverse("roadmaps:measurement", args=[best.slug])
    holder = best.facility_name or best.source_name
    return Reference(BEST_ON_RECORD, best.value, unit, holder, best.year, best.source_name, url=url, provenance=best.provenance)


def diffraction_limits() -> list[Reference]:
    """λ/4π at 1 and at 10 keV, in pm rad."""
    note = _("λ/4π for a coherent Gaussian beam; no bound on electrons, but below it diffraction decides over the light")
    return [
        Reference(DIFFRACTION, float(f"{PM * float(sizes.diffraction_limit_m_rad(energy)):.4g}"), EMITTANCE[1], _("λ/4π at %(n)d keV") % {"n": energy / 1000}, note=note)
        for energy in LIMIT_AT_EV
    ]
