"""Values over years, and single values side by side: honest about how sharp each one is.

A figure is a stack of panels. Each has one unit and one kind of period; a panel with series draws
them over the years, one without draws a row for each value. Marks differ in colour and in shape,
and the shape of the mark's surface says how sharp the value is: full for exact, half full for about,
open with an arrow for a bound, open and dashed for a forecast, open with a dot for another rule.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leaps.core.figures.svg import number, text

WIDTH = 1000
HUES = 8
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TINY = 1e-300  # below it powers of ten lose their digits

# Drawn around (0, 0), about 6 units in radius; {0} takes the class.
SHAPES: tuple[str, ...] = (
    '<circle r="5.6"{0}/>',
    '<rect x="-5" y="-5" width="10" height="10"{0}/>',
    '<path d="M0-6.8 6.2 4.6-6.2 4.6z"{0}/>',
    '<path d="M0-6.8 6.8 0 0 6.8-6.8 0z"{0}/>',
    '<path d="M0 6.8 6.2-4.6-6.2-4.6z"{0}/>',
    '<path d="M0-6.6 6.3-2 3.9 5.3-3.9 5.3-6.3-2z"{0}/>',
    '<path d="M-2.2-6h4.4v3.8H6v4.4H2.2V6h-4.4V2.2H-6v-4.4h3.8z"{0}/>',
    '<path d="M-3.3-6h6.6L6.4 0 3.3 6h-6.6L-6.4 0z"{0}/>',
)

EXACT, ABOUT, AT_LEAST, AT_MOST, FORECAST, OTHER_RULE = "exact", "about", "at-least", "at-most", "forecast", "other-rule"


@dataclass(frozen=True, slots=True)
class Look:
    """The colour and shape of a mark, each by number."""

    hue: int = 0
    shape: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One value in one year (0: of no year), how sharp it is, and its words for a pointer or a screen reader."""

    year: int
    value: float
    words: str
    sharpness: str = EXACT
    url: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind of one thing.

    A line joins neighbours only where `joined` says that they mean the same, and only between values
    that are exact or about right. It is dashed over years without a value.
    """

    label: str
    look: Look
    points: tuple[Point, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """Series that share a unit; `dots` draws a row for each value in place of an axis of years.

    `ceiling` is what values cannot exceed, such as 100 %: the axis ends there.
    """

    title: str
    unit: str
    series: tuple[Series, ...]
    dots: bool = False
    ceiling: float | None = None


def series_svg(panels: Sequence[Panel], *, title: str, heading: str = "", footer: str = "", legend: Sequence[tuple[str, str]] = ()) -> str:
    """The panels below each other. `heading` and `footer` are drawn too, for files that leave the page.

    `legend` names the kinds of sharpness that occur, as (kind, words). Years share one axis, so that
    panels can be read against each other.
    """
    spans = [point.year for panel in panels if not panel.dots for one in panel.series for point in one.points]
    first, last = (min(spans), max(spans)) if spans else (0, 0)
    if first == last:
        first, last = first - 1, last + 1
    parts: list[str] = []
    y = 6.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    y += 10 if heading else 0
    for panel in panels:
        drawn, tall = _dots(panel, y) if panel.dots else _years(panel, y, first, last)
        parts.append(drawn)
        y += tall + 16
    if legend:
        parts.append(_legend(legend, y + 6))
        y += 26
    for line in wrapped(footer, 130):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 4)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def mark(look: Look, sharpness: str = EXACT, *, level: bool = False) -> str:
    """One mark around (0, 0); the arrow of a bound points along a level axis where `level` says so."""
    shape = SHAPES[look.shape % len(SHAPES)].format(f' class="fig-mark hue-{look.hue % HUES} is-{sharpness}"')
    if sharpness in (AT_LEAST, AT_MOST):
        way = -1 if sharpness == AT_LEAST else 1
        turn = ' transform="rotate(90)"' if level else ""
        return f'{shape}<path class="fig-tick hue-{look.hue % HUES}"{turn} d="M0 {7 * way}v{8 * way}m-3 {-3 * way} 3 {3 * way} 3 {-3 * way}"/>'
    if sharpness == OTHER_RULE:
        return f'{shape}<circle class="fig-mark hue-{look.hue % HUES}" r="1.4"/>'
    return shape


def power_words(exponent: int) -> str:
    """A power of ten as it stands on an axis: 10²¹."""
    return "1" if exponent == 0 else "10" if exponent == 1 else f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def scientific(value: float) -> str:
    """A number in words of powers: 5.1 × 10²¹; small ones as they are."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(abs(value)))
    lead = value / 10.0**exponent
    if f"{lead:.1f}" == "10.0":
        lead, exponent = 1.0, exponent + 1
    return f"{lead:.1f} × {power_words(exponent)}"


