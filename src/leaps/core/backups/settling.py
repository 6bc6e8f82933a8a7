"""What an interrupted restore left is put right before any command does its work."""

from pathlib import Path

import psycopg

from leaps.core import home as home_lock
from leaps.core.backups.journal import Journal
from leaps.core.errors import DomainError


class CannotSettle(DomainError):
    """An interrupted restore whose outcome cannot be found out now."""


def settle(home: Path, database_url: str) -> str:
    """Undo an interrupted restore, or finish one that had come to its end; says what was done, if anything.

    Raises HomeInUse while the restore runs, CannotSettle when the database does not answer.
    """
    if not (home / "restore.journal").exists():
        return ""
    with home_lock.hold(home):
        journal = Journal.read(home)
        if journal is None:  # the restore ended between the two looks
            return ""
        if journal.schema and _exists(journal.schema, database_url):
            journal.forget(home)
            return "An interrupted restore had come to its end; what it restored is in place."
        journal.undo(home)
    return "A restore was interrupted; everything is as it was before."


def _exists(schema: str, database_url: str) -> bool:
    try:
        with psycopg.connect(database_url, connect_timeout=5) as server:
            return bool(server.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone())
    except psycopg.OperationalError as error:
        message = f"A restore was interrupted, and the database does not answer, which knows how far it came: {error}"
        raise CannotSettle(message) from error
