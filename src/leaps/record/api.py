"""The record over HTTP: every kind of object as list and as single object, changes, packs.

The schemas are made from the fields of the record; there is no second definition.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema, UploadedFile
from pydantic import ConfigDict, Field, create_model

from leaps.accounts.tokens import Reader, Token
from leaps.core.errors import Conflict, DomainError, InvalidInput, Problem
from leaps.core.rest import (
    MOST_ON_A_PAGE,
    Limit,
    ProblemDocument,
    conditional,
    decode_cursor,
    encode_cursor,
    next_address,
)
from leaps.record import actions, queries, registry
from leaps.record.packs import loading, reading
from leaps.record.presentation import object_url
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, ValueRefused
from leaps.record.types import Action, Edit, Fact, Origin, Provenance, State, ValueType

READ_ERRORS: dict[Any, Any] = {(401, 404, 422, 429): ProblemDocument}
WRITE_ERRORS: dict[Any, Any] = {(400, 401, 403, 404, 409, 412, 422, 428, 429): ProblemDocument}
_PYTHON: dict[ValueType, Any] = {
    ValueType.INTEGER: int,
    ValueType.YEAR: int,
    ValueType.NUMBER: float,
    ValueType.FLAG: bool,
    ValueType.TERMS: list[str],
    ValueType.REFERENCES: list[str],
}


class PreconditionRequired(DomainError):
    """The request must say which version it changes."""

    status = 428


class PreconditionFailed(DomainError):
    """The object was changed in the meantime."""

    status = 412


class ProvenanceOut(Schema):
    """Where a value comes from."""

    confidence: str = Field(description="confirmed, sourced or known (unverified).")
    source_url: str = ""
    as_of: str = ""
    vouched_by: str = ""
    vouched_on: str = ""


class ProvenanceIn(Schema):
    """Where the values of a change come from."""

    model_config = ConfigDict(extra="forbid")
    source_url: str = Field("", max_length=500)
    as_of: str = Field("", max_length=10, description="A year, month or day in ISO form.")
    confirmed: bool = Field(False, description="The facility's editor confirms the values with his name.")


class ObjectPatch(Schema):
    """A change of some fields of one object; fields not named stay as they are."""

    model_config = ConfigDict(extra="forbid")
    values: dict[str, Any] = Field(min_length=1)
    provenance: ProvenanceIn = ProvenanceIn()
    reason: str = Field("", max_length=2000)


class ObjectNew(ObjectPatch):
    """A new object."""

    key: str = Field(min_length=1, max_length=120)


class FieldChangeOut(Schema):
    """One field before and after."""

    field: str
    before: Any = None
    after: Any = None


class ChangeOut(Schema):
    """What a change did to one object."""

    kind: str
    key: str
    action: str
    facility: str
    fields: list[FieldChangeOut]


class ChangeSetOut(Schema):
    """Changes made together."""

    revision: int
    at: dt.datetime
    actor: str
    origin: str
    reason: str
    summary: str
    url: str


class ChangeSetDetail(ChangeSetOut):
    """A set of changes with its objects (the first 500)."""

    changes: list[ChangeOut]


class ChangeSetPage(Schema):
    """Sets of changes, newest first."""

    items: list[ChangeSetOut]
    next: str | None = None


class PackProblems(Schema):
    """What a check of a pack found."""

    ok: bool
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: list[dict[str, Any]] = []


class ListParams(Schema):
    """One page of a list."""

    cursor: str | None = Field(None, max_length=400, description="`next` of the page before carries it.")
    limit: int = Field(50, ge=1, le=MOST_ON_A_PAGE)


class OwnedListParams(ListParams):
    """One page of a list of objects that belong to facilities."""

    facility: str | None = Field(None, max_length=100, description="Only this facility's.")


def object_schema(record_type: RecordType) -> type[Schema]:
    """The schema of one object, made from the fields of its kind."""
    name = "".join(part.capitalize() for part in record_type.kind.split("_"))
    fields = {spec.name: _schema_field(spec) for spec in record_type.specs.values()}
    values: Any = create_model(f"{name}Values", __base__=Schema, **fields)
    return create_model(
        name,
        __base__=Schema,
        __doc__=str(record_type.title),
        kind=(str, record_type.kind),
        key=(str, ...),
        url=(str, Field(description="The page of the object.")),
        version=(int, Field(description="Counts the changes of the object; also its ETag.")),
        values=(values, ...),
        provenance=(dict[str, ProvenanceOut], Field(description="Where each filled field comes from.")),
    )


def _schema_field(spec: FieldSpec) -> tuple[Any, Any]:
    kind = _PYTHON.get(spec.type, str)
    words = f"{spec.title}. {spec.description}".strip().rstrip(".")
    if spec.unit:
        words += f" [{spec.unit}]"
    if spec.choices:
        words += ". One of: " + ", ".join(code for code, _words in spec.choices)
    if spec.is_list:
        return kind, Field(description=words)
    return kind | None, Field(None, description=words)


def as_json(request: HttpRequest, state: State) -> dict[str, Any]:
    """One object as the API shows it."""
    url = object_url(state.kind, state.key)
    return {
        "kind": state.kind,
        "key": state.key,
        "url": request.build_absolute_uri(url) if url else "",
        "version": state.version,
        "values": state.values,
        "provenance": state.provenance,
    }


def _revision(_request: HttpRequest, **_kwargs: Any) -> str:
    return f"r{queries.current_revision()}"


def _present(record_type: RecordType, key: str) -> State:
    state = queries.state(record_type.kind, queries.current_key(record_type.kind, key) or key)
    if state is None:
        raise Http404(_("The record has no %(kind)s called %(key)s.") % {"kind": record_type.title, "key": key[:120]})
    return state


def add_kind(router: Router, record_type: RecordType, *, with_list: bool = True) -> None:
    """The operations of one kind: list, read, history-aware read, create, change, remove."""
    schema = object_schema(record_type)
    page = create_model(
        f"{schema.__name__}Page", __base__=Schema, items=(list[schema], ...), next=(str | None, None)  # type: ignore[valid-type]
    )
    table, tags = record_type.table, [str(record_type.title_plural)]
    owned = bool(record_type.facility_path) and record_type.kind != "facility"
    params: Any = OwnedListParams if owned else ListParams

    def list_(request: HttpRequest, params: Any) -> dict[str, Any]:
        after = decode_cursor(params.cursor, str)
        facility = getattr(params, "facility", None) or ""
        found = queries.page_of_states(record_type, after=after[0] if after else "", limit=params.limit + 1, facility=facility)
        more = len(found) > params.limit
        found = found[: params.limit]
        return {
            "items": [as_json(request, s) for s in found],
            "next": next_address(request, encode_cursor([found[-1].key])) if more else None,
        }

    list_.__annotations__["params"] = params
    list_.__doc__ = f"All {record_type.title_plural} in the order of their keys."
    if with_list:
        _add(router, "get", f"/{table}", conditional(_revision)(_query(list_)), page, tags, f"list_{table}")

    def read(request: HttpRequest, key: str, on: dt.date | None = None) -> dict[str, Any]:
        if on is not None and on < timezone.now().date():
            moment = dt.datetime.combine(on, dt.time.max, dt.UTC)
            past = queries.state_on(record_type.kind, key, moment)
            if past is None:
                raise Http404(_("The record did not hold this on %(day)s.") % {"day": on.isoformat()})
            return as_json(request, past)
        return as_json(request, _present(record_type, key))

    read.__doc__ = f"One {record_type.title} with the provenance of each value; `on` shows it as it was on a past day."
    _add(router, "get", f"/{table}/{{key}}", conditional(_object_etag(record_type))(read), schema, tags, f"read_{table}")

    def create(request: HttpRequest, body: ObjectNew) -> Any:
        if queries.state(record_type.kind, body.key) is not None:
            raise Conflict(_("Another entry has this key."))
        facts = _facts(request, record_type, body)
        facts[record_type.key_field] = Fact(body.key, Provenance())
        _write(request, Edit(record_type.kind, body.key, Action.CREATE, facts), body.reason)
        return 201, as_json(request, _present(record_type, body.key))

    create.__doc__ = f"Add a {record_type.title}. Needs a token with the scope record:write and the role for it."
    router.add_api_operation(
        f"/{table}", ["POST"], create, auth=Token("record:write"), response={201: schema, **WRITE_ERRORS},
        tags=tags, operation_id=f"create_{table}", throttle=[],
    )  # fmt: skip

    def change(request: HttpRequest, key: str, body: ObjectPatch) -> dict[str, Any]:
        state = _present(record_type, key)
        version = _wanted_version(request, state)
        edit = Edit(record_type.kind, state.key, Action.UPDATE, _facts(request, record_type, body), version)
        _write(request, edit, body.reason)
        after = _present(record_type, state.key)
        request.leaps_etag = f'"{after.version}"'  # type: ignore[attr-defined]
        return as_json(request, after)

    change.__doc__ = (
        f"Change fields of a {record_type.title}. `If-Match` names the version that was read; "
        "when somebody else was quicker the answer is 412 and nothing is lost."
    )
    router.add_api_operation(
        f"/{table}/{{key}}", ["PATCH"], change, auth=Token("record:write"), response={200: schema, **WRITE_ERRORS},
        tags=tags, operation_id=f"change_{table}", throttle=[],
    )  # fmt: skip

    def remove(request: HttpRequest, key: str) -> Any:
        state = _present(record_type, key)
        version = _wanted_version(request, state)
        _write(request, Edit(record_type.kind, state.key, Action.DELETE, {}, version), "")
        return 204, None

    remove.__doc__ = f"Remove a {record_type.title}; its history stays. Needs `If-Match`."
    router.add_api_operation(
        f"/{table}/{{key}}", ["DELETE"], remove, auth=Token("record:write"), response={204: None, **WRITE_ERRORS},
        tags=tags, operation_id=f"remove_{table}", throttle=[],
    )  # fmt: skip


def _query(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark the `params` of a list as coming from the query string."""
    view.__annotations__["params"] = Query[view.__annotations__["params"]]
    return view


