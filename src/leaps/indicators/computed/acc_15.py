"""Experiments carried out."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    s = t["session"]
    return s.filter(s.delivered_h > 0).mutate(n=1.0)


INDICATOR = Indicator(
    id="ACC-15",
    version=1,
    title=_("Experiments carried out"),
    unit="count",
    kind=Kind.SUM,
    records=("session",),
    rule=_("Sessions with beam delivered."),
    contributions=contributions,
    dims=("instrument", "access_route"),
)
