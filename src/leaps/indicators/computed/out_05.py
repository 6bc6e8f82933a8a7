"""VIP and stakeholder visits."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each event that counts."""
    e = t["event"]
    return e.filter(e.audience == "vip").mutate(n=e.participants.cast("float64"))


INDICATOR = Indicator(
    id="OUT-05",
    version=1,
    title=_("VIP and stakeholder visits"),
    unit="person",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants of visits of stakeholders."),
    contributions=contributions,
    dims=("kind",),
)
