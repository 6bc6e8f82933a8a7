"""What of the computed values the public may see.

Counts that go back to persons, companies or proposals are withheld below five, and others with them, until nobody
can work one out from the rest (`formulas.disclosure`, over everything that `ties` says of them). All cells of a
year that are public are protected in one go: the whole of the league and its parts by each dimension, the whole
of each facility, and for visits and users each facility by country. Finer cells stay in the house.

What is made of such counts is withheld where they are; shares of persons and the number of countries, which
tell of many counts at once, are rounded and released only where the withheld counts stay as open as before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.computed.registry import indicator
from leaps.indicators.computed.ties import Key, Ties
from leaps.indicators.formulas import disclosure
from leaps.indicators.formulas.disclosure import THRESHOLD, WIDTH, CannotProtect, Relation

SENSITIVE: Final = frozenset({"visit", "person", "contract", "staff", "proposal"})
"""Records that are about persons or companies."""
BY_FACILITY: Final[Mapping[str, str]] = {"ACC-07": "country", "ACC-10": "country"}
"""Sensitive counts of which the parts of each facility are public too, and by what; each one more withholds others."""
COUNTS: Final = frozenset({"count", "person", "visit"})
COUNTED: Final = (Kind.SUM, Kind.DISTINCT, Kind.DISTINCT_EVER)
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "ACC-03": ("ACC-01", "ACC-02"), "ACC-04": ("ACC-01",), "ACC-05": ("ACC-01", "ACC-02"), "ACC-06": ("ACC-01",), "ACC-18": ("ACC-01",),
    "ACC-20": ("ACC-01", "ACC-02"), "ACC-13": ("ACC-10",), "PPL-04": ("ACC-10",), "IND-02": ("IND-01",),
}  # fmt: skip
"""Shares, sums and medians that speak of the counted in the same cell: withheld where the count is."""
IN_STEPS: Final[Mapping[str, float]] = {"ACC-13": 1.0, "ACC-19": 1.0, "PPL-03": 1.0, "PPL-04": 1.0, "PPL-06": 1.0}
"""The public sees these rounded: with all its digits a share tells both its sides."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value that might be published; `facility` is empty for the league, `unshared` are persons under its own keys."""

    facility: str
    dimension: str
    category: str
    value: float | None
    denominator: float | None = None
    numerator: float | None = None
    unshared: float = 0.0

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands among the cells of its indicator."""
        return self.facility, self.dimension, self.category


def is_sensitive(one: Indicator) -> bool:
    """Whether small numbers of the indicator could be somebody."""
    return bool(SENSITIVE & set(one.records))


def is_public(one: Indicator, cell: Cell) -> bool:
    """Whether the cell is among those that are released, small or not."""
    if not is_sensitive(one) or not cell.facility or not cell.dimension:
        return True
    return cell.dimension == BY_FACILITY.get(one.id)


def in_steps(code: str, value: float) -> float:
    """A value as the public sees it: rounded where all its digits would tell more than it says; halves go up."""
    step = IN_STEPS.get(code)
    return value if step is None else float(np.floor(value / step + 0.5) * step)


def withheld(year: Mapping[str, Sequence[Cell]], hosts: Mapping[str, str] | None = None) -> dict[str, list[bool]]:
    """Which cells of one year may not be printed, by indicator; all others may.

    Every indicator of the year under its standard rule belongs in one call, because one tells of another. `hosts`
    is the country each facility lies in; without them shares from abroad are withheld where they might tell.
    """
    sensitive = {code: indicator(code) for code in year if is_sensitive(indicator(code))}
    counted = [code for code, one in sensitive.items() if one.kind in COUNTED and one.unit in COUNTS]
    guarded = _Guarded({(code, *cell.place): cell for code in counted for cell in year[code]})
    found = {code: [guarded.hides((code, *cell.place)) for cell in cells] for code, cells in year.items()}
    for code, one in sensitive.items():
        cells = year[code]
        if one.kind is Kind.RATIO:
            found[code] = [_is_small_share(cell) for cell in cells]
        elif "contract" in one.records and code not in counted:
            # Money of few: a company knows its own share and subtracts it.
            found[code] = [bool(cell.dimension) for cell in cells]
        elif one.unit == "FTE":
            found[code] = [0 < (cell.value or 0) < THRESHOLD for cell in cells]
        for other in MADE_OF.get(code, ()):
            for i, cell in enumerate(cells):
                found[code][i] = found[code][i] or guarded.hides((other, *cell.place))
        if one.kind is Kind.RATIO or code == "IND-02" or one.unit == "FTE":
            _never_alone(found[code], cells, room=2 * THRESHOLD if one.unit == "FTE" else 0)
    if any(guarded.hides(key) for key in guarded.keys if key[0] == "ACC-10" and not key[2]):
        found |= {code: [True] * len(year[code]) for code in ("ACC-19",) if code in year}
    _tell_of_many(found, year, guarded, hosts or {})
    return found


def _is_small_share(cell: Cell) -> bool:
    """A share tells its numerator to whoever knows the denominator: both sides need five."""
    top, bottom = cell.numerator, cell.denominator
    return top is None or bottom is None or min(top, bottom - top if top <= bottom else top) < THRESHOLD


def _never_alone(hidden: list[bool], cells: Sequence[Cell], *, room: float) -> None:
    """Where one facility or part alone is withheld, the sums would tell it; the next smallest goes with it, until there is room."""
    families: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        if cell.facility:
            families["facilities", f"{cell.dimension} {cell.category}"].append(i)
        if cell.dimension:
            families[cell.facility, cell.dimension].append(i)
    sizes = [(cell.value if cell.denominator is None else cell.denominator) or 0.0 for cell in cells]
    for members in families.values():
        left = sorted((i for i in members if not hidden[i]), key=lambda i: sizes[i])
        while left:
            gone = [i for i in members if hidden[i]]
            if not gone or (len(gone) > 1 and sum(sizes[i] for i in gone) >= room):
                break
            hidden[left.pop(0)] = True


class _Guarded:
    """Counts that are protected: which are withheld, and tables that agree with everything printed."""

    def __init__(self, cells: Mapping[Key, Cell]) -> None:
        counts = {key: np.nan if cell.value is None else float(round(cell.value)) for key, cell in cells.items()}
        # Whether a facility shares its keys is no secret: its users make the league's number a range.
        own = {cell.facility for key, cell in cells.items() if key[0] == "ACC-10" and cell.facility and cell.unshared == cell.value}
        self.ties = Ties.of(counts, own)
        self.keys = self.ties.keys
        self.counts = np.array(self.ties.counts)
        self.hidden = np.zeros(len(self.counts), dtype=bool)
        self.others: list[npt.NDArray[np.float64]] = []
        for members in _components(len(self.counts), self.ties.links):
            self._protect(members)
        self.small = np.flatnonzero((self.counts > 0) & (self.counts < THRESHOLD) & self.hidden)

    def hides(self, key: Key) -> bool:
        """Whether there is such a count and it is withheld."""
        i = self.ties.at.get(key)
        return i is not None and bool(self.hidden[i])

    def _protect(self, members: npt.NDArray[np.int64]) -> None:
        """Counts that are tied to each other, and to no other; where they cannot be protected, none is printed."""
        number = {int(i): place for place, i in enumerate(members)}
        links = [
            Relation(number[link.total], tuple(number[i] for i in link.parts), link.kind) for link in self.ties.links if link.total in number
        ]
        free = members >= self.ties.public
        try:
            found = disclosure.protect(self.counts[members], links, publish_zero=True, never_published=free)
        except CannotProtect:
            self.hidden[members] = ~free
            return
        self.hidden[members] = (found.states == disclosure.Cell.SUPPRESSED) & ~free
        for certificate in found.certificates:
            table = self.counts.copy()
            table[members] = certificate
            self.others.append(table)

    def stays_open(self, agrees: Callable[[npt.NDArray[np.float64]], bool]) -> bool:
        """Whether the small counts stay as open to a reader who knows this too. Keeps what agrees, if so."""
        left = [table for table in self.others if agrees(table)]
        spread = np.ptp(np.vstack([self.counts, *left]), axis=0)[self.small]
        if np.any(spread < WIDTH):
            return False
        self.others = left
        return True


def _components(size: int, links: Iterable[Relation]) -> list[npt.NDArray[np.int64]]:
    """The numbers of counts that are tied to each other, directly or through others."""
    from scipy.sparse import coo_array  # slow to load; only the worker pays
    from scipy.sparse.csgraph import connected_components

    pairs = [(link.total, part) for link in links for part in link.parts]
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    _n, label = connected_components(coo_array((np.ones(len(pairs)), (left, right)), shape=(size, size)), directed=False)
    order = np.argsort(label, kind="stable")
    return [np.asarray(part) for part in np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(part)]


# -- values that tell of many counts at once ---------------------------------------------------------


def _tell_of_many(
    found: dict[str, list[bool]], year: Mapping[str, Sequence[Cell]], guarded: _Guarded, hosts: Mapping[str, str]
) -> None:
    """Release the number of countries and the shares of persons one by one, as far as withheld counts stay open."""
    for code, value in (("PPL-06", _diversity), ("ACC-13", _abroad)):
        cells = year.get(code, ())
        for i in sorted(range(len(cells)), key=lambda i: (bool(cells[i].facility), -(cells[i].denominator or 0.0))):
            told = cells[i].value
            if found[code][i] or told is None:
                continue
            reckon = value(guarded, cells[i], hosts)
            printed = in_steps(code, told)
            agrees = reckon is not None and in_steps(code, reckon(guarded.counts)) == printed
            found[code][i] = not agrees or not guarded.stays_open(
                lambda table, reckon=reckon, printed=printed, code=code: in_steps(code, reckon(table)) == printed  # type: ignore[misc]
            )
    if "PPL-04" in year:
        _release_women(found["PPL-04"], year["PPL-04"], guarded)


_Reckoning = Callable[[npt.NDArray[np.float64]], float]


def _diversity(guarded: _Guarded, cell: Cell, _hosts: Mapping[str, str]) -> _Reckoning | None:
    """The effective number of countries over the visits of a table."""
    at = [i for (code, facility, dim, name), i in guarded.ties.at.items() if (code, facility, dim) == ("ACC-07", cell.facility, "country") and name]

    def reckon(table: npt.NDArray[np.float64]) -> float:
        visits = table[at]
        share = visits[visits > 0] / visits.sum()
        return float(np.exp(-(share * np.log(share)).sum()))

    return reckon if at else None


def _abroad(guarded: _Guarded, cell: Cell, hosts: Mapping[str, str]) -> _Reckoning | None:
    """The share from abroad over the users of a table: what its counts differ by moves both sums."""
    known, abroad = [], []
    for (code, facility, dimension, country), i in guarded.ties.at.items():
        if code == "ACC-10" and dimension == "country" and country and facility and facility == (cell.facility or facility):
            if not (host := hosts.get(facility)):
                if cell.facility:
                    return None
                continue  # in several countries at once, and so in no share
            known.append(i)
            abroad += [i] if country != host else []
    top, bottom = cell.numerator or 0.0, cell.denominator or 0.0

    def reckon(table: npt.NDArray[np.float64]) -> float:
        moved = table - guarded.counts
        return float(100 * (top + moved[abroad].sum()) / (bottom + moved[known].sum()))

    return reckon if hosts else None


def _release_women(hidden: list[bool], cells: Sequence[Cell], guarded: _Guarded) -> None:
    """The shares of women together: of all, else of the facilities, else of the league, else none."""
    candidates = [i for i, is_hidden in enumerate(hidden) if not is_hidden]
    for chosen in (
        candidates, [i for i in candidates if cells[i].facility], [i for i in candidates if not cells[i].facility]
    ):  # fmt: skip
        women = _Women(guarded.ties, {cells[i].facility: in_steps("PPL-04", cells[i].value or 0.0) for i in chosen})
        if women.agree(guarded.counts) and guarded.stays_open(women.agree):
            for i in candidates:
                hidden[i] = i not in chosen
            return
    for i in candidates:
        hidden[i] = True


class _Women:
    """Whether some numbers of women and of declared persons at each facility agree with a table and the printed shares."""

    def __init__(self, ties: Ties, shares: Mapping[str, float]) -> None:
        everywhere = {key[1]: i for key, i in ties.at.items() if key[0] == "ACC-10" and key[1] and not key[2]}
        self.facilities = list(everywhere)
        self.users = list(everywhere.values())
        self.parts = {name: ties.at.get(("ACC-10", "", "gender", name)) for name in ("woman", "man", "other", "not_stated")}
        # A share beside which no number of users stands tells of none.
        self.shares = {facility: share for facility, share in shares.items() if facility in everywhere or (not facility and everywhere)}
        self.known: dict[tuple[float, ...], bool] = {}

    def agree(self, table: npt.NDArray[np.float64]) -> bool:
        """Answers from memory where only other counts differ."""
        users = table[self.users]
        parts = {name: 0.0 if i is None else float(table[i]) for name, i in self.parts.items()}
        key = (*users.tolist(), *parts.values())
        if key not in self.known:
            self.known[key] = not self.shares or self._is_possible(users, parts)
        return self.known[key]

    def _is_possible(self, users: npt.NDArray[np.float64], parts: Mapping[str, float]) -> bool:
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to load; only the worker pays

        n = len(users)
        one = np.eye(n)
        rows = [(np.hstack([-one, one]), np.zeros(n), np.full(n, np.inf))]  # women, then declared
        least = np.zeros(2 * n)
        most = np.concatenate([users, users])
        if any(parts.values()):
            men = parts["man"] + parts["other"]
            all_women = np.concatenate([np.ones(n), np.zeros(n)])
            all_men = np.concatenate([-np.ones(n), np.ones(n)])
            all_declared = np.concatenate([np.zeros(n), np.ones(n)])
            most[:n] = np.minimum(most[:n], parts["woman"])
            least[n:] = np.maximum(0, users - parts["not_stated"])
            rows.append((np.hstack([-one, one]), np.full(n, -np.inf), np.full(n, men)))
            sides = [(all_women, parts["woman"], np.inf), (all_men, men, np.inf), (all_declared, -np.inf, users.sum() - parts["not_stated"])]
            rows += [(side[np.newaxis, :], np.array([low]), np.array([high])) for side, low, high in sides]
        half = IN_STEPS["PPL-04"] / 2
        for facility, share in self.shares.items():
            of = np.array([facility in ("", name) for name in self.facilities], dtype=float)
            low, high = (share - half) / 100, (share + half) / 100
            rows.append((np.concatenate([of, -low * of])[np.newaxis, :], np.array([0.0]), np.array([np.inf])))
            rows.append((np.concatenate([of, -high * of])[np.newaxis, :], np.array([-np.inf]), np.array([-1e-6])))
        limits = [LinearConstraint(matrix, low, high) for matrix, low, high in rows]
        found = milp(np.zeros(2 * n), constraints=limits, bounds=Bounds(least, np.maximum(least, most)), integrality=np.ones(2 * n))
        return bool(found.success and np.all(least <= most))
