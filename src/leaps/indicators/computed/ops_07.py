"""Number of outages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import failures


def contributions(t: Tables) -> Any:
    """One row for each failure, for each variant."""
    import ibis

    parts = []
    for u_min_h in (0.0, 0.25, 1.0):
        found = failures(t, ("no_beam",), u_min_h=u_min_h)
        parts.append(found.select("facility", "year", n=1.0, variant=ibis.literal(f"{u_min_h * 60:g} min")))
    return ibis.union(*parts)


INDICATOR = Indicator(
    id="OPS-07",
    version=1,
    title=_("Number of outages"),
    unit="count",
    kind=Kind.SUM,
    records=("run_plan", "outage"),
    rule=_("Failures in user time; outages with less than the stated beam between them are one."),
    contributions=contributions,
    variants={
        "0 min": _("outages less than 0 min apart are one"),
        "15 min": _("outages less than 15 min apart are one"),
        "60 min": _("outages less than 60 min apart are one"),
    },
    standard_variant="0 min",
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
