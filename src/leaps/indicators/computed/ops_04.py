"""Availability, compensated."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import lost_hours, user_hours


def contributions(t: Tables) -> Any:
    """One row for each facility and year, for each variant."""
    import ibis

    scheduled = user_hours(t, reserve=False).rename(scheduled_h="user_h")
    parts = []
    for variant, classes in (("refill usable", ("no_beam",)), ("refill lost", ("no_beam", "refill"))):
        both = (
            user_hours(t, reserve=True)
            .left_join(lost_hours(t, classes), ["facility", "year"])
            .drop("facility_right", "year_right")
            .join(scheduled, ["facility", "year"])
        )
        parts.append(
            both.select(
                "facility",
                "year",
                n=both.user_h - both.lost_h.fill_null(0.0),
                d=both.scheduled_h,
                variant=ibis.literal(variant),
            )
        )
    return ibis.union(*parts)


INDICATOR = Indicator(
    id="OPS-04",
    version=1,
    title=_("Availability, compensated"),
    unit="%",
    kind=Kind.RATIO,
    records=("run_plan", "outage"),
    rule=_(
        "User hours with the reserve less those without beam, of scheduled user hours without the reserve; may exceed 100 %."
    ),
    contributions=contributions,
    variants={
        "refill usable": _("a refill of the ring counts as beam"),
        "refill lost": _("a refill of the ring counts as no beam"),
    },
    standard_variant="refill usable",
    scale=100.0,
    source="Common operation metrics of light sources; rules differ between facilities, so each variant is kept.",
)
