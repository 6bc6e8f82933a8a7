"""Taking confirmed works as evidence of the steps of chains."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import evidence_queries, rules, work_queries
from leaps.landscape.models import AdoptedWork, TaggingEvent, Work
from leaps.landscape.types import EvidenceKind
from leaps.record import actions as record_actions
from leaps.record import queries as record_queries
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance


def adopt(*, kind: str, key: str, work: Work, actor: Any, now: dt.datetime) -> bool:
    """Take a work as evidence of a step: as a fact of the record where there is none yet (True), else beside it (False).

    Raises NotAllowed, InvalidInput for a work that cannot be evidence, Conflict when it does not speak for the step (any more) or is its evidence already.
    """
    if not rules.may_adopt(actor):
        raise NotAllowed(_("Who edits the steps of chains takes works as their evidence: the office."))
    with transaction.atomic():
        work = Work.objects.select_for_update().get(pk=work.pk)
        _check(work)
        record_queries.locked_revision()  # of two at once the second sees what the first has written
        state = record_queries.state(kind, key) if kind in evidence_queries.STEPS else None
        if state is None or all(one.work.pk != work.pk for one in evidence_queries.for_step(kind, key)):
            raise Conflict(_("This work is not confirmed for this step any more. Load the page again."))
        if state.values["evidence_url"] == work.address or any(one.work_id == work.pk for one in evidence_queries.adopted(kind, key)):
            raise Conflict(_("This work is evidence of the step already."))
        is_first = not state.values["evidence_url"]
        if is_first:
            reason = _("Evidence: a work that was confirmed (%(title)s)") % {"title": work.title[:200]}
            record_actions.apply_edits(edits=[Edit(kind, key, Action.UPDATE, _facts(work))], actor=actor, reason=reason, origin=Origin.EDIT, now=now)
        else:
            AdoptedWork.objects.create(kind=kind, key=key, work=work, by=actor if isinstance(actor, User) else None, by_label=str(actor)[:200], at=now)
        _note(work, "adopted", kind, key, actor, now)
    return is_first


def drop(*, adopted: AdoptedWork, actor: Any, now: dt.datetime) -> None:
    """No longer take a work as evidence beside the record; what stands in the record is changed there. Raises NotAllowed."""
    if not rules.may_adopt(actor):
        raise NotAllowed(_("Who edits the steps of chains takes works as their evidence: the office."))
    with transaction.atomic():
        adopted.delete()
        _note(adopted.work, "dropped", adopted.kind, adopted.key, actor, now)


def _check(work: Work) -> None:
    found = []
    if work.is_synthetic:
        found.append(Problem(_("is made up for a trial"), _("Only real works are evidence."), field="work"))
    if work.withdrawn_at is not None:
        found.append(Problem(_("has been withdrawn"), _("Choose another."), field="work"))
    if work.kind not in EvidenceKind.values:
        found.append(Problem(_("is no kind of evidence"), _("Papers, cases and projects are; take the paper about the data."), field="work", value=work.kind))
    if found:
        raise InvalidInput(found)


def _facts(work: Work) -> dict[str, Fact]:
    provenance = Provenance(Confidence.SOURCED.value, work.address, str(work.year or ""))
    given = {"evidence_kind": work.kind, "evidence_title": work.title[:250], "evidence_url": work.address, "evidence_date": str(work.year) if work.year else None}
    return {name: Fact(value, provenance) for name, value in given.items() if value is not None}


def _note(work: Work, verb: str, kind: str, key: str, actor: Any, now: dt.datetime) -> None:
    TaggingEvent.objects.create(
        work=work, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], side=work_queries.side_of(actor), verb=verb,
        changes={"step": [None, f"{kind}/{key}"] if verb == "adopted" else [f"{kind}/{key}", None]},
    )  # fmt: skip
