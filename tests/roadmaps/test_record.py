"""What the record holds of technologies, targets and milestones, and what it refuses with a cure."""

import csv
import io
from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from leaps.core.errors import InvalidInput, Problem
from leaps.record import queries, registry
from leaps.record.packs import loading, reading, writing
from leaps.record.types import Action, Edit, Provenance
from leaps.roadmaps.models import (
    Milestone,
    Technology,
    TechnologyBenchmark,
    TechnologyMeasurement,
    TechnologyReadiness,
    TechnologyTarget,
)
from tests.record.factories import OFFICE, facility, facts, update, write
from tests.roadmaps.factories import benchmark, measurement, milestone, readiness, target, technology


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedPack:
    def test_all_of_it_is_there(self) -> None:
        areas = Counter(Technology.objects.values_list("area", flat=True))

        assert (Technology.objects.count(), TechnologyTarget.objects.count(), Milestone.objects.count()) == (63, 30, 48)
        assert areas == {
            "sources": 11, "fel": 9, "optics": 8, "detectors": 8, "data": 7, "sample": 5, "rf": 4, "sustainability": 4, "operation": 4, "cryo": 3,
        }  # fmt: skip

    @pytest.mark.parametrize("kind", ["technology", "technology_target", "technology_measurement", "milestone"])
    def test_every_value_has_its_source_and_standing(self, kind: str) -> None:
        states = queries.states(registry.get(kind)).values()

        assert states
        for state in states:
            filled = {name for name, value in state.values.items() if value not in (None, [])} - {"slug"}
            assert filled == set(state.provenance), state.key
            assert all(told["source_url"] and told["confidence"] in ("sourced", "known") for told in state.provenance.values()), state.key

    def test_dates_keep_the_precision_they_are_given_with(self) -> None:
        lengths = Counter(len(due) if due else 0 for due in Milestone.objects.values_list("due", flat=True))
        dates = dict(Milestone.objects.values_list("slug", "due"))

        assert lengths == {10: 21, 7: 12, 4: 10, 0: 5}
        assert (dates["ebs-users-back"], dates["elettra2-users"], dates["petra4-light"], dates["petra4-decision"]) == ("2020-08-25", "2027-01", "2032", None)

    def test_both_public_dates_of_alba_stand_side_by_side(self) -> None:
        assert Milestone.objects.filter(slug__in=["alba2-dark-start", "alba2-dark-alt"], facility__slug="alba").count() == 2

    def test_forecasts_are_no_goals_and_nothing_is_measured_that_no_source_tells(self) -> None:
        natures = Counter(TechnologyTarget.objects.values_list("nature", flat=True))
        measured = set(TechnologyMeasurement.objects.values_list("target__slug", "measured_on", "value", "sigma"))

        assert natures == {"goal": 27, "forecast": 3}
        assert measured == {
            ("esrf-availability", "2022", 99.0, None), ("petra-iii-rf-downtime-per-user-day", "2015", 12.0, None),
            ("diamond-share-of-visits-that-are-remote", "2022", 42.0, None),
        }  # fmt: skip

    def test_it_holds_one_world_best_and_no_level_because_no_source_tells_more(self) -> None:
        (best,) = TechnologyBenchmark.objects.all()

        assert (best.kind, best.metric, best.value) == ("world_best", "horizontal emittance", 42.0)
        assert best.provenance["value"]["source_url"]
        assert TechnologyReadiness.objects.count() == 0

    def test_the_api_shows_them_with_their_provenance(self, client: Client) -> None:
        listed = client.get("/api/v1/milestones", {"limit": 100}).json()
        one = client.get("/api/v1/technology_targets/sls-horizontal-emittance").json()

        assert len(listed["items"]) == 48
        assert one["values"]["goal_value"] == 157
        assert one["provenance"]["goal_value"]["confidence"] == "known"


@pytest.fixture
def _there(db: None) -> None:
    write(facility("ring"), technology())


def complaints(*edits: Edit) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        write(*edits)
    return [(problem.field, problem.message) for problem in refused.value.problems]


def of_a_pack(table: str, text: str) -> list[Problem]:
    return list(loading.check(reading.read_bytes(f"{table}.csv", text.encode()), actor=OFFICE, default=Provenance()).problems)


