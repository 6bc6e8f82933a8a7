"""Raw records from a facility's own files: read, checked, put under keys, computed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from leaps.core.lake import duckdb_connection, fetch
from leaps.indicators import raw
from leaps.indicators.computed.base import compute
from leaps.indicators.computed.registry import indicator
from leaps.indicators.intake import check, pseudonymise, read_folder
from leaps.indicators.synthetic import Batch, SyntheticFacility, league
from tests.indicators.conftest import FACILITIES, tables_of

ALPHA = SyntheticFacility("alpha", "DE", ("alpha-one", "alpha-two"), 5000, 120)
SECRET = b"a secret of the league, 32 bytes or more"
ORCIDS = ("0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X")
SESSION = "session_id,instrument,access_route,starts_at,ends_at,delivered_h"
GOOD = "s1,alpha-one,peer_review,2024-03-01T08:00:00Z,2024-03-02T08:00:00Z,24"


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    """One synthetic year of one facility."""
    return list(league((ALPHA,), (2024,), seed=5))


def as_text(table: pa.Table) -> pa.Table:
    """The columns as a spreadsheet would write them."""
    columns = {}
    for name in table.column_names:
        values = table[name]
        if pa.types.is_list(values.type):
            columns[name] = pa.array([None if v is None else ";".join(v) for v in values.to_pylist()], pa.string())
        elif pa.types.is_timestamp(values.type):
            columns[name] = pa.array([None if v is None else v.isoformat() for v in values.to_pylist()], pa.string())
        else:
            columns[name] = values
    return pa.table(columns)


def problems(folder: Path, *, year: int = 2024) -> list[tuple[int | None, str, str]]:
    found = check(read_folder(folder), facility="alpha", year=year).problems
    return [(p.row, p.field, p.message) for p in found]


def session(folder: Path, *rows: str, head: str = SESSION) -> Path:
    (folder / "session.csv").write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return folder


class TestReading:
    """Files of every kind give the same rows."""

    @pytest.mark.parametrize("form", ["csv", "semicolons", "parquet"])
    def test_what_was_written_is_read(self, batches: list[Batch], tmp_path: Path, form: str) -> None:
        for batch in batches:
            if form == "parquet":
                pq.write_table(batch.rows, tmp_path / f"{batch.record}.parquet")
            else:
                text = io.BytesIO()
                options = pa_csv.WriteOptions(delimiter=";" if form == "semicolons" else ",")
                pa_csv.write_csv(as_text(batch.rows), text, options)
                mark = b"\xef\xbb\xbf" if form == "semicolons" else b""
                (tmp_path / f"{batch.record}-2024.csv").write_bytes(mark + text.getvalue())

        found = check(read_folder(tmp_path), facility="alpha", year=2024)

        assert found.problems == []
        assert {b.record: b.rows.num_rows for b in batches} == {n: t.num_rows for n, t in found.tables.items()}
        for batch in batches:
            read = found.tables[batch.record]
            assert read.schema.equals(raw.record(batch.record).arrow())
            for name in read.column_names:
                whole = pa.types.is_list(read.schema.field(name).type)
                wanted = [v or None if whole else v for v in batch.rows[name].to_pylist()]
                assert [v or None if whole else v for v in read[name].to_pylist()] == wanted, (batch.record, name)

    def test_a_workbook_has_a_sheet_for_each_record(self, tmp_path: Path) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "session"
        for line in (SESSION, GOOD):
            sheet.append(line.split(","))
        book.save(tmp_path / "return.xlsx")

        found = check(read_folder(tmp_path), facility="alpha", year=2024)

        assert found.problems == []
        assert found.tables["session"]["delivered_h"].to_pylist() == [24.0]

    def test_rows_keep_the_numbers_of_the_file(self, tmp_path: Path) -> None:
        second, last = GOOD.replace("s1,", '"s2\nwith a break",'), GOOD.replace("s1,", "s4,").replace(",24", ",many")
        session(tmp_path, GOOD, "", second, "s3,alpha-one", last, ",,,,,", "")

        assert [(row, field) for row, field, _message in problems(tmp_path)] == [(5, ""), (6, "delivered_h")]

    @pytest.mark.parametrize(
        ("name", "content", "row", "message"),
        [
            ("visit.csv", b"", None, "the file is empty"),
            ("visit.csv", b"%PDF-1.4 ....", None, "is a PDF file, not a table"),
            ("visit.csv", b"<html><body>Please sign in</body></html>", None, "is a web page, not a table"),
            ("visit.csv", b"session_id,person_key,mode\ns1,J\xfcrgen,onsite\n", 2, "is not text in UTF-8"),
            ("visits of 2024.csv", b"a,b\n1,2\n", None, "is not named like a kind of raw record"),
            ("visit.parquet", b"PAR1\x00\x00 cut off", None, "is not a whole Parquet file"),
            ("visit.csv", b"mode,mode\na,b\n", 1, "the column name stands twice"),
        ],
    )
    def test_a_file_that_is_no_table(self, tmp_path: Path, name: str, content: bytes, row: int | None, message: str) -> None:
        (tmp_path / name).write_bytes(content)

        found = read_folder(tmp_path)

        assert [(p.file, p.row, p.message) for p in found.problems] == [(name, row, message)]
        assert all(p.cure for p in found.problems)

    def test_a_parquet_file_without_its_footer(self, batches: list[Batch], tmp_path: Path) -> None:
        pq.write_table(batches[0].rows, tmp_path / "run_plan.parquet")
        whole = (tmp_path / "run_plan.parquet").read_bytes()
        (tmp_path / "run_plan.parquet").write_bytes(whole[:-20])

        assert problems(tmp_path) == [(None, "", "is not a whole Parquet file")]

    def test_a_workbook_with_macros(self, tmp_path: Path) -> None:
        Workbook().save(tmp_path / "return.xlsx")
        with zipfile.ZipFile(tmp_path / "return.xlsx", "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")

        assert problems(tmp_path) == [(None, "", "the workbook holds macros")]

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        assert problems(tmp_path) == [(None, "", "there is no table in it")]


class TestChecking:
    """Every fault has its row, its field and a cure."""

    @pytest.mark.parametrize(
        ("old", "new", "field", "message"),
        [
            ("alpha-one", "Alpha One", "instrument", "does not have the right form"),
            ("peer_review", "peer review", "access_route", "is none of the allowed words"),
            ("2024-03-01T08:00:00Z", "2024-03-01T08:00:00", "starts_at", "has no time zone"),
            ("2024-03-01T08:00:00Z", "1 March 2024", "starts_at", "is no moment"),
            ("2024-03-01T08:00:00Z", "2024-02-30T08:00:00Z", "starts_at", "is no moment"),
            ("2024-03-02T08:00:00Z", "2024-02-02T08:00:00Z", "ends_at", "does not lie after starts_at"),
            (",24", ",24 h", "delivered_h", "is no number"),
            (",24", ',"24,5"', "delivered_h", "is no number"),
            (",24", ",-1", "delivered_h", "is out of range"),
            ("alpha-one", "", "instrument", "is empty"),
            ("2024-03-01", "2023-03-01", "starts_at", "lies in another year"),
        ],
    )
    def test_a_cell_that_does_not_fit(self, tmp_path: Path, old: str, new: str, field: str, message: str) -> None:
        session(tmp_path, GOOD.replace("s1,", "s0,"), GOOD.replace(old, new))

        found = check(read_folder(tmp_path), facility="alpha", year=2024)

        assert [(p.row, p.field, p.message) for p in found.problems] == [(3, field, message)]
        assert all(p.cure and p.file == "session.csv" for p in found.problems)
        assert found.tables == {}

    def test_a_decimal_comma_is_answered_with_what_was_meant(self, tmp_path: Path) -> None:
        session(tmp_path, GOOD.replace(",24", ',"24,5"'))

        assert "Write 24.5" in check(read_folder(tmp_path), facility="alpha", year=2024).problems[0].cure

    def test_offsets_are_turned_into_utc(self, tmp_path: Path) -> None:
        session(tmp_path, GOOD.replace("2024-03-01T08:00:00Z", "2024-03-01T09:00:00+01:00"), GOOD.replace("s1,", "s2,"))

        found = check(read_folder(tmp_path), facility="alpha", year=2024).tables["session"]

        first, second = found["starts_at"].to_pylist()
        assert first == second

    def test_another_year_and_another_facility(self, tmp_path: Path) -> None:
        head = f"facility,year,{SESSION}"
        session(tmp_path, f"beta,2024,{GOOD}", f"alpha,2023,{GOOD.replace('s1,', 's2,')}", head=head)

        assert problems(tmp_path) == [(2, "facility", "is another facility"), (3, "year", "is another year")]

    def test_swapped_columns_are_told_once(self, tmp_path: Path) -> None:
        rows = [f"s{n},peer_review,alpha-one,2024-03-01T08:00:00Z,2024-03-02T08:00:00Z,24" for n in range(50)]
        session(tmp_path, *rows)

        assert problems(tmp_path) == [(1, "instrument", "seems to be swapped with access_route")] or problems(
            tmp_path
        ) == [(1, "access_route", "seems to be swapped with instrument")]

    def test_headers(self, tmp_path: Path) -> None:
        session(tmp_path, GOOD, head=SESSION.replace("instrument", "instruments"))

        found = check(read_folder(tmp_path), facility="alpha", year=2024).problems

        assert [(p.field, p.message) for p in found] == [
            ("instruments", "is not a column of session"),
            ("instrument", "the column is missing"),
        ]
        assert found[0].cure == "Did you mean instrument?"

    def test_the_same_key_over_two_files(self, tmp_path: Path) -> None:
        session(tmp_path, GOOD)
        (tmp_path / "session-second.csv").write_text(f"{SESSION}\n{GOOD}\n")

        (found,) = check(read_folder(tmp_path), facility="alpha", year=2024).problems

        assert {found.file, found.message.rpartition(" of ")[2]} == {"session.csv", "session-second.csv"}
        assert (found.row, found.field) == (2, "session_id")

    def test_a_fault_in_every_row_is_counted_not_repeated(self, tmp_path: Path) -> None:
        session(tmp_path, *(GOOD.replace("s1,", f"s{n},").replace(",24", ",many") for n in range(1000)))

        found = problems(tmp_path)

        assert len(found) == 21
        assert found[-1] == (None, "delivered_h", "the same in 980 more rows")

    def test_moments_of_a_parquet_file_need_a_zone(self, batches: list[Batch], tmp_path: Path) -> None:
        plan = next(b.rows for b in batches if b.record == "run_plan")
        place = plan.schema.get_field_index("starts_at")
        plan = plan.set_column(place, "starts_at", plan["starts_at"].cast(pa.timestamp("us")))
        pq.write_table(plan, tmp_path / "run_plan.parquet")

        assert (None, "starts_at", "has moments without a time zone") in problems(tmp_path)


class TestPseudonyms:
    """No name leaves the machine, and the same person can still be counted once."""

    def people(self, folder: Path, *rows: str) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / "person.csv").write_text("\n".join(("orcid,local_id,country", *rows)) + "\n")
        return folder

    def keys(self, folder: Path, facility: str, year: int = 2024) -> list[str]:
        found = pseudonymise(read_folder(folder), facility=facility, year=year, secret=SECRET)
        checked = check(found, facility=facility, year=year)
        assert checked.problems == []
        return list(checked.tables["person"]["person_key"].to_pylist())

    def test_the_league_shares_the_keys_of_orcids_only(self, tmp_path: Path) -> None:
        folder = self.people(tmp_path / "a", f"{ORCIDS[0]},17,DE", ",17,DE")

        at_alpha, at_beta, later = self.keys(folder, "alpha"), self.keys(folder, "beta"), self.keys(folder, "alpha", 2025)

        assert at_alpha[0] == at_beta[0] != at_alpha[1]
        assert at_alpha[1] != at_beta[1]
        assert set(at_alpha) & set(later) == set()

    def test_a_wrong_orcid_is_told_with_its_row(self, tmp_path: Path) -> None:
        folder = self.people(tmp_path / "a", f"{ORCIDS[0]},,DE", "0000-0002-1825-0098,,FR")

        (problem,) = pseudonymise(read_folder(folder), facility="alpha", year=2024, secret=SECRET).problems

        assert (problem.row, problem.field, problem.message, problem.value) == (3, "orcid", "is no ORCID iD", "")

    def test_the_zip_holds_neither_orcid_nor_number(self, tmp_path: Path) -> None:
        folder = self.people(tmp_path / "in", *(f"{orcid},,DE" for orcid in ORCIDS), ",staff-4711,FR")
        (folder / "visit.csv").write_text(
            "session_id,orcid,local_id,mode\n" + "".join(f"s1,{o},,onsite\n" for o in ORCIDS) + "s1,,staff-4711,remote\n"
        )
        (tmp_path / "secret").write_bytes(SECRET)
        out = tmp_path / "return.zip"

        call_command(
            "return", "make", str(folder), facility="alpha", year=2024, secret_file=tmp_path / "secret", out=out, stdout=io.StringIO()
        )

        with zipfile.ZipFile(out) as archive:
            assert sorted(archive.namelist()) == ["person.parquet", "return.json", "visit.parquet"]
            tables = {n: pq.read_table(io.BytesIO(archive.read(n))) for n in archive.namelist() if n.endswith("parquet")}
            manifest = json.loads(archive.read("return.json"))
        told = json.dumps([t.to_pylist() for t in tables.values()], default=str) + json.dumps(manifest)
        assert all(word not in told for word in (*ORCIDS, *(o.replace("-", "") for o in ORCIDS), "4711"))
        assert tables["person.parquet"]["league_key"].to_pylist() == [True, True, True, False]
        assert set(tables["visit.parquet"]["person_key"].to_pylist()) == set(tables["person.parquet"]["person_key"].to_pylist())
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".return-")] == []


class TestTheCommand:
    """`leaps return` as a person of the user office runs it."""

    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
        def run(*words: str, **options: Any) -> str:
            out = io.StringIO()
            call_command("return", *words, stdout=out, stderr=out, **options)
            return out.getvalue()

        return run

    def test_with_problems_nothing_is_written(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        session(tmp_path / "in", GOOD.replace(",24", ",many"))
        (tmp_path / "secret").write_bytes(SECRET)
        told = io.StringIO()

        with pytest.raises(CommandError, match="1 problems; nothing was written"):
            call_command(
                "return", "make", str(tmp_path / "in"), facility="alpha", year=2024, secret_file=tmp_path / "secret",
                out=tmp_path / "return.zip", stderr=told,
            )  # fmt: skip

        assert "session.csv, row 2, field delivered_h: is no number (found 'many')" in told.getvalue()
        assert not (tmp_path / "return.zip").exists()

    def test_a_secret_that_is_too_short_is_refused(self, tmp_path: Path) -> None:
        session(tmp_path, GOOD)
        (tmp_path / "secret").write_bytes(b"short")

        with pytest.raises(CommandError, match="at least 32 bytes"):
            call_command("return", "check", str(tmp_path), facility="alpha", year=2024, secret_file=tmp_path / "secret")

    def test_what_it_computes_is_what_the_lake_computes(
        self, small_league: Any, tmp_path: Path, run: Callable[..., str]
    ) -> None:
        for batch in league(FACILITIES, (2022, 2023, 2024), seed=3):
            if (batch.facility, batch.year) == ("alpha", 2024):
                pq.write_table(batch.rows, tmp_path / f"{batch.record}.parquet")

        told = json.loads(
            run("compute", str(tmp_path), facility="alpha", year=2024, secret_file=None, host_country="DE", form="json")
        )

        values = {(v["indicator"], v["variant"]): v["value"] for v in told["values"]}
        assert len({name for name, _variant in values}) >= 50
        with duckdb_connection() as connection:
            tables = tables_of(connection, *small_league)
            for identity in {name for name, _variant in values}:
                answer = fetch(connection, compute(indicator(identity), tables, ["facility", "year"]))
                for row in answer.to_pylist():
                    if (row["facility"], row["year"]) == ("alpha", 2024):
                        assert values[identity, row["variant"]] == pytest.approx(row["value"], nan_ok=True), identity

    def test_records_not_given_are_told(self, tmp_path: Path, run: Callable[..., str]) -> None:
        session(tmp_path, GOOD)

        told = run("compute", str(tmp_path), facility="alpha", year=2024, secret_file=None)

        assert "ACC-10  not computed: no records of visit, person" in told
        assert "OPS-14 " not in told or "OPS-14  not computed: no records of instrument_period" in told

    def test_it_lists_every_record(self, run: Callable[..., str]) -> None:
        told = run("records")

        assert all(f"{name}: " in told for name in raw.RECORDS)
        assert "access_route, text (required): peer_review, rapid" in told
