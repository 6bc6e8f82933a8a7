"""Values on their way from a baseline to a goal over the years, with what was measured and what it can be held against.

One axis of values, logarithmic when it spans more than a factor of ten. Each track has a hollow circle for its baseline, a
tip for its goal and a thin line between them for what a steady way would be. A filled mark is a measurement with evidence, a
hollow one a claim; a bar is one standard uncertainty to each side, and no bar means that none is stated.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leaps.core.figures.series import HUES, SHAPES, WIDTH, Axis, Look, axis_for, tick_words, wrapped
from leaps.core.figures.svg import number, text

LEFT, RIGHT, TALL = 70.0, 208.0, 330.0
LOG_FROM = 10.0
STEPS = 16
LINE = 15.0
Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Dot:
    """One measurement at a moment in years."""

    at: float
    value: float
    is_filled: bool
    words: str
    sigma: float | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One way. `start` and `goal` are (year, value); the expected line needs both. `is_log`: a steady way is steady in powers."""

    label: str
    look: Look
    words: str
    start: tuple[float, float] | None = None
    goal: tuple[float, float] | None = None
    dots: tuple[Dot, ...] = ()
    is_log: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A value that all tracks can be held against, drawn across; `is_firm`: drawn without gaps."""

    value: float
    words: str
    is_firm: bool = True


def trajectories_svg(
    tracks: Sequence[Track], levels: Sequence[Level], *, title: str, unit: str, now: float, now_words: str, heading: str = "", footer: str = "",
    legend: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The tracks on one axis. `legend` names what occurs, as (kind, words); kinds: start, goal, steady, evidenced, claimed, bar.

    Empty when nothing of it has a year.
    """
    spots = [spot for track in tracks for spot in (track.start, track.goal) if spot is not None]
    dots = [dot for track in tracks for dot in track.dots]
    years = [x for x, _y in spots] + [dot.at for dot in dots]
    if not years:
        return ""
    first, last = math.floor(min(years)), math.ceil(max(*years, now))
    values = [y for _x, y in spots] + [dot.value for dot in dots] + [level.value for level in levels]
    values += [dot.value + sign * dot.sigma for dot in dots if dot.sigma for sign in (1, -1) if dot.value + sign * dot.sigma > 0 or min(values) <= 0]
    axis = _axis(values)
    parts, y = [], 2.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    y += 8 if heading else 0
    drawn, y = _legend(legend, y)
    parts.append(drawn)
    top, bottom = y + 26, y + 26 + TALL

    def x_of(year: float) -> float:
        return LEFT + 12 + (WIDTH - LEFT - RIGHT - 24) * (year - first) / max(1, last - first)

    def y_of(value: float) -> float:
        return axis.place(max(value, axis.low) if axis.log else value, bottom, top)

    parts.append(_frame(axis, unit, first, last, top, bottom, x_of, y_of))
    if first <= now <= last:
        x = number(x_of(now))
        parts.append(f'<path class="fig-today" d="M{x} {number(top - 6)}V{number(bottom)}"/><text class="fig-text fig-quiet" x="{x}" y="{number(top - 10)}" text-anchor="middle">{text(now_words)}</text>')
    heights = [y_of(level.value) for level in levels]
    for level, at, label_at in zip(levels, heights, _beside(heights), strict=True):
        gaps = "" if level.is_firm else ' stroke-dasharray="7 5"'
        parts.append(f'<path class="fig-lead is-strong"{gaps} d="M{LEFT} {number(at)}H{number(WIDTH - RIGHT)}"/>')
        parts.append(f'<text class="fig-text fig-small fig-halo" x="{number(LEFT + 8)}" y="{number(label_at)}">{text(level.words)}</text>')
    ends = [_end(track) for track in tracks]
    label_ys = spread([y_of(end[1]) + 4 if end else bottom for end in ends], top + 4, bottom)
    parts += [_line(track, x_of, y_of) for track in tracks]
    parts += [_track(track, end, at, x_of, y_of) for track, end, at in zip(tracks, ends, label_ys, strict=True) if end is not None]
    y = bottom + 30
    for line in wrapped(footer, 130):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 4)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _axis(values: Sequence[float]) -> Axis:
    """From zero or near the values; in powers between a 1, 2 or 5 of a power of ten on each side over more than a factor of ten."""
    low, high = min(values), max(values)
    if low <= 0 or high / low <= LOG_FROM:
        return axis_for(values)
    steps = [lead * 10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for lead in (1, 2, 5)]
    first, last = max(step for step in steps if step <= low * (1 + 1e-9)), min(step for step in steps if step >= high * (1 - 1e-9))
    within = [step for step in steps if first <= step <= last]
    powers = [step for step in within if abs(math.log10(step) - round(math.log10(step))) < 1e-9]
    return Axis(min(first, low), max(last, high), log=True, marks=tuple(powers if len(powers) > 2 else within))


def _beside(heights: Sequence[float]) -> list[float]:
    """Where the words of a line across stand: above it, or below it when another line runs too near above."""
    placed = [0.0] * len(heights)
    before = -math.inf
    for place in sorted(range(len(heights)), key=lambda one: heights[one]):
        placed[place] = heights[place] + (LINE - 1 if heights[place] - before < LINE + 5 else -5)
        before = heights[place]
    return placed


