"""How reliably a machine gave beam: every variant in use, from one run plan and one outage log.

Facilities count by different rules, and a number without its rule is not comparable. So nothing is chosen
here: `evaluate` returns one result per rule set, and the rule set travels with the number.

Words: *user time* is time scheduled for users, with or without the reserve that makes up for outages. An
*outage* is a time without beam; a *distortion* is any fault users notice, outages included. A *refill* is an
injection during which a facility may or may not call the beam usable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Final, Protocol

import numpy as np

from leaps.core.errors import DomainError
from leaps.indicators.formulas.checks import Integers, OutOfRange
from leaps.indicators.formulas.intervals import LEVEL, Interval, mtbf_interval

_HOUR: Final = 3_600_000_000  # microseconds, the unit of all arithmetic here: whole numbers stay exact
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


class NaiveTime(DomainError):
    """A time without time zone: around the change of the clocks nobody can tell when it was."""

    status = 422


class EndsBeforeStart(DomainError):
    """A period whose end lies before its start."""

    status = 422


class ConflictingPlan(DomainError):
    """Two entries of a run plan give one moment two modes."""

    status = 422


class Mode(StrEnum):
    """What a time of the run plan is for."""

    USER = "user"
    USER_RESERVE = "user_reserve"
    MACHINE = "machine"
    COMMISSIONING = "commissioning"
    SHUTDOWN = "shutdown"


class Fault(StrEnum):
    """Class of an entry of the outage log. The first is an outage, all are distortions."""

    NO_BEAM = "no_beam"
    LOW_CURRENT = "low_current"
    ORBIT = "orbit"
    SIZE = "size"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `start` (included) to `end` (excluded), both with time zone; end None: still going on."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One entry of the run plan."""

    start: datetime
    end: datetime | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Outage:
    """One entry of the outage log. A fault that ends in the minute it began is a fault all the same.

    `in_refill` None: judged by the refills given (it began during one).
    """

    start: datetime
    end: datetime | None
    fault: Fault = Fault.NO_BEAM
    subsystem: str = ""
    in_refill: bool | None = None


class _HasSpan(Protocol):
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """One way to count.

    u_min_h: two outages with less than this many hours between them are one.
    reserve: the reserve is part of the user time. refill_usable: beam during a refill counts as delivered.
    refill_faults: outages that began during a refill count as failures.
    plus_one: the mean time between failures is T/(n + 1), as at the SLS, instead of T/n, as at the ESRF.
    """

    u_min_h: float = 0.0
    reserve: bool = True
    refill_usable: bool = True
    refill_faults: bool = True
    plus_one: bool = False

    @property
    def code(self) -> str:
        """Short, stable and sortable; stored with every value as its variant."""
        return (
            f"umin={self.u_min_h * 60:g}min;reserve={'in' if self.reserve else 'out'};"
            f"refill={'usable' if self.refill_usable else 'lost'};"
            f"refill_faults={'in' if self.refill_faults else 'out'};mtbf={'T/(n+1)' if self.plus_one else 'T/n'}"
        )


U_MIN_HOURS: Final = (
    0.0,
    0.25,
    0.5,
    1.0,
)  # the surveyed range is 15 to 60 minutes; 0 merges nothing but overlaps


def all_rules(u_min_hours: Iterable[float] = U_MIN_HOURS) -> tuple[Rules, ...]:
    """Every combination: 16 for each threshold."""
    yes_no = (True, False)
    return tuple(Rules(*choice) for choice in product(u_min_hours, yes_no, yes_no, yes_no, (False, True)))


@dataclass(frozen=True, slots=True)
class Result:
    """One rule set and what it gives. Hours are float hours; NaN where nothing can be said.

    scheduled_h leaves the reserve out, reserve_h is the reserve; user_h is T of the rule set. no_beam_h is
    the union of the outages in user time, refill_lost_h the refill time beside it that is called not usable.
    Shares are numbers (0.979), not per cent; the compensated availability can exceed 1. `mtbf` carries the
    chi-squared interval of T/n also where the value is T/(n + 1).
    """

    rules: Rules
    scheduled_h: float
    reserve_h: float
    user_h: float
    no_beam_h: float
    refill_lost_h: float
    delivered_h: float
    availability: float
    availability_compensated: float
    n_outages: int
    mtbf: Interval
    mttr_h: float
    n_distortions: int
    mtbd_h: float


