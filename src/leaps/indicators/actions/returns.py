"""A return on its way: received, read, explained, signed; withdrawn, or superseded by a restatement."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue.models import Facility
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Problem
from leaps.core.lake import Part, house_store
from leaps.indicators import raw, rules
from leaps.indicators.events import ReturnCounts, ReturnReceived, return_counts, return_received
from leaps.indicators.models import Campaign, Return, ReturnEvent, ReturnFile, ReturnPart
from leaps.indicators.types import ReturnState

ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".parquet", ".zip")
MOST_FILES: Final = 40
MOST_BYTES: Final = 1024**3
MOST_PROBLEMS: Final = 1000
FOREVER: Final = dt.timedelta(days=365)


class Frozen(Conflict):
    """The year is closed for good."""


class NotReady(Conflict):
    """The return is not in the state that this needs."""


class TakenBack(DomainError):
    """The return was withdrawn or replaced meanwhile."""

    status = 410


@dataclass(frozen=True, slots=True)
class Sent:
    """One file on its way in: its name, its size as announced, and its bytes piece by piece."""

    name: str
    size: int
    chunks: Iterable[bytes]


def keep_for_later(files: Sequence[Sent]) -> list[ReturnFile]:
    """Put the files of a return into the lake, unread. Nothing is in the database yet.

    Raises InvalidInput for what is no table by its name or too large.
    """
    problems = list(_unwanted(files))
    if problems:
        raise InvalidInput(problems)
    store, kept = house_store(), []
    for file in files:
        path = f"incoming/{uuid4().hex}"
        kept.append(ReturnFile(name=_safe(file.name), size=store.keep(path, file.chunks), path=path))
    return kept


def _safe(name: str) -> str:
    return re.sub(r"[^\w.\- ]", "_", PurePosixPath(name.replace("\\", "/")).name)[-150:]


def _unwanted(files: Sequence[Sent]) -> Iterable[Problem]:
    if not files:
        yield Problem(_("no file was sent"), _("Choose one or more files."), field="tables")
    if len(files) > MOST_FILES:
        yield Problem(_("are more than %(most)d files") % {"most": MOST_FILES}, _("Put them into one zip."), field="tables")
    names = [_safe(file.name).lower() for file in files]
    for file, name in zip(files, names, strict=True):
        if not name.endswith(ENDINGS):
            cure = _("Send CSV, XLSX, Parquet, or a zip of them; workbooks with macros are not opened.")
            yield Problem(_("is not a table"), cure, file=file.name, field="tables")
        if names.count(name) > 1:
            yield Problem(_("stands twice"), _("Give every file its own name."), file=file.name, field="tables")
    if sum(file.size for file in files) > MOST_BYTES:
        cure = _("Send Parquet made by `leaps return make`, which is ten times smaller.")
        yield Problem(_("are larger than 1 GB together"), cure, field="tables")


def receive(
    *, campaign: Campaign, facility: str, files: Sequence[ReturnFile], actor: Any, now: dt.datetime, language: str = "en"
) -> Return:
    """Take a return in; the worker reads it. An unfinished one of the same facility gives way.

    Raises NotAllowed, InvalidInput for a facility that is not in the record, Frozen.
    """
    if not rules.may_return_for(actor, facility):
        raise NotAllowed(_("Only the facility's KPI officers send its returns."))
    if not Facility.objects.filter(slug=facility).exists():
        raise InvalidInput([Problem(_("is not in the record"), _("Choose a facility of the list."), field="facility", value=facility)])
    with transaction.atomic():
        _open(campaign)
        synthetic = bool(getattr(actor, "is_synthetic", False))
        mine = Return.objects.filter(campaign=campaign, facility=facility, is_synthetic=synthetic)
        for old in mine.filter(state__in=(ReturnState.RECEIVED, ReturnState.FAULTY, ReturnState.CHECKED)):
            _move(old, ReturnState.WITHDRAWN, "replaced before it was signed", actor, now)
        made = Return.objects.create(
            campaign=campaign, facility=facility, sent_at=now, sent_by=actor if isinstance(actor, User) else None,
            sent_label=str(actor)[:200], is_synthetic=synthetic,
        )  # fmt: skip
        for file in files:
            file.of = made
            file.save()
        _note(made, "sent", actor, now, ", ".join(file.name for file in files))
        return_received.send(sender=Return, event=ReturnReceived(made.pk, language))
    return made


def record_reading(
    *, sent: Return, problems: Sequence[Problem], parts: dict[str, Part], warnings: Sequence[Any] = (),
    changes: Sequence[Any] = (), now: dt.datetime,
) -> Return:  # fmt: skip
    """Write down what the worker found. Raises TakenBack when the return is no longer waiting for it.

    `parts` are the records of the return, by name, and what was worked out to be kept beside them.
    """
    with transaction.atomic():
        locked = Return.objects.select_for_update().get(pk=sent.pk)
        if locked.state != ReturnState.RECEIVED:
            raise TakenBack(_("The return was withdrawn or read meanwhile."))
        locked.problems = [asdict(problem) for problem in problems[:MOST_PROBLEMS]]
        locked.warnings = [asdict(warning) for warning in warnings]
        locked.changes = list(changes)
        locked.tables = {name: part.rows for name, part in parts.items() if name in raw.RETURNED}
        locked.state = ReturnState.FAULTY if problems else ReturnState.CHECKED
        locked.save(update_fields=["problems", "warnings", "changes", "tables", "state"])
        ReturnPart.objects.bulk_create(
            ReturnPart(of=locked, record=name, path=p.path, rows=p.rows, size=p.size, sha256=p.sha256) for name, p in parts.items()
        )
        words = f"{len(problems)} problems" if problems else f"{sum(locked.tables.values())} rows"
        _note(locked, "read", "the worker", now, words)
    return locked


def say(*, sent: Return, actor: Any, now: dt.datetime, comment: str, reason: str = "", embargo_until: dt.date | None = None) -> Return:
    """Keep what the officer says of a return before it is signed. Raises NotAllowed, NotReady, InvalidInput."""
    with transaction.atomic():
        locked = _locked(sent, actor)
        if locked.state != ReturnState.CHECKED:
            raise NotReady(_("Only a return that was read without fault can be commented."))
        _keep(locked, comment, reason, embargo_until, now)
        _note(locked, "commented", actor, now)
    return locked


def _keep(locked: Return, comment: str, reason: str, embargo_until: dt.date | None, now: dt.datetime) -> None:
    if embargo_until is not None and not now.date() < embargo_until <= now.date() + FOREVER:
        cure = _("Choose a day in the year to come, or leave it empty.")
        raise InvalidInput([Problem(_("is no end of an embargo"), cure, field="embargo_until", value=str(embargo_until))])
    locked.comment, locked.reason, locked.embargo_until = comment.strip()[:4000], reason.strip()[:500], embargo_until
    locked.save(update_fields=["comment", "reason", "embargo_until"])


def sign(
    *, sent: Return, actor: Any, now: dt.datetime, comment: str, reason: str = "", embargo_until: dt.date | None = None
) -> Return:
    """Vouch for a return with one's name; from now on it counts. An earlier signed one is superseded.

    Two who sign at once: the second is told (NotReady). Raises NotAllowed, Frozen, InvalidInput where a warning
    has no comment or a restatement no reason.
    """
    with transaction.atomic():
        locked = _locked(sent, actor)
        _open(locked.campaign)
        if locked.state == ReturnState.SIGNED:
            who = {"who": locked.signed_label, "at": f"{locked.signed_at:%Y-%m-%d %H:%M} UTC"}
            raise NotReady(_("%(who)s signed this return on %(at)s.") % who)
        if locked.state != ReturnState.CHECKED:
            raise NotReady(_("Only a return that was read without fault can be signed."))
        _keep(locked, comment, reason, embargo_until, now)
        earlier = (
            Return.objects.select_for_update()
            .filter(campaign=locked.campaign, facility=locked.facility, is_synthetic=locked.is_synthetic, state=ReturnState.SIGNED)
            .first()
        )
        problems = []
        if locked.warnings and not locked.comment:
            cure = _("Say in a sentence why the numbers are right all the same.")
            problems.append(Problem(_("is needed, because something looks odd"), cure, field="comment"))
        if earlier is not None and not locked.reason:
            cure = _("Say why %(year)d is stated anew; it is published.") % {"year": locked.campaign.year}
            problems.append(Problem(_("is needed, because a signed return exists"), cure, field="reason"))
        if problems:
            raise InvalidInput(problems)
        if earlier is not None:
            _move(earlier, ReturnState.SUPERSEDED, "superseded", actor, now)
        locked.state, locked.signed_at, locked.signed_label = ReturnState.SIGNED, now, str(actor)[:200]
        locked.signed_by = actor if isinstance(actor, User) else None
        locked.save(update_fields=["state", "signed_at", "signed_by", "signed_label"])
        _note(locked, "signed", actor, now, locked.reason)
        return_counts.send(sender=Return, event=ReturnCounts(locked.facility, locked.is_synthetic))
    return locked


def withdraw(*, sent: Return, actor: Any, now: dt.datetime) -> Return:
    """Take back a return that is not signed. Raises NotAllowed, NotReady."""
    with transaction.atomic():
        locked = _locked(sent, actor)
        if not locked.is_open:
            raise NotReady(_("A signed return is not withdrawn; send a new one, which restates it."))
        _move(locked, ReturnState.WITHDRAWN, "withdrawn", actor, now)
    return locked


def _locked(sent: Return, actor: Any) -> Return:
    # The campaign first, as whoever freezes it does: two orders of locking would be a deadlock.
    Campaign.objects.select_for_update().get(pk=sent.campaign_id)
    locked = Return.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=sent.pk)
    if not rules.may_return_for(actor, locked.facility):
        raise NotAllowed(_("Only the facility's KPI officers do this with its returns."))
    return locked


def _open(campaign: Campaign) -> None:
    """Hold the campaign, so that nobody freezes it meanwhile. Raises Frozen."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.is_frozen:
        message = _("%(year)d is frozen since %(day)s. What was published stays as it is; tell the office of the error.")
        raise Frozen(message % {"year": locked.year, "day": f"{locked.frozen_at:%Y-%m-%d}"})


def _move(sent: Return, state: ReturnState, verb: str, actor: Any, now: dt.datetime) -> None:
    sent.state = state
    sent.save(update_fields=["state"])
    _note(sent, verb, actor, now)


def _note(sent: Return, verb: str, actor: Any, now: dt.datetime, detail: str = "") -> None:
    ReturnEvent.objects.create(
        of=sent, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], verb=verb, detail=detail[:500]
    )
