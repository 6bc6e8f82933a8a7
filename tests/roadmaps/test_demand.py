"""Whose demand is unmet: by hand, what always holds on the real record, the page with other dates, files and bad input."""

import csv
import datetime as dt
import io
import json

import numpy as np
import pytest
from django.test import Client

from leaps.catalogue import queries as catalogue_queries
from leaps.optimise.dark import DarkPeriod, Horizon, Supply, calendar, serve
from leaps.roadmaps import communities, queries
from leaps.roadmaps.communities import Answer, Assumed

FIRST = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_queries, "today", lambda: dt.date(2026, 11, 26))


def test_who_is_dark_gets_what_others_have_left() -> None:
    supply = Supply(("a", "b"), ("t",), np.array([0, 1]), np.ones((2, 1)), np.ones(2))
    demand = communities.demand_of(supply, ["X", "Y"], Assumed(share=90, guests=20), 3)
    opened = calendar(("a", "b"), [DarkPeriod("a", FIRST, dt.date(2026, 2, 1))], Horizon(FIRST, 3))

    served = serve(supply, opened, demand)

    # X asks 0.9 and is dark; Y keeps 0.9 for its own, and the 0.1 that is left is within the fifth it may give
    assert served.home[0].tolist() == pytest.approx(np.array([[0, 0.9, 0.9], [0.9, 0.9, 0.9]]))
    assert served.guest[0].tolist() == pytest.approx(np.array([[0.1, 0, 0], [0, 0, 0]]))
    assert served.unmet[0, 0].tolist() == pytest.approx([0.8, 0, 0])
    assert served.guest_hours.tolist() == pytest.approx(np.array([[0, 0], [0.1, 0]]))


@pytest.mark.usefixtures("real_record", "db")
class TestTheRecord:
    def found(self, **told: int) -> Answer:
        return communities.answer(FIRST, queries.board(FIRST, {}).plans, [], Assumed(**told))

    def test_what_is_asked_is_met_at_home_as_guests_or_not(self) -> None:
        found = self.found()

        assert {"France", "Germany", "Sweden"} <= {one.name for one in found.communities}
        for one in found.communities:
            for parts in zip(one.at_home, one.as_guests, one.unmet, strict=True):
                assert sum(parts) == pytest.approx(1)
            assert one.unmet == one.unmet_as_published
        assert found.missed == pytest.approx(sum(one.missed for one in found.communities))

    def test_the_british_miss_most_while_diamond_is_dark(self) -> None:
        found = {one.name: one for one in self.found().communities}
        britain, sweden = found["United Kingdom"], found["Sweden"]

        assert 4 * 2 <= britain.worst < 4 * 3 + 2  # 2028 to the middle of 2029
        assert britain.unmet[britain.worst] > 0.5
        assert max(sweden.unmet) == 0  # nothing of it goes dark by the published dates
        assert britain.techniques

    def test_without_guests_nobody_is_served_elsewhere_and_more_is_missed(self) -> None:
        alone, together = self.found(guests=0), self.found()

        assert alone.hosts == ()
        assert all(max(one.as_guests) == 0 for one in alone.communities)
        assert alone.missed > together.missed > 0
        # what hosts give is what guests get, for an hour as a guest is worth an hour
        got = sum(sum(one.as_guests) * one.asked / len(one.as_guests) for one in together.communities)
        assert sum(host.given for host in together.hosts) == pytest.approx(got)

    def test_other_dates_are_counted_beside_the_published_ones(self, client: Client) -> None:
        page = client.get("/planner/demand/?s-soleil-ii=2031-01&m-soleil-ii=12").content.decode()
        rows = list(csv.DictReader(io.StringIO(client.get("/planner/demand/table.csv?s-soleil-ii=2031-01&m-soleil-ii=12").content.decode())))
        france = {row["quarter"]: row for row in rows if row["country"] == "FR"}

        assert "With other dates for 1 dark period" in page
        assert "instrument-months fewer are missed than by the published dates" in page
        assert float(france["2029-2"]["unmet_percent"]) < float(france["2029-2"]["unmet_as_published_percent"])
        assert float(france["2031-2"]["unmet_percent"]) > float(france["2031-2"]["unmet_as_published_percent"])
        assert "s-soleil-ii=2031-01" in page  # files and the planner keep the dates

    def test_files(self, client: Client) -> None:
        assert json.loads(client.get("/planner/demand/table.json").content)
        assert client.get("/planner/demand/table.xlsx").content.startswith(b"PK")
        assert client.get("/planner/demand/table.pdf").status_code == 404
        assert client.get("/planner/demand/figure.png").content.startswith(b"\x89PNG")
        assert b"<svg" in client.get("/planner/demand/figure.svg").content

    @pytest.mark.parametrize("text", ["200", "0", "-1", "ten", "9.5"])
    def test_a_share_that_cannot_be_is_told_and_not_used(self, client: Client, text: str) -> None:
        answer = client.get(f"/planner/demand/?share={text}")

        assert answer.status_code == 422
        assert "give whole per cent from 1 to 100" in answer.content.decode()
        assert 'name="share" inputmode="numeric" size="4" maxlength="3" value="90"' in answer.content.decode()


@pytest.mark.django_db
def test_an_empty_record_says_so(client: Client) -> None:
    assert "The record has no instrument of a light source" in client.get("/planner/demand/").content.decode()
