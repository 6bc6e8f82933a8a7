"""Proposed dark periods: the list a person may see, one of them, and what its facility does with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.roadmaps import dark_actions, dark_queries, overlaps, rules
from leaps.roadmaps.dark_forms import DarkForm
from leaps.roadmaps.models import DarkProposal, PlanningEvent
from leaps.roadmaps.types import Confidence, Visibility
from leaps.roadmaps.views.actions import into

MOST_ALERTS = 12


def calendar(request: HttpRequest) -> HttpResponse:
    """The proposed dark periods and the overlaps that arose, as far as the person may see them."""
    found = list(dark_queries.proposals(request.user))
    context = {
        "rows": [one for one in found if one.withdrawn_at is None], "withdrawn": [one for one in found if one.withdrawn_at is not None],
        "sight": dark_queries.sight_words(request.user), "may_plan": rules.plans_anything(request.user),
        "alerts": [overlaps.shown(one) for one in dark_queries.alerts(request.user)[:MOST_ALERTS]],
    }  # fmt: skip
    return render(request, "roadmaps/dark_calendar.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Propose a dark period."""
    facilities = dark_queries.facilities_planned_by(request.user)
    if not rules.plans_anything(request.user):
        return domain_error(request, NotAllowed(_("Only editors and directors of a facility, and the office, propose dark periods.")))
    first = facilities.first()
    form = DarkForm(request.POST or None, facilities=facilities, is_new=True, initial={"facility": first.slug if first else ""})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("base")
        try:
            made = dark_actions.propose(facility=values.pop("facility"), values=values, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The dark period is written down."))
            return redirect("roadmaps:dark-proposal", made.pk)
    return render(request, "roadmaps/dark_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(request: HttpRequest, pk: int) -> DarkProposal:
    found = dark_queries.proposals(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such dark period, or it is not shown to you."))
    return found


def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposed dark period with its history; its facility changes it here."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _found(request, pk)
    if request.method != "POST":
        return _shown(request, found)
    if not rules.may_plan(request.user, found.facility.slug):
        return domain_error(request, NotAllowed(_("Only editors and directors of the facility, and the office, do this.")))
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _shown(request, found, form, 422)
    values = dict(form.cleaned_data)
    base, why = values.pop("base") or 0, values.pop("why")
    try:
        dark_actions.change(proposal=found, base=base, values=values, actor=request.user, now=timezone.now(), why=why)
    except InvalidInput as error:
        into(form, error)
    except dark_actions.Overtaken as error:
        found = _found(request, pk)
        form.data = form.data.copy()
        form.data["base"] = str(found.version)
        return _shown(request, found, form, 409, conflict=str(error))
    else:
        messages.success(request, _("Kept."))
        return redirect("roadmaps:dark-proposal", pk)
    return _shown(request, found, form, 422)


def _form(request: HttpRequest, found: DarkProposal, data: Any = None) -> Any:
    initial = {name: getattr(found, name) for name in ("title", "start", "end", "confidence", "visibility", "note")}
    initial |= {"base": found.version, "upgrade": found.upgrade.slug if found.upgrade else ""}
    facilities = dark_queries.facilities_planned_by(request.user).filter(pk=found.facility_id)
    return DarkForm(data, facilities=facilities, is_new=False, initial=initial)


def _shown(request: HttpRequest, found: DarkProposal, form: Any = None, status: int = 200, conflict: str = "") -> HttpResponse:
    may = rules.may_plan(request.user, found.facility.slug)
    context = {
        "one": found, "may_plan": may, "form": form or (_form(request, found) if may and found.withdrawn_at is None else None), "conflict": conflict,
        "events": [_event(event) for event in reversed(found.events.all())],
    }  # fmt: skip
    return render(request, "roadmaps/dark_proposal.html", context, status=status)


def _event(event: PlanningEvent) -> dict[str, Any]:
    labels = {
        "upgrade": _("upgrade"), "title": _("what it is for"), "start": _("first dark day"), "end": _("day users are back"), "confidence": _("how sure"),
        "visibility": _("who may see it"), "note": _("note"),
    }  # fmt: skip

    def words(name: str, value: Any) -> str:
        if value in (None, ""):
            return _("nothing")
        if name == "confidence":
            return str(Confidence(value).label)
        if name == "visibility":
            return str(Visibility(value).label)
        return _("another one") if name == "upgrade" else str(value)

    changes = [{"label": labels.get(name, name), "before": words(name, before), "after": words(name, after)} for name, (before, after) in event.changes.items()]
    return {"who": event.actor_label, "at": date_format(timezone.localtime(event.at), "j M Y H:i"), "did": verb_words(event.verb), "changes": changes, "note": event.note}


def verb_words(verb: str) -> str:
    """What was done, in words."""
    return {
        "proposed": _("proposed it"), "changed": _("changed it"), "withdrew": _("withdrew it"), "restored": _("took the withdrawal back"), "offered": _("offered it"),
        "answered": _("answered"), "answered again": _("answered again"), "took the answer back": _("took the answer back"),
        "let the answer stand again": _("let the answer stand again"),
    }.get(verb, verb)  # fmt: skip


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposed dark period, or take that back."""
    found = _found(request, pk)
    if request.method != "POST":
        return redirect("roadmaps:dark-proposal", pk)
    restore = bool(request.POST.get("restore"))
    try:
        dark_actions.withdraw(proposal=found, actor=request.user, now=timezone.now(), restore=restore)
    except NotAllowed as error:
        return domain_error(request, error)
    messages.success(request, _("It stands again.") if restore else _("Withdrawn. You can take that back on this page."))
    return redirect("roadmaps:dark-proposal", pk)
