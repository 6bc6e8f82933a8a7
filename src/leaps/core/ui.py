"""Small pieces of markup that are needed from Python as well as from templates."""

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

_DOTS = {
    "confirmed": '<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill="currentColor"/></svg>',
    "sourced": '<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.9" fill="none" '
    'stroke="currentColor" stroke-width="1.4"/></svg>',
    "known": '<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.9" fill="none" '
    'stroke="currentColor" stroke-width="1.4" stroke-dasharray="1.8 1.6"/></svg>',
}


def provenance_words(confidence: str) -> str:
    """What a confidence means, in words."""
    return {
        "confirmed": _("confirmed by the facility"),
        "sourced": _("read in a source"),
        "known": _("unverified, general knowledge"),
    }.get(confidence, confidence)


def provenance_mark(confidence: str) -> SafeString:
    """The mark of a confidence alone, for legends; its words stand beside it."""
    return format_html(
        '<span class="prov-mark" data-confidence="{}">{}</span>',
        confidence,
        mark_safe(_DOTS.get(confidence, _DOTS["known"])),  # noqa: S308  our own constant
    )


def provenance_dot(
    *,
    confidence: str,
    title: str,
    source_url: str = "",
    as_of: str = "",
    vouched_by: str = "",
    history_url: str = "",
    correct_url: str = "",
) -> SafeString:
    """The mark behind a value; opened by click, tap or key it tells where the value comes from.

    A `<details>` element: it works without scripts. `title` is the name of the field.
    """
    words = provenance_words(confidence)
    rows: list[tuple[str, str | SafeString]] = [(_("Standing"), words)]
    if source_url:
        shown = source_url.removeprefix("https://").removeprefix("http://").removeprefix("www.")
        link = format_html('<a href="{}" rel="noopener nofollow">{}</a>', source_url, shown[:60])
        rows.append((_("Source"), link))
    if as_of:
        rows.append((_("As of"), as_of))
    if vouched_by:
        rows.append((_("Vouched for by"), vouched_by))
    links: Sequence[tuple[str, str]] = [
        (url, text) for url, text in ((history_url, _("History")), (correct_url, _("Correct this"))) if url
    ]
    return format_html(
        '<details class="prov" data-confidence="{}"><summary aria-label="{}">{}</summary>'
        '<div class="prov-card"><strong>{}</strong><dl>{}</dl><div class="actions">{}</div></div></details>{}',
        confidence,
        _("%(field)s: %(words)s. Where this comes from") % {"field": title, "words": words},
        mark_safe(_DOTS.get(confidence, _DOTS["known"])),  # noqa: S308  our own constant
        title,
        format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows),
        format_html_join("", '<a href="{}">{}</a>', links),
        format_html(' <span class="unverified">{}</span>', _("unverified")) if confidence == "known" else "",
    )


def tri_state(value: bool | None) -> SafeString:
    """Yes, no or not recorded: a sign and a word, never only one of them."""
    if value is None:
        return format_html('<span class="tri tri-unknown">? {}</span>', _("not recorded"))
    if value:
        return format_html('<span class="tri tri-yes">✓ {}</span>', _("yes"))
    return format_html('<span class="tri tri-no">✕ {}</span>', _("no"))
