"""Societal challenges: all of them by list, one with its chains, a need, and single steps."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.catalogue import object_pages
from leaps.catalogue import queries as catalogue_queries
from leaps.core import linked_data
from leaps.core.errors import NotAllowed
from leaps.core.views import error_page
from leaps.landscape import challenge_files, challenge_queries, evidence_queries, jsonld, rules, work_queries
from leaps.landscape.actions import adopting
from leaps.landscape.challenge_queries import DARK_FROM, DARK_UNTIL, GAPS, ChallengeRow
from leaps.landscape.figures import challenges as figures
from leaps.landscape.models import AdoptedWork, Work
from leaps.landscape.types import ChallengeList
from leaps.landscape.views.workflow import refusals
from leaps.record.presentation import object_url
from leaps.roadmaps import files

METHOD = "Coverage: weighted mean over the needs of the best route's strength (0 to 3, weakest step) times capacity (open instruments that fit, those that may fit counting half, of five). See the explanation of challenges in the documentation."


def _year(request: HttpRequest) -> int:
    asked, today = request.GET.get("year", "").strip(), catalogue_queries.today()
    return int(asked) if asked.isdecimal() and DARK_FROM <= int(asked[:5]) <= DARK_UNTIL else today.year


def _asked(request: HttpRequest) -> tuple[list[ChallengeRow], list[ChallengeRow], dict[str, str]]:
    """Every challenge, those asked for, and what was asked."""
    year = _year(request)
    every = challenge_queries.challenges(catalogue_queries.today(), year)
    scheme, gap = request.GET.get("list", ""), request.GET.get("gap", "")
    chosen = {
        "list": scheme if scheme in ChallengeList.values else "", "gap": gap if gap in GAPS else "", "q": request.GET.get("q", "").strip()[:200],
        "year": str(year) if year != catalogue_queries.today().year else "",
    }  # fmt: skip
    return every, challenge_queries.filtered(every, chosen["list"], chosen["gap"], chosen["q"]), chosen


def challenges(request: HttpRequest) -> HttpResponse:
    """All challenges by list, with their coverage and what is missing."""
    every, rows, chosen = _asked(request)
    steps = {(step.kind, step.key): step for row in every for step in row.steps}
    context = {
        "total": len(every), "linked": sum(bool(row.chains) for row in every), "steps": len(steps), "evidenced": sum(step.is_evidenced for step in steps.values()),
        "found": rows,
        "sections": [(code, str(label), [row for row in rows if row.scheme == code], figures.address(code)) for code, label in ChallengeList.choices],
        "may_state": rules.may_state(request.user), "lists": ChallengeList.choices, "gaps": [(code, challenge_queries.gap_words(code)) for code in GAPS], "chosen": chosen, "year": _year(request),
        "years": range(catalogue_queries.today().year, catalogue_queries.today().year + 11), "query": urlencode({name: value for name, value in chosen.items() if value}),
    }  # fmt: skip
    return render(request, "landscape/challenges.html", context)


def table(request: HttpRequest, form: str) -> HttpResponse:
    """The challenges asked for as a file."""
    _every, rows, _chosen = _asked(request)
    address = request.build_absolute_uri(reverse("landscape:challenges"))
    return files.table(request, challenge_files.CHALLENGE, challenge_files.challenge_records(rows, work_queries.counts()), _("societal challenges"), address, "challenges", form, METHOD)


def chains_table(request: HttpRequest, form: str) -> HttpResponse:
    """Every way from the challenges asked for to techniques, as a file."""
    _every, rows, _chosen = _asked(request)
    return _chains(request, rows, "challenge-chains", reverse("landscape:challenges"), form)


def _chains(request: HttpRequest, rows: Sequence[ChallengeRow], name: str, path: str, form: str) -> HttpResponse:
    address = request.build_absolute_uri(path)
    return files.table(request, challenge_files.CHAIN, challenge_files.chain_records(rows), _("chains from challenges to techniques"), address, name, form, METHOD)


def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """One challenge: its chains as a picture and a table, what is missing, and the instruments there are."""
    shown = object_pages.shown(request, "challenge", slug)
    if isinstance(shown, HttpResponse):
        return shown
    year = _year(request)
    every = challenge_queries.challenges(catalogue_queries.today(), year)
    row = next((one for one in every if one.key == shown.state.key), None)
    title = finding(row) if row else ""
    tags = work_queries.for_challenge(shown.state.key)
    sides = {side: work_queries.side_words(side) for side in {tag.side for tag in tags}}
    return object_pages.page(
        request, shown, "landscape/challenge.html", leave_out=("title", "scheme", "code", "description"),
        row=row, title=title, year=year, forms=("svg", "png", "pdf", "csv", "xlsx", "json"), years=range(catalogue_queries.today().year, catalogue_queries.today().year + 11), year_now=catalogue_queries.today().year,
        figure=mark_safe(figures.chain_svg(row, title=title)) if row else "",  # noqa: S308  drawn here
        scheme_words=str(ChallengeList(shown.state.values["scheme"]).label), sankey=figures.address(shown.state.values["scheme"]),
        tags=[(tag, sides[tag.side]) for tag in tags], may_state=rules.may_state(request.user),
        jsonld=linked_data.script(jsonld.term(shown.state, tags)),
    )  # fmt: skip


def finding(row: ChallengeRow) -> str:
    """What the chains of a challenge show, in one sentence."""
    if not row.chains:
        return _("No chain leads from here yet")
    return _("%(needs)d needs lead to %(techniques)d techniques at %(facilities)d light sources; %(shown)d of %(all)d steps have evidence") % {
        "needs": len(row.chains), "techniques": len(row.techniques), "facilities": len(row.facilities), "shown": row.evidenced, "all": len(row.steps),
    }  # fmt: skip


def chain_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The chains of one challenge as a picture or a table."""
    row = next((one for one in challenge_queries.challenges(catalogue_queries.today(), _year(request)) if one.key == slug), None)
    if row is None:
        return error_page(
            request, status=404, title=_("Not found"), sentence=_("The record has no challenge called “%(key)s”.") % {"key": slug[:80]},
            cure=_("It may have been removed, or the address has a slip of the pen."),
        )  # fmt: skip
    path = reverse("landscape:challenge", args=[slug])
    if form in ("csv", "xlsx", "json"):
        return _chains(request, [row], f"chain-{slug}", path, form)
    title = f"{row.title}: {finding(row)}"
    footer = _("Filled: shown by evidence; hollow and dashed: claimed.") + " " + files.citation(row.title, request.build_absolute_uri(path))
    return files.figure(request, figures.chain_svg(row, title=title, heading=title, footer=footer), f"chain-{slug}", form)


