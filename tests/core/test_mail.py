"""Mail reaches a real server, by the real worker, with TLS and a password; and again when the server was away."""

import datetime as dt
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core import mail as django_mail
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from leaps.core import mail
from tests.background import work

USER, PASSWORD = "commons", "pass word/with:signs"


class Mailbox:
    """What the server took, and how it was handed over."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], Message, bool, bool]] = []
        self.refuse = ""

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        self.taken.append(
            (list(envelope.rcpt_tos), message_from_bytes(envelope.content), session.ssl is not None, bool(session.authenticated))
        )
        return "250 Taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    return certificate(tmp_path)[0]


@pytest.fixture
def server(mailbox: Mailbox, trusted: Path) -> Iterator[Controller]:
    """Takes mail only over STARTTLS and with the password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, trusted.with_name("key.pem"))

    def knows(_server: Any, _session: Any, _envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right)

    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, auth_required=True,
        authenticator=knows, server_hostname="localhost",
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


def test_the_worker_delivers_over_tls_with_a_password(
    server: Controller, mailbox: Mailbox, trusted: Path, tmp_path: Path
) -> None:
    leaps = str(Path(sys.executable).parent / "leaps")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LEAPS_", "DATABASE_URL"))}
    environment |= {
        "LEAPS_HOME": str(tmp_path / "home"),
        "LEAPS_SMTP_URL": f"smtp://{USER}:pass%20word%2Fwith%3Asigns@localhost:{server.port}",
        "LEAPS_MAIL_FROM": "The Commons <noreply@commons.example>",
        "SSL_CERT_FILE": str(trusted),
    }
    (tmp_path / "home").mkdir()

    def run(*arguments: str) -> None:
        subprocess.run([leaps, *arguments], env=environment, check=True, capture_output=True, timeout=120)

    run("migrate", "--verbosity", "0")
    run("shell", "-c", "from leaps.core import mail; mail.send('vera@example.org', 'Grüße aus Lund', 'A text — with signs: µ, Å, é')")
    assert mailbox.taken == []
    run("db_worker", "--batch", "--no-startup-delay")

    ((to, message, encrypted, authenticated),) = mailbox.taken
    assert to == ["vera@example.org"]
    assert (encrypted, authenticated) == (True, True)
    assert message["From"] == "The Commons <noreply@commons.example>"
    assert message["To"] == "vera@example.org"
    assert str(message.get_payload(decode=True), "utf-8").strip() == "A text — with signs: µ, Å, é"


def test_a_password_never_travels_in_the_open(tmp_path: Path) -> None:
    code = "from leaps.config import settings as s; print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"

    def told(url: str) -> str:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LEAPS_")}
        environment |= {"LEAPS_HOME": str(tmp_path), "LEAPS_SMTP_URL": url}
        return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout.strip()

    assert told("smtp://user:pw@mail.example:2525") == "mail.example 2525 True False"
    assert told("smtp://mail.example:587") == "mail.example 587 True False"
    assert told("smtps://user:pw@mail.example") == "mail.example 465 False True"
    assert told("smtp://localhost") == "localhost 25 False False"


@pytest.mark.django_db
class TestWhenTheServerIsAway:
    """With the real SMTP client, against a server that comes and goes."""

    @pytest.fixture
    def plain(self, mailbox: Mailbox) -> Iterator[Controller]:
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
        controller.start()
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=controller.port, EMAIL_TIMEOUT=5):
            yield controller
        controller.stop()

    def waiting(self) -> list[tuple[int, dt.timedelta]]:
        found = DBTaskResult.objects.filter(status="READY")
        return [(t.args_kwargs["args"][3], t.run_after - timezone.now()) for t in found]

    def hurry(self) -> None:
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())

    def test_it_is_tried_again_later_and_arrives_once(self, plain: Controller, mailbox: Mailbox) -> None:
        with override_settings(EMAIL_PORT=1):  # nobody listens there
            mail.send("vera@example.org", "Hello", "Text")
            work()
            assert mailbox.taken == []
            ((attempt, pause),) = self.waiting()
            assert attempt == 1
            assert dt.timedelta(seconds=50) < pause <= mail.PAUSES[0]
            self.hurry()
            work()
            assert [attempt for attempt, _pause in self.waiting()] == [2]
        self.hurry()
        work()

        assert [to for to, *_rest in mailbox.taken] == [["vera@example.org"]]
        assert self.waiting() == []

    def test_a_server_that_is_busy_is_asked_again(self, plain: Controller, mailbox: Mailbox) -> None:
        mailbox.refuse = "451 Try later"
        mail.send("vera@example.org", "Hello", "Text")
        work()
        assert len(self.waiting()) == 1

        mailbox.refuse = ""
        self.hurry()
        work()
        assert len(mailbox.taken) == 1

    def test_a_no_for_good_is_taken_as_one(self, plain: Controller, mailbox: Mailbox) -> None:
        mailbox.refuse = "550 No such mailbox"
        mail.send("vera@example.org", "Hello", "Text")

        with pytest.raises(AssertionError, match="550"):
            work()
        assert self.waiting() == []
        assert DBTaskResult.objects.get().status == "FAILED"

    def test_after_three_days_it_is_given_up(self) -> None:
        total = sum(mail.PAUSES, dt.timedelta())
        assert dt.timedelta(days=2) < total < dt.timedelta(days=4)
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
            mail.deliver.enqueue("vera@example.org", "Hello", "Text", len(mail.PAUSES))
            with pytest.raises(AssertionError, match="ConnectionRefused"):
                work()
        assert self.waiting() == []


@pytest.mark.django_db
def test_what_was_sent_is_forgotten_and_what_waits_is_not() -> None:
    for name in ("old", "young", "failed", "waiting"):
        mail.send(f"{name}@example.org", "Hello", "Text")
    now = timezone.now()

    def row(name: str) -> Any:
        return DBTaskResult.objects.filter(args_kwargs__args__0=f"{name}@example.org")

    row("old").update(status="SUCCESSFUL", finished_at=now - dt.timedelta(hours=2))
    row("young").update(status="SUCCESSFUL", finished_at=now - dt.timedelta(minutes=5))
    row("failed").update(status="FAILED", finished_at=now - dt.timedelta(days=8))
    work()

    kept = {t.args_kwargs["args"][0] for t in DBTaskResult.objects.all()}
    assert kept == {"young@example.org", "waiting@example.org"}
    assert [m.to for m in django_mail.outbox] == [["waiting@example.org"]]


@pytest.mark.django_db
def test_a_person_who_leaves_is_taken_out_of_the_queue() -> None:
    mail.send("gone@example.org", "Hello", "Text")
    mail.send("other@example.org", "Hello", "Text")

    mail.forget(["gone@example.org"])
    work()

    assert [m.to for m in django_mail.outbox] == [["other@example.org"]]
