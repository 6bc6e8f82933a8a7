"""Bessel and error functions against SciPy."""

import numpy as np
import pytest
from scipy import special as scipy_special

from leaps.physics import special
from leaps.physics.errors import Unphysical


@pytest.mark.parametrize("order", [0, 1, 2, 7, 15, 40])
def test_j_agrees_with_scipy(order: int) -> None:
    x = np.concatenate([[0.0, 1e-9, 1e-3], np.linspace(0.01, 200, 3001)])

    assert special.bessel_j(order, x) == pytest.approx(scipy_special.jv(order, x), abs=1e-10)


@pytest.mark.parametrize("order", [0, 3, 14])
def test_the_difference_is_that_of_two(order: int) -> None:
    x = np.linspace(0, 40, 801)

    apart = scipy_special.jv(order, x) - scipy_special.jv(order + 1, x)
    assert special.bessel_j_difference(order, x) == pytest.approx(apart, abs=1e-10)


@pytest.mark.parametrize("order", [0.0, 1 / 3, 2 / 3, 1.0, 5 / 3, 3.0])
def test_k_agrees_with_scipy(order: float) -> None:
    y = np.geomspace(1e-8, 500, 1501)

    assert special.bessel_k(order, y) / scipy_special.kv(order, y) == pytest.approx(np.ones_like(y), abs=1e-9)


def test_the_integral_of_k_agrees_with_scipy() -> None:
    from scipy.integrate import quad

    y = np.array([1e-4, 0.01, 0.3, 1.0, 5.0, 30.0])
    exact = [quad(lambda s: scipy_special.kv(5 / 3, s), one, np.inf, epsabs=0, epsrel=1e-10, limit=400)[0] for one in y]

    assert special.bessel_k_tail(5 / 3, y) == pytest.approx(np.array(exact), rel=1e-6)


def test_erf_agrees_with_scipy_and_keeps_what_is_unknown() -> None:
    x = np.linspace(-9, 9, 4001)

    assert special.error_function(x) == pytest.approx(scipy_special.erf(x), abs=1e-12)
    assert np.isnan(special.error_function([np.nan, 0.0])[0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: special.bessel_j(-1, 1.0), lambda: special.bessel_j(0, -1.0), lambda: special.bessel_j(0, 2000.0),
        lambda: special.bessel_k(1.0, 0.0), lambda: special.bessel_k(1.0, 1000.0), lambda: special.bessel_k_tail(1.0, -1.0),
    ],
)  # fmt: skip
def test_outside_its_limits_it_refuses(call) -> None:
    with pytest.raises(Unphysical, match="must be"):
        call()
