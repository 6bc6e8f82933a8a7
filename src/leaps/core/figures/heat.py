"""A heat map: how much of something, row by row, over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import WIDTH
from leaps.core.figures.svg import number, text

STEP, HEAD, NAMES, RIGHT = 24.0, 26.0, 230.0, 8.0
LETTERS = 34
LEGEND = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A name, where it leads, and a share from 0 to 1 for each column."""

    label: str
    url: str
    shares: tuple[float, ...]
    hints: tuple[str, ...]


def heat_svg(rows: Sequence[Row], heads: Sequence[str], *, title: str, words: str, footer: str = "") -> str:
    """Darker for more; `heads` name columns, an empty one none; `words` say what a full cell means."""
    wide = (WIDTH - NAMES - RIGHT) / max(1, len(heads))
    bottom = HEAD + STEP * len(rows)
    height = bottom + 34 + (18 if footer else 0)
    parts = [f'<svg viewBox="0 0 {WIDTH} {number(height)}" role="group" aria-label="{text(title)}">']
    for place, head in enumerate(heads):
        if head:
            x = number(NAMES + wide * place)
            parts.append(f'<path class="fig-line" d="M{x} {HEAD - 8}V{number(bottom)}"/>')
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{HEAD - 12}" dx="3">{text(head)}</text>')
    for number_of, row in enumerate(rows):
        y = HEAD + STEP * number_of
        label = row.label if len(row.label) <= LETTERS else f"{row.label[: LETTERS - 1].rstrip()}…"
        name = f'<text class="fig-text" x="{NAMES - 10}" y="{number(y + 16)}" text-anchor="end">{text(label)}<title>{text(row.label)}</title></text>'
        parts.append(f'<a class="fig-link" href="{text(row.url)}">{name}</a>' if row.url else name)
        parts.append(f'<rect class="fig-track" x="{NAMES}" y="{number(y + 2)}" width="{number(wide * len(heads))}" height="{STEP - 4}"/>')
        for place, (share, hint) in enumerate(zip(row.shares, row.hints, strict=True)):
            if share > 0:
                parts.append(
                    f'<rect class="fig-heat" x="{number(NAMES + wide * place)}" y="{number(y + 2)}" width="{number(wide + 0.3)}" '
                    f'height="{STEP - 4}" fill-opacity="{number(round(0.12 + 0.88 * min(1.0, share), 3))}"><title>{text(hint)}</title></rect>'
                )
    for place, share in enumerate(LEGEND):
        left = NAMES + 74 * place
        parts.append(f'<rect class="fig-heat" x="{number(left)}" y="{number(bottom + 14)}" width="18" height="12" fill-opacity="{number(0.12 + 0.88 * share)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(left + 24)}" y="{number(bottom + 24)}">{round(100 * share)} %</text>')
    parts.append(f'<text class="fig-text fig-quiet" x="{number(NAMES + 74 * len(LEGEND))}" y="{number(bottom + 24)}">{text(words)}</text>')
    if footer:
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(height - 4)}">{text(footer)}</text>')
    return "".join([*parts, "</svg>"])
