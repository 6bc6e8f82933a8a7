"""What computed values say, in sentences: the titles of figures and the findings of pages."""

from collections.abc import Mapping, Sequence
from typing import Any

import pycountry
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaps.indicators import wording
from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.queries.computed import Computed, IndicatorBoard

DIMENSIONS: Mapping[str, Any] = {
    "country": gettext_lazy("country"), "access_route": gettext_lazy("access route"), "science_field": gettext_lazy("science field"), "call": gettext_lazy("call"),
    "mode": gettext_lazy("mode"), "sector": gettext_lazy("sector"), "gender": gettext_lazy("declared gender"), "career_stage": gettext_lazy("career stage"),
    "instrument": gettext_lazy("instrument"), "month": gettext_lazy("month"), "subsystem": gettext_lazy("subsystem"), "currency": gettext_lazy("currency"),
    "source": gettext_lazy("source of the money"), "kind": gettext_lazy("kind"), "category": gettext_lazy("category"), "audience": gettext_lazy("audience"), "archive": gettext_lazy("archive"),
}  # fmt: skip


def dimension(name: str) -> str:
    """A dimension in words."""
    return str(DIMENSIONS.get(name, name))


def country(code: str) -> str:
    """A country's name in English; the code where it is none."""
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found else code


def category(name: str, value: str) -> str:
    """A part of a dimension in words."""
    if not value:
        return _("not recorded")
    return country(value) if name == "country" else value.replace("_", " ")


def complete(rows: Sequence[Computed]) -> list[Computed]:
    """The values behind which as many facilities stand as behind any: only they tell a change."""
    known = [row for row in rows if row.value is not None]
    most = max((row.n_facilities for row in known), default=0)
    return [row for row in known if row.n_facilities == most]


def league_finding(board: IndicatorBoard) -> str:
    """How the league's value moved over the years that are complete."""
    rows = complete(board.league)
    if not rows:
        return _("No value of the league yet")
    one, last = board.indicator, rows[-1]
    words = wording.quantity(last.value, one.unit)
    if last.low is not None and last.value is not None and last.low < last.value:
        words = _("between %(low)s and %(high)s") % {"low": wording.quantity(last.low, ""), "high": words}
    if len(rows) == 1:
        return _("%(title)s: %(value)s in %(year)d") % {"title": one.title, "value": words, "year": last.year}
    known = [row.value for row in rows if row.value is not None]
    low, high = min(known), max(known)
    return _("%(title)s: %(value)s in %(year)d; since %(first)d between %(low)s and %(high)s") % {
        "title": one.title, "value": words, "year": last.year, "first": rows[0].year,
        "low": wording.quantity(low, ""), "high": wording.quantity(high, one.unit),
    }  # fmt: skip


def spread_finding(board: IndicatorBoard, year: int, *, per_instrument: bool) -> str:
    """How far the facilities lie apart in a year: the middle half, nobody named."""
    import numpy as np

    values = [
        board.rates[of].get(year) if per_instrument else row.value
        for of, rows in board.facilities.items()
        for row in rows
        if row.year == year and (of, year) not in board.dark and (not per_instrument or of in board.rates)
    ]
    known = [value for value in values if value is not None]
    if len(known) < 4:
        return _("%(n)d facilities in %(year)d") % {"n": len(known), "year": year}
    low, high = np.quantile(known, [0.25, 0.75])
    what = wording.quantity(float(low), ""), wording.quantity(float(high), board.indicator.unit)
    per = _(" for each open instrument") if per_instrument else ""
    return _("In %(year)d half of %(n)d facilities lay between %(low)s and %(high)s%(per)s") % {
        "year": year, "n": len(known), "low": what[0], "high": what[1], "per": per,
    }  # fmt: skip


def country_finding(name: str, users: Sequence[Computed]) -> str:
    """How many users a country sent."""
    known = complete(users)
    if not known:
        return _("What the league does for %(country)s") % {"country": name}
    last = known[-1]
    bound = _("at most ") if last.low is not None and last.value is not None and last.low < last.value else ""
    words = {"country": name, "n": wording.quantity(last.value, ""), "year": last.year, "bound": bound}
    if len(known) == 1 or not known[0].value or last.value is None:
        return _("%(country)s sent %(bound)s%(n)s users in %(year)d") % words
    change = 100 * (last.value - known[0].value) / known[0].value
    words |= {"change": wording.change(change), "first": known[0].year}
    return _("%(country)s sent %(bound)s%(n)s users in %(year)d, %(change)s since %(first)d") % words


def how_made(one: Indicator) -> str:
    """How the values of several facilities become one."""
    return {
        Kind.SUM: _("added up"),
        Kind.RATIO: _("the sum of the numerators over the sum of the denominators, never a mean of ratios"),
        Kind.DISTINCT: _("each counted once over all facilities that share keys, never added up"),
        Kind.DISTINCT_EVER: _("each counted once, in the first year it is seen"),
        Kind.CUMULATIVE: _("added up since the start"),
        Kind.MEDIAN: _("the median of all cases, never of medians"),
        Kind.ENTROPY: _("the exponential of the entropy of all shares"),
    }[one.kind]


def countries_finding(rows: Sequence[tuple[str, float]], year: int) -> str:
    """From how many countries users came, and how much the larger half weighs."""
    if not rows:
        return _("No users by country in %(year)d") % {"year": year}
    values = sorted((value for _code, value in rows), reverse=True)
    half, n = 0.0, 0
    while half < sum(values) / 2:
        half, n = half + values[n], n + 1
    return _("In %(year)d users came from %(all)d countries; half of them from %(n)d") % {"year": year, "all": len(rows), "n": n}
