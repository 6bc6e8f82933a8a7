"""Dark periods on a time axis, no sharper than the dates are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.svg import number, text


@dataclass(frozen=True, slots=True)
class Dark:
    """One dark period: certain between the two inner days, possible between the outer ones.

    `possible_end` None: no end is published, the bar fades out.
    """

    label: str
    possible_start: dt.date
    certain_start: dt.date
    certain_end: dt.date | None
    possible_end: dt.date | None
    url: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One facility with its dark periods."""

    label: str
    url: str
    periods: tuple[Dark, ...]


def timeline_svg(lanes: Sequence[Lane], *, title: str, today: dt.date, first: int, last: int) -> str:
    """Lanes over the years `first` to `last` (included); a line marks today."""
    left, width, step, top = 150, 1000, 30, 30
    height = top + step * len(lanes) + 12
    inner = width - left - 10
    begin = dt.date(first, 1, 1).toordinal()
    end = dt.date(last + 1, 1, 1).toordinal()

    def x_of(day: dt.date) -> float:
        return left + inner * min(1.0, max(0.0, (day.toordinal() - begin) / (end - begin)))

    parts = [f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{text(title)}">']
    every = 1 if last - first < 14 else 2
    for year in range(first, last + 2):
        x = number(x_of(dt.date(year, 1, 1)))
        parts.append(f'<path class="fig-line" d="M{x} {top - 6}V{height - 6}"/>')
        if year <= last and (year - first) % every == 0:
            parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{top - 12}" dx="3">{year}</text>')
    for row, lane in enumerate(lanes):
        y = top + row * step
        parts.append(f'<path class="fig-line" d="M{left} {y + 12}h{inner}"/>')
        parts.append(
            f'<a class="fig-link" href="{text(lane.url)}"><text class="fig-text fig-strong" x="{left - 10}" '
            f'y="{y + 16}" text-anchor="end">{text(lane.label)}</text></a>'
        )
        parts.extend(_period(dark, y, x_of, width) for dark in lane.periods)
    if first <= today.year <= last:
        x = number(x_of(today))
        parts.append(f'<path class="fig-today" d="M{x} {top - 6}V{height - 6}"/>')
    return "".join([*parts, "</svg>"])


def _period(dark: Dark, y: int, x_of: object, width: int) -> str:
    assert callable(x_of)  # noqa: S101  the closure above
    outer = x_of(dark.possible_start), x_of(dark.possible_end) if dark.possible_end else float(width - 10)
    inner = x_of(dark.certain_start), x_of(dark.certain_end) if dark.certain_end else x_of(dark.certain_start)
    name = f"{dark.label}. {dark.hint}" if dark.hint else dark.label
    shapes = [
        (
            f'<rect class="fig-dark-soft" x="{number(outer[0])}" y="{y + 3}" '
        f'width="{number(max(2.0, outer[1] - outer[0]))}" height="18" rx="2"/>'
        )
    ]
    if inner[1] > inner[0]:
        shapes.append(
            f'<rect class="fig-dark" x="{number(inner[0])}" y="{y + 3}" '
            f'width="{number(inner[1] - inner[0])}" height="18" rx="2"/>'
        )
    return (
        f'<a class="fig-link" href="{text(dark.url)}" aria-label="{text(name)}">{"".join(shapes)}'
        f"<title>{text(name)}</title></a>"
    )
