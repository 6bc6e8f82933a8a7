"""One page for each object of the catalogue, as it is or as it was on a past day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, figures, jsonld, object_pages, places, queries, search_index
from leaps.core import linked_data
from leaps.core.figures import energy
from leaps.core.figures import map as map_figure
from leaps.core.views import error_page
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.presentation import fact_views, object_url


def facilities(request: HttpRequest) -> HttpResponse:
    """All facilities, as map and table."""
    from leaps.catalogue.models import Facility

    chosen = {name: request.GET.get(name, "")[:60] for name in ("partnership", "kind", "country")}
    rows = queries.facility_rows(queries.facilities(**chosen), queries.today())
    everywhere = sorted({f.country for f in queries.facilities()})
    context = {
        "rows": rows,
        "chosen": chosen,
        "map": figures.facility_map(rows, _("Facilities in Europe")),
        "partnerships": Facility.Partnership.choices,
        "kinds": Facility.Kind.choices,
        "countries": [(code, places.country_name(code)) for code in everywhere],
        "today": queries.today(),
    }
    return render(request, "catalogue/facilities.html", context)


def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """One facility."""
    shown = object_pages.shown(request, "facility", slug)
    if isinstance(shown, HttpResponse):
        return shown
    state = shown.state
    day = shown.on or queries.today()
    periods = search_index.current().dark.get(state.key, ())
    upgrades = queries.upgrades(state.key)
    instruments = queries.instruments_of(state.key)
    here = [r for r in queries.facility_rows(queries.facilities(), day) if r.facility.slug == state.key]
    return object_pages.page(
        request,
        shown,
        "catalogue/facility.html",
        leave_out=("name", "short_name", "kind", "partnership", "membership", "latitude_deg", "longitude_deg"),
        running=darkness.running(periods, day),
        country=places.country_name(state.values["country"] or ""),
        kind_words=registry.get("facility").specs["kind"].words_for(state.values["kind"]),
        partnership_slug=next((s for s, p in queries.PARTNERSHIPS.items() if p == state.values["partnership"]), ""),
        sources=queries.sources_of(state.key),
        instruments=queries.instrument_rows(instruments[: queries.MOST_LISTED]),
        instruments_total=len(instruments),
        energies=figures.energy_figure(instruments[: queries.MOST_LISTED], _("Photon energies of the instruments")),
        upgrades=[(u, darkness.period_words(search_index.dark_period(u))) for u in upgrades],
        timeline=figures.dark_timeline([(state.values["short_name"] or state.key, state.key, upgrades)]),
        neighbours=queries.neighbours(state),
        map=figures.facility_map(here, _("Where it is"), close=True) if here else "",
        changes=queries.recent_changes(facility=state.key),
        jsonld=linked_data.script(jsonld.facility(state)),
    )


def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    """One instrument."""
    shown = object_pages.shown(request, "instrument", slug)
    if isinstance(shown, HttpResponse):
        return shown
    state = shown.state
    v = state.values
    tree = search_index.current().index.techniques
    techniques = [(t, tree.label(t)) for t in v["techniques"] if t in tree]
    facility_label = queries.facility_label(v["facility"])
    periods = search_index.current().dark.get(v["facility"], ())
    day = shown.on or queries.today()
    bar = energy.EnergyBar(v["name"], v["photon_energy_min_ev"], v["photon_energy_max_ev"], "#facts")
    return object_pages.page(
        request,
        shown,
        "catalogue/instrument.html",
        leave_out=("name", "full_name", "techniques", "facility", "status"),
        techniques=techniques,
        technique_fact=next((f for f in fact_views(registry.get("instrument"), state) if f.name == "techniques"), None),
        status_fact=next((f for f in fact_views(registry.get("instrument"), state) if f.name == "status"), None),
        facility_label=facility_label,
        running=darkness.running(periods, day),
        periods=[(p, darkness.period_words(p)) for p in periods],
        energies=energy.energy_svg([bar], title=_("Photon energy"), compact=True) if bar.minimum_ev or bar.maximum_ev else "",
        similar=queries.similar_instruments(state.key),
        jsonld=linked_data.script(jsonld.instrument(state, facility_label, techniques)),
    )


def techniques(request: HttpRequest) -> HttpResponse:
    """The technique tree."""
    # A thousand lines that change only with the record: put together once.
    kept = search_index.current().kept("technique tree")
    language = get_language()
    if language not in kept:
        items = {"items": queries.technique_tree(), "open": True}
        kept[language] = mark_safe(render_to_string("catalogue/techniques.html#branch", items))  # noqa: S308  a template's output
    return render(request, "catalogue/techniques.html", {"tree": kept[language]})


def technique(request: HttpRequest, panet_id: str) -> HttpResponse:
    """One technique."""
    shown = object_pages.shown(request, "technique", panet_id)
    if isinstance(shown, HttpResponse):
        return shown
    page = queries.technique_page(panet_id)
    most = max((n for _c, _l, n in page.countries), default=1)
    here = [r for r in queries.facility_rows(queries.facilities(), queries.today()) if r.facility.slug in page.facilities]
    points = [
        map_figure.MapPoint(
            r.facility.longitude_deg, r.facility.latitude_deg, r.facility.short_name, r.facility.kind,
            r.running.state is True, reverse("catalogue:facility", args=[r.facility.slug]), r.running.words, r.instruments,
        )
        for r in here
        if r.facility.longitude_deg is not None and r.facility.latitude_deg is not None
    ]  # fmt: skip
    shading = {places.country_numeric(code): n / most for code, _label, n in page.countries}
    return object_pages.page(
        request,
        shown,
        "catalogue/technique.html",
        leave_out=("label", "parents"),
        page=page,
        iri=jsonld.PANET + panet_id,
        map=map_figure.map_svg(points, title=_("Where in Europe"), shading=shading) if points else "",
        energies=figures.energy_figure([r.facts for r in page.rows[:40]], _("Photon energies")),
        jsonld=linked_data.script(jsonld.technique(shown.state, list(page.parents))),
    )


def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One photon source with its devices."""
    shown = object_pages.shown(request, "source", slug)
    if isinstance(shown, HttpResponse):
        return shown
    label = queries.facility_label(shown.state.values["facility"])
    return object_pages.page(
        request, shown, "catalogue/source.html", leave_out=("name", "facility"), facility_label=label,
        devices=queries.devices_of(shown.state.key), device_specs=registry.get("insertion_device").specs,
        jsonld=linked_data.script(jsonld.source(shown.state, label)),
    )  # fmt: skip


