"""How complete and how well sourced the record is, counted value by value."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from leaps.record import queries, registry
from leaps.record.specs import FieldSpec
from leaps.record.types import Confidence, Provenance


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


def survey() -> Survey:
    """The survey of the present record; counted once for each revision in each process."""
    return _survey(queries.current_revision())


@lru_cache(maxsize=1)
def _survey(revision: int) -> Survey:
    return Survey(revision, tuple(_table(record_type) for record_type in registry.all_types()))


def _table(record_type: registry.RecordType) -> TableSurvey:
    states = list(queries.states(record_type).values())
    fields = []
    total: Counter[str] = Counter()
    for name, spec in record_type.specs.items():
        if name == record_type.key_field:
            continue
        standing = Counter(
            str(Provenance.of(state.provenance.get(name)).confidence)
            for state in states
            if state.values.get(name) not in (None, [])
        )
        total.update(standing)
        by_code = {code: standing[code] for code in Confidence.values}
        fields.append(FieldSurvey(spec, len(states), sum(standing.values()), by_code))
    return TableSurvey(
        kind=record_type.kind,
        table=record_type.table,
        title_plural=str(record_type.title_plural),
        objects=len(states),
        fields=tuple(fields),
        standing={code: total[code] for code in Confidence.values},
    )
