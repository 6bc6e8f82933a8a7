"""What is asked when dark periods are planned: moves, rules, scenarios, demand and what is open anyhow.

Axes as in `leaps.optimise.dark`: facilities F, techniques T, communities K, months M; C for the dark periods that
may be moved, S for scenarios. Months are counted from 0.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leaps.optimise.dark import Demand, Supply
from leaps.optimise.errors import Floats, Integers, Unusable, no_repeats, within


@dataclass(frozen=True, slots=True)
class Move:
    """A dark period that may be moved: `length` months, then `ramp` (one share a month); planned from `planned`.

    It may begin in the months `allowed`, counted from 0. What reaches beyond the last month is cut off.
    """

    facility: str
    length: int
    planned: int
    allowed: tuple[int, ...]
    ramp: tuple[float, ...] = ()
    cost: float = 0.0

    def __post_init__(self) -> None:
        within(f"dark length of {self.facility}", self.length, 1)
        if not self.allowed or list(self.allowed) != sorted(set(self.allowed)) or self.allowed[0] < 0:
            raise Unusable(
                f"{self.facility} needs at least one month in which it may begin, in order, none before 0."
            )
        if any(not 0 <= share <= 1 for share in self.ramp):
            raise Unusable(f"The shares of the ramp of {self.facility} must lie between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Gap:
    """Two of these facilities must begin at least so many months apart (one supplier, one crew)."""

    name: str
    facilities: tuple[str, ...]
    months: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The costs of the dark periods that begin in months `first` to `last` (both included) stay within `limit`."""

    name: str
    first: int
    last: int
    limit: float


@dataclass(frozen=True, slots=True)
class Floor:
    """At least so many hours of a technique in every month."""

    technique: str
    hours: float


@dataclass(frozen=True, slots=True)
class Window:
    """A facility begins in one of the months allowed; made from each Move, to be named when it has to give way."""

    facility: str


Rule = Gap | Budget | Floor | Window


