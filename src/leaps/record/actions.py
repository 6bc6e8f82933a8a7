"""Changing the record: every door (pack, form, correction, API, revert) leads through `apply_edits`."""

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from leaps.accounts import actions as accounts_actions
from leaps.accounts import roles
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Problem
from leaps.record import queries, registry, rules
from leaps.record.events import RecordChanged, record_changed
from leaps.record.models import Change, ChangeSet, Correction, FormerKey, RecordRevision
from leaps.record.provenance import clean_provenance
from leaps.record.registry import RecordType
from leaps.record.specs import ValueRefused, plain_text
from leaps.record.types import (
    Action,
    Edit,
    Fact,
    Origin,
    Plan,
    Planned,
    Provenance,
    State,
    Value,
    ValueType,
)

BATCH = 5000
MOST_REASON = 2000


class NothingToDo(DomainError):
    """The edits would change nothing."""


class EditConflict(Conflict):
    """Somebody changed the object since it was read; both versions are kept and shown.

    `wanted` is what the person tried to write, `present` what the record says now.
    """

    def __init__(self, wanted: Edit, present: State) -> None:
        self.wanted, self.present = wanted, present
        super().__init__(
            _("Somebody changed %(key)s while you were editing. Nothing was overwritten.")
            % {"key": present.key}
        )


class System:
    """Acts for the installation itself: the command line and the first load."""

    is_authenticated = False
    is_active = True
    is_superuser = True
    pk = None

    def __init__(self, label: str) -> None:
        self.label = label

    def __str__(self) -> str:
        return self.label


def plan_edits(edits: Sequence[Edit], *, actor: object) -> Plan:
    """Check a batch of edits against the present record and say what it would do.

    Raises InvalidInput with every problem found, NotAllowed when the actor may not edit an
    object concerned, EditConflict when an expected version has passed.
    """
    return _Planner(edits, actor).plan()


def apply_edits(
    *,
    edits: Sequence[Edit],
    actor: Any,
    reason: str,
    origin: Origin,
    now: dt.datetime,
    reverts: ChangeSet | None = None,
) -> ChangeSet:
    """Write a batch of edits: all of it or nothing.

    In one transaction: lock the record, check (`plan_edits`), write objects with their provenance,
    write the history, count the revision. After commit `record_changed` is sent.
    The number of SQL statements hardly depends on the number of edits.

    Raises NothingToDo, and whatever `plan_edits` raises; nothing is written then.
    """
    with transaction.atomic():
        revision = queries.locked_revision()
        plan = plan_edits(edits, actor=actor)
        if not plan.planned:
            raise NothingToDo(_("Nothing would change: the record says this already."))
        ids = _write(plan)
        changeset = ChangeSet.objects.create(
            revision=revision + 1,
            at=now,
            actor=actor if getattr(actor, "is_authenticated", False) else None,
            actor_label=plain_text(str(actor), 200),
            origin=origin,
            reason=plain_text(reason, MOST_REASON),
            reverts=reverts,
        )
        Change.objects.bulk_create([_change(changeset, item, ids) for item in plan.planned], batch_size=BATCH)
        RecordRevision.objects.filter(pk=1).update(revision=changeset.revision)
        event = RecordChanged(
            changeset_id=changeset.pk,
            revision=changeset.revision,
            objects=tuple((item.edit.kind, item.edit.key) for item in plan.planned),
        )
        transaction.on_commit(lambda: record_changed.send(sender=RecordChanged, event=event))
    return changeset


