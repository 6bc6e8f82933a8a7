"""Sheets for one reader each: the list, a sheet as a page, and its files."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from leaps.core import documents
from leaps.core.views import domain_error
from leaps.landscape import sheets
from leaps.landscape.actions.building import cache_folder
from leaps.landscape.binding import bind

TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "json": "application/ld+json",
    "zip": "application/zip",
}


def index(request: HttpRequest) -> HttpResponse:
    """Every sheet, by whom it is for."""
    groups: dict[str, list[sheets.Sheet]] = {}
    for one in sheets.all_sheets():
        groups.setdefault(one.group, []).append(one)
    return render(request, "landscape/reader_sheets.html", {"groups": groups.items()})


def _assembled(request: HttpRequest, key: str) -> documents.Assembled:
    address = request.build_absolute_uri(reverse("landscape:sheet", args=[key]))
    found = documents.assemble(sheets.sheet(key, address), bind(kept=cache_folder()), kept=cache_folder())
    if found.problems:
        raise documents.NotBuilt(found.problems)
    return found


def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet to read."""
    try:
        found = _assembled(request, key)
    except (sheets.NoSheet, documents.NotBuilt) as error:
        return domain_error(request, error)
    parts = [
        (chapter.slug, chapter.title, mark_safe(documents.chapter_html(found, chapter, figures_at="figures/", kept=cache_folder())))  # noqa: S308  written by pandoc from a checked tree
        for chapter in found.chapters
    ]
    context = {"key": key, "document": found.document, "parts": parts, "forms": documents.FORMS}
    return render(request, "landscape/reader_sheet.html", context)


def file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """One sheet as a file."""
    try:
        if form not in TYPES:
            raise sheets.NoSheet(form)
        content = documents.render(_assembled(request, key), form, kept=cache_folder())
    except (sheets.NoSheet, documents.NotBuilt) as error:
        return domain_error(request, error)
    name = "data.zip" if form == "zip" else f"{key}.{'jsonld' if form == 'json' else form}"
    return HttpResponse(content, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="leaps-{name}"'})


def figure(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A figure of a sheet, as it stands in it."""
    try:
        found = _assembled(request, key).pieces_of(documents.Figure).get(name)
        if found is None:
            raise sheets.NoSheet(name)
    except (sheets.NoSheet, documents.NotBuilt) as error:
        return domain_error(request, error)
    return HttpResponse(found.svg, content_type="image/svg+xml")
