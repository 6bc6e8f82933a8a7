"""Cost-benefit analysis: streams of costs and benefits made into one number, with how sure it is.

Amounts are of one currency and one price year, discounted with a real rate; year 0 is today and is not
discounted. What is left out of the streams is left out of the answer: knowledge that nobody priced counts zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from leaps.indicators.formulas.checks import Floats, OutOfRange, floats, not_negative, same_length, within
from leaps.indicators.formulas.intervals import LEVEL, Interval

SOCIAL_RATE = 0.03
"""The social discount rate of the European Union, as the brief of the indicators gives it; check before printing."""
LARGEST_RATE = 1e6
STEPS = 60  # halvings: more than a float can tell apart


def _flows(values: ArrayLike) -> Floats:
    flows = floats(values)
    if flows.ndim == 0 or flows.shape[-1] == 0:
        message = "There must be an amount for at least one year."
        raise OutOfRange(message)
    return flows


def _rate(rate: float) -> float:
    if not -1 < rate <= LARGEST_RATE:
        message = f"A discount rate must lie above -1 (minus 100 %); it is {rate:g}."
        raise OutOfRange(message)
    return rate


def present_value(flows: ArrayLike, rate: float) -> Floats:
    """The sum of amounts of the years 0, 1, 2 ..., each worth less by (1 + rate) a year.

    `flows` has shape (years,) or (..., years); the result loses the last axis, in the same money. NaN in a year
    makes the sum NaN. Raises OutOfRange for a rate of -1 or less.
    Source: brief of the indicators, section 8: NPV = sum (B_t - C_t)/(1+r)^t.
    """
    amounts = _flows(flows)
    return floats(amounts @ (1 + _rate(rate)) ** -np.arange(amounts.shape[-1], dtype=float))


def net_present_value(benefits: ArrayLike, costs: ArrayLike, rate: float = SOCIAL_RATE) -> Floats:
    """Benefits less costs, discounted. Both of shape (years,) or (..., years), costs as positive amounts."""
    gains, spent = _flows(benefits), _flows(costs)
    same_length(benefits=gains.T, costs=spent.T)
    return present_value(gains - spent, rate)


def benefit_cost_ratio(benefits: ArrayLike, costs: ArrayLike, rate: float = SOCIAL_RATE) -> Floats:
    """Discounted benefits over discounted costs, no unit; NaN where the costs come to 0. Shapes as above."""
    gains, spent = present_value(benefits, rate), present_value(costs, rate)
    blank = np.full(np.broadcast(gains, spent).shape, np.nan)
    return floats(np.divide(gains, spent, out=blank, where=spent != 0))


def internal_rate(flows: ArrayLike) -> Floats:
    """The rate at which the amounts are worth nothing, as a share a year; shape (...) for flows (..., years).

    NaN where there is no such rate or where there may be several, so that one of them would be a choice: a rate
    is given only if the amounts change sign once, or their running sum does (then it is the only one above 0).
    Those with all amounts of one sign or with a missing amount have none. Rates above 1 000 000 count as none.
    Source: C. J. Norstrom, J. Financial Quant. Anal. 7 (1972) 1835.
    """
    amounts = _flows(flows)
    rows = amounts.reshape(-1, amounts.shape[-1])
    once = _sign_changes(rows) == 1
    # A running sum that changes sign once and does not end at zero leaves one rate, above zero.
    running = np.cumsum(rows, axis=1)
    upward = (
        (_sign_changes(running) == 1) & (running[:, -1] != 0) & (np.sign(running[:, -1]) != _first_sign(rows))
    )
    found = np.full(len(rows), np.nan)
    chosen = once | upward
    if chosen.any():
        found[chosen] = _bisected(rows[chosen])
    return floats(found.reshape(amounts.shape[:-1]))


def _first_sign(rows: Floats) -> Floats:
    first = np.argmax(rows != 0, axis=1)
    return floats(np.sign(rows[np.arange(len(rows)), first]))


def _sign_changes(rows: Floats) -> Floats:
    """How often the sign changes from one amount that is not zero to the next; -1 with a missing amount."""
    signs = np.sign(rows)
    changes = np.zeros(len(rows))
    last = np.zeros(len(rows))
    for column in signs.T:
        changes += (column != 0) & (last != 0) & (column != last)
        last = np.where(column != 0, column, last)
    changes[np.isnan(rows).any(axis=1)] = -1
    return changes


def _bisected(rows: Floats) -> Floats:
    """The only rate of each row, by halving; the value is a polynomial in the discount factor 1 / (1 + rate).

    Where the rate is below zero the factor is above 1 and its powers grow without bound: there the row is read
    backwards, as a polynomial in 1 + rate, so that the unknown always lies in 0..1.
    """
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)
    backwards = np.sign(rows.sum(axis=1)) == _first_sign(rows)
    columns = np.where(backwards[:, np.newaxis], rows[:, ::-1], rows).T

    def sign(unknown: Floats) -> Floats:
        value = np.zeros(len(unknown))
        for column in columns[::-1]:
            value = value * unknown + column
        return np.sign(value)

    near, far = np.full(len(rows), 1 / (1 + LARGEST_RATE)), np.ones(len(rows))
    at_near = sign(near)
    none = at_near * sign(far) > 0
    for _step in range(STEPS):
        middle = (near + far) / 2
        same = sign(middle) == at_near
        near, far = np.where(same, middle, near), np.where(same, far, middle)
    found = (near + far) / 2
    return np.where(none, np.nan, np.where(backwards, found, 1 / found) - 1)


# -- what some benefits are worth ------------------------------------------------------------------


def value_of_research_output(
    papers: ArrayLike, authors: ArrayLike, time_share: ArrayLike, wage: ArrayLike
) -> Floats:
    """Papers priced by the time it took to write them: papers x authors x share of a year x yearly wage.

    All of one shape or numbers: papers a year, authors a paper, share of a working year in 0..1 for each
    author and paper, wage in money a year. It prices what went in, not what came of it. Raises OutOfRange.
    Source: ECO-06 of the league's definitions, after the study of Diamond Light Source.
    """
    parts = [floats(part) for part in (papers, authors, time_share, wage)]
    for name, part in zip(("papers", "authors", "time share", "wage"), parts, strict=True):
        not_negative(name, part)
    if np.any(parts[2] > 1):
        message = "The time share is of one working year and cannot be above 1."
        raise OutOfRange(message)
    return floats(parts[0] * parts[1] * parts[2] * parts[3])


def value_of_training(
    trainees: ArrayLike, wage_premium: float, years: int, rate: float = SOCIAL_RATE
) -> Floats:
    """What trained people earn more, as the value in the year they leave; same shape as `trainees`, in money.

    Trainees a year x yearly wage premium x the discounted sum of `years` years, the first one a year after
    leaving. Premium and years are assumptions: show them beside the result. Raises OutOfRange.
    Source: ECO-08 of the league's definitions.
    """
    people = floats(trainees)
    not_negative("trainees", people)
    if years < 0 or not wage_premium >= 0:
        message = "Years and wage premium must not be negative."
        raise OutOfRange(message)
    annuity = ((1 + _rate(rate)) ** -np.arange(1, years + 1, dtype=float)).sum()
    return floats(people * wage_premium * annuity)


# -- how sure --------------------------------------------------------------------------------------


class Side(StrEnum):
    """Which side of the account a stream is on."""

    BENEFIT = "benefit"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Stream:
    """One cost or benefit over the years, in positive amounts, and how far off it may be.

    In each draw the whole stream is multiplied with one number from a triangle over 1 + `low` .. 1 + `high`
    with its peak at 1: low = -0.2 and high = 0.5 means a fifth less up to half as much again.
    """

    name: str
    side: Side
    amounts: tuple[float, ...]
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The numbers as given and their bands; `positive` is the share of draws worth more than they cost.

    `drawn` are the net present values of the draws. The internal rate's band is over the draws that have one
    rate; `rates` says which share of them do.
    """

    net_present_value: Interval
    ratio: Interval
    internal_rate: Interval
    positive: float
    rates: float
    drawn: Floats
    seed: int


