"""When a network of tasks can be done: earliest and latest dates, float, critical path.

Time is counted in months from the start of the first month (0.0); 2.5 is the middle of the third. A task
with a calendar begins at the start of an allowed month, as a dark period does. Dependencies are finish to
start: what comes after begins when what comes before has finished, plus a lag (negative: they overlap).

Formulas: the critical path method (J. E. Kelley, M. R. Walker, 1959); order and circles by A. B. Kahn,
Communications of the ACM 5 (1962) 558; three-point durations by D. G. Malcolm et al., Operations Research
7 (1959) 646.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtr

from leaps.optimise.errors import Circular, Floats, Unusable, no_repeats, within

TOLERANCE = 1e-9
"""Months below which two dates are one: sums in another order differ in the last digit."""


@dataclass(frozen=True, slots=True)
class Pert:
    """A duration in months told by three points; between them a beta distribution.

    alpha = 1 + 4 (mode - low) / (high - low), beta = 1 + 4 (high - mode) / (high - low).
    Raises Unusable unless 0 <= low <= mode <= high.
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.mode <= self.high < math.inf):
            raise Unusable(
                "A duration needs shortest ≤ likely ≤ longest, none below 0; "
                f"it has {self.low:g}, {self.mode:g} and {self.high:g}."
            )

    @property
    def plan(self) -> float:
        """The likely value, which a plan without uncertainty uses."""
        return self.mode

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6, exact for this beta distribution."""
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def variance(self) -> float:
        """((high - low) / 6)², the usual convention; exact only when the mode is near one of (1 ± 1/√2) / 2."""
        return ((self.high - self.low) / 6) ** 2

    def at_scores(self, scores: ArrayLike) -> Floats:
        """Durations at normal scores (0 is the median, 1.645 is the 95th percentile), same shape."""
        span = self.high - self.low
        share = ndtr(np.asarray(scores, dtype=np.float64))
        if span == 0:
            return np.full_like(share, self.low)
        rise = 4 * (self.mode - self.low) / span
        return np.asarray(self.low + span * betaincinv(1 + rise, 5 - rise, share), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Slipping:
    """A planned duration in months times a log-normal factor, as past upgrades slipped.

    factor = exp(log_mean + log_sigma * score); see `leaps.optimise.forecasts.calibrate`.
    """

    planned: float
    log_mean: float
    log_sigma: float

    def __post_init__(self) -> None:
        within("planned duration", self.planned, 0)
        within("spread of the slip", self.log_sigma, 0)

    @property
    def plan(self) -> float:
        """The duration as planned, which a plan without uncertainty uses."""
        return self.planned

    @property
    def mean(self) -> float:
        """The planned duration × exp(log_mean + log_sigma² / 2)."""
        return self.planned * math.exp(self.log_mean + self.log_sigma**2 / 2)

    @property
    def variance(self) -> float:
        """The mean² × (exp(log_sigma²) - 1)."""
        return self.mean**2 * math.expm1(self.log_sigma**2)

    def at_scores(self, scores: ArrayLike) -> Floats:
        """Durations at normal scores (0 is the median), same shape."""
        score = np.asarray(scores, dtype=np.float64)
        return np.asarray(self.planned * np.exp(self.log_mean + self.log_sigma * score), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Even:
    """A duration in months of which nothing is known but its ends: each between them is as likely.

    Raises Unusable unless 0 <= low <= high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high < math.inf):
            raise Unusable(f"A duration needs shortest ≤ longest, none below 0; it has {self.low:g} and {self.high:g}.")

    @property
    def plan(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def mean(self) -> float:
        """The middle."""
        return self.plan

    @property
    def variance(self) -> float:
        """(high - low)² / 12."""
        return (self.high - self.low) ** 2 / 12

    def at_scores(self, scores: ArrayLike) -> Floats:
        """Durations at normal scores (0 is the median), same shape."""
        return np.asarray(self.low + (self.high - self.low) * ndtr(np.asarray(scores, dtype=np.float64)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a network.

    `months`: months of the year (1 to 12) in which it may begin; empty: at any time.
    `earliest`: month, counted from the origin, before which it does not begin.
    `supplier`, `rho`: whose delays it shares, and how strongly (0 not at all, 1 wholly).
    """

    key: str
    duration: Pert | Slipping | Even
    name: str = ""
    months: frozenset[int] = frozenset()
    earliest: float = 0.0
    supplier: str = ""
    rho: float = 0.0

    def __post_init__(self) -> None:
        if wrong := sorted(m for m in self.months if not 1 <= m <= 12):
            raise Unusable(f"{self.label} may begin in months 1 to 12 only; it names {wrong[0]}.")
        within(f"earliest start of {self.label}", self.earliest, 0)
        within(f"dependence of {self.label} on its supplier", self.rho, 0, 1)

    @property
    def label(self) -> str:
        """What a message calls it."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Dependency:
    """`after` begins at the earliest `lag` months after `before` has finished."""

    before: str
    after: str
    lag: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Dates of every task, in months, shape (tasks,), in the order of the network.

    `total_float`: how far a task may begin later without moving the end. `critical`: tasks without float.
    `path`: the chain that ends last, back to a task that waits for no other.
    """

    keys: tuple[str, ...]
    start: Floats
    finish: Floats
    late_start: Floats
    late_finish: Floats
    total_float: Floats
    end: float
    critical: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """Tasks and what waits for what.

    `first_month`: which month of the year time 0 begins. Raises Circular if tasks wait for each other, and
    Unusable if a key stands twice or a dependency names no task.
    """

    tasks: tuple[Task, ...]
    dependencies: tuple[Dependency, ...] = ()
    first_month: int = 1
    order: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        within("first month", self.first_month, 1, 12)
        no_repeats("task", (task.key for task in self.tasks))
        for link in self.dependencies:
            for key in (link.before, link.after):
                if key not in self.places:
                    raise Unusable(
                        f"A dependency names “{key}”, but no task has this key. Add the task or remove it."
                    )
            if not math.isfinite(link.lag):
                raise Unusable(f"The lag between “{link.before}” and “{link.after}” is not a number.")
        object.__setattr__(self, "order", self._ordered())

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the tasks, in order."""
        return tuple(task.key for task in self.tasks)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each task stands."""
        return {task.key: place for place, task in enumerate(self.tasks)}

    @cached_property
    def before(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """For every task the places of those it waits for, with the lags."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for link in self.dependencies:
            found[self.places[link.after]].append((self.places[link.before], link.lag))
        return tuple(tuple(found[place]) for place in range(len(self.tasks)))

    @cached_property
    def after(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """For every task the places of those that wait for it, with the lags."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for link in self.dependencies:
            found[self.places[link.before]].append((self.places[link.after], link.lag))
        return tuple(tuple(found[place]) for place in range(len(self.tasks)))

    def schedule(self, durations: Mapping[str, float] | None = None) -> Schedule:
        """Dates with the planned durations, some replaced by `durations` (months, by key). O(tasks + dependencies)."""
        given = dict(durations or {})
        if unknown := sorted(given.keys() - self.places.keys()):
            raise Unusable(f"A duration is given for “{unknown[0]}”, but no task has this key.")
        months = [within(f"duration of {t.label}", given.get(t.key, t.duration.plan), 0) for t in self.tasks]
        column = np.array(months, dtype=np.float64).reshape(-1, 1)
        start, finish = self.forward(column)
        end = finish.max(axis=0, initial=0.0)
        late_start, late_finish = self.backward(column, end)
        slack = (late_start - start)[:, 0]
        slack[np.abs(slack) < TOLERANCE] = 0.0
        return Schedule(
            keys=self.keys,
            start=start[:, 0],
            finish=finish[:, 0],
            late_start=late_start[:, 0],
            late_finish=late_finish[:, 0],
            total_float=slack,
            end=float(end[0]),
            critical=tuple(self.keys[place] for place in self.order if slack[place] == 0),
            path=self._driving(start[:, 0], finish[:, 0]),
        )

    def forward(self, durations: Floats) -> tuple[Floats, Floats]:
        """Earliest start and finish, each (tasks, draws), from durations in months of the same shape."""
        start, finish = np.empty_like(durations), np.empty_like(durations)
        for place in self.order:
            task, here = self.tasks[place], start[place]
            here[:] = task.earliest
            for other, lag in self.before[place]:
                np.maximum(here, finish[other] + lag if lag else finish[other], out=here)
            if task.months:
                here[:] = self._allowed(task.months, here, later=True)
            np.add(here, durations[place], out=finish[place])
        return start, finish

    def backward(self, durations: Floats, end: Floats) -> tuple[Floats, Floats]:
        """Latest start and finish, each (tasks, draws), that keep the end of each draw, (draws,)."""
        start, finish = np.empty_like(durations), np.empty_like(durations)
        for place in reversed(self.order):
            task, there = self.tasks[place], finish[place]
            there[:] = end
            for other, lag in self.after[place]:
                np.minimum(there, start[other] - lag if lag else start[other], out=there)
            np.subtract(there, durations[place], out=start[place])
            if task.months:
                start[place] = self._allowed(task.months, start[place], later=False)
                np.add(start[place], durations[place], out=there)
        return start, finish

    def _allowed(self, months: frozenset[int], times: Floats, *, later: bool) -> Floats:
        """The nearest start of an allowed month, not before the times (or not after them)."""
        step = 1 if later else -1
        waits = [
            next(n for n in range(12) if (self.first_month - 1 + month + step * n) % 12 + 1 in months)
            for month in range(12)
        ]
        whole = np.ceil(times - TOLERANCE) if later else np.floor(times + TOLERANCE)
        return whole + step * np.array(waits, dtype=np.float64)[whole.astype(np.int64) % 12]

    def _ordered(self) -> tuple[int, ...]:
        """Every task behind those it waits for (Kahn). Raises Circular."""
        waiting = [len(found) for found in self.before]
        ready = deque(place for place, count in enumerate(waiting) if not count)
        order: list[int] = []
        while ready:
            place = ready.popleft()
            order.append(place)
            for other, _lag in self.after[place]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        if len(order) < len(self.tasks):
            raise Circular(
                [self.tasks[place].label for place in self._circle(set(range(len(self.tasks))) - set(order))]
            )
        return tuple(order)

    def _circle(self, left: set[int]) -> list[int]:
        """One circle among tasks each of which waits for another of them, in the order of work, closed."""
        place, seen = min(left), list[int]()
        while place not in seen:
            seen.append(place)
            place = next(other for other, _lag in self.before[place] if other in left)
        backwards = seen[seen.index(place) :]
        return [place, *reversed(backwards)]

    def _driving(self, start: Floats, finish: Floats) -> tuple[str, ...]:
        if not self.tasks:
            return ()
        place = int(finish.argmax())
        path = [place]
        while True:
            holding = [o for o, lag in self.before[place] if finish[o] + lag >= start[place] - TOLERANCE]
            if not holding:
                return tuple(self.keys[p] for p in reversed(path))
            place = holding[0]
            path.append(place)


def network(
    tasks: Iterable[Task], dependencies: Iterable[Dependency | tuple[str, str]] = (), *, first_month: int = 1
) -> Network:
    """A network from any iterables; a pair (before, after) is a dependency without lag."""
    links = tuple(link if isinstance(link, Dependency) else Dependency(*link) for link in dependencies)
    return Network(tuple(tasks), links, first_month)


def circle_with(links: Sequence[tuple[str, str]], new: tuple[str, str]) -> tuple[str, ...]:
    """The circle that a further dependency (before, after) would close, first task repeated; () if none."""
    after: dict[str, list[str]] = defaultdict(list)
    for one, other in links:
        after[one].append(other)
    came_from: dict[str, str] = {}
    ready = deque([new[1]])
    while ready and new[0] not in came_from and new[0] != new[1]:
        here = ready.popleft()
        for other in after[here]:
            if other not in came_from and other != new[1]:
                came_from[other] = here
                ready.append(other)
    if new[0] != new[1] and new[0] not in came_from:
        return ()
    path = [new[0]]
    while path[-1] != new[1]:
        path.append(came_from[path[-1]])
    return (new[0], *reversed(path))
