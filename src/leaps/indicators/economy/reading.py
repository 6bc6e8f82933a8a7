"""Input-output tables as their publishers give them, read with pymrio and made into one of ours.

Known are EXIOBASE 3 (a folder or zip in the layout it is published in) and the ICIO tables of OECD (one CSV or
zip a year). Nothing is downloaded: who runs the site gets the files, under their licences.
"""

import csv
import logging
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from leaps.indicators.economy import nace, tables
from leaps.indicators.economy.tables import Account, BrokenTable, Table
from leaps.indicators.formulas.checks import Floats

EXIOBASE, OECD = "exiobase3", "oecd"
_PICKLED = (".pkl", ".pickle")
_VALUE_ADDED = re.compile(r"^(VA|VALU|Value Added)$")
_PARTS_OF_VALUE_ADDED = re.compile(r"^(Compensation of employees|Operating surplus|Other net taxes on production)")
_WAGES = re.compile(r"^Compensation of employees")
_JOBS = re.compile(r"^Employment people: (Low|Medium|High)-skilled")
_CO2 = re.compile(r"^CO2 - .* - air$")
_HOUSEHOLDS = re.compile(r"^(HFCE|Final consumption expenditure by households)$")
# What rounding in the files may leave below zero, as a share of the largest output.
ROUNDING = 1e-9
UNBALANCED = 0.05


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of published table: how it is called, whose it is, under which licence, and how it is read."""

    code: str
    title: str
    source: str
    licence: str
    currency: str
    parse: Callable[[Path], Any]


def _exiobase(path: Path) -> Any:
    import pymrio  # takes seconds; only an import pays

    return pymrio.parse_exiobase3(path)


def _oecd(path: Path) -> Any:
    import pymrio

    return pymrio.parse_oecd(path)


FORMATS = {
    EXIOBASE: Format(EXIOBASE, "EXIOBASE 3", "https://doi.org/10.5281/zenodo.3583070", "CC BY-SA 4.0", "EUR", _exiobase),
    OECD: Format(OECD, "OECD ICIO", "https://oe.cd/icio", "terms of the OECD", "USD", _oecd),
}


def guess(path: Path) -> str:
    """The format of a file or folder by its name and what is in it. Raises BrokenTable when it can be neither."""
    if not path.exists():
        message = f"There is no {path}. Give the folder or zip of EXIOBASE 3, or one CSV or zip of OECD ICIO."
        raise BrokenTable(message)
    names = set(_names(path))
    if any(name.split("/")[-1] == "file_parameters.json" for name in names):
        return EXIOBASE
    if path.is_file() and (path.suffix.lower() == ".csv" or any(name.lower().endswith(".csv") for name in names)):
        return OECD
    message = f"{path.name} is neither EXIOBASE 3 (no file_parameters.json in it) nor a CSV of OECD ICIO; name its format if it is."
    raise BrokenTable(message)


def _names(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (found.relative_to(path).as_posix() for found in path.rglob("*") if found.is_file())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from packed.namelist()


def read(
    path: Path, *, form: str = "", year: int | None = None, regions: Sequence[str] = (), sectors: Path | None = None, title: str = ""
) -> Table:
    """A published table as one of ours, put together as asked.

    `regions` are those kept, the rest becomes one; `sectors` is a CSV with columns sector and group. A table
    with more than `tables.MOST_ROWS` rows is refused with what to do, and so is one that cannot be understood
    or whose columns do not add up. Raises BrokenTable.
    """
    chosen = FORMATS.get(form or guess(path))
    if chosen is None:
        message = f"There is no format {form!r}; known are {', '.join(FORMATS)}."
        raise BrokenTable(message)
    if any(name.lower().endswith(_PICKLED) for name in _names(path)):
        message = f"{path.name} holds pickled files, which can run programs when opened. Take the text or Parquet edition."
        raise BrokenTable(message)
    try:
        with _quiet():
            system = chosen.parse(path)
        table = _table(system, chosen, year=year or _year(path, system), title=title)
    # pymrio passes on whatever its readers raise for files that are not what they should be.
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OSError, zipfile.BadZipFile) as error:
        message = f"{path.name} cannot be read as {chosen.title}: {error or type(error).__name__}. Check that the download is whole and of this format."
        raise BrokenTable(message) from error
    groups = _groups(sectors) if sectors else None
    if regions or groups:
        table = tables.put_together(table, regions=tuple(regions), sectors=groups)
    if table.size > tables.MOST_ROWS:
        message = (
            f"The table has {len(table.regions)} regions of {len(table.sectors)} sectors, {table.size} rows; at most "
            f"{tables.MOST_ROWS} can be reckoned with while somebody waits. Name the regions to keep (--regions FR,DE: the "
            "rest becomes one), and where that is not enough groups of sectors (--sectors FILE.csv)."
        )
        raise BrokenTable(message)
    if table.imbalance > UNBALANCED:
        note = f"In the middle of all sectors inputs and value added miss output by {table.imbalance:.0%}."
        table = replace(table, notes=(*table.notes, note))
    table.inverse  # noqa: B018  a table that cannot meet a demand is refused here, not on the page
    return table


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the log lines that pymrio writes for each file it opens."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


def _year(path: Path, system: Any) -> int | None:
    """The year in the file's name (the last, after that of the edition), else in what pymrio tells."""
    for text in (path.stem, str(getattr(system.meta, "description", ""))):
        found = [int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text.replace("_", " "))]
        if found:
            return found[-1]
    return None


