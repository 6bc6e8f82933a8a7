"""Collecting a year: opened, reminded of, frozen."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.indicators import rules
from leaps.indicators.models import Campaign
from leaps.indicators.types import ReturnState


def open_campaign(*, year: int, due_on: dt.date, actor: Any, now: dt.datetime, note: str = "") -> Campaign:
    """Begin to collect a year, or change when it is due and what the facilities are told.

    Raises NotAllowed, InvalidInput, Conflict when the year is frozen.
    """
    if not rules.is_office(actor):
        raise NotAllowed(_("Only the office opens a campaign."))
    if not 1960 <= year <= now.year:
        cure = _("Records of a year are collected in it or after it.")
        raise InvalidInput([Problem(_("is no year to collect"), cure, field="year", value=str(year))])
    if due_on.year < year:
        cure = _("Choose a day after the year began.")
        raise InvalidInput([Problem(_("lies before the year"), cure, field="due_on", value=str(due_on))])
    with transaction.atomic():
        found = Campaign.objects.select_for_update().filter(year=year).first()
        if found is None:
            return Campaign.objects.create(
                year=year, due_on=due_on, note=note[:500], opened_at=now, opened_label=str(actor)[:200]
            )  # fmt: skip
        _not_frozen(found)
        found.due_on, found.note = due_on, note[:500]
        found.save(update_fields=["due_on", "note"])
        return found


def freeze(*, campaign: Campaign, actor: Any, now: dt.datetime) -> Campaign:
    """Close a year for good: nothing of it can change any more. Returns not signed are withdrawn.

    Raises NotAllowed, Conflict when it is frozen already, while a return is being read or values are embargoed.
    """
    if not rules.is_office(actor):
        raise NotAllowed(_("Only the office freezes a year."))
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        _not_frozen(locked)
        signed = locked.returns.filter(state=ReturnState.SIGNED)
        if not signed.exists():
            raise Conflict(_("No return of this year is signed; there is nothing to freeze."))
        held = signed.filter(embargo_until__gt=now.date()).values_list("facility", flat=True)
        if held:
            message = _("Returns are still under embargo: %(facilities)s. Freeze the year when they are public.")
            raise Conflict(message % {"facilities": ", ".join(sorted(held))})
        signed.exclude(embargo_until=None).update(embargo_until=None)  # they are over
        unfinished = (ReturnState.RECEIVED, ReturnState.FAULTY, ReturnState.CHECKED)
        locked.returns.filter(state__in=unfinished).update(state=ReturnState.WITHDRAWN)
        locked.frozen_at, locked.frozen_label = now, str(actor)[:200]
        locked.save(update_fields=["frozen_at", "frozen_label"])
    return locked


def remind(*, campaign: Campaign, today: dt.date, every: dt.timedelta) -> bool:
    """Whether the facilities are to be reminded today; says so once, also to two workers at once."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.is_frozen or (locked.reminded_on is not None and today - locked.reminded_on < every):
            return False
        locked.reminded_on = today
        locked.save(update_fields=["reminded_on"])
    return True


def _not_frozen(campaign: Campaign) -> None:
    if campaign.is_frozen:
        message = _("%(year)d is frozen since %(day)s; nothing of it can change.")
        raise Conflict(message % {"year": campaign.year, "day": f"{campaign.frozen_at:%Y-%m-%d}"})


