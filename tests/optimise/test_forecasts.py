"""Slips, earned schedule, overlaps and scores, each against another way to compute it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leaps.optimise.errors import Unusable
from leaps.optimise.forecasts import (
    Record,
    brier,
    calibrate,
    crps,
    earned_schedule,
    months_with,
    overlap,
    score,
)

NAN = float("nan")
INTERVALS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), min_size=1, max_size=6)


def test_slips_of_the_past_give_a_log_normal_factor() -> None:
    found = calibrate([10, 20, 12, 18], [10, 40, NAN, 72])  # factors 1, 2 and 4

    assert found.n == 3
    assert found.median == pytest.approx(2)
    assert found.log_sigma == pytest.approx(math.log(2) * math.sqrt(4 / 3))
    assert found.applied_to(18).plan == 18
    assert found.applied_to(18).at_scores([0.0]) == pytest.approx([36])


@pytest.mark.parametrize(
    ("planned", "actual", "words"),
    [
        ([10], [12], "at least two finished projects"),
        ([10, 10], [12, NAN], "1 is known"),
        ([10, 0], [12, 3], "must be above 0"),
        ([10, 10, 10], [12, 3], "equally large"),
    ],
)
def test_slips_that_cannot_be_told(planned: list[float], actual: list[float], words: str) -> None:
    with pytest.raises(Unusable, match=words):
        calibrate(planned, actual)


def test_earned_schedule() -> None:
    found = earned_schedule([0, 10, 30, 60, 100], earned=20, at=3)

    assert found.schedule == 1.5  # half way from 10 to 30
    assert found.index == 0.5
    assert found.forecast == 3 + 2.5 / 0.5


@pytest.mark.parametrize(
    ("plan", "earned", "at", "wanted"),
    [
        ([0, 10, 20], 0, 1, (0, 0, NAN)),
        ([0, 10, 20], 20, 4, (2, 0.5, 4)),
        ([0, 10, 20, 20, 20], 25, 2, (2, 1, 2)),  # complete at month 2; more than planned changes nothing
        ([0, 10, 10, 20], 10, 2, (2, 1, 3)),  # level: the later month counts
        ([5, 10], 2, 1, (0, 0, NAN)),
    ],
)
def test_earned_schedule_at_the_edges(
    plan: list[float], earned: float, at: float, wanted: tuple[float, float, float]
) -> None:
    found = earned_schedule(plan, earned, at)

    assert (found.schedule, found.index, found.forecast) == pytest.approx(wanted, nan_ok=True)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=20), st.floats(0.01, 0.99))
def test_who_is_on_plan_ends_on_plan(steps: list[float], share: float) -> None:
    plan = np.concatenate([[0.0], np.cumsum(steps)])
    now = share * len(steps)

    found = earned_schedule(plan, float(np.interp(now, np.arange(len(plan)), plan)), now)

    assert found.index == pytest.approx(1)
    assert found.forecast == pytest.approx(len(steps))


@pytest.mark.parametrize("plan", [[], [1], [0, 2, 1], [0, NAN, 1]])
def test_a_plan_that_falls_has_no_earned_schedule(plan: list[float]) -> None:
    with pytest.raises(Unusable, match="must never fall"):
        earned_schedule(plan, 1, 1)


def test_earned_schedule_needs_time_to_have_passed() -> None:
    with pytest.raises(Unusable, match="a time after the start"):
        earned_schedule([0, 1], 0, 0)


def test_months_of_overlap() -> None:
    found = overlap(
        (np.array([0.0, 0, 0, 0]), np.array([10.0, 10, 10, 10])), ([8, 9, 10, 12], [20, 9.5, 20, 20])
    )

    assert found.months.tolist() == [2, 0.5, 0, 0]
    assert (found.mean, found.any) == (0.625, 0.5)
    assert found.quantiles[0] == 0.25


@given(INTERVALS, st.integers(1, 4))
def test_months_with_so_many_dark_counted_month_by_month(spans: list[tuple[int, int]], at_least: int) -> None:
    starts = [[a] for a, _n in spans]
    ends = [[a + n] for a, n in spans]
    counted = sum(sum(a <= month < a + n for a, n in spans) >= at_least for month in range(50))

    assert months_with(starts, ends, at_least).tolist() == [counted]


@given(INTERVALS.filter(lambda spans: len(spans) > 1))
def test_two_ways_to_the_overlap_of_two(spans: list[tuple[int, int]]) -> None:
    (a, n), (b, m) = spans[:2]

    assert overlap((a, a + n), (b, b + m)).mean == months_with([[a], [b]], [[a + n], [b + m]], 2)[0]


def test_brier() -> None:
    assert brier([1, 0, 0.5], [1, 0, 1]) == pytest.approx(0.25 / 3)
    assert brier([0.7, NAN, 0.2], [1, 1, NAN]) == pytest.approx(0.09)
    assert math.isnan(brier([], []))
    with pytest.raises(Unusable, match="between 0 and 1"):
        brier([1.2], [1])
    with pytest.raises(Unusable, match="An outcome is 1"):
        brier([0.2], [0.5])
    with pytest.raises(Unusable, match="equally large"):
        brier([0.2], [0, 1])


@pytest.mark.parametrize("actual", [-1.0, 0.0, 0.3, 2.5])
def test_crps_of_a_normal_forecast_is_the_known_formula(actual: float) -> None:
    draws = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    normal = stats.norm
    exact = actual * (2 * normal.cdf(actual) - 1) + 2 * normal.pdf(actual) - 1 / math.sqrt(math.pi)

    assert crps(draws, actual) == pytest.approx(exact, abs=1e-4)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=15), st.floats(-50, 50))
def test_crps_pair_by_pair(draws: list[float], actual: float) -> None:
    distance = np.mean([abs(x - actual) for x in draws])
    between = np.mean([abs(x - y) for x in draws for y in draws])

    assert crps(draws, actual) == pytest.approx(distance - between / 2, abs=1e-9)


def test_crps_needs_draws() -> None:
    with pytest.raises(Unusable, match="at least one draw"):
        crps([], 1)
    with pytest.raises(Unusable, match="none may be missing"):
        crps([1, NAN], 1)


def test_honest_forecasts_cover_what_they_say_and_optimists_show() -> None:
    rng = np.random.default_rng(12)
    truth = rng.normal(20, 3, 2000)
    honest = rng.normal(20, 3, (2000, 500))

    good, early = score(honest, truth), score(honest - 4, truth)

    assert good.below == pytest.approx((0.5, 0.8, 0.95), abs=0.03)
    assert good.bias == pytest.approx(0, abs=0.2)
    assert early.bias == pytest.approx(good.bias + 4)
    assert early.below[1] < 0.4
    assert early.crps > good.crps


def test_forecasts_are_scored_once_it_has_happened() -> None:
    found = score([[1, 2, 3], [4, 5, 6]], [2.5, NAN])

    assert (found.n, found.bias, found.below[0]) == (1, 0.5, 0)
    nothing: Record = score([[1, 2]], [NAN])
    assert nothing.n == 0
    assert math.isnan(nothing.crps)
    with pytest.raises(Unusable, match="1 forecasts and 2 outcomes"):
        score([[1, 2]], [1, 2])
