"""The values behind a figure as a file, with what one needs to cite and to understand them."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leaps.core.errors import DomainError
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.queries import Published
from leaps.indicators.queries.computed import Computed
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
    """Published values as a file, each with its own source, and its media type. Raises UnknownFormat."""
    return table(COLUMNS, [_record(row) for row in rows], about, form)


def table(
    columns: Sequence[str],
    records: Sequence[dict[str, Any]],
    about: About,
    form: str,
    inputs: Mapping[str, object] | None = None,
) -> tuple[bytes, str]:
    """A table as a file, with what one needs to cite and to understand it, and its media type.

    Citation and method stand in two more columns of a CSV, on a sheet of their own in a workbook, and at the
    top of JSON. `inputs` are what the table was computed from; JSON and the workbook hold them too. Raises
    UnknownFormat.
    """
    if form == "json":
        body = {
            "title": about.title, "citation": about.citation, "method": about.method, "address": about.address,
            "licence": about.licence, **({"inputs": dict(inputs)} if inputs else {}), "values": list(records),
        }  # fmt: skip
        return json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json"
    if form == "csv":
        lines = [[*(_cell(record[name]) for name in columns), about.citation, about.method] for record in records]
        return csv_bytes((*columns, "citation", "method"), lines), "text/csv; charset=utf-8"
    if form == "xlsx":
        return _workbook(columns, records, about, inputs), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


def _typed(value: object) -> object:
    return value if isinstance(value, int | float) else _cell(value)


def _workbook(
    columns: Sequence[str], records: Sequence[dict[str, Any]], about: About, inputs: Mapping[str, object] | None
) -> bytes:
    from openpyxl import Workbook  # slow to import; only who asks for a workbook pays

    book = Workbook(write_only=True)
    sheet = book.create_sheet("values")
    sheet.append(list(columns))
    for record in records:
        sheet.append([_typed(record[name]) for name in columns])
    if inputs:
        given = book.create_sheet("inputs")
        for name, value in inputs.items():
            given.append([guard(name), _typed(value)])
    told = book.create_sheet("about")
    for name in ("title", "citation", "method", "address", "licence"):
        told.append([name, guard(str(getattr(about, name)))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


COMPUTED_COLUMNS = (
    "indicator", "indicator_name", "rule", "facility", "year", "dimension", "category", "value", "unit", "numerator", "denominator",
    "low", "high", "n_facilities", "standing", "made_of", "synthetic", "method_hash",
)  # fmt: skip


def computed(rows: Sequence[Computed], about: About, form: str) -> tuple[bytes, str]:
    """Computed values as a file, as the viewer may see them. Raises UnknownFormat."""
    known = all_indicators()
    records = []
    for row in rows:
        one = known[row.indicator]
        records.append({
            "indicator": row.indicator, "indicator_name": str(one.title), "rule": row.variant or None, "facility": row.facility or "league",
            "year": row.year, "dimension": row.dimension or None, "category": row.category or None, "value": row.value, "unit": one.unit,
            "numerator": row.numerator, "denominator": row.denominator, "low": row.low, "high": row.high,
            "n_facilities": row.n_facilities, "standing": "withheld" if row.is_withheld else "not defined" if row.value is None else "computed",
            "made_of": row.origin, "synthetic": "synthetic" if row.is_synthetic else None, "method_hash": row.method or None,
        })  # fmt: skip
    return table(COMPUTED_COLUMNS, records, about, form)
