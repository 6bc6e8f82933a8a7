"""Reminding people of the days of an edition: a week before, and on the day after; nobody twice for the same."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.accounts.models import User
from leaps.core import mail
from leaps.landscape import edition_queries, rules
from leaps.landscape.actions import signatures
from leaps.landscape.models import Edition, EditionReminder
from leaps.landscape.stages import Stage

SOON: Final = dt.timedelta(days=7)


def remind(now: dt.datetime) -> int:
    """Mail who has something to do in the present stage of an edition; how many mails. Harmless when two workers do it at once."""
    return sum(_tell(edition, person, words, address, mark, now) for edition, person, words, address, mark in _due(now.date()))


def _due(today: dt.date) -> Iterator[tuple[Edition, User, str, str, str]]:
    for edition in Edition.objects.exclude(stage=Stage.RELEASED):
        day, words = {
            Stage.DRAFT: (edition.draft_until, _("its chapters are to be written")),
            Stage.CONFIRMATION: (edition.confirm_until, _("your facility's numbers are to be confirmed")),
            Stage.BOARD: (edition.review_until, _("it waits for your signature")),
            Stage.COMMENT: (edition.comment_until, _("public comments end")),
        }[Stage(edition.stage)]
        if day is None or day - today > SOON:
            continue
        mark = f"{edition.stage} {day.isoformat()} {'late' if today > day else 'soon'}"
        for person, address in _people(edition):
            yield edition, person, words, address, mark


def _people(edition: Edition) -> Iterator[tuple[User, str]]:
    desk = reverse("landscape:desk", args=[edition.slug])
    match edition.stage:
        case Stage.DRAFT:
            yield from ((person, desk) for person in accounts_queries.holders(rules.AUTHOR))
        case Stage.BOARD:
            signed = signatures.settled(signatures.of_board(edition, signatures.present(edition)))
            yield from ((person, desk) for person in accounts_queries.holders(rules.BOARD) if person.pk not in signed)
        case Stage.CONFIRMATION:
            sheets = {sheet.facility: sheet for sheet in edition.sheets.select_related("delegate")}
            signed = signatures.settled(signatures.of_facilities(edition, signatures.present(edition)))
            for facility in edition_queries.facts_by_facility(edition_queries.last_build(edition)):
                sheet = sheets.get(facility)
                if facility in signed:
                    continue
                address = reverse("landscape:confirm-sheet", args=[edition.slug, facility])
                people = accounts_queries.holders(roles.FACILITY_EDITOR, facility)
                if sheet is not None and sheet.delegate is not None and sheet.delegate.is_active:
                    people = [*people, sheet.delegate]
                yield from ((person, address) for person in people)
        case _:
            yield from ((person, desk) for person in accounts_queries.holders(roles.OFFICE))


def _tell(edition: Edition, person: User, words: str, address: str, mark: str, now: dt.datetime) -> bool:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # a second worker waits here and then finds it done
        _made, created = EditionReminder.objects.get_or_create(edition=edition, person=person, mark=mark, defaults={"sent_on": now.date()})
        if created:
            day = mark.split()[1]
            subject = _("%(title)s: %(what)s") % {"title": edition.title, "what": words}
            context = {"edition": edition, "person": person, "words": words, "day": day, "late": mark.endswith("late"), "url": settings.BASE_URL + address}
            mail.send(person.email, subject, render_to_string("landscape/mail/reminder.txt", context))
    return created
