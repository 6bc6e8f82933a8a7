"""The league core set over raw records: seconds by rows, beside pandas and PostgreSQL on the same rows.

The rows are those of the synthetic league (20 facilities, 10 years). Sizes are rows of sessions and visits; the
largest is the 50 million of the full league and takes a long while to make, so it runs when asked for:
`bench/league_indicators.py 500000 5000000 50000000`. Each engine runs in a process of its own, whose peak of
memory is printed. To open the files counts; to write them, and the visitors kept beside the visits, is the cost of
taking in returns and printed apart. PostgreSQL is given its tables loaded and analysed.
"""

import io
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from _support import claim, machine, table

SIZES = (500_000, 5_000_000)
PER_SCALE = 790_000  # sessions and visits of the league at scale 1, about
FACILITIES, YEARS = 20, range(2015, 2025)
POSTGRES_UP_TO = 5_000_000
QUESTIONS = ("shares", "sums", "distinct")


def _django() -> None:
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=[], USE_I18N=False, TRIAL=False)
    django.setup()


def make(folder: Path, rows: int) -> dict[str, int]:
    """Write the league into a lake as the worker takes in returns; the rows of each record, and the seconds that took."""
    from leaps.core.lake import Store
    from leaps.indicators import raw
    from leaps.indicators.intake import computing
    from leaps.indicators.synthetic import SyntheticFacility, league

    countries = ("DE", "FR", "IT", "SE", "CH")
    many = [
        SyntheticFacility(f"f{i}", countries[i % 5], tuple(f"f{i}-i{k}" for k in range(8 + i)), 5000, 3000) for i in range(FACILITIES)
    ]
    store, paths, count, seconds = Store(folder), defaultdict(list), defaultdict(int), 0.0
    for _whose, batches in itertools.groupby(league(many, YEARS, scale=rows / PER_SCALE), key=lambda b: (b.facility, b.year)):
        tables = {batch.record: batch.rows for batch in batches}
        started = time.perf_counter()
        for name, found in (tables | computing.rollups(tables)).items():
            part = store.write(raw.record(name), found)
            paths[name].append(part.path)
            count[name] += part.rows
        seconds += time.perf_counter() - started
    print(f"  {count['session'] + count['visit']:,} sessions and visits written in {seconds:.1f} s, {count['visitor']:,} visitors with them")
    (folder / "lake.json").write_text(json.dumps({"paths": paths, "rows": count, "hosts": {f.slug: f.country for f in many}}))
    return count


# -- the engines, each in a process of its own ------------------------------------------------------


def ours(folder: Path) -> dict[str, float]:
    """Seconds of the three questions and of the whole core set, of each facility and of the league."""
    _django()
    from leaps.core.lake import Store
    from leaps.indicators.computed.registry import all_indicators, indicator
    from leaps.indicators.intake import computing

    lake = json.loads((folder / "lake.json").read_text())
    found = {}
    with computing.opened(Store(folder), {}, {}) as (connection, tables):  # the questions are put into SQL once
        for by_facility in (True, False):
            list(computing.values(connection, tables, all_indicators().values(), by_facility=by_facility, parts=False))
    for name, code in (("shares", "ACC-17"), ("sums", "ACC-07"), ("distinct", "ACC-10")):
        started, one = time.perf_counter(), indicator(code)
        needed = {record: lake["paths"][record] for record in (*one.records, *(["visitor"] if "visit" in one.records else []))}
        with computing.opened(Store(folder), needed, lake["hosts"]) as (connection, tables):
            rows = list(computing.values(connection, tables, [one], by_facility=name != "distinct", parts=False))
        found[name] = time.perf_counter() - started
        found[f"{name} check"] = sum(row.value or 0.0 for row in rows)
    started = time.perf_counter()
    with computing.opened(Store(folder), lake["paths"], lake["hosts"], rows=lake["rows"]) as (connection, tables):
        n = len(list(computing.values(connection, tables, all_indicators().values(), by_facility=True, parts=False)))
        n += len(list(computing.values(connection, tables, all_indicators().values(), by_facility=False, parts=False)))
        found["core set"], found["values"] = time.perf_counter() - started, n
    return found


def pandas_(folder: Path) -> dict[str, float]:
    """The same three questions, as one would write them."""
    import pandas as pd

    lake = json.loads((folder / "lake.json").read_text())

    def read(record: str, columns: list[str]) -> pd.DataFrame:
        return pd.concat([pd.read_parquet(folder / path, columns=columns) for path in lake["paths"][record]], ignore_index=True)

    found = {}
    started = time.perf_counter()
    session = read("session", ["facility", "year", "access_route", "delivered_h"])
    reviewed = session["access_route"].isin(["peer_review", "rapid", "long_term", "transnational"])
    session["n"] = session["delivered_h"].where(reviewed, 0.0)
    sums = session.groupby(["facility", "year"])[["n", "delivered_h"]].sum()
    found["shares check"] = float((100 * sums["n"] / sums["delivered_h"]).sum())
    found["shares"] = time.perf_counter() - started
    del session
    started = time.perf_counter()
    visit = read("visit", ["facility", "year", "person_key"])
    found["sums check"] = float(visit.groupby(["facility", "year"]).size().sum())
    found["sums"] = time.perf_counter() - started
    del visit
    started = time.perf_counter()
    visit = read("visit", ["facility", "year", "person_key"])
    person = read("person", ["facility", "year", "person_key", "league_key"])
    both = visit.merge(person, on=["facility", "year", "person_key"], how="left")
    both["who"] = both["person_key"].where(both["league_key"].fillna(False), both["facility"] + ":" + both["person_key"])
    found["distinct check"] = float(both.groupby("year")["who"].nunique().sum())
    found["distinct"] = time.perf_counter() - started
    return found


