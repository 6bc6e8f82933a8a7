"""The dark-period planner on the real record, and what happens when somebody tries other dates."""

import calendar
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from leaps.record import queries as record_queries
from leaps.roadmaps import queries
from leaps.roadmaps.types import Board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_record")]
FIRST = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    queries._supply.cache_clear()
    yield
    queries._supply.cache_clear()


def at(board: Board, year: int, month: int) -> int:
    return board.tried[12 * (year - board.first.year) + month - board.first.month]


class TestThePublishedDates:
    """The collision that nobody had seen, as the brief counted it."""

    @pytest.mark.parametrize(
        ("when", "dark"),
        [((2028, 11), 70), ((2029, 3), 84), ((2029, 6), 43), ((2029, 9), 71), ((2030, 3), 71), ((2030, 11), 42), ((2031, 6), 28), ((2032, 6), 0)],
    )
    def test_as_many_are_dark_together(self, when: tuple[int, int], dark: int) -> None:
        assert at(queries.board(FIRST, {}), *when) == dark

    def test_they_are_counted_of_all_ring_instruments(self) -> None:
        board = queries.board(FIRST, {})

        assert (board.peak, board.ring_instruments) == (84, 320)
        worst = next(w for w in board.windows if w.instruments == 84)
        assert (worst.first, worst.last) == (dt.date(2029, 1, 1), dt.date(2029, 5, 1))
        assert worst.facilities == ("ALBA", "Diamond", "SOLEIL")

    def test_a_simulation_day_by_day_counts_the_same(self) -> None:
        board = queries.board(FIRST, {})
        rings = {plan.facility: plan for plan in board.plans if plan.facility in {"alba", "diamond", "elettra", "petra-iii", "soleil"}}
        for place, dark in enumerate(board.tried):
            years, rest = divmod(place, 12)
            days = [dt.date(2026 + years, rest + 1, 1) + dt.timedelta(days=n) for n in range(31)]
            days = [day for day in days if day.month == rest + 1]
            by_hand = sum(
                plan.instruments for plan in rings.values() if 2 * sum(plan.start <= day < plan.end for day in days) >= len(days)
            )
            assert dark == by_hand, days[0]

    def test_what_is_in_dispute_says_so(self) -> None:
        unsure = {plan.facility for plan in queries.board(FIRST, {}).plans if not plan.is_certain}

        assert {"alba", "petra-iii"} <= unsure
        assert "diamond" not in unsure


class TestOtherDates:
    """What if one moved?"""

    def test_one_that_moves_lowers_the_peak_and_leaves_the_published(self) -> None:
        moved = queries.board(FIRST, {"soleil-ii": (dt.date(2030, 1, 1), dt.date(2032, 1, 1))})

        assert max(moved.published) == 84
        assert at(moved, 2029, 3) == 84 - 29
        assert [plan.upgrade for plan in moved.plans if plan.is_moved] == ["soleil-ii"]

    def test_the_address_holds_the_scenario(self, client: Client) -> None:
        address = "/planner/?s-soleil-ii=2030-01&m-soleil-ii=24"
        text = client.get(address).content.decode()

        assert "s-soleil-ii=2030-01" in text
        rows = list(csv.DictReader(io.StringIO(client.get(address.replace("/?", "/months.csv?")).content.decode())))
        march = next(row for row in rows if row["month"] == "2029-03")
        assert (march["dark_as_published"], march["dark_as_tried"]) == ("84", "55")

    def test_sent_as_it_is_published_nothing_counts_as_moved(self, client: Client) -> None:
        text = client.get("/planner/").content.decode()
        fields = dict(re.findall(r'name="([sm]-[a-z0-9-]+)" value="([^"]*)"', text))

        assert len(fields) >= 10
        assert "You try other dates" not in client.get("/planner/", fields).content.decode()

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("s-soleil-ii=soon&m-soleil-ii=3", "write it like 2028-06"),
            ("s-soleil-ii=2028-13&m-soleil-ii=3", "write it like 2028-06"),
            ("s-soleil-ii=2028-10&m-soleil-ii=0", "must be a number from 1 to 120"),
            ("s-nowhere=2028-10&m-nowhere=3", "The record has no dark period"),
        ],
    )
    def test_what_cannot_be_is_told_and_changes_nothing(self, client: Client, query: str, sentence: str) -> None:
        answer = client.get(f"/planner/?{query}")

        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert "You try other dates" not in answer.content.decode()


