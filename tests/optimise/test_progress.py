"""Progress of targets and milestones at their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.optimise.errors import Unusable
from leaps.optimise.progress import Progress, Status, expected, milestone_status, progress, standing


def test_progress_on_a_linear_scale() -> None:
    """Availability from 96 to 99 %."""
    found = progress(96, 99, 98.25, sigma=0.3)

    assert (found.share, found.logarithmic) == (0.75, False)
    assert found.sigma == pytest.approx(0.1)


def test_progress_where_less_is_better() -> None:
    assert progress(100, 50, 60).share == pytest.approx(0.8)
    assert progress(100, 50, 110).share == pytest.approx(-0.2)


def test_progress_over_more_than_a_factor_of_ten_is_logarithmic() -> None:
    """Emittance from 4000 to 133 pm rad; half of the way is the geometric mean."""
    found = progress(4000, 133, math.sqrt(4000 * 133))

    assert (found.share, found.logarithmic) == (pytest.approx(0.5), True)
    assert progress(1, 10, 5.5).share == 0.5  # exactly ten: linear still
    assert progress(0, 100, 25).share == 0.25  # no logarithm of 0


def test_uncertainty_on_the_logarithmic_scale_is_that_of_many_values() -> None:
    values = np.random.default_rng(1).normal(500, 10, 20_000)
    found = progress(4000, 133, 500, sigma=10)

    spread = np.std([progress(4000, 133, value).share for value in values])
    assert found.sigma == pytest.approx(spread, rel=0.03)


def test_unknown_uncertainty_stays_unknown() -> None:
    assert math.isnan(progress(96, 99, 98).sigma)


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(1, 1e4))
def test_baseline_is_nothing_and_goal_is_all(baseline: float, goal: float, value: float) -> None:
    if abs(baseline - goal) < 1e-3:
        return

    assert progress(baseline, goal, baseline).share == 0
    assert progress(baseline, goal, goal).share == pytest.approx(1)
    # The way back is the way there.
    there, back = progress(baseline, goal, value), progress(goal, baseline, value)
    assert there.share + back.share == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((5, 5, 5), "The goal equals the baseline (5)"),
        ((5, math.nan, 5), "as numbers"),
        ((1, 100, 0), "spans a factor of 100; a value of 0 has no place"),
    ],
)
def test_a_target_without_a_way_is_refused(numbers: tuple[float, float, float], words: str) -> None:
    with pytest.raises(Unusable) as refused:
        progress(*numbers)

    assert words in str(refused.value)


def test_a_negative_uncertainty_is_refused() -> None:
    with pytest.raises(Unusable, match="uncertainty of the value must be 0 or more"):
        progress(1, 2, 1.5, sigma=-1)


def test_what_should_be_reached() -> None:
    assert [expected(2020, 2030, year) for year in (2018, 2020, 2025, 2030, 2040)] == [0, 0, 0.5, 1, 1]
    assert [expected(0, 4, x, s_curve=True) for x in (0, 1, 2, 3, 4)] == [0, 0.15625, 0.5, 0.84375, 1]
    with pytest.raises(Unusable, match="due after it starts"):
        expected(2030, 2030, 2025)


@pytest.mark.parametrize(
    ("share", "status"),
    [
        (0.7, Status.GREEN),
        (0.5, Status.GREEN),
        (0.4, Status.GREEN),
        (0.39, Status.AMBER),
        (0.25, Status.AMBER),
        (0.24, Status.RED),
    ],
)
def test_status_by_what_is_missing(share: float, status: Status) -> None:
    found = standing(Progress(share, math.nan, logarithmic=False), 0.5)

    assert found.status is status
    assert found.chances == tuple(float(status is one) for one in (Status.GREEN, Status.AMBER, Status.RED))


def test_an_uncertain_value_has_chances() -> None:
    drawn = 0.5 - np.random.default_rng(2).normal(0.35, 0.1, 100_000)
    found = standing(Progress(0.35, 0.1, logarithmic=False), 0.5)

    assert found.status is Status.AMBER
    assert found.behind == pytest.approx(0.15)
    assert found.chances == pytest.approx(
        [(drawn <= 0.1).mean(), ((drawn > 0.1) & (drawn <= 0.25)).mean(), (drawn > 0.25).mean()], abs=0.01
    )
    assert sum(found.chances) == pytest.approx(1)


@pytest.mark.parametrize(
    ("baseline", "forecast", "now", "status"),
    [
        (100, 100, 0, Status.GREEN),
        (100, 90, 0, Status.GREEN),
        (100, 110, 0, Status.GREEN),  # a tenth of the hundred that remain
        (100, 111, 0, Status.AMBER),
        (100, 125, 0, Status.AMBER),
        (100, 126, 0, Status.RED),
        (100, 105, 60, Status.AMBER),  # five of forty
        (100, 101, 100, Status.RED),
        (100, 130, 120, Status.RED),
        (100, 100, 120, Status.RED),  # still forecast for a day that has passed
        (100, 90, 95, Status.GREEN),
    ],
)
def test_status_of_a_milestone_by_slip(baseline: float, forecast: float, now: float, status: Status) -> None:
    assert milestone_status(baseline, forecast, now) is status
