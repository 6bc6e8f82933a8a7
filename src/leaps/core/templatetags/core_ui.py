"""Template tags of the frame."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from leaps.core import ui

register = template.Library()


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address with some parameters changed; None or an empty text removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def tri(value: bool | None) -> SafeString:
    """Yes, no or not recorded."""
    return ui.tri_state(value)
