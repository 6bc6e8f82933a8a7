"""Objects of one kind: list, read (also as on a past day), add, change, remove."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from leaps.accounts.tokens import OpenOrToken, Token, caller
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, ON, Given, Parameter
from leaps.core.rest.problems import PreconditionFailed, PreconditionRequired
from leaps.record import actions, queries, registry, rules
from leaps.record.api import schemas
from leaps.record.presentation import object_url
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, ValueRefused, clean_words, display
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance, State, Value

FACILITY = Parameter("facility", "Only what this facility answers for, by its key.", example="max-iv")
REASON = Parameter("reason", "Why; it stands in the history.", {"type": "string", "maxLength": 2000})
_KEY = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_CHANGE = "record:write"

IF_MATCH = {
    "in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"},
    "description": "The ETag of the version you have read. Missing: 428. Changed in the meantime: 412 with the object as it is now.",
}  # fmt: skip
IF_NONE_MATCH = {
    "in": "header", "name": "If-None-Match", "required": False, "schema": {"type": "string"},
    "description": "The ETag of the version you have. Unchanged: 304 without a body.",
}  # fmt: skip


def readable(*parameters: Parameter) -> dict[str, Any]:
    """What OpenAPI must know of an operation that reads, beyond its path."""
    return {
        "parameters": [*(p.openapi() for p in parameters), dict(IF_NONE_MATCH)],
        "responses": {304: {"description": "Not Modified"}},
    }


def values_of(record_type: RecordType, state: State) -> dict[str, Any]:
    """Every field of the kind; a past state lacks those that were not recorded then."""
    return {
        name: state.values.get(name) if state.values.get(name) is not None else ([] if spec.is_list else None)
        for name, spec in record_type.specs.items()
    }


def as_json(record_type: RecordType, state: State) -> dict[str, Any]:
    """One object as the API shows it."""
    url = object_url(state.kind, state.key)
    return {
        "kind": state.kind,
        "key": state.key,
        "url": f"{settings.BASE_URL}{url}" if url else "",
        "version": state.version,
        "values": values_of(record_type, state),
        "provenance": {name: stored for name, stored in state.provenance.items() if name in record_type.specs},
    }


def etag_of(record_type: RecordType, state: State) -> str:
    """The ETag of an object: changes with every change of it, also of a key it names."""
    return answers.object_etag(state.version, as_json(record_type, state))


def valid_key(record_type: RecordType, key: str) -> str:
    """A key that could be one. Raises Http404 for what the database should not even be asked about."""
    if len(key) > 120 or not _KEY.fullmatch(key):
        raise _not_there(record_type, key)
    return key


def _not_there(record_type: RecordType, key: str) -> Http404:
    shown = key[:80].encode("ascii", "replace").decode()
    return Http404(_("The record has no %(kind)s with the key %(key)s.") % {"kind": record_type.title, "key": shown})


def present(record_type: RecordType, key: str) -> State:
    """The present state of an object, also by a former key. Raises Http404."""
    state = queries.state(record_type.kind, valid_key(record_type, key))
    if state is None and (moved := queries.current_key(record_type.kind, key)):
        state = queries.state(record_type.kind, moved)
    if state is None:
        raise _not_there(record_type, key)
    return state


def moved(request: HttpRequest, asked: str, state: State) -> HttpResponse | None:
    """A redirect for who asked by a former key; 308 keeps method and body."""
    if state.key == asked:
        return None
    path = request.get_full_path().replace(f"/{quote(asked)}", f"/{quote(state.key)}", 1)
    answer = HttpResponsePermanentRedirect(path)
    answer.status_code = 308
    return answer


def known_facility(given: Given) -> str:
    """The `facility` parameter; a key that is none is refused rather than answered with an empty list."""
    key = given.text("facility")
    if key and queries.state("facility", key) is None:
        given.refuse("facility", key, _("is not the key of a facility"), _("Keys are listed at /api/v1/facilities."))
    return key


def list_objects(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """One page of the objects of a kind, in the order of their keys."""
    parameters = list_parameters(record_type)
    given = Given(request, parameters)
    limit = given.number(LIMIT)
    cursor = given.text("cursor")
    facility = known_facility(given) if FACILITY in parameters else ""
    given.check()
    after = answers.decode_cursor(cursor, str)
    if after and not _KEY.fullmatch(after[0]):
        raise answers.broken_cursor(cursor)

    def body() -> dict[str, Any]:
        found = queries.page_of_states(
            record_type, after=after[0] if after else "", limit=limit + 1, facility=facility
        )
        more = len(found) > limit
        found = found[:limit]
        return {
            "items": [as_json(record_type, state) for state in found],
            "next": answers.next_address(request, answers.encode_cursor([found[-1].key])) if more else None,
        }

    etag = answers.list_etag(queries.current_revision(), request.get_host(), request.get_full_path())
    return answers.conditional(request, etag, body)


def list_parameters(record_type: RecordType) -> tuple[Parameter, ...]:
    """What narrows the list of a kind."""
    owned = bool(record_type.facility_path) and record_type.facility_path != record_type.key_field
    return (FACILITY, CURSOR, LIMIT) if owned else (CURSOR, LIMIT)


def read_object(request: HttpRequest, record_type: RecordType, key: str) -> HttpResponse:
    """One object, today or as the record had it on a day."""
    given = Given(request, (ON,))
    on = given.day("on")
    given.check()
    if on is None or on >= timezone.now().date():
        state = present(record_type, key)
        redirect = moved(request, key, state)
        if redirect is not None:
            return redirect
    else:
        state = _past(record_type, key, on)
    return answers.conditional(request, etag_of(record_type, state), lambda: as_json(record_type, state))


def _past(record_type: RecordType, key: str, on: dt.date) -> State:
    moment = dt.datetime.combine(on, dt.time.max, dt.UTC)
    state = queries.state_on(record_type.kind, valid_key(record_type, key), moment)
    if state is None and (now := queries.current_key(record_type.kind, key)):
        state = queries.state_on(record_type.kind, now, moment)
    if state is None:
        message = _("The record did not hold %(kind)s %(key)s on %(day)s.")
        raise Http404(message % {"kind": record_type.title, "key": key, "day": on.isoformat()})
    return state


def create_object(request: HttpRequest, record_type: RecordType, body: schemas.CreateBody) -> HttpResponse:
    """A new object."""
    Given(request, ()).check()
    spec = record_type.specs[record_type.key_field]
    try:
        key = str(spec.clean(body.key))
    except ValueRefused as error:
        raise InvalidInput([Problem(error.message, error.cure, field="key", value=body.key[:120])]) from None
    if queries.state(record_type.kind, key) is not None:
        raise Conflict(_("The record has a %(kind)s %(key)s already. Change it with PATCH.") % {"kind": record_type.title, "key": key})
    facts = _facts(request, record_type, body, key)
    _write(request, record_type, Edit(record_type.kind, key, Action.CREATE, facts), body.reason)
    state = present(record_type, key)
    location = request.build_absolute_uri(f"{request.path}/{quote(key)}")
    return answers.written(as_json(record_type, state), etag_of(record_type, state), status=201, location=location)


def change_object(request: HttpRequest, record_type: RecordType, key: str, body: schemas.PatchBody) -> HttpResponse:
    """A change of some fields of an object, if it is still the version that was read."""
    Given(request, ()).check()
    state = present(record_type, key)
    _check_version(request, record_type, state, body.values)
    facts = _facts(request, record_type, body, state.key, state)
    edit = Edit(record_type.kind, state.key, Action.UPDATE, facts, state.version)
    _write(request, record_type, edit, body.reason)
    after = present(record_type, state.key)
    return answers.written(as_json(record_type, after), etag_of(record_type, after))


def remove_object(request: HttpRequest, record_type: RecordType, key: str) -> HttpResponse:
    """An object leaves the record; its history stays."""
    given = Given(request, (REASON,))
    reason = given.text("reason", 2000)
    given.check()
    state = present(record_type, key)
    _check_version(request, record_type, state, {})
    _write(request, record_type, Edit(record_type.kind, state.key, Action.DELETE, {}, state.version), reason)
    return HttpResponse(status=204)


def _check_version(request: HttpRequest, record_type: RecordType, state: State, wanted: dict[str, Any]) -> None:
    given = answers.named(request.headers.get("If-Match", ""))
    if not given:
        raise PreconditionRequired(_("Send If-Match with the ETag you got when you read the object, so that nobody's work is lost."))
    if given != ["*"] and etag_of(record_type, state) not in given:
        raise _overtaken(record_type, state, wanted)


def _overtaken(record_type: RecordType, state: State, wanted: dict[str, Any]) -> PreconditionFailed:
    """Somebody was quicker: what the record says now, for each field that was to be changed."""
    problems = []
    for name, value in wanted.items():
        spec = record_type.specs.get(name)
        if spec is not None and state.values.get(name) != value:
            cure = _("Decide which is right and send it with the new ETag.")
            shown = display(spec, state.values.get(name))
            problems.append(Problem(_("you would set this; the record says now: %(value)s") % {"value": shown}, cure, field=name, value=str(value)))
    return PreconditionFailed(
        _("Somebody changed %(key)s since you read it. Nothing was written; this is how it is now.") % {"key": state.key},
        present=as_json(record_type, state) | {"etag": etag_of(record_type, state)},
        problems=problems,
    )


def provenance_of(person: Any, given: schemas.ProvenanceIn, *, may_confirm: bool) -> Provenance:
    """The provenance a change carries.

    Raises NotAllowed when the person may not confirm, InvalidInput for a source that is no text.
    """
    if given.confirmed and not may_confirm:
        raise NotAllowed(_("Values are confirmed by the facility's own editors. Leave out confirmed, and name your source."))
    source, as_of = clean("provenance.source_url", given.source_url, 500), clean("provenance.as_of", given.as_of, 10)
    if given.confirmed:
        today = timezone.now().date().isoformat()
        return Provenance(Confidence.CONFIRMED.value, source, as_of, str(person)[:120], today)
    return Provenance((Confidence.SOURCED if source else Confidence.KNOWN).value, source, as_of)


def _facts(
    request: HttpRequest, record_type: RecordType, body: schemas.PatchBody, key: str, before: State | None = None
) -> dict[str, Fact]:
    """The facts of a body: every value in canonical form, with one provenance for all."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name, value in body.values.items():
        spec = record_type.specs.get(name)
        if spec is None:
            cure = _("Fields are: %(names)s.") % {"names": ", ".join(record_type.specs)}
            problems.append(Problem(_("is not a field"), cure, field=name[:60]))
            continue
        try:
            values[name] = _strictly(spec, value)
        except ValueRefused as error:
            problems.append(Problem(error.message, error.cure, field=name, value=str(value)[:120]))
    if problems:
        raise InvalidInput(problems)
    person = caller(request)
    facility = queries.facility_of(record_type, {**(before.values if before else {}), **values}, key)
    provenance = provenance_of(person, body.provenance, may_confirm=rules.is_editor_of(person, facility))
    return {name: Fact(value, provenance) for name, value in values.items()}


