"""What the landscape adds to the pages of photon sources, insertion devices and techniques."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from leaps.core.panels import Panel, add
from leaps.landscape import challenge_queries, queries
from leaps.landscape.types import ASSUMED


def of_a_source(request: HttpRequest, slug: str) -> SafeString | None:
    """The way to the brilliance of a ring that can be computed."""
    found = next((one for one in queries.sources(ASSUMED) if one.ring.slug == slug), None)
    if found is None or not found.is_computable:
        return None
    context = {"address": f"{reverse('landscape:brilliance')}?source={slug}", "count": len(found.undulators), "carried": bool(found.carried_from)}
    return render_to_string("landscape/_source_panel.html", context, request)


def of_a_device(request: HttpRequest, slug: str) -> SafeString | None:
    """The way to the harmonics of an undulator that can be computed."""
    for source in queries.sources(ASSUMED):
        if source.is_computable and not source.carried_from and any(one.slug == slug for one in source.undulators):
            context = {"address": f"{reverse('landscape:brilliance')}?source={source.ring.slug}&device={slug}", "device": True}
            return render_to_string("landscape/_source_panel.html", context, request)
    return None


def of_a_technique(request: HttpRequest, panet_id: str) -> SafeString | None:
    """The needs of society that lead to a technique."""
    needs = challenge_queries.of_technique(panet_id)
    return render_to_string("landscape/_technique_panel.html", {"needs": needs}, request) if needs else None


add(Panel("technique", 40, of_a_technique))
add(Panel("source", 40, of_a_source))
add(Panel("insertion_device", 40, of_a_device))
