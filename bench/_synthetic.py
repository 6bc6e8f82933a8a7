"""Packs of any size for measuring: the shipped pack plus instruments made up from its own values.

Every made-up instrument is called "Synthetic ..." and lives in a temporary or throw-away home only.
Each takes its facility from one real instrument, its techniques from a second and its numbers from a
third, so that values and gaps are as frequent as in the real record while combinations are new.
"""

import csv
import random
import shutil
from pathlib import Path

from _support import PACK

NUMBERS = (
    "photon_energy_min_ev", "photon_energy_max_ev", "beam_size_h_um", "beam_size_v_um", "flux_ph_s",
    "energy_resolution_rel", "source_device", "polarisation",
)  # fmt: skip
SUBJECT = ("techniques", "technique_terms", "science_fields", "full_name")


def write_pack(folder: Path, instruments: int) -> None:
    """A pack with this many instruments in all; fewer than the real ones means the first of them."""
    shutil.copytree(PACK, folder)
    with (PACK / "instruments.csv").open(encoding="utf-8", newline="") as stream:
        real = list(csv.DictReader(stream))
    with (PACK / "provenance.csv").open(encoding="utf-8", newline="") as stream:
        provenance = list(csv.DictReader(stream))
    rows = real[:instruments]
    kept = {row["slug"] for row in rows}
    provenance = [p for p in provenance if p["table"] != "instruments" or p["key"] in kept]
    rng = random.Random(20_000)
    for number in range(instruments - len(rows)):
        place, subject, numbers = (rng.choice(real) for _ in range(3))
        made = dict(place)
        made.update({name: subject[name] for name in SUBJECT})
        made.update({name: numbers[name] for name in NUMBERS})
        made["slug"], made["name"], made["homepage"] = f"synthetic-{number:05}", f"Synthetic {number:05}", ""
        rows.append(made)
        for name, value in made.items():
            if value and name != "slug":
                provenance.append(dict.fromkeys(provenance[0], "") | {
                    "table": "instruments", "key": made["slug"], "field": name, "confidence": "sourced",
                    "source_url": "https://synthetic.invalid/not-a-real-source", "as_of": "2026",
                })  # fmt: skip
    _write(folder / "instruments.csv", rows)
    _write(folder / "provenance.csv", provenance)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
