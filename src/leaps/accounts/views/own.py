"""A person's own pages: profile, tokens, data export, leaving."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.accounts import actions, queries, roles
from leaps.accounts.forms import NameForm, TokenForm
from leaps.accounts.models import ApiToken
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, roles, sign-in, data."""
    person = queries.signed_in(request)
    form = NameForm(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        actions.rename_person(person=person, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    held = [(roles.shown(code), scope) for code, scope in sorted(queries.grants_of(person))]
    return render(request, "accounts/profile.html", {"form": form, "held": held, "person": person})


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def tokens(request: HttpRequest) -> HttpResponse:
    """Keys to the API; a new one is shown once."""
    person = queries.signed_in(request)
    form = TokenForm(request.POST or None)
    fresh = ""
    if request.method == "POST" and form.is_valid():
        try:
            fresh = actions.create_token(
                person=person, name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], now=timezone.now()
            )
            form = TokenForm()
        except InvalidInput as error:
            form.add_error("name", str(error))
    response = render(request, "accounts/tokens.html", {"form": form, "fresh": fresh, "tokens": queries.tokens_of(person)})
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a token."""
    token = get_object_or_404(ApiToken, pk=pk)
    try:
        actions.revoke_token(token=token, actor=queries.signed_in(request))
    except NotAllowed as error:
        return domain_error(request, error)
    messages.success(request, _("Revoked. It opens nothing any more."))
    return redirect("accounts:tokens")


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Everything kept about the person, as a file."""
    answer = JsonResponse(actions.export(queries.signed_in(request)), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def erase(request: HttpRequest) -> HttpResponse:
    """Leave for good, after typing one's address."""
    person = queries.signed_in(request)
    fault = ""
    if request.method == "POST":
        if request.POST.get("email", "").strip().lower() != person.email.lower():
            fault = _("This is not the address of your account. Nothing was erased.")
        else:
            try:
                actions.erase(person=person)
            except InvalidInput as error:
                fault = str(error)
            else:
                logout(request)
                messages.success(request, _("Your account and what we kept about you are erased."))
                return redirect("/")
    return render(request, "accounts/erase.html", {"fault": fault}, status=422 if fault else 200)
