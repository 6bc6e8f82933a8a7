"""Making a back-up while the site is served."""

import datetime as dt
import importlib.metadata
import re
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from leaps.core.backups import postgres, sqlite
from leaps.core.backups.archive import Manifest, Reader, Writer
from leaps.core.errors import DomainError

UPLOADS = "uploads"
SECRETS = ("secret_key", "leaps.toml")
PATTERN = re.compile(r"leaps-\d{8}T\d{6}Z\.zip")
LEFTOVERS = re.compile(r"\.leaps-.+\.(partial|database)")
STALE = dt.timedelta(days=1)


class CannotBackUp(DomainError):
    """No back-up was made: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished and checked back-up."""

    path: Path
    manifest: Manifest
    left_out: tuple[str, ...]


def make(target: Path, *, now: dt.datetime, with_secrets: bool = False) -> Made:
    """Write a back-up of database and uploads and check it byte by byte.

    `target` is a new file, or a folder in which one named by the time is made. Nothing bears the
    final name before it has been checked. Raises CannotBackUp.
    """
    if target.is_dir():
        target = target / f"leaps-{now:%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise CannotBackUp(f"{target} is there already. Choose another name.")
    if not target.parent.is_dir():
        raise CannotBackUp(f"The folder {target.parent} does not exist. Make it first.")
    mark = uuid.uuid4().hex[:12]
    partial = target.with_name(f".leaps-{mark}.partial")
    copy = target.with_name(f".leaps-{mark}.database")
    try:
        return _write(target, partial, copy, now, with_secrets=with_secrets)
    except OSError as error:
        raise CannotBackUp(f"The back-up cannot be written to {target}: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise CannotBackUp(f"The database cannot be copied to {target.parent}: {error}.") from error
    finally:
        for file in (partial, copy, copy.with_name(f"{copy.name}-journal")):
            file.unlink(missing_ok=True)


def _write(target: Path, partial: Path, copy: Path, now: dt.datetime, *, with_secrets: bool) -> Made:
    home: Path = settings.LEAPS_HOME
    manifest = Manifest(
        made_by=f"leaps-commons {importlib.metadata.version('leaps-commons')}",
        made_at=now.isoformat(timespec="seconds"),
        engine=connection.vendor,
        engine_version=sqlite3.sqlite_version,
        migrations=[],
        secrets_included=with_secrets,
    )
    writer = Writer(partial, manifest)
    try:
        if connection.vendor == "sqlite":
            database = Path(settings.DATABASES["default"]["NAME"])
            if not database.exists():
                raise CannotBackUp(f"There is no database at {database}. Set LEAPS_HOME to the installation's home.")
            sqlite.snapshot(database, copy)
            manifest.rows = sqlite.examine(copy)
            manifest.migrations = _migrations_in(copy)
            writer.add(sqlite.NAME, copy)
            copy.unlink()
        else:
            manifest.engine_version = postgres.version()
            postgres.dump(writer)
            applied = MigrationRecorder(connection).applied_migrations()
            manifest.migrations = sorted(f"{app}.{name}" for app, name in applied)
        left_out = _add_folder(writer, home / UPLOADS)
        for name in SECRETS if with_secrets else ():
            if (home / name).exists():
                writer.add(f"secrets/{name}", home / name)
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
    with Reader.open(partial) as reader:
        checked = reader.manifest
    partial.rename(target)
    return Made(target, checked, left_out)


def _migrations_in(copy: Path) -> list[str]:
    database = sqlite3.connect(copy)
    try:
        return sorted(f"{app}.{name}" for app, name in database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.OperationalError as error:
        raise CannotBackUp("The database is empty: there is nothing to back up yet.") from error
    finally:
        database.close()


def _add_folder(writer: Writer, folder: Path) -> tuple[str, ...]:
    """The files of a folder; what is no plain file is left out and named."""
    left_out = []
    for file in sorted(folder.rglob("*")) if folder.exists() else ():
        name = f"{UPLOADS}/{file.relative_to(folder).as_posix()}"
        if file.is_symlink() or (not file.is_file() and not file.is_dir()):
            left_out.append(name)
        elif file.is_file():
            try:
                writer.add(name, file)
            except FileNotFoundError:
                continue  # deleted meanwhile, as the database may already know
    return tuple(left_out)


def keep_only(folder: Path, number: int, *, now: dt.datetime) -> list[Path]:
    """Delete all but the newest back-ups of a folder, and what interrupted ones left; returns what went."""
    named = sorted(file for file in folder.iterdir() if PATTERN.fullmatch(file.name))
    old = named[:-number] if number else []
    stale = [
        file
        for file in folder.iterdir()
        if LEFTOVERS.fullmatch(file.name) and now.timestamp() - file.stat().st_mtime > STALE.total_seconds()
    ]
    for file in (*old, *stale):
        file.unlink(missing_ok=True)
    return [*old, *stale]
