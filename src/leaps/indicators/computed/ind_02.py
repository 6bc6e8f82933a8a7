"""Income from commercial access."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each contract of sale; group by currency."""
    c = t["contract"]
    return c.filter(c.kind == "sale").mutate(n=c.amount)


INDICATOR = Indicator(
    id="IND-02",
    version=1,
    title=_("Income from commercial access"),
    unit="currency",
    kind=Kind.SUM,
    records=("contract",),
    rule=_("Contracts of sale, in the currency of the contract; currencies are not added."),
    contributions=contributions,
    dims=("currency", "country"),
)
