"""The background worker: tasks from the database queue, one at a time, none lost.

A task is done at least once. A worker that is killed leaves its task marked as running; the lock
file each worker holds for its lifetime tells the others that it has gone, and the task is queued
again, or marked as failed when it has been tried three times. Tasks must therefore bear to be
started twice.
"""

import datetime as dt
import fcntl
import logging
import os
import sys
import threading
import time
import uuid
from pathlib import Path
from types import FrameType
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from leaps.core import health, housekeeping

logger = logging.getLogger(__name__)

LOCKS = "workers"
MOST_TRIES = 3
FOREIGN_PATIENCE = dt.timedelta(hours=24)
BEAT_SECONDS = 5
HUNG_SECONDS = 60
PAUSES = (1, 2, 5, 10, 30)


class Worker(QueueWorker):
    """Takes tasks until told to stop; survives a database that is away for a while."""

    def __init__(self, home: Path, *, interval: float = 1.0) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid.uuid4().hex,
            excluded_queue_names=[],
        )
        self.home = home
        self._turned = time.monotonic()
        self._swept = 0.0

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  a signal handler's arguments
        """Stop after the task under way; when that takes too long, end and let it be queued again."""
        if not self.running:
            return  # told twice, by a terminal or a service manager and by the parent
        self.running = False
        if not self.running_task:
            sys.exit(0)
        timer = threading.Timer(settings.OPTION["grace_seconds"], self._give_up)
        timer.daemon = True
        timer.start()

    def _give_up(self) -> None:
        logger.warning("task not finished in time; it will be queued again", extra={"worker": self.worker_id})
        os._exit(0)  # the open transaction goes with the connection

    def work(self) -> None:
        """Run until told to stop."""
        self.configure_signals()
        lock = _hold_lock(self.home, self.worker_id)
        threading.Thread(target=self._beat, daemon=True).start()
        failures = 0
        while self.running:
            pause = self.interval
            try:
                self._turn()
                failures = 0
            except (DatabaseError, InterfaceError) as error:
                # Away, locked or full: its own trouble. Tasks stay where they are.
                logger.error("the worker cannot use the database", exc_info=error)  # noqa: TRY400  once, with the cause
                connection.close()
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
            self._turned = time.monotonic()
            if self.running:
                time.sleep(pause)
        connection.close()
        lock.close()

    def _turn(self) -> None:
        now = timezone.now()
        if time.monotonic() - self._swept > HUNG_SECONDS or not self._swept:
            queue_again(self.home, now=now, mine=self.worker_id)
            self._swept = time.monotonic()
        close_old_connections()
        # A read first: taking a task locks SQLite for writers, and mostly there is none.
        if DBTaskResult.objects.ready().exists():
            self.run()  # the queue's own loop, until the queue is empty
        if self.running:
            housekeeping.run_due(now)

    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        """Do one task; its failure is its own and stands in its result."""
        super().run_task(db_task_result)
        self._turned = time.monotonic()

    def _beat(self) -> None:
        while True:
            if self.running_task or time.monotonic() - self._turned < HUNG_SECONDS:
                try:
                    health.beat(self.home)
                except OSError as error:
                    logger.error("heartbeat cannot be written", exc_info=error)  # noqa: TRY400  nothing more to say
            time.sleep(BEAT_SECONDS)


def _hold_lock(home: Path, worker_id: str) -> IO[str]:
    file = home / LOCKS / worker_id
    file.parent.mkdir(parents=True, exist_ok=True)
    while True:
        lock = file.open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists() and file.stat().st_ino == os.fstat(lock.fileno()).st_ino:
            return lock
        lock.close()  # another worker swept it away between the two steps


def _is_gone(home: Path, worker_id: str) -> bool | None:
    """Whether a worker of this home has ended; None when it is not of this home."""
    try:
        with (home / LOCKS / worker_id).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return False
    return True


def queue_again(home: Path, *, now: dt.datetime, mine: str = "", stopped: bool = False) -> tuple[int, int]:
    """Free the tasks of workers that have gone: (queued again, marked as failed).

    `mine` is the worker that asks, which is idle: what seems to run in its name was interrupted.
    With `stopped`, the end was a stop in good order, which does not count as a try.
    """
    again = failed = 0
    with transaction.atomic():
        running = DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING)
        for result in list(running):
            holder = result.worker_ids[-1] if result.worker_ids else ""
            gone = True if holder == mine else _is_gone(home, holder)
            if gone is None:
                gone = result.started_at is None or now - result.started_at > FOREIGN_PATIENCE
            if not gone:
                continue
            if stopped:
                result.worker_ids = result.worker_ids[:-1]
            if len(result.worker_ids) < MOST_TRIES:
                result.status, result.started_at = TaskResultStatus.READY, None
                again += 1
            else:
                result.status, result.finished_at = TaskResultStatus.FAILED, now
                result.exception_class_path = "leaps.core.worker.WorkerGone"
                result.traceback = f"The worker was ended {MOST_TRIES} times while it did this task."
                failed += 1
            result.save()
            extra = {"task": result.task_path, "task_id": str(result.id), "status": str(result.status)}
            logger.warning("task of a worker that has gone", extra=extra)
    _forget_locks(home, mine)
    return again, failed


class WorkerGone(Exception):
    """Stands in the result of a task whose workers were ended each time."""


def _forget_locks(home: Path, mine: str) -> None:
    """Remove the files of workers that have gone and whose tasks have been seen to."""
    folder = home / LOCKS
    for file in folder.iterdir() if folder.exists() else ():
        if file.name != mine and _is_gone(home, file.name):
            file.unlink(missing_ok=True)


def run(home: Path, **options: Any) -> None:
    """One worker, in this process, until it is told to stop."""
    Worker(home, **options).work()
