"""Reports: what fills each line, for whom, in which form; and that nothing withheld leaves by any of them."""

import csv
import datetime as dt
import io
import json
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pytest
from csvw import CSVW
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaps.accounts.models import User
from leaps.indicators import reports
from leaps.indicators.models import ComputedValue, Return
from leaps.indicators.reports import Entry, Filled, Report, World
from leaps.indicators.types import Shown
from tests.indicators.signed import NOW

TODAY = dt.date(2025, 4, 1)
EVERYBODY = AnonymousUser()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def esfri(viewer: object, slug: str = "ring", year: int = 2024, world: World = World.REAL) -> Report:
    return reports.esfri_21(viewer, facility=slug, year=year, world=world, today=TODAY)


def entries(made: Report, line: str, what: str = "") -> list[Entry]:
    return [e for e in made.entries if e.subject.code == line and what in e.what]


def stored(code: str, slug: str = "ring", **more: Any) -> ComputedValue:
    return ComputedValue.objects.get(**{"indicator": code, "facility": slug, "dimension": "", "closed_at": None, **more})


class TestEsfri:
    """The 21 lines of one facility and year."""

    def test_every_line_is_there_in_order_filled_or_with_the_reason(self) -> None:
        made = esfri(EVERYBODY)

        assert [subject.code for subject, _entries in made.lines()] == [f"ESFRI-{n:02}" for n in range(1, 22)]
        assert all(e.has_value == (e.value is not None) and e.has_value != bool(e.why) for e in made.entries)
        assert all(e.signed_by == "Kim" and e.signed_on == NOW.date() and e.method for e in made.entries if e.filled == Filled.COMPUTED)
        assert {code for code, found in ((s.code, f) for s, f in made.lines()) if not any(e.has_value for e in found)} == {
            "ESFRI-07", "ESFRI-12", "ESFRI-13", "ESFRI-15", "ESFRI-16", "ESFRI-18", "ESFRI-19",
        }  # fmt: skip

    def test_the_public_gets_people_rounded_and_the_house_gets_them_exactly(self, people: dict[str, User]) -> None:
        exact = stored("ACC-10").value
        public, house, abroad = (entries(esfri(who), "ESFRI-02", "Unique users")[0] for who in (EVERYBODY, people["officer"], people["other"]))

        assert exact is not None
        assert exact % 5
        assert (house.value, house.qualifier, house.n_records) == (exact, "exact", stored("ACC-10").n_records)
        assert (public.value, public.qualifier, public.n_records) == (5 * round(exact / 5), "approx", None)
        assert abroad == public
        assert [esfri(people[who]).audience for who in ("officer", "editor", "office", "other")] == ["house", "house", "house", "public"]

    def test_shares_by_country_are_split_at_the_forum_and_small_ones_withheld(self, people: dict[str, User]) -> None:
        whole = stored("ACC-10")
        total = whole.value or 0
        ComputedValue.objects.create(
            campaign=whole.campaign, facility="ring", indicator="ACC-10", dimension="country", category="US", value=7, shown=Shown.PUBLIC, computed_at=NOW
        )
        inside, outside = (entries(esfri(people["officer"]), line, "Share of users, by") for line in ("ESFRI-08", "ESFRI-17"))
        public = {e.category: e for e in entries(esfri(EVERYBODY), "ESFRI-08", "Share of users, by")}
        parts = ComputedValue.objects.filter(indicator="ACC-10", facility="ring", dimension="country", closed_at=None)

        assert {e.category for e in inside} | {e.category for e in outside} == set(parts.values_list("category", flat=True)) - {"not recorded"}
        assert {"SE", "DE"} <= {e.category for e in inside}
        assert [(e.category, e.category_name, e.numerator) for e in outside] == [("US", "United States", 7)]
        assert not reports_forum() & {e.category for e in outside}
        assert all(e.value == round(100 * (e.numerator or 0) / total, 1) for e in inside)
        hidden = set(parts.filter(shown=Shown.SUPPRESSED).values_list("category", flat=True))
        assert hidden
        assert {c for c, e in public.items() if e.filled == Filled.WITHHELD} == hidden & {e.category for e in inside}
        assert all((e.numerator or 0) % 5 == 0 == (e.denominator or 0) % 5 for e in public.values())

    def test_money_is_told_in_its_currency_and_parts_that_stay_inside_say_so(self, people: dict[str, User]) -> None:
        (income,) = entries(esfri(people["officer"]), "ESFRI-10", "Income")
        (industry,) = entries(esfri(EVERYBODY), "ESFRI-09", "Share of users")

        assert (income.unit, income.filled) == ("EUR", Filled.COMPUTED)
        assert (industry.filled, industry.value) == (Filled.HOUSE, None)

    def test_without_a_return_published_values_stand_with_their_source(self) -> None:
        made = esfri(EVERYBODY, "third")

        (papers,) = entries(made, "ESFRI-03")
        assert (papers.filled, papers.value, papers.source) == (Filled.PUBLISHED, 431.0, "https://example.org/page")
        assert {e.filled for e in made.entries if e != papers} == {Filled.NOT_SIGNED, Filled.NOT_COLLECTED}
        assert entries(esfri(EVERYBODY, "third", 1999), "ESFRI-01")[0].why == "No campaign collected 1999."

    def test_under_embargo_everybody_learns_only_until_when(self, people: dict[str, User]) -> None:
        Return.objects.filter(facility="ring").update(embargo_until=dt.date(2025, 9, 1))
        ComputedValue.objects.filter(facility="ring").update(shown=Shown.HOUSE)

        public, house = esfri(EVERYBODY), esfri(people["editor"])

        assert {e.filled for e in public.entries} == {Filled.EMBARGO, Filled.NOT_COLLECTED}
        assert {e.signed_by + e.comment for e in public.entries} == {""}
        assert entries(public, "ESFRI-01")[0].why == "Only the facility and the office see it until 2025-09-01."
        assert entries(house, "ESFRI-01")[0].value == stored("ACC-01").value

    def test_records_left_out_are_named(self) -> None:
        ComputedValue.objects.filter(facility="ring", indicator="ENV-01").delete()
        ComputedValue.objects.filter(facility="ring", indicator="ACC-14").delete()
        sent = Return.objects.get(facility="ring")
        del sent.tables["instrument_period"]
        sent.save()

        (instruments,) = entries(esfri(EVERYBODY), "ESFRI-21", "Instruments")

        assert (instruments.filled, instruments.why) == (Filled.NO_RECORDS, "The return does not hold: Instruments by month.")

    def test_it_takes_as_many_queries_for_two_facilities_as_for_one(self, people: dict[str, User]) -> None:
        counts: list[int] = []
        esfri(people["office"])  # her roles are read once
        for slugs in (["ring"], ["other", "ring", "third"]):
            with CaptureQueriesContext(connection) as asked:
                reports.esfri_of_all(people["office"], facilities=slugs, year=2024, world=World.REAL, today=TODAY)
            counts.append(len(asked))

        assert counts[0] == counts[1] <= 9


