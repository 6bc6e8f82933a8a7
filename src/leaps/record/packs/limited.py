"""Looking into an upload in a process of its own, with little memory, little time and no secrets.

The parsers of archives and workbooks see whatever somebody chose to send. Should one of them be
talked into eating all memory or running for ever, only this process ends, and the sender gets a
sentence. `python -m leaps.record.packs.limited` is that process: it takes the upload on its standard
input and gives the tables as JSON.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record.packs.reading import Contents, Row, Table, read_bytes

logger = logging.getLogger(__name__)

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 60
MAX_ROWS = 20_000
SMALL_TEXT_BYTES = 256 * 1024
_OUT_OF_MEMORY = 3


def read(name: str, content: bytes, *, encoding: str = "") -> Contents:
    """Read an upload in a limited process; never raises for what the upload holds.

    Small plain text is read at once: there is nothing in it to unpack.
    """
    if len(content) <= SMALL_TEXT_BYTES and not content.startswith(b"PK"):
        return _too_many_rows(name, read_bytes(name, content, encoding=encoding))
    order = {"name": name, "encoding": encoding, "language": get_language() or "en", "memory": MEMORY_BYTES}
    try:
        done = subprocess.run(  # noqa: S603  this very interpreter, this very module
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(order).encode() + b"\n" + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            # Nothing of the installation's environment: no keys, no database address.
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        logger.warning("reading an upload was stopped after %s seconds", WALL_SECONDS)
        return _stopped(name)
    if done.returncode == 0:
        return contents_of(json.loads(done.stdout))
    if done.returncode == _OUT_OF_MEMORY:
        cure = _("Send the tables one by one, as CSV.")
        return Contents(problems=[Problem(_("needs too much memory to be read"), cure, file=name)])
    logger.error("reading an upload ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[-2000:])
    return _stopped(name)


def _stopped(name: str) -> Contents:
    cure = _("Open it in a spreadsheet program, save it again, and send the tables one by one as CSV.")
    return Contents(problems=[Problem(_("could not be read within the limits of time and memory"), cure, file=name)])


def stored(contents: Contents) -> dict[str, Any]:
    """Contents as JSON."""
    return {
        "tables": [
            {
                "name": table.name,
                "file": table.file,
                "columns": list(table.columns),
                "rows": [[row.number, [row.cells.get(column, "") for column in table.columns]] for row in table.rows],
            }
            for table in contents.tables
        ],
        "problems": [asdict(problem) for problem in contents.problems],
    }


def contents_of(found: dict[str, Any]) -> Contents:
    """The inverse of `stored`."""
    return Contents(
        tables=[
            Table(
                name=table["name"],
                file=table["file"],
                columns=tuple(table["columns"]),
                rows=tuple(
                    Row(number, dict(zip(table["columns"], cells, strict=True))) for number, cells in table["rows"]
                ),
            )
            for table in found["tables"]
        ],
        problems=[Problem(**problem) for problem in found["problems"]],
    )


def _too_many_rows(name: str, contents: Contents) -> Contents:
    if sum(len(table.rows) for table in contents.tables) <= MAX_ROWS:
        return contents
    cure = _("Send it in parts, or ask the operators to load it with `leaps pack load`.")
    message = _("has more than %(most)d rows") % {"most": MAX_ROWS}
    return Contents(problems=[Problem(message, cure, file=name)])


def _limit(memory: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def main() -> int:
    """The limited process: the order and the upload on standard input, the tables on standard output."""
    order = json.loads(sys.stdin.buffer.readline())
    _limit(order["memory"])
    import django  # only this process needs an empty project of its own
    from django.conf import settings
    from django.utils import translation

    settings.configure(LANGUAGE_CODE="en", USE_I18N=True, INSTALLED_APPS=[])
    django.setup(set_prefix=False)
    translation.activate(order["language"])
    try:
        contents = read_bytes(order["name"], sys.stdin.buffer.read(), encoding=order["encoding"])
        sys.stdout.write(json.dumps(stored(_too_many_rows(order["name"], contents))))
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
