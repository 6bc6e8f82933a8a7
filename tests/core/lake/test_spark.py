"""The same expression gives the same table on DuckDB and on a Spark cluster."""

from pathlib import Path

from leaps.core.lake import Schema, Store, duckdb_connection, fetch, spark_connection, table

from .test_lake import READINGS, rows


def test_both_engines_agree(spark_master: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    paths = [store.write(READINGS, rows()).path]
    older = Schema("reading", "Readings", "As it was.", READINGS.fields[:2])
    old = store.write(older, rows().select(["station", "at"])).path
    answers = []

    for open_connection in (duckdb_connection, lambda: spark_connection(spark_master, spark__driver__host="127.0.0.1")):
        with open_connection() as connection:
            found = table(connection, store, READINGS, paths)
            by_year = found.group_by(found["at"].year().name("year"), "station").agg(
                n=found.count(), sum=found["value"].sum(), stations=found["station"].nunique()
            )
            answers.append(fetch(connection, by_year.order_by("year", "station")).to_pylist())
            empty = table(connection, store, READINGS, [])
            assert fetch(connection, empty.agg(n=empty.count())).to_pylist() == [{"n": 0}]
            for chosen, known in (([old], 0), ([old, *paths], 2)):
                mixed = table(connection, store, READINGS, chosen)
                assert fetch(connection, mixed.agg(n=mixed["value"].count())).to_pylist() == [{"n": known}]

    assert answers[0] == answers[1]
    assert len(answers[0]) == 2
