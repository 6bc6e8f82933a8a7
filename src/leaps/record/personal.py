"""What the record keeps about a person: proposals, changes, uploads."""

from typing import Any

from django.db.models import Q, QuerySet

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.record.models import ChangeSet, Correction, PackUpload

GONE = "a former member"


def _own(person: User) -> QuerySet[Correction]:
    """What a person proposed, signed in or as a visitor with an address of the account."""
    return Correction.objects.filter(Q(proposer=person) | Q(proposer_email__in=accounts_queries.addresses_of(person)))


def _export(person: User) -> dict[str, Any]:
    decided = Correction.objects.filter(decided_by=person)
    changes = ChangeSet.objects.filter(actor=person).order_by("revision")
    return {
        "corrections": [
            {
                "entry": f"{c.kind} {c.key}",
                "field": c.field,
                "proposed": c.proposed_value,
                "reason": c.reason,
                "source": c.source_url,
                "name_given": c.proposer_name,
                "email_given": c.proposer_email,
                "state": c.state,
                "decision_note": c.decision_note,
                "created_at": c.created_at.isoformat(),
            }
            for c in _own(person).order_by("pk")
        ],
        "decisions": [
            {"entry": f"{c.kind} {c.key}", "field": c.field, "state": c.state, "note": c.decision_note}
            for c in decided.order_by("pk")
        ],
        "changes": [{"revision": c.revision, "at": c.at.isoformat(), "reason": c.reason} for c in changes],
        "uploads": [
            {"name": u.name, "at": u.created_at.isoformat()} for u in PackUpload.objects.filter(owner=person).order_by("created_at")
        ],
    }


def _erase(person: User) -> None:
    own = _own(person)
    # What waits was never seen by anybody as settled: without its proposer nobody could be asked.
    own.filter(state__in=(Correction.State.UNCONFIRMED, Correction.State.OPEN)).delete()
    own.update(proposer=None, proposer_name="", proposer_email="", flood_mark="")
    ChangeSet.objects.filter(actor=person).update(actor_label=GONE)


register(Holding("record", _export, _erase))
