"""The linking grids of a group's roadmap, scored blind and then discussed; what comes first by them; and its editions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.core.errors import DomainError, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.roadmaps import charting, files, roadmap_actions, roadmap_queries, rules
from leaps.roadmaps.charting import Chart, Grid, Scoring
from leaps.roadmaps.models import Roadmap, RoadmapEdition
from leaps.roadmaps.roadmap_forms import FreezeForm
from leaps.roadmaps.views.actions import into
from leaps.roadmaps.views.group_roadmaps import chart_files, common, found_or_404, reader_context
from leaps.roadmaps.views.roadmap_editor import field_words

RANK = ("technology", "rank", "rank_low", "rank_high", "score", "score_at_most", "first_share")


def _group(request: HttpRequest, slug: str) -> Roadmap:
    roadmap = found_or_404(request, slug)
    if rules.part_of(request.user, roadmap) is None:
        raise NotAllowed(_("The people of the group score its grids."))
    return roadmap


@login_required
def grids(request: HttpRequest, slug: str) -> HttpResponse:
    """Both grids: how far they are, and what comes first by them. Chairs take them a step on."""
    try:
        roadmap = _group(request, slug)
        if request.method == "POST":
            to = request.POST.get("to", "")
            if to in Scoring.values:
                roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring(to), actor=request.user, now=timezone.now())
            return redirect("roadmaps:grids", slug)
    except DomainError as error:
        return domain_error(request, error)
    words = {
        Scoring.CLOSED: _("Close again"), Scoring.BLIND: _("Open for blind scores"), Scoring.DISCUSSED: _("Show the spread and discuss"), Scoring.DONE: _("End the scoring"),
    }  # fmt: skip
    again = {Scoring.DONE: _("Discuss again")}
    now = Scoring(roadmap.scoring)
    context = {
        **common(request, roadmap),
        "grids": [(grid, roadmap_queries.grid_view(roadmap, grid, request.user)) for grid in Grid],
        "ranking": roadmap_queries.ranking(roadmap),
        "steps": [(to.value, again.get(now, words[to])) for to in roadmap_actions.NEXT[now]],
        "is_open": now in (Scoring.BLIND, Scoring.DISCUSSED),
        "is_shown": now in (Scoring.DISCUSSED, Scoring.DONE),
    }
    return render(request, "roadmaps/grids.html", context)


@login_required
def grid(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One grid to score."""
    try:
        roadmap = _group(request, slug)
    except DomainError as error:
        return domain_error(request, error)
    if name not in Grid.values:
        raise Http404(_("There is no such grid."))
    chosen, problems = Grid(name), []
    if request.method == "POST":
        try:
            changed = roadmap_actions.score(roadmap=roadmap, grid=chosen, scores=_scores(request), actor=request.user, now=timezone.now())
        except InvalidInput as error:
            problems = list(error.problems)
        except DomainError as error:
            return domain_error(request, error)
        else:
            messages.success(request, ngettext("Kept: %(n)d score changed.", "Kept: %(n)d scores changed.", changed) % {"n": changed})
            return redirect("roadmaps:grid", slug, name)
    view = roadmap_queries.grid_view(roadmap, chosen, request.user)
    context = {
        **common(request, roadmap), "grid": chosen, "view": view, "problems": problems,
        "rows": [(row, [(column, view.cells[row.key, column.key]) for column in view.columns]) for row in view.rows],
        "is_open": roadmap.scoring in (Scoring.BLIND, Scoring.DISCUSSED), "is_shown": roadmap.scoring in (Scoring.DISCUSSED, Scoring.DONE),
    }  # fmt: skip
    return render(request, "roadmaps/grid.html", context, status=422 if problems else 200)


def _scores(request: HttpRequest) -> dict[tuple[str, str], int | None]:
    found: dict[tuple[str, str], int | None] = {}
    for name in request.POST:
        value = request.POST.get(name, "")
        row, mark, column = name.removeprefix("s|").partition("|")
        if name.startswith("s|") and mark and len(found) < 10_000:
            found[row[:60], column[:60]] = int(value) if value.isascii() and value.isdigit() and len(value) < 3 else (None if value == "" else -1)
    return found


