"""All indicators a return is enough for, on the machine it lies on."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaps.core.lake import Store, duckdb_connection, fetch, table
from leaps.indicators import raw
from leaps.indicators.computed.base import Indicator, Kind, compute
from leaps.indicators.computed.registry import all_indicators

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Result:
    """One value of the return's year. `unshared` are counted keys that only this facility can read."""

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


def results(tables: Mapping[str, "pa.Table"], *, facility: str, year: int, host_country: str = "") -> Iterator[Result]:
    """The values of every indicator whose records are all there, in the order of the registry.

    What `reasons` names is left out: a missing record is not a zero.
    """
    import ibis
    import pyarrow as pa

    with tempfile.TemporaryDirectory(prefix="leaps-return-") as folder, duckdb_connection(folder=folder) as connection:
        store = Store(folder)
        lake = {
            name: table(connection, store, schema, [store.write(schema, tables[name]).path] if name in tables else [])
            for name, schema in raw.RECORDS.items()
        }
        host = pa.table({"facility": [facility], "host_country": pa.array([host_country or None], pa.string())})
        lake["host"] = ibis.memtable(host)
        for indicator in computable(tables):
            found = fetch(connection, compute(indicator, lake, ["facility", "year"]).order_by("variant"))
            for row in found.to_pylist():
                if row["year"] == year:
                    yield _result(indicator, row)


def reasons(tables: Mapping[str, "pa.Table"]) -> list[tuple[Indicator, str]]:
    """The indicators that one return is not enough for, each with the reason."""
    found = []
    for indicator in all_indicators().values():
        if missing := [name for name in indicator.records if name not in tables]:
            found.append((indicator, f"no records of {', '.join(missing)}"))
        elif indicator.kind in (Kind.DISTINCT_EVER, Kind.CUMULATIVE):
            found.append((indicator, "it needs the years before"))
        elif indicator.league_only:
            found.append((indicator, "it needs the other facilities"))
    return found


def computable(tables: Mapping[str, "pa.Table"]) -> list[Indicator]:
    """The indicators for which one return is enough."""
    out = {indicator.id for indicator, _reason in reasons(tables)}
    return [indicator for indicator in all_indicators().values() if indicator.id not in out]


def _result(indicator: Indicator, row: Mapping[str, object]) -> Result:
    return Result(
        indicator=indicator.id, title=str(indicator.title), unit=indicator.unit, method=indicator.method_hash,
        **{name: row[name] for name in ("variant", "value", "numerator", "denominator", "n_records", "unshared")},  # type: ignore[arg-type]
    )  # fmt: skip
