"""What every test stands on: a home of its own, the real record where asked for."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Django reads its settings: no test may touch a real installation.
os.environ["LEAPS_HOME"] = tempfile.mkdtemp(prefix="leaps-test-")
os.environ.setdefault("LEAPS_SECRET_KEY", "a-secret-of-the-tests-" + "0123456789abcdef" * 4)

PACK = Path(__file__).resolve().parent.parent / "packs" / "leaps"


@pytest.fixture(scope="module")
def real_record(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The shipped pack, loaded once for a module and rolled back after it.

    Each test that also asks for `db` works in a savepoint inside, so tests do not see each other.
    """
    from django.db import transaction
    from django.utils import timezone

    from leaps.record import actions
    from leaps.record.packs import loading, reading
    from leaps.record.types import Provenance

    class _Undo(Exception):
        pass

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                loading.load(
                    reading.read_path(PACK),
                    actor=actions.System("tests"),
                    default=Provenance(),
                    reason="the shipped pack",
                    now=timezone.now(),
                )
                yield
                raise _Undo
        except _Undo:
            pass
