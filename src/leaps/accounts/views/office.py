"""The office's pages: people and their roles, the audit."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.accounts import actions, queries, roles
from leaps.accounts.forms import GrantForm
from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if queries.is_office(request.user):
        return None
    return domain_error(request, NotAllowed(_("This page is for the LEAPS office.")))


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account."""
    if refusal := _refusal(request):
        return refusal
    search = request.GET.get("q", "").strip()[:100]
    paginator = Paginator(queries.people(search), 50)
    page = paginator.get_page(request.GET.get("page"))
    context = {"page": page, "numbers": paginator.get_elided_page_range(page.number), "search": search}
    return render(request, "accounts/people.html", context)


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles given and taken."""
    if refusal := _refusal(request):
        return refusal
    subject = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, _sep, scope = form.cleaned_data["held"].partition(":")
        try:
            actions.grant_role(person=subject, code=code, scope=scope, actor=request.user)
        except InvalidInput as error:
            form.add_error("held", str(error))
        else:
            messages.success(request, _("Role given."))
            return redirect("accounts:person", pk)
    held = [(grant, roles.shown(grant.role)) for grant in subject.grants.order_by("role", "scope")]
    context = {"subject": subject, "form": form, "held": held, "audit": queries.audit(person=subject)[:20], "has_factor": queries.has_second_factor(subject)}
    return render(request, "accounts/person.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    if refusal := _refusal(request):
        return refusal
    grant = get_object_or_404(RoleGrant, pk=pk)
    try:
        actions.revoke_role(grant=grant, actor=request.user)
        messages.success(request, _("Role taken back."))
    except InvalidInput as error:
        messages.error(request, str(error))
    return redirect("accounts:person", grant.user_id)


def _on_person(request: HttpRequest, pk: int, action: Callable[..., None], done: str) -> HttpResponse:
    """Run an action of the office on a person and go back to the page."""
    if refusal := _refusal(request):
        return refusal
    try:
        action(person=get_object_or_404(User, pk=pk), actor=request.user)
        messages.success(request, done)
    except (InvalidInput, NotAllowed) as error:
        messages.error(request, str(error))
    return redirect("accounts:person", pk)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody sign in as this person."""
    return _on_person(request, pk, actions.close_account, _("Closed. Nobody can sign in with this account."))


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    return _on_person(request, pk, actions.reopen_account, _("Open again."))


@login_required
@require_POST
def drop_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Help a person who lost phone or key."""
    return _on_person(request, pk, actions.drop_second_factor, _("The second factors are removed; the person is told."))


@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """What was done to accounts."""
    if refusal := _refusal(request):
        return refusal
    paginator = Paginator(queries.audit(), 50)
    page = paginator.get_page(request.GET.get("page"))
    return render(
        request, "accounts/audit.html", {"page": page, "numbers": paginator.get_elided_page_range(page.number)}
    )
