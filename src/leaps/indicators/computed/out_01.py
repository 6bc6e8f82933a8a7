"""Visitors and outreach contacts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each event that counts."""
    e = t["event"]
    return e.filter(~e.audience.isin(["user", "scientific"])).mutate(n=e.participants.cast("float64"))


INDICATOR = Indicator(
    id="OUT-01",
    version=1,
    title=_("Visitors and outreach contacts"),
    unit="person",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants of events for others than users and scientists."),
    contributions=contributions,
    dims=("kind",),
)
