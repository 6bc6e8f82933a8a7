"""The query string, read strictly: a parameter that cannot be used as meant is refused, never left out.

A misspelt filter that is silently ignored gives a program far too many results, and nobody notices.
So unknown names, repeated values and nonsense are answered with 422; all problems at once, each with
parameter, value and cure.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rapidfuzz import process

from leaps.core.errors import InvalidInput, Problem

LONGEST = 400
MOST_ON_A_PAGE = 200
USUAL_ON_A_PAGE = 50
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query string, for the reader and for OpenAPI.

    An empty value is refused: it comes from a variable nobody has set, and would widen the answer
    unseen. Only where addresses of a page with its empty form fields must work too, `empty` allows it.
    """

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: str = ""
    many: bool = False
    empty: bool = False

    def openapi(self) -> dict[str, Any]:
        """The parameter as OpenAPI writes it."""
        schema = {"type": "array", "items": dict(self.schema)} if self.many else dict(self.schema)
        described: dict[str, Any] = {
            "in": "query", "name": self.name, "required": False, "description": self.description, "schema": schema,
        }  # fmt: skip
        if self.many:
            described |= {"style": "form", "explode": True}
        if self.example:
            described["example"] = [self.example] if self.many else self.example
        return described


CURSOR = Parameter("cursor", "Where the page begins; the address under `next` of the page before carries it.", {"type": "string", "maxLength": LONGEST})
LIMIT = Parameter(
    "limit", "How many on a page.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE, "default": USUAL_ON_A_PAGE},
)  # fmt: skip
ON = Parameter("on", "The object as the record had it at the end of that day (UTC).", {"type": "string", "format": "date"}, "2026-12-31")


class Given:
    """The parameters of one request. Ask for values, then call `check` before using them."""

    def __init__(self, request: HttpRequest, known: Sequence[Parameter]) -> None:
        self.request = request
        self.problems: list[Problem] = []
        names = {parameter.name: parameter for parameter in known}
        for name in request.GET:
            values = request.GET.getlist(name)
            if name not in names:
                self._unknown(name, list(names))
            elif len(values) > 1 and not names[name].many:
                self._problem(name, ", ".join(values), _("is given more than once"), _("Give it once."))
            elif not names[name].empty and not values[0].strip():
                self._problem(name, "", _("is empty"), _("Give a value, or leave the parameter out."))

    def _unknown(self, name: str, known: list[str]) -> None:
        near = process.extractOne(name[:100], known, score_cutoff=75)
        if near:
            cure = _("Did you mean %(near)s?") % {"near": near[0]}
        elif known:
            cure = _("Parameters here: %(names)s.") % {"names": ", ".join(known)}
        else:
            cure = _("This address takes none.")
        self._problem(name, "", _("is not a parameter of this address"), cure)

    def _problem(self, name: str, value: str, message: str, cure: str) -> None:
        self.problems.append(Problem(message, cure, field=name[:100], value=value[:100]))

    def text(self, name: str, longest: int = LONGEST) -> str:
        """A text on one line; empty when it is not given."""
        value = self.request.GET.get(name, "").strip()
        if _UNPRINTABLE.search(value):
            self._problem(name, value, _("holds characters that no value has"), _("Send printable UTF-8."))
            return ""
        if len(value) > longest:
            cure = _("At most %(n)d characters.") % {"n": longest}
            self._problem(name, value, _("is too long"), cure)
            return ""
        return value

    def number(self, parameter: Parameter) -> int:
        """A whole number within the parameter's limits, its default when it is not given."""
        low, high, usual = (int(parameter.schema[name]) for name in ("minimum", "maximum", "default"))
        value = self.text(parameter.name)
        if not value:
            return usual
        if not _WHOLE_NUMBER.fullmatch(value) or not low <= int(value) <= high:
            cure = _("Give a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
            self._problem(parameter.name, value, _("is out of range or no number"), cure)
            return usual
        return int(value)

    def day(self, name: str) -> dt.date | None:
        """A day as year-month-day."""
        value = self.text(name)
        if not value:
            return None
        try:
            if len(value) == 10:
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        self._problem(name, value, _("is not a day of the calendar"), _("Write year-month-day, such as 2027-01-15."))
        return None

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of several words; empty when it is not given."""
        value = self.text(name)
        if value and value not in choices:
            cure = _("Use one of: %(choices)s.") % {"choices": ", ".join(choices)}
            self._problem(name, value, _("is not one of the allowed values"), cure)
            return ""
        return value

    def refuse(self, name: str, value: str, message: str, cure: str) -> None:
        """Add a problem that only the caller can see."""
        self._problem(name, value, message, cure)

    def check(self) -> None:
        """Raises InvalidInput with every problem found."""
        if self.problems:
            raise InvalidInput(self.problems)
