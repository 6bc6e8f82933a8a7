"""The draft edition of a trial: the real first text, opened by a synthetic person, built by the worker after the start."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.accounts.models import User
from leaps.landscape import first_edition, tasks
from leaps.landscape.actions import building, editions
from leaps.landscape.models import Edition

OFFICE = "office@trial.example"


def begin() -> None:
    """Open the edition and ask for its first build; a step of the preparation, in a trial only, once."""
    office = User.objects.filter(email=OFFICE, is_synthetic=True).first()
    if not settings.TRIAL or office is None or Edition.objects.exists():
        return
    now = timezone.now()
    with transaction.atomic():
        made = editions.open_edition(
            slug=first_edition.SLUG, title=first_edition.title(), subtitle=first_edition.subtitle(), texts=first_edition.chapters(), actor=office, now=now,
            is_synthetic=True,
        )  # fmt: skip
        building.ask(edition=made, actor=office, now=now, enqueue=tasks.build_edition.enqueue)
