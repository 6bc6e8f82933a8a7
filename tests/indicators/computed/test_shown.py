"""What is stored and shown of a league whose returns were signed: equal to plain SQL, and of no use to a curious reader."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from django.db import transaction

from leaps.core.lake import Store
from leaps.indicators import actions, raw
from leaps.indicators.computed import Indicator, Kind, all_indicators, release
from leaps.indicators.computed.release import Cell
from leaps.indicators.formulas.disclosure import THRESHOLD, WIDTH, round_persons
from leaps.indicators.models import Campaign, ComputedValue, Return, ReturnPart
from leaps.indicators.queries.computed import Computed, is_synthetic_world, visible
from leaps.indicators.synthetic import league
from leaps.indicators.types import ReturnState, Shown
from tests.indicators.computed import independent
from tests.indicators.computed.reader import COUNTS, Key, Reader
from tests.indicators.conftest import FACILITIES as ALL
from tests.indicators.conftest import YEARS
from tests.indicators.signed import NOW, person
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db

FACILITIES = [f for f in ALL if f.slug != "gamma"]  # a large one, a dark one, and one with a currency and keys of its own
HOSTS = {f.slug: f.country for f in FACILITIES}
OWN = {f.slug for f in FACILITIES if not f.shares_keys}
Place = tuple[str, str, str, str, str]
"""Indicator, rule, facility (empty for the league), dimension and category."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, dict[int, list[Computed]], dict[int, list[Computed]]]]:
    """A league computed and published: its records under plain DuckDB, and what the office and the public see of each year."""

    class _Undo(Exception):
        pass

    store = Store(tmp_path_factory.mktemp("lake"))
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), duckdb.connect() as plain:
        patch.setattr("leaps.indicators.actions.values.house_store", lambda: store)
        try:
            with transaction.atomic():
                _sign(store, plain)
                synthetic = is_synthetic_world()
                for one in FACILITIES:
                    actions.recompute(facility=one.slug, is_synthetic=synthetic, now=NOW)
                actions.recompute_league(is_synthetic=synthetic, now=NOW)
                actions.publish(is_synthetic=synthetic, now=NOW)
                office = person("Olga", ("office", ""))
                seen: list[dict[int, list[Computed]]] = [
                    {year: visible(viewer, campaign__year=year) for year in YEARS} for viewer in (office, None)
                ]
                assert sum(map(len, seen[0].values())) == ComputedValue.objects.count()
                yield plain, seen[0], seen[1]
                raise _Undo
        except _Undo:
            pass


def _sign(store: Store, plain: Any) -> None:
    """The returns of every facility and year, and their records for whoever wants to count them otherwise."""
    write(*(facility(f.slug, country=f.country) for f in FACILITIES))
    campaigns = {
        year: Campaign.objects.create(year=year, due_on=dt.date(year + 1, 6, 30), opened_at=NOW, opened_label="Olga") for year in YEARS
    }
    rows = defaultdict(list)
    sent: dict[tuple[str, int], Return] = {}
    for batch in league(FACILITIES, YEARS, seed=3):
        rows[batch.record].append(batch.rows)
        if not batch.rows.num_rows:
            continue
        place = batch.facility, batch.year
        if place not in sent:
            sent[place] = Return.objects.create(
                campaign=campaigns[batch.year], facility=batch.facility, state=ReturnState.SIGNED, sent_at=NOW, sent_label="Kim",
                signed_at=NOW, signed_label="Kim", is_synthetic=is_synthetic_world(),
            )  # fmt: skip
        part = store.write(raw.record(batch.record), batch.rows)
        ReturnPart.objects.create(of=sent[place], record=batch.record, path=part.path, rows=part.rows, size=part.size, sha256=part.sha256)
        sent[place].tables[batch.record] = part.rows
    Return.objects.bulk_update(sent.values(), ["tables"])
    for name, found in rows.items():
        plain.from_arrow(pa.concat_tables(found)).create(name)
    plain.from_arrow(pa.table({"facility": pa.array(HOSTS), "host_country": pa.array(HOSTS.values())})).create("host")
    plain.execute(independent.VIEWS)


def _recomputed(plain: Any, one: Indicator) -> Mapping[int, dict[Place, independent.Row]]:
    """Every value of an indicator by year as plain SQL finds it; sums over several currencies mean nothing and are left out."""
    found: dict[int, dict[Place, independent.Row]] = defaultdict(dict)
    for scope in [("year",)] if one.league_only else [("year",), ("facility", "year")]:
        currencies: dict[tuple[Any, ...], int] = defaultdict(int)
        if "currency" in one.dims:
            for key in independent.values(plain, one.id, (*scope, "currency")):
                currencies[key[: len(scope)]] += 1
        for dim in ("", *one.dims):
            by = (*scope, *([dim] if dim else []))
            for key, row in independent.values(plain, one.id, by).items():
                if currencies[key[: len(scope)]] <= 1 or dim == "currency":
                    told = dict(zip(by, key, strict=False))
                    place = one.id, key[-1], told.get("facility", ""), dim, str(told[dim] or "") if dim else ""
                    found[told["year"]][place] = row
    return found


