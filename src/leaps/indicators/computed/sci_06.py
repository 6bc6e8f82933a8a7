"""Fractional publications."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each paper and facility, weighted."""
    import ibis

    p = t["publication"]
    p = p.mutate(paper=p.doi.lower())
    return p.mutate(n=1.0 / p.count().over(ibis.window(group_by=["year", "paper"])).cast("float64"))


INDICATOR = Indicator(
    id="SCI-06",
    version=1,
    title=_("Fractional publications"),
    unit="count",
    kind=Kind.SUM,
    records=("publication",),
    rule=_(
        "Each paper is shared equally by the facilities it has data of, so facilities add up to the league."
    ),
    contributions=contributions,
    dims=("science_field", "kind"),
    needs_others=True,
)
