"""Free-electron lasers that start from noise, by the fit of Ming Xie (Proc. PAC 1995, p. 183).

One-dimensional theory with its degradation by diffraction, emittance and energy spread. Within 20 to 30 % of
published gain lengths; pulse energies of real machines may exceed saturation by tapering.
"""

from dataclasses import dataclass

import numpy as np

from leaps.physics.constants import (
    ALFVEN_CURRENT_A,
    ELECTRON_REST_GEV,
    ELEMENTARY_CHARGE_C,
    HC_EV_M,
    PLANCK_EV_S,
    SPEED_OF_LIGHT_M_S,
)
from leaps.physics.errors import Floats, Numbers, floats, positive
from leaps.physics.special import bessel_j_difference
from leaps.physics.undulators import lorentz_factor, photon_energy_ev


@dataclass(frozen=True, slots=True, eq=False)
class Laser:
    """A laser at saturation; arrays of one shape.

    Photon energy in eV, ρ without unit, gain lengths (one-dimensional, and with all degradation) in m, Λ the
    degradation, power and noise in W, length to saturation in m.
    """

    energy_ev: Floats
    rho: Floats
    gain_length_1d_m: Floats
    degradation: Floats
    gain_length_m: Floats
    saturation_power_w: Floats
    noise_power_w: Floats
    saturation_length_m: Floats


def ming_xie(
    electron_energy_gev: Numbers,
    peak_current_a: Numbers,
    normalised_emittance_m_rad: Numbers,
    energy_spread_mev: Numbers,
    period_mm: Numbers,
    k: Numbers,
    beta_m: Numbers,
) -> Laser:
    """Gain and saturation of a planar device. K is the peak value, the spread rms in MeV, the emittance normalised.

    Everything broadcasts. Needs γ >> 1 and a beam that fills the mode; no wakes, no taper, no seed. Raises Unphysical
    for numbers that are not above zero.
    """
    gamma = lorentz_factor(electron_energy_gev)
    current = positive("peak current", peak_current_a)
    emittance = positive("normalised emittance", normalised_emittance_m_rad) / gamma
    beta = positive("beta function", beta_m)
    spread = floats("energy spread", energy_spread_mev, 0) / (gamma * ELECTRON_REST_GEV * 1e3)
    period = positive("period", period_mm) * 1e-3
    k = positive("K", k)
    energy = photon_energy_ev(electron_energy_gev, period_mm, k)
    wavelength = HC_EV_M / energy
    xi = k**2 / (4 + 2 * k**2)
    jj = bessel_j_difference(0, xi)
    size2 = emittance * beta
    rho = (current / ALFVEN_CURRENT_A * (k * jj) ** 2 / (16 * gamma**3 * size2 * (2 * np.pi / period) ** 2)) ** (1 / 3)
    ideal = period / (4 * np.pi * np.sqrt(3) * rho)
    d = ideal * wavelength / (4 * np.pi * size2)
    e = 4 * np.pi * ideal * emittance / (beta * wavelength)
    g = 4 * np.pi * ideal * spread / period
    lam = (
        0.45 * d**0.57 + 0.55 * e**1.6 + 3 * g**2 + 0.35 * e**2.9 * g**2.4 + 51 * d**0.95 * g**3
        + 5.4 * d**0.7 * e**1.9 + 1140 * d**2.2 * e**2.9 * g**3.2
    )  # fmt: skip
    real = ideal * (1 + lam)
    beam_w = np.asarray(electron_energy_gev, dtype=float) * 1e9 * current
    saturated = 1.6 * rho * (ideal / real) ** 2 * beam_w
    noise = rho**2 * SPEED_OF_LIGHT_M_S * np.asarray(electron_energy_gev, dtype=float) * 1e9 * ELEMENTARY_CHARGE_C / wavelength
    length = real * np.log(9 * saturated / noise)
    return Laser(*np.broadcast_arrays(energy, rho, ideal, lam, real, saturated, noise, length))


def photons_per_pulse(laser: Laser, duration_s: Numbers) -> Floats:
    """P_sat τ / E_photon: photons in a pulse of this duration in s."""
    return np.asarray(laser.saturation_power_w * positive("duration", duration_s) / (laser.energy_ev * ELEMENTARY_CHARGE_C))


def peak_brilliance(laser: Laser, bandwidth: Numbers | None = None) -> Floats:
    """4 dN/dt / (λ² bw) in photons/s/mm²/mrad²/0.1 %, for a fully coherent mode; bandwidth 2ρ when not given."""
    rate = laser.saturation_power_w / (laser.energy_ev * ELEMENTARY_CHARGE_C)
    width = 2 * laser.rho if bandwidth is None else positive("bandwidth", bandwidth)
    wavelength = HC_EV_M / laser.energy_ev
    return np.asarray(4 * rate / (wavelength**2 * 1e12) / (width / 1e-3))


def average_brilliance(laser: Laser, pulses_per_s: Numbers, duration_s: Numbers, bandwidth: Numbers | None = None) -> Floats:
    """Peak brilliance × pulses a second × duration in s."""
    return np.asarray(peak_brilliance(laser, bandwidth) * floats("pulses a second", pulses_per_s, 0) * floats("duration", duration_s, 0))


def coherence_energy_ev(duration_s: Numbers) -> Floats:
    """The Fourier-limited full width in eV of a Gaussian pulse of this duration (full width at half maximum): 0.441 h/τ."""
    return np.asarray(0.441 * PLANCK_EV_S / positive("duration", duration_s))
