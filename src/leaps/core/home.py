"""Holding the home: what must not happen twice at once in one LEAPS_HOME holds its lock."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from leaps.core.errors import DomainError

LOCK = "serve.lock"


class HomeInUse(DomainError):
    """Somebody else holds the home."""


def hold(home: Path, *, patience: float = 0.0, waiting: Callable[[], None] | None = None) -> IO[str]:
    """Take the lock of the home; it is held until the file is closed or the process ends.

    The children of a killed `leaps serve` hold it until they have ended too: for them one can wait
    with `patience`, and is told once by `waiting`. Raises HomeInUse.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / LOCK).open("a+")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if _holder_lives(lock) or time.monotonic() > deadline:
                lock.close()
                message = f"`leaps serve` or a restore is running in {home}. Stop it first, or set another LEAPS_HOME."
                raise HomeInUse(message) from None
        if waiting:
            waiting()
            waiting = None
        time.sleep(0.2)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _holder_lives(lock: IO[str]) -> bool:
    """Whether the process that wrote its number into the lock still runs."""
    lock.seek(0)
    try:
        os.kill(int(lock.read()), 0)
    except ValueError:
        return True  # it holds the lock and is about to write
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
