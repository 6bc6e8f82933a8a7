"""Every page and action of the site, for every kind of person, with data present that could leak."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from leaps.accounts.tokens import OpenOrToken, Token
from leaps.catalogue import search_index
from leaps.config.api import api
from tests.accounts import world as worlds
from tests.accounts.permissions import LINES, Line
from tests.accounts.world import SECRETS, WHO, World

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


class _Undo(Exception):
    pass


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for the module and rolled back after it; each look happens in a savepoint."""
    search_index._current = None
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield worlds.build()
                raise _Undo
        except _Undo:
            pass
    search_index._current = None


def _all_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _all_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name


def test_no_address_of_the_site_is_without_a_line() -> None:
    names = {name for name in _all_names(get_resolver()) if not name.startswith("api")}  # see below
    missing = names - {line.name for line in LINES}

    assert not missing, f"say in tests/accounts/permissions.py who may open: {sorted(missing)}"


def test_the_api_is_written_with_a_token_only() -> None:
    """Who may write what by token is asked in tests/record/test_api.py; here, that no operation forgot to ask."""
    open_writes, operations = [], 0
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                operations += 1
                keys = [type(callback) for callback in operation.auth_callbacks]
                reads = set(operation.methods) <= {"GET", "HEAD"}
                if keys != [OpenOrToken if reads else Token]:
                    open_writes.append((operation.methods, prefix + path, keys))

    assert operations > 30
    assert open_writes == []


def _ask(world: World, line: Line, who: str) -> Any:
    args = [arg[1:] if arg.startswith("=") else world.objects[arg] for arg in line.args]
    address = reverse(line.name, args=args) + line.query
    client = world.client(who)
    sent = world.objects[line.post] if isinstance(line.post, str) else line.post
    return client.get(address) if sent is None else client.post(address, sent)


def _outcome(answer: HttpResponse, line: Line) -> str:
    status = answer.status_code
    if status == 302:
        return "in" if answer["Location"].startswith(LOGIN) and not line.name.startswith("account_log") else "did"
    return {200: "ok", 403: "no", 404: "404", 405: "405", 409: "bad", 422: "bad", 400: "bad", 429: "bad"}.get(
        status, str(status)
    )


@pytest.mark.parametrize("line", LINES, ids=str)
def test_each_gets_what_is_theirs_and_no_more(world: World, line: Line) -> None:
    words = line.outcome.split()
    wanted = dict(zip(WHO, words if len(words) > 1 else words * len(WHO), strict=True))
    got: dict[str, str] = {}
    told: list[str] = []
    for who in WHO:
        with transaction.atomic():
            answer = _ask(world, line, who)
            got[who] = _outcome(answer, line) if wanted[who] != "any" else "any"
            body = b"".join(answer) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace")
            may = set(line.only.get(who, ())) | (set(line.shows) if got[who] == "ok" else set())
            told += [f"{who} sees the {name}" for name, secret in SECRETS.items() if secret in text and name not in may]
            told += [f"{who} does not see the {name}" for name in may if SECRETS[name] not in text]
            if "html" in answer.get("Content-Type", ""):
                told += [f"{who} gets {found!r}" for found in inline(text)]
            transaction.set_rollback(True)

    assert got == wanted
    assert told == []


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:json|ld\+json)\")[^>]*>|<style\b[^>]*>|\sstyle=[\"'][^\"']*|\son[a-z]+=[\"'][^\"']*|javascript:",
    re.IGNORECASE,
)


def inline(text: str) -> list[str]:
    """Scripts and styles that the content security policy would refuse."""
    return INLINE.findall(text)
