"""Work of the roadmaps in the background."""

from typing import Any

from django.utils import timezone
from django_tasks import task

from leaps.optimise.errors import Unusable
from leaps.roadmaps import overlaps, planning


@task()
def propose_calendar(wish: dict[str, Any]) -> dict[str, Any]:
    """Look for a better calendar of dark periods; what was found, or in `refused` why nothing could be."""
    try:
        return planning.propose(planning.Wish.of_json(wish))
    except Unusable as error:
        return {"wish": wish, "refused": str(error)}


@task()
def look_for_overlaps() -> int:
    """See whether dates that changed make facilities dark together that were not; how many such overlaps arose."""
    return overlaps.look(timezone.now())
