"""The finder page under load: beside a bare table page, view by view, and as the record grows.

The platform runs as `make run` starts it (granian, two processes); eight clients in a process of their
own keep their connections and ask without pause. The servers are asked in turn, round by round.
"""

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from _support import (
    SIZES,
    Load,
    claim,
    environment,
    home,
    load,
    machine,
    median,
    p95_ms,
    percentile,
    serve,
    serve_bare,
    table,
)

ROUNDS = 5
QUESTIONS = {
    "nothing asked": "/instruments/",
    "words": "/instruments/?q=diffraction+cryostat&literal=1",
    "words misspelt": "/instruments/?q=photoemision&literal=1",
    "technique": "/instruments/?technique=PaNET01022",
    "technique, energy": "/instruments/?technique=PaNET01089&energy_min=90&energy_max=90",
    "energy in Å": "/instruments/?energy_min=0.8&energy_max=1.5&energy_unit=%C3%85",
    "period": "/instruments/?from=2027-09-01&to=2027-11-30&status=operating",
    "four filters": "/instruments/?country=DE&country=FR&kind=synchrotron&beam_size_max=10&remote=yes",
    "nothing fits": "/instruments/?q=ARPES&literal=1&energy_min=90&energy_max=90&beam_size_max=0.01&country=PL",
    "sorted": "/instruments/?country=DE&sort=-flux",
    "page 3": "/instruments/?source=storage_ring&page=3",
}
VIEWS = {
    "list": "/instruments/?technique=PaNET01022&page=2",
    "table": "/instruments/?technique=PaNET01022&page=2&view=table",
    "map": "/instruments/?technique=PaNET01022&view=map",
    "energy chart": "/instruments/?technique=PaNET01022&view=energy",
    "technique tree": "/instruments/tree/?country=DE",
    "export CSV": "/instruments/export.csv?technique=PaNET01089",
    "export JSON": "/instruments/export.json?technique=PaNET01089",
    "export XLSX": "/instruments/export.xlsx?technique=PaNET01089",
}
COUNTED = {
    "home": "/",
    "finder": QUESTIONS["four filters"],
    "finder, table": VIEWS["table"],
    "finder, map": VIEWS["map"],
    "facility": "/facilities/esrf/",
    "technique": "/techniques/PaNET01022/",
    "compare": "/instruments/compare/?i=alba-boreas&i=alba-circe-napp",
}
COUNT = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
import django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client, found = Client(headers={"host": "localhost"}), {}
for name, path in json.load(sys.stdin).items():
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    found[name] = len(captured)
print(json.dumps(found))
"""


def page_size(url: str) -> tuple[int, int]:
    """Bytes of a page, and its rows: results and filter values."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        body = answer.read()
    return len(body), len(re.findall(rb'class="(?:result|option)"', body))


def count_queries(folder: Path) -> dict[str, int]:
    """How many queries each page makes on this record, its index being built."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=environment(folder, LEAPS_LOG_LEVEL="ERROR"), input=json.dumps(COUNTED),
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, int] = json.loads(done.stdout)
    return found


def middle(loads: Sequence[Load], path: str) -> tuple[float, float]:
    """Median and 95th percentile of one path over all rounds, in ms."""
    times = [t for found in loads for t in found.times[path]]
    return 1000 * median(times), 1000 * percentile(times, 0.95)


def main() -> None:
    """Measure and print."""
    print(machine())
    with ExitStack() as stack:
        homes = {size: stack.enter_context(home(size)) for size in SIZES}
        counts = {size: count_queries(folder) for size, folder in homes.items()}
        servers = {size: stack.enter_context(serve(folder)) for size, folder in homes.items()}
        bytes_, rows = page_size(servers[SIZES[0]].url + QUESTIONS["nothing asked"])
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leaps-bare-")))
        bare = stack.enter_context(serve_bare(rows, bytes_, folder))
        print(f"finder page: {bytes_:,} bytes, {rows} rows (results and filter values); the bare table has as many\n")

        questions, views = list(QUESTIONS.values()), list(VIEWS.values())
        for server in servers.values():
            load(server, questions + views, seconds=2)
        load(bare, ["/"], seconds=1)
        mixed: dict[int, list[Load]] = {size: [] for size in SIZES}
        viewed: dict[int, list[Load]] = {size: [] for size in SIZES}
        plain: list[Load] = []
        peer: list[Load] = []
        for _round in range(ROUNDS):
            peer.append(load(bare, ["/"], seconds=3))
            plain.append(load(servers[SIZES[0]], [QUESTIONS["nothing asked"]], seconds=3))
            for size, server in servers.items():
                mixed[size].append(load(server, questions, seconds=4))
            for size, server in servers.items():
                viewed[size].append(load(server, views, clients=2, seconds=3))
        memory = {size: server.memory_mb() for size, server in servers.items()}

    print(f"8 clients, {len(QUESTIONS)} questions in turn; median of {ROUNDS} rounds")
    lines = [
        (
            name,
            f"{median([f.per_second for f in found]):.0f}",
            f"{median([p95_ms(f) for f in found]):.0f}",
            f"{median([p95_ms(f) / p95_ms(b) for f, b in zip(found, peer, strict=True)]):.1f}",
            f"{median([f.cpu_ms for f in found]):.1f}",
        )
        for name, found in (("bare table", peer), *((f"{size:,} instruments", mixed[size]) for size in SIZES))
    ]
    table(("", "answers/s", "p95 ms", "p95 / bare", "CPU ms an answer"), lines)
    real = median([p95_ms(found) for found in mixed[SIZES[0]]])
    claim("finder p95 below 100 ms, 8 clients, two cores, real record", f"{real:.0f} ms", met=real < 100)
    growth = median([p95_ms(b) / p95_ms(a) for a, b in zip(mixed[SIZES[0]], mixed[SIZES[-1]], strict=True)])
    cpu = median([b.cpu_ms / a.cpu_ms for a, b in zip(mixed[SIZES[0]], mixed[SIZES[-1]], strict=True)])
    claim("at 20,000 instruments at most 2 × slower", f"p95 × {growth:.2f}, CPU × {cpu:.2f}", met=growth <= 2)
    share = median([a.per_second / b.per_second for a, b in zip(plain, peer, strict=True)])
    claim("finder page at least 40 % of the answers/s of a bare table of its size", f"{100 * share:.0f} %", met=share >= 0.4)

    print("each question, 8 clients: median / p95 in ms")
    table(("", *(f"{s:,}" for s in SIZES)), [
        (name, *("{:.0f} / {:.0f}".format(*middle(mixed[s], path)) for s in SIZES)) for name, path in QUESTIONS.items()
    ])  # fmt: skip
    print("\neach view, 2 clients: median / p95 in ms")
    table(("", *(f"{s:,}" for s in SIZES)), [
        (name, *("{:.0f} / {:.0f}".format(*middle(viewed[s], path)) for s in SIZES)) for name, path in VIEWS.items()
    ])  # fmt: skip
    print("\nmemory of each web process, MB")
    table(("instruments", *(f"{s:,}" for s in SIZES)), [("", *(" ".join(f"{m:.0f}" for m in memory[s]) for s in SIZES))])
    print("\nSQL queries of a page")
    table(("", *(f"{s:,}" for s in SIZES)), [(name, *(str(counts[s][name]) for s in SIZES)) for name in COUNTED])
    constant = all(len({counts[s][name] for s in SIZES}) == 1 for name in COUNTED)
    claim("queries of a page constant in the number of results", "see above", met=constant)


if __name__ == "__main__":
    main()
