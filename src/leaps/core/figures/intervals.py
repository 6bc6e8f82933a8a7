"""Values with the range they may lie in, side by side, in the order given: never by size, for that would rank."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import RIGHT, WIDTH, axis_for, tick_words
from leaps.core.figures.svg import number, text

NAMES, STEP, HEAD, FOOT = 230, 26, 34.0, 26.0


@dataclass(frozen=True, slots=True)
class Range:
    """One value between low and high, with its words; `stands_out` draws it strong."""

    label: str
    value: float
    low: float
    high: float
    words: str
    stands_out: bool = False


def intervals_svg(rows: Sequence[Range], *, title: str, unit: str, reference: float | None = None, footer: str = "") -> str:
    """A row for each range; `reference` is the value of the whole, drawn as a line through all."""
    axis = axis_for([edge for row in rows for edge in (row.low, row.high)] + ([reference] if reference is not None else []))
    start, end = float(NAMES), float(WIDTH - RIGHT)
    bottom = HEAD + STEP * len(rows)
    tall = bottom + FOOT + (20 if footer else 0)
    parts = [f'<svg viewBox="0 0 {WIDTH} {number(tall)}" role="group" aria-label="{text(title)}">']
    parts.append(f'<text class="fig-text fig-quiet" x="{NAMES}" y="16">{text(unit)}</text>')
    for value in axis.marks:
        x = number(axis.place(value, start, end))
        parts.append(f'<path class="fig-line" d="M{x} {number(HEAD - 6)}V{number(bottom)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 16)}" text-anchor="middle">{tick_words(value)}</text>')
    if reference is not None:
        x = number(axis.place(reference, start, end))
        parts.append(f'<path class="fig-axis" stroke-dasharray="5 4" d="M{x} {number(HEAD - 10)}V{number(bottom)}"/>')
    for place, row in enumerate(rows):
        y = HEAD + STEP * place + STEP / 2 - 4
        low, mid, high = (axis.place(value, start, end) for value in (row.low, row.value, row.high))
        strong = " fig-strong" if row.stands_out else ""
        hue = 1 if row.stands_out else 0
        parts.append(f'<text class="fig-text{strong}" x="{NAMES - 14}" y="{number(y + 4)}" text-anchor="end">{text(row.label[:34])}</text>')
        parts.append(
            f'<g role="img" aria-label="{text(row.words)}"><title>{text(row.words)}</title>'
            f'<path class="fig-tick hue-{hue}" d="M{number(low)} {number(y)}H{number(high)}M{number(low)} {number(y - 4)}v8M{number(high)} {number(y - 4)}v8"/>'
            f'<circle class="fig-mark hue-{hue} is-exact" cx="{number(mid)}" cy="{number(y)}" r="5"/></g>'
        )
        parts.append(f'<text class="fig-text fig-quiet" x="{number(end + 12)}" y="{number(y + 4)}">{tick_words(round(row.value, 1))}</text>')
    if footer:
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(tall - 4)}">{text(footer)}</text>')
    return "".join([*parts, "</svg>"])
