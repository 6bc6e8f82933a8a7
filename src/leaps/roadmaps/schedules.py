"""What follows when milestones slip: chains of milestones put through the critical path of `leaps.optimise`.

The record tells dates, not durations. The time between a milestone and the latest one it waits for counts as the time the
work takes; what is not done cannot be done before today; so a milestone that is late moves what waits for it. Time is
counted to the last day that a date can mean.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leaps.optimise.errors import Circular
from leaps.optimise.progress import milestone_status
from leaps.optimise.schedule import Dependency, Pert, Schedule, Task, network
from leaps.roadmaps import dates
from leaps.roadmaps.milestone_queries import MilestoneRow

HALF_A_DAY = 1 / 62


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone in a chain: when it is to be expected, how far behind its date, and how much time it has to spare.

    `behind` and `slack` in months; `behind` None: no date is public. `status`: green, amber, red, or empty.
    """

    row: MilestoneRow
    expected: dt.date
    behind: float | None
    slack: float
    is_critical: bool
    status: str

    @property
    def is_moved(self) -> bool:
        """Whether it is expected later than its date."""
        return self.behind is not None and self.behind > HALF_A_DAY


@dataclass(frozen=True, slots=True)
class Chain:
    """Milestones that hang together. `circle` names those that wait for each other: then there are no dates."""

    key: str
    title: str
    steps: tuple[Step, ...]
    path: tuple[str, ...] = ()
    end: dt.date | None = None
    circle: tuple[str, ...] = ()
    rows: tuple[MilestoneRow, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether all of it has happened."""
        return all(row.is_done for row in self.rows)

    @property
    def is_moved(self) -> bool:
        """Whether one of its milestones is expected later than its date."""
        return any(step.is_moved for step in self.steps)


def chains(found: Sequence[MilestoneRow], today: dt.date, slips: Mapping[str, float] | None = None) -> list[Chain]:
    """Every group of milestones that hang together: those with work left first, by their next date.

    `slips` adds months to milestones, by key, to see what would follow.
    """
    made = [_chain(group, today, slips or {}) for group in _groups(found)]
    far = dt.date.max
    return sorted(made, key=lambda one: (one.is_over, min((row.last or far for row in one.rows if not row.is_done), default=far), one.key))


def _groups(found: Sequence[MilestoneRow]) -> list[list[MilestoneRow]]:
    """Milestones linked by dependencies, two or more together."""
    rows = {row.slug: row for row in found}
    beside: dict[str, set[str]] = defaultdict(set)
    for row in found:
        for other in row.depends_on:
            if other in rows:
                beside[row.slug].add(other)
                beside[other].add(row.slug)
    groups, seen = [], set[str]()
    for slug in rows:
        if slug in seen or not beside[slug]:
            continue
        group, waiting = set[str](), [slug]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group.add(one)
                waiting.extend(beside[one])
        seen |= group
        groups.append([row for row in found if row.slug in group])
    return groups


def _chain(group: Sequence[MilestoneRow], today: dt.date, slips: Mapping[str, float]) -> Chain:
    rows = {row.slug: row for row in group}
    now = dates.months(today)
    origin = min([now, *(dates.months(row.last) for row in group if row.last)]) - 1
    due = {row.slug: dates.months(row.last) - origin for row in group if row.last}
    tasks, links = [], []
    for row in group:
        before = [key for key in row.depends_on if key in rows]
        tasks.append(_task(row, before, due, now - origin, slips.get(row.slug, 0.0)))
        if not row.is_done:  # what has happened waits for nothing any more
            links += [Dependency(key, row.slug) for key in before]
    told = sorted(group, key=lambda row: (row.last or dt.date.max, row.slug))
    title = _title(told)
    try:
        # Also between those that are done: a circle is a circle.
        network([Task(row.slug, Pert(0, 0, 0), row.title) for row in group], [(k, r.slug) for r in group for k in r.depends_on if k in rows])
        plan = network(tasks, links).schedule()
    except Circular as error:
        return Chain(told[0].slug, title, (), circle=error.names, rows=tuple(told))
    steps = _steps(rows, plan, due, origin, now)
    end = dates.day_at(plan.end + origin)
    return Chain(told[0].slug, title, tuple(steps), _path(plan, rows), end, rows=tuple(told))


def _task(row: MilestoneRow, before: Sequence[str], due: Mapping[str, float], now: float, slip: float) -> Task:
    at = due.get(row.slug)
    if row.is_done:
        return Task(row.slug, Pert(0, 0, 0), row.title, earliest=at if at is not None else 0.0)
    dated = [due[key] for key in before if key in due]
    takes = max(0.0, at - max(dated)) if at is not None and dated else 0.0
    starts = now - takes  # it cannot be done before today
    if at is not None and not dated:
        starts = max(starts, at)
    length = takes + slip
    return Task(row.slug, Pert(length, length, length), row.title, earliest=max(0.0, starts))


def _steps(rows: Mapping[str, MilestoneRow], plan: Schedule, due: Mapping[str, float], origin: float, now: float) -> list[Step]:
    critical = set(plan.critical)
    steps = []
    for place, key in enumerate(plan.keys):
        row, finish = rows[key], float(plan.finish[place])
        at = due.get(key)
        behind = None if at is None or row.is_done else max(0.0, finish - at)
        status = "" if at is None or row.is_done else milestone_status(at, max(finish, at), now - origin).value
        steps.append(Step(row, dates.day_at(finish + origin), behind, float(plan.total_float[place]), key in critical and at is not None and not row.is_done, status))
    return sorted(steps, key=lambda step: (step.expected, step.row.slug))


def _path(plan: Schedule, rows: Mapping[str, MilestoneRow]) -> tuple[str, ...]:
    """The chain that ends last, led by what is done before it."""
    path = list(plan.path)
    while path and (before := [key for key in rows[path[0]].depends_on if key in rows and key not in path]):
        path.insert(0, max(before, key=lambda key: rows[key].due or ""))
    return tuple(path)


def _title(told: Sequence[MilestoneRow]) -> str:
    """What a chain is called: its upgrade, else who answers for it."""
    names = [row.upgrade_name for row in told if row.upgrade_name] or [row.who for row in told if row.who] or [told[0].title]
    return max(dict.fromkeys(names), key=names.count)
