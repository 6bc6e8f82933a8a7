"""A document in every form: HTML by chapter, PDF (tagged, PDF/UA-1 and PDF/A-2a), DOCX, JSON-LD and a Data Package.

Built twice from the same pieces, each of them is the same to the byte: no clock and no chance goes in.
"""

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
import re
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.html import escape, strip_tags
from django.utils.translation import gettext as _

from leaps.core.documents import tree
from leaps.core.documents.assembly import PLACE, Assembled, AssembledChapter, Reference, alone_in
from leaps.core.documents.keeping import once
from leaps.core.documents.pieces import Citation, Document, Figure, Number, Piece, Standing, Table
from leaps.core.errors import DomainError, Problem

_COLUMNS: Final = re.compile(r"<colgroup>.*?</colgroup>\n?", re.DOTALL)
_TABLE: Final = re.compile(r'<table(?: id="table-([^"]+)")?')
_WHOLE_TABLE: Final = re.compile(r"<table.*?</table>", re.DOTALL)
_HEAD_CELL: Final = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
_ROW: Final = re.compile(r"<tr.*?</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<td([^>]*)>(.*?)</td>", re.DOTALL)
_VIEW_BOX: Final = re.compile(r'viewBox="[\d.\-]+ [\d.\-]+ ([\d.]+) ([\d.]+)"')
TALLEST: Final = 1.25
"""Height of a figure by its width from which it is set by its height, so that it fits a page with its caption."""
WIDEST_PNG: Final = 2


class NotBuilt(DomainError):
    """A document with problems is not built; `problems` are all of them."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems[:20]))


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made. `html` is by chapter; `figures` are SVG by id; `seconds` tells where the time went."""

    html: dict[str, str]
    pdf: bytes
    docx: bytes
    jsonld: str
    package: bytes
    figures: dict[str, str]
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of everything, to tell two builds apart."""
        found = hashlib.sha256()
        for text in (*self.html.values(), *self.figures.values(), self.jsonld):
            found.update(text.encode())
        for content in (self.pdf, self.docx, self.package):
            found.update(content)
        return found.hexdigest()


def build(assembled: Assembled, *, kept: Path | None = None) -> Built:
    """Build every form of an assembled document. Raises NotBuilt when it has problems.

    `kept` is a folder for what chapters gave in earlier builds: only those that changed are rendered again.
    """
    if assembled.problems:
        raise NotBuilt(assembled.problems)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="leaps-document-") as name, ThreadPoolExecutor(2) as pool:
        folder = Path(name)
        figures = {one.id: for_print(one.svg) for one in assembled.pieces_of(Figure).values()}
        docx = pool.submit(_timed, seconds, "docx", lambda: _office(assembled, folder, figures, kept, "docx"))
        html = _timed(seconds, "html", lambda: {c.slug: chapter_html(assembled, c, kept=kept) for c in assembled.chapters})
        pdf = _timed(seconds, "pdf", lambda: _pdf(assembled, folder, figures, kept))
        jsonld, package = json_ld(assembled), data_package(assembled)
        return Built(html, pdf, docx.result(), jsonld, package, figures, seconds)


FORMS: Final = ("pdf", "docx", "pptx", "json", "zip")


def render(assembled: Assembled, form: str, *, kept: Path | None = None) -> bytes:
    """One form alone, such as a sheet that somebody asks for; `form` is one of FORMS. Raises NotBuilt, ValueError."""
    if assembled.problems:
        raise NotBuilt(assembled.problems)
    if form == "json":
        return json_ld(assembled).encode()
    if form == "zip":
        return data_package(assembled)
    with tempfile.TemporaryDirectory(prefix="leaps-document-") as name:
        figures = {one.id: for_print(one.svg) for one in assembled.pieces_of(Figure).values()}
        match form:
            case "pdf":
                return _pdf(assembled, Path(name), figures, kept)
            case "docx" | "pptx":
                return _office(assembled, Path(name), figures, kept, form)
    message = f"{form} is no form of a document"
    raise ValueError(message)


def _timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = work()
    seconds[name] = time.perf_counter() - started
    return found


def for_print(svg: str) -> str:
    """A figure with the font that documents carry."""
    return svg.replace("'Source Sans 3'", "'Source Sans Pro'").replace('"Source Sans 3"', '"Source Sans Pro"')


# -- from pieces to nodes -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Target:
    """How one writer wants figures, and where links of a chapter lead."""

    picture: Callable[[Figure], tree.Node]
    anchor: Callable[[str], str]
    absolute: bool


def _base(document: Document) -> str:
    """Scheme and host of the document's address; empty without one."""
    parts = document.address.split("/", 3)
    return "/".join(parts[:3]) if len(parts) > 2 else ""


