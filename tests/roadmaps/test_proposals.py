"""A better calendar on the real record: found, bounded, impossible and why, asked of the queue."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client

from leaps.accounts.models import User
from leaps.catalogue.models import Upgrade
from leaps.optimise.dark_plan import evaluate, unmet_of
from leaps.optimise.dark_rules import Scenario
from leaps.roadmaps import planning, queries, tasks
from tests.background import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_record")]
FIRST = dt.date(2026, 1, 1)
TODAY = dt.date(2026, 11, 25)
ALL = ("diamond-ii", "soleil-ii", "alba-ii", "petra-iii-petra-iv")


@pytest.fixture(autouse=True)
def _forget() -> None:
    queries._supply.cache_clear()
    planning.offered.cache_clear()


def wish(**other: object) -> planning.Wish:
    return planning.Wish(**({"first": FIRST, "movable": ALL, "within": 18, "share": 70} | other))  # type: ignore[arg-type]


class TestWhatMayMove:
    def test_what_has_begun_stays(self) -> None:
        assert {plan.facility for plan in planning.movable(FIRST, TODAY)} == {"diamond", "soleil", "alba", "petra-iii"}
        assert {plan.facility for plan in planning.movable(FIRST, dt.date(2028, 1, 1))} == {"soleil", "alba", "petra-iii"}


class TestTheBestCalendar:
    def test_it_is_better_than_the_published_one_and_worth_what_it_says(self) -> None:
        asked = wish(movable=("soleil-ii", "alba-ii"))
        found = planning.propose(asked, seconds=20)

        assert found["bound"]["unmet"] <= found["reached"]["unmet"] < found["published"]["unmet"]
        assert all(abs(row["to"] - row["from"]) <= 18 for row in found["plan"])
        again, _hours = evaluate(planning.question(asked, list(queries.board(FIRST, {}).plans)), [row["to"] for row in found["plan"]])
        assert again.unmet == pytest.approx(found["reached"]["unmet"])
        assert found["reached"]["moves"] == sum(abs(row["to"] - row["from"]) for row in found["plan"])

    def test_every_other_pair_of_months_is_worse_or_equal(self) -> None:
        """Against all plans, one by one: two facilities, seven months each."""
        asked = wish(movable=("soleil-ii", "alba-ii"), within=3)
        made = planning.question(asked, list(queries.board(FIRST, {}).plans))
        found = planning.propose(asked, seconds=20)

        worth = [evaluate(made, (a, b))[0].unmet for a in made.moves[0].allowed for b in made.moves[1].allowed]

        assert found["reached"]["unmet"] == pytest.approx(min(worth), rel=planning.GAP + 1e-9)

    def test_what_must_hold_holds(self) -> None:
        found = planning.propose(wish(movable=("soleil-ii", "alba-ii"), apart=20), seconds=10)

        starts = sorted(row["to"] for row in found["plan"])
        assert starts[1] - starts[0] >= 20

    def test_an_impossible_wish_names_the_fewest_rules_to_relax(self) -> None:
        found = planning.propose(wish(within=1, apart=24), seconds=10)

        assert "plan" not in found
        assert found["relax"] == [{"rule": "apart", "months": 24, "facilities": ["Diamond", "SOLEIL", "ALBA", "PETRA III"]}]

    def test_what_would_end_beyond_the_horizon_is_not_proposed(self) -> None:
        made = planning.question(wish(within=36, movable=("petra-iii-petra-iv",)), list(queries.board(FIRST, {}).plans))

        (move,) = made.moves
        assert max(move.allowed) + move.length <= queries.MONTHS

    def test_cases_of_uncertain_lengths_are_equally_likely_and_fall_off(self) -> None:
        cases = planning.scenarios([18, 24, 12], 6)

        assert sum(case.probability for case in cases) == pytest.approx(1)
        extra = [sorted(case.lengths[place] - length for case in cases) for place, length in enumerate((18, 24, 12))]
        assert extra[0] == extra[1] == extra[2], "each period goes through the same cases, in an order of its own"
        assert (extra[0][0], extra[0][-1] <= 6, extra[0][5] < 3) == (0, True, True)
        assert len({tuple(b - a for a, b in zip((18, 24, 12), case.lengths, strict=True)) for case in cases}) > 5, "they do not slip all at once"
        assert planning.scenarios([18, 24], 0) == ()

    def test_with_uncertain_lengths_average_and_worst_tenth_are_those_of_the_cases(self) -> None:
        """Against each case by itself, as if it were certain."""
        asked = wish(movable=("soleil-ii", "alba-ii"), within=6, late=12)
        found = planning.propose(asked, seconds=15)
        made = planning.question(asked, list(queries.board(FIRST, {}).plans))

        for name, starts in (("reached", [row["to"] for row in found["plan"]]), ("published", [row["from"] for row in found["plan"]])):
            missed = [
                float(unmet_of(replace(made, scenarios=(Scenario(1.0, case.lengths),), risk=0.0), [starts])[0]) for case in made.scenarios
            ]  # fmt: skip
            assert found["doubt"][name]["expected"] == pytest.approx(sum(missed) / len(missed))
            assert found["doubt"][name]["worst"] == pytest.approx(max(missed)), "one of ten cases is the worst tenth"
        assert found["reached"]["unmet"] == pytest.approx(found["doubt"]["reached"]["expected"] + found["doubt"]["reached"]["worst"], rel=1e-6)
        assert found["reached"]["unmet"] <= found["published"]["unmet"]

    def test_what_was_asked_before_lengths_could_be_uncertain_is_still_read(self) -> None:
        old = wish().as_json()
        del old["late"]

        assert planning.Wish.of_json(old) == wish()

    def test_a_wish_goes_through_the_queue_unchanged(self) -> None:
        asked = wish(apart=3, kept=("PaNET01113",), late=9)

        assert planning.Wish.of_json(asked.as_json()) == asked


class TestThePages:
    @pytest.fixture
    def signed_in(self, client: Client) -> Client:
        client.force_login(User.objects.create_user(email="dora@example.org", name="Dora Director"))
        return client

    SENT = {"movable": ["soleil-ii", "alba-ii"], "within": "6", "share": "70", "apart": "0"}

    def test_the_question_waits_is_answered_and_leads_to_the_planner(self, signed_in: Client) -> None:
        sent = signed_in.post("/planner/proposals/", self.SENT)
        assert sent.status_code == 302
        address = sent["Location"]
        assert "goes on by itself" in signed_in.get(address).content.decode()
        assert signed_in.get(address, headers={"HX-Request": "true"}).status_code == 204
        assert signed_in.post("/planner/proposals/", self.SENT)["Location"] == address, "the same question is asked once"

        work()

        assert signed_in.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        text = signed_in.get(address).content.decode()
        assert "less beamtime" in text
        assert "/planner/?s-" in text

    def test_uncertain_lengths_are_answered_with_average_and_worst_tenth(self, signed_in: Client) -> None:
        address = signed_in.post("/planner/proposals/", self.SENT | {"late": "6"})["Location"]
        work()

        text = signed_in.get(address).content.decode()
        assert "In the worst tenth of cases (CVaR)" in text
        assert "each dark period up to 6 months longer than published" in text
        assert signed_in.post("/planner/proposals/", self.SENT | {"late": "25"}).status_code == 422

    def test_a_wrong_wish_is_told_beside_its_field(self, signed_in: Client) -> None:
        answer = signed_in.post("/planner/proposals/", {"within": "99", "share": "70", "apart": "0"})

        assert answer.status_code == 422
        text = answer.content.decode()
        assert "Choose at least one dark period that may move." in text
        assert "less than or equal to 36" in text

    def test_too_many_questions_wait_their_turn(self, signed_in: Client) -> None:
        for within in range(1, 4):
            assert signed_in.post("/planner/proposals/", self.SENT | {"within": str(within)}).status_code == 302
        answer = signed_in.post("/planner/proposals/", self.SENT | {"within": "4"})

        assert answer.status_code == 503
        assert "Send yours again in a minute" in answer.content.decode()

    def test_nobody_asks_without_a_name(self, client: Client) -> None:
        assert client.get("/planner/proposals/").status_code == 302
        assert "/account/login/" in client.get("/planner/proposals/")["Location"]

    def test_the_work_of_others_is_no_proposal(self, signed_in: Client) -> None:
        made = tasks.propose_calendar.enqueue(wish().as_json())

        assert signed_in.get(f"/planner/proposals/{made.id}/").status_code == 200
        assert signed_in.get("/planner/proposals/6b0d9a3c-0f8e-4f4c-9d1f-1f2f3f4f5f6f/").status_code == 404


def test_a_record_without_dark_periods_has_pages_too(client: Client, django_user_model: type[User]) -> None:
    Upgrade.objects.update(dark_start=None, dark_end=None)
    client.force_login(django_user_model.objects.create_user(email="dora@example.org", name="Dora Director"))

    assert "Nothing to move" in client.get("/planner/proposals/").content.decode()
    assert "No ring is dark in the years to come" in client.get("/planner/").content.decode()
