"""schema.org descriptions of technologies, targets and milestones."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.record.presentation import object_url
from leaps.record.types import State
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.technology_queries import TargetRow
from leaps.roadmaps.types import BenchmarkKind, TechnologyRole


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


def measurement(state: State, title: str, unit: str) -> dict[str, Any]:
    """A measurement as an observation."""
    found = _base(state, "Observation", title)
    found |= {"value": state.values["value"], "observationPeriod": state.values["measured_on"], "description": state.values.get("note") or title}
    if unit:
        found["unitText"] = unit
    return found


def benchmark(state: State) -> dict[str, Any]:
    """A benchmark as a property with its value."""
    found = _base(state, "PropertyValue", state.values["metric"])
    found |= {"unitText": state.values["unit"], "value": state.values["value"], "description": str(BenchmarkKind(state.values["kind"]).label)}
    return found


def readiness(state: State, title: str) -> dict[str, Any]:
    """A statement of readiness as a property; its value is the level that is claimed."""
    found = _base(state, "PropertyValue", title)
    found["description"] = str(TechnologyRole(state.values["role"]).label)
    if state.values.get("trl") is not None:
        found |= {"value": state.values["trl"], "unitText": "technology readiness level, claimed"}
    return found


def milestone(state: State, row: MilestoneRow | None) -> dict[str, Any]:
    """A milestone as an event of whoever answers for it."""
    found = _base(state, "Event", state.values["title"])
    if state.values.get("due"):
        found["startDate"] = state.values["due"]
    if row is not None and row.who:
        found["organizer"] = {"@type": "Organization", "name": row.who}
    return found
