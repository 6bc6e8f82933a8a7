"""Ways from a baseline to a goal: how far, in which direction, and where somebody is now, if that is known.

Ways of one metric and unit share an axis, logarithmic when it spans more than a factor of ten. Ways that stand alone are
drawn from the left end to the right, with their numbers beside them. A filled mark is a value with evidence, a hollow one
a claim; without a measurement there is no mark.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import HUES, WIDTH, axis_for, tick_words, wrapped
from leaps.core.figures.svg import number, text

LEFT, RIGHT, ROW = 300.0, 196.0, 27.0
LOG_FROM = 10.0


@dataclass(frozen=True, slots=True)
class Now:
    """A value that was reached, and whether there is evidence for it."""

    value: float
    is_evidenced: bool
    words: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way. A missing end stays undrawn; `share` places the present on a way that stands alone; `dashed`: no goal but a forecast."""

    label: str
    start: float | None
    goal: float | None
    words: str
    note: str
    now: Now | None = None
    share: float | None = None
    url: str = ""
    hue: int = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class WayPanel:
    """Ways under one heading; with a unit they share an axis, without one each stands for itself."""

    title: str
    unit: str
    ways: tuple[Way, ...]


def ways_svg(panels: Sequence[WayPanel], *, title: str, heading: str = "", footer: str = "", legend: Sequence[tuple[str, str]] = ()) -> str:
    """The panels below each other. `legend` names what occurs, as (kind, words); kinds: start, goal, evidenced, claimed, forecast, unverified."""
    parts, y = [], 2.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    y += 8 if heading else 0
    x = 0.0
    for kind, words in legend:
        wide = 30 + 6.3 * len(words) + 20
        if x + wide > WIDTH:
            x, y = 0.0, y + 20
        parts.append(f'<g transform="translate({number(x + 10)} {number(y + 12)})">{_sample(kind)}</g><text class="fig-text fig-quiet" x="{number(x + 28)}" y="{number(y + 16)}">{text(words)}</text>')
        x += wide
    y += 30 if legend else 0
    for panel in panels:
        drawn, tall = _shared(panel, y) if panel.unit else _alone(panel, y)
        parts.append(drawn)
        y += tall + 20
    for line in wrapped(footer, 130):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 4)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _sample(kind: str) -> str:
    if kind == "start":
        return '<circle class="fig-way-start hue-0" r="4"/>'
    if kind == "goal":
        return '<path class="fig-way hue-0" d="M-9 0H4"/><path class="fig-way-tip hue-ink-0" d="M10 0 1-5.5v11z"/>'
    if kind == "forecast":
        return '<path class="fig-way is-forecast hue-0" d="M-9 0H4"/><path class="fig-way-tip hue-ink-0" d="M10 0 1-5.5v11z"/>'
    if kind == "unverified":
        return '<text class="fig-text" x="0" y="4" text-anchor="middle">◌</text>'
    return _now(evidenced=kind == "evidenced")


def _now(*, evidenced: bool) -> str:
    return f'<path class="fig-stone is-{"done" if evidenced else "claimed"}" d="M0-7 7 0 0 7-7 0z"/>'


