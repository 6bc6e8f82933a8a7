"""How numbers of several facilities, instruments or years may be put together, and how not.

Hours, shifts and visits add up. Ratios do not: their numerators and denominators do. Distinct things (people,
papers, companies) do not add up either: without a shared key only bounds can be told.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaps.indicators.formulas.checks import (
    Floats,
    Integers,
    OutOfRange,
    floats,
    not_negative,
    same_length,
    within,
)
from leaps.indicators.formulas.intervals import LEVEL, Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that can still be added to others: its two sums, and how much was left out for being missing."""

    value: float
    numerator: float
    denominator: float
    n_used: int
    n_missing: int


def ratio(numerators: ArrayLike, denominators: ArrayLike) -> Ratio:
    """Sum of the numerators over sum of the denominators; never the mean of the single ratios.

    Equal length, any unit. A pair in which either is missing is left out of both sums and counted in
    `n_missing`. Denominators that add to 0 give NaN: unknown is neither zero nor infinite.
    Raises ShapeMismatch if the lengths differ.
    """
    top, bottom = np.atleast_1d(floats(numerators)), np.atleast_1d(floats(denominators))
    same_length(numerators=top, denominators=bottom)
    known = ~(np.isnan(top) | np.isnan(bottom))
    over, under = float(top[known].sum()), float(bottom[known].sum())
    value = over / under if under else float("nan")
    return Ratio(value, over, under, int(known.sum()), int((~known).sum()))