def reports_forum() -> frozenset[str]:
    from leaps.indicators.reports.families import FORUM

    return FORUM


class TestOthers:
    """OECD, the annual table, the sheet of a country."""

    def test_oecd_has_25_lines(self, people: dict[str, User]) -> None:
        made = reports.oecd_core(people["officer"], facility="ring", year=2024, world=World.REAL, today=TODAY)

        assert [subject.code for subject, _entries in made.lines()] == [f"OECD-{n:02}" for n in range(1, 26)]
        assert entries(made, "OECD-01")[0].value == stored("ACC-10").value
        assert any("not checked against the original" in note for note in made.notes)

    def test_the_annual_table_has_the_core_set_over_the_years_published_ones_among_them(self) -> None:
        made = reports.annual(EVERYBODY, facility="ring", world=World.REAL, today=TODAY)

        header, table = reports.files.side_by_side(made) or ([], [])
        assert header == ["line", "what is asked", "what the value is", "unit", "2020", "2024"]
        (papers,) = [row for row in table if row[0] == "SCI-01"]
        assert papers[4:] == [97.0, stored("SCI-01").value]

    def test_a_country_is_told_the_same_to_everybody_withheld_cells_as_such(self) -> None:
        made = reports.country(code="SE", world=World.REAL)

        league_users = stored("ACC-10", "", dimension="country", category="SE")
        (users,) = [e for e in made.entries if e.indicator == "ACC-10" and not e.facility]
        assert users.value == (5 * round((league_users.value or 0) / 5) if league_users.shown == Shown.PUBLIC else None)
        assert [e.facility for e in made.entries if e.subject.code == "HOSTED"] == ["ring"]
        assert made.audience == "public"

    def test_in_a_country_of_few_the_sheet_says_withheld(self) -> None:
        row = ComputedValue.objects.filter(indicator="ACC-10", facility="ring", dimension="country", shown=Shown.SUPPRESSED).exclude(category="").first()
        assert row is not None

        found = [e for e in reports.country(code=row.category, world=World.REAL).entries if e.facility == "ring" and e.indicator == "ACC-10"]

        assert [(e.filled, e.value, e.numerator, e.n_records) for e in found] == [(Filled.WITHHELD, None, None, None)]