def tick_words(value: float) -> str:
    """A number on an axis, thousands apart; very small ones with a power of ten."""
    if 0 < abs(value) < 1e-3:
        return scientific(value).removeprefix("1.0 × ")
    if value == int(value):
        return f"{int(value):,}".replace(",", "\u202f")
    return f"{value:g}"


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that cover low to high, about `most` of them; the first is not above `low`."""
    if high - low <= max(1e-9 * abs(high), TINY):  # as good as one number
        high = low + (abs(low) if abs(low) > TINY else 1.0)
    raw = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    start = math.floor(low / step + 1e-9)
    stop = math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(i * step, digits) for i in range(start, stop + 1)]


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a value lies between two ends of the drawing."""

    low: float
    high: float
    log: bool
    marks: tuple[float, ...]

    def place(self, value: float, start: float, end: float) -> float:
        if self.log:
            share = (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return start + share * (end - start)


def axis_for(values: Iterable[float], *, ceiling: float | None = None, from_zero: bool | None = None) -> Axis:
    """Linear from zero, linear without zero where the values are close together, or logarithmic over two decades.

    `from_zero` decides the first two by hand.
    """
    found = list(values)
    low, high = min(found), max(found)
    if low > 0 and high / low >= 100:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        marks = tuple(10.0**power for power in powers)
        return Axis(marks[0], marks[-1], log=True, marks=marks)
    if from_zero is None:
        from_zero = low >= 0 and low < 0.6 * high
    bottom = min(0.0, low) if from_zero else low - (high - low) * 0.1
    top = high + (high - bottom) * 0.04
    if ceiling is not None and high <= ceiling < top:
        top = ceiling
    marks = tuple(mark for mark in ticks(bottom, top) if ceiling is None or high > ceiling or mark <= ceiling)
    return Axis(marks[0], max(marks[-1], high), log=False, marks=marks)


# -- over the years --------------------------------------------------------------------------------

LEFT, RIGHT, TALL = 64, 150, 236


def _years(panel: Panel, top: float, first: int, last: int) -> tuple[str, float]:
    axis = axis_for((point.value for one in panel.series for point in one.points), ceiling=panel.ceiling)
    head, foot = 44.0, 24.0
    inner = WIDTH - LEFT - RIGHT
    bottom = top + head + TALL

    def x_of(year: int) -> float:
        return LEFT + 10 + (inner - 20) * (year - first) / (last - first)

    def y_of(value: float) -> float:
        return axis.place(value, bottom, top + head)

    parts = [_panel_head(panel, top, axis)]
    for value in axis.marks:
        y = y_of(value)
        parts.append(f'<path class="fig-line" d="M{LEFT} {number(y)}h{inner}"/>')
        parts.append(
            f'<text class="fig-text fig-quiet" x="{LEFT - 8}" y="{number(y + 4)}" text-anchor="end">{tick_words(value)}</text>'
        )
    every = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= 14)
    for year in range(first, last + 1):
        x = number(x_of(year))
        parts.append(f'<path class="fig-axis" d="M{x} {number(bottom)}v4"/>')
        if year % every == 0:
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 18)}" text-anchor="middle">{year}</text>')
    parts.append(f'<path class="fig-axis" d="M{LEFT} {number(bottom)}h{inner}"/>')
    placed: list[tuple[float, float, float, float]] = [
        (x_of(p.year) - 7, y_of(p.value) - 7, x_of(p.year) + 7, y_of(p.value) + 7) for one in panel.series for p in one.points
    ]
    parts.extend(_line(one, x_of, y_of) for one in panel.series)
    parts.extend(_mark_at(x_of(p.year), y_of(p.value), one.look, p) for one in panel.series for p in one.points)
    by_height = sorted(panel.series, key=lambda one: y_of(one.points[-1].value))
    limits = (top + head - 8, bottom)
    parts.extend(
        _label(one, x_of(one.points[-1].year), y_of(one.points[-1].value), placed, limits) for one in by_height
    )
    return "".join(parts), head + TALL + foot


