"""Sheets: each can be made, says what the record says, comes in every form, and is made once by the worker."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import LIGHT_SOURCES, Facility, Instrument
from leaps.core import documents
from leaps.core.documents import NotBuilt, assemble
from leaps.core.errors import Problem
from leaps.landscape import sheet_queries, sheets, tasks, technique_tables
from leaps.landscape.actions import sheet_building
from leaps.landscape.binding import bind
from leaps.landscape.models import SheetBuild, SheetFile
from leaps.landscape.snapshots import Snapshot
from leaps.landscape.stages import BuildState
from leaps.landscape.views import sheets as sheet_views
from tests.background import work
from tests.pdf import broken_rules
from tests.record.factories import NOW, facility, update, write


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedRecord:
    def test_every_sheet_can_be_built(self) -> None:
        binder = bind()
        for one in sheets.all_sheets():
            found = assemble(sheets.sheet(one.key, f"https://leaps.example/landscape/sheets/{one.key}/"), binder)
            assert found.problems == (), (one.key, found.problems)

    def test_a_user_reads_where_her_technique_is_in_the_next_years(self, client: Client) -> None:
        page = client.get("/landscape/sheets/?technique=PaNET01216", follow=True)
        text = page.content.decode()
        rows = {row[0]: row for row in technique_tables.years(Snapshot(), "PaNET01216")[2]}
        first = catalogue_queries.today().year

        assert page.request["PATH_INFO"] == "/landscape/sheets/technique-panet01216/"
        assert "Months of each year in which the facility is open" in text
        # SOLEIL is dark from October 2028 to October 2030, ESRF is not
        assert rows["ESRF"][3:] == ("12",) * 5
        assert rows["SOLEIL"][3 + 2029 - first] == "0"
        assert rows["SOLEIL"][3 + 2028 - first] in ("9", "9.1")
        assert "Open all year" in text

    def test_reading_sheets_of_techniques_makes_no_files_but_asking_does(self, client: Client) -> None:
        client.get("/landscape/sheets/technique-panet01216/")
        assert not SheetBuild.objects.exists()

        client.get("/landscape/sheets/technique-panet01216/sheet.pdf")
        assert [one.key for one in SheetBuild.objects.all()] == ["technique-panet01216"]

    def test_a_technique_counts_its_finer_forms_and_no_other_kind_of_infrastructure(self) -> None:
        offered = dict(technique_tables.offered(Snapshot()))
        narrow, wide = (len(technique_tables.instruments(Snapshot(), key)) for key in ("PaNET01216", "PaNET00001"))

        assert "PaNET00001" in offered  # the root has every finer form
        assert 0 < narrow < wide
        assert {s.values["facility"] for s in technique_tables.instruments(Snapshot(), "PaNET00001")} <= set(Facility.objects.filter(kind__in=LIGHT_SOURCES).values_list("slug", flat=True))

    def test_a_technique_that_nobody_offers_is_told_so(self, client: Client) -> None:
        page = client.get("/landscape/sheets/?technique=PaNET99999")

        assert page.status_code == 200
        assert "No light source of the record offers “PaNET99999”" in page.content.decode()
        assert client.get("/landscape/sheets/technique-panet99999/").status_code == 404

    def test_some_sheets_of_techniques_can_be_built(self) -> None:
        binder = bind()
        every = sheets.technique_sheets()
        assert len(every) > 100
        for one in every[:: len(every) // 8]:
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
        client.get("/landscape/sheets/press/")
        work()
        answer = client.get(f"/landscape/sheets/press/sheet.{form}")

        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert "attachment" in answer["Content-Disposition"]
        if form == "pdf":
            assert broken_rules(answer.content) == []

    def test_slides_hold_a_slide_for_each_part(self, client: Client) -> None:
        client.get("/landscape/sheets/facility-esrf/")
        work()
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


KEY, PDF, FILES = "country-lu", "/landscape/sheets/country-lu/sheet.pdf", "/landscape/sheets/country-lu/files/"


@pytest.mark.django_db
class TestTheWorkerMakesThem:
    @pytest.fixture(autouse=True)
    def _home(self, settings: Any, tmp_path: Any) -> None:
        settings.LEAPS_HOME = tmp_path
        cache.clear()
        write(facility("ring"))

    def made(self) -> SheetBuild:
        asked = sheet_building.ask(key=KEY, now=NOW, enqueue=tasks.build_sheet.enqueue)
        work()
        return SheetBuild.objects.get(pk=asked.pk)

    def test_a_reader_without_an_account_asks_waits_and_is_served(self, client: Client) -> None:
        first = client.get(PDF)
        assert (first.status_code, first["Location"]) == (302, f"{FILES}?form=pdf")
        assert "is being made" in client.get(first["Location"]).content.decode()
        assert client.get(first["Location"], headers={"HX-Request": "true"}).status_code == 204

        assert work() == ["leaps.landscape.tasks.build_sheet"]

        told = client.get(first["Location"], headers={"HX-Request": "true"})["HX-Redirect"]
        assert f'content="0;url={PDF}"' in client.get(told).content.decode()
        assert "http-equiv" not in client.get(FILES).content.decode()
        answer = client.get(PDF)
        assert answer.content.startswith(b"%PDF")
        assert f"leaps-country-lu-r{sheet_queries.last_good(KEY).revision}.pdf" in answer["Content-Disposition"]  # type: ignore[union-attr]

    def test_reading_the_page_has_the_files_made_meanwhile(self, client: Client) -> None:
        assert client.get(f"/landscape/sheets/{KEY}/").status_code == 200
        work()

        assert client.get(PDF).status_code == 200

    def test_what_stands_is_served_without_the_queue(self, client: Client) -> None:
        self.made()
        client.get(PDF)
        client.get(FILES)

        assert work() == []
        assert SheetBuild.objects.count() == 1

    def test_many_who_ask_at_once_get_one_build(self, client: Client) -> None:
        for _time in range(3):
            client.get(PDF)

        assert SheetBuild.objects.count() == 1
        assert work() == ["leaps.landscape.tasks.build_sheet"]

    def test_of_two_in_the_same_moment_the_database_takes_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = sheet_building.ask(key=KEY, now=NOW, enqueue=lambda _pk: None)
        seen = iter([None, first])
        monkeypatch.setattr(sheet_queries, "under_way", lambda _key: next(seen))  # it came between look and leap

        assert sheet_building.ask(key=KEY, now=NOW, enqueue=lambda _pk: pytest.fail("queued twice")) == first
        with pytest.raises(IntegrityError), transaction.atomic():
            SheetBuild.objects.create(key=KEY, title="x", asked_at=NOW)

    def test_after_a_change_of_the_record_it_is_made_anew_and_the_old_one_goes_last(self, client: Client) -> None:
        before = self.made()
        write(update("facility", "ring", city="Lund"))
        assert client.get(PDF).status_code == 302
        page = client.get(f"{FILES}?form=pdf").content.decode()

        assert "is being made" in page
        assert f"at revision {before.revision} on" in page
        assert client.get(f"{PDF}?revision={before.revision}").content.startswith(b"%PDF")
        work()
        assert client.get(f"{PDF}?revision={before.revision}").status_code == 404
        assert list(SheetBuild.objects.values_list("state", flat=True)) == [BuildState.DONE]
        assert SheetFile.objects.count() == len(documents.FORMS)

    def test_after_a_week_it_is_made_anew(self) -> None:
        made = self.made()
        assert sheet_queries.standing(KEY) == made
        SheetBuild.objects.update(day=made.day - dt.timedelta(days=8))  # type: ignore[operator]

        assert sheet_queries.standing(KEY) is None

    def test_what_could_not_be_made_says_why_and_is_tried_again_when_asked(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        good = self.made()
        write(update("facility", "ring", city="Lund"))

        def refuse(*_args: object, **_kwargs: object) -> bytes:
            raise NotBuilt([Problem("The pages could not be set", "Tell the operators.")])

        with monkeypatch.context() as patch:
            patch.setattr(documents, "render", refuse)
            client.get(PDF)
            work()
            answer = client.get(f"{FILES}?form=pdf")
            page = answer.content.decode()
            assert answer.status_code == 422
            for words in ("could not be made", "The pages could not be set. Tell the operators.", "Try again", f"at revision {good.revision} on"):
                assert words in page
            client.get(PDF)
            assert work() == []  # it would only fail again
        assert client.get(f"{PDF}?revision={good.revision}").status_code == 200

        client.post(f"{FILES}?form=pdf")
        work()
        assert client.get(PDF).status_code == 200

    def test_a_worker_killed_in_the_midst_leaves_the_last_good_one_and_begins_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        good = self.made()
        write(update("facility", "ring", city="Lund"))
        asked = sheet_building.ask(key=KEY, now=NOW, enqueue=lambda _pk: None)

        class Killed(BaseException):
            pass

        def killed(*_args: object, **_kwargs: object) -> bytes:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(documents, "render", killed)
            with pytest.raises(Killed):
                sheet_building.run(pk=asked.pk, now=lambda: NOW)
        assert sheet_queries.last_good(KEY) == good
        assert sheet_queries.content(good, "pdf")
        assert not asked.files.exists()

        again = sheet_building.run(pk=asked.pk, now=lambda: NOW)
        assert again is not None
        assert again.state == BuildState.DONE
        assert sheet_queries.standing(KEY) == again

    def test_one_that_never_ends_is_called_broken_and_can_be_tried_again(self, client: Client) -> None:
        sheet_building.ask(key=KEY, now=NOW, enqueue=lambda _pk: None)
        assert sheet_building.tidy(NOW + dt.timedelta(hours=1)) == 1

        answer = client.get(FILES)
        assert answer.status_code == 503
        assert "The worker was interrupted." in answer.content.decode()
        client.post(FILES)
        work()
        assert client.get(PDF).status_code == 200
        sheet_building.tidy(NOW + dt.timedelta(days=30))
        assert SheetBuild.objects.count() == 1

    def test_one_address_does_not_fill_the_queue(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheet_views, "MOST_ASKED", {"sheet": "2/h/ip"})
        good = self.made()
        for key in ("country-de", "country-fr"):
            client.get(f"/landscape/sheets/{key}/sheet.pdf")
        write(update("facility", "ring", city="Lund"))

        answer = client.get(PDF, follow=True)
        page = answer.content.decode()
        assert answer.status_code == 429
        assert "within the hour" in page
        assert f"{PDF}?revision={good.revision}" in page
        assert client.get(f"/landscape/sheets/{KEY}/").status_code == 200  # reading is free
        assert SheetBuild.objects.filter(key=KEY).count() == 1
