"""Installations for tests of the command: prepared once, copied for each test."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.core.installation import Installation, fill_uploads

SERVER = os.environ.get("DATABASE_URL", "")


def _database(name: str) -> str:
    """The address of another database on the server that the tests were given."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _on_server(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the real record that nobody has used yet: the one the others are copies of."""
    name = f"prepared_{uuid.uuid4().hex}"
    home = tmp_path_factory.mktemp("prepared") / "home"
    installation = Installation(home, _database(name) if SERVER else "")
    if SERVER:
        _on_server(f"CREATE DATABASE {name}")
    done = installation.run("serve", "--prepare-only")
    assert done.returncode == 0, done.stdout + done.stderr
    yield installation
    if SERVER:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def backup(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A back-up of the prepared installation with some uploads."""
    fill_uploads(prepared)
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    done = prepared.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    shutil.rmtree(prepared.home / "uploads")
    return file


@pytest.fixture
def new_installation(tmp_path: Path) -> Iterator[Callable[[], Installation]]:
    """Makes installations of which nothing exists yet but an empty database."""
    names: list[str] = []

    def make() -> Installation:
        names.append(f"test_{uuid.uuid4().hex}")
        if SERVER:
            _on_server(f"CREATE DATABASE {names[-1]}")
        return Installation(tmp_path / names[-1][:12], _database(names[-1]) if SERVER else "")

    yield make
    for name in names if SERVER else ():
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of the prepared installation."""
    name = f"test_{uuid.uuid4().hex}"
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    copy = Installation(home, _database(name) if SERVER else "")
    if SERVER:
        _on_server(f"CREATE DATABASE {name} TEMPLATE {urlsplit(prepared.database_url).path[1:]}")
    yield copy
    if SERVER:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")
