"""Cost per instrument-hour."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each facility, year and currency; group by currency."""
    b, m = t["budget"], t["instrument_period"]
    b = b.filter(b.kind == "operation")
    cost = b.group_by("facility", "year", "currency").agg(n=b.amount.sum())
    light = m.group_by("facility", "year").agg(d=m.delivered_h.sum())
    return cost.join(light, ["facility", "year"])


INDICATOR = Indicator(
    id="FIN-03",
    version=1,
    title=_("Cost per instrument-hour"),
    unit="currency/h",
    kind=Kind.RATIO,
    records=("budget", "instrument_period"),
    rule=_("Operating budget divided by instrument-hours of light, in each currency."),
    contributions=contributions,
    dims=("currency",),
)
