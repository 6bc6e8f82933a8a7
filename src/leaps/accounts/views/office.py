"""The office's pages: people and their roles, the audit."""

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
    held = [(grant, roles.role(grant.role)) for grant in subject.grants.order_by("role", "scope")]
    context = {"subject": subject, "form": form, "held": held, "audit": queries.audit(person=subject)[:20]}
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
