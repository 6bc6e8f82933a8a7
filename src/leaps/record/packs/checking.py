"""From tables of text to edits of the record, with every fault named by file, row, field and cure."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record import queries, registry
from leaps.record.packs.guard import unguard
from leaps.record.packs.reading import Contents, Row, Table
from leaps.record.provenance import ProvenanceRefused, clean_provenance
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, ValueRefused
from leaps.record.types import Action, Confidence, Edit, Fact, Provenance, State, ValueType

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


@dataclass(frozen=True, slots=True)
class _Named:
    """A provenance and the row of the provenance table that gives it."""

    entry: Provenance
    file: str
    row: int


class _Checker:
    def __init__(self, contents: Contents, default: Provenance, *, prune: bool) -> None:
        self.contents, self.default, self.prune = contents, default, prune
        self.problems = list(contents.problems)
        self.named: dict[tuple[str, str], dict[str, _Named]] = {}
        self.rows: set[tuple[str, str]] = set()

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
        edits.extend(self._provenance_only())
        return Wishes(tuple(edits), tuple(self.problems))

    def _type_of(self, table: Table) -> RecordType | None:
        if found := registry.by_table(table.name) or registry.by_table(table.other_name):
            return found
        # A single table under any name: the one whose columns fit best, if it is the only one.
        fits = [t for t in registry.all_types() if set(table.columns) <= {*t.specs, *ROW_PROVENANCE}]
        fits = [t for t in fits if t.key_field in table.columns]
        if len(fits) == 1:
            return fits[0]
        names = [t.table for t in registry.all_types()]
        cure = _near(table.name, names) or _("Name it like one of: %(names)s, or leave it out.") % {"names": ", ".join(names)}
        self.problems.append(Problem(_("is not a table of the record"), cure, file=table.file))
        return None

    # -- provenance -------------------------------------------------------------------------

    def _read_provenance(self, table: Table) -> None:
        if missing := [name for name in PROVENANCE_COLUMNS[:4] if name not in table.columns]:
            self.problems.append(
                Problem(
                    _("has no column %(name)s") % {"name": missing[0]}, _("Add it."), file=table.file, row=1,
                    field=missing[0],
                )
            )
            return
        for row in table.rows:
            where = registry.by_table(row.cells["table"].strip())
            key, field = row.cells["key"].strip(), row.cells["field"].strip()
            if where is None:
                names = [t.table for t in registry.all_types()]
                self._problem(table, row, "table", _("is not a table of the record"), _near(row.cells["table"], names), row.cells["table"])
            elif field not in where.specs:
                message = _("is not a column of table %(table)s") % {"table": where.table}
                self._problem(table, row, "field", message, _near(field, list(where.specs)), field)
            elif field in self.named.get((where.kind, key), {}):
                self._problem(table, row, "field", _("names the same value twice"), _("Keep one row."), field)
            elif (entry := self._entry(table, row)) is not None:
                self.named.setdefault((where.kind, key), {})[field] = _Named(entry, table.file, row.number)

    def _entry(self, table: Table, row: Row) -> Provenance | None:
        """The provenance a row states, checked; None when it cannot be."""
        given = {name: unguard(row.cells.get(name, "").strip()) for name in PROVENANCE_COLUMNS[3:]}
        if table.name != PROVENANCE_TABLE and not given["confidence"]:
            given["confidence"] = Confidence.SOURCED.value if given["source_url"] else Confidence.KNOWN.value
        try:
            return clean_provenance(Provenance(**given))
        except ProvenanceRefused as error:
            self._problem(table, row, error.field, error.message, error.cure, given[error.field])
            return None

    def _provenance_only(self) -> Iterator[Edit]:
        """Provenance rows about values that the pack does not bring: those stay, with another source."""
        for record_type in registry.all_types():
            wanted = {
                key: fields
                for (kind, key), fields in self.named.items()
                if kind == record_type.kind and (kind, key) not in self.rows
            }
            present = queries.states(record_type, wanted.keys()) if wanted else {}
            for key, fields in wanted.items():
                state, first = present.get(key), next(iter(fields.values()))
                if state is None:
                    message = _("names a key that is not in table %(table)s") % {"table": record_type.table}
                    self.problems.append(
                        Problem(message, _("Correct the key."), file=first.file, row=first.row, field="key", value=key)
                    )
                    continue
                facts = {name: Fact(state.values[name], named.entry) for name, named in fields.items()}
                yield Edit(record_type.kind, key, Action.UPDATE, facts, file=first.file, row=first.row)

    def _provenance(
        self, record_type: RecordType, key: str, spec: FieldSpec, stated: Provenance | None, value: object, before: State | None
    ) -> Provenance:
        """Where a value of a row comes from: what the pack says of this value, else of its row.

        A row's provenance is about what the row brings; a value that stays the same keeps its own.
        """
        if named := self.named.get((record_type.kind, key), {}).get(spec.name):
            return named.entry
        if before is not None and before.values.get(spec.name) == value:
            return Provenance.of(before.provenance.get(spec.name))
        return stated or self.default

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
        keys = {unguard(row.cells[record_type.key_field].strip()) for row in table.rows}
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
            self.rows.add((record_type.kind, key))
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
                cure = _near(column, list(record_type.specs)) or _("Remove the column.")
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
        stated = None
        if any(row.cells.get(name, "").strip() for name in ROW_PROVENANCE):
            stated = self._entry(table, row)
        for spec in specs:
            text = row.cells[spec.name]
            try:
                value = spec.from_text(unguard(text.strip()) if spec.type in TEXTUAL else text)
            except ValueRefused as error:
                self._problem(table, row, spec.name, error.message, error.cure, text)
                continue
            if spec.name == record_type.key_field:
                continue
            facts[spec.name] = Fact(value, self._provenance(record_type, key, spec, stated, value, before))
        for name, named in self.named.get((record_type.kind, key), {}).items():
            if before is not None and name not in row.cells:
                facts[name] = Fact(before.values[name], named.entry)
        return facts

    def _problem(
        self, table: Table, row: Row, field: str, message: str, cure: str = "", value: str = ""
    ) -> None:
        self.problems.append(
            Problem(message, cure, file=table.file, row=row.number, field=field, value=value.strip()[:120])
        )


def _near(text: str, known: list[str]) -> str:
    near = difflib.get_close_matches(text.strip().lower(), known, n=1)
    return _("Did you mean %(name)s?") % {"name": near[0]} if near else ""
