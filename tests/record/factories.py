"""Small valid objects of the record, written through the same action as everything else."""

import datetime as dt
from typing import Any

from leaps.record import actions
from leaps.record.models import ChangeSet
from leaps.record.types import Action, Edit, Fact, Origin, Provenance

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
OFFICE = actions.System("the office")
SOURCED = Provenance("sourced", "https://example.org/page", "2025")


def facts(values: dict[str, Any], provenance: Provenance = SOURCED) -> dict[str, Fact]:
    """Values with one provenance for all."""
    return {name: Fact(value, provenance) for name, value in values.items()}


def facility(key: str = "ring", **values: Any) -> Edit:
    """A synchrotron in Sweden."""
    base = {
        "name": f"The {key}",
        "short_name": key.upper(),
        "kind": "synchrotron",
        "partnership": "LEAPS",
        "membership": "member",
        "country": "SE",
    }
    return Edit("facility", key, Action.CREATE, facts({**base, **values}))


def technique(key: str, label: str, parents: list[str] | None = None) -> Edit:
    """A technique with its parents."""
    return Edit("technique", key, Action.CREATE, facts({"label": label, "parents": parents or []}))


def instrument(key: str = "ring-i01", of: str = "ring", **values: Any) -> Edit:
    """An instrument of a facility."""
    return Edit("instrument", key, Action.CREATE, facts({"facility": of, "name": key.upper(), **values}))


def write(*edits: Edit, actor: Any = OFFICE, now: dt.datetime = NOW, reason: str = "test") -> ChangeSet:
    """Apply edits as the office."""
    return actions.apply_edits(edits=edits, actor=actor, reason=reason, origin=Origin.EDIT, now=now)


def update(kind: str, key: str, version: int | None = None, **values: Any) -> Edit:
    """A change of some fields."""
    return Edit(kind, key, Action.UPDATE, facts(values), expected_version=version)


def delete(kind: str, key: str) -> Edit:
    """A removal."""
    return Edit(kind, key, Action.DELETE)
