"""A small synthetic league in a lake of its own."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from leaps.accounts.models import User
from leaps.core.lake import Store, duckdb_connection, put, table
from leaps.indicators import raw
from leaps.indicators.models import Campaign
from leaps.indicators.synthetic import SyntheticFacility, league
from leaps.record import actions as record_actions
from leaps.record.packs import loading, reading
from leaps.record.types import Provenance
from tests.background import work
from tests.conftest import PACK
from tests.indicators import signed
from tests.indicators.factories import published
from tests.indicators.signed import NOW, person
from tests.record.factories import facility, write

YEARS = (2022, 2023, 2024)
FACILITIES = (
    SyntheticFacility("alpha", "DE", ("alpha-one", "alpha-two", "alpha-three"), 5000, 400),
    SyntheticFacility("beta", "FR", ("beta-one", "beta-two"), 4300, 250, dark=frozenset((2023, m) for m in range(1, 13))),
    SyntheticFacility("gamma", "SE", ("gamma-one", "gamma-two", "gamma-three", "gamma-four"), 4000, 300, "SEK"),
    SyntheticFacility("delta", "CH", ("delta-one",), 4800, 120, "CHF", shares_keys=False),
)


@pytest.fixture(scope="session")
def small_league(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, list[str]]]:
    """The store and the paths of each record."""
    store = Store(tmp_path_factory.mktemp("lake"))
    paths: dict[str, list[str]] = defaultdict(list)
    for batch in league(FACILITIES, YEARS, seed=3):
        paths[batch.record].append(store.write(raw.record(batch.record), batch.rows).path)
    return store, paths


def tables_of(connection: Any, store: Store, paths: dict[str, list[str]]) -> dict[str, Any]:
    """The raw tables of a connection, with the host countries."""
    import pyarrow as pa

    found = {name: table(connection, store, schema, paths[name]) for name, schema in raw.RECORDS.items()}
    hosts = {"facility": [f.slug for f in FACILITIES], "host_country": [f.country for f in FACILITIES]}
    found["host"] = put(connection, "host", pa.table(hosts))
    return found


@pytest.fixture(scope="session")
def duck(small_league: tuple[Store, dict[str, list[str]]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A DuckDB connection and its raw tables."""
    with duckdb_connection() as connection:
        yield connection, tables_of(connection, *small_league)


@pytest.fixture
def lake(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A lake of one's own for returns."""
    store = Store(tmp_path_factory.mktemp("lake"))
    for module in ("leaps.indicators.tasks", "leaps.indicators.actions.returns", "leaps.indicators.actions.values"):
        monkeypatch.setattr(f"{module}.house_store", lambda: store)
    return store


SMALL = (
    SyntheticFacility("ring", "SE", ("ring-one", "ring-two"), 4000, 300),
    SyntheticFacility("other", "DE", ("other-one",), 3000, 80),
)


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, User]]:
    """Two facilities whose returns of 2024 were sent, read, signed and computed; a third that only published something."""

    class _Undo(Exception):
        pass

    store = Store(tmp_path_factory.mktemp("lake"))
    patch = pytest.MonkeyPatch()
    for module in ("leaps.indicators.tasks", "leaps.indicators.actions.returns", "leaps.indicators.actions.values"):
        patch.setattr(f"{module}.house_store", lambda: store)
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                office = record_actions.System("tests")
                loading.load(
                    reading.read_path(PACK / "indicator_definitions.csv"), actor=office, default=Provenance("known"), reason="definitions", now=NOW
                )
                write(facility("ring"), facility("other", country="DE"), facility("third", country="FR"))
                write(
                    published("third-sci-01-2024", facility="third", indicator="SCI-01", year=2024, value=431.0),
                    published("ring-sci-01-2020", indicator="SCI-01", year=2020, value=97.0, qualifier="approx"),
                )
                made = {
                    "officer": person("Kim", ("kpi_officer", "ring")), "other": person("Otto", ("kpi_officer", "other")),
                    "office": person("Olga", ("office", "")), "editor": person("Edda", ("facility_editor", "ring")),
                }  # fmt: skip
                campaign = Campaign.objects.create(year=2024, due_on=dt.date(2025, 6, 30), opened_at=NOW, opened_label="Olga")
                batches = list(league(SMALL, (2024,), seed=9))
                for slug, who in (("ring", "officer"), ("other", "other")):
                    signed.sign(signed.send(campaign, made[who], slug, signed.parquet(batches, slug)), made[who])
                work()
                yield made
                raise _Undo
        except _Undo:
            patch.undo()
