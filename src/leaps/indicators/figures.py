"""The indicators' figures, drawn from published values."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures import series as drawing
from leaps.indicators import wording
from leaps.indicators.queries import Published, comparable, joined_kinds
from leaps.indicators.types import PeriodKind, Qualifier, ScopeKind, Standing
from leaps.indicators.wording import MILLION

SHARPNESS = {
    Qualifier.EXACT: drawing.EXACT,
    Qualifier.APPROX: drawing.ABOUT,
    Qualifier.MIN: drawing.AT_LEAST,
    Qualifier.MAX: drawing.AT_MOST,
    Qualifier.FORECAST: drawing.FORECAST,
    Qualifier.ALT_DEFINITION: drawing.OTHER_RULE,
}
SERIES_FROM = 3  # fewer values than this are no series


def series_of(rows: Sequence[Published]) -> list[list[Published]]:
    """Values of one thing that follow each other: same indicator, period kind, unit, part and rule."""
    found: dict[tuple[object, ...], list[Published]] = defaultdict(list)
    for row in rows:
        if row.value is not None:
            found[row.indicator, row.about, row.period_kind, row.unit, row.part, row.rule, row.price_year].append(row)
    return [sorted(one, key=lambda row: row.year) for one in found.values()]


def finding(rows: Sequence[Published]) -> str:
    """The title of the figure of one indicator."""
    sharp = [
        [row for row in one if row.qualifier in (Qualifier.EXACT, Qualifier.APPROX)]
        for one in series_of(rows)
        if one[0].period_kind in joined_kinds() and one[0].scope_kind == ScopeKind.FACILITY
    ]
    longest = max(sharp, key=len, default=[])
    return wording.finding(rows, longest, len(comparable(rows)))


def indicator_svg(rows: Sequence[Published], *, title: str, heading: str = "", footer: str = "", links: bool = True) -> str:
    """All values of one indicator: a panel for each kind of period, unit and scope."""
    told = [row for row in rows if row.standing == Standing.PUBLISHED]
    if not told:
        return ""
    panels: dict[tuple[bool, str, str], list[Published]] = defaultdict(list)
    for row in told:
        panels[row.scope_kind != ScopeKind.FACILITY, row.period_kind, row.unit].append(row)
    kinds = [kind.value for kind in PeriodKind]
    ordered = sorted(panels, key=lambda key: (key[0], -_longest(panels[key]), kinds.index(PeriodKind(key[1]).value), key[2]))
    legend = [(SHARPNESS[Qualifier(code)], words) for code, words in wording.qualifiers_used(told)]
    return drawing.series_svg(
        [_panel(panels[key], links=links) for key in ordered],
        title=title, heading=heading, footer=footer, legend=legend if len(legend) > 1 or legend[0][0] != drawing.EXACT else (),
    )  # fmt: skip


def _longest(rows: Sequence[Published]) -> int:
    longest = max(len(one) for one in series_of(rows))
    return longest if longest >= SERIES_FROM else 0


def _panel(rows: list[Published], *, links: bool) -> drawing.Panel:
    dots = not _longest(rows) or rows[0].scope_kind != ScopeKind.FACILITY
    millions = bool(rows[0].currency) and max(abs(row.value or 0) for row in rows) >= MILLION
    drawn = series_of(rows)
    drawn.sort(key=lambda one: (one[0].about.casefold(), -len(one), one[0].year))
    names = [one[0].about for one in drawn]
    found = []
    for one in drawn:
        first = one[0]
        several = names.count(first.about) > 1
        detail = ", ".join(filter(None, (first.part, first.rule)))
        label = f"{first.about}: {detail}" if detail and (several or dots) else first.about
        found.append(
            drawing.Series(
                label if len(label) <= 44 else f"{label[:43]}…",
                look_of(first.facility or first.about),
                tuple(_point(row, millions=millions, links=links) for row in one),
                joined=first.period_kind in joined_kinds(),
            )
        )
    kind = str(PeriodKind(rows[0].period_kind).label)
    wide = rows[0].scope_kind != ScopeKind.FACILITY
    title = _("Not one facility alone: %(period)s") % {"period": kind} if wide else kind[:1].upper() + kind[1:]
    return drawing.Panel(title, wording.axis_unit(rows[0].unit, millions=millions), tuple(found), dots=dots, ceiling=_ceiling(rows[0].unit))


def _ceiling(unit: str) -> float | None:
    return 100.0 if unit == "%" else None


def _point(row: Published, *, millions: bool, links: bool) -> drawing.Point:
    assert row.value is not None  # noqa: S101  only published values are drawn
    details = ", ".join(filter(None, (row.part, row.rule)))
    words = f"{row.about}, {row.period_words}: {row.value_words}" + (f" ({details})" if details else "")
    return drawing.Point(
        row.year,
        row.value / MILLION if millions else row.value,
        words,
        SHARPNESS[Qualifier(row.qualifier)],
        reverse("indicators:value", args=[row.slug]) if links else "",
    )


def small_multiples(rows: Sequence[Published]) -> list[tuple[str, str, str, str]]:
    """Each series of one facility as a small figure: (code, name, rule, SVG), by code."""
    found = []
    for one in series_of(rows):
        sharp = [row for row in one if row.qualifier in (Qualifier.EXACT, Qualifier.APPROX)]
        if len(sharp) < SERIES_FROM or one[0].period_kind not in joined_kinds():
            continue
        first = one[0]
        millions = bool(first.currency) and max(abs(row.value or 0) for row in one) >= MILLION
        drawn = drawing.Series("", look_of(first.facility), tuple(_point(row, millions=millions, links=False) for row in one))
        unit = wording.axis_unit(first.unit, millions=millions)
        ends = f"{sharp[0].value_words} ({sharp[0].year}), {sharp[-1].value_words} ({sharp[-1].year})"
        svg = drawing.small_svg(drawn, title=f"{first.indicator_name}: {ends}", ceiling=_ceiling(first.unit))
        rule = ", ".join(filter(None, (str(PeriodKind(first.period_kind).label), unit, first.part, first.rule)))
        found.append((first.indicator, first.indicator_name, rule, svg))
    return sorted(found)