def _panel_head(panel: Panel, top: float, axis: Axis) -> str:
    notes = [panel.unit] if panel.unit else []
    if axis.log:
        notes.append("log")
    unit = f'<text class="fig-text fig-quiet" x="0" y="{number(top + 32)}">{text(", ".join(notes))}</text>' if notes else ""
    return f'<text class="fig-text fig-strong" x="0" y="{number(top + 14)}">{text(panel.title)}</text>{unit}'


def _line(one: Series, x_of: Callable[[int], float], y_of: Callable[[float], float]) -> str:
    if not one.joined:
        return ""
    drawn = []
    sharp = [point for point in one.points if point.sharpness in (EXACT, ABOUT)]
    for before, after in pairwise(sharp):
        if before.sharpness != after.sharpness or before.year == after.year:
            continue
        gap = ' stroke-dasharray="2 5"' if after.year - before.year > 1 else ""
        drawn.append(
            f'<path class="fig-series hue-{one.look.hue % HUES}" d="M{number(x_of(before.year))} {number(y_of(before.value))}'
            f'L{number(x_of(after.year))} {number(y_of(after.value))}"{gap}/>'
        )
    return "".join(drawn)


def _mark_at(x: float, y: float, look: Look, point: Point, *, level: bool = False) -> str:
    drawn = (
        f'<g transform="translate({number(x)} {number(y)})">{mark(look, point.sharpness, level=level)}'
        f"<title>{text(point.words)}</title></g>"
    )
    if point.url:
        return f'<a class="fig-link" href="{text(point.url)}" aria-label="{text(point.words)}">{drawn}</a>'
    return drawn


def _label(
    one: Series, x: float, y: float, placed: list[tuple[float, float, float, float]], limits: tuple[float, float]
) -> str:
    """The name beside the last mark, at the first place where it hides nothing."""
    wide = 6.6 * len(one.label) + 4
    spots = [(11.0, 4.0, "start"), (-11.0, 4.0, "end"), (0.0, -12.0, "middle"), (0.0, 21.0, "middle"), (11.0, -9.0, "start"), (11.0, 17.0, "start"), (-11.0, -9.0, "end"), (-11.0, 17.0, "end")]
    spots += [(11.0, step * sign, "start") for step in (24.0, 34.0, 46.0, 60.0) for sign in (1, -1)]

    def box(spot: tuple[float, float, str]) -> tuple[float, float, float, float]:
        start = {"start": x + spot[0], "end": x + spot[0] - wide, "middle": x - wide / 2}[spot[2]]
        return (start, y + spot[1] - 11, start + wide, y + spot[1] + 3)

    def free(spot: tuple[float, float, str]) -> bool:
        a = box(spot)
        inside = a[0] >= LEFT and a[2] <= WIDTH and a[1] >= limits[0] and a[3] <= limits[1] - 2
        return inside and not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in placed)

    spot = next((s for s in spots if free(s)), spots[0])
    placed.append(box(spot))
    leader = ""
    if abs(spot[1]) > 22:
        leader = f'<path class="fig-axis" d="M{number(x + 5)} {number(y + (5 if spot[1] > 0 else -5))}L{number(x + spot[0] - 2)} {number(y + spot[1] - 4)}"/>'
    return (
        f'{leader}<text class="fig-text fig-halo hue-ink-{one.look.hue % HUES}" x="{number(x + spot[0])}" y="{number(y + spot[1])}" '
        f'text-anchor="{spot[2]}">{text(one.label)}</text>'
    )


# -- side by side ----------------------------------------------------------------------------------

NAMES, STEP = 290, 26


