"""The public site: home, what this is, open data, the statements, the glossary, and what machines ask first."""

import csv
import io

from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from leaps.catalogue import figures as catalogue_figures
from leaps.catalogue import queries as catalogue_queries
from leaps.core import linked_data, ui
from leaps.core.figures import svg
from leaps.core.figures.bars import share_svg
from leaps.core.views import error_page
from leaps.outreach import figures, glossary, jsonld, queries, sitemaps
from leaps.record import queries as record_queries
from leaps.record.corrections import CONFIRM_WITHIN
from leaps.record.survey import survey

# Three questions that show three kinds of condition; each finds something in the shipped record.
EXAMPLES = ("angle-resolved photoemission at 90 eV", "SAXS 8-12 keV mail-in", "neutron diffraction in Sweden")
PRIVATE = ("/account/", "/office/", "/queue/", "/record/", "/corrections/", "/packs/upload/", "/trial/")
# Pages without end or without news for a search engine.
DERIVED = ("/instruments/export.", "/instruments/compare/", "/instruments/tree/")


def home(request: HttpRequest) -> HttpResponse:
    """The start page."""
    day = catalogue_queries.today()
    rows = catalogue_queries.facility_rows(catalogue_queries.facilities(), day)
    summary = _("One sourced record of Europe's light sources and their neutron, laser and electron sisters.")
    context = {
        "map": catalogue_figures.facility_map(rows, _("Facilities in Europe")),
        "rows": rows,
        "figures": queries.home_figures(day),
        "edition": queries.edition(),
        "news": queries.news(timezone.now()),
        "today": day,
        "examples": EXAMPLES,
        "jsonld": linked_data.script(jsonld.website(_("LEAPS Commons"), summary)),
    }
    return render(request, "outreach/home.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """What this is, who runs it, and how facts get in."""
    dots = [(ui.provenance_mark(code), ui.provenance_words(code), code) for code in survey().standing]
    return render(request, "outreach/about.html", {"dots": dots, "survey": survey(), **_operator()})


def _operator() -> dict[str, str]:
    return {"operator": settings.OPTION["operator"], "operator_email": settings.OPTION["operator_email"]}


def data(request: HttpRequest) -> HttpResponse:
    """Open data: files, API, licences, how to cite, and how complete and well sourced the record is."""
    counted = survey()
    edition = queries.edition()
    tables = [(table, [(field, share_svg(field.share)) for field in table.fields]) for table in counted.tables]
    files = [*(table.table for table in counted.tables), "provenance"]
    context = {
        "survey": counted,
        "edition": edition,
        "tables": tables,
        "figure": figures.standing_svg(counted),
        "dots": {code: ui.provenance_mark(code) for code in counted.standing},
        "address": f"{settings.BASE_URL}{reverse('outreach:data')}",
        "today": catalogue_queries.today(),
        "jsonld": linked_data.script(
            jsonld.dataset(
                _("The record of LEAPS Commons"),
                _("Facilities, photon sources, instruments, techniques, organisations and upgrades of Europe's analytical research infrastructures, with the source of every value."),
                edition,
                files,
            )
        ),
        **_operator(),
    }
    return render(request, "outreach/data.html", context)


def _standing_etag(_request: HttpRequest, form: str) -> str:
    return f'"{record_queries.current_revision()}-standing-{form}"'


@cache_control(public=True, max_age=0, must_revalidate=True)
@condition(etag_func=_standing_etag)
def standing(_request: HttpRequest, form: str) -> HttpResponse:
    """The figure of the data page as a file: SVG, PNG or its numbers as CSV."""
    counted = survey()
    if form == "svg":
        answer = HttpResponse(svg.standalone(figures.standing_svg(counted)), content_type="image/svg+xml")
    elif form == "png":
        answer = HttpResponse(svg.png(figures.standing_svg(counted)), content_type="image/png")
    elif form == "csv":
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["table", "objects", *counted.standing])
        writer.writerows([t.table, t.objects, *t.standing.values()] for t in counted.tables)
        answer = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404(_("The figure comes as svg, png or csv."))
    answer["Content-Disposition"] = f'attachment; filename="standing.{form}"'
    return answer


def accessibility(request: HttpRequest) -> HttpResponse:
    """What is tested, and what is known to fall short."""
    return render(request, "outreach/accessibility.html", _operator())


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why and for how long."""
    context = {
        "session_days": settings.SESSION_COOKIE_AGE // 86400,
        "confirm_days": CONFIRM_WITHIN.days,
        "unconfirmed_days": 2 * CONFIRM_WITHIN.days,
        "per_hour": settings.OPTION["corrections_per_hour"],
        **_operator(),
    }
    return render(request, "outreach/privacy.html", context)


def glossary_page(request: HttpRequest) -> HttpResponse:
    """The words of the record, each with an address of its own."""
    terms = glossary.terms()
    described = linked_data.script(jsonld.term_set(_("Glossary"), terms))
    return render(request, "outreach/glossary.html", {"terms": terms, "jsonld": described})


def sitemap_xml(request: HttpRequest) -> TemplateResponse:
    """Every public page with its last change."""
    return sitemap(request, sitemaps.sections())


def robots(_request: HttpRequest) -> HttpResponse:
    """What machines may visit: everything public. A trial is no place for search engines."""
    lines = ["User-agent: *"]
    lines += ["Disallow: /"] if settings.TRIAL else [f"Disallow: {path}" for path in (*PRIVATE, *DERIVED)]
    lines += ["", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: what looks like the address, and a search for its last words."""
    told = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    words = " ".join(part for part in request.path.strip("/").split("/")[-1:] if part).replace("-", " ")[:80]
    return error_page(
        request,
        status=404,
        title=_("Not found"),
        sentence=told or _("There is no page at this address."),
        cure=_("It may have moved, or the address has a slip of the pen."),
        suggestions=[] if request.path.startswith("/api/") else queries.near_pages(request.path),
        search=words,
    )
