"""`leaps backup` and `leaps restore` for real, on the database the suite runs on."""

import json
import resource
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from leaps.core.backups.archive import Reader
from tests.core.installation import UPLOADS, Installation, fill_uploads, until


def person(installation: Installation, email: str) -> None:
    installation.sql(
        "INSERT INTO accounts_user (password, is_superuser, email, name, is_active, is_staff, is_synthetic, created_at)"
        " VALUES ('!', ?, ?, 'Åsa', ?, ?, ?, '2026-11-25 12:00:00')",
        False, email, True, False, False,
    )  # fmt: skip


def people(installation: Installation) -> set[str]:
    return {row[0] for row in installation.sql("SELECT email FROM accounts_user")}


def test_round_trip_brings_back_every_row_and_file(
    installation: Installation, new_installation: Callable[[], Installation], tmp_path: Path
) -> None:
    fill_uploads(installation)
    person(installation, "kept@example.org")
    person(installation, "deleted@example.org")
    installation.sql("DELETE FROM accounts_user WHERE email = 'deleted@example.org'")
    installation.enqueue("tests.core.slow.note", str(tmp_path / "notes"), "interrupted", 0)
    installation.sql("UPDATE django_tasks_database_dbtaskresult SET status = 'RUNNING'")
    file = tmp_path / "backup.zip"
    target = new_installation()

    made = installation.run("backup", str(file))
    checked = target.run("restore", "--check", str(file))
    restored = target.run("restore", str(file))

    assert (made.returncode, checked.returncode, restored.returncode) == (0, 0, 0), made.stderr + restored.stderr
    assert "written and checked." in made.stdout
    assert "The secret key and leaps.toml are not in it" in made.stdout
    assert f"{file} is sound: leaps-commons" in checked.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert target.tasks() == [("READY", 0)]
    installation.sql("UPDATE django_tasks_database_dbtaskresult SET status = 'READY'")
    assert target.content() == installation.content()
    assert target.files("uploads") == UPLOADS
    assert not (target.home / "secret_key").exists()
    person(target, "next@example.org")
    newest = "SELECT max(id) FROM accounts_user"
    person(installation, "next@example.org")
    assert target.sql(newest) == installation.sql(newest)  # no number is given twice, not even a deleted one's
    assert target.run("check", "--stopped").returncode == 0


