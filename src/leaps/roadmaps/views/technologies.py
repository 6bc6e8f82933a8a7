"""Technologies by area, one technology, and the board of targets."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, object_pages, search_index
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.core import linked_data
from leaps.record.presentation import object_url
from leaps.roadmaps import (
    comparisons,
    figures,
    files,
    jsonld,
    milestone_queries,
    plan_queries,
    readiness,
    readiness_queries,
    rules,
    supply_queries,
    target_figures,
    technology_queries,
    traces,
)
from leaps.roadmaps.comparisons import Metric
from leaps.roadmaps.presence import is_told
from leaps.roadmaps.technology_queries import COURSES, TargetRow
from leaps.roadmaps.types import Area, TechnologyRole


def technologies(request: HttpRequest) -> HttpResponse:
    """All technologies by area, with what the record knows of each."""
    text = request.GET.get("q", "").strip()[:200]
    found = technology_queries.technologies(text)
    everything = technology_queries.technologies() if text else found
    context = {
        "text": text,
        "found": found,
        "sections": technology_queries.sections(found),
        "total": len(everything),
        "areas": len({row.area for row in everything}),
        "targets": sum(row.targets for row in everything),
        "with_targets": sum(bool(row.targets) for row in everything),
    }
    return render(request, "roadmaps/technologies.html", context)


def technologies_table(request: HttpRequest, form: str) -> HttpResponse:
    """The technologies found as a file."""
    found = technology_queries.technologies(request.GET.get("q", "").strip()[:200])
    address = request.build_absolute_uri(reverse("roadmaps:technologies"))
    return files.table(request, files.TECHNOLOGY, files.technology_records(found), _("technologies"), address, "technologies", form)


def technology(request: HttpRequest, slug: str) -> HttpResponse:
    """One technology: what it is to reach, who has it and who works on it, and what is not known."""
    shown = object_pages.shown(request, "technology", slug)
    if isinstance(shown, HttpResponse):
        return shown
    today = catalogue_queries.today()
    targets = technology_queries.targets(today, technology__slug=shown.state.key)
    stated = readiness_queries.statements(technology__slug=shown.state.key)
    level = readiness_queries.standing_of(stated)
    ladder = target_figures.ladder_words(level.claimed, level.evidenced)
    steps = [row for row in milestone_queries.milestones(today) if row.technology == shown.state.key]
    named = {row.upgrade for row in targets} | {row.upgrade for row in steps}
    upgrades = [upgrade for upgrade in milestone_queries.upgrades() if upgrade.slug in named]
    has, towards = technology_queries.facilities_of(shown.state.key, targets)
    title = board_finding(targets, today)
    return object_pages.page(
        request,
        shown,
        "roadmaps/technology.html",
        leave_out=("name", "description", "area"),
        area_words=str(Area(shown.state.values["area"]).label),
        sources=_sources(shown.state.provenance),
        targets=[(row, figures.way_words(row), figures.years_words(row), figures.standing_words(row)) for row in targets],
        title=title,
        figure=mark_safe(figures.targets_svg(targets, title=title)),  # noqa: S308  drawn here
        milestones=steps,
        upgrades=_with_words(upgrades),
        has=has,
        towards=towards,
        presence_is_told=is_told(shown.state.key) or bool(has),
        metrics=_drawn(targets, today),
        stated={role.value: [one for one in stated if one.role == role] for role in TechnologyRole},
        level=level,
        levels=readiness.LEVELS,
        ladder_words=ladder,
        ladder=mark_safe(target_figures.ladder_svg(stated, evidenced=level.evidenced, title=ladder)),  # noqa: S308  drawn here
        items=readiness_queries.items_of(request.user, shown.state.key),
        twice=next((one for one in traces.twice(request.user) if one.technology == shown.state.key), None),
        may_state=rules.states_anything(request.user),
        actions=plan_queries.actions(request.user, timezone.now(), technology__slug=shown.state.key),
        may_chair=rules.may_chair(request.user),
        purchases=[one for one in supply_queries.announced(request.user) + supply_queries.implied(today) if one.technology == shown.state.key],
        may_plan=rules.plans_anything(request.user),
        jsonld=linked_data.script(jsonld.technology(shown.state)),
    )


@dataclass(frozen=True, slots=True)
class DrawnMetric:
    """A metric with its trajectory, what the figure says, and where it is kept as a file."""

    metric: Metric
    title: str
    figure: SafeString
    query: str


def _drawn(rows: Sequence[TargetRow], today: dt.date) -> list[DrawnMetric]:
    """The metrics that tell more than one way from baseline to goal: shared by facilities, measured, or held against something."""
    found = []
    for metric in comparisons.metrics(rows):
        if len(metric.rows) > 1 or metric.is_measured or metric.references:
            title = target_figures.metric_words(metric)
            drawn = target_figures.trajectory_svg(metric, today, title=title)
            query = urlencode({"metric": metric.metric, "unit": metric.unit})
            found.append(DrawnMetric(metric, title, mark_safe(drawn), query))  # noqa: S308  drawn here
    return found


def trajectory_figure(request: HttpRequest, form: str) -> HttpResponse:
    """All targets of a metric over the years, as a picture."""
    wanted = {name: request.GET.get(name, "")[:120] for name in ("metric", "unit")}
    today = catalogue_queries.today()
    found = comparisons.metrics(technology_queries.targets(today, **wanted))
    address = request.build_absolute_uri(reverse("roadmaps:targets"))
    drawn = ""
    if found:
        title = target_figures.metric_words(found[0])
        drawn = target_figures.trajectory_svg(found[0], today, title=title, heading=title, footer=files.citation(_("technology targets"), address))
    return files.figure(request, drawn, "trajectory", form)


def _with_words(upgrades: Sequence[Upgrade]) -> list[tuple[Upgrade, str]]:
    return [(upgrade, darkness.period_words(search_index.dark_period(upgrade))) for upgrade in upgrades]


def _sources(provenance: dict[str, dict[str, str]]) -> tuple[str, bool]:
    """The address a technology was read at, and whether it is unverified."""
    told = provenance.get("description") or {}
    return told.get("source_url", ""), told.get("confidence") in (None, "known")


def board_finding(rows: Sequence[TargetRow], today: dt.date) -> str:
    """What the board of targets shows, in one sentence."""
    goals = [row for row in rows if row.is_goal and row.goal_value is not None]
    if not goals:
        return _("No goal on record")
    reached = sum(row.is_reached and row.measured is not None and row.measured.is_evidenced for row in goals)
    claimed = sum(row.is_reached for row in goals) - reached
    silent = sum(row.is_silent(today) for row in goals)
    said = _("%(n)d of %(all)d goals are reached with evidence on record") % {"n": reached, "all": len(goals)}
    if claimed:
        said += ", " + _("%(n)d more by a claim without evidence") % {"n": claimed}
    if silent:
        said += "; " + _("of %(n)d the year is over and no measurement is on record") % {"n": silent}
    return said


def _board(request: HttpRequest) -> tuple[list[TargetRow], dict[str, str]]:
    every = technology_queries.targets(catalogue_queries.today())
    chosen = {name: request.GET.get(name, "")[:120] for name in ("area", "facility")}
    return [row for row in every if all(not value or getattr(row, name) == value for name, value in chosen.items())], chosen


def targets(request: HttpRequest) -> HttpResponse:
    """The board: who aims at what, and who has reached it."""
    today = catalogue_queries.today()
    rows, chosen = _board(request)
    every = technology_queries.targets(today)
    title = board_finding(rows, today)
    drawn = _drawn(rows, today)
    context = {
        "rows": [(row, figures.way_words(row), figures.years_words(row), figures.standing_words(row), row.is_silent(today)) for row in rows],
        "reached": [row for row in rows if row.is_goal and row.is_reached],
        "claimed": [row for row in rows if row.measured is not None and not row.measured.is_evidenced],
        "title": title,
        "figure": mark_safe(figures.targets_svg(rows, title=title)),  # noqa: S308  drawn here
        "metrics": drawn,
        "shared": [one for one in drawn if len(one.metric.rows) > 1 or one.metric.stated],
        "may_state": rules.states_anything(request.user),
        "may_chair": rules.may_chair(request.user),
        "chosen": chosen,
        "query": request.GET.urlencode(),
        "areas": [(area.value, area.label) for area in Area if any(row.area == area for row in every)],
        "facilities": sorted({(row.facility, row.facility_name) for row in every if row.facility}, key=lambda pair: pair[1].casefold()),
    }
    return render(request, "roadmaps/targets.html", context)


def targets_figure(request: HttpRequest, form: str) -> HttpResponse:
    """The board as a picture."""
    rows, _chosen = _board(request)
    title = board_finding(rows, catalogue_queries.today())
    address = request.build_absolute_uri(reverse("roadmaps:targets"))
    drawn = figures.targets_svg(rows, title=title, heading=title, footer=files.citation(_("technology targets"), address))
    return files.figure(request, drawn, "targets", form)


def targets_table(request: HttpRequest, form: str) -> HttpResponse:
    """The board as a file."""
    rows, _chosen = _board(request)
    address = request.build_absolute_uri(reverse("roadmaps:targets"))
    return files.table(request, files.TARGET, files.target_records(rows), _("technology targets"), address, "targets", form)


def target(request: HttpRequest, slug: str) -> HttpResponse:
    """One target."""
    shown = object_pages.shown(request, "technology_target", slug)
    if isinstance(shown, HttpResponse):
        return shown
    today = catalogue_queries.today()
    row = next(iter(technology_queries.targets(today, slug=shown.state.key)), None)
    words = f"{figures.way_words(row)}, {figures.years_words(row)}" if row else ""
    siblings = technology_queries.targets(today, metric=shown.state.values["metric"], unit=shown.state.values["unit"]) if row else []
    metric = next(iter(comparisons.metrics(siblings)), None)
    title = target_figures.metric_words(metric) if metric else ""
    return object_pages.page(
        request,
        shown,
        "roadmaps/target.html",
        leave_out=("metric",),
        row=row,
        words=words,
        standing=figures.standing_words(row) if row else "",
        silent=row.is_silent(today) if row else False,
        figure=mark_safe(figures.targets_svg([row], title=words)) if row else "",  # noqa: S308  drawn here
        metric=metric,
        trajectory_title=title,
        trajectory=mark_safe(target_figures.trajectory_svg(metric, today, title=title)) if metric else "",  # noqa: S308  drawn here
        trajectory_query=urlencode({"metric": metric.metric, "unit": metric.unit}) if metric else "",
        measurements=[(one, target_figures.value_words(one, row.unit)) for one in reversed(row.measurements)] if row else [],
        course=COURSES.get(row.status, "") if row else "",
        may_state=rules.may_state(request.user, row.facility) or (not row.facility and rules.states_anything(request.user)) if row else False,
        may_chair=rules.may_chair(request.user),
        others=[(other, figures.way_words(other), figures.standing_words(other)) for other in siblings if other.slug != shown.state.key],
        parent_url=object_url("technology", shown.state.values["technology"]),
        jsonld=linked_data.script(jsonld.target(shown.state, row, words)),
    )
