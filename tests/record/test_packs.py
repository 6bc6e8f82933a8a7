"""Packs: what is read, what is refused, and that nothing is lost on the way."""

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.models import Facility, Instrument
from leaps.core.errors import InvalidInput
from leaps.record import actions, queries
from leaps.record.packs import loading, reading, writing
from leaps.record.types import Action, Provenance
from tests.record.factories import NOW, OFFICE, facility, instrument, technique, write

HEADER = "slug,name,short_name,kind,partnership,membership,country"
RING = f"{HEADER}\nring,The ring,RING,synchrotron,LEAPS,member,SE\n"


def load(name: str, content: bytes, *, encoding: str = "", actor: object = OFFICE) -> object:
    return loading.load(
        reading.read_bytes(name, content, encoding=encoding),
        actor=actor, default=Provenance(), reason="", now=NOW,
    )


def problems(name: str, content: bytes, *, encoding: str = "", actor: object = OFFICE) -> list[tuple]:
    contents = reading.read_bytes(name, content, encoding=encoding)
    checked = loading.check(contents, actor=actor, default=Provenance())
    assert checked.plan is None or not checked.problems
    return [(p.file, p.row, p.field, p.value) for p in checked.problems]


@pytest.mark.django_db
class TestReadingCsv:
    """CSV comes in many dresses."""

    @pytest.mark.parametrize(
        "content",
        [
            RING.encode(),
            b"\xef\xbb\xbf" + RING.encode(),
            RING.encode("utf-16"),
            RING.replace("\n", "\r\n").encode(),
            RING.replace("\n", "\r").encode(),
            RING.replace(",", ";").encode(),
            RING.replace(",", "\t").encode(),
            ("sep=;\n" + RING.replace(",", ";")).encode(),
            (RING + "\n\n,,,,,,\n").encode(),
            RING.replace("slug", " Slug ").encode(),
        ],
        ids=["plain", "bom", "utf-16", "crlf", "cr", "semicolon", "tab", "sep", "blank rows", "header case"],
    )
    def test_dress_does_not_matter(self, content: bytes) -> None:
        load("facilities.csv", content)

        assert Facility.objects.get().name == "The ring"

    def test_latin_1_is_read_when_declared(self) -> None:
        load("facilities.csv", RING.replace("The ring", "Anneau à Orsay").encode("latin-1"), encoding="iso-8859-1")

        assert Facility.objects.get().name == "Anneau à Orsay"

    def test_latin_1_is_refused_with_a_guess_when_not_declared(self) -> None:
        checked = loading.check(
            reading.read_bytes("facilities.csv", RING.replace("The ring", "Anneau à Orsay").encode("latin-1")),
            actor=OFFICE, default=Provenance(),
        )

        assert [(p.row, "declare" in p.cure) for p in checked.problems] == [(2, True)]

    def test_a_single_table_is_known_by_its_columns(self) -> None:
        load("what our user office sent (2).csv", RING.encode())

        assert Facility.objects.count() == 1

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", [("facilities.csv", None, "", "")]),
            (b"slug,name\nring,\x00\n", [("facilities.csv", 2, "", "")]),
            (b'slug,name\nring,"open\n', [("facilities.csv", 2, "", "")]),
            (b"slug,slug\nring,ring\n", [("facilities.csv", 1, "slug", "")]),
        ],
    )
    def test_a_broken_file_is_named_with_its_row(self, content: bytes, expected: list[tuple]) -> None:
        assert problems("facilities.csv", content)[:1] == expected

    def test_a_row_with_too_many_cells_is_named(self) -> None:
        assert problems("facilities.csv", (RING + "x,1,2,3,4,5,6,7,8\n").encode())[0][:2] == ("facilities.csv", 3)

    def test_an_unknown_column_is_answered_with_the_nearest(self) -> None:
        contents = reading.read_bytes("facilities.csv", RING.replace("country", "countri").encode())
        checked = loading.check(contents, actor=OFFICE, default=Provenance())

        assert any("country" in p.cure for p in checked.problems if p.field == "countri")


@pytest.mark.django_db
class TestReadingOthers:
    """Workbooks and archives, friendly and hostile."""

    def test_a_workbook_has_a_sheet_for_each_table(self) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "facilities"
        sheet.append([*HEADER.split(","), "latitude_deg", "first_light_year"])
        sheet.append(["ring", "The ring", "RING", "synchrotron", "LEAPS", "member", "SE", 55.7, 2016])
        devices = book.create_sheet("instruments")
        devices.append(["slug", "facility", "name", "mail_in", "photon_energy_min_ev"])
        devices.append(["ring-i01", "ring", "I01", True, 6000])
        stream = io.BytesIO()
        book.save(stream)

        load("pack.xlsx", stream.getvalue())

        found = Instrument.objects.get()
        assert (found.mail_in, found.photon_energy_min_ev) == (True, 6000)
        assert Facility.objects.get().first_light_year == 2016

    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04 not an archive",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook",
            b"\x89PNG\r\n\x1a\n\x00\x00",
            bytes(range(256)) * 50,
        ],
    )
    def test_what_is_no_table_is_refused(self, content: bytes) -> None:
        assert problems("facilities.csv", content)

    def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1000)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("facilities.csv", RING + "," * 5000)

        assert problems("pack.zip", stream.getvalue()) == [("pack.zip", None, "", "")]

    def test_a_macro_workbook_is_refused(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("xl/workbook.xml", "<x/>")
            packed.writestr("xl/vbaProject.bin", "x")

        assert problems("pack.xlsm", stream.getvalue()) == [("pack.xlsm", None, "", "")]

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda t: f"slug,name\n{t}".encode())))
    def test_checking_never_raises(self, content: bytes) -> None:
        loading.check(reading.read_bytes("instruments.csv", content), actor=OFFICE, default=Provenance())


