"""Amounts as bars on one axis, made of parts, with a band where they are not sure; and how drawn numbers fall."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import HUES, WIDTH, tick_words, ticks, wrapped
from leaps.core.figures.svg import number, text

LEFT, RIGHT, STEP, TALL = 230, 190, 34, 220


@dataclass(frozen=True, slots=True)
class Portion:
    """One part of a bar: how much, its colour by number, and its words for a pointer or a screen reader."""

    amount: float
    hue: int
    words: str


@dataclass(frozen=True, slots=True)
class AmountBar:
    """One bar with its label on the left and a note on the right; `low` and `high` are the band of its end."""

    label: str
    portions: tuple[Portion, ...]
    note: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def end(self) -> float:
        """Where the bar ends."""
        return sum(portion.amount for portion in self.portions)


def amounts_svg(
    bars: Sequence[AmountBar], *, title: str, unit: str, legend: Sequence[tuple[int, str]] = (), heading: str = "", footer: str = ""
) -> str:
    """Horizontal bars from zero, in the order given. `legend` names colours; heading and footer are drawn too.

    Amounts are not negative; a bar of nothing is a line at zero.
    """
    top = max([*(bar.end for bar in bars), *(bar.high or 0 for bar in bars)], default=0)
    marks = ticks(0.0, top or 1.0)
    scale = (WIDTH - LEFT - RIGHT) / marks[-1]
    parts, y = _head(heading)
    if legend:
        parts.append(_legend(legend, y + 8))
        y += 26
    parts.append(f'<text class="fig-text fig-quiet" x="{LEFT}" y="{number(y + 12)}">{text(unit)}</text>')
    y += 20
    bottom = y + STEP * len(bars)
    for mark in marks:
        x = number(LEFT + mark * scale)
        parts.append(f'<path class="fig-line" d="M{x} {number(y)}V{number(bottom)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 16)}" text-anchor="middle">{tick_words(mark)}</text>')
    for row, bar in enumerate(bars):
        parts.append(_bar(bar, y + row * STEP, scale))
    parts.append(f'<path class="fig-axis" d="M{LEFT} {number(y)}V{number(bottom)}"/>')
    return _whole(parts, bottom + 22, title, footer)


def _bar(bar: AmountBar, y: float, scale: float) -> str:
    label = bar.label if len(bar.label) < 34 else bar.label[:33] + "…"
    parts = [f'<text class="fig-text" x="{LEFT - 12}" y="{number(y + 21)}" text-anchor="end">{text(label)}</text>']
    x = float(LEFT)
    for portion in bar.portions:
        wide = portion.amount * scale
        if wide > 0:
            parts.append(
                f'<rect class="hue-ink-{portion.hue % HUES}" x="{number(x)}" y="{number(y + 7)}" width="{number(max(0.8, wide - 1))}" '
                f'height="19"><title>{text(portion.words)}</title></rect>'
            )
            x += wide
    end = x
    if bar.low is not None and bar.high is not None and bar.high > bar.low:
        low, high = LEFT + bar.low * scale, LEFT + bar.high * scale
        if high - low >= 1.5:
            parts.append(
                f'<path class="fig-band" d="M{number(low)} {number(y + 16.5)}H{number(high)}M{number(low)} {number(y + 11)}v11M{number(high)} {number(y + 11)}v11"/>'
            )
        end = max(end, high)
    parts.append(f'<text class="fig-text fig-quiet fig-halo" x="{number(end + 9)}" y="{number(y + 21)}">{text(bar.note)}</text>')
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """A value to be marked on the axis, with its words."""

    value: float
    words: str


def histogram_svg(
    values: Sequence[float], *, title: str, unit: str, lines: Sequence[Line] = (), bins: int = 40, heading: str = "", footer: str = ""
) -> str:
    """How many of the values fall where; what lies below zero is drawn in another colour. Values are finite."""
    low, high = min([*values, *(line.value for line in lines)]), max([*values, *(line.value for line in lines)])
    marks = ticks(low, high, 7)
    first, last = marks[0], max(marks[-1], high)
    wide = (last - first) / bins
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - first) / wide))] += 1
    parts, y = _head(heading)
    left, right = 20.0, WIDTH - 20.0
    bottom = y + 30 + TALL
    scale, most = (right - left) / (last - first), max(counts)
    for position, count in enumerate(counts):
        start = first + position * wide
        tall = (TALL - 10) * count / most
        if count:
            hue = 0 if start + wide / 2 >= 0 else 1
            words = f"{tick_words(_short(start))} – {tick_words(_short(start + wide))}: {count}"
            parts.append(
                f'<rect class="hue-ink-{hue}" x="{number(left + position * wide * scale)}" y="{number(bottom - tall)}" '
                f'width="{number(max(0.8, wide * scale - 1))}" height="{number(tall)}"><title>{text(words)}</title></rect>'
            )
    parts.append(f'<path class="fig-axis" d="M{number(left)} {number(bottom)}H{number(right)}"/>')
    for mark in marks:
        x = number(left + (mark - first) * scale)
        parts.append(f'<path class="fig-axis" d="M{x} {number(bottom)}v4"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 18)}" text-anchor="middle">{tick_words(mark)}</text>')
    for row, line in enumerate(lines):
        place = left + (line.value - first) * scale
        anchor, shift = ("end", -6) if place > WIDTH * 0.6 else ("start", 6)
        at = y + 14 + 17 * row
        parts.append(f'<path class="fig-band" d="M{number(place)} {number(at - 8)}V{number(bottom)}"/>')
        parts.append(f'<text class="fig-text fig-halo" x="{number(place + shift)}" y="{number(at)}" text-anchor="{anchor}">{text(line.words)}</text>')
    parts.append(f'<text class="fig-text fig-quiet" x="{number(right)}" y="{number(bottom + 36)}" text-anchor="end">{text(unit)}</text>')
    return _whole(parts, bottom + 40, title, footer)


def _short(value: float) -> float:
    """Three significant digits, for words."""
    return round(value, 2 - math.floor(math.log10(abs(value)))) if value else 0.0


def _head(heading: str) -> tuple[list[str], float]:
    parts, y = [], 4.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    return parts, y + (10 if heading else 0)


def _legend(entries: Sequence[tuple[int, str]], y: float) -> str:
    x, parts = float(LEFT), []
    for hue, words in entries:
        parts.append(f'<rect class="hue-ink-{hue % HUES}" x="{number(x)}" y="{number(y - 8)}" width="12" height="12"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(x + 17)}" y="{number(y + 3)}">{text(words)}</text>')
        x += 17 + 6.2 * len(words) + 26
    return "".join(parts)


def _whole(parts: list[str], y: float, title: str, footer: str) -> str:
    for line in wrapped(footer, 130):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 6)}" role="img" aria-label="{text(title)}">{"".join(parts)}</svg>'
