"""Share of users who use more than one source."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each person and year. It says something of the league only: grouped by facility a person stands at the first."""
    v = visitors(t)
    known = v.filter(v.shared)
    people = known.group_by("year", "who").agg(facility=known.facility.min(), last=known.facility.max())
    return people.mutate(n=(people.facility != people["last"]).cast("float64"), d=1.0)


INDICATOR = Indicator(
    id="ACC-19",
    version=1,
    title=_("Share of users who use more than one source"),
    unit="%",
    kind=Kind.RATIO,
    records=("visit", "person"),
    rule=_(
        "Of the persons with a key shared in the league, those with visits at two or more facilities in the year."
    ),
    contributions=contributions,
    scale=100.0,
    people=True,
    league_only=True,
)
