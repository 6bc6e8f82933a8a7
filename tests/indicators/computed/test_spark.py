"""Every indicator gives the same table on DuckDB and on a Spark cluster: whole values and by each dimension."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from leaps.core.lake import Store, fetch, spark_connection
from leaps.indicators.computed import all_indicators, compute
from tests.indicators.conftest import tables_of
from tests.spark import spark_master

__all__ = ["spark_master"]


@pytest.fixture(scope="module")
def spark(spark_master: str, small_league: tuple[Store, dict[str, list[str]]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A connection to the cluster and its raw tables."""
    settings = {
        "spark__driver__host": "127.0.0.1",
        # A few thousand rows: plans are not worth compiling, nor spreading.
        "spark__sql__shuffle__partitions": "1", "spark__sql__codegen__wholeStage": "false", "spark__sql__adaptive__enabled": "false",
        "spark__sql__codegen__factoryMode": "NO_CODEGEN",
    }  # fmt: skip
    with spark_connection(spark_master, **settings) as connection:
        yield connection, tables_of(connection, *small_league)


def _rows(engine: tuple[Any, dict[str, Any]], identity: str, by: list[str]) -> list[tuple[Any, ...]]:
    connection, tables = engine
    found = fetch(connection, compute(all_indicators()[identity], tables, by)).to_pylist()
    return sorted((tuple(row.values()) for row in found), key=lambda row: [(v is not None, str(v)) for v in row[: len(by) + 1]])


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        if left is None or right is None:
            return left is right
        # Sums over several threads differ in the last digit, whatever the engine.
        return math.isclose(float(left), float(right), rel_tol=1e-12, abs_tol=1e-12)
    return bool(left == right)


@pytest.mark.parametrize("identity", list(all_indicators()))
def test_both_engines_agree(identity: str, duck: tuple[Any, dict[str, Any]], spark: tuple[Any, dict[str, Any]]) -> None:
    one = all_indicators()[identity]
    for by in [["facility", "year"], *(["year", dim] for dim in one.dims[:1])]:
        ours, theirs = _rows(duck, identity, by), _rows(spark, identity, by)

        assert len(ours) == len(theirs) > 0
        different = [(a, b) for a, b in zip(ours, theirs, strict=True) if not all(map(_same, a, b))]
        assert different == [], f"{identity} by {by}"
