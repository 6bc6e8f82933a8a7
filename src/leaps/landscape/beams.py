"""From what the record tells of a ring and a device to what the physics needs; what is assumed is named."""

from leaps.landscape.types import Assumptions, Beam, Ring
from leaps.physics import sizes, undulators
from leaps.physics.brilliance import Electrons
from leaps.physics.errors import Unphysical

FITS = {
    "planar_undulator": ("hybrid_vanadium", False), "in_vacuum": ("hybrid_vanadium", False), "cryogenic": ("hybrid_vanadium", True),
    "helical_undulator": ("pure_permanent", False),
}  # fmt: skip
"""The published fit by which the field of each kind of device follows from its gap, and whether its magnets are cold."""

IN_VACUUM = ("in_vacuum", "cryogenic")


def beam_of(ring: Ring, assumed: Assumptions) -> Beam:
    """The electrons of a ring in the middle of a straight section, without dispersion.

    Vertical emittance from the coupling, beta functions and energy spread are assumed where the record is silent.
    """
    missing = [name for name in ("energy_gev", "current_ma", "emittance_x_pm_rad") if getattr(ring, name) is None]
    if ring.energy_gev is None or ring.current_ma is None or ring.emittance_x_pm_rad is None:
        return Beam(None, missing=tuple(missing))
    put = []
    vertical = ring.emittance_y_pm_rad
    if vertical is None:
        vertical = min(ring.emittance_x_pm_rad, max(assumed.coupling * ring.emittance_x_pm_rad, assumed.least_vertical_pm_rad))
        put.append("coupling")
    beta_x, beta_y, spread = ring.beta_x_m, ring.beta_y_m, ring.energy_spread
    if beta_x is None:
        beta_x = assumed.beta_x_m
        put.append("beta_x_m")
    if beta_y is None:
        beta_y = assumed.beta_y_m
        put.append("beta_y_m")
    if spread is None:
        spread = assumed.energy_spread
        put.append("energy_spread")
    eps_x, eps_y = ring.emittance_x_pm_rad * 1e-12, vertical * 1e-12
    electrons = Electrons(
        ring.energy_gev,
        ring.current_ma / 1000,
        float(sizes.electron_size_m(eps_x, beta_x)),
        float(sizes.electron_divergence_rad(eps_x, beta_x)),
        float(sizes.electron_size_m(eps_y, beta_y)),
        float(sizes.electron_divergence_rad(eps_y, beta_y)),
        spread,
    )
    return Beam(electrons, vertical, beta_x, beta_y, spread, tuple(put))


def periods_of(periods: float | None, length_m: float | None, period_mm: float | None) -> float | None:
    """The number of periods as recorded, else length over period."""
    if periods:
        return periods
    if length_m and period_mm:
        return float(int(length_m * 1000 / period_mm))
    return None


def k_of(
    kind: str, period_mm: float | None, k_max: float | None, field_t: float | None, gap_mm: float | None, assumed: Assumptions
) -> tuple[float | None, str]:
    """The largest K, and what it is from: see `types.Undulator`."""
    if k_max:
        return k_max, "k"
    if field_t and period_mm:
        return float(undulators.deflection_parameter(field_t, period_mm)), "field"
    told = "gap"
    if not gap_mm and kind in IN_VACUUM:
        gap_mm, told = assumed.gap_mm, "assumed"
    if gap_mm and period_mm and kind in FITS:
        fit, cold = FITS[kind]
        try:
            field = undulators.field_from_gap_t(gap_mm, period_mm, fit, cryogenic=cold)
        except Unphysical:
            return None, ""
        return float(undulators.deflection_parameter(field, period_mm)), told
    return None, ""


def field_of(field_t: float | None, k: float | None, period_mm: float | None) -> tuple[float | None, str]:
    """The field of a bend or wiggler in T, and what it is from: see `types.Magnet`."""
    if field_t:
        return field_t, "field"
    if k and period_mm:
        return float(undulators.peak_field_t(k, period_mm)), "k"
    return None, ""
