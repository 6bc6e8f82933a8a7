"""What a chapter looks like while it is being written: quickly, and whatever is wrong with it."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from leaps.core import documents
from leaps.core.documents import Binder, Call, Chapter, Document, Figure, Piece, Table, chapter_html
from leaps.core.errors import Problem

_CALL = re.compile(r"\{\{(.*?)\}\}")
_DAY = dt.date(2000, 1, 1)


class Text(Protocol):
    """A chapter as it is kept."""

    slug: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The chapter as HTML, what is wrong with it, and how many bound numbers it holds."""

    html: str
    problems: tuple[Problem, ...]
    numbers: int


def preview(chapters: Sequence[Text], of: Text, text: str, binder: Binder, *, kept: Path | None = None) -> Preview:
    """The chapter with this text in its place among the others.

    Of the others only what can be referred to is known, and is not drawn. A call that has no answer stands as it was written.
    In the folder `kept` lies what earlier previews and builds gave.
    """
    others = {chapter.slug: "\n\n".join("{{ " + call + " }}" for call in _referable(chapter.text)) for chapter in chapters if chapter.slug != of.slug}
    own = {call.source for call in documents.calls(text)}

    def light(call: Call) -> Piece:
        if call.source in own or call.name not in ("figure", "table"):
            return binder(call)
        name = str(call.args[0]) if call.args else "?"
        return Figure(name, "", "", "") if call.name == "figure" else Table(name, "", ("",), ())

    def made(own_text: str) -> Document:
        texts = [Chapter(one.slug, one.title, own_text if one.slug == of.slug else others[one.slug]) for one in chapters]
        return Document("", "", _DAY, "", texts)

    assembled = documents.assemble(made(text), light, kept=kept)
    problems = tuple(problem for problem in assembled.problems if problem.file == of.slug)
    bad = {problem.value for problem in problems}
    if bad:
        text = _CALL.sub(lambda match: f"`{match[0]}`" if match[1].strip() in bad else match[0], text)
        assembled = documents.assemble(made(text), light, kept=kept)
    chapter = next(one for one in assembled.chapters if one.slug == of.slug)
    return Preview(chapter_html(assembled, replace(chapter)), problems, len(chapter.uses))


def _referable(text: str) -> list[str]:
    return [call.source for call in documents.calls(text) if call.name in ("figure", "table")]