def revert(*, changeset: ChangeSet, actor: Any, now: dt.datetime, reason: str = "") -> ChangeSet:
    """Undo one set of changes by a new one; values come back with the provenance they had.

    Raises EditConflict when a field concerned was changed again since: that later change must be
    reverted first, so that nobody's work is lost unseen.
    """
    reason = reason or _("Revert of change %(number)d") % {"number": changeset.revision}
    changes = list(changeset.changes.order_by("-pk"))
    for change in changes:
        key_field = registry.get(change.kind).key_field
        if change.action == Action.UPDATE and key_field in change.before:
            former = str(change.before[key_field]["value"])
            return rename(
                kind=change.kind, key=change.key, new_key=former, actor=actor, reason=reason, now=now,
                reverts=changeset,
            )
    present: dict[tuple[str, str], State] = {}
    for kind in {change.kind for change in changes}:
        keys = {change.key for change in changes if change.kind == kind}
        present.update(((kind, k), found) for k, found in queries.states(registry.get(kind), keys).items())
    return apply_edits(
        edits=[_inverse(change, present.get((change.kind, change.key))) for change in changes],
        actor=actor,
        reason=reason,
        origin=Origin.REVERT,
        now=now,
        reverts=changeset,
    )


def _inverse(change: Change, present: State | None) -> Edit:
    """The edit that undoes a change. Raises EditConflict when something else came after it."""
    actions = {Action.CREATE: Action.DELETE, Action.DELETE: Action.CREATE, Action.UPDATE: Action.UPDATE}
    edit = Edit(
        change.kind,
        change.key,
        actions[Action(change.action)],
        _facts(change.before),
        expected_version=present.version if present else None,
    )
    if change.action == Action.DELETE:
        intact = present is None
    else:
        intact = present is not None and all(
            present.values.get(name) == entry["value"]
            and present.provenance.get(name, {}) == entry.get("provenance", {})
            for name, entry in change.after.items()
        )
        if change.action == Action.CREATE and present is not None:
            filled = {n for n, value in present.values.items() if value not in (None, [])}
            intact = intact and filled <= set(change.after)
    if not intact:
        raise EditConflict(edit, present or State(change.kind, change.key, None, 0, {}, {}))
    return edit


def rename(
    *,
    kind: str,
    key: str,
    new_key: str,
    actor: Any,
    reason: str,
    now: dt.datetime,
    reverts: ChangeSet | None = None,
) -> ChangeSet:
    """Give an object another key; its old addresses keep leading to it.

    Raises NotAllowed unless the actor is of the office, InvalidInput when the key is malformed or taken.
    """
    if not rules.is_office(actor):
        raise NotAllowed(_("Only the office may change the key of an object."))
    record_type = registry.get(kind)
    name = record_type.key_field
    with transaction.atomic():
        revision = queries.locked_revision()
        before = queries.state(kind, key)
        if before is None:
            raise InvalidInput([Problem(_("there is no object with this key"), field=name, value=key)])
        try:
            cleaned = str(record_type.specs[name].clean(new_key))
        except ValueRefused as error:
            raise InvalidInput([Problem(error.message, error.cure, field=name, value=new_key)]) from None
        assert before.id is not None  # noqa: S101  it was read from the record
        former = FormerKey.objects.filter(kind=kind, former_key=cleaned)
        if queries.state(kind, cleaned) or former.exclude(object_id=before.id).exists():
            taken = Problem(
                _("is taken or was once another object's key"), _("Choose another."), field=name, value=cleaned
            )
            raise InvalidInput([taken])
        former.delete()
        record_type.model._default_manager.filter(pk=before.id).update(
            **{name: cleaned, "version": before.version + 1}
        )
        FormerKey.objects.create(kind=kind, former_key=key, object_id=before.id)
        Correction.objects.filter(kind=kind, key=key).update(key=cleaned)
        if kind == roles.Scope.FACILITY:
            # Whoever looks after the facility goes on doing so, and nobody gets the next holder of the old key.
            accounts_actions.move_scope(kind=roles.Scope.FACILITY, old=key, new=cleaned)
            Correction.objects.filter(facility=key).update(facility=cleaned)
        changeset = ChangeSet.objects.create(
            revision=revision + 1, at=now, actor=actor if getattr(actor, "is_authenticated", False) else None,
            actor_label=plain_text(str(actor), 200), origin=Origin.REVERT if reverts else Origin.EDIT,
            reason=plain_text(reason, MOST_REASON),
            reverts=reverts,
        )
        Change.objects.create(
            changeset=changeset, kind=kind, key=cleaned, object_id=before.id, action=Action.UPDATE,
            label=record_type.label_of(before.values, key)[:300],
            facility=queries.facility_of(record_type, {**before.values, name: cleaned}, cleaned),
            before={name: _entry(before, name)}, after={name: {**_entry(before, name), "value": cleaned}},
        )
        RecordRevision.objects.filter(pk=1).update(revision=changeset.revision)
        event = RecordChanged(changeset.pk, changeset.revision, ((kind, cleaned),))
        transaction.on_commit(lambda: record_changed.send(sender=RecordChanged, event=event))
    return changeset


