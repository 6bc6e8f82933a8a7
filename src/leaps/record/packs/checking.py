"""From tables of text to edits of the record, with every fault named by file, row, field and cure."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record import queries, registry
from leaps.record.packs.guard import unguard
from leaps.record.packs.reading import Contents, Row, Table
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, ValueRefused
from leaps.record.types import Action, Edit, Fact, Provenance, State, ValueType

PROVENANCE_TABLE = "provenance"
PROVENANCE_COLUMNS = ("table", "key", "field", "confidence", "source_url", "as_of", "vouched_by", "vouched_on")
# Columns any table may carry: the provenance of all values of the row that the provenance table
# does not name.
ROW_PROVENANCE = ("confidence", "source_url", "as_of")
TEXTUAL = (ValueType.TEXT, ValueType.TERMS, ValueType.URL)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The edits a pack asks for, and what was wrong with it."""

    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]


def wishes(contents: Contents, *, default: Provenance, prune: bool = False) -> Wishes:
    """Turn what was read into edits.

    `default` is the provenance of changed values that the pack itself says nothing about. A value
    that stays the same keeps the provenance it has. With `prune`, objects missing from a table
    that the pack brings are removed.
    """
    return _Checker(contents, default, prune=prune).run()


class _Checker:
    def __init__(self, contents: Contents, default: Provenance, *, prune: bool) -> None:
        self.contents, self.default, self.prune = contents, default, prune
        self.problems = list(contents.problems)
        self.named: dict[tuple[str, str], dict[str, Provenance]] = {}

    def run(self) -> Wishes:
        tables: list[tuple[RecordType, Table]] = []
        for table in self.contents.tables:
            if table.name == PROVENANCE_TABLE or set(PROVENANCE_COLUMNS[:4]) <= set(table.columns):
                self._read_provenance(table)
            elif record_type := self._type_of(table):
                tables.append((record_type, table))
        edits: list[Edit] = []
        for record_type, table in tables:
            edits.extend(self._edits(record_type, table))
        edits.extend(self._provenance_only({record_type.table for record_type, _table in tables}))
        return Wishes(tuple(edits), tuple(self.problems))

    def _type_of(self, table: Table) -> RecordType | None:
        if found := registry.by_table(table.name):
            return found
        # A single table under any name: the one whose columns fit best, if it is the only one.
        fits = [t for t in registry.all_types() if set(table.columns) <= {*t.specs, *ROW_PROVENANCE}]
        fits = [t for t in fits if t.key_field in table.columns]
        if len(fits) == 1:
            return fits[0]
        names = ", ".join(t.table for t in registry.all_types())
        self.problems.append(
            Problem(
                _("is not a table of the record"), _("Name it like one of: %(names)s.") % {"names": names},
                file=table.file,
            )
        )
        return None

    # -- provenance -------------------------------------------------------------------------

    def _read_provenance(self, table: Table) -> None:
        for row in table.rows:
            where = registry.by_table(row.cells.get("table", "").strip())
            key, field = row.cells.get("key", "").strip(), row.cells.get("field", "").strip()
            if where is None or field not in where.specs:
                self._problem(
                    table, row, "field" if where else "table", _("names no field of the record"),
                    _("Correct the table or the field."), field if where else row.cells.get("table", ""),
                )
                continue
            entry = Provenance(
                **{name: unguard(row.cells.get(name, "").strip()) for name in PROVENANCE_COLUMNS[3:]}
            )
            self.named.setdefault((where.kind, key), {})[field] = entry

    def _provenance_only(self, tables: set[str]) -> Iterator[Edit]:
        """Provenance rows about objects that the pack does not bring as rows of a table."""
        for record_type in registry.all_types():
            if record_type.table in tables:
                continue
            wanted = {key: fields for (kind, key), fields in self.named.items() if kind == record_type.kind}
            present = queries.states(record_type, wanted.keys()) if wanted else {}
            for key, fields in wanted.items():
                state = present.get(key)
                if state is None:
                    self.problems.append(
                        Problem(
                            _("names an object that does not exist"), _("Correct the key."),
                            file=PROVENANCE_TABLE, field="key", value=key,
                        )
                    )
                    continue
                facts = {name: Fact(state.values[name], entry) for name, entry in fields.items()}
                yield Edit(record_type.kind, key, Action.UPDATE, facts, file=PROVENANCE_TABLE)

    def _provenance(
        self, record_type: RecordType, key: str, spec: FieldSpec, row: Row, value: object, before: State | None
    ) -> Provenance:
        if named := self.named.get((record_type.kind, key), {}).get(spec.name):
            return named
        given = {name: row.cells.get(name, "").strip() for name in ROW_PROVENANCE}
        same = before is not None and before.values.get(spec.name) == value
        if any(given.values()):
            confidence = given["confidence"] or ("sourced" if given["source_url"] else "known")
            stated = Provenance(confidence, given["source_url"], given["as_of"])
            # A row's provenance is about what the row brings; what stays the same keeps its own.
            return Provenance.of(before.provenance.get(spec.name)) if same and before else stated
        if same and before:
            return Provenance.of(before.provenance.get(spec.name))
        return self.default

    # -- rows -------------------------------------------------------------------------------

    def _edits(self, record_type: RecordType, table: Table) -> Iterator[Edit]:
        specs = self._columns(record_type, table)
        if record_type.key_field not in table.columns:
            self.problems.append(
                Problem(
                    _("has no column %(name)s") % {"name": record_type.key_field},
                    _("Add it; it says which object a row is about."), file=table.file, row=1,
                    field=record_type.key_field,
                )
            )
            return
        keys = {row.cells[record_type.key_field].strip() for row in table.rows}
        present = queries.states(record_type, None if self.prune else keys)
        for row in table.rows:
            key = unguard(row.cells[record_type.key_field].strip())
            before = present.get(key)
            facts = self._facts(record_type, table, row, key, specs, before)
            if not key:
                self._problem(
                    table, row, record_type.key_field, _("is missing"), _("Every row needs its key.")
                )
                continue
            action = Action.UPDATE if before else Action.CREATE
            yield Edit(record_type.kind, key, action, facts, file=table.file, row=row.number)
        if self.prune:
            for key in present.keys() - keys:
                yield Edit(record_type.kind, key, Action.DELETE, file=table.file)

    def _columns(self, record_type: RecordType, table: Table) -> list[FieldSpec]:
        specs = []
        for column in table.columns:
            if column in record_type.specs:
                specs.append(record_type.specs[column])
            elif column and column not in ROW_PROVENANCE:
                near = difflib.get_close_matches(column, record_type.specs, n=1)
                cure = _("Did you mean %(name)s?") % {"name": near[0]} if near else _("Remove the column.")
                self.problems.append(
                    Problem(
                        _("is not a column of table %(table)s") % {"table": record_type.table}, cure,
                        file=table.file, row=1, field=column,
                    )
                )
        return specs

    def _facts(
        self,
        record_type: RecordType,
        table: Table,
        row: Row,
        key: str,
        specs: list[FieldSpec],
        before: State | None,
    ) -> Mapping[str, Fact]:
        facts = {}
        for spec in specs:
            text = row.cells[spec.name]
            try:
                value = spec.from_text(unguard(text.strip()) if spec.type in TEXTUAL else text)
            except ValueRefused as error:
                self._problem(table, row, spec.name, error.message, error.cure, text)
                continue
            if spec.name == record_type.key_field:
                continue
            facts[spec.name] = Fact(value, self._provenance(record_type, key, spec, row, value, before))
        return facts

    def _problem(
        self, table: Table, row: Row, field: str, message: str, cure: str = "", value: str = ""
    ) -> None:
        self.problems.append(
            Problem(message, cure, file=table.file, row=row.number, field=field, value=value.strip()[:120])
        )

