"""Figures of computed values: the league over the years, facilities side by side, small multiples, shares with ranges."""

from collections.abc import Mapping, Sequence

import pycountry
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures import series as drawing
from leaps.core.figures.intervals import Range, intervals_svg
from leaps.core.figures.map import MapPoint, map_svg
from leaps.indicators import wording
from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.queries.computed import Computed, IndicatorBoard, Tile

LEAGUE = drawing.Look(7, 0)
GROWS = (Kind.SUM, Kind.DISTINCT, Kind.DISTINCT_EVER, Kind.CUMULATIVE)
"""Kinds to which a facility that is missing can only add."""
MILLION = 1e6


def _ceiling(one: Indicator) -> float | None:
    return 100.0 if one.unit == "%" and one.id != "OPS-04" else None


def rounded(value: float) -> float:
    """To four digits, as many as a label can hold."""
    return float(round(value)) if abs(value) >= 1000 else float(f"{value:.4g}")


def _point(row: Computed, one: Indicator, who: str, *, per: float = 1.0, links: bool = True, most: int = 0) -> drawing.Point:
    """A value as a mark; a count behind which fewer than `most` facilities stand says "at least"."""
    assert row.value is not None  # noqa: S101  the callers leave out what is withheld
    value = rounded(row.value / per)
    words = f"{who}, {row.year}: {wording.quantity(row.value / per, one.unit)}"
    sharp = drawing.AT_MOST if row.low is not None and row.low < row.value else drawing.EXACT
    if row.n_facilities < most and one.kind in GROWS:
        sharp = drawing.AT_LEAST
        words += " " + _("(%(n)d of %(most)d facilities)") % {"n": row.n_facilities, "most": most}
    return drawing.Point(row.year, value, words, sharp, reverse("indicators:computed-value", args=[row.pk]) if links else "")


def _scale(rows: Sequence[Computed], one: Indicator) -> tuple[float, str]:
    """Millions where the numbers are large, with the unit in words."""
    millions = max((abs(row.value) for row in rows if row.value is not None), default=0.0) >= 10 * MILLION
    return (MILLION if millions else 1.0), wording.axis_unit(one.unit, millions=millions)


def _legend_words() -> list[tuple[str, str]]:
    return [
        (drawing.EXACT, _("from all facilities that return")),
        (drawing.AT_LEAST, _("at least: not all have returned")),
        (drawing.AT_MOST, _("at most: not all keys are shared")),
    ]


def tile_svg(tile: Tile, who: str) -> str:
    """A small line of one indicator."""
    rows = [row for row in tile.rows if row.value is not None]
    per, _unit = _scale(rows, tile.indicator)
    most = max(row.n_facilities for row in rows)
    points = tuple(_point(row, tile.indicator, who, per=per, links=False, most=most) for row in rows)
    title = f"{tile.indicator.title}: {wording.quantity(rows[-1].value, tile.indicator.unit)} ({rows[-1].year})"
    return drawing.small_svg(drawing.Series("", LEAGUE, points), title=title, ceiling=_ceiling(tile.indicator))


def league_svg(board: IndicatorBoard, *, title: str, heading: str = "", footer: str = "", links: bool = True) -> str:
    """The league over the years; a value that is only bounded from above is open, with an arrow."""
    rows = [row for row in board.league if row.value is not None]
    if not rows:
        return ""
    per, unit = _scale(rows, board.indicator)
    most = max(row.n_facilities for row in rows)
    points = tuple(_point(row, board.indicator, _("The league"), per=per, links=links, most=most) for row in rows)
    panel = drawing.Panel(_("The league"), unit, (drawing.Series(_("league"), LEAGUE, points),), ceiling=_ceiling(board.indicator))
    used = {point.sharpness for point in points}
    legend = [(kind, words) for kind, words in _legend_words() if kind in used] if used - {drawing.EXACT} else []
    return drawing.series_svg([panel], title=title, heading=heading, footer=footer, legend=legend)


