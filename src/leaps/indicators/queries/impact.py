"""Reads for the pages of the economic impact."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from leaps.catalogue.models import Facility
from leaps.indicators import wording
from leaps.indicators.economy import ladder as steps
from leaps.indicators.economy import tables
from leaps.indicators.economy.ladder import Rung
from leaps.indicators.economy.tables import Table
from leaps.indicators.models import InputOutputTable
from leaps.indicators.queries.public import Published, comparable, published
from leaps.indicators.types import Group

MOST_KEPT = 4  # opened tables that a process keeps; the largest is a few megabytes


@dataclass(frozen=True, slots=True)
class TableHead:
    """An input-output table in a list."""

    key: str
    title: str
    year: int | None
    unit: str
    source: str
    licence: str
    regions: int
    sectors: int
    synthetic: bool


def tables_known() -> list[TableHead]:
    """The tables there are: what was imported, then the test table. One query."""
    rows = InputOutputTable.objects.defer("content")
    found = [
        TableHead(row.key, row.title, row.year, row.unit, row.source, row.licence, row.regions, row.sectors, synthetic=False)
        for row in rows
    ]
    test = tables.test_table()
    own = TableHead(
        test.key, test.title, test.year, test.unit, test.source, test.licence, len(test.regions), len(test.sectors), synthetic=True
    )  # fmt: skip
    return [*found, own]


def table(key: str) -> Table | None:
    """A table by key, opened; one or two queries, the second only when it is not open yet."""
    if key == tables.TEST_KEY:
        return tables.test_table()
    digest = InputOutputTable.objects.filter(key=key).values_list("sha256", flat=True).first()
    if not digest:
        return None
    try:
        return _opened(key, digest)
    except InputOutputTable.DoesNotExist:  # taken away in between
        return None


@lru_cache(maxsize=MOST_KEPT)
def _opened(key: str, digest: str) -> Table:
    content = InputOutputTable.objects.values_list("content", flat=True).get(key=key, sha256=digest)
    return tables.from_bytes(bytes(content))


def chosen(key: str, known: Sequence[TableHead]) -> str:
    """The key asked for where there is such a table, else the first one."""
    return key if any(head.key == key for head in known) else known[0].key


# -- the method ladder -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Study:
    """One published effect on its step, with what it may be compared with.

    `ratio` is the effect per unit spent: the value itself, or computed here from an impact and the cost of the
    same period, `cost`. `why` says what keeps it from every other value; empty where it may be compared.
    """

    row: Published
    rung: Rung
    ratio: float | None
    sharpness: str
    cost: Published | None
    rounds_untold: bool
    why: str


@dataclass(frozen=True, slots=True)
class Climber:
    """Whom studies are about, with the studies on each step in order of the steps."""

    about: str
    facility: str
    steps: tuple[tuple[Rung, tuple[Study, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Facilities with a study, institutions named for comparison, facilities without any; by name, never by value."""

    facilities: tuple[Climber, ...]
    others: tuple[Climber, ...]
    without: tuple[tuple[str, str], ...]

    @property
    def studies(self) -> list[Study]:
        """All of them."""
        return [study for one in (*self.facilities, *self.others) for _rung, studies in one.steps for study in studies]


def ladder() -> Ladder:
    """Every published effect on its step. Two queries."""
    rows = [row for row in published(indicator__group=Group.ECONOMY) if row.value is not None]
    reasons = _reasons([row for row in rows if row.indicator in steps.EFFECTS])
    costs = {_claim(row): row for row in rows if row.indicator == steps.COST}
    found: dict[tuple[bool, str, str], list[Study]] = {}
    for row in rows:
        rung = steps.rung_of(row.indicator, row.rule)
        if rung is not None:
            study = _study(row, rung, costs.get(_claim(row)), reasons[row.slug])
            found.setdefault((row.facility == "", row.about, row.facility), []).append(study)
    climbers = [
        Climber(about, facility, tuple((rung, tuple(s for s in studies if s.rung is rung)) for rung in Rung))
        for (_other, about, facility), studies in sorted(found.items(), key=lambda item: (item[0][0], item[0][1].casefold()))
    ]
    known = {climber.facility for climber in climbers}
    members = Facility.objects.filter(partnership="LEAPS", membership__in=("member", "associate")).order_by("short_name")
    return Ladder(
        tuple(c for c in climbers if c.facility),
        tuple(c for c in climbers if not c.facility),
        tuple((slug, name) for slug, name in members.values_list("slug", "short_name") if slug not in known),
    )


def _claim(row: Published) -> tuple[object, ...]:
    """What an impact and its cost must share to be divided: whom, period, currency, prices."""
    return (row.facility or row.about, row.year, row.period_kind, row.period, row.currency, row.price_year, row.part)


def _study(row: Published, rung: Rung, cost: Published | None, why: str) -> Study:
    assert row.value is not None  # noqa: S101  the caller leaves out values without a number
    mine = row.indicator == "ECO-01" and cost is not None and bool(cost.value)
    ratio = None
    if row.indicator in ("ECO-02", "ECO-05", "ECO-10"):
        ratio = row.value
    elif mine and cost is not None and cost.value:
        ratio = row.value / cost.value
    return Study(
        row, rung, ratio, row.qualifier, cost if mine else None, steps.rounds_untold(row.indicator, row.rule), why
    )


def _reasons(rows: Sequence[Published]) -> dict[str, str]:
    """For each value what keeps it from every other of its indicator; empty for those that have an equal."""
    found = {}
    for code in {row.indicator for row in rows}:
        own = [row for row in rows if row.indicator == code]
        for group in comparable(own):
            alone = len(group.rows) == 1
            words = wording.apart_words(group.apart) if group.apart else wording.no_equal()
            for row in group.rows:
                found[row.slug] = words if alone else ""
    return found
