"""Bringing a back-up home: all of it or nothing."""

import datetime as dt
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader

from leaps.core import home as home_lock
from leaps.core.backups import postgres, sqlite
from leaps.core.backups.archive import BadArchive, Manifest, Reader
from leaps.core.backups.journal import Journal, Part
from leaps.core.backups.making import SECRETS, UPLOADS
from leaps.core.errors import DomainError

Say = Callable[[str], None]


class TargetNotEmpty(DomainError):
    """There is something that would be replaced."""


class CannotRestore(DomainError):
    """Nothing was changed: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A finished restore: what came back and where the former state is kept."""

    manifest: Manifest
    kept_files: Path | None
    kept_schema: str


def check(path: Path) -> Manifest:
    """Check an archive completely without restoring it. Raises BadArchive."""
    with Reader.open(path) as reader:
        _refuse_unknown_migrations(reader)
        return reader.manifest


def restore(path: Path, *, now: dt.datetime, replace: bool, with_secrets: bool, say: Say) -> Restored:
    """Put the archive in the place of database and uploads.

    The archive and the new database are checked before anything is touched; then files and tables
    are exchanged under a journal, and the former ones are kept aside. Raises HomeInUse,
    BadArchive, TargetNotEmpty, CannotRestore; everything is then as it was.
    """
    home: Path = settings.LEAPS_HOME
    with home_lock.hold(home):
        say("Checking the archive")
        with Reader.open(path) as reader:
            _refuse_other_engine(reader)
            _refuse_unknown_migrations(reader)
            if with_secrets and not reader.manifest.secrets_included:
                raise CannotRestore(f"{path} holds no secrets. Restore it without --with-secrets.")
            if not replace:
                _refuse_full_target(home)
            mark = f"{now:%Y%m%dT%H%M%SZ}"
            journal = Journal(stage=f"restoring-{uuid.uuid4().hex[:12]}", aside=f"before-restore-{mark}")
            try:
                return _restore(reader, home, journal, with_secrets=with_secrets, say=say)
            except (OSError, DatabaseError, sqlite.DatabaseFault) as error:
                raise CannotRestore(f"Nothing was restored, everything is as it was: {error}") from error


def _restore(reader: Reader, home: Path, journal: Journal, *, with_secrets: bool, say: Say) -> Restored:
    on_files = connection.vendor == "sqlite"
    aside_schema = "" if on_files else journal.aside.replace("-", "_").lower()
    stage = home / journal.stage
    stage.mkdir()
    try:
        say("Building the database aside")
        if on_files:
            _build_file(reader, stage)
        else:
            postgres.refuse_other_sessions()
            postgres.build(reader)
        for name in reader.names(UPLOADS):
            reader.extract(name, stage / name)
        (stage / UPLOADS).mkdir(exist_ok=True)
        for name in SECRETS if with_secrets else ():
            if f"secrets/{name}" in reader.manifest.members:
                reader.extract(f"secrets/{name}", stage / name)
                os.chmod(stage / name, 0o600)  # noqa: PTH101  the same, and shorter
        connections.close_all()
        if on_files:
            sqlite.come_to_rest(home / sqlite.NAME)
        journal.schema = aside_schema
        journal.parts = _parts(home, stage, on_files=on_files)
        say("Exchanging the old for the new")
        journal.write(home)
        _exchange(home, journal, reader.manifest)
    except BaseException:
        journal.undo(home)
        if not on_files:
            postgres.drop_building()
        raise
    journal.forget(home)
    kept = home / journal.aside
    if aside_schema and postgres.drop_schema_if_empty(aside_schema):
        aside_schema = ""
    return Restored(reader.manifest, kept if kept.exists() else None, aside_schema)


def _build_file(reader: Reader, stage: Path) -> None:
    reader.extract(sqlite.NAME, stage / sqlite.NAME)
    rows = sqlite.examine(stage / sqlite.NAME)
    if rows != reader.manifest.rows:
        odd = sorted(t for t in rows.keys() | reader.manifest.rows if rows.get(t) != reader.manifest.rows.get(t))
        raise BadArchive(f"{reader.path}: the number of rows differs from the manifest in {', '.join(odd)}.")


def _parts(home: Path, stage: Path, *, on_files: bool) -> list[Part]:
    names = [UPLOADS, *SECRETS]
    if on_files:
        names += [*sqlite.SIDE_FILES, sqlite.NAME]  # the side files go first: they belong to the old one
    parts = [Part(name, (home / name).exists(), (stage / name).exists()) for name in names]
    side = set(sqlite.SIDE_FILES)
    return [part for part in parts if part.has_new or (part.had_old and part.name in side)]


def _exchange(home: Path, journal: Journal, manifest: Manifest) -> None:
    """Exchange files and tables, then look at the result with the platform's own eyes; undone when it fails."""
    journal.exchange(home)
    if journal.schema:
        postgres.swap(journal.schema)
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        _come_to_life(manifest)
    except BaseException:
        connections.close_all()
        if journal.schema:
            postgres.swap_back(journal.schema)
        raise
    finally:
        connections.close_all()


def _come_to_life(manifest: Manifest) -> None:
    """What must not be taken over from the moment of the back-up: sessions, counts, tasks said to run."""
    from django.contrib.sessions.models import Session  # models: only once the apps are there
    from django.core.cache import cache
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    with connection.cursor() as cursor:
        for table, expected in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  quoted
            (number,) = cursor.fetchone() or (0,)
            if table != "django_migrations" and number < expected:
                raise CannotRestore(f"Nothing was restored: {table} has {number} rows instead of {expected}.")
    Session.objects.all().delete()
    cache.clear()
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.READY, started_at=None
    )


def _refuse_other_engine(reader: Reader) -> None:
    if reader.manifest.engine != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        theirs = names.get(reader.manifest.engine, reader.manifest.engine)
        raise BadArchive(
            f"{reader.path} is of an installation on {theirs}; this one is on {names[connection.vendor]}. "
            "Set or unset LEAPS_DATABASE_URL."
        )


def _refuse_unknown_migrations(reader: Reader) -> None:
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    unknown = sorted(set(reader.manifest.migrations) - known)
    if unknown:
        raise BadArchive(
            f"{reader.path} was made by {reader.manifest.made_by}, whose database this version does not know "
            f"({', '.join(unknown[:3])}). Install that version first, restore, then upgrade."
        )


def _refuse_full_target(home: Path) -> None:
    found = []
    if connection.vendor == "sqlite":
        if sqlite.tables_in(home / sqlite.NAME):
            found.append("a database")
    else:
        with connection.cursor() as cursor:
            if postgres.tables(cursor, postgres.schema(cursor)):
                found.append("a database")
    uploads = home / UPLOADS
    if uploads.exists() and any(uploads.iterdir()):
        found.append("uploads")
    if found:
        raise TargetNotEmpty(
            f"There is {' with '.join(found)} in this installation. Give --replace to put the back-up in their "
            "place; they will be kept aside."
        )
