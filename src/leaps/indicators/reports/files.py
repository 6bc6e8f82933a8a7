"""A report as a file: CSV, the same described for the web (CSVW), XLSX, JSON; each cites, explains and labels itself."""

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.core.lake import Field, FieldType, Schema
from leaps.indicators.exports import About, UnknownFormat
from leaps.indicators.reports.entries import COLUMNS, Entry, Report, records
from leaps.record.packs.guard import guard
from leaps.record.packs.writing import csv_bytes
from leaps.record.specs import number_text

CSV: Final = "text/csv; charset=utf-8"
CSVM: Final = "application/csvm+json"
JSON: Final = "application/json"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
METADATA: Final = "csv-metadata.json"
"""How the description of a table is named after it: the place where readers of CSV on the Web look by themselves."""

CITED: Final = Schema(
    COLUMNS.name, COLUMNS.title, COLUMNS.description,
    (*COLUMNS.fields, Field("citation", FieldType.TEXT, "citation", required=True), Field("method", FieldType.TEXT, "method", required=True)),
)  # fmt: skip

_MEANS: Final[Mapping[str, str]] = {
    "facility": "http://purl.org/linked-data/sdmx/2009/dimension#refArea",
    "year": "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod",
    "value": "http://purl.org/linked-data/sdmx/2009/measure#obsValue",
    "unit": "http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure",
    "completeness": "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus",
    "source": "http://www.w3.org/ns/prov#hadPrimarySource",
    "signed_by": "http://www.w3.org/ns/prov#wasAttributedTo",
    "comment": "http://www.w3.org/2000/01/rdf-schema#comment",
    "citation": "http://purl.org/dc/terms/bibliographicCitation",
}
"""Columns that mean what a public vocabulary has a name for."""
_DATATYPES: Final[Mapping[FieldType, Any]] = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "double",
    FieldType.DATE: {"base": "date", "format": "yyyy-MM-dd"},
    FieldType.MOMENT: {"base": "dateTime", "format": "yyyy-MM-ddTHH:mm:ssX"},
    FieldType.FLAG: {"base": "boolean", "format": "true|false"},
}


def notice(report: Report) -> str:
    """What must be said before anything else; empty where nothing must."""
    said = []
    if report.is_synthetic:
        said.append(_("Synthetic: made up for a trial, from nobody's records. Not to be published or compared with real values."))
    if report.is_house:
        said.append(_("Not public: made for the facility and the office, with values that are not released."))
    return " ".join(said)


def about(report: Report, address: str, today: dt.date) -> About:
    """Title, citation and method of a report that is found at the address."""
    cited = {
        "title": report.title, "n": sum(entry.has_value for entry in report.entries), "address": address, "day": date_format(today, "j M Y"),
    }  # fmt: skip
    citation, licence = _("LEAPS Commons: %(title)s, %(n)d values, %(address)s, %(day)s. CC BY 4.0."), "CC BY 4.0"
    if report.is_house:
        citation, licence = _("LEAPS Commons: %(title)s, %(n)d values, %(address)s, %(day)s. Not to be passed on."), _("none: not public")
    return About(report.title, " ".join(filter(None, (notice(report), citation % cited))), report.method, address, licence)


def written(report: Report, about: About, form: str) -> tuple[bytes, str]:
    """The file and its media type. Raises UnknownFormat."""
    writers: dict[str, tuple[Callable[[Report, About], bytes], str]] = {
        "csv": (as_csv, CSV), METADATA: (as_csvw, CSVM), "json": (as_json, JSON), "xlsx": (as_xlsx, XLSX),
    }  # fmt: skip
    if form not in writers:
        raise UnknownFormat(_("A report comes as csv, csv-metadata.json, json or xlsx."))
    write, media = writers[form]
    return write(report, about), media


