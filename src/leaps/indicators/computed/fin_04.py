"""Revenue other than core funding."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each budget line of revenue; group by currency."""
    b = t["budget"]
    b = b.filter(b.kind == "revenue")
    return b.mutate(n=(b.source == "core").ifelse(0.0, b.amount), d=b.amount)


INDICATOR = Indicator(
    id="FIN-04",
    version=1,
    title=_("Revenue other than core funding"),
    unit="%",
    kind=Kind.RATIO,
    records=("budget",),
    rule=_("External and commercial revenue of all revenue, in each currency."),
    contributions=contributions,
    dims=("currency",),
    scale=100.0,
)
