"""Cost-benefit analysis against worked examples, polynomial roots and its own laws."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leaps.indicators.formulas import costbenefit
from leaps.indicators.formulas.checks import OutOfRange, ShapeMismatch
from leaps.indicators.formulas.costbenefit import Side, Stream


def test_values_worked_by_hand() -> None:
    # 100 now; 60 after one and two years at 10 %: -100 + 54.5454... + 49.5867...
    assert costbenefit.present_value([-100, 60, 60], 0.1) == pytest.approx(4.132231404958678)
    assert costbenefit.net_present_value([0, 60, 60], [100, 0, 0], 0.1) == pytest.approx(4.132231404958678)
    assert costbenefit.benefit_cost_ratio([0, 60, 60], [100, 0, 0], 0.1) == pytest.approx(1.0413223140495867)
    # The rate r with 100 (1 + r)^2 = 60 (1 + r) + 60.
    assert costbenefit.internal_rate([-100, 60, 60]) == pytest.approx((60 + (60**2 + 4 * 100 * 60) ** 0.5) / 200 - 1)


def test_the_rate_of_the_union_is_the_default() -> None:
    assert costbenefit.net_present_value([0, 103.0], [0, 0]) == pytest.approx(100)


def test_many_at_once() -> None:
    flows = np.array([[-100, 110], [-100, 105], [100, 100]])

    assert costbenefit.present_value(flows, 0).tolist() == [10, 5, 200]
    found = costbenefit.internal_rate(flows)
    assert found[:2].tolist() == pytest.approx([0.1, 0.05])
    assert np.isnan(found[2])


def test_no_rate_is_chosen_where_there_are_several() -> None:
    # Rates of 25 % and 400 %: a textbook case (Lorie and Savage).
    assert np.isnan(costbenefit.internal_rate([-1600, 10000, -10000]))
    assert np.isnan(costbenefit.internal_rate([1, np.nan, -1]))
    assert np.isnan(costbenefit.internal_rate([0, 0, 0]))


def test_one_rate_in_spite_of_a_cost_at_the_end() -> None:
    # Dismantling at the end changes the sign twice; the running sum does so once.
    flows = [-100.0] + [30.0] * 8 + [-20.0]
    rate = float(costbenefit.internal_rate(flows))

    assert rate > 0
    assert costbenefit.present_value(flows, rate) == pytest.approx(0, abs=1e-8)


def test_a_loss_has_a_rate_below_zero() -> None:
    assert costbenefit.internal_rate([-100, 50]) == pytest.approx(-0.5)


@given(st.floats(1, 1e6), st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_the_rate_makes_the_value_nothing_and_is_numpys_root(first: float, later: list[float]) -> None:
    assume(sum(later) > 0.01 * first)
    flows = np.array([-first, *later])
    rate = float(costbenefit.internal_rate(flows))

    # Compared in money that large powers cannot blow up: the sum of absolute present values.
    terms = flows * (1 + rate) ** -np.arange(len(flows), dtype=float)
    assert abs(terms.sum()) <= 1e-6 * np.abs(terms).sum()
    if len(flows) <= 8:
        roots = np.roots(flows)
        positive = roots[(abs(roots.imag) < 1e-7) & (roots.real > 1e-9)].real
        assert min(abs(positive - (1 + rate)), default=0) <= 1e-5 * (1 + rate)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.floats(0, 0.5),
)
def test_values_add(first: list[float], second: list[float], rate: float) -> None:
    n = min(len(first), len(second))
    a, b = np.array(first[:n]), np.array(second[:n])

    assert costbenefit.present_value(a + b, rate) == pytest.approx(
        float(costbenefit.present_value(a, rate) + costbenefit.present_value(b, rate)), abs=1e-6
    )
    assert costbenefit.present_value(a, 0) == pytest.approx(a.sum(), abs=1e-6)


def test_a_ratio_without_costs_is_unknown() -> None:
    assert np.isnan(costbenefit.benefit_cost_ratio([1, 1], [0, 0]))


def test_research_output_and_training_by_hand() -> None:
    # 100 papers, 5 authors, a tenth of a year each, 60 000 a year.
    assert costbenefit.value_of_research_output(100, 5, 0.1, 60_000) == pytest.approx(3_000_000)
    # 10 people, 2 000 a year more for 3 years, at 0 %.
    assert costbenefit.value_of_training(10, 2000, 3, 0) == pytest.approx(60_000)
    assert costbenefit.value_of_training([10], 2000, 2, 0.25).tolist() == pytest.approx([10 * 2000 * (0.8 + 0.64)])


COSTS = Stream("building", Side.COST, (100.0, 50.0, 0.0, 0.0), -0.1, 0.4)
GAINS = Stream("papers", Side.BENEFIT, (0.0, 40.0, 90.0, 90.0), -0.3, 0.3)


class TestAppraisal:
    def test_values_are_those_of_the_streams(self) -> None:
        found = costbenefit.appraise([COSTS, GAINS], seed=1)
        net = np.array(GAINS.amounts) - np.array(COSTS.amounts)

        assert found.net_present_value.value == pytest.approx(float(costbenefit.present_value(net, 0.03)))
        assert found.internal_rate.value == pytest.approx(float(costbenefit.internal_rate(net)))
        assert found.net_present_value.low < found.net_present_value.value < found.net_present_value.high
        assert 0 < found.positive < 1
        assert found.rates == 1

    def test_the_same_seed_gives_the_same_draws_and_another_others(self) -> None:
        first, again, other = (costbenefit.appraise([COSTS, GAINS], seed=seed).drawn for seed in (4, 4, 5))

        assert (first == again).all()
        assert (first != other).any()

    def test_a_stream_more_leaves_the_draws_of_the_others(self) -> None:
        nothing = Stream("nothing", Side.BENEFIT, (0.0, 0.0, 0.0, 0.0), -0.5, 0.5)
        alone = costbenefit.appraise([COSTS, GAINS], seed=3)
        with_it = costbenefit.appraise([COSTS, GAINS, nothing], seed=3)

        np.testing.assert_allclose(alone.drawn, with_it.drawn)

    def test_without_spread_the_band_is_the_value(self) -> None:
        sharp = [Stream(s.name, s.side, s.amounts) for s in (COSTS, GAINS)]
        found = costbenefit.appraise(sharp, seed=1, draws=10)

        assert found.net_present_value.low == pytest.approx(found.net_present_value.value)
        assert found.ratio.high == pytest.approx(found.ratio.value)

    def test_the_mean_of_the_draws_is_that_of_the_triangles(self) -> None:
        found = costbenefit.appraise([COSTS, GAINS], rate=0, seed=2, draws=40_000)
        # The mean of a triangle over 1 + low .. 1 + high with its peak at 1 is 1 + (low + high) / 3.
        expected = sum(GAINS.amounts) - sum(COSTS.amounts) * (1 + 0.3 / 3)

        assert found.drawn.mean() == pytest.approx(expected, abs=4 * found.drawn.std() / 200)

    @pytest.mark.parametrize(
        ("streams", "error", "words"),
        [
            ([], OutOfRange, "at least one stream"),
            ([Stream("a", Side.COST, (1.0,)), Stream("b", Side.BENEFIT, (1.0, 2.0))], ShapeMismatch, "equally long"),
            ([Stream("a", Side.COST, (-1.0,))], OutOfRange, "negative"),
            ([Stream("a", Side.COST, (1.0,), low=0.1)], OutOfRange, "lower spread"),
            ([Stream("a", Side.COST, (1.0,), high=-0.1)], OutOfRange, "upper spread"),
            ([Stream("a", Side.COST, (float("nan"),))], OutOfRange, "amount"),
        ],
    )
    def test_refusals_say_why(self, streams: list[Stream], error: type[Exception], words: str) -> None:
        with pytest.raises(error, match=words):
            costbenefit.appraise(streams, seed=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: costbenefit.present_value([], 0.03),
        lambda: costbenefit.present_value([1], -1),
        lambda: costbenefit.value_of_research_output(1, 1, 1.1, 1),
        lambda: costbenefit.value_of_training(-1, 1, 1),
        lambda: costbenefit.value_of_training(1, 1, -1),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any) -> None:
    with pytest.raises(OutOfRange):
        call()
