"""How far a target is reached, how far it should be, and whether to worry. Progress is computed, never typed.

Dates are numbers in any one unit (days, years). Thresholds for green and amber: a tenth and a quarter.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import ndtr

from leaps.optimise.errors import Unusable, within

GREEN_TO, AMBER_TO = 0.1, 0.25
"""Up to this share behind a status is green, up to that amber."""

LOG_FROM = 10.0
"""From this ratio of goal and baseline on, progress is counted on a logarithmic scale."""


class Status(StrEnum):
    """How a target or milestone stands."""

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

    `sigma` is the standard uncertainty of the value, in its unit; small against it on the logarithmic scale. The
    direction (higher or lower is better) follows from baseline and goal. Raises Unusable if these are equal, if a number
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


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with the chances of green, amber and red when the value is uncertain; they add to 1.

    `behind`: how much less of the way is done than should be; negative when ahead.
    """

    status: Status
    behind: float
    chances: tuple[float, float, float]


def standing(reached: Progress, should: float) -> Standing:
    """Compare what is reached with what should be: green up to 0.1 behind, amber up to 0.25, red beyond.

    Without a known uncertainty the chances are 1 for the status and 0 for the others.
    """
    behind = should - reached.share
    status = _status(behind)
    if reached.sigma > 0:
        green = float(ndtr((GREEN_TO - behind) / reached.sigma))
        not_red = float(ndtr((AMBER_TO - behind) / reached.sigma))
        return Standing(status, behind, (green, not_red - green, 1 - not_red))
    sure = tuple(float(status is one) for one in Status)
    return Standing(status, behind, (sure[0], sure[1], sure[2]))


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
    # 0.1 and 0.25 themselves belong to the better side, also after rounding.
    if behind <= GREEN_TO + 1e-12:
        return Status.GREEN
    return Status.AMBER if behind <= AMBER_TO + 1e-12 else Status.RED
