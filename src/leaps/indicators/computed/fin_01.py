"""Annual operating budget."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each budget line; group by currency."""
    b = t["budget"]
    return b.filter(b.kind == "operation").mutate(n=b.amount)


INDICATOR = Indicator(
    id="FIN-01",
    version=1,
    title=_("Annual operating budget"),
    unit="currency",
    kind=Kind.SUM,
    records=("budget",),
    rule=_("Budget lines of operation, in their currency; currencies are not added."),
    contributions=contributions,
    dims=("currency", "source"),
)
