"""Women among staff."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    s = t["staff"]
    s = s.filter(s.gender != "not_stated")
    return s.mutate(n=(s.gender == "woman").ifelse(s.heads, 0).cast("float64"), d=s.heads.cast("float64"))


INDICATOR = Indicator(
    id="PPL-03",
    version=1,
    title=_("Women among staff"),
    unit="%",
    kind=Kind.RATIO,
    records=("staff",),
    rule=_("Women of all who declared a gender, by heads."),
    contributions=contributions,
    dims=("category",),
    scale=100.0,
    people=True,
)
