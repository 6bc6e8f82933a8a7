"""Forecasts that learn: slips of the past, earned schedule, months of overlap, and scores of what was said.

Missing values are NaN and are left out, never taken as zero.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaps.optimise.errors import Floats, Unusable, within
from leaps.optimise.schedule import Slipping


@dataclass(frozen=True, slots=True)
class Slip:
    """Log-normal factor actual / planned of past projects, from `n` of them."""

    log_mean: float
    log_sigma: float
    n: int

    @property
    def median(self) -> float:
        """The factor that half of them exceed."""
        return math.exp(self.log_mean)

    def applied_to(self, planned: float) -> Slipping:
        """A planned duration with this slip, for a task of a network."""
        return Slipping(planned, self.log_mean, self.log_sigma)


def calibrate(planned: ArrayLike, actual: ArrayLike) -> Slip:
    """How planned durations turned out, both in the same unit, shape (projects,); a pair with NaN is left out.

    The sample deviation is widened by √(1 + 1/n), as the mean is itself known from n projects only.
    Raises Unusable with fewer than two known pairs, unequal lengths or a duration not above 0.
    """
    before, after = _floats(planned), _floats(actual)
    _same_shape(before, after)
    known = ~(np.isnan(before) | np.isnan(after))
    count = int(known.sum())
    if count < 2:
        raise Unusable(
            f"Slips need at least two finished projects with planned and actual duration; {count} is known."
        )
    before, after = before[known], after[known]
    if before.min() <= 0 or after.min() <= 0:
        raise Unusable("Planned and actual durations must be above 0.")
    logs = np.log(after / before)
    return Slip(float(logs.mean()), float(logs.std(ddof=1)) * math.sqrt(1 + 1 / count), count)


@dataclass(frozen=True, slots=True)
class Earned:
    """Earned schedule at a date: `schedule` is the month by which the plan had what is earned today.

    `index` = schedule / actual time (SPI_t). `forecast`: month of the end; NaN while nothing is earned.
    """

    schedule: float
    index: float
    forecast: float


def earned_schedule(planned_value: ArrayLike, earned: float, at: float) -> Earned:
    """Earned schedule from the planned value at months 0, 1, 2 ... (never falling) and what is earned at month `at`.

    Between months the plan runs straight; on a level stretch the later month counts.
    forecast = at + (PD - ES) / SPI_t, PD the first month at which the plan is complete.
    Raises Unusable if the plan falls, is empty or holds NaN, or if `at` is not above 0.
    Source: W. Lipke, Schedule is different, The Measurable News (2003).
    """
    plan = _floats(planned_value)
    if plan.ndim != 1 or len(plan) < 2 or not np.isfinite(plan).all() or np.any(np.diff(plan) < 0):
        raise Unusable(
            "The planned value needs two or more months and must never fall from one month to the next."
        )
    within("value earned", earned, 0)
    if not at > 0:
        raise Unusable(f"Earned schedule needs a time after the start; it is {at:g}.")
    duration = int(np.argmax(plan >= plan[-1]))
    if earned >= plan[-1]:
        done = float(duration)
    else:
        whole = int(np.searchsorted(plan, earned, side="right")) - 1
        done = 0.0 if whole < 0 else whole + (earned - plan[whole]) / (plan[whole + 1] - plan[whole])
    index = done / at
    return Earned(done, index, at + (duration - done) / index if index > 0 else math.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Months in which two facilities are dark at once: every draw, the mean, P(any), P50, P80, P95."""

    months: Floats
    mean: float
    any: float
    quantiles: Floats


def overlap(first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike]) -> Overlap:
    """Distribution of the overlap of two dark periods, each (starts, ends) in months, shape (draws,) or one number.

    An end before its start is an empty period.
    """
    begin = np.maximum(_floats(first[0]), _floats(second[0]))
    months = np.atleast_1d(np.maximum(np.minimum(_floats(first[1]), _floats(second[1])) - begin, 0.0))
    return Overlap(
        months, float(months.mean()), float((months > 0).mean()), np.quantile(months, (0.5, 0.8, 0.95))
    )


