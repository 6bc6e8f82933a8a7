"""Reading the record: present states, past states, changes, former keys."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.record import registry
from leaps.record.models import Change, ChangeSet, Correction, FormerKey, RecordModel, RecordRevision
from leaps.record.registry import RecordType
from leaps.record.rules import is_office
from leaps.record.specs import FieldSpec
from leaps.record.types import Action, Fact, Provenance, State, ValueType


def current_revision() -> int:
    """The number of the last set of changes; 0 for an empty record. One query."""
    return RecordRevision.objects.filter(pk=1).values_list("revision", flat=True).first() or 0


def changed_since(revision: int, now: int, *, limit: int) -> set[tuple[str, int]] | None:
    """Which objects changed after one revision up to another, as (kind, id of the row). Two queries.

    None when these are more than `limit`, or when the history between the two is not whole: the
    record was put back to an earlier state by other means.
    """
    if now <= revision or ChangeSet.objects.filter(revision__gt=revision, revision__lte=now).count() != now - revision:
        return None
    found = set(changes_between(revision, now).values_list("kind", "object_id")[: limit + 1])
    return found if len(found) <= limit else None


def changes_between(revision: int, now: int) -> QuerySet[Change]:
    """The changes after one revision up to another, in no order."""
    return Change.objects.filter(changeset__revision__gt=revision, changeset__revision__lte=now).order_by()


def states(record_type: RecordType, keys: Collection[str] | None = None) -> dict[str, State]:
    """The present state of objects by key; all of the kind when `keys` is None.

    The number of queries depends on the kind only, not on how many objects there are.
    """
    rows: QuerySet[Any] = record_type.model._default_manager.order_by()
    if keys is not None:
        rows = rows.filter(**{f"{record_type.key_field}__in": list(keys)})
    return {state.key: state for state in states_of(record_type, list(rows), complete=keys is None)}


def states_of(
    record_type: RecordType, objects: Iterable[RecordModel], *, complete: bool = False
) -> list[State]:
    """The states of objects already at hand, in their order."""
    objects = list(objects)
    ids = [obj.pk for obj in objects]
    references: dict[str, dict[int, str]] = {}
    lists: dict[str, dict[int, list[str]]] = {}
    for name, target in record_type.references.items():
        if record_type.specs[name].type is ValueType.REFERENCE:
            wanted = {getattr(obj, f"{name}_id") for obj in objects} - {None}
            references[name] = keys_by_id(target, wanted) if wanted else {}
        else:
            lists[name] = _listed_keys(record_type, name, target, None if complete else ids)
    return [_state(record_type, obj, references, lists) for obj in objects]


def _state(
    record_type: RecordType,
    obj: Any,
    references: Mapping[str, Mapping[int, str]],
    lists: Mapping[str, Mapping[int, list[str]]],
) -> State:
    values: dict[str, Any] = {}
    for spec in record_type.specs.values():
        if spec.type is ValueType.REFERENCE:
            target_id = getattr(obj, f"{spec.name}_id")
            values[spec.name] = references[spec.name].get(target_id) if target_id is not None else None
        elif spec.type is ValueType.REFERENCES:
            values[spec.name] = list(lists[spec.name].get(obj.pk, ()))
        elif spec.type is ValueType.DATE:
            day = getattr(obj, spec.name)
            values[spec.name] = day.isoformat() if day else None
        else:
            values[spec.name] = getattr(obj, spec.name)
    return State(
        kind=record_type.kind,
        key=getattr(obj, record_type.key_field),
        id=obj.pk,
        version=obj.version,
        values=values,
        provenance={name: dict(stored) for name, stored in obj.provenance.items()},
    )


def keys_by_id(record_type: RecordType, ids: Collection[int] | None = None) -> dict[int, str]:
    """Keys of objects by database id."""
    rows = record_type.model._default_manager.order_by()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return dict(rows.values_list("pk", record_type.key_field))


def _listed_keys(
    record_type: RecordType, name: str, target: RecordType, ids: Collection[int] | None
) -> dict[int, list[str]]:
    through: Any = getattr(record_type.model, name).through
    rows = through.objects.order_by("source_id", "position")
    if ids is not None:
        rows = rows.filter(source_id__in=ids)
    listed: dict[int, list[str]] = defaultdict(list)
    for source_id, key in rows.values_list("source_id", f"target__{target.key_field}"):
        listed[source_id].append(key)
    return listed


def state(kind: str, key: str) -> State | None:
    """The present state of one object, None when there is none."""
    return states(registry.get(kind), [key]).get(key)


def current_key(kind: str, former_key: str) -> str | None:
    """The present key of an object that was once called `former_key`."""
    former = FormerKey.objects.filter(kind=kind, former_key=former_key).first()
    if former is None:
        return None
    return keys_by_id(registry.get(kind), [former.object_id]).get(former.object_id)


def state_on(kind: str, key: str, moment: dt.datetime) -> State | None:
    """The object as it was at a moment: its changes up to then, laid over each other.

    None when it did not exist then. Changes made under a former key of the object count too.
    """
    return _state_after(kind, key, Change.objects.filter(changeset__at__lte=moment))


def state_at(kind: str, key: str, revision: int) -> State | None:
    """The same at a revision."""
    return _state_after(kind, key, Change.objects.filter(changeset__revision__lte=revision))


def _state_after(kind: str, key: str, changes: QuerySet[Change]) -> State | None:
    present = state(kind, key)
    changes = changes.filter(kind=kind).filter(_same_object(present, key)).order_by("changeset__revision")
    values: dict[str, Any] = {}
    provenance: dict[str, dict[str, str]] = {}
    alive, version, object_id = False, 0, None
    for change in changes:
        if change.action == Action.DELETE:
            alive, values, provenance = False, {}, {}
            continue
        alive, version, object_id = True, version + 1, change.object_id
        for name, entry in change.after.items():
            values[name] = entry["value"]
            if entry.get("provenance"):
                provenance[name] = entry["provenance"]
            else:
                provenance.pop(name, None)
    if not alive:
        return None
    return State(kind=kind, key=key, id=object_id, version=version, values=values, provenance=provenance)


def changes_of(kind: str, key: str) -> QuerySet[Change]:
    """The changes of one object, newest first, under all its keys."""
    present = state(kind, key)
    rows = Change.objects.filter(kind=kind).select_related("changeset").order_by("-changeset__revision")
    return rows.filter(_same_object(present, key))


def _same_object(present: State | None, key: str) -> Q:
    """Changes of the object under its keys, also from before it was removed and came back."""
    if present is not None and present.id is not None:
        return Q(key=key) | Q(object_id=present.id)
    return Q(key=key)


def changesets() -> QuerySet[ChangeSet]:
    """Every set of changes, newest first."""
    return ChangeSet.objects.select_related("actor").order_by("-revision")


def facility_of(record_type: RecordType, values: Mapping[str, Any], key: str) -> str:
    """The slug of the facility that answers for an object; empty when only the office does.

    Reads the database only for kinds whose facility is two steps away.
    """
    path = record_type.facility_path
    if not path:
        return ""
    if path == record_type.key_field:
        return key
    first, _sep, rest = path.partition("__")
    reference = values.get(first)
    if not rest or not reference:
        return str(reference or "")
    target = record_type.references[first]
    found = target.model._default_manager.filter(**{target.key_field: reference}).values_list(
        f"{rest}__slug", flat=True
    )
    return str(found.first() or "")


def corrections_visible_to(person: object) -> QuerySet[Correction]:
    """The corrections a person may see: all for the office, a facility's for its editor, one's own."""
    rows = Correction.objects.select_related("proposer", "decided_by")
    if is_office(person):
        return rows
    mine = Q(pk__in=[])
    if getattr(person, "is_authenticated", False):
        mine = Q(proposer=person)
    facilities = accounts_queries.scopes_of(person, roles.FACILITY_EDITOR)
    return rows.filter(mine | Q(facility__in=facilities))


def changes_matching(*, facility: str = "", kind: str = "", key: str = "", origin: str = "") -> QuerySet[ChangeSet]:
    """Sets of changes that touch a facility, a kind or one object, newest first."""
    found = changesets()
    touched = Change.objects.all()
    if facility:
        touched = touched.filter(facility=facility)
    if kind:
        touched = touched.filter(kind=kind)
    if kind and key:
        touched = touched.filter(_same_object(state(kind, key), key))
    if facility or kind:
        found = found.filter(pk__in=touched.values("changeset_id"))
    return found.filter(origin=origin) if origin else found


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change, before and after; `spec` is None for a field that is no more."""

    name: str
    spec: FieldSpec | None
    before: Fact | None
    after: Fact | None

    @property
    def only_provenance(self) -> bool:
        """Whether the value stayed and only its source, date or standing changed."""
        return bool(self.before and self.after and self.before.value == self.after.value)