class TestWorlds:
    """Synthetic and real values never meet."""

    @pytest.fixture
    def trial(self, settings: LazySettings) -> None:
        settings.TRIAL = True
        Return.objects.update(is_synthetic=True)
        ComputedValue.objects.update(is_synthetic=True)

    def test_outside_a_trial_there_are_no_synthetic_ones(self, client: Client) -> None:
        answer = client.get("/indicators/reports/esfri/ring/2024.csv?world=synthetic")

        assert answer.status_code == 404
        assert "synthetic ones are found in a trial" in answer.content.decode()

    @pytest.mark.usefixtures("trial")
    def test_in_a_trial_each_file_is_labelled_and_holds_nothing_published(self, client: Client) -> None:
        assert "Synthetic" in everything(whole(client.get("/indicators/reports/data-package.zip")), "zip")
        for form in ("csv", "json", "xlsx", "csv-metadata.json"):
            answer = client.get(f"/indicators/reports/annual/ring.{form}")
            text = everything(answer.content, form)
            assert "Synthetic: made up for a trial" in text
            assert "synthetic-annual-table-ring-2024" in answer["Content-Disposition"]
            assert "example.org/page" not in text
        page = client.get("/indicators/reports/esfri/ring/2024/").content.decode()
        assert "Synthetic: made up for a trial" in page

    @pytest.mark.usefixtures("trial")
    def test_the_real_world_of_a_trial_is_what_was_published(self) -> None:
        made = reports.annual(EVERYBODY, facility="ring", world=World.REAL, today=TODAY)

        assert [(e.year, e.value) for e in made.entries if e.has_value] == [(2020, 97.0)]
        assert not made.is_synthetic


def cells(content: bytes, form: str) -> list[Any]:
    """Every cell of a file."""
    if form == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    if form == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return [cell for name in packed.namelist() for cell in cells(packed.read(name), name.rpartition(".")[2])]
    found: list[Any] = []

    def walk(value: Any) -> None:
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]:
            walk(part) if isinstance(part, dict | list) else found.append(part)

    if form in ("json", "csv-metadata.json"):
        walk(json.loads(content))
        return found
    return re.findall(r"[\d.\u202f]+|\w+", content.decode())


def whole(answer: Any) -> bytes:
    """The body of an answer, streamed or not."""
    return b"".join(answer) if answer.streaming else answer.content


def everything(content: bytes, form: str) -> str:
    return "\n".join(str(cell) for cell in cells(content, form))


def large(content: bytes, form: str) -> list[float]:
    """Numbers no honest cell of these small facilities holds."""
    numbers = []
    for cell in cells(content, form):
        try:
            numbers.append(float(str(cell).replace("\u202f", "")))
        except ValueError:
            continue
    return [n for n in numbers if 1e13 < n < 1e17]


PUBLIC_FILES = [
    f"/indicators/reports/{name}{ending}"
    for name in ("esfri/ring/2024", "oecd/ring/2024", "esfri/other/2024", "annual/ring", "country/SE", "country/FR", "country/US")
    for ending in ("/", ".csv", ".json", ".xlsx", ".csv-metadata.json")
] + ["/indicators/reports/data-package.zip"]


