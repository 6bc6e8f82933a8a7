"""A table of counts as shades: rows against columns, the columns' names slanted above them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import WIDTH, wrapped
from leaps.core.figures.svg import number, text

STEP, NAMES, RIGHT, HEAD = 23.0, 262.0, 46.0, 104.0
LETTERS = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, its words for a pointer or a screen reader, where it leads."""

    count: int
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, where it leads, its cells."""

    label: str
    url: str
    cells: tuple[Cell, ...]


def matrix_svg(columns: Sequence[str], lines: Sequence[Line], *, title: str, heading: str = "", footer: str = "") -> str:
    """Darker for more, on a scale of roots; the count stands in each cell, and nothing where there is none."""
    wide = (WIDTH - NAMES - RIGHT) / max(1, len(columns))
    most = max((cell.count for line in lines for cell in line.cells), default=1) or 1
    parts: list[str] = []
    top = 6.0
    for words in wrapped(heading, 88):
        top += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(top)}">{text(words)}</text>')
    top += HEAD
    for place, name in enumerate(columns):
        at = f"{number(NAMES + wide * (place + 0.5) - 3)} {number(top - 8)}"
        parts.append(f'<text class="fig-text fig-quiet" transform="translate({at}) rotate(-52)">{text(name)}</text>')
    for row, line in enumerate(lines):
        y = top + STEP * row
        if row % 2 == 0:
            parts.append(f'<rect class="fig-stripe" x="0" y="{number(y)}" width="{number(WIDTH - RIGHT)}" height="{STEP}"/>')
        label = line.label if len(line.label) <= LETTERS else f"{line.label[: LETTERS - 1].rstrip()}…"
        name = f'<text class="fig-text" x="{NAMES - 10}" y="{number(y + 16)}" text-anchor="end">{text(label)}<title>{text(line.label)}</title></text>'
        parts.append(f'<a class="fig-link" href="{text(line.url)}">{name}</a>' if line.url else name)
        for place, cell in enumerate(line.cells):
            if not cell.count:
                continue
            x = NAMES + wide * place
            shade = 0.12 + 0.88 * math.sqrt(cell.count / most)
            light = " fig-on-heat" if shade > 0.6 else ""
            drawn = (
                f'<rect class="fig-heat" x="{number(x + 1)}" y="{number(y + 1)}" width="{number(wide - 2)}" height="{STEP - 2}" rx="2" fill-opacity="{number(round(shade, 2))}"/>'
                f'<text class="fig-text fig-quiet{light}" x="{number(x + wide / 2)}" y="{number(y + 16)}" text-anchor="middle">{cell.count}</text><title>{text(cell.words)}</title>'
            )
            parts.append(f'<a class="fig-link" href="{text(cell.url)}" aria-label="{text(cell.words)}">{drawn}</a>' if cell.url else f"<g>{drawn}</g>")
    y = top + STEP * len(lines) + 6
    for words in wrapped(footer, 150):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(words)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 6)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'
