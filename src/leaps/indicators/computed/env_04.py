"""CO2e per instrument-hour."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each facility and year that has both."""
    e, m = t["energy"], t["instrument_period"]
    e = e.filter((e.direction == "bought") & e.emission_kg_per_kwh.notnull())
    made = e.group_by("facility", "year").agg(n=(e.energy_kwh * e.emission_kg_per_kwh).sum())
    light = m.group_by("facility", "year").agg(d=m.delivered_h.sum())
    return made.join(light, ["facility", "year"])


INDICATOR = Indicator(
    id="ENV-04",
    version=1,
    title=_("CO2e per instrument-hour"),
    unit="kgCO2e/h",
    kind=Kind.RATIO,
    records=("energy", "instrument_period"),
    rule=_(
        "Energy bought times the emission factor returned with it, divided by instrument-hours of light; travel is not in it."
    ),
    contributions=contributions,
)
