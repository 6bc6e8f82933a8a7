"""Packs: where they are, checking one, loading one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from leaps.accounts.tokens import OpenOrToken, Token, caller
from leaps.core.errors import NotAllowed
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given
from leaps.core.rest.problems import ProblemItem
from leaps.record import queries, registry, rules
from leaps.record.api.changes import ChangeSetOut, changeset_json
from leaps.record.api.objects import clean, provenance_of, readable
from leaps.record.api.schemas import LIST_ERRORS, PACK_ERRORS, ProvenanceIn
from leaps.record.packs import limited, loading, reading
from leaps.record.types import Action, Provenance

router = Router(tags=["Packs"])


class PackOut(Schema):
    """One pack to download: a Data Package as a zip archive."""

    facility: str | None = Field(description="Whose rows it holds; null: the whole record.")
    url: str


class PackPage(Schema):
    """Packs to download: the whole record first, then one for each facility."""

    revision: int = Field(description="The last set of changes they hold.")
    items: list[PackOut]
    next: str | None = Field(None, description="Address of the next page; null on the last.")


class PackChecked(Schema):
    """What a check of a pack found. Nothing was written."""

    ok: bool
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: list[ProblemItem] = []


class LoadForm(Schema):
    """What goes with the file of a pack."""

    reason: str = Field("", max_length=2000, description="Why; it stands in the history.")
    source_url: str = Field("", max_length=500, description="Source of rows that name none.")
    as_of: str = Field("", max_length=10, description="The date that source speaks about.")
    confirmed: bool = Field(False, description="You confirm rows that name no source, as editor of the facility.")


@router.get(
    "/packs", response={200: PackPage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_packs",
    summary="Packs to download", openapi_extra=readable(CURSOR, LIMIT),
)  # fmt: skip
def list_packs(request: HttpRequest) -> HttpResponse:
    """The record as Data Packages (CSV with Table Schema): the whole of it, then facility by facility."""
    given = Given(request, (CURSOR, LIMIT))
    limit, cursor = given.number(LIMIT), given.text("cursor", 400)
    given.check()
    after = answers.decode_cursor(cursor, str)
    revision = queries.current_revision()

    def body() -> dict[str, Any]:
        keys = queries.keys_after(registry.get("facility"), after=after[0] if after else "", limit=limit + 1)
        first = [] if after else [{"facility": None, "url": settings.BASE_URL + reverse("record:whole-pack")}]
        found = keys[: limit - len(first)]
        items = first + [{"facility": k, "url": settings.BASE_URL + reverse("record:facility-pack", args=[k])} for k in found]
        more = len(keys) > len(found)
        cursor = answers.encode_cursor([found[-1] if found else ""])
        return {"revision": revision, "items": items, "next": answers.next_address(request, cursor) if more else None}

    return answers.conditional(request, answers.list_etag(revision, request.get_host(), request.get_full_path()), body)


@router.post(
    "/packs/check", response={200: PackChecked, **PACK_ERRORS}, auth=Token("record:write"), operation_id="check_pack",
    summary="Check a pack",
)  # fmt: skip
def check_pack(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Every problem of a pack (CSV, XLSX or zip) with row, field and cure, or what loading it would change."""
    Given(request, ()).check()
    _may_load(request)
    checked = loading.check(_contents(file), actor=caller(request), default=Provenance())
    plan = checked.plan
    body = {
        "ok": not checked.problems,
        "added": plan.count(Action.CREATE) if plan else 0,
        "changed": plan.count(Action.UPDATE) if plan else 0,
        "removed": plan.count(Action.DELETE) if plan else 0,
        "unchanged": plan.unchanged if plan else 0,
        "problems": [
            {"file": p.file, "row": p.row, "field": p.field, "value": p.value, "message": p.message, "cure": p.cure}
            for p in checked.problems
        ],
    }
    answer = HttpResponse(answers.as_bytes(body), content_type=answers.JSON)
    answer["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/packs", response={200: ChangeSetOut, **PACK_ERRORS}, auth=Token("record:write"), operation_id="load_pack",
    summary="Load a pack",
)  # fmt: skip
def load_pack(request: HttpRequest, file: File[UploadedFile], form: Form[LoadForm]) -> HttpResponse:
    """All of it or nothing: 422 names every row, field and cure. The answer is the set of changes."""
    Given(request, ()).check()
    _may_load(request)
    person = caller(request)
    given = ProvenanceIn(source_url=form.source_url, as_of=form.as_of, confirmed=form.confirmed)
    default = provenance_of(person, given, may_confirm=not rules.is_office(person))
    reason = clean("reason", form.reason or str(file.name or "")[:200], 2000)
    made = loading.load(_contents(file), actor=person, default=default, reason=reason, now=timezone.now())
    answer = HttpResponse(answers.as_bytes(changeset_json(queries.with_summaries([made])[0])), content_type=answers.JSON)
    answer["Cache-Control"] = "no-store"
    return answer


def _may_load(request: HttpRequest) -> None:
    if not rules.edits_anything(caller(request)):
        raise NotAllowed(_("Packs are loaded by facility editors and the office."))


def _contents(file: UploadedFile) -> reading.Contents:
    return limited.read(file.name or "pack.csv", file.read())
