"""Share in top 10 % cited."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each paper and facility, weighted."""
    import ibis

    p = t["publication"]
    p = p.filter(p.top_ten_percent.notnull()).mutate(paper=p.doi.lower())
    shared = p.mutate(d=1.0 / p.count().over(ibis.window(group_by=["year", "paper"])).cast("float64"))
    return shared.mutate(n=shared.top_ten_percent.ifelse(shared.d, 0.0))


INDICATOR = Indicator(
    id="SCI-03",
    version=1,
    title=_("Share in top 10 % cited"),
    unit="%",
    kind=Kind.RATIO,
    records=("publication",),
    rule=_(
        "Papers among the most cited tenth of their field and year, of those with a known standing; each paper is shared equally by its facilities."
    ),
    contributions=contributions,
    dims=("science_field", "kind"),
    needs_others=True,
    scale=100.0,
)
