"""Actions, their progress and the agenda of a meeting, as one person may see them."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.roadmaps import milestone_queries, rules
from leaps.roadmaps.models import Action, Meeting
from leaps.roadmaps.types import COUNTED, OPEN, STALE_AFTER, ActionStatus, Area, Priority

BLOCKED, OVERDUE, TO_CLOSE, STALE, LATE = "blocked", "overdue", "to_close", "stale", "late"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ORDER = (BLOCKED, OVERDUE, TO_CLOSE, STALE)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action with what follows from today."""

    action: Action
    is_overdue: bool
    is_stale: bool

    @property
    def owner_words(self) -> str:
        """Who owns it, for people: a name, a role, or a name with its role."""
        return owner_words(self.action)

    @property
    def owner_key(self) -> str:
        """The owner in a filter: a number of an account, or the words of a role."""
        return str(self.action.owner_id or self.action.owner_role)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it belongs on an agenda; nothing when it does not."""
        found = {
            BLOCKED: self.action.status == ActionStatus.BLOCKED, OVERDUE: self.is_overdue,
            TO_CLOSE: self.action.status in OPEN and bool(self.action.evidence), STALE: self.is_stale,
        }  # fmt: skip
        return tuple(name for name in ORDER if found[name])


def owner_words(action: Action) -> str:
    """Who owns an action, for people."""
    if action.owner is None:
        return action.owner_role
    return f"{action.owner}, {action.owner_role}" if action.owner_role else str(action.owner)


def visible(viewer: object) -> QuerySet[Action]:
    """The actions a person may see."""
    found = Action.objects.select_related("owner", "milestone", "technology", "meeting")
    if rules.may_chair(viewer):
        return found
    agreed = ~Q(status=ActionStatus.PROPOSED)
    return found.filter(agreed | Q(owner=viewer)) if isinstance(viewer, User) else found.filter(agreed)


def row_of(action: Action, now: dt.datetime) -> ActionRow:
    """An action with what follows from now; what is closed is neither overdue nor stale."""
    is_open = action.status in OPEN
    return ActionRow(action, is_open and action.due < now.date(), is_open and now - action.updated_at > STALE_AFTER)


def actions(viewer: object, now: dt.datetime, **told: Any) -> list[ActionRow]:
    """Those that a person may see and that fit, by what comes first: priority within the day they are due."""
    rank = {name: place for place, name in enumerate(Priority.values)}
    rows = [row_of(action, now) for action in visible(viewer).filter(**told)]
    return sorted(rows, key=lambda row: (row.action.due, rank[row.action.priority], row.action.pk))


def action(viewer: object, pk: int) -> Action | None:
    """One action, if the person may see it."""
    return visible(viewer).filter(pk=pk).first()


def filtered(rows: Iterable[ActionRow], area: str, owner: str, only: str) -> list[ActionRow]:
    """Those that fit every filter that is set; `only` is overdue or stale."""
    return [
        row
        for row in rows
        if (not area or row.action.area == area)
        and (not owner or row.owner_key == owner)
        and (only != OVERDUE or row.is_overdue)
        and (only != STALE or row.is_stale)
    ]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the plan of an area is: what is done of all that was agreed and not dropped."""

    area: str
    title: str
    done: int
    agreed: int
    overdue: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 * self.done // self.agreed if self.agreed else 0


def progress(rows: Sequence[ActionRow]) -> list[Progress]:
    """The areas in which something is agreed, in the order of the areas."""
    found = []
    for area in Area:
        counted = [row for row in rows if row.action.area == area and row.action.status in COUNTED]
        if counted:
            done = sum(row.action.status == ActionStatus.DONE for row in counted)
            found.append(Progress(area.value, str(area.label), done, len(counted), sum(row.is_overdue for row in counted)))
    return found


def agenda(meeting: Meeting, now: dt.datetime) -> list[dict[str, Any]]:
    """What the meeting has to speak about: blocked, overdue, to be closed, stale, and late milestones.

    A held meeting has its agenda frozen. Proposals are not on it: they are seen by fewer people.
    """
    if meeting.is_held:
        frozen: list[dict[str, Any]] = meeting.agenda
        return frozen
    told = {"area": meeting.area} if meeting.area else {}
    rows = [row_of(one, now) for one in Action.objects.filter(status__in=OPEN, **told).exclude(status=ActionStatus.PROPOSED)]
    wanted = sorted((row for row in rows if row.reasons), key=lambda row: (ORDER.index(row.reasons[0]), row.action.due, row.action.pk))
    items: list[dict[str, Any]] = [
        {
            "kind": "action", "key": str(row.action.pk), "title": row.action.title, "reasons": list(row.reasons), "due": row.action.due.isoformat(),
            "next_step": row.action.next_step, "blocker": row.action.blocker if row.action.status == ActionStatus.BLOCKED else "",
            "evidence": row.action.evidence, "owner": row.action.owner_id, "role": row.action.owner_role,
        }
        for row in wanted
    ]  # fmt: skip
    late = [row for row in milestone_queries.milestones(now.date()) if row.is_late and (not meeting.area or row.area == meeting.area)]
    items += [
        {"kind": "milestone", "key": row.slug, "title": row.title, "reasons": [LATE], "due": row.due, "role": row.who, "owner": None}
        for row in late
    ]
    return items


def names(numbers: Iterable[int | None]) -> dict[int, str]:
    """People by their numbers; who has left is not among them."""
    wanted = {number for number in numbers if number is not None}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=wanted)}


def name_in(known: dict[int, str], number: int | None) -> str:
    """The name of a person by number."""
    return "" if number is None else known.get(number, _("a former member"))


def person_called(text: str) -> list[User]:
    """The active people with this address, or else with this name."""
    wanted = " ".join(text.split())
    if not wanted:
        return []
    active = User.objects.filter(is_active=True)
    return list(active.filter(email__iexact=wanted)) if "@" in wanted else list(active.filter(name__iexact=wanted)[:3])


def without_addresses(text: str) -> str:
    """Minutes for readers: an address is a person's name, where it is that of an account, and else is left out."""

    def name(found: re.Match[str]) -> str:
        people = person_called(found[0])
        return str(people[0]) if people else _("(address)")

    return _ADDRESS.sub(name, text)
