"""Flows from column to column, as wide as they are strong: a chain, or a Sankey diagram.

What is shown by evidence is filled; what is only claimed is hollow with a dashed edge.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.series import WIDTH, wrapped
from leaps.core.figures.svg import number, text

LINE, GAP, BAR, HEAD = 16.0, 9.0, 9.0, 26.0


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in a column; `tone` is a class of its bar, `is_missing` marks a link that leads nowhere."""

    key: str
    column: int
    label: str
    url: str = ""
    tone: str = ""
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A flow between two nodes of neighbouring columns. `words` are for a pointer."""

    source: str
    target: str
    width: float
    is_shown: bool
    words: str


@dataclass(slots=True)
class _Place:
    x: float
    y: float
    tall: float
    lines: list[str]
    left: float = 0.0
    right: float = 0.0


def flows_svg(heads: Sequence[str], nodes: Sequence[Node], bands: Sequence[Band], *, title: str, shares: Sequence[float], unit: float = 0.0, heading: str = "", footer: str = "") -> str:
    """Nodes stand in the order they are given. `shares` are the widths of the columns (their sum is the width).

    `unit` is the height of a flow of 1 in pixels; 0 chooses one that keeps the highest column near 620 pixels.
    """
    if not bands:
        return ""
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for band in bands:
        out[band.source] += band.width
        into[band.target] += band.width
    lefts = [WIDTH * sum(shares[:place]) / sum(shares) for place in range(len(shares))]
    most = [int((WIDTH * share / sum(shares) - BAR - 28) / 6.9) for share in shares]
    columns: list[list[Node]] = [[node for node in nodes if node.column == place] for place in range(len(shares))]
    size = {node.key: max(into[node.key], out[node.key]) for node in nodes}
    if not unit:
        unit = min((560 / max(0.01, sum(size[n.key] for n in column)) for column in columns if column), default=1.0)
    top = 4.0
    parts: list[str] = []
    for words in wrapped(heading, 88):
        top += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(top)}">{text(words)}</text>')
    top += HEAD
    parts += [f'<text class="fig-text fig-strong" x="{number(left)}" y="{number(top - 9)}">{text(head)}</text>' for left, head in zip(lefts, heads, strict=True)]
    places: dict[str, _Place] = {}
    tallest = 0.0
    for column, left, letters in zip(columns, lefts, most, strict=True):
        y = top
        for node in column:
            lines = wrapped(node.label, max(8, letters))
            tall = max(size[node.key] * unit, LINE * len(lines))
            places[node.key] = _Place(left, y, tall, lines)
            y += tall + GAP
        tallest = max(tallest, y)
    for column, left in zip(columns, lefts, strict=True):  # lower columns stand in the middle of the highest
        used = sum(places[n.key].tall + GAP for n in column)
        for node in column:
            places[node.key].y += (tallest - top - used) / 2
            places[node.key].x = left
    parts += _bands(nodes, bands, places, unit, lefts)
    parts += [_node(node, places[node.key]) for node in nodes]
    y = tallest + 4
    for words in wrapped(footer, 150):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(words)}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {math.ceil(y + 8)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _bands(nodes: Sequence[Node], bands: Sequence[Band], places: dict[str, _Place], unit: float, lefts: Sequence[float]) -> list[str]:
    order = {node.key: place for place, node in enumerate(nodes)}
    column = {node.key: node.column for node in nodes}
    label = {node.key: 12 + 6.9 * max((len(line) for line in places[node.key].lines), default=0) for node in nodes}
    drawn = []
    for band in sorted(bands, key=lambda b: (order[b.source], order[b.target])):
        a, b = places[band.source], places[band.target]
        wide = max(1.2, band.width * unit)
        room = sum(max(1.2, other.width * unit) for other in bands if other.source == band.source)
        y0 = a.y + (a.tall - room) / 2 + a.right + wide / 2
        a.right += wide
        room = sum(max(1.2, other.width * unit) for other in bands if other.target == band.target)
        y1 = b.y + (b.tall - room) / 2 + b.left + wide / 2
        b.left += wide
        x0 = a.x + BAR + min(label[band.source], (lefts[column[band.source] + 1] if column[band.source] + 1 < len(lefts) else WIDTH) - a.x - BAR - 34)
        x1 = b.x
        bend = (x0 + x1) / 2
        half = wide / 2
        path = (
            f"M{number(x0)} {number(y0 - half)}C{number(bend)} {number(y0 - half)} {number(bend)} {number(y1 - half)} {number(x1)} {number(y1 - half)}"
            f"V{number(y1 + half)}C{number(bend)} {number(y1 + half)} {number(bend)} {number(y0 + half)} {number(x0)} {number(y0 + half)}Z"
        )
        claimed = "" if band.is_shown else " is-claimed"
        drawn.append(f'<path class="fig-flow{claimed}" d="{path}"><title>{text(band.words)}</title></path>')
    return drawn


def _node(node: Node, place: _Place) -> str:
    tone = f" {node.tone}" if node.tone else ""
    missing = " is-missing" if node.is_missing else ""
    bar = f'<rect class="fig-node{tone}{missing}" x="{number(place.x)}" y="{number(place.y)}" width="{number(BAR)}" height="{number(place.tall)}" rx="2"/>'
    first = place.y + place.tall / 2 - LINE * (len(place.lines) - 1) / 2 + 4.5
    strong = " fig-missing" if missing else ""
    words = "".join(
        f'<text class="fig-text fig-halo{strong}" x="{number(place.x + BAR + 6)}" y="{number(first + LINE * row)}">{text(line)}</text>' for row, line in enumerate(place.lines)
    )
    return f'<a class="fig-link" href="{text(node.url)}">{bar}{words}</a>' if node.url else f"<g>{bar}{words}</g>"
