"""Tuning curves of undulators: 153 devices × 15 harmonics × 200 steps of K, and how the time grows.

The peer is SRW (srwpy), which integrates the trajectory through the field: the flux per solid angle on the axis at
single points of the same curves, in turn with ours in the same run. SRW is slower by orders of magnitude, so it does a
part of the points; both are quoted per point, and both must give the same values within 2 % + 4/N.
"""

import sys
import time
from pathlib import Path

import numpy as np
from _support import claim, machine, median, table

from leaps.physics import brilliance, flux, tuning

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.physics import srw

ROUNDS = 5
HARMONICS = tuple(range(1, 30, 2))
STEPS = 200
SIZES = (15, 153, 1_530)
SRW_POINTS = 60


def devices(count: int) -> tuple[brilliance.Electrons, np.ndarray, np.ndarray, np.ndarray]:
    """Electrons, periods in mm, numbers of periods and largest K of made-up devices; always the same."""
    rng = np.random.default_rng(count)
    electrons = brilliance.Electrons(
        rng.uniform(1.5, 6, count), 0.3, rng.uniform(2e-5, 2e-4, count), rng.uniform(3e-6, 3e-5, count), 5e-6, 3e-6, 1e-3
    )
    return electrons, rng.uniform(15, 60, count), rng.integers(40, 180, count).astype(float), rng.uniform(0.8, 3.5, count)


def ours(count: int) -> float:
    """Seconds for all curves of so many devices, brilliance, flux and coherence of each point."""
    given = devices(count)
    started = time.perf_counter()
    made = tuning.curves(*given, harmonics=HARMONICS, steps=STEPS)
    seconds = time.perf_counter() - started
    assert made.light.brilliance.shape == (count, len(HARMONICS), STEPS)
    return seconds


def theirs() -> float:
    """Seconds of SRW for each of the points; ends the run where the two differ."""
    electrons, period, periods, k_max = devices(153)
    rng = np.random.default_rng(1)
    spent = 0.0
    for _point in range(SRW_POINTS):
        device, n = int(rng.integers(153)), int(rng.choice(HARMONICS[:3]))
        k = float(tuning.k_range(k_max[device], STEPS)[0, 0, rng.integers(STEPS // 2)])
        own = brilliance.Electrons(float(np.asarray(electrons.energy_gev)[device]), 0.3, 0, 0, 0, 0)
        energy = float(brilliance.planar(own, period[device], periods[device], k, n).energy_ev)
        started = time.perf_counter()
        value = srw.on_axis_of_one_electron(own, float(period[device]), float(periods[device]), k, energy)
        spent += time.perf_counter() - started
        formula = float(flux.per_solid_angle(k, n, periods[device], own.energy_gev, 0.3))
        if abs(value / formula - 1) > 0.02 + 4 / periods[device]:
            sys.exit(f"SRW and the formula differ by {value / formula - 1:+.1%} at device {device}, harmonic {n}, K {k:.2f}.")
    return spent / SRW_POINTS


def main() -> None:
    print(machine())
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    slow: list[float] = []
    ours(SIZES[0])
    for _round in range(ROUNDS):
        for size in SIZES:
            times[size].append(ours(size))
        slow.append(theirs())
    per_point = median(slow)
    rows = []
    for size in SIZES:
        seconds, points = median(times[size]), size * len(HARMONICS) * STEPS
        rows.append([f"{size:,}", f"{points:,}", f"{seconds:.3f}", f"{1e6 * seconds / points:.2f}", f"{per_point * points / seconds:,.0f}×"])
    table(["devices", "points", "seconds", "µs a point", "SRW, the same points"], rows)
    print(f"SRW: {1e3 * per_point:.1f} ms a point, {SRW_POINTS} of the same points in each of {ROUNDS} rounds, values equal within 2 % + 4/N")
    seconds = median(times[153])
    claim("all tuning curves of 153 devices × 15 harmonics × 200 K under 1 s", f"{seconds:.2f} s, {per_point * 459_000 / seconds:,.0f} times as fast as SRW", met=seconds < 1)


if __name__ == "__main__":
    main()
