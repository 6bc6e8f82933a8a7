"""How late may it be: a chain of milestones drawn ten thousand times from the estimates that people have stated.

An estimate is of the months of work from the day of the estimate, or from when what the milestone waits for has
happened, whichever is later. Where nobody has stated one the planned length counts, as in the schedule: exactly, or
times a factor that is assumed or learned from past upgrades. What is not done cannot be done before today.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from leaps.optimise.draws import Draws, Risk, draw
from leaps.optimise.errors import Circular, Floats
from leaps.optimise.schedule import Dependency, Pert, Slipping, Task, network
from leaps.roadmaps import dates
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.models import DurationEstimate

DRAWS: Final = 10_000
SEED: Final = 1
SHARES: Final = tuple(n / 100 for n in range(1, 100))
ASSUMED, LEARNED = "assumed", "history"
_WORK: Final = "work of "


@dataclass(frozen=True, slots=True)
class Stretch:
    """The factor on planned lengths nobody has estimated: log-normal, with where it comes from and from how many."""

    log_mean: float
    log_sigma: float
    source: str
    n: int = 0

    @property
    def median(self) -> float:
        """The factor that half of the draws exceed."""
        return math.exp(self.log_mean)

    @property
    def high(self) -> float:
        """The factor that one draw in ten exceeds."""
        return math.exp(self.log_mean + 1.2815515594 * self.log_sigma)


@dataclass(frozen=True, slots=True)
class Chance:
    """When a milestone that is ahead may come. `kept`: chance that its date holds; None: it has none.

    `criticality`: share of the draws in which it had no time to spare. `weight`: correlation of its length with the
    end; None if one of them never varies.
    """

    row: MilestoneRow
    p50: float
    p80: float
    p95: float
    kept: float | None
    criticality: float
    weight: float | None
    estimate: DurationEstimate | None
    quantiles: tuple[float, ...]

    @property
    def days(self) -> tuple[dt.date, dt.date, dt.date]:
        """P50, P80 and P95 as days."""
        return dates.day_at(self.p50), dates.day_at(self.p80), dates.day_at(self.p95)

    @property
    def is_certain(self) -> bool:
        """Whether every draw gives the same day: nothing about it is uncertain here."""
        return self.p95 - self.quantiles[0] < 1e-6


@dataclass(frozen=True, slots=True)
class Chances:
    """What the draws of one chain gave, for the milestones that are ahead, in order of their likely dates."""

    rows: tuple[Chance, ...]
    end: Floats
    last: str
    happened: Mapping[str, float]
    estimated: int


def chances(
    group: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate], today: dt.date, stretch: Stretch | None = None, *, draws: int = DRAWS
) -> Chances | None:
    """Draw a chain; None if its milestones wait for each other in a circle, or nothing is ahead."""
    rows = {row.slug: row for row in group}
    ahead = [row for row in group if not row.is_done]
    now = dates.months(today)
    due = {row.slug: dates.months(row.last) for row in group if row.last}
    stated = {slug: one for slug, one in estimates.items() if slug in rows and not rows[slug].is_done}
    origin = min([now, *due.values(), *(dates.months(one.at.date()) for one in stated.values())]) - 1
    tasks: list[Task] = []
    links: list[Dependency] = []
    for row in group:
        before = [key for key in row.depends_on if key in rows]
        made, waits = tasks_of(row, before, stated.get(row.slug), {key: at - origin for key, at in due.items()}, now - origin, origin, stretch)
        tasks += made
        links += waits
    if not ahead:
        return None
    try:
        drawn = draw(network(tasks, links), risks_of(stated), draws=draws, seed=SEED)
    except Circular:
        return None
    found = [_chance(row, drawn, stated.get(row.slug), due.get(row.slug), origin) for row in ahead]
    found.sort(key=lambda one: (one.p50, one.p95, one.row.slug))
    last = found[-1]
    return Chances(tuple(found), drawn.of(last.row.slug)[1] + origin, last.row.slug, drawn.happened, len(stated))


def tasks_of(
    row: MilestoneRow, before: Sequence[str], stated: DurationEstimate | None, due: Mapping[str, float], now: float, origin: float, stretch: Stretch | None
) -> tuple[list[Task], list[Dependency]]:  # fmt: skip
    """The work towards a milestone, and the milestone itself, which is not before `now`; months from `origin`."""
    at, nothing = due.get(row.slug), Pert(0, 0, 0)
    if row.is_done:
        return [Task(row.slug, nothing, row.title, earliest=at if at is not None else 0.0)], []
    work = _WORK + row.slug
    links = [*(Dependency(key, work) for key in before), Dependency(work, row.slug)]
    milestone = Task(row.slug, nothing, row.title, earliest=now)
    if stated is not None:
        length: Pert | Slipping = Pert(stated.low, stated.mode, stated.high)
        earliest = dates.months(stated.at.date()) - origin
        return [Task(work, length, row.title, earliest=max(0.0, earliest), supplier=stated.supplier.strip().casefold(), rho=stated.share), milestone], links
    dated = [due[key] for key in before if key in due]
    takes = max(0.0, at - max(dated)) if at is not None and dated else 0.0
    earliest = at if at is not None and not dated else 0.0
    length = Slipping(takes, stretch.log_mean, stretch.log_sigma) if stretch is not None and takes else Pert(takes, takes, takes)
    return [Task(work, length, row.title, earliest=max(0.0, earliest)), milestone], links


def risks_of(stated: Mapping[str, DurationEstimate]) -> list[Risk]:
    """A risk told in the same words and numbers for several milestones is one risk: it hits all of them or none."""
    together: dict[tuple[Any, ...], list[str]] = {}
    for slug, one in stated.items():
        if one.risk and one.risk_probability:
            told = (one.risk.strip().casefold(), one.risk_probability, one.risk_low, one.risk_mode, one.risk_high)
            together.setdefault(told, []).append(slug)
    return [
        Risk(f"{words} ({place})", probability, Pert(low, mode, high), tuple(_WORK + slug for slug in slugs))
        for place, ((words, probability, low, mode, high), slugs) in enumerate(together.items())
    ]


def _chance(row: MilestoneRow, drawn: Draws, estimate: DurationEstimate | None, due: float | None, origin: float) -> Chance:
    finish = drawn.of(row.slug)[1] + origin
    place, work = drawn.keys.index(row.slug), drawn.keys.index(_WORK + row.slug)
    p50, p80, p95 = (float(value) for value in np.quantile(finish, (0.5, 0.8, 0.95)))
    weight = float(drawn.cruciality[work])
    return Chance(
        row, p50, p80, p95, None if due is None else float((finish <= due + 1e-6).mean()), max(float(drawn.criticality[place]), float(drawn.criticality[work])),
        None if math.isnan(weight) else weight, estimate, tuple(float(value) for value in np.quantile(finish, SHARES)),
    )  # fmt: skip
