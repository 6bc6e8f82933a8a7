"""Stating works, and saying which challenges a work or a technology serves. Everything done is an event."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

import idutils
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue.models import Facility, Technique
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import rules, work_queries
from leaps.landscape.models import Challenge, ChallengeTag, TaggingEvent, Work
from leaps.landscape.models.works import EARLIEST_YEAR
from leaps.landscape.types import STRONGEST, TagState, WorkKind
from leaps.roadmaps.models import Technology

FIELDS: Final = ("kind", "title", "abstract", "year", "doi", "url")
SAID: Final = ("state", "strength", "note")
MOST_CHARACTERS: Final = {"title": 300, "abstract": 6000, "url": 400, "note": 500}


class Overtaken(Conflict):
    """Somebody else said something in the meantime, or it does not stand any more."""


# -- works -------------------------------------------------------------------------------------------


def state_work(
    *, values: Mapping[str, Any], actor: Any, now: dt.datetime, facilities: Iterable[Facility] = (), techniques: Iterable[Technique] = ()
) -> Work:
    """State a work. Raises NotAllowed, InvalidInput."""
    if not rules.may_state(actor):
        raise NotAllowed(_("Only members with a role state works."))
    made = Work(
        stated_by=actor if isinstance(actor, User) else None, stated_label=str(actor)[:200], side=work_queries.side_of(actor), stated_at=now, updated_at=now,
        is_synthetic=bool(getattr(actor, "is_synthetic", False)), **values,
    )  # fmt: skip
    check_work(made, now)
    try:
        with transaction.atomic():
            made.save()
            made.facilities.set(facilities)
            made.techniques.set(techniques)
            _note(actor, now, "stated", work=made)
    except IntegrityError:
        raise InvalidInput([_twice(made.doi)]) from None  # of two at once the database takes one
    return made


def change_work(
    *, work: Work, base: int, values: Mapping[str, Any], actor: Any, now: dt.datetime, facilities: Iterable[Facility] | None = None,
    techniques: Iterable[Technique] | None = None,
) -> Work:  # fmt: skip
    """Change a work; `base` is the version seen. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        locked = _locked(work, actor)
        if locked.version != base:
            raise Overtaken(_("Somebody changed this work in the meantime. Look at what stands there now, then send again."))
        if locked.withdrawn_at is not None:
            raise Overtaken(_("This work has been withdrawn. Take that back first."))
        before: dict[str, Any] = {name: getattr(locked, name) for name in FIELDS} | _links(locked)
        for name, value in values.items():
            setattr(locked, name, value)
        check_work(locked, now)
        if facilities is not None:
            locked.facilities.set(facilities)
        if techniques is not None:
            locked.techniques.set(techniques)
        after: dict[str, Any] = {name: getattr(locked, name) for name in FIELDS} | _links(locked)
        changed = {name: [value, after[name]] for name, value in before.items() if after[name] != value}
        if changed:
            locked.version, locked.updated_at = base + 1, now
            locked.save()
            _note(actor, now, "changed", changed, work=locked)
    return locked


def _links(work: Work) -> dict[str, list[str]]:
    return {
        "facilities": sorted(work.facilities.values_list("slug", flat=True)),
        "techniques": sorted(work.techniques.values_list("panet_id", flat=True)),
    }


def withdraw_work(*, work: Work, actor: Any, now: dt.datetime, restore: bool = False) -> Work:
    """Withdraw a work with its tags, or take that back. Doing it twice changes nothing. Raises NotAllowed."""
    with transaction.atomic():
        locked = _locked(work, actor)
        if (locked.withdrawn_at is None) != restore:
            locked.withdrawn_at = None if restore else now
            locked.version, locked.updated_at = locked.version + 1, now
            locked.save()
            _note(actor, now, "restored" if restore else "withdrew", work=locked)
    return locked


def _locked(work: Work, actor: Any) -> Work:
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if not rules.may_change_work(actor, locked):
        raise NotAllowed(_("Only who stated it, group chairs and the office change a work."))
    return locked


def _clean(text: str) -> str:
    """A text without blanks at its ends, and without the character that a database takes for an end."""
    return text.replace("\x00", "").strip()


def clean_doi(text: str) -> str:
    """A DOI in its plain form, small letters; the text itself when it is none, to be refused by `check_work`."""
    text = text.strip()
    return str(idutils.normalize_doi(text)).lower() if idutils.is_doi(text) else text


