"""Curves and spots in a plane of two quantities, each axis logarithmic or linear, labelled where they are.

A curve may come in pieces that overlap, such as the harmonics of an undulator. Its name stands beside a mark on it,
where the least is hidden; colour, mark and words tell the same, so nothing depends on colour alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from leaps.core.figures.series import HUES, SHAPES, WIDTH, Look, power_words, tick_words, ticks, wrapped
from leaps.core.figures.svg import number, text

LEFT, RIGHT, TALL, LETTER = 78.0, 24.0, 470.0, 6.5
_STRAIGHT = 0.25  # a point that lies so near the line between its neighbours, in drawn units, says nothing

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: what it tells with its unit, its ends, whether it is logarithmic."""

    title: str
    low: float
    high: float
    log: bool = True

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two ends of the drawing."""
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return start + share * (end - start)

    def marks(self) -> list[tuple[float, str]]:
        """The values with words; powers of ten on a logarithmic axis, with 2 and 5 between where there are few."""
        if not self.log:
            found = [v for v in ticks(self.low, self.high, 8) if self.low <= v <= self.high * (1 + 1e-12)]
            return [(v, f"{v:g}") for v in found]
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        few = math.log10(self.high / self.low) < 2.3
        plain = few and self.low >= 1e-2 and self.high < 1e5
        marks = []
        every = max(1, math.ceil((last - first) / 14))
        for exponent in range(first, last + 1):
            for lead in (1, 2, 5) if few else (1,):
                value = lead * 10.0**exponent
                if self.low * 0.999 <= value <= self.high * 1.001 and exponent % every == 0:
                    power = power_words(exponent)
                    words = tick_words(value) if plain else power if lead == 1 else f"{lead}" if exponent == 0 else f"{lead} × {power}"
                    marks.append((value, words))
        return marks

    def between(self) -> list[float]:
        """Where small strokes stand on a logarithmic axis: 2 to 9 times each power."""
        if not self.log or math.log10(self.high / self.low) > 9:
            return []
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        values = [lead * 10.0**exponent for exponent in exponents for lead in range(2, 10)]
        return [v for v in values if self.low <= v <= self.high]


@dataclass(frozen=True, slots=True)
class Curve:
    """One thing along its way: pieces of points, its look, and its words for a pointer or a screen reader.

    `dashed` is for what is designed or assumed, not running. Without a `label` it has no name in the figure.
    """

    label: str
    look: Look
    pieces: tuple[tuple[Point, ...], ...]
    words: str
    dashed: bool = False
    thin: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing at one place; `hollow` where it is designed, `span` draws a bar to both sides along the level axis."""

    label: str
    look: Look
    x: float
    y: float
    words: str
    hollow: bool = False
    url: str = ""
    span: tuple[float, float] | None = None
    towards: Point | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """A quiet line, such as a law of scaling, with its words along it; `upright` draws a line across at `points[0][0]`."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """One pair of axes with what lies between them; `above` words a value of the level axis in another unit."""

    x: Scale
    y: Scale
    curves: tuple[Curve, ...] = ()
    spots: tuple[Spot, ...] = ()
    guides: tuple[Guide, ...] = ()
    title: str = ""
    above: Callable[[float], str] | None = None
    tall: float = TALL


Box = tuple[float, float, float, float]


class _Frame:
    """Where values lie on the sheet, and what is taken already."""

    def __init__(self, plane: Plane, top: float) -> None:
        self.plane, self.top = plane, top
        self.bottom = top + plane.tall
        self.right = WIDTH - RIGHT
        self.taken: list[Box] = []
        self._dots: list[Point] = []
        self._array = np.empty((0, 2))

    def at(self, x: float, y: float) -> Point:
        return self.plane.x.place(x, LEFT, self.right), self.plane.y.place(y, self.bottom, self.top)

    def add_dots(self, points: Sequence[Point]) -> None:
        """What words had better not hide."""
        self._dots += points
        self._array = np.array(self._dots).reshape(-1, 2)

    def inside(self, box: Box) -> bool:
        return box[0] >= LEFT + 2 and box[2] <= WIDTH and box[1] >= self.top + 1 and box[3] <= self.bottom - 2

    def cost(self, box: Box) -> float:
        """How much words in this box would hide."""
        if not self.inside(box):
            return math.inf
        hit = sum(max(0.0, min(box[2], b[2]) - max(box[0], b[0])) * max(0.0, min(box[3], b[3]) - max(box[1], b[1])) for b in self.taken)
        x, y = self._array[:, 0], self._array[:, 1]
        return 40.0 * hit + float(((x >= box[0] - 1) & (x <= box[2] + 1) & (y >= box[1]) & (y <= box[3])).sum())


def planes_svg(planes: Sequence[Plane], *, title: str, heading: str = "", footer: str = "", legend: Sequence[tuple[str, str]] = ()) -> str:
    """The planes below each other. `heading` and `footer` are drawn too, for files that leave the page.

    `legend` names what kinds of lines and marks mean, as (kind, words): solid, dashed, filled, hollow, diamond, guide, span, lead.
    """
    parts: list[str] = []
    y = 6.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    y += 8 if heading else 0
    for plane in planes:
        drawn, tall = _plane(plane, y)
        parts.append(drawn)
        y += tall
    if legend:
        drawn, y = _legend(legend, y + 12)
        parts.append(drawn)
        y += 10
    for line in wrapped(footer, 150):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 6)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _plane(plane: Plane, top: float) -> tuple[str, float]:
    head = 26.0 + (22.0 if plane.title else 0.0) + (20.0 if plane.above else 0.0)
    frame = _Frame(plane, top + head)
    parts = [_axes(frame, top)]
    guides = [(guide, [frame.at(*p) for p in guide.points]) for guide in plane.guides]
    for _guide, path in guides:
        parts.append(f'<path class="fig-axis" stroke-dasharray="2 4" d="{_path(path)}"/>')
        frame.add_dots(_dense(path))
    drawn = [(curve, [[frame.at(*p) for p in piece] for piece in curve.pieces]) for curve in plane.curves]
    for _one, paths in drawn:
        for path in paths:
            frame.add_dots(_dense(path))
    spots = [(spot, frame.at(spot.x, spot.y)) for spot in plane.spots]
    for _spot_there, (x, y) in spots:
        frame.taken.append((x - 8, y - 8, x + 8, y + 8))
    for spot, (_x, y) in spots:
        if spot.span:
            frame.add_dots(_dense([(plane.x.place(end, LEFT, frame.right), y) for end in spot.span]))
    for curve, paths in drawn:
        lines = "".join(_line(curve, path) for path in paths)
        parts.append(f"<g>{lines}<title>{text(curve.words)}</title></g>")
    parts += [_spot(spot, at, frame) for spot, at in spots]
    # What has the fewest places for its name chooses first: guides, spots, then curves from short to long.
    parts += [_guide_words(guide, path, frame) for guide, path in guides if guide.label]
    parts += [_spot_words(spot, at, frame) for spot, at in sorted(spots, key=lambda pair: pair[1])]
    for curve, paths in sorted(drawn, key=lambda pair: sum(len(p) for p in pair[1])):
        parts.append(_curve_words(curve, paths, frame))
    return "".join(parts), head + plane.tall + 44.0


def _axes(frame: _Frame, top: float) -> str:
    plane, bottom, right = frame.plane, frame.bottom, frame.right
    parts = []
    if plane.title:
        parts.append(f'<text class="fig-text fig-strong" x="0" y="{number(top + 18)}">{text(plane.title)}</text>')
    level = frame.top - (30 if plane.above else 10)
    parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(level)}">{text(plane.y.title)}</text>')
    for value, words in plane.y.marks():
        y = number(plane.y.place(value, bottom, frame.top))
        parts.append(f'<path class="fig-line" d="M{LEFT} {y}H{number(right)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{words}</text>')
    strokes = "".join(f"M{LEFT} {number(plane.y.place(v, bottom, frame.top))}h-4" for v in plane.y.between())
    strokes += "".join(f"M{number(plane.x.place(v, LEFT, right))} {number(bottom)}v4" for v in plane.x.between())
    for value, words in plane.x.marks():
        x = number(plane.x.place(value, LEFT, right))
        parts.append(f'<path class="fig-line" d="M{x} {number(frame.top)}V{number(bottom)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 18)}" text-anchor="middle">{words}</text>')
        if plane.above:
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(frame.top - 8)}" text-anchor="middle">{text(plane.above(value))}</text>')
    parts.append(f'<path class="fig-axis" d="{strokes}M{LEFT} {number(frame.top)}V{number(bottom)}H{number(right)}"/>')
    parts.append(f'<text class="fig-text fig-quiet" x="{number((LEFT + right) / 2)}" y="{number(bottom + 36)}" text-anchor="middle">{text(plane.x.title)}</text>')
    return "".join(parts)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in _thinned(points))


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Without the points that lie on the line between those kept."""
    if len(points) < 3:
        return list(points)
    kept, anchor = [points[0]], 0
    for place in range(2, len(points)):
        (x0, y0), (x1, y1) = points[anchor], points[place]
        long = math.hypot(x1 - x0, y1 - y0) or 1.0
        off = max(abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / long for x, y in points[anchor + 1 : place])
        if off > _STRAIGHT or place - anchor > 40:
            anchor = place - 1
            kept.append(points[anchor])
    return [*kept, points[-1]]


