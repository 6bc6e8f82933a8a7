"""Does the mail server answer, and does it let us in? Nothing is sent."""

import smtplib

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from leaps.core.health import Trouble

WELCOME = 250


def look() -> str:
    """Connect, say EHLO, sign in where that is configured, and leave. Raises Trouble in words."""
    if not settings.OPTION["smtp_url"]:
        return f"no server configured; mail is kept in {settings.EMAIL_FILE_PATH}"
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = EmailBackend(timeout=5)
    try:
        connection.open()
        assert connection.connection is not None  # noqa: S101  open() says so or raises
        code, answer = connection.connection.ehlo()
        connection.close()
    except smtplib.SMTPAuthenticationError:
        raise Trouble(f"{place} refuses the user or the password", "Correct the option smtp_url.") from None
    except (OSError, smtplib.SMTPException) as error:
        cure = "See that the server runs and that the option smtp_url names it."
        raise Trouble(f"{place} does not answer: {error}", cure) from None
    if code != WELCOME:
        raise Trouble(f"{place} refuses us: {answer.decode(errors='replace')}", "Ask those who run the mail server.")
    return f"{place} answers"
