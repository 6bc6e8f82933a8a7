"""Women among users."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import visitors


def contributions(t: Tables) -> Any:
    """One row for each person, facility and year."""
    v = visitors(t)
    v = v.filter(v.gender != "not_stated")
    people = v.group_by("facility", "year", "who", "gender").agg(visits=v.records.sum())
    return people.mutate(n=(people.gender == "woman").cast("float64"), d=1.0)


INDICATOR = Indicator(
    id="PPL-04",
    version=1,
    title=_("Women among users"),
    unit="%",
    kind=Kind.RATIO,
    records=("visit", "person"),
    rule=_("Women of all persons with a visit who declared a gender; a share of persons, not of visits; over several facilities the persons of each are added up."),
    contributions=contributions,
    scale=100.0,
    people=True,
)
