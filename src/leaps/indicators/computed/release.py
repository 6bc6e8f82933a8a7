"""What of the computed values the public may see.

Counts that go back to persons, companies or staff are withheld below five, and others with them, until nobody
can work one out from the rest (`formulas.disclosure`). All cells of an indicator and year that are public are
protected in one go: the whole of the league and its parts by each dimension, the whole of each facility, and
for visits and users each facility by country. Finer cells stay in the house.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.computed.registry import indicator
from leaps.indicators.formulas import disclosure
from leaps.indicators.formulas.disclosure import THRESHOLD, CannotProtect, Relation

SENSITIVE: Final = frozenset({"visit", "person", "contract", "staff", "proposal"})
"""Records that are about persons or companies."""
BY_FACILITY: Final[Mapping[str, str]] = {"ACC-07": "country", "ACC-10": "country"}
"""Sensitive counts of which the parts of each facility are public too, and by what; each one more withholds others."""
COUNTS: Final = frozenset({"count", "person", "visit"})
COUNTED: Final = (Kind.SUM, Kind.DISTINCT, Kind.DISTINCT_EVER)
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "ACC-01": ("ACC-02",), "ACC-07": ("ACC-08", "ACC-09"), "ACC-10": ("PPL-05",), "PPL-05": ("PPL-02",),
}  # fmt: skip
"""Counts that contain others, with a remainder that is in no table."""
RATIO_OF: Final[Mapping[str, tuple[str, ...]]] = {"ACC-03": ("ACC-01", "ACC-02")}
"""Ratios of two published counts with the same cells: they tell the one from the other."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value that might be published; `facility` is empty for the league."""

    facility: str
    dimension: str
    category: str
    value: float | None
    denominator: float | None = None
    numerator: float | None = None


def is_sensitive(one: Indicator) -> bool:
    """Whether small numbers of the indicator could be somebody."""
    return bool(SENSITIVE & set(one.records))


def is_public(one: Indicator, cell: Cell) -> bool:
    """Whether the cell is among those that are released, small or not."""
    if not is_sensitive(one) or not cell.facility or not cell.dimension:
        return True
    return cell.dimension == BY_FACILITY.get(one.id)


def withheld(year: Mapping[str, Sequence[Cell]]) -> dict[str, list[bool]]:
    """Which cells of one year may not be printed, by indicator; all others may.

    Every indicator of the year under its standard rule belongs in one call, because one tells of another: who
    sees 12 visits and 10 on site knows that at most 2 were remote.
    """
    found = {code: [False] * len(cells) for code, cells in year.items()}
    sensitive = {code: indicator(code) for code in year if is_sensitive(indicator(code))}
    counted = [code for code, one in sensitive.items() if one.kind in COUNTED and one.unit in COUNTS]
    for group in _linked(counted):
        found |= _counts({code: year[code] for code in group})
    for code, one in sensitive.items():
        if one.kind is Kind.RATIO:
            found[code] = _ratios(year[code])
            for other in RATIO_OF.get(code, ()):
                _follow(found[code], year[code], found, other, year)
        elif "contract" in one.records and code not in counted:
            # Money of few: a company knows its own share and subtracts it.
            found[code] = [bool(cell.dimension) for cell in year[code]]
    return found


def _linked(counted: Sequence[str]) -> list[list[str]]:
    """Indicators of which one contains the other, together."""
    groups: list[list[str]] = []
    for code in counted:
        family = {code, *(whole for whole, parts in PARTS.items() if code in parts), *PARTS.get(code, ())}
        near = [group for group in groups if family & set(group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), code])
    return groups


def _follow(
    hidden: list[bool], cells: Sequence[Cell], found: Mapping[str, list[bool]], other: str, year: Mapping[str, Sequence[Cell]]
) -> None:
    """Withhold the ratios whose numerator or denominator is withheld."""
    theirs = year.get(other, ())
    secret = {(c.facility, c.dimension, c.category) for c, is_hidden in zip(theirs, found.get(other, ()), strict=True) if is_hidden}
    for place, cell in enumerate(cells):
        hidden[place] = hidden[place] or (cell.facility, cell.dimension, cell.category) in secret


