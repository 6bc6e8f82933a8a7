"""Reading the roadmaps of groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet

from leaps.accounts.models import User
from leaps.optimise import priority
from leaps.roadmaps import rules
from leaps.roadmaps.charting import DAYS, SIDES, Chart, Grid, ItemRow, Layer, LinkRow, Scoring
from leaps.roadmaps.models import (
    GridScore,
    Roadmap,
    RoadmapChange,
    RoadmapItem,
    RoadmapLink,
    RoadmapRemark,
    Seat,
)

PLAIN = (
    "layer", "lane", "title", "text", *DAYS, "status", "owner", "cost_keur", "fte", "trl_now", "trl_target", "weight", "tags",
)  # fmt: skip
"""Fields of an item that are values; facility, technology and milestone are rows."""
ROWS = ("facility", "technology", "milestone")


def roadmaps(person: object, *, archived: bool = False) -> QuerySet[Roadmap]:
    """The roadmaps that a person may see, by title."""
    found = Roadmap.objects.filter(archived_at__isnull=not archived)
    if not rules.may_chair(person):
        own = Q(seats__person=person) if isinstance(person, User) and person.is_active else Q(pk__in=())
        found = found.filter(Q(is_public=True) | own).distinct()
    return found.annotate(things=Count("items", filter=Q(items__removed_at__isnull=True), distinct=True))


def roadmap(person: object, slug: str) -> Roadmap | None:
    """The roadmap of an address, None when there is none or the person may not see it."""
    found = Roadmap.objects.filter(slug=slug).first()
    return found if found is not None and rules.may_see_roadmap(person, found) else None


def row_of(item: RoadmapItem) -> ItemRow:
    """An item as a plain row."""
    return ItemRow(
        key=item.key, version=item.version, **{name: getattr(item, name) for name in PLAIN},
        facility=item.facility.slug if item.facility else "", facility_name=item.facility.short_name if item.facility else "",
        technology=item.technology.slug if item.technology else "", milestone=item.milestone.slug if item.milestone else "",
    )  # fmt: skip


def items(of: Roadmap) -> QuerySet[RoadmapItem]:
    """The items that stand on a roadmap."""
    return of.items.filter(removed_at__isnull=True).select_related("facility", "technology", "milestone")


def links(of: Roadmap) -> QuerySet[RoadmapLink]:
    """The links whose both ends stand."""
    return of.links.filter(removed_at__isnull=True, before__removed_at__isnull=True, after__removed_at__isnull=True).select_related("before", "after")


def chart(of: Roadmap) -> Chart:
    """The roadmap as it is now."""
    return Chart(
        of.title, of.scope, of.first_year, of.last_year, tuple(row_of(one) for one in items(of)),
        tuple(LinkRow(one.before.key, one.after.key, one.kind, one.strength, one.lag, one.note, one.pk) for one in links(of)),
    )  # fmt: skip


def changes(of: Roadmap, *, item: RoadmapItem | None = None) -> QuerySet[RoadmapChange]:
    """What was done, the last first."""
    found = of.changes.select_related("item", "link__before", "link__after")
    return found.filter(item=item) if item is not None else found


def last_of(of: Roadmap, person: User) -> RoadmapChange | None:
    """What a person would undo first: the last own change of an item or a link that is neither undone nor an undoing."""
    undone = [version for version in of.changes.values_list("undoes", flat=True) if version is not None]
    own = changes(of).filter(Q(item__isnull=False) | Q(link__isnull=False), actor=person, undoes__isnull=True)
    return own.exclude(version__in=undone).first()


def remarks(of: Roadmap, *, item: RoadmapItem | None = None) -> QuerySet[RoadmapRemark]:
    """Remarks that are no answers, with their answers."""
    found = of.remarks.filter(answers__isnull=True).select_related("item").prefetch_related("answered_by")
    return found.filter(item=item) if item is not None else found


def seats(of: Roadmap) -> QuerySet[Seat]:
    """The people of a group, chairs first."""
    return of.seats.select_related("person").order_by("part", "person__name")


# -- grids -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """What a person may see of a cell: the own score, and after the blind step the scores of all."""

    row: str
    column: str
    mine: int | None
    mean: float | None = None
    count: int = 0
    is_disputed: bool = False
    spread: str = ""


@dataclass(frozen=True, slots=True)
class GridView:
    """A grid of a roadmap for one person."""

    grid: str
    rows: tuple[ItemRow, ...]
    columns: tuple[ItemRow, ...]
    cells: dict[tuple[str, str], Cell]
    people: int
    mine: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.rows) * len(self.columns)


def _sides(of: Chart, grid: Grid) -> tuple[list[ItemRow], list[ItemRow]]:
    layers = dict(of.layers())
    rows, columns = SIDES[grid]
    return (
        [one for one in layers[rows] if one.status != "dropped"],
        [one for one in layers[columns] if one.status != "dropped"],
    )


def standing_scores(of: Roadmap, grid: Grid) -> dict[tuple[str, str], dict[int, int]]:
    """By cell and person the score that counts: that of the discussion where there is one, else the blind one."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    rows = GridScore.objects.filter(roadmap=of, grid=grid).select_related("row", "column")
    for one in sorted(rows, key=lambda score: score.step == Scoring.DISCUSSED):
        found.setdefault((one.row.key, one.column.key), {})[one.person_id] = one.score
    return found


