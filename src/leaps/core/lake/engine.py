"""What asks the lake: DuckDB inside the process, or a Spark cluster; the same Ibis expressions on both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leaps.core.lake.schema import Schema
from leaps.core.lake.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@contextmanager
def duckdb_connection(*, memory: str = "2GB", threads: int = 2, folder: str = "") -> Iterator[Any]:
    """A connection that lives as long as the block. What does not fit into `memory` goes to `folder`.

    No extension is loaded and none is looked for on the network.
    """
    import ibis  # slow to import; only who asks the lake pays

    settings: dict[str, Any] = {
        "memory_limit": memory,
        "threads": threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }
    if folder:
        settings["temp_directory"] = folder
    connection = ibis.duckdb.connect(":memory:", **settings)
    connection.raw_sql("LOAD icu")  # part of the package; with it year() and day() know time zones
    connection.raw_sql("SET TimeZone = 'UTC'")
    connection.raw_sql("SET parquet_metadata_cache = true")  # a part never changes: its footer is read once
    try:
        yield connection
    finally:
        connection.disconnect()


@contextmanager
def spark_connection(master: str, **settings: str) -> Iterator[Any]:
    """A Spark session at `master` (`spark://host:port`), in UTC; `pyspark` must be installed.

    `settings` are Spark's own, with "__" for each dot. The session is stopped at the end.
    """
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("LEAPS Commons")
    fixed = {
        # year() and day() must not depend on where a worker stands.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
    }
    for name, value in (fixed | {k.replace("__", "."): v for k, v in settings.items()}).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def table(connection: Any, store: Store, schema: Schema, paths: Sequence[str], *, name: str = "") -> "ir.Table":
    """The rows of some parts as a table of the connection, a view called `name` if it is given; without parts an empty one.

    Parts written before a column was declared lack it; there it is empty.

    Spark reads the addresses itself, so its workers must reach the store. DuckDB reads local files
    by itself and object storage through Arrow, column by column, with filters pushed down.
    """
    import ibis

    asked, name = name, name or ibis.util.gen_name(schema.name)
    if connection.name == "pyspark":
        session = _session()
        if paths:
            # Ibis would take the list for one address.
            addresses = [f"file://{store.full(p)}" if store.is_local else f"s3a://{store.full(p)}" for p in paths]
            session.read.option("mergeSchema", "true").parquet(*addresses).createOrReplaceTempView(name)
        else:
            session.createDataFrame(schema.arrow().empty_table()).createOrReplaceTempView(name)
        return _with_all_columns(connection.table(name), schema)
    if not paths:
        return ibis.memtable(schema.arrow().empty_table())
    if store.is_local:
        found = connection.read_parquet([store.full(p) for p in paths], table_name=name, union_by_name=True)
        whole = _with_all_columns(found, schema)
        if whole is found or not asked:
            return whole
        inner = ibis.util.gen_name(schema.name)
        connection.raw_sql(f'ALTER VIEW "{asked}" RENAME TO "{inner}"')
        return connection.create_view(asked, _with_all_columns(connection.table(inner), schema))
    import pyarrow.dataset as ds

    found = ds.dataset(
        [store.full(p) for p in paths], filesystem=store.filesystem, format="parquet", schema=schema.arrow()
    )
    connection.con.register(name, found)
    return connection.table(name)


def _with_all_columns(found: "ir.Table", schema: Schema) -> "ir.Table":
    """The table with empty columns for those that none of its parts knows."""
    import ibis

    wanted = schema.arrow()
    lacking = {name: ibis.null(ibis.Schema.from_pyarrow(wanted)[name]) for name in wanted.names if name not in found.columns}
    return found.mutate(**lacking) if lacking else found


def put(connection: Any, name: str, rows: "pa.Table") -> "ir.Table":
    """A small table of the caller's own beside those of the lake, on either engine, for as long as the connection."""
    if connection.name == "pyspark":
        _session().createDataFrame(rows).createOrReplaceTempView(name)
        return connection.table(name)
    import ibis

    return connection.create_table(name, ibis.memtable(rows))


def fetch(connection: Any, expression: "ir.Table") -> "pa.Table":
    """The answer to an expression as an Arrow table, from either engine.

    Spark's own Arrow path is used rather than Ibis's, which goes through pandas and turns whole
    numbers with gaps into floating ones.
    """
    if connection.name == "pyspark":
        return _session().sql(connection.compile(expression)).toArrow()
    return connection.to_pyarrow(expression)


def _session() -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()
