"""The roadmap of a group as a picture: six layers from the need down to what it takes, and the links between them.

Drawn to be read on a screen, on paper and with the keyboard; where it may be edited, each item says to the script what
it is and where it lies.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.core.figures.series import wrapped
from leaps.core.figures.svg import number, text
from leaps.roadmaps.charting import (
    ALONG,
    ORDER,
    PULL,
    PUSH,
    Chart,
    ItemRow,
    ItemStatus,
    Layer,
    LinkKind,
    LinkRow,
    in_order,
    months,
)

WIDTH, LEFT, RIGHT = 1240.0, 138.0, 12.0
BOX, ROW, LINE = 31.0, 41.0, 13.0
LETTER = 6.05
PAD = 8.0
SMALLEST = 26.0


@dataclass(slots=True)
class _Box:
    item: ItemRow
    x0: float
    x1: float
    lines: list[str]
    is_beside: bool
    row: int = 0
    y: float = 0.0

    @property
    def reach(self) -> float:
        """Where the box with its words ends."""
        return self.x1 + 5 + LETTER * max(map(len, self.lines)) if self.is_beside and self.lines else self.x1


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int

    def x(self, number_of_month: float) -> float:
        """Where a month begins."""
        share = (number_of_month - 12 * self.first) / (12 * (self.last + 1 - self.first))
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, share))

    @property
    def month(self) -> float:
        """How wide a month is."""
        return (WIDTH - LEFT - RIGHT) / (12 * (self.last + 1 - self.first))


def label_of(item: ItemRow) -> str:
    """What stands in the box of an item."""
    if item.trl_now and item.trl_target:
        return f"{item.title} (TRL {item.trl_now}→{item.trl_target})"
    return f"{item.title} (TRL {item.trl_now})" if item.trl_now else item.title


def told(item: ItemRow) -> str:
    """An item in one sentence, for who does not see the picture."""
    parts = [item.title, item.layer_words, item.when or _("no months given"), item.range_words, item.status_words, item.facility_name, item.owner]
    return ", ".join(part for part in parts if part)


def _boxed(item: ItemRow, scale: _Scale) -> _Box:
    if item.start is None or item.end is None:
        x0, x1 = scale.x(12 * scale.first), scale.x(12 * (scale.last + 1))
    else:
        x0, x1 = scale.x(months(item.start)), scale.x(months(item.end) + 1)
        x1 = max(x1, min(x0 + 8, WIDTH - RIGHT))
        x0 = min(x0, x1 - 8)
    words = label_of(item)
    fits = int((x1 - x0 - 2 * PAD) / LETTER)
    lines = wrapped(words, fits) if fits >= 8 else []
    if lines and len(lines) <= 2 and max(map(len, lines)) <= fits:
        return _Box(item, x0, x1, lines, is_beside=False)
    room = int((WIDTH - x1 - 8) / LETTER)
    if room >= 12:
        lines = wrapped(words, min(room, 34))
        return _Box(item, x0, x1, _cut(lines, min(room, 34)), is_beside=True)
    return _Box(item, x0, x1, _cut(wrapped(words, max(fits, 3)), max(fits, 3)), is_beside=False)


def _cut(lines: list[str], most: int) -> list[str]:
    """Two lines at most; what is left out is told by an ellipsis."""
    if len(lines) <= 2 and all(len(line) <= most for line in lines):
        return lines
    kept = [line[:most] for line in lines[:2]]
    kept[-1] = kept[-1][: most - 1].rstrip() + "…"
    return kept


def _packed(boxes: Sequence[_Box], first_row: int) -> int:
    """Rows in which nothing lies on anything else; how many rows there are then."""
    ends: list[float] = []
    for box in sorted(boxes, key=lambda one: (one.x0, one.x1)):
        for row, end in enumerate(ends):
            if box.x0 >= end + 6:
                ends[row], box.row = box.reach, first_row + row
                break
        else:
            box.row = first_row + len(ends)
            ends.append(box.reach)
    return first_row + max(1, len(ends))


def svg(
    chart: Chart, today: dt.date, *, is_editable: bool = False, heading: str = "", footer: str = "", url: Callable[[str], str] | None = None,
    only: Sequence[LinkRow] | None = None,
) -> str:  # fmt: skip
    """The whole roadmap. `url` gives the address of an item by its key. Layers without an item are left out where nobody edits."""
    scale = _Scale(chart.first_year, chart.last_year)
    parts, y = _head(chart, heading)
    top = y + 20
    y = top + 4
    back: list[str] = []
    front: list[str] = []
    boxes: dict[str, _Box] = {}
    bands = []
    for layer, items in chart.layers():
        if not items and not is_editable:
            continue
        lanes: dict[str, list[_Box]] = {}
        for item in in_order(items):
            lanes.setdefault(item.lane, []).append(_boxed(item, scale))
        rows, starts = 0, []
        for lane, found in lanes.items():
            starts.append((lane, rows))
            rows = _packed(found, rows)
        tall = max(ROW * max(1, rows), 15.0 * len(wrapped(str(layer.label), 18)) + 16) + 10
        back.append(f'<rect class="fig-layer hue-{ORDER[layer]}" x="0" y="{number(y)}" width="{number(WIDTH)}" height="{number(tall)}"/>')
        back.append(f'<rect class="fig-layer-edge hue-ink-{ORDER[layer]}" x="0" y="{number(y)}" width="5" height="{number(tall)}"/>')
        front += _band_words(str(layer.label), y)
        for lane, row in starts:
            if lane:
                if row:
                    back.append(f'<path class="fig-line" d="M{number(LEFT - 6)} {number(y + 5 + ROW * row)}H{number(WIDTH)}"/>')
                front.append(
                    f'<text class="fig-text fig-quiet" x="{number(LEFT - 10)}" y="{number(y + 5 + ROW * row + 25 + (18 if row == 0 else 0))}" text-anchor="end">{text(lane[:20])}</text>'
                )
        for found in lanes.values():
            for box in found:
                box.y = y + 5 + ROW * box.row + (ROW - BOX) / 2
                boxes[box.item.key] = box
        bands.append((layer.value, y, y + tall))
        y += tall + 5
    bottom = y - 5
    parts += back
    parts.append(_years(scale, top, bottom))
    if scale.first <= today.year <= scale.last:
        x = number(scale.x(months(today) + today.day / 31))
        parts.append(f'<path class="fig-today" d="M{x} {number(top - 4)}V{number(bottom)}"/><text class="fig-text fig-quiet fig-now" x="{x}" y="{number(bottom + 15)}" text-anchor="middle">{text(_("today"))}</text>')
    parts += front
    parts += [_tie(chart, link, boxes) for link in (chart.links if only is None else only)]
    parts += [_item(boxes[item.key], is_editable, url, scale) for _layer, items in chart.layers() for item in items if item.key in boxes]
    y = bottom + 22
    for line in wrapped(footer, 170):
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y + 12)}">{text(line)}</text>')
        y += 17
    edit = ""
    if is_editable:
        layers = " ".join(f"{name}:{number(low)}:{number(high)}" for name, low, high in bands)
        edit = f' data-first="{12 * scale.first}" data-months="{12 * (scale.last + 1 - scale.first)}" data-month="{scale.month:.4f}" data-left="{number(LEFT)}" data-bands="{layers}"'
    return f'<svg class="roadmap-chart" viewBox="0 0 {number(WIDTH)} {math.ceil(y + 4)}" role="group" aria-label="{text(chart.title)}"{edit}>{"".join(parts)}</svg>'


def _band_words(label: str, y: float) -> list[str]:
    lines = wrapped(label[:1].upper() + label[1:], 18)
    return [f'<text class="fig-text fig-strong" x="13" y="{number(y + 21 + 15 * place)}">{text(line)}</text>' for place, line in enumerate(lines)]


def _years(scale: _Scale, top: float, bottom: float) -> str:
    every = next(step for step in (1, 2, 5, 10) if (scale.last - scale.first + 1) / step <= 20)
    parts = []
    for year in range(scale.first, scale.last + 2):
        x = scale.x(12 * year)
        parts.append(f'<path class="fig-line" d="M{number(x)} {number(top - 4)}V{number(bottom)}"/>')
        if year <= scale.last and (year - scale.first) % every == 0:
            parts.append(f'<text class="fig-text fig-strong" x="{number(x + 4)}" y="{number(top - 6)}">{year}</text>')
    return "".join(parts)


def _item(box: _Box, is_editable: bool, url: Callable[[str], str] | None, scale: _Scale) -> str:
    item, y = box.item, box.y
    parts = []
    low = scale.x(months(item.start_low)) if item.start_low else box.x0
    high = scale.x(months(item.end_high) + 1) if item.end_high else box.x1
    if low < box.x0 or high > box.x1:
        parts.append(f'<rect class="fig-box-soft hue-{ORDER[item.layer]}" x="{number(low)}" y="{number(y + 8)}" width="{number(high - low)}" height="{number(BOX - 16)}" rx="3"/>')
    state = " is-timeless" if item.start is None else ""
    place = f'x="{number(box.x0)}" y="{number(y)}" width="{number(box.x1 - box.x0)}" height="{number(BOX)}" rx="4"'
    parts.append(f'<rect class="fig-box-base" {place}/><rect class="fig-box hue-{ORDER[item.layer]} is-{item.status}{state}" {place}/>')
    first = y + BOX / 2 + 4.3 - LINE / 2 * (len(box.lines) - 1)
    x = box.x1 + 5 if box.is_beside else box.x0 + PAD
    halo = " fig-halo" if box.is_beside else ""
    struck = " is-struck" if item.status == "dropped" else ""
    parts += [f'<text class="fig-text fig-small{halo}{struck}" x="{number(x)}" y="{number(first + LINE * place)}">{text(line)}</text>' for place, line in enumerate(box.lines)]
    words = told(item)
    title = f"<title>{text(words)}</title>"
    if is_editable:
        begin, end = (months(item.start), months(item.end)) if item.start and item.end else ("", "")
        grips = "" if item.start is None else "".join(
            f'<rect class="fig-grip-end" data-edge="{edge}" x="{number(at)}" y="{number(y)}" width="7" height="{number(BOX)}"/>'
            for edge, at in (("start", box.x0 - 2), ("end", box.x1 - 5))
        )
        return (
            f'<g class="fig-item" id="item-{text(item.key)}" data-key="{text(item.key)}" data-version="{item.version}" data-layer="{item.layer}" data-start="{begin}" data-end="{end}" '
            f'data-y="{number(y)}" tabindex="0" role="button" aria-label="{text(words)}">{"".join(parts)}{grips}{title}</g>'
        )
    if url is not None:
        return f'<a class="fig-link" href="{text(url(item.key))}" aria-label="{text(words)}">{"".join(parts)}{title}</a>'
    return f"<g>{''.join(parts)}{title}</g>"


def _tie(chart: Chart, link: LinkRow, boxes: dict[str, _Box]) -> str:
    """A line from one box to the other with a tip; from below upwards a push, from above downwards a pull."""
    before, after = boxes.get(link.before), boxes.get(link.after)
    if before is None or after is None:
        return ""
    way = chart.direction(link)
    style = f"fig-tie is-{way} is-{link.kind} is-{link.strength}"
    names = {PULL: _("pulls"), PUSH: _("pushes"), ALONG: _("leads to")}
    words = f"{before.item.title} {link.kind_words} {after.item.title} ({names[way]})"
    if way == ALONG:
        x0, y0, x1, y1 = before.x1, before.y + BOX / 2, after.x0, after.y + BOX / 2
        if x1 < x0 + 12 and abs(y1 - y0) > 1:
            x0, y0 = before.x1 - 10, before.y + (BOX if y1 > y0 else 0)
            x1, y1 = after.x0 + 10, after.y + (0 if y1 > y0 else BOX)
            path = f"M{number(x0)} {number(y0)}C{number(x0)} {number((y0 + y1) / 2)} {number(x1)} {number((y0 + y1) / 2)} {number(x1)} {number(y1)}"
            tip = _tip(x1, y1, 1 if y1 > y0 else -1)
        else:
            bend = max(10.0, min(40.0, (x1 - x0) / 2))
            path = f"M{number(x0)} {number(y0)}C{number(x0 + bend)} {number(y0)} {number(x1 - bend)} {number(y1)} {number(x1 - 4)} {number(y1)}"
            tip = f"M{number(x1)} {number(y1)}l-7-3.6v7.2z"
    else:
        down = way == PULL
        x0, x1 = _nearest(before, after)
        y0 = before.y + (BOX if down else 0)
        y1 = after.y + (0 if down else BOX)
        bend = max(14.0, abs(y1 - y0) / 2)
        toward = bend if down else -bend
        stop = y1 - 5 if down else y1 + 5
        path = f"M{number(x0)} {number(y0)}C{number(x0)} {number(y0 + toward)} {number(x1)} {number(y1 - toward)} {number(x1)} {number(stop)}"
        tip = _tip(x1, y1, 1 if down else -1)
    return f'<g class="{style}"><title>{text(words)}</title><path class="fig-tie-line" d="{path}"/><path class="fig-tie-tip" d="{tip}"/></g>'


def _tip(x: float, y: float, down: int) -> str:
    return f"M{number(x)} {number(y)}l-3.6 {-7 * down}h7.2z"


def _nearest(before: _Box, after: _Box) -> tuple[float, float]:
    """Where a line leaves one box and enters the other: straight up or down where they overlap in time."""
    low, high = max(before.x0, after.x0) + 6, min(before.x1, after.x1) - 6
    if low <= high:
        x = low + min(18.0, (high - low) / 2)
        return x, x
    return (before.x1 - 6, after.x0 + 6) if before.x0 + before.x1 < after.x0 + after.x1 else (before.x0 + 6, after.x1 - 6)


def _head(chart: Chart, heading: str) -> tuple[list[str], float]:
    """The heading and what lines and boxes mean; only of what occurs."""
    parts, y = [], 0.0
    for line in wrapped(heading, 110):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    ways = {chart.direction(link) for link in chart.links}
    kinds = {link.kind for link in chart.links}
    states = {item.status for item in chart.items}
    samples: list[tuple[str, str]] = []
    line = '<g class="fig-tie {0}"><path class="fig-tie-line" d="M-8 0H9"/><path class="fig-tie-tip" d="M15 0l-7-3.6v7.2z"/></g>'
    for way, words in ((PULL, _("a need pulls")), (PUSH, _("a technology pushes")), (ALONG, _("comes before"))):
        if way in ways:
            samples.append((line.format(f"is-{way} is-enables is-2"), words))
    samples += [(line.format(f"is-along is-{kind} is-2"), str(kind.label)) for kind in (LinkKind.COMPETES, LinkKind.INFORMS) if kind in kinds]
    box = '<rect class="fig-box hue-0 is-{0}" x="-8" y="-6" width="24" height="12" rx="3"/>'
    samples += [(box.format(state.value), str(state.label)) for state in ItemStatus if state in states]
    if any(item.start_low or item.end_high for item in chart.items):
        samples.append(('<rect class="fig-box-soft hue-0" x="-8" y="-4" width="24" height="8" rx="3"/>', _("may take")))
    x = LEFT
    if samples:
        y += 20 if heading else 16
    for drawn, words in samples:
        wide = 30 + LETTER * len(words) + 16
        if x + wide > WIDTH:
            x, y = LEFT, y + 19
        parts.append(f'<g transform="translate({number(x + 8)} {number(y - 4)})">{drawn}</g><text class="fig-text fig-quiet" x="{number(x + 28)}" y="{number(y)}">{text(words)}</text>')
        x += wide
    return parts, y + 8


def strip(item: ItemRow, first_year: int, last_year: int) -> str:
    """When an item is, as a small strip for lists; empty without months."""
    if item.start is None or item.end is None:
        return ""
    begin, whole = 12 * first_year, 12 * (last_year + 1 - first_year)

    def x(number_of_month: int) -> float:
        return 300 * min(1.0, max(0.0, (number_of_month - begin) / whole))

    low, high = x(months(item.start)), x(months(item.end) + 1)
    return (
        f'<svg class="strip" viewBox="0 0 300 10" role="img" aria-label="{text(item.when)}" preserveAspectRatio="none"><rect class="fig-track" width="300" height="10" rx="3"/>'
        f'<rect class="fig-strip hue-ink-{ORDER[item.layer]}" x="{number(low)}" width="{number(max(4.0, high - low))}" height="10" rx="3"/></svg>'
    )


def picture(chart: Chart) -> str:
    """The roadmap in small, without words: for the list of roadmaps."""
    wide, tall, rows = 420.0, 120.0, 0
    begin, whole = 12 * chart.first_year, 12 * (chart.last_year + 1 - chart.first_year)
    found: list[tuple[int, ItemRow]] = []
    for _layer, items in chart.layers():
        ends: list[int] = []
        for item in in_order(one for one in items if one.start is not None):
            assert item.start is not None and item.end is not None  # noqa: S101, PT018  both or neither
            row = next((n for n, end in enumerate(ends) if months(item.start) > end), len(ends))
            if row == len(ends):
                ends.append(0)
            ends[row] = months(item.end)
            found.append((rows + row, item))
        rows += len(ends)
    step = min(14.0, (tall - 8) / max(1, rows))
    bars = []
    for row, item in found:
        assert item.start is not None and item.end is not None  # noqa: S101, PT018  see above
        low = wide * min(1.0, max(0.0, (months(item.start) - begin) / whole))
        high = wide * min(1.0, max(0.0, (months(item.end) + 1 - begin) / whole))
        bars.append(f'<rect class="fig-strip hue-ink-{ORDER[item.layer]}" x="{number(low)}" y="{number(4 + step * row)}" width="{number(max(3.0, high - low))}" height="{number(step * 0.7)}" rx="1.5"/>')
    return f'<svg viewBox="0 0 {number(wide)} {number(tall)}" role="img" aria-label="{text(_("The roadmap in small"))}">{"".join(bars)}</svg>'


def layers_with(items: Iterable[ItemRow]) -> list[Layer]:
    """The layers that have an item."""
    found = {item.layer for item in items}
    return [layer for layer in Layer if layer in found]
