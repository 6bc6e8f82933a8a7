"""Layers over time: bands of lanes with bars, marks and what leads from one to another.

A roadmap has this form, a list of milestones too. Bars and marks of a lane are packed into as few rows as their words
allow; a mark whose date is known only to the month or year stands in the middle of a soft bar over all days it can mean.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leaps.core.figures.series import wrapped
from leaps.core.figures.svg import number, text

WIDTH, LEFT, RIGHT = 1000.0, 168.0, 14.0
ROW, LANE_GAP, BAND_HEAD = 23.0, 7.0, 30.0
LETTER = 6.15  # the usual width of a letter of the quiet text
LONGEST = 58

PLAIN = ("buy", "bought", "implied", "joint", "near")
DONE, AHEAD, LATE, OPEN = "done", "ahead", "late", "open"

# Drawn around (0, 0); {0} takes the class. Shape and surface say the state, colour only repeats it.
_MARKS = {
    DONE: '<circle r="5.4"{0}/>',
    AHEAD: '<circle r="5"{0}/>',
    LATE: '<path d="M0-7.2 7.2 0 0 7.2-7.2 0z"{0}/>',
    OPEN: '<rect x="-4.6" y="-4.6" width="9.2" height="9.2"{0}/>',
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one time, no sharper than `first` to `last`; `key` is what links name it by."""

    key: str
    label: str
    first: dt.date
    last: dt.date
    state: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts.

    `style`: `dark` for a dark period, `way` for a way to a goal, which ends in a tip, or one of `PLAIN`: `buy` and `bought`
    for what is planned and what is settled, `implied` for what nobody has announced,
    `joint` for what several share, `near` for what lies between them.

    `soft_first` and `soft_last` are the outer days when the ends are not known to the day; an `open` bar fades out.
    """

    key: str
    label: str
    first: dt.date
    last: dt.date
    style: str
    words: str
    url: str = ""
    soft_first: dt.date | None = None
    soft_last: dt.date | None = None
    hue: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of a band, packed into as many rows as it needs."""

    label: str
    items: tuple[Mark | Bar, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A layer: lanes under one heading; a band without a title has no heading."""

    title: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What leads from one mark to another; a strong one is on the critical path."""

    before: str
    after: str
    strong: bool = False


@dataclass(slots=True)
class _Placed:
    """Where an item lies: its anchor points and the row of its lane."""

    item: Mark | Bar
    x0: float
    x1: float
    label_x: float
    anchor: str
    label: str
    row: int = 0
    y: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Drawing:
    first: dt.date
    last: dt.date
    parts: list[str] = field(default_factory=list)

    def x(self, day: dt.date) -> float:
        begin, end = self.first.toordinal(), self.last.toordinal()
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, (day.toordinal() - begin) / (end - begin)))


def years_of(bands: Sequence[Band], today: dt.date) -> tuple[int, int]:
    """The first and the last year that the items need, today's included."""
    days = [today]
    for band in bands:
        for lane in band.lanes:
            for item in lane.items:
                days += [item.first, item.last]
    return min(days).year, max(days).year