def ratios_by_group(
    numerators: ArrayLike, denominators: ArrayLike, groups: ArrayLike
) -> dict[Hashable, Ratio]:
    """`ratio` within each group (facility, year, country ...), all groups in one pass, keys sorted."""
    top, bottom, keys = floats(numerators), floats(denominators), np.asarray(groups)
    same_length(numerators=top, denominators=bottom, groups=keys)
    names, place = np.unique(keys, return_inverse=True)
    known = ~(np.isnan(top) | np.isnan(bottom))
    size = len(names)
    # floats(): the sums of no rows at all would come out as whole numbers.
    over = floats(np.bincount(place[known], top[known], size))
    under = floats(np.bincount(place[known], bottom[known], size))
    used, all_rows = np.bincount(place[known], minlength=size), np.bincount(place, minlength=size)
    return {
        name: Ratio(o / u if u else float("nan"), o, u, n, m - n)
        for name, o, u, n, m in zip(
            names.tolist(), over.tolist(), under.tolist(), used.tolist(), all_rows.tolist(), strict=True
        )
    }


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a distinct count can be: low <= count <= high; high is NaN when a part is not known at all."""

    low: float
    high: float
    n_missing: int = 0


def union_bounds(counts: ArrayLike, exact_union: float = 0) -> Bounds:
    """Bounds of a distinct count over parts that may overlap: max U_f <= U <= sum U_f.

    `counts` holds the distinct count of each part whose keys are not known; `exact_union` the distinct count
    of all parts whose keys are (0 when there is none). A missing part leaves the lower bound true and the
    upper one unknown (NaN). Raises OutOfRange for negative counts.
    Source: brief of the indicators §3; the bounds are those of any union of sets.
    """
    parts = np.append(floats(counts).ravel(), float(exact_union))
    not_negative("counts", parts)
    missing = int(np.isnan(parts).sum())
    low = float(np.nanmax(parts)) if missing < len(parts) else float("nan")
    return Bounds(low, float("nan") if missing else float(parts.sum()), missing)


def keyed_bounds(keys: Sequence[Hashable | None]) -> Bounds:
    """Bounds of the number of distinct persons in records of which some carry no key (None).

    At least the distinct keys (one, if there are records but no key at all); at most as many more as there
    are records without one. The number of such records is `n_missing`.
    """
    known = {key for key in keys if key is not None}
    unknown = sum(key is None for key in keys)
    return Bounds(float(max(len(known), 1 if unknown else 0)), float(len(known) + unknown), unknown)


def multi_source_estimate(counts: ArrayLike, share: float, sources: float) -> float:
    """Distinct users estimated from the counts of each facility: sum U_f / (1 + s (k - 1)).

    `share` s (0..1) of all distinct users use more than one facility, on average `sources` k (at least 2) of
    them. NaN if any count is missing. An estimate, not a bound: show it inside `union_bounds`.
    Raises OutOfRange. Source: brief §3; s = 0.555 is CALIPSOplus' survey of European light-source users.
    """
    within("share of users of several sources", share, 0, 1)
    within("mean number of sources among them", sources, 2, 1000)
    parts = floats(counts)
    not_negative("counts", parts)
    return float(parts.sum()) / (1 + share * (sources - 1))


def chapman(first: int, second: int, both: int, level: float = LEVEL) -> Interval:
    """Size of a population of which two independent lists saw `first` and `second`, `both` of them twice.

    (n1 + 1)(n2 + 1)/(n12 + 1) - 1. The interval is log-normal in the number never seen, so that its lower end
    stays at or above the n1 + n2 - n12 persons who were seen. Assumes a closed population and independent
    lists; users drawn to two facilities by the same need break the second and bias the result down.
    Raises OutOfRange if `both` exceeds either list or anything is negative.
    Sources: D. G. Chapman, Univ. Calif. Publ. Stat. 1 (1951) 131; variance G. A. F. Seber, Biometrika 57 (1970)
    313; interval A. Chao, Biometrics 43 (1987) 783.
    """
    if min(first, second, both) < 0 or both > min(first, second):
        raise OutOfRange(
            f"The overlap must be between 0 and the shorter list; the lists have {first} and {second}, the overlap {both}."
        )
    value = (first + 1) * (second + 1) / (both + 1) - 1
    seen = first + second - both
    unseen = value - seen
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    if unseen <= 0:
        return Interval(value, float(seen), float(seen), level)
    factor = np.exp(normal_quantile(level) * np.sqrt(np.log1p(variance / unseen**2)))
    return Interval(value, float(seen + unseen / factor), float(seen + unseen * factor), level)


def effective_number(counts: ArrayLike) -> Floats:
    """How many equally large countries would be as diverse: exp(-sum p ln p), over the last axis.

    Counts or weights >= 0 in any unit. Zeros add nothing; a missing count makes the result NaN, as do counts
    that are all zero. From 1 (one country) to the number of countries above zero. Raises OutOfRange.
    Source: L. Jost, Oikos 113 (2006) 363 (Hill number of order 1).
    """
    weights = floats(counts)
    not_negative("counts", weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / weights.sum(axis=-1, keepdims=True)
        terms = np.where(shares > 0, shares * np.log(shares), np.where(shares == 0, 0.0, np.nan))
        return np.asarray(np.exp(-terms.sum(axis=-1)))


@dataclass(frozen=True, slots=True)
class Credit:
    """What each name gets: whole counts (which add to more than the total) and fractions (which add to it).

    `n_equal_split` counts the items split equally because the weights asked for were not known.
    """

    names: tuple[Hashable, ...]
    whole: Integers
    fractional: Floats
    total: int
    n_equal_split: int = 0


def fractional_publications(
    publications: ArrayLike, facilities: ArrayLike, hours: ArrayLike | None = None
) -> Credit:
    """Publications credited to facilities: 1/n_facilities each, or in proportion to the hours delivered.

    Rows are pairs (publication, facility); a pair given twice counts once, its hours are added. `hours` are
    h_pf >= 0, the same length. Where any hours of a publication are missing, or all are 0, it is split equally
    and counted in `n_equal_split`. The fractions add to the number of distinct publications.
    Raises ShapeMismatch, OutOfRange.
    Source: brief §3.
    """
    papers, places = np.asarray(publications), np.asarray(facilities)
    same_length(publications=papers, facilities=places)
    _, paper = np.unique(papers, return_inverse=True)
    names, place = np.unique(places, return_inverse=True)
    n_names = max(len(names), 1)
    pairs, row = np.unique(paper * n_names + place, return_inverse=True)
    paper, place = pairs // n_names, pairs % n_names
    total = int(paper.max() + 1) if len(paper) else 0
    n_facilities = np.bincount(paper, minlength=total)
    weight = 1.0 / n_facilities[paper]
    n_equal = 0
    if hours is not None:
        given = floats(hours)
        same_length(publications=papers, hours=given)
        not_negative("hours", given)
        spent = np.bincount(row, given, len(pairs))
        sums = np.bincount(paper, spent, total)
        usable = sums > 0  # False for NaN too
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(usable[paper], spent / sums[paper], weight)
        n_equal = int((~usable).sum())
    return Credit(
        tuple(names.tolist()),
        np.bincount(place, minlength=len(names)),
        floats(np.bincount(place, weight, len(names))),
        total,
        n_equal,
    )


def fractional_countries(publications: ArrayLike, authors: ArrayLike, countries: ArrayLike) -> Credit:
    """Publications credited to countries: each affiliation weighs 1/(n_authors × n_affiliations of the author).

    Rows are affiliations (publication, author, country); two affiliations of one author in one country both
    count. A country not known is the empty text and keeps its share under that name, so that the fractions
    still add to the number of distinct publications. Raises ShapeMismatch.
    Source: brief §3.
    """
    papers, people, lands = np.asarray(publications), np.asarray(authors), np.asarray(countries)
    same_length(publications=papers, authors=people, countries=lands)
    _, paper = np.unique(papers, return_inverse=True)
    _, person = np.unique(people, return_inverse=True)
    names, land = np.unique(lands, return_inverse=True)
    total = int(paper.max() + 1) if len(paper) else 0
    bylines, byline = np.unique(
        paper * (int(person.max()) + 1 if len(person) else 1) + person, return_inverse=True
    )
    n_affiliations = np.bincount(byline, minlength=len(bylines))
    first = np.zeros(len(bylines), dtype=np.int64)
    first[byline] = paper
    n_authors = np.bincount(first, minlength=total)
    weight = 1.0 / (n_authors[paper] * n_affiliations[byline])
    in_country = np.unique(paper * max(len(names), 1) + land) % max(len(names), 1)
    return Credit(
        tuple(names.tolist()),
        np.bincount(in_country, minlength=len(names)),
        floats(np.bincount(land, weight, len(names))),
        total,
    )


def cumulative(values: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Running sum along the last axis, and where it is only a lower bound because something before is missing.

    Missing values are left out of the sum, not taken as zero: the second array says from where on.
    """
    series = floats(values)
    missing = np.isnan(series)
    return np.cumsum(np.where(missing, 0.0, series), axis=-1), np.logical_or.accumulate(missing, axis=-1)


def median(values: ArrayLike) -> float:
    """Median of the known values; NaN when there is none."""
    known = floats(values).ravel()
    known = known[~np.isnan(known)]
    return float(np.median(known)) if len(known) else float("nan")


def medians_by_group(values: ArrayLike, groups: ArrayLike) -> dict[Hashable, tuple[float, int]]:
    """For each group its median and the number of known values behind it; NaN and 0 when none is known."""
    numbers, keys = floats(values), np.asarray(groups)
    same_length(values=numbers, groups=keys)
    names, place = np.unique(keys, return_inverse=True)
    order = np.lexsort((numbers, place))  # NaN sorts last within its group
    starts = np.searchsorted(place[order], np.arange(len(names)))
    known = np.bincount(place[~np.isnan(numbers)], minlength=len(names))
    low, high = starts + np.maximum(known - 1, 0) // 2, starts + known // 2
    ranked = numbers[order]
    high = np.minimum(high, len(ranked) - 1)
    middle = np.where(known > 0, (ranked[low] + ranked[high]) / 2, np.nan) if len(names) else np.empty(0)
    return {
        name: (value, count)
        for name, value, count in zip(names.tolist(), middle.tolist(), known.tolist(), strict=True)
    }
