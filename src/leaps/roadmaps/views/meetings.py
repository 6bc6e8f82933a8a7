"""Meetings: the agenda that follows from the actions, the minutes, and the actions taken over from them."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.roadmaps import actions as deeds
from leaps.roadmaps import dates, plan_queries, rules
from leaps.roadmaps.forms import MeetingForm, MinutesForm, TakeOverForm
from leaps.roadmaps.models import Meeting
from leaps.roadmaps.views.actions import into


def _refusal() -> NotAllowed:
    return NotAllowed(_("Meetings are seen by group chairs, the office and the owners of actions."))


@login_required
def meetings(request: HttpRequest) -> HttpResponse:
    """Every meeting; chairs call one here."""
    if not rules.may_see_meetings(request.user):
        return domain_error(request, _refusal())
    form = MeetingForm(request.POST or None, initial={"held_on": timezone.now().date()})
    if request.method == "POST":
        if not rules.may_chair(request.user):
            return domain_error(request, NotAllowed(_("Only group chairs and the office hold meetings.")))
        if form.is_valid():
            try:
                made = deeds.call_meeting(**form.cleaned_data, actor=request.user, now=timezone.now())
            except InvalidInput as error:
                into(form, error)
            else:
                return redirect("roadmaps:meeting", made.pk)
    context = {"meetings": Meeting.objects.all(), "form": form if rules.may_chair(request.user) else None}
    return render(request, "roadmaps/meetings.html", context, status=422 if form.is_bound else 200)


def _meeting(request: HttpRequest, pk: int) -> Meeting | HttpResponse:
    if not rules.may_see_meetings(request.user):
        return domain_error(request, _refusal())
    found = Meeting.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such meeting."))
    return found


@login_required
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: agenda, minutes, and what came of it; on paper as on the screen."""
    found = _meeting(request, pk)
    if isinstance(found, HttpResponse):
        return found
    if request.method != "POST":
        return _shown(request, found)
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Only group chairs and the office hold meetings.")))
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form, 422)
    try:
        deeds.write_minutes(meeting=found, base=form.cleaned_data["base"], text=form.cleaned_data["minutes"], actor=request.user, now=timezone.now())
    except deeds.Changed as error:
        again = MinutesForm({"base": error.present.version, "minutes": form.cleaned_data["minutes"]})
        return _shown(request, error.present, again, 409, conflict=error)
    except Conflict as error:
        return domain_error(request, error)
    messages.success(request, _("The minutes are kept."))
    return redirect("roadmaps:meeting", pk)


def _shown(request: HttpRequest, found: Meeting, form: MinutesForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    chair = rules.may_chair(request.user)
    items = plan_queries.agenda(found, timezone.now())
    known = plan_queries.names(item["owner"] for item in items)
    if form is None and chair and found.is_held:
        form = MinutesForm(initial={"base": found.version, "minutes": found.minutes})
    visible = plan_queries.actions(request.user, timezone.now(), meeting=found)
    context = {
        "meeting": found,
        "items": [_item(item, known) for item in items],
        "form": form,
        "may_chair": chair,
        "minutes": plan_queries.without_addresses(found.minutes),
        "proposals": deeds.proposals(found) if chair and found.is_held else [],
        "came_of_it": visible,
        **more,
    }
    return render(request, "roadmaps/meeting.html", context, status=status)


def _item(item: dict[str, Any], known: dict[int, str]) -> dict[str, Any]:
    """An item of the agenda for people."""
    words = {
        plan_queries.BLOCKED: _("blocked"), plan_queries.OVERDUE: _("overdue"), plan_queries.TO_CLOSE: _("evidence given, to be closed"),
        plan_queries.STALE: _("no word for 60 days"), plan_queries.LATE: _("late milestone"),
    }  # fmt: skip
    is_action = item["kind"] == "action"
    owner = ", ".join(filter(None, (plan_queries.name_in(known, item["owner"]), item["role"])))
    due = dt.date.fromisoformat(item["due"]) if is_action else None
    return item | {
        "words": [words[reason] for reason in item["reasons"]], "owner_words": owner, "due_day": due,
        "due_words": "" if is_action else dates.words(item["due"]), "is_action": is_action,
        "url": reverse("roadmaps:action" if is_action else "roadmaps:milestone", args=[item["key"]]),
    }  # fmt: skip


@login_required
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the meeting: its agenda is frozen."""
    found = _meeting(request, pk)
    if isinstance(found, HttpResponse):
        return found
    try:
        deeds.hold(meeting=found, actor=request.user, now=timezone.now())
    except (NotAllowed, Conflict) as error:
        return domain_error(request, error)
    messages.success(request, _("The meeting has begun; its agenda stays as it is."))
    return redirect("roadmaps:meeting", pk)


@login_required
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """What the lines of the minutes will become; sent, they become it."""
    found = _meeting(request, pk)
    if isinstance(found, HttpResponse):
        return found
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Only group chairs and the office hold meetings.")))
    form = TakeOverForm(request.POST or None, initial={"area": found.area})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = deeds.take_over(meeting=found, area=form.cleaned_data["area"], actor=request.user, now=timezone.now())
        except InvalidInput:
            status = 422  # the page shows each line with its fault
        except Conflict as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("%(n)d actions are proposed.") % {"n": len(made)} if len(made) != 1 else _("One action is proposed."))
            return redirect("roadmaps:meeting", pk)
    told = deeds.proposals(found)
    context = {
        "meeting": found, "proposals": told, "form": form, "faults": [one for one in told if one.problem],
        "fresh": [one for one in told if one.owner is not None],
    }  # fmt: skip
    return render(request, "roadmaps/take_over.html", context, status=422 if form.errors else status)