@dataclass(frozen=True, slots=True)
class Report:
    """All variants of one period, and what does not depend on the rules."""

    results: tuple[Result, ...]
    downtime_min_per_day: dict[str, float]
    n_open_ended: int

    def by_code(self) -> dict[str, Result]:
        """The results by the code of their rules."""
        return {result.rules.code: result for result in self.results}


def availability(user_h: float, lost_h: float) -> float:
    """(T_user - lost) / T_user, in hours; NaN without user time. Raises OutOfRange if more is lost than there was.

    Source: brief of the common operation metrics.
    """
    _check_hours(user_h, lost_h)
    return (user_h - lost_h) / user_h if user_h else float("nan")


def availability_compensated(user_h: float, lost_h: float, scheduled_h: float) -> float:
    """(T_user - lost) / T_scheduled: the reserve makes up for outages, so more than 1 is possible.

    `user_h` includes the reserve, `scheduled_h` does not. NaN without scheduled time. Raises OutOfRange.
    """
    _check_hours(user_h, lost_h)
    if not 0 <= scheduled_h <= user_h:
        raise OutOfRange("The scheduled hours are the user hours without the reserve and cannot exceed them.")
    return (user_h - lost_h) / scheduled_h if scheduled_h else float("nan")


def mtbf(user_h: float, n_outages: int, *, plus_one: bool = False) -> float:
    """Mean time between failures in hours: T/n, or T/(n + 1). T/n without a failure is NaN, not infinite.

    Without user time NaN. Raises OutOfRange for negative input.
    Sources: ESRF Highlights 2003 and 2007 (T/n: 5441 h, 138 failures, 39.4 h); SLS operation statistics (T/(n + 1)).
    """
    _check_hours(user_h, 0)
    if n_outages < 0:
        raise OutOfRange("The number of outages must not be negative.")
    divisor = n_outages + plus_one
    return user_h / divisor if divisor and user_h else float("nan")


def mttr(no_beam_h: float, n_outages: int) -> float:
    """Mean time to repair in hours: time without beam over number of outages; NaN without an outage."""
    return no_beam_h / n_outages if n_outages else float("nan")


def mtbd(user_h: float, n_distortions: int) -> float:
    """Mean time between distortions in hours, T/n; NaN without one."""
    return mtbf(user_h, n_distortions)


def downtime_per_day(lost_h: float, user_h: float) -> float:
    """Minutes lost per day (24 h) of user time; NaN without user time. Source: PETRA III operation reports."""
    _check_hours(user_h, lost_h)
    return 60 * lost_h / (user_h / 24) if user_h else float("nan")