def check_work(made: Work, now: dt.datetime) -> None:
    """Refuse a work that cannot be found or read. Raises InvalidInput with every fault."""
    made.title, made.abstract, made.doi, made.url = _clean(made.title), _clean(made.abstract), clean_doi(_clean(made.doi)), _clean(made.url)
    found = []
    if not made.title:
        found.append(Problem(_("is missing"), _("Say what the work is called."), field="title"))
    for name, most in MOST_CHARACTERS.items():
        if name != "note" and len(getattr(made, name)) > most:
            found.append(Problem(_("is too long"), _("Give at most %(n)d characters.") % {"n": most}, field=name))
    if made.kind not in WorkKind.values:
        found.append(Problem(_("is no kind of work"), _("Known: %(kinds)s.") % {"kinds": ", ".join(WorkKind.values)}, field="kind", value=made.kind[:40]))
    if made.year is not None and not EARLIEST_YEAR <= made.year <= now.year + 1:
        cure = _("Give the year it came out, %(first)d to %(last)d, or leave it empty.") % {"first": EARLIEST_YEAR, "last": now.year + 1}
        found.append(Problem(_("is no year of a work"), cure, field="year", value=str(made.year)))
    if made.doi and (not idutils.is_doi(made.doi) or len(made.doi) > 200):
        found.append(Problem(_("is no DOI"), _("Write it as 10.1000/182, or give the address of the page instead."), field="doi", value=made.doi[:80]))
    if made.url and not made.url.lower().startswith(("https://", "http://")):
        found.append(Problem(_("is no address of a page"), _("Begin with https://."), field="url", value=made.url[:80]))
    if not made.doi and not made.url:
        found.append(Problem(_("is missing"), _("Give a DOI or an address, so that others can read the work."), field="doi"))
    if made.doi and Work.objects.filter(doi=made.doi).exclude(pk=made.pk).exists():
        found.append(_twice(made.doi))
    if found:
        raise InvalidInput(found)


def _twice(doi: str) -> Problem:
    cure = _("It is on the list of works already, perhaps withdrawn; tag it there.")
    return Problem(_("is the DOI of another work"), cure, field="doi", value=doi[:80])


# -- tags --------------------------------------------------------------------------------------------


def propose(*, thing: Work | Technology, challenge: Challenge, base: int, actor: Any, now: dt.datetime, strength: int | None = None, note: str = "") -> ChallengeTag:
    """Say that a work or a technology serves a challenge, for others to confirm. Raises NotAllowed, InvalidInput, Overtaken."""
    if not rules.may_state(actor):
        raise NotAllowed(_("Only members with a role propose challenges."))
    return _say(thing, challenge, base, actor, now, "proposed", TagState.PROPOSED, strength, note)


def confirm(*, thing: Work | Technology, challenge: Challenge, base: int, strength: int, actor: Any, now: dt.datetime, note: str = "") -> ChallengeTag:
    """Confirm that a work or a technology serves a challenge, and how strongly. Raises NotAllowed, InvalidInput, Overtaken."""
    _may_decide(actor)
    return _say(thing, challenge, base, actor, now, "confirmed", TagState.CONFIRMED, strength, note)


def reject(*, thing: Work | Technology, challenge: Challenge, base: int, actor: Any, now: dt.datetime, note: str) -> ChallengeTag:
    """Say that it does not serve it, and why. Raises NotAllowed, InvalidInput, Overtaken."""
    _may_decide(actor)
    return _say(thing, challenge, base, actor, now, "rejected", TagState.REJECTED, None, note)


def undo(*, tag: ChallengeTag, base: int, actor: Any, now: dt.datetime) -> ChallengeTag:
    """Take the last word about a tag back: what stood before stands again, as a new version. Raises NotAllowed, Overtaken."""
    with transaction.atomic():
        locked = ChallengeTag.objects.select_for_update(of=("self",)).select_related("work", "technology").get(pk=tag.pk)
        if not rules.may_undo(actor, locked):
            raise NotAllowed(_("Only the office, group chairs and editors take decisions back; who proposed takes the proposal back."))
        last = locked.events.last()
        if locked.version != base or last is None:
            raise _overtaken()
        before = {name: getattr(locked, name) for name in SAID}
        for name, (value, _after) in last.changes.items():
            setattr(locked, name, value)
        _stamp(locked, actor, now)
        earlier = locked.events.exclude(pk=last.pk).filter(verb=locked.state).last()
        if earlier is not None:  # who said what stands again is behind it, not who took the other word back
            locked.by, locked.by_label, locked.side, locked.at = earlier.actor, earlier.actor_label, earlier.side, earlier.at
        locked.version = base + 1
        locked.save()
        _note(actor, now, "undid", _differences(before, locked), tag=locked)
    return locked