def blocks_of(assembled: Assembled, chapter: AssembledChapter, target: _Target) -> list[tree.Node]:
    """The chapter's blocks with its pieces in their places, headings one level down and with ids of their own."""
    told: set[str] = set()

    def change(node: tree.Node) -> list[tree.Node] | None:
        if node["t"] == "Header":
            level, (identifier, classes, more), title = node["c"]
            inner = tree.replace(title, change)
            return [{"t": "Header", "c": [min(6, level + 1), [f"{chapter.slug}-{identifier}" if identifier else "", classes, more], inner]}]
        if (number := alone_in(node)) is not None:
            piece = chapter.pieces[number]
            if isinstance(piece, Figure):
                return _figure(assembled, piece, target)
            if isinstance(piece, Table):
                return _table(assembled, piece, target)
        if node["t"] == "Link" and node["c"][2][0].startswith("/") and target.absolute:
            return [tree.link(tree.replace(node["c"][1], change), _base(assembled.document) + node["c"][2][0])]
        if node["t"] == "Str" and PLACE.search(node["c"]):
            return _inlines(assembled, chapter, node["c"], told, target)
        return None

    found: list[tree.Node] = tree.replace(chapter.blocks, change)
    return found


def _inlines(assembled: Assembled, chapter: AssembledChapter, text: str, told: set[str], target: _Target) -> list[tree.Node]:
    found: list[tree.Node] = []
    parts = PLACE.split(text)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            if part:
                found.append({"t": "Str", "c": part})
            continue
        piece = chapter.pieces[int(part)]
        if isinstance(piece, Number):
            found += _number(assembled.document, piece, told, target)
        elif isinstance(piece, Citation):
            found.append(tree.link([{"t": "Str", "c": f"[{assembled.citations[piece.id]}]"}], target.anchor(f"cite-{piece.id}")))
        elif isinstance(piece, Reference):
            found.append(tree.link(tree.words(_name_of(assembled, piece.target)), target.anchor(_anchor_of(assembled, piece.target))))
    return found


def _anchor_of(assembled: Assembled, name: str) -> str:
    if name in assembled.figures:
        return f"fig-{name}"
    return f"table-{name}" if name in assembled.tables else f"chapter-{name}"


def _name_of(assembled: Assembled, name: str) -> str:
    if name in assembled.figures:
        return _("Figure %(n)d") % {"n": assembled.figures[name]}
    if name in assembled.tables:
        return _("Table %(n)d") % {"n": assembled.tables[name]}
    order = [chapter.slug for chapter in assembled.chapters]
    return _("chapter %(n)d, %(title)s") % {"n": order.index(name) + 1, "title": assembled.chapters[order.index(name)].title}


def _number(document: Document, number: Number, told: set[str], target: _Target) -> list[tree.Node]:
    """The value, its mark if nobody has verified it, and at its first place in a chapter the note."""
    shown: list[tree.Node] = [{"t": "Str", "c": number.text.replace(" ", "\u00a0")}]
    address = _base(document) + number.link if number.link and target.absolute else number.link
    content = [tree.link(shown, address)] if address and not target.absolute else shown
    found = [tree.span(content, "bound", f"is-{number.standing.value}", key=number.key)]
    if number.standing is Standing.UNVERIFIED:
        found += [{"t": "Str", "c": "\u00a0"}, tree.span(tree.words(_("(unverified)")), "unverified")]
    if number.key not in told:
        told.add(number.key)
        found.append(tree.note(note_of(document, number, address)))
    return found