def evaluate(
    runs: Sequence[Run],
    outages: Sequence[Outage],
    period: Span,
    *,
    refills: Sequence[Span] = (),
    rules: Sequence[Rules] | None = None,
    level: float = LEVEL,
) -> Report:
    """Every variant of the reliability of one machine in one period.

    - Times are compared as moments, whatever time zone they are written in.
    - An entry without end lasts to the end of the period and is counted in `n_open_ended`.
    - Downtime is the union of the outages inside user time inside the period: overlapping entries count once,
      what falls in machine time, a shutdown or another period not at all.
    - Outages are merged over the whole log before the period is cut out, by the clock: less than `u_min_h`
      between the end of one and the start of the next, or an overlap, makes them one. The beam between stays
      delivered. A merged outage counts in the period of its first moment in user time, so that the counts of
      successive periods add up; for this the log and the plan must reach a little before the period.
    - Rules that leave out faults of refills leave them out before merging, from the counts only: their
      downtime was downtime.
    - Distortions are all entries of any class, merged in the same way.
    - Downtime by subsystem is each one's own union of outages per day of user time with reserve; where two
      overlap both get the time, so the parts can add to more than the whole.

    `period` must have an end. Raises NaiveTime, EndsBeforeStart, OutOfRange and, where two entries of the run
    plan give one moment two modes, ConflictingPlan.
    """
    if period.end is None:
        raise OutOfRange(
            "The period needs an end; for a year that is not over, the moment up to which to count."
        )
    window = _ticks([period], "the period", None)[0]
    if window[1] <= window[0]:
        raise OutOfRange("The period must have a length.")
    stop = int(window[1])
    plan = _ticks(runs, "run plan", stop)
    log = _ticks(outages, "outage log", stop)
    filling = _union(_ticks(refills, "refills", stop))
    _refuse_conflicts(runs, plan)

    modes = np.array([run.mode for run in runs], dtype=object)
    scheduled = _union(plan[modes == Mode.USER])
    reserve = _union(plan[modes == Mode.USER_RESERVE])
    with_reserve = _union(np.concatenate([scheduled, reserve]))
    no_beam = np.array([outage.fault == Fault.NO_BEAM for outage in outages], dtype=bool)
    given = [outage.in_refill for outage in outages]
    in_refill = np.where(
        [value is None for value in given], _inside(log[:, 0], filling), [bool(value) for value in given]
    ).astype(bool)

    frame = window[np.newaxis, :]
    scheduled_h, reserve_h = (_hours(_cut(times, frame)) for times in (scheduled, reserve))
    dark = _union(log[no_beam])
    results: list[Result] = []
    for rule in all_rules() if rules is None else rules:
        if not rule.u_min_h >= 0:
            raise OutOfRange("The shortest beam between two outages must not be negative.")
        user = with_reserve if rule.reserve else scheduled
        mine = _cut(user, frame)
        user_h, no_beam_h = _hours(mine), _hours(_cut(dark, mine))
        lost = dark if rule.refill_usable else _union(np.concatenate([dark, filling]))
        lost_h = _hours(_cut(lost, mine))
        counted = np.ones(len(log), dtype=bool) if rule.refill_faults else ~in_refill
        n_outages = _count(log[counted & no_beam], user, window, rule.u_min_h)
        n_distortions = _count(log[counted], user, window, rule.u_min_h)
        bounds = mtbf_interval(user_h, n_outages, level)
        results.append(
            Result(
                rule,
                scheduled_h,
                reserve_h,
                user_h,
                no_beam_h,
                lost_h - no_beam_h,
                user_h - lost_h,
                availability(user_h, lost_h),
                # Compensation means that the reserve was used: with the reserve left out there is none.
                availability_compensated(user_h, lost_h, scheduled_h) if rule.reserve else float("nan"),
                n_outages,
                Interval(mtbf(user_h, n_outages, plus_one=rule.plus_one), bounds.low, bounds.high, level),
                mttr(no_beam_h, n_outages),
                n_distortions,
                mtbd(user_h, n_distortions),
            )
        )
    mine = _cut(with_reserve, frame)
    user_h = _hours(mine)
    subsystems = np.array([outage.subsystem for outage in outages], dtype=object)
    downtime = {
        name: downtime_per_day(_hours(_cut(_union(log[no_beam & (subsystems == name)]), mine)), user_h)
        for name in sorted({outage.subsystem for outage in outages if outage.fault == Fault.NO_BEAM})
    }
    open_ended = sum(span.end is None for entries in (runs, outages, refills) for span in entries)
    return Report(tuple(results), downtime, open_ended)


def _check_hours(user_h: float, lost_h: float) -> None:
    if not 0 <= lost_h <= user_h:
        raise OutOfRange(
            f"The hours lost must lie between 0 and the user hours; they are {lost_h:g} of {user_h:g}."
        )


