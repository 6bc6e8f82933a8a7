"""What the worker does from time to time besides its tasks: throw away what nobody needs any more."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError

logger = logging.getLogger(__name__)

Step = Callable[[dt.datetime], object]


@dataclass
class Chore:
    """One regular job. `step` takes the present time; what it returns goes into the log."""

    name: str
    every: dt.timedelta
    step: Step
    done_at: dt.datetime | None = None


_chores: dict[str, Chore] = {}


def add(name: str, every: dt.timedelta, step: Step) -> None:
    """Register a chore. It must be harmless when two workers do it at once."""
    _chores[name] = Chore(name, every, step)


def run_due(now: dt.datetime) -> list[str]:
    """Do every chore that is due and return their names; one that fails is tried again when next due."""
    done = []
    for chore in _chores.values():
        if chore.done_at is not None and now - chore.done_at < chore.every:
            continue
        chore.done_at = now
        try:
            result = chore.step(now)
        except (DatabaseError, OSError) as error:
            logger.exception("chore failed", exc_info=error, extra={"chore": chore.name})
            continue
        logger.info("chore done", extra={"chore": chore.name, "result": result})
        done.append(chore.name)
    return done
