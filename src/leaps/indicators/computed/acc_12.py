"""Countries of users."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with its country as the key."""
    v = visitors(t)
    return v.filter(v.country.notnull()).mutate(who=v.country, shared=True)


INDICATOR = Indicator(
    id="ACC-12",
    version=1,
    title=_("Countries of users"),
    unit="country",
    kind=Kind.DISTINCT,
    records=("visit", "person"),
    rule=_("Distinct countries of the affiliations of visitors."),
    contributions=contributions,
)
