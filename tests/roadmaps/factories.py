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


def measurement(key: str = "ring-2019", **values: Any) -> Edit:
    """An emittance of 400 pm rad that `ring` has reached in 2019, read in a source."""
    base = {"target": "ring-emittance", "facility": "ring", "measured_on": "2019", "value": 400.0}
    return Edit("technology_measurement", key, Action.CREATE, facts({**base, **values}))


def benchmark(key: str = "best", **values: Any) -> Edit:
    """The world's best emittance."""
    base = {"technology": "bends", "metric": "horizontal emittance", "unit": "pm rad", "kind": "world_best", "value": 40.0, "year": 2024, "holder": "Far away"}
    return Edit("technology_benchmark", key, Action.CREATE, facts({**base, **values}))


def readiness(key: str = "ring-has", **values: Any) -> Edit:
    """That `ring` has the technology, at level 7."""
    base = {"technology": "bends", "facility": "ring", "role": "has", "trl": 7, "stated_on": "2025"}
    return Edit("technology_readiness", key, Action.CREATE, facts({**base, **values}))


def milestone(key: str, **values: Any) -> Edit:
    """A planned milestone of `ring`."""
    base = {"title": f"Reach {key}", "technology": "bends", "facility": "ring", "status": "planned"}
    return Edit("milestone", key, Action.CREATE, facts({**base, **values}))
