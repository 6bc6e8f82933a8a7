"""What planned purchases, estimates and forecasts keep about a person: what was done, under which name."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.record.personal import GONE
from leaps.roadmaps.models import DurationEstimate, Forecast, PurchaseEvent


def _export(person: User) -> dict[str, Any]:
    return {
        "purchases": [
            {"of": str(e.purchase), "at": e.at.isoformat(), "did": e.verb, "changes": e.changes, "note": e.note}
            for e in PurchaseEvent.objects.filter(actor=person).select_related("purchase")
        ],
        "estimates": [
            {"of": str(e.milestone), "at": e.at.isoformat(), "months": [e.low, e.mode, e.high], "basis": e.basis, "withdrawn": e.is_withdrawn}
            for e in DurationEstimate.objects.filter(actor=person).select_related("milestone")
        ],
        "forecasts": [{"of": f.title, "at": f.at.isoformat()} for f in Forecast.objects.filter(actor=person)],
    }


def _erase(person: User) -> None:
    """What was said for a facility stays without the name."""
    for model in (PurchaseEvent, DurationEstimate, Forecast):
        model.objects.filter(actor=person).update(actor=None, actor_label=GONE)


register(Holding("supply_and_estimates", _export, _erase))
