"""The tables of the roadmaps in the pack: technologies first, then what names them."""

from django.utils.translation import gettext_lazy as _

from leaps.catalogue import pack as catalogue_pack
from leaps.record.registry import RecordType, register
from leaps.roadmaps import checks, models, rules

# Targets and milestones name these: the kinds must be registered before, in whatever order the apps get ready.
REFERS_TO = (catalogue_pack.FACILITY, catalogue_pack.ORGANISATION, catalogue_pack.UPGRADE)

TECHNOLOGY = register(
    RecordType(
        model=models.Technology,
        kind="technology",
        table="technologies",
        title=_("technology"),
        title_plural=_("technologies"),
        page="roadmaps:technology",
    )
)
TECHNOLOGY_TARGET = register(
    RecordType(
        model=models.TechnologyTarget,
        kind="technology_target",
        table="technology_targets",
        title=_("technology target"),
        title_plural=_("technology targets"),
        label_field="metric",
        facility_path="facility",
        page="roadmaps:target",
        checks=(checks.targets,),
    )
)
TECHNOLOGY_MEASUREMENT = register(
    RecordType(
        model=models.TechnologyMeasurement,
        kind="technology_measurement",
        table="technology_measurements",
        title=_("technology measurement"),
        title_plural=_("technology measurements"),
        label_field="slug",
        facility_path="facility",
        page="roadmaps:measurement",
        checks=(checks.measurements,),
        may_edit=rules.may_state,
    )
)
TECHNOLOGY_BENCHMARK = register(
    RecordType(
        model=models.TechnologyBenchmark,
        kind="technology_benchmark",
        table="technology_benchmarks",
        title=_("technology benchmark"),
        title_plural=_("technology benchmarks"),
        label_field="metric",
        page="roadmaps:benchmark",
        checks=(checks.real,),
        may_edit=rules.may_state,
    )
)
TECHNOLOGY_READINESS = register(
    RecordType(
        model=models.TechnologyReadiness,
        kind="technology_readiness",
        table="technology_readiness",
        title=_("technology readiness"),
        title_plural=_("statements of technology readiness"),
        label_field="slug",
        facility_path="facility",
        page="roadmaps:readiness",
        checks=(checks.readiness,),
        may_edit=rules.may_state,
    )
)
MILESTONE = register(
    RecordType(
        model=models.Milestone,
        kind="milestone",
        table="milestones",
        title=_("milestone"),
        title_plural=_("milestones"),
        label_field="title",
        facility_path="facility",
        page="roadmaps:milestone",
        checks=(checks.milestones,),
    )
)
