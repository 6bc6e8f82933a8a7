"""Hours of training delivered."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    e = t["event"]
    return e.filter(e.kind.isin(["training", "school"]) & e.hours.notnull()).mutate(
        n=e.participants * e.hours
    )


INDICATOR = Indicator(
    id="PPL-07",
    version=1,
    title=_("Hours of training delivered"),
    unit="h",
    kind=Kind.SUM,
    records=("event",),
    rule=_("Participants times hours of trainings and schools."),
    contributions=contributions,
    dims=("audience",),
)
