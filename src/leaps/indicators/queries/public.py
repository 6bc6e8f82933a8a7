"""What is public about indicators: definitions and published values, read with a constant number of queries.

Everything here is open to everybody; values that a facility has sent and not released live elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Count, Q

from leaps.catalogue.models import Facility
from leaps.indicators import wording
from leaps.indicators.formulas.comparability import Basis, Difference, kin
from leaps.indicators.models import Counterpart, IndicatorDefinition, PublishedValue
from leaps.indicators.queries import relevance
from leaps.indicators.types import Family, Group, PeriodKind, ScopeKind, Standing
from leaps.record.types import Provenance

# Kinds of period that say nothing of how long it was.
OWN_SPAN = frozenset({PeriodKind.OTHER.value, PeriodKind.PROGRAMME.value, PeriodKind.STUDY.value, PeriodKind.SURVEY.value})
UNTOLD = frozenset({"", "no period given"})


@dataclass(frozen=True, slots=True)
class Published:
    """One published value with the words people see. `facility` is empty for a wider scope."""

    slug: str
    indicator: str
    indicator_name: str
    facility: str
    about: str
    scope_kind: str
    year: int
    period_kind: str
    period: str
    standing: str
    value: float | None
    unit: str
    currency: str
    price_year: int | None
    qualifier: str
    part: str
    rule: str
    note: str
    provenance: Provenance

    @property
    def basis(self) -> Basis:
        """What has to agree before it may be compared."""
        return Basis(
            unit=self.unit, period_kind=self.period_kind, span=self.span, scope_kind=self.scope_kind, rule=self.rule,
            part=self.part, price_year=self.price_year, qualifier=self.qualifier,
        )  # fmt: skip

    @property
    def span(self) -> str:
        """How long its stretch of time is, where the kind does not tell; what is not told is like nothing else."""
        if self.period_kind not in OWN_SPAN:
            return ""
        return self.period if self.period not in UNTOLD else self.slug

    @property
    def details(self) -> str:
        """Part, rule and note in one text."""
        return "; ".join(filter(None, (self.part, self.rule, self.note)))

    @property
    def host(self) -> str:
        """Who said it: the host of the source's address."""
        return (urlsplit(self.provenance.source_url).hostname or "").removeprefix("www.")

    @property
    def period_words(self) -> str:
        """What stretch of time it is about."""
        return wording.period_words(self.period_kind, self.year, self.period)

    @property
    def value_words(self) -> str:
        """The value with its unit and how sharp it is."""
        return wording.value_words(self)


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition in a list."""

    code: str
    name: str
    wording: str
    family: str
    group: str
    unit: str
    league_core: bool
    wording_checked: bool | None
    values: int
    facilities: int


@dataclass(frozen=True, slots=True)
class Section:
    """Definitions under one heading."""

    title: str
    anchor: str
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Comparable:
    """Published values that may be compared with each other, and what keeps them from the largest such group."""

    rows: tuple[Published, ...]
    head: str
    apart: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The published values of one indicator: groups that may be compared, and values that stand alone."""

    groups: tuple[Comparable, ...]
    alone: tuple[Comparable, ...]


def published(**filters: object) -> list[Published]:
    """Published values by indicator, whom they are about and year. One query."""
    rows = PublishedValue.objects.filter(**filters).select_related("facility", "indicator")
    rows = rows.defer("facility__provenance", "indicator__provenance")
    found = [_published(row) for row in rows]
    return sorted(found, key=lambda v: (v.indicator, v.scope_kind != ScopeKind.FACILITY, v.about.casefold(), v.year, v.slug))


def _published(row: PublishedValue) -> Published:
    facility = row.facility
    return Published(
        slug=row.slug,
        indicator=row.indicator.code,
        indicator_name=row.indicator.name,
        facility=facility.slug if facility else "",
        about=facility.short_name if facility else row.scope or "",
        scope_kind=row.scope_kind,
        year=row.year,
        period_kind=row.period_kind,
        period=row.period or "",
        standing=row.standing,
        value=row.value,
        unit=row.unit,
        currency=row.currency or "",
        price_year=row.price_year,
        qualifier=row.qualifier,
        part=row.part or "",
        rule=row.rule or "",
        note=row.note or "",
        provenance=Provenance.of(row.provenance.get("value")),
    )


def comparable(rows: Sequence[Published]) -> list[Comparable]:
    """The values of one indicator in groups that may be compared, the largest first."""
    return [
        Comparable(tuple(rows[i] for i in group.members), wording.basis_words(rows[group.members[0]]), group.apart)
        for group in kin([row.basis for row in rows])
    ]


def comparison(rows: Sequence[Published]) -> Comparison:
    """The same, with the values that can be compared with no other one gathered.

    A single value of a single way is no exception to anything: it is a group.
    """
    found = comparable(rows)
    alone = tuple(group for group in found if len(group.rows) == 1) if len(found) > 1 else ()
    return Comparison(tuple(group for group in found if group not in alone), alone)


