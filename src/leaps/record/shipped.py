"""The record an installation starts with."""

from django.conf import settings
from django.utils import timezone

from leaps.core.health import Trouble
from leaps.record import actions, queries, registry
from leaps.record.packs import loading, reading
from leaps.record.types import Provenance


def load_if_empty() -> None:
    """Load the shipped pack into an empty record; leave any other record alone."""
    if queries.current_revision() or not settings.PACK_DIR.exists():
        return
    loading.load(
        reading.read_path(settings.PACK_DIR),
        actor=actions.System("LEAPS Commons"),
        default=Provenance(),
        reason="the record this installation came with",
        now=timezone.now(),
    )


def look() -> str:
    """How much the record holds, for `leaps check`. Raises Trouble when it is empty."""
    number = sum(record_type.model._default_manager.count() for record_type in registry.all_types())
    if not number:
        raise Trouble("empty", "Start `leaps serve`, which loads the shipped pack, or run `leaps pack load`.")
    return f"{number} objects, revision {queries.current_revision()}"
