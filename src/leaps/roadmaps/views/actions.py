"""The board of actions, one action, and what its owner and the chairs do with it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.roadmaps import actions as deeds
from leaps.roadmaps import calendars, digests, files, plan_queries, rules
from leaps.roadmaps.forms import ActionForm, AssignForm, UpdateForm
from leaps.roadmaps.models import Action, ActionEvent, Milestone, Technology
from leaps.roadmaps.plan_queries import ActionRow
from leaps.roadmaps.types import OPEN, ActionStatus, Area, Priority

COLUMNS = (ActionStatus.PROPOSED, ActionStatus.AGREED, ActionStatus.RUNNING, ActionStatus.BLOCKED, ActionStatus.DONE)
FILTERS = ("area", "owner", "only")


def _found(request: HttpRequest) -> tuple[list[ActionRow], list[ActionRow], dict[str, str]]:
    """All that the person may see, those the address asks for, and the filters."""
    every = plan_queries.actions(request.user, timezone.now())
    chosen = {name: request.GET.get(name, "")[:120] for name in FILTERS}
    return every, plan_queries.filtered(every, chosen["area"], chosen["owner"], chosen["only"]), chosen


def finding(rows: list[ActionRow]) -> str:
    """How many are still to be done, and how many of them need a word."""
    still = [row for row in rows if row.action.status in OPEN]
    said = _("%(n)d actions are open") % {"n": len(still)} if len(still) != 1 else _("One action is open")
    for number, words in (
        (sum(row.is_overdue for row in still), _("%(n)d overdue")),
        (sum(row.action.status == ActionStatus.BLOCKED for row in still), _("%(n)d blocked")),
        (sum(row.is_stale for row in still), _("%(n)d without a word for 60 days")),
    ):
        if number:
            said += ", " + words % {"n": number}
    return said


def board(request: HttpRequest) -> HttpResponse:
    """The actions by where they stand, and how far each area is."""
    every, rows, chosen = _found(request)
    query = urlencode({name: value for name, value in chosen.items() if value})
    columns = [(one, [row for row in rows if row.action.status == one]) for one in COLUMNS]
    owners = {row.owner_key: row.action.owner_role if row.action.owner is None else str(row.action.owner) for row in every}
    context = {
        "title": finding(rows),
        "every": every,
        "rows": rows,
        "columns": [(one.value, one.label, found) for one, found in columns if found or one != ActionStatus.PROPOSED],
        "dropped": [row for row in rows if row.action.status == ActionStatus.DROPPED],
        "progress": plan_queries.progress(rows),
        "chosen": chosen,
        "query": query,
        "areas": [(area.value, area.label) for area in Area if any(row.action.area == area for row in every)],
        "owners": sorted(owners.items(), key=lambda pair: pair[1].casefold()),
        "may_chair": rules.may_chair(request.user),
        "may_see_meetings": rules.may_see_meetings(request.user),
        "calendar": request.build_absolute_uri(reverse("roadmaps:actions-calendar")),
    }
    return render(request, "roadmaps/actions.html", context)


def table(request: HttpRequest, form: str) -> HttpResponse:
    """The actions as a file."""
    _every, rows, _chosen = _found(request)
    address = request.build_absolute_uri(reverse("roadmaps:actions"))
    method = _("Overdue and stale are computed: past the day it is due, and without a word for 60 days.")
    return files.table(request, files.ACTION, files.action_records(rows), _("actions"), address, "actions", form, method)


def week(request: HttpRequest) -> HttpResponse:
    """What happened within a week and what comes; who is signed in can have it by mail each Monday."""
    if request.method == "POST":
        return _subscribe(request)
    now = timezone.now()
    area = request.GET.get("area", "")
    if area not in ("", *Area.values):
        raise Http404(_("There is no such area."))
    wanted = digests.subscription(request.user)
    context = {
        "digest": digests.digest(request.user, now, since=now - digests.WEEK, area=area),
        "areas": Area.choices,
        "subscription": wanted,
        "subscription_words": (wanted.get_area_display() if wanted.area else _("all areas")) if wanted else "",
        "wanted": wanted.area if wanted else area,
    }
    return render(request, "roadmaps/week.html", context)


def _subscribe(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    if request.POST.get("do") == "stop":
        digests.unsubscribe(person=request.user)
        messages.success(request, _("No more of it will come."))
        return redirect("roadmaps:week")
    try:
        digests.subscribe(person=request.user, area=request.POST.get("area", ""), now=timezone.now())
    except ValueError:
        raise Http404(_("There is no such area.")) from None
    messages.success(request, _("It comes by mail each Monday."))
    return redirect("roadmaps:week")


def calendar(request: HttpRequest) -> HttpResponse:
    """The days on which open actions are due."""
    _every, rows, _chosen = _found(request)
    content = calendars.actions_calendar(
        [row for row in rows if row.action.status in OPEN], name=_("LEAPS Commons: actions"), host=urlsplit(settings.BASE_URL).hostname or "localhost",
        address=lambda pk: settings.BASE_URL + reverse("roadmaps:action", args=[pk]),
    )  # fmt: skip
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": 'inline; filename="actions.ics"'})


def into(form: Any, error: InvalidInput) -> None:
    """Problems beside the fields they are about."""
    for problem in error.problems:
        words = f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.cure}"
        form.add_error(problem.field if problem.field in form.fields else None, words)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make an action."""
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Only group chairs and the office make actions.")))
    form = ActionForm(request.POST or None, initial=_given(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            owner = deeds.owner_called(data.pop("owner"), data.pop("owner_role"))
            made = deeds.create(**data, owner=owner, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The action is written down."))
            return redirect("roadmaps:action", made.pk)
    return render(request, "roadmaps/action_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    """What the page before has told: the milestone or technology that the action is to serve."""
    given: dict[str, Any] = {"is_agreed": True, "priority": Priority.NORMAL.value}
    milestone = Milestone.objects.select_related("technology").filter(slug=request.GET.get("milestone", "")[:120]).first()
    technology = Technology.objects.filter(slug=request.GET.get("technology", "")[:120]).first()
    if milestone is not None:
        given["milestone"], technology = milestone.slug, technology or milestone.technology
    if technology is not None:
        given |= {"technology": technology.slug, "area": technology.area}
    return given


def _action(request: HttpRequest, pk: int) -> Action:
    found = plan_queries.action(request.user, pk)
    if found is None:
        raise Http404(_("There is no such action, or it is not agreed yet."))
    return found


def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action with its history; its owner and the chairs tell here how it goes."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _action(request, pk)
    if request.method != "POST":
        return _shown(request, found)
    form = UpdateForm(request.POST, action=found, is_chair=rules.may_chair(request.user))
    if not rules.may_update(request.user, found):
        return domain_error(request, NotAllowed(_("Only its owner, group chairs and the office update an action.")))
    if not form.is_valid():
        return _shown(request, found, form)
    data = form.cleaned_data
    return _kept(request, found, form, data.pop("base"), data.pop("note"), data)


def _kept(request: HttpRequest, found: Action, form: Any, base: int, note: str, changes: dict[str, Any], page: str = "action") -> HttpResponse:
    """Write the changes, or show what is wrong, or what somebody else wrote, with everything typed still there."""
    try:
        deeds.update(action=found, base=base, actor=request.user, now=timezone.now(), changes=changes, note=note)
    except InvalidInput as error:
        into(form, error)
    except deeds.Changed as error:
        form.data = form.data.copy()
        form.data["base"] = str(error.present.version)
        return _page(request, error.present, form, page, status=409, conflict=error, since=_events(error.since))
    except NotAllowed as error:
        return domain_error(request, error)
    else:
        messages.success(request, _("Kept."))
        return redirect("roadmaps:action", found.pk)
    return _page(request, found, form, page, status=422)


def _page(request: HttpRequest, found: Action, form: Any, page: str, status: int, **more: Any) -> HttpResponse:
    if page == "action":
        return _shown(request, found, form, status, **more)
    return render(request, "roadmaps/action_edit.html", {"form": form, "action": found, **more}, status=status)


def _shown(request: HttpRequest, found: Action, form: UpdateForm | None = None, status: int = 0, **more: Any) -> HttpResponse:
    chair = rules.may_chair(request.user)
    if form is None and rules.may_update(request.user, found):
        given = {name: getattr(found, name) for name in deeds.UPDATED}
        form = UpdateForm(initial={**given, "base": found.version}, action=found, is_chair=chair)
    context = {
        "row": plan_queries.row_of(found, timezone.now()),
        "action": found,
        "events": _events(reversed(found.events.all())),
        "form": form,
        "may_chair": chair,
        "may_see_meetings": rules.may_see_meetings(request.user),
        **more,
    }
    return render(request, "roadmaps/action.html", context, status=status or (422 if form is not None and form.errors else 200))


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What an action is and whose: for chairs and the office."""
    found = _action(request, pk)
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Only group chairs and the office say what an action is and whose it is.")))
    given: dict[str, Any] = {name: getattr(found, name) for name in ("title", "why", "area", "priority", "owner_role")}
    given |= {
        "base": found.version, "owner": str(found.owner or ""), "milestone": found.milestone.slug if found.milestone else "",
        "technology": found.technology.slug if found.technology else "",
    }  # fmt: skip
    form = AssignForm(request.POST or None, initial=given)
    if request.method != "POST" or not form.is_valid():
        return render(request, "roadmaps/action_edit.html", {"form": form, "action": found}, status=422 if form.is_bound else 200)
    data = dict(form.cleaned_data)
    try:
        data |= _owner(found, data.pop("owner"), data["owner_role"])
    except InvalidInput as error:
        into(form, error)
        return render(request, "roadmaps/action_edit.html", {"form": form, "action": found}, status=422)
    return _kept(request, found, form, data.pop("base"), "", data, "edit")


def _owner(found: Action, text: str, role: str) -> dict[str, Any]:
    """The owner as typed; the name that stood there already means the same person."""
    if found.owner is not None and text.strip() == str(found.owner):
        return {"owner": found.owner, "owner_role": role}
    owner = deeds.owner_called(text, role)
    return {"owner": owner.person, "owner_role": owner.role}


def _events(events: Any) -> list[dict[str, Any]]:
    """The history for people: who did what when, and each change in words."""
    found: list[ActionEvent] = list(events)
    known = plan_queries.names(value for event in found for value in event.changes.get("owner", ()))
    return [
        {"event": event, "verb": _verb(event.verb), "changes": [_change(name, pair[0], pair[1], known) for name, pair in event.changes.items() if name != "status"]}
        for event in found
    ]


def _verb(verb: str) -> str:
    words = {
        "changed": _("changed it"), "confirmed": _("said how it goes"), "proposed": _("proposed it"), "agreed": _("agreed on it"), "running": _("set it running"),
        "blocked": _("reported it blocked"), "done": _("closed it as done"), "dropped": _("dropped it"),
    }  # fmt: skip
    return words.get(verb, verb)


def _change(name: str, before: Any, after: Any, known: dict[int, str]) -> dict[str, str]:
    labels = {
        "title": _("title"), "why": _("why"), "area": _("area"), "priority": _("priority"), "owner": _("owner"), "owner_role": _("role"), "due": _("due"),
        "next_step": _("next step"), "blocker": _("blocked by"), "evidence": _("evidence"), "milestone": _("milestone"), "technology": _("technology"),
    }  # fmt: skip

    def words(value: Any) -> str:
        if value in (None, ""):
            return _("nothing")
        if name == "owner":
            return plan_queries.name_in(known, value)
        if name == "due":
            day = parse_date(str(value))
            return date_format(day, "j M Y") if isinstance(day, dt.date) else str(value)
        if name in ("milestone", "technology"):
            model = Milestone if name == "milestone" else Technology
            return str(model._default_manager.filter(pk=value).first() or _("one that is gone"))
        labelled = {"area": Area, "priority": Priority}.get(name)
        return str(labelled(value).label) if labelled is not None else str(value)

    return {"label": labels.get(name, name), "before": words(before), "after": words(after)}