def months_with(starts: ArrayLike, ends: ArrayLike, at_least: int) -> Floats:
    """In each draw, the months during which at least so many facilities are dark; shapes (facilities, draws) -> (draws,).

    Raises Unusable if the shapes differ or `at_least` is below 1.
    """
    begin, end = np.atleast_2d(_floats(starts)), np.atleast_2d(_floats(ends))
    _same_shape(begin, end)
    within("number of facilities", at_least, 1)
    end = np.maximum(begin, end)
    times = np.concatenate([begin, end])
    order = np.argsort(times, axis=0, kind="stable")
    steps = np.where(order < len(begin), 1, -1)
    counts = np.cumsum(steps, axis=0)[:-1]
    lengths = np.diff(np.take_along_axis(times, order, axis=0), axis=0)
    return np.asarray(np.where(counts >= at_least, lengths, 0.0).sum(axis=0), dtype=np.float64)


def brier(probability: ArrayLike, happened: ArrayLike) -> float:
    """Mean of (probability - outcome)², outcome 1 or 0; 0 is perfect, 0.25 is what "half" always scores.

    Shapes equal; pairs with NaN are left out, none left gives NaN. Raises Unusable for a probability beyond 0 to 1
    or an outcome other than 0 and 1. Source: G. W. Brier, Monthly Weather Review 78 (1950) 1.
    """
    said, was = _floats(probability), _floats(happened)
    _same_shape(said, was)
    known = ~(np.isnan(said) | np.isnan(was))
    said, was = said[known], was[known]
    if not said.size:
        return math.nan
    if said.min() < 0 or said.max() > 1:
        raise Unusable("Probabilities must lie between 0 and 1.")
    if not np.isin(was, (0.0, 1.0)).all():
        raise Unusable("An outcome is 1 (it happened) or 0 (it did not).")
    return float(np.mean((said - was) ** 2))


def crps(draws: ArrayLike, actual: float) -> float:
    """Continuous ranked probability score of one forecast given by its draws, in their unit; 0 is perfect.

    E|X - y| - E|X - X'| / 2 over the draws, (draws,); for a forecast of one number it is the absolute error.
    Source: T. Gneiting, A. E. Raftery, Journal of the American Statistical Association 102 (2007) 359.
    """
    values = np.sort(_floats(draws).ravel())
    if not values.size or np.isnan(values).any():
        raise Unusable("A forecast needs at least one draw, and none may be missing.")
    n = len(values)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return float(np.abs(values - actual).mean() - (ranks @ values) / n**2)


@dataclass(frozen=True, slots=True)
class Record:
    """How a group's forecasts turned out, months.

    `bias`: mean of actual - P50, positive when it promises too early. `below`: share of actual dates not later than
    P50, P80 and P95; honest forecasts give 0.5, 0.8, 0.95. `crps`: mean score. `n`: forecasts that could be scored.
    """

    bias: float
    below: tuple[float, float, float]
    crps: float
    n: int


def score(forecasts: ArrayLike, actual: ArrayLike) -> Record:
    """Score stored forecasts, (forecasts, draws), against what happened, (forecasts,); NaN: not happened yet.

    Nothing to score gives NaN. Raises Unusable if the lengths differ.
    """
    said, was = np.atleast_2d(_floats(forecasts)), np.atleast_1d(_floats(actual))
    if len(said) != len(was):
        raise Unusable(f"There are {len(said)} forecasts and {len(was)} outcomes; each forecast needs one.")
    known = ~np.isnan(was)
    said, was = said[known], was[known]
    if not was.size:
        return Record(math.nan, (math.nan, math.nan, math.nan), math.nan, 0)
    quantiles = np.quantile(said, (0.5, 0.8, 0.95), axis=1)
    half, eighty, most = (float((was <= q).mean()) for q in quantiles)
    return Record(
        bias=float((was - quantiles[0]).mean()),
        below=(half, eighty, most),
        crps=float(np.mean([crps(s, float(a)) for s, a in zip(said, was, strict=True)])),
        n=len(was),
    )


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _same_shape(one: Floats, other: Floats) -> None:
    if one.shape != other.shape:
        raise Unusable(f"These belong together and must be equally large: {one.shape} and {other.shape}.")
