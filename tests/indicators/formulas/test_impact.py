"""Input-output analysis against pymrio, textbook tables and its own laws."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.indicators.formulas import impact
from leaps.indicators.formulas.checks import OutOfRange, ShapeMismatch

# Miller and Blair, 2nd ed., example of ch. 2 and 6: two sectors and households.
Z = np.array([[150.0, 500.0], [200.0, 100.0]])
X = np.array([1000.0, 2000.0])
HOUSEHOLD_INPUT = np.array([[300.0, 500.0]])
CONSUMPTION = np.array([[50.0], [400.0]])


@cache
def test_table() -> Any:
    import pymrio

    table = pymrio.load_test()
    table.calc_all()
    return table


test_table.__test__ = False  # type: ignore[attr-defined]


def of_test_table() -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    table = test_table()
    return table.Z.to_numpy(), table.x.to_numpy()[:, 0], list(table.x.index)


class TestAgainstPymrio:
    def test_the_vector_of_the_brief(self) -> None:
        z, x, labels = of_test_table()
        y = np.zeros(len(x))
        y[labels.index(("reg1", "construction"))] = 100
        home = np.array([region == "reg1" for region, _sector in labels])

        made = impact.leontief(impact.coefficients(z, x)) @ y

        assert round(made.sum() / 100, 6) == 1.025845
        assert round(made[home].sum() / made.sum(), 6) == 0.998059

    def test_coefficients_inverse_and_multipliers(self) -> None:
        table = test_table()
        z, x, _labels = of_test_table()
        a = impact.coefficients(z, x)
        inverse = impact.leontief(a)

        np.testing.assert_allclose(a, table.A.to_numpy(), rtol=1e-12)
        np.testing.assert_allclose(inverse, table.L.to_numpy(), rtol=1e-10, atol=1e-15)
        for extension in (table.emissions, table.factor_inputs):
            s = impact.intensities(extension.F.to_numpy(), x)
            np.testing.assert_allclose(s, extension.S.to_numpy(), rtol=1e-12)
            np.testing.assert_allclose(impact.multipliers(s, inverse), extension.M.to_numpy(), rtol=1e-10)

    def test_the_footprint_of_each_regions_consumption(self) -> None:
        table = test_table()
        z, x, _labels = of_test_table()
        inverse = impact.leontief(impact.coefficients(z, x))
        emissions = table.emissions

        for region in table.get_regions():
            y = table.Y[region].sum(axis=1).to_numpy()
            mine = impact.footprint(emissions.F.to_numpy(), x, inverse, y).sum(axis=1)
            # pymrio's consumption account also holds what households emit themselves.
            theirs = emissions.D_cba[region].sum(axis=1).to_numpy()
            np.testing.assert_allclose(mine, theirs, rtol=1e-9)


class TestTheTextbook:
    def test_the_inverse(self) -> None:
        # Miller and Blair, eq. 2.13 ff.
        a = impact.coefficients(Z, X)

        assert a.tolist() == [[0.15, 0.25], [0.2, 0.05]]
        assert np.round(impact.leontief(a), 4).tolist() == [[1.2541, 0.3300], [0.2640, 1.1221]]

    def test_type_one_and_type_two_multipliers(self) -> None:
        # Miller and Blair, sections 2.5 and 6.2. Their households also buy 50 of 1000 from each other; without
        # that corner the same is reached by wages that are larger by 1 / 0.95.
        a = impact.coefficients(Z, X)
        wages = impact.intensities(HOUSEHOLD_INPUT, X)
        star = impact.closed(a, CONSUMPTION / 1000, wages / 0.95)
        inverse, with_households = impact.leontief(a), impact.leontief(star)

        assert np.round(with_households[:2, :2], 4).tolist() == [[1.3651, 0.4253], [0.5273, 1.3481]]
        assert np.round(impact.output_multipliers(inverse), 3).tolist() == [1.518, 1.452]
        assert np.round(impact.output_multipliers(with_households, 2), 3).tolist() == [1.892, 1.773]
        income = wages[0]
        one, two = impact.multipliers(income, inverse), impact.multipliers(income, with_households)
        assert np.round(one, 4).tolist() == [0.4422, 0.3795]
        assert np.round(two, 4).tolist() == [0.5414, 0.4646]
        assert np.round(impact.multiplier_ratios(income, inverse), 3).tolist() == [1.474, 1.518]
        # Type II over type I is the same for every sector: a law of the model.
        assert two[0] / one[0] == pytest.approx(two[1] / one[1], rel=1e-12)

    def test_flegg_by_hand(self) -> None:
        # A region with a quarter of the country: half of sector 1, a sixth of sector 2, none of sector 3.
        national, regional = np.array([100.0, 240.0, 20.0]), np.array([50.0, 40.0, 0.0])
        own = [(50 / 90) / (100 / 360), (40 / 90) / (240 / 360), 0.0]
        size = np.log2(1 + 90 / 360) ** 0.3

        flq = impact.flegg_quotients(regional, national, 0.3)

        assert impact.location_quotients(regional, national).tolist() == pytest.approx(own)
        assert flq[0].tolist() == pytest.approx([own[0] * size, own[0] / own[1] * size, 0])
        assert flq[1].tolist() == pytest.approx([own[1] / own[0] * size, own[1] * size, 0])
        assert flq[2].tolist() == [0, 0, 0]


def test_an_unproductive_table_is_refused() -> None:
    with pytest.raises(impact.NotProductive, match="more than they make"):
        impact.leontief([[0.5, 0.6], [0.6, 0.5]])


def test_a_sector_without_output_buys_nothing() -> None:
    a = impact.coefficients([[1.0, 5.0], [2.0, 0.0]], [10.0, 0.0])

    assert a.tolist() == [[0.1, 0.0], [0.2, 0.0]]
    assert impact.intensities([[5.0, 0.0]], [10.0, 0.0]).tolist() == [[0.5, 0.0]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: impact.coefficients([[1, 2, 3]], [1]), ShapeMismatch, "square"),
        (lambda: impact.coefficients(Z, [1.0]), ShapeMismatch, "2 entries"),
        (lambda: impact.coefficients(Z, [1.0, np.nan]), OutOfRange, "missing"),
        (lambda: impact.coefficients(Z, [1.0, -1.0]), OutOfRange, "negative"),
        (lambda: impact.multipliers([1, 2, 3], Z), ShapeMismatch, "3 entries"),
        (lambda: impact.household_spending(CONSUMPTION, tax=0.5, saving=0.4, leak=0.2), OutOfRange, "sum of tax"),
        (lambda: impact.household_spending([1.0], tax=0, saving=0, leak=0), ShapeMismatch, "column"),
        (lambda: impact.wage_rows([0.1, 0.2], np.array([0, 2]), 2), OutOfRange, "between 0 and 1"),
        (lambda: impact.closed(Z, [[1.0]], [[1.0, 2.0]]), ShapeMismatch, "Spending"),
        (lambda: impact.location_quotients([2.0], [1.0]), OutOfRange, "more of a sector"),
        (lambda: impact.location_quotients([0.0], [1.0]), OutOfRange, "no output"),
        (lambda: impact.flegg_quotients([1.0], [2.0], 1.5), OutOfRange, "delta"),
        (lambda: impact.regionalised(Z, [[1.0]]), ShapeMismatch, "quotients"),
        (lambda: impact.basic_prices([1.0, 2.0], tax=0, margin=0.1, margin_sectors=[0.5, 0.4]), OutOfRange, "add up to 1"),
        (lambda: impact.basic_prices([1.0], tax=0, margin=1.1, margin_sectors=[1]), OutOfRange, "margin"),
    ],
)  # fmt: skip
def test_refusals_say_why(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


# -- laws ------------------------------------------------------------------------------------------


@st.composite
def economies(draw: st.DrawFn) -> dict[str, Any]:
    """A closed world: 1 to 3 regions of 2 to 4 sectors; what a sector does not buy is its value added."""
    k, m = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = k * m
    raw = random.random((n, n)) * (random.random((n, n)) < 0.7)
    a = raw / np.maximum(raw.sum(axis=0), 1e-9) * random.uniform(0.1, 0.75, n)
    v = 1 - a.sum(axis=0)
    consumption = random.random((n, k))
    return {
        "a": a,
        "value_added": v,
        "spending": impact.household_spending(
            consumption, tax=draw(st.floats(0.1, 0.4)), saving=draw(st.floats(0, 0.2)), leak=0.1
        ),
        "wages": impact.wage_rows(v * random.uniform(0.2, 0.7, n), np.repeat(np.arange(k), m), k),
        "demand": random.random(n) * 100,
        "payroll": random.random(k) * 50,
        "accounts": random.random((2, n)),
        "scopes": np.stack([np.ones(n), np.repeat(np.arange(k), m) == 0]),
    }


def model(economy: dict[str, Any]) -> dict[str, Any]:
    return {name: economy[name] for name in ("a", "demand", "spending", "wages", "payroll")}


@given(economies())
def test_output_is_what_is_used(economy: dict[str, Any]) -> None:
    a, y = economy["a"], economy["demand"]
    made = impact.rounds(**model(economy))

    np.testing.assert_allclose(a @ made.indirect + y, made.indirect, rtol=1e-9)
    # Households: what the induced round makes is used by firms and bought from wages of all rounds.
    whole = made.indirect + made.induced
    bought = economy["spending"] @ (economy["payroll"] + economy["wages"] @ whole)
    income = np.linalg.solve(
        np.eye(len(a) + len(economy["payroll"])) - impact.closed(a, economy["spending"], economy["wages"]),
        np.concatenate([y, economy["payroll"]]),
    )[len(a):]  # fmt: skip
    np.testing.assert_allclose(income, economy["payroll"] + economy["wages"] @ whole, rtol=1e-9)
    np.testing.assert_allclose(a @ whole + y + bought, whole, rtol=1e-9)


@given(economies())
def test_value_added_of_the_world_is_what_was_spent(economy: dict[str, Any]) -> None:
    made = impact.rounds(**model(economy)).indirect

    assert economy["value_added"] @ made == pytest.approx(economy["demand"].sum(), rel=1e-9)
    assert impact.multipliers(economy["value_added"], impact.leontief(economy["a"])) == pytest.approx(1)


@given(economies())
def test_each_round_adds_and_doubling_doubles(economy: dict[str, Any]) -> None:
    once = impact.rounds(**model(economy))
    twice = impact.rounds(**model(economy) | {"demand": 2 * economy["demand"], "payroll": 2 * economy["payroll"]})

    assert (once.indirect >= economy["demand"] - 1e-12).all()
    assert (once.induced >= -1e-12).all()
    np.testing.assert_allclose(twice.indirect, 2 * once.indirect, rtol=1e-9)
    np.testing.assert_allclose(twice.induced, 2 * once.induced, rtol=1e-9)


@given(economies())
def test_type_two_is_never_below_type_one_and_that_never_below_one(economy: dict[str, Any]) -> None:
    one = impact.leontief(economy["a"])
    two = impact.leontief(impact.closed(economy["a"], economy["spending"], economy["wages"]))
    v = economy["value_added"]

    assert (impact.output_multipliers(one) >= 1).all()
    assert (impact.output_multipliers(two, len(v)) >= impact.output_multipliers(one) - 1e-12).all()
    assert (impact.multiplier_ratios(v, one) >= 1 - 1e-12).all()
    assert (impact.multiplier_ratios(v, two) >= impact.multiplier_ratios(v, one) - 1e-12).all()


@given(economies(), st.integers(0, 1000))
def test_the_band_keeps_the_books_in_every_draw(economy: dict[str, Any], seed: int) -> None:
    drawn = impact.band(**economy, seed=seed, draws=20)

    # Value added of the world stays what was spent, however the tables move.
    np.testing.assert_allclose(drawn.indirect[:, 0, 0], economy["demand"].sum(), rtol=1e-9)
    assert (drawn.indirect >= 0).all()
    assert (drawn.induced >= -1e-12).all()
    again = impact.band(**economy, seed=seed, draws=20)
    np.testing.assert_array_equal(drawn.induced, again.induced)


@given(economies())
def test_a_band_without_spread_is_the_value(economy: dict[str, Any]) -> None:
    none = impact.Spreads(0, 0, 0)
    drawn = impact.band(**economy, seed=1, draws=2, spreads=none)
    made = impact.rounds(**model(economy))
    per_unit = np.vstack([economy["value_added"], economy["accounts"]])

    for part, output in (("indirect", made.indirect), ("induced", made.induced)):
        sums = impact.totals(output, per_unit, economy["scopes"])
        for measure in range(3):
            for scope in range(2):
                found = drawn.interval(sums[measure, scope], measure, scope, part)
                assert (found.low, found.high) == (pytest.approx(found.value), pytest.approx(found.value))


def test_the_band_contains_the_value_and_grows_with_the_spread() -> None:
    random = np.random.default_rng(5)
    n = 12
    raw = random.random((n, n))
    a = raw / raw.sum(axis=0) * 0.5
    v = 1 - a.sum(axis=0)
    common: dict[str, Any] = {
        "a": a, "demand": random.random(n) * 10, "payroll": [20.0],
        "spending": impact.household_spending(random.random((n, 1)), tax=0.3, saving=0.1, leak=0.05),
        "wages": impact.wage_rows(v / 2, np.zeros(n, dtype=int), 1),
    }  # fmt: skip
    value = float(impact.rounds(**common).induced.sum())
    extra = {"value_added": v, "accounts": np.ones((1, n)), "scopes": np.ones((1, n)), "seed": 7}

    widths = []
    for spread in (0.05, 0.1, 0.2):
        drawn = impact.band(**common, **extra, spreads=impact.Spreads(0, spread, 0))
        found = drawn.interval(value, 1, 0, "induced")
        assert value in found
        widths.append(found.high - found.low)

    assert widths == sorted(widths)
    assert widths[0] > 0
    assert drawn.draws == 400


def test_a_band_too_wide_for_the_table_is_refused() -> None:
    arguments: dict[str, Any] = {
        "a": [[0.9]], "demand": [1.0], "spending": [[0.0]], "wages": [[0.0]], "payroll": [0.0],
        "value_added": [0.1], "accounts": [[1.0]], "scopes": [[1.0]], "seed": 1,
    }  # fmt: skip
    with pytest.raises(OutOfRange, match="smaller spread"):
        impact.band(**arguments, spreads=impact.Spreads(coefficients=0.2))
    with pytest.raises(OutOfRange, match="2 draws"):
        impact.band(**arguments, draws=1)
    with pytest.raises(OutOfRange, match="spread of the demand"):
        impact.band(**arguments, spreads=impact.Spreads(demand=0.6))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.floats(0, 0.3), st.floats(0, 0.5))
def test_basic_prices_and_taxes_are_what_was_paid(paid: list[float], tax: float, margin: float) -> None:
    to = np.zeros(len(paid))
    to[-1] = 1
    found = impact.basic_prices(paid, tax=tax, margin=margin, margin_sectors=to)

    assert found.basic.sum() + found.taxes == pytest.approx(sum(paid), rel=1e-9, abs=1e-6)
    assert (found.basic >= 0).all()


def test_basic_prices_by_hand() -> None:
    # 120 with 20 % VAT is 100 before tax; 15 of it stay with the trader.
    found = impact.basic_prices([120.0, 0.0], tax=0.2, margin=[0.15, 0], margin_sectors=[0, 1])

    assert found.basic.tolist() == pytest.approx([85, 15])
    assert found.taxes == pytest.approx(20)


@given(economies(), st.floats(0.05, 0.9), st.floats(0, 0.5))
def test_a_region_never_makes_more_than_its_country(economy: dict[str, Any], size: float, delta: float) -> None:
    a = economy["a"]
    national = economy["demand"] + 1
    flq = impact.flegg_quotients(national * size, national, delta)
    regional = impact.regionalised(a, flq)

    assert (regional <= a + 1e-15).all()
    assert (impact.leontief(regional) <= impact.leontief(a) + 1e-9).all()
    # A region that is the whole country keeps the table.
    np.testing.assert_allclose(impact.regionalised(a, impact.flegg_quotients(national, national, delta)), a, rtol=1e-9)