def _ticks(spans: Sequence[_HasSpan], where: str, stop: int | None) -> Integers:
    """Starts and ends in microseconds since 1970, shape (n, 2); an open end becomes `stop`."""
    ticks = np.empty((len(spans), 2), dtype=np.int64)
    for number, span in enumerate(spans):
        if span.start.tzinfo is None or (span.end is not None and span.end.tzinfo is None):
            raise NaiveTime(
                f"Entry {number + 1} of {where} has a time without time zone ({span.start:%Y-%m-%d %H:%M}); "
                "write it in UTC or with its offset."
            )
        start = (span.start - _EPOCH) // _TICK
        # An open entry that begins after the period lies outside it; it must not end before it begins.
        end = max(start, stop or start) if span.end is None else (span.end - _EPOCH) // _TICK
        if end < start:
            raise EndsBeforeStart(
                f"Entry {number + 1} of {where} ends before it starts ({span.start:%Y-%m-%d %H:%M}); swap the two."
            )
        ticks[number] = start, end
    return ticks


def _refuse_conflicts(runs: Sequence[Run], plan: Integers) -> None:
    order = np.argsort(plan[:, 0], kind="stable")
    latest: dict[Mode, int] = {}
    for number in order.tolist():
        run, (start, end) = runs[number], plan[number].tolist()
        for mode, until in latest.items():
            if mode != run.mode and until > start and end > start:
                raise ConflictingPlan(
                    f"The run plan gives {run.start:%Y-%m-%d %H:%M} two modes, {mode} and {run.mode}; "
                    "end the first entry where the second begins."
                )
        latest[run.mode] = max(latest.get(run.mode, end), end)


def _union(spans: Integers) -> Integers:
    """The same time as disjoint spans in order; touching ones are joined, empty ones left out."""
    spans = spans[spans[:, 1] > spans[:, 0]]
    if not len(spans):
        return np.empty((0, 2), dtype=np.int64)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    first = np.concatenate([[True], spans[1:, 0] > reach[:-1]])
    last = np.concatenate([first[1:], [True]])
    return np.column_stack([spans[first, 0], reach[last]])


def _cut(left: Integers, right: Integers) -> Integers:
    """What two unions have in common, as a union."""
    if not len(left) or not len(right):
        return np.empty((0, 2), dtype=np.int64)
    begin = np.searchsorted(right[:, 1], left[:, 0], side="right")
    end = np.searchsorted(right[:, 0], left[:, 1], side="left")
    each = np.maximum(end - begin, 0)
    row = np.repeat(np.arange(len(left)), each)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    other = right[begin[row] + offset]
    mine = left[row]
    return np.column_stack([np.maximum(mine[:, 0], other[:, 0]), np.minimum(mine[:, 1], other[:, 1])])


def _hours(spans: Integers) -> float:
    return int((spans[:, 1] - spans[:, 0]).sum()) / _HOUR


def _inside(moments: Integers, spans: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each moment lies in a union."""
    place = np.searchsorted(spans[:, 0], moments, side="right") - 1
    if not len(spans):
        return np.zeros(len(moments), dtype=bool)
    return np.asarray((place >= 0) & (moments < spans[np.maximum(place, 0), 1]), dtype=bool)


def _count(log: Integers, user: Integers, window: Integers, u_min_h: float) -> int:
    """Merged outages whose first moment in user time lies in the window."""
    if not len(log) or not len(user):
        return 0
    log = log[np.lexsort((log[:, 1], log[:, 0]))]
    gap = log[1:, 0] - np.maximum.accumulate(log[:, 1])[:-1]
    group = np.concatenate([[0], np.cumsum((gap > 0) & (gap >= u_min_h * _HOUR))])
    # First moment of each entry in user time: its start, or the start of the next user time before its end.
    place = np.minimum(np.searchsorted(user[:, 1], log[:, 0], side="right"), len(user) - 1)
    moment = np.maximum(log[:, 0], user[place, 0])
    touches = (moment < user[place, 1]) & ((moment < log[:, 1]) | (moment == log[:, 0]))
    never = np.iinfo(np.int64).max
    first = np.full(int(group[-1]) + 1, never, dtype=np.int64)
    np.minimum.at(first, group, np.where(touches, moment, never))
    return int(((first >= window[0]) & (first < window[1])).sum())
