"""Datasets with DOI opened."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    d = t["dataset"]
    return d.filter(d.doi.notnull() & d.released_on.notnull()).mutate(n=1.0)


INDICATOR = Indicator(
    id="SCI-09",
    version=1,
    title=_("Datasets with DOI opened"),
    unit="count",
    kind=Kind.SUM,
    records=("dataset",),
    rule=_("Datasets with a DOI that were opened."),
    contributions=contributions,
    dims=("archive",),
)
