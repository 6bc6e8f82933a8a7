"""Bending magnets and wigglers: smooth spectra. Source: K.-J. Kim, AIP Conf. Proc. 184 (1989) 565; X-ray Data Booklet."""

import numpy as np

from leaps.physics.constants import ELECTRON_REST_GEV, ELEMENTARY_CHARGE_C, FINE_STRUCTURE, HC_EV_M
from leaps.physics.errors import Floats, Numbers, floats, positive
from leaps.physics.special import bessel_k, bessel_k_tail
from leaps.physics.undulators import deflection_parameter

CRITICAL_KEV = 0.66503
"""Critical energy in keV for 1 GeV and 1 T: 3 ħ e B γ² / 2m."""


def g1(y: Numbers) -> Floats:
    """Y ∫_y^∞ K_5/3: flux over all vertical angles, y the photon energy over the critical; 1e-8 to 600."""
    return np.asarray(positive("energy over the critical", y) * bessel_k_tail(5 / 3, y))


def h2(y: Numbers) -> Floats:
    """y² K_2/3(y/2)²: flux per solid angle on the axis; y from 2e-8 to 600."""
    y = positive("energy over the critical", y)
    return np.asarray(y**2 * bessel_k(2 / 3, y / 2) ** 2)


def critical_energy_ev(electron_energy_gev: Numbers, field_t: Numbers) -> Floats:
    """0.665 E² B keV, given in eV: half of the power lies above it."""
    return np.asarray(1000 * CRITICAL_KEV * positive("electron energy", electron_energy_gev) ** 2 * positive("field", field_t))


def bend_flux(energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, current_a: Numbers) -> Floats:
    """Flux over all vertical angles, photons/s/mrad of horizontal fan/0.1 %: 2.457e13 E I G1(ω/ω_c)."""
    y = positive("photon energy", energy_ev) / critical_energy_ev(electron_energy_gev, field_t)
    gamma = positive("electron energy", electron_energy_gev) / ELECTRON_REST_GEV
    scale = np.sqrt(3) / (2 * np.pi) * FINE_STRUCTURE * gamma * 1e-3 * 1e-3 / ELEMENTARY_CHARGE_C
    return np.asarray(scale * floats("current", current_a, 0) * g1(y))


def bend_per_solid_angle(energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, current_a: Numbers) -> Floats:
    """Flux per solid angle on the axis, photons/s/mrad²/0.1 %: 1.327e13 E² I H2(ω/ω_c)."""
    y = positive("photon energy", energy_ev) / critical_energy_ev(electron_energy_gev, field_t)
    gamma = positive("electron energy", electron_energy_gev) / ELECTRON_REST_GEV
    scale = 3 / (4 * np.pi**2) * FINE_STRUCTURE * gamma**2 * 1e-3 * 1e-6 / ELEMENTARY_CHARGE_C
    return np.asarray(scale * floats("current", current_a, 0) * h2(y))


def wiggler_flux(energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, periods: Numbers, current_a: Numbers) -> Floats:
    """2N bends in line, photons/s/mrad/0.1 %, at the peak field. For K well above 5, where poles do not interfere."""
    return np.asarray(2 * positive("number of periods", periods) * bend_flux(energy_ev, electron_energy_gev, field_t, current_a))


def _opening(fan: Floats, dense: Floats) -> Floats:
    """The rms vertical opening angle in rad of a Gaussian with this flux per mrad and this density per mrad² on the axis."""
    return np.asarray(fan / (np.sqrt(2 * np.pi) * dense) * 1e-3)


def bend_brilliance(
    energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, current_a: Numbers, size_x_m: Numbers, size_y_m: Numbers, divergence_y_rad: Numbers = 0.0
) -> Floats:
    """Brilliance of a bending magnet, photons/s/mm²/mrad²/0.1 %, from the electrons' rms sizes in m.

    B = (dΦ/dθ dψ) σψ/√(σψ²+σy'²) / (2π Σx Σy), σψ = (dΦ/dθ)/(√(2π) dΦ/dθdψ) and Σ² = σ² + (λ/4πσψ)². Kim 1989, eq. 4.
    """
    return _pole(0.0, 0.0, energy_ev, electron_energy_gev, field_t, current_a, size_x_m, size_y_m, 0.0, divergence_y_rad)


