"""Bringing a pack into the record: read, check, show the difference, write all of it or nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from leaps.core.errors import InvalidInput, Problem
from leaps.record import actions, registry
from leaps.record.models import ChangeSet
from leaps.record.packs.checking import wishes
from leaps.record.packs.reading import Contents
from leaps.record.specs import FieldSpec
from leaps.record.types import Action, Edit, Fact, Origin, Plan, Provenance

MAX_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that a pack would change."""

    spec: FieldSpec
    before: Fact | None
    after: Fact | None


@dataclass(frozen=True, slots=True)
class ObjectDifference:
    """One object that a pack would add, change or remove."""

    kind: str
    key: str
    label: str
    action: Action
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A pack that has been checked against the present record: ready to load, or with problems."""

    edits: tuple[Edit, ...]
    plan: Plan | None
    problems: tuple[Problem, ...]


def check(contents: Contents, *, actor: object, default: Provenance, prune: bool = False) -> Checked:
    """Check a pack completely: all faults of all rows, and what it would change. Writes nothing."""
    found = wishes(contents, default=default, prune=prune)
    problems = list(found.problems)
    plan = None
    try:
        plan = actions.plan_edits(found.edits, actor=actor)
    except InvalidInput as error:
        already = {(p.file, p.row, p.field) for p in problems}
        problems.extend(p for p in error.problems if (p.file, p.row, p.field) not in already)
    problems.sort(key=lambda p: (p.file, p.row or 0, p.field))
    return Checked(found.edits, None if problems else plan, tuple(problems[:MAX_PROBLEMS]))


def load(
    contents: Contents,
    *,
    actor: Any,
    default: Provenance,
    reason: str,
    now: dt.datetime,
    prune: bool = False,
) -> ChangeSet:
    """Check and write a pack in one transaction.

    Raises InvalidInput with every problem, NothingToDo when the record says all of it already.
    """
    checked = check(contents, actor=actor, default=default, prune=prune)
    if checked.problems:
        raise InvalidInput(checked.problems)
    return actions.apply_edits(edits=checked.edits, actor=actor, reason=reason, origin=Origin.PACK, now=now)


def differences(plan: Plan) -> tuple[ObjectDifference, ...]:
    """What a plan would change, field by field, for people to read."""
    found = []
    for item in plan.planned:
        record_type = registry.get(item.edit.kind)
        shown = item.after or item.before
        if shown is None:
            continue
        fields = tuple(
            FieldDifference(
                record_type.specs[name],
                item.before.fact(name) if item.before else None,
                item.after.fact(name) if item.after else None,
            )
            for name in item.changed
        )
        label = record_type.label_of(shown.values, shown.key)
        found.append(ObjectDifference(item.edit.kind, item.edit.key, label, item.edit.action, fields))
    return tuple(found)
