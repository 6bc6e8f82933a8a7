"""Publications in the year."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each paper and facility."""
    p = t["publication"]
    return p.mutate(who=p.doi.lower(), shared=True)


INDICATOR = Indicator(
    id="SCI-01",
    version=1,
    title=_("Publications in the year"),
    unit="count",
    kind=Kind.DISTINCT,
    records=("publication",),
    rule=_("Distinct DOIs; a paper with data of two facilities counts once for the league."),
    contributions=contributions,
    dims=("science_field", "kind"),
)