def _may_decide(actor: Any) -> None:
    if not rules.may_decide(actor):
        raise NotAllowed(_("Only the office, group chairs and editors of facilities confirm or reject."))


def _overtaken() -> Overtaken:
    return Overtaken(_("Somebody said something about this challenge in the meantime. Look at what stands there now, then decide."))


def _say(
    thing: Work | Technology, challenge: Challenge, base: int, actor: Any, now: dt.datetime, verb: str, state: TagState, strength: int | None, note: str
) -> ChallengeTag:
    note = _clean(note)
    _check_tag(state, strength, note)
    of = {"work": thing, "technology": None} if isinstance(thing, Work) else {"work": None, "technology": thing}
    try:
        with transaction.atomic():
            if isinstance(thing, Work) and Work.objects.select_for_update().get(pk=thing.pk).withdrawn_at is not None:
                raise Overtaken(_("This work has been withdrawn."))
            tag = ChallengeTag.objects.select_for_update(of=("self",)).filter(challenge=challenge, **of).first()
            if (tag.version if tag else 0) != base:
                raise _overtaken()
            tag = tag or ChallengeTag(challenge=challenge, state=TagState.OPEN, version=0, **of)
            if state == TagState.PROPOSED and tag.state in (TagState.CONFIRMED, TagState.REJECTED):
                raise Overtaken(_("This has been decided already."))
            before = {name: getattr(tag, name) for name in SAID}
            tag.state, tag.strength, tag.note = state, strength, note
            tag.score, tag.hits = _told(thing, challenge)
            _stamp(tag, actor, now)
            tag.version = base + 1
            tag.is_synthetic = bool(getattr(actor, "is_synthetic", False)) or bool(getattr(thing, "is_synthetic", False))
            tag.save()
            _note(actor, now, verb, _differences(before, tag), tag=tag)
            return tag
    except IntegrityError:
        raise _overtaken() from None  # of two at once the database takes one


def _check_tag(state: TagState, strength: int | None, note: str) -> None:
    found = []
    if (state == TagState.CONFIRMED and strength is None) or (strength is not None and not 1 <= strength <= STRONGEST):
        found.append(Problem(_("is no strength"), _("Choose 1 helps, 2 matters, or 3 hardly to be replaced."), field="strength"))
    if state == TagState.REJECTED and not note:
        found.append(Problem(_("is missing"), _("Say in a few words why it does not serve this challenge."), field="note"))
    if len(note) > MOST_CHARACTERS["note"]:
        found.append(Problem(_("is too long"), _("Give at most %(n)d characters.") % {"n": MOST_CHARACTERS["note"]}, field="note"))
    if found:
        raise InvalidInput(found)


def _told(thing: Work | Technology, challenge: Challenge) -> tuple[float | None, list[dict[str, Any]]]:
    """What the classifier says now, to be kept with the decision."""
    title, body = (thing.title, thing.abstract) if isinstance(thing, Work) else (thing.name, thing.description)
    one = next((one for one in work_queries.suggested(title, body) if one.challenge == challenge.slug), None)
    return (round(one.score, 4), [asdict(word) for word in work_queries.words_of(one.hits, one.score)]) if one else (None, [])


def _stamp(tag: ChallengeTag, actor: Any, now: dt.datetime) -> None:
    tag.by, tag.by_label, tag.side, tag.at = actor if isinstance(actor, User) else None, str(actor)[:200], work_queries.side_of(actor), now


def _differences(before: Mapping[str, Any], tag: ChallengeTag) -> dict[str, list[Any]]:
    return {name: [str(value) if name == "state" else value, str(getattr(tag, name)) if name == "state" else getattr(tag, name)] for name, value in before.items()}


def _note(
    actor: Any, now: dt.datetime, verb: str, changes: Mapping[str, Any] | None = None, *, work: Work | None = None, tag: ChallengeTag | None = None
) -> None:
    TaggingEvent.objects.create(
        work=work, tag=tag, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], side=work_queries.side_of(actor), verb=verb,
        changes=dict(changes or {}),
    )  # fmt: skip