def definitions(*, text: str = "", family: str = "") -> list[Definition]:
    """Definitions with the number of their published values, in the order of their codes. One query."""
    rows = IndicatorDefinition.objects.defer("provenance").annotate(
        values_count=Count("published_values"),
        facilities_count=Count("published_values__facility", distinct=True),
    )
    if family:
        rows = rows.filter(family=family)
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(code__icontains=word) | Q(name__icontains=word) | Q(wording__icontains=word) | Q(formula__icontains=word)
            | Q(unit__iexact=word)
        )  # fmt: skip
    return [
        Definition(
            row.code, row.name, row.wording or "", row.family, row.group or "", row.unit, row.league_core is True,
            row.wording_checked, row.values_count, row.facilities_count,
        )
        for row in rows
    ]


def sections(found: Iterable[Definition]) -> list[Section]:
    """Definitions by group of the league, then by family."""
    grouped: dict[tuple[str, str], list[Definition]] = defaultdict(list)
    for definition in found:
        grouped[definition.family, definition.group].append(definition)
    ordered = [(Family.LEAGUE.value, str(g.value)) for g in Group] + [(str(f.value), "") for f in Family]
    return [
        Section(wording.section_words(family, group), group or family, tuple(grouped[family, group]))
        for family, group in ordered
        if (family, group) in grouped
    ]


def counterparts(code: str) -> list[tuple[str, str, str]]:
    """Definitions of other families linked with one, in either direction: (code, name, family) triples."""
    links = Counterpart.objects.filter(Q(source__code=code) | Q(target__code=code)).select_related("source", "target")
    others = {(d.code, d.name, d.family) for link in links for d in (link.source, link.target) if d.code != code}
    order = [f.value for f in Family]
    return sorted(others, key=lambda other: (order.index(Family(other[2]).value), other[0]))


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is public, in numbers."""

    definitions: int
    values: int
    facilities: int
    first_year: int | None
    last_year: int | None


def totals() -> Totals:
    """Count what is public. Two queries."""
    rows = list(PublishedValue.objects.order_by().values_list("facility_id", "year"))
    years = [year for _facility, year in rows]
    return Totals(
        definitions=IndicatorDefinition.objects.count(),
        values=len(rows),
        facilities=len({facility for facility, _year in rows} - {None}),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
    )


def facilities_with_values() -> list[tuple[str, str, int]]:
    """Facilities of which something is public: (slug, short name, number of values), by name."""
    rows = Facility.objects.annotate(n=Count("published_values")).filter(n__gt=0).order_by("short_name")
    return list(rows.values_list("slug", "short_name", "n"))


# -- the matrix ------------------------------------------------------------------------------------

# Before its first light a facility has no beam to report on; money and people it may have.
NEEDS_BEAM = frozenset({Group.ACCESS.value, Group.OPERATION.value, Group.SCIENCE.value, Group.INDUSTRY.value})
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is public where a row and a column meet: a standing, or missing; `words` says it."""

    state: str
    words: str
    count: int = 0
    short: str = ""
    url_key: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A row or column of the matrix: its key, what it shows, and its whole name."""

    key: str
    short: str
    name: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row with the number of its cells that hold a value."""

    head: Head
    cells: tuple[tuple[Head, Cell], ...]
    filled: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Facilities by indicators, or one facility's indicators by years."""

    columns: tuple[Head, ...]
    rows: tuple[MatrixRow, ...]
    by_year: bool

    @property
    def filled(self) -> int:
        """Cells with a value."""
        return sum(row.filled for row in self.rows)

    @property
    def size(self) -> int:
        """All cells."""
        return len(self.rows) * len(self.columns)


def years() -> list[int]:
    """Every year with a published value, newest first."""
    return sorted(set(PublishedValue.objects.order_by().values_list("year", flat=True)), reverse=True)


