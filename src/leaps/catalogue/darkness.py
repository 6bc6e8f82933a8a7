"""Is a facility running? In words no sharper than the dates, by the finder's own rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue.finder import dark
from leaps.catalogue.finder.types import DarkPeriod
from leaps.core.figures import timeline


@dataclass(frozen=True, slots=True)
class Running:
    """Whether a facility runs on a day: the tone of the badge, the words, and yes / no / not known."""

    tone: str
    words: str
    state: bool | None


def date_words(day: dt.date, precision: str) -> str:
    """A date no sharper than its precision: 2029, Dec 2027 or 2 Jul 2025."""
    return date_format(day, {"year": "Y", "month": "M Y"}.get(precision, "j M Y"))


def period_words(period: DarkPeriod) -> str:
    """A dark period in words."""
    if period.start and period.end:
        return _("%(start)s to %(end)s") % {
            "start": date_words(period.start, period.precision),
            "end": date_words(period.end, period.precision),
        }
    if period.start:
        start = date_words(period.start, period.precision)
        if period.status == "decommissioned":
            return _("since %(start)s, for good") % {"start": start}
        return _("from %(start)s, end not published") % {"start": start}
    if period.end:
        return _("until %(end)s") % {"end": date_words(period.end, period.precision)}
    return _("dates not published")


def running(periods: Sequence[DarkPeriod], day: dt.date) -> Running:
    """Whether a facility with these dark periods runs on a day."""
    touching, certain = dark.overlapping(periods, day.toordinal(), day.toordinal())
    if not touching:
        return Running("ok", _("running"), True)
    first = touching[0]
    if first.status == "decommissioned":
        return Running("none", _("shut down for good"), False)
    if certain and first.end:
        return Running("bad", _("dark until %(end)s") % {"end": date_words(first.end, first.precision)}, False)
    if first.end is None:
        words = _("dark since %(start)s, end not published") if first.start and first.start <= day else _("may be dark")
        shown = {"start": date_words(first.start, first.precision)} if first.start else {}
        return Running("warn", words % shown if shown else _("may be dark"), None)
    return Running("warn", _("may be dark (%(period)s)") % {"period": period_words(first)}, None)


def figure_period(period: DarkPeriod, url: str) -> timeline.Dark | None:
    """A dark period as the timeline draws it; None when no date is published."""
    possible = dark.possible_span(period)
    if possible is None or period.start is None:
        return None
    certain = dark.certain_span(period)
    start = dt.date.fromordinal(possible[0])
    if period.status == "decommissioned" and period.end is None:
        # Shut down for good is no open question: certain to the end of any axis.
        for_good = dt.date(9999, 12, 31)
        begin = dt.date.fromordinal(certain[0]) if certain else start
        return timeline.Dark(period.label, start, begin, for_good, for_good, url, period_words(period))
    open_end = period.end is None
    return timeline.Dark(
        label=period.label,
        possible_start=start,
        certain_start=dt.date.fromordinal(certain[0]) if certain else start,
        certain_end=None if certain is None or open_end else dt.date.fromordinal(certain[1]),
        possible_end=None if open_end else dt.date.fromordinal(possible[1]),
        url=url,
        hint=period_words(period),
    )
