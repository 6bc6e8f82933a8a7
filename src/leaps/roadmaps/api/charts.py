"""Roadmaps of groups, their editions, what changed between two, and a change of one item. A private roadmap exists for its group alone."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from leaps.accounts.tokens import OpenOrToken, Token, caller, seen_by
from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.core.rest.problems import ChangedMeanwhile
from leaps.record.api.objects import readable
from leaps.roadmaps import charting, roadmap_actions, roadmap_queries, rules
from leaps.roadmaps.api.schemas import (
    CHANGE_ERRORS,
    LARGEST,
    LIST_ERRORS,
    READ_ERRORS,
    ComparisonOut,
    EditionDetail,
    EditionList,
    EditionNumber,
    ItemKey,
    ItemPatch,
    RoadmapDetail,
    RoadmapItemOut,
    RoadmapKey,
    RoadmapPage,
    refuse_unwritable,
)
from leaps.roadmaps.charting import DAYS, Chart, ItemRow, LinkRow
from leaps.roadmaps.models import Roadmap, RoadmapEdition, RoadmapItem
from leaps.roadmaps.roadmap_forms import ItemForm

router = Router(tags=["Roadmaps of groups"])

ARCHIVED = Parameter("archived", "Those that were put away, instead of those that stand.", {"type": "string", "enum": ["yes"]})
FROM = Parameter("from", "Number of the first edition.", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": 1})
TO = Parameter("to", "Number of the second edition; 0 is the roadmap of today.", {"type": "integer", "minimum": 0, "maximum": LARGEST, "default": 0})


def _found(viewer: object, slug: str) -> Roadmap:
    found = roadmap_queries.roadmap(viewer, slug)
    if found is None:
        raise Http404(_("There is no such roadmap, or it is not shown to you."))
    return found


@router.get(
    "/group_roadmaps", response={200: RoadmapPage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_group_roadmaps",
    summary="Roadmaps of groups", openapi_extra=readable(ARCHIVED, CURSOR, LIMIT),
)  # fmt: skip
def list_group_roadmaps(request: HttpRequest) -> HttpResponse:
    """By their short names. Public ones everybody, the others who sits in their group, chairs of all groups and the office."""
    given = Given(request, (ARCHIVED, CURSOR, LIMIT))
    limit, cursor, archived = given.number(LIMIT), given.text("cursor"), given.choice("archived", ["yes"])
    given.check()
    after = answers.decode_cursor(cursor, str)
    rows = roadmap_queries.roadmaps(getattr(request, "auth", None), archived=bool(archived)).order_by("slug")
    found = [one for one in rows if after is None or one.slug > after[0]]
    more, found = len(found) > limit, found[:limit]
    items = [
        {
            "key": one.slug, "title": one.title, "scope": one.scope, "area": one.area or None, "first_year": one.first_year, "last_year": one.last_year,
            "is_public": one.is_public, "is_archived": one.archived_at is not None, "items": one.things,  # type: ignore[attr-defined]  # counted by the query
            "updated_at": one.updated_at.isoformat(), "version": one.version, "synthetic": one.is_synthetic, "url": _address("group-roadmap", one.slug),
        }
        for one in found
    ]  # fmt: skip
    following = answers.next_address(request, answers.encode_cursor([found[-1].slug])) if more else None
    return seen_by(request, {"items": items, "next": following})


@router.get(
    "/group_roadmaps/{slug:roadmap}", response={200: RoadmapDetail, **READ_ERRORS}, auth=OpenOrToken(), operation_id="read_group_roadmap",
    summary="One roadmap with layers, items and links", openapi_extra=readable(),
)  # fmt: skip
def read_group_roadmap(request: HttpRequest, roadmap: RoadmapKey) -> HttpResponse:
    """As it is now, from the needs down to the resources."""
    Given(request, ()).check()
    found = _found(getattr(request, "auth", None), roadmap)
    return seen_by(request, _detail(found, roadmap_queries.chart(found), found.version, _address("group-roadmap", found.slug)))


@router.get(
    "/group_roadmaps/{slug:roadmap}/editions", response={200: EditionList, **READ_ERRORS}, auth=OpenOrToken(), operation_id="list_roadmap_editions",
    summary="Editions of a roadmap", openapi_extra=readable(),
)  # fmt: skip
def list_roadmap_editions(request: HttpRequest, roadmap: RoadmapKey) -> HttpResponse:
    """What was frozen, and when, newest first."""
    Given(request, ()).check()
    found = _found(getattr(request, "auth", None), roadmap)
    return seen_by(request, {"items": [_edition(found, one) for one in found.editions.all()]})


@router.get(
    "/group_roadmaps/{slug:roadmap}/editions/{int:edition}", response={200: EditionDetail, **READ_ERRORS}, auth=OpenOrToken(),
    operation_id="read_roadmap_edition", summary="One frozen edition", openapi_extra=readable(),
)  # fmt: skip
def read_roadmap_edition(request: HttpRequest, roadmap: RoadmapKey, edition: EditionNumber) -> HttpResponse:
    """The roadmap as it was; the same for good."""
    Given(request, ()).check()
    found = _found(getattr(request, "auth", None), roadmap)
    frozen = _frozen(found, edition)
    chart = Chart.read(frozen.content)
    return seen_by(request, _detail(found, chart, frozen.version, _address("roadmap-edition", found.slug, frozen.number)) | {"edition": _edition(found, frozen)})


@router.get(
    "/group_roadmaps/{slug:roadmap}/comparison", response={200: ComparisonOut, **READ_ERRORS}, auth=OpenOrToken(), operation_id="compare_roadmap_editions",
    summary="What changed between two editions", openapi_extra=readable(FROM, TO),
)  # fmt: skip
def compare_roadmap_editions(request: HttpRequest, roadmap: RoadmapKey) -> HttpResponse:
    """Items by their keys, links by what they join."""
    given = Given(request, (FROM, TO))
    first, second = given.number(FROM), given.number(TO)
    given.check()
    found = _found(getattr(request, "auth", None), roadmap)
    before = Chart.read(_frozen(found, first).content)
    after = Chart.read(_frozen(found, second).content) if second else roadmap_queries.chart(found)
    what = charting.compare(before, after)
    changed = [
        {"key": one.item.key, "title": one.item.title, "fields": [{"field": name, "before": old, "after": new} for name, old, new in one.fields]}
        for one in what.changed
    ]
    body = {
        "first": first, "second": second, "is_same": what.is_same, "new": [_item(one) for one in what.new], "gone": [_item(one) for one in what.gone],
        "changed": changed, "links_new": [_link(one) for one in what.links_new], "links_gone": [_link(one) for one in what.links_gone],
    }  # fmt: skip
    return seen_by(request, body)


@router.patch(
    "/group_roadmaps/{slug:roadmap}/items/{slug:key}", response={200: RoadmapItemOut, **CHANGE_ERRORS}, auth=Token("roadmaps:write"),
    operation_id="change_roadmap_item", summary="Change one item",
)  # fmt: skip
def change_roadmap_item(request: HttpRequest, roadmap: RoadmapKey, key: ItemKey, body: ItemPatch) -> HttpResponse:
    """For chairs and editors of the group. What others changed meanwhile in other fields stays.

    Where both changed the same field: 409 with the item as it stands, and nothing is written.
    """
    Given(request, ()).check()
    person = caller(request)
    found = _found(person, roadmap)
    if not rules.may_edit_roadmap(person, found):
        raise NotAllowed(_("Chairs and editors of the group change its roadmap."))
    item = found.items.filter(key=key).select_related("facility", "technology", "milestone").first()
    if item is None:
        raise Http404(_("There is no such item on this roadmap."))
    values = _values(item, body.values)
    try:
        after = roadmap_actions.change_item(item=item, base=body.base, values=values, actor=person, now=timezone.now())
    except roadmap_actions.Overtaken as error:
        if error.present is None:  # put away meanwhile: there is nothing to compare with
            raise
        faults = [Problem(_("was changed in the meantime"), _("Decide which is right and send it with the new base."), field=name, value=value) for name, value in error.theirs]
        raise ChangedMeanwhile(str(error), present=_item(roadmap_queries.row_of(error.present)), problems=faults) from None
    shown = _item(roadmap_queries.row_of(after))
    return answers.written(shown, answers.list_etag(answers.as_bytes(shown).decode()))


def _values(item: RoadmapItem, given: dict[str, Any]) -> dict[str, Any]:
    """The given fields as the form of the page takes them. Raises InvalidInput with every fault."""
    refuse_unwritable(given)
    present = _item(roadmap_queries.row_of(item))
    faults = []
    for name, value in given.items():
        if name not in roadmap_actions.FIELDS:
            faults.append(Problem(_("is not a field"), _("Fields are: %(names)s.") % {"names": ", ".join(roadmap_actions.FIELDS)}, field=name[:60]))
        elif isinstance(value, bool | dict | list):
            faults.append(Problem(_("is neither text nor number"), _("Send it as it is read."), field=name, value=str(value)[:120]))
    if faults:
        raise InvalidInput(faults)
    form = ItemForm({name: "" if value is None else str(value) for name, value in {**present, **given}.items()})
    if not form.is_valid():
        raise InvalidInput([
            Problem(str(words).rstrip("."), _("Send it as it is read."), field=name, value=str(given.get(name, ""))[:120])
            for name, told in form.errors.items()
            for words in told
        ])  # fmt: skip
    return {name: form.cleaned_data[name] for name in given}


# -- how it is shown ---------------------------------------------------------------------------------


def _address(name: str, *args: Any) -> str:
    return str(settings.BASE_URL + reverse(f"roadmaps:{name}", args=args))


def _frozen(roadmap: Roadmap, number: int) -> RoadmapEdition:
    found = roadmap.editions.filter(number=min(number, LARGEST)).first()
    if found is None:
        raise Http404(_("There is no such edition."))
    return found


def _detail(roadmap: Roadmap, chart: Chart, version: int, address: str) -> dict[str, Any]:
    return {
        "key": roadmap.slug, "title": chart.title, "scope": chart.scope, "first_year": chart.first_year, "last_year": chart.last_year, "version": version,
        "synthetic": roadmap.is_synthetic, "url": address,
        "layers": [{"layer": layer.value, "title": str(layer.label), "items": [_item(one) for one in items]} for layer, items in chart.layers()],
        "links": [_link(one) for one in chart.links],
    }  # fmt: skip


def _item(one: ItemRow) -> dict[str, Any]:
    """An item; months are told as months, and a row of the record that is not named is null."""
    told = asdict(one)
    del told["facility_name"]
    told |= {name: f"{told[name]:%Y-%m}" if told[name] else None for name in DAYS}
    return told | {name: told[name] or None for name in roadmap_queries.ROWS}


def _link(one: LinkRow) -> dict[str, Any]:
    told = asdict(one)
    del told["number"]
    return told


def _edition(roadmap: Roadmap, one: RoadmapEdition) -> dict[str, Any]:
    return {
        "number": one.number, "title": one.title, "note": one.note, "at": one.at.isoformat(), "by": one.actor_label, "version": one.version,
        "url": _address("roadmap-edition", roadmap.slug, one.number),
    }  # fmt: skip
