"""What is left while facilities are dark: capacity by technique and month, and whose demand stays unmet.

Nothing is optimised here: calendars in, capacity and gaps out. Axes: facilities F, instruments I, techniques
T, communities K, months M. Hours are those of a month. A facility is closed from the start of a dark period
(that day included) to its end (excluded); afterwards it comes back by a ramp, one share for each calendar
month, the month of the restart first, and then runs in full.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from leaps.optimise.errors import Booleans, Floats, Integers, Unusable, no_repeats

Value = TypeVar("Value", bound=np.generic)
FIT = 0.5
"""Fitness from which an instrument counts as one where the technique is at home (redundancy)."""


@dataclass(frozen=True)
class Horizon:
    """So many calendar months from the first of a month."""

    first: dt.date
    months: int

    def __post_init__(self) -> None:
        if self.first.day != 1:
            raise Unusable(f"A horizon begins on the first of a month; it is {self.first.isoformat()}.")
        if self.months < 1:
            raise Unusable("A horizon needs at least one month.")

    @cached_property
    def edges(self) -> Integers:
        """Days since the first on which months begin, and the end: (M + 1,)."""
        return np.array([self.day(n) for n in range(self.months + 1)], dtype=np.int64)

    def month_of(self, day: dt.date) -> int:
        """Which month of the horizon a day lies in; below 0 or beyond the last if outside."""
        return 12 * (day.year - self.first.year) + day.month - self.first.month

    def day(self, month: int) -> int:
        """Days from the first of the horizon to the first of one of its months (or of one outside)."""
        years, rest = divmod(self.first.month - 1 + month, 12)
        return dt.date(self.first.year + years, rest + 1, 1).toordinal() - self.first.toordinal()


@dataclass(frozen=True, slots=True)
class DarkPeriod:
    """A facility closed from `start` to the day before `end` (None: open end), then back by `ramp`."""

    facility: str
    start: dt.date
    end: dt.date | None
    ramp: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise Unusable(
                f"The dark period of {self.facility} ends before it starts ({self.start} to {self.end})."
            )
        if any(not 0 <= share <= 1 for share in self.ramp):
            raise Unusable(f"The shares of the ramp of {self.facility} must lie between 0 and 1.")


@dataclass(frozen=True, eq=False)
class Supply:
    """Instruments and what they can do.

    `facility_of`: place of each instrument's facility, (I,). `fitness`: how well it suits a technique, 0 to 1,
    (I, T). `hours`: offered in a month when open, (I,) or (I, M). `mix`: how its hours divide among its
    techniques, rows that add to at most 1, (I, T); without it in proportion to fitness.
    """

    facilities: tuple[str, ...]
    techniques: tuple[str, ...]
    facility_of: Integers
    fitness: Floats
    hours: Floats
    mix: Floats | None = None

    def __post_init__(self) -> None:
        no_repeats("facility", self.facilities)
        no_repeats("technique", self.techniques)
        count = len(self.facility_of)
        for name, array in (("fitness", self.fitness), ("mix", self.mix)):
            if array is not None and array.shape != (count, len(self.techniques)):
                raise Unusable(
                    f"The {name} needs a row for each of {count} instruments and a column for each of "
                    f"{len(self.techniques)} techniques; its shape is {array.shape}."
                )
        if self.hours.ndim not in {1, 2} or len(self.hours) != count:
            raise Unusable(
                f"The hours need a row for each of {count} instruments; their shape is {self.hours.shape}."
            )
        if count and not np.isin(self.facility_of, np.arange(len(self.facilities))).all():
            raise Unusable("An instrument names a facility that is not in the list.")
        if not ((self.fitness >= 0) & (self.fitness <= 1)).all():
            raise Unusable("The fitness of an instrument for a technique must lie between 0 and 1.")
        if not (self.hours >= 0).all():
            raise Unusable("Offered hours must be known and not negative.")
        if self.mix is not None and not ((self.mix >= 0).all() and (self.mix.sum(axis=1) <= 1 + 1e-9).all()):
            raise Unusable("The hours of an instrument cannot be divided into more than 100 %.")

    @cached_property
    def instruments(self) -> Integers:
        """How many instruments each facility has, (F,)."""
        return np.bincount(self.facility_of, minlength=len(self.facilities))

    @cached_property
    def fits(self) -> Booleans:
        """Where a technique is at home: some instrument of the facility has fitness of at least one half, (F, T)."""
        found = np.zeros((len(self.facilities), len(self.techniques)), dtype=np.bool_)
        np.logical_or.at(found, self.facility_of, self.fitness >= FIT)
        return found

    @cached_property
    def reachable(self) -> Floats:
        """Hours each facility could give to each technique if it gave them to no other, (F, T) or (F, T, M)."""
        return self._by_facility(self.fitness)

    @cached_property
    def usable(self) -> Floats:
        """Hours each facility gives to each technique when its hours are divided by the mix, (F, T) or (F, T, M)."""
        whole = self.fitness.sum(axis=1, keepdims=True)
        mix = (
            np.divide(self.fitness, whole, out=np.zeros_like(self.fitness), where=whole > 0)
            if self.mix is None
            else self.mix
        )
        return self._by_facility(self.fitness * mix)

    def _by_facility(self, weights: Floats) -> Floats:
        shape = (len(self.facilities), len(self.techniques), *self.hours.shape[1:])
        found = np.zeros(shape)
        for place in np.unique(self.facility_of):
            rows = self.facility_of == place
            found[place] = weights[rows].T @ self.hours[rows]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """How far each facility is open in each month, with ramp, and how far it is closed, without; shares of days, (F, M)."""

    open: Floats
    closed: Floats


def calendar(facilities: Iterable[str], periods: Iterable[DarkPeriod], horizon: Horizon) -> Calendar:
    """The calendar of facilities from their dark periods, counted in days.

    On a day that several periods touch, the lowest share counts. Raises Unusable for a facility not in the list.
    """
    places = {name: place for place, name in enumerate(facilities)}
    days = int(horizon.edges[-1])
    share = np.ones((len(places), days))
    shut = np.zeros((len(places), days))
    origin = horizon.first.toordinal()
    for period in periods:
        if period.facility not in places:
            raise Unusable(f"A dark period names “{period.facility}”, which is not among the facilities.")
        row = places[period.facility]
        begin = max(period.start.toordinal() - origin, 0)
        end = days if period.end is None else max(period.end.toordinal() - origin, 0)
        share[row, begin:end] = 0.0
        shut[row, begin:end] = 1.0
        if period.end is None:
            continue
        restart = horizon.month_of(period.end)
        for step, level in enumerate(period.ramp):
            first = max(horizon.day(restart + step), period.end.toordinal() - origin, 0)
            last = max(horizon.day(restart + step + 1), 0)
            np.minimum(share[row, first:last], level, out=share[row, first:last])
    lengths = np.diff(horizon.edges)
    starts = horizon.edges[:-1]
    return Calendar(
        np.add.reduceat(share, starts, axis=1) / lengths,
        np.add.reduceat(shut, starts, axis=1) / lengths,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """Capacity by technique and month, all (T, M) unless said.

    `hours` = Σ q h o, each instrument counted in full for each of its techniques; `full` the same with everything
    open. `loss` = 1 - hours / full; NaN where nobody offers the technique. `redundancy`: facilities with a fit
    instrument that are open on some day. `concentration`: sum of squared shares of the facilities (HHI), and
    `n_minus_1`: the largest share, which is what the loss of one facility costs; `leader`: whose it is. NaN and -1
    where there is no capacity. `single`, `none`: months with redundancy 1 and 0, (T,). `instruments_dark`: (M,),
    a facility closed for half of the month counting half of its instruments.
    """

    hours: Floats
    full: Floats
    loss: Floats
    redundancy: Integers
    concentration: Floats
    n_minus_1: Floats
    leader: Integers
    single: Integers
    none: Integers
    instruments_dark: Floats


def capacity(supply: Supply, opened: Calendar) -> Capacity:
    """Capacity with a calendar. O(F T M); shapes must agree."""
    _same_months(supply, opened)
    reach = supply.reachable
    share = opened.open
    if reach.ndim == 2:
        hours = reach.T @ share
        full = np.broadcast_to(reach.sum(axis=0)[:, None], hours.shape)
    else:
        hours = np.einsum("ftm,fm->tm", reach, share, optimize=True)
        full = reach.sum(axis=0)
    # Facility by facility, so that nothing larger than (T, M) is ever touched: three passes over what fits the cache.
    squares, largest = np.zeros_like(hours), np.zeros_like(hours)
    leader = np.full(hours.shape, -1, dtype=np.int64)
    one = np.empty_like(hours)
    bigger = np.empty(hours.shape, dtype=np.bool_)
    for place, level in enumerate(share):
        offered = reach[place].any(axis=-1) if reach.ndim == 3 else reach[place] > 0
        rows = np.flatnonzero(offered)
        if not rows.size:
            continue
        part, more = one[: rows.size], bigger[: rows.size]
        np.multiply(reach[place][rows] if reach.ndim == 3 else reach[place][rows, None], level, out=part)
        np.greater(part, largest[rows], out=more)
        largest[rows] = np.where(more, part, largest[rows])
        leader[rows] = np.where(more, place, leader[rows])
        squares[rows] += part * part
    there = hours > 0
    redundancy = (supply.fits.T.astype(np.float64) @ (share > 0)).astype(np.int64)
    nan = np.full_like(hours, np.nan)
    return Capacity(
        hours=hours,
        full=full,
        loss=1 - np.divide(hours, full, out=nan.copy(), where=full > 0),
        redundancy=redundancy,
        concentration=np.divide(squares, hours * hours, out=nan.copy(), where=there),
        n_minus_1=np.divide(largest, hours, out=nan, where=there),
        leader=leader,
        single=np.count_nonzero(redundancy == 1, axis=1),
        none=np.count_nonzero(redundancy == 0, axis=1),
        instruments_dark=supply.instruments @ opened.closed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Reliance:
    """On whom a technique relies, period by period of equal length (quarters, as a rule), all (T, P).

    `redundancy`: the fewest facilities that have it open in a month of the period. `n_minus_1`: the most that a
    month loses when one more facility fails, and `leader`, that facility; `concentration`: the largest HHI. NaN and
    -1 where no month of the period has capacity. `single`, `none`: months with one facility and with none. `loss`:
    the mean; NaN where nobody offers the technique.
    """

    redundancy: Integers
    n_minus_1: Floats
    leader: Integers
    concentration: Floats
    single: Integers
    none: Integers
    loss: Floats


def reliance(found: Capacity, months: int = 3) -> Reliance:
    """Sum a capacity up by periods of so many months; months that fill no whole period at the end are left out.

    O(T M). Raises Unusable for a period below one month or longer than the horizon.
    """
    count = found.hours.shape[1] // months if months >= 1 else 0
    if not count:
        raise Unusable(f"A period needs from 1 to {found.hours.shape[1]} months; it has {months}.")

    def periods(values: "np.ndarray[Any, np.dtype[Value]]") -> "np.ndarray[Any, np.dtype[Value]]":
        return values[:, : count * months].reshape(len(values), count, months)

    share = np.nan_to_num(periods(found.n_minus_1), nan=-1.0)
    worst = share.argmax(axis=2)[:, :, None]
    most = np.take_along_axis(share, worst, axis=2)[:, :, 0]
    leaders = np.take_along_axis(periods(found.leader), worst, axis=2)[:, :, 0]
    squares = np.nan_to_num(periods(found.concentration), nan=-1.0).max(axis=2)
    redundancy = periods(found.redundancy)
    return Reliance(
        redundancy=redundancy.min(axis=2),
        n_minus_1=np.where(most >= 0, most, np.nan),
        leader=leaders,
        concentration=np.where(squares >= 0, squares, np.nan),
        single=np.count_nonzero(redundancy == 1, axis=2),
        none=np.count_nonzero(redundancy == 0, axis=2),
        loss=periods(found.loss).mean(axis=2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Who needs how much, and how far they get elsewhere.

    `hours`: wanted in a month, (T, K, M). `region_of_facility`, (F,) and `region_of_community`, (K,): equal numbers
    are at home with each other; -1 is at home nowhere. `guest_share`: the part of its hours that a facility may give
    to guests, (F,). `transfer`: what an hour as a guest is worth to a community (travel, other formats), 0 to 1, (K,).
    """

    communities: tuple[str, ...]
    hours: Floats
    region_of_facility: Integers
    region_of_community: Integers
    guest_share: Floats
    transfer: Floats

    def __post_init__(self) -> None:
        no_repeats("community", self.communities)
        count = len(self.communities)
        if self.hours.ndim != 3 or self.hours.shape[1] != count:
            raise Unusable(
                f"Demand needs the shape (techniques, {count} communities, months); it is {self.hours.shape}."
            )
        if len(self.region_of_community) != count or len(self.transfer) != count:
            raise Unusable(f"Every one of {count} communities needs a region and a transfer efficiency.")
        if len(self.region_of_facility) != len(self.guest_share):
            raise Unusable("Every facility needs a region and a share for guests.")
        if not (self.hours >= 0).all():
            raise Unusable("Demand must be known and not negative.")
        for name, values in (("share for guests", self.guest_share), ("transfer efficiency", self.transfer)):
            if not ((values >= 0) & (values <= 1)).all():
                raise Unusable(f"The {name} must lie between 0 and 1.")


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """How the demand of communities is met, hours of demand, (T, K, M).

    `guest_hours`: beamtime that each facility gave to each community as guests, over all months, (F, K).
    """

    home: Floats
    guest: Floats
    unmet: Floats
    guest_hours: Floats


