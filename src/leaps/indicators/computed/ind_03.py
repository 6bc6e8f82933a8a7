"""Share of beamtime for proprietary use."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    s = t["session"]
    return s.mutate(n=(s.access_route == "proprietary").ifelse(s.delivered_h, 0.0), d=s.delivered_h)


INDICATOR = Indicator(
    id="IND-03",
    version=1,
    title=_("Share of beamtime for proprietary use"),
    unit="%",
    kind=Kind.RATIO,
    records=("session",),
    rule=_("Delivered hours of proprietary access, of all delivered hours."),
    contributions=contributions,
    dims=("instrument",),
    scale=100.0,
)
