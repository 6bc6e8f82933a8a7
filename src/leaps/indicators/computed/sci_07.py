"""Data produced per year."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    d = t["dataset"]
    return d.filter(d.size_tb.notnull()).mutate(n=d.size_tb)


INDICATOR = Indicator(
    id="SCI-07",
    version=1,
    title=_("Data produced per year"),
    unit="TB",
    kind=Kind.SUM,
    records=("dataset",),
    rule=_("Size of the raw data of the year, as kept."),
    contributions=contributions,
    dims=("instrument", "archive"),
)
