"""What every part of the REST API shares: errors as problem documents, limits, conditional answers."""

import base64
import binascii
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import AnonRateThrottle
from pydantic import Field

from leaps.core.errors import DomainError, InvalidInput, Problem

PROBLEM = "application/problem+json"
MOST_ON_A_PAGE = 200


class ProblemItem(Schema):
    """One thing wrong with a request."""

    field: str = Field("", description="The parameter or field concerned.")
    value: str = Field("", description="What was found there.")
    message: str
    cure: str = Field("", description="What would make it right.")
    file: str = ""
    row: int | None = None


class ProblemDocument(Schema):
    """RFC 9457: what went wrong, in words, with everything that has to be mended."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    problems: list[ProblemItem] = []


class Limit(AnonRateThrottle):
    """So many requests a minute from one address without a token, counted in each server process."""

    cache = caches["local"]

    def __init__(self) -> None:
        super().__init__(f"{settings.OPTION['api_rate_per_minute']}/m")


def problem(status: int, title: str, detail: str = "", problems: list[Problem] | None = None) -> HttpResponse:
    """A problem document."""
    items = [
        {"field": p.field, "value": p.value[:200], "message": p.message, "cure": p.cure, "file": p.file, "row": p.row}
        for p in problems or []
    ]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "problems": items}
    return JsonResponse(body, status=status, content_type=PROBLEM)


_TITLES = {
    400: "Bad request",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Not a type we read",
    422: "Cannot be processed",
    428: "Precondition required",
    429: "Too many requests",
}


def install_error_handlers(api: NinjaAPI) -> None:
    """Every expected failure leaves the API as a problem document."""

    @api.exception_handler(DomainError)
    def domain(_request: HttpRequest, error: DomainError) -> HttpResponse:
        problems = list(error.problems) if isinstance(error, InvalidInput) else []
        return problem(error.status, _TITLES.get(error.status, "Refused"), str(error)[:2000], problems)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        problems = [
            Problem(str(e.get("msg", "")), field=".".join(str(part) for part in e.get("loc", ())[1:]))
            for e in error.errors
        ]
        return problem(422, _TITLES[422], "Some parameters cannot be read.", problems)

    @api.exception_handler(AuthenticationError)
    def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        answer = problem(401, _TITLES[401], "Send a valid token as “Authorization: Bearer leaps_…”.")
        answer["WWW-Authenticate"] = 'Bearer realm="LEAPS Commons"'
        return answer

    @api.exception_handler(Throttled)
    def throttled(_request: HttpRequest, error: Throttled) -> HttpResponse:
        wait = int(error.wait or 60)
        answer = problem(429, _TITLES[429], f"Wait {wait} seconds, or use a token.")
        answer["Retry-After"] = str(wait)
        return answer

    @api.exception_handler(HttpError)
    def http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, _TITLES.get(error.status_code, "Refused"), str(error))

    @api.exception_handler(Http404)
    def missing(_request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, _TITLES[404], str(error))


def encode_cursor(values: list[Any]) -> str:
    """Where a page ended, as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: type) -> list[Any] | None:
    """What `encode_cursor` was given; None for no cursor. Raises InvalidInput for a broken one."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == len(types) and all(map(isinstance, values, types)):
            return values
    except (ValueError, binascii.Error):
        pass
    cure = _("Use the `next` address of the page before, unchanged.")
    raise InvalidInput([Problem(_("is not a cursor of this list"), cure, field="cursor", value=cursor[:80])])


def next_address(request: HttpRequest, cursor: str) -> str:
    """The address of the next page: this one with another cursor."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def conditional(etag_of: Callable[..., str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give an operation an ETag; a reader who has that version gets 304 and no work is done."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            etag = f'"{etag_of(request, **kwargs)}"'
            known = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
            if etag in known:
                answer = HttpResponse(status=304)
                answer["ETag"] = etag
                return answer
            result = view(request, *args, **kwargs)
            request.leaps_etag = etag  # type: ignore[attr-defined]
            return result

        return wrapped

    return decorate


def etag_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: write the ETag an operation has set, and let caches ask again each time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        etag = getattr(request, "leaps_etag", "")
        if etag and response.status_code < 300:
            response["ETag"] = etag
            response["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response

    return middleware
