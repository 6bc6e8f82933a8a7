"""Participants in scientific and technical events."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each event that counts."""
    e = t["event"]
    return e.filter(e.audience == "scientific").mutate(n=e.participants.cast("float64"))


INDICATOR = Indicator(
    id="OUT-03",
    version=1,
    title=_("Participants in scientific and technical events"),
    unit="person",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants of scientific events."),
    contributions=contributions,
    dims=("kind",),
)
