"""Computed values, as far as the person who asks may see them: exact to the house, released and rounded to the public.

In a trial the values are those of the synthetic league, elsewhere those of real returns; the two never meet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import F, Q, QuerySet

from leaps.catalogue.models import Facility
from leaps.indicators import rules
from leaps.indicators.computed import release
from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.formulas.disclosure import round_persons
from leaps.indicators.models import ComputedValue, IndicatorDefinition, Return
from leaps.indicators.types import Group, Origin, ReturnState, Shown

OPEN_INSTRUMENTS: Final = "ACC-14"
PERSONS: Final = frozenset({"person"})
# Activity that grows with what is open: by default it is shown for each open instrument.
PER_INSTRUMENT: Final = frozenset({
    "ACC-01", "ACC-02", "ACC-04", "ACC-05", "ACC-07", "ACC-08", "ACC-09", "ACC-10", "ACC-15", "ACC-18", "OPS-14", "SCI-01",
    "SCI-05", "SCI-06", "SCI-07", "SCI-09", "IND-01", "ENV-01", "FIN-01", "PPL-02", "PPL-05",
})  # fmt: skip


def is_synthetic_world() -> bool:
    """Whether the values of this installation are the trial's."""
    return bool(settings.TRIAL)


@dataclass(frozen=True, slots=True)
class Computed:
    """One value as the viewer may see it. `value` is None where it is withheld or not defined.

    `is_exact` says whether it is as computed; to the public, counts of persons are rounded to five and the
    two sums of a share of persons are not given.
    """

    pk: int
    indicator: str
    variant: str
    facility: str
    year: int
    dimension: str
    category: str
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    n_records: int | None
    n_facilities: int
    origin: str
    shown: str
    is_exact: bool
    is_synthetic: bool
    method: str

    @property
    def is_withheld(self) -> bool:
        """Whether there is a value that the viewer may not see."""
        return self.value is None and self.shown != Shown.PUBLIC and not self.is_exact

    @property
    def is_mixed(self) -> bool:
        """Whether finished values of facilities are in it."""
        return self.origin != Origin.RAW


def standing() -> "QuerySet[ComputedValue]":
    """The values that stand now in this world."""
    return ComputedValue.objects.filter(closed_at=None, is_synthetic=is_synthetic_world())


def visible(viewer: object, **filters: object) -> list[Computed]:
    """Standing values by indicator, facility and year. One query; two where the league's bounds are among them.

    What the public does not see at all is left out for whoever is the public of that facility; what is withheld
    is there without its value.
    """
    asked = standing().filter(**filters).order_by("indicator", "variant", "facility", "campaign__year", "category")
    # Neither a campaign object for each row nor moments that nobody shows: much of the time of large answers.
    rows = list(asked.annotate(in_year=F("campaign__year")).defer("computed_at", "closed_at", "version"))
    office = rules.is_office(viewer)
    vague = set() if office else _vague(rows)
    inside: dict[str, bool] = {}
    found = []
    for row in rows:
        if row.facility not in inside:
            inside[row.facility] = office or bool(row.facility and rules.may_see_return_of(viewer, row.facility))
        if inside[row.facility] or row.shown != Shown.HOUSE:
            found.append(_seen(row, row.in_year, exact=inside[row.facility], vague=row.pk in vague))
    return found


def page(viewer: object, *, after: int, limit: int, **filters: object) -> list[Computed]:
    """The same in the order in which they were made, from behind one on. Two queries.

    A value that is computed anew comes at the end, so whoever goes from page to page meets each once.
    """
    rows = standing().filter(pk__gt=after, **filters)
    if not rules.is_office(viewer):
        rows = rows.filter(~Q(shown=Shown.HOUSE) | Q(facility__in=rules.facilities_seen_by(viewer)))
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return sorted(visible(viewer, pk__in=keys), key=lambda row: row.pk)


