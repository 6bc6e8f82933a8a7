"""School pupils and students reached."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each event that counts."""
    e = t["event"]
    return e.filter(e.audience == "school").mutate(n=e.participants.cast("float64"))


INDICATOR = Indicator(
    id="OUT-02",
    version=1,
    title=_("School pupils and students reached"),
    unit="person",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants of events for schools."),
    contributions=contributions,
    dims=("kind",),
)
