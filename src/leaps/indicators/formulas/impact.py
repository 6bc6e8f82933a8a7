"""Input-output analysis: what spending sets going in an economy, and how far the answer can be trusted.

Sectors of all regions stand one after the other: n of them, in k regions. A column of a table is what a sector
buys, a row is what it sells; money is in the unit of the table. Everything here is NumPy alone, so that a page
need not wait for the library pymrio; that both say the same is tested against pymrio's own results.

Three rounds are told apart everywhere:
  direct    what the spender itself does: its payroll, its value added, its jobs;
  indirect  what its suppliers do, and theirs, and so on (type I);
  induced   what follows when the wages of all these are spent by households (type II).
No price changes, no bottleneck, fixed coefficients; gross, not net: the money could have been spent elsewhere.

Source: R. E. Miller, P. D. Blair, Input-Output Analysis, 2nd ed. (2009): ch. 2 (the model), ch. 3 (regions),
ch. 6 (multipliers, households), ch. 10 (environment).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaps.core.errors import DomainError
from leaps.indicators.formulas.checks import (
    Floats,
    Integers,
    OutOfRange,
    ShapeMismatch,
    floats,
    not_negative,
    within,
)
from leaps.indicators.formulas.intervals import LEVEL, Interval

MOST_IN_A_BATCH = 4_000_000  # numbers in the matrices that one batch of draws holds: 32 MB


class NotProductive(DomainError):
    """The sectors of the table use up more than they make, so no output can meet a demand."""

    status = 422


def _square(name: str, values: ArrayLike) -> Floats:
    matrix = floats(values)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        message = f"The {name} must be a square matrix; its shape is {matrix.shape}."
        raise ShapeMismatch(message)
    return matrix


def _of_length(name: str, values: ArrayLike, n: int) -> Floats:
    """An array whose last axis has n entries, none of them missing: a sum with NaN would be NaN everywhere."""
    array = floats(values)
    if array.ndim == 0 or array.shape[-1] != n:
        message = f"The {name} must have {n} entries, one for each sector of each region; its shape is {array.shape}."
        raise ShapeMismatch(message)
    if not np.isfinite(array).all():
        message = f"The {name} has missing or infinite entries; put a number there, or leave the sector out."
        raise OutOfRange(message)
    return array


# -- the model -------------------------------------------------------------------------------------


def coefficients(flows: ArrayLike, output: ArrayLike) -> Floats:
    """Technical coefficients A = Z diag(x)^-1: what a sector buys of each other for one unit of its output.

    `flows` Z has shape (n, n), `output` x (n,), both in the table's money; A has no unit. A sector without
    output has a column of zeros, as in pymrio: it buys nothing. Raises ShapeMismatch; OutOfRange for NaN or
    negative output.
    """
    z = _square("table of flows", flows)
    return z * _inverse(output, len(z))


def intensities(account: ArrayLike, output: ArrayLike) -> Floats:
    """An account per unit of output: value added, wages, jobs, emissions; S = F diag(x)^-1.

    `account` has shape (n,) or (accounts, n), in any unit; the result is that unit per unit of money, zero for
    a sector without output. Raises as `coefficients`.
    """
    x = floats(output)
    return _of_length("account", account, len(x)) * _inverse(x, len(x))


def _inverse(output: ArrayLike, n: int) -> Floats:
    x = _of_length("output", output, n)
    not_negative("output", x)
    return np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)


def spectral_radius(a: ArrayLike) -> float:
    """The largest absolute eigenvalue of the coefficients (n, n): demand can be met if it is below 1."""
    return float(np.abs(np.linalg.eigvals(_square("coefficients", a))).max(initial=0.0))


def leontief(a: ArrayLike) -> Floats:
    """L = (I - A)^-1: output of every sector (row) for one unit of final demand of each (column); shape (n, n).

    Raises NotProductive when no non-negative output meets every demand (spectral radius 1 or more).
    """
    matrix = _square("coefficients", a)
    radius = spectral_radius(matrix)
    if not radius < 1:
        message = f"The sectors of this table need more than they make (spectral radius {radius:.3g}, must be below 1). Check that flows and output are of one year and unit."
        raise NotProductive(message)
    return floats(np.linalg.inv(np.eye(len(matrix)) - matrix))


# -- households ------------------------------------------------------------------------------------


def household_spending(consumption: ArrayLike, *, tax: float, saving: float, leak: float) -> Floats:
    """Of one unit of wages in a region, what its households spend on each sector; shape (n, k), no unit.

    `consumption` (n, k) is what households of each region buy of each sector, in money. `tax`, `saving` and
    `leak` (to commuters' homes and other places outside the table) are shares of gross wages, together at most
    1; each column adds up to 1 - tax - saving - leak. A region without consumption spends nothing. Raises
    OutOfRange for shares outside 0..1 and for a region whose consumption adds to less than zero.
    Source: brief of the indicators, section 8; Miller and Blair, ch. 2.5.
    """
    bought = floats(consumption)
    if bought.ndim != 2:
        message = f"The consumption needs a column for each region; its shape is {bought.shape}."
        raise ShapeMismatch(message)
    for name, share in (("tax share", tax), ("saving share", saving), ("leak share", leak)):
        within(name, share, 0, 1)
    kept = 1 - within("sum of tax, saving and leak", tax + saving + leak, 0, 1)
    total = bought.sum(axis=0)
    not_negative("consumption of a region", total)
    return floats(bought * np.divide(kept, total, out=np.zeros_like(total), where=total > 0))


def wage_rows(wages: ArrayLike, region: Integers, regions: int) -> Floats:
    """Wages per unit of output as rows of the regions that earn them; shape (k, n), no unit.

    `wages` (n,) are wages per unit of output, `region` (n,) the number 0..k-1 of each sector's region: wages
    are earned where the work is done. Raises ShapeMismatch, OutOfRange for a region that does not exist.
    """
    w = floats(wages)
    where = np.asarray(region)
    _of_length("region numbers", where, len(w))
    if len(where) and not (where.min() >= 0 and where.max() < regions):
        message = f"Region numbers must lie between 0 and {regions - 1}."
        raise OutOfRange(message)
    rows = np.zeros((regions, len(w)))
    rows[where, np.arange(len(w))] = w
    return rows


def closed(a: ArrayLike, spending: ArrayLike, wages: ArrayLike) -> Floats:
    """The coefficients closed with households: A* = [[A, c], [w, 0]], shape (n + k, n + k).

    `spending` c (n, k) is from `household_spending`, `wages` w (k, n) from `wage_rows`. Raises ShapeMismatch.
    """
    matrix = _square("coefficients", a)
    n = len(matrix)
    c, w = floats(spending), floats(wages)
    if c.ndim != 2 or w.ndim != 2 or c.shape[0] != n or w.shape != c.shape[::-1]:
        message = f"Spending must have shape (sectors, regions) and wages (regions, sectors), for {n} sectors; they have {c.shape} and {w.shape}."
        raise ShapeMismatch(message)
    k = c.shape[1]
    return np.block([[matrix, c], [w, np.zeros((k, k))]])


# -- multipliers -----------------------------------------------------------------------------------


def output_multipliers(inverse: ArrayLike, n: int | None = None) -> Floats:
    """Output of all sectors for one unit of demand of each: m_j = sum_i L_ij; shape (n,), at least 1.

    Type I for L; type II for the inverse of the closed table, of which only the first `n` rows and columns are
    sectors. Always say which. Output counts the same value once in every sector it passes: see value added.
    """
    inverse = _square("inverse", inverse)
    n = len(inverse) if n is None else n
    return floats(inverse[:n, :n].sum(axis=0))


def multipliers(per_unit: ArrayLike, inverse: ArrayLike) -> Floats:
    """Value added, jobs or anything else for one unit of demand of each sector: m_j = sum_i e_i L_ij.

    `per_unit` e is from `intensities`, shape (n,) or (accounts, n). Type I for L, type II for the inverse of the
    closed table, whose rows beyond n are households and count for nothing. Same shape and unit as `per_unit`.
    """
    inverse = _square("inverse", inverse)
    e = floats(per_unit)
    n = e.shape[-1] if e.ndim else 0
    if not 0 < n <= len(inverse):
        message = f"There are {n} entries per unit for an inverse of {len(inverse)}."
        raise ShapeMismatch(message)
    return floats(e @ inverse[:n, :n])


def multiplier_ratios(per_unit: ArrayLike, inverse: ArrayLike) -> Floats:
    """The multiplier over what the sector itself has of it: m_j / e_j, at least 1; NaN where e_j is 0.

    With L this is the type I ratio, (direct + indirect) / direct of the sector; with the inverse of the closed
    table the type II ratio, induced effects included.
    """
    e = floats(per_unit)
    m = multipliers(e, inverse)
    return np.divide(m, e, out=np.full_like(m, np.nan), where=e != 0)


def footprint(account: ArrayLike, output: ArrayLike, inverse: ArrayLike, demand: ArrayLike) -> Floats:
    """What a demand causes of an environmental account, by the sector where it happens: diag(B) L y, B = F/x.

    `account` F (n,) or (accounts, n) in its own unit for the whole table, `output` x (n,), `inverse` L (n, n),
    `demand` y (n,). The result has the account's shape and unit; its sum over the last axis is the footprint.
    What the households of the table emit themselves is not in it. For a facility's purchases this is the part
    of scope 3 that comes from its suppliers.
    """
    l = _square("inverse", inverse)  # noqa: E741  the letter of the textbooks
    made = l @ _of_length("demand", demand, len(l))
    return intensities(account, output) * made


# -- a region within a country ---------------------------------------------------------------------


def location_quotients(regional: ArrayLike, national: ArrayLike) -> Floats:
    """How much a region is given to each sector: its share in the region over its share in the country.

    Output or jobs by sector, shape (m,), the region within the country. Above 1: the region has more than its
    share. A sector the country lacks gives NaN. Raises OutOfRange when a region has more than its country.
    """
    r, n = _region_in_nation(regional, national)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, (r / r.sum()) / (n / n.sum()), np.nan)


def _region_in_nation(regional: ArrayLike, national: ArrayLike) -> tuple[Floats, Floats]:
    n = floats(national)
    r = _of_length("regional output", regional, n.shape[-1] if n.ndim else 0)
    _of_length("national output", n, len(n))
    not_negative("regional output", r)
    if np.any(r > n * (1 + 1e-9)):
        message = "A region cannot have more of a sector than its country; check unit and year."
        raise OutOfRange(message)
    if not r.sum() > 0:
        message = "The region has no output at all; there is nothing to regionalise."
        raise OutOfRange(message)
    return r, n


def flegg_quotients(regional: ArrayLike, national: ArrayLike, delta: float = 0.3) -> Floats:
    """Flegg's location quotients: how far a region can supply sector i to sector j itself; shape (m, m).

    FLQ_ij = CILQ_ij x lambda, CILQ_ij = LQ_i / LQ_j, on the diagonal LQ_i; lambda = log2(1 + x_r/x_n)^delta
    with the whole output of region and country. Output or jobs by sector, shape (m,). `delta` in 0..1 says how
    much more a small region must bring in; about 0.25 to 0.3 in studies with survey tables. Sectors that
    country or region lack give 0: nothing can be supplied there.
    Source: A. T. Flegg, C. D. Webber, Regional Studies 31 (1997) 795; diagonal and delta: 34 (2000) 563.
    """
    r, n = _region_in_nation(regional, national)
    within("delta", delta, 0, 1)
    own = np.nan_to_num(location_quotients(r, n))
    across = np.divide(own[:, None], own[None, :], out=np.zeros((len(r), len(r))), where=own[None, :] > 0)
    np.fill_diagonal(across, own)
    return floats(across * np.log2(1 + r.sum() / n.sum()) ** delta)


def regionalised(a: ArrayLike, quotients: ArrayLike) -> Floats:
    """Coefficients of a region from those of its country: a_ij min(1, FLQ_ij); never above the country's.

    What the region cannot supply is brought in from outside and drops out. Both of shape (m, m).
    """
    matrix, q = _square("coefficients", a), _square("quotients", quotients)
    if matrix.shape != q.shape:
        message = f"Coefficients have shape {matrix.shape} and quotients {q.shape}; they must be the same."
        raise ShapeMismatch(message)
    not_negative("quotients", q)
    return matrix * np.minimum(1.0, q)


# -- what was spent --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Demand:
    """Spending at basic prices by sector (n,), and the taxes taken off it, in the same money."""

    basic: Floats
    taxes: float


def basic_prices(paid: ArrayLike, *, tax: ArrayLike, margin: ArrayLike, margin_sectors: ArrayLike) -> Demand:
    """Purchases as paid turned into purchases as the makers get them, which is what the tables hold.

    `paid` (n,) in money, taxes included; `tax` the share of the price before tax (0.2 for 20 % VAT) and
    `margin` the share of the price before tax that traders and carriers keep, each a number or (n,). Margins go
    to the sectors that earn them in the shares `margin_sectors` (n,), which add up to 1. Basic prices and taxes
    together are what was paid. Raises OutOfRange for shares outside 0..1 (taxes: below 0).
    """
    p = floats(paid)
    if p.ndim != 1:
        message = f"The purchases must be one list; their shape is {p.shape}."
        raise ShapeMismatch(message)
    _of_length("purchases", p, len(p))
    t, m = np.broadcast_to(floats(tax), p.shape), np.broadcast_to(floats(margin), p.shape)
    to = _of_length("margin sectors", margin_sectors, len(p))
    not_negative("tax share", t)
    not_negative("margin share", m)
    not_negative("margin sectors", to)
    if np.any(m > 1):
        message = "A margin is a share of the price and cannot be above 1."
        raise OutOfRange(message)
    if np.any(m > 0) and abs(to.sum() - 1) > 1e-9:
        message = (
            f"The shares of the sectors that earn the margins must add up to 1; they add up to {to.sum():g}."
        )
        raise OutOfRange(message)
    before = p / (1 + t)
    kept = before * m
    return Demand(before - kept + kept.sum() * to, float(p.sum() - before.sum()))


# -- effects and their band ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rounds:
    """Output by sector that spending sets going, in money: suppliers and theirs, and the households' round."""

    indirect: Floats
    induced: Floats


def rounds(
    a: ArrayLike, demand: ArrayLike, *, spending: ArrayLike, wages: ArrayLike, payroll: ArrayLike
) -> Rounds:
    """Output by sector (n,) of the indirect and the induced round.

    `demand` y (n,) are purchases at basic prices by sector and region; `payroll` (k,) the wages the spender
    pays itself, by region of residence; `spending` and `wages` as in `closed`. indirect = L y; induced = the
    first n rows of L* [y; payroll], less L y. Without payroll and wages nothing is induced. Raises
    NotProductive when the table, or the table with households, cannot meet a demand.
    """
    matrix = _square("coefficients", a)
    star = closed(matrix, spending, wages)
    for table in (matrix, star):
        radius = spectral_radius(table)
        if not radius < 1:
            message = f"This table cannot meet a demand (spectral radius {radius:.3g}, must be below 1): its sectors, or its households, spend more than they get. Raise the shares of tax, saving or leak."
            raise NotProductive(message)
    indirect, induced = _solve(
        star[np.newaxis], _both(star, matrix, demand, payroll)[np.newaxis], len(matrix)
    )
    return Rounds(indirect[0], induced[0])


def _both(star: Floats, matrix: Floats, demand: ArrayLike, payroll: ArrayLike) -> Floats:
    y = _of_length("demand", demand, len(matrix))
    p = floats(payroll)
    if p.shape != (len(star) - len(matrix),):
        message = f"The payroll must have {len(star) - len(matrix)} entries, one for each region; its shape is {p.shape}."
        raise ShapeMismatch(message)
    return np.concatenate([y, p])


def _solve(stars: Floats, rights: Floats, n: int) -> tuple[Floats, Floats]:
    """Indirect and induced output, each (draws, n), for closed tables (draws, n + k, n + k).

    The sectors are solved once, for the demand and for what each region's households buy; the incomes of the
    households, h = (I - w L c)^-1 (p + w L y), then take only a k x k system.
    """
    k = stars.shape[-1] - n
    sides = np.concatenate([rights[:, :n, np.newaxis], stars[:, :n, n:]], axis=2)
    made = np.linalg.solve(np.eye(n) - stars[:, :n, :n], sides)
    indirect, of_households = made[..., 0], made[..., 1:]
    w = stars[:, n:, :n]
    earned = rights[:, n:] + (w @ indirect[..., np.newaxis])[..., 0]
    income = np.linalg.solve(np.eye(k) - w @ of_households, earned[..., np.newaxis])
    return floats(indirect), floats((of_households @ income)[..., 0])


@dataclass(frozen=True, slots=True)
class Spreads:
    """How far the draws go from what was given, as a share of it either way, evenly spread.

    `demand`: how the spending falls on the sectors (its sum stays). `coefficients`: each entry of the table.
    `accounts`: jobs, emissions and the like per unit of output.
    """

    demand: float = 0.1
    coefficients: float = 0.1
    accounts: float = 0.1


@dataclass(frozen=True, slots=True)
class Band:
    """Draws of the effects, each of shape (draws, measures, scopes), and the seed that gives them again."""

    indirect: Floats
    induced: Floats
    seed: int

    @property
    def draws(self) -> int:
        """How many times the model was run."""
        return len(self.indirect)

    def interval(self, value: float, measure: int, scope: int, part: str, level: float = LEVEL) -> Interval:
        """The central `level` of the draws of a part, around the value of the model as given.

        `part` is indirect, induced or both (their sum in each draw).
        """
        drawn = {
            "indirect": self.indirect, "induced": self.induced, "both": self.indirect + self.induced,
        }[part][:, measure, scope]  # fmt: skip
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        return Interval(value, float(low), float(high), level)


def totals(made: ArrayLike, per_unit: ArrayLike, scopes: ArrayLike) -> Floats:
    """Output (n,) weighed with accounts (measures, n) and summed over scopes (scopes, n); (measures, scopes)."""
    return floats((floats(per_unit) * floats(made)) @ floats(scopes).T)


def band(
    a: ArrayLike,
    demand: ArrayLike,
    *,
    spending: ArrayLike,
    wages: ArrayLike,
    payroll: ArrayLike,
    value_added: ArrayLike,
    accounts: ArrayLike,
    scopes: ArrayLike,
    seed: int,
    draws: int = 400,
    spreads: Spreads | None = None,
) -> Band:
    """The model run on drawn demands and tables: how much the result hangs on what is not known sharply.

    Arguments as in `rounds`; `value_added` (n,) per unit of output, `accounts` (m, n) further ones per unit of
    output, `scopes` (s, n) which sectors count into which sum (1 or 0). The measures of the result are value
    added first, then the accounts in their order.

    In each draw every coefficient, every share of the demand and every account moves evenly within its spread;
    the demand's sum stays. Where inputs take more of the output, value added and wages take less: v' =
    v (1 - sum a') / (1 - sum a). This is a band of the inputs' sharpness, not of the model's truth. The same
    seed gives the same draws. Raises OutOfRange for spreads outside 0..0.5, for fewer than 2 draws, and when the
    spread is so wide that a drawn table might not meet its demand.
    """
    s = spreads or Spreads()
    for name, value in (("demand", s.demand), ("coefficients", s.coefficients), ("accounts", s.accounts)):
        within(f"spread of the {name}", value, 0, 0.5)
    if draws < 2:
        message = f"A band needs at least 2 draws, not {draws}."
        raise OutOfRange(message)
    matrix = _square("coefficients", a)
    n = len(matrix)
    star = closed(matrix, spending, wages)
    radius = spectral_radius(_largest(star, n, s.coefficients))
    if not radius < 1:
        message = f"With a spread of {s.coefficients:.0%} a drawn table might not meet its demand (spectral radius up to {radius:.3g}). Choose a smaller spread, or more tax, saving or leak."
        raise OutOfRange(message)
    right = _both(star, matrix, demand, payroll)
    v = _of_length("value added", value_added, n)
    e = _of_length("accounts", accounts, n).reshape(-1, n)
    masks = _of_length("scopes", scopes, n).reshape(-1, n)
    random = np.random.default_rng(seed)
    parts = [_drawn(random, count, star, right, v, e, masks, s) for count in _batches(draws, star.size)]
    return Band(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), seed)