def _facts(entries: Mapping[str, Any]) -> dict[str, Fact]:
    return {
        name: Fact(entry["value"], Provenance.of(entry.get("provenance"))) for name, entry in entries.items()
    }


def _entry(state: State, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": state.values.get(name)}
    if state.provenance.get(name):
        entry["provenance"] = state.provenance[name]
    return entry


def _change(changeset: ChangeSet, item: Planned, ids: Mapping[tuple[str, str], int]) -> Change:
    shown = item.after or item.before
    assert shown is not None  # noqa: S101  a planned edit has a state on at least one side
    record_type = registry.get(item.edit.kind)
    return Change(
        changeset=changeset,
        kind=item.edit.kind,
        key=item.edit.key,
        object_id=ids[item.edit.kind, item.edit.key],
        label=record_type.label_of(shown.values, shown.key)[:300],
        facility=item.facility,
        action=item.edit.action,
        before={name: _entry(item.before, name) for name in item.changed} if item.before else {},
        after={name: _entry(item.after, name) for name in item.changed} if item.after else {},
    )


class _Planner:
    """Checks a batch kind by kind, with a handful of queries for each kind."""

    def __init__(self, edits: Sequence[Edit], actor: object) -> None:
        self.everything = edits
        self.actor = actor
        self.problems: list[Problem] = []
        self.by_kind: dict[str, list[Edit]] = defaultdict(list)
        for edit in edits:
            self.by_kind[edit.kind].append(edit)
        self.new_keys = {
            kind: {edit.key for edit in batch if edit.action is not Action.DELETE}
            for kind, batch in self.by_kind.items()
        }
        self.gone_keys = {
            kind: {edit.key for edit in batch if edit.action is Action.DELETE}
            for kind, batch in self.by_kind.items()
        }
        self.labels: dict[str, dict[str, str]] = {}
        self.facility_cache: dict[tuple[str, str], str] = {}

    def plan(self) -> Plan:
        planned: list[Planned] = []
        total = 0
        for record_type in registry.all_types():
            batch = self.by_kind.pop(record_type.kind, [])
            total += len(batch)
            if batch:
                of_kind = list(self._plan_kind(record_type, batch))
                self._check_unique(record_type, of_kind)
                for check in record_type.checks:
                    self.problems.extend(check(of_kind))
                planned.extend(of_kind)
        for kind in self.by_kind:
            registry.get(kind)  # raises UnknownKind
        if self.problems:
            raise InvalidInput(self.problems)
        return Plan(tuple(planned), total - len(planned))

    def _plan_kind(self, record_type: RecordType, batch: list[Edit]) -> Iterable[Planned]:
        present = queries.states(record_type, {edit.key for edit in batch})
        known = self._known_references(record_type, batch)
        renamed = self._renamed(record_type, [e.key for e in batch if e.action is Action.CREATE and e.key not in present])
        seen: dict[str, Edit] = {}
        for edit in batch:
            if first := seen.get(edit.key):
                message = _("names the same object twice")
                if first.row is not None:
                    message = _("names the same object as row %(row)d of %(file)s") % {"row": first.row, "file": first.file}
                self._problem(edit, record_type.key_field, message, _("Keep one row."), edit.key)
                continue
            seen[edit.key] = edit
            if now := renamed.get(edit.key):
                cure = _("Write %(key)s; the old key leads there.") % {"key": now}
                self._problem(edit, record_type.key_field, _("was renamed"), cure, edit.key)
                continue
            item = self._plan_one(record_type, edit, present.get(edit.key), known)
            if item is not None:
                yield item

    def _renamed(self, record_type: RecordType, keys: Sequence[str]) -> dict[str, str]:
        """Which of these keys belonged to objects that have another key now."""
        former = FormerKey.objects.filter(kind=record_type.kind, former_key__in=keys) if keys else ()
        return {f.former_key: now for f in former if (now := queries.current_key(record_type.kind, f.former_key))}

    def _known_references(self, record_type: RecordType, batch: list[Edit]) -> dict[str, set[str]]:
        """For each referenced kind, which of the keys named exist or will exist."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for edit in batch:
            for name, target in record_type.references.items():
                value = edit.facts[name].value if name in edit.facts else None
                if isinstance(value, str):
                    wanted[target.kind].add(value)
                elif isinstance(value, list):
                    wanted[target.kind].update(value)
        known: dict[str, set[str]] = {}
        for kind, keys in wanted.items():
            target = registry.get(kind)
            stored = target.model._default_manager.filter(**{f"{target.key_field}__in": keys})
            known[kind] = (
                set(stored.values_list(target.key_field, flat=True)) | self.new_keys.get(kind, set())
            ) - self.gone_keys.get(kind, set())
        return known

    def _plan_one(
        self, record_type: RecordType, edit: Edit, before: State | None, known: Mapping[str, set[str]]
    ) -> Planned | None:
        if edit.action is Action.DELETE:
            return self._plan_delete(record_type, edit, before)
        if edit.action is Action.CREATE and before is not None:
            self._problem(
                edit, record_type.key_field, _("exists already"), _("Change it instead of adding it."), edit.key
            )
            return None
        if edit.action is Action.UPDATE and before is None:
            self._problem(
                edit, record_type.key_field, _("does not exist"), _("Add it first, or correct the key."), edit.key
            )
            return None
        if before is not None and edit.expected_version not in (None, before.version):
            raise EditConflict(edit, before)
        after = self._after(record_type, edit, before, known)
        if after is None:
            return None
        facility = self._facility(record_type, after)
        self._check_rights(record_type, edit, facility)
        if before is not None and (was := self._facility(record_type, before)) != facility:
            self._check_rights(record_type, edit, was)
        names = record_type.specs if before is None else edit.facts
        changed = tuple(
            name
            for name in record_type.specs
            if name in names
            and (
                (before is None and (after.values[name] not in (None, []) or name in after.provenance))
                or (
                    before is not None
                    and (
                        before.values[name] != after.values[name]
                        or before.provenance.get(name, {}) != after.provenance.get(name, {})
                    )
                )
            )
        )
        if before is not None and not changed:
            return None
        return Planned(edit, before, after, changed, facility)

    def _plan_delete(self, record_type: RecordType, edit: Edit, before: State | None) -> Planned | None:
        if before is None:
            self._problem(edit, record_type.key_field, _("does not exist"), _("Nothing to remove."), edit.key)
            return None
        if edit.expected_version not in (None, before.version):
            raise EditConflict(edit, before)
        facility = self._facility(record_type, before)
        self._check_rights(record_type, edit, facility)
        for other, name, keys in self._referrers(record_type, before):
            remaining = keys - self.gone_keys.get(other.kind, set())
            if remaining:
                self._problem(
                    edit,
                    record_type.key_field,
                    _("is still named by %(table)s.%(field)s of %(keys)s")
                    % {"table": other.table, "field": name, "keys": ", ".join(sorted(remaining)[:5])},
                    _("Remove or change those first."),
                    edit.key,
                )
        changed = tuple(
            name
            for name in record_type.specs
            if before.values[name] not in (None, []) or name in before.provenance
        )
        return Planned(edit, before, None, changed, facility)

    def _referrers(self, record_type: RecordType, state: State) -> Iterable[tuple[RecordType, str, set[str]]]:
        for other in registry.all_types():
            for name, target in other.references.items():
                if target.kind != record_type.kind:
                    continue
                rows = other.model._default_manager.filter(**{name: state.id})
                if keys := set(rows.values_list(other.key_field, flat=True)):
                    yield other, name, keys

    def _after(
        self, record_type: RecordType, edit: Edit, before: State | None, known: Mapping[str, set[str]]
    ) -> State | None:
        values = dict(before.values) if before else dict.fromkeys(record_type.specs)
        provenance = dict(before.provenance) if before else {}
        good = True
        facts = dict(edit.facts)
        facts.setdefault(record_type.key_field, Fact(edit.key, Provenance.of(provenance.get(record_type.key_field))))
        for name, fact in facts.items():
            spec = record_type.specs.get(name)
            if spec is None:
                self._problem(edit, name, _("is not a field of this table"), _("Remove it."))
                good = False
                continue
            try:
                values[name] = spec.clean(fact.value)
                stored = clean_provenance(fact.provenance).stored() if name != record_type.key_field else {}
            except ValueRefused as error:
                self._problem(edit, name, error.message, error.cure, fact.value)
                good = False
                continue
            if name == record_type.key_field and values[name] != edit.key:
                self._problem(edit, name, _("cannot be changed here"), _("Ask the office to rename it."), fact.value)
                good = False
            good &= self._check_reference(edit, name, record_type, values[name], known)
            if stored and values[name] not in (None, []):
                provenance[name] = stored
            else:
                provenance.pop(name, None)
        if before is None:
            good &= self._check_required(record_type, edit, values, facts)
        for pair in record_type.ordered_pairs:
            if good and (complaint := pair.complaint(values)):
                shown = record_type.specs[pair.first].to_text(values[pair.first])
                self._problem(edit, pair.first, complaint[0], complaint[1], shown)
                good = False
        if not good:
            return None
        return State(
            kind=edit.kind,
            key=edit.key,
            id=before.id if before else None,
            version=before.version + 1 if before else 1,
            values=values,
            provenance=provenance,
        )

    def _check_required(
        self, record_type: RecordType, edit: Edit, values: dict[str, Any], facts: Mapping[str, Fact]
    ) -> bool:
        good = True
        for spec in record_type.specs.values():
            if spec.is_list and values[spec.name] is None:
                values[spec.name] = []
            if spec.required and values[spec.name] is None and spec.name not in facts:
                self._problem(
                    edit, spec.name, _("is missing"), _("Give a value; this field is required.")
                )
                good = False
        return good

    def _check_reference(
        self, edit: Edit, name: str, record_type: RecordType, value: Value, known: Mapping[str, set[str]]
    ) -> bool:
        target = record_type.references.get(name)
        if target is None or value in (None, []):
            return True
        keys = value if isinstance(value, list) else [value]
        missing = [str(key) for key in keys if key not in known.get(target.kind, ())]
        for key in missing:
            message = _("names a key that is not in table %(table)s") % {"table": target.table}
            self._problem(edit, name, message, self._near_key(target, key), key)
        if target.kind == record_type.kind and edit.key in keys:
            self._problem(edit, name, _("names the object itself"), _("Remove it."), edit.key)
            return False
        return not missing

    def _near_key(self, target: RecordType, text: str) -> str:
        """The cure for a reference to nothing: the object most likely meant, by key, name or former key."""
        if now := queries.current_key(target.kind, text):
            return _("It was renamed: write %(key)s.") % {"key": now}
        if target.kind not in self.labels:
            rows = target.model._default_manager.order_by().values_list(target.key_field, target.label_field)
            self.labels[target.kind] = dict(rows)
        labels = self.labels[target.kind]
        sought = text.lower()
        by_label = {str(label).lower(): key for key, label in labels.items()}
        key = by_label.get(sought) or next((k for k in labels if len(k) > 3 and k.lower() in sought), None)
        if key is None:
            near = difflib.get_close_matches(sought, {k.lower(): k for k in labels} | by_label, n=1, cutoff=0.75)
            key = ({k.lower(): k for k in labels} | by_label)[near[0]] if near else None
        if key is None:
            return _("Correct the key, or add that row too.")
        return _("Did you mean %(key)s (%(label)s)?") % {"key": key, "label": labels[key]}

    def _facility(self, record_type: RecordType, state: State) -> str:
        path = record_type.facility_path
        if "__" not in path:
            return queries.facility_of(record_type, state.values, state.key)
        first, _sep, rest = path.partition("__")
        reference = str(state.values.get(first) or "")
        cached = (record_type.kind, reference)
        if cached not in self.facility_cache:
            target = record_type.references[first]
            self.facility_cache.update(
                ((record_type.kind, key), str(slug))
                for key, slug in target.model._default_manager.values_list(target.key_field, f"{rest}__slug")
            )
            for edit in self.everything:
                if edit.kind == target.kind and rest in edit.facts:
                    self.facility_cache[record_type.kind, edit.key] = str(edit.facts[rest].value)
        return self.facility_cache.get(cached, "")

    def _check_unique(self, record_type: RecordType, planned: Sequence[Planned]) -> None:
        """Name the rows that would break a unique constraint, before the database refuses them all."""
        touched = {item.edit.key for item in planned}
        for fields in record_type.unique_together:
            columns = [
                f"{name}__{record_type.references[name].key_field}" if name in record_type.references else name
                for name in fields
            ]
            after = [(item, tuple(item.after.values[n] for n in fields)) for item in planned if item.after]
            rows = record_type.model._default_manager.filter(
                **{f"{columns[-1]}__in": {values[-1] for _item, values in after}}
            ).values_list(record_type.key_field, *columns)
            taken = {tuple(values): key for key, *values in rows if key not in touched}
            for item, values in after:
                if taken.setdefault(values, item.edit.key) != item.edit.key:
                    self._problem(
                        item.edit,
                        fields[-1],
                        _("is the same as that of %(other)s") % {"other": taken[values]},
                        _("Two objects may not share %(fields)s.") % {"fields": ", ".join(fields)},
                        values[-1],
                    )

    def _check_rights(self, record_type: RecordType, edit: Edit, facility: str) -> None:
        if rules.may_edit(self.actor, record_type, facility):
            return
        keeper = _("the editors of %(facility)s") % {"facility": facility} if facility else _("the office")
        if edit.row is not None:
            cure = _("Leave this row out, or ask %(who)s.") % {"who": keeper}
            self._problem(edit, record_type.key_field, _("is not yours to change"), cure, edit.key)
            return
        raise NotAllowed(
            _("You may not change %(title)s %(key)s: it is looked after by %(who)s.")
            % {"title": record_type.title, "key": edit.key, "who": keeper}
        )

    def _problem(self, edit: Edit, field: str, message: str, cure: str = "", value: object = "") -> None:
        shown = ";".join(value) if isinstance(value, list) else str(value if value is not None else "")
        self.problems.append(
            Problem(message, cure, file=edit.file or edit.kind, row=edit.row, field=field, value=shown[:120])
        )


def _write(plan: Plan) -> dict[tuple[str, str], int]:
    """Write the objects of a plan; returns their ids by (kind, key)."""
    ids: dict[tuple[str, str], int] = {}
    by_kind: dict[str, list[Planned]] = defaultdict(list)
    for item in plan.planned:
        by_kind[item.edit.kind].append(item)
    for record_type in registry.all_types():
        items = [item for item in by_kind.get(record_type.kind, ()) if item.after is not None]
        if items:
            ids.update(_write_kind(record_type, items))
    for record_type in reversed(registry.all_types()):
        gone = [item.before for item in by_kind.get(record_type.kind, ()) if item.after is None and item.before]
        if gone:
            ids.update(((record_type.kind, state.key), state.id) for state in gone if state.id is not None)
            for name in _list_fields(record_type):
                _through(record_type, name).objects.filter(source_id__in=[s.id for s in gone]).delete()
            record_type.model._default_manager.filter(pk__in=[state.id for state in gone]).delete()
    return ids


def _write_kind(record_type: RecordType, items: Sequence[Planned]) -> dict[tuple[str, str], int]:
    lookups = _reference_ids(record_type, items)
    fresh = [_object(record_type, item.after, lookups) for item in items if item.before is None and item.after]
    stale = [_object(record_type, item.after, lookups) for item in items if item.before is not None and item.after]
    manager = record_type.model._default_manager
    columns = [
        name for name, spec in record_type.specs.items() if spec.type is not ValueType.REFERENCES
    ]
    if fresh:
        manager.bulk_create(fresh, batch_size=BATCH)
    if stale:
        # An upsert on the primary key: one statement however many rows, on both databases.
        manager.bulk_create(
            stale,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*columns, "version", "provenance"],
        )
    key_ids = {getattr(obj, record_type.key_field): obj.pk for obj in (*fresh, *stale)}
    for name in _list_fields(record_type):
        touched = [item for item in items if name in item.changed and item.after]
        _write_list(record_type, name, touched, key_ids)
    return {(record_type.kind, key): pk for key, pk in key_ids.items()}


def _list_fields(record_type: RecordType) -> list[str]:
    return [n for n, spec in record_type.specs.items() if spec.type is ValueType.REFERENCES]


def _through(record_type: RecordType, name: str) -> Any:
    return getattr(record_type.model, name).through


def _reference_ids(record_type: RecordType, items: Sequence[Planned]) -> dict[str, dict[str, int]]:
    lookups: dict[str, dict[str, int]] = {}
    for name, target in record_type.references.items():
        if record_type.specs[name].type is not ValueType.REFERENCE:
            continue
        wanted = {item.after.values[name] for item in items if item.after and item.after.values[name]}
        rows = target.model._default_manager.filter(**{f"{target.key_field}__in": wanted})
        lookups[name] = dict(rows.values_list(target.key_field, "pk"))
    return lookups


def _object(record_type: RecordType, state: State, lookups: Mapping[str, Mapping[str, int]]) -> models.Model:
    attributes: dict[str, Any] = {"version": state.version, "provenance": state.provenance}
    if state.id is not None:
        attributes["id"] = state.id
    for name, spec in record_type.specs.items():
        value = state.values[name]
        if spec.type is ValueType.REFERENCES:
            continue
        if spec.type is ValueType.REFERENCE:
            attributes[f"{name}_id"] = lookups[name][value] if value else None
        elif spec.type is ValueType.DATE:
            attributes[name] = dt.date.fromisoformat(value) if value else None
        else:
            attributes[name] = value
    return record_type.model(**attributes)


def _write_list(
    record_type: RecordType, name: str, items: Sequence[Planned], key_ids: Mapping[str, int]
) -> None:
    if not items:
        return
    target = record_type.references[name]
    through = _through(record_type, name)
    wanted = {key for item in items if item.after for key in item.after.values[name]}
    rows = target.model._default_manager.filter(**{f"{target.key_field}__in": wanted})
    target_ids = dict(rows.values_list(target.key_field, "pk"))
    through.objects.filter(source_id__in=[key_ids[item.edit.key] for item in items]).delete()
    through.objects.bulk_create(
        [
            through(source_id=key_ids[item.edit.key], target_id=target_ids[key], position=position)
            for item in items
            if item.after
            for position, key in enumerate(item.after.values[name])
        ],
        batch_size=BATCH,
    )
