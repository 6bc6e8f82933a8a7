"""Pages to propose a correction and to decide about it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.accounts.queries import signed_in
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.core.network import network_address
from leaps.core.views import domain_error
from leaps.record import corrections, queries, registry, rules
from leaps.record.forms import CorrectionForm, DecisionForm
from leaps.record.models import Correction
from leaps.record.presentation import fact_view, fact_views, object_url, value_html
from leaps.record.types import Fact
from leaps.record.views.common import page_of, subject


def choose(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Which of the facts should be corrected?"""
    of = subject(kind, key)
    views = fact_views(of.record_type, of.state)
    return render(request, "record/choose.html", {"of": of, "facts": views})


def correct(request: HttpRequest, kind: str, key: str, field: str) -> HttpResponse:
    """Propose another value for one fact."""
    of = subject(kind, key)
    spec = of.record_type.specs.get(field)
    if spec is None or field == of.record_type.key_field:
        raise Http404(_("There is no such fact."))
    anonymous = not request.user.is_authenticated
    form = CorrectionForm(
        spec,
        request.POST or None,
        anonymous=anonymous,
        initial={"value": of.state.values.get(field)},
    )
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            # Answered like a success, so that the program learns nothing.
            return render(request, "record/proposed.html", {"of": of, "anonymous": True, "email": ""})
        data = form.cleaned_data
        proposer = corrections.Proposer(
            None if anonymous else request.user,
            data.get("name", ""),
            data.get("email", ""),
            network_address(request, behind_proxy=settings.OPTION["behind_proxy"]),
        )
        try:
            correction = corrections.propose(
                kind=of.state.kind, key=of.state.key, field=field, value=data["value"], reason=data["reason"],
                proposer=proposer, now=timezone.now(), source_url=data["source_url"], as_of=data["as_of"],
            )  # fmt: skip
        except InvalidInput as error:
            for problem in error.problems:
                name = problem.field if problem.field in form.fields else "value"
                form.add_error(name, f"{problem.message}. {problem.cure}".capitalize())
        except corrections.TooManyCorrections as error:
            return domain_error(request, error)
        else:
            return render(request, "record/proposed.html", {"of": of, "anonymous": anonymous, "email": correction.proposer_email, "correction": correction})
    view = fact_view(of.record_type, of.state, field)
    context = {"of": of, "spec": spec, "fact": view, "form": form, "anonymous": anonymous}
    return render(request, "record/correct.html", context, status=422 if form.errors else 200)


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Looking does nothing (mail scanners look); the button confirms."""
    try:
        correction = corrections.confirm(token=token) if request.method == "POST" else corrections.of_token(token)
    except corrections.LinkUnusable as error:
        return domain_error(request, error)
    return render(request, "record/confirm.html", _shown(correction))


def _shown(correction: Correction) -> dict[str, Any]:
    record_type = registry.get(correction.kind)
    spec = record_type.specs[correction.field]
    state = queries.state(correction.kind, correction.key)
    present = state.values.get(spec.name) if state else None
    return {
        "correction": correction,
        "spec": spec,
        "kind_title": record_type.title,
        "label": record_type.label_of(state.values, correction.key) if state else correction.key,
        "url": object_url(correction.kind, correction.key) if state else "",
        "base": value_html(spec, correction.base_value),
        "proposed": value_html(spec, correction.proposed_value),
        "present": value_html(spec, present),
        "moved": present != correction.base_value and correction.state == Correction.State.OPEN,
        "gone": state is None,
    }


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, oldest first; with ?decided=1 what was decided, newest first."""
    if not rules.edits_anything(request.user):
        return domain_error(request, NotAllowed(_("Corrections are decided by facility editors and the office.")))
    rows = queries.corrections_to_decide(request.user)
    open_rows = rows.filter(state=Correction.State.OPEN)
    decided = request.GET.get("decided") == "1"
    if decided:
        shown = rows.exclude(state__in=(Correction.State.OPEN, Correction.State.UNCONFIRMED)).order_by("-decided_at")
    else:
        shown = open_rows.order_by("created_at", "pk")
    context = page_of(request, shown, 25)
    context |= {"items": [_shown(c) for c in context["page"]], "decided": decided, "waiting": open_rows.count()}
    return render(request, "record/queue.html", context)


@login_required
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: accept it, accept it with another value, or decline it with a reason."""
    correction = get_object_or_404(queries.corrections_visible_to(request.user), pk=pk)
    may_decide = rules.may_edit_facility(request.user, correction.facility)
    spec = registry.get(correction.kind).specs[correction.field]
    form = DecisionForm(
        spec,
        request.POST or None,
        initial={
            "value": correction.proposed_value,
            "source_url": correction.source_url,
            "as_of": correction.as_of,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, correction, form)
        except InvalidInput as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else "value", f"{problem.message} {problem.cure}")
        except (NotAllowed, Conflict) as error:
            return domain_error(request, error)
        else:
            return redirect("record:decision", pk)
    context = _shown(correction) | {"form": form, "may_decide": may_decide}
    return render(request, "record/decision.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, correction: Correction, form: DecisionForm) -> None:
    data = form.cleaned_data
    now = timezone.now()
    if request.POST.get("verb") == "decline":
        corrections.decline(correction=correction, actor=request.user, now=now, note=data["note"])
        messages.success(request, _("Declined. The proposer is told why."))
        return
    amended = None
    if request.POST.get("verb") == "amend":
        provenance = corrections.provenance_for(
            request.user, correction.facility, data["source_url"], data["as_of"], now.date()
        )
        amended = Fact(data["value"], provenance)
    corrections.accept(correction=correction, actor=request.user, now=now, note=data["note"], amended=amended)
    messages.success(request, _("Written into the record. The proposer is told."))


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a decision."""
    correction = get_object_or_404(queries.corrections_visible_to(request.user), pk=pk)
    try:
        corrections.reopen(correction=correction, actor=request.user, now=timezone.now())
    except (NotAllowed, Conflict) as error:
        return domain_error(request, error)
    messages.success(request, _("The decision is undone; the correction waits again."))
    return redirect("record:decision", pk)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The corrections a person has proposed, with what became of them."""
    rows = Correction.objects.filter(proposer=signed_in(request)).select_related("decided_by").order_by("-created_at")
    context = page_of(request, rows, 25)
    context["items"] = [_shown(c) for c in context["page"]]
    return render(request, "record/my_corrections.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    correction = get_object_or_404(Correction, pk=pk, proposer=signed_in(request))
    try:
        corrections.withdraw(correction=correction, actor=request.user, now=timezone.now())
    except (NotAllowed, Conflict) as error:
        return domain_error(request, error)
    messages.success(request, _("Withdrawn."))
    return redirect("record:my-corrections")
