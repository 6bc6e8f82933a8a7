"""What can be done with actions and meetings. Every change of an action is an event; nobody overwrites unseen."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.roadmaps import minutes, plan_queries, rules
from leaps.roadmaps.models import Action, ActionEvent, Meeting, Milestone, Technology
from leaps.roadmaps.types import ActionStatus, Area, Priority

UPDATED: Final = ("next_step", "due", "status", "blocker", "evidence")
"""What the owner of an action changes."""
ASSIGNED: Final = ("title", "why", "area", "priority", "owner", "owner_role", "milestone", "technology")
"""What only chairs and the office change besides."""
REPORTED: Final = (ActionStatus.AGREED, ActionStatus.RUNNING, ActionStatus.BLOCKED)
"""Between these the owner moves an action; agreeing on it and closing it is for the chair."""


class Changed(Conflict):
    """Somebody else changed it in the meantime: what stands there now, and what was done since."""

    def __init__(self, message: str, present: Any, since: Sequence[ActionEvent] = ()) -> None:
        self.present, self.since = present, tuple(since)
        super().__init__(message)


class NotHeld(Conflict):
    """The meeting has not been held, or has been already."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom an action belongs to: a person, a role, or a person in a role."""

    person: User | None
    role: str = ""


def owner_called(text: str, role: str = "") -> Owner:
    """The owner meant by an address or a name; words that name no account are a role.

    Raises InvalidInput for an address without an account, a name that several have, or no owner at all.
    """
    wanted, role = " ".join(text.split()), " ".join(role.split())
    found = plan_queries.person_called(wanted)
    if len(found) == 1:
        return Owner(found[0], role)
    if len(found) > 1:
        cure = _("Write the address of the one who is meant.")
        raise InvalidInput([Problem(_("is the name of several people"), cure, field="owner", value=wanted)])
    if "@" in wanted:
        cure = _("Ask for the address of the account, or write the role that is to do it.")
        raise InvalidInput([Problem(_("is the address of no account"), cure, field="owner", value=wanted)])
    if not wanted and not role:
        cure = _("Write an address, a name or a role: every action has one owner.")
        raise InvalidInput([Problem(_("is missing"), cure, field="owner")])
    return Owner(None, ", ".join(filter(None, (wanted, role)))[:120])


def create(
    *, title: str, why: str, area: str, owner: Owner, due: dt.date, next_step: str, actor: Any, now: dt.datetime, priority: str = Priority.NORMAL,
    milestone: Milestone | None = None, technology: Technology | None = None, meeting: Meeting | None = None, is_agreed: bool = True,
) -> Action:  # fmt: skip
    """Write down an action, agreed or as a proposal. Raises NotAllowed, InvalidInput."""
    if not rules.may_chair(actor):
        raise NotAllowed(_("Only group chairs and the office make actions."))
    source = milestone or technology or meeting
    made = Action(
        title=title.strip(), why=(why.strip() or str(source or ""))[:500], area=area, owner=owner.person, owner_role=owner.role, due=due,
        next_step=next_step.strip(), status=ActionStatus.AGREED if is_agreed else ActionStatus.PROPOSED, priority=priority, milestone=milestone,
        technology=technology, meeting=meeting, updated_at=now, is_synthetic=bool(getattr(actor, "is_synthetic", False)),
    )  # fmt: skip
    _check(made)
    with transaction.atomic():
        made.save()
        _note(made, "agreed" if is_agreed else "proposed", actor, now)
    return made


