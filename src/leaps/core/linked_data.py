"""schema.org descriptions inside a page."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

CONTEXT = "https://schema.org"


def script(data: dict[str, Any]) -> SafeString:
    """The description as a data block; it cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  escaped above
