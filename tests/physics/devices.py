"""Undulators of the shipped record whose ring has all that is needed, read from its tables."""

import csv
from pathlib import Path

from leaps.physics.brilliance import Electrons
from leaps.physics.sizes import electron_divergence_rad, electron_size_m
from leaps.physics.undulators import deflection_parameter

PACK = Path(__file__).resolve().parents[2] / "packs" / "leaps"
CHOSEN = (
    ("alba", "XALOC and NCD IVU21"), ("esrf-ebs", "ID11 CPMU18a"), ("esrf-ebs", "ID31 CPMU14-1b"), ("esrf-ebs", "ID30 U35c"),
    ("max-iv-3gev", "NanoMAX IVU18.5"), ("max-iv-3gev", "HIPPIE EPU53"), ("petra-iii", "P10 U29 5 m undulator"),
    ("petra-iii", "P06 U32 2 m undulator"), ("soleil", "In-vacuum U20"), ("soleil", "Cryogenic U18"),
)  # fmt: skip


def rows(table: str) -> list[dict[str, str]]:
    with (PACK / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def real_devices() -> dict[str, tuple[Electrons, float, float, float]]:
    """Electrons, period in mm, periods and the largest K of each chosen device."""
    rings = {row["slug"]: row for row in rows("sources")}
    found = {}
    for row in rows("insertion_devices"):
        if (row["source"], row["name"]) not in CHOSEN:
            continue
        ring = rings[row["source"]]
        eps_x, eps_y = (float(ring[f"{plane}_emittance_pm_rad"]) * 1e-12 for plane in ("horizontal", "vertical"))
        beta_x, beta_y = float(ring["beta_x_m"]), float(ring["beta_y_m"])
        electrons = Electrons(
            float(ring["electron_energy_gev"]), float(ring["current_ma"]) / 1000,
            float(electron_size_m(eps_x, beta_x)), float(electron_divergence_rad(eps_x, beta_x)),
            float(electron_size_m(eps_y, beta_y)), float(electron_divergence_rad(eps_y, beta_y)), float(ring["energy_spread_rel"]),
        )  # fmt: skip
        period = float(row["period_mm"])
        k = float(row["k_max"]) if row["k_max"] else float(deflection_parameter(float(row["b_peak_t"]), period))
        found[f"{row['source']} {row['name']}"] = (electrons, period, float(row["periods"]), k)
    return found
