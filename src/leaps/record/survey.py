"""How complete and how well sourced the record is, counted value by value."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leaps.record import queries, registry
from leaps.record.specs import FieldSpec
from leaps.record.types import Action, Confidence, Provenance, ValueType

MOST_CHANGED = 2000
"""Objects changed since the last count beyond which everything is counted again."""


@dataclass(frozen=True, slots=True)
class FieldSurvey:
    """One field: how many objects have it recorded, and how many of those values stand on what."""

    spec: FieldSpec
    objects: int
    recorded: int
    standing: dict[str, int]

    @property
    def share(self) -> float:
        """Recorded values per object, from 0 to 1; 0 for a table without objects."""
        return self.recorded / self.objects if self.objects else 0.0


@dataclass(frozen=True, slots=True)
class TableSurvey:
    """One table of the record. The key is no fact: it is left out of every count."""

    kind: str
    table: str
    title_plural: str
    objects: int
    fields: tuple[FieldSurvey, ...]
    standing: dict[str, int]

    @property
    def values(self) -> int:
        """How many values the table holds."""
        return sum(self.standing.values())

    @property
    def share(self) -> float:
        """Recorded values per value that could be recorded, from 0 to 1."""
        possible = self.objects * len(self.fields)
        return self.values / possible if possible else 0.0


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole record at one revision."""

    revision: int
    tables: tuple[TableSurvey, ...]

    @property
    def standing(self) -> dict[str, int]:
        """Values by confidence over all tables, every confidence named."""
        total: Counter[str] = Counter()
        for table in self.tables:
            total.update(table.standing)
        return {code: total[code] for code in Confidence.values}

    @property
    def values(self) -> int:
        """How many values the record holds."""
        return sum(self.standing.values())

    @property
    def sourced_percent(self) -> int:
        """Per cent of the values that are sourced or confirmed, rounded down: 99.9 is not all."""
        return 100 * (self.values - self.standing[Confidence.KNOWN.value]) // self.values if self.values else 0


@dataclass(slots=True)
class _Tally:
    """The counts of one table: its objects, and for each field how many values stand on what."""

    objects: int
    standing: dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class _Counted:
    revision: int
    tallies: dict[str, _Tally]
    survey: Survey


_lock = threading.Lock()
_last: _Counted | None = None


def survey() -> Survey:
    """The survey of the present record; one query when nothing has changed.

    After a change the counts are brought up to date from the history, which says of every value what
    it was before and is now; only when that is long is the whole record counted again.
    """
    global _last  # noqa: PLW0603  one survey a process is the point
    last = _last
    if last is not None and last.revision == queries.current_revision():
        return last.survey
    with _lock:
        revision = queries.current_revision()
        if _last is None or _last.revision != revision:
            tallies = (_last and _renewed(_last, revision)) or {t.kind: _tally(t) for t in registry.all_types()}
            tables = tuple(_table(record_type, tallies[record_type.kind]) for record_type in registry.all_types())
            _last = _Counted(revision, tallies, Survey(revision, tables))
        return _last.survey


def _tally(record_type: registry.RecordType) -> _Tally:
    """Count one table, row by row."""
    names = [name for name in record_type.specs if name != record_type.key_field]
    lists = [name for name in names if record_type.specs[name].type is ValueType.REFERENCES]
    plain = [name for name in names if name not in lists]
    through: dict[str, Any] = {name: getattr(record_type.model, name).through for name in lists}
    linked = {name: set(model.objects.order_by().values_list("source_id", flat=True)) for name, model in through.items()}
    tally = _Tally(0, {name: Counter() for name in names})
    rows = record_type.model._default_manager.order_by().values_list("pk", "provenance", *plain)
    for pk, provenance, *values in rows.iterator(chunk_size=2000):
        tally.objects += 1
        filled = [name for name, value in zip(plain, values, strict=True) if value not in (None, [])]
        filled += [name for name in lists if pk in linked[name]]
        for name in filled:
            tally.standing[name][_standing(provenance.get(name))] += 1
    return tally


def _standing(provenance: Mapping[str, str] | None) -> str:
    return str(Provenance.of(provenance).confidence)


def _renewed(last: _Counted, revision: int) -> dict[str, _Tally] | None:
    """The counts of a later revision; None when the history since is long or not whole."""
    changed = queries.changed_since(last.revision, revision, limit=MOST_CHANGED)
    if changed is None:
        return None
    tallies = {
        kind: _Tally(tally.objects, {name: Counter(standing) for name, standing in tally.standing.items()})
        for kind, tally in last.tallies.items()
    }
    for change in queries.changes_between(last.revision, revision).iterator(chunk_size=2000):
        tally = tallies[change.kind]
        tally.objects += {Action.CREATE: 1, Action.DELETE: -1}.get(Action(change.action), 0)
        for entries, step in ((change.before, -1), (change.after, 1)):
            for name, entry in entries.items():
                if name in tally.standing and entry["value"] not in (None, []):
                    tally.standing[name][_standing(entry.get("provenance"))] += step
    return tallies


def _table(record_type: registry.RecordType, tally: _Tally) -> TableSurvey:
    total: Counter[str] = Counter()
    fields = []
    for name, standing in tally.standing.items():
        total.update(standing)
        by_code = {code: standing[code] for code in Confidence.values}
        fields.append(FieldSurvey(record_type.specs[name], tally.objects, sum(standing.values()), by_code))
    return TableSurvey(
        kind=record_type.kind,
        table=record_type.table,
        title_plural=str(record_type.title_plural),
        objects=tally.objects,
        fields=tuple(fields),
        standing={code: total[code] for code in Confidence.values},
    )
