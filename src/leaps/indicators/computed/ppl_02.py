"""PhD students using the facility."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    v = visitors(t)
    return v.filter(v.career_stage == "phd")


INDICATOR = Indicator(
    id="PPL-02",
    version=1,
    title=_("PhD students using the facility"),
    unit="person",
    kind=Kind.DISTINCT,
    records=("visit", "person"),
    rule=_("Distinct persons with a visit who were doctoral students in the year."),
    contributions=contributions,
    dims=("country", "gender"),
    people=True,
)