def serve(supply: Supply, opened: Calendar, demand: Demand) -> Served:
    """Meet demand month by month: at home first, then as guests; a shortage is shared in proportion to demand.

    What a region has left after its own communities is offered to guests, up to each facility's share. All guests of a
    technique are served to the same part of what they still need. When transfer efficiencies are equal no other way
    meets more hours in total. Instruments divide their hours among techniques by the mix. O(F T M + T K M).
    """
    _same_months(supply, opened)
    if len(supply.techniques) != demand.hours.shape[0] or opened.open.shape[1] != demand.hours.shape[2]:
        raise Unusable(
            f"Demand has the shape {demand.hours.shape}; it must have the techniques and months of the supply."
        )
    if len(demand.guest_share) != len(supply.facilities):
        raise Unusable(
            f"Demand knows {len(demand.guest_share)} facilities, the supply {len(supply.facilities)}."
        )
    regions, region_of = np.unique(demand.region_of_facility, return_inverse=True)
    supplied = np.zeros((len(regions), *demand.hours.shape[::2]))
    offered = np.zeros_like(supplied)
    parts = []
    for place, (region, share) in enumerate(zip(region_of, demand.guest_share, strict=True)):
        # Only the techniques that a facility has: most have few of all.
        use = supply.usable[place]
        rows = np.flatnonzero(use.any(axis=-1) if use.ndim == 2 else use)
        part = (use[rows] if use.ndim == 2 else use[rows, None]) * opened.open[place]
        supplied[region, rows] += part
        part *= share
        offered[region, rows] += part
        parts.append((rows, part))

    home = np.zeros_like(demand.hours)
    taken_up = np.zeros_like(supplied)
    pool = np.zeros(supplied.shape[1:])
    for place, region in enumerate(regions):
        people = np.flatnonzero((demand.region_of_community == region) & (region >= 0))
        wanted = demand.hours[:, people].sum(axis=1)
        met = _ratio(np.minimum(supplied[place], wanted), wanted)
        home[:, people] = demand.hours[:, people] * met[:, None, :]
        left = np.minimum(np.maximum(supplied[place] - wanted, 0.0), offered[place])
        pool += left
        taken_up[place] = _ratio(left, offered[place])
    rest = demand.hours - home
    able = demand.transfer > 0
    taken = np.divide(rest, demand.transfer[:, None], out=np.zeros_like(rest), where=able[:, None])
    wanted = taken.sum(axis=1)
    taken *= _ratio(np.minimum(pool, wanted), wanted)[:, None, :]
    guest = taken * demand.transfer[:, None]
    # Each host gives in proportion to what it offers.
    taken_up *= _ratio(np.ones_like(pool), pool)
    given = [
        np.einsum("tm,tkm->k", part * taken_up[region, rows], taken[rows])
        for region, (rows, part) in zip(region_of, parts, strict=True)
    ]
    return Served(home, guest, rest - guest, np.array(given).reshape(len(parts), -1))


def _ratio(above: Floats, below: Floats) -> Floats:
    """Quotient, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _same_months(supply: Supply, opened: Calendar) -> None:
    count, months = opened.open.shape
    if count != len(supply.facilities) or (supply.hours.ndim == 2 and supply.hours.shape[1] != months):
        raise Unusable(
            f"The calendar has the shape {opened.open.shape}; it must have the facilities and months of the supply."
        )