def _dots(panel: Panel, top: float) -> tuple[str, float]:
    """A row for each value, in the order given: never by size, for that would rank."""
    rows = [(one, point) for one in panel.series for point in one.points]
    axis = axis_for((point.value for _one, point in rows), ceiling=panel.ceiling, from_zero=True)
    head, foot = 44.0, 22.0
    start, end = float(NAMES), float(WIDTH - RIGHT)
    bottom = top + head + STEP * len(rows)
    parts = [_panel_head(panel, top, axis)]
    for value in axis.marks:
        place = number(axis.place(value, start, end))
        parts.append(f'<path class="fig-line" d="M{place} {number(top + head - 6)}V{number(bottom)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{place}" y="{number(bottom + 16)}" text-anchor="middle">{tick_words(value)}</text>')
    for row, (one, point) in enumerate(rows):
        y = top + head + STEP * row + STEP / 2 - 4
        x = axis.place(point.value, start, end)
        name = one.label if len(one.label) < 42 else one.label[:41] + "…"
        parts.append(f'<text class="fig-text" x="{NAMES - 14}" y="{number(y + 4)}" text-anchor="end">{text(name)}</text>')
        parts.append(f'<path class="fig-line" d="M{number(start)} {number(y)}H{number(x - 8)}" stroke-dasharray="1 4"/>')
        parts.append(_mark_at(x, y, one.look, point, level=True))
        shift = 22 if point.sharpness == AT_LEAST else 12
        parts.append(f'<text class="fig-text fig-quiet fig-halo" x="{number(x + shift)}" y="{number(y + 4)}">{text(_short(point))}</text>')
    return "".join(parts), head + STEP * len(rows) + foot


def _short(point: Point) -> str:
    return f"{tick_words(point.value)} · {point.year}" if point.year else tick_words(point.value)


# -- words -----------------------------------------------------------------------------------------


def _legend(entries: Sequence[tuple[str, str]], y: float) -> str:
    x, parts = 8.0, []
    for sharpness, words in entries:
        parts.append(f'<g transform="translate({number(x)} {number(y)})">{mark(Look(), sharpness)}</g>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(x + 13)}" y="{number(y + 4)}">{text(words)}</text>')
        x += 13 + 6.2 * len(words) + 26
    return "".join(parts)


def wrapped(words: str, most: int) -> list[str]:
    """The words in lines of at most `most` characters."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# -- small -----------------------------------------------------------------------------------------


def small_svg(one: Series, *, title: str, ceiling: float | None = None) -> str:
    """One series in a small space: the line, its ends in numbers, the first and last year.

    From zero, so that small changes stay small; only what has a ceiling may start higher.
    """
    wide, tall, left, right, top, bottom, foot = 300.0, 142.0, 4.0, 296.0, 30.0, 96.0, 118.0
    axis = axis_for((point.value for point in one.points), ceiling=ceiling, from_zero=None if ceiling else True)
    first, last = one.points[0], one.points[-1]
    span = max(1, last.year - first.year)

    def x_of(year: int) -> float:
        return left + 10 + (right - left - 20) * (year - first.year) / span

    def y_of(value: float) -> float:
        return axis.place(value, bottom if axis.low else foot, top)

    parts = [f'<svg viewBox="0 0 {wide:.0f} {tall:.0f}" role="img" aria-label="{text(title)}">']
    parts.append(f'<path class="fig-axis" d="M{number(left)} {number(foot)}H{number(right)}"/>')
    parts.append(_line(one, x_of, y_of))
    parts.extend(_mark_at(x_of(point.year), y_of(point.value), one.look, point) for point in one.points)
    neighbours = (one.points[1], one.points[-2]) if len(one.points) > 1 else (first, last)
    for point, beside, x, anchor in ((first, neighbours[0], left, "start"), (last, neighbours[1], right, "end")):
        below = beside.value > point.value and y_of(point.value) + 20 < foot - 2
        y = y_of(point.value) + (21 if below else -11)
        parts.append(f'<text class="fig-text fig-strong fig-halo" x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{tick_words(point.value)}</text>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(x)}" y="{number(foot + 17)}" text-anchor="{anchor}">{point.year}</text>')
    return "".join([*parts, "</svg>"])
