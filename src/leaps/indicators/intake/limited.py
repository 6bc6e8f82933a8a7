"""Reading a return in a process of its own, with little time, bounded memory and no secrets.

Parsers of archives, workbooks and Parquet see whatever somebody chose to send. Should one of them be talked
into eating all memory or running for ever, only this process ends, and the sender gets a sentence.
`python -m leaps.indicators.intake.limited` is that process: an order on its standard input, the report as
JSON on its standard output, the checked tables as Parquet files in a folder.
"""

import json
import logging
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leaps.core.errors import Problem

logger = logging.getLogger(__name__)

MEMORY_BYTES: Final = 6 * 1024**3
UNPACKED_BYTES: Final = 4 * 1024**3
CPU_SECONDS: Final = 600
WALL_SECONDS: Final = 900
MOST_MEMBERS: Final = 100
MANIFEST: Final = "return.json"
_OUT_OF_MEMORY: Final = 3


@dataclass(slots=True)
class Report:
    """What was found: rows of each kind of record, with their Parquet files, or what is wrong."""

    rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(incoming: Path, outgoing: Path, *, facility: str, year: int) -> Report:
    """Read and check the files of a folder; never raises for what they hold.

    Where nothing is wrong, `outgoing` gets one `<record>.parquet` for each kind of record.
    """
    order = {
        "incoming": str(incoming), "outgoing": str(outgoing), "facility": facility, "year": year,
        "language": get_language() or "en", "memory": MEMORY_BYTES,
    }  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603  this very interpreter, this very module
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            # Nothing of the installation's environment: no keys, no database address.
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TMPDIR": str(outgoing)},
        )
    except subprocess.TimeoutExpired:
        logger.warning("reading a return was stopped after %s seconds", WALL_SECONDS)
        return _stopped(_("could not be read within the limit of time"))
    if done.returncode == 0:
        told = json.loads(done.stdout)
        return Report(told["rows"], [Problem(**problem) for problem in told["problems"]])
    if done.returncode != _OUT_OF_MEMORY:
        logger.error("reading a return ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[-2000:])
    return _stopped(_("could not be read within the limit of memory"))


def _stopped(message: str) -> Report:
    cure = _("Send it as Parquet, made by `leaps return make`, or ask the operators.")
    return Report(problems=[Problem(message, cure, field="")])


def unpack(folder: Path) -> list[Problem]:
    """Put the tables of every zip of a folder beside it and take the zip away; nothing else is unpacked."""
    problems: list[Problem] = []
    left = UNPACKED_BYTES
    for path in sorted(folder.glob("*.[zZ][iI][pP]")):
        try:
            with zipfile.ZipFile(path) as archive:
                left -= _members(archive, path, folder, left, problems)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
            cure = _("Pack it again, without a password.")
            problems.append(Problem(_("is not a whole zip archive"), cure, file=path.name))
        path.unlink()
    return problems


def _members(archive: zipfile.ZipFile, path: Path, folder: Path, left: int, problems: list[Problem]) -> int:
    from leaps.indicators.intake.reading import ENDINGS  # slow to import; the web needs none of it

    members = [m for m in archive.infolist() if not m.is_dir() and PurePosixPath(m.filename).name.lower().endswith(ENDINGS)]
    if len(members) > MOST_MEMBERS:
        message = _("holds %(n)d tables; %(most)d are allowed") % {"n": len(members), "most": MOST_MEMBERS}
        problems.append(Problem(message, _("Put tables of one kind together."), file=path.name))
        return 0
    used = 0
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/")).name
        if name.startswith(("._", ".")):
            continue
        target = folder / name
        if target.exists():
            problems.append(Problem(_("stands twice"), _("Give every file its own name."), file=name))
            continue
        with archive.open(member) as source, target.open("wb") as file:
            while chunk := source.read(1 << 20):
                used += len(chunk)
                if used > left:  # what the archive says of its sizes is not believed
                    message = _("unpacks to more than %(most)d GB") % {"most": UNPACKED_BYTES // 1024**3}
                    problems.append(Problem(message, _("Send it as Parquet, or in parts."), file=path.name))
                    return used
                file.write(chunk)
    return used


def _work(order: Mapping[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    from leaps.indicators.intake import check, read_folder

    incoming, outgoing = Path(order["incoming"]), Path(order["outgoing"])
    problems = unpack(incoming)
    rows: dict[str, int] = {}
    if not problems:
        checked = check(read_folder(incoming), facility=order["facility"], year=order["year"])
        problems = checked.problems
        for name, table in checked.tables.items() if not problems else ():
            pq.write_table(table, outgoing / f"{name}.parquet", compression="zstd")
            rows[name] = table.num_rows
    return {"rows": rows, "problems": [asdict(problem) for problem in problems]}


def _limit(memory: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, UNPACKED_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def main() -> int:
    """The limited process."""
    order = json.loads(sys.stdin.buffer.read())
    _limit(order["memory"])
    import django  # only this process needs an empty project of its own
    from django.conf import settings
    from django.utils import translation

    settings.configure(LANGUAGE_CODE="en", USE_I18N=True, INSTALLED_APPS=[])
    django.setup(set_prefix=False)
    translation.activate(order["language"])
    try:
        sys.stdout.write(json.dumps(_work(order)))
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
