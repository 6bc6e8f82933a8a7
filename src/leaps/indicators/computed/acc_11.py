"""Unique users since start."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with the key of the person."""
    return visitors(t)


INDICATOR = Indicator(
    id="ACC-11",
    version=1,
    title=_("Unique users since start"),
    unit="person",
    kind=Kind.DISTINCT_EVER,
    records=("visit", "person"),
    rule=_(
        "Distinct persons with a visit up to and in the year, since the first year returned. "
        "Where keys change with the year, a person counts once for each: an upper bound."
    ),
    contributions=contributions,
    people=True,
)
