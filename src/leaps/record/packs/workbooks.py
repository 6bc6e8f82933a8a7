"""Workbooks (.xlsx): sheets as rows of text, and what a sheet can hide.

The reader gives values only. What it would pass over in silence, as if the cell were empty, is looked
for here first, because an empty cell of a pack erases a value: merged cells, formulas whose result was
never stored, and errors such as #REF!.
"""

import datetime as dt
import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from leaps.core.errors import Problem
from leaps.record.specs import number_text

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
MOST_TOLD = 50

Lines = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is not empty: its filled rows, each with its number in the sheet."""

    name: str
    lines: Lines


def read(name: str, content: bytes, most_rows: int) -> tuple[list[Sheet], list[Problem]]:
    """The filled sheets of a workbook and what is wrong with it; at most so many rows of each sheet."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = [(s, workbook.get_sheet_by_name(s)) for s in workbook.sheet_names]
        sheets = [(s, list(_lines(grid.to_python(nrows=most_rows)))) for s, grid in grids]
        merged = [(s, grid.merged_cell_ranges or []) for s, grid in grids]
        hidden = _hidden_cells(name, content)
    except PasswordError:
        cure = _("Save it without a password.")
        return [], [Problem(_("the workbook is locked by a password"), cure, file=name)]
    except (CalamineError, ET.ParseError, KeyError, OSError, ValueError, OverflowError, zipfile.BadZipFile):
        cure = _("Open it in a spreadsheet program and save it again, or send CSV.")
        return [], [Problem(_("the workbook cannot be read"), cure, file=name)]
    problems = [*_merged(name, merged), *hidden]
    return [Sheet(sheet, lines) for sheet, lines in sheets if lines], problems


def _lines(grid: Sequence[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(grid, start=1):
        if any(cell not in ("", None) for cell in cells):
            yield number, [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case int() | float():
            return number_text(cell)
        case dt.datetime():
            return cell.date().isoformat()
        case dt.date():
            return cell.isoformat()
        case None:
            return ""
        case _:
            return str(cell)


def _merged(name: str, ranges: list[tuple[str, list[tuple[tuple[int, int], tuple[int, int]]]]]) -> Iterator[Problem]:
    for sheet, found in ranges:
        for (row, _column), (last_row, _last_column) in found[:MOST_TOLD]:
            told = _("rows %(first)d to %(last)d") % {"first": row + 1, "last": last_row + 1}
            yield Problem(
                _("has merged cells"), _("Split them and fill every cell."), file=f"{name}:{sheet}", row=row + 1, value=told
            )


def _hidden_cells(name: str, content: bytes) -> list[Problem]:
    """Cells that hold something, which the reader would give as empty."""
    problems: list[Problem] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet, member in _members(archive):
            if member not in archive.NameToInfo:
                continue
            xml = archive.read(member)
            if b'"e"' in xml or b"<f" in xml:
                problems.extend(_empty_looking(f"{name}:{sheet}", xml))
    return problems[:MOST_TOLD]


def _members(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Each sheet's name and the archive member that holds it."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _parsed(archive.read("xl/_rels/workbook.xml.rels")).iter(f"{_PACKAGE}Relationship")
    }
    found = []
    for sheet in _parsed(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found.append((sheet.get("name", ""), member))
    return found


def _parsed(xml: bytes) -> ET.Element:
    if b"<!DOCTYPE" in xml:
        raise ValueError("a workbook has no document type")
    return ET.fromstring(xml)  # noqa: S314  without a document type there are no entities


def _empty_looking(file: str, xml: bytes) -> Iterator[Problem]:
    for cell in _parsed(xml).iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        stored = (value.text or "") if value is not None else ""
        place = cell.get("r", "")
        row = int("".join(c for c in place if c.isdigit()) or 0) or None
        if cell.get("t") == "e":
            yield Problem(_("holds an error of the spreadsheet"), _("Mend the formula or type the value."), file, row, place, stored)
        elif cell.find(f"{_MAIN}f") is not None and not stored and cell.get("t") != "str":
            cure = _("Open the workbook in a spreadsheet program and save it, or type the value.")
            yield Problem(_("holds a formula without a result"), cure, file, row, place)
