"""What the benchmarks share: homes of several sizes, running servers, a client, one way to print.

Every figure stands beside a peer measured in the same run, the two in turn, because a machine's speed
drifts; what is quoted is the median of the rounds.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "packs" / "leaps"
BIN = Path(sys.executable).parent
SIZES = (531, 5_000, 20_000)
"""Instruments: the real record, and two with made-up instruments added (`_synthetic`)."""

CACHE = ROOT / "var" / "bench"
TICKS = os.sysconf("SC_CLK_TCK")
WEB = ("leaps web", "granian")
"""What the web processes of the platform and of the bare page are called."""

_clean = {k: v for k, v in os.environ.items() if not k.startswith("LEAPS_") and k != "DATABASE_URL"}


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command that works in a home of its own."""
    return _clean | {"LEAPS_HOME": str(home), "LEAPS_SECRET_KEY": "of-the-benchmarks-" + "0123456789abcdef" * 4} | more


def leaps(home: Path, *arguments: str) -> float:
    """Run one command of the platform; returns the seconds it took. Ends the run when it fails."""
    started = time.perf_counter()
    done = subprocess.run([BIN / "leaps", *arguments], env=environment(home), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"leaps {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


def new_home(home: Path) -> Path:
    """A home with an empty database."""
    home.mkdir(parents=True)
    leaps(home, "migrate", "--verbosity", "0")
    leaps(home, "createcachetable", "--verbosity", "0")
    leaps(home, "collectstatic", "--no-input", "--verbosity", "0")
    return home


def pack(instruments: int) -> Path:
    """A pack of a size, kept from one run to the next as long as nothing it is made of changes."""
    from _synthetic import write_pack

    if instruments == SIZES[0]:
        return PACK
    folder = CACHE / f"pack-{instruments}-{_fingerprint()}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as building:
            write_pack(Path(building) / "pack", instruments)
            (Path(building) / "pack").rename(folder)
    return folder


@contextmanager
def home(instruments: int) -> Iterator[Path]:
    """A throw-away home whose record holds this many instruments."""
    kept = CACHE / f"home-{instruments}-{_fingerprint()}"
    if not kept.exists():
        print(f"Loading a record of {instruments:,} instruments once, for this and later runs", flush=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as building:
            made = new_home(Path(building) / "home")
            leaps(made, "pack", "load", str(pack(instruments)), "--reason", "benchmark")
            made.rename(kept)
    with tempfile.TemporaryDirectory(prefix="leaps-bench-") as folder:
        shutil.copytree(kept, Path(folder) / "home")
        yield Path(folder) / "home"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [*PACK.iterdir(), *(ROOT / "src").glob("leaps/*/migrations/*.py"), Path(__file__).with_name("_synthetic.py")]
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


# Servers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and the process above all of its own."""

    url: str
    pid: int

    def workers(self) -> list[int]:
        """The processes that answer requests: those of that name with no process below. Ends the run if there are none."""
        found = [pid for pid in _below(self.pid) if _name(pid) in WEB and not _children(pid)]
        if not found:
            sys.exit(f"No process below {self.pid} is called {' or '.join(WEB)}: CPU and memory cannot be measured.")
        return found

    def cpu_seconds(self) -> float:
        """Processor time used so far by the processes that answer requests."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def memory_mb(self) -> list[float]:
        """Memory of each of them: its own share (PSS) in MB."""
        found = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found.append(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")))
        return found


def _children(pid: int) -> list[int]:
    try:
        return [int(c) for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]
    except OSError:
        return []


def _below(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_below(child))]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(home: Path) -> Iterator[Server]:
    """The platform as `make run` starts it."""
    port = free_port()
    line = [str(BIN / "leaps"), "serve", "--trial", "--port", str(port)]
    with _running(line, environment(home, LEAPS_LOG_LEVEL="WARNING"), home / "serve.log", port, "/health/ready") as server:
        yield server


@contextmanager
def serve_bare(rows: int, size: int, folder: Path) -> Iterator[Server]:
    """A bare Django view that renders a table with so many rows, `size` bytes in all; same server, same settings."""
    port = free_port()
    line = [
        str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--backpressure", "128", "--no-access-log", "--log-level", "warning", "_bare:application",
    ]  # fmt: skip
    more = {"PYTHONPATH": str(Path(__file__).parent), "BARE_ROWS": str(rows), "BARE_BYTES": str(size)}
    with _running(line, environment(folder, **more), folder / "bare.log", port, "/") as server:
        yield server


@contextmanager
def _running(line: Sequence[str], env: dict[str, str], log: Path, port: int, ready: str) -> Iterator[Server]:
    with log.open("wb") as stream:
        process = subprocess.Popen(line, env=env, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
    url = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + 240
        while not _answers(url + ready):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{line[0]} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


# Measuring -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of clients saw: seconds of each answer by path, in all and per second."""

    times: dict[str, list[float]]
    seconds: float
    cpu_seconds: float

    @property
    def every(self) -> list[float]:
        """The times of all answers."""
        return [t for times in self.times.values() for t in times]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.every) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time of the server for one answer."""
        return 1000 * self.cpu_seconds / len(self.every)


def load(server: Server, paths: Sequence[str], *, clients: int = 8, seconds: float = 4.0) -> Load:
    """Let clients in a process of their own ask in turn, each the next when it has its answer."""
    before = server.cpu_seconds()
    asked = json.dumps({"url": server.url, "paths": list(paths), "clients": clients, "seconds": seconds})
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("_client.py")], input=asked, capture_output=True, text=True,
        timeout=seconds + 90, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return Load(answer["times"], answer["seconds"], server.cpu_seconds() - before)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p95_ms(found: Load) -> float:
    """The time within which 95 of 100 answers came, in ms."""
    return 1000 * percentile(found.every, 0.95)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return float(statistics.median(values))


def machine() -> str:
    """What the figures were measured on."""
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load average before the run {os.getloadavg()[0]:.1f}"


def claim(words: str, measured: str, *, met: bool) -> None:
    """The last line of a figure: what was promised, what was found."""
    print(f"CLAIM {words} / {measured} / {'met' if met else 'NOT MET'}\n", flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns, the first to the left."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        first, *rest = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        print("  ".join((first, *rest)), flush=True)
