"""Milestones as a timeline, a table, a calendar and a schedule."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import object_pages
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.core import linked_data
from leaps.record import queries as record_queries
from leaps.record.presentation import object_url
from leaps.roadmaps import (
    calendars,
    estimate_queries,
    figures,
    files,
    jsonld,
    milestone_queries,
    plan_queries,
    rules,
    schedules,
)
from leaps.roadmaps.milestone_queries import AHEAD, DONE, LATE, MilestoneRow

FILTERS = ("facility", "owner", "technology")
MOST_MONTHS = 120


def _found(request: HttpRequest) -> tuple[list[MilestoneRow], list[MilestoneRow], list[Upgrade], dict[str, str]]:
    """Every milestone, those the address asks for, the upgrades that go with them, and the filters."""
    every = milestone_queries.milestones(catalogue_queries.today())
    chosen = {name: request.GET.get(name, "")[:120] for name in FILTERS}
    rows = milestone_queries.filtered(every, chosen)
    named = {row.upgrade for row in rows}
    upgrades = [
        upgrade
        for upgrade in milestone_queries.upgrades()
        if upgrade.slug in named or (chosen["facility"] == upgrade.facility.slug and not chosen["technology"])
    ]
    return every, rows, upgrades, chosen


def finding(rows: list[MilestoneRow]) -> str:
    """How many are late, and which is next."""
    late = sum(row.standing == LATE for row in rows)
    coming = [row for row in rows if row.standing == AHEAD]
    said = _("No milestone is late") if not late else _("%(n)d of %(all)d milestones are late") % {"n": late, "all": len(rows)}
    if late == 1:
        said = _("One of %(all)d milestones is late") % {"all": len(rows)}
    if coming:
        said += "; " + _("next: %(title)s, %(when)s") % {"title": coming[0].title, "when": coming[0].due_words}
    return said


def milestones(request: HttpRequest) -> HttpResponse:
    """The timeline and the table, late ones first."""
    today = catalogue_queries.today()
    every, rows, upgrades, chosen = _found(request)
    title = finding(rows) if rows else _("No milestone is like that")
    context = {
        "rows": rows,
        "titles": {row.slug: row.title for row in every},
        "total": len(every),
        "late": [row for row in rows if row.standing == LATE],
        "title": title,
        "figure": mark_safe(figures.milestones_svg(rows, upgrades, today, title=title)),  # noqa: S308  drawn here
        "chosen": chosen,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "choices": milestone_queries.choices(every),
        "calendar": request.build_absolute_uri(reverse("roadmaps:calendar")),
    }
    return render(request, "roadmaps/milestones.html", context)


def milestones_figure(request: HttpRequest, form: str) -> HttpResponse:
    """The timeline as a picture."""
    _every, rows, upgrades, _chosen = _found(request)
    title = finding(rows)
    address = request.build_absolute_uri(reverse("roadmaps:milestones"))
    drawn = figures.milestones_svg(rows, upgrades, catalogue_queries.today(), title=title, heading=title, footer=files.citation(_("milestones"), address))
    return files.figure(request, drawn, "milestones", form)


def milestones_table(request: HttpRequest, form: str) -> HttpResponse:
    """The milestones as a file."""
    _every, rows, _upgrades, _chosen = _found(request)
    address = request.build_absolute_uri(reverse("roadmaps:milestones"))
    return files.table(request, files.MILESTONE, files.milestone_records(rows), _("milestones"), address, "milestones", form)


def calendar(request: HttpRequest) -> HttpResponse:
    """Milestones and dark periods for a calendar that follows this address."""
    _every, rows, upgrades, chosen = _found(request)
    if not any(chosen.values()):
        upgrades = milestone_queries.upgrades()
    latest = record_queries.changesets().first()
    content = calendars.calendar(
        rows, upgrades, name=_("LEAPS Commons: milestones and dark periods"), host=urlsplit(settings.BASE_URL).hostname or "localhost",
        stamp=latest.at if latest else timezone.now(), address=lambda kind, key: f"{settings.BASE_URL}{object_url(kind, key)}",
    )  # fmt: skip
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": 'inline; filename="milestones.ics"'})


def milestone(request: HttpRequest, slug: str) -> HttpResponse:
    """One milestone, what it waits for and what waits for it."""
    shown = object_pages.shown(request, "milestone", slug)
    if isinstance(shown, HttpResponse):
        return shown
    every = milestone_queries.milestones(catalogue_queries.today())
    row = next((one for one in every if one.slug == shown.state.key), None)
    estimate = estimate_queries.standing().get(shown.state.key)
    return object_pages.page(
        request,
        shown,
        "roadmaps/milestone.html",
        leave_out=("title", "depends_on"),
        row=row,
        before=[one for one in every if row and one.slug in row.depends_on],
        after=[one for one in every if shown.state.key in one.depends_on],
        actions=plan_queries.actions(request.user, timezone.now(), milestone__slug=shown.state.key),
        may_chair=rules.may_chair(request.user),
        estimate=estimate,
        estimate_side=estimate_queries.side_words(estimate.side) if estimate else "",
        may_estimate=row is not None and rules.may_estimate(request.user, row.facility),
        jsonld=linked_data.script(jsonld.milestone(shown.state, row)),
    )


def _slip(request: HttpRequest, known: dict[str, MilestoneRow]) -> tuple[dict[str, float], str, str]:
    """The slip that is tried: months by milestone, the months as typed, and a sentence when it cannot be."""
    slug, months = request.GET.get("slip", "")[:120], request.GET.get("months", "").strip()[:12]
    if not slug:
        return {}, months, ""
    if slug not in known or known[slug].is_done:
        return {}, months, _("Only a milestone that is still ahead can slip. Choose one from the list.")
    if not months.isdecimal() or not 1 <= int(months) <= MOST_MONTHS:
        return {}, months, _("The months must be a number from 1 to %(most)d.") % {"most": MOST_MONTHS}
    return {slug: float(months)}, months, ""


def schedule(request: HttpRequest) -> HttpResponse:
    """What waits for what, the critical path, and what follows when something slips."""
    today = catalogue_queries.today()
    every = milestone_queries.milestones(today)
    known = {row.slug: row for row in every}
    slips, months, refused = _slip(request, known)
    chains = schedules.chains(every, today, slips)
    ahead = [chain for chain in chains if not chain.is_over]
    moved = [step for chain in ahead for step in chain.steps if step.is_moved]
    title = (
        _("%(n)d milestones are to be expected later than their date") % {"n": len(moved)}
        if len(moved) != 1
        else _("One milestone is to be expected later than its date")
    )
    context = {
        "chains": ahead,
        "over": [chain for chain in chains if chain.is_over],
        "circles": [chain for chain in chains if chain.circle],
        "titles": {row.slug: row.title for row in every},
        "title": title,
        "figure": mark_safe(figures.schedule_svg(ahead, today, title=title)),  # noqa: S308  drawn here
        "choices": [(row.slug, row.title) for chain in ahead for row in chain.rows if not row.is_done],
        "slip": next(iter(slips), ""),
        "slipped": known[next(iter(slips))].title if slips else "",
        "months": months,
        "refused": refused,
        "done": DONE,
    }
    return render(request, "roadmaps/schedule.html", context, status=422 if refused else 200)
