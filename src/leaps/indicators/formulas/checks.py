"""What every formula asks of its input, and the two refusals they share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaps.core.errors import DomainError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class ShapeMismatch(DomainError):
    """Two arrays that belong together do not have the same length."""

    status = 422


class OutOfRange(DomainError):
    """A number lies where the formula has no meaning."""

    status = 422


def floats(values: ArrayLike) -> Floats:
    """As an array of float64; None becomes NaN, which stands for missing."""
    return np.asarray(values, dtype=np.float64)


def same_length(**arrays: Sequence[object] | NDArray[np.generic]) -> int:
    """The common length. Raises ShapeMismatch with the lengths by name."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ShapeMismatch(f"These lists belong together and must be equally long: {listed}.")
    return next(iter(lengths.values()))


def within(name: str, value: float, low: float, high: float) -> float:
    """The value, when low <= value <= high; else OutOfRange (NaN included)."""
    if not low <= value <= high:
        raise OutOfRange(f"The {name} must lie between {low:g} and {high:g}; it is {value:g}.")
    return value


def not_negative(name: str, values: Floats) -> None:
    """Raises OutOfRange if any known value is below zero; NaN passes, it is missing."""
    if np.any(values < 0):
        raise OutOfRange(f"The {name} must not be negative; the smallest is {np.nanmin(values):g}.")