def grid_view(of: Roadmap, grid: Grid, person: Any) -> GridView:
    """A grid as its scorer sees it: while it is blind, nobody's scores but the own ones."""
    rows, columns = _sides(chart(of), grid)
    scores = standing_scores(of, grid)
    number = person.pk if isinstance(person, User) else None
    is_shown = of.scoring in (Scoring.DISCUSSED, Scoring.DONE)
    people = {who for given in scores.values() for who in given}
    stack, order = _stack(scores, rows, columns, sorted(people))
    together = priority.consensus(stack) if is_shown and order else None
    cells = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            given = scores.get((row.key, column.key), {})
            mine = given.get(number) if number is not None else None
            if together is None or not given:
                cells[row.key, column.key] = Cell(row.key, column.key, mine)
                continue
            told = " ".join(str(score) for score in sorted(given.values()))
            cells[row.key, column.key] = Cell(
                row.key, column.key, mine, float(together.mean[i, j]), int(together.count[i, j]), bool(together.disputed[i, j]), told
            )
    own = sum(number in given for given in scores.values()) if number is not None else 0
    return GridView(grid.value, tuple(rows), tuple(columns), cells, len(people), own)


def _stack(scores: dict[tuple[str, str], dict[int, int]], rows: Sequence[ItemRow], columns: Sequence[ItemRow], people: Sequence[int]) -> tuple[Any, list[int]]:
    """Scores as an array (people, rows, columns), NaN where none was given."""
    order = list(people)
    found = np.full((len(order), len(rows), len(columns)), np.nan)
    at_row, at_column = {one.key: i for i, one in enumerate(rows)}, {one.key: j for j, one in enumerate(columns)}
    for (row, column), given in scores.items():
        if row in at_row and column in at_column:
            for person, score in given.items():
                found[order.index(person), at_row[row], at_column[column]] = score
    return found, order


@dataclass(frozen=True, slots=True)
class Ranked:
    """A technology with its priority and how far its rank hangs on the weights of the needs."""

    item: ItemRow
    score: float
    at_most: float
    rank: int
    low: int
    high: int
    first: float


def ranking(of: Roadmap) -> list[Ranked]:
    """Technologies by priority from both grids; empty before the scores may be seen, or when a grid has none."""
    if of.scoring not in (Scoring.DISCUSSED, Scoring.DONE):
        return []
    whole = chart(of)
    needs, capabilities = _sides(whole, Grid.NEEDS)
    _same, technologies = _sides(whole, Grid.TECHNOLOGIES)
    first, second = standing_scores(of, Grid.NEEDS), standing_scores(of, Grid.TECHNOLOGIES)
    weights = [one.weight for one in needs]
    if not (first and second and needs and capabilities and technologies and sum(weights) > 0):
        return []
    people = sorted({who for given in (*first.values(), *second.values()) for who in given})
    n, _order = _stack(first, needs, capabilities, people)
    c, _order = _stack(second, capabilities, technologies, people)
    found = priority.priorities(priority.consensus(n).mean, priority.consensus(c).mean, weights)
    rows = [
        Ranked(
            one, float(found.score[k]), float(found.at_most[k]), int(found.rank[k]), int(found.rank_low[k]), int(found.rank_high[k]), float(found.first[k])
        )
        for k, one in enumerate(technologies)
    ]
    return sorted(rows, key=lambda row: (row.rank, row.item.title))


def layer_choices() -> list[tuple[str, str]]:
    """The layers for a form."""
    return [(layer.value, str(layer.label)) for layer in Layer]