def update(*, action: Action, base: int, actor: Any, now: dt.datetime, changes: Mapping[str, Any], note: str = "") -> Action:
    """Tell how an action goes, or change what it is; `base` is the version that the person has seen.

    Without changes a note alone says that all is still so. Raises NotAllowed; Changed when somebody was quicker:
    then nothing is written; InvalidInput when a rule of actions is broken or nothing is said.
    """
    with transaction.atomic():
        locked = Action.objects.select_for_update(of=("self",)).select_related("owner").get(pk=action.pk)
        if not rules.may_update(actor, locked):
            raise NotAllowed(_("Only its owner, group chairs and the office update an action."))
        if locked.version != base:
            since = list(locked.events.filter(version__gt=base))
            raise Changed(_("%(who)s changed this action in the meantime.") % {"who": since[-1].actor_label if since else _("Somebody")}, locked, since)
        before = {name: getattr(locked, name) for name in (*UPDATED, *ASSIGNED)}
        for name, value in changes.items():
            setattr(locked, name, value.strip() if isinstance(value, str) else value)
        changed = [name for name, value in before.items() if getattr(locked, name) != value]
        _may_change(locked, before, changed, actor)
        if locked.status != ActionStatus.BLOCKED and locked.blocker:
            locked.blocker = ""  # what stood in the way is past; the history tells it
            changed = [name for name, value in before.items() if getattr(locked, name) != value]
        _check(locked, before=before, note=note, is_said=bool(changed or note.strip()))
        locked.version, locked.updated_at = base + 1, now
        locked.save()
        told = {name: [_plain(before[name]), _plain(getattr(locked, name))] for name in changed}
        verb = str(locked.status) if "status" in changed else "changed" if changed else "confirmed"
        _note(locked, verb, actor, now, told, note)
    return locked


def _may_change(action: Action, before: Mapping[str, Any], changed: Sequence[str], actor: Any) -> None:
    if rules.may_chair(actor):
        return
    if set(changed) & set(ASSIGNED):
        raise NotAllowed(_("Only group chairs and the office say what an action is and whose it is."))
    if "status" in changed and not {action.status, before["status"]} <= set(REPORTED):
        raise NotAllowed(_("Only group chairs and the office agree on actions and close them. Give the evidence, and it comes on the agenda."))


def _check(action: Action, *, before: Mapping[str, Any] | None = None, note: str = "", is_said: bool = True) -> None:
    """The rules of actions in words; the database holds them too. Raises InvalidInput with all that is broken."""
    found = []
    for name, most in (("title", 200), ("why", 500), ("next_step", 300), ("owner_role", 120), ("evidence", 500), ("blocker", 200)):
        value = getattr(action, name)
        if len(value) > most:
            found.append(Problem(_("is too long"), _("Say it in at most %(n)d characters.") % {"n": most}, field=name))
        elif not value and name in ("title", "why", "next_step"):
            cure = {
                "title": _("Say what is to be done."),
                "why": _("Name the recommendation or decision it follows from, or choose a milestone or technology."),
                "next_step": _("Every action has one next step: what happens first?"),
            }[name]
            found.append(Problem(_("is missing"), cure, field=name))
    if action.area not in Area.values:
        found.append(Problem(_("is not an area"), _("Choose one of the list."), field="area", value=action.area))
    if action.status not in ActionStatus.values:
        found.append(Problem(_("is not a status"), _("Choose one of the list."), field="status", value=action.status))
    if action.priority not in Priority.values:
        found.append(Problem(_("is not a priority"), _("Choose one of the list."), field="priority", value=action.priority))
    if action.owner is None and not action.owner_role:
        found.append(Problem(_("is missing"), _("Write an address, a name or a role: every action has one owner."), field="owner"))
    if action.status == ActionStatus.DONE and not action.evidence:
        found.append(Problem(_("is missing"), _("Done needs evidence: an address or a sentence that others can check."), field="evidence"))
    if action.status == ActionStatus.BLOCKED and not action.blocker:
        found.append(Problem(_("is missing"), _("Name who or what stands in the way."), field="blocker"))
    if before is not None and not note.strip():
        if action.due != before["due"]:
            found.append(Problem(_("is missing"), _("Say why the day it is due changes."), field="note"))
        if action.status == ActionStatus.DROPPED != before["status"]:
            found.append(Problem(_("is missing"), _("Say why the action is dropped."), field="note"))
    if not is_said:
        cure = _("Change something, or say in a sentence how it goes.")
        found.append(Problem(_("is missing, and nothing else has changed"), cure, field="note"))
    if found:
        raise InvalidInput(found)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.pk if isinstance(value, User | Milestone | Technology) else value


def _note(
    action: Action, verb: str, actor: Any, now: dt.datetime, changes: Mapping[str, Any] | None = None, note: str = ""
) -> None:
    ActionEvent.objects.create(
        of=action, version=action.version, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], verb=verb,
        changes=dict(changes or {}), note=note.strip()[:500],
    )  # fmt: skip


# -- meetings --------------------------------------------------------------------------------------


