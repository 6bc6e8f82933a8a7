"""What holds for everything under /api/: limits, CORS, HEAD, problem documents, cursors."""

import logging
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.core.errors import InvalidInput
from leaps.core.rest import answers
from leaps.record import queries
from tests.record.factories import facility, write
from tests.rest import ANYBODY, Caller, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests a minute, in a minute that does not end."""
    monkeypatch.setitem(django_settings.OPTION, "api_rate_per_minute", 3)
    monkeypatch.setattr("leaps.core.rest.middleware.time.time", lambda: 1_000_000_010.5)


class TestLimits:
    """So many requests a minute from one address."""

    def test_headers_say_where_one_stands_and_then_when_to_come_back(self, few: None) -> None:
        seen = [ANYBODY.get("facilities") for _ in range(5)]

        assert [a.status_code for a in seen] == [200, 200, 200, 429, 429]
        assert [a.headers["RateLimit-Remaining"] for a in seen] == ["2", "1", "0", "0", "0"]
        assert [a.headers.get("Retry-After") for a in seen] == [None, None, None, "10", "10"]
        assert (seen[0].headers["RateLimit-Limit"], seen[0].headers["RateLimit-Reset"]) == ("3", "10")
        assert seen[4].headers["Content-Type"] == "application/problem+json"
        assert seen[4].headers["Access-Control-Allow-Origin"] == "*"

    def test_the_next_minute_begins_anew(self, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(4):
            ANYBODY.get("facilities")
        monkeypatch.setattr("leaps.core.rest.middleware.time.time", lambda: 1_000_000_021.0)

        assert ANYBODY.get("facilities").status_code == 200

    def test_addresses_do_not_count_for_each_other(self, few: None) -> None:
        for _ in range(4):
            ANYBODY.get("facilities")

        assert Client(REMOTE_ADDR="2001:db8::1").get("/api/v1/facilities").status_code == 200

    def test_a_forged_header_is_believed_only_behind_a_proxy(self, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def statuses() -> list[int]:
            return [ANYBODY.get("facilities", X_Forwarded_For=f"10.0.0.{n}").status_code for n in range(5)]

        alone = statuses()
        monkeypatch.setitem(django_settings.OPTION, "behind_proxy", True)

        assert (alone, statuses()) == ([200, 200, 200, 429, 429], [200] * 5)

    def test_with_a_token_it_is_ten_times_as_much(self, few: None) -> None:
        caller = office()
        seen = [caller.get("facilities") for _ in range(31)]

        assert [a.status_code for a in seen] == [200] * 30 + [429]

    def test_wrong_tokens_and_wrong_addresses_count_too(self, few: None) -> None:
        seen = [Caller("leaps_guess").get("facilities").status_code for _ in range(31)]
        lost = [ANYBODY.get("nowhere").status_code for _ in range(4)]

        assert (seen, lost) == ([401] * 30 + [429], [404, 404, 404, 429])

    def test_pages_are_not_counted(self, few: None) -> None:
        assert [Client().get("/health/live").status_code for _ in range(5)] == [200] * 5


class TestCors:
    """Any page may read; none may write."""

    def test_reading_is_open_to_every_page(self) -> None:
        answer = ANYBODY.get("facilities", Origin="https://facility.example")

        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers

    def test_refusals_can_be_read_too(self) -> None:
        assert ANYBODY.get("facilities?limit=x").headers["Access-Control-Allow-Origin"] == "*"

    def test_a_preflight_allows_reading_and_nothing_else(self) -> None:
        answer = ANYBODY.send("OPTIONS", "facilities/ring", Origin="https://x.example", Access_Control_Request_Method="PATCH")

        assert (answer.status_code, answer.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
        assert "authorization" not in answer.headers["Access-Control-Allow-Headers"].lower()

    def test_writes_carry_no_permission(self) -> None:
        assert "Access-Control-Allow-Origin" not in ANYBODY.send("POST", "facilities", {}).headers

    def test_pages_outside_the_api_stay_closed(self) -> None:
        assert "Access-Control-Allow-Origin" not in Client().get("/health/live").headers


class TestEveryAnswer:
    """Errors are problem documents, wherever they come from."""

    def test_head_is_get_without_the_body(self) -> None:
        write(facility())
        get, head = ANYBODY.get("facilities"), ANYBODY.send("HEAD", "facilities")

        assert (head.status_code, head.content) == (200, b"")
        assert (head.headers["ETag"], head.headers["Content-Length"]) == (get.headers["ETag"], str(len(get.content)))

    @pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/facilities", "/api/v1/facilities/", "/api/v1/facilities/a/b"])
    def test_an_unknown_address(self, path: str) -> None:
        answer = ANYBODY.get(path)

        assert (answer.status_code, answer.headers["Content-Type"], answer.json()["status"]) == (404, "application/problem+json", 404)

    @pytest.mark.parametrize(("method", "path", "allow"), [("PUT", "facilities/ring", "DELETE, GET, PATCH"), ("DELETE", "changes", "GET"), ("POST", "openapi.json", "GET, HEAD")])
    def test_a_method_that_is_none(self, method: str, path: str, allow: str) -> None:
        answer = ANYBODY.send(method, path)

        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
        assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allow

    def test_a_fault_of_ours(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        def broken() -> int:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr(queries, "current_revision", broken)
        with caplog.at_level(logging.CRITICAL, "django.request"):
            answer = Client(raise_request_exception=False).get("/api/v1/facilities")

        assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
        assert b"secret" not in answer.content

    def test_a_busy_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def busy() -> int:
            raise OperationalError("database is locked")

        monkeypatch.setattr(queries, "current_revision", busy)
        answer = ANYBODY.get("facilities")

        assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Retry-After"]) == (503, "application/problem+json", "60")

    def test_a_body_that_is_too_large(self) -> None:
        answer = office().send("POST", "facilities", '{"key": "' + "x" * 1_100_000 + '"}')

        assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")

    def test_no_answer_sets_a_cookie(self) -> None:
        write(facility())

        assert [bool(ANYBODY.get(path).cookies) for path in ("facilities", "facilities/ring", "nothing", "openapi.json")] == [False] * 4


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.text(max_size=20) | st.integers(), max_size=4))
def test_a_cursor_comes_back_as_it_was_made(values: list[Any]) -> None:
    assert answers.decode_cursor(answers.encode_cursor(values), *map(type, values)) == values


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_no_text_breaks_the_reading_of_a_cursor(text: str) -> None:
    found: Any = None
    fields = []
    try:
        found = answers.decode_cursor(text, str)
    except InvalidInput as error:
        fields = [problem.field for problem in error.problems]

    assert (found is None) == (fields == ["cursor"])