@pytest.mark.django_db
class TestLoading:
    """All or nothing, and every fault named."""

    def test_three_mistakes_are_three_problems_and_nothing_is_written(self) -> None:
        write(facility())
        text = (
            "slug,facility,name,photon_energy_min_ev,photon_energy_max_ev,status\n"
            "ring-i01,ring,I01,100,2000,operating\n"
            "ring-i02,ring,I02,3 keV,5000,operating\n"
            "ring-i03,ringg,I03,100,200,operating\n"
            "ring-i04,ring,I04,900,200,operating\n"
        )

        assert problems("instruments.csv", text.encode()) == [
            ("instruments.csv", 3, "photon_energy_min_ev", "3 keV"),
            ("instruments.csv", 4, "facility", "ringg"),
            ("instruments.csv", 5, "photon_energy_min_ev", "900"),
        ]
        with pytest.raises(InvalidInput):
            load("instruments.csv", text.encode())
        assert not Instrument.objects.exists()

    def test_columns_that_are_not_sent_stay_as_they_are(self) -> None:
        write(facility(staff_count=7), instrument(full_name="Kept"))

        load("instruments.csv", b"slug,status\nring-i01,operating\n")

        found = Instrument.objects.get()
        assert (found.full_name, found.status) == ("Kept", "operating")

    def test_an_empty_cell_means_not_recorded(self) -> None:
        write(facility(staff_count=7))

        load("facilities.csv", b"slug,staff_count\nring,\n")

        assert Facility.objects.get().staff_count is None

    def test_the_provenance_of_a_row_covers_what_the_row_changes(self) -> None:
        write(facility(staff_count=7, city="Lund"))

        load("facilities.csv", b"slug,staff_count,city,source_url,as_of\nring,8,Lund,https://example.org/new,2026\n")

        state = queries.state("facility", "ring")
        assert state is not None
        assert state.fact("staff_count").provenance == Provenance("sourced", "https://example.org/new", "2026")
        assert state.fact("city").provenance.as_of == "2025"

    def test_an_editor_may_load_only_the_rows_of_his_facility(self) -> None:
        write(facility("ring"), facility("other"), instrument())
        editor = User.objects.create_user("e@example.org", name="E")
        RoleGrant.objects.create(user=editor, role="facility_editor", scope="ring")
        text = b"slug,facility,name\nring-i02,ring,I02\nother-i01,other,O01\nring-i01,other,X\n"

        assert problems("instruments.csv", text, actor=editor) == [
            ("instruments.csv", 3, "slug", "other-i01"),
            ("instruments.csv", 4, "slug", "ring-i01"),
        ]

    def test_pruning_removes_what_the_pack_no_longer_brings(self) -> None:
        write(facility(), instrument("ring-i01"), instrument("ring-i02"))
        contents = reading.read_bytes("instruments.csv", b"slug,name\nring-i01,RING-I01\n")

        checked = loading.check(contents, actor=OFFICE, default=Provenance(), prune=True)

        assert checked.plan is not None
        assert [(item.edit.key, item.edit.action) for item in checked.plan.planned] == [("ring-i02", Action.DELETE)]

    def test_a_formula_in_text_is_harmless_in_the_file_and_comes_back(self) -> None:
        write(facility(city="=HYPERLINK(1)"))
        files = writing.dump()

        assert b"'=HYPERLINK" in files["facilities.csv"]
        with pytest.raises(actions.NothingToDo):
            load("pack.zip", writing.archive(files))

    def test_a_facilitys_own_rows_come_out_and_go_in_again(self) -> None:
        write(facility("ring"), facility("other"), technique("PaNET00001", "root"))
        write(instrument("ring-i01", techniques=["PaNET00001"]), instrument("other-i01", of="other"))

        files = writing.dump("ring")
        rows = list(csv.DictReader(io.StringIO(files["instruments.csv"].decode())))

        assert [row["slug"] for row in rows] == ["ring-i01"]
        assert "techniques.csv" not in files
        with pytest.raises(actions.NothingToDo):
            load("pack.zip", writing.archive(files))
