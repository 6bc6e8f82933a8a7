"""Rings outside Europe: all of them with the figure that compares, and each with its facts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from leaps.catalogue import object_pages
from leaps.core import linked_data
from leaps.landscape import figures, queries
from leaps.record.presentation import object_url


def world(request: HttpRequest) -> HttpResponse:
    """The rings, by country, under the figure."""
    made = figures.make("F13", request.user)
    context = {"rows": queries.world(), "made": made, "figure": mark_safe(made.svg) if made.svg else ""}  # noqa: S308  drawn here
    return render(request, "landscape/world.html", context)


def world_source(request: HttpRequest, slug: str) -> HttpResponse:
    """One ring with where each value comes from."""
    shown = object_pages.shown(request, "world_source", slug)
    if isinstance(shown, HttpResponse):
        return shown
    values = shown.state.values
    address = f"{settings.BASE_URL}{object_url('world_source', slug)}"
    told = {
        "@context": linked_data.CONTEXT, "@type": "Product", "@id": address, "url": address, "identifier": slug, "name": values["name"],
        "category": "storage ring",
    }  # fmt: skip
    return object_pages.page(request, shown, "landscape/world_source.html", jsonld=linked_data.script(told))
