"""Counts by month as steps: what is, and what would be."""

import datetime as dt
import math
from collections.abc import Sequence

from leaps.core.figures.series import LEFT, WIDTH, axis_for, tick_words
from leaps.core.figures.svg import number, text

TALL, HEAD, FOOT, RIGHT = 220.0, 40.0, 46.0, 20.0


def steps_svg(
    first: dt.date, now: Sequence[int], *, before: Sequence[int] | None = None, title: str, unit: str, words: tuple[str, str], footer: str = ""
) -> str:
    """Bars of `now` for each month from `first`, and the outline of `before`; `words` name the two."""
    axis = axis_for([0.0, *map(float, now), *map(float, before or ())], from_zero=True)
    wide = (WIDTH - LEFT - RIGHT) / len(now)
    bottom = HEAD + TALL
    height = bottom + FOOT + (18 if footer else 0)
    parts = [f'<svg viewBox="0 0 {WIDTH} {number(height)}" role="group" aria-label="{text(title)}">']
    parts.append(f'<text class="fig-text fig-quiet" x="0" y="16">{text(unit)}</text>')
    for value in axis.marks:
        level = number(axis.place(value, bottom, HEAD))
        parts.append(f'<path class="fig-line" d="M{LEFT} {level}H{number(WIDTH - RIGHT)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{LEFT - 8}" y="{level}" dy="4" text-anchor="end">{tick_words(value)}</text>')
    for place, value in enumerate(now):
        month = first.month - 1 + place
        if month % 12 == 0:
            left = number(LEFT + wide * place)
            parts.append(f'<text class="fig-text fig-quiet" x="{left}" y="{number(bottom + 17)}">{first.year + month // 12}</text>')
            parts.append(f'<path class="fig-axis" d="M{left} {number(bottom)}v6"/>')
        if not value:
            continue
        y = axis.place(float(value), bottom, HEAD)
        when = f"{dt.date(first.year + month // 12, month % 12 + 1, 1):%b %Y}"
        parts.append(
            f'<rect class="fig-dark" x="{number(LEFT + wide * place)}" y="{number(y)}" width="{number(wide + 0.3)}" height="{number(bottom - y)}">'
            f"<title>{text(f'{when}: {value}')}</title></rect>"
        )
    if before is not None:
        path = "".join(
            f"{'M' if place == 0 else 'L'}{number(LEFT + wide * place)} {number(axis.place(float(value), bottom, HEAD))}h{number(wide)}"
            for place, value in enumerate(before)
        )
        parts.append(f'<path class="fig-axis" fill="none" stroke-dasharray="6 4" d="{path}"/>')
    parts.append(f'<rect class="fig-dark" x="{LEFT}" y="{number(bottom + 28)}" width="14" height="10"/>')
    parts.append(f'<text class="fig-text fig-quiet" x="{LEFT + 20}" y="{number(bottom + 37)}">{text(words[0])}</text>')
    if before is not None:
        x = LEFT + 40 + math.ceil(7 * len(words[0]))
        parts.append(f'<path class="fig-axis" stroke-dasharray="6 4" d="M{x} {number(bottom + 33)}h22"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{x + 28}" y="{number(bottom + 37)}">{text(words[1])}</text>')
    if footer:
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(height - 4)}">{text(footer)}</text>')
    return "".join([*parts, "</svg>"])
