"""Is everything there that the installation needs to do its work?

Two readers ask: a load balancer through /health/ready, in words that give nothing away, and the
operator through `leaps check`, who sees the cause and its cure.
"""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger(__name__)

HEARTBEAT = "worker.heartbeat"
STALE_SECONDS = 30
DISK_WARNING = 1024**3
DISK_FAILURE = 64 * 1024**2

OK, WARNING, FAILING = "ok", "warning", "failing"


class Trouble(Exception):
    """A part does not do its work: what is wrong, and what would cure it."""

    status = FAILING

    def __init__(self, detail: str, cure: str = "") -> None:
        self.detail, self.cure = detail, cure
        super().__init__(detail)


class Concern(Trouble):
    """A part works, and somebody should look at it all the same."""

    status = WARNING


@dataclass(frozen=True, slots=True)
class PartState:
    """One part of the installation: ok, warning or failing, in words, with a cure unless it is ok."""

    part: str
    status: str
    detail: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class _Check:
    look: Callable[[], str]
    for_ready: bool


_checks: dict[str, _Check] = {}
_applied = False


def register(name: str, look: Callable[[], str], *, for_ready: bool = True) -> None:
    """Add a part. `look` returns its state in words and raises Trouble when it cannot work.

    A part that is not `for_ready` is shown by `leaps check` and does not take the site off a balancer.
    """
    _checks[name] = _Check(look, for_ready)


def beat(home: Path) -> None:
    """The worker is alive: called by the worker itself. Needs no room on the disk once the file is there."""
    (home / HEARTBEAT).touch()


def forget_beat(home: Path) -> None:
    """A stopped worker is not alive, however short ago it was seen."""
    (home / HEARTBEAT).unlink(missing_ok=True)


def _worker() -> str:
    start = "Start `leaps serve`; if it runs, its log says why the worker does not."
    try:
        age = time.time() - (settings.LEAPS_HOME / HEARTBEAT).stat().st_mtime
    except OSError:
        raise Trouble("not running", start) from None
    if age > STALE_SECONDS:
        raise Trouble(f"last seen {int(age)} s ago", start)
    return f"seen {int(age)} s ago"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _migrations() -> str:
    global _applied  # noqa: PLW0603  a process that has seen them applied need not look again
    if not _applied:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            raise Trouble(f"{len(plan)} not applied", "Run `leaps migrate`, or restart `leaps serve`, which does it.")
        _applied = True
    return "applied"


def _home() -> str:
    home: Path = settings.LEAPS_HOME
    probe = home / ".writable"
    try:
        probe.write_text("probe")
        probe.unlink()
    except FileNotFoundError:
        raise Trouble(f"{home} does not exist", "Start `leaps serve`, which makes it, or set LEAPS_HOME.") from None
    except OSError as error:
        cure = "Give the folder to the account that runs leaps, or make room on its disk."
        raise Trouble(f"{home} cannot be written: {error.strerror}", cure) from None
    return str(home)


def _disk() -> str:
    home: Path = settings.LEAPS_HOME
    free = shutil.disk_usage(home if home.exists() else home.parent).free
    words = f"{free / 1024**3:.1f} GB free"
    cure = "Make room on the disk that holds LEAPS_HOME: old back-ups and logs first."
    if free < DISK_FAILURE:
        raise Trouble(f"{free // 1024**2} MB free", cure)
    if free < DISK_WARNING:
        raise Concern(words, cure)
    return words


register("home", _home, for_ready=False)
register("disk", _disk, for_ready=False)
register("database", _database)
register("migrations", _migrations)
register("worker", _worker)


def look(*, for_ready: bool = False, leave_out: tuple[str, ...] = ()) -> list[PartState]:
    """The state of each part. What depends on a database that is away is said to be unknown."""
    found: list[PartState] = []
    for name, check in _checks.items():
        if name in leave_out or (for_ready and not check.for_ready):
            continue
        try:
            found.append(PartState(name, OK, check.look()))
        except Trouble as trouble:
            found.append(PartState(name, trouble.status, trouble.detail, trouble.cure))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("health: %s", name, exc_info=error)
            cure = "See that the database runs and that DATABASE_URL is right; then try again."
            found.append(PartState(name, FAILING, f"the database does not answer: {str(error).strip()}", cure))
        except OSError as error:
            found.append(PartState(name, FAILING, str(error)))
    return found


def report() -> dict[str, Any]:
    """For everybody: each part's status, and "ok" or "failing" for the whole. No address, no path, no cause."""
    parts = look(for_ready=True)
    good = all(part.status != FAILING for part in parts)
    return {"status": OK if good else FAILING, "parts": {part.part: part.status for part in parts}}
