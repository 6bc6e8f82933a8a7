"""Actions, meetings, proposed dark periods and the calendars: what the pages show the same person, and a word on one's actions."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from leaps.accounts.tokens import OpenOrToken, Token, caller, seen_by
from leaps.catalogue.models import Facility
from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.core.rest.problems import ChangedMeanwhile
from leaps.record.api.objects import readable
from leaps.roadmaps import actions, dark_queries, plan_queries, rules
from leaps.roadmaps.api.schemas import (
    CHANGE_ERRORS,
    LARGEST,
    LIST_ERRORS,
    MEETING_ERRORS,
    MEETING_LIST_ERRORS,
    READ_ERRORS,
    ActionOut,
    ActionPage,
    ActionReport,
    CalendarList,
    DarkProposalOut,
    DarkProposalPage,
    MeetingDetail,
    MeetingPage,
    Number,
    refuse_unwritable,
)
from leaps.roadmaps.models import Action, DarkProposal, Meeting
from leaps.roadmaps.plan_queries import ActionRow
from leaps.roadmaps.types import ActionStatus, Area, Priority

router = Router(tags=["Action plans"])
_RANK = {name: place for place, name in enumerate(Priority.values)}

AREA = Parameter("area", "The area of the plan.", {"type": "string", "enum": list(Area.values)})
STATUS = Parameter("status", "Where it stands.", {"type": "string", "enum": list(ActionStatus.values)})
ROLE = Parameter("role", "The role that owns it, in its own words; capitals do not matter.", {"type": "string", "minLength": 1, "maxLength": 120})
ONLY = Parameter("only", "What needs a word.", {"type": "string", "enum": [plan_queries.OVERDUE, plan_queries.STALE, plan_queries.BLOCKED]})
FACILITY = Parameter("facility", "Key of the facility.", {"type": "string", "minLength": 1, "maxLength": 120})


def _address(name: str, *args: Any) -> str:
    return str(settings.BASE_URL + reverse(f"roadmaps:{name}", args=args))


# -- actions ---------------------------------------------------------------------------------------


@router.get(
    "/actions", response={200: ActionPage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_actions", summary="Actions",
    openapi_extra=readable(AREA, STATUS, ROLE, ONLY, CURSOR, LIMIT),
)  # fmt: skip
def list_actions(request: HttpRequest) -> HttpResponse:
    """The actions of all plans by the day they are due. Proposals are shown to their owner, chairs and the office."""
    given = Given(request, (AREA, STATUS, ROLE, ONLY, CURSOR, LIMIT))
    limit, cursor, role = given.number(LIMIT), given.text("cursor"), given.text("role", 120)
    told = {name: value for name, value in (("area", given.choice("area", Area.values)), ("status", given.choice("status", ActionStatus.values))) if value}
    only = given.choice("only", ONLY.schema["enum"])
    given.check()
    after = answers.decode_cursor(cursor, str, int, int)
    rows = [
        row
        for row in plan_queries.actions(getattr(request, "auth", None), timezone.now(), **told)
        if (not role or row.action.owner_role.casefold() == role.casefold())
        and (not only or only in _needs(row))
        and (after is None or _place(row) > tuple(after))
    ]
    more, rows = len(rows) > limit, rows[:limit]
    following = answers.next_address(request, answers.encode_cursor(_place(rows[-1]))) if more else None
    return seen_by(request, {"items": [_action(row) for row in rows], "next": following})


def _needs(row: ActionRow) -> set[str]:
    found = {plan_queries.OVERDUE: row.is_overdue, plan_queries.STALE: row.is_stale, plan_queries.BLOCKED: row.action.status == ActionStatus.BLOCKED}
    return {name for name, is_so in found.items() if is_so}


def _place(row: ActionRow) -> tuple[str, int, int]:
    """Where an action stands in the list."""
    return row.action.due.isoformat(), _RANK[row.action.priority], row.action.pk


@router.get(
    "/actions/{int:number}", response={200: ActionOut, **READ_ERRORS}, auth=OpenOrToken(), operation_id="read_action", summary="One action",
    openapi_extra=readable(),
)  # fmt: skip
def read_action(request: HttpRequest, number: Number) -> HttpResponse:
    """What is agreed is open to all; a proposal does not exist but for its owner, chairs and the office."""
    Given(request, ()).check()
    found = _found(getattr(request, "auth", None), number)
    return seen_by(request, _action(plan_queries.row_of(found, timezone.now())))


def _found(viewer: object, number: int) -> Action:
    found = plan_queries.action(viewer, min(number, LARGEST))
    if found is None:
        raise Http404(_("There is no such action, or it is not agreed yet."))
    return found


@router.patch(
    "/actions/{int:number}", response={200: ActionOut, **CHANGE_ERRORS}, auth=Token("roadmaps:write"), operation_id="report_on_action",
    summary="Tell how an action goes",
)  # fmt: skip
def report_on_action(request: HttpRequest, number: Number, body: ActionReport) -> HttpResponse:
    """For its owner, group chairs and the office. When somebody else was quicker: 409 with what stands there now, and nothing is written."""
    Given(request, ()).check()
    person, now = caller(request), timezone.now()
    found = _found(person, number)
    changes = body.dict(exclude={"base", "note"}, exclude_none=True)
    refuse_unwritable({**changes, "note": body.note})
    if "due" in changes:
        changes["due"] = _day(changes["due"])
    try:
        after = actions.update(action=found, base=body.base, actor=person, now=now, changes=changes, note=body.note)
    except actions.Changed as error:
        raise ChangedMeanwhile(str(error), present=_action(plan_queries.row_of(error.present, now))) from None
    shown = _action(plan_queries.row_of(_found(person, after.pk), now))
    return answers.written(shown, answers.list_etag(answers.as_bytes(shown).decode()))


def _day(text: str) -> dt.date:
    try:
        if len(text) == 10:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidInput([Problem(_("is not a day of the calendar"), _("Write year-month-day, such as 2027-01-15."), field="due", value=text)])


def _action(row: ActionRow) -> dict[str, Any]:
    one = row.action
    return {
        "id": one.pk, "title": one.title, "why": one.why, "area": one.area, "status": one.status, "priority": one.priority, "owner": row.owner_words,
        "owner_role": one.owner_role, "due": one.due.isoformat(), "next_step": one.next_step, "blocker": one.blocker, "evidence": one.evidence,
        "is_overdue": row.is_overdue, "is_stale": row.is_stale, "milestone": one.milestone.slug if one.milestone else None,
        "technology": one.technology.slug if one.technology else None, "meeting": one.meeting_id, "updated_at": one.updated_at.isoformat(),
        "version": one.version, "synthetic": one.is_synthetic, "url": _address("action", one.pk),
    }  # fmt: skip


# -- meetings --------------------------------------------------------------------------------------


def _watcher(request: HttpRequest) -> object:
    person: object = getattr(request, "auth", None)
    if not rules.may_see_meetings(person):
        raise NotAllowed(_("Meetings are seen by group chairs, the office and the owners of actions."))
    return person


@router.get(
    "/meetings", response={200: MeetingPage, **MEETING_LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_meetings", summary="Meetings",
    openapi_extra=readable(CURSOR, LIMIT),
)  # fmt: skip
def list_meetings(request: HttpRequest) -> HttpResponse:
    """The last first. With a token of a group chair, the office or the owner of an action."""
    given = Given(request, (CURSOR, LIMIT))
    limit, cursor = given.number(LIMIT), given.text("cursor")
    given.check()
    before = answers.decode_cursor(cursor, str, int)
    _watcher(request)
    rows = [one for one in Meeting.objects.order_by("-held_on", "-pk") if before is None or (one.held_on.isoformat(), one.pk) < tuple(before)]
    more, rows = len(rows) > limit, rows[:limit]
    following = answers.next_address(request, answers.encode_cursor([rows[-1].held_on.isoformat(), rows[-1].pk])) if more else None
    return seen_by(request, {"items": [_meeting(one) for one in rows], "next": following})


@router.get(
    "/meetings/{int:number}", response={200: MeetingDetail, **MEETING_ERRORS}, auth=OpenOrToken(), operation_id="read_meeting",
    summary="One meeting with its agenda", openapi_extra=readable(),
)  # fmt: skip
def read_meeting(request: HttpRequest, number: Number) -> HttpResponse:
    """Agenda, minutes and what came of it. With a token of a group chair, the office or the owner of an action."""
    Given(request, ()).check()
    viewer = _watcher(request)
    found = Meeting.objects.filter(pk=min(number, LARGEST)).first()
    if found is None:
        raise Http404(_("There is no such meeting."))
    now = timezone.now()
    items = plan_queries.agenda(found, now)
    known = plan_queries.names(item["owner"] for item in items)
    agenda = [
        {
            "kind": item["kind"], "key": item["key"], "title": item["title"], "reasons": item["reasons"], "due": item["due"],
            "owner": ", ".join(filter(None, (plan_queries.name_in(known, item["owner"]), item["role"]))),
            "next_step": item.get("next_step", ""), "blocker": item.get("blocker", ""), "evidence": item.get("evidence", ""),
        }
        for item in items
    ]  # fmt: skip
    came = [row.action.pk for row in plan_queries.actions(viewer, now, meeting=found)]
    return seen_by(request, _meeting(found) | {"agenda": agenda, "minutes": plan_queries.without_addresses(found.minutes), "actions": came})


def _meeting(one: Meeting) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "held_on": one.held_on.isoformat(), "area": one.area or None, "is_held": one.is_held, "version": one.version,
        "synthetic": one.is_synthetic, "url": _address("meeting", one.pk),
    }  # fmt: skip


# -- dark periods and calendars ----------------------------------------------------------------------


@router.get(
    "/dark_proposals", response={200: DarkProposalPage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_dark_proposals",
    summary="Proposed dark periods", openapi_extra=readable(FACILITY, CURSOR, LIMIT),
)  # fmt: skip
def list_dark_proposals(request: HttpRequest) -> HttpResponse:
    """Those you may see, withdrawn ones too, in the order they were made. What facilities have published are the upgrades of the record."""
    given = Given(request, (FACILITY, CURSOR, LIMIT))
    limit, cursor, facility = given.number(LIMIT), given.text("cursor"), given.text("facility", 120)
    if facility and not Facility.objects.filter(slug=facility).exists():
        given.refuse("facility", facility, _("is no facility of the record"), _("Use a key such as max-iv; the list is under facilities."))
    given.check()
    after = answers.decode_cursor(cursor, int)
    rows = dark_queries.proposals(getattr(request, "auth", None)).order_by("pk")
    if facility:
        rows = rows.filter(facility__slug=facility)
    if after:
        rows = rows.filter(pk__gt=min(max(after[0], 0), LARGEST))
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    following = answers.next_address(request, answers.encode_cursor([found[-1].pk])) if more else None
    return seen_by(request, {"items": [_proposal(one) for one in found], "next": following})


@router.get(
    "/dark_proposals/{int:number}", response={200: DarkProposalOut, **READ_ERRORS}, auth=OpenOrToken(), operation_id="read_dark_proposal",
    summary="One proposed dark period", openapi_extra=readable(),
)  # fmt: skip
def read_dark_proposal(request: HttpRequest, number: Number) -> HttpResponse:
    """Drafts exist for directors and the facility's own people, agreed ones for funders too, public ones for everybody."""
    Given(request, ()).check()
    found = dark_queries.proposals(getattr(request, "auth", None)).filter(pk=min(number, LARGEST)).first()
    if found is None:
        raise Http404(_("There is no such dark period, or it is not shown to you."))
    return seen_by(request, _proposal(found))


def _proposal(one: DarkProposal) -> dict[str, Any]:
    return {
        "id": one.pk, "facility": one.facility.slug, "upgrade": one.upgrade.slug if one.upgrade else None, "title": one.title,
        "start": one.start.isoformat(), "end": one.end.isoformat(), "confidence": one.confidence, "visibility": one.visibility, "note": one.note,
        "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None, "updated_at": one.updated_at.isoformat(), "version": one.version,
        "synthetic": one.is_synthetic, "url": _address("dark-proposal", one.pk),
    }  # fmt: skip


@router.get(
    "/calendars", response={200: CalendarList, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_calendars", summary="Calendars to follow",
    openapi_extra=readable(),
)  # fmt: skip
def list_calendars(request: HttpRequest) -> HttpResponse:
    """Addresses of iCalendars for a calendar program: milestones with dark periods, and the days on which actions are due."""
    Given(request, ()).check()
    items = [
        {"name": "milestones", "about": _("Milestones and dark periods of the record, no sharper than their dates."), "url": _address("calendar")},
        {"name": "actions", "about": _("The days on which agreed open actions are due."), "url": _address("actions-calendar")},
    ]
    return seen_by(request, {"items": items})
