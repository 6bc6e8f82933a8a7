"""Instruments over HTTP: the finder's twin, and one instrument as PIDINST metadata."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from leaps.accounts.tokens import OpenOrToken
from leaps.catalogue import finder_page, pidinst, wording
from leaps.catalogue.finder import FLAGS, LISTS, SORTS, Code, Query, Result, to_params
from leaps.catalogue.finder_page import Asked
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.api import objects, schemas
from leaps.record.registry import RecordType
from leaps.record.types import State

TAG = "Instruments"


def _list_parameters() -> list[Parameter]:
    descriptions = {
        Code.TECHNIQUE: ("PaNET id; instruments with it or one of its descendants. Several: each must be there.", "PaNET01089"),
        Code.COUNTRY: ("Two-letter code of ISO 3166-1.", "SE"),
        Code.FACILITY: ("Key of a facility.", "max-iv"),
        Code.PARTNERSHIP: ("LEAPS, LENS, ELI, Laserlab-Europe or e-DREAM.", "LEAPS"),
        Code.KIND: ("Kind of facility, such as synchrotron, fel, neutron, laser, electron.", "synchrotron"),
        Code.SOURCE: ("Kind of source, such as storage_ring, sase_fel, reactor.", "storage_ring"),
        Code.DEVICE: ("Source device, such as undulator, wiggler, bending_magnet.", "undulator"),
        Code.FIELD: ("Science field in the record's words.", "condensed matter physics"),
        Code.ENVIRONMENT: ("Sample environment in the record's words.", "cryostat"),
        Code.STATUS: ("operating, commissioning, planned or closed.", "operating"),
    }
    return [
        Parameter(code.value, words + (" Several: any of them." if code is not Code.TECHNIQUE else ""), example=example, many=True)
        for code, (words, example) in descriptions.items()
    ]


_FINDER: tuple[Parameter, ...] = (
    Parameter("q", "Words, spelling forgiven: names, techniques and their other names, science fields, sample environments.", example="ptychography"),
    *_list_parameters(),
    Parameter("energy", "Photon energy or range with its unit: eV, keV, nm or Å. Instruments that overlap it.", example="8-12 keV"),
    Parameter("energy_min", "Lower number, in `energy_unit` or with its own unit.", example="8000"),
    Parameter("energy_max", "Upper number, in `energy_unit` or with its own unit.", example="12 keV"),
    Parameter("energy_unit", "Unit of bare numbers: eV (usual), keV, nm, Å and others.", example="eV"),
    Parameter("beam_size_max", "Largest beam size at the sample, in µm or with its unit.", example="10"),
    Parameter("flux_min", "Least photon flux, in photons per second.", example="1e12"),
    Parameter("resolution_max", "Coarsest relative energy resolution ΔE/E.", example="0.0001"),
    Parameter("remote", "yes: with remote access.", example="yes"),
    Parameter("mail_in", "yes: with mail-in service.", example="yes"),
    Parameter("industry", "yes: with a service for industry.", example="yes"),
    Parameter("from", "Running from this day, month or year on; dark periods are taken into account.", example="2027-03"),
    Parameter("to", "Running until this day, month or year; needs `from`.", example="2027-06"),
    Parameter("sort", "Order: " + ", ".join(SORTS) + "; with a minus in front the other way round.", example="name"),
)
FINDER = tuple(replace(parameter, empty=True) for parameter in _FINDER)  # a copied address of the page has empty fields
FACETS = Parameter("facets", "yes: how many instruments every filter value would leave.", {"type": "string", "enum": ["yes", "no"]})
PARAMETERS = (*FINDER, FACETS, CURSOR, LIMIT)
FORMAT = Parameter("format", "json (usual) or xml.", {"type": "string", "enum": ["json", "xml"]})


class Counts(Schema):
    """How many instruments answer the question."""

    fits: int = Field(description="Every condition is known to hold.")
    may_fit: int = Field(description="No condition is known to fail, but something asked for is not recorded.")
    total: int = Field(description="Instruments in the record.")


class NotRecorded(Schema):
    """A condition that cannot be judged for an instrument, or that it fails."""

    condition: str = Field(description="text, technique, energy, beam_size, running ...")
    value: str = Field("", description="The technique, where the condition is one.")
    reason: str = Field(description="not_recorded, partly_recorded, perhaps_dark, ends_below, too_large ...")
    words: str


class FacetValue(Schema):
    """How many instruments a filter value would leave, all other filters applied."""

    value: str
    label: str
    fits: int
    may_fit: int
    selected: bool


class RangeOut(Schema):
    """Smallest and largest recorded value among the instruments that all other filters leave."""

    low: float | None
    high: float | None
    recorded: int


class RelaxationOut(Schema):
    """What dropping or loosening one single condition would bring."""

    condition: str
    words: str
    fits: int
    may_fit: int
    url: str


class NearMissOut(Schema):
    """An instrument that fails one condition, or two."""

    key: str
    name: str
    facility: str
    failed: list[NotRecorded]


class MeantOut(Schema):
    """The words of `q` read as filters, as the page does: "ARPES at 90 eV" is a technique and an energy."""

    parameters: dict[str, list[str]]
    url: str


FOUND = schemas.object_schema(
    registry.get("instrument"),
    "FoundInstrument",
    fit=(str, Field(description="fits, or may_fit when something asked for is not recorded.")),
    not_recorded=(list[NotRecorded], Field(description="Why an instrument only may fit.")),
)


def _answer_json(answer: Any) -> dict[str, str]:
    return {
        "condition": str(answer.condition.code),
        "value": answer.condition.value,
        "reason": str(answer.reason or ""),
        "words": wording.answer_words(answer),
    }


def read_question(request: HttpRequest, given: Given) -> Asked:
    """The question of an address. What the page leaves out with a remark is refused here.

    A program does not read remarks: a filter that was dropped would give it too many instruments.
    """
    asked = finder_page.read({name: request.GET.getlist(name) for name in request.GET})
    given.problems.extend(asked.problems)
    return asked


def list_instruments(request: HttpRequest) -> HttpResponse:
    """The instruments that fit, then those that may fit, page by page."""
    given = Given(request, PARAMETERS)
    limit, cursor, with_facets = given.number(LIMIT), given.text("cursor"), given.choice("facets", ("yes", "no")) == "yes"
    asked = read_question(request, given)
    given.check()
    mark = answers.list_etag(*to_params(asked.query))[1:9]
    after = answers.decode_cursor(cursor, str, int, str)
    if after and (after[2] != mark or after[1] < 0):
        raise answers.broken_cursor(cursor)

    def body() -> dict[str, Any]:
        result = asked.search()
        ids = [*result.fits.tolist(), *result.may_fit.tolist()]
        first = _place(asked, ids, after) if after else 0
        shown = ids[first : first + limit]
        last = first + len(shown)
        following: list[str | int] | None = None
        if shown and last < len(ids):
            following = [asked.index.instrument(shown[-1]).key, last, mark]
        found = {
            "counts": {"fits": len(result.fits), "may_fit": len(result.may_fit), "total": result.total},
            "items": _items(asked, result, shown, first),
            "next": answers.next_address(request, answers.encode_cursor(following)) if following else None,
        }
        found |= _help(request, asked, result)
        if with_facets:
            found |= _facets(asked, result)
        return found

    etag = answers.list_etag(asked.current.revision, asked.day, request.get_host(), request.get_full_path())
    return answers.conditional(request, etag, body)


def _place(asked: Asked, ids: Sequence[int], after: list[Any]) -> int:
    """Where a page begins: behind the last instrument shown; by number when that one is gone."""
    key, number, _mark = after
    id_ = asked.current.ids.get(key)
    try:
        return ids.index(id_) + 1 if id_ is not None else number
    except ValueError:
        return int(number)


def _items(asked: Asked, result: Result, ids: Sequence[int], first: int) -> list[dict[str, Any]]:
    record_type = registry.get("instrument")
    keys = {id_: asked.index.instrument(id_).key for id_ in ids}
    states = record_queries.states(record_type, list(keys.values()))
    items = []
    for number, id_ in enumerate(ids, start=first):
        state = states.get(keys[id_])
        if state is None:
            continue  # removed since the index was read
        fits = number < len(result.fits)
        unknown = [] if fits else [_answer_json(a) for a in result.unknown(id_)]
        items.append(objects.as_json(record_type, state) | {"fit": "fits" if fits else "may_fit", "not_recorded": unknown})
    return items


def _address(request: HttpRequest, query: Query) -> str:
    pairs = to_params(query)
    return request.build_absolute_uri(f"{request.path}?{urlencode(pairs)}" if pairs else request.path)


def _help(request: HttpRequest, asked: Asked, result: Result) -> dict[str, Any]:
    """What helps who did not find what was meant: other readings, what to relax, near misses."""
    meant = finder_page.understood(asked)
    relaxations = []
    for item in sorted(result.relaxations, key=lambda r: (-r.fits, -r.may_fit)):
        code = str(item.condition.code)
        words = _("without %(what)s") % {"what": wording.condition_words(item.condition, result.query, asked.index)}
        steps = [(words, item.fits, item.may_fit, item.query)]
        steps += [(wording.loosening_words(s), s.fits, s.may_fit, s.query) for s in item.loosenings]
        relaxations += [
            {"condition": code, "words": said, "fits": fits, "may_fit": may_fit, "url": _address(request, query)}
            for said, fits, may_fit, query in steps
        ]
    misses = []
    for miss in result.near_misses[:8]:
        facts = asked.index.instrument(miss.id)
        misses.append({"key": facts.key, "name": facts.name, "facility": facts.facility, "failed": [_answer_json(a) for a in miss.failed]})
    return {
        "corrected": {c.typed: c.used for c in result.text.corrections},
        "unmatched": list(result.text.unmatched),
        "meant": {"parameters": _grouped(to_params(meant)), "url": _address(request, meant)} if meant else None,
        "relaxations": relaxations,
        "near_misses": misses,
    }


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _facets(asked: Asked, result: Result) -> dict[str, Any]:
    """Counts of every value that leaves anything, selected ones first; ranges of the numbers."""
    facets = {}
    for code in (Code.TECHNIQUE, *LISTS, *FLAGS):
        if code in result.facets:
            facets[str(code)] = [
                {
                    "value": c.value, "label": wording.value_words(code, c.value, asked.index),
                    "fits": c.fits, "may_fit": c.may_fit, "selected": c.selected,
                }
                for c in result.facets[code].shown()
            ]  # fmt: skip
    ranges = {str(code): {"low": r.low, "high": r.high, "recorded": r.recorded} for code, r in result.ranges.items()}
    return {"facets": facets, "ranges": ranges}


def read_pidinst(request: HttpRequest, record_type: RecordType, key: str) -> HttpResponse:
    """One instrument as PIDINST metadata."""
    given = Given(request, (FORMAT,))
    form = given.choice("format", ("json", "xml"))
    given.check()
    state = objects.present(record_type, key)
    redirect = objects.moved(request, key, state)
    if redirect is not None:
        return redirect
    described = pidinst.describe(state, _facility_of(state), _technique_labels(state))
    etag = answers.object_etag(state.version, [form or "json", described])
    if form == "xml":
        return answers.conditional(request, etag, lambda: pidinst.as_xml(described), "application/xml")
    return answers.conditional(request, etag, lambda: json.dumps(described, ensure_ascii=False, indent=1).encode())


def _facility_of(state: State) -> State:
    found = record_queries.state("facility", state.values["facility"])
    assert found is not None  # noqa: S101  the database holds the reference
    return found


def _technique_labels(state: State) -> list[tuple[str, str]]:
    found = record_queries.states(registry.get("technique"), state.values["techniques"])
    return [(id_, found[id_].values["label"]) for id_ in state.values["techniques"] if id_ in found]


class PidinstName(Schema):
    """A part of PIDINST metadata; further members as the schema has them."""

    model_config = {"extra": "allow"}


class PidinstIdentifier(Schema):
    """An identifier with its type."""

    identifier: str
    identifierType: str  # noqa: N815  the schema's own name


class PidinstOut(Schema):
    """PIDINST 1.0, doi:10.15497/RDA00070. Absent: not recorded. `:unav`: mandatory there, not recorded here."""

    identifier: PidinstIdentifier
    schemaVersion: str  # noqa: N815
    landingPage: str  # noqa: N815
    name: str
    owners: list[PidinstName]
    manufacturers: list[PidinstName]
    description: str | None = None
    instrumentTypes: list[PidinstName] | None = None  # noqa: N815
    relatedIdentifiers: list[PidinstName] | None = None  # noqa: N815
    alternateIdentifiers: list[PidinstName] | None = None  # noqa: N815


def instrument_page_schema() -> type[Schema]:
    """The schema of a page of the finder's twin."""
    return schemas.page_schema(
        FOUND,
        counts=(Counts, ...),
        corrected=(dict[str, str], Field(description="Words of `q` that nothing contains, and the words searched for instead.")),
        unmatched=(list[str], Field(description="Words of `q` that occur nowhere.")),
        meant=(MeantOut | None, None),
        relaxations=(list[RelaxationOut], Field(description="When nothing fits: which single condition to relax.")),
        near_misses=(list[NearMissOut], Field(description="When nothing fits: the instruments that miss least.")),
        facets=(dict[str, list[FacetValue]], Field({}, description="With facets=yes.")),
        ranges=(dict[str, RangeOut], Field({}, description="With facets=yes.")),
    )


