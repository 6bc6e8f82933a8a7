"""What the roadmaps keep: technologies and their milestones in the record, and the action plans of the groups."""

from leaps.roadmaps.models.plans import Action, ActionEvent, ActionReminder, Meeting
from leaps.roadmaps.models.technologies import (
    Milestone,
    MilestoneDependency,
    Technology,
    TechnologyTarget,
    own_key,
    validate_not_taken,
    validate_partial_date,
)

__all__ = [
    "Action",
    "ActionEvent",
    "ActionReminder",
    "Meeting",
    "Milestone",
    "MilestoneDependency",
    "Technology",
    "TechnologyTarget",
    "own_key",
    "validate_not_taken",
    "validate_partial_date",
]
