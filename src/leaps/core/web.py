"""The web server: granian, with processes forked from one that has everything in memory already."""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from leaps.core import processes, warming


def load() -> Callable[..., Any]:
    """The WSGI application with every address imported and everything warm, ready to be forked."""
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018  reading them imports the views
    warming.run()
    return application


def serve(application: Callable[..., Any], *, host: str, port: int, workers: int) -> None:
    """Answer requests until told to stop; requests under way are finished."""
    multiprocessing.set_start_method("fork", force=True)
    main = os.getpid()

    def in_worker() -> Callable[..., Any]:
        processes.die_with_parent(main)
        processes.name_process("leaps web")
        warming.start()  # started again after days, what came over the fork is old
        return application

    server = Granian(
        "leaps",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backpressure=128,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.OPTION["grace_seconds"],
        log_dictconfig={"formatters": {}, "handlers": {}, "loggers": {}},  # ours stays
        log_level=LogLevels.warning,
        log_access=False,
    )
    server.serve(target_loader=in_worker, wrap_loader=False)
