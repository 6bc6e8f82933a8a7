"""Money of other years and currencies made comparable, with a record of every step.

First the amount moves to the target year in its own currency (GDP deflator of its country), then it changes
currency at the rate of that year: market rate for what was paid across borders, purchasing power parity for
what was bought at home. The other order gives another number; this one keeps growth rates those of the country.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from leaps.core.errors import DomainError
from leaps.indicators.formulas.checks import OutOfRange


class MissingRate(DomainError):
    """A rate or deflator the conversion needs is not in the tables; nothing is guessed or interpolated."""

    status = 422


class Basis(StrEnum):
    """At which rate currencies change."""

    MARKET = "market"
    PPP = "ppp"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it was written: currency (ISO 4217), the year its prices are of, and the country (ISO 3166)."""

    amount: float
    currency: str
    price_year: int
    country: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The rates a conversion may use, and where each table comes from.

    market: (currency, year) -> units of the currency for one unit of `market_unit` (yearly mean).
    ppp: (country, year) -> units of national currency for one unit of `ppp_unit`; `ppp_currency` says which
    currency that is. deflator: (country, year) -> index, any base year, all years of one country on one base.
    """

    market: Mapping[tuple[str, int], float] = field(default_factory=dict)
    ppp: Mapping[tuple[str, int], float] = field(default_factory=dict)
    ppp_currency: Mapping[str, str] = field(default_factory=dict)
    deflator: Mapping[tuple[str, int], float] = field(default_factory=dict)
    market_unit: str = "EUR"
    ppp_unit: str = "PPS"
    market_source: str = ""
    ppp_source: str = ""
    deflator_source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One multiplication: what for, by how much, from and to which unit or year, by which table."""

    kind: str
    factor: float
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class Converted:
    """The result, the original beside it, and the steps between: amount = original.amount × all factors."""

    amount: float
    unit: str
    price_year: int
    basis: Basis
    original: Money
    steps: tuple[Step, ...]


def convert(
    money: Money, tables: Tables, *, price_year: int, unit: str = "", basis: Basis = Basis.MARKET
) -> Converted:
    """The amount in prices of `price_year` and in `unit`.

    `unit` is a currency of the market table (default its unit, EUR) for the market basis; for PPP it is always
    the table's unit. A step that changes nothing is not made and needs no rate. Negative amounts (refunds) are
    kept. Raises MissingRate with the table, name and year that lack; OutOfRange for rates that are not above
    zero or a PPP of another currency than the amount's.
    """
    steps: list[Step] = []
    if money.price_year != price_year:
        then = _rate(tables.deflator, "deflator", money.country, money.price_year)
        now = _rate(tables.deflator, "deflator", money.country, price_year)
        steps.append(
            Step("deflator", now / then, str(money.price_year), str(price_year), tables.deflator_source)
        )
    target = tables.ppp_unit if basis is Basis.PPP else unit or tables.market_unit
    if basis is Basis.PPP:
        if unit and unit != tables.ppp_unit:
            raise OutOfRange(f"Purchasing power parities lead to {tables.ppp_unit}, not to {unit}.")
        national = tables.ppp_currency.get(money.country)
        if national != money.currency:
            raise OutOfRange(
                f"The purchasing power parity of {money.country} is for {national or 'no currency'}, "
                f"the amount is in {money.currency}."
            )
        rate = _rate(tables.ppp, "purchasing power parity", money.country, price_year)
        steps.append(Step("ppp", 1 / rate, money.currency, target, tables.ppp_source))
    elif target != money.currency:
        factor = _market(tables, target, price_year) / _market(tables, money.currency, price_year)
        steps.append(Step("market", factor, money.currency, target, tables.market_source))
    amount = money.amount
    for step in steps:
        amount *= step.factor
    return Converted(amount, target, price_year, basis, money, tuple(steps))


def _market(tables: Tables, currency: str, year: int) -> float:
    return 1.0 if currency == tables.market_unit else _rate(tables.market, "exchange rate", currency, year)


def _rate(table: Mapping[tuple[str, int], float], what: str, name: str, year: int) -> float:
    rate = table.get((name, year))
    if rate is None:
        raise MissingRate(
            f"The tables hold no {what} for {name} in {year}; add it, or choose another price year."
        )
    if not rate > 0:
        raise OutOfRange(f"The {what} for {name} in {year} must be above zero; it is {rate:g}.")
    return rate
