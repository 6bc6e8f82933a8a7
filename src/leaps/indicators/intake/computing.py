"""Values of many indicators at once: of one return on the machine it lies on, or of a whole league."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from leaps.core.lake import Store, duckdb_connection, fetch, table
from leaps.indicators import raw
from leaps.indicators.computed.base import Indicator, Kind, compute
from leaps.indicators.computed.pieces import visitors
from leaps.indicators.computed.registry import all_indicators

if TYPE_CHECKING:
    import pyarrow as pa

IN_MEMORY_ROWS: Final = 4_000_000
"""Up to so many rows of a table are read once and kept; larger ones are read again for each indicator."""


@dataclass(frozen=True, slots=True)
class Result:
    """One value of a year. `facility` is empty for the league, `dimension` for the whole.

    `unshared` are counted keys that only their facility can read, so that over several facilities the value
    is an upper bound. `category` is empty within a dimension for what was not recorded.
    """

    indicator: str
    title: str
    unit: str
    variant: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n_records: int
    unshared: int
    method: str
    facility: str = ""
    year: int = 0
    dimension: str = ""
    category: str = ""


@contextmanager
def opened(
    store: Store, paths: Mapping[str, Sequence[str]], hosts: Mapping[str, str], *, rows: Mapping[str, int] | None = None
) -> Iterator[tuple[Any, "Named"]]:
    """A connection and the raw tables over some parts of a store; `hosts` gives the country of each facility.

    `rows` are those of each record, where known: small tables are then read once. Visitors are worked out here when
    the paths hold none.
    """
    import pyarrow as pa

    with tempfile.TemporaryDirectory(prefix="leaps-lake-") as folder, duckdb_connection(folder=folder) as connection:
        tables = dict(raw.RECORDS) | ({raw.VISITOR.name: raw.VISITOR} if paths.get(raw.VISITOR.name) else {})
        # What visitors are made of is asked for by nobody once they are there.
        spared = {"visit", "person"} if raw.VISITOR.name in tables else set()
        for name, schema in tables.items():
            chosen = () if name in spared else paths.get(name, ())
            if not chosen:
                connection.con.from_arrow(schema.arrow().empty_table()).create(name)
            elif rows is not None and rows.get(name, 0) <= IN_MEMORY_ROWS:
                connection.create_table(name, table(connection, store, schema, chosen))
            else:
                table(connection, store, schema, chosen, name=name)
        if raw.VISITOR.name not in tables:
            connection.con.execute(f"CREATE TABLE {raw.VISITOR.name} AS {_visitors_sql()}")
        codes = pa.array([code or None for code in hosts.values()], pa.string())
        host = pa.table({"facility": pa.array(list(hosts), pa.string()), "host_country": codes})
        connection.con.from_arrow(host).create("host")
        yield connection, Named(connection, (*raw.RECORDS, raw.VISITOR.name, "host"))


class Named(Mapping[str, Any]):
    """The tables of a connection under the names of their records; each is looked up when it is first asked for."""

    def __init__(self, connection: Any, names: Sequence[str]) -> None:
        self._connection, self._names = connection, tuple(names)
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._found:
            self._found[name] = self._connection.table(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def rollups(tables: Mapping[str, "pa.Table"]) -> dict[str, "pa.Table"]:
    """What is worth keeping beside the records of a return, by name: its visitors, if it holds visits and persons.

    The same records give the same rows in the same order.
    """
    if not {"visit", "person"} <= tables.keys():
        return {}
    with duckdb_connection() as connection:
        for name in ("visit", "person"):
            connection.con.register(name, tables[name])
        return {raw.VISITOR.name: connection.con.sql(f"{_visitors_sql()} ORDER BY facility, year, who, mode").to_arrow_table()}


@cache
def _visitors_sql() -> str:
    """The visitors in DuckDB's words, from tables called visit and person."""
    import ibis

    found = visitors(_unbound("visit", "person")).select(*(field.name for field in raw.VISITOR.fields))
    return str(ibis.to_sql(found, dialect="duckdb"))


