"""Institutes using the facility."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each visitor, with its institution as the key."""
    v = visitors(t)
    return v.filter(v.institution_ror.notnull()).mutate(who=v.institution_ror, shared=True)


INDICATOR = Indicator(
    id="ACC-16",
    version=1,
    title=_("Institutes using the facility"),
    unit="count",
    kind=Kind.DISTINCT,
    records=("visit", "person"),
    rule=_("Distinct institutions (ROR) of visitors."),
    contributions=contributions,
    dims=("country",),
)
