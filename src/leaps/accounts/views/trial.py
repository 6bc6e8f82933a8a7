"""Only in a trial: sign in as a synthetic person, read the mail that leaves nowhere."""

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from leaps.accounts.models import User

MOST_SHOWN = 50


def _only_in_trial() -> None:
    if not settings.TRIAL:
        raise Http404


@require_POST
def become(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as a synthetic person without a password."""
    _only_in_trial()
    person = get_object_or_404(User, pk=pk, is_synthetic=True, is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/account/"
    return redirect(onward)


def mail(request: HttpRequest) -> HttpResponse:
    """The mail of the trial, newest first. Every visitor may read it: the addresses are synthetic."""
    _only_in_trial()
    found = []
    folder = Path(settings.LEAPS_HOME) / "mail"
    files = sorted(folder.glob("*.log"), key=lambda f: f.stat().st_mtime, reverse=True) if folder.exists() else []
    for file in files[:MOST_SHOWN]:
        for part in file.read_bytes().split(b"-" * 79):
            if not part.strip():
                continue
            message = email.message_from_bytes(part.lstrip(), policy=email.policy.default)
            body = message.get_body(("plain",))
            found.append(
                {"to": message["To"], "subject": message["Subject"], "date": message["Date"], "text": body.get_content() if body else ""}
            )
    return render(request, "accounts/trial_mail.html", {"mails": found[:MOST_SHOWN]})
