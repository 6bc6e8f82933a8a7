"""The radar of what ages in the record: old facts, sources that contradict each other, dates that passed in silence."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.indicators.queries import published
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.presentation import object_url
from leaps.record.specs import display
from leaps.record.types import ValueType
from leaps.roadmaps import milestone_queries

MOST = 200
AGING = frozenset({ValueType.INTEGER, ValueType.NUMBER, ValueType.FLAG, ValueType.CODE})
"""Names, addresses and years of the past do not age."""
OVER = frozenset({"completed", "decommissioned", "closed", "done"})


@dataclass(frozen=True, slots=True)
class Old:
    """A value whose source speaks of long ago."""

    label: str
    field: str
    value: str
    as_of: str
    facility: str
    link: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A date that has passed although nothing was said."""

    label: str
    what: str
    day: str
    link: str


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Values of one indicator and year that differ."""

    label: str
    values: tuple[tuple[str, str], ...]


def months_before(today: dt.date, months: int) -> str:
    """The first day that is not yet too old, in ISO form."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return f"{year:04d}-{month + 1:02d}"


def old_facts(today: dt.date, months: int, facility: str = "") -> tuple[list[Old], int]:
    """The values older than so many months, the oldest first: at most MOST of them, and how many there are.

    A source that names a year only is as old as the end of that year. Values without a date are not counted as old, nor
    are values of a stated year, as published indicators are, and what is over.
    """
    edge = months_before(today, months)
    found: list[tuple[str, str, str, str, str]] = []
    kept = {}
    for record_type in registry.all_types():
        if "year" in record_type.specs:
            continue
        aging = {name for name, spec in record_type.specs.items() if spec.type in AGING and name != record_type.key_field}
        for state in record_queries.states(record_type).values():
            owner = ""
            if state.values.get("status") in OVER:
                continue
            for name, entry in state.provenance.items():
                as_of = entry.get("as_of", "")
                if name not in aging or not as_of or _last_month(as_of) >= edge or state.values.get(name) is None:
                    continue
                owner = owner or record_queries.facility_of(record_type, state.values, state.key)
                if facility and owner != facility:
                    break
                found.append((as_of, record_type.kind, state.key, name, owner))
                kept[record_type.kind, state.key] = state
    found.sort()
    rows = []
    for as_of, kind, key, name, owner in found[:MOST]:
        state, record_type = kept[kind, key], registry.get(kind)
        rows.append(Old(
            record_type.label_of(state.values, key), str(record_type.specs[name].title), display(record_type.specs[name], state.values[name])[:120],
            as_of, owner, object_url(kind, key),
        ))  # fmt: skip
    return rows, len(found)


def _last_month(as_of: str) -> str:
    return f"{as_of}-12" if len(as_of) == 4 else as_of[:7]


def passed_dates(today: dt.date) -> list[Passed]:
    """Milestones that are late, and dark periods that are over although the upgrade is not called completed."""
    found = [
        Passed(row.title, _("milestone, %(status)s") % {"status": row.status_words}, row.due_words, object_url("milestone", row.slug))
        for row in milestone_queries.milestones(today)
        if row.is_late
    ]
    for upgrade in milestone_queries.upgrades():
        if upgrade.dark_end and upgrade.dark_end < today and upgrade.status not in ("completed", "decommissioned"):
            words = _("end of the dark period; the upgrade is %(status)s") % {"status": upgrade.get_status_display()}
            found.append(Passed(f"{upgrade.facility}: {upgrade.project}", words, f"{upgrade.dark_end:%Y-%m-%d}", object_url("upgrade", upgrade.slug)))
    return found


def conflicts() -> list[Conflicting]:
    """Published values of one facility, indicator, year and counting rule that differ."""
    groups: dict[tuple[str, str, str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in published():
        if row.value is not None:
            about = str(row.about or row.facility)
            groups[about, f"{row.indicator} {row.indicator_name}", row.period_words, row.details].add((row.value_words, row.provenance.source_url))
    return [
        Conflicting(f"{about}: {indicator}, {period}" + (f" ({details})" if details else ""), tuple(sorted(values)))
        for (about, indicator, period, details), values in sorted(groups.items())
        if len({value for value, _url in values}) > 1
    ]
