"""What a report is made of: entries, each a value with all it takes to trust it, or the reason why there is none."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.core.lake import Field, FieldType, Schema

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class World(models.TextChoices):
    """Whose values a report holds. The two never stand in one report."""

    REAL = "real", _("real values")
    SYNTHETIC = "synthetic", _("synthetic values of the trial")


class Audience(models.TextChoices):
    """For whom a report was made."""

    PUBLIC = "public", _("for everybody")
    HOUSE = "house", _("for the facility and the office only")


class Filled(models.TextChoices):
    """How a line was filled, or why it was not."""

    COMPUTED = "computed", _("computed from raw records")
    FINISHED = "finished", _("finished value of the facility")
    MIXED = "mixed", _("computed, with finished values of some facilities")
    PUBLISHED = "published", _("published elsewhere, from the record")
    WITHHELD = "withheld", _("withheld, so that nobody can be found out")
    HOUSE = "house", _("for the facility and the office only")
    EMBARGO = "embargo", _("under embargo")
    UNDEFINED = "undefined", _("not defined")
    NOTHING = "nothing", _("nothing of the kind was recorded")
    NO_RECORDS = "no_records", _("the return does not hold the records for it")
    NOT_SIGNED = "not_signed", _("no signed return")
    NOT_COLLECTED = "not_collected", _("not collected")


WITH_VALUE: Final = frozenset({Filled.COMPUTED, Filled.FINISHED, Filled.MIXED, Filled.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of a report: what is asked, in the words of the definition of that code."""

    code: str
    name: str
    objective: str = ""
    unit: str = ""
    version: int | None = None
    is_checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a line, or the reason why there is none.

    `indicator` is the definition it was computed or published under, which need not be that of the line. With a
    `dimension` it is about one `category` of it. `why` is a sentence for whoever misses the value.
    """

    subject: Subject
    what: str
    filled: Filled
    facility: str = ""
    facility_name: str = ""
    year: int | None = None
    indicator: str = ""
    rule: str = ""
    dimension: str = ""
    category: str = ""
    category_name: str = ""
    value: float | None = None
    unit: str = ""
    qualifier: str = ""
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    n_records: int | None = None
    n_facilities: int | None = None
    why: str = ""
    period: str = ""
    source: str = ""
    signed_by: str = ""
    signed_on: dt.date | None = None
    comment: str = ""
    method: str = ""

    @property
    def has_value(self) -> bool:
        """Whether the line is filled by it."""
        return self.filled in WITH_VALUE


@dataclass(frozen=True, slots=True)
class Report:
    """A report as data. `about` says whom or what it is about, `period` which time; `notes` what to know first."""

    kind: str
    title: str
    about: str
    period: str
    method: str
    world: World
    audience: Audience
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_synthetic(self) -> bool:
        """Whether its values are made up."""
        return self.world is World.SYNTHETIC

    @property
    def is_house(self) -> bool:
        """Whether it may hold what is not public."""
        return self.audience is Audience.HOUSE

    @property
    def file_name(self) -> str:
        """The name of its files without ending; it says what must not be overlooked."""
        parts = ["synthetic"] if self.is_synthetic else []
        parts += [part for part in (self.kind, self.about, self.period) if part]
        return "-".join([*parts, "not-public"] if self.is_house else parts).replace(" ", "-")

    def lines(self) -> Iterator[tuple[Subject, list[Entry]]]:
        """The entries under the line they belong to."""
        for subject, found in groupby(self.entries, key=lambda entry: entry.subject):
            yield subject, list(found)

    def counts(self) -> "list[tuple[StrOrPromise, int]]":
        """How many lines are filled, and why the others are not, by the first entry that says it best."""
        best: dict[Filled, int] = {}
        for _subject, found in self.lines():
            how = min((entry.filled for entry in found), key=list(Filled).index)
            best[how] = best.get(how, 0) + 1
        return [(how.label, best[how]) for how in Filled if how in best]


def _text(name: str, title: "StrOrPromise", **more: Any) -> Field:
    return Field(name, FieldType.TEXT, title, **more)


def _number(name: str, title: "StrOrPromise", **more: Any) -> Field:
    return Field(name, FieldType.NUMBER, title, **more)


COLUMNS: Final = Schema(
    "report", _("Report"), _("One row for each value asked for, filled or with the reason why it is not."),
    (
        _text("line", _("line"), required=True, description=_("The code of what is asked.")),
        _text("line_name", _("what is asked"), required=True),
        _text("objective", _("objective")),
        _text("facility", _("facility"), description=_("Its key in the record; empty for the league.")),
        _text("facility_name", _("name of the facility")),
        Field("year", FieldType.INTEGER, _("year"), minimum=1900, maximum=2100),
        _text("what", _("what the value is"), required=True),
        _text("indicator", _("definition"), description=_("The code of our definition the value was made by.")),
        _text("rule", _("rule"), description=_("How was counted.")),
        _text("dimension", _("broken down by")),
        _text("category", _("part"), description=_("The code of the part.")),
        _text("category_name", _("part in words")),
        _number("value", _("value"), description=_("Empty where completeness says why.")),
        _text("unit", _("unit")),
        _text("qualifier", _("how sharp")),
        _number("numerator", _("numerator")),
        _number("denominator", _("denominator")),
        _number("low", _("lower bound")),
        _number("high", _("upper bound")),
        Field("n_records", FieldType.INTEGER, _("records counted"), minimum=0),
        Field("n_facilities", FieldType.INTEGER, _("facilities counted"), minimum=0),
        _text("completeness", _("completeness"), required=True, choices=tuple(Filled.values)),
        _text("why", _("why there is no value")),
        _text("period", _("period")),
        _text("source", _("source"), description=_("Address of what it was read in; empty for computed values.")),
        _text("signed_by", _("signed by")),
        Field("signed_on", FieldType.DATE, _("signed on")),
        _text("comment", _("comment of who signed")),
        Field("definition_version", FieldType.INTEGER, _("version of the definition"), minimum=1),
        _text("method_hash", _("hash of the method")),
        Field("synthetic", FieldType.FLAG, _("made up for a trial"), required=True),
    ),
)  # fmt: skip


def records(report: Report) -> list[dict[str, Any]]:
    """The entries as rows of the declared columns."""
    return [_record(entry, synthetic=report.is_synthetic) for entry in report.entries]


def _record(entry: Entry, *, synthetic: bool) -> dict[str, Any]:
    found = {
        "line": entry.subject.code, "line_name": entry.subject.name, "objective": entry.subject.objective,
        "completeness": entry.filled.value, "definition_version": entry.subject.version, "method_hash": entry.method,
        "synthetic": synthetic,
    }  # fmt: skip
    found |= {name: getattr(entry, name) for name in COLUMNS.by_name if name not in found}
    return {name: None if found[name] == "" else found[name] for name in COLUMNS.by_name}


def with_values(entries: Sequence[Entry]) -> list[Entry]:
    """Those that hold a value."""
    return [entry for entry in entries if entry.has_value]
