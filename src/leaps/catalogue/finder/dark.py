"""Whether beam is certain, possible or out of the question in a period.

Each date of precision month or year may be any day of it. A facility is *certainly* dark from the
latest day the dark period can have begun to the day before the earliest day beam can be back; it is
*possibly* dark from the earliest beginning to the latest day of return. On the day of return itself
beam is never certain. Without an end nothing after the beginning is certain, unless the facility was
decommissioned. Without any date a period says nothing.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Final

from leaps.catalogue.finder.types import DarkPeriod

FIRST_DAY: Final = date.min.toordinal()
LAST_DAY: Final = date.max.toordinal()

Span = tuple[int, int]
"""First and last day, both included, as proleptic ordinals."""


def earliest_latest(day: date, precision: str) -> Span:
    """The first and last day that a date of this precision can mean."""
    if precision == "year":
        return date(day.year, 1, 1).toordinal(), date(day.year, 12, 31).toordinal()
    if precision == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=1).toordinal(), day.replace(day=last).toordinal()
    return day.toordinal(), day.toordinal()


def possible_span(period: DarkPeriod) -> Span | None:
    """The days on which the facility may be dark."""
    if period.start is None and period.end is None:
        return None
    first = earliest_latest(period.start, period.precision)[0] if period.start else FIRST_DAY
    last = earliest_latest(period.end, period.precision)[1] if period.end else LAST_DAY
    return (first, last) if first <= last else None


def certain_span(period: DarkPeriod) -> Span | None:
    """The days on which the facility is dark whatever the exact dates are."""
    if period.start is None or (period.end is None and period.status != "decommissioned"):
        return None
    first = earliest_latest(period.start, period.precision)[1]
    last = earliest_latest(period.end, period.precision)[0] - 1 if period.end else LAST_DAY
    return (first, last) if first <= last else None


def merged(spans: Iterable[Span | None]) -> tuple[Span, ...]:
    """The same days in as few spans as possible, in order."""
    found: list[Span] = []
    for first, last in sorted(span for span in spans if span is not None):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def overlapping(periods: Iterable[DarkPeriod], first: int, last: int) -> tuple[tuple[DarkPeriod, ...], bool]:
    """The dark periods that may touch the days, and whether any of these days is certainly dark."""
    touching: list[DarkPeriod] = []
    certain = False
    for period in periods:
        possible, sure = possible_span(period), certain_span(period)
        if possible and possible[0] <= last and possible[1] >= first:
            touching.append(period)
        if sure and sure[0] <= last and sure[1] >= first:
            certain = True
    return tuple(touching), certain