def side_by_side_svg(
    board: IndicatorBoard, names: Mapping[str, str], year: int, *, per_instrument: bool, title: str, heading: str = "", footer: str = "",
    links: bool = True,
) -> str:  # fmt: skip
    """Every facility's value of a year, by name; what was dark that year is left out."""
    one = board.indicator
    chosen = [
        (of, row)
        for of in sorted(board.facilities, key=lambda slug: names.get(slug, slug).casefold())
        for row in board.facilities[of]
        if row.year == year and row.value is not None and (of, year) not in board.dark
    ]
    if per_instrument:
        chosen = [(of, row) for of, row in chosen if year in board.rates.get(of, {})]
    if not chosen:
        return ""
    per, unit = (1.0, wording.axis_unit(one.unit, millions=False)) if per_instrument else _scale([row for _of, row in chosen], one)
    drawn = []
    for of, row in chosen:
        share = (row.value or 0.0) / board.rates[of][year] if per_instrument and board.rates[of][year] else per
        point = _point(row, one, names.get(of, of), per=share, links=links)
        drawn.append(drawing.Series(names.get(of, of), look_of(of), (point,), joined=False))
    unit = _("%(unit)s for each open instrument") % {"unit": unit} if per_instrument else unit
    panel = drawing.Panel(str(year), unit, tuple(drawn), dots=True, ceiling=None if per_instrument else _ceiling(one))
    return drawing.series_svg([panel], title=title, heading=heading, footer=footer)


def multiples(board: IndicatorBoard, names: Mapping[str, str], *, per_instrument: bool) -> list[tuple[str, str, str]]:
    """Each facility's own line: (slug, name, SVG), by name. Dark years are gaps."""
    found = []
    for of in sorted(board.facilities, key=lambda slug: names.get(slug, slug).casefold()):
        rows = [row for row in board.facilities[of] if row.value is not None and (of, row.year) not in board.dark]
        if per_instrument:
            rows = [row for row in rows if board.rates.get(of, {}).get(row.year)]
        if len(rows) < 2:
            continue
        per, _unit = (1.0, "") if per_instrument else _scale(rows, board.indicator)
        points = []
        for row in rows:
            share = (row.value or 0.0) / board.rates[of][row.year] if per_instrument else per
            points.append(_point(row, board.indicator, names.get(of, of), per=share or 1.0, links=False))
        drawn = drawing.Series("", look_of(of), tuple(points))
        title = f"{names.get(of, of)}: {points[0].words}; {points[-1].words}"
        found.append((of, names.get(of, of), drawing.small_svg(drawn, title=title, ceiling=None if per_instrument else _ceiling(board.indicator))))
    return found


def over_years_svg(series: Sequence[tuple[str, Indicator, Sequence[Computed]]], *, title: str, heading: str = "", footer: str = "", links: bool = True) -> str:
    """Several indicators over the years, a panel for each: (name, indicator, values)."""
    panels, used = [], set()
    for name, one, rows in series:
        told = [row for row in rows if row.value is not None]
        if not told:
            continue
        per, unit = _scale(told, one)
        most = max(row.n_facilities for row in told)
        points = tuple(_point(row, one, name, per=per, links=links, most=most) for row in told)
        used |= {point.sharpness for point in points}
        panels.append(drawing.Panel(name, unit, (drawing.Series("", LEAGUE, points),), ceiling=_ceiling(one)))
    legend = [(kind, words) for kind, words in _legend_words() if kind in used] if used - {drawing.EXACT} else []
    return drawing.series_svg(panels, title=title, heading=heading, footer=footer, legend=legend) if panels else ""


def places_svg(rows: Sequence[tuple[str, Computed]], one: Indicator, names: Mapping[str, str], *, title: str, heading: str = "", footer: str = "") -> str:
    """Where something went in one year: a row for each facility, by name."""
    told = sorted(((of, row) for of, row in rows if row.value), key=lambda pair: names.get(pair[0], pair[0]).casefold())
    if not told:
        return ""
    drawn = tuple(
        drawing.Series(names.get(of, of), look_of(of), (_point(row, one, names.get(of, of), links=not heading),), joined=False)
        for of, row in told
    )
    panel = drawing.Panel(str(told[0][1].year), wording.axis_unit(one.unit, millions=False), drawn, dots=True)
    return drawing.series_svg([panel], title=title, heading=heading, footer=footer)


def shares_svg(rows: Sequence[Range], *, title: str, reference: float | None, footer: str = "") -> str:
    """Shares in per cent with their intervals; the line is the share of all."""
    return intervals_svg(rows, title=title, unit=_("per cent, with the interval of 95 %"), reference=reference, footer=footer)


def countries_svg(rows: Sequence[tuple[str, float]], places: Sequence[tuple[str, str, str, float, float]], *, title: str) -> str:
    """Europe with its countries shaded by a count, and the facilities of the league; the darkest is the largest."""
    most = max(value for _code, value in rows)
    shading = {
        # The square root, so that a small country can be seen beside a large one.
        found.numeric: (value / most) ** 0.5
        for code, value in rows
        if (found := pycountry.countries.get(alpha_2=code)) is not None
    }
    points = [
        MapPoint(longitude, latitude, name, kind, filled=True, url=reverse("indicators:facility-board", args=[slug]))
        for slug, name, kind, longitude, latitude in places
    ]
    return map_svg(points, title=title, shading=shading)
