"""Numbers and words of the public pages."""

from django import template

from leaps.core import ui
from leaps.record.specs import readable_number

register = template.Library()


@register.filter
def readable(value: float) -> str:
    """A number with thin spaces."""
    return readable_number(value)


@register.filter
def percent(share: float) -> str:
    """A share of 1 in whole per cent; neither 0 nor 100 unless it is exactly that."""
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    if share < 0.01:
        return "< 1 %"
    return f"{min(99, round(share * 100))} %"


@register.simple_tag
def provenance_words(confidence: str) -> str:
    """What a confidence means."""
    return ui.provenance_words(confidence)
