"""PostgreSQL: every table by COPY in one snapshot, and back into a schema of its own.

`pg_dump` is not used: it must be as new as the server, is often not installed beside the platform,
and what it writes can only be read by itself. Tables as text with the migrations' names restore on
any server version, and the schema is built by the same code that will use it.
See docs/decisions/0005-back-ups-by-copy.md.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from leaps.core.backups.archive import BadArchive, Manifest, Reader, Writer
from leaps.core.errors import DomainError

BUILDING = "leaps_restoring"
FOLDER = "tables"
# Made by `leaps serve`, not by a migration; what it holds is worth nothing later.
LEFT_OUT = {"core_cache"}


class CannotBuild(DomainError):
    """The database account may not do what a restore needs."""


class DatabaseInUse(DomainError):
    """Other sessions use the database."""


def _rows(cursor: CursorWrapper, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(statement, values)
    return list(cursor.fetchall())


def schema(cursor: CursorWrapper) -> str:
    """The schema in which the platform's tables are."""
    return str(_rows(cursor, "SELECT current_schema()")[0][0])


def tables(cursor: CursorWrapper, of: str) -> list[str]:
    """The names of the tables in a schema."""
    return [
        row[0] for row in _rows(cursor, "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", of)
    ]


def _columns(cursor: CursorWrapper, of: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = _rows(
        cursor,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position",
        of,
    )
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def version() -> str:
    """The server's version."""
    with connection.cursor() as cursor:
        return str(_rows(cursor, "SHOW server_version")[0][0])


def dump(writer: Writer) -> None:
    """Write every table, all as they are at one moment."""
    manifest = writer.manifest
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        own = schema(cursor)
        columns = _columns(cursor, own)
        for table in tables(cursor, own):
            if table in LEFT_OUT:
                continue
            manifest.columns[table] = columns[table]
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
                sql.Identifier(own, table), sql.SQL(", ").join(map(sql.Identifier, columns[table]))
            )
            rows = 0
            with writer.member(f"{FOLDER}/{table}.copy") as target, cursor.copy(statement) as source:
                for chunk in source:
                    target.write(chunk)
                    rows += bytes(chunk).count(b"\n")  # COPY writes a newline after each row and nowhere else
            manifest.rows[table] = rows
        manifest.sequences = {
            name: last
            for name, last in _rows(
                cursor, "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s", own
            )
            if last is not None
        }


def refuse_other_sessions() -> None:
    """Raises DatabaseInUse when anybody else is connected: a server elsewhere, a shell."""
    with connection.cursor() as cursor:
        others = _rows(
            cursor,
            "SELECT coalesce(nullif(application_name, ''), 'unnamed'), coalesce(client_addr::text, 'this machine')"
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'",
        )
    if others:
        named = ", ".join(f"{name} from {place}" for name, place in others[:5])
        message = f"Others are connected to the database: {named}. End them first."
        raise DatabaseInUse(message)


@contextlib.contextmanager
def _working_in(name: str) -> Iterator[CursorWrapper]:
    """Everything on Django's connection happens in another schema."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(name)))
        try:
            yield cursor
        finally:
            if not connection.is_usable():
                connection.close()
            else:
                cursor.execute("SET search_path TO DEFAULT")


def build(reader: Reader) -> None:
    """Make a schema aside with the archive's tables and rows, and check it. Nothing else is touched."""
    manifest = reader.manifest
    drop_building()
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"CREATE SCHEMA {BUILDING}")
        except ProgrammingError as error:
            name = connection.settings_dict["NAME"]
            message = f"The database account may not make a schema. Let the administrator say: GRANT CREATE ON DATABASE {name} TO its name."
            raise CannotBuild(message) from error
    with _working_in(BUILDING) as cursor:
        _migrate(manifest)
        built = set(tables(cursor, BUILDING))
        if built != set(manifest.columns):
            odd = ", ".join(sorted(built ^ set(manifest.columns)))
            message = f"{reader.path}: its tables are not those of its migrations ({odd}). Take another back-up."
            raise BadArchive(message)
        with transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            # Migrations may have written rows of their own.
            every = sql.SQL(", ").join(sql.Identifier(table) for table in sorted(built))
            cursor.execute(sql.SQL("TRUNCATE {}").format(every))
            # What may not change may still come back: the tables' own triggers look away meanwhile.
            _triggers(cursor, built, "DISABLE")
            for table, columns in manifest.columns.items():
                _fill(cursor, reader, table, columns)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _triggers(cursor, built, "ENABLE")
            for name, last in manifest.sequences.items():
                if _rows(cursor, "SELECT to_regclass(%s)", f"{BUILDING}.{name}")[0][0]:
                    cursor.execute("SELECT setval(%s::regclass, %s)", [f"{BUILDING}.{name}", last])
        cursor.execute("ANALYZE")


