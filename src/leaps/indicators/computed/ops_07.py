"""Number of outages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import failures, user_hours


def contributions(t: Tables) -> Any:
    """One row for each facility and year with user time, for each variant: without a failure it is zero, not unknown."""
    import ibis

    parts = []
    for u_min_h in (0.0, 0.25, 1.0):
        found = failures(t, ("no_beam",), u_min_h=u_min_h)
        counted = found.group_by("facility", "year").agg(failures=found.count())
        both = user_hours(t, reserve=True).left_join(counted, ["facility", "year"])
        variant = ibis.literal(f"{u_min_h * 60:g} min")
        parts.append(both.select("facility", "year", n=both.failures.fill_null(0).cast("float64"), variant=variant))
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
        "0 min": _("outages without beam between them are one"),
        "15 min": _("outages less than 15 min apart are one"),
        "60 min": _("outages less than 60 min apart are one"),
    },
    standard_variant="0 min",
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
