"""Work follows what happened to returns."""

from typing import Any

from django.dispatch import receiver

from leaps.indicators import tasks
from leaps.indicators.events import ReturnCounts, ReturnReceived, return_counts, return_received


@receiver(return_received)
def read(event: ReturnReceived, **_kwargs: Any) -> None:
    """Read what was sent."""
    tasks.read_return.enqueue(str(event.return_id), event.language)


@receiver(return_counts)
def compute(event: ReturnCounts, **_kwargs: Any) -> None:
    """Compute what follows from it."""
    tasks.compute_facility.enqueue(event.facility, event.is_synthetic)