def _dense(points: Sequence[Point]) -> list[Point]:
    """Points along a path, close enough for words not to slip between them."""
    found: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / 6))
        found += [(x0 + (x1 - x0) * s / steps, y0 + (y1 - y0) * s / steps) for s in range(steps)]
    return [*found, *points[-1:]]


def _line(curve: Curve, path: Sequence[Point]) -> str:
    dashes = ' stroke-dasharray="7 4"' if curve.dashed else ""
    width = ' stroke-opacity=".55"' if curve.thin else ""
    return f'<path class="fig-series hue-{curve.look.hue % HUES}"{dashes}{width} d="{_path(path)}"/>'


def _mark(look: Look, *, hollow: bool) -> str:
    return SHAPES[look.shape % len(SHAPES)].format(f' class="fig-mark hue-{look.hue % HUES}{" hollow" if hollow else ""}"')


def _linked(drawn: str, words: str, url: str) -> str:
    if url:
        return f'<a class="fig-link" href="{text(url)}" aria-label="{text(words)}">{drawn}<title>{text(words)}</title></a>'
    return f"<g>{drawn}<title>{text(words)}</title></g>"


def _spot(spot: Spot, at: Point, frame: _Frame) -> str:
    x, y = at
    drawn = ""
    if spot.span:
        low, high = (frame.plane.x.place(v, LEFT, frame.right) for v in spot.span)
        dashes = ' stroke-dasharray="5 4"' if spot.hollow else ""
        drawn += f'<path class="fig-series hue-{spot.look.hue % HUES}"{dashes} d="M{number(low)} {number(y)}H{number(high)}m0-4v8M{number(low)} {number(y - 4)}v8"/>'
    if spot.towards:
        x1, y1 = frame.at(*spot.towards)
        drawn += f'<path class="fig-lead" d="M{number(x)} {number(y)}L{number(x1)} {number(y1)}"/>'
    drawn += f'<g transform="translate({number(x)} {number(y)})">{_mark(spot.look, hollow=spot.hollow)}</g>'
    return _linked(drawn, spot.words, spot.url)


