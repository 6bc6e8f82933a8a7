"""Oversubscription factor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each facility and year that has both proposals and offered hours."""
    p, m = t["proposal"], t["instrument_period"]
    asked = p.group_by("facility", "year").agg(n=p.requested_h.sum())
    offered = m.group_by("facility", "year").agg(d=m.offered_h.sum())
    return asked.join(offered, ["facility", "year"])


INDICATOR = Indicator(
    id="ACC-06",
    version=1,
    title=_("Oversubscription factor"),
    unit="ratio",
    kind=Kind.RATIO,
    records=("proposal", "instrument_period"),
    rule=_("Hours requested divided by hours offered; not defined where nothing was offered."),
    contributions=contributions,
)
