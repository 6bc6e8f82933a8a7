"""Electricity per instrument-hour."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each facility and year that has both."""
    e, m = t["energy"], t["instrument_period"]
    e = e.filter(e.carrier == "electricity")
    used = e.group_by("facility", "year").agg(
        n=(e.direction == "sold").ifelse(-e.energy_kwh, e.energy_kwh).sum() / 1e3
    )
    light = m.group_by("facility", "year").agg(d=m.delivered_h.sum())
    return used.join(light, ["facility", "year"])


INDICATOR = Indicator(
    id="ENV-03",
    version=1,
    title=_("Electricity per instrument-hour"),
    unit="MWh/h",
    kind=Kind.RATIO,
    records=("energy", "instrument_period"),
    rule=_("Electricity used, divided by instrument-hours of light."),
    contributions=contributions,
)