@pytest.mark.usefixtures("_there")
class TestATarget:
    def test_without_a_way_is_refused_naming_row_field_and_cure(self) -> None:
        (problem,) = of_a_pack(
            "technology_targets",
            "slug,technology,metric,unit,nature,baseline_value,goal_value\n"
            "good,bends,figure,nm,goal,2,1\nflat,bends,figure,nm,goal,5,5\n",
        )

        assert (problem.file, problem.row, problem.field) == ("technology_targets.csv", 3, "goal_value")
        assert problem.message == "equals the baseline (5): there is no way between them"
        assert problem.cure == "Correct one of the two, or leave the target out."

    def test_without_a_way_is_refused_by_the_database_too(self) -> None:
        write(target())

        with pytest.raises(IntegrityError), transaction.atomic():
            TechnologyTarget.objects.update(goal_value=4000.0)

    def test_needs_a_baseline_or_a_goal(self) -> None:
        write(target("open", goal_value=None, goal_year=None))

        assert complaints(target(baseline_value=None, goal_value=None)) == [("goal_value", "is missing, and so is the baseline")]

    def test_ends_after_it_begins(self) -> None:
        assert complaints(target(baseline_year=2021)) == [("baseline_year", "is above goal_year (2020)")]


@pytest.fixture
def _aimed(_there: None) -> None:
    write(target(), target("open-figure", facility=None, metric="figure", unit="nm"), facility("other"))


@pytest.mark.usefixtures("_aimed")
class TestAStatement:
    @pytest.mark.parametrize(
        ("table", "row", "field", "message", "cure"),
        [
            ("technology_measurements", "m,ring-emittance,ring,2019,400,-5", "sigma", "is not above 0", "leave it empty when nobody states one"),
            ("technology_measurements", "m,ring-emittance,ring,2019,400,0", "sigma", "is not above 0", "leave it empty when nobody states one"),
            ("technology_measurements", "m,ring-emittance,other,2019,400,", "facility", "is not the facility of the target", "The target is of ring"),
            ("technology_measurements", "m,ring-emittance,,2019,400,", "facility", "is not the facility of the target", "The target is of ring"),
            ("technology_measurements", "m,nowhere,ring,2019,400,", "target", "names a key that is not in table technology_targets", "Correct the key"),
            ("technology_measurements", "m,ring-emittance,ring,soon,400,", "measured_on", "does not have the right form", "Write 2025, 2025-06"),
            ("technology_measurements", "synthetic-m,ring-emittance,ring,2019,400,", "slug", "calls itself synthetic", "real facts only"),
            ("technology_readiness", "r,bends,ring,,has,10,2025", "trl", "is above 9", "Give a value from 1 to 9"),
            ("technology_readiness", "r,bends,ring,,has,0,2025", "trl", "is below 1", "Give a value from 1 to 9"),
            ("technology_readiness", "r,bents,ring,,has,7,2025", "technology", "names a key that is not in table technologies", "Did you mean bends"),
            ("technology_readiness", "r,bends,,,has,7,2025", "facility", "is missing, and so is the organisation", "Name the facility or the organisation"),
            ("technology_readiness", "r,bends,ring,,needs,7,2025", "trl", "does not go with a need", "leave it empty"),
            ("technology_benchmarks", "b,bends,horizontal emittance,pm rad,record,40", "kind", "is not one of the allowed values", "world_best"),
        ],
    )  # fmt: skip
    def test_that_cannot_be_is_refused_naming_row_field_and_cure(self, table: str, row: str, field: str, message: str, cure: str) -> None:
        heads = {
            "technology_measurements": "slug,target,facility,measured_on,value,sigma", "technology_readiness": "slug,technology,facility,organisation,role,trl,stated_on",
            "technology_benchmarks": "slug,technology,metric,unit,kind,value",
        }  # fmt: skip
        good = {
            "technology_measurements": "good,open-figure,other,2019-05,1.5,0.2", "technology_readiness": "good,bends,ring,,develops,4,2025-06-01",
            "technology_benchmarks": "good,bends,horizontal emittance,pm rad,physical_limit,10",
        }  # fmt: skip

        (problem,) = of_a_pack(table, f"{heads[table]}\n{good[table]}\n{row}\n")

        assert (problem.file, problem.row, problem.field, problem.message) == (f"{table}.csv", 3, field, message)
        assert cure in problem.cure

    def test_that_cannot_be_is_refused_by_the_database_too(self) -> None:
        write(measurement(), readiness())

        for rows, wrong in (
            (TechnologyMeasurement.objects, {"sigma": 0.0}), (TechnologyReadiness.objects, {"trl": 10}), (TechnologyReadiness.objects, {"role": "needs"}),
            (TechnologyReadiness.objects, {"facility": None}),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)

    def test_comes_back_from_a_pack_as_it_was(self) -> None:
        write(measurement(measured_on="2019-05", sigma=12.5), benchmark(), readiness())
        files = writing.dump()

        assert files["technology_measurements.csv"].decode().splitlines()[1] == "ring-2019,ring-emittance,ring,2019-05,400,12.5,"
        assert not loading.check(reading.read_bytes("technology_readiness.csv", files["technology_readiness.csv"]), actor=OFFICE, default=Provenance()).problems
        assert client_values("technology_measurements", "ring-2019")["sigma"] == 12.5
        assert client_values("technology_benchmarks", "best")["kind"] == "world_best"
        assert client_values("technology_readiness", "ring-has")["trl"] == 7


