"""What the landscape does when the record has changed: what is printed may be wrong now."""

from typing import Any

from django.dispatch import receiver

from leaps.landscape.models import Edition
from leaps.landscape.stages import Stage
from leaps.record.events import RecordChanged, record_changed


@receiver(record_changed)
def look_for_errata(event: RecordChanged, **_kwargs: Any) -> None:  # noqa: ARG001  a signal's signature
    """Let the worker compare released editions with the record as it is now."""
    from leaps.landscape.tasks import offer_errata

    if Edition.objects.filter(stage=Stage.RELEASED).exists():
        offer_errata.enqueue()
