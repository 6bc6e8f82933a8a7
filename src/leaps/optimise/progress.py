"""How far a target is reached, how far it should be, and whether to worry. Progress is computed, never typed.

Dates are numbers in any one unit (days, years). Thresholds for green and amber: a tenth and a quarter. Progress with its
uncertainty, P = (m - m_0) / (m_goal - m_0), and the straight line or S-curve to hold it against are those of the brief on
roadmaps (section 4, tracking rules); the uncertainty is carried by the law of propagation of the Guide to the Expression of
Uncertainty in Measurement (JCGM 100:2008, 5.1.2), with baseline and goal as given numbers.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from leaps.optimise.errors import Unusable, within

GREEN_TO, AMBER_TO = 0.1, 0.25
"""Up to this share behind a status is green, up to that amber."""

_ROUNDING = 1e-12

LOG_FROM = 10.0
"""From this ratio of goal and baseline on, progress is counted on a logarithmic scale."""


class Status(StrEnum):
    """How a milestone stands."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Progress:
    """Share of the way from baseline to goal: 0 at the baseline, 1 at the goal, beyond if better or worse.

    `sigma`: its standard uncertainty; NaN if that of the measurement is not known. `logarithmic`: which scale was used.
    """

    share: float
    sigma: float
    logarithmic: bool


def progress(baseline: float, goal: float, value: float, *, sigma: float = math.nan) -> Progress:
    """P = (m - m_0) / (m_goal - m_0); of logarithms when goal and baseline differ by more than a factor of 10.

    `sigma` is the standard uncertainty of the value, in its unit: it becomes sigma / |m_goal - m_0|, and on the logarithmic
    scale, to first order, sigma / (m |ln(m_goal / m_0)|), which holds while it is small against the value. The direction (higher or lower is better) follows from baseline and goal. Raises Unusable if these are equal, if a number
    is missing, or if the value is not above 0 on a logarithmic scale.
    """
    if not all(math.isfinite(number) for number in (baseline, goal, value)):
        raise Unusable("Progress needs baseline, goal and value as numbers.")
    if baseline == goal:
        raise Unusable(
            f"The goal equals the baseline ({goal:g}): there is no way between them. Correct one of them, or drop the target."
        )
    if not math.isnan(sigma):
        within("uncertainty of the value", sigma, 0)
    low, high = sorted((baseline, goal))
    if low > 0 and high / low > LOG_FROM:
        if value <= 0:
            raise Unusable(
                f"This target spans a factor of {high / low:.3g}; a value of {value:g} has no place on its scale."
            )
        way = math.log(goal / baseline)
        return Progress(math.log(value / baseline) / way, sigma / value / abs(way), logarithmic=True)
    return Progress((value - baseline) / (goal - baseline), sigma / abs(goal - baseline), logarithmic=False)


def expected(start: float, due: float, now: float, *, s_curve: bool = False) -> float:
    """What share should be reached now: a straight line from start to due, or an S-curve 3x² - 2x³; 0 before, 1 after.

    Raises Unusable unless the start lies before the due date.
    """
    if not start < due:
        raise Unusable("A target is due after it starts. Correct one of the two dates.")
    x = min(max((now - start) / (due - start), 0.0), 1.0)
    return x * x * (3 - 2 * x) if s_curve else x


COVERAGE = 2.0
"""Standard uncertainties to each side within which the true value is taken to lie: about 95 % of a normal distribution."""


class Course(StrEnum):
    """How a target stands against what should be reached by now."""

    AHEAD = "ahead"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Standing:
    """A course, and how much more of the way is done than should be; negative when less. `sigma` NaN: not stated."""

    course: Course
    lead: float
    sigma: float

    @property
    def is_told_without_sigma(self) -> bool:
        """Whether nobody stated how uncertain the measurement is, so that the course takes the value as exact."""
        return math.isnan(self.sigma)


def standing(reached: Progress, should: float) -> Standing:
    """Compare what is reached with what should be: d = P - P_expected, with d - 2 sigma to d + 2 sigma as what d may be.

    Ahead or behind: d is beyond a tenth of the way, and all that it may be lies on that side of 0. On course: d is within a
    tenth, and all that it may be within a quarter. Else too uncertain to say. Without a known uncertainty d is taken as it
    is; nothing is assumed in its place, and `is_told_without_sigma` says so.
    """
    lead = reached.share - should
    spread = 0.0 if math.isnan(reached.sigma) else COVERAGE * reached.sigma
    # A tenth and a quarter themselves belong to the better side, also after rounding.
    if abs(lead) <= GREEN_TO + _ROUNDING:
        course = Course.ON_COURSE if abs(lead) + spread <= AMBER_TO + _ROUNDING else Course.UNCERTAIN
    elif abs(lead) <= spread:
        course = Course.UNCERTAIN
    else:
        course = Course.AHEAD if lead > 0 else Course.BEHIND
    return Standing(course, lead, reached.sigma)


def milestone_status(baseline: float, forecast: float, now: float) -> Status:
    """By slip against what remains: (forecast - baseline) / (baseline - now), green to 0.1, amber to 0.25.

    Without a slip it is green. Once the baseline has passed, any slip is red: nothing remains to catch it up.
    """
    slip = forecast - baseline
    if slip <= 0:
        return Status.GREEN if forecast >= now or baseline >= now else Status.RED
    remaining = baseline - now
    return _status(slip / remaining) if remaining > 0 else Status.RED


def _status(behind: float) -> Status:
    if behind <= GREEN_TO + _ROUNDING:
        return Status.GREEN
    return Status.AMBER if behind <= AMBER_TO + _ROUNDING else Status.RED
