"""Values of indicators in templates."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from leaps.catalogue.facility_marks import look_of
from leaps.core import ui
from leaps.core.figures import series
from leaps.indicators import wording
from leaps.indicators.formulas.comparability import Difference
from leaps.indicators.queries import Published
from leaps.indicators.reports import Entry
from leaps.indicators.types import Qualifier

register = template.Library()


@register.simple_tag
def source_dot(row: Published) -> SafeString:
    """Where a published value comes from, behind its mark."""
    source = row.provenance
    return ui.provenance_dot(
        confidence=source.confidence,
        title=f"{row.about}, {row.period_words}",
        source_url=source.source_url,
        as_of=source.as_of,
        vouched_by=" ".join(filter(None, (source.vouched_by, source.vouched_on))),
        history_url=reverse("record:history", args=["published_value", row.slug]),
        correct_url=reverse("record:correct", args=["published_value", row.slug, "value"]),
    )


@register.simple_tag
def facility_mark(key: str) -> SafeString:
    """The colour and shape of a facility; its name stands beside it."""
    return mark_safe(f'<svg class="series-mark" viewBox="-9 -9 18 18" aria-hidden="true">{series.mark(look_of(key))}</svg>')  # noqa: S308  drawn here


@register.filter
def apart_words(apart: tuple[Difference, ...]) -> str:
    """Why values are kept apart."""
    return wording.apart_words(apart)


@register.filter
def unit_words(unit: str) -> str:
    """A unit as people write it."""
    return wording.unit_words(unit)


@register.simple_tag
def quantity(value: float | None, unit: str) -> str:
    """A computed value with its unit."""
    return wording.quantity(value, unit)


@register.simple_tag
def entry(row: Entry) -> str:
    """The value of an entry as a report prints it, led by how sharp it is."""
    plain = wording.quantity(row.value, row.unit)
    if row.qualifier in ("", Qualifier.EXACT, Qualifier.ALT_DEFINITION):
        return plain
    return f"{Qualifier(row.qualifier).label} {plain}"


@register.filter
def in_cell(value: object) -> str:
    """A cell of a wide table: a number as people read it, or the words that stand for it."""
    return wording.quantity(value, "") if isinstance(value, int | float) else str(value or "")


@register.simple_tag
def percent(value: float) -> str:
    """A change in per cent, with its sign."""
    return wording.change(value)


@register.simple_tag
def share(value: float) -> str:
    """A share of one in per cent."""
    return f"{100 * value:.1f} %"