def _vague(rows: Iterable[ComputedValue]) -> set[int]:
    """The values of the league of which the public must not learn how far they are bounded.

    Bound and value lie apart by what single facilities counted under keys of their own or sent as finished values: in the
    whole it may be withheld of such a facility, and in the parts it mostly is.
    """
    known = all_indicators()
    bounded = [row for row in rows if row.low is not None and (row.indicator not in known or release.is_sensitive(known[row.indicator]))]
    wholes = [row for row in bounded if not row.dimension]
    vague = {row.pk for row in bounded if row.dimension}
    if wholes:
        withheld = standing().filter(shown=Shown.SUPPRESSED, dimension="", indicator__in={row.indicator for row in wholes})
        secret = set(withheld.exclude(facility="").values_list("indicator", "campaign_id"))
        vague |= {row.pk for row in wholes if (row.indicator, row.campaign_id) in secret}
    return vague


def _seen(row: ComputedValue, year: int, *, exact: bool, vague: bool) -> Computed:
    one = all_indicators().get(row.indicator)
    value, numerator, denominator, records = row.value, row.numerator, row.denominator, row.n_records
    low, high = 0.0 if vague else row.low, row.high
    if not exact:
        sensitive = one is None or release.is_sensitive(one)
        if row.shown != Shown.PUBLIC:
            value = numerator = denominator = low = high = None
        elif one is not None and one.unit in PERSONS and one.kind is not Kind.RATIO:
            value, low, high = (None if x is None else float(round_persons(x)) for x in (value, low, high))
            numerator = value
        elif sensitive and one is not None and one.kind in (Kind.RATIO, Kind.ENTROPY):
            numerator = denominator = None
            value = None if value is None else release.in_steps(one.id, value)
    return Computed(
        pk=row.pk, indicator=row.indicator, variant=row.variant, facility=row.facility, year=year,
        dimension=row.dimension, category=row.category, value=value, numerator=numerator, denominator=denominator,
        low=low, high=high, n_records=records if exact or one is None or not release.is_sensitive(one) else None,
        n_facilities=row.n_facilities, origin=row.origin, shown=row.shown, is_exact=exact, is_synthetic=row.is_synthetic,
        method=row.method,
    )  # fmt: skip


def facility_names() -> dict[str, str]:
    """Short names by key, of every facility."""
    return dict(Facility.objects.order_by("short_name").values_list("slug", "short_name"))


def standard(rows: Iterable[Computed]) -> list[Computed]:
    """Those under the standard rule of their indicator."""
    known = all_indicators()
    return [row for row in rows if row.indicator in known and row.variant == known[row.indicator].standard_variant]


# -- the league ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    """One indicator on a dashboard: its values over the years, the latest of them, and the year before's."""

    indicator: Indicator
    rows: tuple[Computed, ...]

    @property
    def latest(self) -> Computed | None:
        """The newest value."""
        return next((row for row in reversed(self.rows) if row.value is not None), None)

    @property
    def before(self) -> Computed | None:
        """The value of the year before the newest."""
        if (last := self.latest) is None:
            return None
        return next((row for row in self.rows if row.year == last.year - 1 and row.value is not None), None)

    @property
    def percent(self) -> float | None:
        """How much it changed on the year before, where as many facilities stand behind both."""
        last, before = self.latest, self.before
        if last is None or before is None or not before.value or last.value is None or last.n_facilities != before.n_facilities:
            return None
        return 100 * (last.value - before.value) / abs(before.value)


@dataclass(frozen=True, slots=True)
class TileGroup:
    """The tiles of one part of a facility's work."""

    group: str
    title: str
    tiles: tuple[Tile, ...]


