"""Proposal success rate."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["proposal"]
    p = p.filter(~p.decision.isin(["withdrawn", "pending"]))
    return p.mutate(
        n=p.decision.isin(["accepted", "accepted_in_part"]).cast("float64"), d=1.0, country=p.pi_country
    )


INDICATOR = Indicator(
    id="ACC-03",
    version=1,
    title=_("Proposal success rate"),
    unit="%",
    kind=Kind.RATIO,
    records=("proposal",),
    rule=_(
        "Accepted of submitted proposals of the same year; withdrawn and undecided ones are left out of both."
    ),
    contributions=contributions,
    dims=("call", "access_route", "country", "science_field"),
    scale=100.0,
)
