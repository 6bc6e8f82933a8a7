"""Bending magnets and wigglers: smooth spectra. Source: K.-J. Kim, AIP Conf. Proc. 184 (1989) 565; X-ray Data Booklet."""

import numpy as np

from leaps.physics.constants import ELECTRON_REST_GEV, ELEMENTARY_CHARGE_C, FINE_STRUCTURE, HC_EV_M
from leaps.physics.errors import Floats, Numbers, floats, positive
from leaps.physics.special import bessel_k, bessel_k_tail

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


def bend_brilliance(
    energy_ev: Numbers, electron_energy_gev: Numbers, field_t: Numbers, current_a: Numbers, size_x_m: Numbers, size_y_m: Numbers, divergence_y_rad: Numbers = 0.0
) -> Floats:
    """Brilliance of a bending magnet, photons/s/mm²/mrad²/0.1 %, from the electrons' rms sizes in m.

    B = (dΦ/dθ dψ) σψ/√(σψ²+σy'²) / (2π Σx Σy), σψ = (dΦ/dθ)/(√(2π) dΦ/dθdψ) and Σ² = σ² + (λ/4πσψ)². Kim 1989, eq. 4.
    """
    fan = bend_flux(energy_ev, electron_energy_gev, field_t, current_a)
    dense = bend_per_solid_angle(energy_ev, electron_energy_gev, field_t, current_a)
    opening = fan / (np.sqrt(2 * np.pi) * dense) * 1e-3
    wavelength = HC_EV_M / positive("photon energy", energy_ev)
    natural = wavelength / (4 * np.pi * opening)
    across = np.sqrt(floats("size", size_x_m, 0) ** 2 + natural**2)
    high = np.sqrt(floats("size", size_y_m, 0) ** 2 + natural**2)
    kept = opening / np.sqrt(opening**2 + floats("divergence", divergence_y_rad, 0) ** 2)
    return np.asarray(dense * kept / (2 * np.pi * across * high * 1e6))


def power_kw(electron_energy_gev: Numbers, peak_field_t: Numbers, length_m: Numbers, current_a: Numbers, *, sinusoidal: bool = True) -> Floats:
    """Radiated power in kW: 0.633 E² B² L I for a sinusoidal field, 1.266 E² B² L I for a constant one."""
    scale = 0.6328 if sinusoidal else 1.2656
    return np.asarray(
        scale * positive("electron energy", electron_energy_gev) ** 2 * floats("field", peak_field_t, 0) ** 2 * floats("length", length_m, 0) * floats("current", current_a, 0)
    )
