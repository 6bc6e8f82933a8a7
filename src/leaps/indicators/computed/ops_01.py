"""Scheduled user hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables
from leaps.indicators.computed.pieces import hours_between


def contributions(t: Tables) -> Any:
    """One row for each entry of the run plan that counts, for each variant."""
    import ibis

    r = t["run_plan"]
    hours = hours_between(r.starts_at, r.ends_at)
    without = r.filter(r["mode"] == "user").mutate(n=hours, variant=ibis.literal("reserve out"))
    with_ = r.filter(r["mode"].isin(["user", "user_reserve"])).mutate(
        n=hours, variant=ibis.literal("reserve in")
    )
    return without.union(with_)


INDICATOR = Indicator(
    id="OPS-01",
    version=1,
    title=_("Scheduled user hours"),
    unit="h",
    kind=Kind.SUM,
    records=("run_plan",),
    rule=_("Hours of the run plan for users, with the reserve and without it."),
    contributions=contributions,
    variants={"reserve out": _("without the reserve"), "reserve in": _("with the reserve")},
    standard_variant="reserve out",
)
