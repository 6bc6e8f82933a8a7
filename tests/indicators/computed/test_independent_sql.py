"""The value of every indicator, worked out a second time by other means, for everything it can be grouped by."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from leaps.core.lake import Store, duckdb_connection, fetch
from leaps.indicators import raw
from leaps.indicators.computed import Indicator, all_indicators, compute
from leaps.indicators.intake import computing
from leaps.indicators.synthetic import league
from tests.indicators.computed import awkward, independent
from tests.indicators.conftest import FACILITIES, YEARS


def _synthetic() -> dict[str, pa.Table]:
    parts = defaultdict(list)
    for batch in league(FACILITIES, YEARS, seed=3):
        parts[batch.record].append(batch.rows)
    return {name: pa.concat_tables(found) for name, found in parts.items()}


LAKES: Mapping[str, tuple[Any, Mapping[str, str | None]]] = {
    "synthetic": (_synthetic, {f.slug: f.country for f in FACILITIES}),
    "awkward": (awkward.tables, awkward.HOSTS),
}


@pytest.fixture(scope="module", params=LAKES)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """The same Parquet parts twice: under plain DuckDB, and as the tables the indicators are computed from."""
    make, hosts = LAKES[request.param]
    store = Store(tmp_path_factory.mktemp("lake"))
    host = pa.table({"facility": pa.array(hosts, pa.string()), "host_country": pa.array(hosts.values(), pa.string())})
    with duckdb.connect() as plain, duckdb_connection() as connection:
        made = make()
        for name, rows in made.items():
            path = f"{store.address}/{store.write(raw.record(name), rows).path}"
            plain.read_parquet(path).create(name)
            connection.create_table(name, connection.read_parquet(path))
        plain.from_arrow(host).create("host")
        plain.execute(independent.VIEWS)
        connection.create_table("host", ibis.memtable(host))
        connection.create_table("visitor", ibis.memtable(computing.rollups(made)["visitor"]))
        yield plain, connection, {name: connection.table(name) for name in (*raw.RECORDS, "visitor", "host")}


def groupings(one: Indicator) -> list[tuple[str, ...]]:
    """All that an indicator is ever grouped by."""
    scopes = [("year",)] if one.league_only else [("year",), ("facility", "year")]
    return [(*scope, *([dim] if dim else [])) for scope in scopes for dim in ("", *one.dims)]


@pytest.mark.parametrize("code", all_indicators())
def test_values_are_what_plain_sql_finds(code: str, both: tuple[Any, Any, dict[str, Any]]) -> None:
    plain, connection, tables = both
    for by in groupings(all_indicators()[code]):
        rows = fetch(connection, compute(all_indicators()[code], tables, by)).to_pylist()
        ours = {(*(row[name] for name in by), row["variant"]): row for row in rows}
        assert len(ours) == len(rows), by

        wanted = independent.values(plain, code, by)

        assert ours.keys() == wanted.keys(), by
        for key, row in ours.items():
            found = row["value"], row["numerator"], row["denominator"]
            for left, right in zip(found, wanted[key], strict=True):
                assert left == (None if right is None else pytest.approx(right, rel=1e-9, abs=1e-12)), (by, key)


@pytest.mark.parametrize("code", [one.id for one in all_indicators().values() if "visit" in one.records])
def test_visitors_kept_beside_the_visits_change_nothing(code: str, both: tuple[Any, Any, dict[str, Any]]) -> None:
    _plain, connection, tables = both
    without = {name: found for name, found in tables.items() if name != "visitor"}

    for by in groupings(all_indicators()[code]):
        kept, again = (
            fetch(connection, compute(all_indicators()[code], lake, by).order_by([*by, "variant"])).to_pylist() for lake in (tables, without)
        )
        assert kept == [{key: _near(value) for key, value in row.items()} for row in again]
        assert kept


def _near(value: Any) -> Any:
    """Sums of several threads differ in the last digit."""
    return pytest.approx(value, rel=1e-12) if isinstance(value, float) else value


@pytest.mark.parametrize("code", independent.UNITED)
def test_keys_of_one_facility_only_are_told(code: str, both: tuple[Any, Any, dict[str, Any]]) -> None:
    plain, connection, tables = both

    found = fetch(connection, compute(all_indicators()[code], tables, ["year"])).to_pylist()

    assert {row["year"]: row["unshared"] for row in found} == independent.own_keys(plain, code)
