"""What action plans keep about a person: the actions owned, what was said of them, the meetings chaired."""

import re
from typing import Any

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.record.personal import GONE
from leaps.roadmaps.models import Action, ActionEvent, ActionReminder, Meeting


def _export(person: User) -> dict[str, Any]:
    said = ActionEvent.objects.filter(actor=person).select_related("of")
    return {
        "owned": [
            {"title": a.title, "why": a.why, "due": a.due.isoformat(), "status": a.status, "next_step": a.next_step, "role": a.owner_role}
            for a in Action.objects.filter(owner=person)
        ],
        "said": [{"action": e.of.title, "at": e.at.isoformat(), "did": e.verb, "changes": e.changes, "note": e.note} for e in said],
        "meetings": [
            {"title": m.title, "on": m.held_on.isoformat(), "minutes": m.minutes} for m in Meeting.objects.filter(chair=person)
        ],
        "reminders": [
            {"action": r.of.title, "why": r.kind, "on": r.sent_on.isoformat()}
            for r in ActionReminder.objects.filter(person=person).select_related("of")
        ],
    }


def _erase(person: User) -> None:
    """The plan stays without the person; in minutes, name and addresses give way, as owners are written there."""
    Action.objects.filter(owner=person, owner_role="").update(owner=None, owner_role=GONE)
    Action.objects.filter(owner=person).update(owner=None)
    ActionEvent.objects.filter(actor=person).update(actor=None, actor_label=GONE)
    Meeting.objects.filter(chair=person).update(chair=None, chair_label=GONE)
    words = [re.escape(word) for word in (*accounts_queries.addresses_of(person), person.name.strip()) if word]
    named = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
    for meeting in Meeting.objects.exclude(minutes="").only("minutes"):
        if named.search(meeting.minutes):
            Meeting.objects.filter(pk=meeting.pk).update(minutes=named.sub(GONE, meeting.minutes))


register(Holding("action_plans", _export, _erase))