def _place(row: Computed) -> Place:
    return row.indicator, row.variant, row.facility, row.dimension, row.category


def _approximately(row: independent.Row) -> tuple[Any, ...]:
    return tuple(None if x is None else pytest.approx(x, rel=1e-9, abs=1e-12) for x in row)


@pytest.mark.parametrize("code", all_indicators())
def test_every_value_shown_is_what_plain_sql_finds(code: str, world: Any) -> None:
    plain, office, public = world
    one = all_indicators()[code]
    wanted = _recomputed(plain, one)
    told = 0
    for year in YEARS:
        exact = {_place(row): row for row in office[year] if row.indicator == code}
        assert exact.keys() == wanted[year].keys(), year
        for place, row in exact.items():
            assert row.is_exact
            assert (row.value, row.numerator, row.denominator) == _approximately(wanted[year][place]), (year, place)
        released = [row for row in public[year] if row.indicator == code and row.value is not None]
        told += len(released)
        for row in released:
            value, numerator, denominator = wanted[year][_place(row)]
            assert row.shown == Shown.PUBLIC
            if one.unit == "person" and one.kind is not Kind.RATIO:
                value = numerator = float(round_persons(value or 0.0))
            elif release.is_sensitive(one) and one.kind in (Kind.RATIO, Kind.ENTROPY):
                value, numerator, denominator = release.in_steps(code, value or 0.0), None, None
            assert (row.value, row.numerator, row.denominator) == _approximately((value, numerator, denominator)), (year, row)
    assert told


@pytest.mark.parametrize("code", independent.UNITED)
def test_bounds_of_the_league_are_those_of_keys_that_cannot_be_compared(code: str, world: Any) -> None:
    plain, office, _public = world
    own = independent.own_keys(plain, code)
    for year in YEARS:
        whole = next(row for row in office[year] if (row.indicator, row.facility, row.dimension) == (code, "", ""))
        largest = max(row.value for row in office[year] if (row.indicator, row.dimension) == (code, "") and row.facility)

        assert (whole.low, whole.high) == (max(whole.value - own[year], largest), whole.value)
        assert own[year] > 0


# -- a reader of all that is public --------------------------------------------------------------------


def _year(exact: list[Computed], public: list[Computed]) -> tuple[dict[str, list[Cell]], dict[str, list[bool]], dict[Key, float]]:
    """The sensitive cells of a year, which of them the public is not told, and the lower bounds that it is told."""
    shown = {_place(row): row for row in public}
    year: dict[str, list[Cell]] = defaultdict(list)
    hidden: dict[str, list[bool]] = defaultdict(list)
    lows: dict[Key, float] = {}
    for row in exact:
        if release.is_sensitive(all_indicators()[row.indicator]) and _place(row) in shown:
            seen = shown[_place(row)]
            year[row.indicator].append(Cell(row.facility, row.dimension, row.category, row.value, row.denominator, row.numerator))
            hidden[row.indicator].append(seen.value is None)
            if seen.low and row.low:
                lows[row.indicator, row.facility, row.dimension, row.category] = row.low
    return year, hidden, lows


@pytest.mark.parametrize("year", YEARS)
def test_no_small_count_can_be_worked_out_from_all_that_is_public(year: int, world: Any) -> None:
    # The reader is given the exact counts where the public is given rounded ones, and so knows more than anybody does.
    _plain, office, public = world
    cells, hidden, lows = _year(office[year], public[year])
    reader = Reader(cells, hidden, hosts=HOSTS, own=OWN, first=year == YEARS[0], lows=lows)

    few = reader.withheld(THRESHOLD)

    assert len(few) > 100
    assert len(reader.printed) > 100
    assert not [key for key, value in reader.printed.items() if 0 < value < THRESHOLD]
    assert {key: reader.range(key) for key in few if reader.told(key, WIDTH)} == {}


def test_withholding_only_the_few_would_tell_many_of_them(world: Any) -> None:
    _plain, office, public = world
    cells, _hidden, _lows = _year(office[YEARS[0]], public[YEARS[0]])
    only = {code: [code in COUNTS and (cell.value or 0) < THRESHOLD for cell in found] for code, found in cells.items()}
    reader = Reader(cells, only, hosts=HOSTS, own=OWN)

    few = reader.withheld(THRESHOLD)[:40]

    assert sum(reader.told(key, WIDTH) for key in few) > 5