def _spot_words(spot: Spot, at: Point, frame: _Frame) -> str:
    if not spot.label:
        return ""
    x, y = at
    wide = LETTER * len(spot.label) + 4
    best, where = math.inf, (x + 11, y + 4, "start")
    for away in (11.0, 20.0, 32.0, 46.0):
        for turn in range(12):
            angle = turn * math.pi / 6
            dx, dy = away * math.cos(angle), -away * math.sin(angle)
            anchor = "start" if dx > 1 else "end" if dx < -1 else "middle"
            start = x + dx - (0 if anchor == "start" else wide if anchor == "end" else wide / 2)
            cost = frame.cost((start, y + dy - 9, start + wide, y + dy + 6)) + 0.25 * (away - 11) + 0.4 * (turn % 12 != 0)
            if cost < best:
                best, where = cost, (x + dx, y + dy + 4, anchor)
    lx, ly, anchor = where
    start = lx - (0 if anchor == "start" else wide if anchor == "end" else wide / 2)
    frame.taken.append((start, ly - 13, start + wide, ly + 2))
    leader = ""
    if math.hypot(lx - x, ly - 4 - y) > 18:
        leader = f'<path class="fig-lead" d="M{number(x)} {number(y)}L{number(lx)} {number(ly - 4)}"/>'
    return f'{leader}<text class="fig-text fig-quiet fig-halo hue-ink-{spot.look.hue % HUES}" x="{number(lx)}" y="{number(ly)}" text-anchor="{anchor}">{text(spot.label)}</text>'


