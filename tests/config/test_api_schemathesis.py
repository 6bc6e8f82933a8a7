"""A foreign tester reads the OpenAPI document and tries everything it says, and its opposite, on the real record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries, transaction
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test

from tests.rest import office

EXAMPLES = 3
"""Requests that fuzzing makes for each operation, beside those that cover each limit of the schema."""

CONFIG = {
    "generation": {"max-examples": EXAMPLES, "database": "none"},
    "checks": {
        # What a schema cannot say makes a well-formed request a refusal here, always in words: a key that is not in the
        # record (422), a version that has passed (412), a pack that holds no table (422). 304 answers If-None-Match: *.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409", "412", "422", "428"]},
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "422", "428"]},
    },
}


Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # the application looks for it when it starts
schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=SchemathesisConfig.from_dict(CONFIG)
)


OPERATIONS = {result.ok().label: result.ok() for result in schema.get_all_operations()}


def keeps_its_word(operation: Any, headers: dict[str, str]) -> None:
    """Run every request schemathesis thinks of for an operation, with every check it has.

    Its own decorator gives all operations one name under the present pytest, and parallel runs then
    lose all but one; so the operations are ours to list, and the builder of its tests is called here.
    """

    def check(case: Any) -> None:
        with transaction.atomic():
            case.call_and_validate(headers=headers)
            transaction.set_rollback(True)

    config = schema.config
    build_operation_test(config=config, operation=operation, test_func=check, given_kwargs={}, feedback=FeedbackSources())()


@pytest.fixture(scope="class")
def token(real_record: None, django_db_blocker: Any) -> str:
    """A token of the office, so that writes are really tried; gone with the record of the class."""
    with django_db_blocker.unblock():
        return office().token


class TestEveryOperation:
    """Keeps what the document promises: statuses, types, headers, refusals."""

    @pytest.fixture(autouse=True)
    def _inside_the_test(self, real_record: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """The application runs inside the transaction of the test: its connection is not taken for a request's own."""
        monkeypatch.setitem(settings.OPTION, "api_rate_per_minute", 10**9)
        started = (reset_queries, close_old_connections)
        for receiver in started:
            request_started.disconnect(receiver)
        request_finished.disconnect(close_old_connections)
        yield
        for receiver in started:
            request_started.connect(receiver)
        request_finished.connect(close_old_connections)

    @pytest.mark.parametrize("label", [label for label in OPERATIONS if label.startswith("GET ")])
    def test_reading(self, label: str) -> None:
        keeps_its_word(OPERATIONS[label], {})

    @pytest.mark.parametrize("label", [label for label in OPERATIONS if not label.startswith("GET ")])
    def test_writing(self, label: str, token: str) -> None:
        keeps_its_word(OPERATIONS[label], {"Authorization": f"Bearer {token}"})