def _largest(star: Floats, n: int, spread: float) -> Floats:
    """What no drawn table exceeds in any entry: all inputs up, and wages up as if all inputs were down."""
    bound = star.copy()
    bound[:n, :n] *= 1 + spread
    inputs = star[:n, :n].sum(axis=0)
    bound[n:, :n] *= _change(1 - (1 - spread) * inputs, 1 - inputs)
    return bound


def _change(now: Floats, before: Floats) -> Floats:
    """By what value added and wages change; a sector that uses up its whole output keeps those of the table."""
    return np.divide(now, before, out=np.ones_like(now), where=before > 0).clip(min=0)


def _batches(draws: int, size: int) -> Iterator[int]:
    at_once = max(1, MOST_IN_A_BATCH // max(size, 1))
    for start in range(0, draws, at_once):
        yield min(at_once, draws - start)


def _drawn(
    random: np.random.Generator,
    count: int,
    star: Floats,
    right: Floats,
    v: Floats,
    e: Floats,
    masks: Floats,
    s: Spreads,
) -> tuple[Floats, Floats]:
    n = len(v)
    stars = np.repeat(star[np.newaxis], count, axis=0)
    stars[:, :n, :n] *= random.uniform(1 - s.coefficients, 1 + s.coefficients, size=(count, n, n))
    change = _change(1 - stars[:, :n, :n].sum(axis=1), 1 - star[:n, :n].sum(axis=0))
    stars[:, n:, :n] *= change[:, np.newaxis, :]
    rights = np.repeat(right[np.newaxis], count, axis=0)
    rights[:, :n] *= random.uniform(1 - s.demand, 1 + s.demand, size=(count, n))
    drawn_sum, given = rights[:, :n].sum(axis=1), right[:n].sum()
    rights[:, :n] *= np.divide(given, drawn_sum, out=np.ones_like(drawn_sum), where=drawn_sum != 0)[
        :, np.newaxis
    ]
    indirect, induced = _solve(stars, rights, n)
    moved = e * random.uniform(1 - s.accounts, 1 + s.accounts, size=(count, len(e), n))
    per_unit = np.concatenate([(v * change)[:, np.newaxis, :], moved], axis=1)
    return _summed(indirect, per_unit, masks), _summed(induced, per_unit, masks)


def _summed(made: Floats, per_unit: Floats, masks: Floats) -> Floats:
    return floats(np.einsum("dmn,dn,sn->dms", per_unit, made, masks, optimize=True))