def note_of(document: Document, number: Number, address: str) -> list[tree.Node]:
    """The footnote of a number: what it is, where it comes from, of when, who answers for it."""
    found = tree.words(f"{number.label}.")
    if number.source_url:
        found += [{"t": "Space"}, *tree.words(_("Source:")), {"t": "Space"}, tree.link(tree.words(number.source or number.source_url), number.source_url), {"t": "Str", "c": "."}]
    elif number.source:
        found += [{"t": "Space"}, *tree.words(f"{number.source}.")]
    words = [
        _("As of %(when)s.") % {"when": number.as_of} if number.as_of else "",
        number.vouched,
        _("Nobody has verified it.") if number.standing is Standing.UNVERIFIED else "",
    ]
    accepted = document.accepted.get(number.key)
    if accepted and number.standing is Standing.UNVERIFIED:
        words.append(_("Accepted by %(by)s: %(reason)s") % {"by": accepted.by, "reason": accepted.reason})
    text = " ".join(word for word in words if word)
    if text:
        found += [{"t": "Space"}, *tree.words(text)]
    if address:
        found += [{"t": "Space"}, tree.link(tree.words(_("In the record")), address), {"t": "Str", "c": "."}]
    return found


def _caption(label: str, caption: str, notes: str) -> list[tree.Node]:
    found = [tree.strong(label), {"t": "Space"}, *tree.words(caption)]
    return [*found, {"t": "Space"}, *tree.words(notes)] if notes else found


def _figure(assembled: Assembled, one: Figure, target: _Target) -> list[tree.Node]:
    label = _("Figure %(n)d.") % {"n": assembled.figures[one.id]}
    return [tree.figure(f"fig-{one.id}", target.picture(one), _caption(label, one.caption, one.notes))]


def _table(assembled: Assembled, one: Table, target: _Target) -> list[tree.Node]:  # noqa: ARG001  like _figure
    label = _("Table %(n)d.") % {"n": assembled.tables[one.id]}
    caption = _caption(label, one.caption, one.notes)
    return [tree.table(f"table-{one.id}", caption, list(one.head), [list(row) for row in one.rows], one.numeric)]


def _chapter_heading(assembled: Assembled, chapter: AssembledChapter) -> tree.Node:
    number = [c.slug for c in assembled.chapters].index(chapter.slug) + 1
    return tree.header(1, f"chapter-{chapter.slug}", tree.words(f"{number} {chapter.title}"))


def _sources(assembled: Assembled) -> list[tree.Node]:
    """The list of what is cited, the last thing of the document."""
    cited: dict[str, Citation] = assembled.pieces_of(Citation)
    if not cited:
        return []
    found = [tree.header(1, "sources", tree.words(_("Sources")))]
    for name, one in cited.items():
        words = tree.words(f"[{assembled.citations[name]}] {one.text}")
        if one.url:
            words += [{"t": "Space"}, tree.link(tree.words(one.url), one.url)]
        found.append({"t": "Div", "c": [[f"cite-{name}", [], []], [tree.paragraph(words)]]})
    return found


# -- HTML -------------------------------------------------------------------------------------------


