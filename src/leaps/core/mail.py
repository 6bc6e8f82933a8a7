"""Mail goes out in the background, one message for one address, and again when the mail server was away.

The queue is the database's, in the transaction of whoever writes: no mail without its cause, and no
cause without its mail. What was sent is forgotten within the hour, as it may hold a link that opens
an account.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

# About three days in all: longer than a weekend without a mail server.
PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 20, 60, 240, 720, 1440, 1440))
SENT_KEPT = dt.timedelta(hours=1)
FAILED_KEPT = dt.timedelta(days=7)
MOST_SUBJECT = 200
_PATH = "leaps.core.mail.deliver"


def send(to: str, subject: str, text: str) -> None:
    """Put a message to one address into the queue. A line break in the subject becomes a space."""
    deliver.enqueue(to, " ".join(subject.split())[:MOST_SUBJECT], text)


@task()
def deliver(to: str, subject: str, text: str, attempt: int = 0) -> None:
    """Hand one message to the mail server; when it is away, come back later."""
    _forget_old(timezone.now())
    try:
        EmailMessage(subject, text, None, [to]).send()
    except (smtplib.SMTPException, OSError) as error:
        if _is_final(error) or attempt >= len(PAUSES):
            raise
        logger.warning("mail not taken (%s), attempt %d; again in %s", type(error).__name__, attempt + 1, PAUSES[attempt])
        later = deliver.using(run_after=timezone.now() + PAUSES[attempt])
        later.enqueue(to, subject, text, attempt + 1)


def _is_final(error: Exception) -> bool:
    """Whether the mail server said no for good (a code from 500), so that asking again is rude."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _forget_old(now: dt.datetime) -> None:
    mails = DBTaskResult.objects.filter(task_path=_PATH)
    mails.successful().filter(finished_at__lt=now - SENT_KEPT).delete()
    mails.failed().filter(finished_at__lt=now - FAILED_KEPT).delete()


def forget(addresses: Iterable[str]) -> None:
    """Take what was sent or waits for these addresses out of the queue."""
    DBTaskResult.objects.filter(task_path=_PATH, args_kwargs__args__0__in=list(addresses)).delete()