def spread(heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights for labels, near the given ones but a line apart, in the same order."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed = [0.0] * len(heights)
    least = top
    for place in order:
        placed[place] = max(heights[place], least)
        least = placed[place] + LINE
    most = bottom
    for place in reversed(order):
        placed[place] = min(placed[place], most)
        most = placed[place] - LINE
    return placed


def _end(track: Track) -> tuple[float, float] | None:
    """What the label stands beside: the goal, else the last measurement, else the baseline."""
    if track.goal is not None:
        return track.goal
    if track.dots:
        return track.dots[-1].at, track.dots[-1].value
    return track.start


def _frame(axis: Axis, unit: str, first: int, last: int, top: float, bottom: float, x_of: Place, y_of: Place) -> str:
    note = f"{unit}, log" if axis.log else unit
    parts = [f'<text class="fig-text fig-quiet" x="0" y="{number(top - 10)}">{text(note)}</text>']
    for value in axis.marks:
        at = number(y_of(value))
        parts.append(f'<path class="fig-line" d="M{LEFT} {at}H{number(WIDTH - RIGHT)}"/><text class="fig-text fig-quiet" x="{number(LEFT - 8)}" y="{at}" dy="4" text-anchor="end">{tick_words(value)}</text>')
    every = next((step for step in (1, 2, 5, 10, 20) if (last - first) / step <= 12), 50)
    for year in range(first, last + 1):
        x = number(x_of(year))
        parts.append(f'<path class="fig-axis" d="M{x} {number(bottom)}v4"/>')
        if year % every == 0:
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{number(bottom + 18)}" text-anchor="middle">{year}</text>')
    parts.append(f'<path class="fig-axis" d="M{LEFT} {number(bottom)}H{number(WIDTH - RIGHT)}"/>')
    return "".join(parts)


def _line(track: Track, x_of: Place, y_of: Place) -> str:
    """What a steady way would be: a straight line, or one that is straight in powers, whichever the target counts by."""
    if track.start is None or track.goal is None:
        return ""
    (x0, y0), (x1, y1) = track.start, track.goal
    way = []
    for step in range(STEPS + 1):
        share = step / STEPS
        value = y0 * (y1 / y0) ** share if track.is_log else y0 + (y1 - y0) * share
        way.append(f"{number(x_of(x0 + (x1 - x0) * share))} {number(y_of(value))}")
    return f'<path class="fig-series hue-{track.look.hue % HUES}" stroke-opacity=".55" stroke-dasharray="2 4" d="M{"L".join(way)}"/>'


def _track(track: Track, end: tuple[float, float], label_at: float, x_of: Place, y_of: Place) -> str:
    hue = track.look.hue % HUES
    parts = []
    if track.start is not None:
        parts.append(f'<circle class="fig-way-start hue-{hue}" cx="{number(x_of(track.start[0]))}" cy="{number(y_of(track.start[1]))}" r="4"/>')
    if track.goal is not None:
        parts.append(f'<path class="fig-way-tip hue-ink-{hue}" d="M{number(x_of(track.goal[0]) + 6)} {number(y_of(track.goal[1]))}l-11-6v12z"/>')
    column = WIDTH - RIGHT + 16
    parts.append(f'<path class="fig-line" d="M{number(x_of(end[0]) + 9)} {number(y_of(end[1]))}L{number(column - 4)} {number(label_at - 4)}"/>')
    label = track.label if len(track.label) <= 28 else track.label[:27].rstrip() + "…"
    parts.append(f'<text class="fig-text hue-ink-{hue}" x="{number(column)}" y="{number(label_at)}">{text(label)}</text><title>{text(track.words)}</title>')
    way = f'<a class="fig-link" href="{text(track.url)}" aria-label="{text(track.words)}">{"".join(parts)}</a>' if track.url else f"<g>{''.join(parts)}</g>"
    return way + "".join(_dot(dot, track.look, x_of, y_of) for dot in track.dots)


def _dot(dot: Dot, look: Look, x_of: Place, y_of: Place) -> str:
    x, y = number(x_of(dot.at)), number(y_of(dot.value))
    bar = ""
    if dot.sigma:
        high, low = number(y_of(dot.value + dot.sigma)), number(y_of(dot.value - dot.sigma))
        bar = f'<path class="fig-tick hue-{look.hue % HUES}" d="M{x} {low}V{high}M{x} {low}m-5 0h10M{x} {high}m-5 0h10"/>'
    drawn = f'{bar}<g transform="translate({x} {y})">{plain_mark(look, is_filled=dot.is_filled)}<title>{text(dot.words)}</title></g>'
    return f'<a class="fig-link" href="{text(dot.url)}" aria-label="{text(dot.words)}">{drawn}</a>' if dot.url else drawn


def plain_mark(look: Look, *, is_filled: bool) -> str:
    """The mark of somebody around (0, 0), filled or hollow."""
    hollow = "" if is_filled else " hollow"
    return SHAPES[look.shape % len(SHAPES)].format(f' class="fig-mark hue-{look.hue % HUES}{hollow}"')


def _legend(legend: Sequence[tuple[str, str]], y: float) -> tuple[str, float]:
    samples = {
        "start": '<circle class="fig-way-start hue-0" r="4"/>',
        "goal": '<path class="fig-way-tip hue-ink-0" d="M6 0-5-6v12z"/>',
        "steady": '<path class="fig-series hue-0" stroke-opacity=".55" stroke-dasharray="2 4" d="M-11 0H11"/>',
        "evidenced": plain_mark(Look(0, 0), is_filled=True),
        "claimed": plain_mark(Look(0, 0), is_filled=False),
        "bar": '<path class="fig-tick hue-0" d="M0-7V7M-5-7H5M-5 7H5"/>',
    }
    parts, x = [], 0.0
    for kind, words in legend:
        wide = 30 + 6.3 * len(words) + 20
        if x + wide > WIDTH:
            x, y = 0.0, y + 20
        parts.append(f'<g transform="translate({number(x + 12)} {number(y + 12)})">{samples[kind]}</g><text class="fig-text fig-quiet" x="{number(x + 30)}" y="{number(y + 16)}">{text(words)}</text>')
        x += wide
    return "".join(parts), y + (28 if legend else 0)