def chapter_html(assembled: Assembled, chapter: AssembledChapter, *, figures_at: str = "../figures/", kept: Path | None = None) -> str:
    """A chapter as a fragment of HTML without its own heading.

    Figures are `figures_at` + id + `.svg`; links to other chapters lead to `../SLUG/`.
    """
    homes = {_anchor_id(piece): c.slug for c in reversed(assembled.chapters) for piece in c.pieces if isinstance(piece, Figure | Table)}
    homes |= {f"chapter-{c.slug}": c.slug for c in assembled.chapters} | {f"cite-{name}": "sources" for name in assembled.citations}

    def anchor(name: str) -> str:
        home = homes.get(name, chapter.slug)
        return f"#{name}" if home == chapter.slug else f"../{home}/#{name}"

    def picture(one: Figure) -> tree.Node:
        image = f'<img src="{escape(figures_at)}{escape(one.id)}.svg" alt="{escape(one.alt)}" loading="lazy">'
        # On a phone a figure is wider than the screen: it scrolls in a box that the keyboard reaches.
        if one.link:
            return tree.raw("html", f'<a class="wide-figure" href="{escape(one.link)}">{image}</a>')
        return tree.raw("html", f'<div class="wide-figure" tabindex="0" role="region" aria-label="{escape(_("Figure %(n)d") % {"n": assembled.figures[one.id]})}">{image}</div>')

    blocks = blocks_of(assembled, chapter, _Target(picture, anchor, absolute=False))
    arguments = ["-t", "html5", "--sandbox", "--wrap=none", f"--id-prefix={chapter.slug}-", "--mathml"]
    # The prefix keeps footnotes of several chapters apart; ids of ours have one already.
    found = once(kept, "html", [arguments, blocks], lambda: tree.write(blocks, arguments).encode()).decode()
    for name in homes:
        found = found.replace(f'id="{chapter.slug}-{name}"', f'id="{name}"').replace(f'href="#{chapter.slug}-{name}"', f'href="#{name}"')
    found = found.replace(f'id="{chapter.slug}-{chapter.slug}-', f'id="{chapter.slug}-')
    # Styles within the page are refused by its policy.
    found = _COLUMNS.sub("", found).replace(' style="width:100%;"', "")
    found = _TABLE.sub(_boxed(assembled, chapter), found).replace("</table>", "</table></div>")
    found = found.replace(' style="text-align: left;"', "").replace(' style="text-align: right;"', ' class="num"')
    return _WHOLE_TABLE.sub(_stacked, found)


def _stacked(table: re.Match[str]) -> str:
    """A table that stands as a list of its rows on a phone: each cell names its column. Without a head it stays a table."""
    head, mark, body = table[0].partition("<tbody>")
    names = [escape(unescape(" ".join(strip_tags(name).split()))) for name in _HEAD_CELL.findall(head)]
    if not mark or not any(names):
        return table[0]

    def row(match: re.Match[str]) -> str:
        column = itertools.count()

        def cell(one: re.Match[str]) -> str:
            n = next(column)
            inner = f"<span>{one[2]}</span>" if one[2].strip() else ""
            return f'<td{one[1]} data-label="{names[n] if n < len(names) else ""}">{inner}</td>'

        return _CELL.sub(cell, match[0])

    return head.replace('class="data"', 'class="data stack"', 1) + mark + _ROW.sub(row, body)


def _boxed(assembled: Assembled, chapter: AssembledChapter) -> Callable[[re.Match[str]], str]:
    """A wide table scrolls in a box of its own, also by keyboard; each box has a name of its own."""
    plain = itertools.count(1)

    def box(match: re.Match[str]) -> str:
        number = assembled.tables.get(match[1] or "")
        name = _("Table %(n)d") % {"n": number} if number else _("Table %(n)d of “%(chapter)s”") % {"n": next(plain), "chapter": chapter.title}
        start = f'<table id="table-{match[1]}" class="data"' if match[1] else '<table class="data"'
        return f'<div class="scroll-x" tabindex="0" role="region" aria-label="{escape(name)}">{start}'

    return box


def _anchor_id(piece: Piece) -> str:
    return f"fig-{piece.id}" if isinstance(piece, Figure) else f"table-{getattr(piece, 'id', '')}"


def sources_html(assembled: Assembled) -> str:
    """The list of what is cited as a fragment of HTML; empty without."""
    blocks = _sources(assembled)[1:]
    return tree.write(blocks, ["-t", "html5", "--sandbox", "--wrap=none"]) if blocks else ""


# -- PDF --------------------------------------------------------------------------------------------


@cache
def _theme() -> str:
    return Path(__file__).with_name("theme.typ").read_text(encoding="utf-8")


@cache
def fonts() -> str:
    """The folder of the typeface that documents carry."""
    import font_source_sans_pro

    return str(Path(font_source_sans_pro.__file__).parent / "files")


def _typst_text(text: str) -> str:
    """A text as a string of Typst."""
    return json.dumps(text, ensure_ascii=False)


