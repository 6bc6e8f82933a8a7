"""Measurements, benchmarks and readiness: who states them, what stands behind them, and what follows."""

import csv
import datetime as dt
import io
import itertools
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.figures import trajectories
from leaps.core.figures.series import Look
from leaps.record import actions, queries
from leaps.record.models import ChangeSet
from leaps.record.types import Action, Edit
from leaps.roadmaps import (
    comparisons,
    readiness_queries,
    statement_actions,
    statement_trial,
    technology_queries,
)
from leaps.roadmaps.models import TechnologyBenchmark, TechnologyMeasurement, TechnologyReadiness
from leaps.roadmaps.readiness import Claim, Standing, standing
from leaps.roadmaps.statement_actions import BENCHMARK, MEASUREMENT, READINESS
from tests.record.factories import facility, facts, write
from tests.roadmaps.factories import benchmark, measurement, readiness, target, technology

NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
EVIDENCE = "https://example.org/report"
MEASURED = {"target": "ring-emittance", "facility": "", "measured_on": "2019-06", "value": 400.0, "sigma": 8.0, "note": ""}
READY = {"technology": "bends", "facility": "ring", "role": "has", "trl": 7, "stated_on": "2026", "note": ""}
BEST = {"technology": "bends", "metric": "horizontal emittance", "unit": "pm rad", "kind": "world_best", "value": 30.0, "year": 2025, "holder": "Far away"}


def person(name: str, *grants: tuple[str, str]) -> User:
    found = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=found, role=role, scope=scope)
    return found


ROLES: dict[str, tuple[tuple[str, str], ...]] = {
    "nobody": (), "reviewer": (("reviewer", ""),), "funder": (("funder", ""),), "other editor": (("facility_editor", "other"),),
    "other director": (("director", "other"),), "editor": (("facility_editor", "ring"),), "director": (("director", "ring"),), "chair": (("group_chair", ""),),
    "office": (("office", ""),),
}  # fmt: skip
OF_RING = {"editor", "director", "chair", "office"}
OF_ALL = {"chair", "office"}


@pytest.fixture(autouse=True)
def _there(db: None) -> None:
    write(facility("ring"), facility("other"), technology(), target(), target("figure", facility=None, metric="figure", unit="nm"))


def state(kind: str, actor: User, values: dict[str, Any], evidence: str = EVIDENCE) -> str:
    return statement_actions.state(kind=kind, values=values, evidence=evidence, actor=actor, now=NOW)


class TestWhoMay:
    @pytest.mark.parametrize("who", ROLES)
    def test_each_role_states_of_its_own_facility_or_is_refused(self, who: str) -> None:
        actor = person("Person", *ROLES[who])
        for kind, values, may, model in (
            (MEASUREMENT, MEASURED, OF_RING, TechnologyMeasurement), (READINESS, READY, OF_RING, TechnologyReadiness), (BENCHMARK, BEST, OF_ALL, TechnologyBenchmark),
        ):  # fmt: skip
            if who in may:
                assert queries.state(kind, state(kind, actor, values)) is not None
            else:
                with pytest.raises(NotAllowed):
                    state(kind, actor, values)
                assert not model.objects.exists(), kind

    @pytest.mark.parametrize("who", ROLES)
    def test_each_role_withdraws_it_and_takes_that_back_or_is_refused(self, who: str, client: Client) -> None:
        write(measurement())
        client.force_login(person("Person", *ROLES[who]))
        page = client.get("/technologies/measurements/ring-2019/").content.decode()
        answer = client.post("/record/technology_measurement/ring-2019/remove/", {"reason": "wrong"})

        assert ("Withdraw it" in page) == (who in OF_RING)
        assert answer.status_code == (302 if who in OF_RING else 403)
        assert TechnologyMeasurement.objects.exists() == (who not in OF_RING)
        last = ChangeSet.objects.latest("revision").revision
        if who in OF_RING:
            assert client.post(f"/changes/{last}/revert/").status_code == 302
            assert TechnologyMeasurement.objects.get().value == 400.0
        else:
            assert client.post(f"/changes/{last}/revert/").status_code == 403

    def test_an_editor_does_not_hang_a_value_on_somebody_elses_target(self) -> None:
        other = person("Other", *ROLES["other editor"])
        with pytest.raises(NotAllowed):
            state(MEASUREMENT, other, MEASURED | {"facility": "other"})
        with pytest.raises(InvalidInput) as refused:
            write(measurement(facility="other"), actor=other)
        assert [problem.field for problem in refused.value.problems] == ["facility"]
        assert state(MEASUREMENT, other, MEASURED | {"target": "figure", "facility": "other"}) == "figure-2019-06"

    def test_what_lets_chairs_in_here_lets_them_in_nowhere_else(self) -> None:
        for who in ("chair", "director"):
            with pytest.raises(NotAllowed):
                write(Edit("technology_target", "ring-emittance", Action.UPDATE, facts({"goal_value": 1.0})), actor=person(who.title(), *ROLES[who]))


