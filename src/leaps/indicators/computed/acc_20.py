"""Median days from submission to first shift."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import hours_between


def contributions(t: Tables) -> Any:
    """One row for each proposal that got a session, in the year it was submitted."""
    p, s = t["proposal"], t["session"]
    first = s.group_by("facility", "proposal_id").agg(first_at=s.starts_at.min())
    both = p.join(first, ["facility", "proposal_id"])
    return both.mutate(n=hours_between(both.submitted_at, both.first_at) / 24.0)


INDICATOR = Indicator(
    id="ACC-20",
    version=1,
    title=_("Median days from submission to first shift"),
    unit="day",
    kind=Kind.MEDIAN,
    records=("proposal", "session"),
    rule=_("Days between the submission of a proposal and its first session, for proposals that got one."),
    contributions=contributions,
    dims=("access_route",),
)
