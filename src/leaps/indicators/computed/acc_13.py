"""Share of users from abroad."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors_with_host


def contributions(t: Tables) -> Any:
    """One row for each person, facility and year."""
    v = visitors_with_host(t)
    known = v.filter(v.country.notnull() & v.host_country.notnull())
    people = known.group_by("facility", "year", "who").agg(abroad=(known.country != known.host_country).max())
    return people.mutate(n=people.abroad.cast("float64"), d=1.0)


INDICATOR = Indicator(
    id="ACC-13",
    version=1,
    title=_("Share of users from abroad"),
    unit="%",
    kind=Kind.RATIO,
    records=("visit", "person"),
    rule=_(
        "Persons whose affiliation lies outside the host country, of all persons whose affiliation is recorded; over several facilities the persons of each are added up."
    ),
    contributions=contributions,
    scale=100.0,
    people=True,
)