def matrix(*, group: str, year: int | None = None, facility: str = "") -> Matrix:
    """What is public of one group of the league's indicators. Four queries.

    What a facility has said to be not relevant for it is no gap. For one facility the columns are years; otherwise they are indicators, and a cell speaks of one
    year or of all. Rows are the members and associates of LEAPS and whoever else has a value.
    """
    indicators = [
        (d.code, d.name)
        for d in IndicatorDefinition.objects.filter(family=Family.LEAGUE, group=group).only("code", "name").order_by("code")
    ]
    values = [v for v in published(indicator__family=Family.LEAGUE, indicator__group=group) if v.facility]
    if facility:
        return _of_one_facility(indicators, [v for v in values if v.facility == facility], facility, group)
    with_values = set(PublishedValue.objects.exclude(facility=None).order_by().values_list("facility__slug", flat=True))
    shown = Facility.objects.filter(
        Q(partnership="LEAPS", membership__in=("member", "associate")) | Q(slug__in=with_values)
    ).order_by("short_name")
    beside = relevance.not_relevant()
    by_cell: dict[tuple[str, str], list[Published]] = defaultdict(list)
    for value in values:
        if year is None or value.year == year:
            by_cell[value.facility, value.indicator].append(value)
    columns = tuple(Head(code, code, name) for code, name in indicators)
    rows = []
    for slug, name, first_light in shown.values_list("slug", "short_name", "first_light_year"):
        dark = group in NEEDS_BEAM and year is not None and first_light is not None and year < first_light
        cells = tuple(
            (
                column,
                _cell(
                    by_cell.get((slug, column.key), []), dark=dark, one_year=year is not None, beside=beside.get((slug, column.key))
                ),
            )
            for column in columns
        )
        rows.append(MatrixRow(Head(slug, name, name), cells, _filled(cells)))
    return Matrix(columns, tuple(rows), by_year=False)


def _of_one_facility(indicators: list[tuple[str, str]], values: list[Published], facility: str, group: str) -> Matrix:
    first_light = Facility.objects.filter(slug=facility).values_list("first_light_year", flat=True).first()
    seen = [v.year for v in values]
    columns = tuple(Head(str(y), str(y), str(y)) for y in range(min(seen), max(seen) + 1)) if seen else ()
    by_cell: dict[tuple[str, int], list[Published]] = defaultdict(list)
    for value in values:
        by_cell[value.indicator, value.year].append(value)
    rows, beside = [], relevance.not_relevant()
    for code, name in indicators:
        cells = tuple(
            (
                column,
                _cell(
                    by_cell.get((code, int(column.key)), []),
                    dark=group in NEEDS_BEAM and first_light is not None and int(column.key) < first_light,
                    one_year=True,
                    beside=beside.get((facility, code)),
                ),
            )
            for column in columns
        )
        rows.append(MatrixRow(Head(code, code, name), cells, _filled(cells)))
    return Matrix(columns, tuple(rows), by_year=True)


def _filled(cells: Iterable[tuple[Head, Cell]]) -> int:
    return sum(cell.state == Standing.PUBLISHED for _column, cell in cells)


def _cell(values: list[Published], *, dark: bool, one_year: bool, beside: str | None = None) -> Cell:
    told = [v for v in values if v.standing == Standing.PUBLISHED]
    if told:
        short = wording.short_words(told[0]) if one_year else str(len(told))
        return Cell(Standing.PUBLISHED.value, wording.cell_words(told, one_year=one_year), len(told), short, told[0].slug)
    for standing in (Standing.SUPPRESSED, Standing.NOT_APPLICABLE):
        if any(v.standing == standing for v in values):
            return Cell(standing.value, str(standing.label), url_key=values[0].slug)
    if dark:
        return Cell(Standing.NOT_APPLICABLE.value, wording.before_first_light())
    if beside is not None:
        return Cell(Standing.NOT_APPLICABLE.value, wording.not_relevant(beside))
    return Cell(MISSING, wording.missing())


# -- one facility, and the league ------------------------------------------------------------------


def of_facility(slug: str) -> list[tuple[Section, list[tuple[Definition, list[Published]]]]]:
    """Everything public about one facility: by section of the definitions, then by indicator."""
    values: dict[str, list[Published]] = defaultdict(list)
    for value in published(facility__slug=slug):
        values[value.indicator].append(value)
    found = []
    for section in sections(definitions()):
        told = [(definition, values[definition.code]) for definition in section.definitions if definition.code in values]
        if told:
            found.append((section, told))
    return found


def wider_scopes() -> list[Published]:
    """Values told only for a laboratory, a partnership, a project, or for comparison."""
    order = [ScopeKind.PARTNERSHIP, ScopeKind.PROJECT, ScopeKind.LABORATORY, ScopeKind.COMPARISON]
    rows = published(facility=None)
    return sorted(rows, key=lambda v: (order.index(ScopeKind(v.scope_kind)), v.about.casefold(), v.indicator, v.year))


def by_scope_kind(rows: Iterable[Published]) -> list[tuple[str, list[Published]]]:
    """Values under the words for whom they are about, in the order given."""
    grouped: dict[str, list[Published]] = defaultdict(list)
    for row in rows:
        grouped[row.scope_kind].append(row)
    return [(str(ScopeKind(kind).label), found) for kind, found in grouped.items()]


def joined_kinds() -> frozenset[str]:
    """Kinds of period whose values follow each other in one series."""
    return frozenset({PeriodKind.CALENDAR_YEAR.value, PeriodKind.FISCAL_YEAR.value, PeriodKind.CUMULATIVE.value, PeriodKind.SNAPSHOT.value})
