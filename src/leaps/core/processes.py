"""Child processes that cannot outlive their parent.

The children are forked, not started anew: what the parent has imported and built is there at once
and its memory is shared, so a restarted child works again within a moment.
"""

import ctypes
import gc
import logging
import multiprocessing
import multiprocessing.process
import os
import signal
import sys
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def die_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Have the kernel send a signal to this process when its parent ends, however it ends.

    Linux only; elsewhere a killed parent leaves its children behind.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os.kill(os.getpid(), number)


def name_process(name: str) -> None:
    """The name that `ps -o comm` and `top` show; at most 15 letters."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def start(name: str, work: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    """Fork a child that does `work`; it ends when this process ends.

    The child is in a session of its own, so that Ctrl-C reaches it through its parent alone:
    a worker that got it twice would give up its task.
    """
    connections.close_all()  # a connection must not be shared over a fork
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()

    def child() -> None:
        os.setsid()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        die_with_parent(parent)
        name_process(f"leaps {name}")
        work()

    process = multiprocessing.get_context("fork").Process(target=child, name=name)
    gc.freeze()  # the collector would otherwise touch, and so copy, every page that is shared
    # A signal between the fork and the reset of the handlers would be swallowed by the parent's.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return process