def field_changes(change: Change) -> list[FieldChange]:
    """What a change did, field by field, in the order of the kind's fields."""
    specs = registry.get(change.kind).specs

    def fact(entries: Mapping[str, Any], name: str) -> Fact | None:
        entry = entries.get(name)
        return Fact(entry["value"], Provenance.of(entry.get("provenance"))) if entry else None

    names = [n for n in specs if n in change.before or n in change.after]
    names += sorted((change.before.keys() | change.after.keys()) - specs.keys())
    return [FieldChange(n, specs.get(n), fact(change.before, n), fact(change.after, n)) for n in names]


def with_summaries(rows: Iterable[ChangeSet]) -> list[ChangeSet]:
    """Sets of changes, each with a `summary` (what was touched) in two further queries for all."""
    found = list(rows)
    counts = dict(
        Change.objects.filter(changeset__in=found).values_list("changeset").annotate(n=Count("pk")).order_by()
    )
    firsts = Change.objects.filter(changeset__in=found, pk__in=(
        Change.objects.filter(changeset__in=found).order_by().values("changeset").annotate(first=Min("pk")).values("first")
    ))
    first_of = {change.changeset_id: change for change in firsts}
    for row in found:
        change = first_of.get(row.pk)
        count = counts.get(row.pk, 0)
        if change is None:
            row.summary = _("no change")  # type: ignore[attr-defined]
            continue
        title = registry.get(change.kind).title
        what = f"{title} {change.label}: {change.get_action_display()}"
        more = ngettext("%(n)d more", "%(n)d more", count - 1) % {"n": count - 1}
        row.summary = f"{what}, {more}" if count > 1 else what  # type: ignore[attr-defined]
    return found


