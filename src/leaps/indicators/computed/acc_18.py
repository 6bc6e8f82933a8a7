"""Hours requested."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["proposal"]
    return p.mutate(n=p.requested_h, country=p.pi_country).filter(p.requested_h.notnull())


INDICATOR = Indicator(
    id="ACC-18",
    version=1,
    title=_("Hours requested"),
    unit="h",
    kind=Kind.SUM,
    records=("proposal",),
    rule=_("Hours of beamtime asked for in the proposals of the year."),
    contributions=contributions,
    dims=("call", "access_route", "country", "science_field"),
)
