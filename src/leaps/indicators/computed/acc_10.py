"""Unique users."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with the key of the person."""
    return visitors(t)


INDICATOR = Indicator(
    id="ACC-10",
    version=1,
    title=_("Unique users"),
    unit="person",
    kind=Kind.DISTINCT,
    records=("visit", "person"),
    rule=_(
        "Distinct persons with a visit in the year; over several facilities the union of keys, never the sum."
    ),
    contributions=contributions,
    dims=("country", "sector", "gender", "career_stage", "mode"),
    people=True,
)
