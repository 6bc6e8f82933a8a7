"""Around every request to the API: limits, CORS, HEAD, and problem documents for what no operation answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leaps.core.network import network_address
from leaps.core.rest.problems import PROBLEM, problem_document

PREFIX = "/api/"
LARGEST_JSON = 1024 * 1024
LARGEST_UPLOAD = 65 * 1024 * 1024
WITH_TOKEN = 10
"""A request with a token counts a tenth."""
_WINDOW_SECONDS = 60
_OWN_HEADERS = "ETag, Link, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, X-Request-ID"


@dataclass(frozen=True, slots=True)
class Window:
    """How much of its limit an address has used in the present minute."""

    limit: int
    used: int
    reset: int

    @property
    def exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.limit


def _count(request: HttpRequest) -> Window:
    """Count a request of an address in the present minute.

    Each server process counts for itself, in memory: a shared count would be a write to the database
    for every read, to protect the database. A client that keeps its connection stays with one
    process; one that opens many gets at most the limit times the number of processes.
    """
    tokened = "Authorization" in request.headers
    limit = int(settings.OPTION["api_rate_per_minute"]) * (WITH_TOKEN if tokened else 1)
    now = time.time()
    address = network_address(request, behind_proxy=settings.OPTION["behind_proxy"])
    safe = "".join(c for c in address if c.isalnum() or c in ".:")
    key = f"api:{'token' if tokened else 'open'}:{safe}:{int(now // _WINDOW_SECONDS)}"
    cache = caches["local"]
    cache.add(key, 0, _WINDOW_SECONDS)
    try:
        used = cache.incr(key)
    except ValueError:  # forgotten between the two calls: the minute is over
        used = 1
    return Window(limit, used, int(_WINDOW_SECONDS - now % _WINDOW_SECONDS) + 1)


def api(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for everything under /api/.

    Decision on CORS: any web page may read the API (`Access-Control-Allow-Origin: *`), because the
    record is open and a facility should be able to show its instruments on its own pages without a
    server of its own. Cookies are never looked at here and never allowed along, so a page learns no
    more than anybody. Other methods than GET and HEAD are not allowed across origins: who writes
    with a token does so from a program, where the token is not open to every script of a page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        window = _count(request)
        method = request.method or ""
        response = _refused(request, window) or _answered(get_response, request)
        response["RateLimit-Limit"] = str(window.limit)
        response["RateLimit-Remaining"] = str(max(0, window.limit - window.used))
        response["RateLimit-Reset"] = str(window.reset)
        if method in ("GET", "HEAD", "OPTIONS"):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = _OWN_HEADERS
        return response

    return middleware


def _refused(request: HttpRequest, window: Window) -> HttpResponse | None:
    if window.exceeded:
        detail = _("Wait %(n)d seconds. Requests with a token have a limit ten times as high.") % {"n": window.reset}
        response = problem_document(429, detail)
        response["Retry-After"] = str(window.reset)
        return response
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Methods"] = "GET, HEAD"
        response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response
    is_upload = request.content_type == "multipart/form-data"
    if _length(request) > (LARGEST_UPLOAD if is_upload else LARGEST_JSON):
        return problem_document(413, _("A JSON body may have 1 MB, a pack 64 MB. Send many objects as a pack."))
    return None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _answered(get_response: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    """The answer of the operation; HEAD is GET without the body, errors are always problem documents."""
    is_head = request.method == "HEAD"
    if is_head:
        request.method = "GET"
    response = get_response(request)
    if is_head:
        request.method = "HEAD"
    if response.status_code >= 400 and not response.get("Content-Type", "").startswith(PROBLEM):
        response = _as_problem(response)
    if is_head:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _as_problem(response: HttpResponse) -> HttpResponse:
    detail = ""
    if response.status_code == 405:
        detail = _("This address answers to: %(methods)s.") % {"methods": response.get("Allow", "")}
    made = problem_document(response.status_code, detail)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            made[name] = response[name]
    return made
