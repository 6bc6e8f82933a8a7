"""The week in the action plans: what was done, what stands in the way and what comes, on a page and in a weekly mail.

A digest holds what its reader may see and nothing else. The mail goes out on Monday to those who asked for it and tells
everything since the one before, so that nothing falls between two mails when the worker was away for a while.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.core import mail
from leaps.roadmaps import plan_queries, rules
from leaps.roadmaps.models import ActionEvent, Meeting, WeeklyDigest
from leaps.roadmaps.plan_queries import ActionRow, Progress
from leaps.roadmaps.types import OPEN, ActionStatus, Area

WEEK: Final = dt.timedelta(days=7)
AHEAD: Final = dt.timedelta(days=14)
_BEGUN: Final = (ActionStatus.AGREED, ActionStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of a digest with the actions below it; `key` names it in a page."""

    key: str
    title: str
    rows: tuple[ActionRow, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a person is told of the time from `since` to `until`; an action stands under the first heading that fits."""

    since: dt.datetime
    until: dt.datetime
    area: str
    parts: tuple[Part, ...]
    held: tuple[Meeting, ...]
    coming: tuple[Meeting, ...]
    progress: tuple[Progress, ...]

    @property
    def area_words(self) -> str:
        """The area as people call it."""
        return str(Area(self.area).label) if self.area else _("all areas")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.parts or self.held or self.coming)

    @property
    def is_synthetic(self) -> bool:
        """Whether something in it was made up for a trial."""
        return any(row.action.is_synthetic for part in self.parts for row in part.rows)


def digest(viewer: object, now: dt.datetime, *, since: dt.datetime, area: str = "") -> Digest:
    """The digest of a person at a moment. Raises ValueError for an area that there is not."""
    told = {"area": Area(area).value} if area else {}
    rows = plan_queries.actions(viewer, now, **told)
    changed = _changed(rows, since, now)
    wanted: tuple[tuple[str, str, Callable[[ActionRow], bool]], ...] = (
        ("done", _("Done"), lambda row: row.action.status == ActionStatus.DONE and "done" in changed[row.action.pk]),
        ("blocked", _("Blocked"), lambda row: row.action.status == ActionStatus.BLOCKED),
        ("overdue", _("Overdue"), lambda row: row.is_overdue),
        ("soon", _("Due within two weeks"), lambda row: row.action.status in OPEN and row.action.due - now.date() <= AHEAD),
        ("stale", _("Without a word for 60 days"), lambda row: row.is_stale),
        ("begun", _("Newly agreed or begun"), lambda row: row.action.status in _BEGUN and bool(changed[row.action.pk] & set(_BEGUN))),
        ("dropped", _("Dropped"), lambda row: row.action.status == ActionStatus.DROPPED and "dropped" in changed[row.action.pk]),
    )  # fmt: skip
    placed: set[int] = set()
    parts = []
    for key, title, fits in wanted:
        found = tuple(row for row in rows if row.action.pk not in placed and fits(row))
        placed |= {row.action.pk for row in found}
        if found:
            parts.append(Part(key, title, found))
    held, coming = _meetings(viewer, now, since, area)
    return Digest(since, now, area, tuple(parts), held, coming, tuple(plan_queries.progress(rows)))


def _changed(rows: Iterable[ActionRow], since: dt.datetime, now: dt.datetime) -> dict[int, set[str]]:
    """What was done with each action in the time: the statuses that events name."""
    found: dict[int, set[str]] = {row.action.pk: set() for row in rows}
    for pk, verb in ActionEvent.objects.filter(of__in=list(found), at__gt=since, at__lte=now).values_list("of_id", "verb"):
        found[pk].add(verb)
    return found


def _meetings(viewer: object, now: dt.datetime, since: dt.datetime, area: str) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
    if not rules.may_see_meetings(viewer):
        return (), ()
    seen = [one for one in Meeting.objects.order_by("held_on", "pk") if not area or one.area in ("", area)]
    held = tuple(one for one in seen if one.held_at is not None and since < one.held_at <= now)
    return held, tuple(one for one in seen if not one.is_held and now.date() <= one.held_on <= now.date() + AHEAD)


def subscription(person: object) -> WeeklyDigest | None:
    """What a person has asked for."""
    return WeeklyDigest.objects.filter(person=person).first() if isinstance(person, User) else None


def subscribe(*, person: User, area: str, now: dt.datetime) -> WeeklyDigest:
    """Send a person the digest from next Monday on. Asked again, the area changes and nothing is told twice.

    Raises ValueError for an area that there is not.
    """
    chosen = Area(area).value if area else ""
    made, _new = WeeklyDigest.objects.update_or_create(person=person, defaults={"area": chosen}, create_defaults={"area": chosen, "told_until": now})
    return made


def unsubscribe(*, person: User) -> None:
    """Send a person no digest any more."""
    WeeklyDigest.objects.filter(person=person).delete()


def monday(now: dt.datetime) -> dt.datetime:
    """The beginning of the week of a moment."""
    return dt.datetime.combine(now.date() - dt.timedelta(days=now.weekday()), dt.time(), now.tzinfo)


def send(now: dt.datetime) -> int:
    """Mail this week's digest to everybody who asked and has not had it; how many mails.

    A week without anything to tell sends nothing. Harmless when two workers do it at once.
    """
    due = WeeklyDigest.objects.filter(told_until__lt=monday(now), person__is_active=True)
    return sum(_send(pk, now) for pk in due.values_list("pk", flat=True))


def _send(pk: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        one = WeeklyDigest.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk, told_until__lt=monday(now)).first()
        if one is None:
            return False  # another worker was quicker, or the person has just stopped it
        found = digest(one.person, now, since=one.told_until, area=one.area)
        one.told_until = now
        one.save(update_fields=["told_until"])
        if found.is_empty:
            return False
        context = {"digest": found, "person": one.person, "base": settings.BASE_URL, "page": settings.BASE_URL + reverse("roadmaps:week")}
        mail.send(one.person.email, _("The week in the action plans: %(area)s") % {"area": found.area_words}, render_to_string("roadmaps/mail/week.txt", context))
    return True
