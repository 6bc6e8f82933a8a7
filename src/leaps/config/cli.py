"""The `leaps` command: Django's management commands under the platform's own name."""

import os
import secrets
import sys
from collections.abc import Sequence

from leaps.config import options


def main() -> None:
    """Run one management command; the exit code is the command's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
    if sys.argv[1:2] == ["serve"]:
        # Nothing here gains by several threads in one matrix product, and `serve` forks.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if "--trial" in sys.argv:
            _prepare_trial(sys.argv)
    from django.core.management import execute_from_command_line  # after the environment has been set

    try:
        _settle()
        execute_from_command_line(sys.argv)
    except options.BadOption as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def _settle() -> None:
    """Whatever the command: first put right what an interrupted restore has left."""
    home = options.current_home()
    if not (home / "restore.journal").exists():
        return
    from leaps.core.backups import settling  # a rare need
    from leaps.core.errors import DomainError

    try:
        done = settling.settle(home, options.read(home, os.environ)["database_url"])
    except DomainError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(75)
    if done:
        sys.stderr.write(f"{done}\n")


def _prepare_trial(arguments: Sequence[str]) -> None:
    """A trial brings its own secret and address; the settings, read once, must find them."""
    home = options.current_home()
    home.mkdir(parents=True, exist_ok=True)
    key_file = home / "secret_key"
    if not key_file.exists():
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(64))
    sys.stdout.write(f"Starting a trial in {home}\n")
    sys.stdout.flush()
    os.environ["LEAPS_TRIAL"] = "1"
    os.environ.setdefault("LEAPS_BASE_URL", f"http://localhost:{_port(arguments)}")


def _port(arguments: Sequence[str]) -> str:
    for position, word in enumerate(arguments):
        if word == "--port" and position + 1 < len(arguments):
            return arguments[position + 1]
        if word.startswith("--port="):
            return word.removeprefix("--port=")
    return "8000"
