"""What the record keeps about a person: proposals, changes, uploads."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.record.models import ChangeSet, Correction, PackUpload

GONE = "a former member"


def _export(person: User) -> dict[str, Any]:
    corrections = Correction.objects.filter(proposer=person).order_by("pk")
    changes = ChangeSet.objects.filter(actor=person).order_by("revision")
    return {
        "corrections": [
            {
                "entry": f"{c.kind} {c.key}",
                "field": c.field,
                "proposed": c.proposed_value,
                "reason": c.reason,
                "state": c.state,
                "created_at": c.created_at.isoformat(),
            }
            for c in corrections
        ],
        "changes": [{"revision": c.revision, "at": c.at.isoformat(), "reason": c.reason} for c in changes],
        "uploads": [u.name for u in PackUpload.objects.filter(owner=person)],
    }


def _erase(person: User) -> None:
    Correction.objects.filter(proposer=person).update(proposer_name="", proposer_email="", flood_mark="")
    Correction.objects.filter(proposer_email__iexact=person.email).update(proposer_name="", proposer_email="", flood_mark="")
    ChangeSet.objects.filter(actor=person).update(actor_label=GONE)


register(Holding("record", _export, _erase))
