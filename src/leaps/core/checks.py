"""Refusals at start-up: each with an id and its cure."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django's name
from django.http.request import validate_host

WEAK = 50


@register("installation", deploy=True)
def safe_to_start(**_kwargs: Any) -> list[CheckMessage]:
    """Production must not run with the trial's settings, a weak secret or any host."""
    found: list[CheckMessage] = []
    key = settings.SECRET_KEY
    if len(key) < WEAK or len(set(key)) < 10 or key.startswith("unsafe-"):
        hint = "Set LEAPS_SECRET_KEY to at least 50 random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        found.append(Error("The secret key is missing or weak.", hint=hint, id="leaps.E001"))
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts in LEAPS_HOSTS, separated by commas."
        found.append(Error("The site would answer to any host name.", hint=hint, id="leaps.E002"))
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Leave DEBUG off; there is no option for it.", id="leaps.E003"))
    if settings.TRIAL and settings.BASE_URL.startswith("https://"):
        hint = "Remove LEAPS_TRIAL, or give the trial an address on this machine."
        found.append(Error("Trial mode with a public address.", hint=hint, id="leaps.E004"))
    host = urlsplit(settings.BASE_URL).hostname or ""
    if not settings.TRIAL and not validate_host(host, settings.ALLOWED_HOSTS):
        hint = "Name the host of LEAPS_BASE_URL in LEAPS_HOSTS too."
        found.append(Error(f"The site would not answer at its own address, {settings.BASE_URL}.", hint=hint, id="leaps.E005"))
    if not settings.TRIAL and not settings.BASE_URL.startswith("https://"):
        hint = "Set LEAPS_BASE_URL to the public https address; cookies and links follow it."
        found.append(Warning("The site's address is not https.", hint=hint, id="leaps.W001"))
    return found
