"""On whom each technique relies, quarter by quarter: the part of the planner that names single points of failure."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.core.figures.heat import Row, heat_svg
from leaps.roadmaps import files
from leaps.roadmaps.types import Board, Leaning, Reliant

MOST_ROWS, MOST_DRAWN = 24, 16
COLUMNS = (
    "technique", "label", "facilities", "instruments", "quarter", "facilities_open", "n_minus_1_percent", "largest_facility", "hhi", "months_with_one_facility",
    "months_with_none", "dark_percent",
)  # fmt: skip
_QUARTER = re.compile(r"(\d{4})-([1-4])")


@dataclass(frozen=True, slots=True)
class Line:
    """A technique on the page, in the quarter asked for or over all of them."""

    of: Reliant
    now: Leaning


def quarter_name(first: dt.date, number: int) -> str:
    """A quarter as addresses and files write it: 2029-1."""
    months = first.month - 1 + 3 * number
    return f"{first.year + months // 12}-{months % 12 // 3 + 1}"


def quarter_words(name: str) -> str:
    """A quarter in words."""
    year, number = name.split("-")
    return _("quarter %(n)s of %(year)s") % {"n": number, "year": year}


def chosen(request: HttpRequest, board: Board) -> int | None:
    """The quarter an address asks for; none when it asks for all of them, or for one that is not on the board."""
    found = _QUARTER.fullmatch(request.GET.get("quarter", ""))
    if found is None:
        return None
    number = 4 * (int(found[1]) - board.first.year) + int(found[2]) - 1
    return number if 0 <= number < len(board.tried) // 3 else None


def lines(board: Board, quarter: int | None) -> list[Line]:
    """Techniques of two facilities or more that come down to one or none, or that one facility carries by more than half."""
    found = [Line(row, row.over(quarter)) for row in board.reliant if not row.is_always_single]
    weak = [line for line in found if line.now.single or line.now.none or (line.now.share is not None and line.now.share > 0.5)]
    return sorted(weak, key=lambda line: (-line.now.none, -line.now.single, -(line.now.share or 0.0), line.of.label.casefold()))


def finding(board: Board, quarter: int | None, found: Sequence[Line]) -> str:
    """How many techniques hang on one facility, and when."""
    single = sum(bool(line.now.single or line.now.none) for line in found)
    words = {"n": single, "all": sum(not row.is_always_single for row in board.reliant)}
    if quarter is None:
        return _("%(n)d of %(all)d techniques of two facilities or more come down to one facility or none") % words
    return _("%(n)d of %(all)d techniques of two facilities or more come down to one facility or none in %(when)s") % {
        **words, "when": quarter_words(quarter_name(board.first, quarter)),
    }  # fmt: skip


def figure(board: Board, found: Sequence[Line], scenario: str) -> str:
    """What hangs on the largest facility, technique by technique over the quarters."""
    names = [quarter_name(board.first, n) for n in range(len(board.tried) // 3)]
    rows = []
    for line in found[:MOST_DRAWN]:
        hints = tuple(_hint(line.of, name, cell) for name, cell in zip(names, line.of.quarters, strict=True))
        shares = tuple(1.0 if cell.none else cell.share or 0.0 for cell in line.of.quarters)
        address = f"?{urlencode({'technique': line.of.panet_id})}{f'&{scenario}' if scenario else ''}#where"
        rows.append(Row(line.of.label, address, shares, hints))
    heads = [name[:4] if name.endswith("-1") else "" for name in names]
    return heat_svg(rows, heads, title=_("What hangs on one facility, by quarter"), words=_("of what is open is one facility's, or nothing is open")) if rows else ""


def _hint(row: Reliant, name: str, cell: Leaning) -> str:
    told = {"what": row.label, "when": quarter_words(name), "n": 100 * (cell.share or 0), "who": cell.leader, "open": cell.open, "all": row.facilities}
    if cell.none:
        return _("%(what)s, %(when)s: a month in which nobody has it open") % told
    return _("%(what)s, %(when)s: %(open)d of %(all)d facilities open, %(n).0f %% of it at %(who)s") % told


def context(request: HttpRequest, board: Board, scenario: str) -> dict[str, Any]:
    """What the planner's page needs for its part on reliance."""
    quarter = chosen(request, board)
    found = lines(board, quarter)
    names = [quarter_name(board.first, n) for n in range(len(board.tried) // 3)]
    return {
        "reliance": [(line, None if line.now.share is None else 100 * line.now.share, 100 * line.now.loss) for line in found[:MOST_ROWS]],
        "reliance_title": finding(board, quarter, found), "reliance_figure": mark_safe(figure(board, found, scenario)),  # noqa: S308  drawn here
         "reliance_more": max(0, len(found) - MOST_ROWS),
        "always_single": [row for row in board.reliant if row.is_always_single], "quarter": "" if quarter is None else names[quarter],
        "quarters": [(name, quarter_words(name)) for name in names],
    }  # fmt: skip


def records(board: Board) -> list[dict[str, Any]]:
    """Every technique and quarter as they stand in files."""
    names = [quarter_name(board.first, n) for n in range(len(board.tried) // 3)]
    return [
        {
            "technique": row.panet_id, "label": row.label, "facilities": row.facilities, "instruments": row.instruments, "quarter": name,
            "facilities_open": cell.open, "n_minus_1_percent": None if cell.share is None else round(100 * cell.share, 1),
            "largest_facility": cell.leader or None, "hhi": None if cell.concentration is None else round(cell.concentration, 4),
            "months_with_one_facility": cell.single, "months_with_none": cell.none, "dark_percent": round(100 * cell.loss, 1),
        }
        for row in board.reliant
        for name, cell in zip(names, row.quarters, strict=True)
    ]  # fmt: skip


def table(request: HttpRequest, board: Board, form: str) -> HttpResponse:
    """Every technique and quarter as a file."""
    method = _(
        "Each instrument weighs the same; a facility counts as open in a month in which it is open on some day. N-1: the largest facility's share of what is open; "
        "HHI: the sum of squared shares; of the three months of a quarter the worst. Narrower techniques are counted in."
    )
    address = request.build_absolute_uri(f"{reverse('roadmaps:planner')}?{request.GET.urlencode()}").rstrip("?")
    return files.table(request, COLUMNS, records(board), _("on whom techniques rely"), address, "reliance", form, method)
