"""Shifts awarded."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["proposal"]
    return p.mutate(n=p.awarded_h / p.shift_h.fill_null(8.0), country=p.pi_country).filter(
        p.awarded_h.notnull()
    )


INDICATOR = Indicator(
    id="ACC-05",
    version=1,
    title=_("Shifts awarded"),
    unit="shift",
    kind=Kind.SUM,
    records=("proposal",),
    rule=_("Hours awarded divided by the length of the shift of the proposal (8 h where none is given)."),
    contributions=contributions,
    dims=("call", "access_route", "country", "science_field"),
)
