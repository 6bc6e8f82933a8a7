"""What every test stands on: a home of its own, the real record where asked for."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest

# Before Django reads its settings: no test may touch a real installation.
os.environ["LEAPS_HOME"] = tempfile.mkdtemp(prefix="leaps-test-")
os.environ.setdefault("LEAPS_SECRET_KEY", "a-secret-of-the-tests-" + "0123456789abcdef" * 4)
os.environ["DJANGO_SETTINGS_MODULE"] = "leaps.config.settings"
django.setup()

# How long an example takes is the machine's business, not a promise of the code.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _static_files_as_they_are() -> Iterator[None]:
    """Pages are rendered without `collectstatic`, which only an installation needs."""
    from django.conf import settings
    from django.test import override_settings

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what a process keeps for one revision: tests that are rolled back repeat revisions."""
    from django.core.cache import caches

    from leaps.catalogue import search_index
    from leaps.landscape import sheets, work_queries
    from leaps.record import survey
    from leaps.roadmaps import communities, planning
    from leaps.roadmaps import queries as roadmap_queries

    work_queries._kept.forget()
    sheets._technique_sheets.cache_clear()
    roadmap_queries._supply.cache_clear()
    planning.offered.cache_clear()
    communities._places.cache_clear()
    search_index._current = None
    survey._last = None
    caches["local"].clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Give each parallel worker its own database; SQLite's in memory are apart by themselves.

    pytest-django knows that only of Django's own backend name, and ours is a subclass of it.
    """
    from django.conf import settings
    from pytest_django.fixtures import _set_suffix_to_test_databases

    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker and "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        _set_suffix_to_test_databases(suffix=worker)


PACK = Path(__file__).resolve().parent.parent / "packs" / "leaps"


_loaded: list[object] = []
"""The rows of the loaded pack: each worker loads it once through the front door, later classes get a copy of the rows."""


def _load() -> None:
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection
    from django.utils import timezone

    from leaps.record import actions
    from leaps.record.packs import loading, reading
    from leaps.record.types import Provenance

    models = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("leaps.")]
    if not _loaded:
        loading.load(
            reading.read_path(PACK), actor=actions.System("tests"), default=Provenance(), reason="the shipped pack", now=timezone.now()
        )
        _loaded.extend(row for model in models for row in model._base_manager.all())
        return
    for model in models:
        rows = [row for row in _loaded if type(row) is model]
        there = set(model._base_manager.values_list("pk", flat=True))
        model._base_manager.bulk_create([row for row in rows if row.pk not in there], batch_size=500)
        for row in rows:
            if row.pk in there:
                row.save()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.fixture(scope="class")
def real_record(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The shipped pack, there for a class and rolled back after it: other classes start empty.

    Each test that also asks for `db` works in a savepoint inside, so tests do not see each other.
    """
    from django.db import transaction

    class _Undo(Exception):
        pass

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                _load()
                yield
                raise _Undo
        except _Undo:
            pass
