"""Conversions by hand, and what the record of the steps promises."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.indicators.formulas.checks import OutOfRange
from leaps.indicators.formulas.money import Basis, MissingRate, Money, Tables, convert

# Round figures, made up for the arithmetic.
TABLES = Tables(
    market={("CHF", 2010): 1.4, ("CHF", 2020): 1.05, ("GBP", 2020): 0.9},
    ppp={("CH", 2020): 1.6, ("DE", 2020): 1.1},
    ppp_currency={"CH": "CHF", "DE": "EUR"},
    deflator={("CH", 2010): 100, ("CH", 2020): 98, ("DE", 2010): 80, ("DE", 2020): 100},
    market_source="market table",
    ppp_source="PPP table",
    deflator_source="deflator table",
)
OLD = Money(210, "CHF", 2010, "CH")


def test_convert_deflates_at_home_before_changing() -> None:
    result = convert(OLD, TABLES, price_year=2020)

    assert result.amount == pytest.approx(210 * 98 / 100 / 1.05)
    assert (result.unit, result.price_year, result.basis, result.original) == ("EUR", 2020, Basis.MARKET, OLD)
    assert [(s.kind, s.before, s.after, s.source) for s in result.steps] == [
        ("deflator", "2010", "2020", "deflator table"),
        ("market", "CHF", "EUR", "market table"),
    ]


def test_convert_by_purchasing_power() -> None:
    assert convert(OLD, TABLES, price_year=2020, basis=Basis.PPP).amount == pytest.approx(210 * 0.98 / 1.6)
    assert convert(OLD, TABLES, price_year=2020, basis=Basis.PPP).unit == "PPS"


def test_convert_between_two_currencies_goes_through_the_common_one() -> None:
    assert convert(
        Money(105, "CHF", 2020, "CH"), TABLES, price_year=2020, unit="GBP"
    ).amount == pytest.approx(90)


def test_convert_needs_no_rate_where_nothing_changes() -> None:
    result = convert(Money(-5, "SEK", 1999, "SE"), Tables(), price_year=1999, unit="SEK")

    assert (result.amount, result.steps) == (-5, ())


@pytest.mark.parametrize(
    ("money", "year", "message"),
    [
        (Money(1, "CHF", 2010, "CH"), 2021, "no deflator for CH in 2021"),
        (Money(1, "SEK", 2020, "SE"), 2020, "no exchange rate for SEK in 2020"),
    ],
)
def test_convert_without_a_rate_says_which(money: Money, year: int, message: str) -> None:
    with pytest.raises(MissingRate, match=message):
        convert(money, TABLES, price_year=year)


def test_purchasing_power_of_another_currency_is_refused() -> None:
    with pytest.raises(OutOfRange, match="is for EUR, the amount is in USD"):
        convert(Money(1, "USD", 2020, "DE"), TABLES, price_year=2020, basis=Basis.PPP)
    with pytest.raises(OutOfRange, match="lead to PPS, not to GBP"):
        convert(Money(1, "EUR", 2020, "DE"), TABLES, price_year=2020, unit="GBP", basis=Basis.PPP)


@given(st.floats(-1e9, 1e9), st.sampled_from(["EUR", "CHF", "GBP"]), st.sampled_from(list(Basis)))
def test_steps_multiply_to_the_result(amount: float, unit: str, basis: Basis) -> None:
    money = Money(amount, "CHF", 2010, "CH")
    result = convert(money, TABLES, price_year=2020, unit="" if basis is Basis.PPP else unit, basis=basis)

    assert result.amount == pytest.approx(amount * math.prod(s.factor for s in result.steps))


@given(st.floats(1, 1e9))
def test_there_and_back_is_the_same(amount: float) -> None:
    there = convert(Money(amount, "CHF", 2020, "CH"), TABLES, price_year=2010, unit="EUR")
    back = convert(Money(there.amount, "EUR", 2010, "CH"), TABLES, price_year=2010, unit="CHF")
    again = convert(Money(back.amount, "CHF", 2010, "CH"), TABLES, price_year=2020, unit="CHF")

    assert again.amount == pytest.approx(amount)