@dataclass(frozen=True, slots=True)
class Scenario:
    """Dark lengths that may come true, in months, one for each Move, with a probability."""

    probability: float
    lengths: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Question:
    """What is to be planned. `opened`: how far facilities are open apart from the moves, (F, M).

    `floors`, `floor_weights`: hours that a technique should have in every month, and how much it matters, (T,).
    `weights`: how much an unmet hour matters, (T, K). Missing: no floors, all weights 1. `rules` must hold.
    `scenarios`: empty for the lengths of the moves. `risk`: weight of CVaR.
    """

    supply: Supply
    demand: Demand
    opened: Floats
    moves: tuple[Move, ...]
    floors: Floats | None = None
    floor_weights: Floats | None = None
    weights: Floats | None = None
    rules: tuple[Gap | Budget | Floor, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    risk: float = 0.0

    def __post_init__(self) -> None:
        months = self.opened.shape[1]
        names = [move.facility for move in self.moves]
        no_repeats("move", names)
        if self.opened.shape != (len(self.supply.facilities), self.demand.hours.shape[2]):
            raise Unusable(
                f"The openness has the shape {self.opened.shape}; it must have the facilities and months."
            )
        if self.demand.hours.shape[0] != len(self.supply.techniques):
            raise Unusable("Demand and supply must have the same techniques.")
        if len(self.demand.guest_share) != len(self.supply.facilities):
            raise Unusable("Demand and supply must have the same facilities.")
        for move in self.moves:
            if move.facility not in self.supply.facilities:
                raise Unusable(f"“{move.facility}” is to be moved, but it is not among the facilities.")
            if move.allowed[-1] >= months:
                raise Unusable(
                    f"{move.facility} may begin in month {move.allowed[-1]}, beyond the {months} months."
                )
        for rule in self.rules:
            if isinstance(rule, Gap) and (missing := sorted(set(rule.facilities) - set(names))):
                raise Unusable(f"The rule “{rule.name}” names {missing[0]}, which is not to be moved.")
            if isinstance(rule, Floor) and rule.technique not in self.supply.techniques:
                raise Unusable(f"A floor is set for “{rule.technique}”, which nobody offers.")
        for name, array, shape in (
            ("floors", self.floors, self.demand.hours.shape[:1]),
            ("weights of floors", self.floor_weights, self.demand.hours.shape[:1]),
            ("weights", self.weights, self.demand.hours.shape[:2]),
        ):
            if array is not None and (array.shape != shape or not (array >= 0).all()):
                raise Unusable(f"The {name} must be known, not negative and of shape {shape}.")
        within("weight of the risk", self.risk, 0)
        if self.scenarios:
            if any(len(s.lengths) != len(names) or min(s.lengths, default=1) < 1 for s in self.scenarios):
                raise Unusable("Every scenario needs a length of at least one month for each move.")
            if any(s.probability < 0 for s in self.scenarios) or not math.isclose(
                sum(s.probability for s in self.scenarios), 1
            ):
                raise Unusable("The probabilities of the scenarios must add to 1.")

    @cached_property
    def places(self) -> Integers:
        """The place of each move's facility, (C,)."""
        return np.array([self.supply.facilities.index(m.facility) for m in self.moves], dtype=np.int64)

    @cached_property
    def cases(self) -> tuple[Scenario, ...]:
        """The scenarios, or the one of the planned lengths."""
        return self.scenarios or (Scenario(1.0, tuple(move.length for move in self.moves)),)

    @cached_property
    def chances(self) -> Floats:
        """Probabilities, (S,)."""
        return np.array([case.probability for case in self.cases])

    @cached_property
    def shut(self) -> Floats:
        """Part of a facility that is closed in month m if it begins in month b, (S, C, b, M)."""
        months = self.opened.shape[1]
        found = np.zeros((len(self.cases), len(self.moves), months, months))
        for s, case in enumerate(self.cases):
            for c, (move, length) in enumerate(zip(self.moves, case.lengths, strict=True)):
                kernel = np.concatenate([np.ones(length), 1 - np.array(move.ramp), np.zeros(months)])[:months]
                for begin in range(months):
                    found[s, c, begin, begin:] = kernel[: months - begin]
        return found

    @cached_property
    def usable(self) -> Floats:
        """Hours of each technique at each open facility, (F, T, M)."""
        return _monthly(self.supply.usable, self.opened.shape[1])

    @cached_property
    def reachable(self) -> Floats:
        """Capacity for the floors, (F, T, M)."""
        return _monthly(self.supply.reachable, self.opened.shape[1])

    @cached_property
    def plain(self) -> bool:
        """Whether unmet demand has a closed form: an unmet hour matters equally to all, and so does a guest hour."""
        weights, transfer = self.weights, self.demand.transfer
        return (weights is None or bool((weights == weights[:, :1]).all())) and bool(
            (transfer == transfer[0]).all()
        )

    def openness(self, starts: Integers) -> Floats:
        """How far facilities are open with these starts (plans, C): (plans, S, F, M)."""
        found = np.repeat(self.opened[None, None], len(starts), axis=0).repeat(len(self.cases), axis=1)
        for c, place in enumerate(self.places):
            found[:, :, place] *= 1 - self.shut[:, c, starts[:, c]].transpose(1, 0, 2)
        return found


def in_words(rule: Rule) -> str:
    """A rule as a message names it."""
    if isinstance(rule, Gap):
        return f"“{rule.name}” ({', '.join(rule.facilities)}: {rule.months} months apart)"
    if isinstance(rule, Budget):
        return f"“{rule.name}” (starts in months {rule.first} to {rule.last} within {rule.limit:g})"
    if isinstance(rule, Floor):
        return f"the floor of {rule.hours:g} hours for {rule.technique}"
    return f"the months in which {rule.facility} may begin"


def _monthly(hours: Floats, months: int) -> Floats:
    return hours if hours.ndim == 3 else np.repeat(hours[:, :, None], months, axis=2)
