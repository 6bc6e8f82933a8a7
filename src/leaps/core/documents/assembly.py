"""From text to pieces: every call answered, every fault named by chapter and line, every number with its sentence."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from leaps.core.documents import language, tree
from leaps.core.documents.keeping import once
from leaps.core.documents.language import CLOSE, OPEN, Call
from leaps.core.documents.pieces import (
    Binder,
    Chapter,
    Citation,
    Document,
    Figure,
    Number,
    Piece,
    Standing,
    Table,
    Unbound,
)
from leaps.core.errors import Problem

PLACE = re.compile(f"{OPEN}(\\d+){CLOSE}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")
_SCHEMES = frozenset({"http", "https", "mailto"})
_LEAVES = ("Para", "Plain", "Header")
P = TypeVar("P", Figure, Table, Citation)


@dataclass(frozen=True, slots=True)
class Reference:
    """A call of `ref`: to a figure, a table or a chapter of the same document."""

    target: str


@dataclass(frozen=True, slots=True)
class Use:
    """A bound number in its place: the sentence is what somebody has to read again when the number changes."""

    chapter: str
    line: int
    call: str
    sentence: str
    number: Number


@dataclass(frozen=True, slots=True)
class AssembledChapter:
    """A chapter whose calls are answered: the tree still holds the places, `pieces` what stands there."""

    slug: str
    title: str
    blocks: list[tree.Node]
    calls: tuple[Call, ...]
    pieces: tuple[Piece | Reference | None, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Assembled:
    """A document ready to be rendered, if there are no problems. Numbers of figures, tables and citations are by id."""

    document: Document
    chapters: tuple[AssembledChapter, ...]
    problems: tuple[Problem, ...]
    figures: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    citations: dict[str, int] = field(default_factory=dict)

    @property
    def uses(self) -> list[Use]:
        """Every bound number in the order of the text."""
        return [use for chapter in self.chapters for use in chapter.uses]

    @property
    def unverified(self) -> list[Use]:
        """Every number nobody has verified, accepted or not."""
        return [use for use in self.uses if use.number.standing is Standing.UNVERIFIED]

    def pieces_of(self, kind: type[P]) -> dict[str, P]:
        """The figures, tables or citations by id, in the order of the text."""
        return _by_id(self.chapters, kind)


def assemble(document: Document, binder: Binder, *, kept: Path | None = None) -> Assembled:
    """Answer every call of a document. Nothing raises: what is wrong stands in `problems`, all of it.

    `kept` is a folder for what texts gave in earlier builds. In a release (`document.is_draft` false) a number nobody has verified is a problem unless it is accepted.
    """
    problems: list[Problem] = []
    chapters = tuple(_chapter(document, chapter, binder, problems, kept) for chapter in document.chapters)
    figures, tables, citations = _numbered(chapters, Figure), _numbered(chapters, Table), _numbered(chapters, Citation)
    known = {*figures, *tables, *(c.slug for c in chapters)}
    for chapter in chapters:
        for call, piece in zip(chapter.calls, chapter.pieces, strict=True):
            if isinstance(piece, Reference) and piece.target not in known:
                cure = _("Choose one of: %(names)s.") % {"names": ", ".join(sorted(known)) or "–"}
                problems.append(Problem(_("refers to what the document does not hold"), cure, file=chapter.slug, row=call.line, value=call.source))
    return Assembled(document, chapters, tuple(problems), figures, tables, citations)


def _by_id(chapters: tuple[AssembledChapter, ...], kind: type[P]) -> dict[str, P]:
    found: dict[str, P] = {}
    for chapter in chapters:
        for piece in chapter.pieces:
            if isinstance(piece, kind):
                found.setdefault(piece.id, piece)
    return found


def _numbered(chapters: tuple[AssembledChapter, ...], kind: type[P]) -> dict[str, int]:
    return {name: number for number, name in enumerate(_by_id(chapters, kind), start=1)}


def _chapter(document: Document, chapter: Chapter, binder: Binder, problems: list[Problem], kept: Path | None) -> AssembledChapter:
    parsed = language.parse(chapter.text, file=chapter.slug)
    problems.extend(parsed.problems)
    pieces = tuple(_piece(document, chapter.slug, call, binder, problems) for call in parsed.calls)
    try:
        blocks = json.loads(once(kept, "tree", [tree.READER, parsed.text], lambda: json.dumps(tree.read(parsed.text)).encode()))
    except tree.PandocFailed as error:
        problems.append(Problem(str(error), file=chapter.slug))
        blocks = []
    problems.extend(_forbidden(chapter, parsed.text, blocks))
    problems.extend(_misplaced(chapter.slug, parsed.calls, pieces, blocks))
    blocks = _with_code_restored(blocks, parsed.calls)
    uses = tuple(_uses(chapter.slug, parsed.calls, pieces, blocks))
    return AssembledChapter(chapter.slug, chapter.title, blocks, parsed.calls, pieces, uses)


def _piece(document: Document, slug: str, call: Call, binder: Binder, problems: list[Problem]) -> Piece | Reference | None:
    if call.name == "ref":
        if len(call.args) == 1 and not call.kwargs and isinstance(call.args[0], str):
            return Reference(call.args[0])
        problems.append(Problem(_("needs one name"), _("Write ref('F2') or ref('upgrades')."), file=slug, row=call.line, value=call.source))
        return None
    try:
        piece = binder(call)
    except Unbound as error:
        problems.append(Problem(str(error), error.cure, file=slug, row=call.line, value=call.source))
        return None
    if isinstance(piece, Number) and piece.standing is Standing.UNVERIFIED and not document.is_draft and piece.key not in document.accepted:
        cure = _("Have the fact confirmed or sourced, leave it out, or let an approver accept it with a reason.")
        problems.append(Problem(_("is a number nobody has verified; a release does not print it"), cure, file=slug, row=call.line, value=call.source))
    return piece


def _forbidden(chapter: Chapter, text: str, blocks: list[tree.Node]) -> Iterator[Problem]:
    """Pictures from elsewhere, and links that are none of the web."""
    for node in tree.walk(blocks):
        if node["t"] == "Image":
            target = node["c"][2][0]
            yield Problem(_("is a picture from elsewhere"), _("Place a figure of the record: {{ figure('F2') }}."), chapter.slug, _line_of(text, target), value=target)
        elif node["t"] == "Link":
            target = node["c"][2][0]
            scheme = urlsplit(target).scheme.lower()
            if not (target.startswith("#") or scheme in _SCHEMES or (target.startswith("/") and not target.startswith("//"))):
                cure = _("Link to a web address, a page of this site (/facilities/esrf/) or a mail address.")
                yield Problem(_("is no link a reader can follow"), cure, chapter.slug, _line_of(text, target), value=target)


def _line_of(text: str, words: str) -> int | None:
    position = text.find(words) if words else -1
    return text.count("\n", 0, position) + 1 if position >= 0 else None


def _misplaced(slug: str, calls: tuple[Call, ...], pieces: tuple[Piece | Reference | None, ...], blocks: list[tree.Node]) -> Iterator[Problem]:
    """Figures and tables that stand within a sentence, a list or a cell."""
    alone = {n for block in blocks if (n := alone_in(block)) is not None}
    for number, (call, piece) in enumerate(zip(calls, pieces, strict=True)):
        if isinstance(piece, Figure | Table) and number not in alone:
            cure = _("Put an empty line before and after it, outside lists and tables.")
            yield Problem(_("must stand in a paragraph of its own"), cure, file=slug, row=call.line, value=call.source)


def alone_in(block: tree.Node) -> int | None:
    """The number of the call that is all a paragraph holds."""
    if block["t"] in ("Para", "Plain") and len(block["c"]) == 1 and block["c"][0]["t"] == "Str":
        match = PLACE.fullmatch(block["c"][0]["c"])
        return int(match[1]) if match else None
    return None


def _with_code_restored(blocks: list[tree.Node], calls: tuple[Call, ...]) -> list[tree.Node]:
    """Within code a call is an example: it is shown as it was written."""

    def source(match: re.Match[str]) -> str:
        return "{{ " + calls[int(match[1])].source + " }}"

    def change(node: tree.Node) -> list[tree.Node] | None:
        if node["t"] in ("Code", "CodeBlock") and OPEN in node["c"][1]:
            return [{"t": node["t"], "c": [node["c"][0], PLACE.sub(source, node["c"][1])]}]
        return None

    found: list[tree.Node] = tree.replace(blocks, change)
    return found


def _uses(slug: str, calls: tuple[Call, ...], pieces: tuple[Piece | Reference | None, ...], blocks: list[tree.Node]) -> Iterator[Use]:
    for node in tree.walk(blocks):
        if node["t"] not in _LEAVES:
            continue
        text = tree.plain(node["c"][2] if node["t"] == "Header" else node["c"])
        for sentence in _SENTENCE.split(text):
            for match in PLACE.finditer(sentence):
                piece, call = pieces[int(match[1])], calls[int(match[1])]
                if isinstance(piece, Number):
                    yield Use(slug, call.line, call.source, _spoken(sentence, pieces).strip(), piece)


def _spoken(sentence: str, pieces: tuple[Piece | Reference | None, ...]) -> str:
    def words(match: re.Match[str]) -> str:
        piece = pieces[int(match[1])]
        return piece.text if isinstance(piece, Number) else "…"

    return PLACE.sub(words, sentence)