def _triggers(cursor: CursorWrapper, of: set[str], verb: str) -> None:
    for table in sorted(of):
        statement = sql.SQL(f"ALTER TABLE {{}} {verb} TRIGGER USER")
        cursor.execute(statement.format(sql.Identifier(BUILDING, table)))


def _fill(cursor: CursorWrapper, reader: Reader, table: str, columns: list[str]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(BUILDING, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as target:
        for chunk in reader.chunks(f"{FOLDER}/{table}.copy"):
            target.write(chunk)
    cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(BUILDING, table)))
    (number,) = cursor.fetchone() or (0,)
    if number != reader.manifest.rows[table]:
        message = f"{reader.path}: {table} should have {reader.manifest.rows[table]} rows and got {number}."
        raise BadArchive(message)


def _migrate(manifest: Manifest) -> None:
    """Exactly the migrations the archive had."""
    executor = MigrationExecutor(connection)
    had = {(app, name) for app, _, name in (entry.partition(".") for entry in manifest.migrations)}
    graph = executor.loader.graph
    last = [
        node
        for node in sorted(had & set(graph.nodes))
        if not any(child.key[0] == node[0] and child.key in had for child in graph.node_map[node].children)
    ]
    executor.migrate(last)


def drop_building() -> None:
    """Remove what an earlier attempt has left."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {BUILDING} CASCADE")


def swap(aside: str) -> None:
    """Put the built tables in the place of the present ones, which go to the schema `aside`: one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        own = schema(cursor)
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(aside)))
        _move(cursor, own, aside)
        _move(cursor, BUILDING, own)
        cursor.execute(f"DROP SCHEMA {BUILDING}")


def swap_back(aside: str) -> None:
    """Undo `swap`; the new tables are gone after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        own = schema(cursor)
        cursor.execute(f"CREATE SCHEMA {BUILDING}")
        _move(cursor, own, BUILDING)
        _move(cursor, aside, own)
        cursor.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(aside)))
        cursor.execute(f"DROP SCHEMA {BUILDING} CASCADE")


def _move(cursor: CursorWrapper, source: str, target: str) -> None:
    for table in tables(cursor, source):
        cursor.execute(
            sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(source, table), sql.Identifier(target))
        )
    for function in _functions(cursor, source):
        cursor.execute(
            sql.SQL("ALTER FUNCTION {}() SET SCHEMA {}").format(sql.Identifier(source, function), sql.Identifier(target))
        )


def _functions(cursor: CursorWrapper, of: str) -> list[str]:
    """The functions that triggers of a schema's tables use; those of extensions stay where they are."""
    rows = _rows(
        cursor,
        "SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid"
        " WHERE p.pronamespace = to_regnamespace(%s) AND NOT t.tgisinternal ORDER BY 1",
        of,
    )
    return [row[0] for row in rows]


def drop_schema_if_empty(name: str) -> bool:
    """Remove a schema in which there was nothing to keep; whether it was so."""
    with connection.cursor() as cursor:
        if tables(cursor, name):
            return False
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
    return True
