"""What can be done with planned purchases. Everything done is an event."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue.models import Facility
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.roadmaps import histories, rules
from leaps.roadmaps.models import PlannedPurchase, PurchaseEvent

FIELDS: Final = (
    "category", "technology", "title", "quantity", "unit", "first_month", "last_month", "visibility", "state", "suppliers", "is_sole_source", "note",
)  # fmt: skip
LONGEST_YEARS: Final = 10


class Overtaken(Conflict):
    """Somebody else changed it in the meantime, or it does not stand any more."""


def _may_plan(actor: Any, facility: str) -> None:
    if not rules.may_plan(actor, facility):
        raise NotAllowed(_("Only editors and directors of the facility, and the office, do this."))


def plan(*, facility: Facility, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> PlannedPurchase:
    """Write down a purchase that the facility plans. Raises NotAllowed, InvalidInput."""
    _may_plan(actor, facility.slug)
    made = PlannedPurchase(facility=facility, updated_at=now, is_synthetic=bool(getattr(actor, "is_synthetic", False)), **values)
    _check(made)
    with transaction.atomic():
        made.save()
        _note(made, actor, now, "planned", {"visibility": ["", made.visibility]})
    return made


def change(*, purchase: PlannedPurchase, base: int, values: Mapping[str, Any], actor: Any, now: dt.datetime, why: str = "") -> PlannedPurchase:
    """Change a planned purchase; `base` is the version seen. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        locked = _locked(purchase, actor)
        if locked.version != base:
            raise Overtaken(_("Somebody changed this purchase in the meantime. Look at what stands there now, then send again."))
        if locked.withdrawn_at is not None:
            raise Overtaken(_("This purchase has been withdrawn. Take that back first."))
        before = {name: getattr(locked, name) for name in FIELDS}
        for name, value in values.items():
            setattr(locked, name, value)
        changed = {name: [_plain(value), _plain(getattr(locked, name))] for name, value in before.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        _check(locked, histories.hidden_again(before["visibility"], locked.visibility))
        locked.version, locked.updated_at = base + 1, now
        locked.save()
        _note(locked, actor, now, "changed", changed, why)
    return locked


def withdraw(*, purchase: PlannedPurchase, actor: Any, now: dt.datetime, restore: bool = False) -> PlannedPurchase:
    """Withdraw a planned purchase, or take that back. Doing it twice changes nothing. Raises NotAllowed."""
    with transaction.atomic():
        locked = _locked(purchase, actor)
        if (locked.withdrawn_at is None) != restore:
            locked.withdrawn_at = None if restore else now
            locked.version, locked.updated_at = locked.version + 1, now
            locked.save()
            _note(locked, actor, now, "restored" if restore else "withdrew")
    return locked


def _locked(purchase: PlannedPurchase, actor: Any) -> PlannedPurchase:
    locked = PlannedPurchase.objects.select_for_update(of=("self",)).select_related("facility", "technology").get(pk=purchase.pk)
    _may_plan(actor, locked.facility.slug)
    return locked


def _check(made: PlannedPurchase, problems: list[Problem] | None = None) -> None:
    found = list(problems or ())
    if not made.title.strip():
        found.append(Problem(_("is missing"), _("Say what is to be bought."), field="title"))
    if made.last_month < made.first_month:
        found.append(Problem(_("is before the first month"), _("Name the later month second."), field="last_month"))
    elif made.last_month.year - made.first_month.year > LONGEST_YEARS:
        found.append(Problem(_("is more than ten years after the first month"), _("Check the year."), field="last_month"))
    if made.quantity is not None and made.quantity <= 0:
        found.append(Problem(_("is not above 0"), _("Leave it empty when it is not known."), field="quantity"))
    if made.quantity is None and made.unit.strip():
        found.append(Problem(_("is missing, but a unit is given"), _("Give both or neither."), field="quantity"))
    if made.is_sole_source and not made.suppliers.strip():
        found.append(Problem(_("is missing"), _("Name the one supplier that is known, or say that you do not know."), field="suppliers"))
    if found:
        raise InvalidInput(found)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    return str(value) if hasattr(value, "pk") else value


def _note(purchase: PlannedPurchase, actor: Any, now: dt.datetime, verb: str, changes: Mapping[str, Any] | None = None, note: str = "") -> None:
    PurchaseEvent.objects.create(
        purchase=purchase, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], verb=verb,
        changes=dict(changes or {}), note=note.strip()[:500],
    )  # fmt: skip
