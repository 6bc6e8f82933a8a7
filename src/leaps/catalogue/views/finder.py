"""The finder: search, filters, views of the result, compare, download, saved searches."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.catalogue import actions, exports, finder_page, queries, wording
from leaps.catalogue.figures import energy_figure
from leaps.catalogue.finder import Code, Result, to_params
from leaps.catalogue.search_index import current
from leaps.core.errors import DomainError
from leaps.core.figures import map as map_figure
from leaps.core.views import domain_error
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.presentation import value_html

ENERGY_UNITS = ("eV", "keV", "nm", "Å")
MOST_COMPARED = 4


def _params(request: HttpRequest) -> dict[str, list[str]]:
    return {name: request.GET.getlist(name) for name in request.GET}


def finder(request: HttpRequest) -> HttpResponse:
    """The finder page; a sentence in the search field is first turned into filters."""
    params = _params(request)
    asked = finder_page.read(params)
    if asked.query.text and "said" not in params and "literal" not in params:
        meant = finder_page.understood(asked)
        if meant is not None:
            return HttpResponseRedirect(finder_page.address(meant, said=asked.query.text, view=params.get("view", [""])[0]))
    view = params.get("view", ["list"])[0]
    if view not in finder_page.VIEWS:
        view = "list"
    result = asked.search()
    try:
        number = int(params.get("page", ["1"])[0][:9])
    except ValueError:
        number = 1
    ids, number, pages = finder_page.page_ids(result, number)
    context: dict[str, Any] = {
        "asked": asked,
        "q": asked.query,
        "result": result,
        "view": view,
        "views": _tabs(asked, view),
        "problems": asked.problems,
        "said": asked.said,
        "literal_url": f"{reverse('catalogue:finder')}?{urlencode({'q': asked.said, 'literal': '1'})}",
        "chips": finder_page.chips(asked),
        "head": wording.head_words(result),
        "sections": finder_page.sections(asked, result),
        "units": ENERGY_UNITS if asked.query.energy_unit in ENERGY_UNITS else (*ENERGY_UNITS, asked.query.energy_unit),
        "sorts": _sorts(asked),
        "number": number,
        "pages": pages,
        "previous": finder_page.address(asked.query, view=view, page=str(number - 1), said=asked.said) if number > 1 else "",
        "next": finder_page.address(asked.query, view=view, page=str(number + 1), said=asked.said) if number < pages else "",
        "address": urlencode(to_params(asked.query)),
        "relaxations": finder_page.relaxations(result, asked.index),
        "misses": finder_page.suggested_misses(asked, result),
        "corrections": result.text.corrections,
        "unmatched": result.text.unmatched,
    }
    context |= _view_context(asked, result, view, ids)
    return render(request, "catalogue/finder.html", context)


def _view_context(asked: finder_page.Asked, result: Result, view: str, ids: list[int]) -> dict[str, Any]:
    if view == "list":
        return {"rows_html": finder_page.list_html(asked, result, ids)}
    if view == "table":
        rows = queries.instrument_rows((asked.index.instrument(i) for i in ids), asked.index.techniques)
        fitting = finder_page.fitting_of(result, ids)
        return {"rows": [r if r.facts.id in fitting else replace(r, why=finder_page.why(result, r.facts.id)) for r in rows]}
    if view == "energy":
        first = [*result.fits[: finder_page.MAX_DRAWN].tolist(), *result.may_fit[: finder_page.MAX_DRAWN].tolist()]
        drawn = [asked.index.instrument(i) for i in first[: finder_page.MAX_DRAWN]]
        figure = energy_figure(drawn, _("Photon energies"), asked.query.energy_ev)
        return {"figure": figure, "drawn": len(drawn), "of": len(result.fits) + len(result.may_fit)}
    counts = result.by(Code.FACILITY, certain=False)
    return {"map": _result_map(asked, counts), "by_facility": _by_facility(asked, counts)}


def _by_facility(asked: finder_page.Asked, counts: dict[str, int]) -> list[tuple[str, str, int]]:
    names = asked.index.facility_names
    return sorted(((s, names[s], n) for s, n in counts.items()), key=lambda item: (-item[2], item[1]))


def _result_map(asked: finder_page.Asked, counts: dict[str, int]) -> str:
    facilities = [f for f in queries.facilities() if f.slug in counts]
    rows = queries.facility_rows(facilities, asked.day, asked.current)
    points = [
        map_figure.MapPoint(
            r.facility.longitude_deg,
            r.facility.latitude_deg,
            r.facility.short_name,
            r.facility.kind,
            r.running.state is True,
            finder_page.address(asked.query.with_values(Code.FACILITY, [r.facility.slug])),
            _("%(n)d instruments, %(state)s") % {"n": counts[r.facility.slug], "state": r.running.words},
            counts[r.facility.slug],
        )
        for r in rows
        if r.facility.longitude_deg is not None and r.facility.latitude_deg is not None
    ]
    return map_figure.map_svg(points, title=_("Where the instruments are"))


def _tabs(asked: finder_page.Asked, view: str) -> list[tuple[str, str, bool]]:
    words = {"list": _("List"), "table": _("Table"), "map": _("Map"), "energy": _("Energy chart")}
    return [(words[v], finder_page.address(asked.query, view=v, said=asked.said), v == view) for v in finder_page.VIEWS]


def _sorts(asked: finder_page.Asked) -> list[tuple[str, str, bool]]:
    words = {
        "relevance": _("best first"),
        "name": _("name"),
        "facility": _("facility"),
        "country": _("country"),
        "energy_min": _("lowest energy"),
        "-energy_min": _("highest starting energy"),
        "beam_size": _("smallest spot"),
        "-flux": _("highest flux"),
        "resolution": _("finest resolution"),
    }
    chosen = f"-{asked.query.sort}" if asked.query.descending else asked.query.sort
    return [(code, text, code == chosen) for code, text in words.items()]


def tree(request: HttpRequest) -> HttpResponse:
    """One level of the technique tree with counts under the present filters (for the filter panel)."""
    asked = finder_page.read(_params(request))
    result = asked.search()
    parent = request.GET.get("parent", "")
    nodes = result.tree(parent if parent in asked.index.techniques else None)
    if not parent and len(nodes) == 1:
        nodes = result.tree(nodes[0].id)
    return render(request, "catalogue/_tree.html", {"nodes": nodes, "address": urlencode(to_params(asked.query))})


def export(request: HttpRequest, form: str) -> HttpResponse:
    """The whole result as CSV, JSON or XLSX."""
    asked = finder_page.read(_params(request))
    result = asked.search()
    content, kind = exports.instruments(asked, result, form)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="instruments.{form}"'
    return response


def compare(request: HttpRequest) -> HttpResponse:
    """Up to four instruments side by side, differences marked."""
    asked_keys = list(dict.fromkeys(request.GET.getlist("i")))
    record_type = registry.get("instrument")
    found = record_queries.states(record_type, [k[:120] for k in asked_keys])
    keys = [k for k in asked_keys if k in found][:MOST_COMPARED]
    if len(asked_keys) > MOST_COMPARED:
        messages.warning(request, _("Only four instruments fit side by side; the first four are shown."))
    index = current().index
    tree_, names = index.techniques, dict(index.facility_names)
    rows = []
    for spec in record_type.specs.values():
        if spec.name in ("slug", "name"):
            continue
        values = [found[k].values[spec.name] for k in keys]
        if all(v in (None, []) for v in values):
            continue
        if spec.name == "techniques":
            shown = [", ".join(tree_.label(t) for t in v) for v in values]
        else:
            shown = [value_html(spec, v, names) if v not in (None, []) else _("not recorded") for v in values]
        rows.append((spec.title, shown, len({str(v) for v in values}) > 1))
    columns = [(found[k], names.get(found[k].values["facility"], "")) for k in keys]
    context = {"columns": columns, "rows": rows, "drop": [(k, urlencode([("i", x) for x in keys if x != k])) for k in keys]}
    return render(request, "catalogue/compare.html", context)


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a search and be told about new instruments."""
    try:
        actions.save_search(
            actor=request.user, name=request.POST.get("name", ""), address=request.POST.get("address", ""),
            now=timezone.now(),
        )  # fmt: skip
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("Saved. You get a mail when a new instrument fits."))
    return redirect("catalogue:searches")


@login_required
def searches(request: HttpRequest) -> HttpResponse:
    """The person's saved searches."""
    return render(request, "catalogue/searches.html", {"searches": queries.saved_searches(request.user)})


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a saved search."""
    try:
        actions.forget_search(actor=request.user, pk=pk)
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("The search is forgotten."))
    return redirect("catalogue:searches")


