"""Mean time between distortions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import faults_in_user_time, user_hours
from leaps.indicators.raw import records as raw


def contributions(t: Tables) -> Any:
    """One row for each facility and year."""
    found = faults_in_user_time(t, raw.DISTORTIONS)
    counted = found.group_by("facility", "year").agg(distortions=found.count())
    both = user_hours(t, reserve=True).left_join(counted, ["facility", "year"])
    return both.select("facility", "year", n=both.user_h, d=both.distortions.fill_null(0).cast("float64"))


INDICATOR = Indicator(
    id="OPS-08",
    version=1,
    title=_("Mean time between distortions"),
    unit="h",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_(
        "User hours with the reserve, divided by the number of outages, current drops and faults of orbit, lifetime, size, filling or top-up."
    ),
    contributions=contributions,
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
