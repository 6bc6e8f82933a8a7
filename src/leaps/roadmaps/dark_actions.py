"""What can be done with proposed dark periods and with offers of guest hours. Everything done is an event."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue.models import Facility, Technique
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.roadmaps import histories, rules, tasks
from leaps.roadmaps.models import DarkProposal, GuestOffer, GuestResponse, PlanningEvent

FIELDS: Final = ("upgrade", "title", "start", "end", "confidence", "visibility", "note")
LONGEST: Final = dt.timedelta(days=3660)


class Overtaken(Conflict):
    """Somebody else changed it in the meantime, or it is no longer open."""


def _may_plan(actor: Any, facility: str) -> None:
    if not rules.may_plan(actor, facility):
        raise NotAllowed(_("Only editors and directors of the facility, and the office, do this."))


def propose(*, facility: Facility, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> DarkProposal:
    """Write down a dark period that the facility thinks of. Raises NotAllowed, InvalidInput."""
    _may_plan(actor, facility.slug)
    made = DarkProposal(facility=facility, updated_at=now, is_synthetic=bool(getattr(actor, "is_synthetic", False)), **values)
    _check(made)
    with transaction.atomic():
        made.save()
        _note(actor, now, "proposed", proposal=made, changes={"visibility": ["", made.visibility]})
        _watch()
    return made


def change(*, proposal: DarkProposal, base: int, values: Mapping[str, Any], actor: Any, now: dt.datetime, why: str = "") -> DarkProposal:
    """Change a proposed dark period; `base` is the version seen. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        locked = _locked(proposal, actor)
        if locked.version != base:
            raise Overtaken(_("Somebody changed this dark period in the meantime. Look at what stands there now, then send again."))
        if locked.withdrawn_at is not None:
            raise Overtaken(_("This dark period has been withdrawn. Take that back first."))
        before = {name: getattr(locked, name) for name in FIELDS}
        for name, value in values.items():
            setattr(locked, name, value)
        changed = {name: [histories.kept(value), histories.kept(getattr(locked, name))] for name, value in before.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        problems = []
        problems += histories.hidden_again(before["visibility"], locked.visibility)
        if {"start", "end"} & changed.keys() and not why.strip():
            problems.append(Problem(_("is missing"), _("Say why the dates change."), field="why"))
        _check(locked, problems)
        locked.version, locked.updated_at = base + 1, now
        locked.save()
        _note(actor, now, "changed", proposal=locked, changes=changed, note=why)
        _watch()
    return locked


def withdraw(*, proposal: DarkProposal, actor: Any, now: dt.datetime, restore: bool = False) -> DarkProposal:
    """Withdraw a proposed dark period, or take that back. Doing it twice changes nothing. Raises NotAllowed."""
    with transaction.atomic():
        locked = _locked(proposal, actor)
        if (locked.withdrawn_at is None) != restore:
            locked.withdrawn_at = None if restore else now
            locked.version, locked.updated_at = locked.version + 1, now
            locked.save()
            _note(actor, now, "restored" if restore else "withdrew", proposal=locked)
            _watch()
    return locked


def _locked(proposal: DarkProposal, actor: Any) -> DarkProposal:
    locked = DarkProposal.objects.select_for_update(of=("self",)).select_related("facility").get(pk=proposal.pk)
    _may_plan(actor, locked.facility.slug)
    return locked


def _check(made: DarkProposal, problems: list[Problem] | None = None) -> None:
    found = list(problems or ())
    if not made.title.strip():
        found.append(Problem(_("is missing"), _("Say what the dark period is for."), field="title"))
    if made.end <= made.start:
        found.append(Problem(_("is not after the first dark day"), _("Users come back after the dark period has begun."), field="end"))
    elif made.end - made.start > LONGEST:
        found.append(Problem(_("is more than ten years after the first dark day"), _("Check the year."), field="end"))
    if made.upgrade is not None and made.upgrade.facility_id != made.facility_id:
        found.append(Problem(_("belongs to another facility"), _("Choose one of the facility's own, or none."), field="upgrade"))
    if found:
        raise InvalidInput(found)


# -- guest hours -----------------------------------------------------------------------------------


def offer(*, facility: Facility, technique: Technique, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> GuestOffer:
    """Offer hours to guests. Raises NotAllowed, InvalidInput."""
    _may_plan(actor, facility.slug)
    made = GuestOffer(facility=facility, technique=technique, updated_at=now, is_synthetic=bool(getattr(actor, "is_synthetic", False)), **values)
    found = []
    if made.last_month < made.first_month:
        found.append(Problem(_("is before the first month"), _("Name the later month second."), field="last_month"))
    if made.expires_on < now.date():
        found.append(Problem(_("is over"), _("Name the last day on which others can answer."), field="expires_on"))
    if made.hours < 1:
        found.append(Problem(_("is too small"), _("Offer at least one hour."), field="hours"))
    if not made.contact_role.strip():
        found.append(Problem(_("is missing"), _("Name the office or role that answers, not a person."), field="contact_role"))
    if found:
        raise InvalidInput(found)
    with transaction.atomic():
        made.save()
        _note(actor, now, "offered", offer=made)
    return made


def withdraw_offer(*, offer: GuestOffer, actor: Any, now: dt.datetime, restore: bool = False) -> GuestOffer:
    """Withdraw an offer, or take that back; answers stay. Raises NotAllowed."""
    with transaction.atomic():
        locked = GuestOffer.objects.select_for_update(of=("self",)).select_related("facility").get(pk=offer.pk)
        _may_plan(actor, locked.facility.slug)
        if (locked.withdrawn_at is None) != restore:
            locked.withdrawn_at, locked.updated_at = None if restore else now, now
            locked.save()
            _note(actor, now, "restored" if restore else "withdrew", offer=locked)
    return locked


def respond(*, offer: GuestOffer, hours: int, words: str, actor: Any, now: dt.datetime) -> GuestResponse:
    """Answer an offer, again or for the first time. Raises NotAllowed, InvalidInput, Overtaken when it is not open."""
    if not isinstance(actor, User) or not actor.is_active:
        raise NotAllowed(_("Sign in to answer an offer."))
    with transaction.atomic():
        locked = GuestOffer.objects.select_for_update().get(pk=offer.pk)
        if locked.withdrawn_at is not None or locked.expires_on < now.date():
            raise Overtaken(_("This offer is not open any more; nothing was sent."))
        found = []
        if not 1 <= hours <= locked.hours:
            found.append(Problem(_("is not among what is offered"), _("Ask for 1 to %(n)d hours.") % {"n": locked.hours}, field="hours"))
        if not words.strip():
            found.append(Problem(_("is missing"), _("Say in a sentence what you would measure."), field="words"))
        if found:
            raise InvalidInput(found)
        made, is_new = GuestResponse.objects.update_or_create(
            offer=locked, person=actor, defaults={"hours": hours, "words": words.strip()[:1000], "withdrawn_at": None, "updated_at": now}
        )
        _note(actor, now, "answered" if is_new else "answered again", offer=locked)
    return made


def take_back(*, response: GuestResponse, actor: Any, now: dt.datetime, restore: bool = False) -> GuestResponse:
    """Take one's own answer back, or let it stand again. Raises NotAllowed."""
    with transaction.atomic():
        locked = GuestResponse.objects.select_for_update().get(pk=response.pk)
        if not isinstance(actor, User) or not actor.is_active or locked.person_id != actor.pk:
            raise NotAllowed(_("Only who wrote an answer takes it back."))
        if (locked.withdrawn_at is None) != restore:
            locked.withdrawn_at, locked.updated_at = None if restore else now, now
            locked.save()
            _note(actor, now, "let the answer stand again" if restore else "took the answer back", offer=locked.offer)
    return locked


def _note(
    actor: Any, now: dt.datetime, verb: str, *, proposal: DarkProposal | None = None, offer: GuestOffer | None = None,
    changes: Mapping[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    PlanningEvent.objects.create(
        proposal=proposal, offer=offer, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], verb=verb,
        changes=dict(changes or {}), note=note.strip()[:500],
    )  # fmt: skip


def _watch() -> None:
    tasks.look_for_overlaps.enqueue()
