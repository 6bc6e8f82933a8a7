"""Instrument-hours of light."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each instrument and month."""
    m = t["instrument_period"]
    return m.mutate(n=m.delivered_h)


INDICATOR = Indicator(
    id="OPS-14",
    version=1,
    title=_("Instrument-hours of light"),
    unit="h",
    kind=Kind.SUM,
    records=("instrument_period",),
    rule=_("Hours delivered by every instrument, added up."),
    contributions=contributions,
    dims=("instrument", "month"),
)
