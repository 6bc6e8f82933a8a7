"""Technologies, targets and milestones in templates."""

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leaps.core import ui
from leaps.optimise.progress import Course
from leaps.record.specs import readable_number
from leaps.record.types import Provenance
from leaps.roadmaps import figures
from leaps.roadmaps.comparisons import Reference
from leaps.roadmaps.milestone_queries import AHEAD, DONE, LATE, MilestoneRow
from leaps.roadmaps.plan_queries import ActionRow
from leaps.roadmaps.readiness_queries import Statement
from leaps.roadmaps.schedules import Step
from leaps.roadmaps.technology_queries import Measured, TargetRow
from leaps.roadmaps.types import ActionStatus, Priority

register = template.Library()

TONES = {LATE: "bad", AHEAD: "none", DONE: "ok"}


def _status(tone: str, words: str) -> SafeString:
    return format_html('<span class="status may-wrap status-{}">{}</span>', tone, words)


def _dot(source: Provenance, title: str, kind: str, key: str, name: str) -> SafeString:
    return ui.provenance_dot(
        confidence=source.confidence,
        title=title,
        source_url=source.source_url,
        as_of=source.as_of,
        vouched_by=" ".join(filter(None, (source.vouched_by, source.vouched_on))),
        history_url=reverse("record:history", args=[kind, key]),
        correct_url=reverse("record:correct", args=[kind, key, name]),
    )


@register.simple_tag
def target_dot(row: TargetRow) -> SafeString:
    """Where the goal of a target, or else its baseline, comes from."""
    name = "goal_value" if row.goal_value is not None else "baseline_value"
    return _dot(row.source_of(name), f"{row.about}: {row.metric}", "technology_target", row.slug, name)


@register.simple_tag
def milestone_dot(row: MilestoneRow) -> SafeString:
    """Where the date of a milestone, or else its title, comes from."""
    return _dot(row.provenance, row.title, "milestone", row.slug, "due" if row.due else "title")


@register.simple_tag
def target_status(row: TargetRow, standing: str) -> SafeString:
    """Where a target stands, as a badge."""
    if row.measured is None or row.share is None:
        return _status("none", standing)
    if row.is_reached:
        return _status("ok" if row.measured.is_evidenced else "warn", standing)
    tones: dict[str, str] = {Course.AHEAD: "ok", Course.ON_COURSE: "ok", Course.BEHIND: "bad"}
    return _status(tones.get(row.status, "none"), standing)


@register.simple_tag
def evidence_mark(one: Measured | Statement | Reference) -> SafeString:
    """Filled with evidence, hollow without, each with its word; and whether a trial made it up."""
    told = one.provenance
    if one.is_evidenced and told.source_url:
        shown = format_html('<span aria-hidden="true">●</span> <a href="{}" rel="noopener nofollow">{}</a>', told.source_url, _("evidence"))
    elif one.is_evidenced:
        shown = format_html('<span aria-hidden="true">●</span> {}', _("vouched for by %(who)s") % {"who": told.vouched_by})
    else:
        shown = format_html('<span class="unverified"><span aria-hidden="true">○</span> {}</span>', _("claim, no evidence"))
    return format_html('{} <span class="tag">{}</span>', shown, _("synthetic")) if one.is_synthetic else shown


@register.simple_tag
def milestone_status(row: MilestoneRow) -> SafeString:
    """Where a milestone stands, as a badge; late is computed."""
    words = _("late, %(status)s") % {"status": row.status_words} if row.standing == LATE else row.status_words
    return _status(TONES.get(row.standing, "none"), words)


@register.simple_tag
def step_status(step: Step) -> SafeString:
    """Where a milestone stands by what is to be expected."""
    if step.row.is_done or not step.status:
        return milestone_status(step.row)
    words = {"green": _("a little late") if step.is_moved else _("on time"), "amber": _("slipping"), "red": _("late")}[step.status]
    return _status({"green": "ok", "amber": "warn", "red": "bad"}[step.status], words)


@register.simple_tag
def title_of(titles: Mapping[str, str], key: str) -> str:
    """The title of a milestone by its key."""
    return titles.get(key, key)


@register.simple_tag
def share(row: TargetRow) -> str:
    """How much of the way is done, with its uncertainty where one is stated."""
    return figures.share_words(row)


@register.filter
def percent(value: float) -> int:
    """A share as whole per cent."""
    return round(100 * value)


@register.filter
def quantity(value: float) -> str:
    """A number as people read it."""
    return readable_number(value)


@register.simple_tag
def action_status(row: ActionRow) -> SafeString:
    """Where an action stands, as a badge; without a word for 60 days it is grey."""
    status = row.action.status
    tone = {ActionStatus.DONE: "ok", ActionStatus.BLOCKED: "bad"}.get(ActionStatus(status), "none")
    return _status("none" if row.is_stale and status != ActionStatus.BLOCKED else tone, str(row.action.get_status_display()))


@register.simple_tag
def action_marks(row: ActionRow) -> SafeString:
    """What an action needs attention for, each as a badge."""
    marks = []
    if row.is_overdue:
        marks.append(("bad", _("overdue")))
    if row.is_stale:
        marks.append(("none", _("no word for 60 days")))
    if row.action.priority == Priority.HIGH:
        marks.append(("warn", _("high priority")))
    return format_html_join(" ", "{}", ((_status(tone, words),) for tone, words in marks))
