"""Beamtime share to external peer-reviewed users."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.raw import records as raw


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    s = t["session"]
    return s.mutate(n=s.access_route.isin(raw.PEER_REVIEWED).ifelse(s.delivered_h, 0.0), d=s.delivered_h)


INDICATOR = Indicator(
    id="ACC-17",
    version=1,
    title=_("Beamtime share to external peer-reviewed users"),
    unit="%",
    kind=Kind.RATIO,
    records=("session",),
    rule=_(
        "Delivered hours of peer-reviewed, rapid, long-term and transnational access, of all delivered hours."
    ),
    contributions=contributions,
    dims=("instrument",),
    scale=100.0,
)
