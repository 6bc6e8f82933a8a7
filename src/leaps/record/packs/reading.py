"""From bytes to tables of text cells. Nothing here knows what the columns mean.

Files are taken as hostile: sizes and counts are limited, archives are looked into before they are
opened, and every fault becomes a Problem with its place and cure instead of an exception.
"""

import codecs
import csv
import errno
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record.packs import workbooks

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 200
MAX_ROWS = 200_000
MAX_CELL_CHARACTERS = 20_000
DELIMITERS = ",;\t|"
DESCRIPTOR = "datapackage.json"

csv.field_size_limit(MAX_CELL_CHARACTERS * 4)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number in the file (the header is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file.

    `name` is the file or sheet without its ending; `other_name` counts where the record has no table
    of that name.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    other_name: str = ""


@dataclass(slots=True)
class Contents:
    """Everything read from one upload, with what was wrong with it."""

    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_path(path: Path, *, encoding: str = "") -> Contents:
    """Read a folder, a zip archive, a CSV file or a workbook from disk.

    Raises OSError when the path cannot be read at all.
    """
    if path.is_dir():
        files = [p for p in sorted(path.iterdir()) if p.is_file() and _is_member(p.name)]
        if large := [p.name for p in files if p.stat().st_size > MAX_FILE_BYTES]:
            return Contents(problems=[_too_large(name) for name in large])
        return _read_members({p.name: p.read_bytes() for p in files}, encoding)
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if path.stat().st_size > MAX_FILE_BYTES:
        return Contents(problems=[_too_large(path.name)])
    return read_bytes(path.name, path.read_bytes(), encoding=encoding)


def read_bytes(name: str, content: bytes, *, encoding: str = "") -> Contents:
    """Read an upload: a zip archive with a Data Package, a workbook (.xlsx) or one CSV file.

    `encoding` is what the sender declares for CSV files; UTF-8 is assumed without it.
    """
    if len(content) > MAX_FILE_BYTES:
        return Contents(problems=[_too_large(name)])
    if not content.strip():
        return Contents(problems=[Problem(_("the file is empty"), _("Choose another file."), file=name)])
    if content[:4] == b"PK\x03\x04":
        return _read_archive(name, content, encoding)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        cure = _("Save it as .xlsx without a password, or as .csv, and try again.")
        return Contents(problems=[Problem(_("is a workbook of the old .xls format or locked by a password"), cure, file=name)])
    if "." not in name:
        name += ".csv"
    return _read_members({name: content}, encoding)


def _is_member(name: str) -> bool:
    """Whether a file of a folder or an archive belongs to the pack; notes and licences do not."""
    return name == DESCRIPTOR or name.rpartition(".")[2].lower() in ("csv", "tsv")


def _too_large(name: str) -> Problem:
    return Problem(
        _("the file is larger than %(most)d MB") % {"most": MAX_FILE_BYTES // 2**20},
        _("Send the tables one by one."),
        file=name,
    )


def _read_archive(name: str, content: bytes, encoding: str) -> Contents:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
                cure = _("Send an archive with the tables of one pack only.")
                return Contents(problems=[Problem(_("the archive unpacks to too much"), cure, file=name)])
            names = {member.filename for member in members}
            if "xl/workbook.xml" in names:
                if any(n.lower().endswith("vbaproject.bin") for n in names):
                    cure = _("Save it as a plain .xlsx workbook.")
                    return Contents(problems=[Problem(_("the workbook holds macros"), cure, file=name)])
                return _read_workbook(name, content)
            unpacked, problems = _unpacked(name, archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        cure = _("Pack it again without a password, or send the CSV files.")
        return Contents(problems=[Problem(_("the archive is damaged or locked"), cure, file=name)])
    if problems:
        return Contents(problems=problems)
    return _read_members(unpacked, encoding)


def _unpacked(name: str, archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Problem]]:
    """The members that belong to a pack, by their name without folders."""
    found: dict[str, bytes] = {}
    problems = []
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or path.name.startswith(".") or path.parts[:1] == ("__MACOSX",):
            continue
        place = f"{name}: {path}"
        if path.is_absolute() or ".." in path.parts:
            cure = _("Pack it again: names in an archive stay inside of it.")
            problems.append(Problem(_("leads out of the archive"), cure, file=place))
        elif path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods", ".zip"):
            cure = _("Send it by itself; an archive holds CSV files.")
            problems.append(Problem(_("is not opened inside of an archive"), cure, file=place))
        elif not _is_member(path.name):
            continue
        elif path.name in found:
            cure = _("Put all rows of a table into one file.")
            problems.append(Problem(_("stands twice in the archive"), cure, file=place))
        else:
            found[path.name] = archive.read(member)
    return found, problems


def _read_members(members: Mapping[str, bytes], encoding: str) -> Contents:
    contents = Contents()
    declared = _declared(members.get(DESCRIPTOR), contents)
    for name, content in members.items():
        stem, _dot, ending = name.rpartition(".")
        if ending.lower() in ("csv", "tsv", "txt"):
            resource = declared.get(name, {})
            table = _read_csv(
                name, str(resource.get("name") or stem), content, str(resource.get("encoding") or encoding), contents
            )
            if table is not None:
                contents.tables.append(table)
    if not contents.tables and not contents.problems:
        shown = ", ".join(list(members)[:5])
        cure = _("Send CSV files, an XLSX workbook, or a zip archive of a Data Package.")
        contents.problems.append(Problem(_("there is no table in it"), cure, file=shown))
    return contents


def _declared(descriptor: bytes | None, contents: Contents) -> dict[str, dict[str, Any]]:
    if descriptor is None:
        return {}
    try:
        resources = json.loads(descriptor.decode("utf-8-sig"))["resources"]
        return {str(r["path"]): r for r in resources if isinstance(r.get("path"), str)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        cure = _("Leave the descriptor out, or mend it; the tables are read without it too.")
        contents.problems.append(
            Problem(_("the descriptor is not a Data Package with resources"), cure, file=DESCRIPTOR)
        )
        return {}


# Codecs of Python that are no encodings of a table.
_NOT_FOR_TABLES = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "mbcs", "oem"}
_KNOWN_BINARY = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"SQLite format 3", "SQLite"), (b"\x7fELF", "ELF"), (b"MZ", "EXE"),
)  # fmt: skip
# More of these than one in a hundred bytes, and it is no text in any encoding of one byte a character.
_NEVER_IN_TEXT = bytes(set(range(32)) - {9, 10, 13})


