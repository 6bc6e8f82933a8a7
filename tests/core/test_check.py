"""`leaps check`, the parts it looks at, and the refusals at start-up."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.core import checks
from django.core.management import call_command
from django.test import Client

from leaps.core import health, mail_server
from leaps.core.checks import safe_to_start
from tests.core.installation import Installation, free_port


def test_check_of_a_new_home_names_each_part_with_its_cure(tmp_path: Path) -> None:
    done = Installation(tmp_path / "home").run("check", "--json")

    found = {part["part"]: part for part in json.loads(done.stdout)["parts"]}
    assert done.returncode == 1
    assert {name: part["status"] for name, part in found.items()} == {
        "settings": "warning",
        "home": "failing",
        "disk": "ok",
        "database": "failing",
        "migrations": "failing",
        "record": "failing",
        "worker": "failing",
        "mail": "ok",
    }
    assert all(part["cure"] for part in found.values() if part["status"] != "ok")
    assert not (tmp_path / "home").exists()


def test_check_of_a_stopped_installation_is_good(installation: Installation) -> None:
    done = installation.run("check", "--stopped")

    assert done.returncode == 0, done.stdout
    assert [line.split()[:2] for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        ["settings", "warning"],
        ["home", "ok"],
        ["disk", "ok"],
        ["database", "ok"],
        ["migrations", "ok"],
        ["record", "ok"],
        ["mail", "ok"],
    ]


def test_fail_level_of_django_is_kept(installation: Installation) -> None:
    assert installation.run("check", "--stopped", "--fail-level", "WARNING").returncode == 1


@pytest.mark.parametrize("arguments", [["core"], ["--tag", "models"], ["--list-tags"]])
def test_labels_and_tags_mean_the_check_of_django(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check", *arguments)

    said = capsys.readouterr().out
    assert "worker" not in said
    assert ("security" in said) == (arguments == ["--list-tags"])


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"SECRET_KEY": "short"}, ["leaps.E001"]),
        ({"SECRET_KEY": "a" * 80}, ["leaps.E001"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["leaps.E002"]),
        ({"DEBUG": True}, ["leaps.E003"]),
        ({"TRIAL": True, "BASE_URL": "https://leaps.example.org"}, ["leaps.E004"]),
        ({"TRIAL": True, "BASE_URL": "http://localhost:8000"}, []),
        ({"ALLOWED_HOSTS": ["leaps.example.com"]}, ["leaps.E005"]),
        ({"ALLOWED_HOSTS": [".example.org"]}, []),
        ({"BASE_URL": "http://leaps.example.org"}, ["leaps.W001"]),
    ],
)
def test_unsafe_settings_are_found(changed: dict[str, Any], found: list[str], settings: Any) -> None:
    settings.SECRET_KEY = "0123456789abcdef-" * 5
    settings.BASE_URL = "https://leaps.example.org"
    settings.ALLOWED_HOSTS = ["leaps.example.org"]
    settings.TRIAL = False
    for name, value in changed.items():
        setattr(settings, name, value)

    assert [message.id for message in safe_to_start()] == found
    assert all(message.hint for message in safe_to_start())


def test_every_silenced_warning_of_django_is_one_that_exists() -> None:
    from django.conf import settings
    from django.core.checks.security import base, csrf, sessions

    values = [value for module in (base, csrf, sessions) for value in vars(module).values()]
    known = {value.id for value in values if isinstance(value, checks.CheckMessage)}
    assert set(settings.SILENCED_SYSTEM_CHECKS) <= known


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "status"), [(10 * 1024**3, "ok"), (200 * 1024**2, "warning"), (1024**2, "failing")])
def test_disk_that_fills_up(free: int, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free}))

    state = {part.part: part for part in health.look()}["disk"]

    assert state.status == status
    assert bool(state.cure) == (status != "ok")


@pytest.mark.django_db
def test_live_and_ready_are_never_cached_and_tell_nothing(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.LEAPS_HOME = tmp_path
    health.beat(tmp_path)

    live, ready = client.get("/health/live"), client.get("/health/ready")

    assert (live.status_code, ready.status_code) == (200, 200)
    assert "no-store" in live["Cache-Control"]
    assert "no-store" in ready["Cache-Control"]
    assert ready.json() == {"status": "ok", "parts": {"database": "ok", "migrations": "ok", "worker": "ok"}}
    health.forget_beat(tmp_path)
    assert client.get("/health/ready").status_code == 503


# -- mail: a real server ---------------------------------------------------------------------------


class _Mailbox:
    """Counts what happens; there must never be a mail."""

    def __init__(self) -> None:
        self.mails = 0
        self.greeted = threading.Event()

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted.set()
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails += 1
        return "250 OK"


class _Server(Controller):
    def factory(self) -> SMTP:
        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=data.password == b"right", handled=False)

        return SMTP(self.handler, authenticator=check, auth_require_tls=False, enable_SMTPUTF8=True)


@pytest.fixture
def mail(settings: Any) -> Iterator[tuple[_Mailbox, int]]:
    box = _Mailbox()
    controller = _Server(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.OPTION = {**settings.OPTION, "smtp_url": "smtp://..."}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box, controller.port
    controller.stop()


def test_mail_server_is_greeted_and_gets_no_mail(mail: tuple[_Mailbox, int]) -> None:
    box, port = mail

    said = mail_server.look()

    assert said == f"127.0.0.1:{port} answers"
    assert box.greeted.is_set()
    assert box.mails == 0


def test_mail_server_that_refuses_the_password_is_told_apart(mail: tuple[_Mailbox, int], settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "leaps", "wrong"
    with pytest.raises(health.Trouble, match="refuses the user or the password"):
        mail_server.look()

    settings.EMAIL_HOST_PASSWORD = "right"
    assert mail_server.look().endswith("answers")


def test_mail_server_that_is_away(mail: tuple[_Mailbox, int], settings: Any) -> None:
    settings.EMAIL_PORT = free_port()

    with pytest.raises(health.Trouble, match="does not answer") as caught:
        mail_server.look()

    assert "smtp_url" in caught.value.cure
