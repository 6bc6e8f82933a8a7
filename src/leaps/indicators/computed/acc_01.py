"""Proposals submitted."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["proposal"]
    return p.mutate(n=1.0, country=p.pi_country)


INDICATOR = Indicator(
    id="ACC-01",
    version=1,
    title=_("Proposals submitted"),
    unit="count",
    kind=Kind.SUM,
    records=("proposal",),
    rule=_("Every proposal submitted in the year counts once, whatever became of it."),
    contributions=contributions,
    dims=("call", "access_route", "country", "science_field"),
)