def _pdf(assembled: Assembled, folder: Path, figures: dict[str, str], kept: Path | None) -> bytes:
    import typst

    document = assembled.document
    room = folder / "pdf"
    (room / "figures").mkdir(parents=True)
    for name, svg in figures.items():
        (room / "figures" / f"{name}.svg").write_text(svg, encoding="utf-8")

    def picture(one: Figure) -> tree.Node:
        box = _VIEW_BOX.search(one.svg)
        is_tall = box is not None and float(box[2]) > TALLEST * float(box[1])
        size = "height: 195mm" if is_tall else "width: 100%"
        return tree.raw("typst", f"#image({_typst_text(f'figures/{one.id}.svg')}, alt: {_typst_text(one.alt)}, {size})")

    target = _Target(picture, lambda name: f"#{name}", absolute=True)
    arguments = ["-t", "typst", "--sandbox", "--wrap=none"]

    def body(blocks: list[tree.Node]) -> str:
        return once(kept, "typst", [arguments, blocks], lambda: tree.write(blocks, arguments).encode()).decode()

    parts = [body([_chapter_heading(assembled, chapter), *blocks_of(assembled, chapter, target)]) for chapter in assembled.chapters]
    if sources := _sources(assembled):
        parts.append(body(sources))
    day = document.date
    head = (
        f"#show: report.with(title: {_typst_text(document.title)}, subtitle: {_typst_text(document.subtitle)}, "
        f"publisher: {_typst_text(document.publisher)}, when: datetime(year: {day.year}, month: {day.month}, day: {day.day}), "
        f"day: {_typst_text(date_format(day, 'j F Y'))}, draft: {_typst_text(document.draft_words) if document.is_draft else 'none'}, "
        f"lang: {_typst_text(document.language)}, address: {_typst_text(document.address)})"
    )
    (room / "document.typ").write_text("\n\n".join([_theme(), head, *parts]), encoding="utf-8")
    try:
        made: bytes = typst.compile(
            str(room / "document.typ"), root=str(room), font_paths=[fonts()], ignore_system_fonts=True, pdf_standards=["ua-1", "a-2a"],
            timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
        )  # fmt: skip
    except typst.TypstError as error:
        raise NotBuilt([Problem(_("The pages could not be set: %(error)s") % {"error": str(error)[:400]})]) from None
    return made


# -- DOCX and slides ----------------------------------------------------------------------------------


def _office(assembled: Assembled, folder: Path, figures: dict[str, str], kept: Path | None, form: str) -> bytes:
    """The document as DOCX, or as slides (PPTX): a slide for each heading."""
    document = assembled.document
    room = folder / form
    room.mkdir()

    def picture(one: Figure) -> tree.Node:
        path = room / f"{one.id}.png"
        if not path.exists():
            path.write_bytes(once(kept, "png", figures[one.id], lambda: _png(figures[one.id])))
        return {"t": "Image", "c": [["", [], [["width", "100%"]]], tree.words(one.alt), [path.name, ""]]}

    target = _Target(picture, lambda name: f"#{name}", absolute=True)
    blocks: list[tree.Node] = []
    for chapter in assembled.chapters:
        blocks += [_chapter_heading(assembled, chapter), *blocks_of(assembled, chapter, target)]
    blocks += _sources(assembled)

    def meta(text: str) -> dict[str, Any]:
        return {"t": "MetaInlines", "c": tree.words(text)}

    subtitle = f"{document.subtitle} – {document.draft_words}" if document.is_draft else document.subtitle
    about = {
        "title": meta(document.title), "subtitle": meta(subtitle), "author": meta(document.publisher),
        "date": meta(date_format(document.date, "j F Y")), "lang": meta(document.language),
    }  # fmt: skip
    epoch = int(dt.datetime(document.date.year, document.date.month, document.date.day, tzinfo=dt.UTC).timestamp())

    more = ["--toc", "--toc-depth=2"] if form == "docx" else ["--slide-level=2"]

    def work() -> bytes:
        tree.write(blocks, ["-t", form, "-s", *more, "-o", f"document.{form}"], folder=room, meta=about, epoch=epoch)
        return (room / f"document.{form}").read_bytes()

    pictures = {name: hashlib.sha256(svg.encode()).hexdigest() for name, svg in figures.items()}
    return once(kept, form, [blocks, about, epoch, pictures], work)


