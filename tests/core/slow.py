"""Tasks for the tests of the worker; the installations under test find this module by PYTHONPATH."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def note(path: str, words: str, seconds: float = 0) -> str:
    """Note the start and the end of the task in a file, with a pause between."""
    with Path(path).open("a") as file:
        file.write(f"{words} begun by {os.getpid()}\n")
        file.flush()
        time.sleep(seconds)
        file.write(f"{words} done\n")
    return words