def _counts(group: Mapping[str, Sequence[Cell]]) -> dict[str, list[bool]]:
    """The counts of linked indicators, protected together; where that fails, only their wholes are left."""
    every = [(code, cell) for code, cells in group.items() for cell in cells]
    counts = [np.nan if cell.value is None else float(round(cell.value)) for _id, cell in every]
    links: list[Relation] = []
    start = 0
    for cells in group.values():
        links += _relations(cells, np.array(counts[start : start + len(cells)]), start)
        start += len(cells)
    at = {(code, c.facility, c.dimension, c.category): i for i, (code, c) in enumerate(every)}
    for (code, *key), total in list(at.items()):
        members = [i for part in PARTS.get(code, ()) if (i := at.get((part, *key))) is not None]  # type: ignore[arg-type]
        rest = counts[total] - sum(counts[i] for i in members)
        if members and rest >= 0:
            links.append(Relation(total, (*members, len(counts))))
            counts.append(rest)  # in no table, so it may be anything
    if (same := at.get(("PPL-02", "", "", ""))) is not None and (phd := at.get(("ACC-10", "", "career_stage", "phd"))) is not None:
        links.append(Relation(phd, (same,)))
    free = np.arange(len(counts)) >= len(every)
    try:
        states = disclosure.protect(np.array(counts), links, publish_zero=True, never_published=free).states
        hidden = [state != disclosure.Cell.PUBLISHED for state in states[: len(every)]]
    except CannotProtect:
        hidden = [bool(cell.dimension) or not (cell.value or 0) >= THRESHOLD for _id, cell in every]
    found: dict[str, list[bool]] = {code: [] for code in group}
    for (code, _cell), is_hidden in zip(every, hidden, strict=True):
        found[code].append(is_hidden)
    return found


def _ratios(cells: Sequence[Cell]) -> list[bool]:
    """A share tells its numerator to whoever knows the denominator: both sides need five.

    Where one facility alone is withheld, the league's sums would tell it; the next smallest goes with it.
    """
    def small(cell: Cell) -> bool:
        top, bottom = cell.numerator, cell.denominator
        return top is None or bottom is None or min(top, bottom - top if top <= bottom else top) < THRESHOLD

    hidden = [small(cell) for cell in cells]
    families: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        if cell.facility:
            families["facilities", cell.dimension + cell.category].append(i)
        if cell.dimension:
            families[cell.facility, cell.dimension].append(i)
    for members in families.values():
        if sum(hidden[i] for i in members) == 1 and len(members) > 1:
            rest = [i for i in members if not hidden[i]]
            hidden[min(rest, key=lambda i: cells[i].denominator or 0.0)] = True
    return hidden


def _relations(cells: Sequence[Cell], counts: "np.ndarray[tuple[int], np.dtype[np.float64]]", start: int) -> list[Relation]:
    """How the cells of one indicator, numbered from `start`, follow from each other: wholes from parts, the league from its facilities.

    Whether parts add up to their whole is looked up in the numbers, as a reader would: persons of several
    facilities are fewer than the sum, visits are not.
    """
    at: Mapping[tuple[str, str, str], int] = {(c.facility, c.dimension, c.category): i for i, c in enumerate(cells)}
    parts: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, cell in enumerate(cells):
        if cell.dimension and (whole := at.get((cell.facility, "", ""))) is not None:
            parts[whole][cell.dimension].append(i)
        if cell.facility and (league := at.get(("", cell.dimension, cell.category))) is not None:
            parts[league]["facilities"].append(i)
    found = []
    for total, ways in parts.items():
        for members in ways.values():
            together = np.nansum(counts[members])
            if np.isnan(counts[total]):
                continue
            adds = together == counts[total]
            if adds or np.nanmax(counts[members]) <= counts[total] <= together:
                numbers = tuple(start + i for i in members)
                found.append(Relation(start + total, numbers, disclosure.Kind.SUM if adds else disclosure.Kind.UNION))
    return found