def appraise(
    streams: Sequence[Stream],
    *,
    rate: float = SOCIAL_RATE,
    seed: int,
    draws: int = 2000,
    level: float = LEVEL,
) -> Appraisal:
    """Net present value, benefit-cost ratio and internal rate of several streams, with bands by Monte Carlo.

    Streams are of equal length (years) and are drawn independently of each other; the same seed gives the
    same draws. Values are those of the streams as given, bands the central `level` of the draws: with lopsided
    spreads the value need not lie in the middle. Raises OutOfRange without a stream, for fewer than two draws,
    for low outside -1..0, high below 0 or negative amounts; ShapeMismatch for unequal lengths.
    """
    if not streams or draws < 2:
        message = "An appraisal needs at least one stream and two draws."
        raise OutOfRange(message)
    within("confidence level", level, 0.01, 0.9999)
    same_length(**{stream.name or "a stream": stream.amounts for stream in streams})
    amounts = _flows([stream.amounts for stream in streams])
    if not np.isfinite(amounts).all():
        message = "Every year of every stream needs an amount; write 0 where there is none."
        raise OutOfRange(message)
    not_negative("amounts of a stream", amounts)
    sides = np.array([stream.side is Side.BENEFIT for stream in streams])
    factors = _factors(streams, draws, np.random.default_rng(seed))
    gains, spent = factors[:, sides] @ amounts[sides], factors[:, ~sides] @ amounts[~sides]
    drawn = present_value(gains - spent, rate)
    gain, cost = amounts[sides].sum(axis=0), amounts[~sides].sum(axis=0)
    all_rates = internal_rate(gains - spent)
    return Appraisal(
        net_present_value=_interval(float(present_value(gain - cost, rate)), drawn, level),
        ratio=_interval(
            float(benefit_cost_ratio(gain, cost, rate)), benefit_cost_ratio(gains, spent, rate), level
        ),
        internal_rate=_interval(float(internal_rate(gain - cost)), all_rates, level),
        positive=float((drawn > 0).mean()),
        rates=float(np.isfinite(all_rates).mean()),
        drawn=drawn,
        seed=seed,
    )


def _factors(streams: Sequence[Stream], draws: int, random: np.random.Generator) -> Floats:
    """One factor for each draw (row) and stream (column)."""
    columns = []
    for stream in streams:
        within(f"lower spread of {stream.name}", stream.low, -1, 0)
        within(f"upper spread of {stream.name}", stream.high, 0, 100)
        # One generator for each stream: a stream added or left out does not shift the draws of the others.
        own = random.spawn(1)[0]
        if stream.low == stream.high:
            columns.append(np.ones(draws))
        else:
            columns.append(own.triangular(1 + stream.low, 1, 1 + stream.high, size=draws))
    return np.stack(columns, axis=1)


def _interval(value: float, drawn: Floats, level: float) -> Interval:
    known = drawn[np.isfinite(drawn)]
    if len(known) < 2:
        return Interval(value, np.nan, np.nan, level)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)
