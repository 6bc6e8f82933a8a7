"""What action plans and the planner keep about a person: actions owned, meetings chaired, offers answered, what was done."""

import re
from typing import Any

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.record.personal import GONE
from leaps.roadmaps.models import (
    Action,
    ActionEvent,
    ActionReminder,
    GridScore,
    GuestResponse,
    Meeting,
    PlanningEvent,
    RoadmapChange,
    RoadmapEdition,
    RoadmapRemark,
    Seat,
    WeeklyDigest,
)


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
        "digest": [{"area": d.area, "told_until": d.told_until.isoformat()} for d in WeeklyDigest.objects.filter(person=person)],
    }


def _erase(person: User) -> None:
    """The plan stays without the person; in minutes, name and addresses give way, as owners are written there."""
    WeeklyDigest.objects.filter(person=person).delete()
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


def _export_planning(person: User) -> dict[str, Any]:
    done = PlanningEvent.objects.filter(actor=person).select_related("proposal", "offer")
    return {
        "answers": [
            {"offer": str(r.offer), "hours": r.hours, "words": r.words, "at": r.updated_at.isoformat(), "taken_back": r.withdrawn_at is not None}
            for r in GuestResponse.objects.filter(person=person).select_related("offer__facility", "offer__technique")
        ],
        "did": [{"of": str(e.proposal or e.offer), "at": e.at.isoformat(), "did": e.verb, "changes": e.changes, "note": e.note} for e in done],
    }


def _erase_planning(person: User) -> None:
    """Answers go with the person; what was done for a facility stays without the name."""
    GuestResponse.objects.filter(person=person).delete()
    PlanningEvent.objects.filter(actor=person).update(actor=None, actor_label=GONE)


register(Holding("dark_periods", _export_planning, _erase_planning))


def _export_roadmaps(person: User) -> dict[str, Any]:
    return {
        "groups": [{"roadmap": s.roadmap.title, "part": s.part} for s in Seat.objects.filter(person=person).select_related("roadmap")],
        "did": [
            {"roadmap": c.roadmap.title, "at": c.at.isoformat(), "did": c.verb, "before": c.before, "after": c.after}
            for c in RoadmapChange.objects.filter(actor=person).select_related("roadmap")
        ],
        "settled": [
            {"roadmap": r.roadmap.title, "text": r.text} for r in RoadmapRemark.objects.filter(settled_by=person).select_related("roadmap")
        ],
        "froze": [
            {"roadmap": e.roadmap.title, "edition": e.title, "at": e.at.isoformat()} for e in RoadmapEdition.objects.filter(actor=person).select_related("roadmap")
        ],
        "remarks": [
            {"roadmap": r.roadmap.title, "at": r.at.isoformat(), "text": r.text} for r in RoadmapRemark.objects.filter(author=person).select_related("roadmap")
        ],
        "scores": [
            {"roadmap": s.roadmap.title, "row": s.row.title, "column": s.column.title, "step": s.step, "score": s.score, "at": s.at.isoformat()}
            for s in GridScore.objects.filter(person=person).select_related("roadmap", "row", "column")
        ],
    }


def _erase_roadmaps(person: User) -> None:
    """Seats and scores go with the person; what was drawn and said stays without the name."""
    RoadmapEdition.objects.filter(actor=person).update(actor=None, actor_label=GONE)
    Seat.objects.filter(person=person).delete()
    GridScore.objects.filter(person=person).delete()
    RoadmapChange.objects.filter(actor=person).update(actor=None, actor_label=GONE)
    RoadmapRemark.objects.filter(author=person).update(author=None, author_label=GONE)
    RoadmapRemark.objects.filter(settled_by=person).update(settled_by=None, settled_label=GONE)


register(Holding("roadmaps", _export_roadmaps, _erase_roadmaps))
