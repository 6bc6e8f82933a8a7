"""The pages of the economic impact: calculators, ladder, and what they give along."""

import csv
import io
import json
import re
from html import unescape

import numpy as np
import openpyxl
import pytest
from django.test import Client

from leaps.indicators.economy import calculator, tables
from leaps.indicators.formulas import costbenefit, impact
from leaps.indicators.queries import impact as impact_queries
from tests.indicators.factories import definition, published
from tests.record.factories import facility, write

CALCULATOR = "/indicators/impact/calculator/"
COST_BENEFIT = "/indicators/impact/cost-benefit/"


def text_of(page: str) -> str:
    return re.sub(r"[ \n\t]+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.django_db
class TestTheOverview:
    def test_it_tells_what_methods_can_and_cannot_say(self, client: Client) -> None:
        page = text_of(client.get("/indicators/impact/").content.decode())

        for words in ("It cannot say", "Whether the economy is better off", "What nobody could price", "made-up numbers"):
            assert words in page

    def test_the_front_page_of_indicators_leads_there(self, client: Client) -> None:
        assert 'href="/indicators/impact/"' in client.get("/indicators/").content.decode()


@pytest.mark.django_db
class TestTheCalculator:
    def test_the_example_is_the_vector_of_the_brief(self, client: Client) -> None:
        answer = client.get(CALCULATOR)
        page = text_of(answer.content.decode())
        told = client.get(CALCULATOR + "result.json").json()
        output = {row["where"]: row["indirect"] for row in told["values"] if row["measure"] == "output"}

        assert answer.status_code == 200
        assert "An example to begin with" in page
        assert "never quote it" in page
        assert round(output["all regions"] / 100, 6) == 1.025845
        assert round(output["reg1"] / output["all regions"], 6) == 0.998059
        assert "1.03" in page  # the type I output multiplier

    def test_it_equals_the_formulas(self, client: Client) -> None:
        query = "?table=pymrio-test&region=reg2&s2=30&s7=12&payroll=40&jobs=300&abroad=20&vat=20&tax=25&saving=5&leak=10&wage_share=60"
        told = client.get(f"{CALCULATOR}result.json{query}").json()["values"]
        table = tables.test_table()
        a = impact.coefficients(table.flows, table.output)
        v = table.value_added / table.output
        home = np.arange(8, 16)
        y = np.zeros(48)
        for sector, amount in ((2, 30 / 1.2), (7, 12 / 1.2)):
            y[8 + sector] = 0.8 * amount
            others = [r * 8 + sector for r in range(6) if r != 1]
            y[others] = 0.2 * amount * table.output[others] / table.output[others].sum()
        c = 0.6 * table.households / table.households.sum(axis=0)
        w = np.zeros((6, 48))
        for r in range(6):
            w[r, r * 8 : r * 8 + 8] = 0.6 * v[r * 8 : r * 8 + 8]
        star = np.block([[a, c], [w, np.zeros((6, 6))]])
        payroll = np.array([0, 40.0, 0, 0, 0, 0])
        one = np.linalg.inv(np.eye(48) - a) @ y
        both = (np.linalg.inv(np.eye(54) - star) @ np.concatenate([y, payroll]))[:48]
        row = next(r for r in told if r["measure"] == "value added" and r["where"] == "reg2")

        assert row["direct"] == 40
        assert row["indirect"] == pytest.approx((v * one)[home].sum(), rel=1e-9)
        assert row["induced"] == pytest.approx((v * (both - one))[home].sum(), rel=1e-9)
        assert row["total"] == pytest.approx(40 + (v * both)[home].sum(), rel=1e-9)
        assert row["indirect_low"] < row["indirect"] < row["indirect_high"]

    def test_the_same_address_gives_the_same_numbers_and_another_seed_others(self, client: Client) -> None:
        query = "?table=pymrio-test&s4=50&seed={}"
        first, again, other = (client.get(CALCULATOR + "result.csv" + query.format(seed)).content for seed in (1, 1, 2))

        assert first == again
        lows = [[r["total_low"] for r in csv.DictReader(io.StringIO(c.decode()))] for c in (first, other)]
        assert lows[0] != lows[1]

    def test_files_carry_citation_method_and_inputs(self, client: Client) -> None:
        query = "?table=pymrio-test&s4=50&payroll=10"
        rows = list(csv.DictReader(io.StringIO(client.get(f"{CALCULATOR}result.csv{query}").content.decode())))
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{CALCULATOR}result.xlsx{query}").content))

        assert all("s4=50" in row["citation"] and "they describe no economy" in row["method"] for row in rows)
        assert book.sheetnames == ["values", "inputs", "about"]
        assert ["construction", 50] in [list(row) for row in book["inputs"].iter_rows(values_only=True)]

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("?s0=-1", "greater than or equal to 0"),
            ("?s0=nan", "Enter a number"),
            ("?s0=1e15", "less than or equal"),
            ("?payroll=0", "Nothing is spent yet"),
            ("?s0=1&tax=80&saving=30", "together more than all wages"),
            ("?s0=1&region=Atlantis", "not one of the available choices"),
            ("?s0=1&draws=1000000", "less than or equal to 1000"),
            ("?s0=1&tax=0&saving=0&leak=0&wage_share=100&spread=30", ""),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_words(self, client: Client, query: str, words: str) -> None:
        answer = client.get(CALCULATOR + query)
        file = client.get(CALCULATOR + "result.csv" + query)

        if not words:  # at the edge, and allowed
            assert answer.status_code == 200
            return
        assert answer.status_code == 422
        assert words in text_of(answer.content.decode())
        assert "Nothing was computed" in answer.content.decode()
        assert file.status_code == 404

    def test_an_unknown_table_is_no_error(self, client: Client) -> None:
        assert client.get(CALCULATOR + "?table=nowhere").status_code == 200

    def test_effects_within_a_region_are_smaller_than_in_the_country(self, client: Client) -> None:
        table = tables.test_table()
        common = {"home": 0, "purchases": (0.0, 0.0, 10.0, 0.0, 50.0, 0.0, 0.0, 20.0)}
        small, large = (calculator.calculate(table, calculator.Spending(**common, region_share=s)) for s in (0.1, 1.0))
        page = text_of(client.get(CALCULATOR + "?table=pymrio-test&s4=50&region_share=10").content.decode())

        assert small.regional is not None
        assert large.regional is not None
        assert small.regional < large.regional
        assert large.regional <= large.effects[0].indirect.value
        assert "within the region" in page

    @pytest.mark.parametrize("which", ["rounds", "sectors"])
    def test_figures_leave_the_page_with_their_origin(self, client: Client, which: str) -> None:
        drawn = client.get(f"{CALCULATOR}{which}.svg?table=pymrio-test&s4=50")
        image = client.get(f"{CALCULATOR}{which}.png?table=pymrio-test&s4=50")

        assert drawn["Content-Type"] == "image/svg+xml"
        assert "LEAPS Commons" in drawn.content.decode()
        assert image.content.startswith(b"\x89PNG")
        assert client.get(f"{CALCULATOR}{which}.gif?table=pymrio-test&s4=50").status_code == 404
        assert client.get(f"{CALCULATOR}nothing.svg?table=pymrio-test&s4=50").status_code == 404

    def test_markup_in_the_address_stays_text(self, client: Client) -> None:
        page = client.get(CALCULATOR + "?table=pymrio-test&s4=50&x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()

        assert "<script>alert(1)" not in page


@pytest.mark.django_db
class TestCostAndBenefit:
    def test_the_example_says_that_it_is_made_up(self, client: Client) -> None:
        answer = client.get(COST_BENEFIT)

        assert answer.status_code == 200
        assert "Made-up numbers" in text_of(answer.content.decode())
        assert "Made-up numbers" in client.get(COST_BENEFIT + "result.json").json()["method"]

    def test_it_equals_the_formula(self, client: Client) -> None:
        query = "?rate=5&n0=A&k0=cost&a0=100&f0=0&t0=1&n1=B&k1=benefit&a1=60&f1=2&t1=6&l1=20&h1=10&seed=3&draws=500"
        told = {row["result"]: row for row in client.get(f"{COST_BENEFIT}result.json{query}").json()["values"]}
        costs, gains = [100.0, 100, 0, 0, 0, 0, 0], [0.0, 0, 60, 60, 60, 60, 60]

        assert told["net present value"]["value"] == pytest.approx(float(costbenefit.net_present_value(gains, costs, 0.05)))
        assert told["benefit to cost ratio"]["value"] == pytest.approx(float(costbenefit.benefit_cost_ratio(gains, costs, 0.05)))
        expected = float(costbenefit.internal_rate(np.subtract(gains, costs)))
        assert told["internal rate of return"]["value"] == pytest.approx(expected)
        assert told["net present value"]["low"] < told["net present value"]["value"]

    def test_without_a_rate_there_is_none_in_the_file(self, client: Client) -> None:
        told = client.get(COST_BENEFIT + "result.json?n0=A&k0=cost&a0=100&t0=3").json()["values"]

        assert told[2] == {"result": "internal rate of return", "value": None, "low": None, "high": None}

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("?rate=3", "no stream yet"),
            ("?a0=5&f0=4&t0=2", "last year lies before the first"),
            ("?a0=-5", "greater than or equal to 0"),
            ("?a0=5&l0=150", "less than or equal to 100"),
            ("?a0=5&t0=5000", "less than or equal to 100"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_words(self, client: Client, query: str, words: str) -> None:
        answer = client.get(COST_BENEFIT + query)

        assert answer.status_code == 422
        assert words in text_of(answer.content.decode())
        assert client.get(COST_BENEFIT + "result.csv" + query).status_code == 404

    def test_the_figure_leaves_the_page(self, client: Client) -> None:
        assert client.get(COST_BENEFIT + "figure.png").content.startswith(b"\x89PNG")
        assert "Made-up" in client.get(COST_BENEFIT + "figure.svg").content.decode()
        assert client.get(COST_BENEFIT + "figure.svg?n0=A&k0=cost&a0=100&t0=3").status_code == 200


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedStudies:
    def test_each_effect_stands_on_its_step_with_its_source(self, client: Client) -> None:
        page = unescape(client.get("/indicators/impact/ladder/").content.decode())
        found = {study.row.slug: study for study in impact_queries.ladder().studies}

        assert {slug: study.rung.value for slug, study in found.items()} == {
            "cern-fcc-eco-02-2023-study": "indirect",
            "cern-fcc-eco-03-2023-study": "indirect",
            "epfl-eco-02-2021": "induced",
            "soleil-eco-02-2021-study": "indirect",
            "soleil-eco-03-2021-study": "indirect",
            "diamond-eco-01-2020-study": "knowledge",
            "diamond-eco-01-2022-study": "knowledge",
            "diamond-eco-06-2020-study": "knowledge",
            "isis-eco-01-2016-study": "knowledge",
            "isis-eco-01-2030-study": "knowledge",
            "isis-eco-08-2016-study": "knowledge",
            "petra-iii-eco-01-2025-study-ex-ante": "knowledge",
            "petra-iii-eco-01-2025-study-ex-ante-complementary-effects-included": "knowledge",
        }
        for study in found.values():
            assert study.row.value_words in page
            assert study.row.provenance.source_url in page
            if study.why:
                assert study.why in page

    def test_a_ratio_is_made_only_of_one_period_and_currency(self) -> None:
        ratios = {study.row.slug: round(study.ratio, 2) for study in impact_queries.ladder().studies if study.ratio}

        assert ratios == {
            "cern-fcc-eco-02-2023-study": 0.96,
            "epfl-eco-02-2021": 5.2,
            "soleil-eco-02-2021-study": 1.0,
            "diamond-eco-01-2020-study": 1.5,
            "diamond-eco-01-2022-study": 1.86,
        }

    def test_names_stand_in_order_and_never_values(self, client: Client) -> None:
        found = impact_queries.ladder()
        page = text_of(client.get("/indicators/impact/ladder/").content.decode())

        for group in (found.facilities, found.others):
            names = [one.about.casefold() for one in group]
            assert names == sorted(names)
        assert "ESRF" in [name for _slug, name in found.without]
        assert not re.search(r"\b(rank|best|worst|top)\b", page.lower())

    def test_files_and_figures(self, client: Client) -> None:
        told = client.get("/indicators/impact/ladder/values.json").json()["values"]
        rows = list(csv.DictReader(io.StringIO(client.get("/indicators/impact/ladder/values.csv").content.decode())))

        assert len(told) == len(rows) == 13
        assert all(row["source_url"] and row["step"] for row in told)
        assert "LEAPS Commons" in client.get("/indicators/impact/ladder/figure.svg").content.decode()
        assert client.get("/indicators/impact/ladder/figure.png").content.startswith(b"\x89PNG")
        assert json.dumps(told, allow_nan=False)


@pytest.mark.django_db
class TestALadderOfFew:
    def test_nothing_is_an_empty_state(self, client: Client) -> None:
        answer = client.get("/indicators/impact/ladder/")

        assert answer.status_code == 200
        assert "No study of economic impact is on record" in answer.content.decode()
        assert client.get("/indicators/impact/ladder/figure.svg").status_code == 404

    def test_two_by_the_same_method_are_not_grey(self, client: Client) -> None:
        write(facility("ring"), facility("hall"), definition("ECO-02", group="economy", unit="ratio", aggregation="none"))
        common = {"indicator": "ECO-02", "unit": "ratio", "rule": "input-output, direct and indirect"}
        write(published("r", **common, value=1.1), published("h", **common, facility="hall", value=1.3))
        write(published("f", **common | {"rule": "direct, indirect and induced"}, value=1.9))

        studies = {study.row.slug: study for study in impact_queries.ladder().studies}

        assert studies["r"].why == studies["h"].why == ""
        assert studies["f"].why
        assert studies["f"].rung == "induced"
        page = client.get("/indicators/impact/ladder/").content.decode()
        assert page.count('class="apart"') == 1
