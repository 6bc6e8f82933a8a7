"""`leaps worker`: one more background worker, here or on another machine with the same database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from leaps.core import worker


class Command(BaseCommand):
    """Does tasks until told to stop."""

    help = "Do background tasks until told to stop. `leaps serve` has one worker already; this is one more."

    def handle(self, *_args: Any, **_options: Any) -> None:
        settings.LEAPS_HOME.mkdir(parents=True, exist_ok=True)
        worker.run(settings.LEAPS_HOME)
