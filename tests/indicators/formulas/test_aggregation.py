"""Putting numbers together: against counting by hand on small sets, and the figures of the sources."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.indicators.formulas import aggregation as agg
from leaps.indicators.formulas.checks import OutOfRange, ShapeMismatch

nan = float("nan")
users = st.lists(st.frozensets(st.integers(0, 30)), min_size=1, max_size=6)


def test_ratio_sums_before_dividing() -> None:
    # Two instruments: 10 of 10 shifts and 10 of 90. The mean of the ratios would be 0.556.
    pooled = agg.ratio([10, 10], [10, 90])

    assert pooled == agg.Ratio(0.2, 20.0, 100.0, 2, 0)


def test_ratio_leaves_out_pairs_with_a_missing_half() -> None:
    assert agg.ratio([1, nan, 5], [2, 7, nan]) == agg.Ratio(0.5, 1.0, 2.0, 1, 2)


@pytest.mark.parametrize(("top", "bottom"), [([1, 2], [0, 0]), ([], []), ([nan], [1])])
def test_ratio_without_denominator_is_unknown(top: list[float], bottom: list[float]) -> None:
    assert math.isnan(agg.ratio(top, bottom).value)


def test_ratio_of_unequal_lists_is_refused() -> None:
    with pytest.raises(ShapeMismatch, match="numerators has 2, denominators has 1"):
        agg.ratio([1, 2], [1])


rows = st.lists(
    st.tuples(
        st.one_of(st.just(nan), st.integers(0, 99)),
        st.one_of(st.just(nan), st.integers(0, 99)),
        st.sampled_from("abc"),
    ),
    max_size=20,
)


@given(rows)
def test_ratios_by_group_equal_the_ratio_of_each(rows: list[tuple[float, float, str]]) -> None:
    result = agg.ratios_by_group([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])

    assert list(result) == sorted({r[2] for r in rows})
    for name, pooled in result.items():
        alone = agg.ratio([r[0] for r in rows if r[2] == name], [r[1] for r in rows if r[2] == name])
        assert repr(pooled) == repr(alone)


@given(rows, st.integers(0, 20))
def test_ratio_adds_up_over_any_split(rows: list[tuple[float, float, str]], cut: int) -> None:
    whole = agg.ratio([r[0] for r in rows], [r[1] for r in rows])
    parts = [agg.ratio([r[0] for r in part], [r[1] for r in part]) for part in (rows[:cut], rows[cut:])]

    assert whole.numerator == sum(p.numerator for p in parts)
    assert whole.denominator == sum(p.denominator for p in parts)


@given(users)
def test_union_lies_within_its_bounds_and_they_are_reached(sets: list[frozenset[int]]) -> None:
    bounds = agg.union_bounds([len(s) for s in sets])

    assert bounds.low <= len(frozenset().union(*sets)) <= bounds.high
    assert bounds.low == max(map(len, sets))
    assert bounds.high == sum(map(len, sets))


@given(users, users)
def test_union_with_some_keys_known_is_narrower(
    known: list[frozenset[int]], unknown: list[frozenset[int]]
) -> None:
    exact = len(frozenset().union(*known))
    bounds = agg.union_bounds([len(s) for s in unknown], exact_union=exact)
    blind = agg.union_bounds([len(s) for s in known + unknown])

    assert bounds.low <= len(frozenset().union(*known, *unknown)) <= bounds.high
    assert bounds.low >= blind.low
    assert bounds.high <= blind.high


def test_union_with_a_missing_part_has_no_upper_bound() -> None:
    bounds = agg.union_bounds([300, nan, 500])

    assert bounds.low == 500
    assert math.isnan(bounds.high)
    assert bounds.n_missing == 1


def test_keyed_bounds_count_records_without_key_as_perhaps_new() -> None:
    assert agg.keyed_bounds(["a", "b", "a", None, None]) == agg.Bounds(2, 4, 2)
    assert agg.keyed_bounds([None, None]) == agg.Bounds(1, 2, 2)
    assert agg.keyed_bounds([]) == agg.Bounds(0, 0, 0)


def test_multi_source_estimate_of_the_calipsoplus_survey() -> None:
    # s = 0.555, k = 2: U = 0.643 of the sum.
    assert round(agg.multi_source_estimate([1000], 0.555, 2), 0) == 643
    assert agg.multi_source_estimate([600, 400], 0, 2) == 1000
    with pytest.raises(OutOfRange, match="share of users"):
        agg.multi_source_estimate([1000], 55.5, 2)


@given(st.lists(st.frozensets(st.integers(0, 3), min_size=1), min_size=1, max_size=40))
def test_multi_source_estimate_is_exact_for_the_true_share(people: list[frozenset[int]]) -> None:
    counts = [sum(f in p for p in people) for f in range(4)]
    several = [len(p) for p in people if len(p) > 1]
    share, mean = len(several) / len(people), np.mean(several) if several else 2.0

    assert agg.multi_source_estimate(counts, share, float(mean)) == pytest.approx(len(people))


def test_chapman_textbook_case() -> None:
    # Seber (1982), p. 60: 42 marked, 32 caught, 9 of them marked -> 43 * 33 / 10 - 1 = 140.9.
    result = agg.chapman(42, 32, 9)

    assert result.value == pytest.approx(140.9)
    assert 65 < result.low < 140.9 < result.high


@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_chapman_never_below_those_seen(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    result = agg.chapman(first, second, both)

    assert first + second - both <= result.low + 1e-9
    assert result.low <= result.value + 1e-9
    assert result.value <= result.high + 1e-9


def test_chapman_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(1)
    size, hits = 2000, 0
    for _ in range(400):
        one, two = rng.random(size) < 0.3, rng.random(size) < 0.25
        hits += size in agg.chapman(int(one.sum()), int(two.sum()), int((one & two).sum()))
    assert 0.92 < hits / 400 < 0.98


def test_chapman_refuses_an_overlap_larger_than_a_list() -> None:
    with pytest.raises(OutOfRange, match="the lists have 3 and 9, the overlap 4"):
        agg.chapman(3, 9, 4)


@given(st.integers(1, 50), st.floats(0.1, 1e6))
def test_effective_number_of_equal_shares_is_their_number(n: int, weight: float) -> None:
    assert float(agg.effective_number([weight] * n)) == pytest.approx(n)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_effective_number_lies_between_one_and_all(counts: list[int]) -> None:
    value = float(agg.effective_number(counts))

    assert 1 - 1e-9 <= value <= sum(c > 0 for c in counts) + 1e-9
    assert value == pytest.approx(float(agg.effective_number([*counts, 0])))


def test_effective_number_over_rows_keeps_missing_apart_from_zero() -> None:
    result = agg.effective_number([[1, 1, 0], [1, nan, 1], [0, 0, 0]])

    assert result[0] == pytest.approx(2)
    assert np.isnan(result[1:]).all()


def test_fractional_publications_equal_and_by_hours() -> None:
    papers, places = ["p", "p", "q", "p", "r"], ["x", "y", "x", "x", "y"]

    equal = agg.fractional_publications(papers, places)
    by_hours = agg.fractional_publications(papers, places, [10, 60, 0, 20, nan])

    assert equal.names == ("x", "y")
    assert equal.whole.tolist() == [2, 2]
    assert equal.fractional.tolist() == [1.5, 1.5]
    assert equal.total == 3
    # p: 30 of 90 hours at x; q has no hour, r an unknown number: split equally, and said so.
    assert by_hours.fractional.tolist() == pytest.approx([1 / 3 + 1, 2 / 3 + 1])
    assert by_hours.n_equal_split == 2


links = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from("abcd"), st.one_of(st.just(nan), st.integers(0, 5))),
    max_size=40,
)


@given(links)
def test_fractional_publications_add_to_the_distinct_ones(links: list[tuple[int, str, float]]) -> None:
    papers, places, hours = [x[0] for x in links], [x[1] for x in links], [x[2] for x in links]
    for credit in (
        agg.fractional_publications(papers, places),
        agg.fractional_publications(papers, places, hours),
    ):
        assert credit.total == len(set(papers))
        assert credit.fractional.sum() == pytest.approx(len(set(papers)))
        assert dict(zip(credit.names, credit.whole.tolist(), strict=True)) == {
            name: len({p for p, n, _ in links if n == name}) for name in sorted(set(places))
        }


bylines = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 4), st.sampled_from(["", "DE", "FR", "PL"])), max_size=40
)


@given(bylines)
def test_fractional_countries_equal_the_definition(rows: list[tuple[int, int, str]]) -> None:
    credit = agg.fractional_countries([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])

    expected = dict.fromkeys(sorted({r[2] for r in rows}), Fraction(0))
    for paper, author, country in rows:
        n_authors = len({a for p, a, _ in rows if p == paper})
        n_affiliations = sum((p, a) == (paper, author) for p, a, _ in rows)
        expected[country] += Fraction(1, n_authors * n_affiliations)
    assert credit.names == tuple(expected)
    assert credit.fractional.tolist() == pytest.approx([float(f) for f in expected.values()])
    assert credit.fractional.sum() == pytest.approx(len({r[0] for r in rows}))
    assert credit.whole.tolist() == [len({p for p, _, c in rows if c == name}) for name in expected]


def test_cumulative_says_where_it_is_only_a_lower_bound() -> None:
    sums, lower = agg.cumulative([1, 2, nan, 4])

    assert sums.tolist() == [1, 3, 3, 7]
    assert lower.tolist() == [False, False, True, True]


@given(rows)
def test_medians_by_group_equal_the_median_of_each(rows: list[tuple[float, float, str]]) -> None:
    result = agg.medians_by_group([r[0] for r in rows], [r[2] for r in rows])

    assert set(result) == {r[2] for r in rows}
    for name, (value, count) in result.items():
        own = [r[0] for r in rows if r[2] == name]
        assert repr(value) == repr(agg.median(own))
        assert count == sum(not math.isnan(v) for v in own)
