"""From spending to effects: the input-output model run on one table, for one spender, with its band."""

from dataclasses import dataclass

import numpy as np

from leaps.indicators.economy import tables
from leaps.indicators.economy.tables import BrokenTable, Table
from leaps.indicators.formulas import impact
from leaps.indicators.formulas.checks import Floats, OutOfRange, within
from leaps.indicators.formulas.intervals import Interval

HOME, WORLD = 0, 1
"""The two sums that are made: the spender's own region of the table, and the whole table."""
VALUE_ADDED, OUTPUT = 0, 1
TRADERS = "46"
MOST_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Spending:
    """What one spender spends in a year and what is assumed about the rest.

    Money in the table's unit. `purchases` by sector of the table, as paid; `abroad` the share bought in other
    regions of the table, which falls on them by their output of each sector. `payroll` are gross wages paid by
    the spender, `jobs` its own full-time equivalents (None: not told). Shares are 0..1.
    """

    home: int
    purchases: tuple[float, ...]
    payroll: float = 0.0
    jobs: float | None = None
    abroad: float = 0.0
    vat: float = 0.0
    margin: float = 0.0
    wage_share: float = 0.5
    tax: float = 0.3
    saving: float = 0.1
    leak: float = 0.05
    region_share: float | None = None
    delta: float = 0.3
    spread: float = 0.1
    seed: int = 1
    draws: int = 200


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure in one sum: direct is the spender's own and has no band; total is all three."""

    measure: str
    unit: str
    scope: int
    direct: float | None
    indirect: Interval
    induced: Interval
    total: Interval | None


@dataclass(frozen=True, slots=True)
class SectorShare:
    """Value added that one sector has of the spending, at home and in the whole table."""

    sector: str
    home_indirect: float
    home_induced: float
    away: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything the calculator says. Ratios are per unit spent, payroll included; NaN where they mean nothing.

    `type_one` and `type_two` relate value added of all rounds to the spender's own; `output_multiplier` is of
    the purchases alone. `regional` is the value added in the spender's region within its country, indirect
    only, where its size was told. `footprints` are accounts other than jobs: (name, unit, indirect at home,
    indirect everywhere).
    """

    spent: float
    basic: float
    taxes: float
    effects: tuple[Effect, ...]
    by_sector: tuple[SectorShare, ...]
    per_unit: tuple[Interval, Interval]
    per_unit_home: tuple[Interval, Interval]
    type_one: float
    type_two: float
    output_multiplier: float
    regional: float | None
    regional_multiplier: float | None
    footprints: tuple[tuple[str, str, float, float], ...]
    wages_assumed: bool
    seed: int
    draws: int


def is_jobs(account: tables.Account) -> bool:
    """Whether an account counts work."""
    return account.name == "jobs"


def calculate(table: Table, spending: Spending) -> Outcome:
    """Run the model. Raises OutOfRange, ShapeMismatch, NotProductive, BrokenTable with what to change."""
    s = spending
    _check(table, s)
    demand = _demand(table, s)
    v = impact.intensities(table.value_added, table.output)
    wages = s.wage_share * v if table.wages is None else impact.intensities(table.wages, table.output)
    regions = len(table.regions)
    closing = {
        "spending": impact.household_spending(np.clip(table.households, 0, None), tax=s.tax, saving=s.saving, leak=s.leak),
        "wages": impact.wage_rows(wages, table.region_numbers, regions),
        "payroll": np.where(np.arange(regions) == s.home, s.payroll, 0.0),
    }
    made = impact.rounds(table.coefficients, demand.basic, **closing)
    per_unit = np.stack([np.ones(table.size), *(impact.intensities(a.values, table.output) for a in table.accounts)])
    at_home = (table.region_numbers == s.home).astype(float)
    scopes = np.stack([at_home, np.ones(table.size)])
    drawn = impact.band(
        table.coefficients, demand.basic, **closing, value_added=v, accounts=per_unit, scopes=scopes, seed=s.seed,
        draws=s.draws, spreads=impact.Spreads(s.spread, s.spread, s.spread),
    )  # fmt: skip
    measures = np.vstack([v[np.newaxis], per_unit])
    indirect, induced = (impact.totals(output, measures, scopes) for output in (made.indirect, made.induced))
    spent = float(sum(s.purchases)) + s.payroll
    direct = _direct(table, s)
    effects = tuple(
        _effect(table, number, scope, direct[number], indirect, induced, drawn)
        for number in range(len(measures)) if number <= OUTPUT or is_jobs(table.accounts[number - 2])
        for scope in (HOME, WORLD)
    )  # fmt: skip
    added_indirect, added_induced = v * made.indirect, v * made.induced
    own = s.payroll
    both = indirect[VALUE_ADDED, WORLD] + induced[VALUE_ADDED, WORLD]
    regional = _regional(table, s, demand.basic, v)
    return Outcome(
        spent=spent,
        basic=float(demand.basic.sum()),
        taxes=demand.taxes,
        effects=effects,
        by_sector=_by_sector(table, s, added_indirect, added_induced),
        per_unit=_per_unit(spent, own, indirect, induced, drawn, WORLD),
        per_unit_home=_per_unit(spent, own, indirect, induced, drawn, HOME),
        type_one=float(own + indirect[VALUE_ADDED, WORLD]) / own if own else np.nan,
        type_two=float(own + both) / own if own else np.nan,
        output_multiplier=float(made.indirect.sum() / demand.basic.sum()) if demand.basic.sum() else np.nan,
        regional=regional[0] if regional else None,
        regional_multiplier=regional[1] if regional else None,
        footprints=tuple(
            (a.name, a.unit, float(indirect[2 + n, HOME]), float(indirect[2 + n, WORLD]))
            for n, a in enumerate(table.accounts) if not is_jobs(a)
        ),
        wages_assumed=table.wages is None,
        seed=s.seed,
        draws=s.draws,
    )  # fmt: skip


def _check(table: Table, s: Spending) -> None:
    if len(s.purchases) != len(table.sectors):
        message = f"The table has {len(table.sectors)} sectors, and there is spending for {len(s.purchases)}."
        raise OutOfRange(message)
    if not 0 <= s.home < len(table.regions):
        message = "Choose a region of the table."
        raise OutOfRange(message)
    if any(not 0 <= amount < np.inf for amount in (*s.purchases, s.payroll, s.jobs or 0.0)):
        message = "Amounts must be numbers of zero or more."
        raise OutOfRange(message)
    for name, share in (("share bought abroad", s.abroad), ("wage share", s.wage_share), ("tax rate", s.vat)):
        within(name, share, 0, 1)
    if s.region_share is not None and not 0 < s.region_share <= 1:
        message = "The region's share of its country must lie above 0 and be at most 100 %."
        raise OutOfRange(message)
    within("number of draws", s.draws, 2, MOST_DRAWS)


def _demand(table: Table, s: Spending) -> impact.Demand:
    """The purchases at basic prices by sector and region."""
    sectors = len(table.sectors)
    share = np.zeros((len(table.regions), sectors))
    output = table.output.reshape(share.shape).copy()
    output[s.home] = 0
    others = output.sum(axis=0)
    share[:] = np.divide(output, others, out=np.zeros_like(output), where=others > 0)
    share *= s.abroad
    # What nobody else makes is bought at home.
    share[s.home] = np.where(others > 0, 1 - s.abroad, 1.0)
    paid = np.asarray(s.purchases)
    to = np.zeros(sectors)
    if s.margin:
        found = table.sector_of(TRADERS)
        if found is None:
            message = "This table does not say which of its sectors are the traders; leave the margin at 0."
            raise BrokenTable(message)
        to[found] = 1
    at_basic = impact.basic_prices(paid, tax=s.vat, margin=s.margin, margin_sectors=to)
    return impact.Demand((share * at_basic.basic).ravel(), at_basic.taxes)


def _direct(table: Table, s: Spending) -> list[float | None]:
    """The spender's own value added (its wages), output (what it spends) and accounts (its jobs)."""
    spent = float(sum(s.purchases)) + s.payroll
    return [s.payroll, spent, *(s.jobs if is_jobs(account) else None for account in table.accounts)]


