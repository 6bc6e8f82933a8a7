"""Loading a pack: seconds for the real record into a fresh database, and SQL statements by number of rows.

The peer of the seconds is the bare work under it, measured in turn: the same CSV files read by Python's csv
module and written cell by cell as rows into tables of an SQLite file of their own, without checks or history.
"""

import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _support import PACK, claim, environment, leaps, machine, median, new_home, table
from _synthetic import write_pack

ROUNDS = 3
ROWS = (10, 100, 1000)
COUNT = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
import django
django.setup()
from django.core.management import call_command
from django.db import connection
counted = []
def count(execute, sql, params, many, context):
    counted.append(sql.split(None, 1)[0].upper())
    return execute(sql, params, many, context)
with connection.execute_wrapper(count):
    call_command("pack", "load", sys.argv[1], reason="benchmark", stdout=sys.stderr)
print(json.dumps(counted))
"""


def bare(target: Path) -> float:
    """Seconds to read the CSV files of the real record and insert their rows, nothing else."""
    started = time.perf_counter()
    connection = sqlite3.connect(target)
    for path in sorted(PACK.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
        columns = ", ".join(f'"{name}"' for name in head)
        connection.execute(f'create table "{path.stem}" ({columns})')
        connection.executemany(f'insert into "{path.stem}" values ({", ".join("?" * len(head))})', rows)
    connection.commit()
    connection.close()
    return time.perf_counter() - started


def statements(folder: Path, rows: int) -> list[str]:
    """The first word of every SQL statement of a load that adds so many instruments to the real record."""
    home = new_home(folder / f"home-{rows}")
    leaps(home, "pack", "load", str(PACK), "--reason", "benchmark")
    with (PACK / "instruments.csv").open(encoding="utf-8", newline="") as stream:
        there = sum(1 for _row in csv.DictReader(stream))
    write_pack(folder / f"made-{rows}", there + rows)
    with (folder / f"made-{rows}" / "instruments.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        added = list(reader)[there:]
        columns = list(reader.fieldnames or ())
    pack = folder / f"rows-{rows}.csv"
    with pack.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(added)
    done = subprocess.run(
        [sys.executable, "-c", COUNT, str(pack)], env=environment(home, LEAPS_LOG_LEVEL="ERROR"), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"loading {rows} rows failed:\n{done.stderr[-2000:]}")
    found: list[str] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="leaps-bench-") as name:
        folder = Path(name)
        loads, starts, peers = [], [], []
        for number in range(ROUNDS):
            home = new_home(folder / f"fresh-{number}")
            starts.append(leaps(home, "pack", "--help"))
            peers.append(bare(folder / f"bare-{number}.sqlite3"))
            loads.append(leaps(home, "pack", "load", str(PACK), "--reason", "benchmark"))
        counts = {rows: statements(folder, rows) for rows in ROWS}

    print(f"`leaps pack load` of the real record into a fresh database; median of {ROUNDS} rounds")
    table(("", "seconds"), [
        ("the command, from start to end", f"{median(loads):.2f}"),
        ("of it: starting the command", f"{median(starts):.2f}"),
        ("bare: csv read and inserted", f"{median(peers):.2f}"),
    ])  # fmt: skip
    claim("pack load of the real record below 10 s", f"{median(loads):.1f} s", met=median(loads) < 10)

    print("SQL statements of a load that adds instruments to the real record")
    kinds = sorted({kind for found in counts.values() for kind in found})
    table(("rows added", *(f"{rows:,}" for rows in ROWS)), [
        ("all", *(str(len(counts[rows])) for rows in ROWS)),
        *((kind, *(str(counts[rows].count(kind)) for rows in ROWS)) for kind in kinds),
    ])  # fmt: skip
    growth = len(counts[ROWS[-1]]) / len(counts[ROWS[0]])
    claim("1,000 rows cost at most twice the statements of 10", f"× {growth:.2f}", met=growth <= 2)


if __name__ == "__main__":
    main()
