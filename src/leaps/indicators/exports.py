"""The values behind a figure as a file, with what one needs to cite and to understand them."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leaps.core.errors import DomainError
from leaps.indicators.queries import Published
from leaps.record.packs.guard import guard
from leaps.record.packs.writing import csv_bytes
from leaps.record.specs import number_text

FORMS = ("csv", "json", "xlsx")
COLUMNS = (
    "slug", "indicator", "indicator_name", "facility", "about", "scope_kind", "year", "period_kind", "period", "standing",
    "value", "unit", "currency", "price_year", "qualifier", "part", "rule", "note", "confidence", "source_url", "as_of",
)  # fmt: skip


class UnknownFormat(DomainError):
    """No such file format."""

    status = 404


@dataclass(frozen=True, slots=True)
class About:
    """What goes with the values: title, how to cite them, how they came about, where they stand."""

    title: str
    citation: str
    method: str
    address: str
    licence: str = "CC BY 4.0"


def values(rows: Sequence[Published], about: About, form: str) -> tuple[bytes, str]:
    """The file and its media type.

    Every row carries its own source. Citation and method stand in two more columns of a CSV, on a
    sheet of their own in a workbook, and at the top of JSON. Raises UnknownFormat.
    """
    records = [_record(row) for row in rows]
    if form == "json":
        body = {
            "title": about.title, "citation": about.citation, "method": about.method, "address": about.address,
            "licence": about.licence, "values": records,
        }  # fmt: skip
        return json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json"
    if form == "csv":
        lines = [[*(_cell(record[name]) for name in COLUMNS), about.citation, about.method] for record in records]
        return csv_bytes((*COLUMNS, "citation", "method"), lines), "text/csv; charset=utf-8"
    if form == "xlsx":
        return _workbook(records, about), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    raise UnknownFormat(_("The values come as csv, json or xlsx."))


def _record(row: Published) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in COLUMNS if hasattr(row, name)}
    source = row.provenance
    found |= {"confidence": source.confidence, "source_url": source.source_url, "as_of": source.as_of}
    return {name: found[name] if found[name] != "" else None for name in COLUMNS}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number_text(value)
    return guard(str(value))


def _workbook(records: Sequence[dict[str, Any]], about: About) -> bytes:
    from openpyxl import Workbook  # slow to import; only who asks for a workbook pays

    book = Workbook(write_only=True)
    sheet = book.create_sheet("values")
    sheet.append(COLUMNS)
    for record in records:
        sheet.append([value if isinstance(value, int | float) else _cell(value) for value in record.values()])
    told = book.create_sheet("about")
    for name in ("title", "citation", "method", "address", "licence"):
        told.append([name, guard(str(getattr(about, name)))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
