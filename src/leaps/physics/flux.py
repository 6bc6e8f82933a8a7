"""Photons of an undulator: in the central cone, and per solid angle on the axis.

Sources: K.-J. Kim, AIP Conf. Proc. 184 (1989) 565; X-ray Data Booklet (2009), section 2.1; for two crossed fields
R. P. Walker, B. Diviacco, CERN 98-04 (1998) 129.
"""

import numpy as np

from leaps.physics.constants import ELECTRON_REST_GEV, ELEMENTARY_CHARGE_C, FINE_STRUCTURE
from leaps.physics.errors import Floats, Numbers, floats, odd_harmonic, positive
from leaps.physics.special import bessel_j, bessel_j_difference

PEAK_OVER_RESONANCE = 2.0
"""The handbook's 1.431e14 N I Q_n is the peak of the flux over all angles, a little below resonance: about twice
the flux exactly on resonance, 7.155e13 N I Q_n. Published brilliance that uses it is twice as high as ours."""


def on_axis(k: Numbers, harmonic: Numbers = 1) -> Floats:
    """F_n(K) of a planar device: n²K²/(1+K²/2)² [J_(n-1)/2(Y) - J_(n+1)/2(Y)]², Y = nK²/(4+2K²); no unit.

    Odd harmonics; shapes of `k` and `harmonic` broadcast. Raises Unphysical for even harmonics or K below 0.
    """
    k = floats("K", k, 0.0)
    n = odd_harmonic(harmonic)
    y = n * k**2 / (4 + 2 * k**2)
    shape = y.shape
    numbers = np.broadcast_to(n, shape)
    jj = np.empty(shape)
    for one in np.unique(n):
        where = numbers == one
        known = np.isfinite(y) & where
        jj[where] = np.nan
        jj[known] = bessel_j_difference(int(one - 1) // 2, y[known])
    return np.asarray(n**2 * k**2 / (1 + k**2 / 2) ** 2 * jj**2)


def on_axis_crossed(k_x: Numbers, k_y: Numbers, harmonic: int = 1) -> Floats:
    """F_n of a device with two fields across each other and a quarter of a period apart: planar to helical.

    n²/(1+Kx²/2+Ky²/2)² [Kx²(J_p + J_q)² + Ky²(J_p - J_q)²], p = (n-1)/2, q = (n+1)/2, at
    Y = n(Ky²-Kx²)/(4(1+Kx²/2+Ky²/2)). With k_x = 0 it is `on_axis`; with equal fields 2K²/(1+K²)² for n = 1 and
    nothing for higher harmonics.
    """
    n = int(odd_harmonic(harmonic))
    k_x, k_y = floats("K", k_x, 0.0), floats("K", k_y, 0.0)
    bend = 1 + k_x**2 / 2 + k_y**2 / 2
    y = n * (k_y**2 - k_x**2) / (4 * bend)
    p, q = (n - 1) // 2, (n + 1) // 2
    size = np.abs(y)
    # J of a negative argument: (-1)^order J
    j_p = np.where(y < 0, (-1.0) ** p, 1.0) * bessel_j(p, size)
    j_q = np.where(y < 0, (-1.0) ** q, 1.0) * bessel_j(q, size)
    return np.asarray(n**2 / bend**2 * (k_x**2 * (j_p + j_q) ** 2 + k_y**2 * (j_p - j_q) ** 2))


def q_factor(k: Numbers, harmonic: Numbers = 1) -> Floats:
    """Q_n(K) = (1+K²/2) F_n/n; no unit, below 1."""
    return np.asarray((1 + floats("K", k, 0.0) ** 2 / 2) * on_axis(k, harmonic) / odd_harmonic(harmonic))


def central_cone(k: Numbers, harmonic: Numbers, periods: Numbers, current_a: Numbers) -> Floats:
    """Flux in the central cone on resonance, photons/s/0.1 %: (π/2) α N 1e-3 (I/e) Q_n = 7.155e13 N I Q_n.

    `current_a` in ampere. Energy spread and emittance leave it as it is. N of ten or more; below, the cone has no
    sharp edge. Twice this is what handbooks print, see PEAK_OVER_RESONANCE.
    """
    n_periods = positive("number of periods", periods)
    per_q = np.pi / 2 * FINE_STRUCTURE * 1e-3 / ELEMENTARY_CHARGE_C
    return np.asarray(per_q * n_periods * floats("current", current_a, 0.0) * q_factor(k, harmonic))


def per_solid_angle(k: Numbers, harmonic: Numbers, periods: Numbers, electron_energy_gev: Numbers, current_a: Numbers) -> Floats:
    """Flux per solid angle on the axis, photons/s/mrad²/0.1 %, of one electron after the other: 1.744e14 N²E²I F_n.

    No emittance, no energy spread, exactly on resonance.
    """
    gamma = floats("electron energy in GeV", electron_energy_gev, ELECTRON_REST_GEV) / ELECTRON_REST_GEV
    scale = FINE_STRUCTURE * 1e-3 / ELEMENTARY_CHARGE_C * 1e-6
    n_periods = positive("number of periods", periods)
    return np.asarray(scale * n_periods**2 * gamma**2 * floats("current", current_a, 0.0) * on_axis(k, harmonic))


def helical_central_cone(k: Numbers, periods: Numbers, current_a: Numbers) -> Floats:
    """Flux of the first harmonic of a helical device with this K in either plane, photons/s/0.1 %; see `central_cone`."""
    k = floats("K", k, 0.0)
    per_q = np.pi / 2 * FINE_STRUCTURE * 1e-3 / ELEMENTARY_CHARGE_C
    q = (1 + k**2) * on_axis_crossed(k, k)
    return np.asarray(per_q * positive("number of periods", periods) * floats("current", current_a, 0.0) * q)
