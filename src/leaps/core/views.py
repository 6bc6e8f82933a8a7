"""Answers that belong to no domain: errors, health, the component page."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from leaps.core import health
from leaps.core.errors import DomainError


def error_page(
    request: HttpRequest,
    *,
    status: int,
    title: str,
    sentence: str,
    cure: str = "",
    suggestions: list[tuple[str, str]] | None = None,
    search: str = "",
) -> HttpResponse:
    """A page that says what happened and what to do; a problem document under /api/.

    `search` are words to offer in the search field.
    """
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": f"{sentence} {cure}".strip()}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"title": title, "sentence": sentence, "cure": cure, "suggestions": suggestions or [], "search": search}
    return render(request, "core/error.html", context, status=status)


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """An expected refusal as a page."""
    titles = {403: _("Not yours to do"), 404: _("Not found"), 409: _("Changed in the meantime")}
    return error_page(
        request, status=error.status, title=titles.get(error.status, _("Not possible")), sentence=str(error)
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    """400, without looking at the request again: its host name may be what was wrong."""
    title = _("This request cannot be read")
    sentence = _("The address or the form holds something that makes no sense here.")
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": 400, "detail": sentence}
        return JsonResponse(body, status=400, content_type="application/problem+json")
    context = {"title": title, "sentence": sentence, "cure": _("Go back and try again.")}
    return HttpResponse(render_to_string("core/plain_error.html", context), status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(
        request,
        status=403,
        title=_("Not yours to see"),
        sentence=str(exception) if exception and str(exception) else _("You have no right to this page."),
        cure=_("Sign in with another account, or ask the LEAPS office for the role you need."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """403 when the form's token is missing or old."""
    return error_page(
        request,
        status=403,
        title=_("This form is too old"),
        sentence=_("Nothing was saved: the form was opened before you signed in, or cookies are blocked."),
        cure=_("Go back, reload the page and send it again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without touching the database."""
    context = {
        "title": _("Something broke on our side"),
        "sentence": _("The fault has been logged. Nothing was half written."),
        "cure": _("Please try again; if it stays, tell the operators the time and the address."),
    }
    if request.path.startswith("/api/"):
        body: dict[str, Any] = {"type": "about:blank", "title": str(context["title"]), "status": 500}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    return HttpResponse(render_to_string("core/plain_error.html", context), status=500)


@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "time": int(time.time())})


@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """The installation can do its work: each part with its state; 503 when one cannot."""
    report = health.report()
    return JsonResponse(report, status=200 if report["status"] == "ok" else 503)


def components(request: HttpRequest) -> HttpResponse:
    """The living page of every component in its states."""
    from leaps.core import showcase

    return render(request, "core/components.html", showcase.context())
