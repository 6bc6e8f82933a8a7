"""Downtime per user day by subsystem."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import outages_in_user_time, user_hours


def contributions(t: Tables) -> Any:
    """One row for each facility, year and subsystem; group by subsystem, for the denominators of several would add up."""
    lost = outages_in_user_time(t, ("no_beam",))
    lost = lost.mutate(subsystem=lost.subsystem.fill_null("not recorded"))
    lost = lost.group_by("facility", "year", "subsystem").agg(n=lost.lost_h.sum() * 60.0)
    both = lost.join(user_hours(t, reserve=True), ["facility", "year"])
    return both.mutate(d=both.user_h / 24.0)


INDICATOR = Indicator(
    id="OPS-15",
    version=1,
    title=_("Downtime per user day by subsystem"),
    unit="min/day",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_("Minutes without beam by what failed, for each 24 user hours with the reserve."),
    contributions=contributions,
    dims=("subsystem",),
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
