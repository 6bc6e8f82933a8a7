"""Overlaps of dark periods drawn together: exact cases, an analytic distribution, shared suppliers, and what always holds."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.optimise.errors import Unusable
from leaps.optimise.joint import Before, Drawn, Period, dark_at_once, draw_periods, overlaps
from leaps.optimise.schedule import Dependency, Even, Pert, Task


def fixed(key: str, start: float, length: float, facility: str = "") -> Period:
    return Period(key, facility or key, Even(start, start), Pert(length, length, length))


def test_fixed_periods_overlap_by_what_is_counted_by_hand() -> None:
    drawn = draw_periods([fixed("a", 10, 6), fixed("b", 14, 12), fixed("c", 40, 3)], draws=50)

    found = {(one.one, one.other): (one.chance, one.mean, one.quantiles, one.counts.tolist()) for one in overlaps(drawn)}

    assert found == {("a", "b"): (1.0, 2.0, (2.0, 2.0, 2.0), [0, 0, 50]), ("a", "c"): (0.0, 0.0, (0.0, 0.0, 0.0), []), ("b", "c"): (0.0, 0.0, (0.0, 0.0, 0.0), [])}
    band = dark_at_once(drawn, [5, 7, 9], 9, 6)
    assert band.quantiles.tolist() == [[0, 5, 5, 5, 5, 12]] * 3
    assert dark_at_once(drawn, [5, 7, 9], 0, 60).peak.tolist() == [12.0] * 50


def test_two_starts_within_a_year_overlap_as_the_triangle_says() -> None:
    # Starts even over 12 months, lengths 6: overlap max(0, 6 - |d|), d of density (12 - |d|) / 144
    periods = [Period(key, key, Even(0, 12), Pert(6, 6, 6)) for key in "ab"]

    (pair,) = overlaps(draw_periods(periods, draws=20_000, seed=3))

    assert pair.chance == pytest.approx(0.75, abs=0.01)  # P(|d| < 6) = 1 - (6/12)²
    assert pair.mean == pytest.approx(2 * sum((6 - d) * (12 - d) / 144 * 0.001 for d in np.arange(0.0005, 6, 0.001)), abs=0.05)
    for most in (1.0, 3.0, 5.0):  # P(overlap <= most) = P(|d| >= 6 - most) = ((6 + most) / 12)²
        assert (pair.months <= most).mean() == pytest.approx(((6 + most) / 12) ** 2, abs=0.012)
    assert pair.counts.sum() == pytest.approx(pair.chance * 20_000)


def shared(rho: float) -> list[Period]:
    return [Period(key, key, Even(0, 0), Pert(12, 18, 30), length_supplier="magnets", length_rho=rho) for key in "abcd"]


def test_wholly_shared_delays_move_together_and_widen_what_is_dark_at_once() -> None:
    one = draw_periods(shared(1.0), draws=4_000, seed=1)
    apart = draw_periods(shared(1.0), draws=4_000, seed=1, common=False)

    assert np.ptp(one.end, axis=0).max() < 1e-9
    assert abs(np.corrcoef(apart.end)[np.triu_indices(4, 1)]).max() < 0.06
    month = 23  # all four dark in 22 of 100 draws or none, against each by itself
    late = float((one.end[0] > 23.5).mean())
    together, alone = (dark_at_once(drawn, [1, 1, 1, 1], month, 1) for drawn in (one, apart))
    assert (together.peak == 4).mean() == pytest.approx(late)
    assert (alone.peak == 4).mean() == pytest.approx(late**4, abs=0.01)
    assert together.mean[0] == pytest.approx(alone.mean[0], abs=0.1)
    assert together.quantiles[2, 0] == 4 > alone.quantiles[2, 0]


def test_half_shared_delays_correlate_by_the_square() -> None:
    logs = draw_periods(shared(0.7), draws=20_000, seed=2).end

    assert np.corrcoef(logs)[np.triu_indices(4, 1)] == pytest.approx([0.49] * 6, abs=0.03)


def test_a_supplier_of_two_chains_is_one_and_the_start_has_its_own() -> None:
    periods = [
        Period("a", "a", Pert(6, 9, 15), Pert(12, 12, 12), since=10, start_supplier="m", start_rho=1.0),
        Period("b", "b", Even(0, 0), Pert(10, 14, 20), length_supplier="m", length_rho=1.0),
    ]

    drawn = draw_periods(periods, draws=2_000)

    assert (drawn.start[0].argsort() == drawn.end[1].argsort()).mean() > 0.99
    assert drawn.start[0].min() >= 16
    assert drawn.end[0] == pytest.approx(drawn.start[0] + 12)


def test_a_risk_lengthens_and_what_runs_does_not_end_in_the_past() -> None:
    drawn = draw_periods([Period("a", "a", Even(0, 0), Pert(6, 6, 6), risks=((0.25, Pert(3, 3, 3)),)), fixed("b", 0, 4)], draws=4_000)
    late = draw_periods([Period("b", "b", Even(0, 0), Pert(4, 4, 4), ends_not_before=7.5)], draws=10)

    assert sorted(set(drawn.end[0].round(6).tolist())) == [6, 9]
    assert (drawn.end[0] > 8).mean() == pytest.approx(0.25, abs=0.01)
    assert late.end.tolist() == [[7.5] * 10]
    ahead = draw_periods([Period("b", "b", Even(0, 0), Pert(4, 4, 4), starts_not_before=5)], draws=10)
    assert (ahead.start.tolist(), ahead.end.tolist()) == ([[5.0] * 10], [[9.0] * 10])


def test_two_periods_of_one_facility_are_added_and_never_counted_twice() -> None:
    drawn = draw_periods([fixed("a1", 0, 3, "a"), fixed("a2", 10, 3, "a"), fixed("b", 2, 10)], draws=4)

    (pair,) = overlaps(drawn)

    assert pair.months.tolist() == [3.0] * 4  # 2 to 3 and 10 to 12
    twice = Drawn(("a1", "a2"), ("a", "a"), np.zeros((2, 4)), np.ones((2, 4)))
    assert dark_at_once(twice, [7, 7], 0, 2).quantiles.tolist() == [[7, 0]] * 3


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(1, 20), st.integers(0, 12)), min_size=2, max_size=6), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_what_always_holds(told: list[tuple[int, int, int, int]], seed: int) -> None:
    periods = [Period(str(n), str(n), Even(low, low + span), Pert(short, short, short + more)) for n, (low, span, short, more) in enumerate(told)]
    drawn = draw_periods(periods, draws=64, seed=seed)
    length = drawn.end - drawn.start

    for pair, (i, j) in zip(overlaps(drawn), itertools.combinations(range(len(told)), 2), strict=True):
        assert (pair.months >= 0).all()
        assert (pair.months <= np.minimum(length[i], length[j]) + 1e-9).all()
        by_hand = [max(0.0, min(drawn.end[i, d], drawn.end[j, d]) - max(drawn.start[i, d], drawn.start[j, d])) for d in range(64)]
        assert pair.months == pytest.approx(by_hand)
        assert pair.quantiles[0] <= pair.quantiles[1] <= pair.quantiles[2]
    band = dark_at_once(drawn, [1.0] * len(told), 0, 80)
    assert (np.diff(band.quantiles, axis=0) >= 0).all()
    assert band.peak.max() <= len(told)
    again = draw_periods(periods, draws=64, seed=seed)
    assert (again.end == drawn.end).all()


def test_what_has_no_meaning_is_refused() -> None:
    with pytest.raises(Unusable, match="no dark period"):
        draw_periods([])
    with pytest.raises(Unusable, match="twice"):
        draw_periods([fixed("a", 0, 1), fixed("a", 0, 1)])
    with pytest.raises(Unusable, match="one weight for each"):
        dark_at_once(draw_periods([fixed("a", 0, 1)], draws=2), [1, 2], 0, 1)
    with pytest.raises(Unusable, match="shortest"):
        Even(3, 2)


def waiting(start: Even | Pert, lag: float = 0.0) -> Period:
    return Period("a", "a", start, Pert(6, 6, 6), waits_for=(("decided", lag),))


def test_a_published_start_cannot_come_before_what_it_waits_for() -> None:
    before = Before((Task("designed", Pert(4, 4, 4)), Task("decided", Pert(8, 8, 8))), (Dependency("designed", "decided"),))

    late, early = (draw_periods([waiting(Even(day, day), lag)], draws=10, before=before) for day, lag in ((10, 3), (20, 3)))

    assert (set(late.start[0]), set(late.end[0])) == ({15.0}, {21.0})  # 4 + 8, and 3 months between
    assert set(early.start[0]) == {20.0}


def test_estimated_work_begins_after_what_it_waits_for() -> None:
    drawn = draw_periods([waiting(Pert(10, 10, 10))], draws=10, before=Before((Task("decided", Pert(12, 12, 12)),)))

    assert set(drawn.start[0]) == {22.0}


def test_what_stands_before_shares_delays_only_in_common() -> None:
    before = Before((Task("decided", Pert(2, 10, 40), supplier="magnets", rho=1.0),))
    other = Period("b", "b", Even(0, 0), Pert(2, 10, 40), length_supplier="magnets", length_rho=1.0)

    def tied(common: bool) -> float:
        drawn = draw_periods([waiting(Even(0, 0)), other], draws=4_000, seed=1, common=common, before=before)
        return float(np.corrcoef(drawn.start[0], drawn.end[1])[0, 1])

    assert tied(common=True) > 0.95
    assert abs(tied(common=False)) < 0.1


def test_to_wait_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(Unusable, match="decided"):
        draw_periods([waiting(Even(0, 0))], draws=10)