def add_instruments(router: Router) -> None:
    """The operations of instruments that other kinds do not have."""
    record_type = registry.get("instrument")

    def pidinst_(request: HttpRequest, key: str) -> HttpResponse:
        return read_pidinst(request, record_type, key)

    router.add_api_operation(
        "/instruments", ["GET"], list_instruments, auth=OpenOrToken(), tags=[TAG], operation_id="list_instruments",
        summary="Find instruments", response={200: instrument_page_schema(), **schemas.LIST_ERRORS},
        description=(
            "The finder: the same filters and the same answers as the page. Instruments that fit come first, then those that may "
            "fit because something asked for is not recorded, each with what is missing. A filter that cannot be read is "
            "refused with 422, never left out."
        ),
        openapi_extra=objects.readable(*PARAMETERS),
    )  # fmt: skip
    router.add_api_operation(
        "/instruments/{key}/pidinst", ["GET"], pidinst_, auth=OpenOrToken(), tags=[TAG], operation_id="read_pidinst",
        summary="One instrument as PIDINST metadata", response={200: PidinstOut, **schemas.READ_ERRORS},
        description="Metadata for the persistent identification of instruments (PIDINST 1.0), JSON or XML. Only recorded facts.",
        openapi_extra=objects.readable(FORMAT),
    )  # fmt: skip
