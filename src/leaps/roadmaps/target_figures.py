"""Trajectories of targets with what they can be held against, and the ladder of readiness."""

import datetime as dt
import math
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures import trajectories
from leaps.core.figures.series import Look, wrapped
from leaps.core.figures.svg import number, text
from leaps.core.figures.trajectories import plain_mark
from leaps.record.specs import readable_number
from leaps.roadmaps import dates, figures
from leaps.roadmaps.comparisons import Metric, Reference
from leaps.roadmaps.readiness import LEVELS
from leaps.roadmaps.readiness_queries import Statement
from leaps.roadmaps.technology_queries import Measured, TargetRow
from leaps.roadmaps.types import BenchmarkKind

LADDER_LEFT, LADDER_ROW, LADDER_WIDTH = 260.0, 28.0, 1000


def value_words(one: Measured, unit: str) -> str:
    """A measured value with its uncertainty, or that none is stated: 133 ± 2 pm rad."""
    if one.sigma is None:
        return f"{readable_number(one.value)} {unit}"
    return f"{readable_number(one.value)} ± {readable_number(one.sigma)} {unit}"


def measured_words(one: Measured, unit: str) -> str:
    """A measured value with when, and what stands behind it."""
    parts = [value_words(one, unit), one.on_words]
    parts.append(_("with evidence") if one.is_evidenced else _("a claim without evidence"))
    if one.sigma is None:
        parts.append(_("no uncertainty stated"))
    if one.is_synthetic:
        parts.append(_("synthetic"))
    return ", ".join(part for part in parts if part)


def _moment(one: Measured, today: dt.date) -> float:
    return dates.year_of(one.on or today.isoformat())


def _track(row: TargetRow, today: dt.date) -> trajectories.Track:
    dots = tuple(
        trajectories.Dot(
            _moment(one, today), one.value, one.is_evidenced, f"{row.about}: {measured_words(one, row.unit)}", one.sigma,
            reverse("roadmaps:measurement", args=[one.slug]) if one.slug else reverse("catalogue:source", args=[one.source]),
        )
        for one in row.measurements
    )  # fmt: skip
    start = (dates.year_of(str(row.baseline_year)), row.baseline_value) if row.baseline_year and row.baseline_value is not None else None
    goal = (dates.year_of(str(row.goal_year)), row.goal_value) if row.goal_year and row.goal_value is not None else None
    span = None if not start or not goal or min(start[1], goal[1]) <= 0 else max(start[1], goal[1]) / min(start[1], goal[1])
    words = f"{row.about}, {row.metric}: {figures.way_words(row)}, {figures.years_words(row)}; {figures.standing_words(row)}"
    return trajectories.Track(
        row.about, look_of(row.facility) if row.facility else Look(), words, start, goal, dots, span is not None and span > trajectories.LOG_FROM,
        reverse("roadmaps:target", args=[row.slug]),
    )  # fmt: skip


def _level(one: Reference) -> trajectories.Level:
    words = _("%(said)s, synthetic") % {"said": one.words} if one.is_synthetic else one.words
    return trajectories.Level(one.value, words, is_firm=one.kind in BenchmarkKind.values and one.is_evidenced)


def trajectory_svg(metric: Metric, today: dt.date, *, title: str, heading: str = "", footer: str = "") -> str:
    """All targets of a metric over the years; empty when none of them has a year."""
    tracks = [_track(row, today) for row in metric.rows]
    tracks = [track for track in tracks if track.start or track.goal or track.dots]
    marks = {dot.is_filled for track in tracks for dot in track.dots}
    legend = [("start", _("baseline")), ("goal", _("goal"))]
    if any(track.start and track.goal for track in tracks):
        legend.append(("steady", _("what a steady way would be")))
    if True in marks:
        legend.append(("evidenced", _("measured, with evidence")))
    if False in marks:
        legend.append(("claimed", _("claimed, no evidence")))
    if any(dot.sigma for track in tracks for dot in track.dots):
        legend.append(("bar", _("one standard uncertainty")))
    levels = [_level(one) for one in metric.references]
    return trajectories.trajectories_svg(
        tracks, levels, title=title, unit=metric.unit, now=dates.year_of(today.isoformat()), now_words=_("today"), heading=heading, footer=footer, legend=legend
    )


def metric_words(metric: Metric) -> str:
    """What a trajectory shows, in one sentence."""
    words = _metric_words(metric)
    made_up = any(one.is_synthetic for row in metric.rows for one in row.measurements) or any(one.is_synthetic for one in metric.references)
    return _("%(words)s (with synthetic values of the trial)") % {"words": words} if made_up else words


