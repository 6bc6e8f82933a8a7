"""The figures of the roadmaps, drawn from technologies, targets, milestones and upgrades."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, search_index
from leaps.catalogue.facility_marks import look_of
from leaps.catalogue.models import Upgrade
from leaps.core.figures import layers, ways
from leaps.record.specs import readable_number
from leaps.roadmaps import milestone_queries
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.schedules import Chain
from leaps.roadmaps.technology_queries import COURSES, TargetRow, TechnologyRow
from leaps.roadmaps.types import Area

STATES = {
    milestone_queries.DONE: layers.DONE, milestone_queries.AHEAD: layers.AHEAD,
    milestone_queries.LATE: layers.LATE, milestone_queries.UNDATED: layers.OPEN,
}  # fmt: skip


def state_words() -> dict[str, str]:
    """What the marks of milestones mean."""
    return {
        layers.DONE: _("done"), layers.AHEAD: _("ahead"), layers.LATE: _("late: its date is over"), layers.OPEN: _("no goal told"),
        "soft": _("known to the month or year"), "dark": _("dark period"), "way": _("target: from baseline to goal"),
        "lead": _("comes before"),
    }  # fmt: skip


# -- targets --------------------------------------------------------------------------------------


def number_words(value: float | None) -> str:
    """A number of a target, or that there is none."""
    return readable_number(value) if value is not None else _("not published")


def way_words(row: TargetRow) -> str:
    """From what to what, in one line: 4 000 → 133 pm rad."""
    if row.goal_value is None:
        return f"{number_words(row.baseline_value)} {row.unit}"
    if row.baseline_value is None:
        return f"→ {number_words(row.goal_value)} {row.unit}"
    return f"{number_words(row.baseline_value)} → {number_words(row.goal_value)} {row.unit}"


def years_words(row: TargetRow) -> str:
    """The years of baseline and goal."""
    if row.baseline_year and row.goal_year:
        return f"{row.baseline_year}–{row.goal_year}"
    if row.goal_year:
        return _("by %(year)d") % {"year": row.goal_year}
    return str(row.baseline_year or "")


def standing_words(row: TargetRow) -> str:
    """How far a target is, in words; never a guess, and said to be synthetic where a trial made it up."""
    words = _standing_words(row)
    return _("%(words)s (synthetic)") % {"words": words} if row.measured and row.measured.is_synthetic else words


def _standing_words(row: TargetRow) -> str:
    if row.goal_value is None:
        return _("no goal published")
    if row.measured is None:
        return _("no measurement on record") if row.baseline_value is not None else _("no baseline, no measurement on record")
    if row.share is None:
        return _("%(value)s measured") % {"value": f"{readable_number(row.measured.value)} {row.unit}"}
    if row.is_reached:
        return _("reached") if row.measured.is_evidenced else _("reached by claim, unverified")
    share = share_words(row)
    words = share if row.measured.is_evidenced else _("%(share)s by claim, unverified") % {"share": share}
    return f"{words}; {COURSES[row.status]}" if row.status else words


def share_words(row: TargetRow) -> str:
    """How much of the way is done, with its uncertainty where the measurement states one."""
    percent = round(100 * (row.share or 0))
    if row.sigma is None:
        return _("%(n)d %% of the way") % {"n": percent}
    return _("%(n)d ± %(s)s %% of the way") % {"n": percent, "s": f"{100 * row.sigma:.2g}"}


def short_words(row: TargetRow) -> str:
    """How far a target is, short enough for the edge of a figure."""
    words = _short_words(row)
    return _("%(words)s, synthetic") % {"words": words} if row.measured and row.measured.is_synthetic else words


def _short_words(row: TargetRow) -> str:
    if row.goal_value is None:
        return _("no goal")
    if row.measured is None:
        return _("no measurement")
    if row.share is None:
        return _("measured")
    if row.is_reached:
        return _("reached") if row.measured.is_evidenced else _("claimed")
    return f"{round(100 * row.share)} %"


def _way(row: TargetRow, label: str) -> ways.Way:
    now = None
    if row.measured is not None:
        told = _("%(value)s, with evidence") if row.measured.is_evidenced else _("%(value)s, a claim without evidence")
        now = ways.Now(row.measured.value, row.measured.is_evidenced, told % {"value": f"{readable_number(row.measured.value)} {row.unit}"})
    words = f"{row.about}, {row.metric}: {way_words(row)}, {years_words(row)}; {standing_words(row)}"
    note = f"{years_words(row)} · {short_words(row)}".strip(" ·")
    if row.is_unverified:
        label = f"{label} ◌"
    return ways.Way(
        label, row.baseline_value, row.goal_value, words, note, now, row.share, reverse("roadmaps:target", args=[row.slug]),
        look_of(row.facility).hue if row.facility else 0, dashed=not row.is_goal,
    )  # fmt: skip


def target_panels(rows: Sequence[TargetRow]) -> list[ways.WayPanel]:
    """Targets of one metric and unit on one axis; the others each by itself, on the way from left to right."""
    together: dict[tuple[str, str, bool], list[TargetRow]] = defaultdict(list)
    for row in rows:
        together[row.metric, row.unit, row.is_goal].append(row)
    panels, alone = [], []
    for (metric, unit, is_goal), found in together.items():
        if len(found) == 1:
            alone += found
            continue
        found.sort(key=lambda row: (row.goal_year or 9999, row.about.casefold()))
        title = metric[:1].upper() + metric[1:]
        if not is_goal:
            title = _("%(metric)s: a forecast, not a goal") % {"metric": title}
        panels.append(ways.WayPanel(title, unit, tuple(_way(row, row.about) for row in found)))
    if alone:
        labels = [f"{row.facility_name}: {row.metric}" if row.facility else row.metric for row in alone]
        units = [f"{label}, {row.unit}" if row.unit not in ("count", "ratio") else label for label, row in zip(labels, alone, strict=True)]
        title = _("Each by itself, from baseline to goal") if panels else _("From baseline to goal")
        panels.append(ways.WayPanel(title, "", tuple(_way(row, label) for label, row in zip(units, alone, strict=True))))
    return panels


def targets_svg(rows: Sequence[TargetRow], *, title: str, heading: str = "", footer: str = "") -> str:
    """The board of targets."""
    if not rows:
        return ""
    legend = [("start", _("baseline")), ("goal", _("goal"))]
    if any(not row.is_goal for row in rows):
        legend.append(("forecast", _("forecast of load")))
    evidence = {row.measured.is_evidenced for row in rows if row.measured}
    if True in evidence:
        legend.append(("evidenced", _("reached, with evidence")))
    if False in evidence:
        legend.append(("claimed", _("claimed, no evidence on record")))
    if any(row.is_unverified for row in rows):
        legend.append(("unverified", _("numbers unverified")))
    return ways.ways_svg(target_panels(rows), title=title, heading=heading, footer=footer, legend=legend)


# -- milestones and roadmaps ------------------------------------------------------------------------


def _mark(row: MilestoneRow) -> layers.Mark | None:
    if row.first is None or row.last is None:
        return None
    words = f"{row.title}: {row.due_words}, {row.status_words}"
    if row.is_late:
        words += f", {_('late')}"
    return layers.Mark(row.slug, row.title, row.first, row.last, STATES[row.standing], words, reverse("roadmaps:milestone", args=[row.slug]))


def _dark(upgrade: Upgrade, last: int) -> layers.Bar | None:
    period = darkness.figure_period(search_index.dark_period(upgrade), reverse("catalogue:upgrade", args=[upgrade.slug]))
    if period is None:
        return None
    end = dt.date(last, 12, 31)
    soft_last = min(end, period.possible_end or end)
    certain_end = min(soft_last, period.certain_end or period.certain_start)
    return layers.Bar(
        f"upgrade {upgrade.slug}", upgrade.project, period.certain_start, certain_end, "dark", f"{upgrade.project}: {period.hint}", period.url,
        soft_first=period.possible_start, soft_last=soft_last,
    )  # fmt: skip


def _target_item(row: TargetRow) -> layers.Mark | layers.Bar | None:
    url = reverse("roadmaps:target", args=[row.slug])
    who = f"{row.facility_name}: " if row.facility else ""
    label = f"{who}{row.metric} {way_words(row)}"
    words = f"{label}, {years_words(row)}; {standing_words(row)}"
    if row.baseline_year and row.goal_year and row.baseline_year < row.goal_year:
        return layers.Bar(
            f"target {row.slug}", label, dt.date(row.baseline_year, 7, 1), dt.date(row.goal_year, 7, 1), "way", words, url,
            hue=look_of(row.facility).hue if row.facility else 0, state=layers.DONE if row.is_reached else "",
        )  # fmt: skip
    year = row.goal_year or row.baseline_year
    if year is None:
        return None
    state = layers.DONE if row.is_reached else layers.AHEAD if row.goal_year else layers.OPEN
    return layers.Mark(f"target {row.slug}", label, dt.date(year, 1, 1), dt.date(year, 12, 31), state, words, url)


def _links(rows: Iterable[MilestoneRow], strong: Iterable[tuple[str, str]] = ()) -> list[layers.Link]:
    critical = set(strong)
    return [layers.Link(before, row.slug, (before, row.slug) in critical) for row in rows for before in row.depends_on]


def _legend(bands: Sequence[layers.Band], links: Sequence[layers.Link]) -> list[tuple[str, str]]:
    items = [item for band in bands for lane in band.lanes for item in lane.items]
    words = state_words()
    present = {item.state for item in items if isinstance(item, layers.Mark)} | {item.style for item in items if isinstance(item, layers.Bar)}
    if any(isinstance(item, layers.Mark) and (item.last - item.first).days > 60 for item in items):
        present.add("soft")
    if links:
        present.add("lead")
    return [(kind, words[kind]) for kind in words if kind in present]


def _drawn(bands: Sequence[layers.Band], links: Sequence[layers.Link], today: dt.date, *, title: str, heading: str, footer: str) -> str:
    if not any(lane.items for band in bands for lane in band.lanes):
        return ""
    known = {item.key for band in bands for lane in band.lanes for item in lane.items}
    shown = [link for link in links if link.before in known and link.after in known]
    return layers.layers_svg(
        bands, title=title, today=today, today_words=_("today"), links=shown, heading=heading, footer=footer, legend=_legend(bands, shown)
    )


def _lanes(
    rows: Sequence[MilestoneRow], upgrades: Sequence[Upgrade], last: int, *, of: Callable[[MilestoneRow], tuple[str, str]]
) -> list[layers.Lane]:
    """Milestones and the dark periods around them by who they are of; the lane that begins first stands first."""
    items: dict[tuple[str, str], list[layers.Mark | layers.Bar]] = defaultdict(list)
    for row in rows:
        if (mark := _mark(row)) is not None:
            items[of(row)].append(mark)
    for upgrade in upgrades:
        if (bar := _dark(upgrade, last)) is not None:
            items[upgrade.facility.short_name, reverse("catalogue:facility", args=[upgrade.facility.slug])].append(bar)
    lanes = [layers.Lane(name, tuple(found), url) for (name, url), found in items.items()]
    return sorted(lanes, key=lambda lane: (min(item.first for item in lane.items), lane.label))


def _who(row: MilestoneRow) -> tuple[str, str]:
    if row.facility:
        return row.facility_name, reverse("catalogue:facility", args=[row.facility])
    if row.owner:
        return row.owner_name, reverse("catalogue:organisation", args=[row.owner])
    return _("nobody named"), ""


def _last_year(rows: Iterable[MilestoneRow], today: dt.date) -> int:
    return max([today.year, *(row.last.year for row in rows if row.last)]) + 1


def milestone_bands(rows: Sequence[MilestoneRow], upgrades: Sequence[Upgrade], today: dt.date) -> list[layers.Band]:
    """Milestones by who answers for them: facilities with their dark periods, then organisations."""
    last = _last_year(rows, today)
    bands = [
        layers.Band(_("Facilities"), tuple(_lanes([row for row in rows if row.facility], upgrades, last, of=_who))),
        layers.Band(_("Partnerships and projects"), tuple(_lanes([row for row in rows if not row.facility], (), last, of=_who))),
    ]
    return [band for band in bands if band.lanes]


def milestones_svg(
    rows: Sequence[MilestoneRow], upgrades: Sequence[Upgrade], today: dt.date, *, title: str, heading: str = "", footer: str = ""
) -> str:
    """The timeline of milestones; empty when none has a date."""
    return _drawn(milestone_bands(rows, upgrades, today), _links(rows), today, title=title, heading=heading, footer=footer)


def schedule_svg(chains: Sequence[Chain], today: dt.date, *, title: str, heading: str = "", footer: str = "") -> str:
    """Chains of milestones at the dates to be expected, the critical path strong."""
    lanes, links = [], []
    for chain in chains:
        marks = []
        for step in chain.steps:
            row = step.row
            if row.last is None and not step.is_moved:
                continue
            words = f"{row.title}: {row.due_words}"
            first, last = row.first or step.expected, row.last or step.expected
            if step.is_moved:
                first = last = step.expected
                words = _("%(title)s: due %(due)s, to be expected %(expected)s") % {
                    "title": row.title, "due": row.due_words, "expected": f"{step.expected:%b %Y}",
                }  # fmt: skip
            marks.append(layers.Mark(row.slug, row.title, first, last, STATES[row.standing], words, reverse("roadmaps:milestone", args=[row.slug])))
        if marks:
            lanes.append(layers.Lane(chain.title, tuple(marks)))
            links += _links(chain.rows, zip(chain.path, chain.path[1:], strict=False))
    return _drawn([layers.Band("", tuple(lanes))], links, today, title=title, heading=heading, footer=footer)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a roadmap of one area is drawn and told from."""

    area: str
    title: str
    technologies: tuple[TechnologyRow, ...]
    targets: tuple[TargetRow, ...]
    milestones: tuple[MilestoneRow, ...]
    upgrades: tuple[Upgrade, ...]

    @property
    def silent(self) -> list[TechnologyRow]:
        """Technologies without a target or a milestone: the gaps of the roadmap."""
        return [row for row in self.technologies if not row.targets and not row.milestones]

    @property
    def span(self) -> tuple[int, int] | None:
        """The years of its targets and milestones."""
        years = [y for row in self.targets for y in (row.baseline_year, row.goal_year) if y]
        years += [day.year for row in self.milestones for day in (row.first, row.last) if day]
        return (min(years), max(years)) if years else None


