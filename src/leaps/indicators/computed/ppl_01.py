"""Staff."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    s = t["staff"]
    return s.mutate(n=s.fte)


INDICATOR = Indicator(
    id="PPL-01",
    version=1,
    title=_("Staff"),
    unit="FTE",
    kind=Kind.SUM,
    records=("staff",),
    rule=_("Full-time equivalents at the end of the year."),
    contributions=contributions,
    dims=("category", "gender"),
)
