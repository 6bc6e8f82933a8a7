"""From tables of text to rows that fit the schemas, with every fault named by file, row, field and cure.

Whole columns are checked at once, so a return of millions of rows takes seconds. The year and the facility
of a return are told with it: a table may leave both columns out, and may not contradict them.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.core.lake import Field, FieldType, Schema
from leaps.indicators import raw
from leaps.indicators.intake import finished
from leaps.indicators.intake.reading import RawTable, Read

if TYPE_CHECKING:
    import pyarrow as pa

MOST_TOLD: Final = 20
"""Rows told of one kind of fault in one column; the rest is counted."""

_NUMBER: Final = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_INTEGER: Final = r"^[+-]?\d{1,18}(\.0+)?$"
_ZONE: Final = r"(Z|[+-]\d{2}:?\d{2})$"
_MOMENT: Final = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)" + _ZONE
_DATE: Final = r"^\d{4}-\d{2}-\d{2}$"
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
# A moment of these columns must lie in the year of the return.
_OF_THE_YEAR: Final = {"session": "starts_at", "proposal": "submitted_at"}


@dataclass(slots=True)
class Checked:
    """Tables that fit their schemas, and what was wrong. With problems the tables are not to be used."""

    tables: dict[str, "pa.Table"] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check(read: Read, *, facility: str, year: int) -> Checked:
    """Check what was read against the schemas of the raw records, for one facility and one year."""
    import pyarrow as pa

    found = Checked(problems=list(read.problems))
    pieces: dict[str, list[tuple[RawTable, pa.Table]]] = {}
    for table in read.tables:
        whole = _Table(table, raw.record(table.record), facility, year, found.problems).run()
        if whole is not None:
            pieces.setdefault(table.record, []).append((table, whole))
    for given, whole in pieces.get(raw.FINISHED_VALUE.name, ()):
        found.problems.extend(finished.faults(given, whole))
    for name, parts in pieces.items():
        _unique(raw.record(name), parts, found.problems)
        found.tables[name] = pa.concat_tables([piece for _table, piece in parts])
    return found


class _Table:
    """One file on its way to the types of its schema."""

    def __init__(self, given: RawTable, schema: Schema, facility: str, year: int, problems: list[Problem]) -> None:
        self.given, self.schema, self.facility, self.year, self.problems = given, schema, facility, year, problems
        self.before = len(problems)
        self.texts: dict[str, Any] = {}
        self.bad: dict[str, Any] = {}

    def run(self) -> "pa.Table | None":
        """The typed rows, or None when something is wrong."""
        import pyarrow as pa

        if not self._header():
            return None
        columns = {f.name: self._column(f) for f in self.schema.fields}
        if self._swapped():
            return None
        for name, (faults, tell) in self._faults(columns):
            tell(name, faults)
        if len(self.problems) > self.before:
            return None
        return pa.table(columns).cast(self.schema.arrow())

    # -- the header -------------------------------------------------------------------------

    def _header(self) -> bool:
        known = [f.name for f in self.schema.fields]
        fine = True
        for name in self.given.columns.column_names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                cure = (
                    _("Did you mean %(name)s?") % {"name": near[0]} if near
                    else _("Leave it out; the columns are: %(names)s.") % {"names": ", ".join(known)}
                )  # fmt: skip
                self._problem(_("is not a column of %(table)s") % {"table": self.schema.name}, cure, 1, name)
                fine = False
        for spec in self.schema.fields:
            absent = spec.name not in self.given.columns.column_names
            if absent and spec.required and spec.name not in ("facility", "year"):
                self._problem(_("the column is missing"), _("Add it."), 1, spec.name)
                fine = False
        return fine

    # -- columns ----------------------------------------------------------------------------

    def _column(self, spec: Field) -> Any:
        """The values of a column in the schema's type; cells that do not fit are null and marked in `bad`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = self.given.columns.num_rows
        wanted = self.schema.arrow().field(spec.name).type
        if spec.name not in self.given.columns.column_names:
            fixed = {"facility": self.facility, "year": self.year}.get(spec.name)
            return pa.nulls(rows, wanted) if fixed is None else pa.array([fixed], wanted).take(pa.array([0] * rows, pa.int32()))
        column = self.given.columns[spec.name].combine_chunks()
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            return self._typed(spec, column, wanted)
        text = pc.utf8_trim_whitespace(column.cast(pa.string()))
        text = pc.if_else(pc.equal(text, ""), None, text)
        self.texts[spec.name] = text
        parsed = _parsed(spec, text, wanted)
        self.bad[spec.name] = pc.and_(pc.is_valid(text), pc.is_null(parsed))
        return parsed

    def _typed(self, spec: Field, column: Any, wanted: "pa.DataType") -> Any:
        """A column of a Parquet file that has a type of its own."""
        import pyarrow as pa
        import pyarrow.compute as pc

        self.texts[spec.name] = pc.if_else(pc.is_valid(column), "", None)
        if pa.types.is_timestamp(column.type) and column.type.tz is None and spec.type is FieldType.MOMENT:
            cure = _("Write it with the time zone UTC.")
            self._problem(_("has moments without a time zone"), cure, None, spec.name)
            return pa.nulls(len(column), wanted)
        try:
            return column.cast(wanted)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            cure = _("Write it as %(type)s.") % {"type": spec.type.value}
            self._problem(_("has values of another type: %(type)s") % {"type": str(column.type)}, cure, None, spec.name)
            return pa.nulls(len(column), wanted)

    def _faults(self, columns: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
        """Masks of the rows at fault, with what to say of each."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for spec in self.schema.fields:
            values, name = columns[spec.name], spec.name
            if name in self.bad:
                yield name, (self.bad[name], self._unreadable_cell(spec))
            absent = pc.is_null(self.texts[name]) if name in self.texts else pc.is_null(values)
            if spec.required and name in self.given.columns.column_names:
                yield name, (absent, self._tell(_("is empty"), _("Every row needs it.")))
            if spec.choices:
                wrong = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, pa.array(spec.choices))))
                yield name, (wrong, self._tell(_("is none of the allowed words"), _("Use one of: %(words)s.") % {"words": ", ".join(spec.choices)}))
            if spec.pattern:
                fits = pc.match_substring_regex(values, spec.pattern)
                yield name, (pc.invert(fits), self._tell(_("does not have the right form"), str(spec.description) or _("It must match %(form)s.") % {"form": spec.pattern}))
            for limit, compare, words in (
                (spec.minimum, pc.less, _("Must be at least %(limit)g.")), (spec.maximum, pc.greater, _("Must be at most %(limit)g.")),
            ):  # fmt: skip
                if limit is not None and spec.type in (FieldType.INTEGER, FieldType.NUMBER):
                    yield name, (compare(values, limit), self._tell(_("is out of range"), words % {"limit": limit}))
        cure = _("This return is of %(facility)s for %(year)d.") % {"facility": self.facility, "year": self.year}
        yield "facility", (pc.not_equal(columns["facility"], self.facility), self._tell(_("is another facility"), cure))
        yield "year", (pc.not_equal(columns["year"], self.year), self._tell(_("is another year"), cure))
        if {"starts_at", "ends_at"} <= columns.keys():
            cure = _("An end comes after its beginning.")
            yield "ends_at", (pc.less_equal(columns["ends_at"], columns["starts_at"]), self._tell(_("does not lie after starts_at"), cure))
        if (begins := _OF_THE_YEAR.get(self.schema.name)) is not None:
            cure = _("Records belong to the year in which this lies, in UTC: %(year)d.") % {"year": self.year}
            other = pc.not_equal(pc.year(columns[begins]), self.year)
            yield begins, (other, self._tell(_("lies in another year"), cure))

    # -- words ------------------------------------------------------------------------------

    def _tell(self, message: str, cure: str) -> Any:
        return lambda name, faults: self._rows(name, faults, lambda _text: (message, cure))

    def _unreadable_cell(self, spec: Field) -> Any:
        return lambda name, faults: self._rows(name, faults, lambda text: _refusal(spec, text))

    def _rows(self, name: str, faults: Any, words: Any) -> None:
        import numpy as np
        import pyarrow.compute as pc

        places = np.flatnonzero(pc.fill_null(faults, False).to_numpy(zero_copy_only=False))
        for place in places[:MOST_TOLD]:
            value = self.given.columns[name][int(place)].as_py() if name in self.given.columns.column_names else ""
            shown = "" if value is None else str(value)[:120]
            message, cure = words(shown)
            self._problem(message, cure, int(self.given.numbers[place]), name, shown)
        if len(places) > MOST_TOLD:
            more = _("the same in %(more)d more rows") % {"more": len(places) - MOST_TOLD}
            self._problem(more, _("The cure is the same."), None, name)

    def _swapped(self) -> bool:
        """Two columns that fit each other's schema and not their own: told once, not for every row."""
        import pyarrow.compute as pc

        rows = self.given.columns.num_rows
        specs = {f.name: f for f in self.schema.fields}
        strange = {}
        for name, text in self.texts.items():
            spec, wrong = specs[name], self.bad.get(name)
            if wrong is None:
                continue
            if spec.choices or spec.pattern:
                wrong = pc.invert(_fits(spec, text))
            if rows and pc.sum(pc.fill_null(wrong, False)).as_py() > rows / 2:
                strange[name] = text
        names = list(strange)
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                if _mostly(_fits(specs[one], strange[other])) and _mostly(_fits(specs[other], strange[one])):
                    message = _("seems to be swapped with %(other)s") % {"other": other}
                    self._problem(message, _("Exchange the names of the two columns."), 1, one)
                    return True
        return False

    def _problem(self, message: str, cure: str, row: int | None, name: str = "", value: str = "") -> None:
        self.problems.append(Problem(message, cure, file=self.given.file, row=row, field=name, value=value))


def _mostly(fits: Any) -> bool:
    import pyarrow.compute as pc

    return bool(len(fits)) and pc.sum(pc.fill_null(fits, False)).as_py() > 0.9 * len(fits)


def _fits(spec: Field, text: Any) -> Any:
    """Where a text would be a value of the column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if spec.choices:
        return pc.is_in(text, pa.array(spec.choices))
    if spec.pattern:
        return pc.match_substring_regex(text, spec.pattern)
    forms = {FieldType.INTEGER: _INTEGER, FieldType.NUMBER: _NUMBER, FieldType.MOMENT: _MOMENT, FieldType.DATE: _DATE}
    return pc.match_substring_regex(text, forms[spec.type]) if spec.type in forms else pc.is_valid(text)


def _parsed(spec: Field, text: Any, wanted: "pa.DataType") -> Any:
    """Texts as values of the column's type; null where they cannot be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    match spec.type:
        case FieldType.TEXT:
            return text
        case FieldType.TEXTS:
            split = pc.split_pattern_regex(text, r"\s*;\s*")
            return split.cast(wanted)
        case FieldType.FLAG:
            low = pc.utf8_lower(text)
            yes, no = pc.is_in(low, pa.array(_TRUE)), pc.is_in(low, pa.array(_FALSE))
            return pc.if_else(yes, True, pc.if_else(no, False, pa.scalar(None, pa.bool_())))
        case FieldType.INTEGER:
            whole = pc.replace_substring_regex(text, r"\.0+$", "")
            return _cast(pc.if_else(pc.match_substring_regex(text, _INTEGER), whole, None), wanted)
        case FieldType.MOMENT:
            zoned = pc.if_else(pc.match_substring_regex(text, _MOMENT), text, None)
            return _cast(pc.replace_substring_regex(zoned, r"([+-]\d{2})(\d{2})$", r"\1:\2"), wanted)
        case FieldType.NUMBER:
            return _cast(pc.if_else(pc.match_substring_regex(text, _NUMBER), text, None), wanted)
        case FieldType.DATE:
            return _cast(pc.if_else(pc.match_substring_regex(text, _DATE), text, None), wanted)


def _cast(text: Any, wanted: "pa.DataType") -> Any:
    """Cast texts of the right form; one that is no value all the same (30 February) becomes null by itself."""
    import pyarrow as pa

    try:
        return text.cast(wanted)
    except pa.ArrowInvalid:
        values = []
        for cell in text.to_pylist():
            try:
                values.append(pa.scalar(cell, pa.string()).cast(wanted).as_py())
            except pa.ArrowInvalid:
                values.append(None)
        return pa.array(values, wanted)


def _refusal(spec: Field, text: str) -> tuple[str, str]:
    """What is wrong with a cell that does not fit its type, and what was most likely meant."""
    match spec.type:
        case FieldType.MOMENT if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?", text):
            cure = _("Write it in UTC with a Z at the end, or with its offset: %(value)s+01:00.") % {"value": text}
            return _("has no time zone"), cure
        case FieldType.MOMENT:
            return _("is no moment"), _("Write it like 2025-03-30T08:00:00Z.")
        case FieldType.DATE:
            return _("is no date"), _("Write it like 2025-03-30.")
        case FieldType.FLAG:
            return _("is neither yes nor no"), _("Write true or false, or leave it empty when it is not known.")
        case FieldType.INTEGER:
            return _("is no whole number"), _("Write digits only.")
        case _ if re.fullmatch(r"[+-]?\d+,\d+", text):
            return _("is no number"), _("Write %(value)s, with a decimal point.") % {"value": text.replace(",", ".")}
        case _:
            unit = _(" in %(unit)s") % {"unit": spec.unit} if spec.unit else ""
            return _("is no number"), _("Write the number alone%(unit)s, without a unit or separators.") % {"unit": unit}


def _unique(schema: Schema, parts: Sequence[tuple[RawTable, "pa.Table"]], problems: list[Problem]) -> None:
    """Rows with the same key, over all files of the table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not schema.key:
        return
    keys = pa.concat_tables([piece.select(schema.key) for _table, piece in parts])
    order = keys.append_column("place", pa.array(np.arange(keys.num_rows)))
    groups = order.group_by(list(schema.key)).aggregate([("place", "min"), ("place", "count")])
    several = groups.filter(pc.greater(groups["place_count"], 1))
    if not several.num_rows:
        return
    files = [(table.file, int(number)) for table, piece in parts for number in table.numbers[: piece.num_rows]]
    firsts = several.sort_by("place_min").slice(0, MOST_TOLD)
    again = order.join(firsts.select([*schema.key, "place_min"]), list(schema.key), join_type="inner").sort_by("place")
    named = " + ".join(schema.key[2:] or schema.key)
    for place, first in zip(again["place"].to_pylist(), again["place_min"].to_pylist(), strict=True):
        if place == first:
            continue
        message = _("has the same %(key)s as row %(row)d of %(file)s") % {"key": named, "row": files[first][1], "file": files[first][0]}
        problems.append(Problem(message, _("Keep one of the two."), file=files[place][0], row=files[place][1], field=named))
        if len(problems) > 50 * MOST_TOLD:
            return
