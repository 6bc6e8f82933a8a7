"""Progress of targets and milestones at their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.optimise.errors import Unusable
from leaps.optimise.progress import Course, Progress, Status, expected, milestone_status, progress, standing


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
    ("share", "sigma", "course"),
    [
        (0.61, math.nan, Course.AHEAD),
        (0.6, math.nan, Course.ON_COURSE),  # a tenth itself is on course
        (0.4, math.nan, Course.ON_COURSE),
        (0.39, math.nan, Course.BEHIND),
        (0.65, 0.07, Course.AHEAD),  # 0.15 - 2 x 0.07 is above 0
        (0.65, 0.08, Course.UNCERTAIN),  # 0.15 - 2 x 0.08 is not
        (0.35, 0.07, Course.BEHIND),
        (0.35, 0.08, Course.UNCERTAIN),
        (0.5, 0.125, Course.ON_COURSE),  # all of it within a quarter
        (0.5, 0.126, Course.UNCERTAIN),
        (0.5, 0.0, Course.ON_COURSE),
    ],
)
def test_the_course_against_what_should_be(share: float, sigma: float, course: Course) -> None:
    found = standing(Progress(share, sigma, logarithmic=False), 0.5)

    assert found.course is course
    assert found.lead == pytest.approx(share - 0.5)
    assert found.is_told_without_sigma is math.isnan(sigma)


@given(st.floats(-0.5, 1.5), st.floats(0, 1), st.floats(0, 1))
def test_more_uncertainty_never_makes_a_course_surer(share: float, should: float, sigma: float) -> None:
    sure, vague = (standing(Progress(share, one, logarithmic=False), should).course for one in (sigma, 2 * sigma))

    assert vague in (sure, Course.UNCERTAIN)


@given(st.floats(0.01, 0.99), st.floats(0, 0.3))
def test_ahead_and_behind_are_mirror_images(lead: float, sigma: float) -> None:
    over, under = (standing(Progress(sign * lead, sigma, logarithmic=False), 0.0).course for sign in (1, -1))

    assert (over, under) in ((Course.AHEAD, Course.BEHIND), (Course.ON_COURSE, Course.ON_COURSE), (Course.UNCERTAIN, Course.UNCERTAIN))


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0, 100))
def test_uncertainty_is_the_slope_of_progress(baseline: float, goal: float, value: float, sigma: float) -> None:
    """The delta rule: |dP/dm| sigma, with the slope taken from two neighbouring values."""
    if abs(baseline - goal) < 1:
        return
    found = progress(baseline, goal, value, sigma=sigma)
    step = value * 1e-6
    slope = abs(progress(baseline, goal, value + step).share - progress(baseline, goal, value - step).share) / (2 * step)

    assert found.sigma == pytest.approx(slope * sigma, rel=1e-3, abs=1e-9)


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0.1, 100), st.floats(0.5, 2))
def test_progress_does_not_depend_on_the_unit(baseline: float, goal: float, value: float, sigma: float, factor: float) -> None:
    if abs(baseline - goal) < 1 or abs(max(baseline, goal) / min(baseline, goal) - 10) < 1e-6:
        return
    one = progress(baseline, goal, value, sigma=sigma)
    other = progress(factor * baseline, factor * goal, factor * value, sigma=factor * sigma)

    assert (other.share, other.sigma) == (pytest.approx(one.share, rel=1e-9, abs=1e-9), pytest.approx(one.sigma, rel=1e-9))


def test_an_emittance_with_its_uncertainty() -> None:
    """From 4000 to 40 pm rad, 400 ± 20 measured: half of the way, 20 / (400 ln 100) = 0.0109 uncertain."""
    found = progress(4000, 40, 400, sigma=20)

    assert (found.share, found.logarithmic) == (pytest.approx(0.5), True)
    assert found.sigma == pytest.approx(0.010857, rel=1e-4)


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
