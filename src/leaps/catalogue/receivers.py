"""What the catalogue does when the record has changed."""

from typing import Any

from django.dispatch import receiver

from leaps.record.events import RecordChanged, record_changed


@receiver(record_changed)
def look_for_news(event: RecordChanged, **_kwargs: Any) -> None:
    """Saved searches may fit something new once instruments or facilities have changed."""
    from leaps.catalogue.models import SavedSearch
    from leaps.catalogue.tasks import tell_about_new_instruments

    concerned = {"instrument", "facility", "technique", "upgrade", "source"}
    if any(kind in concerned for kind, _key in event.objects) and SavedSearch.objects.exists():
        tell_about_new_instruments.enqueue()