def _guide_words(guide: Guide, path: Sequence[Point], frame: _Frame) -> str:
    wide = 6.0 * len(guide.label)
    best, where = math.inf, path[-1]
    for x, y in _dense(path)[::3]:
        for dx, dy in ((6.0, -6.0), (6.0, 14.0), (-6.0 - wide, -6.0), (-6.0 - wide, 14.0)):
            cost = frame.cost((x + dx, y + dy - 11, x + dx + wide, y + dy + 3))
            if cost < best:
                best, where = cost, (x + dx, y + dy)
    frame.taken.append((where[0], where[1] - 11, where[0] + wide, where[1] + 3))
    return f'<text class="fig-text fig-quiet fig-halo" x="{number(where[0])}" y="{number(where[1])}">{text(guide.label)}</text>'


def _curve_words(curve: Curve, paths: Sequence[Sequence[Point]], frame: _Frame) -> str:
    if not curve.label or not paths:
        return ""
    wide = LETTER * len(curve.label) + 4
    best, where, on = math.inf, (0.0, 0.0), paths[0][0]
    along = [p for path in paths for p in _dense(path)]
    highest = min(y for _x, y in along)
    for x, y in along[:: max(1, len(along) // 70)]:
        deep = 12.0 * (y - highest) / frame.plane.tall
        for dx, dy in ((10.0, -8.0), (10.0, 17.0), (-10.0 - wide, -8.0), (-10.0 - wide, 17.0), (-wide / 2, -12.0), (-wide / 2, 21.0), (12.0, 4.0), (-12.0 - wide, 4.0), (20.0, -26.0), (-20.0 - wide, -26.0), (20.0, 34.0), (-20.0 - wide, 34.0)):
            cost = frame.cost((x + dx, y + dy - 10, x + dx + wide, y + dy + 3)) + frame.cost((x - 7, y - 7, x + 7, y + 7)) * 0.3
            cost += 0.6 * (abs(dy) > 22) + deep
            if cost < best:
                best, where, on = cost, (x + dx, y + dy), (x, y)
    if math.isinf(best):
        return ""
    frame.taken.append((where[0] - 3, where[1] - 12, where[0] + wide + 3, where[1] + 5))
    frame.taken.append((on[0] - 9, on[1] - 9, on[0] + 9, on[1] + 9))
    leader = ""
    if abs(where[1] - on[1]) > 22:
        near = where[0] if where[0] > on[0] else where[0] + wide - 4
        leader = f'<path class="fig-lead" d="M{number(on[0])} {number(on[1])}L{number(near)} {number(where[1] - 4)}"/>'
    mark = f'<g transform="translate({number(on[0])} {number(on[1])})">{_mark(curve.look, hollow=curve.dashed)}</g>'
    name = f'<text class="fig-text fig-halo hue-ink-{curve.look.hue % HUES}" x="{number(where[0])}" y="{number(where[1])}">{text(curve.label)}</text>'
    more = "".join(
        f'<g transform="translate({number(x)} {number(y)})">{_mark(curve.look, hollow=curve.dashed)}</g>'
        for x, y in _marked(paths)
        if math.hypot(x - on[0], y - on[1]) > 40
    )
    return leader + _linked(more + mark + name, curve.words, curve.url)


def _marked(paths: Sequence[Sequence[Point]]) -> list[Point]:
    """Where the mark of a curve stands again: on each of many pieces, else at three places along the whole."""
    if len(paths) > 3:
        return [path[len(path) // 2] for path in paths]
    along = [p for path in paths for p in _dense(path)]
    return [along[int(share * (len(along) - 1))] for share in (0.12, 0.5, 0.88)]


def _legend(entries: Sequence[tuple[str, str]], y: float) -> tuple[str, float]:
    samples = {
        "solid": '<path class="fig-series hue-7" d="M-12 0H12"/>',
        "dashed": '<path class="fig-series hue-7" stroke-dasharray="7 4" d="M-12 0H12"/>',
        "filled": _mark(Look(7, 0), hollow=False),
        "hollow": _mark(Look(7, 0), hollow=True),
        "diamond": _mark(Look(7, 3), hollow=False),
        "guide": '<path class="fig-axis" stroke-dasharray="2 4" d="M-12 0H12"/>',
        "span": '<path class="fig-series hue-7" d="M-12 0H12m0-4v8M-12-4v8"/>',
        "lead": '<path class="fig-lead" d="M-12 0H12"/>',
    }
    x, parts = 14.0, []
    for kind, words in entries:
        wide = 22 + 6.1 * len(words)
        if x + wide > WIDTH and x > 14:
            x, y = 14.0, y + 20
        parts.append(f'<g transform="translate({number(x)} {number(y)})">{samples[kind]}</g>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(x + 19)}" y="{number(y + 4)}">{text(words)}</text>')
        x += wide + 22
    return "".join(parts), y
