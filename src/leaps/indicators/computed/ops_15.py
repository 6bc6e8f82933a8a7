"""Downtime per user day by subsystem."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import lost_by_subsystem, user_hours


def contributions(t: Tables) -> Any:
    """One row for each piece of an outage in user time; where two subsystems failed at once, both get the time."""
    lost = lost_by_subsystem(t, ("no_beam",))
    return lost.mutate(n=lost.lost_h * 60.0)


def user_days(t: Tables) -> Any:
    """One row for each facility and year: its user days, whatever failed in them."""
    found = user_hours(t, reserve=True)
    return found.mutate(d=found.user_h / 24.0)


INDICATOR = Indicator(
    id="OPS-15",
    version=1,
    title=_("Downtime per user day by subsystem"),
    unit="min/day",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_("Minutes without beam by what failed, for each 24 user hours with the reserve."),
    contributions=contributions,
    denominators=user_days,
    dims=("subsystem",),
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