def _add(
    router: Router, method: str, path: str, view: Callable[..., Any], schema: Any, tags: list[str], name: str
) -> None:
    router.add_api_operation(
        path, [method.upper()], view, auth=Reader(), response={200: schema, **READ_ERRORS}, tags=tags,
        operation_id=name, throttle=[Limit()],
    )  # fmt: skip


def _object_etag(record_type: RecordType) -> Callable[..., str]:
    def etag(_request: HttpRequest, key: str, on: dt.date | None = None) -> str:
        state = queries.state(record_type.kind, key)
        version = state.version if state else 0
        return f"{version}-{on}" if on else str(version)

    return etag


def _wanted_version(request: HttpRequest, state: State) -> int:
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given:
        raise PreconditionRequired(_("Send If-Match with the ETag (version) you have read, so that nobody's work is lost."))
    if given == "*":
        return state.version
    if given != str(state.version):
        message = _("Somebody changed %(key)s in the meantime: you have version %(old)s, now it is %(new)s. Read it again.")
        raise PreconditionFailed(message % {"key": state.key, "old": given[:20], "new": state.version})
    return state.version


def _facts(request: HttpRequest, record_type: RecordType, body: ObjectPatch) -> dict[str, Fact]:
    actor = request.auth  # type: ignore[attr-defined]
    given = body.provenance
    if given.confirmed:
        today = timezone.now().date().isoformat()
        provenance = Provenance("confirmed", given.source_url, given.as_of, str(actor)[:120], today)
    else:
        provenance = Provenance("sourced" if given.source_url else "known", given.source_url, given.as_of)
    problems: list[Problem] = []
    facts: dict[str, Fact] = {}
    for name, value in body.values.items():
        spec = record_type.specs.get(name)
        if spec is None:
            cure = _("Fields are: %(names)s.") % {"names": ", ".join(record_type.specs)}
            problems.append(Problem(_("is not a field"), cure, field=name[:60]))
            continue
        try:
            facts[name] = Fact(spec.clean(value), provenance)
        except ValueRefused as error:
            problems.append(Problem(error.message, error.cure, field=name, value=str(value)[:120]))
    if problems:
        raise InvalidInput(problems)
    return facts


