"""PDB depositions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    d = t["dataset"]
    return d.filter(d.archive == "PDB").mutate(n=1.0)


INDICATOR = Indicator(
    id="SCI-05",
    version=1,
    title=_("PDB depositions"),
    unit="count",
    kind=Kind.SUM,
    records=("dataset",),
    rule=_("Entries of the Protein Data Bank measured at the facility, in the year they were deposited."),
    contributions=contributions,
    dims=("instrument",),
)