def not_a_table(name: str, content: bytes) -> Problem | None:
    """What else a file is that calls itself a table."""
    cure = _("Export the table as CSV, and send that.")
    for mark, kind in _KNOWN_BINARY:
        if content.startswith(mark):
            return Problem(_("is a %(kind)s file, not a table") % {"kind": kind}, cure, file=name)
    start = content[:4096]
    if not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        odd = len(start) - len(start.translate(None, _NEVER_IN_TEXT))
        if odd > 8 and odd * 100 > len(start):  # a few are a slip, told with their row
            if start.count(0) * 4 > len(start):
                return Problem(_("looks like UTF-16 without its mark, or is no text"), _("Save it as UTF-8."), file=name)
            return Problem(_("is not text"), cure, file=name)
    text = start.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        cure = _("Perhaps the site asked you to sign in when you saved it. Export the table as CSV.")
        return Problem(_("is a web page, not a table"), cure, file=name)
    if text.startswith((b"{", b"[{")):
        return Problem(_("is JSON, not a table"), cure, file=name)
    return None


def _decode(name: str, content: bytes, declared: str) -> tuple[str, Problem | None]:
    for mark, codec in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            declared = codec
            break
    try:
        if declared and codecs.lookup(declared).name in _NOT_FOR_TABLES:
            raise LookupError(declared)
        return content.decode(declared or "utf-8"), None
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        message = _("is not text in %(codec)s") % {"codec": declared or "UTF-8"}
        return "", Problem(message, _encoding_cure(content, declared), file=name, row=row)
    except (LookupError, ValueError):
        message = _("the declared encoding %(name)s is unknown") % {"name": declared[:40]}
        return "", Problem(message, _("Declare utf-8, iso-8859-1 or cp1252."), file=name)


