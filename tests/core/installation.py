"""An installation of its own for a test: a home, a database, the real `leaps` command."""

import datetime as dt
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

LEAPS = str(Path(sys.executable).parent / "leaps")
ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-the-tests-" + "0123456789abcdef" * 4
PATIENCE = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait for something to become true; the limit is only for a test that hangs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def running(pid: int) -> bool:
    """Whether a process does anything: a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A running `leaps serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, **headers: str) -> Answer:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, _lower(error.headers), error.read().decode())

    def answers(self) -> bool:
        try:
            return self.get("/health/live").status == 200
        except OSError:
            return False

    def is_ready(self) -> bool:
        try:
            return self.get("/health/ready").status == 200
        except OSError:
            return False

    def child(self, name: str) -> int:
        """The process number of the `web` or `worker` child."""
        return int(
            until(
                lambda: next((p for p in children(self.process.pid) if name_of(p) == f"leaps {name}"), 0),
                f"the {name} process",
            )
        )

    def family(self) -> list[int]:
        """Every process of it."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += children(pid)
        return found

    def said(self) -> str:
        return self.log.read_text()

    def lines(self) -> list[dict[str, Any]]:
        """The log, one object a line."""
        return [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


UPLOADS = {
    "a.txt": b"one",
    "deep/er/\N{LATIN SMALL LETTER U WITH DIAERESIS}.bin": bytes(range(256)) * 9000,
    "empty": b"",
}


def fill_uploads(installation: "Installation") -> None:
    """Put files of several sorts where uploads are kept."""
    for name, content in UPLOADS.items():
        file = installation.home / "uploads" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@dataclass
class Installation:
    home: Path
    database_url: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEAPS_", "DATABASE_URL", "DJANGO_"))}
        own = {
            "LEAPS_HOME": str(self.home),
            "LEAPS_SECRET_KEY": SECRET,
            "LEAPS_GRACE_SECONDS": "20",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "",
        }
        if self.database_url:
            own["LEAPS_DATABASE_URL"] = self.database_url
        return kept | own | {f"LEAPS_{name.upper()}": value for name, value in self.options.items()}

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`leaps` with these arguments, to its end."""
        return subprocess.run(
            [LEAPS, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **options,
        )

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database of this installation directly; `?` stands for a value."""
        if self.database_url:
            with psycopg.connect(self.database_url) as server:
                cursor = server.execute(statement.replace("?", "%s"), values or None)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.home / "leaps.sqlite3", timeout=30)) as file, file:
            return file.execute(statement, values).fetchall()

    def tables(self) -> list[str]:
        if self.database_url:
            rows = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        else:
            rows = self.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return sorted(row[0] for row in rows)

    def content(self) -> dict[str, list[str]]:
        """Every row of every table but those that a restore empties on purpose."""
        return {
            table: sorted(repr(row) for row in self.sql(f'SELECT * FROM "{table}"'))
            for table in self.tables()
            if table not in ("django_session", "core_cache")
        }

    def files(self, folder: str) -> dict[str, bytes]:
        top = self.home / folder
        return {str(file.relative_to(top)): file.read_bytes() for file in top.rglob("*") if file.is_file()}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`leaps` with these arguments, running."""
        return subprocess.Popen(
            [LEAPS, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def enqueue(self, task_path: str, *arguments: Any) -> None:
        """Put a task into the queue, as `enqueue` does."""
        now = dt.datetime.now(dt.UTC)
        self.sql(
            "INSERT INTO django_tasks_database_dbtaskresult (id, status, enqueued_at, args_kwargs, priority, task_path,"
            " worker_ids, queue_name, backend_name, run_after, exception_class_path, traceback)"
            " VALUES (?, 'READY', ?, ?, 0, ?, '[]', 'default', 'default', ?, '', '')",
            uuid.uuid4().hex,
            f"{now:%Y-%m-%d %H:%M:%S.%f}",
            json.dumps({"args": arguments, "kwargs": {}}),
            task_path,
            "9999-01-01 00:00:00",
        )

    def tasks(self) -> list[tuple[str, int]]:
        """State and number of tries of each task of the tests; loading the record queues some of its own."""
        rows = self.sql("SELECT status, worker_ids FROM django_tasks_database_dbtaskresult WHERE substr(task_path, 1, 6) = 'tests.' ORDER BY enqueued_at")
        return [(status, len(json.loads(ids) if isinstance(ids, str) else ids)) for status, ids in rows]

    @contextmanager
    def serve(self, *arguments: str, ready: bool = True) -> Iterator[Served]:
        """A running `leaps serve`; what is left of it is killed at the end."""
        port = free_port()
        log = self.home.parent / f"{self.home.name}-{port}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [LEAPS, "serve", "--port", str(port), "--workers", "2", *arguments],
                env=self.environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        served = Served(process, port, log)
        everybody: set[int] = set()
        try:
            if ready:
                until(lambda: served.is_ready() or process.poll() is not None, "leaps serve")
                assert process.poll() is None, served.said()
                everybody = set(served.family())
            yield served
        finally:
            for pid in everybody | set(served.family()):
                try:
                    if re.match("leaps|python", name_of(pid)):
                        os.kill(pid, signal.SIGKILL)
                except (FileNotFoundError, ProcessLookupError):
                    continue
            process.wait(PATIENCE)
