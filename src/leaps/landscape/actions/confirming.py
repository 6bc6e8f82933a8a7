"""The desk of a facility: every number of the edition about it is confirmed, corrected or called not applicable."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import edition_queries, rules, signing
from leaps.landscape.actions import signatures
from leaps.landscape.edition_queries import FactKey, SheetRow
from leaps.landscape.models import Confirmation, Edition, Sheet
from leaps.landscape.stages import Verdict
from leaps.record import actions as record_actions
from leaps.record import corrections, registry
from leaps.record import queries as record_queries
from leaps.record.models import Correction
from leaps.record.specs import ValueRefused, display, plain_text
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance


def rows(edition: Edition, facility: str) -> list[SheetRow]:
    """What the edition says about a facility, by its last build."""
    return edition_queries.facts_by_facility(edition_queries.last_build(edition)).get(facility, [])


def _row(edition: Edition, facility: str, key: str) -> SheetRow:
    found = next((row for row in rows(edition, facility) if row.number.key == key), None)
    if found is None:
        raise InvalidInput([Problem(_("does not stand in this edition any more"), _("Load the sheet again."), field="key", value=key)])
    return found


def _check(edition: Edition, facility: str, actor: Any) -> None:
    if not rules.may_confirm(actor, edition, facility):
        raise NotAllowed(_("The facility's editors and whom they asked confirm its numbers, until the edition is released."))


def confirm(*, edition: Edition, facility: str, key: str, actor: Any, now: dt.datetime) -> Confirmation:
    """Say that a number is right. An editor's word goes into the record at once, a delegate's when the sheet is signed.

    Raises NotAllowed, InvalidInput, Conflict when the record says something else by now.
    """
    _check(edition, facility, actor)
    row = _row(edition, facility, key)
    present = _present(row.fact)
    if present is None or str(present.value) != row.number.raw:
        raise Conflict(_("The record says something else by now. Build the draft again, then look at the new value."))
    with transaction.atomic():
        made = _note(edition, facility, row, Verdict.CONFIRMED, actor, now)
        if rules.is_editor(actor, facility):
            _vouch([made], actor, now)
    made.refresh_from_db()
    return made


def not_applicable(*, edition: Edition, facility: str, key: str, note: str, actor: Any, now: dt.datetime) -> Confirmation:
    """Say that a number does not fit the facility, and why; the authors see it. Raises NotAllowed, InvalidInput."""
    _check(edition, facility, actor)
    if not note.strip():
        raise InvalidInput([Problem(_("is missing"), _("Say why it does not apply; the authors read it."), field="note")])
    return _note(edition, facility, _row(edition, facility, key), Verdict.NOT_APPLICABLE, actor, now, note=note)


def correct(
    *, edition: Edition, facility: str, key: str, value: str, reason: str, source_url: str, as_of: str, actor: Any, now: dt.datetime
) -> Confirmation:
    """Give the right value: a correction of the record. The editor's own is accepted at once, a delegate's waits for the editor.

    Raises NotAllowed and whatever the record refuses.
    """
    _check(edition, facility, actor)
    row = _row(edition, facility, key)
    spec = registry.get(row.fact.kind).specs[row.fact.field]
    try:
        wanted = spec.from_text(value)
    except ValueRefused as error:
        raise InvalidInput([Problem(error.message, error.cure, field="value", value=value)]) from None
    with transaction.atomic():
        made = corrections.propose(
            kind=row.fact.kind, key=row.fact.key, field=row.fact.field, value=wanted, reason=reason or _("Landscape: the facility corrects it."),
            proposer=corrections.Proposer(actor), now=now, source_url=source_url, as_of=as_of,
        )  # fmt: skip
        if rules.is_editor(actor, facility):
            made = corrections.accept(correction=made, actor=actor, now=now)
        verdict = _note(edition, facility, row, Verdict.CORRECTED, actor, now, note=reason, correction=made)
        if made.state == Correction.State.ACCEPTED:
            Confirmation.objects.filter(pk=verdict.pk).update(written=True, value=display(spec, made.proposed_value)[:300])
    verdict.refresh_from_db()
    return verdict


def delegate(*, edition: Edition, facility: str, address: str, actor: Any) -> Sheet:
    """Hand the sheet to somebody with an account; an empty address takes it back. Raises NotAllowed, InvalidInput."""
    if edition.is_released or not (rules.is_editor(actor, facility) or rules.may_open(actor)):
        raise NotAllowed(_("The facility's editors hand its sheet to somebody."))
    person = None
    if address.strip():
        person = accounts_queries.people().filter(email__iexact=address.strip(), is_active=True).first()
        if person is None:
            raise InvalidInput([Problem(_("is the address of no account"), _("Ask them to make an account first."), field="address", value=address)])
    values = {"delegate": person, "delegate_label": plain_text(str(person), 200) if person else ""}
    sheet, _created = Sheet.objects.update_or_create(edition=edition, facility=facility, defaults=values)
    return sheet


def is_said(row: SheetRow, word: Confirmation | None) -> bool:
    """Whether the facility has said something of a number as it is printed: a value that changed since is to be looked at again."""
    return word is not None and (word.verdict != Verdict.CONFIRMED or word.value == row.number.text[:300])


def sign_off(*, edition: Edition, facility: str, actor: Any, now: dt.datetime) -> Sheet:
    """The editor signs the sheet: what a delegate confirmed goes into the record with the editor's name.

    Raises NotAllowed, Conflict while numbers are not looked at.
    """
    if edition.is_released or not rules.is_editor(actor, facility):
        raise NotAllowed(_("Only the facility's editors sign its sheet, until the edition is released."))
    said = {one.key: one for one in edition.confirmations.filter(facility=facility)}
    open_ones = [row for row in rows(edition, facility) if not is_said(row, said.get(row.number.key))]
    if open_ones:
        raise Conflict(_("%(n)d numbers have not been looked at yet.") % {"n": len(open_ones)})
    with transaction.atomic():
        waiting = [one for one in said.values() if one.verdict == Verdict.CONFIRMED and not one.written]
        _vouch(waiting, actor, now)
        contents = signatures.present(edition).facilities.get(facility, {})
        values = {
            "signed_by": actor, "signed_label": plain_text(str(actor), 200), "signed_at": now, "signed": contents, "digest": signing.digest(contents),
            **signatures.NOT_SET_BACK,
        }  # fmt: skip
        sheet, _created = Sheet.objects.update_or_create(edition=edition, facility=facility, defaults=values)
    return sheet


def _present(fact: FactKey) -> Fact | None:
    state = record_queries.state(fact.kind, fact.key)
    return state.fact(fact.field) if state is not None else None


def _note(
    edition: Edition, facility: str, row: SheetRow, verdict: Verdict, actor: Any, now: dt.datetime, note: str = "", correction: Correction | None = None
) -> Confirmation:
    values = {
        "value": row.number.text[:300], "verdict": verdict, "note": plain_text(note, 500), "correction": correction, "by": actor,
        "by_label": plain_text(str(actor), 200), "at": now, "written": False,
    }  # fmt: skip
    made, _created = Confirmation.objects.update_or_create(edition=edition, facility=facility, key=row.number.key[:300], defaults=values)
    signed = Sheet.objects.filter(edition=edition, facility=facility).exclude(signed_at=None)
    signed.update(signed_at=None, signed_by=None, signed_label="", signed=None, digest="", **signatures.NOT_SET_BACK)
    return made


def _vouch(said: Sequence[Confirmation], actor: Any, now: dt.datetime) -> None:
    """Write “confirmed by” behind the values in the record; the values themselves, source and date stay."""
    edits: dict[tuple[str, str], dict[str, Fact]] = {}
    for one in said:
        fact = edition_queries.fact_key(one.key)
        present = _present(fact) if fact else None
        if fact is None or present is None:
            continue
        vouched = replace(present.provenance, confidence=Confidence.CONFIRMED.value, vouched_by=str(actor)[:120], vouched_on=now.date().isoformat())
        edits.setdefault((fact.kind, fact.key), {})[fact.field] = Fact(present.value, Provenance.of(vouched.stored()))
    if edits:
        reason = _("Confirmed for %(edition)s") % {"edition": said[0].edition}
        with suppress(record_actions.NothingToDo):  # the same person confirmed it today already
            record_actions.apply_edits(
                edits=[Edit(kind, key, Action.UPDATE, facts) for (kind, key), facts in edits.items()], actor=actor, reason=reason, origin=Origin.EDIT, now=now
            )
    Confirmation.objects.filter(pk__in=[one.pk for one in said]).update(written=True)
