"""Milestones, dark periods and actions as iCalendars (RFC 5545), no sharper than their dates."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from leaps.catalogue import darkness, search_index
from leaps.catalogue.models import Upgrade
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.plan_queries import ActionRow

Address = Callable[[str, str], str]


def calendar(
    rows: Sequence[MilestoneRow], upgrades: Sequence[Upgrade], *, name: str, host: str, stamp: dt.datetime, address: Address
) -> bytes:
    """A calendar of whole days that blocks nobody's time.

    A milestone known to the month or year lasts for all of it, and its summary says so. `stamp` is when the record last
    changed, so that the same record gives the same bytes; `address` gives the page of a kind and key.
    """
    made = _empty(name)
    for row in rows:
        if row.first and row.last:
            summary = row.title if row.first == row.last else _("%(title)s (some day in %(when)s)") % {"title": row.title, "when": row.due_words}
            about = [row.status_words, row.note, _("unverified") if row.is_unverified else ""]
            made.add_component(
                _event(f"milestone-{row.slug}@{host}", summary, row.first, row.last, about, address("milestone", row.slug), stamp, row.who, _("milestone"))
            )
    for upgrade in upgrades:
        period = search_index.dark_period(upgrade)
        drawn = darkness.figure_period(period, "")
        if drawn is None or drawn.possible_end is None or drawn.possible_end == dt.date.max:
            continue  # without a start or an end there is nothing a calendar could hold
        summary = _("%(facility)s dark: %(project)s") % {"facility": upgrade.facility.short_name, "project": upgrade.project}
        about = [darkness.period_words(period), str(upgrade.get_status_display()), upgrade.note or ""]
        made.add_component(
            _event(
                f"upgrade-{upgrade.slug}@{host}", summary, drawn.possible_start, drawn.possible_end, about, address("upgrade", upgrade.slug), stamp,
                upgrade.facility.short_name, _("dark period"),
            )
        )
    content: bytes = made.to_ical()
    return content


def actions_calendar(rows: Sequence[ActionRow], *, name: str, host: str, address: Callable[[int], str]) -> bytes:
    """The days on which actions are due."""
    made = _empty(name)
    for row in rows:
        about = [str(row.action.get_status_display()), _("Next step: %(step)s") % {"step": row.action.next_step}, row.owner_words]
        made.add_component(
            _event(
                f"action-{row.action.pk}@{host}", row.action.title, row.action.due, row.action.due, about, address(row.action.pk), row.action.updated_at, "",
                _("action"),
            )
        )
    content: bytes = made.to_ical()
    return content


def _empty(name: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//LEAPS Commons//roadmaps//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    return made


def _event(
    uid: str, summary: str, first: dt.date, last: dt.date, about: Sequence[str], url: str, stamp: dt.datetime, who: str, category: str
) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", first)
    event.add("dtend", last + dt.timedelta(days=1))  # the day after: RFC 5545 leaves the end out
    event.add("summary", summary)
    event.add("description", "\n".join(filter(None, (*about, url))))
    event.add("url", url)
    event.add("categories", [category])
    event.add("transp", "TRANSPARENT")
    if who:
        event.add("location", who)
    return event
