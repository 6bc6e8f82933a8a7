"""What was changed, newest first, and field by field."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from leaps.accounts.tokens import OpenOrToken
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.record import queries, registry
from leaps.record.api.objects import FACILITY, known_facility, readable
from leaps.record.api.schemas import LIST_ERRORS, READ_ERRORS
from leaps.record.models import ChangeSet
from leaps.record.types import Fact, Origin

MOST_CHANGES = 500
_LARGEST_REVISION = 2**62

_KINDS = [record_type.kind for record_type in registry.all_types()]
KIND = Parameter("kind", "Only changes of this kind of object.", {"type": "string", "enum": _KINDS}, "instrument")
KEY = Parameter("key", "Only changes of this object, under all keys it ever had; needs `kind`.", example="max-iv-bloch")
ORIGIN = Parameter("origin", "Only changes that came in by this door.", {"type": "string", "enum": list(Origin.values)})

router = Router(tags=["Changes"])


class FactOut(Schema):
    """A value with where it comes from."""

    value: Any = None
    provenance: dict[str, str] = {}


class FieldChangeOut(Schema):
    """One field before and after; null where there was none."""

    field: str
    before: FactOut | None = None
    after: FactOut | None = None


class ChangeOut(Schema):
    """What a set of changes did to one object."""

    kind: str
    key: str
    label: str
    action: str = Field(description="create, update or delete.")
    facility: str = Field(description="Which facility answered for the object then; empty: the office.")
    fields: list[FieldChangeOut]


class ChangeSetOut(Schema):
    """Changes made together, by one person, for one reason."""

    revision: int
    at: dt.datetime
    actor: str
    origin: str = Field(description="By which door: pack, edit, correction, api, revert.")
    reason: str
    summary: str
    url: str = Field(description="Its page.")


class ChangeSetPage(Schema):
    """Sets of changes, newest first."""

    items: list[ChangeSetOut]
    next: str | None = Field(None, description="Address of the next page; null on the last.")


class ChangeSetDetail(ChangeSetOut):
    """A set of changes with its objects."""

    count: int = Field(description=f"How many objects; the first {MOST_CHANGES} are shown.")
    changes: list[ChangeOut]


def changeset_json(item: ChangeSet) -> dict[str, Any]:
    """One set of changes that went through `queries.with_summaries`."""
    return {
        "revision": item.revision,
        "at": item.at.isoformat(),
        "actor": item.actor_label,
        "origin": item.origin,
        "reason": item.reason,
        "summary": item.summary,  # type: ignore[attr-defined]  # set by with_summaries
        "url": settings.BASE_URL + reverse("record:changeset", args=[item.revision]),
    }


_PARAMETERS = (FACILITY, KIND, KEY, ORIGIN, CURSOR, LIMIT)


@router.get(
    "/changes", response={200: ChangeSetPage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_changes",
    summary="Sets of changes", openapi_extra=readable(*_PARAMETERS),
)  # fmt: skip
def list_changes(request: HttpRequest) -> HttpResponse:
    """Newest first, of the whole record, a facility, a kind or one object."""
    given = Given(request, _PARAMETERS)
    limit, cursor, facility = given.number(LIMIT), given.text("cursor"), known_facility(given)
    kind, key = given.choice("kind", _KINDS), given.text("key", 120)
    origin = given.choice("origin", Origin.values)
    if key and not kind:
        given.refuse("key", key, _("says too little without a kind"), _("Add kind, such as kind=instrument."))
    given.check()
    before = answers.decode_cursor(cursor, int)

    def body() -> dict[str, Any]:
        rows = queries.changes_matching(facility=facility, kind=kind, key=key, origin=origin)
        if before:
            rows = rows.filter(revision__lt=min(max(before[0], 0), _LARGEST_REVISION))
        found = queries.with_summaries(rows[: limit + 1])
        more = len(found) > limit
        found = found[:limit]
        return {
            "items": [changeset_json(item) for item in found],
            "next": answers.next_address(request, answers.encode_cursor([found[-1].revision])) if more else None,
        }

    etag = answers.list_etag(queries.current_revision(), request.get_host(), request.get_full_path())
    return answers.conditional(request, etag, body)


@router.get(
    "/changes/{int:revision}", response={200: ChangeSetDetail, **READ_ERRORS}, auth=OpenOrToken(),
    operation_id="read_change", summary="One set of changes", openapi_extra=readable(),
)  # fmt: skip
def read_change(request: HttpRequest, revision: int) -> HttpResponse:
    """Field by field, before and after, with the provenance of both."""
    Given(request, ()).check()
    found = queries.changesets().filter(revision=min(revision, _LARGEST_REVISION)).first()
    if found is None:
        raise Http404(_("There is no such change."))
    summary = queries.with_summaries([found])[0]
    rows = found.changes.order_by("kind", "key")

    def body() -> dict[str, Any]:
        changes = [
            {
                "kind": change.kind, "key": change.key, "label": change.label, "action": change.action, "facility": change.facility,
                "fields": [{"field": f.name, "before": _fact(f.before), "after": _fact(f.after)} for f in queries.field_changes(change)],
            }
            for change in rows[:MOST_CHANGES]
        ]  # fmt: skip
        return changeset_json(summary) | {"count": rows.count(), "changes": changes}

    # A set of changes is never altered; only the name of who left is.
    return answers.conditional(request, answers.list_etag("change", revision, found.actor_label), body)


def _fact(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {"value": fact.value, "provenance": fact.provenance.stored()}
