"""Technologies, what they are to reach and have reached, how ready they are, and the milestones on the way."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility, Organisation, Upgrade, slug_validator
from leaps.record.constraints import Between, Ordered
from leaps.record.models import RecordModel
from leaps.record.specs import ValueRefused, clean_partial_date
from leaps.roadmaps.types import Area, BenchmarkKind, MilestoneStatus, Nature, TechnologyRole

# Addresses of lists that stand beside the pages of single objects.
TAKEN = frozenset({"targets", "schedule", "measurements", "benchmarks", "readiness", "new"})
LARGEST = 1e300


def validate_partial_date(text: str) -> None:
    """Refuse what is neither a year, a month nor a day."""
    try:
        clean_partial_date(text)
    except ValueRefused as error:
        raise ValidationError(error.cure) from None


def validate_not_taken(text: str) -> None:
    """Refuse the key of an object that would hide behind the address of a list."""
    if text in TAKEN:
        raise ValidationError(_("Choose another key: this word is the address of a list."))


def own_key() -> models.CharField[str, str]:
    """The stable name of an object whose page has lists as neighbours."""
    return models.CharField(
        _("key"), max_length=120, unique=True, validators=[slug_validator, validate_not_taken],
        help_text=_("Stable name in addresses, packs and the API."),
    )


class Technology(RecordModel):
    """Something the facilities develop, alone or together: a kind of magnet, mirror, detector, method or service."""

    slug = own_key()
    name = models.CharField(_("name"), max_length=120)
    area = models.CharField(_("area"), max_length=16, choices=Area)
    description = models.CharField(_("description"), max_length=400)

    class Meta:
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TechnologyTarget(RecordModel):
    """What a technology is to reach, at one facility or everywhere: a number now, a number then.

    What is not published stays empty: a goal without a year, a value without a baseline. Progress is computed from its
    measurements.
    """

    slug = own_key()
    technology = models.ForeignKey(
        Technology, on_delete=models.PROTECT, related_name="targets", verbose_name=_("technology")
    )
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="technology_targets",
        verbose_name=_("facility"), help_text=_("Empty when it is not of one facility."),
    )
    upgrade = models.ForeignKey(
        Upgrade, null=True, blank=True, on_delete=models.PROTECT, related_name="technology_targets",
        verbose_name=_("upgrade"), help_text=_("The project that is to reach it."),
    )
    metric = models.CharField(_("metric"), max_length=120)
    unit = models.CharField(_("unit"), max_length=30)
    nature = models.CharField(_("what it is"), max_length=10, choices=Nature)
    baseline_year = models.IntegerField(_("year of the baseline"), null=True, blank=True)
    baseline_value = models.FloatField(_("baseline"), null=True, blank=True)
    goal_year = models.IntegerField(_("year of the goal"), null=True, blank=True)
    goal_value = models.FloatField(_("goal"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("technology target")
        verbose_name_plural = _("technology targets")
        ordering: ClassVar = ["technology", "metric", "slug"]
        constraints: ClassVar = [
            Between("baseline_year", 1950, 2100, name="roadmaps_target_baseline_year"),
            Between("goal_year", 1950, 2100, name="roadmaps_target_goal_year"),
            Between("baseline_value", -LARGEST, LARGEST, name="roadmaps_target_baseline_finite"),
            Between("goal_value", -LARGEST, LARGEST, name="roadmaps_target_goal_finite"),
            Ordered("baseline_year", "goal_year", name="roadmaps_target_year_order"),
            models.CheckConstraint(
                condition=models.Q(baseline_value__isnull=True)
                | models.Q(goal_value__isnull=True)
                | ~models.Q(baseline_value=models.F("goal_value")),
                name="roadmaps_target_spans",
            ),
            models.CheckConstraint(
                condition=models.Q(baseline_value__isnull=False) | models.Q(goal_value__isnull=False),
                name="roadmaps_target_has_a_value",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class TechnologyMeasurement(RecordModel):
    """A value of a target that was reached, where and when. Its evidence is the provenance of the value."""

    slug = own_key()
    target = models.ForeignKey(
        TechnologyTarget, on_delete=models.PROTECT, related_name="measurements", verbose_name=_("target")
    )
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="technology_measurements",
        verbose_name=_("facility"), help_text=_("Where it was measured; that of the target, where the target is of one."),
    )
    measured_on = models.CharField(
        _("measured in"), max_length=10, validators=[validate_partial_date],
        help_text=_("A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01."),
    )
    value = models.FloatField(_("value"), help_text=_("In the unit of the target: only what was really reached, never the goal again."))
    sigma = models.FloatField(
        _("standard uncertainty"), null=True, blank=True, help_text=_("One standard deviation, in the unit of the target; empty when nobody states one.")
    )
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("technology measurement")
        verbose_name_plural = _("technology measurements")
        ordering: ClassVar = ["target", "measured_on", "slug"]
        constraints: ClassVar = [
            Between("value", -LARGEST, LARGEST, name="roadmaps_measurement_finite"),
            models.CheckConstraint(
                condition=models.Q(sigma__isnull=True) | models.Q(sigma__gt=0, sigma__lte=LARGEST), name="roadmaps_measurement_sigma"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class TechnologyBenchmark(RecordModel):
    """What a metric can be held against: the best that anybody in the world has reached, or what physics allows."""

    slug = own_key()
    technology = models.ForeignKey(
        Technology, on_delete=models.PROTECT, related_name="benchmarks", verbose_name=_("technology")
    )
    metric = models.CharField(_("metric"), max_length=120, help_text=_("In the words of the targets it is held against."))
    unit = models.CharField(_("unit"), max_length=30)
    kind = models.CharField(_("what it is"), max_length=16, choices=BenchmarkKind)
    value = models.FloatField(_("value"))
    year = models.IntegerField(_("year"), null=True, blank=True, help_text=_("Since when it stands; a limit may have none."))
    holder = models.CharField(_("who holds it"), max_length=160, null=True, blank=True, help_text=_("In words: a facility anywhere, or the law of physics."))
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("technology benchmark")
        verbose_name_plural = _("technology benchmarks")
        ordering: ClassVar = ["technology", "metric", "slug"]
        constraints: ClassVar = [
            Between("value", -LARGEST, LARGEST, name="roadmaps_benchmark_finite"),
            Between("year", 1850, 2100, name="roadmaps_benchmark_year"),
        ]

    def __str__(self) -> str:
        return self.slug


class TechnologyReadiness(RecordModel):
    """That a facility or an organisation needs, has or develops a technology, and how ready it calls it.

    The level is a claim; its evidence is the provenance of the level, or of the role where no level is claimed.
    """

    slug = own_key()
    technology = models.ForeignKey(
        Technology, on_delete=models.PROTECT, related_name="readiness", verbose_name=_("technology")
    )
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="technology_readiness", verbose_name=_("facility")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="technology_readiness",
        verbose_name=_("organisation"), help_text=_("Who speaks, when that is not a facility."),
    )
    role = models.CharField(_("role"), max_length=10, choices=TechnologyRole)
    trl = models.IntegerField(
        _("technology readiness level"), null=True, blank=True, help_text=_("1 to 9, as claimed; empty when none is, and for who needs it.")
    )
    stated_on = models.CharField(
        _("as of"), max_length=10, validators=[validate_partial_date],
        help_text=_("A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01."),
    )
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("technology readiness")
        verbose_name_plural = _("statements of technology readiness")
        ordering: ClassVar = ["technology", "role", "slug"]
        constraints: ClassVar = [
            Between("trl", 1, 9, name="roadmaps_readiness_level"),
            models.CheckConstraint(
                condition=models.Q(facility__isnull=True, organisation__isnull=False)
                | models.Q(facility__isnull=False, organisation__isnull=True),
                name="roadmaps_readiness_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(trl__isnull=True) | ~models.Q(role=TechnologyRole.NEEDS), name="roadmaps_readiness_need_has_no_level"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Milestone(RecordModel):
    """Something that is to happen by a day, a month or a year, at a facility or by an organisation.

    `due` keeps the precision that its source gives: 2027-12-01, 2027-12 or 2027. Empty: no date is public.
    """

    slug = own_key()
    title = models.CharField(_("title"), max_length=200)
    technology = models.ForeignKey(
        Technology, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones", verbose_name=_("technology")
    )
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones", verbose_name=_("facility")
    )
    owner = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones",
        verbose_name=_("owner"), help_text=_("Who answers for it, when that is not a facility."),
    )
    upgrade = models.ForeignKey(
        Upgrade, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones", verbose_name=_("upgrade")
    )
    due = models.CharField(
        _("due"), max_length=10, null=True, blank=True, validators=[validate_partial_date],
        help_text=_("A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01."),
    )
    status = models.CharField(_("status"), max_length=12, choices=MilestoneStatus)
    depends_on: models.ManyToManyField["Milestone", "MilestoneDependency"] = models.ManyToManyField(
        "self", through="MilestoneDependency", symmetrical=False, related_name="followers", blank=True,
        verbose_name=_("depends on"), help_text=_("Milestones that come before it."),
    )
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering: ClassVar = ["due", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(facility__isnull=True) | models.Q(owner__isnull=True),
                name="roadmaps_milestone_facility_or_owner",
            )
        ]

    def __str__(self) -> str:
        return self.title


class MilestoneDependency(models.Model):
    """A milestone (`target`) that must come before another (`source`)."""

    source = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="roadmaps_dependency_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="roadmaps_not_own_dependency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} after {self.target_id}"
