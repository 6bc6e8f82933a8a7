"""schema.org descriptions of technologies, targets and milestones."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.record.presentation import object_url
from leaps.record.types import State
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.technology_queries import TargetRow


def _base(state: State, kind: str, name: str) -> dict[str, Any]:
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    return {"@context": CONTEXT, "@type": kind, "@id": address, "url": address, "identifier": state.key, "name": name}


def technology(state: State) -> dict[str, Any]:
    """A technology as a defined term of the set of all."""
    found = _base(state, "DefinedTerm", state.values["name"])
    found |= {"termCode": state.key, "inDefinedTermSet": f"{settings.BASE_URL}{reverse('roadmaps:technologies')}"}
    if state.values.get("description"):
        found["description"] = state.values["description"]
    return found


def target(state: State, row: TargetRow | None, words: str) -> dict[str, Any]:
    """A target as a property of something with its goal as value."""
    found = _base(state, "PropertyValue", state.values["metric"])
    found |= {"unitText": state.values["unit"], "description": words}
    if row is not None and row.goal_value is not None:
        found["value"] = row.goal_value
    return found


def milestone(state: State, row: MilestoneRow | None) -> dict[str, Any]:
    """A milestone as an event of whoever answers for it."""
    found = _base(state, "Event", state.values["title"])
    if state.values.get("due"):
        found["startDate"] = state.values["due"]
    if row is not None and row.who:
        found["organizer"] = {"@type": "Organization", "name": row.who}
    return found
