"""Sheets: each can be made, says what the record says, and comes in every form."""

import io
import zipfile

import pytest
from django.test import Client

from leaps.catalogue.models import Instrument
from leaps.core.documents import assemble
from leaps.landscape import sheets
from leaps.landscape.binding import bind
from tests.pdf import broken_rules


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedRecord:
    def test_every_sheet_can_be_built(self) -> None:
        binder = bind()
        for one in sheets.all_sheets():
            found = assemble(sheets.sheet(one.key, f"https://leaps.example/landscape/sheets/{one.key}/"), binder)
            assert found.problems == (), (one.key, found.problems)

    def test_there_is_one_for_each_country_of_the_union_and_each_home_of_a_light_source(self) -> None:
        codes = {one.key.removeprefix("country-").upper() for one in sheets.all_sheets() if one.key.startswith("country-")}

        assert set(sheets.UNION) <= codes
        assert {"CH", "GB", "JO"} <= codes
        assert len(sheets.UNION) == 27

    def test_a_country_is_told_what_the_record_holds(self, client: Client) -> None:
        page = client.get("/landscape/sheets/country-fr/").content.decode()
        n = Instrument.objects.filter(facility__country="FR", status="operating").count()

        assert "SOLEIL" in page
        assert f"{n}</span>" in page or f">{n}<" in page
        assert "style=" not in page.partition("<main")[2].partition("</main>")[0]

    def test_a_country_without_a_source_is_not_told_of_one(self, client: Client) -> None:
        assert "holds no light source in Luxembourg" in client.get("/landscape/sheets/country-lu/").content.decode()

    @pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("pptx", b"PK"), ("json", b"{"), ("zip", b"PK")])
    def test_a_sheet_comes_in_every_form(self, client: Client, form: str, start: bytes) -> None:
        answer = client.get(f"/landscape/sheets/press/sheet.{form}")

        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert "attachment" in answer["Content-Disposition"]
        if form == "pdf":
            assert broken_rules(answer.content) == []

    def test_slides_hold_a_slide_for_each_part(self, client: Client) -> None:
        with zipfile.ZipFile(io.BytesIO(client.get("/landscape/sheets/facility-esrf/sheet.pptx").content)) as archive:
            text = "".join(archive.read(n).decode() for n in archive.namelist() if n.startswith("ppt/slides/slide"))

        for words in ("Position", "What it alone offers", "When others are dark"):
            assert words in text

    def test_the_figure_of_a_sheet_stands_alone(self, client: Client) -> None:
        answer = client.get("/landscape/sheets/press/figures/F7.svg")

        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        assert b"<svg" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["nonsense/", "country-xx/", "facility-none/", "press/sheet.exe", "press/figures/F99.svg"])
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/landscape/sheets/{path}").status_code in (404, 422)
