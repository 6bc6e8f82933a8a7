"""Horizontal bars: parts of a whole, and a plain share."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.svg import number, text


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: how much, the class that styles it, and its words."""

    amount: int
    style: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its label on the left and a note on the right."""

    label: str
    parts: tuple[Part, ...]
    note: str = ""


def parts_svg(bars: Sequence[Bar], *, title: str) -> str:
    """Bars of equal length, each divided by the share of its parts; a bar of nothing stays a line."""
    left, right, width, step, top = 170, 150, 1000, 30, 8
    height = top + step * len(bars) + 4
    inner = width - left - right
    drawn = [f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{text(title)}">']
    for row, bar in enumerate(bars):
        y = top + row * step
        total = sum(part.amount for part in bar.parts)
        drawn.append(f'<text class="fig-text" x="{left - 12}" y="{y + 14}" text-anchor="end">{text(bar.label)}</text>')
        x = float(left)
        if not total:
            drawn.append(f'<path class="fig-line" d="M{left} {y + 9}h{inner}"/>')
        for part in bar.parts:
            if not part.amount:
                continue
            wide = inner * part.amount / total
            drawn.append(
                f'<rect class="{text(part.style)}" x="{number(x)}" y="{y}" width="{number(max(1.5, wide - 1))}" height="18">'
                f"<title>{text(part.words)}</title></rect>"
            )
            x += wide
        note = f'<text class="fig-text fig-quiet" x="{width - right + 10}" y="{y + 14}">{text(bar.note)}</text>'
        drawn.append(note)
    return "".join([*drawn, "</svg>"])


def share_svg(share: float) -> str:
    """A small bar for a table cell: the share of 1 that is filled. The number stands beside it."""
    filled = number(100 * min(1.0, max(0.0, share)))
    return (
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="fig-track" width="100" height="8"/>'
        f'<rect class="fig-bar" width="{filled}" height="8"/></svg>'
    )
