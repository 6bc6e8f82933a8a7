"""How wide and how divergent: the light of one electron, the electrons, and both together. All rms."""

from typing import Literal

import numpy as np

from leaps.physics.constants import HC_EV_M
from leaps.physics.errors import Floats, Numbers, Unphysical, floats, positive
from leaps.physics.special import error_function

Convention = Literal["kim", "tanaka-kitamura"]
CONVENTIONS: dict[str, float] = {"kim": 1.0 / (4 * np.pi), "tanaka-kitamura": 1.0 / (2 * np.pi)}
"""The natural size in units of √(2λL). Kim's is that of a Gaussian beam, size times divergence λ/4π; the other fits the
width of the real, not quite Gaussian, spot (T. Tanaka, H. Kitamura, J. Synchrotron Rad. 16 (2009) 380; also Elleaume)."""


def natural_divergence_rad(wavelength_m: Numbers, length_m: Numbers) -> Floats:
    """√(λ/2L): rms divergence of the light of one electron. L is the length of the device. On resonance."""
    return np.sqrt(positive("wavelength", wavelength_m) / (2 * positive("length", length_m)))


def natural_size_m(wavelength_m: Numbers, length_m: Numbers, convention: str = "kim") -> Floats:
    """√(2λL)/4π (Kim) or √(2λL)/2π (Tanaka-Kitamura): rms size of the light of one electron.

    Raises Unphysical for another convention.
    """
    if convention not in CONVENTIONS:
        raise Unphysical(f"There is no convention “{convention}”; these are known: {', '.join(CONVENTIONS)}.")
    return CONVENTIONS[convention] * np.sqrt(2 * positive("wavelength", wavelength_m) * positive("length", length_m))


def diffraction_limit_m_rad(photon_energy_ev: Numbers) -> Floats:
    """λ/4π: size times divergence, both rms, of a coherent Gaussian beam; with CODATA 2022, 98.66 pm rad at 1 keV.

    An electron beam whose emittance is below it adds less to the light than diffraction does. It is no bound on the
    emittance of electrons, and undulator light, not quite Gaussian, has nearer to twice of it (K.-J. Kim, Nucl. Instrum.
    Methods A 246 (1986) 71; Tanaka and Kitamura as above).
    """
    return HC_EV_M / positive("photon energy", photon_energy_ev) / (4 * np.pi)


def spread_widening(energy_spread: Numbers, harmonic: Numbers, periods: Numbers) -> tuple[Floats, Floats]:
    """By how much energy spread widens divergence and size: Q_a(x) and Q_a(x/4)^(2/3), x = 2π n N σ_E; both from 1.

    Q_a(x) = √(2x²/(exp(-2x²) + √(2π) x erf(√2 x) - 1)). T. Tanaka, H. Kitamura, J. Synchrotron Rad. 16 (2009) 380.
    """
    x = 2 * np.pi * floats("number of the harmonic", harmonic, 1) * positive("number of periods", periods) * floats("energy spread", energy_spread, 0, 1)
    return _q_a(x), _q_a(x / 4) ** (2 / 3)


def _q_a(x: Floats) -> Floats:
    safe = np.where(x < 1e-2, 1.0, x)
    full = 2 * safe**2 / (np.exp(-2 * safe**2) + np.sqrt(2 * np.pi) * safe * error_function(np.sqrt(2) * safe) - 1)
    # Series of the bracket: 2x² - 2x⁴/3 + ...; below 0.01 the two agree to 1e-9
    return np.asarray(np.sqrt(np.where(x < 1e-2, 1 / (1 - x**2 / 3), full)))


def electron_size_m(emittance_m_rad: Numbers, beta_m: Numbers, dispersion_m: Numbers = 0.0, energy_spread: Numbers = 0.0) -> Floats:
    """√(εβ + (ησ_E)²) in m, in the middle of a straight section."""
    spread = np.asarray(dispersion_m, dtype=float) * floats("energy spread", energy_spread, 0, 1)
    return np.sqrt(floats("emittance", emittance_m_rad, 0) * positive("beta function", beta_m) + spread**2)


def electron_divergence_rad(emittance_m_rad: Numbers, beta_m: Numbers) -> Floats:
    """√(ε/β) in rad, in the middle of a straight section, where α is zero and the dispersion is flat."""
    return np.sqrt(floats("emittance", emittance_m_rad, 0) / positive("beta function", beta_m))


def coupled_emittances(natural_emittance: Numbers, coupling: Numbers) -> tuple[Floats, Floats]:
    """Horizontal and vertical emittance ε/(1+κ) and κε/(1+κ), in the unit given; κ from 0 to 1 (a round beam)."""
    kappa = floats("coupling", coupling, 0, 1)
    emittance = floats("emittance", natural_emittance, 0)
    return np.asarray(emittance / (1 + kappa)), np.asarray(kappa * emittance / (1 + kappa))
