"""Dark periods as bars over months that can be moved; drawn above each other, aligned with `steps_svg`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from leaps.core.figures.series import LEFT, WIDTH
from leaps.core.figures.steps import RIGHT
from leaps.core.figures.svg import number, text

ROW, HEAD, BAR = 40.0, 26.0, 16.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A period in months from the first of the figure: where it is, and where it was published."""

    key: str
    label: str
    start: int
    length: int
    published_start: int
    published_length: int
    hint: str

    @property
    def is_moved(self) -> bool:
        """Whether it differs from what was published."""
        return (self.start, self.length) != (self.published_start, self.published_length)


def moving_svg(first: dt.date, months: int, bars: Sequence[Bar], *, title: str) -> str:
    """One row for each bar. Each is a slider, by pointer and by arrow keys, where the page brings the script for it.

    What begins before the first month or ends after the last is cut at the edge.
    """
    wide = (WIDTH - LEFT - RIGHT) / months
    height = HEAD + ROW * len(bars) + 6
    scale = f'data-month="{number(wide)}" data-first="{12 * first.year + first.month - 1}" data-months="{months}"'
    parts = [f'<svg viewBox="0 0 {WIDTH} {number(height)}" role="group" aria-label="{text(title)}" {scale}>']
    for place in range(months):
        if (first.month - 1 + place) % 12 == 0:
            x = number(LEFT + wide * place)
            parts.append(f'<path class="fig-line" d="M{x} {HEAD - 8}V{number(height - 4)}"/>')
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{HEAD - 12}" dx="3">{first.year + (first.month - 1 + place) // 12}</text>')
    for row, bar in enumerate(bars):
        parts.append(_bar(bar, HEAD + ROW * row, first, months, wide))
    return "".join([*parts, "</svg>"])


def _bar(bar: Bar, y: float, first: dt.date, months: int, wide: float) -> str:
    def box(start: int, length: int) -> tuple[str, str]:
        left, right = max(0, start), min(months, start + length)
        return number(LEFT + wide * left), number(max(wide, wide * (right - left)))

    x, width = box(bar.start, bar.length)
    when = date_format(_month(first, bar.start), "M Y")
    late = bar.start > months * 0.62
    anchor = f'x="{number(LEFT + wide * min(months, bar.start + bar.length))}" text-anchor="end"' if late else f'x="{x}"'
    published = ""
    if bar.is_moved:
        was_x, was_width = box(bar.published_start, bar.published_length)
        published = f'<rect class="fig-axis" stroke-dasharray="5 3" x="{was_x}" y="{number(y + 18)}" width="{was_width}" height="{BAR}" rx="2"/>'
    return (
        f"{published}"
        f'<g class="fig-move" id="move-{text(bar.key)}" data-key="{text(bar.key)}" tabindex="0" role="slider" aria-label="{text(bar.label)}" '
        f'aria-valuemin="0" aria-valuemax="{months - 1}" aria-valuenow="{min(months - 1, max(0, bar.start))}" aria-valuetext="{text(f"{when}, {bar.hint}")}">'
        f'<rect class="fig-grip" x="{x}" y="{number(y)}" width="{width}" height="{number(ROW - 2)}"/>'
        f'<text class="fig-text" {anchor} y="{number(y + 12)}"><tspan class="fig-strong">{text(bar.label)}</tspan> '
        f'<tspan class="fig-quiet" data-when>{text(when)}</tspan><tspan class="fig-quiet">, {text(bar.hint)}</tspan></text>'
        f'<rect class="fig-dark" x="{x}" y="{number(y + 18)}" width="{width}" height="{BAR}" rx="2"/></g>'
    )


def _month(first: dt.date, place: int) -> dt.date:
    years, rest = divmod(first.month - 1 + place, 12)
    return dt.date(first.year + years, rest + 1, 1)
