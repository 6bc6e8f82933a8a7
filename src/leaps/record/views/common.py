"""What the record's pages share: finding the object, who is asking, how differences are shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leaps.core.errors import DomainError
from leaps.record import queries, registry
from leaps.record.models import Change
from leaps.record.presentation import object_url, value_html
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec
from leaps.record.types import Fact, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Subject:
    """The object a page is about."""

    record_type: RecordType
    state: State
    label: str
    facility: str
    url: str


def subject(kind: str, key: str) -> Subject:
    """The object of an address. Raises Http404 with words."""
    try:
        record_type = registry.get(kind)
    except DomainError as error:
        raise Http404(str(error)) from error
    key = queries.current_key(kind, key) or key
    state = queries.state(kind, key)
    if state is None:
        raise Http404(_("The record has no such object."))
    return Subject(
        record_type,
        state,
        record_type.label_of(state.values, key),
        queries.facility_of(record_type, state.values, key),
        object_url(kind, key),
    )


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One field before and after, ready for a page."""

    title: "StrOrPromise"
    before: SafeString | str
    after: SafeString | str
    before_source: str
    after_source: str
    only_provenance: bool


def difference_row(spec: FieldSpec | None, name: str, before: Fact | None, after: Fact | None) -> DifferenceRow:
    """Before and after of one field, with the standing of each value in words."""

    def shown(fact: Fact | None) -> SafeString | str:
        if fact is None or fact.value in (None, []):
            return "–"
        return value_html(spec, fact.value) if spec else str(fact.value)

    def source(fact: Fact | None) -> str:
        if fact is None or fact.value in (None, []):
            return ""
        p = fact.provenance
        return ", ".join(part for part in (p.confidence, p.as_of, p.source_url, p.vouched_by) if part)

    same = bool(before and after and before.value == after.value)
    return DifferenceRow(spec.title if spec else name, shown(before), shown(after), source(before), source(after), same)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change of an object, ready for a page."""

    change: Change
    title: "StrOrPromise"
    url: str
    rows: list[DifferenceRow]


def shown_change(change: Change) -> ShownChange:
    """A change with its fields; the page of a removed object is its history."""
    rows = [difference_row(c.spec, c.name, c.before, c.after) for c in queries.field_changes(change)]
    return ShownChange(change, registry.get(change.kind).title, object_url(change.kind, change.key), rows)


def page_of(request: HttpRequest, rows: "QuerySet[Any] | list[Any]", size: int) -> dict[str, Any]:
    """`page` and `numbers` for the pages component; a nonsense number shows the nearest page."""
    paginator = Paginator(rows, size)
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    return {"page": page, "numbers": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)}