class TestNothingWithheldLeaves:
    """Every hidden value is made so large that it stands out in whatever it is printed in, a share of it too."""

    @pytest.fixture
    def _marked(self) -> None:
        hidden = ComputedValue.objects.exclude(shown=Shown.PUBLIC)
        mark = 1e15 + F("pk")
        assert hidden.update(value=mark, numerator=mark, denominator=mark, low=mark, high=mark, n_records=10**15) > 100

    @pytest.mark.usefixtures("_marked")
    @pytest.mark.parametrize("address", PUBLIC_FILES)
    def test_by_no_file_or_page_for_everybody(self, client: Client, address: str, people: dict[str, User]) -> None:
        form = re.sub(r"^.*/(?:[\w-]+\.)?", "", address) or "page"

        assert large(whole(client.get(address)), form) == []
        client.force_login(people["other"])
        if "/other/" not in address:
            assert large(whole(client.get(address)), form) == []

    @pytest.mark.usefixtures("_marked")
    @pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
    def test_the_search_would_find_one(self, client: Client, form: str, people: dict[str, User]) -> None:
        client.force_login(people["officer"])
        answer = client.get(f"/indicators/reports/esfri/ring/2024.{form}")

        assert large(answer.content, form) != []
        assert "Not public" in everything(answer.content, form)
        assert answer["Content-Disposition"] == f'attachment; filename="esfri-21-ring-2024-not-public.{form}"'


class TestFiles:
    """What goes out can be read by others."""

    def test_the_csv_is_described_for_the_web_and_valid_there(self, client: Client, tmp_path: Path) -> None:
        table = client.get("/indicators/reports/esfri/ring/2024.csv")
        link = re.fullmatch(r'<http://testserver(/\S+)>; rel="describedby"; type="application/csvm\+json"', table["Link"])
        assert link is not None
        described = client.get(link[1])
        assert described["Content-Type"] == "application/csvm+json"
        (tmp_path / "2024.csv").write_bytes(table.content)
        (tmp_path / "2024.csv-metadata.json").write_bytes(described.content)

        found = CSVW(str(tmp_path / "2024.csv-metadata.json"), validate=True)

        assert found.is_valid
        row = next(row for row in found.tables[0] if row["line"] == "ESFRI-02")
        assert (row["signed_on"].date(), row["synthetic"], row["value"] % 5) == (NOW.date(), False, 0)
        (tmp_path / "2024.csv").write_bytes(table.content.replace(b",RING,2024,", b",RING,last year,"))
        with warnings.catch_warnings():
            warnings.simplefilter("always")  # it takes what it finds wrong from there
            wrong = CSVW(str(tmp_path / "2024.csv-metadata.json"), validate=True)
            assert not wrong.is_valid
        assert "last year" in str(wrong.warnings[0].message)

    def test_every_row_can_be_cited_alone(self, client: Client) -> None:
        rows = list(csv.DictReader(io.StringIO(client.get("/indicators/reports/esfri/ring/2024.csv").content.decode())))

        assert all("LEAPS Commons: ESFRI 2019: RING, 2024" in row["citation"] and row["method"] for row in rows)
        assert {row["line"] for row in rows} == {f"ESFRI-{n:02}" for n in range(1, 22)}

    def test_json_and_workbook_say_the_same(self, client: Client) -> None:
        told = client.get("/indicators/reports/esfri/ring/2024.json").json()
        book = openpyxl.load_workbook(io.BytesIO(client.get("/indicators/reports/esfri/ring/2024.xlsx").content))

        flat = [value for line in told["lines"] for value in line["values"]]
        header, *rows = book["values"].iter_rows(values_only=True)
        assert [row[header.index("value")] for row in rows] == pytest.approx([value["value"] for value in flat])
        assert book.sheetnames == ["report", "values", "about"]
        assert told["citation"].replace(".json", ".xlsx") in [row[1] for row in book["about"].iter_rows(values_only=True)]

    def test_an_unknown_form_or_report_is_refused(self, client: Client) -> None:
        assert client.get("/indicators/reports/esfri/ring/2024.pdf").status_code == 404
        assert client.get("/indicators/reports/nato/ring/2024.csv").status_code == 404
        assert client.get("/indicators/reports/esfri/nowhere/2024.csv").status_code == 404
        assert client.get("/indicators/reports/country/ZZ/").status_code == 404


