"""Bessel functions by quadrature, where NumPy has none.

J_n by the trapezoidal rule on its integral over a whole period, K_ν by the same rule on its integral over the
line. Both integrands are analytic, so the rule converges geometrically: with the steps used here the error is
below 1e-10 of the largest value. The tests hold both against SciPy.
"""

from functools import lru_cache

import numpy as np

from leaps.physics.errors import Floats, Numbers, Unphysical, floats


@lru_cache(maxsize=64)
def _half_circle(nodes: int) -> tuple[Floats, Floats]:
    """Angles from 0 to π and their weights for a periodic, even integrand; the weights sum to one."""
    angles = np.linspace(0.0, np.pi, nodes + 1)
    weights = np.full(nodes + 1, 1.0 / nodes)
    weights[[0, -1]] /= 2.0
    return angles, weights


def _nodes(order: float, largest: float) -> int:
    """So many intervals of the half circle that the next alias, J of about 2 nodes - order, is below 1e-12."""
    return int(np.ceil((order + largest + 20.0 + 7.0 * largest ** (1 / 3)) / 2.0)) + 2


def bessel_j(order: int, x: Numbers) -> Floats:
    """J_order(x) for whole orders 0, 1, 2 ... and x from 0 to 1000; the shape of x.

    J_n(x) = 1/π ∫_0^π cos(nθ - x sin θ) dθ (DLMF 10.9.2). Raises Unphysical outside these limits.
    """
    if order < 0:
        raise Unphysical(f"The order of J must be 0 or more; {order} is not.")
    values = floats("argument of J", x, 0.0, 1000.0)
    largest = float(values.max(initial=0.0))
    angles, weights = _half_circle(_nodes(order, largest))
    return np.cos(order * angles - values[..., None] * np.sin(angles)) @ weights


def bessel_j_difference(order: int, x: Numbers) -> Floats:
    """J_order(x) - J_order+1(x) in one go: what undulators need. Limits as in `bessel_j`."""
    values = floats("argument of J", x, 0.0, 1000.0)
    largest = float(values.max(initial=0.0))
    angles, weights = _half_circle(_nodes(order + 1, largest))
    # cos(a) - cos(a + θ) = 2 sin(a + θ/2) sin(θ/2)
    inner = (order + 0.5) * angles - values[..., None] * np.sin(angles)
    return np.sin(inner) @ (2.0 * np.sin(angles / 2.0) * weights)


def _over_t(values: Floats) -> tuple[Floats, Floats]:
    """Values of t from 0 until exp(-y cosh t) is below 1e-17 even at the smallest y, and their weights.

    The step resolves the Gaussian exp(-y t²/2) of the largest y; its error is about exp(-2π²/0.7²).
    """
    smallest, largest = float(values.min(initial=600.0)), float(values.max(initial=1.0))
    step = min(0.06, 0.7 / np.sqrt(largest))
    t = np.arange(0.0, np.arccosh(45.0 / smallest + 1.5) + step, step)
    weights = np.full_like(t, step)
    weights[0] /= 2.0
    return t, weights


def bessel_k(order: float, y: Numbers) -> Floats:
    """K_order(y) for y from 1e-8 to 600 and order 0 to 3; the shape of y.

    K_ν(y) = ∫_0^∞ exp(-y cosh t) cosh(νt) dt (DLMF 10.32.9). Raises Unphysical outside these limits.
    """
    values = floats("argument of K", y, 1e-8, 600.0)
    t, weights = _over_t(values)
    return np.exp(-values[..., None] * np.cosh(t)) @ (np.cosh(order * t) * weights)


def bessel_k_tail(order: float, y: Numbers) -> Floats:
    """∫_y^∞ K_order(s) ds, the integral of synchrotron radiation for order 5/3; limits as in `bessel_k`.

    The integral over s of exp(-s cosh t) is exp(-y cosh t) / cosh t, so it takes the same sum (V. O. Kostroun,
    Nucl. Instrum. Methods 172 (1980) 371).
    """
    values = floats("argument of the integral of K", y, 1e-8, 600.0)
    t, weights = _over_t(values)
    return np.exp(-values[..., None] * np.cosh(t)) @ (np.cosh(order * t) / np.cosh(t) * weights)


# A square wave of period 4 L, smoothed by a Gaussian, is the error function around each of its edges.
_L = 12.0
_K = np.arange(1, 61)


def error_function(x: Numbers) -> Floats:
    """erf(x), the shape of x, to 1e-12; NaN stays.

    Fourier series 4/π Σ exp(-(kπ/4L)²)/k sin(kπx/2L) over odd k, with L = 12. The next edge of the wave is at 24,
    so for |x| < 6, where erf does all its change, nothing of it is felt; beyond, erf is ±1 to rounding.
    """
    values = floats("argument of erf", x)
    inside = np.clip(values, -6.0, 6.0)
    odd = 2 * _K - 1
    weights = 4.0 / np.pi * np.exp(-((odd * np.pi / (2.0 * _L)) ** 2) / 4.0) / odd
    return np.asarray(np.where(np.isnan(values), np.nan, np.sin(inside[..., None] * (odd * np.pi / (2.0 * _L))) @ weights))
