"""Instruments in user operation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each instrument and month."""
    m = t["instrument_period"]
    return m.mutate(n=m.fraction_open / 12.0)


INDICATOR = Indicator(
    id="ACC-14",
    version=1,
    title=_("Instruments in user operation"),
    unit="count",
    kind=Kind.SUM,
    records=("instrument_period",),
    rule=_("The share of the year each instrument was open to users, added up."),
    contributions=contributions,
    dims=("instrument", "month"),
)
