"""Estimates that stand, what was forecast, and how it turned out."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.optimise import forecasts as scoring
from leaps.roadmaps import dates
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.models import DurationEstimate, Forecast

OFFICE, CHAIR = "office", "chair"


def standing() -> dict[str, DurationEstimate]:
    """The estimate that stands for each milestone, by its key: its last version, unless that was taken back."""
    latest: dict[str, DurationEstimate] = {}
    for one in DurationEstimate.objects.select_related("milestone").order_by("version"):
        latest[one.milestone.slug] = one
    return {slug: one for slug, one in latest.items() if not one.is_withdrawn}


def versions(milestone: str) -> list[DurationEstimate]:
    """Every version of a milestone's estimate, the last first."""
    return list(DurationEstimate.objects.filter(milestone__slug=milestone).order_by("-version"))


def side_words(side: str) -> str:
    """For whom somebody speaks, without a name: everybody may read it."""
    return {OFFICE: _("the LEAPS office"), CHAIR: _("a group chair")}.get(side, side)


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A forecast beside what happened. `actual` None: it has not happened. Months; `late` is actual - P50.

    `score`: CRPS. `brier`: of the chance that the date then public is kept. `is_rough`: the actual date is known to the
    month or year, and counts to its last day.
    """

    forecast: Forecast
    actual: float | None
    actual_words: str
    late: float | None
    score: float | None
    brier: float | None
    is_rough: bool = False

    @property
    def days(self) -> tuple[dt.date, dt.date, dt.date]:
        """P50, P80 and P95 as days."""
        return dates.day_at(self.forecast.p50), dates.day_at(self.forecast.p80), dates.day_at(self.forecast.p95)

    @property
    def due_words(self) -> str:
        """The date that was public then."""
        return dates.words(self.forecast.due) if self.forecast.due else ""

    @property
    def is_synthetic(self) -> bool:
        """Whether a synthetic estimate went in."""
        return bool(self.forecast.method.get("synthetic"))


def forecast_rows(milestones: Iterable[MilestoneRow]) -> list[ForecastRow]:
    """Every forecast, the last first, scored where its milestone has happened after it was made."""
    known = {row.slug: row for row in milestones}
    return [_scored(one, known.get(one.milestone)) for one in Forecast.objects.all()]


def _scored(one: Forecast, row: MilestoneRow | None) -> ForecastRow:
    if row is None or not row.is_done or row.last is None or row.last < one.day:
        return ForecastRow(one, None, "", None, None, None)
    actual = dates.months(row.last)
    brier = None
    if one.chance is not None and one.due:
        kept = actual <= dates.months(dates.span(one.due)[1]) + 1e-6
        brier = scoring.brier([one.chance], [float(kept)])
    return ForecastRow(one, actual, row.due_words, actual - one.p50, scoring.crps(one.quantiles, actual), brier, is_rough=len(row.due) < 10)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """How the forecasts of one group turned out; `bias` in months, positive when it promises too early.

    `below`: shares of actual dates not later than P50, P80 and P95. `brier` None: no date was public.
    """

    group: str
    n: int
    bias: float
    below: tuple[float, float, float]
    crps: float
    brier: float | None


def by_group(rows: Sequence[ForecastRow]) -> list[GroupScore]:
    """The scores of each group that has at least one forecast whose milestone has happened; synthetic ones by themselves."""
    groups: dict[str, list[ForecastRow]] = defaultdict(list)
    for row in rows:
        if row.actual is not None:
            groups[row.forecast.group + (f" ({_('synthetic')})" if row.is_synthetic else "")].append(row)
    found = []
    for name, group in groups.items():
        record = scoring.score([row.forecast.quantiles for row in group], [row.actual if row.actual is not None else math.nan for row in group])
        said = [row.brier for row in group if row.brier is not None]
        found.append(GroupScore(name, record.n, record.bias, record.below, record.crps, sum(said) / len(said) if said else None))
    return sorted(found, key=lambda one: one.group.casefold())
