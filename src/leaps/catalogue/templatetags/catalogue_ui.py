"""Words for values of the record in templates."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import places
from leaps.catalogue.models import Facility
from leaps.core.figures.marks import mark
from leaps.record import registry
from leaps.record.specs import display, readable_number

register = template.Library()


@register.simple_tag
def code_words(kind: str, field: str, code: str | None) -> str:
    """The words of a code."""
    return registry.get(kind).specs[field].words_for(code) if code else ""


@register.simple_tag
def country(code: str | None) -> str:
    """The name of a country; empty when none is recorded."""
    return places.country_name(code) if code else ""


@register.simple_tag
def value_words(kind: str, field: str, value: float | None) -> str:
    """A number without its unit, for table cells under a head that names the unit."""
    if value is None:
        return ""
    spec = registry.get(kind).specs[field]
    return readable_number(value) if spec.is_numeric else display(spec, value)


@register.simple_tag
def map_legend() -> SafeString:
    """What the marks of the map mean."""
    items = [
        (mark_safe(f'<svg viewBox="-10 -10 20 20" aria-hidden="true">{mark(code)}</svg>'), words)  # noqa: S308  ours
        for code, words in Facility.Kind.choices
    ]
    hollow = mark_safe(  # noqa: S308  our own constant
        f'<svg viewBox="-10 -10 20 20" aria-hidden="true">{mark("synchrotron", filled=False)}</svg>'
    )
    return format_html(
        "{}{}",
        format_html_join("", "<li>{}{}</li>", items),
        format_html("<li>{}{}</li>", hollow, _("hollow: dark or may be dark")),
    )
