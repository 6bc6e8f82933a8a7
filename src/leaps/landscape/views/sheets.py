"""Sheets for one reader each: the list, a sheet as a page, and its files, which the worker makes."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.core import documents
from leaps.core.errors import DomainError
from leaps.core.views import domain_error
from leaps.landscape import sheet_queries, sheets, tasks
from leaps.landscape.actions import building, sheet_building
from leaps.landscape.actions.building import cache_folder
from leaps.landscape.binding import bind
from leaps.landscape.models import SheetBuild
from leaps.landscape.stages import BuildState

TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "json": "application/ld+json",
    "zip": "application/zip",
}
MOST_ASKED: Final = {"sheet": "120/h/ip"}
"""So many sheets may be put into the queue from one address; whatever stands is given to everybody at any time."""
STATUS: Final = {BuildState.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY, BuildState.BROKEN: HTTPStatus.SERVICE_UNAVAILABLE}


class TooManySheets(DomainError):
    """One address had more sheets made than a reader needs."""

    status = 429


def form_words(form: str) -> str:
    """A form for people."""
    return {"pdf": _("PDF"), "docx": _("Word"), "pptx": _("Slides"), "zip": _("Data Package"), "json": _("JSON-LD")}[form]


def index(request: HttpRequest) -> HttpResponse:
    """Every sheet, by whom it is for; `?technique=PaNET01196` leads to the sheet of a technique."""
    asked = request.GET.get("technique", "")[:40]
    techniques = sheets.technique_sheets()
    if key := next((one.key for one in techniques if one.key == sheets.TECHNIQUE + asked.lower()), ""):
        return redirect("landscape:sheet", key)
    groups: dict[str, list[sheets.Sheet]] = {}
    for one in sheets.all_sheets():
        groups.setdefault(one.group, []).append(one)
    return render(request, "landscape/reader_sheets.html", {"groups": groups.items(), "techniques": techniques, "unknown": asked})


def _assembled(request: HttpRequest, key: str) -> documents.Assembled:
    address = request.build_absolute_uri(reverse("landscape:sheet", args=[key]))
    found = documents.assemble(sheets.sheet(key, address), bind(kept=cache_folder()), kept=cache_folder())
    if found.problems:
        raise documents.NotBuilt(found.problems)
    return found


def _asked(request: HttpRequest, key: str, *, again: bool = False) -> SheetBuild:
    """The files of a sheet, put into the queue where they are not there yet. Raises NoSheet, TooManySheets."""
    found = sheet_queries.standing(key) or sheet_queries.under_way(key)
    if found is not None:
        return found
    if not ratelimit.consume(request, app="leaps.landscape", action="sheet", config=MOST_ASKED, limit_get=True):
        raise TooManySheets(_("Many sheets were asked for from your address within the hour. Please come back later."))
    return sheet_building.ask(key=key, now=timezone.now(), enqueue=tasks.build_sheet.enqueue, again=again)


def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet to read. Its files are made meanwhile, so that they are there when somebody wants one.

    Not those of techniques: there are hundreds, and whoever reads them all, such as a search engine, wants no files.
    """
    try:
        found = _assembled(request, key)
    except (sheets.NoSheet, documents.NotBuilt) as error:
        return domain_error(request, error)
    if not key.startswith(sheets.TECHNIQUE):
        with suppress(TooManySheets):  # who wants a file is told
            _asked(request, key)
    parts = [
        (chapter.slug, chapter.title, mark_safe(documents.chapter_html(found, chapter, figures_at="figures/", kept=cache_folder())))  # noqa: S308  written by pandoc from a checked tree
        for chapter in found.chapters
    ]
    return render(request, "landscape/reader_sheet.html", {"key": key, "document": found.document, "parts": parts})


def file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """One sheet as a file; of an earlier revision when that is asked for and still kept. Not made yet: the page that tells so."""
    try:
        if form not in TYPES:
            raise sheets.no_sheet(f"{key}.{form}")
        if "revision" in request.GET:
            build = sheet_queries.last_good(key)
            if build is None or str(build.revision) != request.GET["revision"]:
                raise sheets.NoSheet(_("The sheet of this revision is no longer kept."))
        else:
            build = _asked(request, key)
    except TooManySheets:
        return redirect(_files_address(key, form))
    except sheets.NoSheet as error:
        return domain_error(request, error)
    content = sheet_queries.content(build, form)
    if content is None:
        return redirect(_files_address(key, form))
    name = f"{key}-r{build.revision}.{ {'json': 'jsonld'}.get(form, form) }"
    return HttpResponse(content, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="leaps-{name}"'})


def _files_address(key: str, form: str, **more: str) -> str:
    told = {"form": form, **more} if form else more
    return reverse("landscape:sheet-files", args=[key]) + (f"?{urlencode(told)}" if told else "")


def files(request: HttpRequest, key: str) -> HttpResponse:
    """The files of a sheet: there, being made, or what stood in the way; the last good ones stay meanwhile."""
    asked = request.GET.get("form", "")
    form = asked if asked in TYPES else ""
    refusal: TooManySheets | None = None
    build: SheetBuild | None
    try:
        build = _asked(request, key, again=request.method == "POST")
    except TooManySheets as error:
        refusal, build = error, sheet_queries.newest(key)
    except sheets.NoSheet as error:
        return domain_error(request, error)
    if request.method == "POST":
        return redirect(_files_address(key, form))
    is_under_way = build is not None and not build.is_finished
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204) if is_under_way else HttpResponse(headers={"HX-Redirect": _files_address(key, form, start="1")})
    good = sheet_queries.last_good(key)
    is_current = good is not None and sheet_queries.is_current(good)
    context: dict[str, Any] = {
        "key": key, "title": build.title if build else key, "form": form, "build": build, "refusal": refusal, "good": good, "is_current": is_current,
        "files": [(name, form_words(name), size) for name, size in sheet_queries.sizes(good)], "wanted": form_words(form) if form else "",
        "is_under_way": is_under_way, "poll": _files_address(key, form), "starts": is_current and form and "start" in request.GET,
        "late": is_under_way and build is not None and timezone.now() - build.asked_at > building.PATIENCE / 20,
    }  # fmt: skip
    failed = build is not None and not is_current and build.state in STATUS
    status = refusal.status if refusal else STATUS[BuildState(build.state)] if failed and build else HTTPStatus.OK
    return render(request, "landscape/reader_sheet_files.html", context, status=status)


def figure(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A figure of a sheet, as it stands in it."""
    try:
        found = _assembled(request, key).pieces_of(documents.Figure).get(name)
        if found is None:
            raise sheets.NoSheet(name)
    except (sheets.NoSheet, documents.NotBuilt) as error:
        return domain_error(request, error)
    return HttpResponse(found.svg, content_type="image/svg+xml")
