"""Effective number of countries of users."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with country and visits."""
    v = visitors(t)
    return v.filter(v.country.notnull()).mutate(category=v.country, n=v.records.cast("float64"))


INDICATOR = Indicator(
    id="PPL-06",
    version=1,
    title=_("Effective number of countries of users"),
    unit="ratio",
    kind=Kind.ENTROPY,
    records=("visit", "person"),
    rule=_(
        "exp(-sum p ln p) over the shares of visits by country of affiliation: how many equally present countries would be as diverse."
    ),
    contributions=contributions,
)