def sheets(
    technologies: Sequence[TechnologyRow], targets: Sequence[TargetRow], milestones: Sequence[MilestoneRow], upgrades: Sequence[Upgrade]
) -> list[Sheet]:
    """The roadmap of every area that has a technology, in the order of the areas."""
    found = []
    for area in Area:
        own = tuple(row for row in technologies if row.area == area)
        aims = tuple(row for row in targets if row.area == area)
        steps = tuple(row for row in milestones if row.area == area)
        named = {row.upgrade for row in aims} | {row.upgrade for row in steps}
        if own:
            systems = tuple(upgrade for upgrade in upgrades if upgrade.slug in named)
            found.append(Sheet(area.value, str(area.label), own, aims, steps, systems))
    return found


def sheet_bands(sheet: Sheet, today: dt.date) -> list[layers.Band]:
    """Systems, then projects, then technologies: each layer serves the one above it."""
    last = max(_last_year(sheet.milestones, today), *(row.goal_year or 0 for row in sheet.targets), 0)
    systems = _lanes([row for row in sheet.milestones if row.facility], sheet.upgrades, last, of=_who)
    projects = _lanes([row for row in sheet.milestones if not row.facility], (), last, of=_who)
    aims: dict[str, list[layers.Mark | layers.Bar]] = defaultdict(list)
    for row in sheet.targets:
        if (item := _target_item(row)) is not None:
            aims[row.technology].append(item)
    lanes = [
        layers.Lane(row.name, tuple(aims[row.slug]), reverse("roadmaps:technology", args=[row.slug]))
        for row in sheet.technologies
        if aims[row.slug]
    ]
    bands = [
        layers.Band(_("Systems: upgrades, their dark periods and milestones"), tuple(systems)),
        layers.Band(_("Projects and partnerships"), tuple(projects)),
        layers.Band(_("Technologies and what they are to reach"), tuple(lanes)),
    ]
    return [band for band in bands if band.lanes]


def sheet_svg(sheet: Sheet, today: dt.date, *, heading: str = "", footer: str = "") -> str:
    """The roadmap of an area; empty when nothing in it has a date."""
    return _drawn(sheet_bands(sheet, today), _links(sheet.milestones), today, title=sheet.title, heading=heading, footer=footer)


def sheet_picture(sheet: Sheet, today: dt.date, span: tuple[int, int]) -> str:
    """The roadmap of an area as a small picture."""
    bands = sheet_bands(sheet, today)
    return layers.picture_svg(bands, title=_("The roadmap in small"), today=today, first=span[0], last=span[1]) if bands else ""
