"""What a web process works out before somebody asks, in the background of its first seconds."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

_steps: list[Callable[[], object]] = []


def add(step: Callable[[], object]) -> None:
    """Register something that the first visitor would otherwise wait for."""
    _steps.append(step)


def start() -> threading.Thread:
    """Begin; requests are answered meanwhile, and one that needs the same thing waits for it."""
    thread = threading.Thread(target=_in_its_own_thread, name="warming", daemon=True)
    thread.start()
    return thread


def _in_its_own_thread() -> None:
    try:
        run()
    finally:
        connection.close()


def run() -> None:
    """Do every step. A database that is not ready is no reason to fail: the first visitor tries again."""
    for step in _steps:
        try:
            step()
        except DatabaseError as error:
            logger.warning("not warmed up: %s", error)
