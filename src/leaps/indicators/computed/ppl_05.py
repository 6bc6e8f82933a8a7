"""Early-career researchers trained."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors
from leaps.indicators.raw import records as raw


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    v = visitors(t)
    return v.filter(v.career_stage.isin(raw.EARLY_CAREER))


INDICATOR = Indicator(
    id="PPL-05",
    version=1,
    title=_("Early-career researchers trained"),
    unit="person",
    kind=Kind.DISTINCT,
    records=("visit", "person"),
    rule=_("Distinct students, doctoral students and postdocs with a visit."),
    contributions=contributions,
    dims=("country", "gender"),
    people=True,
)
