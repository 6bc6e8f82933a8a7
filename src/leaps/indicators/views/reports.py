"""Reports by the web page: which there are, one to look at, and its files."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from leaps.catalogue.models import Facility
from leaps.catalogue.places import country_name
from leaps.core.errors import NotAllowed
from leaps.core.views import domain_error
from leaps.indicators import reports, rules
from leaps.indicators.exports import UnknownFormat
from leaps.indicators.forms import ReportForm
from leaps.indicators.reports import files, package
from leaps.indicators.reports.entries import Report, World

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FORMS: Final = ("csv", "xlsx", "json")
KEPT_SECONDS: Final = 86400


@dataclass(frozen=True, slots=True)
class _Kind:
    """A report on a facility and a year."""

    title: "StrOrPromise"
    made: Callable[..., Report]


YEARLY: Final = {
    "esfri": _Kind(gettext_lazy("ESFRI: the 21 indicators of 2019"), reports.esfri_21),
    "oecd": _Kind(gettext_lazy("OECD: the core indicators of 2019"), reports.oecd_core),
}


def index(request: HttpRequest) -> HttpResponse:
    """Which reports there are; the form leads to the one asked for."""
    world = _world(request)
    offered = reports.choices(world)
    form = ReportForm(request.GET if "report" in request.GET else None, **offered)
    if form.is_bound and form.is_valid():
        return redirect(_address(form.cleaned_data, request))
    context = {
        "form": form,
        "world": world,
        "synthetic": world is World.SYNTHETIC,
        "nothing": not offered["facilities"],
        "office": rules.is_office(request.user),
        "years": offered["years"],
    }
    return render(request, "indicators/reports.html", context, status=422 if form.is_bound else 200)


def _address(asked: dict[str, Any], request: HttpRequest) -> str:
    kind, form = asked["report"], asked["form"]
    match kind:
        case "annual":
            args, name = [asked["facility"]], "report-annual"
        case "country":
            args, name = [asked["country"]], "report-country"
        case _:
            args, name = [kind, asked["facility"], asked["year"]], "report"
    address = reverse(f"indicators:{name}", args=args) if form == "page" else reverse(f"indicators:{name}-file", args=[*args, form])
    world = request.GET.get("world", "")
    return f"{address}?world={world}" if world else address


def _world(request: HttpRequest) -> World:
    return reports.world_of(request.GET.get("world", ""))


def _today() -> dt.date:
    return timezone.now().date()


def _known(slug: str) -> None:
    if not Facility.objects.filter(slug=slug).exists():
        raise Http404(_("The record has no such facility."))


# -- making one ------------------------------------------------------------------------------------


def _yearly(request: HttpRequest, kind: str, slug: str, year: int) -> Report:
    if kind not in YEARLY or not 1960 <= year <= 2100:
        raise Http404(_("There is no such report."))
    _known(slug)
    return YEARLY[kind].made(request.user, facility=slug, year=year, world=_world(request), today=_today())


def _annual(request: HttpRequest, slug: str) -> Report:
    _known(slug)
    return reports.annual(request.user, facility=slug, world=_world(request), today=_today())


def _country(request: HttpRequest, code: str) -> Report:
    if country_name(code) == code:
        raise Http404(_("No country has this code; use two capital letters, such as SE."))
    return reports.country(code=code, world=_world(request))


# -- pages and files -------------------------------------------------------------------------------


def report(request: HttpRequest, kind: str, slug: str, year: int) -> HttpResponse:
    """A report of one facility and year, to look at."""
    return _page(request, _yearly(request, kind, slug, year), "report", [kind, slug, year], slug=slug)


def report_file(request: HttpRequest, kind: str, slug: str, year: int, form: str) -> HttpResponse:
    """The same as a file."""
    return _file(request, _yearly(request, kind, slug, year), "report", [kind, slug, year], form)


def annual(request: HttpRequest, slug: str) -> HttpResponse:
    """The table for an annual report, to look at."""
    return _page(request, _annual(request, slug), "report-annual", [slug], slug=slug)


def annual_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The same as a file."""
    return _file(request, _annual(request, slug), "report-annual", [slug], form)