def need(request: HttpRequest, slug: str) -> HttpResponse:
    """One need: what leads to it, and what it leads to."""
    shown = object_pages.shown(request, "need", slug)
    if isinstance(shown, HttpResponse):
        return shown
    year = _year(request)
    every = challenge_queries.challenges(catalogue_queries.today(), year)
    node = next((one for one in challenge_queries.needs(catalogue_queries.today(), year) if one.key == shown.state.key), None)
    title = _("How the question leads to instruments")
    speaking = evidence_queries.for_need(shown.state.key)
    above = [(row, chain.step) for row in every for chain in row.chains if chain.need.key == shown.state.key]
    return object_pages.page(
        request, shown, "landscape/need.html", leave_out=("question",), node=node, above=above, title=title, year=year,
        speaking=[(one, False) for one in speaking], speaking_words=evidence_queries.count_words(speaking),
        figure=mark_safe(figures.need_svg(node, title=title)) if node else "",  # noqa: S308  drawn here
        jsonld=linked_data.script(jsonld.term(shown.state)),
    )  # fmt: skip


def observable(request: HttpRequest, slug: str) -> HttpResponse:
    """One observable of a need."""
    return _step(request, "observable", slug)


def challenge_need(request: HttpRequest, slug: str) -> HttpResponse:
    """The step from a challenge to a need."""
    return _step(request, "challenge_need", slug)


def observable_technique(request: HttpRequest, slug: str) -> HttpResponse:
    """The step from an observable to a technique, with what is required of it."""
    return _step(request, "observable_technique", slug)


def _step(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    shown = object_pages.shown(request, kind, slug)
    if isinstance(shown, HttpResponse):
        return shown
    values, taken = shown.state.values, evidence_queries.adopted(kind, shown.state.key)
    speaking = evidence_queries.for_step(kind, shown.state.key)
    used = {values["evidence_url"], *(one.work.address for one in taken)}
    more: dict[str, Any] = {
        "claimed": not values["evidence_url"], "beside": taken, "may_adopt": rules.may_adopt(request.user) and not shown.on,
        "speaking": [(one, one.work.address in used) for one in speaking], "speaking_words": evidence_queries.count_words(speaking),
    }  # fmt: skip
    return object_pages.page(request, shown, "landscape/step.html", jsonld=linked_data.script(jsonld.term(shown.state)), **more)


@login_required
@require_POST
@refusals
def adopt(request: HttpRequest) -> HttpResponse:
    """Take a work as evidence of a step, or no longer."""
    kind, key, number = request.POST.get("kind", "")[:40], request.POST.get("key", "")[:120], request.POST.get("work", "")
    pk = int(number) if number.isdigit() and len(number) < 12 else 0
    if not rules.may_adopt(request.user):
        raise NotAllowed(_("Who edits the steps of chains takes works as their evidence: the office."))
    if "drop" in request.POST:
        taken = AdoptedWork.objects.filter(kind=kind, key=key, work_id=pk).select_related("work").first()
        if taken is None:
            raise Http404(_("This work is not evidence of the step."))
        adopting.drop(adopted=taken, actor=request.user, now=timezone.now())
        messages.info(request, _("The work is no longer evidence of the step."))
    else:
        work = Work.objects.filter(pk=pk).first()
        if work is None:
            raise Http404(_("There is no such work."))
        is_first = adopting.adopt(kind=kind, key=key, work=work, actor=request.user, now=timezone.now())
        messages.success(request, _("The record names the work as evidence of the step.") if is_first else _("The work stands beside the evidence of the record."))
    return redirect(object_url(kind, key))
