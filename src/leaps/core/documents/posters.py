"""One large figure on landscape paper, with tables behind it: how roadmaps are printed. PDF, tagged for screen readers."""

import datetime as dt
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leaps.core.documents.rendering import fonts, for_print
from leaps.core.figures import svg

PAPERS = ("a4", "a3")
_WIDTH_PT = {"a4": 842 - 2 * 34, "a3": 1191 - 2 * 34}
_HEIGHT_PT = {"a4": 595 - 140, "a3": 842 - 150}


@dataclass(frozen=True, slots=True)
class PosterTable:
    """A table on the pages behind the figure."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def poster(
    drawn: str, *, title: str, subtitle: str, alt: str, footer: str, publisher: str, day: dt.date, paper: str = "a4", language: str = "en",
    tables: Sequence[PosterTable] = (),
) -> bytes:  # fmt: skip
    """The figure as large as the paper allows, then the tables. `alt` tells the figure to who does not see it. Raises ValueError for other paper."""
    import typst  # a compiler of 30 MB: only who prints pays for it

    if paper not in PAPERS:
        raise ValueError(f"Paper is one of {', '.join(PAPERS)}.")
    box = drawn.split('viewBox="', 1)[1].split('"', 1)[0].split()
    is_tall = float(box[3]) / float(box[2]) > _HEIGHT_PT[paper] / _WIDTH_PT[paper]
    size = f"height: {_HEIGHT_PT[paper]}pt" if is_tall else "width: 100%"
    parts = [
        f"#set document(title: {_text(title)}, author: {_text(publisher)}, date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))",
        f'#set text(font: ("Source Sans Pro", "Libertinus Serif"), size: 9.5pt, fill: rgb("#10213a"), lang: {_text(language)})',
        f'#set page(paper: "{paper}", flipped: true, margin: (x: 12mm, top: 12mm, bottom: 15mm), numbering: "1")',
        f'#set page(footer: context text(8pt, fill: rgb("#4a5b74"))[#{_text(footer)} #h(1fr) #counter(page).display()])',
        '#set table(stroke: (x, y) => (top: if y <= 1 { 0.6pt + rgb("#10213a") } else { 0.4pt + rgb("#d5deea") }), inset: (x: 5pt, y: 3.5pt))',
        "#show table.cell.where(y: 0): set text(weight: 600)",
        "#show heading.where(level: 1): it => block(below: 2mm, text(20pt, weight: 600, it.body))",
        "#show heading.where(level: 2): it => block(sticky: true, above: 6mm, below: 3mm, text(13pt, weight: 600, it.body))",
        f"= #{_text(title)}",
    ]
    if subtitle:
        parts.append(f'#text(10.5pt, fill: rgb("#4a5b74"))[#{_text(subtitle)}]')
    parts.append(f'#align(center, image("figure.svg", alt: {_text(alt)}, {size}))')
    if tables:
        parts.append("#pagebreak()")
    for table in tables:
        head = ", ".join(f"[#{_text(cell)}]" for cell in table.head)
        rows = ",\n".join(", ".join(f"[#{_text(cell)}]" for cell in row) for row in table.rows)
        parts += [f"== #{_text(table.title)}", f"#table(columns: {len(table.head)}, table.header({head}),\n{rows})"]
    with tempfile.TemporaryDirectory(prefix="leaps-poster-") as folder:
        room = Path(folder)
        (room / "figure.svg").write_text(for_print(svg.standalone(drawn)), encoding="utf-8")
        (room / "poster.typ").write_text("\n".join(parts), encoding="utf-8")
        made: bytes = typst.compile(
            str(room / "poster.typ"), root=folder, font_paths=[fonts()], ignore_system_fonts=True, pdf_standards=["ua-1", "a-2a"],
            timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
        )  # fmt: skip
    return made


def _text(words: str) -> str:
    """A text as a string of Typst, which evaluates nothing inside it."""
    return json.dumps(words, ensure_ascii=False)