def _groups(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"The groups of sectors in {path.name} cannot be read: {error}. Write a CSV in UTF-8 with columns sector and group."
        raise BrokenTable(message) from error
    if not rows or not {"sector", "group"} <= set(rows[0]):
        message = f"{path.name} must have the columns sector and group, and a row for each sector of the table."
        raise BrokenTable(message)
    return {(row["sector"] or "").strip(): (row["group"] or "").strip() for row in rows}


def _table(system: Any, form: Format, *, year: int | None, title: str) -> Table:
    index = list(system.Z.index)
    regions = tuple(str(name) for name in dict.fromkeys(region for region, _sector in index))
    sectors = tuple(str(name) for name in dict.fromkeys(sector for _region, sector in index))
    order = [(region, sector) for region in regions for sector in sectors]
    if sorted(order) != sorted((str(r), str(s)) for r, s in index):
        message = "Not every region of the table has the same sectors, each once; such a table cannot be used."
        raise BrokenTable(message)
    flows = system.Z.loc[order, order].to_numpy(dtype=float)
    demand = system.Y.loc[order]
    output = flows.sum(axis=1) + demand.to_numpy(dtype=float).sum(axis=1)
    smallest = output.min(initial=0.0)
    if smallest < -ROUNDING * output.max(initial=0.0):
        message = f"A sector of the table makes less than nothing ({smallest:g}); check the download."
        raise BrokenTable(message)
    output = output.clip(min=0)
    accounts = _Accounts(system, order)
    value_added = accounts.one(_VALUE_ADDED)
    if value_added is None:
        value_added = accounts.sum(_PARTS_OF_VALUE_ADDED)
    if value_added is None:
        message = "The table has no row of value added; take the edition with the extensions (satellite or factor_inputs)."
        raise BrokenTable(message)
    found = []
    jobs, co2 = accounts.sum(_JOBS), accounts.sum(_CO2)
    if jobs is not None:
        found.append(Account("jobs", "people", jobs * (1000 if "1000" in accounts.unit(_JOBS) else 1)))
    if co2 is not None:
        found.append(Account("CO₂", accounts.unit(_CO2) or "kg", co2))
    name = title or (f"{form.title} {year}" if year else form.title)
    return Table(
        key=tables.key_of(name), title=name, year=year, currency=form.currency, unit=f"million {form.currency}",
        source=form.source, licence=form.licence, regions=regions, sectors=sectors, flows=flows, output=output,
        value_added=value_added, households=_households(demand, regions), wages=accounts.sum(_WAGES),
        accounts=tuple(found), divisions=tuple(nace.of_sector_code(sector) for sector in sectors),
    )  # fmt: skip


def _households(demand: Any, regions: Sequence[str]) -> Floats:
    columns = np.zeros((len(demand), len(regions)))
    seen = set()
    for position, (region, category) in enumerate(demand.columns):
        if _HOUSEHOLDS.match(str(category)):
            columns[:, regions.index(str(region))] += demand.iloc[:, position].to_numpy(dtype=float)
            seen.add(str(region))
    missing = [region for region in regions if region not in seen]
    if missing:
        message = f"The table does not tell what the households of {', '.join(missing[:5])} consume (HFCE, or final consumption expenditure by households)."
        raise BrokenTable(message)
    return columns


class _Accounts:
    """Rows of all extensions of a table, found by name."""

    def __init__(self, system: Any, order: list[tuple[str, str]]) -> None:
        self._rows: list[tuple[str, str, Floats]] = []
        for extension in system.get_extensions(data=True):
            if extension.F is None:
                continue
            numbers = extension.F.loc[:, order].to_numpy(dtype=float)
            units = extension.unit["unit"].astype(str).tolist() if extension.unit is not None else [""] * len(numbers)
            for label, unit, values in zip(extension.F.index, units, numbers, strict=True):
                self._rows.append((str(label[0] if isinstance(label, tuple) else label), unit, values))

    def one(self, name: re.Pattern[str]) -> Floats | None:
        """The first row of that name."""
        return next((values for label, _unit, values in self._rows if name.match(label)), None)

    def sum(self, name: re.Pattern[str]) -> Floats | None:
        """All rows of that kind added up, each name once."""
        rows = {label: values for label, _unit, values in self._rows if name.match(label)}
        return np.sum(list(rows.values()), axis=0) if rows else None

    def unit(self, name: re.Pattern[str]) -> str:
        """The unit of the first row of that kind."""
        return next((unit for label, unit, _values in self._rows if name.match(label)), "")