def _encoding_cure(content: bytes, declared: str) -> str:
    try:
        content.decode("cp1252")
        looks = "cp1252"
    except UnicodeDecodeError:
        guess = from_bytes(content[:65536]).best()
        looks = guess.encoding if guess else ""
    if declared or not looks:
        return _("Save it as UTF-8.")
    return _("Save it as UTF-8, or declare its encoding (it looks like %(guess)s).") % {"guess": looks}


def _read_csv(name: str, table: str, content: bytes, encoding: str, contents: Contents) -> Table | None:
    text, problem = "", not_a_table(name, content)
    if problem is None:
        text, problem = _decode(name, content, encoding)
    if problem:
        contents.problems.append(problem)
        return None
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        contents.problems.append(
            Problem(_("holds NUL bytes"), _("Export the table again as CSV."), file=name, row=row)
        )
        return None
    delimiter = ""
    if text[:4].lower() == "sep=":
        delimiter = text[4:5]
        text = "\n" + text.partition("\n")[2]  # keeps the row numbers of the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or delimiter_of(text), strict=True)
    lines: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                lines.append((number, cells))
    except csv.Error as error:
        cure = _("Check the quotation marks in this row.")
        contents.problems.append(
            Problem(_("is not readable as CSV: %(why)s") % {"why": error}, cure, file=name, row=number + 1)
        )
        return None
    return _table(table, name, lines, contents)


def delimiter_of(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def _read_workbook(name: str, content: bytes) -> Contents:
    contents = Contents()
    sheets, problems = workbooks.read(name, content, MAX_ROWS + 2)
    contents.problems.extend(problems)
    for sheet in sheets:
        # A workbook of one sheet may be named like its table instead of the sheet.
        stem = name.rpartition(".")[0]
        table = _table(sheet.name, f"{name}:{sheet.name}", sheet.lines, contents)
        if table is not None:
            contents.tables.append(replace(table, other_name=stem.strip().lower()) if len(sheets) == 1 else table)
    if not contents.tables and not contents.problems:
        contents.problems.append(
            Problem(_("the workbook is empty"), _("Name each sheet like its table."), file=name)
        )
    return contents


def _table(name: str, file: str, lines: list[tuple[int, list[str]]], contents: Contents) -> Table | None:
    if not lines:
        contents.problems.append(Problem(_("the table is empty"), _("It needs a header row."), file=file))
        return None
    header_row, header = lines[0]
    if sum(bool(cell.strip()) for cell in header) == 1 and any(
        sum(bool(cell.strip()) for cell in cells) > 1 for _number, cells in lines[1:6]
    ):
        cure = _("The first row is the header with the names of the columns: delete what stands above it.")
        contents.problems.append(
            Problem(_("has one cell only, unlike the rows below"), cure, file=file, row=header_row, value="".join(header)[:120])
        )
        return None
    columns = [cell.strip().lstrip("\ufeff").lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    before = len(contents.problems)
    for position, column in enumerate(columns):
        if not column or column in columns[:position]:
            message = _("column %(number)d has no name") if not column else _("the column name stands twice")
            contents.problems.append(
                Problem(
                    message % {"number": position + 1},
                    _("Give every column its own name."),
                    file=file,
                    row=header_row,
                    field=column,
                )
            )
    if len(lines) > MAX_ROWS + 1:
        cure = _("Split the table; at most %(most)d rows are read at once.") % {"most": MAX_ROWS}
        contents.problems.append(Problem(_("the table is too long"), cure, file=file, row=MAX_ROWS + 1))
    rows = tuple(_rows(file, columns, lines[1 : MAX_ROWS + 2], contents))
    if len(contents.problems) > before and not rows:
        return None
    return Table(name=name.strip().lower(), file=file, columns=tuple(columns), rows=rows)


def _rows(
    file: str, columns: list[str], lines: list[tuple[int, list[str]]], contents: Contents
) -> Iterator[Row]:
    for number, cells in lines:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            message = _("has %(have)d cells, the header has %(want)d") % {"have": len(cells), "want": len(columns)}
            cure = _("Put quotation marks around text that holds the separator.")
            contents.problems.append(Problem(message, cure, file=file, row=number))
            continue
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            contents.problems.append(
                Problem(_("has a cell that is far too long"), _("Check the quotation marks."), file=file, row=number)
            )
            continue
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        yield Row(number, dict(zip(columns, padded, strict=False)))