class TestDataPackage:
    """Everything public in one archive."""

    def test_a_foreign_validator_accepts_it_and_finds_every_released_value(self, client: Client, tmp_path: Path) -> None:
        answer = client.get("/indicators/reports/data-package.zip")
        with zipfile.ZipFile(io.BytesIO(whole(answer))) as packed:
            packed.extractall(tmp_path)

        report = frictionless.validate(str(tmp_path / "datapackage.json"))

        assert report.valid, report.flatten(["title", "message"])[:5]
        assert answer["Content-Disposition"] == 'attachment; filename="leaps-indicators.zip"'
        rows = list(csv.DictReader((tmp_path / "computed_values.csv").open()))
        standing = ComputedValue.objects.filter(closed_at=None)
        assert sum(row["standing"] != "withheld" for row in rows) == standing.filter(shown=Shown.PUBLIC).count()
        assert sum(row["standing"] == "withheld" for row in rows) == standing.filter(shown=Shown.SUPPRESSED).count() > 0
        assert {row["value"] for row in rows if row["standing"] == "withheld"} == {""}
        assert [row["signed_by"] for row in csv.DictReader((tmp_path / "signatures.csv").open())] == ["Otto", "Kim"]
        (tmp_path / "computed_values.csv").write_text((tmp_path / "computed_values.csv").read_text().replace(",2024,", ",never,", 1))
        assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid

    def test_equal_values_give_equal_archives_which_are_sent_piece_by_piece(self, client: Client) -> None:
        first = list(client.get("/indicators/reports/data-package.zip"))

        assert b"".join(first) == whole(client.get("/indicators/reports/data-package.zip", headers={"accept-language": "de"}))
        assert len(first) > 8

    def test_it_is_sent_again_only_when_it_changed(self, client: Client) -> None:
        address = "/indicators/reports/data-package.zip"
        first = client.get(address)
        content = whole(first)

        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
        assert whole(client.get(address)) == content
        one = ComputedValue.objects.filter(shown=Shown.PUBLIC, closed_at=None, dimension="country").first()
        assert one is not None
        ComputedValue.objects.filter(pk=one.pk).update(shown=Shown.SUPPRESSED)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 200
        assert whole(again) != content

    def test_under_embargo_nobody_is_named(self, client: Client) -> None:
        Return.objects.filter(facility="ring").update(embargo_until=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9))
        ComputedValue.objects.filter(facility="ring").update(shown=Shown.HOUSE)

        text = everything(whole(client.get("/indicators/reports/data-package.zip")), "zip")

        assert "Otto" in text
        assert "Kim" not in text
        assert "\nring\n" not in text


class TestPages:
    """Choosing and looking."""

    def test_the_form_leads_to_what_was_asked(self, client: Client) -> None:
        lead = client.get("/indicators/reports/?report=esfri&facility=ring&year=2024&form=xlsx")
        page = client.get("/indicators/reports/?report=annual&facility=ring&form=page")
        lacking = client.get("/indicators/reports/?report=country&form=page")

        assert lead["Location"] == "/indicators/reports/esfri/ring/2024.xlsx"
        assert page["Location"] == "/indicators/reports/annual/ring/"
        assert lacking.status_code == 422
        assert "Choose one." in lacking.content.decode()

    def test_where_nothing_is_known_it_says_so(self, client: Client) -> None:
        Return.objects.update(state="withdrawn", signed_at=None)
        from leaps.indicators.models import PublishedValue

        PublishedValue.objects.all().delete()

        assert "Nothing to report yet" in client.get("/indicators/reports/").content.decode()
        assert "Nothing is known yet" in client.get("/indicators/reports/annual/ring/").content.decode()

    def test_the_office_takes_all_facilities_in_one_workbook(self, client: Client, people: dict[str, User]) -> None:
        address = "/indicators/reports/esfri/2024.xlsx"
        assert client.get(address).status_code == 302
        client.force_login(people["officer"])
        assert client.get(address).status_code == 403
        client.force_login(people["office"])

        book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))

        header = [cell for cell in next(book["table"].iter_rows(min_row=3, values_only=True)) if cell]
        assert header[4:] == ["OTHER", "RING", "THIRD"]
        users = next(row for row in book["table"].iter_rows(min_row=4, values_only=True) if row[0] == "ESFRI-02" and row[2] == "Unique users")
        assert users[5] == stored("ACC-10").value
        assert users[6] == "no signed return"
