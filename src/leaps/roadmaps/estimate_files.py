"""Chances and forecasts as they stand in files."""

from collections.abc import Sequence
from typing import Any, Final

from leaps.roadmaps.chances import Chances
from leaps.roadmaps.estimate_queries import ForecastRow

CHANCE: Final = (
    "milestone", "title", "due", "p50", "p80", "p95", "chance_of_due_date", "criticality", "weight", "estimate_low_months", "estimate_likely_months",
    "estimate_high_months", "estimate_version", "estimate_of", "estimate_by", "synthetic",
)  # fmt: skip
FORECAST: Final = (
    "made_on", "milestone", "title", "group", "due_then", "p50", "p80", "p95", "chance_of_due_date", "actual", "late_months", "crps_months", "brier", "synthetic",
)  # fmt: skip


def chance_records(found: Chances) -> list[dict[str, Any]]:
    """One line for each milestone that is ahead; whose estimate it is, never who wrote it."""
    lines = []
    for one in found.rows:
        half, eighty, most = one.days
        by = one.estimate
        lines.append({
            "milestone": one.row.slug, "title": one.row.title, "due": one.row.due or None, "p50": half.isoformat(), "p80": eighty.isoformat(),
            "p95": most.isoformat(), "chance_of_due_date": None if one.kept is None else round(one.kept, 4), "criticality": round(one.criticality, 4),
            "weight": None if one.weight is None else round(one.weight, 4), "estimate_low_months": by.low if by else None,
            "estimate_likely_months": by.mode if by else None, "estimate_high_months": by.high if by else None, "estimate_version": by.version if by else None,
            "estimate_of": by.at.date().isoformat() if by else None, "estimate_by": by.side if by else None,
            "synthetic": "yes" if by and by.is_synthetic else None,
        })  # fmt: skip
    return lines


def forecast_records(rows: Sequence[ForecastRow]) -> list[dict[str, Any]]:
    """One line for each forecast."""
    lines = []
    for row in rows:
        one, (half, eighty, most) = row.forecast, row.days
        lines.append({
            "made_on": one.day.isoformat(), "milestone": one.milestone, "title": one.title, "group": one.group, "due_then": one.due or None,
            "p50": half.isoformat(), "p80": eighty.isoformat(), "p95": most.isoformat(), "chance_of_due_date": one.chance,
            "actual": row.actual_words or None, "late_months": None if row.late is None else round(row.late, 2),
            "crps_months": None if row.score is None else round(row.score, 3), "brier": None if row.brier is None else round(row.brier, 4),
            "synthetic": "yes" if row.is_synthetic else None,
        })  # fmt: skip
    return lines
