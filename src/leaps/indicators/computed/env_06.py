"""Heat sold or reused."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    e = t["energy"]
    return e.filter((e.carrier == "heat") & (e.direction == "sold")).mutate(n=e.energy_kwh / 1e6)


INDICATOR = Indicator(
    id="ENV-06",
    version=1,
    title=_("Heat sold or reused"),
    unit="GWh",
    kind=Kind.SUM,
    records=("energy",),
    rule=_("Heat sold to others."),
    contributions=contributions,
)