def _shared(panel: WayPanel, top: float) -> tuple[str, float]:
    values = [v for way in panel.ways for v in (way.start, way.goal, way.now.value if way.now else None) if v is not None]
    low, high = min(values), max(values)
    log = low > 0 and high / low > LOG_FROM
    if log:
        low_end, high_end = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
        marks = [10.0**p for p in range(round(math.log10(low_end)), round(math.log10(high_end)) + 1)]
    else:
        axis = axis_for(values)
        low_end, high_end, marks = axis.low, axis.high, list(axis.marks)

    def x_of(value: float) -> float:
        if log:
            share = math.log(value / low_end) / math.log(high_end / low_end)
        else:
            share = (value - low_end) / (high_end - low_end)
        return LEFT + (WIDTH - LEFT - RIGHT) * share

    y = top + 34
    bottom = y + ROW * len(panel.ways)
    unit = f"{panel.unit}, log" if log else panel.unit
    parts = [f'<text class="fig-text fig-strong" x="0" y="{number(top + 15)}">{text(panel.title)} <tspan class="fig-quiet">({text(unit)})</tspan></text>']
    for mark in marks:
        x = number(x_of(mark))
        parts.append(f'<path class="fig-line" d="M{x} {number(y)}V{number(bottom)}"/><text class="fig-text fig-quiet" x="{x}" y="{number(y - 5)}" text-anchor="middle">{tick_words(mark)}</text>')
    for row, way in enumerate(panel.ways):
        at = y + ROW * row + ROW / 2
        ends = (x_of(way.start) if way.start is not None else None, x_of(way.goal) if way.goal is not None else None)
        now = x_of(way.now.value) if way.now and (not log or way.now.value > 0) else None
        parts.append(_way(way, at, ends, now))
    return "".join(parts), bottom - top


def _alone(panel: WayPanel, top: float) -> tuple[str, float]:
    y = top + 24
    left, right = LEFT + 26, WIDTH - RIGHT - 26
    parts = [f'<text class="fig-text fig-strong" x="0" y="{number(top + 15)}">{text(panel.title)}</text>']
    for row, way in enumerate(panel.ways):
        at = y + ROW * row + ROW / 2
        ends = (left if way.start is not None else None, right if way.goal is not None else None)
        now = left + (right - left) * min(1.06, max(-0.04, way.share)) if way.now and way.share is not None else None
        parts.append(_way(way, at, ends, now))
        for x, value, anchor, shift in ((ends[0], way.start, "end", -11), (ends[1], way.goal, "start", 14)):
            if x is not None and value is not None:
                parts.append(f'<text class="fig-text fig-quiet" x="{number(x + shift)}" y="{number(at + 4)}" text-anchor="{anchor}">{tick_words(value)}</text>')
    return "".join(parts), ROW * len(panel.ways) + 24


def _way(way: Way, y: float, ends: tuple[float | None, float | None], now: float | None) -> str:
    start, goal = ends
    hue = way.hue % HUES
    shapes = []
    if start is not None and goal is not None and abs(goal - start) > 8:
        step = 1 if goal > start else -1
        dashed = " is-forecast" if way.dashed else ""
        shapes.append(f'<path class="fig-way hue-{hue}{dashed}" d="M{number(start + 4 * step)} {number(y)}H{number(goal - 6 * step)}"/>')
        shapes.append(f'<path class="fig-way-tip hue-ink-{hue}" d="M{number(goal)} {number(y)}l{-9 * step}-5.5v11z"/>')
    elif goal is not None:
        shapes.append(f'<path class="fig-way-tip hue-ink-{hue}" d="M{number(goal)} {number(y)}l-9-5.5v11z"/>')
    if start is not None:
        shapes.append(f'<circle class="fig-way-start hue-{hue}" cx="{number(start)}" cy="{number(y)}" r="4"/>')
    if now is not None and way.now is not None:
        shapes.append(f'<g transform="translate({number(now)} {number(y)})">{_now(evidenced=way.now.is_evidenced)}<title>{text(way.now.words)}</title></g>')
    label = way.label if len(way.label) <= 46 else way.label[:45].rstrip() + "…"
    drawn = (
        f'<text class="fig-text" x="{number(LEFT - 16)}" y="{number(y + 4)}" text-anchor="end">{text(label)}</text>'
        f'{"".join(shapes)}<text class="fig-text fig-quiet" x="{number(WIDTH - RIGHT + 22)}" y="{number(y + 4)}">{text(way.note)}</text><title>{text(way.words)}</title>'
    )
    return f'<a class="fig-link" href="{text(way.url)}" aria-label="{text(way.words)}">{drawn}</a>' if way.url else f"<g>{drawn}</g>"
