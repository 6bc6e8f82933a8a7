"""Dates no sharper than they are told: a year, a month or a day, as ISO text."""

import calendar
import datetime as dt

from django.utils.formats import date_format


def span(text: str) -> tuple[dt.date, dt.date]:
    """The first and the last day that a partial date can mean."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return dt.date(parts[0], 1, 1), dt.date(parts[0], 12, 31)
    if len(parts) == 2:
        last = calendar.monthrange(parts[0], parts[1])[1]
        return dt.date(parts[0], parts[1], 1), dt.date(parts[0], parts[1], last)
    day = dt.date(*parts)
    return day, day


def year_of(text: str) -> float:
    """The middle of what a partial date can mean, in years with their fraction: 2027 is 2027.5, 2027-01 about 2027.04."""
    first, last = span(text)
    begin, end = (day.toordinal() for day in (first, last + dt.timedelta(days=1)))
    new_year, next_year = (dt.date(year, 1, 1).toordinal() for year in (first.year, first.year + 1))
    return first.year + ((begin + end) / 2 - new_year) / (next_year - new_year)


def words(text: str) -> str:
    """A partial date for people: 2029, Dec 2027 or 2 Jul 2025."""
    first, _last = span(text)
    return date_format(first, {4: "Y", 7: "M Y"}.get(len(text), "j M Y"))


def months(day: dt.date) -> float:
    """Months from the year 0 to the end of a day; a month counts as one however long it is."""
    return 12 * day.year + day.month - 1 + day.day / calendar.monthrange(day.year, day.month)[1]


def day_at(count: float) -> dt.date:
    """The day that ends so many months from the year 0: the other way round of `months`."""
    whole = int(count + 1e-9)
    rest = count - whole
    year, month = divmod(whole, 12)
    if rest < 1e-6:  # the end of the month before
        year, month = divmod(whole - 1, 12)
        return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(last, max(1, round(rest * last))))
