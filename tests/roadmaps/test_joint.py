"""How sure overlaps are: what the draws of the real record rest on, a common supplier, page and files."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.roadmaps import estimate_queries, joint_overlaps, milestone_queries, queries
from leaps.roadmaps.chances import ASSUMED, Stretch
from leaps.roadmaps.joint_overlaps import Joint
from leaps.roadmaps.models import DurationEstimate, Milestone
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _it_is_today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(catalogue_queries, "today", lambda: TODAY)
    queries._supply.cache_clear()
    yield
    queries._supply.cache_clear()


def estimate(slug: str, low: float, mode: float, high: float, supplier: str = "", share: float = 0.0, **more: Any) -> DurationEstimate:
    return DurationEstimate.objects.create(
        milestone=Milestone.objects.get(slug=slug), version=1, low=low, mode=mode, high=high, supplier=supplier, share=share, basis="A test", at=NOW, actor_label="x",
        side="office", **more,
    )  # fmt: skip


def drawn(stretch: Stretch | None = None, *, common: bool = True) -> Joint:
    return joint_overlaps.joint(milestone_queries.milestones(TODAY), estimate_queries.standing(), TODAY, stretch, common=common)


def kinds(found: Joint) -> dict[str, tuple[str, str]]:
    return {basis.plan.upgrade: (basis.start_is, basis.length_is) for basis in found.bases}


@pytest.mark.usefixtures("real_record")
class TestTheRecord:
    def test_without_estimates_only_imprecise_dates_vary(self) -> None:
        found = drawn()

        assert kinds(found) == {
            "elettra-2-0": ("begun", "published"), "diamond-ii": ("precision", "published"), "soleil-ii": ("precision", "published"),
            "alba-ii": ("precision", "published"), "petra-iii-petra-iv": ("precision", "published"),
        }  # fmt: skip
        words = {basis.plan.upgrade: basis.start_words for basis in found.bases}
        assert words["alba-ii"] == "known to the year: any day of 2029 is as likely"
        assert words["soleil-ii"] == "known to the month: any day of it is as likely"
        pair = next(pair for pair in found.pairs if {pair.one, pair.other} == {"Diamond", "SOLEIL"})
        assert pair.published == pytest.approx(8.0)
        assert pair.drawn.chance == 1
        assert pair.drawn.mean == pytest.approx(8.0, abs=0.05)  # both begin anywhere in their months
        assert (pair.drawn.months.min() > 7, pair.drawn.months.max() < 9) == (True, True)

    def test_what_is_published_to_the_month_stays_and_the_year_makes_the_band(self) -> None:
        found = drawn()
        rows = {row["month"]: row for row in joint_overlaps.month_records(found)}

        assert rows["2028-06"]["p5"] == rows["2028-06"]["p95"] == rows["2028-06"]["published"] == 41
        assert rows["2028-11"]["p5"] == rows["2028-11"]["p95"] == 70
        assert rows["2029-03"]["p5"] < rows["2029-03"]["p95"]
        assert all(row["p5"] <= row["p50"] <= row["p95"] for row in rows.values())

    def test_estimates_of_the_ends_take_the_place_of_dates(self) -> None:
        estimate("diamond2-dark-start", 13, 13, 13)
        estimate("diamond2-dark-end", 20, 20, 20)

        found = drawn()

        assert kinds(found)["diamond-ii"] == ("estimate", "estimate")
        pair = next(pair for pair in found.pairs if {pair.one, pair.other} == {"Diamond", "SOLEIL"})
        # 25 Nov 2026 + 33 months ends on 25 Aug 2029; SOLEIL begins in Oct 2028
        assert pair.drawn.quantiles[1] == pytest.approx(10.3, abs=0.1)

    def test_a_milestone_of_the_same_upgrade_with_another_date_is_not_taken_for_an_end(self) -> None:
        estimate("diamond2-complete", 1, 2, 3)
        estimate("alba2-dark-start", 1, 2, 3)  # known to the year: it is not clear that it is this day

        assert {"estimate"}.isdisjoint({kind for pair in kinds(drawn()).values() for kind in pair})

    def test_a_beginning_waits_for_the_chain_that_somebody_has_estimated(self) -> None:
        before = next(pair for pair in drawn().pairs if {pair.one, pair.other} == {"PETRA III", "SOLEIL"})
        estimate("petra4-decision", 44, 44, 44)
        found = drawn()
        basis = next(basis for basis in found.bases if basis.plan.facility == "petra-iii")

        # 25 Nov 2026 + 44 months is 25 Jul 2030, a year after the published day; SOLEIL is dark until October 2030
        assert basis.start_words.endswith("; not before: PETRA IV funding decision")
        assert [one.milestone.slug for one in basis.estimates] == ["petra4-decision"]
        pair = next(pair for pair in found.pairs if {pair.one, pair.other} == {"PETRA III", "SOLEIL"})
        assert before.drawn.quantiles[1] > 10
        assert pair.drawn.quantiles[1] == pytest.approx(2.2, abs=0.6)
        assert pair.published == before.published

    def test_a_factor_lengthens_what_nobody_has_estimated(self) -> None:
        found = drawn(Stretch(0.0, 0.2, ASSUMED))

        assert {kind for _start, kind in kinds(found).values()} == {"factor"}
        pair = next(pair for pair in found.pairs if {pair.one, pair.other} == {"Diamond", "SOLEIL"})
        assert pair.drawn.quantiles[2] - pair.drawn.quantiles[0] > 4

    def test_a_common_supplier_makes_them_late_together(self) -> None:
        for slug, share in (("diamond2-dark-end", "Magnets"), ("soleil2-users-back", " magnets ")):
            estimate(slug, 14, 18 if "diamond" in slug else 24, 36, share, 1.0)

        common, apart = drawn(), drawn(common=False)

        assert [(one.supplier, one.facilities) for one in common.suppliers] == [("Magnets", ("Diamond", "SOLEIL"))]
        assert common.suppliers[0].all_late > 1.3 * apart.suppliers[0].all_late
        for one, other in zip(common.bases, apart.bases, strict=True):
            assert one.plan == other.plan

    def test_one_facility_alone_shares_with_nobody(self) -> None:
        estimate("diamond2-dark-start", 12, 13, 18, "Magnets", 0.6)
        estimate("diamond2-dark-end", 17, 18, 26, "Magnets", 0.6)

        assert drawn().suppliers == ()

    def test_the_same_record_gives_the_same_numbers(self) -> None:
        assert joint_overlaps.pair_records(drawn()) == joint_overlaps.pair_records(drawn())

    def test_page_figures_and_tables(self) -> None:
        estimate("diamond2-dark-end", 17, 18, 26, "Magnets", 0.6, is_synthetic=True)
        client = Client()

        page = client.get("/planner/overlaps/").content.decode()
        assert "Synthetic estimates" in page
        assert "known to the year" in page
        assert "estimated: 17, 18 or 26 months (synthetic)" in page
        assert "/milestones/diamond2-dark-end/" in page
        assert "Each is drawn by itself" in client.get("/planner/overlaps/?delays=independent").content.decode()
        assert client.get("/planner/overlaps/?factor=assumed&median=9&tenth=x").status_code == 422
        told = json.loads(client.get("/planner/overlaps/pairs-table.json?delays=independent").content)
        assert "independent" in json.dumps(told)
        assert client.get("/planner/overlaps/months-table.csv").status_code == 200
        for what in ("pairs", "overlap", "band"):
            assert b"<svg" in client.get(f"/planner/overlaps/{what}.svg").content
        assert [client.get(f"/planner/overlaps/{end}").status_code for end in ("shoes-table.csv", "shoes.svg", "pairs.exe")] == [404, 404, 404]
        assert "/planner/overlaps/" in client.get("/planner/").content.decode()


def test_an_empty_record_says_so() -> None:
    write(facility("ring"))
    assert not Upgrade.objects.exists()

    answer = Client().get("/planner/overlaps/")

    assert (answer.status_code, "Nothing to show" in answer.content.decode()) == (200, True)
    assert Client().get("/planner/overlaps/band.svg").status_code == 404
    assert Client().get("/planner/overlaps/pairs-table.csv").status_code == 200