def call_meeting(*, title: str, held_on: dt.date, area: str, actor: Any, now: dt.datetime) -> Meeting:  # noqa: ARG001  as every action
    """Put a meeting on the list; its agenda follows from the actions until it is held. Raises NotAllowed, InvalidInput."""
    _may_chair(actor)
    if not title.strip():
        raise InvalidInput([Problem(_("is missing"), _("Say which group meets."), field="title")])
    return Meeting.objects.create(
        title=title.strip()[:200], held_on=held_on, area=area, chair=actor if isinstance(actor, User) else None, chair_label=str(actor)[:200],
        is_synthetic=bool(getattr(actor, "is_synthetic", False)),
    )  # fmt: skip


def hold(*, meeting: Meeting, actor: Any, now: dt.datetime) -> Meeting:
    """Begin the meeting: the agenda stays from now on as it is. Raises NotAllowed, NotHeld when it was begun before."""
    with transaction.atomic():
        locked = _locked(meeting, actor)
        if locked.is_held:
            raise NotHeld(_("The meeting has begun already; its agenda is frozen."))
        locked.agenda, locked.held_at = plan_queries.agenda(locked, now), now
        locked.version += 1
        locked.save(update_fields=["agenda", "held_at", "version"])
    return locked


def write_minutes(*, meeting: Meeting, base: int, text: str, actor: Any, now: dt.datetime) -> Meeting:  # noqa: ARG001  as every action
    """Keep the minutes. Raises NotAllowed, NotHeld, InvalidInput; Changed when somebody else wrote in the meantime."""
    with transaction.atomic():
        locked = _locked(meeting, actor)
        if not locked.is_held:
            raise NotHeld(_("Begin the meeting first: that freezes its agenda."))
        if locked.version != base:
            raise Changed(_("Somebody wrote minutes in the meantime. Both texts are shown; bring them together."), locked)
        if len(text) > 40_000:
            raise InvalidInput([Problem(_("are too long"), _("Keep them below 40,000 characters."), field="minutes")])
        locked.minutes = text.replace("\r\n", "\n").replace("\r", "\n")
        locked.version += 1
        locked.save(update_fields=["minutes", "version"])
    return locked


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line of the minutes that becomes an action, or did; `problem` says why it cannot."""

    line: minutes.Line
    owner: Owner | None = None
    is_taken: bool = False
    problem: Problem | None = None


def proposals(meeting: Meeting) -> list[Proposal]:
    """The actions in the minutes of a meeting, each with its owner or with what is to be mended."""
    found = minutes.lines(meeting.minutes)
    faults = {problem.row: problem for problem in minutes.problems(found)}
    taken = {title.casefold() for title in meeting.actions.values_list("title", flat=True)}
    result = []
    for line in found:
        if not line.is_action:
            continue
        if line.number in faults:
            result.append(Proposal(line, problem=faults[line.number]))
        elif line.title.casefold() in taken:
            result.append(Proposal(line, is_taken=True))
        else:
            try:
                result.append(Proposal(line, owner_called(line.owner)))
            except InvalidInput as error:
                told = error.problems[0]
                result.append(Proposal(line, problem=Problem(told.message, told.cure, row=line.number, field="owner", value=line.owner)))
    return result


def take_over(*, meeting: Meeting, area: str, actor: Any, now: dt.datetime) -> list[Action]:
    """Make proposed actions of the lines in the minutes: all that are new, or none when a line has a fault.

    Done twice, it is done once. Raises NotAllowed, NotHeld, InvalidInput.
    """
    with transaction.atomic():
        locked = _locked(meeting, actor)
        if not locked.is_held:
            raise NotHeld(_("Begin the meeting first: that freezes its agenda."))
        found = proposals(locked)
        if faults := [one.problem for one in found if one.problem is not None]:
            raise InvalidInput(faults)
        return [
            create(
                title=one.line.title, why=_("Decided in “%(meeting)s”") % {"meeting": locked.title}, area=area, owner=one.owner, due=one.line.due,
                next_step=_("Agree on how to begin"), actor=actor, now=now, meeting=locked, is_agreed=False,
            )
            for one in found
            if one.owner is not None and one.line.due is not None
        ]  # fmt: skip


def _may_chair(actor: Any) -> None:
    if not rules.may_chair(actor):
        raise NotAllowed(_("Only group chairs and the office hold meetings."))


def _locked(meeting: Meeting, actor: Any) -> Meeting:
    _may_chair(actor)
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
