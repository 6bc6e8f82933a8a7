"""Estimates of milestones: who may state them, what follows from them, and how forecasts are kept and scored."""

import datetime as dt
import json
import threading
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.optimise.forecasts import crps
from leaps.roadmaps import (
    chances,
    dates,
    estimate_actions,
    estimate_queries,
    estimate_trial,
    milestone_queries,
    schedules,
    slip_history,
)
from leaps.roadmaps.chances import Chance, Chances, Stretch
from leaps.roadmaps.models import DurationEstimate, Forecast, Milestone
from tests.record.factories import update, write

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
DIAMOND = "diamond2-dark-start"
WHO = {
    "member": (), "reviewer": (("reviewer", ""),), "funder": (("funder", ""),), "editor": (("facility_editor", "diamond"),),
    "officer": (("kpi_officer", "diamond"),), "other editor": (("facility_editor", "esrf"),), "other director": (("director", "esrf"),),
    "director": (("director", "diamond"),), "chair": (("group_chair", ""),), "office": (("office", ""),),
}  # fmt: skip
MAY = {"editor": "Diamond", "director": "Diamond", "chair": "chair", "office": "office"}


@pytest.fixture(autouse=True)
def _it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_queries, "today", lambda: TODAY)


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


def state(actor: User, of: str = DIAMOND, base: int = 0, now: dt.datetime = NOW, **values: Any) -> DurationEstimate:
    given: dict[str, Any] = {
        "low": 10.0, "mode": 13.0, "high": 20.0, "basis": "The project plan", "supplier": "", "share": 0.0, "risk": "", "risk_probability": 0.0,
        "risk_low": 0.0, "risk_mode": 0.0, "risk_high": 0.0,
    }  # fmt: skip
    return estimate_actions.state(milestone=Milestone.objects.select_related("facility").get(slug=of), base=base, values=given | values, actor=actor, now=now)


def drawn(of: str = DIAMOND, today: dt.date = TODAY, stretch: Stretch | None = None) -> Chances:
    chain = next(one for one in schedules.chains(milestone_queries.milestones(today), today) if any(row.slug == of for row in one.rows))
    found = chances.chances(chain.rows, estimate_queries.standing(), today, stretch)
    assert found is not None
    return found


