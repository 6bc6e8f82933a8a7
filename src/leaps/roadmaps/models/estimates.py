"""How long people think that work takes, and what was forecast from it, kept to be scored when the day has come.

The record tells dates and no durations; an estimate is what somebody thinks, with a name and a day, never a fact.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from leaps.roadmaps.models.technologies import Milestone


class DurationEstimate(models.Model):
    """How long the work towards a milestone takes, in months, in three points: one version, written once.

    The highest version of a milestone stands. `is_withdrawn` says that none stands any more. `supplier` and `share`
    (0 to 1) say whose delays it shares, and how strongly. A risk adds months with a probability. `side` is for whom
    it is said: a facility, the group chairs or the office.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="estimates")
    version = models.PositiveIntegerField()
    low = models.FloatField(_("shortest"))
    mode = models.FloatField(_("likely"))
    high = models.FloatField(_("longest"))
    supplier = models.CharField(_("common supplier"), max_length=120, blank=True)
    share = models.FloatField(_("how strongly"), default=0.0)
    risk = models.CharField(_("risk"), max_length=200, blank=True)
    risk_probability = models.FloatField(_("probability of the risk"), default=0.0)
    risk_low = models.FloatField(default=0.0)
    risk_mode = models.FloatField(default=0.0)
    risk_high = models.FloatField(default=0.0)
    basis = models.CharField(_("what it rests on"), max_length=300)
    is_withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    side = models.CharField(max_length=120)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["milestone", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["milestone", "version"], name="roadmaps_estimate_version"),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("mode"), mode__lte=F("high")), name="roadmaps_estimate_points"
            ),
            models.CheckConstraint(
                condition=Q(risk_low__gte=0, risk_low__lte=F("risk_mode"), risk_mode__lte=F("risk_high")), name="roadmaps_estimate_risk_points"
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1, risk_probability__gte=0, risk_probability__lte=1), name="roadmaps_estimate_shares"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low:g}, {self.mode:g}, {self.high:g}"


class Forecast(models.Model):
    """What was forecast for a milestone on a day; never changed, scored when the milestone has happened.

    Times are months from the year 0. `quantiles`: 1 % to 99 % of the draws. `due` is the date that was public then, and
    `chance` how likely it was thought to be kept. `group` is whose milestone it is. `method` tells what went in.
    """

    milestone = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    group = models.CharField(max_length=200)
    day = models.DateField()
    due = models.CharField(max_length=10, blank=True)
    p50 = models.FloatField()
    p80 = models.FloatField()
    p95 = models.FloatField()
    chance = models.FloatField(null=True)
    quantiles: models.JSONField[Any, Any] = models.JSONField()
    method: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-day", "milestone"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["milestone", "day"], name="roadmaps_forecast_once_a_day"),
            models.CheckConstraint(condition=Q(p50__lte=F("p80"), p80__lte=F("p95")), name="roadmaps_forecast_order"),
            models.CheckConstraint(condition=Q(chance__isnull=True) | Q(chance__gte=0, chance__lte=1), name="roadmaps_forecast_chance"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.day}"