def insertion_device(request: HttpRequest, slug: str) -> HttpResponse:
    """One insertion device."""
    shown = object_pages.shown(request, "insertion_device", slug)
    if isinstance(shown, HttpResponse):
        return shown
    label = queries.label_of("source", shown.state.values["source"])
    return object_pages.page(
        request, shown, "catalogue/thing.html", leave_out=("name", "source"), parent_label=label,
        parent_url=object_url("source", shown.state.values["source"]),
        jsonld=linked_data.script(jsonld.device(shown.state, label)),
    )  # fmt: skip


def organisations(request: HttpRequest) -> HttpResponse:
    """All organisations."""
    return render(request, "catalogue/organisations.html", {"organisations": queries.organisations()})


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation."""
    shown = object_pages.shown(request, "organisation", slug)
    if isinstance(shown, HttpResponse):
        return shown
    return object_pages.page(
        request, shown, "catalogue/thing.html", leave_out=("name",), parent_label=_("Organisations"),
        parent_url=reverse("catalogue:organisations"),
        partnership_slug=slug if slug in queries.PARTNERSHIPS else "", jsonld=linked_data.script(jsonld.organisation(shown.state)),
    )  # fmt: skip


def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """One partnership: who is in it and where."""
    name = queries.PARTNERSHIPS.get(slug)
    if name is None:
        return error_page(
            request, status=404, title=_("Not found"), sentence=_("There is no such partnership in the record."),
            suggestions=[(n, reverse("catalogue:partnership", args=[s])) for s, n in queries.PARTNERSHIPS.items()],
        )  # fmt: skip
    rows = queries.facility_rows(queries.facilities(partnership=name), queries.today())
    context = {
        "name": name,
        "slug": slug,
        "rows": rows,
        "map": figures.facility_map(rows, name),
        "instruments": sum(r.instruments for r in rows),
        "countries": sorted({r.country for r in rows}),
        "organisation": record_queries.state("organisation", slug),
        "others": [(n, reverse("catalogue:partnership", args=[s])) for s, n in queries.PARTNERSHIPS.items() if s != slug],
        "today": queries.today(),
        "jsonld": linked_data.script(
            jsonld.partnership(slug, name, [(r.facility.slug, r.facility.name) for r in rows])
        ),
    }
    return render(request, "catalogue/partnership.html", context)


def timeline(request: HttpRequest) -> HttpResponse:
    """All dark periods of all facilities."""
    upgrades = queries.upgrades()
    lanes: dict[str, tuple[str, str, list[Any]]] = {}
    for u in upgrades:
        lanes.setdefault(u.facility.slug, (u.facility.short_name, u.facility.slug, []))[2].append(u)
    context = {
        "timeline": figures.dark_timeline(list(lanes.values())),
        "upgrades": [(u, darkness.period_words(search_index.dark_period(u))) for u in upgrades],
        "today": queries.today(),
    }
    return render(request, "catalogue/timeline.html", context)


def upgrade(request: HttpRequest, slug: str) -> HttpResponse:
    """One upgrade."""
    shown = object_pages.shown(request, "upgrade", slug)
    if isinstance(shown, HttpResponse):
        return shown
    label = queries.facility_label(shown.state.values["facility"])
    return object_pages.page(
        request, shown, "catalogue/thing.html", leave_out=("project", "facility"), parent_label=label,
        parent_url=object_url("facility", shown.state.values["facility"]),
        jsonld=linked_data.script(jsonld.upgrade(shown.state, label)),
    )  # fmt: skip