def facilities_with_changes() -> list[str]:
    """The facilities whose entries ever changed, by slug."""
    return list(Change.objects.exclude(facility="").order_by("facility").values_list("facility", flat=True).distinct())


def corrections_to_decide(person: object) -> QuerySet[Correction]:
    """The corrections a person may decide about, decided ones included."""
    rows = Correction.objects.select_related("proposer", "decided_by")
    if is_office(person):
        return rows
    return rows.filter(facility__in=accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))


def facilities_of_editor(person: object) -> list[str]:
    """The facilities a person is editor of, by slug."""
    return sorted(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))


def locked_revision() -> int:
    """Take the record's lock for the present transaction; returns the last revision."""
    RecordRevision.objects.get_or_create(pk=1)
    return RecordRevision.objects.select_for_update().get(pk=1).revision


def keys_after(record_type: RecordType, *, after: str, limit: int) -> list[str]:
    """Up to `limit` keys of a kind that come after `after`, in their order."""
    name = record_type.key_field
    rows = record_type.model._default_manager.filter(**{f"{name}__gt": after}).order_by(name)
    return list(rows.values_list(name, flat=True)[:limit])


def page_of_states(record_type: RecordType, *, after: str, limit: int, facility: str = "") -> list[State]:
    """Up to `limit` objects whose key comes after `after`, in the order of keys.

    With `facility` only those it answers for.
    """
    rows: QuerySet[Any] = record_type.model._default_manager.order_by(record_type.key_field)
    if after:
        rows = rows.filter(**{f"{record_type.key_field}__gt": after})
    if facility:
        path = record_type.facility_path
        rows = rows.filter(**{f"{path}__slug" if path != record_type.key_field else path: facility})
    return states_of(record_type, list(rows[:limit]))