def _png(svg: str) -> bytes:
    import vl_convert

    made: bytes = vl_convert.svg_to_png(svg.replace("Source Sans Pro", "Source Sans 3"), scale=WIDEST_PNG)
    return made


# -- twins ------------------------------------------------------------------------------------------


def json_ld(assembled: Assembled) -> str:
    """The document for machines: its parts, and every bound number with source and standing (schema.org)."""
    document = assembled.document
    base = _base(document)
    numbers: dict[str, Number] = {use.number.key: use.number for use in assembled.uses}
    found = {
        "@context": "https://schema.org", "@type": "Report", "@id": document.address or None, "name": document.title,
        "alternativeHeadline": document.subtitle, "datePublished": document.date.isoformat(), "inLanguage": document.language,
        "publisher": {"@type": "Organization", "name": document.publisher}, "version": document.snapshot or None,
        "creativeWorkStatus": "Draft" if document.is_draft else "Published", "license": document.licence,
        "hasPart": [{"@type": "Chapter", "name": chapter.title, "position": n} for n, chapter in enumerate(assembled.chapters, start=1)],
        "citation": [{"@type": "CreativeWork", "name": c.text, "url": c.url or None} for c in assembled.pieces_of(Citation).values()],
        "variableMeasured": [
            {
                "@type": "PropertyValue", "propertyID": one.key, "name": one.label, "value": one.text,
                "valueReference": one.standing.value, "isBasedOn": one.source_url or None, "observationDate": one.as_of or None,
                "url": base + one.link if one.link else None,
            }
            for one in numbers.values()
        ],
    }  # fmt: skip
    return json.dumps(_without_none(found), ensure_ascii=False, indent=1)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value


def data_package(assembled: Assembled) -> bytes:
    """Everything printed as data: a Data Package (zip) with the numbers, and a table for each figure and table."""
    document = assembled.document
    head = ("chapter", "line", "key", "label", "value", "raw", "standing", "source", "source_url", "as_of", "sentence")
    rows = [
        (u.chapter, str(u.line), u.number.key, u.number.label, u.number.text, u.number.raw, u.number.standing.value, u.number.source, u.number.source_url, u.number.as_of, u.sentence)
        for u in assembled.uses
    ]  # fmt: skip
    tables: dict[str, tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]] = {"numbers": ("Every bound number in its sentence", head, rows)}
    drawn: list[Figure | Table] = [*assembled.pieces_of(Figure).values(), *assembled.pieces_of(Table).values()]
    for one in drawn:
        if one.head:
            tables[one.id.lower()] = (one.caption, one.head, one.rows)
    files = {f"data/{name}.csv": _csv(columns, lines) for name, (_title, columns, lines) in tables.items()}
    resources = [
        {
            "name": name, "title": title, "path": f"data/{name}.csv", "profile": "tabular-data-resource", "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(files[f"data/{name}.csv"]),
            "hash": "sha256:" + hashlib.sha256(files[f"data/{name}.csv"]).hexdigest(),
            "schema": {"fields": [{"name": column, "type": "string"} for column in _distinct(columns)]},
        }
        for name, (title, columns, _lines) in tables.items()
    ]  # fmt: skip
    described = {
        "profile": "tabular-data-package", "name": "document-data", "title": document.title, "version": document.snapshot or "0",
        "created": f"{document.date.isoformat()}T00:00:00Z", "homepage": document.address or "", "licenses": [{"name": document.licence}],
        "resources": resources,
    }  # fmt: skip
    if not document.address:
        del described["homepage"]
    sink = io.BytesIO()
    stamp = (max(1980, document.date.year), document.date.month, document.date.day, 0, 0, 0)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"datapackage.json": json.dumps(described, ensure_ascii=False, indent=1).encode(), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _distinct(columns: Sequence[str]) -> list[str]:
    """Names of columns, none twice."""
    seen: dict[str, int] = {}
    found = []
    for column in columns:
        seen[column] = seen.get(column, 0) + 1
        found.append(column if seen[column] == 1 else f"{column} {seen[column]}")
    return found


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(_distinct(head))
    writer.writerows(rows)
    return sink.getvalue().encode()
