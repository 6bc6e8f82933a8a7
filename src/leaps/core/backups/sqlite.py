"""SQLite: a copy at one moment, taken while others write, and the examination of such a copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

from leaps.core.errors import DomainError

NAME = "leaps.sqlite3"
SIDE_FILES = (f"{NAME}-wal", f"{NAME}-shm")


class DatabaseFault(DomainError):
    """A database file that cannot be relied upon."""


class DatabaseInUse(DomainError):
    """Another process has the database open."""


def snapshot(source: Path, target: Path) -> None:
    """Copy the database as it is at this moment; writers go on meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def examine(file: Path) -> dict[str, int]:
    """The number of rows of each table. Raises DatabaseFault when the file is not sound."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as database:
            faults = [row[0] for row in database.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            faults += [f"a row of {row[0]} refers to nothing" for row in database.execute("PRAGMA foreign_key_check")][:5]
            if faults:
                message = f"The database is not sound: {'; '.join(faults)}."
                raise DatabaseFault(message)
            tables = [
                row[0]
                for row in database.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                )
            ]
            return {
                table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  our own names
                for table in sorted(tables)
            }
    except sqlite3.DatabaseError as error:
        message = f"The database cannot be read: {error}."
        raise DatabaseFault(message) from error


def tables_in(file: Path) -> bool:
    """Whether there is anything in a database; a file that cannot be read counts as something."""
    if not file.exists() or not file.stat().st_size:
        return False
    try:
        return bool(examine(file))
    except DatabaseFault:
        return True


def come_to_rest(file: Path) -> None:
    """Bring everything into the one file, so that it can be moved. A file that is no database stays as it is.

    Raises DatabaseInUse when another process has it open.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=5)) as database:
            # Leaving WAL needs the database for oneself alone.
            if database.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
                raise sqlite3.OperationalError("database is locked")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            message = f"Another process has {file} open: a `leaps` command or a shell. End it first."
            raise DatabaseInUse(message) from error
    except sqlite3.DatabaseError:
        return  # damaged, which may be the very reason for a restore
