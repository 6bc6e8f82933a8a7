"""A result of the finder as a file."""

import io
import json
from typing import Any

from django.utils.translation import gettext as _

from leaps.catalogue import finder_page
from leaps.catalogue.finder import Result
from leaps.core.errors import DomainError
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.packs.checking import TEXTUAL
from leaps.record.packs.guard import guard
from leaps.record.packs.writing import csv_bytes
from leaps.record.types import State


class UnknownFormat(DomainError):
    """No such file format."""

    status = 404


def instruments(asked: "finder_page.Asked", result: Result, form: str) -> tuple[bytes, str]:
    """The whole result, fitting instruments first: content and media type.

    Each row says whether the instrument fits or may fit, and what is not recorded then. Raises
    UnknownFormat for anything but csv, json and xlsx.
    """
    if form not in ("csv", "json", "xlsx"):
        raise UnknownFormat(_("A result can be had as csv, json or xlsx."))
    record_type = registry.get("instrument")
    wanted = [*result.fits.tolist(), *result.may_fit.tolist()]
    # For most of the record, reading all of it beats naming thousands of keys.
    few = len(wanted) < result.total // 2
    states = record_queries.states(record_type, [asked.index.instrument(i).key for i in wanted] if few else None)
    rows: list[tuple[State, str, str]] = []
    for ids, fit in ((result.fits, "fits"), (result.may_fit, "may_fit")):
        for id_ in ids.tolist():
            state = states.get(asked.index.instrument(id_).key)
            missing = ";".join(str(a.condition.code) for a in result.unknown(id_)) if fit == "may_fit" else ""
            if state is not None:
                rows.append((state, fit, missing))
    if form == "json":
        found = [{**state.values, "fit": fit, "not_recorded": missing.split(";") if missing else []} for state, fit, missing in rows]
        body = {"counts": {"fits": len(result.fits), "may_fit": len(result.may_fit)}, "instruments": found}
        return json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json"
    names = [*record_type.specs, "fit", "not_recorded"]
    if form == "csv":
        lines = [[*(_cell(record_type, state, name) for name in record_type.specs), fit, missing] for state, fit, missing in rows]
        return csv_bytes(names, lines), "text/csv; charset=utf-8"
    return _xlsx(names, record_type, rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _cell(record_type: registry.RecordType, state: State, name: str) -> str:
    spec = record_type.specs[name]
    text = spec.to_text(state.values[name])
    return guard(text) if spec.type in TEXTUAL else text


def _xlsx(names: list[str], record_type: registry.RecordType, rows: list[tuple[State, str, str]]) -> bytes:
    from openpyxl import Workbook  # slow to import; only who asks for a workbook pays

    book = Workbook(write_only=True)
    sheet = book.create_sheet("instruments")
    sheet.append(names)
    for state, fit, missing in rows:
        cells: list[Any] = []
        for name, spec in record_type.specs.items():
            value = state.values[name]
            cells.append(value if spec.is_numeric else _cell(record_type, state, name))
        sheet.append([*cells, fit, missing])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
