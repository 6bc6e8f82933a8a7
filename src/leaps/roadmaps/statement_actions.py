"""People state what was measured, what it can be held against, and how ready a technology is.

A statement is an entry of the record like any other: with provenance, history, and undone by whoever may change it. Without
an address that shows it, it stays a claim.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.record import actions, queries, registry
from leaps.record.corrections import provenance_for
from leaps.record.models import Change
from leaps.record.types import Action, Edit, Fact, Origin, Provenance
from leaps.roadmaps import rules
from leaps.roadmaps.models import TechnologyTarget

MEASUREMENT, BENCHMARK, READINESS = "technology_measurement", "technology_benchmark", "technology_readiness"
LONGEST_KEY: Final = 110

# What of a statement makes it the same as another one.
_SAME: Final = {
    MEASUREMENT: ("target", "facility", "measured_on", "value"),
    BENCHMARK: ("technology", "metric", "unit", "kind", "value"),
    READINESS: ("technology", "facility", "organisation", "role", "trl", "stated_on"),
}
# What its key is made of.
_NAMED_BY: Final = {
    MEASUREMENT: ("target", "measured_on"), BENCHMARK: ("technology", "metric", "kind", "year"),
    READINESS: ("technology", "facility", "organisation", "role", "stated_on"),
}  # fmt: skip


def state(*, kind: str, values: Mapping[str, Any], evidence: str, actor: Any, now: dt.datetime, why: str = "") -> str:
    """Write a statement into the record and return its key.

    A measurement of a target that is of one facility is of that facility. With an address as evidence a facility's own
    editor confirms the values, others vouch for the source only; without one they stand as a claim. Raises NotAllowed,
    and InvalidInput for what the record refuses or says already.
    """
    given = {name: value for name, value in values.items() if value not in (None, "")}
    if kind == MEASUREMENT:
        target = TechnologyTarget.objects.select_related("facility").filter(slug=given.get("target")).first()
        if target is not None and target.facility is not None:
            given["facility"] = target.facility.slug
    facility = str(given.get("facility", ""))
    if not rules.may_state(actor, facility):
        raise NotAllowed(_("Only editors and directors of the facility, group chairs and the office state this."))
    source = Provenance()
    if evidence.strip():
        source = provenance_for(actor, facility, evidence.strip(), str(given.get("measured_on") or given.get("stated_on") or given.get("year") or ""), now.date())
    with transaction.atomic():
        queries.locked_revision()  # so that two who state the same at once do not both get a key
        _refuse_twice(kind, given)
        key = _free_key(kind, [str(given[name]) for name in _NAMED_BY[kind] if given.get(name)])
        facts = {"slug": Fact(key, Provenance()), **{name: Fact(value, source) for name, value in given.items()}}
        actions.apply_edits(
            edits=[Edit(kind, key, Action.CREATE, facts)], actor=actor, reason=why or _("Stated on its page"), origin=Origin.EDIT, now=now
        )
    return key


def _refuse_twice(kind: str, given: Mapping[str, Any]) -> None:
    record_type = registry.get(kind)
    same: dict[str, Any] = {}
    for name in _SAME[kind]:
        path = f"{name}__{record_type.references[name].key_field}" if name in record_type.references else name
        same.update({path: given[name]} if name in given else {f"{name}__isnull": True})
    if record_type.model._default_manager.filter(**same).exists():
        last = _SAME[kind][-1]
        raise InvalidInput([Problem(_("stands in the record already"), _("Change or remove that entry, or state another value."), field=last, value=str(given.get(last, "")))])


def _free_key(kind: str, parts: Sequence[str]) -> str:
    """A key that no entry has or had."""
    base = re.sub(r"[^a-z0-9]+", "-", slugify("-".join(parts)))[:LONGEST_KEY].strip("-") or "stated"
    number, key = 1, base
    while queries.state(kind, key) or queries.current_key(kind, key) or Change.objects.filter(kind=kind, key=key).exists():
        number += 1
        key = f"{base}-{number}"
    return key
