"""Checking a return: seconds by number of rows, beside pandas that only reads the same file and its moments.

The rows are made up: sessions of an instrument, as a user office would export them to CSV.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
from _support import claim, machine, table

ROWS = (50_000, 500_000, 5_000_000)


def write(path: Path, rows: int) -> None:
    """A table of sessions without a fault."""
    number = np.arange(rows)
    start = np.datetime64("2024-01-01T00:00:00") + (number % (8_000 * 60)).astype("timedelta64[m]")
    columns = {
        "session_id": pa.array(np.char.add("s", number.astype(str))),
        "instrument": pa.array(np.char.add("i", (number % 40).astype(str))),
        "access_route": pa.array(np.array(["peer_review", "rapid", "proprietary"])[number % 3]),
        "starts_at": pa.array(np.char.add(np.datetime_as_string(start, unit="s"), "Z")),
        "ends_at": pa.array(np.char.add(np.datetime_as_string(start + np.timedelta64(8, "h"), unit="s"), "Z")),
        "delivered_h": pa.array((number % 9).astype(float)),
    }
    pa_csv.write_csv(pa.table(columns), path)


def ours(path: Path) -> float:
    """Seconds to read and check everything."""
    from leaps.indicators.intake import check, read_folder

    started = time.perf_counter()
    found = check(read_folder(path), facility="ring", year=2024)
    if found.problems:
        sys.exit(f"The made-up table has problems: {found.problems[0]}")
    return time.perf_counter() - started


def peer(path: Path) -> float:
    """Seconds of pandas to read the table, its moments and look for keys that stand twice."""
    started = time.perf_counter()
    frame = pd.read_csv(path, parse_dates=["starts_at", "ends_at"])
    frame.duplicated("session_id").any()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=[], USE_I18N=False)
    django.setup()
    print(machine())
    lines, seconds = [], {}
    with tempfile.TemporaryDirectory(prefix="leaps-bench-") as folder:
        for rows in ROWS:
            path = Path(folder) / "session.csv"
            write(path, rows)
            mine, others = min(ours(path) for _round in range(2)), min(peer(path) for _round in range(2))
            seconds[rows] = mine
            lines.append((f"{rows:,} rows", f"{mine:.1f}", f"{others:.1f}", f"{mine / others:.1f}", f"{1e6 * mine / rows:.1f}"))
    table(("", "seconds", "pandas reads it in", "ratio", "µs a row"), lines)
    claim("a return of 5 million rows is checked in less than 60 s", f"{seconds[ROWS[-1]]:.0f} s", met=seconds[ROWS[-1]] < 60)
    growth = seconds[ROWS[-1]] / seconds[ROWS[1]]
    claim("ten times the rows take at most 13 times as long", f"× {growth:.1f}", met=growth <= 13)


if __name__ == "__main__":
    main()