def postgres(folder: Path) -> dict[str, float]:
    """The same in SQL, on a server with its tables loaded and analysed; started by `tools/with_postgres.py`."""
    import psycopg
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    lake = json.loads((folder / "lake.json").read_text())
    columns = {"session": ["facility", "year", "access_route", "delivered_h"], "visit": ["facility", "year", "person_key"],
               "person": ["facility", "year", "person_key", "league_key"]}  # fmt: skip
    types = {"year": "int", "delivered_h": "double precision", "league_key": "boolean"}
    found = {}
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SET work_mem = '1GB'")
        for record, names in columns.items():
            spec = ", ".join(f"{name} {types.get(name, 'text')}" for name in names)
            connection.execute(f"CREATE TEMP TABLE {record} ({spec})")
            with connection.cursor().copy(f"COPY {record} FROM STDIN (FORMAT csv)") as copy:
                for path in lake["paths"][record]:
                    sink = io.BytesIO()
                    pa_csv.write_csv(pq.read_table(folder / path, columns=names), sink, pa_csv.WriteOptions(include_header=False))
                    copy.write(sink.getvalue())
            connection.execute(f"ANALYZE {record}")
        questions = {
            "shares": "SELECT sum(v) FROM (SELECT 100 * sum(CASE WHEN access_route IN ('peer_review','rapid','long_term','transnational')"
            " THEN delivered_h ELSE 0 END) / sum(delivered_h) v FROM session GROUP BY facility, year) s",
            "sums": "SELECT sum(n) FROM (SELECT count(*) n FROM visit GROUP BY facility, year) s",
            "distinct": "SELECT sum(n) FROM (SELECT count(DISTINCT CASE WHEN league_key THEN v.person_key ELSE v.facility || ':' || v.person_key END) n"
            " FROM visit v LEFT JOIN person p USING (facility, year, person_key) GROUP BY v.year) s",
        }
        for name, question in questions.items():
            started = time.perf_counter()
            (value,) = connection.execute(question).fetchone() or (0,)
            found[name], found[f"{name} check"] = time.perf_counter() - started, float(value)
    return found


ENGINES = {"ours": ours, "pandas": pandas_, "postgres": postgres}


def run(engine: str, folder: Path) -> dict[str, float]:
    """One engine in a process of its own; its figures and its peak of memory in GB."""
    command = [sys.executable, __file__, "--engine", engine, str(folder)]
    if engine == "postgres":
        command = [sys.executable, str(Path(__file__).parent.parent / "tools" / "with_postgres.py"), *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"  {engine} did not finish: {done.stderr.strip()[-300:] or done.returncode}")
        return {}
    return dict(json.loads(lines[-1]))


def main(sizes: list[int]) -> None:
    """Measure and print."""
    _django()
    print(machine())
    results: dict[int, dict[str, dict[str, float]]] = {}
    lines = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="leaps-bench-") as name:
            folder = Path(name)
            count = make(folder, size)
            rows = count["session"] + count["visit"]
            engines = ["ours", "pandas"] + (["postgres"] if size <= POSTGRES_UP_TO else [])
            found = {engine: run(engine, folder) for engine in engines}
        results[rows] = found
        for engine, figures in found.items():
            for question in QUESTIONS:
                same = figures.get(f"{question} check", 0.0) / (found["ours"].get(f"{question} check") or 1.0)
                if figures and abs(same - 1) > 1e-9:
                    sys.exit(f"{engine} and ours disagree on {question}: × {same}")
            lines.append((
                f"{rows:,}", engine, *(f"{figures[q]:.2f}" if q in figures else "–" for q in QUESTIONS),
                f"{figures['core set']:.1f}" if "core set" in figures else "", f"{figures.get('memory', 0):.1f}",
            ))  # fmt: skip
    table(("sessions and visits", "engine", *(f"{q} s" for q in QUESTIONS), "core set s", "peak GB"), lines)
    largest = max(results)
    found = results[largest]
    if not all(engines["ours"] for engines in results.values()):
        sys.exit("Our own engine did not finish; see above.")
    for question, wanted in (("sums", 10.0), ("shares", 10.0), ("distinct", 4.0)):
        if found.get("pandas"):
            ratio = found["pandas"][question] / found["ours"][question]
            claim(f"{question} at least {wanted:g} times as fast as pandas, {largest:,} rows", f"× {ratio:.1f}", met=ratio >= wanted)
    for rows, engines in results.items():
        if engines.get("postgres"):
            slower = min(engines["postgres"][q] / engines["ours"][q] for q in QUESTIONS)
            claim(f"each question faster than PostgreSQL, {rows:,} rows", f"× {slower:.1f} at least", met=slower > 1)
    claim("memory below 4 GB", f"{found['ours']['memory']:.1f} GB", met=found["ours"]["memory"] < 4)
    ordered = sorted(results)
    for small, large in itertools.pairwise(ordered):
        growth = (results[large]["ours"]["core set"] / results[small]["ours"]["core set"]) / (large / small)
        claim(f"core set grows close to linear, {small:,} to {large:,} rows", f"{growth:.2f} of linear", met=growth <= 1.3)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--engine"]:
        figures = ENGINES[sys.argv[2]](Path(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(json.dumps(figures | {"memory": peak}))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
