"""What the formulas refuse, in sentences a person can act on."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = ArrayLike


class Unphysical(ValueError):
    """A number that has no meaning in the formula, or lies where the formula is not valid."""


def floats(name: str, values: Numbers, low: float = -np.inf, high: float = np.inf, *, open_low: bool = False) -> Floats:
    """The values as an array, when all lie in low..high (above low, where `open_low`); NaN, which means unknown, passes.

    Raises Unphysical with the first that does not.
    """
    found = np.asarray(values, dtype=np.float64)
    wrong = (found < low) | (found > high)
    if open_low:
        wrong |= found == low
    if wrong.any():
        limits = f"above {low:g}" if open_low else f"{low:g} or more"
        if np.isfinite(high):
            limits = f"between {low:g} and {high:g}"
        raise Unphysical(f"The {name} must be {limits}; {found[wrong].flat[0]:g} is not.")
    return found


def positive(name: str, values: Numbers) -> Floats:
    """The values, when all are above zero."""
    return floats(name, values, 0.0, open_low=True)


def odd_harmonic(values: Numbers) -> Floats:
    """Numbers of harmonics, when all are odd: 1, 3, 5 ... Even ones have no light on the axis of a planar device."""
    found = floats("number of the harmonic", values, 1.0)
    if ((found % 2) != 1).any():
        raise Unphysical("On the axis a planar undulator shines in odd harmonics only: 1, 3, 5 and so on.")
    return found
