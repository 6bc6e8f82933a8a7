"""Publications since start."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each paper and facility."""
    p = t["publication"]
    return p.mutate(who=p.doi.lower(), shared=True)


INDICATOR = Indicator(
    id="SCI-02",
    version=1,
    title=_("Publications since start"),
    unit="count",
    kind=Kind.DISTINCT_EVER,
    records=("publication",),
    rule=_("Distinct DOIs up to and in the year, since the first year returned."),
    contributions=contributions,
)
