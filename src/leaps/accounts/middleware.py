"""When another site, by which people sign in, is away."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

logger = logging.getLogger(__name__)


def provider_trouble(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A provider that does not answer, or not with what the standard asks for, becomes a page in words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        name = (match.url_name if match else "") or ""
        if not name.startswith(("openid_connect_", "orcid_")):
            return None
        # Besides not being reached: no JSON, or JSON without the address that should stand in it.
        if not isinstance(exception, (RequestException, ValueError, KeyError)):
            return None
        logger.error("sign-in provider trouble", exc_info=exception)
        return render(request, "socialaccount/authentication_error.html", status=502)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
