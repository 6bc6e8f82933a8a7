"""How late may it be: estimates of milestones, what follows from them, and how earlier forecasts turned out."""

import math
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.record.specs import readable_number
from leaps.roadmaps import (
    chance_figures,
    chances,
    estimate_actions,
    estimate_files,
    estimate_queries,
    files,
    milestone_queries,
    rules,
    schedules,
    slip_history,
)
from leaps.roadmaps.chances import Chances, Stretch
from leaps.roadmaps.estimate_forms import EstimateForm
from leaps.roadmaps.models import DurationEstimate, Milestone
from leaps.roadmaps.schedules import Chain
from leaps.roadmaps.views.actions import into

SPREAD = 1.2815515594  # the normal score that one draw in ten exceeds


def _chain(slug: str) -> Chain:
    today = catalogue_queries.today()
    for chain in schedules.chains(milestone_queries.milestones(today), today):
        if any(row.slug == slug for row in chain.rows):
            return chain
    raise Http404(_("No chain of milestones holds this one: nothing waits for it, and it waits for nothing."))


def stretch_of(request: HttpRequest) -> tuple[Stretch | None, dict[str, str], str]:
    """The factor on planned lengths that is tried, what was typed, and a sentence when it cannot be."""
    typed = {name: request.GET.get(name, "").strip()[:12] for name in ("factor", "median", "tenth")}
    if typed["factor"] == chances.LEARNED:
        learned = slip_history.slip(slip_history.history())
        if learned is None:
            return None, typed, _("Too few upgrades are on record with a planned and an actual length to learn from.")
        return Stretch(learned.log_mean, learned.log_sigma, chances.LEARNED, learned.n), typed, ""
    if typed["factor"] != chances.ASSUMED:
        return None, typed, ""
    try:
        median, tenth = float(typed["median"]), float(typed["tenth"])
    except ValueError:
        return None, typed, _("The factors must be numbers, such as 1.1 and 1.4.")
    if not 0.5 <= median <= tenth <= 5:
        return None, typed, _("The factors must lie between 0.5 and 5, the second not below the first.")
    return Stretch(math.log(median), math.log(tenth / median) / SPREAD, chances.ASSUMED), typed, ""


def _drawn(request: HttpRequest, slug: str) -> tuple[Chain, Chances | None, dict[str, str], str, Stretch | None]:
    chain = _chain(slug)
    stretch, typed, refused = stretch_of(request)
    found = None if chain.circle else chances.chances(chain.rows, estimate_queries.standing(), catalogue_queries.today(), stretch)
    return chain, found, typed, refused, stretch


def finding(found: Chances) -> str:
    """When the chain ends, in one sentence."""
    last = next(one for one in found.rows if one.row.slug == found.last)
    told = {"title": last.row.title, "a": chance_figures.month_words(last.p50), "b": chance_figures.month_words(last.p80), "c": chance_figures.month_words(last.p95)}
    if last.is_certain:
        return _("%(title)s: %(a)s, with nothing uncertain told") % told
    return _("%(title)s: as likely before as after %(a)s; by %(b)s in 80, by %(c)s in 95 of 100 draws") % told


def _may_keep(request: HttpRequest, chain: Chain) -> bool:
    return any(rules.may_estimate(request.user, row.facility) for row in chain.rows if not row.is_done)


def chain(request: HttpRequest, slug: str) -> HttpResponse:
    """The draws of the chain that holds a milestone: dates with their chances, what drives them, what they rest on."""
    held, found, typed, refused, stretch = _drawn(request, slug)
    past = slip_history.history()
    is_uncertain = found is not None and any(not one.is_certain for one in found.rows)
    title = finding(found) if found else ""
    context = {
        "chain": held, "slug": slug, "found": found, "is_uncertain": is_uncertain, "title": title, "refused": refused, "typed": typed, "stretch": stretch,
        "figure": mark_safe(chance_figures.chances_svg(found, title=title)) if found and is_uncertain else "",  # noqa: S308  drawn here
        "past": past, "learned": slip_history.slip(past), "enough": slip_history.ENOUGH, "draws": readable_number(chances.DRAWS),
        "estimates": [_told(one.estimate) for one in found.rows if one.estimate] if found else [],
        "mine": {row.slug for row in held.rows if not row.is_done and rules.may_estimate(request.user, row.facility)},
        "may_keep": is_uncertain and _may_keep(request, held), "query": urlencode({name: value for name, value in typed.items() if value}),
    }  # fmt: skip
    return render(request, "roadmaps/chances.html", context, status=422 if refused else 200)


def _told(one: DurationEstimate) -> dict[str, Any]:
    return {"one": one, "side": estimate_queries.side_words(one.side), "share": 100 * one.share, "probability": 100 * one.risk_probability}


