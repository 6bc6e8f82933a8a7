"""What a document is made of, and what a binder answers with."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from leaps.core.documents.language import Call
from leaps.core.errors import DomainError


class Standing(StrEnum):
    """What a bound number stands on."""

    CONFIRMED = "confirmed"
    SOURCED = "sourced"
    COMPUTED = "computed"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Number:
    """A value as it is printed, and where it comes from.

    `key` names the fact for good (kind, key and field of the record, or an indicator with scope and year); the same key
    twice in one chapter has one footnote. `raw` is what is compared between editions. `link` is a path of this site.
    """

    text: str
    key: str
    label: str
    standing: Standing
    raw: str = ""
    source: str = ""
    source_url: str = ""
    as_of: str = ""
    vouched: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with the words and the data that go with it. `svg` stands alone: it holds its own colours."""

    id: str
    caption: str
    alt: str
    svg: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    link: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the columns in `numeric` (from 0) stand to the right."""

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    link: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Something that is cited: numbered in the order of the first use, listed at the end."""

    id: str
    text: str
    url: str = ""


Piece = Number | Figure | Table | Citation


class Unbound(DomainError):
    """A call cannot be answered: `str(error)` tells why, `cure` what to do."""

    status = 422

    def __init__(self, message: str, cure: str = "") -> None:
        self.cure = cure
        super().__init__(message)


class Binder(Protocol):
    """Answers the calls of a text; raises Unbound for what does not exist, is embargoed or not approved."""

    def __call__(self, call: Call) -> Piece:
        """The piece a call stands for."""
        ...


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An unverified number that somebody answers for in a release."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a document: its short name in addresses, its title and its text in Markdown."""

    slug: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is built. `snapshot` names the state of the record that its numbers were read from."""

    title: str
    subtitle: str
    date: dt.date
    publisher: str
    chapters: Sequence[Chapter]
    address: str = ""
    language: str = "en"
    snapshot: str = ""
    is_draft: bool = True
    draft_words: str = "Draft"
    licence: str = "CC BY 4.0"
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
