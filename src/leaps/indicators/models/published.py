"""What is public today: values as facilities, laboratories and partnerships have told them."""

from typing import ClassVar

import pycountry
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility, key_field
from leaps.indicators.models.definitions import IndicatorDefinition
from leaps.indicators.types import PeriodKind, Qualifier, ScopeKind, Standing
from leaps.record.constraints import Between
from leaps.record.models import RecordModel

LARGEST = 1e300


def validate_currency(code: str) -> None:
    """Refuse what is not an ISO 4217 code."""
    if not code.isupper() or pycountry.currencies.get(alpha_3=code) is None:
        raise ValidationError(_("Use the three-letter code of ISO 4217 in capitals, such as EUR or GBP."))


class PublishedValue(RecordModel):
    """One value of one indicator as its source gives it, with everything one needs to compare it.

    It is about a facility, or else about a `scope`: a laboratory, partnership or project whose
    facilities cannot be told apart, or an institution named for comparison. `rule` says how was
    counted and `part` what part of the facility, where the source tells. A value that its keeper
    held back or that makes no sense is on record too, by its `standing`, so that it is no gap.
    """

    slug = key_field()
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="published_values",
        verbose_name=_("facility"),
    )
    scope_kind = models.CharField(_("about"), max_length=12, choices=ScopeKind)
    scope = models.CharField(
        _("about whom"), max_length=120, null=True, blank=True,
        help_text=_("Who the value is about when it is not one facility alone."),
    )
    indicator = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, related_name="published_values", verbose_name=_("indicator")
    )
    year = models.IntegerField(
        _("year"), help_text=_("The year it is about; the year a fiscal year begins in; the last year of a longer period.")
    )
    period_kind = models.CharField(_("kind of period"), max_length=14, choices=PeriodKind)
    period = models.CharField(
        _("period"), max_length=80, null=True, blank=True,
        help_text=_("In the words of the source, where year and kind do not say it all."),
    )
    standing = models.CharField(_("standing"), max_length=14, choices=Standing)
    value = models.FloatField(_("value"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, help_text=_("For money the code of the currency."))
    currency = models.CharField(
        _("currency"), max_length=3, null=True, blank=True, validators=[validate_currency],
        help_text=_("ISO 4217, for money only."),
    )
    price_year = models.IntegerField(
        _("price year"), null=True, blank=True, help_text=_("Of money, when not that of the period.")
    )
    qualifier = models.CharField(_("how sharp"), max_length=14, choices=Qualifier)
    part = models.CharField(
        _("part"), max_length=120, null=True, blank=True, help_text=_("What part of the facility or which route of access.")
    )
    rule = models.CharField(_("rule"), max_length=200, null=True, blank=True, help_text=_("How was counted."))
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("published value")
        verbose_name_plural = _("published values")
        ordering: ClassVar = ["indicator", "facility", "year", "slug"]
        constraints: ClassVar = [
            Between("year", 1900, 2100, name="indicators_value_year"),
            Between("price_year", 1900, 2100, name="indicators_value_price_year"),
            models.CheckConstraint(
                condition=models.Q(facility__isnull=False, scope__isnull=True, scope_kind=ScopeKind.FACILITY)
                | (models.Q(facility__isnull=True, scope__isnull=False) & ~models.Q(scope_kind=ScopeKind.FACILITY)),
                name="indicators_value_facility_or_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=-LARGEST, value__lte=LARGEST),
                name="indicators_value_finite",
            ),
            models.CheckConstraint(
                condition=models.Q(standing=Standing.PUBLISHED, value__isnull=False)
                | (~models.Q(standing=Standing.PUBLISHED) & models.Q(value__isnull=True)),
                name="indicators_value_when_published",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__isnull=True) | models.Q(currency=models.F("unit")),
                name="indicators_value_currency_is_unit",
            ),
            models.UniqueConstraint(
                "indicator",
                Coalesce("facility_id", 0),
                Coalesce("scope", models.Value("")),
                "year",
                "period_kind",
                Coalesce("period", models.Value("")),
                Coalesce("part", models.Value("")),
                Coalesce("rule", models.Value("")),
                "unit",
                "qualifier",
                name="indicators_value_once",
            ),
        ]

    def __str__(self) -> str:
        return self.slug
