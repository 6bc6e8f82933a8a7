"""Measurements, benchmarks and statements of readiness: one of each on a page, forms to state them, and all as files."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leaps.catalogue import object_pages
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Facility
from leaps.core import linked_data
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.record.presentation import object_url
from leaps.roadmaps import (
    comparisons,
    files,
    jsonld,
    readiness,
    readiness_queries,
    rules,
    statement_actions,
    target_figures,
    technology_queries,
)
from leaps.roadmaps.models import TechnologyMeasurement, TechnologyTarget
from leaps.roadmaps.statement_actions import BENCHMARK, MEASUREMENT, READINESS
from leaps.roadmaps.statement_forms import BenchmarkForm, MeasurementForm, ReadinessForm
from leaps.roadmaps.views.actions import into

# -- one of each ------------------------------------------------------------------------------------


def measurement(request: HttpRequest, slug: str) -> HttpResponse:
    """One measurement, with the target it is of."""
    shown = object_pages.shown(request, MEASUREMENT, slug)
    if isinstance(shown, HttpResponse):
        return shown
    found = TechnologyMeasurement.objects.select_related("facility").filter(slug=shown.state.key).first()
    one = technology_queries.measured_of(found) if found else None
    targets = technology_queries.targets(catalogue_queries.today(), slug=shown.state.values["target"])
    row = targets[0] if targets else None
    unit = row.unit if row else ""
    title = f"{row.about}: {row.metric}" if row else shown.state.key
    return object_pages.page(
        request, shown, "roadmaps/measurement.html", one=one, row=row, page_title=title,
        words=target_figures.value_words(one, unit) if one else "", jsonld=linked_data.script(jsonld.measurement(shown.state, title, unit)),
    )  # fmt: skip


def benchmark(request: HttpRequest, slug: str) -> HttpResponse:
    """One value that others are held against."""
    shown = object_pages.shown(request, BENCHMARK, slug)
    if isinstance(shown, HttpResponse):
        return shown
    one = next((one for found in comparisons.benchmarks(slug=shown.state.key).values() for one in found), None)
    return object_pages.page(
        request, shown, "roadmaps/benchmark.html", one=one, parent_url=object_url("technology", shown.state.values["technology"]),
        jsonld=linked_data.script(jsonld.benchmark(shown.state)),
    )  # fmt: skip


def readiness_of(request: HttpRequest, slug: str) -> HttpResponse:
    """One statement of readiness."""
    shown = object_pages.shown(request, READINESS, slug)
    if isinstance(shown, HttpResponse):
        return shown
    one = next(iter(readiness_queries.statements(slug=shown.state.key)), None)
    level = next((level for level in readiness.LEVELS if level.number == shown.state.values["trl"]), None)
    title = f"{one.who}: {one.technology_name}" if one else shown.state.key
    return object_pages.page(
        request, shown, "roadmaps/readiness.html", one=one, level=level, page_title=title,
        parent_url=object_url("technology", shown.state.values["technology"]), jsonld=linked_data.script(jsonld.readiness(shown.state, title)),
    )  # fmt: skip


# -- stating them -----------------------------------------------------------------------------------


@login_required
def new_measurement(request: HttpRequest) -> HttpResponse:
    """State what was measured."""
    if not rules.states_anything(request.user):
        return domain_error(request, NotAllowed(_("Only editors and directors of a facility, group chairs and the office state what was measured.")))
    facilities = _facilities(request.user)
    first = None if rules.may_chair(request.user) else facilities.first()
    form = MeasurementForm(
        request.POST or None, targets=_targets(request.user), facilities=facilities,
        initial={"target": request.GET.get("target", "")[:120], "facility": first.slug if first else ""},
    )  # fmt: skip
    words = _("What was really reached, with how sure it is and where that can be read. It stands on the board at once, with your name in its history.")
    return _stated(request, form, MEASUREMENT, _values, _("State a measurement"), words, (reverse("roadmaps:targets"), _("Target board")))


@login_required
def new_benchmark(request: HttpRequest) -> HttpResponse:
    """State a world best or a limit."""
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Only group chairs and the office state what all facilities are held against.")))
    named = TechnologyTarget.objects.order_by("metric", "unit").values_list("metric", "unit").distinct()
    metrics = [(f"{metric} | {unit}", f"{metric} ({unit})") for metric, unit in named]
    form = BenchmarkForm(
        request.POST or None, metrics=metrics,
        initial={"technology": request.GET.get("technology", "")[:120], "metric": request.GET.get("metric", "")[:200]},
    )  # fmt: skip

    def values(data: Mapping[str, Any]) -> dict[str, Any]:
        metric, _bar, unit = str(data["metric"]).rpartition(" | ")
        return _values(data) | {"metric": metric, "unit": unit}

    words = _("The best that anybody in the world has reached, or what physics allows. All targets of the metric are shown against it.")
    return _stated(request, form, BENCHMARK, values, _("State a world best or a limit"), words, (reverse("roadmaps:targets"), _("Target board")))


@login_required
def new_readiness(request: HttpRequest) -> HttpResponse:
    """State who needs, has or develops a technology."""
    if not rules.states_anything(request.user):
        return domain_error(request, NotAllowed(_("Only editors and directors of a facility, group chairs and the office state how ready a technology is.")))
    facilities = _facilities(request.user)
    for_all = rules.may_chair(request.user)
    first = None if for_all else facilities.first()
    form = ReadinessForm(
        request.POST or None, facilities=facilities, may_speak_for_all=for_all,
        levels=[(str(level.number), f"{level.number}: {level.title}, {level.evidence}") for level in readiness.LEVELS],
        initial={"technology": request.GET.get("technology", "")[:120], "facility": first.slug if first else "", "stated_on": str(catalogue_queries.today().year)},
    )  # fmt: skip

    def values(data: Mapping[str, Any]) -> dict[str, Any]:
        return _values(data) | {"trl": int(data["trl"]) if data["trl"] else None}

    words = _("Whether a facility needs, has or develops a technology, and how ready it calls it. What it claims and what is shown are kept apart.")
    return _stated(request, form, READINESS, values, _("State who needs, has or develops it"), words, (reverse("roadmaps:technologies"), _("Technologies")))


def _facilities(person: object) -> Any:
    found = Facility.objects.order_by("short_name")
    if rules.may_chair(person):
        return found
    return found.filter(slug__in=[slug for slug in rules.facilities_of(person) if rules.may_state(person, slug)])


def _targets(person: object) -> list[tuple[str, str]]:
    """The targets a person may state measurements of: of the own facilities and of none in particular; chairs, all."""
    rows = technology_queries.targets(catalogue_queries.today())
    may = [row for row in rows if not row.facility or rules.may_state(person, row.facility)]
    return sorted(((row.slug, f"{row.about}: {row.metric} ({row.unit})") for row in may), key=lambda pair: pair[1].casefold())


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a form gave, with entries of the record by their key."""
    return {name: getattr(value, "slug", value) for name, value in data.items() if name != "evidence"}


