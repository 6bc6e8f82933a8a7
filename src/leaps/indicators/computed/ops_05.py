"""Mean time between failures."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import failures, user_hours


def contributions(t: Tables) -> Any:
    """One row for each facility and year, for each variant."""
    import ibis

    parts = []
    for u_min_h in (0.0, 0.25, 1.0):
        found = failures(t, ("no_beam",), u_min_h=u_min_h)
        counted = found.group_by("facility", "year").agg(failures=found.count())
        both = user_hours(t, reserve=True).left_join(counted, ["facility", "year"])
        number = both.failures.fill_null(0).cast("float64")
        for rule, more in (("T/n", 0.0), ("T/(n+1)", 1.0)):
            variant = ibis.literal(f"{rule}, {u_min_h * 60:g} min")
            parts.append(both.select("facility", "year", n=both.user_h, d=number + more, variant=variant))
    return ibis.union(*parts)


INDICATOR = Indicator(
    id="OPS-05",
    version=1,
    title=_("Mean time between failures"),
    unit="h",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_(
        "User hours with the reserve, divided by the number of failures or by one more; outages with less than the stated beam between them are one."
    ),
    contributions=contributions,
    variants={
        "T/n, 0 min": _("T/n, outages without beam between them are one"),
        "T/(n+1), 0 min": _("T/(n+1), outages without beam between them are one"),
        "T/n, 15 min": _("T/n, outages less than 15 min apart are one"),
        "T/(n+1), 15 min": _("T/(n+1), outages less than 15 min apart are one"),
        "T/n, 60 min": _("T/n, outages less than 60 min apart are one"),
        "T/(n+1), 60 min": _("T/(n+1), outages less than 60 min apart are one"),
    },
    standard_variant="T/n, 0 min",
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