def client_values(table: str, key: str) -> dict[str, object]:
    found: dict[str, object] = Client().get(f"/api/v1/{table}/{key}").json()["values"]
    return found


@pytest.mark.usefixtures("_there")
class TestAMilestone:
    @pytest.mark.parametrize("due", ["2027", "2027-12", "2027-12-01", None])
    def test_keeps_the_precision_it_is_given(self, due: str | None) -> None:
        write(milestone("m", due=due))

        state = queries.state("milestone", "m")
        assert state is not None
        assert state.values["due"] == due

    @pytest.mark.parametrize("due", ["soon", "2027-13", "2027-02-30", "12/2027", "27"])
    def test_on_no_date_is_refused_with_a_cure(self, due: str) -> None:
        (problem,) = of_a_pack("milestones", f"slug,title,status,due\nm,Beam,planned,{due}\n")

        assert (problem.row, problem.field) == (2, "due")
        assert problem.cure == "Write 2025, 2025-06 or 2025-06-30."

    def test_that_waits_for_itself_is_refused_naming_row_field_and_cure(self) -> None:
        (problem,) = of_a_pack(
            "milestones",
            "slug,title,status,depends_on\nalone,Alone,planned,\nfirst,First,planned,third\nsecond,Second,planned,first\nthird,Third,planned,second\n",
        )

        assert (problem.file, problem.row, problem.field) == ("milestones.csv", 3, "depends_on")
        assert problem.message == "makes a milestone wait for itself: first → second → third → first"
        assert problem.cure == "Remove one of these dependencies."

    def test_closing_a_circle_with_what_is_there_is_refused(self) -> None:
        write(milestone("first"), milestone("second", depends_on=["first"]))

        ((field, message),) = complaints(update("milestone", "first", depends_on=["second"]))
        assert field == "depends_on"
        assert "first → second → first" in message

    def test_that_waits_for_nothing_known_is_refused(self) -> None:
        assert [field for field, _message in complaints(milestone("m", depends_on=["nowhere"]))] == ["depends_on"]

    def test_is_of_a_facility_or_an_organisation(self) -> None:
        write(Edit("organisation", "org", Action.CREATE, facts({"name": "Org", "kind": "network", "country": "SE"})))

        assert complaints(milestone("m", owner="org")) == [("owner", "does not go with a facility")]
        write(milestone("n", owner="org", facility=None))

    def test_may_not_hide_behind_the_address_of_a_list(self) -> None:
        assert [field for field, _message in complaints(milestone("schedule"))] == ["slug"]


def test_every_way_of_a_pack_back_is_the_same(db: None) -> None:
    write(facility("ring"), technology(), target(), milestone("a", due="2027"), milestone("b", depends_on=["a"], due="2027-12"))
    files = writing.dump()
    rows = list(csv.DictReader(io.StringIO(files["milestones.csv"].decode())))

    assert [(row["slug"], row["due"], row["depends_on"]) for row in rows] == [("a", "2027", ""), ("b", "2027-12", "a")]
