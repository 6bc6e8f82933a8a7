"""What the landscape adds to the pages of photon sources, insertion devices, techniques, technologies, upgrades and facilities."""

from collections.abc import Callable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from leaps.core.panels import Panel, add
from leaps.landscape import (
    challenge_queries,
    edition_queries,
    evidence_queries,
    queries,
    rules,
    sheets,
    work_queries,
)
from leaps.landscape.figures import registry
from leaps.landscape.types import ASSUMED


def of_a_source(request: HttpRequest, slug: str) -> SafeString | None:
    """The way to the brilliance of a ring that can be computed."""
    found = next((one for one in queries.sources(ASSUMED) if one.ring.slug == slug), None)
    if found is None or not found.is_computable:
        return None
    context = {"address": f"{reverse('landscape:brilliance')}?source={slug}", "count": len(found.undulators), "carried": bool(found.carried_from)}
    return render_to_string("landscape/_source_panel.html", context, request)


def of_a_device(request: HttpRequest, slug: str) -> SafeString | None:
    """The way to the harmonics of an undulator, or the spectrum of a bend or wiggler, that can be computed."""
    for source in queries.sources(ASSUMED):
        is_undulator = source.is_computable and not source.carried_from and any(one.slug == slug for one in source.undulators)
        if is_undulator or (source.has_magnets and any(one.slug == slug for one in source.magnets)):
            context = {"address": f"{reverse('landscape:brilliance')}?source={source.ring.slug}&device={slug}", "device": True, "smooth": not is_undulator}
            return render_to_string("landscape/_source_panel.html", context, request)
    return None


def of_a_technique(request: HttpRequest, panet_id: str) -> SafeString | None:
    """The needs of society that lead to a technique, the works with it that people confirmed for a challenge, and the sheet of its next years."""
    needs = challenge_queries.of_technique(panet_id)
    speaking = evidence_queries.for_technique(panet_id)
    key = sheets.TECHNIQUE + panet_id.lower()
    context = {
        "needs": needs, "speaking": [(one, False) for one in speaking], "speaking_words": evidence_queries.count_words(speaking),
        "sheet": key if any(one.key == key for one in sheets.technique_sheets()) else "",
    }  # fmt: skip
    return render_to_string("landscape/_technique_panel.html", context, request) if needs or speaking or context["sheet"] else None


def of_a_technology(request: HttpRequest, slug: str) -> SafeString:
    """The challenges that a technology serves, as people confirmed them; to members the way to what is suggested."""
    tags = work_queries.served_by_technology(slug)
    sides = {side: work_queries.side_words(side) for side in {tag.side for tag in tags}}
    context = {"tags": [(tag, sides[tag.side]) for tag in tags], "slug": slug, "may_state": rules.may_state(request.user)}
    return render_to_string("landscape/_technology_panel.html", context, request)


FIGURES = {"upgrade": ("F6", "F7"), "source": ("F2", "F3"), "facility": ("F1", "F5")}
"""The figures in which an object of a kind is drawn."""


def _of(kind: str) -> Callable[[HttpRequest, str], SafeString | None]:
    """Where the landscape document speaks of an object, and the figures that show it."""

    def panel(request: HttpRequest, slug: str) -> SafeString | None:
        found = edition_queries.printed(request.user, kind, slug)
        entries = [registry.entry(key) for key in FIGURES[kind]]
        context = {"printed": found, "figures": [(one.key, one.name, reverse(one.page) if one.page else reverse("landscape:figure", args=[one.slug])) for one in entries]}
        return render_to_string("landscape/_printed_panel.html", context, request)

    return panel


for _kind in FIGURES:
    add(Panel(_kind, 90, _of(_kind)))
add(Panel("technique", 40, of_a_technique))
add(Panel("technology", 40, of_a_technology))
add(Panel("source", 40, of_a_source))
add(Panel("insertion_device", 40, of_a_device))
