"""`leaps serve`: prepares the home, starts web server and worker, stops both cleanly."""

import argparse
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.checks import Error, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from leaps.core import health, preparation

GRACE_SECONDS = 12
RESTART_PAUSES = (1, 2, 5, 10, 30)


class Command(BaseCommand):
    """Runs the whole installation in the foreground."""

    help = "Prepare LEAPS_HOME, then run the web server and the worker until told to stop."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--trial", action="store_true", help="trial mode: real record, synthetic people")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--workers", type=int, default=0, help="web server processes (default: option workers)")

    def handle(self, *_args: Any, **options: Any) -> None:
        home: Path = settings.LEAPS_HOME
        home.mkdir(parents=True, exist_ok=True)
        if options["trial"] and not settings.TRIAL:
            self._restart_in_trial(home, options)
        lock = self._lock(home)
        self._refuse_busy_port(options["host"], options["port"])
        self._refuse_unsafe()
        self._prepare(home)
        self._run(home, options)
        lock.close()

    def _restart_in_trial(self, home: Path, options: dict[str, Any]) -> None:
        """Settings are read once, so a trial is this command again with the trial's settings."""
        key_file = home / "secret_key"
        if not key_file.exists():
            descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(64))
        os.environ["LEAPS_TRIAL"] = "1"
        os.environ["LEAPS_HOME"] = str(home)
        os.environ.setdefault("LEAPS_BASE_URL", f"http://localhost:{options['port']}")
        os.execv(sys.argv[0], sys.argv)  # noqa: S606  this very command

    def _lock(self, home: Path) -> Any:
        lock = (home / "serve.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"Another `leaps serve` is running in {home}. Stop it first, or set another LEAPS_HOME."
            raise CommandError(message, returncode=3) from None
        return lock

    def _refuse_busy_port(self, host: str, port: int) -> None:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                message = f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
                raise CommandError(message, returncode=4) from error

    def _refuse_unsafe(self) -> None:
        found = [message for message in run_checks(tags=["installation"], include_deployment_checks=True) if isinstance(message, Error)]
        for error in found:
            self.stderr.write(f"{error.id}: {error.msg} {error.hint or ''}")
        if found:
            message = "This installation is not safe to start; see above."
            raise CommandError(message, returncode=5)

    def _prepare(self, home: Path) -> None:
        self._say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self._say("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        for words, step in preparation.steps():
            self._say(words)
            step()
        health.beat(home)

    def _run(self, home: Path, options: dict[str, Any]) -> None:
        workers = options["workers"] or settings.OPTION["workers"]
        bin_dir = Path(sys.executable).parent
        web = [
            str(bin_dir / "granian"), "--interface", "wsgi", "--host", options["host"], "--port", str(options["port"]),
            "--workers", str(workers), "--blocking-threads", "4", "--backpressure", "128", "--respawn-failed-workers",
            "--workers-kill-timeout", "8", "--no-access-log", "--log-level", "warning",
            "leaps.config.wsgi:application",
        ]  # fmt: skip
        background = [str(bin_dir / "leaps"), "db_worker", "--interval", "1", "--no-startup-delay"]
        processes = {name: subprocess.Popen(line) for name, line in (("web", web), ("worker", background))}  # noqa: S603
        lines = {"web": web, "worker": background}
        stopping: list[int] = []

        def stop(number: int, _frame: FrameType | None) -> None:
            stopping.append(number)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self._greet(options)
        failures = dict.fromkeys(processes, 0)
        while not stopping:
            time.sleep(0.5)
            for name, process in processes.items():
                if process.poll() is None:
                    continue
                if failures[name] >= len(RESTART_PAUSES):
                    self.stderr.write(f"The {name} process ended {failures[name] + 1} times; giving up.")
                    stopping.append(0)
                    break
                pause = RESTART_PAUSES[failures[name]]
                failures[name] += 1
                self.stderr.write(f"The {name} process ended with code {process.returncode}; again in {pause} s.")
                time.sleep(pause)
                processes[name] = subprocess.Popen(lines[name])  # noqa: S603
            if processes["worker"].poll() is None:
                health.beat(home)
        self._stop(processes)
        if 0 in stopping:
            message = "Stopped after repeated failures; see the log above."
            raise CommandError(message, returncode=6)
        self._say("Stopped")

    def _stop(self, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        for process in processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for name, process in processes.items():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.stderr.write(f"The {name} process did not stop in time and was killed.")
                process.kill()
                process.wait()

    def _greet(self, options: dict[str, Any]) -> None:
        host = "localhost" if options["host"] in ("127.0.0.1", "0.0.0.0", "::") else options["host"]  # noqa: S104
        address = f"http://{host}:{options['port']}"
        self._say(f"Ready at {address}")
        if settings.TRIAL:
            self._say(f"  try: {address}/instruments/?q=ARPES+at+90+eV")
            self._say(f"       {address}/facilities/elettra/   dark until 2027: see why, and who says so")
            self._say(f"       {address}/account/login/        sign in as a facility editor, correct a fact")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
