"""Intervals against printed examples and against their own coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leaps.indicators.formulas import intervals
from leaps.indicators.formulas.checks import OutOfRange, ShapeMismatch


def test_wilson_of_newcombes_table() -> None:
    # Newcombe, Stat. Med. 17 (1998) 857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    low, high = intervals.wilson([81, 15, 0, 1], [263, 148, 20, 29])

    assert np.round(low, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(high, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_equals_scipy_and_contains_the_share(x: int, n: int) -> None:
    x = min(x, n)
    low, high = intervals.wilson(x, n)
    peer = stats.binomtest(x, n).proportion_ci(method="wilson")

    assert float(low) == pytest.approx(peer.low, abs=1e-12)
    assert float(high) == pytest.approx(peer.high, abs=1e-12)
    assert low - 1e-12 <= x / n <= high + 1e-12


def test_wilson_without_trials_is_unknown() -> None:
    low, high = intervals.wilson([0, 1], [0, float("nan")])

    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_wilson_refuses_more_successes_than_trials() -> None:
    with pytest.raises(OutOfRange, match="more successes than trials"):
        intervals.wilson(3, 2)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe, Stat. Med. 17 (1998) 873, table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_of_the_paper(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    result = intervals.newcombe_difference(first, second)

    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60))
def test_newcombe_changes_sign_with_the_order(x1: int, x2: int, n1: int, n2: int) -> None:
    first, second = (min(x1, n1), n1), (min(x2, n2), n2)
    there, back = intervals.newcombe_difference(first, second), intervals.newcombe_difference(second, first)

    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 - 1e-12 <= there.low <= there.value + 1e-12
    assert there.value - 1e-12 <= there.high <= 1 + 1e-12


def test_difference_p_value_equals_the_chi_squared_test() -> None:
    peer = stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue

    assert intervals.difference_p_value((56, 70), (48, 80)) == pytest.approx(peer)
    assert intervals.difference_p_value((5, 5), (7, 7)) == 1.0
    assert math.isnan(intervals.difference_p_value((0, 0), (7, 7)))


def test_holm_by_hand() -> None:
    # 0.01 * 4, 0.02 * 3, 0.03 * 2 (raised to the one before), 0.5 * 1.
    adjusted = intervals.holm([0.03, 0.01, float("nan"), 0.5, 0.02])

    assert adjusted[[0, 1, 3, 4]].tolist() == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert math.isnan(adjusted[2])


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_keeps_order_and_never_lowers(p: list[float]) -> None:
    adjusted = intervals.holm(p)

    assert (adjusted >= np.array(p)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    if p:
        assert adjusted.min() == pytest.approx(min(1, min(p) * len(p)))


def test_bootstrap_is_the_same_for_the_same_seed_and_covers() -> None:
    rng = np.random.default_rng(5)
    sample = rng.normal(10, 3, 80)
    once = intervals.bootstrap(sample, np.mean, seed=4)

    assert once == intervals.bootstrap(sample, np.mean, seed=4)
    assert once != intervals.bootstrap(sample, np.mean, seed=5)
    hits = sum(
        10 in intervals.bootstrap(rng.normal(10, 3, 40), np.mean, seed=i, draws=400) for i in range(300)
    )
    assert 0.89 < hits / 300 < 0.98


def test_bootstrap_of_too_little() -> None:
    assert math.isnan(intervals.bootstrap([float("nan")], seed=1).value)
    single = intervals.bootstrap([4.0], seed=1)
    assert single.value == 4.0
    assert math.isnan(single.low)


def test_bootstrap_ratio_resamples_pairs() -> None:
    # Each pair has the ratio 2: whatever is drawn, so has the sum.
    result = intervals.bootstrap_ratio([2, 20, 4, float("nan")], [1, 10, 2, 5], seed=3)

    assert (result.value, result.low, result.high) == (2, 2, 2)
    assert math.isnan(intervals.bootstrap_ratio([1, 2], [0, 0], seed=3).value)
    with pytest.raises(ShapeMismatch):
        intervals.bootstrap_ratio([1, 2], [1], seed=3)


@given(st.floats(1, 1e5), st.integers(1, 400), st.sampled_from([0.8, 0.9, 0.95]))
def test_mtbf_interval_equals_its_definition(hours: float, failures: int, level: float) -> None:
    result = intervals.mtbf_interval(hours, failures, level)
    tail = 1 - level

    assert result.value == hours / failures
    assert result.low == pytest.approx(2 * hours / stats.chi2.ppf(1 - tail / 2, 2 * failures + 2))
    assert result.high == pytest.approx(2 * hours / stats.chi2.ppf(tail / 2, 2 * failures))
    assert result.value in result


def test_mtbf_interval_without_failure_or_without_time() -> None:
    quiet = intervals.mtbf_interval(5000, 0)

    assert math.isnan(quiet.value)
    # No failure in T: at 95 % two-sided the mean time is above T / ln(40).
    assert quiet.low == pytest.approx(5000 / math.log(40))
    assert quiet.high == math.inf
    assert math.isnan(intervals.mtbf_interval(0, 0).low)
    with pytest.raises(OutOfRange):
        intervals.mtbf_interval(-1, 0)
