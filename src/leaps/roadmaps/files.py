"""Technologies, targets, milestones and roadmaps as files, with how to cite them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, search_index
from leaps.catalogue import queries as catalogue_queries
from leaps.core.figures import svg
from leaps.core.views import domain_error, error_page
from leaps.indicators import exports
from leaps.record import queries as record_queries
from leaps.record.types import Provenance
from leaps.roadmaps import figures
from leaps.roadmaps.comparisons import Metric
from leaps.roadmaps.figures import Sheet
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.plan_queries import ActionRow
from leaps.roadmaps.readiness_queries import Statement
from leaps.roadmaps.technology_queries import TargetRow, TechnologyRow

TECHNOLOGY = ("slug", "name", "area", "description", "targets", "milestones", "confidence", "source_url")
TARGET = (
    "slug", "technology", "technology_name", "area", "facility", "facility_name", "upgrade", "metric", "unit", "nature", "baseline_year",
    "baseline_value", "goal_year", "goal_value", "measurements", "measured_on", "measured_value", "measured_sigma", "measured_confidence", "measured_source_url",
    "share", "share_sigma", "share_expected", "logarithmic", "status", "note", "confidence", "source_url",
)  # fmt: skip
MEASUREMENT = (
    "slug", "target", "technology", "facility", "metric", "unit", "measured_on", "value", "sigma", "of_source", "evidenced", "share", "share_sigma", "synthetic",
    "note", "confidence", "source_url", "vouched_by",
)  # fmt: skip
BENCHMARK = (
    "slug", "metric", "unit", "kind", "value", "year", "holder", "computed", "evidenced", "synthetic", "note", "confidence", "source_url",
)
READINESS = (
    "slug", "technology", "technology_name", "role", "facility", "organisation", "who", "trl_claimed", "stated_on", "evidenced", "synthetic", "note",
    "confidence", "source_url", "vouched_by",
)  # fmt: skip
MILESTONE = (
    "slug", "title", "technology", "facility", "owner", "upgrade", "due", "status", "standing", "depends_on", "note", "confidence", "source_url",
)  # fmt: skip
ACTION = (
    "number", "title", "area", "status", "priority", "owner", "due", "next_step", "overdue", "stale", "blocker", "evidence", "why", "milestone", "technology",
    "meeting", "updated_on", "synthetic",
)  # fmt: skip
LINE = ("layer", "of", "what", "from", "to", "state", "note", "confidence", "source_url")


def technology_records(rows: Sequence[TechnologyRow]) -> list[dict[str, Any]]:
    """Technologies as they stand in files."""
    return [
        {
            "slug": row.slug, "name": row.name, "area": row.area, "description": row.description, "targets": row.targets,
            "milestones": row.milestones, "confidence": row.provenance.confidence, "source_url": row.provenance.source_url or None,
        }
        for row in rows
    ]  # fmt: skip


def target_records(rows: Sequence[TargetRow]) -> list[dict[str, Any]]:
    """Targets as they stand in files; a measurement with what it rests on."""
    found = []
    for row in rows:
        now = row.measured
        record = {name: getattr(row, name, None) for name in TARGET}
        record |= {
            "measurements": len(row.measurements), "measured_on": now.on if now else None, "measured_value": now.value if now else None,
            "measured_sigma": now.sigma if now else None, "measured_confidence": now.provenance.confidence if now else None,
            "measured_source_url": now.provenance.source_url if now else None,
            "share": row.share, "share_sigma": row.sigma, "share_expected": row.should, "logarithmic": "yes" if row.is_logarithmic else None,
        }  # fmt: skip
        found.append({name: None if value == "" else value for name, value in record.items()})
    return found


def measurement_records(rows: Sequence[TargetRow]) -> list[dict[str, Any]]:
    """Every value that was reached; share and its uncertainty stand beside the latest, which progress is that of."""
    found = []
    for row in rows:
        for one in row.measurements:
            is_last = one is row.measured
            found.append({
                "slug": one.slug or None, "target": row.slug, "technology": row.technology, "facility": one.facility or None, "metric": row.metric, "unit": row.unit,
                "measured_on": one.on or None, "value": one.value, "sigma": one.sigma, "of_source": one.source or None, "evidenced": "yes" if one.is_evidenced else "no",
                "share": row.share if is_last else None, "share_sigma": row.sigma if is_last else None, "synthetic": "synthetic" if one.is_synthetic else None,
                "note": one.note or None, **_standing_of(one.provenance), "vouched_by": one.provenance.vouched_by or None,
            })  # fmt: skip
    return found


def benchmark_records(metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    """What values can be held against, by metric."""
    return [
        {
            "slug": one.slug or None, "metric": metric.metric, "unit": metric.unit, "kind": one.kind, "value": one.value, "year": one.year, "holder": one.holder or None,
            "computed": "yes" if one.is_computed else "no", "evidenced": "yes" if one.is_evidenced else "no", "synthetic": "synthetic" if one.is_synthetic else None,
            "note": one.note or None, **({"confidence": None, "source_url": None} if one.is_computed else _standing_of(one.provenance)),
        }
        for metric in metrics
        for one in metric.references
    ]  # fmt: skip


def readiness_records(rows: Sequence[Statement]) -> list[dict[str, Any]]:
    """Who needs, has and develops what, and what stands behind the level."""
    return [
        {
            "slug": row.slug, "technology": row.technology, "technology_name": row.technology_name, "role": row.role, "facility": row.facility or None,
            "organisation": row.organisation or None, "who": row.who, "trl_claimed": row.trl, "stated_on": row.on, "evidenced": "yes" if row.is_evidenced else "no",
            "synthetic": "synthetic" if row.is_synthetic else None, "note": row.note or None, **_standing_of(row.provenance),
            "vouched_by": row.provenance.vouched_by or None,
        }
        for row in rows
    ]  # fmt: skip


def _standing_of(told: Provenance) -> dict[str, Any]:
    return {"confidence": told.confidence, "source_url": told.source_url or None}


def milestone_records(rows: Sequence[MilestoneRow]) -> list[dict[str, Any]]:
    """Milestones as they stand in files."""
    found = []
    for row in rows:
        record = {name: getattr(row, name, None) for name in MILESTONE}
        record |= {"depends_on": ";".join(row.depends_on), "confidence": row.provenance.confidence, "source_url": row.provenance.source_url}
        found.append({name: record[name] or None for name in MILESTONE})
    return found


def action_records(rows: Sequence[ActionRow]) -> list[dict[str, Any]]:
    """Actions as they stand in files."""
    found = []
    for row in rows:
        one = row.action
        record: dict[str, Any] = {name: getattr(one, name, None) for name in ("title", "area", "status", "priority", "next_step", "blocker", "evidence", "why")}
        record |= {
            "number": one.pk, "owner": row.owner_words, "due": one.due.isoformat(), "overdue": "yes" if row.is_overdue else None,
            "stale": "yes" if row.is_stale else None, "milestone": one.milestone.slug if one.milestone else None,
            "technology": one.technology.slug if one.technology else None, "meeting": one.meeting.title if one.meeting else None,
            "updated_on": one.updated_at.date().isoformat(), "synthetic": "synthetic" if one.is_synthetic else None,
        }  # fmt: skip
        found.append({name: record[name] or None for name in ACTION})
    return found


def sheet_records(sheet: Sheet) -> list[dict[str, Any]]:
    """A roadmap as lines of a table, layer by layer."""
    lines: list[dict[str, Any]] = []
    for upgrade in sheet.upgrades:
        told = upgrade.provenance.get("dark_start") or upgrade.provenance.get("project") or {}
        lines.append({
            "layer": "system", "of": upgrade.facility.short_name, "what": upgrade.project,
            "from": upgrade.dark_start.isoformat() if upgrade.dark_start else None, "to": upgrade.dark_end.isoformat() if upgrade.dark_end else None,
            "state": upgrade.status, "note": darkness.period_words(search_index.dark_period(upgrade)),
            "confidence": told.get("confidence"), "source_url": told.get("source_url"),
        })  # fmt: skip
    lines += [
        {
            "layer": "milestone", "of": row.who or None, "what": row.title, "from": row.due or None, "to": row.due or None, "state": row.standing,
            "note": row.note or None, "confidence": row.provenance.confidence, "source_url": row.provenance.source_url or None,
        }
        for row in sorted(sheet.milestones, key=lambda one: (one.due or "9999", one.slug))
    ]  # fmt: skip
    lines += [
        {
            "layer": "target", "of": row.about, "what": f"{row.technology_name}: {row.metric} {figures.way_words(row)}",
            "from": row.baseline_year, "to": row.goal_year, "state": figures.standing_words(row), "note": row.note or None,
            "confidence": row.confidence, "source_url": row.source_url or None,
        }
        for row in sheet.targets
    ]  # fmt: skip
    lines += [
        {
            "layer": "technology", "of": sheet.title, "what": row.name, "from": None, "to": None, "state": "no dated target", "note": row.description,
            "confidence": row.provenance.confidence, "source_url": row.provenance.source_url or None,
        }
        for row in sheet.silent
    ]  # fmt: skip
    return lines


def citation(title: str, address: str) -> str:
    """How to cite what is shown."""
    return _("LEAPS Commons: %(title)s, revision %(revision)d of the record, %(address)s, %(day)s. CC BY 4.0.") % {
        "title": title, "revision": record_queries.current_revision(), "address": address,
        "day": date_format(catalogue_queries.today(), "j M Y"),
    }  # fmt: skip


def table(request: HttpRequest, columns: Sequence[str], records: Sequence[dict[str, Any]], title: str, address: str, name: str, form: str, method: str = "") -> HttpResponse:
    """A table as a file to keep: csv, xlsx or json; anything else is answered in words."""
    method = method or _("Each value as its source gives it; progress is computed from baseline, goal and measurement, never typed.")
    try:
        content, media = exports.table(columns, records, exports.About(title, citation(title, address), method, address), form)
    except exports.UnknownFormat as error:
        return domain_error(request, error)
    return attached(content, media, f"{name}.{form}")


def figure(request: HttpRequest, drawn: str, name: str, form: str) -> HttpResponse:
    """A figure as a file: svg, png or pdf."""
    if not drawn or form not in ("svg", "png", "pdf"):
        return error_page(
            request, status=404, title=_("Not found"), sentence=_("There is no such figure."), cure=_("A figure comes as svg, png or pdf.")
        )
    if form == "svg":
        return attached(svg.standalone(drawn), "image/svg+xml", f"{name}.svg")
    if form == "pdf":
        return attached(svg.pdf(drawn), "application/pdf", f"{name}.pdf")
    return attached(svg.png(drawn), "image/png", f"{name}.png")


def attached(content: str | bytes, media: str, name: str) -> HttpResponse:
    """Content as a file with a name."""
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
