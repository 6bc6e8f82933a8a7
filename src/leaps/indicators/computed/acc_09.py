"""User visits remote."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with the visits."""
    v = visitors(t)
    return v.filter(v["mode"].isin(["remote", "mail_in"])).mutate(n=v.records.cast("float64"))


INDICATOR = Indicator(
    id="ACC-09",
    version=1,
    title=_("User visits remote"),
    unit="visit",
    kind=Kind.SUM,
    records=("visit", "person"),
    rule=_("Visits remote or by mail-in."),
    contributions=contributions,
    dims=("mode", "country", "sector", "gender", "career_stage"),
)
