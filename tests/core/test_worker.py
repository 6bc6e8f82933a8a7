"""What becomes of tasks whose worker has gone, and the regular chores."""

import datetime as dt
import fcntl
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from leaps.core import chores, housekeeping, worker

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def task_of(*worker_ids: str, status: str = TaskResultStatus.RUNNING, ago: dt.timedelta = dt.timedelta(minutes=1)) -> DBTaskResult:
    done = NOW - ago if status in (TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL) else None
    return DBTaskResult.objects.create(
        status=status,
        started_at=NOW - ago,
        finished_at=done,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="tests.core.slow.note",
        worker_ids=list(worker_ids),
        backend_name="default",
        run_after=get_date_max(),
    )


def state(result: DBTaskResult) -> tuple[str, list[str]]:
    result.refresh_from_db()
    return result.status, result.worker_ids


def test_task_of_a_worker_that_has_gone_is_queued_again(tmp_path: Path) -> None:
    gone, alive = task_of("gone"), task_of("alive")
    (tmp_path / worker.LOCKS).mkdir()
    (tmp_path / worker.LOCKS / "gone").touch()
    with (tmp_path / worker.LOCKS / "alive").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        done = worker.queue_again(tmp_path, now=NOW)

    assert done == (1, 0)
    assert state(gone) == ("READY", ["gone"])
    assert state(alive) == ("RUNNING", ["alive"])
    assert [file.name for file in (tmp_path / worker.LOCKS).iterdir()] == ["alive"]


def test_third_end_of_a_worker_fails_the_task_in_words(tmp_path: Path) -> None:
    result = task_of("first", "second", "mine")

    done = worker.queue_again(tmp_path, now=NOW, mine="mine")

    assert done == (0, 1)
    assert state(result)[0] == "FAILED"
    assert result.traceback == "The worker was ended 3 times while it did this task."


def test_stop_in_good_order_does_not_count_as_a_try(tmp_path: Path) -> None:
    result = task_of("first", "second", "mine")

    worker.queue_again(tmp_path, now=NOW, mine="mine", stopped=True)

    assert state(result) == ("READY", ["first", "second"])


@pytest.mark.parametrize(("hours", "status"), [(1, "RUNNING"), (25, "READY")])
def test_task_of_another_machine_is_left_alone_for_a_day(tmp_path: Path, hours: int, status: str) -> None:
    result = task_of("elsewhere", ago=dt.timedelta(hours=hours))

    worker.queue_again(tmp_path, now=NOW)

    assert state(result)[0] == status


def test_old_results_are_deleted_and_failures_kept_longer() -> None:
    kept = [
        task_of("w", status=TaskResultStatus.SUCCESSFUL, ago=dt.timedelta(days=13)),
        task_of("w", status=TaskResultStatus.FAILED, ago=dt.timedelta(days=59)),
        task_of("w", status=TaskResultStatus.READY, ago=dt.timedelta(days=99)),
    ]
    task_of("w", status=TaskResultStatus.SUCCESSFUL, ago=dt.timedelta(days=15))
    task_of("w", status=TaskResultStatus.FAILED, ago=dt.timedelta(days=61))

    assert chores.prune_results(NOW) == 2

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {result.pk for result in kept}


def test_ended_sessions_are_deleted() -> None:
    Session.objects.create(session_key="old", expire_date=NOW - dt.timedelta(seconds=1))
    Session.objects.create(session_key="new", expire_date=NOW + dt.timedelta(seconds=1))

    assert chores.clear_sessions(NOW) == 1

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_chores_are_done_when_due_and_one_failing_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_chores", {})
    seen: list[str] = []

    def fails(now: dt.datetime) -> None:
        seen.append("fails")
        raise OperationalError("database is locked")

    housekeeping.add("fails", dt.timedelta(hours=1), fails)
    housekeeping.add("works", dt.timedelta(hours=2), lambda now: seen.append("works"))

    assert housekeeping.run_due(NOW) == ["works"]
    assert housekeeping.run_due(NOW + dt.timedelta(minutes=59)) == []
    assert housekeeping.run_due(NOW + dt.timedelta(minutes=61)) == []
    assert housekeeping.run_due(NOW + dt.timedelta(minutes=121)) == ["works"]
    assert seen == ["fails", "works", "fails", "fails", "works"]


def test_worker_does_what_is_in_the_queue_and_prunes(tmp_path: Path, transactional_db: None) -> None:
    from tests.core.slow import note

    old = task_of("w", status=TaskResultStatus.SUCCESSFUL, ago=timezone.now() - NOW + dt.timedelta(days=400))
    result = note.enqueue(str(tmp_path / "notes"), "word")
    housekeeping._chores["results of old tasks"].done_at = None
    one = worker.Worker(tmp_path)
    one.configure_signals = lambda: None

    one._turn()

    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, "word")
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
