"""`leaps serve`: prepares the home, starts web server and worker, keeps them alive, stops both cleanly."""

import argparse
import http.client
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.checks import Error, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from leaps.core import health, preparation, processes, web, worker
from leaps.core import home as home_lock

RESTART_PAUSES = (0, 1, 2, 5, 10, 30)
STEADY_SECONDS = 300
START_SECONDS = 60
TURN_SECONDS = 0.2


@dataclass
class Child:
    """A process that is kept alive: started again when it ends, later and later when it does so often."""

    name: str
    work: Callable[[], None]
    process: BaseProcess | None = None
    failures: int = 0
    started: float = 0.0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Fork it."""
        self.process = processes.start(self.name, self.work)
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.is_alive()


class Command(BaseCommand):
    """Runs the whole installation in the foreground."""

    help = "Prepare LEAPS_HOME, then run the web server and the worker until told to stop."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--trial", action="store_true", help="trial mode: real record, synthetic people")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--workers", type=int, default=0, help="web server processes (default: option workers)")

        parser.add_argument("--prepare-only", action="store_true", help="prepare the home and the database, then end")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["trial"] and not settings.TRIAL:
            message = "A trial is started by the command itself: leaps serve --trial."
            raise CommandError(message, returncode=2)
        home: Path = settings.LEAPS_HOME
        try:
            # Wait for the children of a killed one as long as they may take.
            lock = home_lock.hold(
                home,
                patience=settings.OPTION["grace_seconds"] + 5,
                waiting=lambda: self._say("Waiting for what an ended `leaps serve` left behind"),
            )
        except home_lock.HomeInUse as error:
            raise CommandError(str(error), returncode=3) from error
        if not options["prepare_only"]:
            self._refuse_busy_port(options["host"], options["port"])
        self._refuse_unsafe()
        stopping: list[int] = []

        def stop(number: int, _frame: FrameType | None) -> None:
            stopping.append(number)

        for number in processes.SIGNALS:
            signal.signal(number, stop)
        self._prepare(home)
        if not stopping and not options["prepare_only"]:
            self._run(home, options, stopping)
        lock.close()

    def _refuse_busy_port(self, host: str, port: int) -> None:
        try:
            family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except (socket.gaierror, OverflowError) as error:
            message = f"{host}, port {port}, is no address to listen on ({error}). Give --host and --port another."
            raise CommandError(message, returncode=4) from error
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                message = f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
                raise CommandError(message, returncode=4) from error

    def _refuse_unsafe(self) -> None:
        found = [
            message
            for message in run_checks(tags=["installation"], include_deployment_checks=True)
            if isinstance(message, Error)
        ]
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
        worker.queue_again(home, now=timezone.now())
        health.forget_beat(home)

    def _run(self, home: Path, options: dict[str, Any], stopping: list[int]) -> None:
        self._say("Starting web server and worker")
        application = web.load()
        processes_wanted = options["workers"] or settings.OPTION["workers"]

        def answer() -> None:
            web.serve(application, host=options["host"], port=options["port"], workers=processes_wanted)

        children = [Child("web", answer), Child("worker", lambda: worker.run(home))]
        for child in children:
            child.start()
        failed = False
        if self._wait_until_answering(options, children, stopping):
            self._greet(options)
        while not stopping and not failed:
            time.sleep(TURN_SECONDS)
            failed = not all(self._keep(child) for child in children)
        self._stop(children)
        again, _failed = worker.queue_again(home, now=timezone.now(), stopped=True)
        health.forget_beat(home)
        connections.close_all()
        if again:
            self._say(f"{again} unfinished task queued again" if again == 1 else f"{again} unfinished tasks queued again")
        if failed:
            message = "Stopped after repeated failures; see the log above."
            raise CommandError(message, returncode=6)
        self._say("Stopped")

    def _keep(self, child: Child) -> bool:
        """Start a child again that has ended; False when that has failed too often in a row."""
        now = time.monotonic()
        if child.alive:
            if child.failures and now - child.started > STEADY_SECONDS:
                child.failures = 0
            return True
        if child.process is not None:
            if child.failures >= len(RESTART_PAUSES):
                self.stderr.write(f"The {child.name} process ended {child.failures + 1} times; giving up.")
                return False
            pause = RESTART_PAUSES[child.failures]
            self.stderr.write(
                f"The {child.name} process ended with code {child.process.exitcode}; again in {pause} s."
            )
            child.failures += 1
            child.process, child.again_at = None, now + pause
        if now >= child.again_at:
            child.start()
        return True

    def _stop(self, children: list[Child]) -> None:
        running = [child.process for child in children if child.process is not None]
        for process in running:
            process.terminate()
        # The children keep the grace themselves; this one is for a child that cannot even do that.
        deadline = time.monotonic() + settings.OPTION["grace_seconds"] + 5
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                self.stderr.write(f"The {process.name} process did not stop in time and was killed.")
                process.kill()
                process.join()

    def _wait_until_answering(self, options: dict[str, Any], children: list[Child], stopping: list[int]) -> bool:
        """Ready means ready: the first answer has been given."""
        own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what to ask when it listens everywhere
        host = own.get(options["host"], options["host"])
        headers = {"Host": settings.ALLOWED_HOSTS[0].lstrip(".")} if settings.ALLOWED_HOSTS else {}
        deadline = time.monotonic() + START_SECONDS
        while not stopping and time.monotonic() < deadline and all(child.alive for child in children):
            connection = http.client.HTTPConnection(host, options["port"], timeout=5)
            try:
                connection.request("GET", "/health/live", headers=headers)
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                return True
            finally:
                connection.close()
        return False

    def _greet(self, options: dict[str, Any]) -> None:
        host = "localhost" if options["host"] in ("127.0.0.1", "0.0.0.0", "::") else options["host"]  # noqa: S104
        address = f"http://{host}:{options['port']}"
        self._say(f"Ready at {address}")
        if settings.TRIAL:
            self._say(f"  try: {address}/instruments/?q=ARPES+at+90+eV")
            self._say(f"       {address}/facilities/elettra/   dark until 2027: see why, and who says so")
            self._say(f"       {address}/account/login/        sign in as a facility editor, correct a fact")
            self._say("  Ctrl-C stops it; what you change is kept")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