def _stated(
    request: HttpRequest, form: Any, kind: str, values: Callable[[Mapping[str, Any]], dict[str, Any]], title: str, words: str, up: tuple[str, str]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            key = statement_actions.state(
                kind=kind, values=values(form.cleaned_data), evidence=form.cleaned_data["evidence"], actor=request.user, now=timezone.now()
            )
        except InvalidInput as error:
            into(form, error)
        except NotAllowed as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("Written down. You can change or withdraw it here.") if form.cleaned_data["evidence"] else _("Written down as a claim without evidence. You can add the evidence, or withdraw it, here."))
            return redirect(object_url(kind, key))
    context = {"form": form, "page_title": title, "words": words, "up": up, "levels": readiness.LEVELS if kind == READINESS else ()}
    return render(request, "roadmaps/state.html", context, status=422 if form.is_bound else 200)


# -- files ------------------------------------------------------------------------------------------


def measurements_table(request: HttpRequest, form: str) -> HttpResponse:
    """Every value that was reached, as a file."""
    chosen = {name: request.GET.get(name, "")[:120] for name in ("area", "facility", "technology", "metric")}
    rows = [row for row in technology_queries.targets(catalogue_queries.today()) if all(not value or getattr(row, name) == value for name, value in chosen.items())]
    address = request.build_absolute_uri(reverse("roadmaps:targets"))
    method = _("Values that were reached, as their sources give them; share, its uncertainty and what should be reached are computed.")
    return files.table(request, files.MEASUREMENT, files.measurement_records(rows), _("technology measurements"), address, "measurements", form, method)


def benchmarks_table(request: HttpRequest, form: str) -> HttpResponse:
    """What values can be held against, stated and computed, as a file."""
    found = comparisons.metrics(technology_queries.targets(catalogue_queries.today()))
    address = request.build_absolute_uri(reverse("roadmaps:targets"))
    method = _("World bests and physical limits as their sources give them; the best on record and diffraction limits are computed and called so.")
    return files.table(request, files.BENCHMARK, files.benchmark_records(found), _("technology benchmarks"), address, "benchmarks", form, method)


def readiness_table(request: HttpRequest, form: str) -> HttpResponse:
    """Who needs, has and develops what, as a file."""
    technology = request.GET.get("technology", "")[:120]
    rows = readiness_queries.statements(**({"technology__slug": technology} if technology else {}))
    address = request.build_absolute_uri(reverse("roadmaps:technologies"))
    method = _("Levels are claims of those who state them; evidenced says whether an address or a person of the facility stands behind one.")
    return files.table(request, files.READINESS, files.readiness_records(rows), _("technology readiness"), address, "readiness", form, method)
