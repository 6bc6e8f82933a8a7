"""Proposing a correction and deciding about it.

Anybody may propose. Without an account the e-mail address is confirmed first, and floods are
stopped by counting, in the database, what one network address or one mail address has proposed.
"""

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Problem
from leaps.record import actions, queries, registry, rules
from leaps.record.events import CorrectionDecided, CorrectionProposed, correction_decided, correction_proposed
from leaps.record.models import Correction
from leaps.record.specs import ValueRefused, clean_partial_date, plain_text
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance, Value

CONFIRM_WITHIN = dt.timedelta(days=3)
VISITOR_KEPT = dt.timedelta(days=180)
OPEN_PER_PERSON = 50
_SALT = "leaps.record.correction"


class TooManyCorrections(DomainError):
    """The limit that stops floods is reached."""

    status = 429


class LinkUnusable(DomainError):
    """The link of a mail is broken, too old or was used already."""

    status = 410


@dataclass(frozen=True, slots=True)
class Proposer:
    """Who proposes: a person with an account, or a name and an address to be confirmed."""

    person: Any = None
    name: str = ""
    email: str = ""
    network_address: str = ""

    @property
    def has_account(self) -> bool:
        """Whether the person is signed in."""
        return bool(getattr(self.person, "is_authenticated", False))

    @property
    def mark(self) -> str:
        """A keyed hash of the network address: enough to count by, useless to find anybody."""
        if not self.network_address:
            return ""
        return salted_hmac(_SALT, _network(self.network_address), algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """What one visitor can be expected to have: an IPv4 address, or a whole /64 of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def propose(
    *,
    kind: str,
    key: str,
    field: str,
    value: Value,
    reason: str,
    proposer: Proposer,
    now: dt.datetime,
    source_url: str = "",
    as_of: str = "",
) -> Correction:
    """Write down a proposal; an account's is put before the editors at once.

    Raises InvalidInput for a value that does not fit or changes nothing, TooManyCorrections for
    a flood. Nothing is written then.
    """
    record_type = registry.get(kind)
    state = queries.state(kind, key)
    problems: list[Problem] = []
    if state is None or field not in record_type.specs or field == record_type.key_field:
        raise InvalidInput([Problem(_("there is nothing to correct here"), field=field, value=key)])
    spec = record_type.specs[field]
    try:
        value = spec.clean(value)
        if spec.target:
            named = value if isinstance(value, list) else [str(value)] if value else []
            known = queries.states(registry.get(spec.target), named)
            problems.extend(
                Problem(_("is not in the record"), _("Use the key of an object of the record."), field=field, value=name)
                for name in named
                if name not in known
            )
    except ValueRefused as error:
        problems.append(Problem(error.message, error.cure, field=field, value=str(value)))
    else:
        same = value == state.values.get(field)
        if same and not source_url:
            cure = _("Give another value, or the source that confirms this one.")
            problems.append(Problem(_("is what the record says already"), cure, field=field, value=str(value)))
    if not reason.strip():
        problems.append(Problem(_("is missing"), _("Say in a sentence why."), field="reason"))
    try:
        as_of = clean_partial_date(as_of)
    except ValueRefused as error:
        problems.append(Problem(error.message, error.cure, field="as_of", value=as_of))
    if source_url and not source_url.startswith(("http://", "https://")):
        problems.append(Problem(_("is not a web address"), _("Begin it with https://."), field="source_url", value=source_url))
    if not proposer.has_account:
        try:
            validate_email(proposer.email)
        except ValidationError:
            cure = _("Give an address, so that we can ask whether it was you and tell you the outcome.")
            problems.append(Problem(_("is not an e-mail address"), cure, field="email", value=proposer.email))
    if problems:
        raise InvalidInput(problems)
    with transaction.atomic():
        _stop_floods(proposer, now)
        correction = Correction.objects.create(
            kind=kind,
            key=key,
            facility=queries.facility_of(record_type, state.values, key),
            field=field,
            base_value=state.values.get(field),
            proposed_value=value,
            reason=plain_text(reason, actions.MOST_REASON),
            source_url=source_url,
            as_of=as_of,
            proposer=proposer.person if proposer.has_account else None,
            proposer_name=plain_text(str(proposer.person) if proposer.has_account else proposer.name, 200),
            proposer_email=proposer.person.email if proposer.has_account else proposer.email.lower(),
            flood_mark="" if proposer.has_account else proposer.mark,
            state=Correction.State.OPEN if proposer.has_account else Correction.State.UNCONFIRMED,
            created_at=now,
        )
        _announce(correction)
    return correction


def _stop_floods(proposer: Proposer, now: dt.datetime) -> None:
    queries.locked_revision()  # one at a time, so that many at once are counted too
    forget_visitors(now)
    Correction.objects.filter(created_at__lt=now - dt.timedelta(days=7)).exclude(flood_mark="").update(flood_mark="")
    stale = Correction.objects.filter(state=Correction.State.UNCONFIRMED, created_at__lt=now - 2 * CONFIRM_WITHIN)
    stale.delete()
    if proposer.has_account:
        waiting = Correction.objects.filter(proposer=proposer.person, state=Correction.State.OPEN).count()
        if waiting >= OPEN_PER_PERSON:
            message = _("%(n)d of your corrections wait for a decision. Please let the editors catch up first.")
            raise TooManyCorrections(message % {"n": waiting})
        return
    limit = int(settings.OPTION["corrections_per_hour"])
    recent = Correction.objects.filter(created_at__gt=now - dt.timedelta(hours=1))
    by_address = recent.filter(flood_mark=proposer.mark).count() if proposer.mark else 0
    by_mail = recent.filter(proposer_email=proposer.email.lower()).count()
    if max(by_address, by_mail) >= limit:
        message = _("From here %(n)d corrections came within the hour. Sign in to go on, or come back later.")
        raise TooManyCorrections(message % {"n": limit})


def forget_visitors(now: dt.datetime) -> None:
    """Let go of name and address of visitors whose proposals were decided long ago."""
    old = Correction.objects.filter(proposer=None, decided_at__lt=now - VISITOR_KEPT).exclude(proposer_email="")
    old.update(proposer_name="", proposer_email="")


def _announce(correction: Correction) -> None:
    event = CorrectionProposed(correction.pk)
    transaction.on_commit(lambda: correction_proposed.send(sender=CorrectionProposed, event=event))


def link_token(correction: Correction) -> str:
    """The signed part of the link that confirms the address of a proposal."""
    return signing.dumps([correction.pk, _fingerprint(correction)], salt=_SALT)


def _fingerprint(correction: Correction) -> str:
    return hashlib.sha256(correction.proposer_email.encode()).hexdigest()[:16]


def of_token(token: str) -> Correction:
    """The proposal of a mailed link. Raises LinkUnusable."""
    try:
        pk, fingerprint = signing.loads(token, salt=_SALT, max_age=CONFIRM_WITHIN)
        correction = Correction.objects.get(pk=pk)
    except (signing.BadSignature, Correction.DoesNotExist, ValueError, TypeError):
        message = _("This link is broken or older than three days. Please propose the correction again.")
        raise LinkUnusable(message) from None
    if _fingerprint(correction) != fingerprint:
        raise LinkUnusable(_("This link belongs to another proposal."))
    return correction


def confirm(*, token: str) -> Correction:
    """The person behind the address meant it: put the proposal before the editors.

    Doing it twice is harmless. Raises LinkUnusable.
    """
    found = of_token(token)
    with transaction.atomic():
        correction = Correction.objects.select_for_update().get(pk=found.pk)
        if correction.state == Correction.State.UNCONFIRMED:
            correction.state = Correction.State.OPEN
            correction.save(update_fields=["state"])
            _announce(correction)
    return correction


def accept(
    *, correction: Correction, actor: Any, now: dt.datetime, note: str = "", amended: Fact | None = None
) -> Correction:
    """Write the proposed value into the record, or the editor's own (`amended`), with its provenance.

    Raises NotAllowed, Conflict when somebody decided before, and whatever the record refuses.
    """
    with transaction.atomic():
        correction = _to_decide(correction, actor)
        fact = amended or Fact(
            correction.proposed_value,
            provenance_for(actor, correction.facility, correction.source_url, correction.as_of, now.date()),
        )
        edit = Edit(correction.kind, correction.key, Action.UPDATE, {correction.field: fact})
        reason = _("Correction %(number)d: %(reason)s") % {"number": correction.pk, "reason": correction.reason}
        try:
            correction.changeset = actions.apply_edits(
                edits=[edit], actor=actor, reason=reason[:2000], origin=Origin.CORRECTION, now=now
            )
        except actions.NothingToDo:
            correction.changeset = None  # the record says so already, with the same provenance
        state = Correction.State.ACCEPTED
        if amended is not None and amended.value != correction.proposed_value:
            state = Correction.State.AMENDED
        _close(correction, state, actor, note, now)
    return correction


def decline(*, correction: Correction, actor: Any, now: dt.datetime, note: str) -> Correction:
    """Leave the record as it is and tell the proposer why.

    Raises InvalidInput without a reason, NotAllowed, Conflict when somebody decided before.
    """
    if not note.strip():
        problem = Problem(_("is missing"), _("Say why; the proposer gets to read it."), field="note")
        raise InvalidInput([problem])
    with transaction.atomic():
        correction = _to_decide(correction, actor)
        _close(correction, Correction.State.DECLINED, actor, note, now)
    return correction


def withdraw(*, correction: Correction, actor: Any, now: dt.datetime) -> Correction:
    """The proposer takes a proposal back. Raises NotAllowed, Conflict when it has been decided."""
    with transaction.atomic():
        correction = Correction.objects.select_for_update().get(pk=correction.pk)
        if not getattr(actor, "is_authenticated", False) or correction.proposer_id != actor.pk:
            raise NotAllowed(_("Only who proposed a correction may withdraw it."))
        if correction.state != Correction.State.OPEN:
            raise Conflict(_("This correction has been decided already."))
        correction.state = Correction.State.WITHDRAWN
        correction.decided_at = now
        correction.save(update_fields=["state", "decided_at"])
    return correction


def reopen(*, correction: Correction, actor: Any, now: dt.datetime) -> Correction:
    """Undo a decision: the record goes back to what it said and the proposal waits again.

    Raises NotAllowed, Conflict when there is nothing to undo or the value was changed again since.
    """
    with transaction.atomic():
        correction = Correction.objects.select_for_update().get(pk=correction.pk)
        _check_right(correction, actor)
        if correction.state not in (Correction.State.ACCEPTED, Correction.State.AMENDED, Correction.State.DECLINED):
            raise Conflict(_("There is no decision to undo."))
        if correction.changeset is not None:
            reason = _("Decision on correction %(number)d undone") % {"number": correction.pk}
            actions.revert(changeset=correction.changeset, actor=actor, now=now, reason=reason)
        correction.state, correction.changeset = Correction.State.OPEN, None
        correction.decided_at = correction.decided_by = None
        correction.decision_note = ""
        correction.save()
    return correction


def provenance_for(actor: Any, facility: str, source_url: str, as_of: str, day: dt.date) -> Provenance:
    """What stands behind a value that this person lets into the record.

    The facility's own editor confirms it with his name; the office vouches for the source only.
    """
    if facility and rules.is_editor_of(actor, facility):
        return Provenance(Confidence.CONFIRMED.value, source_url, as_of, str(actor)[:120], day.isoformat())
    return Provenance((Confidence.SOURCED if source_url else Confidence.KNOWN).value, source_url, as_of)


def _check_right(correction: Correction, actor: Any) -> None:
    if not rules.may_edit_facility(actor, correction.facility):
        raise NotAllowed(_("Only the facility's editors and the office decide about this correction."))


def _to_decide(correction: Correction, actor: Any) -> Correction:
    """Lock the proposal, so that two editors cannot both decide."""
    locked = Correction.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=correction.pk)
    _check_right(locked, actor)
    if locked.state != Correction.State.OPEN:
        who = str(locked.decided_by or "") or _("somebody")
        message = _("%(who)s has decided already: %(state)s. Nothing was changed.")
        raise Conflict(message % {"who": who, "state": locked.get_state_display()})
    return locked


def _close(correction: Correction, state: str, actor: Any, note: str, now: dt.datetime) -> None:
    correction.state = state
    correction.decided_at = now
    correction.decided_by = actor if getattr(actor, "is_authenticated", False) else None
    correction.decision_note = plain_text(note, actions.MOST_REASON)
    correction.save()
    event = CorrectionDecided(correction.pk)
    transaction.on_commit(lambda: correction_decided.send(sender=CorrectionDecided, event=event))
