"""Beamline commissioning hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import hours_between


def contributions(t: Tables) -> Any:
    """One row for each entry of the run plan that counts."""
    r = t["run_plan"]
    r = r.filter(r["mode"] == "beamline_commissioning")
    return r.mutate(n=hours_between(r.starts_at, r.ends_at))


INDICATOR = Indicator(
    id="OPS-11",
    version=1,
    title=_("Beamline commissioning hours"),
    unit="h",
    kind=Kind.SUM,
    records=("run_plan",),
    rule=_("Hours of the run plan for beamline commissioning."),
    contributions=contributions,
)
