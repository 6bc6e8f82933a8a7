"""Actions in the minutes of a meeting: lines that begin with `- ACTION`, read one by one; no line is lost.

    - ACTION jo@lab.example, 2026-12-01: Measure the mirror at both laboratories

The owner is an address, a name or a role; the day is written as year-month-day; after the colon stands what is to be done.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.core.errors import Problem

_MARKED = re.compile(r"\s*[-*•–]\s*ACTION\b[:\s]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_WHOLE = re.compile(r"(?P<owner>[^:]*),\s*(?P<due>[^,:]*?)\s*:\s*(?P<title>.*)", re.DOTALL)
LONGEST_TITLE, LONGEST_OWNER = 200, 120


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the minutes as it stands; an action where it is one, or what is wrong with it."""

    number: int
    text: str
    is_action: bool = False
    owner: str = ""
    due: dt.date | None = None
    title: str = ""
    problem: Problem | None = None


def lines(text: str) -> list[Line]:
    """Every line of the minutes, in order: joined by line breaks, their texts are the minutes again."""
    return [_line(number, one) for number, one in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)]


def problems(found: Sequence[Line]) -> Iterator[Problem]:
    """What is to be mended before any action is taken over."""
    first: dict[str, int] = {}
    for line in found:
        if line.problem is not None:
            yield line.problem
        elif line.is_action and first.setdefault(line.title.casefold(), line.number) != line.number:
            cure = _("It stands in line %(first)d already: remove one of the two, or give them different titles.")
            yield Problem(_("is the same action twice"), cure % {"first": first[line.title.casefold()]}, row=line.number, field="title", value=line.title)


def _line(number: int, text: str) -> Line:
    marked = _MARKED.fullmatch(text)
    if marked is None:
        return Line(number, text)

    def wrong(message: str, cure: str, field: str, value: str = "") -> Line:
        return Line(number, text, is_action=True, problem=Problem(message, cure, row=number, field=field, value=value))

    whole = _WHOLE.fullmatch(marked["rest"])
    if whole is None:
        cure = _("Write it like this: - ACTION jo@lab.example, 2026-12-01: what is to be done")
        return wrong(_("is not complete"), cure, "line", text.strip()[:80])
    owner, told, title = (" ".join(whole[name].split()) for name in ("owner", "due", "title"))
    if not owner or len(owner) > LONGEST_OWNER:
        return wrong(_("names no owner"), _("Write an address, a name or a role of at most 120 characters before the date."), "owner", owner[:80])
    try:
        due = dt.date.fromisoformat(told) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", told, re.ASCII) else None
    except ValueError:
        due = None
    if due is None:
        return wrong(_("has no day that can be read"), _("Write year, month and day, such as 2026-12-01."), "due", told[:40])
    if not title:
        return wrong(_("does not say what is to be done"), _("Write it after the colon."), "title")
    if len(title) > LONGEST_TITLE:
        return wrong(_("is too long"), _("Say in at most 200 characters what is to be done."), "title", title[:80])
    return Line(number, text, is_action=True, owner=owner, due=due, title=title)