def _unbound(*names: str) -> dict[str, Any]:
    import ibis

    return {name: ibis.table(ibis.Schema.from_pyarrow(raw.record(name).arrow()), name=name) for name in names}


def values(
    connection: Any, lake: Mapping[str, Any], indicators: Iterable[Indicator], *, by_facility: bool, parts: bool = True
) -> Iterator[Result]:
    """The values of each year: of each facility, or of the league as one; with `parts` also by each dimension."""
    scope = ["facility", "year"] if by_facility else ["year"]
    for indicator in indicators:
        for dimension in ("", *(indicator.dims if parts else ())):
            by = [*scope, dimension] if dimension else scope
            if isinstance(lake, Named):
                found = connection.con.sql(_sql(indicator.id, tuple(by))).to_arrow_table()
            else:
                found = fetch(connection, compute(indicator, lake, by).order_by([*by, "variant"]))
            for row in found.to_pylist():
                yield _result(indicator, row, dimension)


@cache
def _sql(code: str, by: tuple[str, ...]) -> str:
    """The question of an indicator in DuckDB's words; to find them takes longer than to answer it for a facility."""
    import ibis

    tables = _unbound(*raw.RECORDS, raw.VISITOR.name)
    tables["host"] = ibis.table({"facility": "string", "host_country": "string"}, name="host")
    asked = compute(all_indicators()[code], tables, by).order_by([*by, "variant"])
    return str(ibis.to_sql(asked, dialect="duckdb"))


def _result(indicator: Indicator, row: Mapping[str, Any], dimension: str) -> Result:
    category = row[dimension] if dimension else ""
    return Result(
        indicator=indicator.id, title=str(indicator.title), unit=indicator.unit, method=indicator.method_hash,
        facility=row.get("facility", ""), year=row["year"], dimension=dimension,
        category="" if category is None else str(category),
        variant=row["variant"], value=_float(row["value"]), numerator=_float(row["numerator"]),
        denominator=_float(row["denominator"]), n_records=int(row["n_records"] or 0), unshared=int(row["unshared"] or 0),
    )  # fmt: skip


def _float(value: Any) -> float | None:
    """DuckDB's sums of whole numbers come as decimals."""
    return None if value is None else float(value)


def results(tables: Mapping[str, "pa.Table"], *, facility: str, year: int, host_country: str = "") -> Iterator[Result]:
    """The values of every indicator whose records are all there, in the order of the registry.

    What `reasons` names is left out: a missing record is not a zero.
    """
    with tempfile.TemporaryDirectory(prefix="leaps-return-") as folder:
        store = Store(folder)
        given = {name: rows for name, rows in tables.items() if name in raw.RECORDS}
        paths = {name: [store.write(raw.record(name), rows).path] for name, rows in given.items()}
        with opened(store, paths, {facility: host_country}) as (connection, lake):
            for result in values(connection, lake, computable(given), by_facility=True, parts=False):
                if result.year == year:
                    yield result


def reasons(tables: Iterable[str]) -> list[tuple[Indicator, str]]:
    """The indicators that one return with these records is not enough for, each with the reason."""
    found, given = [], set(tables)
    for indicator in all_indicators().values():
        if missing := [name for name in indicator.records if name not in given]:
            found.append((indicator, f"no records of {', '.join(missing)}"))
        elif indicator.kind in (Kind.DISTINCT_EVER, Kind.CUMULATIVE):
            found.append((indicator, "it needs the years before"))
        elif indicator.league_only or indicator.needs_others:
            found.append((indicator, "it needs the other facilities"))
    return found


def computable(tables: Iterable[str]) -> list[Indicator]:
    """The indicators for which one return is enough."""
    out = {indicator.id for indicator, _reason in reasons(tables)}
    return [indicator for indicator in all_indicators().values() if indicator.id not in out]
