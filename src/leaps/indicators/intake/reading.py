"""From the files of a return to tables of text, one for each kind of raw record.

CSV is read column by column, so that millions of rows take seconds. A row keeps the number a spreadsheet
would show. Nothing here knows what the columns mean.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.indicators import raw
from leaps.record.packs import reading as packs

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".parquet")


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one file. `numbers` are their rows in the file; columns hold text, or values for Parquet."""

    record: str
    file: str
    columns: "pa.Table"
    numbers: Any


@dataclass(slots=True)
class Read:
    """Everything read from the files of a return, and what was wrong with them."""

    tables: list[RawTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_folder(path: Path) -> Read:
    """Read a folder, or one file: CSV, TSV, XLSX or Parquet, each named like the records it holds.

    A name may go on after the kind of record (`visit-2024.csv`), so a table may come in several files.
    Raises OSError when the path cannot be read at all.
    """
    found = Read()
    paths = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    for file in paths:
        if file.suffix.lower() not in ENDINGS:
            continue
        if file.suffix.lower() == ".xlsx":
            found.tables.extend(_workbook(file, found.problems))
        elif (name := _record_of(file.name, found.problems)) is not None:
            table = (_parquet if file.suffix.lower() == ".parquet" else _csv)(file, name, found.problems)
            if table is not None:
                found.tables.append(table)
    if not found.tables and not found.problems:
        cure = _("Name each file like the records it holds: %(names)s.") % {"names": ", ".join(raw.RETURNED)}
        found.problems.append(Problem(_("there is no table in it"), cure, file=path.name))
    return found


def _record_of(name: str, problems: list[Problem]) -> str | None:
    stem = name.rpartition(".")[0].strip().lower()
    # The longest first: `instrument_period` before a kind that is its beginning.
    for kind in sorted(raw.RETURNED, key=len, reverse=True):
        if stem == kind or stem.startswith((f"{kind}-", f"{kind}_", f"{kind}.")):
            return kind
    cure = _("Name it like one of: %(names)s.") % {"names": ", ".join(raw.RETURNED)}
    problems.append(Problem(_("is not named like a kind of raw record"), cure, file=name))
    return None


def _csv(path: Path, record: str, problems: list[Problem]) -> RawTable | None:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    with path.open("rb") as file:
        start = file.read(1 << 16)
    if not start.strip():
        problems.append(Problem(_("the file is empty"), _("Choose another file."), file=path.name))
        return None
    if (problem := packs.not_a_table(path.name, start)) is not None:
        problems.append(problem)
        return None
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(_("is not text in UTF-8"), _("Save it as UTF-8."), file=path.name))
        return None
    delimiter = packs.delimiter_of(start.decode("utf-8", errors="replace"))
    width, bad = len(start.splitlines()[0].split(delimiter.encode())), []

    def refuse(row: "pa_csv.InvalidRow") -> str:
        bad.append((int(row.number or 0), row.actual_columns, row.text or ""))
        return "skip"

    try:
        table = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=1 << 24),
            # A quoted line break stays in its cell; an empty line counts as a row, so that numbers stay right.
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=width == 1, invalid_row_handler=refuse
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=_all_text(start, delimiter), strings_can_be_null=False, include_missing_columns=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        problems.append(_unreadable(path, error))
        return None
    numbers = _numbers(table.num_rows, sorted(number for number, _cells, _text in bad))
    for number, cells, text in bad:
        if text.strip():
            message = _("has %(have)d cells, the header has %(want)d") % {"have": cells, "want": table.num_columns}
            cure = _("Put quotation marks around text that holds the separator.")
            problems.append(Problem(message, cure, file=path.name, row=number))
    table, numbers = _filled(table, numbers)
    return _named(record, path.name, table, numbers, problems)


def _filled(table: "pa.Table", numbers: Any) -> tuple["pa.Table", Any]:
    """The rows that hold anything: spreadsheets leave empty ones at the end."""
    import pyarrow as pa
    import pyarrow.compute as pc

    full = pa.array([False] * table.num_rows) if table.num_columns else pa.array([], pa.bool_())
    for column in table.columns:
        full = pc.or_(full, pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column.cast(pa.string())), ""), False))
    return table.filter(full), numbers[full.to_numpy(zero_copy_only=False)]


def _all_text(start: bytes, delimiter: str) -> dict[str, Any]:
    """Every column of the header as text: what a cell means is decided by the schema, not guessed."""
    import csv

    import pyarrow as pa

    header = next(csv.reader([start.decode("utf-8-sig", errors="replace").splitlines()[0]], delimiter=delimiter), [])
    return dict.fromkeys(header, pa.string())


def _numbers(rows: int, skipped: list[int]) -> Any:
    """The rows of the file in which the rows that were read stand; the header is row 1."""
    import numpy as np

    every = np.arange(2, 2 + rows + len(skipped))
    return np.setdiff1d(every, np.array(skipped, dtype=every.dtype), assume_unique=True)[:rows]


def _unreadable(path: Path, error: Exception) -> Problem:
    """What makes a file unreadable as CSV, with the row of the first byte that is not UTF-8."""
    row = None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                row = number
                break
    if row is not None:
        return Problem(_("is not text in UTF-8"), _("Save it as UTF-8."), file=path.name, row=row)
    cure = _("Check the quotation marks, and that every row has as many cells as the header.")
    return Problem(_("is not readable as CSV: %(why)s") % {"why": str(error)[:200]}, cure, file=path.name)


def _parquet(path: Path, record: str, problems: list[Problem]) -> RawTable | None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowException, OSError):
        cure = _("Write it again; a Parquet file that was cut off on its way cannot be mended.")
        problems.append(Problem(_("is not a whole Parquet file"), cure, file=path.name))
        return None
    return _named(record, path.name, table, np.arange(1, table.num_rows + 1), problems)


def _workbook(path: Path, problems: list[Problem]) -> Iterator[RawTable]:
    import numpy as np
    import pyarrow as pa

    contents = packs.read_path(path)
    problems.extend(contents.problems)
    for sheet in contents.tables:
        record = _record_of(f"{sheet.name}.", problems)
        if record is None:
            continue
        columns = {name: [row.cells.get(name, "") for row in sheet.rows] for name in sheet.columns}
        table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
        yield RawTable(record, sheet.file, table, np.array([row.number for row in sheet.rows], dtype=np.int64))


def _named(record: str, file: str, table: "pa.Table", numbers: Any, problems: list[Problem]) -> RawTable | None:
    names = [name.strip().lstrip("\ufeff").lower() for name in table.column_names]
    for name in _twice(names):
        cure = _("Give every column its own name.")
        problems.append(Problem(_("the column name stands twice"), cure, file=file, row=1, field=name))
        return None
    return RawTable(record, file, table.rename_columns(names), numbers)


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