def _strictly(spec: FieldSpec, value: Any) -> Value:
    """A value in canonical form. What forms and packs forgive a person, a program is told."""
    if value == "":
        raise ValueRefused(_("is an empty text"), _("Send null for what is not recorded."))
    codes = [code for code, _words in spec.choices]
    if codes and value is not None and value not in codes:
        cure = _("Use one of: %(codes)s.") % {"codes": ", ".join(codes)}
        raise ValueRefused(_("is not one of the allowed values"), cure)
    return spec.clean(value)


def clean(name: str, text: str, longest: int) -> str:
    """A text that is no field of the record. Raises InvalidInput."""
    try:
        return clean_words(text, longest)
    except ValueRefused as error:
        raise InvalidInput([Problem(error.message, error.cure, field=name, value=text[:120])]) from None


def _write(request: HttpRequest, record_type: RecordType, edit: Edit, reason: str) -> None:
    try:
        actions.apply_edits(
            edits=[edit], actor=caller(request), reason=clean("reason", reason, 2000), origin=Origin.API, now=timezone.now()
        )
    except actions.EditConflict as error:
        wanted = {name: fact.value for name, fact in edit.facts.items()}
        raise _overtaken(record_type, error.present, wanted) from error
    except actions.NothingToDo:
        return  # asking for what is so already is no fault