def country(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a country, to look at."""
    return _page(request, _country(request, code), "report-country", [code])


def country_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same as a file."""
    return _file(request, _country(request, code), "report-country", [code], form)


@login_required
def esfri_of_all(request: HttpRequest, year: int) -> HttpResponse:
    """The 21 indicators of every facility in one workbook, for the office."""
    if not rules.is_office(request.user):
        return domain_error(request, NotAllowed(_("The workbook of all facilities is for the office; each facility has its own report.")))
    world = _world(request)
    slugs = reports.facilities_of_year(world, year)
    if not slugs:
        raise Http404(_("Nothing is known of this year."))
    made = reports.esfri_of_all(request.user, facilities=slugs, year=year, world=world, today=_today())
    address = request.build_absolute_uri()
    content, media = files.written(made, files.about(made, address, _today()), "xlsx")
    return _download(content, media, f"{made.file_name}.xlsx")


@cache_control(public=True, max_age=0, must_revalidate=True)
def data_package(request: HttpRequest) -> HttpResponseBase:
    """Everything public as a Data Package; the same for everybody. Each process keeps the last one it wrote."""
    world, today = _world(request), _today()
    address = request.build_absolute_uri(reverse("indicators:reports"))
    etag = package.fingerprint(world, address=address, today=today)
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    known, archive = caches["local"].get(f"indicators-package-{world}", ("", b""))
    pieces = iter([archive]) if known == etag else _kept(package.stream(world, address=address, today=today), world, etag)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"], answer["ETag"] = f'attachment; filename="{package.file_name(world)}"', etag
    return answer


def _kept(pieces: Iterator[bytes], world: World, etag: str) -> Iterator[bytes]:
    """The pieces as they come; whole, they are kept for the next reader."""
    found = []
    for piece in pieces:
        found.append(piece)
        yield piece
    caches["local"].set(f"indicators-package-{world}", (etag, b"".join(found)), KEPT_SECONDS)


def _page(request: HttpRequest, made: Report, name: str, args: list[Any], slug: str = "") -> HttpResponse:
    query = f"?world={request.GET['world']}" if request.GET.get("world") else ""
    across = files.side_by_side(made) if made.kind == "annual-table" else None
    context = {
        "report": made,
        "slug": slug,
        "lines": list(made.lines()),
        "across": across,
        "counts": made.counts(),
        "filled": sum(any(e.has_value for e in found) for _subject, found in made.lines()),
        "notice": files.notice(made),
        "files": [(form.upper(), reverse(f"indicators:{name}-file", args=[*args, form]) + query) for form in FORMS],
        "metadata": reverse(f"indicators:{name}-file", args=[*args, files.METADATA]) + query,
        "citation": files.about(made, request.build_absolute_uri(), _today()).citation,
    }
    return render(request, "indicators/report.html", context)


def _file(request: HttpRequest, made: Report, name: str, args: list[Any], form: str) -> HttpResponse:
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    # The description is of the table beside it, so both say the same address.
    table = request.build_absolute_uri(reverse(f"indicators:{name}-file", args=[*args, "csv" if form == files.METADATA else form]) + query)
    try:
        content, media = files.written(made, files.about(made, table, _today()), form)
    except UnknownFormat as error:
        return domain_error(request, error)
    answer = _download(content, media, f"{made.file_name}.{form}")
    if form == "csv":
        described = request.build_absolute_uri(reverse(f"indicators:{name}-file", args=[*args, files.METADATA]) + query)
        answer["Link"] = f'<{described}>; rel="describedby"; type="{files.CSVM}"'
    return answer


def _download(content: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
    answer["Vary"] = "Cookie"
    return answer
