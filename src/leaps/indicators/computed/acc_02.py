"""Proposals accepted."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["proposal"]
    return p.filter(p.decision.isin(["accepted", "accepted_in_part"])).mutate(n=1.0, country=p.pi_country)


INDICATOR = Indicator(
    id="ACC-02",
    version=1,
    title=_("Proposals accepted"),
    unit="count",
    kind=Kind.SUM,
    records=("proposal",),
    rule=_("Proposals submitted in the year and accepted, in full or in part, whenever it was decided."),
    contributions=contributions,
    dims=("call", "access_route", "country", "science_field"),
)
