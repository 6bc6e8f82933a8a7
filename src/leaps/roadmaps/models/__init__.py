"""What the roadmaps keep: technologies and milestones in the record, action plans, the dark periods that are thought of, and the roadmaps of groups."""

from leaps.roadmaps.models.darkness import (
    DarkMonths,
    DarkProposal,
    GuestOffer,
    GuestResponse,
    OverlapAlert,
    PlanningEvent,
)
from leaps.roadmaps.models.estimates import DurationEstimate, Forecast
from leaps.roadmaps.models.plans import Action, ActionEvent, ActionReminder, Meeting, WeeklyDigest
from leaps.roadmaps.models.purchases import PlannedPurchase, PurchaseEvent
from leaps.roadmaps.models.roadmaps import (
    GridScore,
    Roadmap,
    RoadmapChange,
    RoadmapEdition,
    RoadmapItem,
    RoadmapLink,
    RoadmapRemark,
    Seat,
)
from leaps.roadmaps.models.technologies import (
    Milestone,
    MilestoneDependency,
    Technology,
    TechnologyBenchmark,
    TechnologyMeasurement,
    TechnologyReadiness,
    TechnologyTarget,
    own_key,
    validate_not_taken,
    validate_partial_date,
)

__all__ = [
    "Action",
    "ActionEvent",
    "ActionReminder",
    "DarkMonths",
    "DarkProposal",
    "DurationEstimate",
    "Forecast",
    "GridScore",
    "GuestOffer",
    "GuestResponse",
    "Meeting",
    "Milestone",
    "MilestoneDependency",
    "OverlapAlert",
    "PlannedPurchase",
    "PlanningEvent",
    "PurchaseEvent",
    "Roadmap",
    "RoadmapChange",
    "RoadmapEdition",
    "RoadmapItem",
    "RoadmapLink",
    "RoadmapRemark",
    "Seat",
    "Technology",
    "TechnologyBenchmark",
    "TechnologyMeasurement",
    "TechnologyReadiness",
    "TechnologyTarget",
    "WeeklyDigest",
    "own_key",
    "validate_not_taken",
    "validate_partial_date",
]
