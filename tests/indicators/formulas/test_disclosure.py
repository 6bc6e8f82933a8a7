"""Suppression under attack: no count below five may be worked out to a range narrower than the width."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from leaps.indicators.formulas import disclosure as dis
from leaps.indicators.formulas.checks import OutOfRange, ShapeMismatch
from leaps.indicators.formulas.disclosure import Cell, Dimension, Kind, Relation

nan = float("nan")


def differencing_attack(
    counts: np.ndarray, shown: np.ndarray, totals: Sequence[Relation], cell: int
) -> tuple[float, float]:
    """What a reader can work out about one cell: written apart from the code under test, relation by relation."""
    size = counts.size
    equal, upper = [], []
    for relation in totals:
        row = np.zeros(size)
        row[list(relation.parts)] = 1
        row[relation.total] = -1
        if relation.kind is Kind.SUM:
            equal.append(row)
        else:
            upper.append(-row)
            for part in relation.parts:
                above = np.zeros(size)
                above[part], above[relation.total] = 1, -1
                upper.append(above)
    limits = [
        (float(v), float(v)) if s else (0, None) for v, s in zip(counts.ravel(), shown.ravel(), strict=True)
    ]
    aim = np.zeros(size)
    aim[cell] = 1
    ends = []
    for sign in (1, -1):
        answer = linprog(
            sign * aim,
            A_eq=np.array(equal) if equal else None,
            b_eq=np.zeros(len(equal)) if equal else None,
            A_ub=np.array(upper) if upper else None,
            b_ub=np.zeros(len(upper)) if upper else None,
            bounds=limits,
        )
        ends.append(sign * answer.fun if answer.status == 0 else sign * -math.inf)
    return ends[0], ends[1]


def assert_safe(counts: np.ndarray, totals: Sequence[Relation], protection: dis.Protection) -> None:
    """Certificates agree with what is published and span the width; the attack finds no less."""
    flat, shown = counts.ravel(), protection.published.ravel()
    small = (flat < protection.threshold).nonzero()[0]
    assert not shown[small].any()
    for table in protection.certificates:
        assert (table >= 0).all()
        assert (table[shown] == flat[shown]).all()
        for relation in totals:
            parts = table[list(relation.parts)]
            assert (
                parts.sum() == table[relation.total]
                if relation.kind is Kind.SUM
                else (parts.max() <= table[relation.total] <= parts.sum())
            )
    if len(small):
        tables = np.vstack([flat, protection.certificates])
        assert (np.ptp(tables, axis=0)[small] >= protection.width).all()
    for cell in small[:: max(1, len(small) // 6)]:
        low, high = differencing_attack(flat, shown, totals, int(cell))
        assert high - low >= protection.width - 1e-6
        assert low - 1e-6 <= flat[cell] <= high + 1e-6


@st.composite
def tables(draw: st.DrawFn, max_dims: int = 3) -> tuple[np.ndarray, list[Dimension]]:
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=max_dims))
    counts = draw(
        st.lists(
            st.one_of(st.integers(0, 6), st.integers(0, 60)),
            min_size=math.prod(shape),
            max_size=math.prod(shape),
        )
    )
    dimensions = [Dimension.flat([str(i) for i in range(n)]) for n in shape]
    return dis.with_totals(np.array(counts).reshape(shape), dimensions), dimensions


@given(tables(), st.booleans())
def test_no_small_cell_can_be_worked_out(table: tuple[np.ndarray, list[Dimension]], axes_known: bool) -> None:
    counts, dimensions = table
    totals = dis.relations(dimensions)

    assert_safe(counts, totals, dis.protect(counts, totals, dimensions=dimensions if axes_known else ()))


@settings(max_examples=15)
@given(tables(max_dims=3))
def test_whole_number_attack_finds_no_more(table: tuple[np.ndarray, list[Dimension]]) -> None:
    counts, dimensions = table
    totals = dis.relations(dimensions)
    protection = dis.protect(counts, totals, dimensions=dimensions)

    low, high = dis.attack(counts, totals, hidden=~protection.published, whole_numbers=True)

    assert ((high - low)[protection.primary] >= 5).all()
    assert (low <= counts).all()
    assert (counts <= high).all()


def test_months_and_scopes_nested_cannot_be_subtracted_from_each_other() -> None:
    # Instruments within facilities within the league; months within a year; both totals and subtotals printed.
    rng = np.random.default_rng(7)
    scopes = Dimension(("i1", "i2", "f1", "i3", "i4", "f2", "league"), (2, 2, 6, 5, 5, 6, -1))
    months = Dimension(("q1", "q2", "q3", "q4", "h1", "h2", "year"), (4, 4, 5, 5, 6, 6, -1))
    for _ in range(5):
        counts = dis.with_totals(rng.poisson(7, (4, 4)), [scopes, months])
        totals = dis.relations([scopes, months])
        assert len(totals) == 3 * 7 + 3 * 7
        for axes in ((scopes, months), ()):
            assert_safe(counts, totals, dis.protect(counts, totals, dimensions=axes))


@given(st.lists(st.frozensets(st.integers(0, 25)), min_size=2, max_size=4), st.booleans())
def test_distinct_persons_of_several_years_are_safe_too(
    years: list[frozenset[int]], axes_known: bool
) -> None:
    # Users by gender (sums) over years (unions): a person of two years is one person of the period.
    ranges = [range(13), range(13, 26)]
    counts = np.zeros((3, len(years) + 1))
    for column, people in enumerate([*years, frozenset().union(*years)]):
        counts[:2, column] = [sum(p in r for p in people) for r in ranges]
    counts[2] = counts[:2].sum(axis=0)
    axes = [
        Dimension.flat(("women", "men")),
        Dimension.flat([str(i) for i in range(len(years))], kind=Kind.UNION),
    ]
    totals = dis.relations(axes)

    assert_safe(counts, totals, dis.protect(counts, totals, dimensions=axes if axes_known else ()))


def test_primary_alone_would_have_leaked() -> None:
    """The attack of these tests bites: with the small cell alone withheld it is found exactly."""
    axes = [Dimension.flat("abc"), Dimension.flat("xy")]
    counts = dis.with_totals([[3, 20], [30, 40], [50, 60]], axes)
    totals = dis.relations(axes)
    protection = dis.protect(counts, totals, dimensions=axes)

    assert differencing_attack(counts, ~protection.primary, totals, 0) == (3, 3)
    assert protection.primary.sum() == 1
    assert protection.complementary.sum() == 3  # a rectangle is the least
    assert protection.published.sum() == counts.size - 4


def test_two_small_cells_that_only_share_a_total_are_not_enough() -> None:
    # 1 + 2 = 3 leaves each in 0..3: too narrow, so a third cell must go although two are withheld.
    axes = [Dimension.flat("abc")]
    counts = dis.with_totals([1, 2, 40], axes)
    totals = dis.relations(axes)

    assert dis.protect(counts, totals).complementary.any()


def test_zeros_are_protected_unless_said_otherwise() -> None:
    axes = [Dimension.flat("abc")]
    counts = dis.with_totals([0, 20, 30], axes)
    totals = dis.relations(axes)

    assert not dis.protect(counts, totals).published[0]
    assert dis.protect(counts, totals, publish_zero=True).published.all()


def test_four_states_stay_apart() -> None:
    axes = [Dimension.flat("abcdef")]
    counts = dis.with_totals([3, 12, nan, 40, nan, 38], axes)
    protection = dis.protect(counts, dis.relations(axes), not_applicable=[0, 0, 0, 0, 1, 0, 0])

    view = dis.public_view(counts, protection)

    assert [state for state, _ in view] == [
        Cell.SUPPRESSED,
        Cell.SUPPRESSED,
        Cell.MISSING,
        Cell.PUBLISHED,
        Cell.NOT_APPLICABLE,
        Cell.PUBLISHED,
        Cell.PUBLISHED,
    ]
    assert [value for _, value in view] == [None, None, None, 40, None, 40, 95]
    assert dis.public_view(counts, protection, round_to=1)[-1] == (Cell.PUBLISHED, 93)


def test_what_is_published_already_cannot_be_withheld_and_is_worked_around() -> None:
    axes = [Dimension.flat("abcd")]
    counts = dis.with_totals([3, 12, 30, 40], axes)
    totals = dis.relations(axes)
    out = np.array([0, 1, 0, 0, 1], dtype=bool)

    protection = dis.protect(counts, totals, published_before=out)

    assert protection.published[out].all()
    assert_safe(counts, totals, protection)
    with pytest.raises(
        dis.CannotProtect, match="1 cells to be withheld follow from what is published already"
    ):
        dis.protect(counts, totals, published_before=[0, 1, 1, 1, 1])
    with pytest.raises(dis.CannotProtect, match="1 cells below 5 are published already"):
        dis.protect(counts, totals, published_before=[1, 0, 0, 0, 0])


def test_cells_never_printed_take_the_movement_first() -> None:
    axes = [Dimension.flat("ab"), Dimension.flat("xy")]
    counts = dis.with_totals([[3, 20], [30, 40]], axes)
    inner = np.zeros(counts.shape, dtype=bool)
    inner[:2, :2] = True

    # Only the margins are printed: nothing else need be withheld.
    assert not dis.protect(counts, dis.relations(axes), never_published=inner).complementary.any()


def test_large_table_of_three_axes_is_safe() -> None:
    rng = np.random.default_rng(3)
    axes = [Dimension.flat([str(i) for i in range(n)]) for n in (12, 30, 3)]
    counts = dis.with_totals(rng.poisson(np.exp(rng.normal(1.5, 1.5, (12, 30, 3)))), axes)
    totals = dis.relations(axes)
    protection = dis.protect(counts, totals, dimensions=axes)

    flat, shown = counts.ravel(), protection.published.ravel()
    tables = np.vstack([flat, protection.certificates])
    matrix = np.zeros((len(totals), flat.size))
    for row, relation in enumerate(totals):
        matrix[row, list(relation.parts)], matrix[row, relation.total] = 1, -1
    assert not (tables @ matrix.T).any()
    assert (tables[:, shown] == flat[shown]).all()
    assert (tables >= 0).all()
    assert (np.ptp(tables, axis=0)[protection.primary.ravel()] >= 5).all()
    assert protection.primary.sum() == (flat < 5).sum()
    assert shown.mean() > 0.4


def test_contradictions_and_wrong_input_are_refused() -> None:
    totals = dis.relations([Dimension.flat("ab")])
    with pytest.raises(dis.NotAdditive, match="Cell 2 is 9, its known parts add to 8"):
        dis.protect([3, 5, 9], totals)
    union = dis.relations([Dimension.flat("ab", kind=Kind.UNION)])
    with pytest.raises(dis.NotAdditive, match="between the largest, 5, and their sum, 8"):
        dis.protect([3, 5, 9], union)
    with pytest.raises(dis.NotAdditive, match="contradict each other"):
        dis.attack([3, 5, 9], totals, hidden=[False, False, False])
    with pytest.raises(OutOfRange, match="whole numbers"):
        dis.protect([3.5, 5, 8.5], totals)
    with pytest.raises(OutOfRange, match="must not be negative"):
        dis.protect([-1, 5, 4], totals)
    with pytest.raises(OutOfRange, match="for every cell"):
        dis.protect([3, 5, 8], totals, published_before=[True])
    with pytest.raises(OutOfRange, match="do not add up"):
        dis.with_totals([1, 2], [Dimension.flat("ab", kind=Kind.UNION)])
    with pytest.raises(ShapeMismatch):
        dis.relations([Dimension(("a", "b"), (-1,))])
    with pytest.raises(OutOfRange, match="parent of a node"):
        dis.relations([Dimension(("a",), (5,))])


@given(st.lists(st.one_of(st.just(nan), st.integers(0, 10**6)), max_size=20), st.sampled_from([1, 3, 5, 10]))
def test_rounding_moves_by_half_a_step_at_most(counts: list[float], base: int) -> None:
    rounded = dis.round_persons(counts, base)

    for before, after in zip(counts, rounded.tolist(), strict=True):
        if math.isnan(before):
            assert math.isnan(after)
        else:
            assert after % base == 0
            assert abs(after - before) <= base / 2
