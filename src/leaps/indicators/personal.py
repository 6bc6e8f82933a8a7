"""What returns, trades and relevance keep about a person: what was sent, commented, signed, decided and said."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.indicators.models import RelevanceStatement, Return, ReturnEvent, TradeDecision
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


def _export_relevance(person: User) -> list[dict[str, Any]]:
    said = RelevanceStatement.objects.filter(actor=person)
    return [
        {"facility": s.facility, "indicator": s.indicator, "relevance": s.relevance, "reason": s.reason, "at": s.said_at.isoformat()}
        for s in said
    ]


def _erase_relevance(person: User) -> None:
    """What the facility said stays, without who said it."""
    RelevanceStatement.objects.filter(actor=person).update(actor=None, actor_label=GONE)


register(Holding("relevance", _export_relevance, _erase_relevance))
