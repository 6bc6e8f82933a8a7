"""General public reached in person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each event that counts."""
    e = t["event"]
    return e.filter(e.audience == "public").mutate(n=e.participants.cast("float64"))


INDICATOR = Indicator(
    id="OUT-04",
    version=1,
    title=_("General public reached in person"),
    unit="person",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants of events for the public."),
    contributions=contributions,
    dims=("kind",),
)