def board(viewer: object, facility: str = "") -> list[TileGroup]:
    """Every computed indicator of the league, or of one facility, by group. Two queries."""
    groups = dict(IndicatorDefinition.objects.exclude(group=None).values_list("code", "group"))
    by_code: dict[str, list[Computed]] = defaultdict(list)
    for row in standard(visible(viewer, facility=facility, dimension="")):
        by_code[row.indicator].append(row)
    tiles: dict[str, list[Tile]] = defaultdict(list)
    for code, one in all_indicators().items():
        if by_code[code]:
            tiles[groups.get(code) or ""].append(Tile(one, tuple(by_code[code])))
    return [TileGroup(g.value, str(g.label), tuple(tiles[g.value])) for g in Group if tiles[g.value]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete a year is: facilities that signed, of those asked."""

    year: int
    signed: int
    frozen: bool


def coverage() -> list[Coverage]:
    """How many facilities stand behind each year. One query."""
    rows = Return.objects.filter(state=ReturnState.SIGNED, is_synthetic=is_synthetic_world())
    counts: dict[int, set[str]] = defaultdict(set)
    frozen: dict[int, bool] = {}
    for year, facility, at in rows.values_list("campaign__year", "facility", "campaign__frozen_at"):
        counts[year].add(facility)
        frozen[year] = at is not None
    return [Coverage(year, len(who), frozen[year]) for year, who in sorted(counts.items())]


# -- one indicator ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndicatorBoard:
    """An indicator over facilities and years.

    `league` and `facilities` are whole values; `rates` the same for each open instrument, where that makes
    sense; `dark` are (facility, year) pairs in which nothing was open: masked, not zero.
    """

    indicator: Indicator
    variant: str
    league: tuple[Computed, ...]
    facilities: Mapping[str, tuple[Computed, ...]]
    rates: Mapping[str, Mapping[int, float]]
    dark: frozenset[tuple[str, int]]

    @property
    def years(self) -> list[int]:
        """Every year with a value."""
        return sorted({row.year for rows in self.facilities.values() for row in rows} | {row.year for row in self.league})


def indicator_board(viewer: object, one: Indicator, variant: str) -> IndicatorBoard:
    """The values of one indicator under one rule. Two queries."""
    rows = visible(viewer, indicator=one.id, variant=variant, dimension="")
    facilities: dict[str, list[Computed]] = defaultdict(list)
    for row in rows:
        if row.facility:
            facilities[row.facility].append(row)
    opened = {
        (of, year): value or 0.0
        for of, year, value in standing().filter(indicator=OPEN_INSTRUMENTS, dimension="")
        .exclude(facility="").values_list("facility", "campaign__year", "value")
    }  # fmt: skip
    dark = frozenset(place for place, value in opened.items() if not value)
    rates: dict[str, dict[int, float]] = defaultdict(dict)
    if one.id in PER_INSTRUMENT:
        for of, theirs in facilities.items():
            for row in theirs:
                if row.value is not None and opened.get((of, row.year)):
                    rates[of][row.year] = row.value / opened[of, row.year]
    return IndicatorBoard(
        one, variant, tuple(row for row in rows if not row.facility), {of: tuple(r) for of, r in facilities.items()}, rates, dark
    )


def parts(viewer: object, one: Indicator, *, facility: str = "", year: int) -> dict[str, list[Computed]]:
    """The parts of a value by each dimension, the largest first. One query."""
    found: dict[str, list[Computed]] = defaultdict(list)
    rows = visible(viewer, indicator=one.id, variant=one.standard_variant, facility=facility, campaign__year=year)
    for row in rows:
        if row.dimension:
            found[row.dimension].append(row)
    for theirs in found.values():
        theirs.sort(key=lambda row: (row.value is None, -(row.value or 0.0), row.category))
    return {name: found[name] for name in one.dims if name in found}


# -- one value -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a value: who signed which return, and the earlier versions of the value."""

    returns: tuple[Return, ...]
    versions: tuple[ComputedValue, ...]


def one_value(viewer: object, pk: int) -> Computed | None:
    """A standing value by its number, to those who may know that it is there."""
    found = visible(viewer, pk=pk)
    return found[0] if found else None


def behind(row: Computed) -> Behind:
    """The signed returns a value was computed from, and its versions to those inside. Two queries."""
    returns = Return.objects.filter(
        campaign__year=row.year, state=ReturnState.SIGNED, is_synthetic=row.is_synthetic, embargo_until=None
    ).select_related("campaign").order_by("facility")  # fmt: skip
    if row.facility:
        returns = returns.filter(facility=row.facility)
    one = all_indicators().get(row.indicator)
    needed = set(one.records) if one else set()
    used = tuple(sent for sent in returns if needed <= sent.tables.keys() or "finished_value" in sent.tables)
    versions: Sequence[ComputedValue] = ()
    if row.is_exact:
        versions = list(
            ComputedValue.objects.filter(
                campaign__year=row.year, facility=row.facility, indicator=row.indicator, variant=row.variant,
                dimension=row.dimension, category=row.category, is_synthetic=row.is_synthetic,
            ).order_by("-version")
        )  # fmt: skip
    return Behind(used, tuple(versions))


# -- countries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country with what the league counts from it in a year."""

    code: str
    users: Computed | None
    visits: Computed | None
    facilities: int


def countries(viewer: object, year: int) -> list[CountryRow]:
    """Every country users came from in a year. Two queries."""
    found: dict[str, dict[str, Computed]] = defaultdict(dict)
    rows = visible(viewer, facility="", dimension="country", indicator__in=("ACC-07", "ACC-10"), campaign__year=year)
    for row in rows:
        if row.category:
            found[row.category][row.indicator] = row
    hosts: dict[str, int] = defaultdict(int)
    for country in Facility.objects.filter(partnership="LEAPS", membership="member").values_list("country", flat=True):
        hosts[country or ""] += 1
    codes = sorted(set(found) | (set(hosts) - {""}))
    return [CountryRow(code, found[code].get("ACC-10"), found[code].get("ACC-07"), hosts[code]) for code in codes]


def places() -> list[tuple[str, str, str, float, float]]:
    """Where the members of the league lie: (slug, short name, kind, longitude in degrees, latitude). One query."""
    members = Facility.objects.filter(
        partnership="LEAPS", membership="member", longitude_deg__isnull=False, latitude_deg__isnull=False
    ).order_by("short_name")
    rows = members.values_list("slug", "short_name", "kind", "longitude_deg", "latitude_deg")
    return [(slug, name, kind, longitude or 0.0, latitude or 0.0) for slug, name, kind, longitude, latitude in rows]


@dataclass(frozen=True, slots=True)
class CountryBoard:
    """What the league does for a country: users, visits, proposals and papers over the years, and where they went."""

    code: str
    series: Mapping[str, tuple[Computed, ...]]
    where: tuple[tuple[str, Computed], ...]
    year: int
    hosted: tuple[tuple[str, str], ...]


COUNTRY_SERIES: Final = ("ACC-10", "ACC-07", "ACC-01", "ACC-02", "ACC-03", "ACC-05")


def country_board(viewer: object, code: str, year: int | None = None) -> CountryBoard:
    """One country. Three queries."""
    series: dict[str, list[Computed]] = defaultdict(list)
    rows = visible(viewer, facility="", dimension="country", category=code, indicator__in=COUNTRY_SERIES)
    for row in standard(rows):
        series[row.indicator].append(row)
    years = [row.year for rows_ in series.values() for row in rows_]
    chosen = year if year in years else max(years, default=0)
    went = visible(viewer, indicator="ACC-07", dimension="country", category=code, campaign__year=chosen)
    where = [(row.facility, row) for row in went if row.facility]
    hosted = Facility.objects.filter(partnership="LEAPS", membership="member", country=code).order_by("short_name")
    return CountryBoard(
        code, {c: tuple(series[c]) for c in COUNTRY_SERIES if series[c]}, tuple(where), chosen,
        tuple(hosted.values_list("slug", "short_name")),
    )  # fmt: skip
