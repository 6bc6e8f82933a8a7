"""The worker's part of a test: what was put into the queue is done, as `leaps serve` does it."""

from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


def work() -> list[str]:
    """Do what waits, also what that puts into the queue; the paths of what was done, in order.

    A task that fails fails the test.
    """
    worker = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="tests", excluded_queue_names=[],
    )  # fmt: skip
    done = []
    while (waiting := DBTaskResult.objects.ready().order_by("enqueued_at").first()) is not None:
        waiting.claim("tests")
        worker.run_task(waiting)
        waiting.refresh_from_db()
        assert waiting.status == "SUCCESSFUL", waiting.traceback
        done.append(waiting.task_path)
    return done
