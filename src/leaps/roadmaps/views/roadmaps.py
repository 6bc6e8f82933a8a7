"""A roadmap for each area, drawn from the record."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, search_index
from leaps.catalogue import queries as catalogue_queries
from leaps.core.views import error_page
from leaps.roadmaps import (
    figures,
    files,
    milestone_queries,
    roadmap_drawing,
    roadmap_queries,
    rules,
    technology_queries,
)
from leaps.roadmaps.figures import Sheet


def _sheets(today: dt.date) -> list[Sheet]:
    return figures.sheets(
        technology_queries.technologies(), technology_queries.targets(today), milestone_queries.milestones(today), milestone_queries.upgrades()
    )


def roadmaps(request: HttpRequest) -> HttpResponse:
    """Every area with its roadmap in small, on one scale of years."""
    today = catalogue_queries.today()
    found = _sheets(today)
    spans = [sheet.span for sheet in found if sheet.span] + [(today.year, today.year)]
    span = min(first for first, _last in spans), max(last for _first, last in spans)
    context = {
        "sheets": [(sheet, mark_safe(figures.sheet_picture(sheet, today, span))) for sheet in found],  # noqa: S308  drawn here
        "technologies": sum(len(sheet.technologies) for sheet in found),
        "groups": [(one, mark_safe(roadmap_drawing.picture(roadmap_queries.chart(one)))) for one in roadmap_queries.roadmaps(request.user)],  # noqa: S308  drawn here
        "archived": roadmap_queries.roadmaps(request.user, archived=True) if rules.may_chair(request.user) else (),
        "may_open": rules.may_chair(request.user),
    }
    return render(request, "roadmaps/roadmaps.html", context)


def _sheet(request: HttpRequest, area: str) -> Sheet | HttpResponse:
    found = _sheets(catalogue_queries.today())
    sheet = next((one for one in found if one.area == area), None)
    if sheet is not None:
        return sheet
    return error_page(
        request, status=404, title=_("Not found"), sentence=_("There is no roadmap of such an area."),
        suggestions=[(one.title, reverse("roadmaps:roadmap", args=[one.area])) for one in found],
    )  # fmt: skip


def finding(sheet: Sheet) -> str:
    """What is in a roadmap, in one sentence."""
    told = {"t": len(sheet.technologies), "g": len(sheet.targets), "m": len(sheet.milestones), "u": len(sheet.upgrades)}
    return _("%(t)d technologies, %(g)d targets, %(m)d milestones and %(u)d upgrades in the record") % told


def roadmap(request: HttpRequest, area: str) -> HttpResponse:
    """The roadmap of one area: figure, table and text of the same facts."""
    sheet = _sheet(request, area)
    if isinstance(sheet, HttpResponse):
        return sheet
    today = catalogue_queries.today()
    context = {
        "sheet": sheet,
        "finding": finding(sheet),
        "figure": mark_safe(figures.sheet_svg(sheet, today)),  # noqa: S308  drawn here
        "targets": [(row, figures.way_words(row), figures.years_words(row), figures.standing_words(row)) for row in sheet.targets],
        "upgrades": [(upgrade, darkness.period_words(search_index.dark_period(upgrade))) for upgrade in sheet.upgrades],
        "milestones": sorted(sheet.milestones, key=lambda row: (row.due or "9999", row.slug)),
        "may_open": rules.may_chair(request.user),
        "citation": files.citation(_("roadmap of %(area)s") % {"area": sheet.title}, request.build_absolute_uri()),
        "others": [(one.area, one.title) for one in _sheets(today) if one.area != area],
    }
    return render(request, "roadmaps/roadmap.html", context)


def roadmap_figure(request: HttpRequest, area: str, form: str) -> HttpResponse:
    """The roadmap as a picture."""
    sheet = _sheet(request, area)
    if isinstance(sheet, HttpResponse):
        return sheet
    title = _("Roadmap: %(area)s") % {"area": sheet.title}
    address = request.build_absolute_uri(reverse("roadmaps:roadmap", args=[area]))
    drawn = figures.sheet_svg(sheet, catalogue_queries.today(), heading=title, footer=files.citation(title, address))
    return files.figure(request, drawn, f"roadmap-{area}", form)


def roadmap_table(request: HttpRequest, area: str, form: str) -> HttpResponse:
    """The roadmap as a file, a line for each thing in it."""
    sheet = _sheet(request, area)
    if isinstance(sheet, HttpResponse):
        return sheet
    address = request.build_absolute_uri(reverse("roadmaps:roadmap", args=[area]))
    title = _("roadmap of %(area)s") % {"area": sheet.title}
    return files.table(request, files.LINE, files.sheet_records(sheet), title, address, f"roadmap-{area}", form)
