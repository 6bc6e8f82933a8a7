"""What a web process works out before anybody asks."""

import logging

import pytest
from django.db import OperationalError

from leaps.catalogue import search_index
from leaps.core import warming
from leaps.record import survey
from tests.record.factories import facility, instrument, write


@pytest.mark.django_db
def test_index_and_survey_are_there_before_the_first_visitor() -> None:
    write(facility(), instrument())

    warming.run()

    assert search_index._current is not None
    assert search_index._current.revision == 1
    assert survey._last is not None
    assert survey._last.revision == 1


def test_a_database_that_is_not_ready_is_told_and_the_other_steps_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def fail() -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(warming, "_steps", [fail, lambda: done.append("second")])
    with caplog.at_level(logging.WARNING):
        warming.run()

    assert done == ["second"]
    assert "no such table" in caplog.text
