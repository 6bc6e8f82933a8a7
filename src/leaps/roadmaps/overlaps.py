"""New overlaps: when dates that others may see change so that two facilities are dark together, those concerned are told.

Two sets of dates are watched: public ones (the record, and proposals that are public), and agreed ones besides. Drafts
are nobody's business. A proposal stands in the place of the dates of its upgrade. Of public dates the directors and
editors of both facilities are told; of agreed ones the directors alone, since editors of another facility do not see them.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.catalogue.models import LIGHT_SOURCES, Facility, Upgrade
from leaps.core import mail
from leaps.roadmaps import queries, rules
from leaps.roadmaps.models import DarkMonths, DarkProposal, OverlapAlert
from leaps.roadmaps.types import Visibility

WATCHED: Final = (Visibility.PUBLIC, Visibility.AGREED)
MIDDLE: Final = 16
MOST_TECHNIQUES: Final = 8
Months = dict[str, set[int]]


def months_of(start: dt.date, end: dt.date) -> set[int]:
    """The months, counted from the year 0, in whose middle a period is dark."""
    first = 12 * start.year + start.month - 1 + (start.day > MIDDLE)
    last = 12 * end.year + end.month - 1 - (end.day <= MIDDLE)
    return set(range(first, last + 1))


def month_words(months: Iterable[int]) -> str:
    """Months in words: Jan to May 2029, Oct 2030."""
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][1] + 1:
            runs[-1][1] = month
        else:
            runs.append([month, month])
    def named(month: int) -> str:
        return date_format(dt.date(month // 12, month % 12 + 1, 1), "M Y")

    return ", ".join(named(a) if a == b else _("%(first)s to %(last)s") % {"first": named(a), "last": named(b)} for a, b in runs)


def dark_months(level: Visibility) -> Months:
    """The dark months of each light source, by the dates of one visibility."""
    shown = [Visibility.PUBLIC] if level == Visibility.PUBLIC else [Visibility.PUBLIC, Visibility.AGREED]
    proposed = list(DarkProposal.objects.filter(withdrawn_at=None, visibility__in=shown).select_related("facility").order_by("updated_at", "pk"))
    instead = {one.upgrade_id: one for one in proposed if one.upgrade_id}
    found: Months = defaultdict(set)
    published = Upgrade.objects.filter(facility__kind__in=LIGHT_SOURCES, dark_start__isnull=False, dark_end__isnull=False)
    for pk, facility, start, end in published.values_list("pk", "facility__slug", "dark_start", "dark_end"):
        if pk not in instead and start is not None and end is not None:
            found[facility] |= months_of(start, end)
    for one in [*instead.values(), *(one for one in proposed if not one.upgrade_id)]:
        found[one.facility.slug] |= months_of(one.start, one.end)
    return dict(found)


def look(now: dt.datetime) -> int:
    """Compare with what was seen last, tell who is concerned, and remember what is seen now; how many overlaps arose.

    The first look tells nothing: there is nothing to compare with. Harmless when two workers do it at once.
    """
    this_month = 12 * now.year + now.month - 1
    said: set[tuple[str, str, int]] = set()
    arose = 0
    with transaction.atomic():
        before: dict[str, Months] = defaultdict(dict)
        for row in DarkMonths.objects.select_for_update():
            before[row.level][row.facility] = set(row.months)
        for level in WATCHED:
            present = dark_months(level)
            # An empty calendar is remembered too, or the first dates of all would go unnoticed.
            if before[level]:
                for pair, months, changed in _new(before[level], present):
                    fresh = {m for m in months if m >= this_month and (*pair, m) not in said}
                    said |= {(*pair, m) for m in months}
                    if fresh:
                        _tell(level, pair, sorted(fresh), changed, now)
                        arose += 1
            DarkMonths.objects.filter(level=level).exclude(facility__in=["", *present]).delete()
            for facility, found in [("", set()), *present.items()]:
                if before[level].get(facility) != found:
                    DarkMonths.objects.update_or_create(level=level, facility=facility, defaults={"months": sorted(found)})
    return arose


def _new(before: Months, now: Months) -> Iterable[tuple[tuple[str, str], set[int], list[str]]]:
    moved = {name for name in now if now[name] != before.get(name, set())}
    for one, other in itertools.combinations(sorted(now), 2):
        if moved & {one, other}:
            fresh = (now[one] & now[other]) - (before.get(one, set()) & before.get(other, set()))
            if fresh:
                yield (one, other), fresh, sorted(moved & {one, other})


def concerned(level: str, pair: Sequence[str]) -> list[str]:
    """The addresses of those who are told."""
    told = [rules.DIRECTOR, roles.FACILITY_EDITOR] if level == Visibility.PUBLIC else [rules.DIRECTOR]
    people = [person for facility in pair for role in told for person in accounts_queries.holders(role, facility)]
    return sorted({person.email.lower() for person in people})


def _tell(level: str, pair: tuple[str, str], months: list[int], changed: list[str], now: dt.datetime) -> None:
    suffering = queries.shared_techniques(pair)[:MOST_TECHNIQUES]
    people = concerned(level, pair)
    alert = OverlapAlert.objects.create(
        at=now, level=level, facilities=list(pair), changed=changed, months=months, techniques=[[t.label, t.dark, t.all] for t in suffering], told=len(people)
    )
    context = {**shown(alert), "address": settings.BASE_URL + reverse("roadmaps:dark-calendar"), "is_agreed": level == Visibility.AGREED}
    subject = _("New overlap of dark periods: %(who)s, %(when)s") % {"who": context["who"], "when": context["when"]}
    text = render_to_string("roadmaps/mail/overlap.txt", context)
    for address in people:
        mail.send(address, subject, text)


def shown(alert: OverlapAlert) -> dict[str, Any]:
    """An overlap in words, for the page and the mail."""
    names = dict(Facility.objects.filter(slug__in=alert.facilities).values_list("slug", "short_name"))
    return {
        "who": _(" and ").join(names.get(slug, slug) for slug in alert.facilities), "when": month_words(alert.months), "count": len(alert.months),
        "changed": ", ".join(names.get(slug, slug) for slug in alert.changed), "techniques": alert.techniques, "at": alert.at, "told": alert.told, "level": alert.level,
    }  # fmt: skip