def layers_svg(
    bands: Sequence[Band], *, title: str, today: dt.date, today_words: str, links: Sequence[Link] = (), heading: str = "", footer: str = "",
    legend: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The bands below each other over the years that occur. `heading` and `footer` are drawn too, for files that leave the page.

    `legend` names what occurs, as (state or style, words).
    """
    first, last = years_of(bands, today)
    drawing = _Drawing(dt.date(first, 1, 1), dt.date(last + 1, 1, 1))
    parts, y = _head(heading, legend)
    top = y + 22
    y = top + 4
    placed: dict[str, _Placed] = {}
    before: dict[str, list[str]] = {}
    for link in links:
        before.setdefault(link.after, []).append(link.before)
    bodies: list[str] = []
    backs: list[str] = []
    for band in bands:
        if band.title:
            bodies.append(f'<text class="fig-text fig-band-title" x="0" y="{number(y + 19)}">{text(band.title)}</text>')
            backs.append(f'<path class="fig-line" d="M0 {number(y + 26)}H{number(WIDTH)}"/>')
            y += BAND_HEAD
        for number_of_lane, lane in enumerate(band.lanes):
            found = [_place(item, drawing) for item in lane.items]
            rows = _packed(found, before)
            tall = max(rows * ROW, 15.0 * len(_label_lines(lane))) + LANE_GAP
            if number_of_lane % 2 == 0:
                backs.append(f'<rect class="fig-stripe" x="0" y="{number(y)}" width="{number(WIDTH)}" height="{number(tall)}"/>')
            bodies.append(_lane_label(lane, y, tall))
            for one in found:
                one.y = y + (tall - rows * ROW) / 2 + ROW * one.row + ROW / 2
                placed[one.item.key] = one
            y += tall
    bottom = y
    parts += backs
    parts.append(_years(drawing, first, last, top, bottom, bands_wide=WIDTH))
    parts += [_link(link, placed) for link in links if link.before in placed and link.after in placed]
    if first <= today.year <= last:
        x = drawing.x(today)
        near_end = x > WIDTH - 60
        parts.append(f'<path class="fig-today" d="M{number(x)} {number(top - 4)}V{number(bottom)}"/>')
        bodies.append(
            f'<text class="fig-text fig-quiet fig-now" x="{number(x)}" y="{number(bottom + 15)}" text-anchor="{"end" if near_end else "middle"}">{text(today_words)}</text>'
        )
    parts += bodies
    parts += [_item(one, drawing) for one in placed.values()]
    y = bottom + 20
    for line in wrapped(footer, 140):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {number(WIDTH)} {math.ceil(y + 6)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _head(heading: str, legend: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    parts, y = [], 0.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    if heading:
        y += 8
    x = LEFT
    if legend:
        y += 18
    for kind, words in legend:
        wide = 28 + LETTER * len(words) + 18
        if x + wide > WIDTH:
            x, y = LEFT, y + 20
        parts.append(f'<g transform="translate({number(x + 8)} {number(y - 4)})">{_sample(kind)}</g>')
        parts.append(f'<text class="fig-text fig-quiet" x="{number(x + 24)}" y="{number(y)}">{text(words)}</text>')
        x += wide
    return parts, y + 8


def _sample(kind: str) -> str:
    if kind in _MARKS:
        return _mark(kind)
    if kind in PLAIN:
        return f'<rect class="fig-plan is-{kind}" x="-8" y="-5" width="20" height="10" rx="2"/>'
    if kind == "dark":
        return '<rect class="fig-dark" x="-8" y="-5" width="20" height="10" rx="2"/>'
    if kind == "way":
        return '<path class="fig-way hue-0" d="M-8 0H8"/><path class="fig-way-tip hue-ink-0" d="M13 0 5-5v10z"/>'
    if kind == "soft":
        return '<rect class="fig-soft" x="-8" y="-4" width="20" height="8" rx="4"/>'
    return '<path class="fig-lead is-strong" d="M-8 0H12"/>'


def _mark(state: str) -> str:
    return _MARKS[state].format(f' class="fig-stone is-{state}"')


def _years(drawing: _Drawing, first: int, last: int, top: float, bottom: float, *, bands_wide: float) -> str:
    every = next(step for step in (1, 2, 5, 10) if (last - first + 1) / step <= 20)
    parts = []
    for year in range(first, last + 2):
        x = drawing.x(dt.date(year, 1, 1))
        if x <= bands_wide:
            parts.append(f'<path class="fig-line" d="M{number(x)} {number(top - 4)}V{number(bottom)}"/>')
        if year <= last and (year - first) % every == 0:
            parts.append(f'<text class="fig-text fig-quiet" x="{number(x)}" y="{number(top - 8)}" dx="3">{year}</text>')
    return "".join(parts)


def _label_lines(lane: Lane) -> list[str]:
    return wrapped(lane.label, 24)[:3]


def _lane_label(lane: Lane, y: float, tall: float) -> str:
    lines = _label_lines(lane)
    start = y + tall / 2 + 4.5 - 7.5 * (len(lines) - 1)
    spans = "".join(
        f'<text class="fig-text fig-strong" x="{number(LEFT - 14)}" y="{number(start + 15 * place)}" text-anchor="end">{text(line)}</text>'
        for place, line in enumerate(lines)
    )
    return f'<a class="fig-link" href="{text(lane.url)}">{spans}</a>' if lane.url else spans


def _place(item: Mark | Bar, drawing: _Drawing) -> _Placed:
    if isinstance(item, Mark):
        x0 = x1 = (drawing.x(item.first) + drawing.x(item.last + dt.timedelta(days=1))) / 2
        half = max(8.0, (drawing.x(item.last) - drawing.x(item.first)) / 2)
        low, high = x0 - half, x1 + half
    else:
        low = x0 = drawing.x(item.soft_first or item.first)
        high = x1 = max(x0 + 3, drawing.x(item.soft_last or item.last))
    label = item.label if len(item.label) <= LONGEST else item.label[: LONGEST - 1].rstrip() + "…"
    wide = LETTER * len(label)
    gap = 5.0 if isinstance(item, Mark) or item.style != "way" else 10.0
    if high + gap + wide <= WIDTH:
        return _Placed(item, x0, x1, high + gap, "start", label)
    if low - gap - wide >= LEFT:
        return _Placed(item, x0, x1, low - gap, "end", label)
    if gap > 5 and x0 + 10 + wide <= WIDTH:  # a long way has room above its line
        return _Placed(item, x0, x1, x0 + 10, "start", label, rise=8.5)
    room = int((WIDTH - high - 6) / LETTER) if WIDTH - high > low - LEFT else int((low - LEFT - 6) / LETTER)
    short = label[: max(1, room - 1)].rstrip() + "…" if room < len(label) else label
    return _Placed(item, x0, x1, high + 5, "start", short) if WIDTH - high > low - LEFT else _Placed(item, x0, x1, low - 5, "end", short)


def _reach(one: _Placed) -> tuple[float, float]:
    wide = LETTER * len(one.label)
    if one.anchor == "start":
        return one.x0 - 9, max(one.label_x + wide, one.x1) + 8
    return one.label_x - wide - 8, one.x1 + 12


def _packed(found: list[_Placed], before: Mapping[str, Sequence[str]]) -> int:
    """Give each item the first row where nothing is in its way, not above what leads to it; the number of rows."""
    ends: list[list[tuple[float, float]]] = []
    rows: dict[str, int] = {}
    for one in sorted(found, key=lambda placed: (placed.x0, placed.x1)):
        low, high = _reach(one)
        above = max((rows.get(key, 0) for key in before.get(one.item.key, ())), default=0)
        for row, taken in enumerate(ends):
            if row >= above and all(high <= other_low or low >= other_high for other_low, other_high in taken):
                one.row = row
                taken.append((low, high))
                break
        else:
            one.row = len(ends)
            ends.append([(low, high)])
        rows[one.item.key] = one.row
    return max(1, len(ends))


def _item(one: _Placed, drawing: _Drawing) -> str:
    drawn = _bar(one, one.item, drawing) if isinstance(one.item, Bar) else _stone(one, one.item, drawing)
    label = (
        f'<text class="fig-text fig-quiet fig-halo" x="{number(one.label_x)}" y="{number(one.y + 4 - one.rise)}" text-anchor="{one.anchor}">{text(one.label)}</text>'
        if one.label
        else ""
    )
    whole = f"{drawn}{label}<title>{text(one.item.words)}</title>"
    if one.item.url:
        return f'<a class="fig-link" href="{text(one.item.url)}" aria-label="{text(one.item.words)}">{whole}</a>'
    return f"<g>{whole}</g>"


def _stone(one: _Placed, item: Mark, drawing: _Drawing) -> str:
    low, high = drawing.x(item.first), drawing.x(item.last + dt.timedelta(days=1))
    soft = ""
    if high - low > 6:
        soft = f'<rect class="fig-soft" x="{number(low)}" y="{number(one.y - 4)}" width="{number(high - low)}" height="8" rx="4"/>'
    return f'{soft}<g transform="translate({number(one.x0)} {number(one.y)})">{_mark(item.state)}</g>'


def _bar(one: _Placed, item: Bar, drawing: _Drawing) -> str:
    y = one.y
    if item.style == "way":
        tip = one.x1
        state = " is-reached" if item.state == DONE else ""
        hollow = f'<circle class="fig-way-start hue-{item.hue}" cx="{number(one.x0)}" cy="{number(y)}" r="3.6"/>'
        end = f'<path class="fig-way-tip hue-ink-{item.hue}" d="M{number(tip + 5)} {number(y)}l-9-5v10z"/>'
        return f'<path class="fig-way hue-{item.hue}{state}" d="M{number(one.x0 + 3.6)} {number(y)}H{number(max(one.x0 + 3.6, tip - 4))}"/>{hollow}{end}'
    if item.style in PLAIN:
        tall = 8 if item.style in ("joint", "near") else 14
        return (
            f'<rect class="fig-plan is-{item.style}" x="{number(one.x0)}" y="{number(y - tall / 2)}" '
            f'width="{number(max(3.0, one.x1 - one.x0))}" height="{tall}" rx="2"/>'
        )
    shapes = [
        f'<rect class="fig-dark-soft" x="{number(one.x0)}" y="{number(y - 7)}" width="{number(max(2.0, one.x1 - one.x0))}" height="14" rx="2"/>'
    ]
    inner = drawing.x(item.first), drawing.x(item.last)
    if inner[1] > inner[0]:
        shapes.append(
            f'<rect class="fig-dark" x="{number(inner[0])}" y="{number(y - 7)}" width="{number(inner[1] - inner[0])}" height="14" rx="2"/>'
        )
    return "".join(shapes)


def _link(link: Link, placed: dict[str, _Placed]) -> str:
    one, other = placed[link.before], placed[link.after]
    x0, y0, x1, y1 = one.x1, one.y, other.x0, other.y
    strong = " is-strong" if link.strong else ""
    if other.anchor == "end":
        x1 = other.label_x - LETTER * len(other.label) - 3
    if abs(y0 - y1) < 1:
        x0 = one.label_x + LETTER * len(one.label) + 3 if one.anchor == "start" else x0
        if x0 >= x1:
            return ""
        path = f"M{number(x0)} {number(y0)}H{number(x1)}"
    elif x1 > x0 + 6:  # down, then along, as in a chart of bars
        turn = 5 if y1 > y0 else -5
        path = f"M{number(x0)} {number(y0)}V{number(y1 - turn)}Q{number(x0)} {number(y1)} {number(x0 + 5)} {number(y1)}H{number(x1)}"
    else:  # the words of the later one stand in the way: along between the rows, then down
        between = y1 - 11.5 if y1 > y0 else y1 + 11.5
        path = f"M{number(x0)} {number(y0)}V{number(between)}H{number(other.x0)}V{number(y1 - 6 if y1 > y0 else y1 + 6)}"
    return f'<path class="fig-lead{strong}" d="{path}"/>'


def picture_svg(bands: Sequence[Band], *, title: str, today: dt.date, first: int, last: int) -> str:
    """The layers as a small picture without words: bars and marks over the years, a line for today."""
    wide, step, top = 420.0, 9.0, 6.0
    begin, end = dt.date(first, 1, 1).toordinal(), dt.date(last + 1, 1, 1).toordinal()

    def x_of(day: dt.date) -> float:
        return 6 + (wide - 12) * min(1.0, max(0.0, (day.toordinal() - begin) / (end - begin)))

    parts, y, tall = [], top, 120.0
    lanes = [lane for band in bands for lane in band.lanes if lane.items]
    rows: list[list[Mark | Bar]] = []
    for lane in lanes:
        for item in sorted(lane.items, key=lambda one: one.first):
            free = next((row for row in rows if all(x_of(item.first) > x_of(other.last) + 7 or x_of(item.last) < x_of(other.first) - 7 for other in row)), None)
            if free is None:
                rows.append([item])
            else:
                free.append(item)
    step = min(step, (tall - 20) / max(1, len(rows)))
    for year in range(first, last + 2):
        if year % 5 == 0:
            x = number(x_of(dt.date(year, 1, 1)))
            parts.append(f'<path class="fig-line" d="M{x} 2V{number(tall - 12)}"/><text class="fig-text fig-quiet" x="{x}" y="{number(tall)}" text-anchor="middle">{year}</text>')
    for row in rows:
        y += step
        for item in row:
            x0, x1 = x_of(item.first), x_of(item.last)
            if isinstance(item, Mark):
                parts.append(f'<g transform="translate({number((x0 + x1) / 2)} {number(y)}) scale(.55)">{_mark(item.state)}</g>')
            elif item.style == "way":
                parts.append(f'<path class="fig-way hue-{item.hue}" d="M{number(x0)} {number(y)}H{number(max(x1, x0 + 3))}"/>')
            else:
                parts.append(f'<path class="fig-dark-thin" d="M{number(x0)} {number(y)}H{number(max(x1, x0 + 3))}"/>')
    x = number(x_of(today))
    parts.append(f'<path class="fig-today" d="M{x} 2V{number(tall - 12)}"/>')
    return f'<svg viewBox="0 0 {number(wide)} {number(tall + 4)}" role="img" aria-label="{text(title)}">{"".join(parts)}</svg>'
