"""The lake: large tables as immutable Parquet parts, asked through Ibis on DuckDB or on Spark.

store = Store("/var/lib/leaps/lake")                # or s3://bucket/folder
part = store.write(schema, arrow_table)             # whole or not at all
with duckdb_connection() as connection:             # or spark_connection("spark://...")
    visits = table(connection, store, schema, [part.path])
    fetch(connection, visits.group_by("year").agg(n=visits.count()))

Which parts make up a table is never asked of the file system: the caller says so, from rows it keeps
in the database. So what a transaction takes in or throws out, it takes in or throws out whole.
"""

from leaps.core.lake.engine import duckdb_connection, fetch, put, spark_connection, table
from leaps.core.lake.house import house_store
from leaps.core.lake.schema import Field, FieldType, Schema
from leaps.core.lake.store import BrokenPart, Part, Store

__all__ = [
    "BrokenPart",
    "Field",
    "FieldType",
    "Part",
    "Schema",
    "Store",
    "duckdb_connection",
    "fetch",
    "house_store",
    "put",
    "spark_connection",
    "table",
]