def test_backup_while_serving_and_writing_is_of_one_moment(
    installation: Installation, new_installation: Callable[[], Installation], tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    target = new_installation()
    done = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not done.is_set():
            # Two tables in one statement's transaction each way: the copy must never hold one without the other.
            written += 1
            _pair(installation, written)

    with installation.serve() as served:
        writer = threading.Thread(target=write)
        writer.start()
        until(lambda: written > 3, "some writing")
        before = written
        made = installation.run("backup", str(file))
        after = written
        done.set()
        writer.join()
        assert served.get("/instruments/").status == 200
    restored = target.run("restore", str(file))

    assert (made.returncode, restored.returncode) == (0, 0), made.stderr + restored.stderr
    pairs = target.sql(
        "SELECT count(*), count(g.id) FROM accounts_user u LEFT JOIN accounts_rolegrant g ON g.user_id = u.id"
        " WHERE u.email LIKE 'pair%'"
    )[0]
    assert pairs[0] == pairs[1]
    assert before - 1 <= pairs[0] <= after
    assert after > before


def _pair(installation: Installation, number: int) -> None:
    import sqlite3

    import psycopg

    add_person = (
        "INSERT INTO accounts_user (password, is_superuser, email, name, is_active, is_staff, is_synthetic, created_at)"
        f" VALUES ('!', false, 'pair{number}@example.org', '', true, false, false, '2026-11-25 12:00:00')"
    )
    add_role = (
        "INSERT INTO accounts_rolegrant (user_id, role, scope, granted_at)"
        f" SELECT id, 'user', '', '2026-11-25 12:00:00' FROM accounts_user WHERE email = 'pair{number}@example.org'"
    )
    if installation.database_url:
        with psycopg.connect(installation.database_url) as server:
            server.execute(add_person)
            server.execute(add_role)
        return
    file = sqlite3.connect(installation.home / "leaps.sqlite3", timeout=30)
    with file:
        file.execute(add_person)
        file.execute(add_role)
    file.close()


def test_restore_refuses_what_it_should_and_replaces_when_told(installation: Installation, backup: Path) -> None:
    file = str(backup)
    person(installation, "after@example.org")
    (installation.home / "uploads").mkdir()
    (installation.home / "uploads" / "later.txt").write_text("later")
    later = installation.files("uploads")
    with installation.serve():
        serving = installation.run("restore", file, "--replace")
    full = installation.run("restore", file)
    again = installation.run("backup", file)
    unchanged = people(installation)

    replaced = installation.run("restore", file, "--replace")

    assert (serving.returncode, full.returncode, again.returncode, replaced.returncode) == (1, 1, 1, 0)
    assert "Stop it first" in serving.stderr
    assert "There is a database with uploads in this installation. Give --replace" in full.stderr
    assert "is there already" in again.stderr
    assert unchanged == {"after@example.org"}
    assert people(installation) == set()
    assert installation.files("uploads") == UPLOADS
    kept = next(installation.home.glob("before-restore-*"))
    assert {str(f.relative_to(kept / "uploads")) for f in (kept / "uploads").rglob("*") if f.is_file()} == set(later)
    if installation.database_url:
        schema = installation.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'")[0][0]
        assert f"schema {schema}" in replaced.stdout
        assert installation.sql(f"SELECT email FROM {schema}.accounts_user") == [("after@example.org",)]
    else:
        assert people(Installation(kept)) == {"after@example.org"}
    with installation.serve() as served:
        assert served.get("/instruments/").status == 200


@pytest.mark.parametrize("moment", ["building", "journal", "exchanging"])
def test_kill_in_the_middle_of_a_restore_leaves_the_old_state(
    installation: Installation, backup: Path, moment: str
) -> None:
    person(installation, "later@example.org")
    (installation.home / "uploads").mkdir()
    (installation.home / "uploads" / "later.txt").write_text("later")
    content, uploads = installation.content(), installation.files("uploads")

    process = installation.start("restore", str(backup), "--replace")
    assert process.stdout is not None
    if moment == "building":
        while "Building" not in process.stdout.readline():
            pass
    else:
        journal = installation.home / "restore.journal"
        while not journal.exists():
            assert process.poll() is None, process.stdout.read()
        if moment == "exchanging":
            kept = installation.home / json.loads(journal.read_text())["aside"] / "uploads"
            while not kept.exists():
                assert process.poll() is None, process.stdout.read()
    process.kill()
    process.wait()
    process.stdout.close()
    begun = (installation.home / "restore.journal").exists()  # a quick machine may be past the moment meant
    checked = installation.run("check", "--stopped")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    if moment != "building" and "had come to its end" in checked.stderr:
        # PostgreSQL's exchange is one transaction: it may have been quicker than the signal.
        assert installation.database_url
        assert "later@example.org" not in people(installation)
        assert installation.files("uploads") == UPLOADS
        return
    assert ("was interrupted; everything is as it was" in checked.stderr) == begun
    assert begun or moment == "building"
    assert installation.content() == content
    assert installation.files("uploads") == uploads
    assert not (installation.home / "restore.journal").exists()
    if moment == "building":  # what was built aside is no hindrance to the next attempt
        assert installation.run("restore", str(backup), "--replace").returncode == 0
        assert people(installation) == set()


def test_full_disk_stops_backup_and_restore_without_a_trace(
    installation: Installation, backup: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    fill_uploads(installation)
    person(installation, "later@example.org")
    content, names = installation.content(), sorted(p.name for p in installation.home.iterdir())

    made = installation.run("backup", str(folder), preexec_fn=_no_large_files)
    restored = installation.run("restore", str(backup), "--replace", preexec_fn=_no_large_files)

    assert (made.returncode, restored.returncode) == (1, 1)
    assert made.stderr.startswith("CommandError: The ")
    assert list(folder.iterdir()) == []
    assert "everything is as it was" in restored.stderr
    assert installation.content() == content
    assert sorted(p.name for p in installation.home.iterdir()) == names


def _no_large_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_secrets_travel_only_when_asked_for(
    installation: Installation, new_installation: Callable[[], Installation], tmp_path: Path
) -> None:
    (installation.home / "secret_key").write_text("the-key")
    (installation.home / "leaps.toml").write_text('mail_from = "leaps@example.org"\n')
    with_them, without = tmp_path / "with.zip", tmp_path / "without.zip"
    target = new_installation()

    installation.run("backup", str(with_them), "--with-secrets")
    installation.run("backup", str(without))
    refused = target.run("restore", str(without), "--with-secrets")
    restored = target.run("restore", str(with_them), "--with-secrets")

    assert b"the-key" not in without.read_bytes()
    with Reader.open(without) as reader:
        assert not [name for name in reader.manifest.members if name.startswith("secrets")]
    assert (refused.returncode, restored.returncode) == (1, 0)
    assert "holds no secrets" in refused.stderr
    assert (target.home / "secret_key").read_text() == "the-key"
    assert (target.home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (target.home / "leaps.toml").read_text() == 'mail_from = "leaps@example.org"\n'


def test_other_sessions_on_the_server_stop_a_restore(installation: Installation, backup: Path) -> None:
    """Another machine's `leaps serve` does not hold the lock of this home; an open SQLite file has no lock at all."""
    import sqlite3

    import psycopg

    if installation.database_url:
        with psycopg.connect(installation.database_url, application_name="elsewhere"):
            refused = installation.run("restore", str(backup), "--replace")
        assert "Others are connected to the database: elsewhere from" in refused.stderr
    else:
        other = sqlite3.connect(installation.home / "leaps.sqlite3")
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM accounts_user").fetchone()
        refused = installation.run("restore", str(backup), "--replace")
        other.close()
        assert "Another process has" in refused.stderr
    assert refused.returncode == 1
    assert installation.sql("SELECT revision FROM record_recordrevision") == [(1,)]
    assert list(installation.home.glob("restoring-*")) == []


@pytest.mark.sqlite_only
def test_damaged_database_is_replaced_and_kept(installation: Installation, backup: Path, tmp_path: Path) -> None:
    database = installation.home / "leaps.sqlite3"
    content = installation.content()
    damaged = b"no database any more" * 1000
    database.write_bytes(damaged)

    made = installation.run("backup", str(tmp_path / "second.zip"))
    restored = installation.run("restore", str(backup), "--replace")

    assert (made.returncode, restored.returncode) == (1, 0), restored.stderr
    assert "cannot be copied" in made.stderr
    assert installation.content() == content
    assert next(installation.home.glob("before-restore-*/leaps.sqlite3")).read_bytes() == damaged


def test_older_backups_of_a_folder_are_deleted(installation: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"leaps-2026010{day}T000000Z.zip" for day in range(1, 5)]
    for name in (*names, "mine.zip"):
        (folder / name).write_text("")

    done = installation.run("backup", str(folder), "--keep", "3")

    left = sorted(path.name for path in folder.iterdir())
    assert done.returncode == 0, done.stderr
    assert [name for name in left if name in names] == names[2:]
    assert "mine.zip" in left
    assert len(left) == 4
    assert installation.run("backup", str(folder / "x.zip"), "--keep", "3").returncode == 2
