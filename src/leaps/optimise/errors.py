"""The refusals of the engines: sentences that name what is wrong and what would cure it."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Unusable(ValueError):
    """Input that has no meaning for the engine. `str(error)` is a sentence a person can act on."""


class Circular(Unusable):
    """Tasks that wait for each other; `names` is the circle, its first task repeated at the end."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        shown = " → ".join(self.names)
        super().__init__(
            f"These tasks wait for each other in a circle: {shown}. Remove one of these dependencies."
        )


def within(name: str, value: float, low: float, high: float = math.inf) -> float:
    """The value, when it is a number and low <= value <= high; else Unusable."""
    if not (math.isfinite(value) and low <= value <= high):
        limits = f"be {low:g} or more" if math.isinf(high) else f"lie between {low:g} and {high:g}"
        raise Unusable(f"The {name} must {limits}; it is {value:g}.")
    return value


def no_repeats(name: str, keys: Iterable[str]) -> None:
    """Raises Unusable with the keys that stand more than once."""
    seen: set[str] = set()
    twice = sorted({key for key in keys if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
    if twice:
        raise Unusable(f"Every {name} needs a key of its own; these stand twice: {', '.join(twice)}.")
