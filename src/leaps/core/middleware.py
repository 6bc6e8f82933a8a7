"""What happens around every request: a log line, headers of safety, database trouble in words."""

import logging
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from leaps.core.errors import DomainError
from leaps.core.views import bad_request, domain_error

request_logger = logging.getLogger("leaps.request")
logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

PERMISSIONS = "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"


def safety_headers(get_response: Handler) -> Handler:
    """Nothing from other hosts, nothing inline, no frames; pages of a signed-in person are for nobody else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not getattr(response, "xframe_options_exempt", False):
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if "Cache-Control" not in headers and "Cookie" in headers.get("Vary", ""):
            headers["Cache-Control"] = "private, no-cache"
        return response

    return middleware


def onward(get_response: Handler) -> Handler:
    """A form that leads to another site (sign-in with ORCID, say) goes there by a page of ours.

    The policy forbids forms to end elsewhere, and browsers hold that against every redirect on the
    way, also those of the other site. A page that goes on by itself is not a form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        location = response.headers.get("Location", "")
        target = urlsplit(location)
        if request.method != "POST" or response.status_code not in (301, 302, 303) or not target.netloc:
            return response
        if target.netloc == request.get_host() or target.scheme not in ("http", "https"):
            return response
        page = render(request, "core/onward.html", {"target": location, "host": target.hostname})
        page.cookies.update(response.cookies)
        return page

    return middleware


def request_log(get_response: Handler) -> Handler:
    """One line for each request, with an id that the answer carries too. No addresses, no queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if given.isalnum() and len(given) <= 64 else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["X-Request-ID"] = request_id
        request_logger.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={
                "request_id": request_id,
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                # Only where a view has asked already: no query for the sake of the log.
                "user_id": getattr(getattr(request, "_cached_user", None), "pk", None),
            },
        )
        return response

    return middleware


def refusals(get_response: Handler) -> Handler:
    """An expected refusal that a view did not turn into an answer itself becomes a page in words.

    So does a value no database column can hold, such as a NUL byte on PostgreSQL: nothing has an address
    with one, and a form or a parameter with one makes no sense.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            return bad_request(request)
        return domain_error(request, exception) if isinstance(exception, DomainError) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def database_trouble(get_response: Handler) -> Handler:
    """A locked database or a full disk becomes a sentence with a cure, never a bare 500.

    Transactions have been rolled back by the time this is reached: nothing is half written.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        logger.error("database trouble", exc_info=exception)
        return trouble_response(request, exception)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def trouble_response(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503 in words (or as problem document under /api/), with Retry-After."""
    told = str(exception).lower()
    if "full" in told or "no space" in told:
        sentence = _("The disk of this installation is full. Nothing was written and nothing was lost.")
        cure = _("Please tell the operators; they need to make room.")
    elif "locked" in told or "timeout" in told or "busy" in told:
        sentence = _("The database is busy with another change. Nothing was written and nothing was lost.")
        cure = _("Please try again in a minute.")
    elif "readonly" in told or "read-only" in told:
        sentence = _("The database can be read but not written at the moment.")
        cure = _("Please try again later.")
    else:
        sentence = _("The database cannot be reached at the moment. Nothing was written.")
        cure = _("Please try again in a minute.")
    title = _("Not possible just now")
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"type": "about:blank", "title": title, "status": 503, "detail": f"{sentence} {cure}"},
            status=503,
            content_type="application/problem+json",
        )
    else:
        # Rendered without the request: its context would ask the database for the person.
        response = HttpResponse(
            render_to_string("core/plain_error.html", {"title": title, "sentence": sentence, "cure": cure}),
            status=503,
        )
    response.headers["Retry-After"] = "60"
    return response
