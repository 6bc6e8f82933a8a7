"""Tuning curves: what a device gives as its gap opens, harmonic by harmonic; and the best of many, the envelope."""

from dataclasses import dataclass

import numpy as np

from leaps.physics import brilliance
from leaps.physics.errors import Floats, Numbers, positive

HARMONICS = (1, 3, 5, 7, 9, 11, 13, 15)
BLOCK = 8
"""Devices computed at once: their arrays stay in the cache of a core, which halves the time."""
K_LEAST = 0.3
"""Below it a device hardly shines; its gap is then as good as open."""


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """Curves of many devices: `light` has the shape (devices, harmonics, steps of K), `k` (devices, 1, steps)."""

    harmonics: tuple[int, ...]
    k: Floats
    light: brilliance.Light


def k_range(k_max: Numbers, steps: int = 200) -> Floats:
    """K from K_max down to 0.3, closer together where K is small, shape (devices, 1, steps).

    A device whose K_max is below 0.6 goes down to half of it. Raises Unphysical if a K_max is not above zero.
    """
    top = positive("largest K", np.atleast_1d(np.asarray(k_max, dtype=float)))[:, None, None]
    least = np.minimum(K_LEAST, top / 2)
    return np.asarray(top * (least / top) ** np.linspace(0, 1, steps))


def curves(
    electrons: brilliance.Electrons,
    period_mm: Numbers,
    periods: Numbers,
    k_max: Numbers,
    *,
    harmonics: tuple[int, ...] = HARMONICS,
    steps: int = 200,
    convention: str = "kim",
) -> Tuning:
    """Tuning curves of devices, each with its electrons: numbers, or arrays of one value a device."""
    k = k_range(k_max, steps)
    count = len(k)

    def column(values: Numbers) -> Floats:
        return np.broadcast_to(np.asarray(values, dtype=float).reshape(-1, 1, 1), (count, 1, 1))

    own = {name: column(getattr(electrons, name)) for name in electrons.__dataclass_fields__}
    period, number = column(period_mm), column(periods)
    order = np.asarray(harmonics, dtype=float)[None, :, None]
    parts = []
    for first in range(0, count, BLOCK):
        some = slice(first, first + BLOCK)
        beam = brilliance.Electrons(**{name: values[some] for name, values in own.items()})
        parts.append(brilliance.planar(beam, period[some], number[some], k[some], order, convention=convention))
    names = brilliance.Light.__dataclass_fields__
    light = brilliance.Light(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
    return Tuning(tuple(harmonics), k, light)


def envelope(energies_ev: Floats, curves_ev: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The highest of many curves at each energy, and the number of the curve it is; NaN and -1 where none reaches.

    `energies_ev`: (points,), where it is asked for. `curves_ev`, `values`: (curves, steps), the energies along a curve
    rising or falling. Between steps values are interpolated in log-log, so that power laws are exact.
    """
    asked = np.log(positive("photon energy", energies_ev))
    best = np.full(asked.shape, -np.inf)
    which = np.full(asked.shape, -1)
    for number, (energy, value) in enumerate(zip(np.atleast_2d(curves_ev), np.atleast_2d(values), strict=True)):
        known = np.isfinite(energy) & np.isfinite(value) & (value > 0)
        if known.sum() < 2:
            continue
        order = np.argsort(energy[known])
        here = np.interp(asked, np.log(energy[known])[order], np.log(value[known])[order], left=-np.inf, right=-np.inf)
        higher = here > best
        best[higher], which[higher] = here[higher], number
    return np.where(which >= 0, np.exp(best), np.nan), which
