"""How well a challenge is covered: numbers in, numbers out.

A need is as well covered as its best route from question to instruments:

    need = max over routes of (strength / 3) × capacity
    capacity = min(1, (certain + possible / 2) / 5)

`strength` is that of the weakest step of the route (need → observable, observable → technique), 0 to 3. `certain` counts
the instruments that certainly can do what is required, `possible` those of which the catalogue does not tell; each counts
with the share of the year in which its facility is open. Five instruments are taken to be enough: a convention, for nobody
has recorded how much beam time a need asks for.

A challenge is the mean of its needs, each weighted with the strength of its step from the challenge:

    challenge = Σ weight × need / Σ weight

0 is a challenge of which no need can be met, 1 one whose every need has a route of full strength and five open instruments.
A challenge without needs, or with needs of strength 0 only, has no coverage: unknown is not zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leaps.landscape.types import STRONGEST

ENOUGH: Final = 5.0
POSSIBLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Route:
    """One way from a need to instruments: the strength of its weakest step, and the instruments open, counted in years."""

    strength: int
    certain: float
    possible: float


def capacity(certain: float, possible: float) -> float:
    """The share of five instruments that is open, 0 to 1; an instrument that only may fit counts half."""
    return min(1.0, (certain + POSSIBLE * possible) / ENOUGH)


def of_need(routes: Iterable[Route]) -> float:
    """The best of the routes, 0 to 1; 0 without any."""
    return max((route.strength / STRONGEST * capacity(route.certain, route.possible) for route in routes), default=0.0)


def of_challenge(needs: Iterable[tuple[int, float]]) -> float | None:
    """The mean of (weight, coverage) pairs, 0 to 1; None where no pair has weight."""
    pairs = list(needs)
    weight = sum(one for one, _covered in pairs)
    return sum(one * covered for one, covered in pairs) / weight if weight else None
