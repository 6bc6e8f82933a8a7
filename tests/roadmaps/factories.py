"""Small valid technologies, targets and milestones, written through the record."""

from typing import Any

from leaps.record.types import Action, Edit
from tests.record.factories import facts


def technology(key: str = "bends", **values: Any) -> Edit:
    """A technology of the sources."""
    base = {"name": f"The {key}", "area": "sources", "description": "Many weak bends."}
    return Edit("technology", key, Action.CREATE, facts({**base, **values}))


def target(key: str = "ring-emittance", **values: Any) -> Edit:
    """An emittance of `ring` from 4000 in 2018 to 100 in 2020."""
    base = {
        "technology": "bends", "facility": "ring", "metric": "horizontal emittance", "unit": "pm rad", "nature": "goal",
        "baseline_year": 2018, "baseline_value": 4000.0, "goal_year": 2020, "goal_value": 100.0,
    }  # fmt: skip
    return Edit("technology_target", key, Action.CREATE, facts({**base, **values}))


def milestone(key: str, **values: Any) -> Edit:
    """A planned milestone of `ring`."""
    base = {"title": f"Reach {key}", "technology": "bends", "facility": "ring", "status": "planned"}
    return Edit("milestone", key, Action.CREATE, facts({**base, **values}))
