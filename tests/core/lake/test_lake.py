"""The lake: parts are whole or not there, and both engines give the same answer."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from moto.server import ThreadedMotoServer

from leaps.core.errors import DomainError
from leaps.core.lake import BrokenPart, Field, FieldType, Schema, Store, duckdb_connection, table

READINGS = Schema(
    "reading",
    "Readings",
    "Made for the tests.",
    (
        Field("station", FieldType.TEXT, "station", required=True),
        Field("at", FieldType.MOMENT, "at", required=True),
        Field("value", FieldType.NUMBER, "value", unit="K"),
        Field("tags", FieldType.TEXTS, "tags"),
    ),
    key=("station", "at"),
)
ROWS = [
    {"station": "a", "at": dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "value": 1.5, "tags": ["x", "y"]},
    {"station": "a", "at": dt.datetime(2025, 1, 2, tzinfo=dt.UTC), "value": None, "tags": []},
    {"station": "b", "at": dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC), "value": 4.0, "tags": ["x"]},
]


def rows(data: list[dict[str, Any]] = ROWS) -> pa.Table:
    return pa.Table.from_pylist(data, schema=READINGS.arrow())


@pytest.fixture(scope="module")
def s3() -> Iterator[Store]:
    """Object storage by a real server on loopback."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=f"http://{address}", aws_access_key_id="key", aws_secret_access_key="secret",
        region_name="us-east-1",
    )  # fmt: skip
    client.create_bucket(Bucket="lake")
    yield Store(
        "s3://lake/here", access_key="key", secret_key="secret", endpoint_override=address, scheme="http", region="us-east-1"
    )
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path) if request.param == "folder" else request.getfixturevalue("s3")


def test_what_is_written_is_read_back(store: Store) -> None:
    part = store.write(READINGS, rows())
    with duckdb_connection() as connection:
        found = table(connection, store, READINGS, [part.path]).order_by("station", "at").to_pyarrow()

    assert found.to_pylist() == ROWS
    assert part.rows == 3


def test_the_same_rows_are_the_same_part(store: Store) -> None:
    assert store.write(READINGS, rows()) == store.write(READINGS, rows())


def test_only_named_parts_count(store: Store) -> None:
    first = store.write(READINGS, rows(ROWS[:1]))
    store.write(READINGS, rows(ROWS[1:]))

    with duckdb_connection() as connection:
        assert table(connection, store, READINGS, [first.path]).count().to_pyarrow().as_py() == 1
        assert table(connection, store, READINGS, []).count().to_pyarrow().as_py() == 0


def test_parts_from_before_a_column_have_it_empty(store: Store) -> None:
    older = Schema("reading", "Readings", "As it was.", READINGS.fields[:2], key=READINGS.key)
    old = store.write(older, rows(ROWS[:1]).select(["station", "at"]))
    new = store.write(READINGS, rows(ROWS[2:]))

    with duckdb_connection() as connection:
        both = table(connection, store, READINGS, [old.path, new.path]).order_by("station").to_pyarrow()
        alone = table(connection, store, READINGS, [old.path]).to_pyarrow()
        table(connection, store, READINGS, [old.path], name="named")
        named = connection.con.sql("SELECT station, value, tags FROM named").fetchall()

    assert named == [("a", None, None)]
    assert both["value"].to_pylist() == [None, 4.0]
    assert both["tags"].to_pylist() == [None, ["x"]]
    assert alone["value"].to_pylist() == [None]
    assert set(alone.column_names) == {field.name for field in READINGS.fields}


def test_unnamed_parts_are_found_and_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept, left = store.write(READINGS, rows(ROWS[:1])), store.write(READINGS, rows(ROWS[1:]))

    assert store.unnamed([kept.path]) == [left.path]
    store.remove([left.path])
    store.remove([left.path])
    assert store.unnamed([kept.path]) == []


def test_a_spoilt_part_is_noticed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    part = store.write(READINGS, rows())
    file = tmp_path / part.path
    file.write_bytes(file.read_bytes()[:-7])

    with pytest.raises(BrokenPart, match="not what was written"):
        store.verify(part)
    file.unlink()
    with pytest.raises(BrokenPart, match="cannot be read"):
        store.verify(part)


def test_years_are_those_of_utc(store: Store) -> None:
    part = store.write(READINGS, rows())
    with duckdb_connection() as connection:
        found = table(connection, store, READINGS, [part.path])
        years = found.group_by(found["at"].year().name("year")).agg(n=found.count()).order_by("year").to_pyarrow()

    assert years.to_pylist() == [{"year": 2024, "n": 1}, {"year": 2025, "n": 2}]


def test_rows_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    wrong = pa.table({"station": ["a"], "at": ["yesterday"], "value": [1.0], "tags": [["x"]]})
    with pytest.raises(pa.ArrowInvalid):
        Store(tmp_path).write(READINGS, wrong)
    assert Store(tmp_path).unnamed([]) == []


def test_an_unknown_kind_of_address_is_refused_in_words() -> None:
    with pytest.raises(DomainError, match="s3://bucket/folder"):
        _ = Store("ftp://somewhere").filesystem


def test_a_schema_names_each_column_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Schema("twice", "", "", (READINGS.fields[0], READINGS.fields[0]))
