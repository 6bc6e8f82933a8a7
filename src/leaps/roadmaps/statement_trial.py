"""The synthetic measurements, benchmark and statements of readiness of a trial. Their keys, notes and pages say synthetic."""

from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from leaps.catalogue.models import Facility
from leaps.record import actions
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance
from leaps.roadmaps.models import Technology, TechnologyMeasurement, TechnologyReadiness, TechnologyTarget
from leaps.roadmaps.statement_actions import BENCHMARK, MEASUREMENT, READINESS
from leaps.roadmaps.types import SYNTHETIC, BenchmarkKind, TechnologyRole

EVIDENCE: Final = "https://example.org/synthetic-report"
NOTE: Final = "Synthetic: made up for the trial"
# Target, facility, when, value, uncertainty, whether with evidence
MEASURED: Final = (
    ("european-xfel-peak-field-at-18-mm-period", "european-xfel", "2024-11", 1.45, 0.03, True),
    ("european-xfel-peak-field-at-18-mm-period", "european-xfel", "2026-03", 1.68, 0.05, False),
    ("soleil-electricity-use-relative-to-today", "soleil", "2026", 91.0, 2.0, True),
    ("soleil-drinking-water-use-relative-to-today", "soleil", "2026", 70.0, 12.0, True),
)
# Technology, metric, unit, value, year, holder
BEST: Final = (("scu", "peak field at 18 mm period", "T", 1.9, 2026, "Example laboratory (synthetic)"),)
# Technology, facility, role, level, when, whether with evidence
READY: Final = (
    ("scu", "european-xfel", TechnologyRole.DEVELOPS, 6, "2026-03", True),
    ("scu", "esrf", TechnologyRole.NEEDS, None, "2026", False),
    ("scu", "kara", TechnologyRole.HAS, 7, "2025", False),
    ("superflat-mirrors", "esrf", TechnologyRole.NEEDS, None, "2026", True),
    ("superflat-mirrors", "max-iv", TechnologyRole.DEVELOPS, 4, "2026", False),
)


def begin() -> None:
    """Write them; a step of the preparation, in a trial only, once."""
    made = (TechnologyMeasurement, TechnologyReadiness)
    if not settings.TRIAL or any(model.objects.filter(slug__startswith=SYNTHETIC).exists() for model in made):
        return
    if edits := _edits():
        actions.apply_edits(
            edits=edits, actor=actions.System("Trial (synthetic)"), reason="Synthetic measurements and readiness of the trial", origin=Origin.EDIT, now=timezone.now()
        )


def _edits() -> list[Edit]:
    targets = set(TechnologyTarget.objects.values_list("slug", flat=True))
    technologies = set(Technology.objects.values_list("slug", flat=True))
    facilities = set(Facility.objects.values_list("slug", flat=True))
    found = [
        _edit(MEASUREMENT, f"{target}-{when}", shown, target=target, facility=facility, measured_on=when, value=value, sigma=sigma)
        for target, facility, when, value, sigma, shown in MEASURED
        if target in targets
    ]
    found += [
        _edit(BENCHMARK, f"{technology}-world-best", True, technology=technology, metric=metric, unit=unit, kind=BenchmarkKind.WORLD_BEST.value, value=value, year=year, holder=holder)
        for technology, metric, unit, value, year, holder in BEST
        if technology in technologies
    ]
    found += [
        _edit(READINESS, f"{technology}-{facility}", shown, technology=technology, facility=facility, role=role.value, trl=trl, stated_on=when)
        for technology, facility, role, trl, when, shown in READY
        if technology in technologies and facility in facilities
    ]
    return found


def _edit(kind: str, key: str, shown: bool, /, **values: Any) -> Edit:
    source = Provenance(Confidence.SOURCED.value, EVIDENCE) if shown else Provenance()
    facts = {name: Fact(value, source) for name, value in (values | {"note": NOTE}).items() if value is not None}
    return Edit(kind, SYNTHETIC + key, Action.CREATE, {"slug": Fact(SYNTHETIC + key, Provenance()), **facts})
