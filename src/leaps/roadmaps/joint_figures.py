"""Overlaps of dark periods as drawn: who with whom, for how long, and how many instruments are dark at once."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.core.figures.heat import Row, heat_svg
from leaps.core.figures.series import LEFT, WIDTH, axis_for, tick_words
from leaps.core.figures.svg import number, text
from leaps.roadmaps.joint_overlaps import Joint, Pair, month_at

TALL, HEAD, FOOT, RIGHT = 240.0, 40.0, 46.0, 20.0
MOST_PAIRS = 15


def pairs_svg(found: Joint, *, title: str, footer: str = "") -> str:
    """Facilities against facilities: the share of draws in which both are dark together."""
    if not found.pairs:
        return ""
    by_name = {frozenset((pair.one, pair.other)): pair for pair in found.pairs}
    rows = []
    for one in found.names:
        cells = [by_name.get(frozenset((one, other))) for other in found.names]
        rows.append(Row(one, "", tuple(pair.drawn.chance if pair else 0.0 for pair in cells), tuple(_pair_words(pair) if pair else "" for pair in cells)))
    return heat_svg(rows, found.names, title=title, words=_("of the draws overlap"), footer=footer)


def _pair_words(pair: Pair) -> str:
    low, middle, high = pair.drawn.quantiles
    return _("%(one)s and %(other)s: %(p)d %% of the draws overlap; %(a).1f, %(b).1f, %(c).1f months (P10, P50, P90)") % {
        "one": pair.one, "other": pair.other, "p": round(100 * pair.drawn.chance), "a": low, "b": middle, "c": high,
    }  # fmt: skip


def months_svg(found: Joint, *, title: str, footer: str = "") -> str:
    """For each pair, how many draws overlap by how many months."""
    pairs = found.pairs[:MOST_PAIRS]
    if not pairs:
        return ""
    longest = max(len(pair.drawn.counts) for pair in pairs)
    heads = [str(month) if month % 6 == 0 else "" for month in range(longest)]
    rows = []
    for pair in pairs:
        draws = len(pair.drawn.months)
        shares = [count / draws for count in pair.drawn.counts.tolist()] + [0.0] * (longest - len(pair.drawn.counts))
        hints = [
            _("%(one)s and %(other)s, %(a)d to %(b)d months: %(p).1f %% of the draws") % {"one": pair.one, "other": pair.other, "a": n, "b": n + 1, "p": 100 * share}
            for n, share in enumerate(shares)
        ]
        rows.append(Row(f"{pair.one} · {pair.other}", "", tuple(shares), tuple(hints)))
    return heat_svg(rows, heads, title=title, words=_("of the draws, by months of overlap"), footer=footer)


def band_svg(found: Joint, *, title: str, footer: str = "") -> str:
    """Instruments dark at once, month by month: P5 to P95 as a band, P50, and the published dates."""
    if found.band is None:
        return ""
    low, middle, high = found.band.quantiles.tolist()
    axis = axis_for([0.0, *high, *map(float, found.published)], from_zero=True)
    wide, bottom = (WIDTH - LEFT - RIGHT) / len(middle), HEAD + TALL
    height = bottom + FOOT + (18 if footer else 0)

    def step(values: Sequence[float], begin: str = "M") -> str:
        return "".join(
            f"{begin if place == 0 else 'L'}{number(LEFT + wide * place)} {number(axis.place(float(value), bottom, HEAD))}h{number(wide)}" for place, value in enumerate(values)
        )

    parts = [f'<svg viewBox="0 0 {WIDTH} {number(height)}" role="group" aria-label="{text(title)}">']
    parts.append(f'<text class="fig-text fig-quiet" x="0" y="16">{text(_("ring instruments dark at once"))}</text>')
    for value in axis.marks:
        level = number(axis.place(value, bottom, HEAD))
        parts.append(f'<path class="fig-line" d="M{LEFT} {level}H{number(WIDTH - RIGHT)}"/>')
        parts.append(f'<text class="fig-text fig-quiet" x="{LEFT - 8}" y="{level}" dy="4" text-anchor="end">{tick_words(value)}</text>')
    for place in range(len(middle)):
        day = month_at(found.first, place)
        x = LEFT + wide * place
        if day.month == 1:
            parts.append(f'<text class="fig-text fig-quiet" x="{number(x)}" y="{number(bottom + 17)}">{day.year}</text><path class="fig-axis" d="M{number(x)} {number(bottom)}v6"/>')
        top, under = axis.place(high[place], bottom, HEAD), axis.place(low[place], bottom, HEAD)
        if high[place] > low[place]:
            words = _("%(when)s: %(a)d to %(c)d instruments (P5 to P95), P50 %(b)d, published %(p)d") % {
                "when": date_format(day, "M Y"), "a": low[place], "b": middle[place], "c": high[place], "p": found.published[place],
            }  # fmt: skip
            parts.append(f'<rect class="fig-dark-soft" x="{number(x)}" y="{number(top)}" width="{number(wide + 0.2)}" height="{number(under - top)}"><title>{text(words)}</title></rect>')
    parts.append(f'<path class="fig-lead is-strong" d="{step(middle)}"/>')
    parts.append(f'<path class="fig-axis" stroke-dasharray="6 4" d="{step([float(n) for n in found.published])}"/>')
    y, x = bottom + 37, LEFT
    for shape, words in (
        (f'<rect class="fig-dark-soft" y="{number(y - 9)}" width="22" height="10"/>', _("P5 to P95")),
        (f'<path class="fig-lead is-strong" d="M0 {number(y - 4)}h22"/>', _("P50")),
        (f'<path class="fig-axis" stroke-dasharray="6 4" d="M0 {number(y - 4)}h22"/>', _("published dates")),
    ):
        parts.append(f'<g transform="translate({number(x)} 0)">{shape}</g><text class="fig-text fig-quiet" x="{number(x + 28)}" y="{number(y)}">{text(words)}</text>')
        x += 60 + 7 * len(words)
    if footer:
        parts.append(f'<text class="fig-text fig-quiet" x="0" y="{number(height - 4)}">{text(footer)}</text>')
    return "".join([*parts, "</svg>"])
