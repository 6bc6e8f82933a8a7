"""Intervals and guards that keep a small difference from looking like a finding."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv, ndtri

from leaps.indicators.formulas.checks import Floats, OutOfRange, floats, not_negative, same_length, within

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the bounds that belong to it; NaN where nothing can be said, inf where no bound exists."""

    value: float
    low: float
    high: float
    level: float = LEVEL

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high


def normal_quantile(level: float) -> float:
    """The z with probability `level` between -z and z, 1.96 for 0.95. Raises OutOfRange outside (0, 1)."""
    if not 0 < level < 1:
        raise OutOfRange(f"A confidence level lies between 0 and 1; it is {level:g}.")
    return float(ndtri(0.5 + level / 2))


def chi2_quantile(probability: float, degrees: float) -> float:
    """Quantile of the chi-squared distribution with `degrees` > 0 degrees of freedom (need not be whole)."""
    return 2.0 * float(gammaincinv(degrees / 2.0, probability))


def wilson(successes: ArrayLike, trials: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson score interval of a share, (low, high) in 0..1, elementwise.

    Successes and trials are counts of the same shape, 0 <= successes <= trials. Trials 0 or anything missing
    gives NaN: no trial says nothing about the share. Raises OutOfRange for counts that contradict each other.
    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
    """
    x, n = np.broadcast_arrays(floats(successes), floats(trials))
    not_negative("successes", x)
    if np.any(x > n):
        raise OutOfRange("There cannot be more successes than trials.")
    z = normal_quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = x / n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At the two ends the formula meets 0 and 1 exactly, up to rounding.
    low = np.where(x == 0, np.where(n > 0, 0.0, np.nan), middle - half)
    high = np.where(x == n, np.where(n > 0, 1.0, np.nan), middle + half)
    return low, high


def newcombe_difference(
    first: tuple[float, float], second: tuple[float, float], level: float = LEVEL
) -> Interval:
    """Difference of two independent shares, first minus second, each given as (successes, trials).

    Range -1..1. NaN when either has no trial. The interval squares and adds the distances of the two Wilson
    intervals and so never leaves -1..1. Raises OutOfRange as `wilson` does.
    Source: R. G. Newcombe, Stat. Med. 17 (1998) 873, method 10.
    """
    lows, highs = wilson([first[0], second[0]], [first[1], second[1]], level)
    if first[1] == 0 or second[1] == 0:
        return Interval(np.nan, np.nan, np.nan, level)
    p1, p2 = first[0] / first[1], second[0] / second[1]
    down = np.hypot(p1 - lows[0], highs[1] - p2)
    up = np.hypot(highs[0] - p1, p2 - lows[1])
    return Interval(p1 - p2, float(p1 - p2 - down), float(p1 - p2 + up), level)


def difference_p_value(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Two-sided p of "the two shares are equal", each given as (successes, trials): pooled z test.

    NaN when either has no trial; 1 when all succeeded or all failed in both. A rough guide below five expected
    in any field of the two-by-two table.
    """
    (x1, n1), (x2, n2) = first, second
    wilson([x1, x2], [n1, n2])  # refuses counts that contradict each other
    if n1 == 0 or n2 == 0:
        return float("nan")
    pooled = (x1 + x2) / (n1 + n2)
    spread = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if spread <= 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(x1 / n1 - x2 / n2) / spread**0.5)


def holm(p_values: ArrayLike) -> Floats:
    """p-values adjusted so that the chance of any false alarm in the whole family stays at the level asked.

    One dimension; NaN (not tested) stays NaN and does not count into the family. Never below the p given,
    never above 1. Raises OutOfRange for p outside 0..1.
    Source: S. Holm, Scand. J. Stat. 6 (1979) 65.
    """
    p = floats(p_values)
    if np.any((p < 0) | (p > 1)):
        raise OutOfRange("A p-value lies between 0 and 1.")
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors))
    return adjusted


def bootstrap(
    values: ArrayLike,
    statistic: Callable[..., Floats] = np.median,
    *,
    seed: int,
    draws: int = 2000,
    level: float = LEVEL,
) -> Interval:
    """Percentile bootstrap of a statistic of independent values, the same for the same seed.

    `statistic(array, axis=1)` is computed on all draws at once. NaN are left out first; fewer than two values
    give NaN bounds. Memory is draws times values times 8 bytes.
    Source: B. Efron, Ann. Stat. 7 (1979) 1.
    """
    known = floats(values).ravel()
    known = known[~np.isnan(known)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan, level)
    value = float(statistic(known[np.newaxis, :], axis=1)[0])
    if len(known) < 2:
        return Interval(value, np.nan, np.nan, level)
    picks = np.random.default_rng(seed).integers(0, len(known), size=(draws, len(known)))
    results = statistic(known[picks], axis=1)
    low, high = np.quantile(results, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)


def bootstrap_ratio(
    numerators: ArrayLike, denominators: ArrayLike, *, seed: int, draws: int = 2000, level: float = LEVEL
) -> Interval:
    """Bootstrap of sum(numerators) / sum(denominators) over units drawn in pairs (facilities, instruments).

    Pairs with anything missing are left out. A draw whose denominators add to 0 is left out as well; when
    the denominators given add to 0 everything is NaN. Raises ShapeMismatch if the lengths differ.
    """
    top, bottom = floats(numerators), floats(denominators)
    same_length(numerators=top, denominators=bottom)
    known = ~(np.isnan(top) | np.isnan(bottom))
    top, bottom = top[known], bottom[known]
    if bottom.sum() == 0:
        return Interval(np.nan, np.nan, np.nan, level)
    value = float(top.sum() / bottom.sum())
    if len(top) < 2:
        return Interval(value, np.nan, np.nan, level)
    picks = np.random.default_rng(seed).integers(0, len(top), size=(draws, len(top)))
    sums = bottom[picks].sum(axis=1)
    results = top[picks].sum(axis=1)[sums != 0] / sums[sums != 0]
    low, high = np.quantile(results, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)


def mtbf_interval(hours: float, failures: int, level: float = LEVEL) -> Interval:
    """Mean time between failures, hours / failures, with its chi-squared interval for a constant rate.

    [2T / chi2(1 - a/2; 2n + 2), 2T / chi2(a/2; 2n)], the end of the period being no failure. Without a
    failure the value is NaN and the upper bound infinite; the lower bound still says something. Zero hours
    give NaN throughout. Raises OutOfRange for negative input.
    Source: brief of the common operation metrics; W. Nelson, Applied Life Data Analysis (1982), ch. 3.
    """
    if failures < 0 or not hours >= 0:
        raise OutOfRange("Hours and failures must not be negative.")
    if hours == 0:
        return Interval(np.nan, np.nan, np.nan, level)
    tail = 1 - within("confidence level", level, 0.01, 0.9999)
    low = 2 * hours / chi2_quantile(1 - tail / 2, 2 * failures + 2)
    if failures == 0:
        return Interval(np.nan, low, np.inf, level)
    return Interval(hours / failures, low, 2 * hours / chi2_quantile(tail / 2, 2 * failures), level)