class TestEvidence:
    def test_of_the_facilitys_editor_with_an_address_is_confirmed_by_name(self) -> None:
        key = state(MEASUREMENT, person("Edda", *ROLES["editor"]), MEASURED)

        found = queries.state(MEASUREMENT, key)
        assert found is not None
        assert found.values["facility"] == "ring"
        told = found.fact("value").provenance
        assert (told.confidence, told.source_url, told.as_of, told.vouched_by, told.vouched_on) == ("confirmed", EVIDENCE, "2019-06", "Edda", "2026-11-25")

    def test_of_others_with_an_address_is_sourced(self) -> None:
        for who in ("director", "chair", "office"):
            key = state(READINESS, person(who.title(), *ROLES[who]), READY | {"trl": len(who)})
            found = queries.state(READINESS, key)
            assert found is not None
            assert found.fact("trl").provenance.confidence == "sourced"

    def test_without_an_address_is_a_claim_whoever_says_it(self, client: Client) -> None:
        for who in ("editor", "chair"):
            state(READINESS, person(who.title(), *ROLES[who]), READY | {"trl": 5 if who == "chair" else 7}, evidence="")

        assert [one.is_evidenced for one in readiness_queries.statements()] == [False, False]
        assert readiness_queries.standing_of(readiness_queries.statements()) == Standing(7, None)
        page = client.get("/technologies/bends/").content.decode()
        (ladder,) = re.findall(r'data-testid="ladder".*?</figure>', page, re.DOTALL)
        assert "Claimed: level 7; nothing on record shows any level" in ladder
        assert len(re.findall(r"fig-mark hue-\d hollow", ladder)) == 3  # two claims and their sample
        assert "claim, no evidence" in page

    def test_an_address_that_is_none_is_refused_beside_its_field(self, client: Client) -> None:
        client.force_login(person("Edda", *ROLES["editor"]))
        answer = client.post("/technologies/measurements/new/", {**MEASURED, "evidence": "in my drawer"})

        assert answer.status_code == 422
        assert "Enter a valid URL" in answer.content.decode()


