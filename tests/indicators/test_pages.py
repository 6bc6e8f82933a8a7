"""The public pages of indicators, with the shipped record and with small ones made for the case."""

import csv
import io
import json
import re
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaps.indicators import figures, queries
from leaps.indicators.models import IndicatorDefinition, PublishedValue
from leaps.indicators.types import Standing
from tests.indicators.factories import definition, published
from tests.record.factories import facility, write


def text_of(page: str) -> str:
    return re.sub(r"[ \n\t]+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedRecord:
    def test_every_published_value_stands_on_its_indicators_page_with_its_source(self, client: Client) -> None:
        missing = []
        for code in IndicatorDefinition.objects.values_list("code", flat=True):
            rows = queries.published(indicator__code=code)
            page = unescape(client.get(f"/indicators/{code}/").content.decode())
            missing += [
                row.slug for row in rows
                if f'id="{row.slug}"' not in page or row.provenance.source_url not in page or row.value_words not in page
            ]  # fmt: skip

        assert missing == []
        assert PublishedValue.objects.count() == 254 + 27

    def test_every_value_has_a_page_that_names_its_source(self, client: Client) -> None:
        for row in queries.published()[::7]:
            page = unescape(client.get(f"/indicators/values/{row.slug}/").content.decode())

            assert row.provenance.source_url in page
            assert row.value_words in page

    def test_all_definitions_can_be_listed_and_found(self, client: Client) -> None:
        everything = client.get("/indicators/?family=all").content.decode()
        found = text_of(client.get("/indicators/?q=oversubscription").content.decode())

        codes = set(re.findall(r'href="/indicators/([A-Z]+-\d\d)/"', everything))
        assert len(codes) == 144
        assert "1 indicator." in found
        assert "Oversubscription factor" in found

    def test_wording_that_was_not_checked_is_marked(self, client: Client) -> None:
        theirs = client.get("/indicators/OECD-04/").content.decode()
        read = client.get("/indicators/RIP-01/").content.decode()
        ours = client.get("/indicators/ACC-01/").content.decode()

        assert "not been checked against the original" in theirs
        assert "not been checked" not in read
        assert "not been checked" not in ours

    def test_counterparts_lead_both_ways(self, client: Client) -> None:
        assert "/indicators/OECD-01/" in client.get("/indicators/ACC-10/").content.decode()
        assert "/indicators/ACC-10/" in client.get("/indicators/OECD-01/").content.decode()

    def test_two_rules_of_one_machine_are_kept_apart_with_the_reason(self, client: Client) -> None:
        page = text_of(client.get("/indicators/OPS-05/").content.decode())

        assert "failures during refill counted" in page
        assert "failures during refill left out" in page
        groups = queries.comparable(queries.published(indicator__code="OPS-05"))
        values = [{row.value for row in group.rows} for group in groups]
        assert not any({39.4, 49.5} <= together for together in values)

    def test_calls_and_years_are_never_in_one_group(self) -> None:
        for group in queries.comparable(queries.published(indicator__code="ACC-01")):
            assert len({row.period_kind for row in group.rows}) == 1
            assert len({row.unit for row in group.rows}) == 1

    def test_stretches_of_time_of_their_own_are_never_in_one_group(self) -> None:
        groups = queries.comparable(queries.published(indicator__code="ACC-10"))
        together = [{row.slug for row in group.rows} for group in groups]

        # Four months, five years; and two that nobody told.
        assert not any({"european-xfel-acc-10-2017-sep-dec-2017", "soleil-acc-10-2022-five-years-to-2022"} <= found for found in together)
        assert not any({"leaps-acc-10-2017-community", "leaps-acc-10-2023-community"} <= found for found in together)

    def test_the_league_page_holds_all_27_and_sets_the_user_numbers_beside_each_other(self, client: Client) -> None:
        page = client.get("/indicators/league/").content.decode()

        assert len(set(re.findall(r"/indicators/values/([a-z0-9-]+)/", page))) == 27
        claims = text_of(page.partition('class="claims"')[2].partition("</ol>")[0])
        for words in ("30\u202f000", "25\u202f000", "35\u202f000", "lightsources.org", "calipsoplus.eu", "springer.com", "cordis.europa.eu"):
            assert words in claims
        assert "25\u202f000 to 35\u202f000 users" in text_of(page)

    def test_the_title_says_the_finding(self) -> None:
        assert figures.finding(queries.published(indicator__code="OPS-09")).startswith("SLS: 6\u202f864 h in 2016, 4\u202f872 h in 2023")
        assert figures.finding(queries.published(indicator__code="ENV-02")) == "Only SESAME has published it: 6.48 MW (state of 2019)"

    def test_the_facility_page_has_a_panel_of_indicators(self, client: Client) -> None:
        with_values = client.get("/facilities/esrf/").content.decode()
        without = client.get("/facilities/mls/").content.decode()

        assert "/indicators/facilities/esrf/" in with_values
        assert "/indicators/facilities/mls/" not in without

    def test_a_facility_without_values_says_so(self, client: Client) -> None:
        assert "Nothing published yet" in client.get("/indicators/facilities/mls/").content.decode()

    def test_files_carry_values_sources_citation_and_method(self, client: Client) -> None:
        answer = client.get("/indicators/ACC-14/values.csv")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        told = json.loads(client.get("/indicators/ACC-14/values.json").content)
        book = openpyxl.load_workbook(io.BytesIO(client.get("/indicators/ACC-14/values.xlsx").content))

        assert len(rows) == len(told["values"]) == book["values"].max_row - 1 == 29
        assert all(row["source_url"].startswith("http") for row in rows)
        assert "definition version 1" in rows[0]["citation"] == told["citation"]
        assert "Formula: sum(instrument.fraction_of_year_open)" in rows[0]["method"]
        assert sorted(float(row["value"]) for row in rows) == sorted(value["value"] for value in told["values"])
        assert {name.value: value.value for name, value in book["about"].iter_rows()}["citation"] == told["citation"]

    def test_a_figure_leaves_the_page_with_its_source(self, client: Client) -> None:
        drawn = client.get("/indicators/ACC-01/figure.svg").content.decode()
        image = client.get("/indicators/ACC-01/figure.png")

        assert "revision" in drawn
        assert "Proposals submitted. ESRF" in drawn
        assert "<a " not in drawn
        assert image.content.startswith(b"\x89PNG")

    def test_only_the_figure_alone_may_be_framed_by_others(self, client: Client) -> None:
        alone = client.get("/indicators/ACC-01/figure/")
        whole = client.get("/indicators/ACC-01/")

        assert "frame-ancestors *" in alone["Content-Security-Policy"]
        assert "X-Frame-Options" not in alone
        assert "frame-ancestors 'none'" in whole["Content-Security-Policy"]
        assert whole["X-Frame-Options"] == "DENY"

    def test_small_letters_lead_to_the_indicator(self, client: Client) -> None:
        assert client.get("/indicators/acc-01/")["Location"] == "/indicators/ACC-01/"

    @pytest.mark.parametrize(
        "address",
        [
            "/indicators/ACC-99/", "/indicators/ACC-01/values.doc", "/indicators/ACC-99/values.csv", "/indicators/ACC-01/figure.gif",
            "/indicators/ACC-20/figure.svg", "/indicators/values/nothing/", "/indicators/facilities/nowhere/",
            "/indicators/facilities/mls/values.csv", "/indicators/league/values.pdf", "/indicators/ACC-99/figure/",
        ],
    )  # fmt: skip
    def test_what_is_not_there_is_answered_kindly(self, address: str, client: Client) -> None:
        answer = client.get(address)

        assert answer.status_code == 404
        assert "<h1>Not found</h1>" in answer.content.decode() or "Not possible" in answer.content.decode()

    def test_nonsense_in_the_matrix_shows_the_whole_of_it(self, client: Client) -> None:
        def body(address: str) -> str:
            return client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]

        assert body("/indicators/matrix/?group=x&year=99999999999999999999&facility=%00") == body("/indicators/matrix/")

    def test_a_page_costs_the_same_queries_however_many_values(self, client: Client) -> None:
        def cost(address: str) -> int:
            with CaptureQueriesContext(connection) as caught:
                client.get(address)
            return len(caught)

        assert cost("/indicators/ACC-14/") == cost("/indicators/ENV-02/")
        assert cost("/indicators/facilities/esrf/") == cost("/indicators/facilities/flash/")
        assert cost("/indicators/matrix/") == cost("/indicators/matrix/?group=environment")