def chance(found: Chances, of: str) -> Chance:
    return next(one for one in found.rows if one.row.slug == of)


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestStating:
    @pytest.mark.parametrize("who", WHO)
    def test_each_role_states_for_its_side_or_is_refused(self, who: str) -> None:
        actor = person("Looker", *WHO[who])
        if who in MAY:
            assert state(actor).side == MAY[who]
            assert estimate_queries.standing()[DIAMOND].actor_label == str(actor)
            return
        with pytest.raises(NotAllowed):
            state(actor)
        with pytest.raises(NotAllowed):
            estimate_actions.take_back(milestone=Milestone.objects.get(slug=DIAMOND), actor=actor, now=NOW)
        assert not DurationEstimate.objects.exists()

    def test_a_milestone_of_no_facility_is_for_chairs_and_the_office(self) -> None:
        with pytest.raises(NotAllowed):
            state(person("Ed", ("facility_editor", "esrf")), of="superflat-pcp-phase1")
        assert state(person("Carla", ("group_chair", "")), of="superflat-pcp-phase1").side == "chair"

    def test_rules_are_told_beside_their_fields_and_nothing_is_written(self, office: User) -> None:
        for values, field in (
            ({"low": 14.0}, "mode"), ({"high": 999.0}, "mode"), ({"risk": "Rain"}, "risk"), ({"risk_probability": 0.5}, "risk"), ({"supplier": "A maker"}, "supplier"),
            ({"share": 0.5}, "supplier"), ({"risk_low": 3.0}, "risk_mode"), ({"basis": " "}, "basis"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                state(office, **values)
            assert [problem.field for problem in refused.value.problems] == [field]
        assert not DurationEstimate.objects.exists()
        state(office)
        for wrong in ({"low": 14.0}, {"share": 1.5}, {"risk_low": 1.0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DurationEstimate.objects.update(**wrong)

    def test_every_statement_is_a_version_and_can_be_taken_back(self, office: User, client: Client) -> None:
        state(office)
        state(office, base=1, mode=15.0)
        milestone = Milestone.objects.get(slug=DIAMOND)
        for restore in (False, False, True, True):
            estimate_actions.take_back(milestone=milestone, actor=office, now=NOW, restore=restore)
            assert (DIAMOND in estimate_queries.standing()) == restore

        assert [(one.version, one.mode, one.is_withdrawn) for one in estimate_queries.versions(DIAMOND)] == [
            (4, 15.0, False), (3, 15.0, True), (2, 15.0, False), (1, 13.0, False)
        ]  # fmt: skip
        text = client.get(f"/milestones/{DIAMOND}/estimate/").content.decode()
        assert "estimate by the LEAPS office on 25 Nov 2026, not a fact" in text
        assert "Olga" not in text, "a visitor reads for whom, not who"
        client.force_login(person("Ute"))
        assert "Olga" in client.get(f"/milestones/{DIAMOND}/estimate/").content.decode()
        assert "estimate by the LEAPS office on 25 Nov 2026" in client.get(f"/milestones/{DIAMOND}/").content.decode()

    def test_of_two_at_once_the_second_is_told(self, office: User, client: Client) -> None:
        state(office)
        with pytest.raises(estimate_actions.Overtaken):
            state(office)

        client.force_login(office)
        sent = {"base": "0", "low": "8", "mode": "9", "high": "11", "basis": "Mine"}
        answer = client.post(f"/milestones/{DIAMOND}/estimate/", sent)
        assert answer.status_code == 409
        assert 'value="Mine"' in answer.content.decode()
        assert client.post(f"/milestones/{DIAMOND}/estimate/", sent | {"base": "1"}).status_code == 302
        assert client.post(f"/milestones/{DIAMOND}/estimate/", sent | {"base": "2", "low": "nine"}).status_code == 422

    def test_what_has_happened_is_not_estimated(self, office: User, client: Client) -> None:
        client.force_login(office)

        assert "It has happened" in client.get("/milestones/ebs-users-back/estimate/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_state_at_the_same_time_lose_nothing() -> None:
    from tests.record.factories import facility
    from tests.roadmaps.factories import milestone, technology

    write(facility(), technology(), milestone("ring-beam", due="2028-12"))
    actor = person("Olga", ("office", ""))
    if connection.vendor == "sqlite":
        state(actor, of="ring-beam")
        with pytest.raises(estimate_actions.Overtaken):
            state(actor, of="ring-beam")
        return
    together, outcomes = threading.Barrier(2), list[str]()

    def go() -> None:
        try:
            together.wait(10)
            state(actor, of="ring-beam")
            outcomes.append("kept")
        except estimate_actions.Overtaken:
            outcomes.append("told")
        finally:
            connection.close()

    both = [threading.Thread(target=go) for _one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["kept", "told"]
    assert DurationEstimate.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestDrawing:
    def test_without_estimates_the_draws_are_the_schedule(self) -> None:
        chain = next(one for one in schedules.chains(milestone_queries.milestones(TODAY), TODAY) if one.key and any(row.slug == DIAMOND for row in one.rows))
        expected = {step.row.slug: step.expected for step in chain.steps if not step.row.is_done}
        found = drawn()

        assert {one.row.slug: one.days for one in found.rows} == {slug: (day, day, day) for slug, day in expected.items()}
        assert all(one.is_certain for one in found.rows)
        assert found.estimated == 0

    def test_one_estimate_gives_its_own_distribution_and_moves_what_waits(self, office: User) -> None:
        state(office)
        found = drawn()
        first, users = chance(found, DIAMOND), chance(found, "diamond2-dark-end")

        draws = np.random.default_rng(7).beta(1 + 4 * 3 / 10, 1 + 4 * 7 / 10, 200_000) * 10 + 10 + dates.months(TODAY)
        assert [first.p50, first.p80, first.p95] == pytest.approx(np.quantile(draws, (0.5, 0.8, 0.95)), abs=0.05)
        assert first.kept == pytest.approx(float((draws <= dates.months(dt.date(2027, 12, 31))).mean()), abs=0.01)
        assert users.p50 - first.p50 == pytest.approx(18, abs=0.01)
        assert first.criticality == users.criticality == 1
        assert first.weight == pytest.approx(1)

    def test_the_same_question_has_the_same_answer(self, office: User) -> None:
        state(office)

        assert [one.quantiles for one in drawn().rows] == [one.quantiles for one in drawn().rows]

    def test_what_is_not_done_cannot_be_done_before_today(self, office: User) -> None:
        state(office, low=1.0, mode=2.0, high=3.0)
        later = dt.date(2027, 8, 15)

        assert chance(drawn(today=later), DIAMOND).days == (later, later, later)

    def test_a_common_supplier_widens_the_end_and_no_single_milestone(self, office: User) -> None:
        for supplier, share, base in (("", 0.0, 0), ("Example magnets", 0.9, 1)):
            state(office, base=base, supplier=supplier, share=share)
            state(office, of="diamond2-dark-end", base=base, low=14.0, mode=18.0, high=30.0, supplier=supplier.upper(), share=share)
            found = drawn()
            spread = chance(found, "diamond2-dark-end").p95 - chance(found, "diamond2-dark-end").p50, chance(found, DIAMOND).p95
            if base == 0:
                alone = spread
        assert spread[0] > alone[0] + 0.5
        assert spread[1] == pytest.approx(alone[1], abs=0.1)

    def test_a_risk_told_alike_twice_hits_both_or_none(self, office: User) -> None:
        risk = {"risk": "A strike", "risk_probability": 0.3, "risk_low": 6.0, "risk_mode": 6.0, "risk_high": 6.0, "low": 13.0, "mode": 13.0, "high": 13.0}
        state(office, **risk)
        state(office, of="diamond2-dark-end", **risk | {"risk": "a strike "})
        found = drawn()
        ends = np.round(found.end - found.end.min(), 6)

        assert set(np.unique(ends)) == {0.0, 12.0}
        assert float((ends == 12).mean()) == pytest.approx(0.3, abs=0.001)
        assert list(found.happened.values()) == [pytest.approx(0.3, abs=0.001)]

    def test_an_assumed_factor_stretches_planned_lengths_alone(self, office: User) -> None:
        state(office, low=13.0, mode=13.0, high=13.0)
        plain, stretched = drawn(), drawn(stretch=Stretch(float(np.log(1.5)), 0.2, chances.ASSUMED))

        assert chance(plain, DIAMOND).p50 == chance(stretched, DIAMOND).p50
        assert chance(stretched, "diamond2-dark-end").p50 - chance(stretched, DIAMOND).p50 == pytest.approx(27, abs=0.1)

    def test_a_circle_or_a_chain_that_is_over_has_no_chances(self) -> None:
        milestones = milestone_queries.milestones(TODAY)
        group = [row for row in milestones if row.slug in ("ebs-dark-start", "ebs-users-back")]

        assert chances.chances(group, {}, TODAY) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestPages:
    def test_the_page_tells_dates_chances_and_what_they_rest_on(self, office: User, client: Client) -> None:
        assert "Nothing uncertain is told yet" in client.get(f"/milestones/schedule/{DIAMOND}/").content.decode()
        assert f"/milestones/schedule/{next(iter(c.key for c in schedules.chains(milestone_queries.milestones(TODAY), TODAY)))}/" in client.get("/milestones/schedule/").content.decode()
        state(office, supplier="Example Magnets", share=0.5, risk="A strike", risk_probability=0.1, risk_low=1.0, risk_mode=2.0, risk_high=3.0)

        text = client.get(f"/milestones/schedule/{DIAMOND}/").content.decode()
        for words in ("in 95 of 100 draws", "estimate by the LEAPS office on 25 Nov 2026", "shares the delays of Example Magnets by 50 %", "risk: A strike, 10 %"):
            assert words in text
        assert "Olga" not in text
        rows = {row["milestone"]: row for row in json.loads(client.get(f"/milestones/schedule/{DIAMOND}/table.json").content)["values"]}
        assert (rows[DIAMOND]["estimate_by"], rows[DIAMOND]["criticality"], rows["diamond2-complete"]["estimate_version"]) == ("office", 1, None)
        assert client.get(f"/milestones/schedule/{DIAMOND}/figure.svg").status_code == 200
        assert client.get(f"/milestones/schedule/{DIAMOND}/table.csv").status_code == 200

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("factor=assumed&median=x&tenth=2", "must be numbers"), ("factor=assumed&median=2&tenth=1", "the second not below the first"),
            ("factor=assumed&median=nan&tenth=nan", "must lie between"), ("factor=history", "Too few upgrades"),
        ],
    )  # fmt: skip
    def test_a_factor_that_cannot_be_is_told(self, query: str, words: str, client: Client) -> None:
        answer = client.get(f"/milestones/schedule/{DIAMOND}/?{query}")

        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_a_factor_that_is_tried_is_told_as_assumed(self, client: Client) -> None:
        text = client.get(f"/milestones/schedule/{DIAMOND}/?factor=assumed&median=1.2&tenth=1.6").content.decode()

        assert "You assume that planned lengths are multiplied by 1.20 as a median, and by more than 1.60 once in ten." in text

    def test_history_counts_only_ends_that_were_not_computed_from_the_plan(self, client: Client) -> None:
        past = {one.upgrade: one for one in slip_history.history()}

        assert set(past) == {"esrf-ebs", "sls-2-0"}
        assert past["esrf-ebs"].factor == pytest.approx(20.5 / 20, abs=0.01)
        assert slip_history.slip(list(past.values())) is None
        assert "not counted: its end on record was computed from the plan" in client.get(f"/milestones/schedule/{DIAMOND}/").content.decode()

        Upgrade.objects.filter(slug="elettra-2-0").update(status="completed", dark_end=dt.date(2027, 9, 2))
        learned = slip_history.slip(slip_history.history())
        assert learned is not None
        assert learned.n == 2
        assert learned.median == pytest.approx(np.sqrt(past["esrf-ebs"].factor * 26 / 18.5), rel=0.01)
        text = client.get(f"/milestones/schedule/{DIAMOND}/?factor=history").content.decode()
        assert f"median factor {learned.median:.2f}, learned from 2" in text

    def test_a_milestone_outside_every_chain_has_no_such_page(self, client: Client) -> None:
        assert client.get("/milestones/schedule/sesame-solar/").status_code == 404
        assert client.get("/milestones/schedule/nothing/").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestForecasts:
    def test_nothing_kept_says_so(self, client: Client) -> None:
        assert "No forecast has been kept yet" in client.get("/roadmaps/forecasts/").content.decode()

    def test_a_kept_forecast_is_scored_when_its_milestone_has_happened(self, office: User, client: Client) -> None:
        state(office)
        client.force_login(office)
        assert client.post(f"/milestones/schedule/{DIAMOND}/keep/").status_code == 302
        kept = Forecast.objects.get(milestone=DIAMOND)
        assert "None of the milestones that were forecast has happened yet" in client.get("/roadmaps/forecasts/").content.decode()
        client.post(f"/milestones/schedule/{DIAMOND}/keep/")
        assert Forecast.objects.filter(milestone=DIAMOND).count() == 1, "one a milestone and day"
        Forecast.objects.update(day=TODAY)

        write(update("milestone", DIAMOND, due="2028-02-14", status="done"), actor=office)
        (row,) = [one for one in estimate_queries.forecast_rows(milestone_queries.milestones(dt.date(2028, 3, 1))) if one.actual is not None]
        actual = dates.months(dt.date(2028, 2, 14))
        assert row.forecast.due == "2027-12", "the date that was public then"
        assert row.late == pytest.approx(actual - kept.p50)
        assert row.score == pytest.approx(crps(kept.quantiles, actual))
        assert kept.chance is not None
        assert row.brier == pytest.approx(kept.chance**2), "the date did not hold"
        assert not row.is_rough
        (group,) = estimate_queries.by_group([row])
        assert (group.group, group.n, group.bias) == ("Diamond", 1, pytest.approx(row.late, abs=0.01))
        assert group.below == tuple(float(actual <= p) for p in np.quantile(kept.quantiles, (0.5, 0.8, 0.95)))
        assert "14 Feb 2028" in client.get("/roadmaps/forecasts/").content.decode()
        line = next(line for line in json.loads(client.get("/roadmaps/forecasts/table.json").content)["values"] if line["milestone"] == DIAMOND)
        assert line["brier"] == pytest.approx(row.brier, abs=1e-4)

    def test_what_was_forecast_after_it_had_happened_is_not_scored(self, office: User) -> None:
        state(office)
        estimate_actions.keep(found=drawn(), actor=office, now=NOW)
        write(update("milestone", DIAMOND, due="2026-10-01", status="done"), actor=office)

        assert all(row.actual is None for row in estimate_queries.forecast_rows(milestone_queries.milestones(TODAY)))

    def test_the_worker_keeps_one_forecast_a_month_and_chain(self, office: User) -> None:
        assert estimate_actions.keep_monthly(NOW) == 0
        state(office)

        first = estimate_actions.keep_monthly(NOW)
        assert first == Forecast.objects.count() > 0
        assert estimate_actions.keep_monthly(NOW + dt.timedelta(days=3)) == 0
        assert estimate_actions.keep_monthly(NOW + dt.timedelta(days=30)) == first
        assert {one.milestone for one in Forecast.objects.all()} <= {one.row.slug for one in drawn().rows}

    def test_an_erased_person_leaves_the_numbers(self, office: User) -> None:
        from leaps.accounts import personal_data

        state(office)
        estimate_actions.keep(found=drawn(), actor=office, now=NOW)
        (holding,) = [one for one in personal_data.holdings() if one.name == "supply_and_estimates"]
        told = holding.export(office)
        assert [one["months"] for one in told["estimates"]] == [[10.0, 13.0, 20.0]]
        assert told["forecasts"]
        holding.erase(office)

        assert not DurationEstimate.objects.filter(actor_label__contains="Olga").exists()
        assert not Forecast.objects.filter(actor_label__contains="Olga").exists()
        assert Forecast.objects.exists()

    def test_the_trial_has_estimates_and_scored_forecasts_and_marks_them(self, settings: Any, client: Client) -> None:
        settings.TRIAL = True
        User.objects.create_user(estimate_trial.CHAIR, name="Carla (synthetic)", is_synthetic=True)
        estimate_trial.begin()
        estimate_trial.begin()

        assert DurationEstimate.objects.count() == len(estimate_trial.ESTIMATES)
        assert Forecast.objects.count() == len(estimate_trial.PAST)
        text = client.get("/roadmaps/forecasts/").content.decode()
        assert "Diamond (synthetic)" in text
        assert "European XFEL (synthetic)" in text
        assert "synthetic" in client.get(f"/milestones/schedule/{DIAMOND}/").content.decode()
