"""How sure are overlaps? Dark periods of many facilities drawn together, not each end by itself.

Every period begins and lasts as `leaps.optimise.draws` draws a task and the one that follows it, so a common supplier
moves all periods that name it, in whatever facility. Months count from an origin of the caller's; a period is dark
from its start to its end.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaps.optimise.draws import Risk, draw
from leaps.optimise.errors import Floats, Unusable, no_repeats, within
from leaps.optimise.schedule import TOLERANCE, Dependency, Even, Pert, Slipping, Task, network

BAND = (0.05, 0.5, 0.95)
"""Quantiles of what is dark at once: P5, P50, P95."""
SHARES = (0.1, 0.5, 0.9)
"""Quantiles of overlap months: P10, P50, P90."""


@dataclass(frozen=True, slots=True)
class Period:
    """A dark period: `start` months after `since` (months from the origin), then `length` months.

    `start_supplier` and `length_supplier` with `start_rho` and `length_rho` (0 to 1): whose delays they share.
    `risks`: probability, and months that are added to the length. `starts_not_before`, `ends_not_before`: months from
    the origin, today for what has not happened yet. `waits_for`: tasks that stand before it with the months that lie between
    at least; work of a Pert start begins after them, an Even start only cannot come before.
    """

    key: str
    facility: str
    start: Pert | Even
    length: Pert | Slipping
    since: float = 0.0
    start_supplier: str = ""
    start_rho: float = 0.0
    length_supplier: str = ""
    length_rho: float = 0.0
    risks: tuple[tuple[float, Pert], ...] = ()
    starts_not_before: float = 0.0
    ends_not_before: float = 0.0
    waits_for: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before dark periods: tasks with their links and risks, months from the same origin."""

    tasks: tuple[Task, ...] = ()
    links: tuple[Dependency, ...] = ()
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Starts and ends in months from the origin, (periods, draws), with the facility of each period."""

    keys: tuple[str, ...]
    facilities: tuple[str, ...]
    start: Floats
    end: Floats


def draw_periods(periods: Sequence[Period], *, draws: int = 10_000, seed: int = 0, common: bool = True, before: Before | None = None) -> Drawn:
    """Draw all periods together; the same seed gives the same draws. Without `common` no delay is shared.

    Raises Unusable without a period, with a key that stands twice, when one waits for a task that is not in `before`, or
    with fewer than 2 draws; Circular when what stands before waits for itself.
    """
    if not periods:
        raise Unusable("There is no dark period to draw. Add one.")
    no_repeats("dark period", (one.key for one in periods))
    before = before or Before()
    tasks = [one if common else replace(one, supplier="", rho=0.0) for one in before.tasks]
    links, risks = list(before.links), list(before.risks)
    for one in periods:
        begins, dark = f"start of {one.key}", f"length of {one.key}"
        within(f"time before the start of “{one.key}”", one.since, 0)
        tasks.append(Task(begins, one.start, earliest=one.since, supplier=one.start_supplier if common else "", rho=one.start_rho))
        tasks.append(Task(dark, one.length, earliest=one.starts_not_before, supplier=one.length_supplier if common else "", rho=one.length_rho))
        links.append(Dependency(begins, dark))
        links += [Dependency(key, begins if isinstance(one.start, Pert) else dark, lag) for key, lag in one.waits_for]
        risks += [Risk(f"{one.key} {place}", chance, months, (dark,)) for place, (chance, months) in enumerate(one.risks)]
    found = draw(network(tasks, links), risks, draws=draws, seed=seed)
    places = [found.keys.index(f"length of {one.key}") for one in periods]
    floor = np.array([one.ends_not_before for one in periods])[:, None]
    return Drawn(
        tuple(one.key for one in periods), tuple(one.facility for one in periods), found.start[places], np.maximum(found.finish[places], floor)
    )


@dataclass(frozen=True, slots=True, eq=False)
class PairOverlap:
    """Months in which two facilities are dark together. `months`: (draws,). `counts[k]`: draws with k to k + 1 months; those without any overlap are not in it."""

    one: str
    other: str
    chance: float
    mean: float
    quantiles: tuple[float, float, float]
    counts: NDArray[np.int64]
    months: Floats


def overlaps(drawn: Drawn) -> list[PairOverlap]:
    """Every pair of facilities, in the order in which they first stand. Periods of one facility must not overlap: they would count twice."""
    order = list(dict.fromkeys(drawn.facilities))
    rows = {name: [place for place, of in enumerate(drawn.facilities) if of == name] for name in order}
    found = []
    for one, other in itertools.combinations(order, 2):
        months = np.zeros(drawn.start.shape[1])
        for i, j in itertools.product(rows[one], rows[other]):
            months += np.maximum(np.minimum(drawn.end[i], drawn.end[j]) - np.maximum(drawn.start[i], drawn.start[j]), 0.0)
        some = months[months > TOLERANCE]
        low, middle, high = np.quantile(months, SHARES)
        found.append(
            PairOverlap(
                one, other, len(some) / len(months), float(months.mean()), (float(low), float(middle), float(high)), np.bincount(some.astype(np.int64)), months
            )
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class DarkBand:
    """What is dark at once in the middle of each month: P5, P50 and P95, (3, months); mean, (months,); the peak of each draw, (draws,)."""

    quantiles: Floats
    mean: Floats
    peak: Floats

    def peak_quantile(self, share: float) -> float:
        """How high the peak is at most in this share of the draws."""
        return float(np.quantile(self.peak, share))


def dark_at_once(drawn: Drawn, weights: ArrayLike, first: int, months: int) -> DarkBand:
    """The weights (instruments, say) that are dark in the middle of months `first` to `first + months - 1` from the origin.

    `weights`: (periods,), the same for all periods of a facility; a facility counts once however many of its periods
    hold a month. Raises Unusable if the weights do not fit the periods or there is no month.
    """
    heavy = np.asarray(weights, dtype=np.float64)
    if heavy.shape != (len(drawn.keys),):
        raise Unusable(f"There are {len(drawn.keys)} periods and weights of shape {heavy.shape}: give one weight for each period.")
    within("number of months", months, 1)
    middle = first + 0.5 + np.arange(months)
    # Months first, draws last: a quantile then sorts rows that lie together.
    total = np.zeros((months, drawn.start.shape[1]), dtype=np.float32)
    for name in dict.fromkeys(drawn.facilities):
        rows = [place for place, of in enumerate(drawn.facilities) if of == name]
        if heavy[rows[0]]:
            is_dark = np.zeros(total.shape, dtype=np.bool_)
            for row in rows:
                is_dark |= (drawn.start[row] <= middle[:, None]) & (drawn.end[row] > middle[:, None])
            total += is_dark * np.float32(heavy[rows[0]])
    return DarkBand(
        np.asarray(np.quantile(total, BAND, axis=1), dtype=np.float64), total.mean(axis=1, dtype=np.float64), total.max(axis=0).astype(np.float64)
    )
