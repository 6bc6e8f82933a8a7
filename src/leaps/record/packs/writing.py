"""The record as a Data Package, written in the one canonical way.

Rows are sorted by key, columns stand in the order of the schema, lines end with a line feed: the
same record always gives the same bytes.
"""

import csv
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence

from leaps.record import queries, registry
from leaps.record.packs import schema
from leaps.record.packs.checking import PROVENANCE_COLUMNS, PROVENANCE_TABLE, TEXTUAL
from leaps.record.packs.guard import guard
from leaps.record.packs.reading import DESCRIPTOR
from leaps.record.registry import RecordType
from leaps.record.types import Provenance, State

# The date every member of an archive carries, so that equal records give equal archives.
_ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)


def dump(facility: str = "") -> dict[str, bytes]:
    """The files of the pack by name; only one facility's rows when `facility` is given."""
    files: dict[str, bytes] = {}
    provenance: list[Sequence[str]] = []
    for record_type in registry.all_types():
        found = sorted(queries.states(record_type).values(), key=lambda state: state.key)
        if facility:
            found = _of_facility(record_type, found, facility)
            if not found:
                continue
        files[f"{record_type.table}.csv"] = table_csv(record_type, found)
        provenance.extend(_provenance_rows(record_type, found))
    files[f"{PROVENANCE_TABLE}.csv"] = csv_bytes(PROVENANCE_COLUMNS, provenance)
    if not facility:
        text = json.dumps(schema.descriptor(), indent=2, ensure_ascii=False)
        files[DESCRIPTOR] = f"{text}\n".encode()
    return files


def dump_table(table: str) -> bytes | None:
    """One file of the pack, the same bytes as in `dump`; None when there is no such table."""
    if table == PROVENANCE_TABLE:
        return dump()[f"{PROVENANCE_TABLE}.csv"]
    record_type = registry.by_table(table)
    if record_type is None:
        return None
    return table_csv(record_type, sorted(queries.states(record_type).values(), key=lambda state: state.key))


def _of_facility(record_type: RecordType, found: Iterable[State], facility: str) -> list[State]:
    path = record_type.facility_path
    if not path:
        return []
    if "__" in path:
        first, _sep, rest = path.partition("__")
        target = record_type.references[first]
        mine = set(
            target.model._default_manager.filter(**{f"{rest}__slug": facility}).values_list(
                target.key_field, flat=True
            )
        )
        return [state for state in found if state.values[first] in mine]
    return [state for state in found if queries.facility_of(record_type, state.values, state.key) == facility]


def table_csv(record_type: RecordType, states: Iterable[State]) -> bytes:
    """One table as CSV: UTF-8, commas, line feeds, formulas made harmless."""
    specs = record_type.specs.values()
    rows = (
        [
            guard(text) if spec.type in TEXTUAL else text
            for spec in specs
            for text in (spec.to_text(state.values[spec.name]),)
        ]
        for state in states
    )
    return csv_bytes([spec.name for spec in specs], rows)


def _provenance_rows(record_type: RecordType, states: Iterable[State]) -> Iterable[Sequence[str]]:
    for state in states:
        for name in record_type.specs:
            if name in state.provenance:
                entry = Provenance.of(state.provenance[name])
                yield (
                    record_type.table,
                    state.key,
                    name,
                    entry.confidence,
                    guard(entry.source_url),
                    entry.as_of,
                    guard(entry.vouched_by),
                    entry.vouched_on,
                )


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in canonical form."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def archive(files: Mapping[str, bytes], only: Collection[str] | None = None) -> bytes:
    """A zip archive of files, byte-identical for identical files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            if only is None or name in only:
                packed.writestr(zipfile.ZipInfo(name, _ARCHIVE_DATE), files[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()
