"""One input-output table, ready to be reckoned with: its flows, its output, and what each sector has of the rest."""

import csv
import importlib.util
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from leaps.core.errors import DomainError
from leaps.indicators.economy import nace
from leaps.indicators.formulas import impact
from leaps.indicators.formulas.checks import Floats, Integers

MOST_ROWS = 400
"""Sectors times regions that a page can still reckon with while somebody waits; imports put more together."""
REST = "rest of the world"
TEST_KEY = "pymrio-test"

# Which divisions the eight sectors of pymrio's test table stand for: our reading of their names.
_TEST_DIVISIONS = {
    "food": ("01", "02", "03", "10", "11", "12"),
    "mining": ("05", "06", "07", "08", "09"),
    "manufactoring": tuple(str(n) for n in range(13, 34)),
    "electricity": ("35",),
    "construction": ("41", "42", "43"),
    "trade": ("45", "46", "47"),
    "transport": ("49", "50", "51", "52", "53"),
}


class BrokenTable(DomainError):
    """An input-output table is not what it should be."""

    status = 422


@dataclass(frozen=True, slots=True)
class Account:
    """What happens beside the money in each sector (n,): jobs or emissions, in its unit for the whole sector."""

    name: str
    unit: str
    values: Floats


@dataclass(frozen=True)
class Table:
    """A table of n = regions x sectors rows, region by region; money in `unit`, such as million USD.

    `wages` is None where the table does not tell them from the rest of value added. `divisions` has for each
    sector the NACE divisions it stands for; empty where nobody knows. `synthetic`: made-up numbers.
    """

    key: str
    title: str
    year: int | None
    currency: str
    unit: str
    source: str
    licence: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    output: Floats
    value_added: Floats
    households: Floats
    wages: Floats | None = None
    accounts: tuple[Account, ...] = ()
    divisions: tuple[tuple[str, ...], ...] = ()
    synthetic: bool = False
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        n, k = self.size, len(self.regions)
        shapes: list[tuple[str, Any, tuple[int, ...]]] = [
            ("flows", self.flows, (n, n)),
            ("output", self.output, (n,)),
            ("value added", self.value_added, (n,)),
            ("consumption of households", self.households, (n, k)),
            *((account.name, account.values, (n,)) for account in self.accounts),
        ]
        if self.wages is not None:
            shapes.append(("wages", self.wages, (n,)))
        for name, array, shape in shapes:
            if array.shape != shape:
                message = f"The {name} of the table {self.title} must have the shape {shape}; it has {array.shape}."
                raise BrokenTable(message)
            if not np.isfinite(array).all():
                message = f"The {name} of the table {self.title} has missing or infinite numbers."
                raise BrokenTable(message)
        if self.divisions and len(self.divisions) != len(self.sectors):
            message = f"The table {self.title} has {len(self.sectors)} sectors and trades for {len(self.divisions)}."
            raise BrokenTable(message)

    @property
    def size(self) -> int:
        """Rows of the table."""
        return len(self.regions) * len(self.sectors)

    @property
    def region_numbers(self) -> Integers:
        """The region of each row, by number."""
        return np.repeat(np.arange(len(self.regions)), len(self.sectors))

    @cached_property
    def coefficients(self) -> Floats:
        """A, what each sector buys for a unit of its output."""
        return impact.coefficients(self.flows, self.output)

    @cached_property
    def inverse(self) -> Floats:
        """L, the Leontief inverse."""
        return impact.leontief(self.coefficients)

    def row(self, region: int, sector: int) -> int:
        """The row of a sector in a region."""
        return region * len(self.sectors) + sector

    def sector_of(self, division: str) -> int | None:
        """The sector that stands for a NACE division; None where the table does not say, or says it twice."""
        found = [number for number, mine in enumerate(self.divisions) if division in mine]
        return found[0] if len(found) == 1 else None

    @property
    def imbalance(self) -> float:
        """How far inputs and value added are from output, in the middle of all sectors, as a share of output.

        Close to 0 in a table of a real economy.
        """
        made = self.output > 0
        left = self.output - self.flows.sum(axis=0) - self.value_added
        return float(np.median(np.abs(left[made]) / self.output[made])) if made.any() else 0.0


# -- as bytes --------------------------------------------------------------------------------------

_ARRAYS = ("flows", "output", "value_added", "households", "wages")
_WORDS = ("key", "title", "year", "currency", "unit", "source", "licence", "regions", "sectors", "divisions", "synthetic", "notes")


def to_bytes(table: Table) -> bytes:
    """The table as one compressed file: arrays of NumPy and a JSON of the words; nothing executable."""
    words = {name: getattr(table, name) for name in _WORDS}
    words["accounts"] = [[account.name, account.unit] for account in table.accounts]
    arrays = {name: value for name in _ARRAYS if (value := getattr(table, name)) is not None}
    for number, account in enumerate(table.accounts):
        arrays[f"account-{number}"] = account.values
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, words=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8), **arrays)
    return stream.getvalue()


