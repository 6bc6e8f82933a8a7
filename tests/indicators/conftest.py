"""A small synthetic league in a lake of its own."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from leaps.core.lake import Store, duckdb_connection, put, table
from leaps.indicators import raw
from leaps.indicators.synthetic import SyntheticFacility, league

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