@login_required
def ranking_table(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """What comes first, as a file."""
    try:
        roadmap = _group(request, slug)
    except DomainError as error:
        return domain_error(request, error)
    rows = [
        dict(zip(RANK, (one.item.title, one.rank, one.low, one.high, round(one.score, 4), round(one.at_most, 4), round(one.first, 4)), strict=True))
        for one in roadmap_queries.ranking(roadmap)
    ]
    method = _("p_k = Σ_j (Σ_i w_i N_ij) C_jk of the mean scores; the range holds 90 % of 2 000 draws of the weights (Dirichlet); “at most” counts cells without a score as 3.")
    address = request.build_absolute_uri(reverse("roadmaps:grids", args=[slug]))
    return files.table(request, RANK, rows, _("priorities of “%(title)s”") % {"title": roadmap.title}, address, f"priorities-{slug}", form, method)


# -- editions ----------------------------------------------------------------------------------------


def editions(request: HttpRequest, slug: str) -> HttpResponse:
    """The editions of a roadmap; chairs freeze one more; two are compared."""
    roadmap = found_or_404(request, slug)
    form = FreezeForm(request.POST or None)
    if request.method == "POST":
        if not rules.may_lead_roadmap(request.user, roadmap):
            return domain_error(request, NotAllowed(_("Chairs of the group freeze editions.")))
        if form.is_valid():
            try:
                made = roadmap_actions.freeze(roadmap=roadmap, actor=request.user, now=timezone.now(), **form.cleaned_data)
            except InvalidInput as error:
                into(form, error)
            else:
                messages.success(request, _("Frozen. This edition stays as it is."))
                return redirect("roadmaps:roadmap-edition", slug, made.number)
    found = list(roadmap.editions.all())
    first, second = (_wanted(request, name) for name in ("from", "to"))
    compared = None
    if first is not None:
        before, after = _chart_of(roadmap, found, first), _chart_of(roadmap, found, second or 0)
        compared = charting.compare(before, after)
    context = {
        **common(request, roadmap), "form": form, "editions": found, "first": first, "second": second or 0, "compared": compared,
        "changed": [(one.item, [(field_words(name), old or _("nothing"), new or _("nothing")) for name, old, new in one.fields]) for one in compared.changed] if compared else [],
        "links_new": _told_links(compared.links_new, before, after) if compared else [],
        "links_gone": _told_links(compared.links_gone, before, after) if compared else [],
    }  # fmt: skip
    return render(request, "roadmaps/group_editions.html", context, status=422 if form.is_bound else 200)


def _wanted(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _chart_of(roadmap: Roadmap, editions: list[RoadmapEdition], number: int) -> Chart:
    if number == 0:
        return roadmap_queries.chart(roadmap)
    found = next((one for one in editions if one.number == number), None)
    if found is None:
        raise Http404(_("There is no such edition."))
    return Chart.read(found.content)


def _names(*charts: Chart) -> dict[str, str]:
    return {one.key: one.title for chart in charts for one in chart.items}


def _told_links(links: Any, *charts: Chart) -> list[str]:
    names = _names(*charts)
    return [f"{names.get(one.before, one.before)} {one.kind_words} {names.get(one.after, one.after)}" for one in links]


def _edition(request: HttpRequest, slug: str, number: int) -> tuple[Roadmap, RoadmapEdition]:
    roadmap = found_or_404(request, slug)
    found = roadmap.editions.filter(number=number).first()
    if found is None:
        raise Http404(_("There is no such edition."))
    return roadmap, found


def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A roadmap as it was frozen."""
    roadmap, found = _edition(request, slug, number)
    context = {**common(request, roadmap), **reader_context(Chart.read(found.content), slug, request.build_absolute_uri()), "edition": found}
    return render(request, "roadmaps/group_roadmap.html", context)


def edition_file(request: HttpRequest, slug: str, number: int, what: str, form: str) -> HttpResponse:
    """A frozen roadmap as a file."""
    _roadmap, found = _edition(request, slug, number)
    address = request.build_absolute_uri(reverse("roadmaps:roadmap-edition", args=[slug, number]))
    return chart_files(request, Chart.read(found.content), f"{slug}-{number}", what, form, address)
