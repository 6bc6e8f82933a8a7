"""When milestones may come: their range by the draws, and how the end of the chain is spread."""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.core.figures.series import wrapped
from leaps.core.figures.svg import number, text
from leaps.roadmaps import dates
from leaps.roadmaps.chances import Chances

WIDTH, LEFT, RIGHT, STEP, TALL = 1000.0, 250.0, 20.0, 38.0, 150.0


def month_words(count: float) -> str:
    """The month in which a day lies, counted in months from the year 0."""
    return date_format(dates.day_at(count), "M Y")


def chances_svg(found: Chances, *, title: str, heading: str = "", footer: str = "") -> str:
    """A row for each milestone from its 1st to its 99th percentile, thick to P80, with its date; below, the end as bars."""
    due = [dates.months(one.row.last) for one in found.rows if one.row.last]
    low, high = min([*due, *(one.quantiles[0] for one in found.rows)]), max([*due, *(one.quantiles[-1] for one in found.rows)])
    first, last = math.floor(low / 12), math.ceil(high / 12 + 0.01)
    scale = (WIDTH - LEFT - RIGHT) / (12 * (last - first))

    def x_of(count: float) -> float:
        return LEFT + min(max(count - 12 * first, 0.0), 12.0 * (last - first)) * scale

    parts, y = [], 0.0
    for line in wrapped(heading, 88):
        y += 22
        parts.append(f'<text class="fig-text fig-title" x="0" y="{number(y)}">{text(line)}</text>')
    y += 20
    parts.append(_legend(y))
    top = y + 34
    bottom = top + STEP * len(found.rows) + (TALL + 24 if float(found.end.std()) > 1e-6 else 0)
    every = next(step for step in (1, 2, 5, 10) if (last - first) / step <= 14)
    for year in range(first, last + 1):
        x = x_of(12 * year)
        parts.append(f'<path class="fig-line" d="M{number(x)} {number(top - 6)}V{number(bottom)}"/>')
        if year < last and (year - first) % every == 0:
            parts.append(f'<text class="fig-text fig-quiet" x="{number(x)}" y="{number(top - 12)}" dx="3">{year}</text>')
    for place, one in enumerate(found.rows):
        parts.append(_row(one.row.title, one.quantiles, (one.p50, one.p80, one.p95), one.row.last, one.row.due_words, top + STEP * (place + 0.5), x_of))
    if float(found.end.std()) > 1e-6:
        name = next(one.row.title for one in found.rows if one.row.slug == found.last)
        parts.append(_bars(found, name, top + STEP * len(found.rows) + 24, x_of))
    y = bottom + 4
    for line in wrapped(footer, 140):
        y += 17
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(y)}">{text(line)}</text>')
    return f'<svg viewBox="0 0 {WIDTH:g} {math.ceil(y + 8)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _legend(y: float) -> str:
    parts, x = [], LEFT
    for shape, words in (
        ('<path class="fig-band" d="M-10 0H10M-10-4v8M10-4v8"/>', _("98 of 100 draws")), ('<rect class="hue-ink-0" x="-10" y="-4" width="20" height="8"/>', _("P50 to P80")),
        ('<circle class="fig-mark hue-0 is-exact" r="5"/>', _("P50, as likely earlier as later")), ('<path class="fig-stone is-ahead" d="M0-6 6 0 0 6-6 0z"/>', _("date on record")),
    ):  # fmt: skip
        parts.append(f'<g transform="translate({number(x + 10)} {number(y - 4)})">{shape}</g><text class="fig-text fig-quiet" x="{number(x + 26)}" y="{number(y)}">{text(words)}</text>')
        x += 50 + 6.2 * len(words)
    return "".join(parts)


def _row(title: str, quantiles: Sequence[float], told: tuple[float, float, float], due: dt.date | None, due_words: str, y: float, x_of: object) -> str:
    assert callable(x_of)  # noqa: S101  the closure above
    p50, p80, p95 = told
    low, mid, eighty, high = (x_of(value) for value in (quantiles[0], p50, p80, quantiles[-1]))
    words = _("%(title)s: P50 %(a)s, P80 %(b)s, P95 %(c)s") % {"title": title, "a": month_words(p50), "b": month_words(p80), "c": month_words(p95)}
    lines = wrapped(title, 36)[:2]
    if len(wrapped(title, 36)) > 2:
        lines[1] = lines[1][:34].rstrip() + "…"
    label = "".join(
        f'<text class="fig-text" x="{number(LEFT - 14)}" y="{number(y + 4 - 8 * (len(lines) - 1) + 16 * place)}" text-anchor="end">{text(line)}</text>'
        for place, line in enumerate(lines)
    )
    mark = ""
    if due is not None:
        mark = f'<g transform="translate({number(x_of(dates.months(due)))} {number(y)})"><path class="fig-stone is-ahead" d="M0-7 7 0 0 7-7 0z"/><title>{text(_("date on record: %(due)s") % {"due": due_words})}</title></g>'
    return (
        f'{label}<g role="img" aria-label="{text(words)}"><title>{text(words)}</title>'
        f'<path class="fig-band" d="M{number(low)} {number(y)}H{number(high)}M{number(low)} {number(y - 5)}v10M{number(high)} {number(y - 5)}v10"/>'
        f'<rect class="hue-ink-0" x="{number(mid)}" y="{number(y - 5)}" width="{number(max(1.0, eighty - mid))}" height="10"/>'
        f'<circle class="fig-mark hue-0 is-exact" cx="{number(mid)}" cy="{number(y)}" r="5"/></g>{mark}'
    )


def _bars(found: Chances, name: str, y: float, x_of: object) -> str:
    """How many of the draws end in which month, on the same years."""
    assert callable(x_of)  # noqa: S101  the closure above
    first, last = math.floor(float(found.end.min())), math.ceil(float(found.end.max()) + 1e-9)
    counts, edges = np.histogram(found.end, bins=np.arange(first, max(last, first + 1) + 1))
    most, bottom = int(counts.max()), y + TALL
    parts = [f'<text class="fig-text fig-strong" x="{number(LEFT - 14)}" y="{number(y + 18)}" text-anchor="end">{text(_("The end, by month"))}</text>']
    parts += [
        f'<text class="fig-text fig-quiet" x="{number(LEFT - 14)}" y="{number(y + 38 + 16 * place)}" text-anchor="end">{text(line)}</text>'
        for place, line in enumerate(wrapped(name, 36)[:3])
    ]
    for count, edge in zip(counts, edges, strict=False):
        if count:
            x, wide, tall = x_of(edge), x_of(edge + 1) - x_of(edge), (TALL - 8) * count / most
            words = _("%(when)s: %(n)s %% of the draws") % {"when": month_words(edge + 0.5), "n": f"{100 * count / len(found.end):.1f}"}
            parts.append(
                f'<rect class="hue-ink-0" x="{number(x)}" y="{number(bottom - tall)}" width="{number(max(0.8, wide - 1))}" height="{number(tall)}"><title>{text(words)}</title></rect>'
            )
    parts.append(f'<path class="fig-axis" d="M{number(LEFT)} {number(bottom)}H{number(WIDTH - RIGHT)}"/>')
    return "".join(parts)
