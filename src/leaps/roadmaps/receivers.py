"""The planner watches the dates of the record."""

from typing import Any

from django.dispatch import receiver

from leaps.record.events import RecordChanged, record_changed
from leaps.roadmaps import tasks


@receiver(record_changed)
def watch_dates(event: RecordChanged, **_kwargs: Any) -> None:
    """An upgrade was changed: its dark period may now meet that of another facility."""
    if any(kind == "upgrade" for kind, _key in event.objects):
        tasks.look_for_overlaps.enqueue()
