"""What the public pages show."""

import datetime as dt
from dataclasses import dataclass

from leaps.record.models import Change


@dataclass(frozen=True, slots=True)
class Figure:
    """A live figure: what it counts, a note, and where to see it."""

    value: str
    label: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class News:
    """What changed lately: of this week where there is anything, else the latest before."""

    changes: tuple[Change, ...]
    this_week: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """The record as one citable thing: its revision and the day of it."""

    revision: int
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the glossary: its anchor, and its meaning as paragraphs of safe markup."""

    anchor: str
    word: str
    paragraphs: tuple[str, ...]