def table(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The chances as a file."""
    held, found, _typed, refused, stretch = _drawn(request, slug)
    if found is None or refused:
        raise Http404(refused or _("Nothing of this chain can be drawn."))
    address = request.build_absolute_uri(reverse("roadmaps:chances", args=[slug]))
    method = _("Beta-PERT draws by Latin hypercube, %(n)d of them, the same every time; estimates are what people have stated, not facts.") % {"n": chances.DRAWS}
    if stretch is not None:
        method += " " + _("Planned lengths times a log-normal factor, median %(median).2f (%(source)s).") % {"median": stretch.median, "source": stretch.source}
    return files.table(request, estimate_files.CHANCE, estimate_files.chance_records(found), _("chances of %(chain)s") % {"chain": held.title}, address, "chances", form, method)


def figure(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The chances as a picture."""
    held, found, *_rest = _drawn(request, slug)
    title = finding(found) if found else ""
    address = request.build_absolute_uri(reverse("roadmaps:chances", args=[slug]))
    footer = files.citation(_("chances of %(chain)s") % {"chain": held.title}, address)
    drawn = chance_figures.chances_svg(found, title=title, heading=title, footer=footer) if found and any(not one.is_certain for one in found.rows) else ""
    return files.figure(request, drawn, "chances", form)


@login_required
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what is forecast today from the stated estimates, without any tried factor."""
    held = _chain(slug)
    if request.method != "POST":
        return redirect("roadmaps:chances", slug)
    if not _may_keep(request, held):
        return domain_error(request, NotAllowed(_("Only editors and directors of the facility, group chairs and the office keep its forecasts.")))
    found = None if held.circle else chances.chances(held.rows, estimate_queries.standing(), catalogue_queries.today())
    new = estimate_actions.keep(found=found, actor=request.user, now=timezone.now()) if found else 0
    if new:
        messages.success(request, _("Kept: %(n)d forecasts. They are scored when their milestones have happened.") % {"n": new})
    else:
        messages.warning(request, _("Nothing new to keep: each milestone has one forecast a day, and only where something uncertain is told."))
    return redirect("roadmaps:forecasts")


def _ahead(slug: str) -> Milestone:
    return get_object_or_404(Milestone.objects.select_related("facility"), slug=slug)


def estimate(request: HttpRequest, slug: str) -> HttpResponse:
    """How long the work towards a milestone takes, as stated, version by version; who may state another does so here."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    held = _ahead(slug)
    versions = estimate_queries.versions(slug)
    base = versions[0].version if versions else 0
    may = rules.may_estimate(request.user, held.facility.slug if held.facility else "")
    is_done = held.status == "done"
    if request.method != "POST":
        return _estimate(request, held, versions, _form(versions, base) if may and not is_done else None)
    if not may:
        return domain_error(request, NotAllowed(_("Only editors and directors of the facility, group chairs and the office state how long this takes.")))
    form = EstimateForm(request.POST)
    if not form.is_valid():
        return _estimate(request, held, versions, form, 422)
    try:
        estimate_actions.state(milestone=held, base=form.cleaned_data["base"] or 0, values=form.values(), actor=request.user, now=timezone.now())
    except InvalidInput as error:
        into(form, error)
    except estimate_actions.Overtaken as error:
        versions = estimate_queries.versions(slug)
        sent = request.POST.copy()
        sent["base"] = str(versions[0].version)
        form = EstimateForm(sent)
        return _estimate(request, held, versions, form, 409, conflict=str(error))
    else:
        messages.success(request, _("The estimate is kept."))
        return redirect("roadmaps:estimate", slug)
    return _estimate(request, held, versions, form, 422)


def _form(versions: list[DurationEstimate], base: int) -> EstimateForm:
    initial: dict[str, Any] = {"base": base}
    if versions:
        last = versions[0]
        initial |= {name: getattr(last, name) for name in ("low", "mode", "high", "basis", "supplier", "risk")}
        initial |= {"share": 100 * last.share or None, "risk_probability": 100 * last.risk_probability or None}
        initial |= {name: getattr(last, name) or None for name in ("risk_low", "risk_mode", "risk_high")}
    return EstimateForm(initial=initial)


def _estimate(
    request: HttpRequest, held: Milestone, versions: list[DurationEstimate], form: EstimateForm | None, status: int = 200, conflict: str = ""
) -> HttpResponse:
    row = next((one for one in milestone_queries.milestones(catalogue_queries.today()) if one.slug == held.slug), None)
    context = {
        "milestone": held, "row": row, "form": form, "conflict": conflict, "versions": [_told(one) for one in versions],
        "standing": _told(versions[0]) if versions and not versions[0].is_withdrawn else None, "is_done": held.status == "done",
        "may": rules.may_estimate(request.user, held.facility.slug if held.facility else ""), "can_restore": bool(versions) and versions[0].is_withdrawn,
        "is_in_chain": any(one.slug == held.slug for chain in schedules.chains(milestone_queries.milestones(catalogue_queries.today()), catalogue_queries.today()) for one in chain.rows),
    }  # fmt: skip
    return render(request, "roadmaps/estimate.html", context, status=status)


@login_required
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the estimate back, or let it stand again."""
    held = _ahead(slug)
    if request.method != "POST":
        return redirect("roadmaps:estimate", slug)
    restore = bool(request.POST.get("restore"))
    try:
        estimate_actions.take_back(milestone=held, actor=request.user, now=timezone.now(), restore=restore)
    except (NotAllowed, estimate_actions.Overtaken) as error:
        return domain_error(request, error)
    messages.success(request, _("It stands again.") if restore else _("Taken back. You can let it stand again on this page."))
    return redirect("roadmaps:estimate", slug)


def forecasts(request: HttpRequest) -> HttpResponse:
    """What was forecast, what happened, and how honest each group's forecasts were."""
    rows = estimate_queries.forecast_rows(milestone_queries.milestones(catalogue_queries.today()))
    scored = [row for row in rows if row.actual is not None]
    context = {"scored": scored, "waiting": [row for row in rows if row.actual is None], "groups": estimate_queries.by_group(rows)}
    return render(request, "roadmaps/forecasts.html", context)


def forecasts_table(request: HttpRequest, form: str) -> HttpResponse:
    """Forecasts and their scores as a file."""
    rows = estimate_queries.forecast_rows(milestone_queries.milestones(catalogue_queries.today()))
    address = request.build_absolute_uri(reverse("roadmaps:forecasts"))
    method = _("CRPS in months from the 1st to 99th percentile; Brier score of the chance that the date public then is kept. An actual date known to the month or year counts to its last day.")
    return files.table(request, estimate_files.FORECAST, estimate_files.forecast_records(rows), _("forecasts"), address, "forecasts", form, method)
