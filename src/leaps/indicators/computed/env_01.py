"""Electricity used."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    e = t["energy"]
    e = e.filter(e.carrier == "electricity")
    return e.mutate(n=(e.direction == "sold").ifelse(-e.energy_kwh, e.energy_kwh) / 1e6)


INDICATOR = Indicator(
    id="ENV-01",
    version=1,
    title=_("Electricity used"),
    unit="GWh",
    kind=Kind.SUM,
    records=("energy",),
    rule=_("Electricity bought and made on the site, less what was sold."),
    contributions=contributions,
    dims=("month",),
)