class TestWhereATechniqueSurvives:
    """A user looks for next year's beamtime."""

    def test_every_facility_that_has_it_stands_with_its_months(self) -> None:
        board = queries.board(FIRST, {}, technique="PaNET01196", year=2029)
        technique = board.techniques[0][0]
        found = queries.board(FIRST, {}, technique=technique, year=2029)

        assert found.sites
        assert all(len(site.open) == 12 for site in found.sites)
        soleil = [site for site in found.sites if site.slug == "soleil"]
        assert all(max(site.open) == 0 for site in soleil)

    def test_the_wide_technique_has_what_its_narrow_ones_have(self) -> None:
        supply, _names, _kinds, _labels = queries._supply(0)
        parents = dict(zip(supply.techniques, supply.fitness.sum(axis=0), strict=True))

        assert parents["PaNET00001"] == max(parents.values())

    def test_losses_name_the_worst_month(self) -> None:
        losses = queries.board(FIRST, {}).losses

        assert losses
        assert [loss.worst for loss in losses] == sorted((loss.worst for loss in losses), reverse=True)
        assert all(0 < loss.worst <= 1 and loss.facilities >= 2 for loss in losses)

    def test_nonsense_shows_the_form_again(self, client: Client) -> None:
        assert client.get("/planner/?technique=nonsense&year=x").status_code == 200
        assert client.get("/planner/figure.gif").status_code == 404
        assert client.get("/planner/figure.png").content.startswith(b"\x89PNG")


class TestOnWhomATechniqueRelies:
    """Single points of failure, quarter by quarter, on the real record."""

    def test_each_quarter_is_what_a_simulation_day_by_day_counts(self) -> None:
        board = queries.board(FIRST, {})
        supply, _names, _kinds, _labels = queries._supply(record_queries.current_revision())
        shut = {(plan.facility, plan.start, plan.end) for plan in board.plans}
        row = next(one for one in board.reliant if one.label == "total scattering")
        column = supply.techniques.index(row.panet_id)
        homes = {supply.facilities[f] for f in set(supply.facility_of[supply.fitness[:, column] > 0].tolist())}
        assert row.facilities == len(homes) > 2

        for number, quarter in enumerate(row.quarters):
            counts = []
            for month in range(3 * number, 3 * number + 3):
                years, rest = divmod(month, 12)
                days = [dt.date(2026 + years, rest + 1, n + 1) for n in range(calendar.monthrange(2026 + years, rest + 1)[1])]
                counts.append(len({f for f in homes for day in days if not any(of == f and start <= day < end for of, start, end in shut)}))
            assert (quarter.open, quarter.single, quarter.none) == (min(counts), counts.count(1), counts.count(0)), number

    def test_what_one_facility_alone_has_is_told_apart(self, client: Client) -> None:
        alone = [row for row in queries.board(FIRST, {}).reliant if row.is_always_single]

        assert alone
        assert all(q.share in (1.0, None) and q.open in (0, 1) for row in alone for q in row.quarters)
        assert f"{len(alone)} techniques that only one facility has" in client.get("/planner/").content.decode()

    def test_it_follows_the_dates_that_are_tried(self, client: Client) -> None:
        def months(address: str) -> dict[tuple[str, str], dict[str, str]]:
            text = client.get(address).content.decode()
            return {(row["technique"], row["quarter"]): row for row in csv.DictReader(io.StringIO(text))}

        before = months("/planner/reliance.csv")
        after = months("/planner/reliance.csv?s-soleil-ii=2030-01&m-soleil-ii=24")

        assert before.keys() == after.keys()
        now = [key for key in before if key[1] == "2029-1" and int(after[key]["facilities_open"]) > int(before[key]["facilities_open"])]
        assert now, "without SOLEIL dark in early 2029 some technique has one facility more"
        assert json.loads(client.get("/planner/reliance.json").content)
        assert client.get("/planner/reliance.xlsx").content.startswith(b"PK")
        assert client.get("/planner/reliance.pdf").status_code == 404

    def test_a_quarter_is_chosen_by_its_name_and_stays_in_the_address(self, client: Client) -> None:
        text = client.get("/planner/?quarter=2029-1").content.decode()
        assert "come down to one facility or none in quarter 1 of 2029" in text
        assert "facility or none in quarter" not in client.get("/planner/?quarter=1999-1").content.decode()

        answer = client.get("/planner/?quarter=2029-1", headers={"HX-Request": "true"})
        assert answer["HX-Push-Url"] == "/planner/?quarter=2029-1"