def from_bytes(content: bytes) -> Table:
    """The table of `to_bytes`. Raises BrokenTable when it is anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            words = json.loads(stored["words"].tobytes())
            arrays = {name: stored[name] for name in _ARRAYS if name in stored}
            accounts = tuple(
                Account(name, unit, stored[f"account-{number}"]) for number, (name, unit) in enumerate(words.pop("accounts"))
            )
        words["divisions"] = tuple(tuple(mine) for mine in words["divisions"])
        for name in ("regions", "sectors", "notes"):
            words[name] = tuple(words[name])
        return Table(**words, **arrays, accounts=accounts)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        message = "This stored input-output table cannot be read; import it again."
        raise BrokenTable(message) from error


# -- putting together ------------------------------------------------------------------------------


def put_together(table: Table, *, regions: tuple[str, ...] = (), sectors: dict[str, str] | None = None) -> Table:
    """A smaller table: the regions named and one for the rest; sectors added up under the names given for them.

    `regions` empty keeps all; `sectors` leads from every sector to the name of its group, None keeps all. The
    order is that of the first sector of each group. NACE divisions of a group are those its name says (C26,
    C10T12), else those of its sectors. Raises BrokenTable for a region the table lacks or a sector without group.
    """
    unknown = [name for name in regions if name not in table.regions]
    if unknown:
        message = f"The table has no region {', '.join(unknown)}; it has {', '.join(table.regions)}."
        raise BrokenTable(message)
    groups = sectors if sectors is not None else {name: name for name in table.sectors}
    missing = [name for name in table.sectors if not groups.get(name)]
    if missing:
        message = f"{len(missing)} sectors have no group, the first is {missing[0]!r}. Give every sector of the table one."
        raise BrokenTable(message)
    kept = (*regions, REST) if regions and set(regions) != set(table.regions) else regions or table.regions
    of_region = np.array([kept.index(name) if name in kept else len(kept) - 1 for name in table.regions])
    names = tuple(dict.fromkeys(groups[name] for name in table.sectors))
    of_sector = np.array([names.index(groups[name]) for name in table.sectors])
    target = (of_region[:, None] * len(names) + of_sector[None, :]).ravel()
    add = np.zeros((len(kept) * len(names), table.size))
    add[target, np.arange(table.size)] = 1
    to_region = np.zeros((len(table.regions), len(kept)))
    to_region[np.arange(len(table.regions)), of_region] = 1
    mine = []
    for number, name in enumerate(names):
        told = nace.of_sector_code(name)
        below = [d for s in np.flatnonzero(of_sector == number) for d in (table.divisions[s] if table.divisions else ())]
        mine.append(told or tuple(dict.fromkeys(below)))
    return Table(
        key=table.key, title=table.title, year=table.year, currency=table.currency, unit=table.unit,
        source=table.source, licence=table.licence, regions=kept, sectors=names,
        flows=add @ table.flows @ add.T, output=add @ table.output, value_added=add @ table.value_added,
        households=add @ table.households @ to_region, wages=None if table.wages is None else add @ table.wages,
        accounts=tuple(Account(a.name, a.unit, add @ a.values) for a in table.accounts),
        divisions=tuple(mine), synthetic=table.synthetic, notes=table.notes,
    )  # fmt: skip


# -- the test table of pymrio ------------------------------------------------------------------------


@cache
def test_table() -> Table:
    """The table that pymrio ships for its own tests: six made-up regions of eight sectors.

    Its numbers describe no economy and do not balance; it is there so that everything can be tried at once.
    Read from pymrio's files, because importing pymrio takes seconds.
    """
    spec = importlib.util.find_spec("pymrio")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        message = "The library pymrio is not installed; set the environment up again."
        raise BrokenTable(message)
    data = Path(folders[0]) / "mrio_models" / "test_mrio" / "mrio_data"
    columns, _rows, flows = _labelled(data / "trade_flows_Z.txt", heads=2, words=3)
    categories, _rows, demand = _labelled(data / "finald_demand_Y.txt", heads=2, words=3)
    _columns, _rows, factors = _labelled(data / "factor_input.txt", heads=2, words=2)
    _columns, names, emissions = _labelled(data / "emissions.txt", heads=2, words=3)
    regions = tuple(dict.fromkeys(region for region, _sector in columns))
    sectors = tuple(dict.fromkeys(sector for _region, sector in columns))
    households = [column for column, (_region, what) in enumerate(categories) if what.endswith("by households")]
    taken = {code for mine in _TEST_DIVISIONS.values() for code in mine}
    other = tuple(code for code in nace.divisions() if code not in taken)
    return Table(
        key=TEST_KEY, title="pymrio test table", year=None, currency="USD", unit="million USD",
        source="https://github.com/IndEcol/pymrio", licence="LGPL-3.0, with pymrio",
        regions=regions, sectors=sectors, flows=flows, output=flows.sum(axis=1) + demand.sum(axis=1),
        value_added=factors[0], households=demand[:, households],
        accounts=tuple(Account(" ".join(row[:2]), row[2], values) for row, values in zip(names, emissions, strict=True)),
        divisions=tuple(_TEST_DIVISIONS.get(sector, other) for sector in sectors), synthetic=True,
    )  # fmt: skip


def _labelled(path: Path, *, heads: int, words: int) -> tuple[list[tuple[str, ...]], list[list[str]], Floats]:
    """Column labels, row labels and numbers of a tab-separated file with `heads` lines and `words` columns of labels."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream, delimiter="\t"))
    columns = list(zip(*(line[words:] for line in lines[:heads]), strict=True))
    rows = [line for line in lines[heads:] if len(line) > words]
    return columns, [row[:words] for row in rows], np.array([[float(cell) for cell in row[words:]] for row in rows])


def key_of(title: str) -> str:
    """A key for addresses made of a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
