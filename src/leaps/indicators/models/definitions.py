"""What each indicator means."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.indicators.types import Aggregation, Family, Group, Objective
from leaps.record.constraints import Between
from leaps.record.fields import TermsField
from leaps.record.models import RecordModel


def _score(title: object) -> "models.IntegerField[int | None, int | None]":
    return models.IntegerField(title, null=True, blank=True, help_text=_("From 0 to 3."))  # type: ignore[arg-type]


class IndicatorDefinition(RecordModel):
    """An indicator: what it counts, by which formula, and what to beware of.

    `wording_checked` keeps three answers apart: compared with the original text; our wording, not
    compared with it; and not recorded, which is right for definitions of our own. The five scores
    are those of RACER (relevant, accepted, credible, easy, robust) where somebody has given them.
    """

    code = models.CharField(
        _("id"), max_length=12, unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,6}-\d{2,3}$", _("write letters, a hyphen and digits, such as ACC-01"))],
        help_text=_("Stable name in addresses, packs and the API."),
    )
    family = models.CharField(_("family"), max_length=12, choices=Family)
    group = models.CharField(
        _("group"), max_length=12, choices=Group, null=True, blank=True,
        help_text=_("Of the definitions of the league only."),
    )
    name = models.CharField(_("name"), max_length=200)
    wording = models.CharField(_("what it counts"), max_length=500, null=True, blank=True)
    wording_checked = models.BooleanField(
        _("wording checked"), null=True, blank=True,
        help_text=_("Yes: compared with the original. No: our wording, not compared with it. Empty: there is no original."),
    )
    objective = models.CharField(
        _("objective"), max_length=12, choices=Objective, null=True, blank=True,
        help_text=_("One of the nine objectives of ESFRI 2019 that it serves."),
    )
    formula = models.CharField(_("formula"), max_length=500, help_text=_("On the raw records."))
    unit = models.CharField(_("unit"), max_length=30)
    aggregation = models.CharField(_("over facilities and periods"), max_length=12, choices=Aggregation)
    raw_records = TermsField(verbose_name=_("raw records"))
    dimensions = TermsField(verbose_name=_("dimensions"), help_text=_("By what it can be broken down."))
    pitfalls = models.CharField(_("pitfalls"), max_length=600, null=True, blank=True)
    variants = TermsField(verbose_name=_("variants"), help_text=_("Rules in use that give different values."))
    counterparts: models.ManyToManyField["IndicatorDefinition", "Counterpart"] = models.ManyToManyField(
        "self", through="Counterpart", symmetrical=False, related_name="counterpart_of", blank=True,
        verbose_name=_("counterparts"), help_text=_("Definitions of other families that ask for the same or nearly so."),
    )
    league_core = models.BooleanField(
        _("in the league core set"), null=True, blank=True, help_text=_("Every facility is asked for it each year.")
    )
    definition_version = models.IntegerField(
        _("version of the definition"), help_text=_("Counts on when the meaning changes; the series breaks there.")
    )
    racer_relevant = _score(_("relevant"))
    racer_accepted = _score(_("accepted"))
    racer_credible = _score(_("credible"))
    racer_easy = _score(_("easy"))
    racer_robust = _score(_("robust"))

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            Between("definition_version", 1, 1000, name="indicators_definition_version"),
            Between("racer_relevant", 0, 3, name="indicators_racer_relevant"),
            Between("racer_accepted", 0, 3, name="indicators_racer_accepted"),
            Between("racer_credible", 0, 3, name="indicators_racer_credible"),
            Between("racer_easy", 0, 3, name="indicators_racer_easy"),
            Between("racer_robust", 0, 3, name="indicators_racer_robust"),
            models.CheckConstraint(
                condition=models.Q(family=Family.LEAGUE, group__isnull=False)
                | (~models.Q(family=Family.LEAGUE) & models.Q(group__isnull=True)),
                name="indicators_group_of_the_league",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Counterpart(models.Model):
    """A definition of another family that asks for the same or nearly so."""

    source = models.ForeignKey(IndicatorDefinition, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(IndicatorDefinition, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="indicators_counterpart_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="indicators_not_own_counterpart"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} ~ {self.target_id}"
