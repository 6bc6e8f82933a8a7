"""How a value of the record is shown: in words, with its unit, and with the mark that tells its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leaps.core import ui
from leaps.record import registry
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, display
from leaps.record.types import Provenance, State, ValueType


@dataclass(frozen=True, slots=True)
class FactView:
    """One value ready for a page. `html` is the value, `dot` the mark behind it."""

    name: str
    title: str
    text: str
    html: SafeString | str
    recorded: bool
    provenance: Provenance
    dot: SafeString
    wide: bool


def object_url(kind: str, key: str) -> str:
    """The address of an object's page; empty for kinds without one."""
    record_type = registry.get(kind)
    try:
        return reverse(record_type.page, args=[key]) if record_type.page else ""
    except NoReverseMatch:
        return ""


def _url(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def value_html(spec: FieldSpec, value: object, labels: Mapping[str, str] | None = None) -> SafeString | str:
    """The value as markup: addresses and references become links, yes and no get a sign."""
    if spec.type is ValueType.FLAG:
        return ui.tri_state(value if isinstance(value, bool) else None)
    if isinstance(value, str) and spec.type is ValueType.URL:
        shown = value.removeprefix("https://").removeprefix("http://").rstrip("/")
        return format_html('<a href="{}" rel="noopener">{}</a>', value, shown)
    if isinstance(value, str) and spec.type is ValueType.REFERENCE:
        return format_html('<a href="{}">{}</a>', object_url(spec.target, value), (labels or {}).get(value, value))
    return display(spec, value)  # type: ignore[arg-type]  # canonical values of the record only


def fact_view(
    record_type: RecordType, state: State, name: str, labels: Mapping[str, str] | None = None
) -> FactView:
    """One field of an object, ready for a page. `labels` name the objects it refers to."""
    spec = record_type.specs[name]
    fact = state.fact(name)
    recorded = fact.value not in (None, [])
    correct = _url("record:correct", state.kind, state.key, name)
    dot: SafeString
    if recorded and name != record_type.key_field:
        dot = ui.provenance_dot(
            confidence=fact.provenance.confidence,
            title=str(spec.title),
            source_url=fact.provenance.source_url,
            as_of=fact.provenance.as_of,
            vouched_by=" ".join(filter(None, (fact.provenance.vouched_by, fact.provenance.vouched_on))),
            history_url=_url("record:history", state.kind, state.key),
            correct_url=correct,
        )
    else:
        dot = SafeString("")
    return FactView(
        name=name,
        title=str(spec.title),
        text=display(spec, fact.value),
        html=value_html(spec, fact.value, labels),
        recorded=recorded,
        provenance=fact.provenance,
        dot=dot,
        wide=spec.is_list or spec.name in ("name", "operator", "role", "note", "full_name"),
    )


def fact_views(
    record_type: RecordType,
    state: State,
    *,
    leave_out: Iterable[str] = (),
    labels: Mapping[str, str] | None = None,
) -> list[FactView]:
    """Every field of an object: recorded ones first, then those still missing."""
    skipped = {record_type.key_field, *leave_out}
    views = [fact_view(record_type, state, name, labels) for name in record_type.specs if name not in skipped]
    return sorted(views, key=lambda view: not view.recorded)
