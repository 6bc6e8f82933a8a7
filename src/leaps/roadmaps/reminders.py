"""Reminding the owners of actions: one mail for a person and day at most, and never twice for the same thing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.core import mail
from leaps.roadmaps import plan_queries, rules
from leaps.roadmaps.models import Action, ActionReminder
from leaps.roadmaps.plan_queries import ActionRow
from leaps.roadmaps.types import OPEN, ActionStatus, Reminder

SOON: Final = dt.timedelta(days=7)


def causes(row: ActionRow, today: dt.date) -> Iterator[tuple[str, str]]:
    """Why an action's owner is to be told today, each with the mark that keeps it from being told again.

    Overdue is told once in each week after the day; silence once, until something is said.
    """
    due = row.action.due
    if row.is_overdue:
        yield Reminder.OVERDUE, f"{due.isoformat()}+{(today - due).days // 7}"
    elif due - today <= SOON:
        yield Reminder.SOON, due.isoformat()
    if row.is_stale:
        yield Reminder.STALE, row.action.updated_at.date().isoformat()


def remind(now: dt.datetime) -> int:
    """Mail the owners of actions that are soon due, overdue or stale; how many mails.

    What only a role owns is told to the group chairs. Harmless when two workers do it at once.
    """
    chairs = accounts_queries.holders(rules.GROUP_CHAIR)
    told: dict[int, list[ActionRow]] = defaultdict(list)
    people: dict[int, User] = {}
    running = Action.objects.filter(status__in=OPEN).exclude(status=ActionStatus.PROPOSED).select_related("owner")
    for action in running:
        row = plan_queries.row_of(action, now)
        owner = action.owner if action.owner is not None and action.owner.is_active else None
        for person in [owner] if owner is not None else chairs:
            people[person.pk] = person
            told[person.pk].append(row)
    return sum(_remind(people[pk], rows, now) for pk, rows in told.items())


def _remind(person: User, rows: list[ActionRow], now: dt.datetime) -> bool:
    today = now.date()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # a second worker waits here and then finds it done
        done = set(ActionReminder.objects.filter(person=person, of__in=[row.action for row in rows]).values_list("of_id", "kind", "mark"))
        fresh = [
            (row, kind, mark)
            for row in sorted(rows, key=lambda one: (one.action.due, one.action.pk))
            for kind, mark in causes(row, today)
            if (row.action.pk, kind, mark) not in done
        ]
        if not fresh or ActionReminder.objects.filter(person=person, sent_on=today).exists():
            return False
        ActionReminder.objects.bulk_create(
            ActionReminder(of=row.action, person=person, kind=kind, mark=mark, sent_on=today) for row, kind, mark in fresh
        )
        by_action: dict[int, tuple[ActionRow, list[str]]] = {}
        for row, kind, _mark in fresh:
            by_action.setdefault(row.action.pk, (row, []))[1].append(str(Reminder(kind).label))
        items = [
            {
                "title": row.action.title, "why": ", ".join(kinds), "due": row.action.due, "next_step": row.action.next_step,
                "url": settings.BASE_URL + reverse("roadmaps:action", args=[row.action.pk]),
                "role": "" if row.action.owner_id == person.pk else plan_queries.owner_words(row.action),
            }
            for row, kinds in by_action.values()
        ]  # fmt: skip
        subject = ngettext("%(n)d action needs a word from you", "%(n)d actions need a word from you", len(items)) % {"n": len(items)}
        mail.send(person.email, subject, render_to_string("roadmaps/mail/actions.txt", {"items": items, "person": person}))
    return True
