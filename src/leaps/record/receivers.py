"""Mail follows corrections."""

from typing import Any

from django.dispatch import receiver

from leaps.record import tasks
from leaps.record.events import CorrectionDecided, CorrectionProposed, correction_decided, correction_proposed


@receiver(correction_proposed)
def mail_proposed(event: CorrectionProposed, **_kwargs: Any) -> None:
    """Ask for confirmation, or put the proposal before the editors."""
    tasks.mail_proposed.enqueue(event.correction_id)


@receiver(correction_decided)
def mail_decided(event: CorrectionDecided, **_kwargs: Any) -> None:
    """Tell everybody concerned."""
    tasks.mail_decided.enqueue(event.correction_id)
