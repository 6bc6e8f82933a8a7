"""The dashboards of the indicators, cold: the first answer of every page beside a bare table, and again warm.

The record is the real one with the synthetic league of a trial: 20 facilities, ten years. Cold means: each address
is asked once, by one client, of a server that has just started and has answered none of these pages; its two
processes share the questions, so that each works out for itself what it keeps. The bare view renders a table as large
as the median page, on the same server software, and is asked in between.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from _support import (
    CACHE,
    claim,
    environment,
    machine,
    median,
    new_home,
    percentile,
    serve,
    serve_bare,
    table,
)

ROUNDS = 3
WAIT_SECONDS = 3000
KINDS = (
    ("league", ["/indicators/", "/indicators/matrix/", "/indicators/league/", "/indicators/board/", "/indicators/equity/",
                "/indicators/funders/", "/indicators/countries/", "/indicators/reports/", "/indicators/impact/",
                "/indicators/impact/ladder/"]),
)  # fmt: skip
LIST = """
import json, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
import django
django.setup()
from leaps.catalogue.models import Facility
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.models import ComputedValue
slugs = sorted(set(ComputedValue.objects.exclude(facility="").values_list("facility", flat=True)))
countries = sorted(set(Facility.objects.filter(slug__in=slugs).values_list("country", flat=True)))
print(json.dumps({"facilities": slugs, "countries": countries, "indicators": sorted(all_indicators())}))
"""
PENDING = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
import django
django.setup()
from django_tasks_db.models import DBTaskResult
print(DBTaskResult.objects.filter(status__in=("READY", "RUNNING")).count())
"""


def ask_django(home: Path, script: str) -> str:
    """What a small script prints in a home."""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(home, LEAPS_LOG_LEVEL="ERROR", LEAPS_TRIAL="1"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stdout.strip().splitlines()[-1]


def trial() -> Path:
    """A home whose synthetic league has been returned and computed; kept from one run to the next."""
    kept = CACHE / "home-league"
    if kept.exists():
        return kept
    print("Making the synthetic league once, for this and later runs; this takes minutes", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        home = new_home(Path(folder) / "home")
        with serve(home):
            deadline = time.monotonic() + WAIT_SECONDS
            while (left := int(ask_django(home, PENDING))) > 0:
                if time.monotonic() > deadline:
                    sys.exit(f"The league was not ready in time: {left} tasks are left.")
                time.sleep(10)
        home.rename(kept)
    return kept


def seconds_of(url: str, path: str) -> tuple[float, int]:
    """Seconds of one answer, and its bytes."""
    started = time.perf_counter()
    with urllib.request.urlopen(url + path, timeout=60) as answer:
        size = len(answer.read())
    return time.perf_counter() - started, size


def main() -> None:
    """Measure and print."""
    print(machine())
    kept = trial()
    found = json.loads(ask_django(kept, LIST))
    pages = dict(KINDS) | {
        "facility": [f"/indicators/facilities/{slug}/computed/" for slug in found["facilities"]],
        "facility, published": [f"/indicators/facilities/{slug}/" for slug in found["facilities"]],
        "country": [f"/indicators/countries/{code}/" for code in found["countries"]],
        "indicator": [f"/indicators/{code}/computed/" for code in found["indicators"]],
        "indicator, published": [f"/indicators/{code}/" for code in found["indicators"]],
    }
    cold: dict[str, list[float]] = defaultdict(list)
    warm: dict[str, list[float]] = defaultdict(list)
    sizes: list[int] = []
    slowest: dict[str, float] = defaultdict(float)
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="leaps-bench-") as folder:
            home = Path(shutil.copytree(kept, Path(folder) / "home"))
            with serve(home) as server:
                time.sleep(5)  # a process warms up in the background of its first seconds, as it does for people
                for name, paths in pages.items():
                    for path in paths:
                        seconds, size = seconds_of(server.url, path)
                        cold[name].append(seconds)
                        sizes.append(size)
                        slowest[path] = max(slowest[path], seconds)
                for name, paths in pages.items():
                    for path in paths * 2:
                        warm[name].append(seconds_of(server.url, path)[0])
    with tempfile.TemporaryDirectory(prefix="leaps-bare-") as folder, serve_bare(300, int(median(sizes)), Path(folder)) as bare:
        peer = [seconds_of(bare.url, "/")[0] for _ in range(200)]

    def row(name: str, first: Sequence[float], again: Sequence[float]) -> tuple[str, ...]:
        return (name, str(len(first) // ROUNDS), *(f"{1000 * v:.0f}" for v in (median(first), percentile(first, 0.95), max(first), median(again))))

    every = [t for times in cold.values() for t in times]
    lines = [row(name, cold[name], warm[name]) for name in pages]
    lines.append(row("all", every, [t for times in warm.values() for t in times]))
    lines.append(("bare table", "1", *(f"{1000 * v:.0f}" for v in (median(peer), percentile(peer, 0.95), max(peer), median(peer)))))
    table(("", "pages", "cold median ms", "cold p95 ms", "cold worst ms", "warm median ms"), lines)
    print("slowest:", ", ".join(f"{path} {1000 * s:.0f} ms" for path, s in sorted(slowest.items(), key=lambda i: -i[1])[:5]))
    worst = max(percentile(times, 0.95) for times in cold.values())
    claim("p95 of any kind of dashboard below 200 ms, cold", f"{1000 * worst:.0f} ms", met=worst < 0.2)
    claim("p95 of all dashboards beside a bare table", f"× {percentile(every, 0.95) / percentile(peer, 0.95):.1f}", met=True)


if __name__ == "__main__":
    main()
