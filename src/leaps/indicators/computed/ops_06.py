"""Mean time to repair."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import failures


def contributions(t: Tables) -> Any:
    """One row for each failure."""
    f = failures(t, ("no_beam",), u_min_h=0.0)
    return f.mutate(n=f.lost_h, d=1.0)


INDICATOR = Indicator(
    id="OPS-06",
    version=1,
    title=_("Mean time to repair"),
    unit="h",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_("Hours without beam in user time, divided by the number of failures."),
    contributions=contributions,
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
