"""`leaps serve` for real: start, stop, faults of its processes, refusals."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.core.installation import Installation, Served, children, free_port, name_of, running, until


def enqueue(installation: Installation, path: Path, words: str, seconds: float) -> None:
    installation.enqueue("tests.core.slow.note", str(path), words, seconds)


@contextmanager
def locked_database(installation: Installation) -> Iterator[None]:
    """Somebody else is writing: nobody can write meanwhile."""
    if installation.database_url:
        with psycopg.connect(installation.database_url) as other:
            other.execute("LOCK TABLE django_session, core_cache IN ACCESS EXCLUSIVE MODE")
            yield
    else:
        other_file = sqlite3.connect(installation.home / "leaps.sqlite3", isolation_level=None)
        other_file.execute("BEGIN IMMEDIATE")
        yield
        other_file.execute("ROLLBACK")
        other_file.close()


class Request(threading.Thread):
    """A sign-in that has to wait for the database."""

    def __init__(self, served: Served) -> None:
        super().__init__()
        self.served = served
        self.outcome: Any = None

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=60)
        try:
            connection.request("GET", "/account/login/", headers={"Host": "localhost"})
            token = connection.getresponse()
            cookie = str(token.headers["Set-Cookie"]).split(";")[0]
            token.read()
            body = f"csrfmiddlewaretoken={cookie.split('=')[1]}&login=nobody@example.org&password=wrong"
            head = {"Cookie": cookie, "Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/account/login/", body=body, headers=head)
            self.outcome = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            self.outcome = error


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_the_request_and_the_task_under_way(
    installation: Installation, tmp_path: Path, number: int
) -> None:
    notes = tmp_path / "notes"
    enqueue(installation, notes, "sum", 1.5)
    with installation.serve() as served:
        family = served.family()
        until(notes.exists, "the task to begin")
        request = Request(served)
        with locked_database(installation):
            request.start()
            until(lambda: "GET /account/login/" in served.said(), "the request to reach the form")
            served.process.send_signal(number)
            request.join(0.5)  # it waits for the database now
            assert request.is_alive()
        request.join()
        code = served.process.wait(60)

        assert (code, request.outcome) == (0, 200)
        assert notes.read_text().splitlines()[1:] == ["sum done"]
        assert installation.tasks() == [("SUCCESSFUL", 1)]
        assert [pid for pid in family if running(pid)] == []
        assert served.said().endswith("Stopped\n")


def test_stop_queues_a_task_again_that_does_not_end(installation: Installation, tmp_path: Path) -> None:
    installation.options["grace_seconds"] = "1"
    notes = tmp_path / "notes"
    enqueue(installation, notes, "long", 600)
    with installation.serve() as served:
        family = served.family()
        until(notes.exists, "the task to begin")

        code = served.stop()

        assert code == 0
        assert "1 unfinished task queued again\nStopped\n" in served.said()
        assert installation.tasks() == [("READY", 0)]
        assert [pid for pid in family if running(pid)] == []


def test_killed_children_are_started_again(installation: Installation, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with installation.serve() as served:
        for kill in ("web", "worker"):
            old = served.child(kill)
            os.kill(old, signal.SIGKILL)
            until(lambda old=old, kill=kill: served.child(kill) != old, f"another {kill} process")
            until(served.is_ready, "the site to be ready again")
        one_of_two = children(served.child("web"))[0]
        os.kill(one_of_two, signal.SIGKILL)
        until(lambda: served.answers() and len(children(served.child("web"))) == 2, "two web processes again")
        enqueue(installation, notes, "after", 0)
        until(lambda: notes.exists() and "done" in notes.read_text(), "the new worker to do a task")

        assert served.stop() == 0


def test_killed_worker_leaves_its_task_to_the_next(installation: Installation, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    enqueue(installation, notes, "interrupted", 2)
    with installation.serve() as served:
        until(notes.exists, "the task to begin")

        os.kill(served.child("worker"), signal.SIGKILL)

        until(lambda: "done" in notes.read_text(), "the task to be done by the next worker")
        until(lambda: installation.tasks() == [("SUCCESSFUL", 2)], "its result")
        assert notes.read_text().count("begun") == 2


def test_killed_worker_leaves_a_search_for_a_calendar_to_the_next(installation: Installation) -> None:
    wish = {"first": "2026-01-01", "movable": ["soleil-ii", "alba-ii"], "within": 6, "share": 70, "apart": 0, "kept": [], "late": 6}
    path, of_it = "leaps.roadmaps.tasks.propose_calendar", "FROM django_tasks_database_dbtaskresult WHERE task_path = ?"

    def search() -> tuple[str, int]:
        ((state, workers),) = installation.sql(f"SELECT status, worker_ids {of_it}", path)
        return state, len(json.loads(workers) if isinstance(workers, str) else workers)

    with installation.serve() as served:
        installation.enqueue(path, wish)
        until(lambda: search() == ("RUNNING", 1), "the search to begin")

        os.kill(served.child("worker"), signal.SIGKILL)

        until(lambda: search() == ("SUCCESSFUL", 2), "the search to be done by the next worker", 300)
    ((kept,),) = installation.sql(f"SELECT return_value {of_it}", path)
    answer = json.loads(kept) if isinstance(kept, str) else kept
    assert answer["wish"] == wish
    assert {row["upgrade"] for row in answer["plan"]} == {"soleil-ii", "alba-ii"}
    assert answer["doubt"]["reached"]["expected"] < answer["doubt"]["published"]["expected"]


def test_task_that_ends_every_worker_is_marked_as_failed(installation: Installation, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    enqueue(installation, notes, "deadly", 600)
    with installation.serve() as served:
        for turn in (1, 2, 3):
            until(lambda turn=turn: notes.exists() and notes.read_text().count("begun") == turn, f"try {turn}")
            os.kill(served.child("worker"), signal.SIGKILL)
        until(lambda: installation.tasks() == [("FAILED", 3)], "the task to be given up")
        until(served.is_ready, "a worker all the same")


def test_kill_of_serve_itself_leaves_nothing_on_the_port(installation: Installation) -> None:
    with installation.serve() as served:
        family = served.family()
        assert sorted(name_of(pid) for pid in family) == ["leaps", "leaps web", "leaps web", "leaps web", "leaps worker"]

        served.process.kill()
        served.process.wait(60)

        until(lambda: not any(running(pid) for pid in family), "the children to end")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", served.port))
    with installation.serve() as after:
        assert after.get("/").status == 200


def test_second_serve_is_refused(installation: Installation) -> None:
    with installation.serve() as served:
        same_home = installation.run("serve", "--port", str(free_port()))
        same_port = Installation(installation.home.parent / "other").run("serve", "--port", str(served.port))

    assert (same_home.returncode, same_port.returncode) == (3, 4)
    assert f"`leaps serve` or a restore is running in {installation.home}." in same_home.stderr
    assert f"Port {served.port} on 127.0.0.1 cannot be used (Address already in use)." in same_port.stderr


def test_unsafe_settings_are_refused(tmp_path: Path) -> None:
    done = Installation(tmp_path / "home", options={"hosts": "*"}).run("serve", "--port", str(free_port()))

    assert done.returncode == 5
    assert "leaps.E002: The site would answer to any host name. Name the hosts in LEAPS_HOSTS" in done.stderr
    assert "not safe to start" in done.stderr
    assert not (tmp_path / "home" / "leaps.sqlite3").exists()


def test_unknown_option_is_named_with_the_nearest(tmp_path: Path) -> None:
    done = Installation(tmp_path / "home", options={"workers_": "3"}).run("check")

    assert done.returncode == 2
    assert done.stderr == "LEAPS_WORKERS_: there is no option 'workers_'. Did you mean workers?\n"


def test_log_is_one_object_a_line_and_requests_have_ids(installation: Installation) -> None:
    with installation.serve() as served:
        given = served.get("/instruments/?q=secret-words", **{"X-Request-ID": "abc123"})
        unfit = served.get("/no/such/page", **{"X-Request-ID": 'evil"id'})
        served.stop()
        lines = served.lines()
        rest = [line for line in served.said().splitlines() if not line.startswith("{")]

    asked = {line["request_id"]: line for line in lines if line["logger"] == "leaps.request"}
    assert given.headers["x-request-id"] == "abc123"
    assert asked["abc123"]["message"] == "GET /instruments/ 200"
    assert asked["abc123"]["status"] == 200
    assert unfit.headers["x-request-id"] in asked
    assert len(unfit.headers["x-request-id"]) == 32
    assert "secret-words" not in served.said()
    assert all({"at", "level", "logger", "message"} <= set(line) for line in lines)
    assert rest[-2:] == [f"Ready at http://localhost:{served.port}", "Stopped"]


def test_ready_and_check_tell_of_a_worker_that_hangs(installation: Installation) -> None:
    with installation.serve() as served:
        os.kill(served.child("worker"), signal.SIGSTOP)
        past = 1_000_000_000
        until(lambda: not os.utime(installation.home / "worker.heartbeat", (past, past)), "an old heartbeat")

        ready = served.get("/health/ready")
        checked = installation.run("check")

        assert (ready.status, served.get("/health/live").status) == (503, 200)
        assert ready.json() == {
            "status": "failing",
            "parts": {"database": "ok", "migrations": "ok", "worker": "failing"},
        }
        assert checked.returncode == 1
        assert "worker      failing  last seen" in checked.stdout
        os.kill(served.child("worker"), signal.SIGCONT)
        until(served.is_ready, "the worker's heart to beat again")
        again = installation.run("check", "--json")
        assert again.returncode == 0, again.stdout


def test_database_that_goes_away_and_comes_back(installation: Installation, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with installation.serve() as served:
        with _database_away(installation):
            ready = until(lambda: _failing(served), "the site to notice")
            page = served.get("/instruments/")
            live = served.get("/health/live")
            if installation.database_url:  # an open SQLite file stays usable where it has been moved to
                until(lambda: "the worker cannot use the database" in served.said(), "the worker to notice")

            assert ready.json()["parts"]["database"] == "failing"
            assert "leaps.sqlite3" not in ready.body
            assert "127.0.0.1" not in ready.body
            assert live.status == 200
            if page.status == 200:
                # A process that had the SQLite file open still reads it where it has been moved to.
                assert not installation.database_url
            else:
                assert (page.status, page.headers["retry-after"]) == (503, "60")
                assert "cannot be reached at the moment" in page.body
        until(served.is_ready, "the site to be ready again")
        enqueue(installation, notes, "after", 0)
        until(lambda: notes.exists() and "done" in notes.read_text(), "the worker to work again")
        assert served.get("/instruments/").status == 200
        assert served.stop() == 0


def _failing(served: Served) -> Any:
    answer = served.get("/health/ready")
    return answer if answer.status == 503 else None


@contextmanager
def _database_away(installation: Installation) -> Iterator[None]:
    """The database cannot be opened: renamed on its server, or a folder where the file was."""
    if installation.database_url:
        name = psycopg.conninfo.conninfo_to_dict(installation.database_url)["dbname"]
        server = os.environ["DATABASE_URL"]
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            yield
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        return
    file = installation.home / "leaps.sqlite3"
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    yield
    file.rmdir()
    file.with_suffix(".away").rename(file)
