"""The same devices by SRW (O. Chubar, P. Elleaume, EPAC 1998), which integrates trajectories instead of using formulas."""

from array import array
from collections.abc import Sequence

import numpy as np
from srwpy.srwlib import (
    SRWLMagFldC,
    SRWLMagFldH,
    SRWLMagFldM,
    SRWLMagFldU,
    SRWLPartBeam,
    SRWLStokes,
    SRWLWfr,
    srwl,
)

from leaps.physics.brilliance import Electrons
from leaps.physics.undulators import lorentz_factor, peak_field_t

DISTANCE_M = 100.0
"""So far away that the size of the source does not count."""


def _device(period_mm: float, periods: float, k: float) -> SRWLMagFldU:
    return SRWLMagFldU([SRWLMagFldH(1, "v", float(peak_field_t(k, period_mm)), 0, 1, 1)], period_mm * 1e-3, round(periods))


def _beam(electrons: Electrons, *, thin: bool) -> SRWLPartBeam:
    beam = SRWLPartBeam()
    beam.Iavg = electrons.current_a
    beam.partStatMom1.gamma = float(lorentz_factor(electrons.energy_gev))
    if not thin:
        for place, size in (
            (0, electrons.size_x_m), (2, electrons.divergence_x_rad), (3, electrons.size_y_m), (5, electrons.divergence_y_rad),
            (10, electrons.energy_spread),
        ):  # fmt: skip
            beam.arStatMom2[place] = size**2
    return beam


def on_axis_of_one_electron(electrons: Electrons, period_mm: float, periods: float, k: float, energy_ev: float) -> float:
    """Flux per solid angle on the axis without emittance and energy spread, photons/s/mrad²/0.1 %."""
    field = SRWLMagFldC([_device(period_mm, periods, k)], *(array("d", [0.0]) for _ in range(3)))
    return float(_far(electrons, field, -(periods / 2 + 4) * period_mm * 1e-3, [energy_ev], [1, 0.005, 0, 0, 40_000, 1, 0])[0])


def on_axis_of_a_bend(energy_gev: float, current_a: float, field_t: float, energy_ev: float) -> float:
    """The same of one electron in a constant field, tangent to the axis in its middle."""
    field = SRWLMagFldC([SRWLMagFldM(field_t, 1, "n", 4.0)], *(array("d", [0.0]) for _ in range(3)))
    return _far(Electrons(energy_gev, current_a, 0, 0, 0, 0, 0), field, 0.0, [energy_ev], [2, 0.003, -0.3, 0.3, 40_000, 1, 0])[0]


def on_axis_around(electrons: Electrons, period_mm: float, periods: float, k: float, energies_ev: np.ndarray) -> float:
    """The mean of the density of one electron over evenly spaced energies."""
    field = SRWLMagFldC([_device(period_mm, periods, k)], *(array("d", [0.0]) for _ in range(3)))
    told = _far(electrons, field, -(periods / 2 + 4) * period_mm * 1e-3, energies_ev, [1, 0.005, 0, 0, 60_000, 1, 0])
    return float(np.mean(told))


def _far(electrons: Electrons, field: SRWLMagFldC, start_m: float, energies_ev: Sequence[float] | np.ndarray, precision: list[float]) -> np.ndarray:
    """Flux per solid angle of one electron on the axis, at evenly spaced energies."""
    wave = SRWLWfr()
    wave.allocate(len(energies_ev), 1, 1)
    wave.mesh.zStart = DISTANCE_M
    wave.mesh.eStart, wave.mesh.eFin = float(energies_ev[0]), float(energies_ev[-1])
    wave.mesh.xStart = wave.mesh.xFin = wave.mesh.yStart = wave.mesh.yFin = 0.0
    beam = _beam(electrons, thin=True)
    beam.partStatMom1.z = start_m
    wave.partBeam = beam
    srwl.CalcElecFieldSR(wave, 0, field, precision)
    told = array("f", [0.0] * len(energies_ev))
    srwl.CalcIntFromElecField(told, wave, 6, 0, 0, float(energies_ev[0]), 0, 0)
    return np.array(told) * DISTANCE_M**2


def on_axis_of_the_beam(electrons: Electrons, period_mm: float, periods: float, k: float, energies_ev: np.ndarray, harmonic: int) -> np.ndarray:
    """The same with emittance and energy spread, at evenly spaced energies."""
    stokes = SRWLStokes()
    stokes.allocate(len(energies_ev), 1, 1)
    stokes.mesh.zStart = DISTANCE_M
    stokes.mesh.eStart, stokes.mesh.eFin = energies_ev[0], energies_ev[-1]
    stokes.mesh.xStart, stokes.mesh.xFin, stokes.mesh.yStart, stokes.mesh.yFin = -1e-5, 1e-5, -1e-5, 1e-5
    precision = [max(1, harmonic - 2), harmonic + 2, 1.5, 1.5, 2]
    srwl.CalcStokesUR(stokes, _beam(electrons, thin=False), _device(period_mm, periods, k), precision)
    return np.array(stokes.arS[: len(energies_ev)]) * DISTANCE_M**2
