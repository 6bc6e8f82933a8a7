"""What returns keep about a person: what was sent, commented and signed."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.indicators.models import Return, ReturnEvent
from leaps.record.personal import GONE


def _export(person: User) -> dict[str, Any]:
    done = ReturnEvent.objects.filter(actor=person).select_related("of__campaign")
    return {
        "returns": [
            {"return": str(event.of), "did": event.verb, "at": event.at.isoformat(), "detail": event.detail} for event in done
        ]
    }


def _erase(person: User) -> None:
    """The signature under published values stays: a facility vouched for them. Who sent and commented is forgotten."""
    Return.objects.filter(sent_by=person).update(sent_label=GONE)
    ReturnEvent.objects.filter(actor=person).exclude(verb="signed").update(actor=None, actor_label=GONE)
    ReturnEvent.objects.filter(actor=person).update(actor=None)


register(Holding("returns", _export, _erase))
