"""Companies using the facility."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each contract of sale, with the company as the key."""
    c = t["contract"]
    return c.filter(c.kind == "sale").mutate(who=c.party_key, shared=True)


INDICATOR = Indicator(
    id="IND-01",
    version=1,
    title=_("Companies using the facility"),
    unit="count",
    kind=Kind.DISTINCT,
    records=("contract",),
    rule=_("Distinct companies with a contract of sale in the year."),
    contributions=contributions,
    dims=("country",),
)
