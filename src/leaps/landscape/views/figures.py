"""The figures of the landscape: all of them, one, its picture, its data, and alone for a frame elsewhere."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from leaps.core.middleware import POLICY
from leaps.core.views import domain_error
from leaps.landscape import figures as landscape_figures
from leaps.landscape.figures import Entry, Figure, UnknownFigure
from leaps.roadmaps import files

MOST_ROWS = 60


def _asked(request: HttpRequest, slug: str) -> tuple[Entry, Figure]:
    """The figure at an address with the choices of its query. Raises UnknownFigure."""
    entry = landscape_figures.entry(slug)
    return entry, entry.make(request.user, {name: list(values) for name, values in request.GET.lists()})


def address_of(entry: Entry, query: str = "") -> str:
    """Where a figure is shown with these choices."""
    path = reverse(entry.page) if entry.page else reverse("landscape:figure", args=[entry.slug])
    return f"{path}?{query}" if query else path


def _query(request: HttpRequest) -> str:
    return urlencode([(name, value) for name, values in request.GET.lists() for value in values])


def citation(request: HttpRequest, entry: Entry, query: str) -> str:
    """How to cite a figure with its choices."""
    return files.citation(str(entry.name), request.build_absolute_uri(address_of(entry, query)))


def figures(request: HttpRequest) -> HttpResponse:
    """All figures, each drawn small with what it finds."""
    shown = []
    for entry in landscape_figures.all_entries():
        made = entry.make(request.user, {})
        shown.append({"entry": entry, "title": made.title, "address": address_of(entry), "svg": mark_safe(made.svg)})  # noqa: S308  drawn here
    return render(request, "landscape/figures.html", {"figures": shown})


def figure(request: HttpRequest, slug: str) -> HttpResponse:
    """One figure with its table, downloads, and how to cite and frame it."""
    try:
        entry, made = _asked(request, slug)
    except UnknownFigure as error:
        return domain_error(request, error)
    if entry.page or slug != entry.slug:
        return redirect(address_of(entry, _query(request)))
    return render(request, "landscape/figure.html", context(request, entry, made, _query(request)))


def context(request: HttpRequest, entry: Entry, made: Figure, query: str) -> dict[str, Any]:
    """What a page needs to show a figure."""
    embed = f"{reverse('landscape:figure-embed', args=[entry.slug])}{f'?{query}' if query else ''}"
    return {
        "entry": entry, "made": made, "query": query, "figure": mark_safe(made.svg),  # noqa: S308  drawn here
        "heads": made.columns, "rows": [[record[name] for name in made.columns] for record in made.records[:MOST_ROWS]], "more": max(0, len(made.records) - MOST_ROWS),
        "citation": citation(request, entry, query), "shared": request.build_absolute_uri(address_of(entry, query)),
        "frame": request.build_absolute_uri(embed), "embed": embed,
    }  # fmt: skip


def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The figure alone, for a frame in somebody else's page."""
    try:
        entry, made = _asked(request, slug)
    except UnknownFigure as error:
        return domain_error(request, error)
    shown = {
        "name": entry.name, "made": made, "figure": mark_safe(made.svg),  # noqa: S308  drawn here
        "citation": citation(request, entry, _query(request)), "address": request.build_absolute_uri(address_of(entry, _query(request))),
    }  # fmt: skip
    response = render(request, "landscape/embed.html", shown)
    # Only this page may be framed by others: it knows nobody and changes nothing.
    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return response


def picture(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The figure as a file with heading, caption and citation drawn in: svg, png or pdf."""
    try:
        entry, made = _asked(request, slug)
    except UnknownFigure as error:
        return domain_error(request, error)
    footer = f"{made.caption} {citation(request, entry, _query(request))}"
    return files.figure(request, made.draw(made.title, footer), entry.slug, form)


def data(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The data behind the figure: csv, xlsx or json."""
    try:
        entry, made = _asked(request, slug)
    except UnknownFigure as error:
        return domain_error(request, error)
    address = request.build_absolute_uri(address_of(entry, _query(request)))
    method = " ".join([made.method, *made.notes])
    return files.table(request, made.columns, [dict(record) for record in made.records], str(entry.name), address, entry.slug, form, method)