def _write(request: HttpRequest, edit: Edit, reason: str) -> None:
    try:
        actions.apply_edits(
            edits=[edit], actor=request.auth, reason=reason, origin=Origin.API, now=timezone.now()  # type: ignore[attr-defined]
        )
    except actions.EditConflict as error:
        raise PreconditionFailed(str(error)) from error
    except actions.NothingToDo:
        return  # asking for what is so already is no fault


router = Router()


class ChangeParams(ListParams):
    """Which changes."""

    facility: str = Field("", max_length=100)
    kind: str = Field("", max_length=40)
    key: str = Field("", max_length=120)


def _changeset(request: HttpRequest, item: Any) -> dict[str, Any]:
    return {
        "revision": item.revision,
        "at": item.at,
        "actor": item.actor_label,
        "origin": item.origin,
        "reason": item.reason,
        "summary": item.summary,
        "url": request.build_absolute_uri(f"/changes/{item.revision}/"),
    }


@router.get("/changes", response={200: ChangeSetPage, **READ_ERRORS}, auth=Reader(), throttle=[Limit()], tags=["Changes"])
def list_changes(request: HttpRequest, params: Query[ChangeParams]) -> dict[str, Any]:
    """Sets of changes, newest first, of the whole record, a facility, a kind or one object."""
    before = decode_cursor(params.cursor, int)
    rows = queries.changes_matching(facility=params.facility, kind=params.kind, key=params.key)
    if before:
        rows = rows.filter(revision__lt=min(max(before[0], 0), 2**62))
    found = queries.with_summaries(rows[: params.limit + 1])
    more = len(found) > params.limit
    found = found[: params.limit]
    return {
        "items": [_changeset(request, c) for c in found],
        "next": next_address(request, encode_cursor([found[-1].revision])) if more else None,
    }


