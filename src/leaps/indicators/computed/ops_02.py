"""Delivered user hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import lost_hours, user_hours


def contributions(t: Tables) -> Any:
    """One row for each facility and year, for each variant."""
    import ibis

    parts = []
    for variant, classes in (("refill usable", ("no_beam",)), ("refill lost", ("no_beam", "refill"))):
        both = user_hours(t, reserve=True).left_join(lost_hours(t, classes), ["facility", "year"])
        parts.append(
            both.select(
                "facility", "year", n=both.user_h - both.lost_h.fill_null(0.0), variant=ibis.literal(variant)
            )
        )
    return ibis.union(*parts)


INDICATOR = Indicator(
    id="OPS-02",
    version=1,
    title=_("Delivered user hours"),
    unit="h",
    kind=Kind.SUM,
    records=("run_plan", "outage"),
    rule=_("User hours with the reserve, less the hours without beam in them."),
    contributions=contributions,
    variants={
        "refill usable": _("a refill of the ring counts as beam"),
        "refill lost": _("a refill of the ring counts as no beam"),
    },
    standard_variant="refill usable",
)
