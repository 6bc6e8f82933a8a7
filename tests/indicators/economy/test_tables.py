"""Input-output tables: kept, read from their publishers' layouts, put together, refused with words."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from leaps.core.errors import Conflict, NotAllowed
from leaps.indicators.actions import impact as impact_actions
from leaps.indicators.economy import calculator, nace, reading, tables
from leaps.indicators.economy.tables import BrokenTable
from leaps.indicators.formulas import impact
from leaps.indicators.models import InputOutputTable
from leaps.indicators.queries import impact as impact_queries
from tests.indicators.economy import published


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command("impact", *arguments, stdout=out)
    return out.getvalue()


class TestTheTestTable:
    def test_it_is_what_pymrio_loads(self) -> None:
        import pymrio

        theirs = pymrio.load_test()
        theirs.calc_all()
        ours = tables.test_table()

        assert [(r, s) for r in ours.regions for s in ours.sectors] == list(theirs.Z.index)
        np.testing.assert_array_equal(ours.flows, theirs.Z.to_numpy())
        np.testing.assert_allclose(ours.output, theirs.x.to_numpy()[:, 0], rtol=1e-12)
        np.testing.assert_array_equal(ours.value_added, theirs.factor_inputs.F.to_numpy()[0])
        np.testing.assert_array_equal(np.stack([a.values for a in ours.accounts]), theirs.emissions.F.to_numpy())
        households = theirs.Y.xs("Final consumption expenditure by households", axis=1, level="category")
        np.testing.assert_array_equal(ours.households, households.to_numpy())

    def test_it_is_said_to_be_made_up_and_does_not_balance(self) -> None:
        assert tables.test_table().synthetic
        assert tables.test_table().imbalance > 0.5

    def test_every_division_has_one_sector(self) -> None:
        table = tables.test_table()

        assert all(table.sector_of(code) is not None for code in nace.divisions())
        assert table.sectors[table.sector_of("42") or 0] == "construction"


class TestNace:
    def test_there_are_88_divisions_in_21_sections(self) -> None:
        assert len(nace.divisions()) == 88
        assert len({d.section for d in nace.divisions().values()}) == 21

    @pytest.mark.parametrize(
        ("code", "found"),
        [
            ("C10T12", ("10", "11", "12")), ("J62_63", ("62", "63")), ("H49", ("49",)), ("D", ("35",)), ("E", ("36", "37", "38", "39")),
            ("A01_02", ("01", "02")), ("C31T33", ("31", "32", "33")), ("Steel", ()), ("c10", ()), ("J10", ()),
        ],
    )  # fmt: skip
    def test_sector_codes_of_oecd(self, code: str, found: tuple[str, ...]) -> None:
        assert nace.of_sector_code(code) == found

    def test_a_class_leads_to_its_division(self) -> None:
        assert nace.division("26.51").code == "26"
        with pytest.raises(nace.UnknownDivision, match="two digits"):
            nace.division("04")


class TestExiobase:
    @pytest.fixture(params=["folder", "zip"])
    def path(self, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        root = published.exiobase(tmp_path)
        return published.zipped(root) if request.param == "zip" else root

    def test_is_read_whole(self, path: Path) -> None:
        table = reading.read(path)
        n = published.numbers()

        assert (table.title, table.year, table.unit) == ("EXIOBASE 3 2019", 2019, "million EUR")
        assert (table.regions, table.sectors) == (published.REGIONS, published.SECTORS)
        np.testing.assert_allclose(table.flows, n["flows"])
        np.testing.assert_allclose(table.output, n["output"])
        np.testing.assert_allclose(table.value_added, n["value_added"])
        assert table.wages is not None
        np.testing.assert_allclose(table.wages, 0.6 * n["value_added"])
        np.testing.assert_allclose(table.households, n["households"])
        assert {a.name: a.unit for a in table.accounts} == {"jobs": "people", "CO₂": "kg"}
        np.testing.assert_allclose(table.accounts[0].values, n["output"] * 30)
        np.testing.assert_allclose(table.accounts[1].values, n["output"] * 1010)
        assert table.imbalance < 1e-9
        assert not table.notes

    def test_value_added_of_the_world_is_what_was_spent(self, path: Path) -> None:
        found = calculator.calculate(reading.read(path), calculator.Spending(0, (10.0, 5.0, 3.0), payroll=20.0, jobs=300.0))

        world = next(e for e in found.effects if e.measure == "value added" and e.scope == calculator.WORLD)
        assert world.indirect.value == pytest.approx(18)
        assert world.indirect.low == pytest.approx(18)
        jobs = next(e for e in found.effects if e.measure == "jobs" and e.scope == calculator.WORLD)
        assert jobs.direct == 300
        assert jobs.total is not None
        assert jobs.total.value == pytest.approx(300 + jobs.indirect.value + jobs.induced.value)
        assert not found.wages_assumed
        assert [name for name, *_rest in found.footprints] == ["CO₂"]


class TestOecd:
    def test_is_read_whole_with_its_trades(self, tmp_path: Path) -> None:
        table = reading.read(published.oecd(tmp_path))
        n = published.numbers()
        # pymrio puts the rows in the order of their labels.
        order = [3, 4, 5, 0, 1, 2]

        assert (table.title, table.year, table.unit) == ("OECD ICIO 2018", 2018, "million USD")
        assert table.regions == ("DEU", "FRA")
        np.testing.assert_allclose(table.flows, n["flows"][np.ix_(order, order)])
        np.testing.assert_allclose(table.value_added, n["value_added"][order])
        np.testing.assert_allclose(table.households, n["households"][np.ix_(order, [1, 0])])
        assert table.wages is None
        assert table.sector_of("62") == table.sectors.index("J62_63")
        assert table.sector_of("46") is None


class TestPuttingTogether:
    def test_sums_are_kept(self) -> None:
        table = tables.test_table()
        groups = {s: "goods" if s in ("food", "mining", "manufactoring") else "the rest" for s in table.sectors}
        small = tables.put_together(table, regions=("reg3", "reg1"), sectors=groups)

        assert small.regions == ("reg3", "reg1", tables.REST)
        assert small.sectors == ("goods", "the rest")
        for name in ("flows", "output", "value_added", "households"):
            assert getattr(small, name).sum() == pytest.approx(getattr(table, name).sum())
        goods = [table.row(2, s) for s in range(3)]
        assert small.output[0] == pytest.approx(table.output[goods].sum())
        assert small.sector_of("10") == 0
        assert small.sector_of("62") == 1

    def test_all_regions_in_another_order_leave_no_rest(self) -> None:
        table = tables.test_table()
        turned = tables.put_together(table, regions=tuple(reversed(table.regions)))

        assert turned.regions == tuple(reversed(table.regions))
        np.testing.assert_allclose(impact.output_multipliers(turned.inverse)[:8], impact.output_multipliers(table.inverse)[-8:])

    def test_groups_named_by_code_know_their_trades(self) -> None:
        table = tables.test_table()
        coded = tables.put_together(table, sectors={s: "C24" if s == "mining" else "other" for s in table.sectors})

        assert coded.divisions[coded.sectors.index("C24")] == ("24",)

    def test_what_does_not_exist_is_refused(self) -> None:
        with pytest.raises(BrokenTable, match="no region Atlantis"):
            tables.put_together(tables.test_table(), regions=("Atlantis",))
        with pytest.raises(BrokenTable, match="7 sectors have no group"):
            tables.put_together(tables.test_table(), sectors={"food": "goods"})


class TestBytes:
    def test_a_table_comes_back_as_it_was(self, tmp_path: Path) -> None:
        table = reading.read(published.exiobase(tmp_path))
        again = tables.from_bytes(tables.to_bytes(table))

        for name in ("flows", "output", "value_added", "households", "wages"):
            np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
        assert (again.regions, again.sectors, again.divisions, again.year) == (table.regions, table.sectors, table.divisions, 2019)
        assert [(a.name, a.unit) for a in again.accounts] == [(a.name, a.unit) for a in table.accounts]

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04broken", tables.to_bytes(tables.test_table())[:5000]])
    def test_anything_else_is_refused(self, content: bytes) -> None:
        with pytest.raises(BrokenTable, match="cannot be read"):
            tables.from_bytes(content)


class TestBadFiles:
    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenTable, match="There is no"):
            reading.read(tmp_path / "nowhere.zip")

    def test_neither_the_one_nor_the_other(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("hello")

        with pytest.raises(BrokenTable, match="neither EXIOBASE 3"):
            reading.read(tmp_path)

    def test_a_csv_of_something_else(self, tmp_path: Path) -> None:
        path = tmp_path / "ICIO2021_2018.csv"
        path.write_text("a,b\n1,2\n")

        with pytest.raises(BrokenTable, match="cannot be read as OECD ICIO"):
            reading.read(path)

    def test_half_a_download(self, tmp_path: Path) -> None:
        path = published.zipped(published.exiobase(tmp_path))
        path.write_bytes(path.read_bytes()[:-200])

        with pytest.raises(BrokenTable, match=r"neither EXIOBASE 3|cannot be read"):
            reading.read(path)

    def test_a_broken_number(self, tmp_path: Path) -> None:
        root = published.exiobase(tmp_path)
        file = root / "Z.txt"
        file.write_text(file.read_text().replace("FR\tSteel\t", "FR\tSteel\tx", 1))

        with pytest.raises(BrokenTable, match="cannot be read as EXIOBASE 3"):
            reading.read(root)

    def test_pickled_files_are_never_opened(self, tmp_path: Path) -> None:
        root = published.exiobase(tmp_path)
        (root / "Z.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
        parameters = json.loads((root / "file_parameters.json").read_text())
        parameters["files"]["Z"]["name"] = "Z.pkl"
        (root / "file_parameters.json").write_text(json.dumps(parameters))

        with pytest.raises(BrokenTable, match="can run programs"):
            reading.read(root)

    def test_without_value_added(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenTable, match="no row of value added"):
            reading.read(published.exiobase(tmp_path, value_added=False))

    def test_without_households(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenTable, match="households of DEU, FRA"):
            reading.read(published.oecd(tmp_path, households=False))

    def test_too_large_says_how_to_make_it_small(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tables, "MOST_ROWS", 5)
        root = published.exiobase(tmp_path)
        groups = tmp_path / "groups.csv"
        groups.write_text("sector,group\nSteel,goods\nMachines,goods\nServices,services\n")

        with pytest.raises(BrokenTable, match="--regions FR,DE"):
            reading.read(root)
        assert reading.read(root, sectors=groups).size == 4

    def test_groups_without_their_columns(self, tmp_path: Path) -> None:
        groups = tmp_path / "groups.csv"
        groups.write_text("from,to\na,b\n")

        with pytest.raises(BrokenTable, match="columns sector and group"):
            reading.read(published.exiobase(tmp_path), sectors=groups)


@pytest.mark.django_db
class TestTheCommand:
    def test_imports_lists_uses_and_removes(self, tmp_path: Path, client: Client) -> None:
        out = told("import", str(published.exiobase(tmp_path)), "--regions", "FR", "--title", "Small EXIOBASE")

        assert "Kept as small-exiobase" in out
        assert "2 regions of 3 sectors" in out
        assert "small-exiobase" in told("list")
        page = client.get("/indicators/impact/calculator/?table=small-exiobase").content.decode()
        assert "Write what is spent in a year" in page
        answer = client.get("/indicators/impact/calculator/?table=small-exiobase&region=FR&s0=10&payroll=5&jobs=80")
        assert answer.status_code == 200
        assert "jobs" in answer.content.decode().lower()
        assert "made-up" not in answer.content.decode().lower()
        assert "gone" in told("remove", "small-exiobase")
        assert InputOutputTable.objects.count() == 0
        assert client.get("/indicators/impact/calculator/?table=small-exiobase&s0=10").status_code == 200

    def test_a_second_import_needs_a_word_and_is_seen_at_once(self, tmp_path: Path) -> None:
        path = str(published.oecd(tmp_path))
        told("import", path)
        before = impact_queries.table("oecd-icio-2018")

        with pytest.raises(CommandError, match="already"):
            told("import", path)
        told("import", path, "--replace", "--regions", "FRA")
        after = impact_queries.table("oecd-icio-2018")

        assert before is not None
        assert after is not None
        assert before.regions == ("DEU", "FRA")
        assert after.regions == ("FRA", tables.REST)

    def test_a_dry_run_keeps_nothing(self, tmp_path: Path) -> None:
        assert "Nothing was kept" in told("import", str(published.oecd(tmp_path)), "--dry-run")
        assert InputOutputTable.objects.count() == 0

    def test_errors_are_sentences(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="There is no"):
            told("import", str(tmp_path / "nothing"))
        with pytest.raises(CommandError, match="no imported table"):
            told("remove", "nothing")
        assert InputOutputTable.objects.count() == 0

    def test_a_table_that_does_not_balance_says_so(self, tmp_path: Path) -> None:
        path = published.oecd(tmp_path)
        rows = list(csv.reader(path.open()))
        for row in rows:
            if row[0] == "VA":
                row[1:7] = [str(float(cell) / 2) for cell in row[1:7]]
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)

        assert "beware: In the middle of all sectors" in told("import", str(path))


@pytest.mark.django_db
def test_only_the_office_keeps_tables(django_user_model: type) -> None:
    somebody = django_user_model.objects.create_user(email="somebody@example.org", password=None)
    from django.utils import timezone

    with pytest.raises(NotAllowed):
        impact_actions.keep_table(table=tables.test_table(), actor=somebody, now=timezone.now())
    with pytest.raises(NotAllowed):
        impact_actions.drop_table(key="x", actor=somebody)


@pytest.mark.django_db
def test_the_key_of_the_test_table_is_taken() -> None:
    from django.utils import timezone

    from leaps.record.actions import System

    with pytest.raises(Conflict, match="test table"):
        impact_actions.keep_table(table=tables.test_table(), actor=System("x"), now=timezone.now())