def _metric_words(metric: Metric) -> str:
    name = metric.metric[:1].upper() + metric.metric[1:]
    if metric.best is not None:
        return _("%(metric)s: %(who)s has the best value on record, %(value)s") % {
            "metric": name, "who": metric.best.holder, "value": f"{readable_number(metric.best.value)} {metric.unit}",
        }  # fmt: skip
    measured = sum(bool(row.measurements) for row in metric.rows)
    return _("%(metric)s: %(n)d of %(all)d targets have a measurement on record") % {"metric": name, "n": measured, "all": len(metric.rows)}


# -- readiness ------------------------------------------------------------------------------------


def ladder_words(claimed: int | None, evidenced: int | None) -> str:
    """The ladder in a sentence."""
    if claimed is None:
        return _("Nobody has claimed a level")
    if evidenced is None:
        return _("Claimed: level %(a)d; nothing on record shows any level") % {"a": claimed}
    if evidenced == claimed:
        return _("Level %(a)d is claimed, and evidence carries it") % {"a": claimed}
    return _("Level %(a)d is claimed, evidence carries it to level %(b)d") % {"a": claimed, "b": evidenced}


def ladder_svg(rows: Sequence[Statement], *, evidenced: int | None, title: str) -> str:
    """A rung for each level, the highest on top; who claims it stands on it, filled with evidence, hollow without.

    Empty when nobody claims a level.
    """
    told = [row for row in rows if row.trl is not None]
    if not told:
        return ""
    parts, x = [], 0.0
    for filled, words in ((True, _("claimed, with evidence")), (False, _("claimed, no evidence"))):
        if any(row.is_evidenced is filled for row in told):
            parts.append(f'<g transform="translate({number(x + 8)} 10)">{plain_mark(Look(), is_filled=filled)}</g><text class="fig-text fig-quiet" x="{number(x + 22)}" y="14">{text(words)}</text>')
            x += 50 + 6.3 * len(words)
    y = 26.0
    for level in reversed(LEVELS):
        here = [row for row in told if row.trl == level.number]
        lines = _rows_of(here)
        tall = LADDER_ROW * max(1, len(lines))
        if evidenced is not None and level.number <= evidenced:
            parts.append(f'<rect class="fig-stripe" x="0" y="{number(y)}" width="{LADDER_WIDTH}" height="{number(tall)}"/><rect class="hue-ink-0" x="0" y="{number(y)}" width="5" height="{number(tall)}"/>')
        parts.append(f'<path class="fig-line" d="M0 {number(y)}H{LADDER_WIDTH}"/><text class="fig-text fig-strong" x="14" y="{number(y + 19)}">{level.number}</text><text class="fig-text" x="34" y="{number(y + 19)}">{text(str(level.title))}</text>')
        for place, line in enumerate(lines):
            parts += [_on_rung(row, at, y + LADDER_ROW * place) for row, at in line]
        y += tall
    parts.append(f'<path class="fig-line" d="M0 {number(y)}H{LADDER_WIDTH}"/>')
    return f'<svg viewBox="0 0 {LADDER_WIDTH} {math.ceil(y + 4)}" role="group" aria-label="{text(title)}">{"".join(parts)}</svg>'


def _rows_of(rows: Sequence[Statement]) -> list[list[tuple[Statement, float]]]:
    """Who stands on a rung, from the left, on as many lines as it takes."""
    lines: list[list[tuple[Statement, float]]] = []
    x = LADDER_WIDTH + 1.0
    for row in rows:
        wide = 34 + 6.6 * len(_rung_words(row))
        if x + wide > LADDER_WIDTH:
            lines.append([])
            x = LADDER_LEFT
        lines[-1].append((row, x))
        x += wide
    return lines


def _rung_words(row: Statement) -> str:
    name = wrapped(row.who, 40)[0] if len(row.who) > 40 else row.who
    return _("%(who)s, %(year)s (synthetic)") % {"who": name, "year": row.on[:4]} if row.is_synthetic else f"{name}, {row.on[:4]}"


def _on_rung(row: Statement, x: float, y: float) -> str:
    words = _("%(who)s, %(role)s: level %(n)d, %(when)s; %(shown)s") % {
        "who": row.who, "role": row.role_words, "n": row.trl, "when": row.on_words,
        "shown": _("with evidence") if row.is_evidenced else _("a claim without evidence"),
    }  # fmt: skip
    look = look_of(row.facility) if row.facility else Look(7, 1)
    return (
        f'<a class="fig-link" href="{reverse("roadmaps:readiness", args=[row.slug])}" aria-label="{text(words)}"><g transform="translate({number(x + 8)} {number(y + 14)})">'
        f'{plain_mark(look, is_filled=row.is_evidenced)}</g><text class="fig-text" x="{number(x + 22)}" y="{number(y + 19)}">{text(_rung_words(row))}</text><title>{text(words)}</title></a>'
    )