def add_kind(router: Router, record_type: RecordType, *, with_list: bool = True) -> None:
    """The operations of one kind; a kind with a richer list of its own leaves that one out."""
    table, title = record_type.table, record_type.title
    schema = schemas.object_schema(record_type)
    add = _adder(router, str(record_type.title_plural).capitalize())

    if with_list:

        def list_(request: HttpRequest) -> HttpResponse:
            return list_objects(request, record_type)

        add(
            "GET", f"/{table}", list_, f"list_{table}", f"All {record_type.title_plural}", "In the order of their keys, page by page.",
            {200: schemas.page_schema(schema), **schemas.LIST_ERRORS}, readable(*list_parameters(record_type)),
        )  # fmt: skip

    def read(request: HttpRequest, key: str) -> HttpResponse:
        return read_object(request, record_type, key)

    add(
        "GET", f"/{table}/{{key}}", read, f"read_{table}", f"One {title}",
        "Every value with where it comes from. `on` shows a past day. A former key redirects (308).",
        {200: schema, **schemas.READ_ERRORS}, readable(ON),
    )  # fmt: skip

    def create(request: HttpRequest, body: Any) -> HttpResponse:
        return create_object(request, record_type, body)

    create.__annotations__["body"] = schemas.create_schema(record_type)
    add(
        "POST", f"/{table}", create, f"create_{table}", f"New {title}", "For its facility's editors and the office.",
        {201: schema, **schemas.CREATE_ERRORS}, {},
    )  # fmt: skip

    def change(request: HttpRequest, key: str, body: Any) -> HttpResponse:
        return change_object(request, record_type, key, body)

    change.__annotations__["body"] = schemas.patch_schema(record_type)
    add(
        "PATCH", f"/{table}/{{key}}", change, f"change_{table}", f"Change one {title}",
        "Fields not named stay as they are. When somebody else was quicker the answer is 412 with the present object, and nothing is lost.",
        {200: schema, **schemas.WRITE_ERRORS}, {"parameters": [dict(IF_MATCH)]},
    )  # fmt: skip

    def remove(request: HttpRequest, key: str) -> HttpResponse:
        return remove_object(request, record_type, key)

    add(
        "DELETE", f"/{table}/{{key}}", remove, f"remove_{table}", f"Remove one {title}",
        "Its history stays and it can be brought back. Refused while other objects name it.",
        {204: None, **schemas.WRITE_ERRORS}, {"parameters": [REASON.openapi(), dict(IF_MATCH)]},
    )  # fmt: skip


def _adder(router: Router, tag: str) -> Callable[..., None]:
    def add(
        method: str, path: str, view: Callable[..., HttpResponse], name: str, summary: str, description: str,
        response: dict[Any, Any], extra: dict[str, Any],
    ) -> None:  # fmt: skip
        router.add_api_operation(
            path, [method], view, auth=OpenOrToken() if method == "GET" else Token(_CHANGE), response=response,
            operation_id=name, summary=summary, description=description, tags=[tag], openapi_extra=extra,
        )  # fmt: skip

    return add


def all_kinds(router: Router, *, own_lists: frozenset[str] = frozenset()) -> None:
    """The operations of every kind the record keeps; `own_lists` names kinds whose list stands elsewhere."""
    for record_type in registry.all_types():
        add_kind(router, record_type, with_list=record_type.kind not in own_lists)
