"""Resonance of undulators, their deflection parameter, and their field from the gap.

Sources: K.-J. Kim, AIP Conf. Proc. 184 (1989) 565; J. A. Clarke, The Science and Technology of Undulators and
Wigglers (2004); P. Elleaume, J. Chavanne, B. Faatz, Nucl. Instrum. Methods A 455 (2000) 503 for fields.
"""

from dataclasses import dataclass

import numpy as np

from leaps.physics.constants import ELECTRON_REST_GEV, HC_EV_M
from leaps.physics.errors import Floats, Numbers, Unphysical, floats, positive

K_PER_TESLA_MM = 0.0933728962
"""K = e B λ_u / (2π m c), with B in tesla and λ_u in mm."""


def lorentz_factor(electron_energy_gev: Numbers) -> Floats:
    """γ of electrons, no unit. Energies from the rest energy up."""
    return np.asarray(floats("electron energy in GeV", electron_energy_gev, ELECTRON_REST_GEV) / ELECTRON_REST_GEV)


def deflection_parameter(field_t: Numbers, period_mm: Numbers) -> Floats:
    """K from the peak field of a sinusoidal device, in tesla, and its period, in mm."""
    return np.asarray(K_PER_TESLA_MM * floats("peak field", field_t, 0.0) * positive("period", period_mm))


def peak_field_t(k: Numbers, period_mm: Numbers) -> Floats:
    """The peak field in tesla that makes K: the inverse of `deflection_parameter`."""
    return floats("K", k, 0.0) / (K_PER_TESLA_MM * positive("period", period_mm))


def wavelength_m(
    electron_energy_gev: Numbers, period_mm: Numbers, k: Numbers, harmonic: Numbers = 1, *, k_cross: Numbers = 0, angle_mrad: Numbers = 0
) -> Floats:
    """Wavelength in m of a harmonic: λ_u/(2nγ²) (1 + K²/2 + K_cross²/2 + γ²θ²).

    `k_cross` is the K of a field across the first: 0 in a planar device, equal to `k` in a helical one. Small
    angles, γ >> 1.
    """
    gamma = lorentz_factor(electron_energy_gev)
    period_m = positive("period", period_mm) * 1e-3
    n = floats("number of the harmonic", harmonic, 1.0)
    bend = floats("K", k, 0.0) ** 2 / 2 + floats("K", k_cross, 0.0) ** 2 / 2
    off_axis = (gamma * np.asarray(angle_mrad, dtype=float) * 1e-3) ** 2
    return np.asarray(period_m / (2 * n * gamma**2) * (1 + bend + off_axis))


def photon_energy_ev(
    electron_energy_gev: Numbers, period_mm: Numbers, k: Numbers, harmonic: Numbers = 1, *, k_cross: Numbers = 0, angle_mrad: Numbers = 0
) -> Floats:
    """Photon energy in eV of a harmonic; on the axis of a planar device 949.8 n E²[GeV] / (λ_u[cm] (1 + K²/2))."""
    return HC_EV_M / wavelength_m(electron_energy_gev, period_mm, k, harmonic, k_cross=k_cross, angle_mrad=angle_mrad)


def k_for_energy(electron_energy_gev: Numbers, period_mm: Numbers, energy_ev: Numbers, harmonic: Numbers = 1) -> Floats:
    """K at which a planar device gives this photon energy; NaN above the energy that K = 0 would give."""
    highest = photon_energy_ev(electron_energy_gev, period_mm, 0.0, harmonic)
    square = 2 * (highest / positive("photon energy", energy_ev) - 1)
    return np.sqrt(np.where(square >= 0, square, np.nan))


@dataclass(frozen=True, slots=True)
class FieldFit:
    """B[T] = a exp(b x + c x²), x = gap/period, for one way of building undulators, valid for low < x < high."""

    code: str
    a: float
    b: float
    c: float
    words: str
    low: float = 0.1
    high: float = 1.0

    def field_t(self, gap_mm: Numbers, period_mm: Numbers) -> Floats:
        """Peak field in tesla. Raises Unphysical where gap/period is outside the fit."""
        x = positive("gap", gap_mm) / positive("period", period_mm)
        if ((x < self.low) | (x > self.high)).any():
            raise Unphysical(
                f"The fit for a {self.words} holds for gap/period from {self.low:g} to {self.high:g}; "
                f"{x[(x < self.low) | (x > self.high)].flat[0]:.3g} is outside. Give the field or K instead."
            )
        return self.a * np.exp(self.b * x + self.c * x**2)


FITS = {
    fit.code: fit
    for fit in (
        FieldFit("pure_permanent", 2.076, -3.24, 0.0, "pure permanent magnet device"),
        FieldFit("hybrid_vanadium", 3.694, -5.068, 1.520, "hybrid device with vanadium permendur poles"),
        FieldFit("hybrid_iron", 3.381, -4.730, 1.198, "hybrid device with iron poles"),
        FieldFit("helical_permanent", 1.614, -4.67, 0.620, "helical permanent magnet device"),
        FieldFit("superconducting_12mm", 12.42, -4.790, 0.385, "superconducting device"),
        FieldFit("hybrid_smco", 3.33, -5.47, 1.8, "hybrid device with samarium cobalt magnets", 0.07, 0.7),
    )
}
"""Elleaume et al. 2000 for neodymium magnets and superconductors (the latter at 12 mm gap); the last is Halbach's first (1983)."""

CRYOGENIC_GAIN = 1.1
"""How much more field cold magnets give: 1.10 to 1.15; the lower end."""


def field_from_gap_t(gap_mm: Numbers, period_mm: Numbers, fit: str = "hybrid_vanadium", *, cryogenic: bool = False) -> Floats:
    """Peak field in tesla from gap and period by one of `FITS`. A measured field may differ by 15 %.

    Raises Unphysical for an unknown fit and outside its range.
    """
    if fit not in FITS:
        raise Unphysical(f"There is no fit “{fit}”; these are known: {', '.join(FITS)}.")
    return FITS[fit].field_t(gap_mm, period_mm) * (CRYOGENIC_GAIN if cryogenic else 1.0)


def halbach_field_t(gap_mm: Numbers, period_mm: Numbers, *, remanence_t: Numbers = 1.25, height_mm: Numbers | None = None, blocks: int = 4) -> Floats:
    """Peak field in tesla of a pure permanent magnet device, exactly for wide blocks.

    B = 2 B_r sin(π/M)/(π/M) (1 - exp(-2πh/λ_u)) exp(-π g/λ_u); M blocks a period, of height h (half a period
    when not given), remanence B_r. K. Halbach, Nucl. Instrum. Methods 187 (1981) 109.
    """
    gap, period = positive("gap", gap_mm), positive("period", period_mm)
    height = period / 2 if height_mm is None else positive("height of the blocks", height_mm)
    filling = np.sin(np.pi / blocks) / (np.pi / blocks)
    return np.asarray(
        2 * positive("remanence", remanence_t) * filling * (1 - np.exp(-2 * np.pi * height / period)) * np.exp(-np.pi * gap / period)
    )