@pytest.mark.django_db
class TestTheMatrix:
    @pytest.fixture(autouse=True)
    def _there(self) -> None:
        write(
            facility("ring", first_light_year=1990),
            facility("other"),
            definition("ACC-01"),
            definition("ACC-02"),
            definition("FIN-01", group="finance", unit="EUR"),
            published("a", year=2003, value=1622),
            published("b", year=2004, value=None, standing="suppressed"),
            published("c", indicator="ACC-02", year=2003, value=None, standing="not_applicable"),
            published("d", indicator="FIN-01", unit="EUR", currency="EUR", year=1980, value=5e6),
        )

    def state(self, row: str, column: str, **asked: object) -> str:
        found = queries.matrix(**{"group": "access", **asked})  # type: ignore[arg-type]
        cells = {(r.head.key, c.key): cell.state for r in found.rows for c, cell in r.cells}
        return cells[row, column]

    def test_keeps_four_states_apart(self) -> None:
        assert self.state("ring", "ACC-01", year=2003) == Standing.PUBLISHED
        assert self.state("ring", "ACC-01", year=2004) == Standing.SUPPRESSED
        assert self.state("ring", "ACC-02", year=2003) == Standing.NOT_APPLICABLE
        assert self.state("ring", "ACC-02", year=2004) == queries.MISSING
        assert self.state("other", "ACC-01", year=2003) == queries.MISSING

    def test_says_each_state_in_a_word_beside_its_sign(self, client: Client) -> None:
        page = text_of(client.get("/indicators/matrix/?facility=ring").content.decode())

        for words in ("1\u202f622", "▒ suppressed", "– not applicable", "· not published"):
            assert words in page

    def test_asks_nothing_of_the_years_before_first_light_except_money_and_people(self) -> None:
        write(published("e", indicator="ACC-02", year=1985, value=1.0, facility="other"))

        assert self.state("ring", "ACC-01", year=1985) == Standing.NOT_APPLICABLE
        assert self.state("other", "ACC-01", year=1985) == queries.MISSING
        assert self.state("other", "FIN-01", group="finance", year=1980) == queries.MISSING
        assert self.state("ring", "FIN-01", group="finance", year=1980) == Standing.PUBLISHED

    def test_of_one_facility_has_years_as_columns_gaps_included(self) -> None:
        write(published("f", year=2007))
        found = queries.matrix(group="access", facility="ring")

        assert [column.key for column in found.columns] == ["2003", "2004", "2005", "2006", "2007"]
        assert (found.filled, found.size) == (2, 10)


@pytest.mark.django_db
class TestTheFigure:
    def test_joins_only_values_of_one_kind(self) -> None:
        write(facility("ring"), definition())
        write(*(published(f"y{year}", year=year) for year in (2001, 2002, 2003)))
        write(published("call", year=2004, period_kind="call"), published("bound", year=2005, qualifier="min"))
        drawn = figures.indicator_svg(queries.published(), title="T")

        assert len(re.findall(r'class="fig-series', drawn)) == 2
        assert drawn.count("fig-strong") == 2  # a panel for the years, another for the call

    def test_shows_no_value_that_was_held_back(self) -> None:
        write(facility("ring"), definition(), published("s", value=None, standing="suppressed"))

        assert figures.indicator_svg(queries.published(), title="T") == ""

    def test_escapes_what_the_record_says(self, client: Client) -> None:
        write(facility("ring", short_name="<b>&"), definition(), published("a", rule='"><script>', note="<i>"))
        page = client.get("/indicators/ACC-01/").content.decode()

        assert "<b>&" not in page
        assert '"><script>' not in page
        assert "<i>" not in page