class TestStating:
    def test_the_same_twice_is_refused(self) -> None:
        actor = person("Edda", *ROLES["editor"])
        for kind, values in ((MEASUREMENT, MEASURED), (READINESS, READY)):
            state(kind, actor, values)
            with pytest.raises(InvalidInput) as refused:
                state(kind, actor, values)
            assert "stands in the record already" in str(refused.value.problems[0].message)

    def test_another_of_the_same_day_gets_another_key(self) -> None:
        actor = person("Edda", *ROLES["editor"])

        assert [state(MEASUREMENT, actor, MEASURED | {"value": value}) for value in (1.0, 2.0)] == ["ring-emittance-2019-06", "ring-emittance-2019-06-2"]

    def test_a_key_that_was_withdrawn_is_not_given_again(self) -> None:
        actor = person("Edda", *ROLES["editor"])
        key = state(MEASUREMENT, actor, MEASURED)
        write(Edit(MEASUREMENT, key, Action.DELETE), actor=actor)

        assert state(MEASUREMENT, actor, MEASURED) == "ring-emittance-2019-06-2"

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [("sigma", "-1", "above 0"), ("sigma", "0", "above 0"), ("measured_on", "May", "2025-06"), ("value", "", "required"), ("target", "nowhere", "valid choice")],
    )
    def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_written(self, field: str, value: str, words: str, client: Client) -> None:
        client.force_login(person("Edda", *ROLES["editor"]))
        answer = client.post("/technologies/measurements/new/", {**MEASURED, "evidence": EVIDENCE, field: value})

        assert answer.status_code == 422
        assert words in re.findall(r'<ul class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL)[0]
        assert not TechnologyMeasurement.objects.exists()

    def test_forms_offer_only_what_one_may_speak_for(self, client: Client) -> None:
        write(target("other-emittance", facility="other"))
        client.force_login(person("Edda", *ROLES["editor"]))
        page = client.get("/technologies/measurements/new/").content.decode()

        assert re.findall(r'<option value="([a-z-]+)"', re.findall(r'name="target".*?</select>', page, re.DOTALL)[0]) == ["ring-emittance", "figure"]
        assert re.findall(r'<option value="([a-z-]+)"', re.findall(r'name="facility".*?</select>', page, re.DOTALL)[0]) == ["ring"]
        assert 'name="organisation"' not in client.get("/technologies/readiness/new/").content.decode()

    def test_of_two_who_change_one_at_once_the_second_is_told(self) -> None:
        write(measurement())
        edits = [Edit(MEASUREMENT, "ring-2019", Action.UPDATE, facts({"value": value}), expected_version=1) for value in (1.0, 2.0)]
        write(edits[0])
        with pytest.raises(actions.EditConflict):
            write(edits[1])


class TestReadiness:
    def test_level_nine_needs_two_facilities(self) -> None:
        one, other = Claim(9, "ring", True), Claim(9, "other", True)

        assert standing([]) == Standing(None, None)
        assert standing([one]) == Standing(9, 8)
        assert standing([one, Claim(9, "ring", True)]) == Standing(9, 8)
        assert standing([one, Claim(9, "", True)]) == Standing(9, 8)
        assert standing([one, Claim(9, "other", False)]) == Standing(9, 8)
        assert standing([one, other]) == Standing(9, 9)

    @given(st.lists(st.builds(Claim, st.integers(1, 9), st.sampled_from(["", "a", "b"]), st.booleans())))
    def test_evidence_never_goes_beyond_claims(self, claims: list[Claim]) -> None:
        found = standing(claims)

        assert (found.claimed is None) == (not claims)
        if found.evidenced is not None:
            assert found.claimed is not None
            assert found.evidenced <= found.claimed
            assert any(claim.is_evidenced for claim in claims)

    def test_who_needs_has_and_develops_it_stand_apart(self, client: Client) -> None:
        write(
            Edit("organisation", "org", Action.CREATE, facts({"name": "A company", "kind": "project", "country": "SE"})), readiness(),
            readiness("other-needs", facility="other", role="needs", trl=None), readiness("org-makes", facility=None, organisation="org", role="develops", trl=4),
        )  # fmt: skip
        page = client.get("/technologies/bends/").content.decode()
        lists = {name: re.sub(r"<[^>]+>", "", re.findall(rf'data-testid="{name}".*?</ul>', page, re.DOTALL)[0]) for name in ("needs", "has", "develops")}

        assert "OTHER" in lists["needs"].upper()
        assert "claims level 7" in lists["has"]
        assert "A company" in lists["develops"]
        assert "target: horizontal emittance" in lists["develops"]
        assert "Join or repeat?" in page
        rows = list(csv.DictReader(io.StringIO(client.get("/technologies/readiness/table.csv?technology=bends").content.decode())))
        assert {(row["role"], row["trl_claimed"], row["evidenced"]) for row in rows} == {("needs", "", "yes"), ("has", "7", "yes"), ("develops", "4", "yes")}


class TestComparing:
    def sources(self) -> None:
        rows = (("ring-2", "ring", "operating", 150.0), ("other-1", "other", "operating", 300.0), ("other-2", "other", "planned", 20.0))
        write(*(
            Edit("source", key, Action.CREATE, facts({"facility": of, "name": key, "kind": "storage_ring", "status": status, "horizontal_emittance_pm_rad": value}))
            for key, of, status, value in rows
        ))  # fmt: skip

    def one(self) -> comparisons.Metric:
        return next(one for one in comparisons.metrics(technology_queries.targets(TODAY)) if one.metric == "horizontal emittance")

    def test_the_best_on_record_is_that_of_an_operating_source_with_its_facility(self) -> None:
        self.sources()
        best = self.one().best

        assert best is not None
        assert (best.value, best.is_computed, best.url) == (150.0, True, "/sources/ring-2/")

    def test_the_direction_follows_from_the_way(self) -> None:
        write(target("up", facility="other", metric="field", unit="T", baseline_value=1.0, goal_value=2.0), target("ring-up", metric="field", unit="T", baseline_value=1.0, goal_value=2.0))
        write(measurement("a", target="up", facility="other", value=1.4), measurement("b", target="ring-up", value=1.2))
        (metric,) = [one for one in comparisons.metrics(technology_queries.targets(TODAY)) if one.metric == "field"]

        assert metric.is_less_better is False
        assert metric.best is not None
        assert metric.best.value == 1.4
        assert metric.limits == []

    def test_one_facility_alone_is_no_best_and_claims_are_none(self) -> None:
        write(measurement())
        state(MEASUREMENT, person("Otto", ("group_chair", "")), MEASURED | {"value": 1.0}, evidence="")

        assert self.one().best is None

    def test_the_diffraction_limit_is_computed_and_says_so(self, client: Client) -> None:
        limits = self.one().limits

        assert [one.value for one in limits] == [98.66, 9.866]
        page = client.get("/technologies/targets/ring-emittance/").content.decode()
        assert "98.66 pm rad" in page
        assert "no bound on electrons" in page
        assert "No world best on record" in page

    def test_a_world_best_stands_beside_the_targets_of_its_metric(self, client: Client) -> None:
        write(benchmark())
        page = client.get("/technologies/targets/").content.decode()

        assert [one.value for one in self.one().world_best] == [40.0]
        assert "world best: 40 pm rad, Far away, 2024" in page
        rows = list(csv.DictReader(io.StringIO(client.get("/technologies/benchmarks/table.csv").content.decode())))
        assert {(row["kind"], row["computed"]) for row in rows} == {("world_best", "no"), ("diffraction_limit", "yes")}

    def test_the_trajectory_draws_bars_marks_and_lines(self, client: Client) -> None:
        write(measurement(sigma=40.0), measurement("later", measured_on="2020-01", value=200.0), benchmark())
        drawn = client.get("/technologies/targets/trajectory.svg?metric=horizontal+emittance&unit=pm+rad").content.decode()

        assert "400 ± 40 pm rad, 2019, with evidence" in drawn
        assert "200 pm rad, Jan 2020, with evidence, no uncertainty stated" in drawn
        assert "world best: 40 pm rad" in drawn
        assert client.get("/technologies/targets/trajectory.svg?metric=nothing&unit=x").status_code == 404
        rows = list(csv.DictReader(io.StringIO(client.get("/technologies/measurements/table.csv").content.decode())))
        assert [(row["slug"], row["sigma"], row["share"] != "") for row in rows] == [("ring-2019", "40", False), ("later", "", True)]

    def test_the_pages_cost_the_same_however_much_is_measured(self, client: Client) -> None:
        write(measurement())
        with CaptureQueriesContext(connection) as few:
            client.get("/technologies/targets/")
        write(*(measurement(f"m{n}", measured_on=str(2000 + n), value=1.0 + n) for n in range(5)))
        client.get("/technologies/targets/")
        with CaptureQueriesContext(connection) as many:
            client.get("/technologies/targets/")

        assert len(many) <= len(few)


@given(st.lists(st.floats(0, 330), max_size=12))
def test_labels_keep_a_line_apart_and_their_order(heights: list[float]) -> None:
    placed = trajectories.spread(heights, 0, 330)
    order = sorted(range(len(heights)), key=lambda place: heights[place])

    for one, other in itertools.pairwise(order):
        assert placed[other] - placed[one] >= trajectories.LINE - 1e-6


def test_a_figure_of_nothing_with_a_year_is_empty() -> None:
    track = trajectories.Track("A", Look(), "A", url="/a/")

    assert trajectories.trajectories_svg([track], [], title="x", unit="m", now=2026.5, now_words="today") == ""


def test_a_trial_says_synthetic_wherever_it_shows_its_own(settings_trial: None, client: Client) -> None:
    write(technology("scu"), facility("european-xfel"), facility("kara"), facility("esrf"))
    write(target("european-xfel-peak-field-at-18-mm-period", technology="scu", facility="european-xfel", metric="peak field at 18 mm period", unit="T", baseline_value=1.3, goal_value=1.8))
    statement_trial.begin()
    statement_trial.begin()

    assert {one.slug.partition("-")[0] for one in TechnologyMeasurement.objects.all()} == {"synthetic"}
    for page in ("/technologies/targets/", "/technologies/scu/", "/technologies/targets/european-xfel-peak-field-at-18-mm-period/", "/technologies/readiness/synthetic-scu-kara/"):
        assert "synthetic" in client.get(page).content.decode().replace("synthetic-", ""), page
    assert "with synthetic values of the trial" in client.get("/technologies/targets/trajectory.svg?metric=peak+field+at+18+mm+period&unit=T").content.decode()


@pytest.fixture
def settings_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TRIAL", True)
