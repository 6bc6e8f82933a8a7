"""The divisions of NACE Rev. 2, and which of them a sector of an input-output table stands for."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from leaps.core.errors import DomainError

_FILE = Path(__file__).with_name("nace.csv")
SOURCE = "Regulation (EC) No 1893/2006, Annex I"
# Sector codes of the OECD tables are codes of ISIC Rev. 4, whose divisions are those of NACE Rev. 2.
_CODE = re.compile(r"^([A-U])(?:(\d\d)(?:T(\d\d)|((?:_\d\d)+))?)?$")


class UnknownDivision(DomainError):
    """There is no such division of NACE Rev. 2."""

    status = 422


@dataclass(frozen=True, slots=True)
class Division:
    """One of the 88 divisions: two digits, the letter of its section, its official title."""

    code: str
    section: str
    title: str

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@cache
def divisions() -> dict[str, Division]:
    """All divisions by code, in order."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return {
            row["division"]: Division(row["division"], row["section"], row["title"]) for row in csv.DictReader(stream)
        }


def division(code: str) -> Division:
    """The division of a code of any depth (25, 25.6, 25.62). Raises UnknownDivision."""
    found = divisions().get(code.strip()[:2])
    if found is None:
        message = f"NACE Rev. 2 has no division {code[:20]!r}; write two digits such as 26, or a class such as 26.51."
        raise UnknownDivision(message)
    return found


def of_sector_code(code: str) -> tuple[str, ...]:
    """The divisions in a sector code as OECD writes them: C10T12, J62_63, H49, or a section such as D.

    Empty for anything else: then nobody knows, and nothing is guessed.
    """
    match = _CODE.match(code)
    if match is None:
        return ()
    section, first, last, more = match.groups()
    inside = [d.code for d in divisions().values() if d.section == section]
    if first is None:
        return tuple(inside)
    wanted: Iterable[int] = range(int(first), int(last) + 1) if last else [int(first), *map(int, (more or "").split("_")[1:])]
    chosen = {f"{number:02}" for number in wanted}
    return tuple(code for code in inside if code in chosen)
