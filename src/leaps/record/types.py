"""The words of the record: values, where they come from, and what may be done to them.

A *value* here is always a JSON value in canonical form (see `FieldSpec`): text, whole number,
number, true/false, a list of texts, an ISO date as text, or None for "not recorded".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

Value = str | int | float | bool | list[str] | None


class Confidence(models.TextChoices):
    """Who stands behind a value. One scale for the whole record."""

    CONFIRMED = "confirmed", _("confirmed by the facility")
    SOURCED = "sourced", _("read in a source")
    KNOWN = "known", _("unverified, general knowledge")


class Origin(models.TextChoices):
    """By which door a change came in."""

    PACK = "pack", _("pack")
    EDIT = "edit", _("edit")
    CORRECTION = "correction", _("correction")
    API = "api", _("API")
    REVERT = "revert", _("revert")


class Action(models.TextChoices):
    """What happened to an object."""

    CREATE = "create", _("added")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("removed")


class ValueType(StrEnum):
    """The types a field of the record can have."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    YEAR = "year"
    DATE = "date"
    URL = "url"
    FLAG = "flag"
    TERMS = "terms"
    REFERENCE = "reference"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one value comes from and who vouches for it.

    `as_of` is a year, month or day in ISO form, the date the source speaks about.
    `vouched_by` and `vouched_on` name the person and day of a confirmation.
    """

    confidence: str = Confidence.KNOWN.value
    source_url: str = ""
    as_of: str = ""
    vouched_by: str = ""
    vouched_on: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, str] | None) -> "Provenance":
        """Read the form kept in a row; nothing stored means unverified."""
        return cls(**stored) if stored else cls()

    def stored(self) -> dict[str, str]:
        """The form kept in a row: only what is filled, in a fixed order."""
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: str(value) for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class Fact:
    """A value together with its provenance."""

    value: Value
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class State:
    """One object of the record at one moment."""

    kind: str
    key: str
    id: int | None
    version: int
    values: dict[str, Any]
    provenance: dict[str, dict[str, str]]

    def fact(self, name: str) -> Fact:
        """The value of a field with its provenance."""
        return Fact(self.values.get(name), Provenance.of(self.provenance.get(name)))


@dataclass(frozen=True, slots=True)
class Edit:
    """A wish to create, change or delete one object.

    `facts` holds the fields to set; fields not named stay as they are. `expected_version` guards
    against overwriting somebody else's change; None means "whatever it is now". `row` and `file`
    say where the wish stands, for error messages.
    """

    kind: str
    key: str
    action: Action
    facts: Mapping[str, Fact] = field(default_factory=dict)
    expected_version: int | None = None
    file: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An edit together with the state before and after it; `changed` names the fields that differ."""

    edit: Edit
    before: State | None
    after: State | None
    changed: tuple[str, ...]
    facility: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch of edits would do: nothing has been written yet."""

    planned: tuple[Planned, ...]
    unchanged: int

    def count(self, action: Action) -> int:
        """How many objects the plan adds, changes or removes."""
        return sum(item.edit.action is action for item in self.planned)