def _pole(
    along_m: Numbers, aside_m: Numbers, energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, current_a: Numbers,
    size_x_m: Numbers, size_y_m: Numbers, divergence_x_rad: Numbers, divergence_y_rad: Numbers,
) -> Floats:  # fmt: skip
    """What one bend adds to the brilliance on the axis, when it stands so far along the axis from the waist and aside of it.

    The peak of a Gaussian in phase space, brought back to the waist: it drifts, so along the axis only its sizes grow.
    """
    fan = bend_flux(energy_ev, electron_energy_gev, field_t, current_a)
    dense = bend_per_solid_angle(energy_ev, electron_energy_gev, field_t, current_a)
    opening = _opening(fan, dense)
    natural = HC_EV_M / positive("photon energy", energy_ev) / (4 * np.pi * opening)
    along = floats("place along the axis", along_m)
    slope_x, slope_y = floats("divergence", divergence_x_rad, 0), floats("divergence", divergence_y_rad, 0)
    kept = opening / np.sqrt(opening**2 + slope_y**2)
    across2 = floats("size", size_x_m, 0) ** 2 + natural**2 + (along * slope_x) ** 2
    high2 = floats("size", size_y_m, 0) ** 2 + natural**2 + (along * slope_y * kept) ** 2
    seen = np.exp(-(floats("place aside", aside_m) ** 2) / (2 * across2))
    return np.asarray(dense * kept * seen / (2 * np.pi * np.sqrt(across2 * high2) * 1e6))


def wiggler_brilliance(
    energy_ev: Numbers, electron_energy_gev: Numbers, field_t: float, period_mm: float, periods: float, current_a: Numbers,
    size_x_m: Numbers, size_y_m: Numbers, divergence_x_rad: Numbers, divergence_y_rad: Numbers,
) -> Floats:  # fmt: skip
    """Brilliance of a wiggler on its axis, photons/s/mm²/mrad²/0.1 %, from the electrons' rms sizes and slopes at its middle.

    The sum over its 2N poles, λ_w/2 apart and K λ_w/2πγ aside: far poles and poles far aside add less, so it is below 2N
    bends. Kim 1989, eq. 14 and X-ray Data Booklet, section 2.1; with the natural size λ/4πσψ. The shape is that of
    `energy_ev`. For K well above 5, where poles do not interfere, and photon energies far above the first harmonic.
    """
    gamma = positive("electron energy", electron_energy_gev) / ELECTRON_REST_GEV
    period_m = float(positive("period", period_mm)) * 1e-3
    poles = max(1, round(2 * float(positive("number of periods", periods))))
    along = (np.arange(poles) - (poles - 1) / 2) * period_m / 2
    aside = deflection_parameter(field_t, period_mm) * period_m / (2 * np.pi * gamma)
    energy = np.asarray(positive("photon energy", energy_ev))
    each = _pole(
        along.reshape(-1, *[1] * energy.ndim), aside, energy, electron_energy_gev, field_t, current_a, size_x_m, size_y_m, divergence_x_rad, divergence_y_rad
    )
    return np.asarray(each.sum(axis=0))


def power_kw(electron_energy_gev: Numbers, peak_field_t: Numbers, length_m: Numbers, current_a: Numbers, *, sinusoidal: bool = True) -> Floats:
    """Radiated power in kW: 0.633 E² B² L I for a sinusoidal field, 1.266 E² B² L I for a constant one."""
    scale = 0.6328 if sinusoidal else 1.2656
    return np.asarray(
        scale * positive("electron energy", electron_energy_gev) ** 2 * floats("field", peak_field_t, 0) ** 2 * floats("length", length_m, 0) * floats("current", current_a, 0)
    )
