"""Storage rings outside Europe: what the rings of Europe are compared with.

They are context, not partners: never counted among the sources of the record, without instruments and without users here.
"""

from typing import ClassVar

import pycountry
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import slug_validator
from leaps.record.constraints import Between
from leaps.record.models import RecordModel


def validate_country(code: str) -> None:
    """Refuse what is no country of ISO 3166."""
    if pycountry.countries.get(alpha_2=code) is None or not code.isupper():
        raise ValidationError(_("Write the two capital letters of ISO 3166, such as BR or JP."))


class WorldSource(RecordModel):
    """A storage ring elsewhere, as it runs or as it is designed."""

    class Status(models.TextChoices):
        OPERATING = "operating", _("operating")
        COMMISSIONING = "commissioning", _("in commissioning")
        PLANNED = "planned", _("planned")
        DECOMMISSIONED = "decommissioned", _("decommissioned")

    slug = models.CharField(
        _("key"), max_length=120, unique=True, validators=[slug_validator], help_text=_("Stable name in addresses, packs and the API.")
    )
    name = models.CharField(_("name"), max_length=120)
    laboratory = models.CharField(_("laboratory"), max_length=160, null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[validate_country], help_text=_("Two letters, ISO 3166."))
    status = models.CharField(_("status"), max_length=14, choices=Status)
    electron_energy_gev = models.FloatField(_("electron energy"))
    circumference_m = models.FloatField(_("circumference"), null=True, blank=True)
    current_ma = models.FloatField(_("current"), null=True, blank=True)
    horizontal_emittance_pm_rad = models.FloatField(_("horizontal emittance"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("ring outside Europe")
        verbose_name_plural = _("rings outside Europe")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            Between("electron_energy_gev", 0.1, 20, name="landscape_world_energy"),
            Between("circumference_m", 1, 10_000, name="landscape_world_circumference"),
            Between("current_ma", 0, 2_000, name="landscape_world_current"),
            Between("horizontal_emittance_pm_rad", 0.1, 1_000_000, name="landscape_world_emittance"),
        ]

    def __str__(self) -> str:
        return self.name