def cell(value: object) -> str:
    """A value as text of a CSV; text that a spreadsheet would run is kept harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    return guard(str(value))


def as_csv(report: Report, about: About) -> bytes:
    """One row for each entry, each with citation and method."""
    tail = [guard(about.citation), guard(about.method)]
    return csv_bytes(list(CITED.by_name), ([*map(cell, row.values()), *tail] for row in records(report)))


def as_csvw(report: Report, about: About) -> bytes:
    """The description of the CSV after the W3C recommendation: columns, what they mean, where the table comes from."""
    name = about.address.rpartition("/")[2]
    found = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        "dc:title": about.title,
        "dc:description": " ".join(filter(None, (notice(report), about.method, *report.notes))),
        "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "dc:bibliographicCitation": about.citation,
        "prov:wasDerivedFrom": [{"@id": address} for address in sorted({e.source for e in report.entries if e.source})],
        "prov:wasAttributedTo": [{"schema:name": name} for name in sorted({e.signed_by for e in report.entries if e.signed_by})],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "tableSchema": {"columns": [_column(field) for field in CITED.fields]},
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _column(field: Field) -> dict[str, Any]:
    datatype = _DATATYPES[field.type]
    if field.choices:
        datatype = {"base": "string", "format": "|".join(field.choices)}
    found: dict[str, Any] = {"name": field.name, "titles": field.name, "datatype": datatype, "dc:title": str(field.title)}
    if field.description:
        found["dc:description"] = str(field.description)
    if field.name in _MEANS:
        found["propertyUrl"] = _MEANS[field.name]
    if field.required:
        found["required"] = True
    return found


def as_dict(report: Report, about: About) -> dict[str, Any]:
    """The report line by line, for JSON."""
    left_out = {"line", "line_name", "objective", "definition_version", "synthetic"}
    lines = []
    rows = iter(records(report))
    for subject, entries in report.lines():
        lines.append({
            "code": subject.code, "name": subject.name, "objective": subject.objective or None, "unit": subject.unit or None,
            "definition_version": subject.version, "wording_checked": subject.is_checked,
            "values": [{k: _plain(v) for k, v in next(rows).items() if k not in left_out} for _entry in entries],
        })  # fmt: skip
    return {
        "title": report.title, "report": report.kind, "about": report.about, "period": report.period, "world": report.world.value,
        "synthetic": report.is_synthetic, "audience": report.audience.value, "notice": notice(report) or None, "notes": list(report.notes),
        "citation": about.citation, "method": about.method, "address": about.address, "licence": about.licence, "lines": lines,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_json(report: Report, about: About) -> bytes:
    """The report as JSON."""
    return json.dumps(as_dict(report, about), ensure_ascii=False, indent=1).encode()


# -- workbooks -------------------------------------------------------------------------------------

_SHORT: Final = ("line", "line_name", "objective", "facility_name", "what", "category_name", "value", "unit", "qualifier", "completeness", "why", "period", "signed_by", "signed_on")
_WIDTHS: Final = {"line_name": 34, "objective": 22, "what": 38, "completeness": 14, "why": 44, "signed_by": 20, "category_name": 18}


def as_xlsx(report: Report, about: About) -> bytes:
    """A workbook: the report to read, side by side where it is about several years or facilities, every column, and what to know."""
    from openpyxl import Workbook  # slow to import; only who asks for a workbook pays
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    rows = records(report)

    def sheet(title: str, header: Sequence[str], found: Sequence[Sequence[object]], widths: Mapping[int, int]) -> None:
        page = book.create_sheet(title)
        page.freeze_panes = "A4" if notice(report) else "A2"
        for place, width in widths.items():
            page.column_dimensions[get_column_letter(place + 1)].width = width
        if notice(report):
            page.append([_bold(page, notice(report))])
            page.append([])
        page.append([_bold(page, name) for name in header])
        for row in found:
            page.append([_for_sheet(value) for value in row])

    def _bold(page: Any, text: str) -> Any:
        made = WriteOnlyCell(page, value=text)
        made.font = Font(bold=True)
        return made

    shown = [name for name in _SHORT if any(row[name] not in (None, "") for row in rows)]
    if (across := side_by_side(report)) is not None:
        header, table = across
        sheet("table", header, table, {1: 36, 2: 36, 3: 10})
    sheet("report", shown, [[row[name] for name in shown] for row in rows], {i: _WIDTHS[n] for i, n in enumerate(shown) if n in _WIDTHS})
    sheet("values", list(COLUMNS.by_name), [list(row.values()) for row in rows], {})
    told = [("title", about.title), ("world", str(report.world.label)), ("audience", str(report.audience.label)), ("citation", about.citation)]
    told += [("method", about.method), ("address", about.address), ("licence", about.licence), *(("note", note) for note in report.notes)]
    sheet("about", ["", ""], told, {0: 12, 1: 100})
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _for_sheet(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return value if hasattr(value, "isoformat") else guard(str(value))


def side_by_side(report: Report) -> tuple[list[str], list[list[object]]] | None:
    """Lines down, years or facilities across; None where there is only one of both. A cell without a value says why."""
    years = sorted({e.year for e in report.entries if e.year is not None})
    facilities = list({e.facility: e.facility_name or e.facility for e in report.entries if e.facility}.items())
    if report.kind == "country" or (len(years) < 2 and len(facilities) < 2):
        return None
    by_year = len(facilities) < 2
    heads: list[tuple[object, str]] = [(y, str(y)) for y in years] if by_year else list(facilities)
    found: dict[tuple[str, str, str, str, str], dict[object, list[Entry]]] = {}
    for entry in report.entries:
        if entry.dimension:
            continue
        # What was published stands with the value that was not computed, so a line stays one row.
        key = (entry.subject.code, entry.subject.name, entry.indicator, entry.what if not entry.source else entry.subject.name, entry.unit)
        found.setdefault(key, {}).setdefault(entry.year if by_year else entry.facility, []).append(entry)
    table = [[code, name, what, unit, *(_in_cell(cells.get(key, [])) for key, _head in heads)] for (code, name, _ind, what, unit), cells in found.items()]
    return ["line", "what is asked", "what the value is", "unit", *(head for _key, head in heads)], table


def _in_cell(entries: Sequence[Entry]) -> object:
    told = [entry for entry in entries if entry.has_value]
    if len(told) == 1:
        return told[0].value
    if told:
        return "; ".join(f"{cell(entry.value)} ({entry.period})" for entry in told)
    return str(entries[0].filled.label) if entries else None
