"""Is everything there that the installation needs to do its work?"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

HEARTBEAT = "worker.heartbeat"
STALE_SECONDS = 120

_checks: dict[str, Callable[[], str]] = {}


def register(name: str, check: Callable[[], str]) -> None:
    """Add a check; it returns a short state and raises when the part cannot work."""
    _checks[name] = check


def beat(home: Path) -> None:
    """The worker is alive: called by the process that keeps it."""
    (home / HEARTBEAT).write_text(str(int(time.time())))


def worker_state() -> str:
    """How long ago the worker was seen alive. Raises RuntimeError when it seems gone."""
    try:
        age = time.time() - int((settings.LEAPS_HOME / HEARTBEAT).read_text())
    except (OSError, ValueError):
        message = "never seen; is `leaps serve` running?"
        raise RuntimeError(message) from None
    if age > STALE_SECONDS:
        message = f"last seen {int(age)} s ago"
        raise RuntimeError(message)
    return f"seen {int(age)} s ago"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        message = f"{len(plan)} not applied; run `leaps migrate`"
        raise RuntimeError(message)
    return "applied"


register("database", _database)
register("migrations", _migrations)
register("worker", worker_state)


def report() -> dict[str, Any]:
    """Each part's state, and "ok" or "failing" for the whole."""
    parts: dict[str, Any] = {}
    good = True
    for name, check in _checks.items():
        try:
            parts[name] = {"status": "ok", "detail": check()}
        except (DatabaseError, RuntimeError, OSError) as error:
            parts[name] = {"status": "failing", "detail": str(error)}
            good = False
    return {"status": "ok" if good else "failing", "parts": parts}