@router.get("/changes/{int:revision}", response={200: ChangeSetDetail, **READ_ERRORS}, auth=Reader(), throttle=[Limit()], tags=["Changes"])
def read_change(request: HttpRequest, revision: int) -> dict[str, Any]:
    """One set of changes, field by field."""
    found = queries.changesets().filter(revision=min(revision, 2**62)).first()
    if found is None:
        raise Http404(_("There is no such change."))
    summary = queries.with_summaries([found])[0]
    changes = [
        {
            "kind": c.kind,
            "key": c.key,
            "action": c.action,
            "facility": c.facility,
            "fields": [
                {"field": f.name, "before": f.before and f.before.value, "after": f.after and f.after.value}
                for f in queries.field_changes(c)
            ],
        }
        for c in found.changes.order_by("kind", "key")[:500]
    ]
    return _changeset(request, summary) | {"changes": changes}


def _contents(file: UploadedFile) -> reading.Contents:
    return reading.read_bytes(file.name or "pack.csv", file.read())


def _default(actor: Any, *, confirmed: bool, source_url: str, as_of: str) -> Provenance:
    if confirmed:
        today = timezone.now().date().isoformat()
        return Provenance("confirmed", source_url, as_of, str(actor)[:120], today)
    return Provenance("sourced" if source_url else "known", source_url, as_of)


@router.post("/packs/check", response={200: PackProblems, **WRITE_ERRORS}, auth=Token("record:write"), tags=["Packs"])
def check_pack(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Every problem of a pack (CSV, XLSX or zip), or what loading it would change. Writes nothing."""
    checked = loading.check(_contents(file), actor=request.auth, default=Provenance())  # type: ignore[attr-defined]
    plan = checked.plan
    return {
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


@router.post("/packs", response={200: ChangeSetOut, **WRITE_ERRORS}, auth=Token("record:write"), tags=["Packs"])
def load_pack(
    request: HttpRequest, file: File[UploadedFile], reason: str = "", source_url: str = "", as_of: str = "", confirmed: bool = False
) -> Any:
    """Load a pack: all of it or nothing. 422 names every row, field and cure."""
    actor = request.auth  # type: ignore[attr-defined]
    default = _default(actor, confirmed=confirmed, source_url=source_url, as_of=as_of)
    made = loading.load(_contents(file), actor=actor, default=default, reason=reason[:2000] or str(file.name), now=timezone.now())
    return _changeset(request, queries.with_summaries([made])[0])
