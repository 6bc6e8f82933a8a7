"""What returns and the trades of suppliers keep about a person: what was sent, commented, signed and decided."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.indicators.models import Return, ReturnEvent, TradeDecision
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


def _export_trades(person: User) -> list[dict[str, Any]]:
    decisions = TradeDecision.objects.filter(actor=person).select_related("supplier")
    return [
        {
            "facility": d.supplier.facility, "supplier": d.supplier.party, "at": d.at.isoformat(),
            "before": d.before, "after": d.after, "note": d.note,
        }
        for d in decisions
    ]  # fmt: skip


def _erase_trades(person: User) -> None:
    """The decision stays, without who made it."""
    TradeDecision.objects.filter(actor=person).update(actor=None, actor_label=GONE)


register(Holding("trades", _export_trades, _erase_trades))
