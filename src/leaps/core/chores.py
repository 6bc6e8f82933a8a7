"""The regular jobs of the house itself."""

import datetime as dt

from leaps.core import housekeeping

KEEP_SUCCESSFUL = dt.timedelta(days=14)
KEEP_FAILED = dt.timedelta(days=60)


def register() -> None:
    """Tell the worker about them."""
    housekeeping.add("results of old tasks", dt.timedelta(hours=1), prune_results)
    housekeeping.add("sessions that have ended", dt.timedelta(hours=24), clear_sessions)


def prune_results(now: dt.datetime) -> int:
    """Delete the results of tasks finished long ago; those that failed are kept longer."""
    from django_tasks.base import TaskResultStatus  # models: only once the apps are there
    from django_tasks_db.models import DBTaskResult

    finished = DBTaskResult.objects.finished()
    old = finished.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_SUCCESSFUL)
    failed = finished.filter(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED)
    deleted: int = old.delete()[0] + failed.delete()[0]
    return deleted


def clear_sessions(now: dt.datetime) -> int:
    """Delete the sessions that have ended by themselves."""
    from django.contrib.sessions.models import Session  # models: only once the apps are there

    return Session.objects.filter(expire_date__lt=now).delete()[0]