def _effect(
    table: Table, number: int, scope: int, direct: float | None, indirect: Floats, induced: Floats, drawn: impact.Band
) -> Effect:
    names = [("value added", table.unit), ("output", table.unit), *((a.name, a.unit) for a in table.accounts)]
    one, two = float(indirect[number, scope]), float(induced[number, scope])
    both = drawn.interval(one + two, number, scope, "both")
    total = Interval(both.value + direct, both.low + direct, both.high + direct, both.level) if direct is not None else None
    return Effect(
        *names[number], scope, direct,
        drawn.interval(one, number, scope, "indirect"), drawn.interval(two, number, scope, "induced"), total,
    )  # fmt: skip


def _per_unit(
    spent: float, own: float, indirect: Floats, induced: Floats, drawn: impact.Band, scope: int
) -> tuple[Interval, Interval]:
    """Value added per unit spent, first without and then with the induced round."""
    if not spent:
        nothing = Interval(np.nan, np.nan, np.nan)
        return nothing, nothing
    one = indirect[VALUE_ADDED, scope]
    intervals = (
        drawn.interval(float(one), VALUE_ADDED, scope, "indirect"),
        drawn.interval(float(one + induced[VALUE_ADDED, scope]), VALUE_ADDED, scope, "both"),
    )
    first, second = (
        Interval((own + i.value) / spent, (own + i.low) / spent, (own + i.high) / spent, i.level) for i in intervals
    )
    return first, second


def _by_sector(table: Table, s: Spending, indirect: Floats, induced: Floats) -> tuple[SectorShare, ...]:
    shape = (len(table.regions), len(table.sectors))
    one, two = indirect.reshape(shape), induced.reshape(shape)
    away = (one + two).sum(axis=0) - one[s.home] - two[s.home]
    return tuple(
        SectorShare(name, float(one[s.home, i]), float(two[s.home, i]), float(away[i])) for i, name in enumerate(table.sectors)
    )


def _regional(table: Table, s: Spending, demand: Floats, v: Floats) -> tuple[float, float] | None:
    """Value added within the region and the region's output multiplier, by Flegg's quotients.

    Only the region's size is told, so its mix of sectors is taken to be the country's; purchases at home fall on
    the region as far as its size lets it supply them.
    """
    if s.region_share is None:
        return None
    home = np.flatnonzero(table.region_numbers == s.home)
    national = table.output[home]
    # A sector the country does not have cannot be in the region either.
    quotients = impact.flegg_quotients(national * s.region_share, national, s.delta)
    inverse = impact.leontief(impact.regionalised(table.coefficients[np.ix_(home, home)], quotients))
    bought = demand[home] * np.minimum(1.0, np.diagonal(quotients))
    made = inverse @ bought
    multiplier = float(made.sum() / bought.sum()) if bought.sum() else np.nan
    return float(v[home] @ made), multiplier
