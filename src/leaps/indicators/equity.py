"""Equal chances: success by country with intervals, a guard against many comparisons, and who the users are."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.formulas.intervals import difference_p_value, holm, wilson
from leaps.indicators.queries import computed as queries
from leaps.indicators.queries.computed import Computed

LEVEL: Final = 0.05
JOINED_FROM_2004: Final = frozenset({"BG", "CY", "CZ", "EE", "HR", "HU", "LT", "LV", "MT", "PL", "RO", "SI", "SK"})
"""Member states of the European Union since 2004, 2007 or 2013."""
BEFORE_2004: Final = frozenset({"AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT", "SE"})
FEWEST: Final = 20  # proposals; below, an interval is too wide to say anything


@dataclass(frozen=True, slots=True)
class Share:
    """Proposals won of those asked for, 0..1, with its Wilson interval and whether it differs from the others' share."""

    code: str
    won: int
    asked: int
    share: float
    low: float
    high: float
    p: float = 1.0
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Success:
    """The countries with enough public proposals, and how many were left out."""

    rows: tuple[Share, ...]
    won: int
    asked: int
    left_out: int


def _share(code: str, won: int, asked: int) -> Share:
    low, high = wilson(won, asked)
    return Share(code, won, asked, won / asked, float(low), float(high))


def success_by_country(viewer: object, year: int) -> Success:
    """Accepted of submitted proposals by the country of the principal investigator.

    Each country is compared with all others together; the p values are adjusted by Holm, so that among many
    countries not one stands out by chance more often than in one year of twenty.
    """
    rows = queries.visible(
        viewer, facility="", dimension="country", indicator__in=("ACC-01", "ACC-02"), campaign__year=year, variant=""
    )
    found: dict[str, dict[str, Computed]] = defaultdict(dict)
    for row in rows:
        found[row.category][row.indicator] = row
    shares, left_out = [], 0
    for code in sorted(found):
        asked, won = (found[code].get(name) for name in ("ACC-01", "ACC-02"))
        if not code or asked is None or won is None or asked.value is None or won.value is None or asked.value < FEWEST:
            left_out += 1
            continue
        shares.append(_share(code, int(won.value), int(asked.value)))
    won_all, asked_all = sum(s.won for s in shares), sum(s.asked for s in shares)
    raw = [difference_p_value((s.won, s.asked), (won_all - s.won, asked_all - s.asked)) for s in shares]
    adjusted = holm(raw) if raw else np.array([])
    told = [
        Share(s.code, s.won, s.asked, s.share, s.low, s.high, float(p), bool(p < LEVEL))
        for s, p in zip(shares, adjusted, strict=True)
    ]
    return Success(tuple(told), won_all, asked_all, left_out)


def success_by_group(success: Success) -> list[tuple[str, Share]]:
    """The same for groups of countries: by when they joined the European Union, and the rest of the world."""
    groups: dict[str, list[Share]] = {_("In the Union before 2004"): [], _("In the Union since 2004 or later"): [], _("Other countries"): []}
    first, second, third = groups
    for share in success.rows:
        name = first if share.code in BEFORE_2004 else second if share.code in JOINED_FROM_2004 else third
        groups[name].append(share)
    return [(name, _share("", sum(s.won for s in found), sum(s.asked for s in found))) for name, found in groups.items() if found]


def who_the_users_are(viewer: object, year: int) -> list[tuple[str, list[tuple[str, Computed, float | None]]]]:
    """Users of the league by declared gender, career stage and sector, with shares; "not stated" stays in."""
    one = all_indicators()["ACC-10"]
    parts = queries.parts(viewer, one, year=year)
    titles = {"gender": _("Declared gender"), "career_stage": _("Career stage"), "sector": _("Sector")}
    found = []
    for name, title in titles.items():
        rows = parts.get(name, [])
        total = sum(row.value or 0.0 for row in rows)
        words = [((row.category or _("not recorded")).replace("_", " "), row, 100 * row.value / total if row.value is not None and total else None) for row in rows]
        if words:
            found.append((title, words))
    return found


def derived_rates(viewer: object) -> list[tuple[str, str, list[tuple[int, float]]]]:
    """Rates that can be read across years: (title, unit, (year, value) pairs) of the league.

    Papers take two years to appear: they are set against the instrument-hours of two years before.
    """
    wanted = ("ACC-01", "ACC-14", "OPS-14", "SCI-01", "ENV-01", "ACC-10")
    rows = queries.standard(queries.visible(viewer, facility="", dimension="", indicator__in=wanted))
    at = {(row.indicator, row.year): row.value for row in rows if row.value}
    years = sorted({year for _code, year in at})

    def rate(top: str, bottom: str, scale: float = 1.0, lag: int = 0) -> list[tuple[int, float]]:
        return [
            (year, scale * (at[top, year] or 0.0) / (at[bottom, year - lag] or 1.0))
            for year in years
            if (top, year) in at and (bottom, year - lag) in at
        ]

    found = [
        (_("Proposals for each open instrument"), "", rate("ACC-01", "ACC-14")),
        (_("Users for each open instrument"), "", rate("ACC-10", "ACC-14")),
        (_("Papers for 1000 instrument-hours two years before"), "", rate("SCI-01", "OPS-14", 1000.0, 2)),
        (_("Electricity for each instrument-hour"), "kWh", rate("ENV-01", "OPS-14", 1e6)),
    ]
    return [entry for entry in found if entry[2]]
