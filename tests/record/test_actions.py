"""One way to change the record: all or nothing, with history, and always reversible."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.models import Facility, Instrument
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.record import actions, queries
from leaps.record.models import Change, ChangeSet
from leaps.record.packs import writing
from leaps.record.types import Action, Edit, Fact, Provenance
from tests.record.factories import (
    NOW,
    OFFICE,
    SOURCED,
    delete,
    facility,
    facts,
    instrument,
    technique,
    update,
    write,
)

pytestmark = pytest.mark.django_db


def problems_of(*edits: Edit, actor: Any = OFFICE) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        write(*edits, actor=actor)
    return [(problem.field, problem.cure) for problem in refused.value.problems]


def test_a_new_object_keeps_each_value_with_its_provenance() -> None:
    write(facility(city="Lund"))

    state = queries.state("facility", "ring")

    assert state is not None
    assert state.fact("city") == Fact("Lund", SOURCED)
    assert state.fact("staff_count") == Fact(None, Provenance())


def test_an_edit_touches_only_what_it_names() -> None:
    write(facility(city="Lund", staff_count=100))

    changeset = write(update("facility", "ring", staff_count=120))

    change = changeset.changes.get()
    assert (change.before, change.after) == (
        {"staff_count": {"value": 100, "provenance": SOURCED.stored()}},
        {"staff_count": {"value": 120, "provenance": SOURCED.stored()}},
    )
    assert Facility.objects.get().city == "Lund"


def test_references_may_point_to_objects_of_the_same_batch() -> None:
    write(
        instrument(techniques=["PaNET00002", "PaNET00001"]),
        facility(),
        technique("PaNET00001", "root"),
        technique("PaNET00002", "child", ["PaNET00001"]),
    )

    state = queries.state("instrument", "ring-i01")

    assert state is not None
    assert state.values["facility"] == "ring"
    assert state.values["techniques"] == ["PaNET00002", "PaNET00001"]


def test_every_problem_is_reported_at_once_and_nothing_is_written() -> None:
    edits = (
        facility(country="Sweden", latitude_deg=300.0),
        instrument(of="nowhere", photon_energy_min_ev=10.0, photon_energy_max_ev=5.0, status="asleep"),
    )

    found = problems_of(*edits)

    assert [field for field, _cure in found] == ["country", "latitude_deg", "facility", "status"]
    assert all(cure for _field, cure in found)
    assert not Facility.objects.exists()
    assert not ChangeSet.objects.exists()


def test_a_minimum_above_its_maximum_is_named_with_both_values() -> None:
    write(facility())

    with pytest.raises(InvalidInput) as refused:
        write(instrument(photon_energy_min_ev=10.0, photon_energy_max_ev=5.0))

    assert "photon_energy_max_ev (5) (found '10')" in str(refused.value)


@pytest.mark.parametrize(
    "values",
    [
        {"latitude_deg": 300.0},
        {"longitude_deg": -181.0},
        {"users_per_year": -1},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(values: dict[str, Any]) -> None:
    base = {"slug": "x", "name": "X", "short_name": "X", "kind": "fel", "partnership": "LEAPS", "country": "SE"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Facility.objects.create(**base, membership="member", **values)


def test_the_database_itself_refuses_a_minimum_above_the_maximum() -> None:
    write(facility())

    with pytest.raises(IntegrityError), transaction.atomic():
        Instrument.objects.create(
            slug="x", name="X", facility=Facility.objects.get(), photon_energy_min_ev=2, photon_energy_max_ev=1
        )


def test_a_technique_cannot_become_its_own_ancestor() -> None:
    write(technique("PaNET00001", "root"), technique("PaNET00002", "child", ["PaNET00001"]))

    found = problems_of(update("technique", "PaNET00001", parents=["PaNET00002"]))

    assert [field for field, _cure in found] == ["parents"]


def test_two_devices_of_one_source_cannot_share_a_name() -> None:
    source = Edit(
        "source", "ring-1", Action.CREATE,
        facts({"facility": "ring", "name": "Ring 1", "kind": "storage_ring", "status": "operating"}),
    )
    device = facts({"source": "ring-1", "name": "U20", "kind": "in_vacuum"})
    write(facility(), source, Edit("insertion_device", "ring-1-u20", Action.CREATE, device))

    found = problems_of(Edit("insertion_device", "ring-1-u20-b", Action.CREATE, device))

    assert [field for field, _cure in found] == ["name"]


def test_an_object_others_name_cannot_be_removed() -> None:
    write(facility(), instrument())

    found = problems_of(delete("facility", "ring"))

    assert [field for field, _cure in found] == ["slug"]
    assert write(delete("instrument", "ring-i01"), delete("facility", "ring")).changes.count() == 2


def test_a_stale_version_is_refused_and_both_versions_are_kept() -> None:
    write(facility(staff_count=1))
    write(update("facility", "ring", 1, staff_count=2))

    with pytest.raises(actions.EditConflict) as conflict:
        write(update("facility", "ring", 1, staff_count=3))

    assert conflict.value.present.values["staff_count"] == 2
    assert conflict.value.wanted.facts["staff_count"].value == 3
    assert Facility.objects.get().staff_count == 2


def test_saying_the_same_again_changes_nothing() -> None:
    write(facility(staff_count=1))

    with pytest.raises(actions.NothingToDo):
        write(update("facility", "ring", staff_count=1))

    assert ChangeSet.objects.count() == 1


def test_a_sourced_value_needs_its_source_and_a_confirmed_one_a_name() -> None:
    write(facility())

    for provenance in (Provenance("sourced"), Provenance("confirmed"), Provenance("rumour")):
        edit = Edit("facility", "ring", Action.UPDATE, {"staff_count": Fact(1, provenance)})
        assert [field for field, _cure in problems_of(edit)] == ["staff_count"]


class TestWhoMay:
    """The same edit by four people: only the facility's editor and the office may."""

    @pytest.fixture(autouse=True)
    def _record(self) -> None:
        write(facility("ring"), facility("other"), instrument())

    def person(self, *grants: tuple[str, str]) -> User:
        user = User.objects.create_user(f"{len(grants)}{grants}@example.org".replace(" ", "")[:60], name="P")
        for role, scope in grants:
            RoleGrant.objects.create(user=user, role=role, scope=scope)
        return user

    def attempt(self, person: object) -> ChangeSet:
        return write(update("instrument", "ring-i01", full_name="Changed"), actor=person)

    def test_the_facility_editor_may(self) -> None:
        assert self.attempt(self.person(("facility_editor", "ring"))).actor_label == "P"

    def test_the_office_may(self) -> None:
        assert self.attempt(self.person(("office", "")))

    def test_the_editor_of_another_facility_may_not(self) -> None:
        with pytest.raises(NotAllowed, match="editors of ring"):
            self.attempt(self.person(("facility_editor", "other")))

    def test_a_person_without_role_may_not(self) -> None:
        with pytest.raises(NotAllowed):
            self.attempt(self.person())

    def test_a_visitor_may_not(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        with pytest.raises(NotAllowed):
            self.attempt(AnonymousUser())

    def test_an_inactive_editor_may_not(self) -> None:
        person = self.person(("facility_editor", "ring"))
        person.is_active = False
        with pytest.raises(NotAllowed):
            self.attempt(person)

    def test_an_editor_may_not_move_an_instrument_to_another_facility(self) -> None:
        with pytest.raises(NotAllowed):
            write(update("instrument", "ring-i01", facility="other"), actor=self.person(("facility_editor", "ring")))

    def test_an_editor_may_not_change_a_technique(self) -> None:
        write(technique("PaNET00001", "root"))
        with pytest.raises(NotAllowed, match="the office"):
            write(update("technique", "PaNET00001", label="x"), actor=self.person(("facility_editor", "ring")))


def test_any_past_day_can_be_shown() -> None:
    day = dt.timedelta(days=1)
    write(facility(staff_count=1))
    write(update("facility", "ring", staff_count=2, city="Lund"), now=NOW + day)
    write(delete("facility", "ring"), now=NOW + 2 * day)

    shown = [queries.state_on("facility", "ring", NOW + n * day - dt.timedelta(hours=1)) for n in range(4)]

    assert [state and (state.values["staff_count"], state.values.get("city")) for state in shown] == [
        None,
        (1, None),
        (2, "Lund"),
        None,
    ]


def test_a_renamed_object_keeps_its_history_and_its_old_address() -> None:
    write(facility(), instrument())
    changeset = actions.rename(
        kind="facility", key="ring", new_key="big-ring", actor=OFFICE, reason="new name", now=NOW
    )

    assert queries.current_key("facility", "ring") == "big-ring"
    assert queries.state("instrument", "ring-i01").values["facility"] == "big-ring"  # type: ignore[union-attr]
    assert [change.action for change in queries.changes_of("facility", "big-ring")] == ["update", "create"]

    actions.revert(changeset=changeset, actor=OFFICE, now=NOW)

    assert queries.state("facility", "ring") is not None
    assert queries.current_key("facility", "big-ring") == "ring"


def test_a_revert_refuses_when_something_else_came_after() -> None:
    write(facility(staff_count=1))
    first = write(update("facility", "ring", staff_count=2))
    write(update("facility", "ring", staff_count=3))

    with pytest.raises(actions.EditConflict):
        actions.revert(changeset=first, actor=OFFICE, now=NOW)

    assert Facility.objects.get().staff_count == 3


def test_history_cannot_be_written_without_its_object() -> None:
    write(facility())

    assert Change.objects.get().object_id == Facility.objects.get().pk


VALUES = {
    "city": st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)),
    "staff_count": st.one_of(st.none(), st.integers(0, 10**6)),
    "annual_budget_meur": st.one_of(st.none(), st.floats(0, 1e6)),
    "latitude_deg": st.one_of(st.none(), st.floats(-90, 90)),
    "first_light_year": st.one_of(st.none(), st.integers(1940, 2100)),
}
PROVENANCE = st.sampled_from(
    [
        Provenance(),
        SOURCED,
        Provenance("confirmed", "", "2026", "A. Editor", "2026-11-24"),
        Provenance("known", "", "2025"),
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abc"), st.just({})),
        st.tuples(st.just("drop"), st.sampled_from("abc"), st.just({})),
        st.tuples(
            st.just("change"),
            st.sampled_from("abc"),
            st.fixed_dictionaries({}, optional={k: st.tuples(v, PROVENANCE) for k, v in VALUES.items()}),
        ),
        st.tuples(st.just("rename"), st.sampled_from("abc"), st.just({})),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_edits_can_be_reverted_to_the_byte(steps: list[Any]) -> None:
    with transaction.atomic():
        write(facility("a", staff_count=5), facility("b", city="Lund"), instrument("b-i01", of="b"))
        before = writing.dump()
        done = []
        for number, (verb, key, wanted) in enumerate(steps):
            try:
                if verb == "rename":
                    done.append(
                        actions.rename(
                            kind="facility", key=key, new_key=f"{key}{number}", actor=OFFICE, reason="", now=NOW
                        )
                    )
                    continue
                edit = {
                    "add": lambda key=key: facility(key),
                    "drop": lambda key=key: delete("facility", key),
                    "change": lambda key=key, wanted=wanted: Edit(
                        "facility", key, Action.UPDATE, {n: Fact(v, p) for n, (v, p) in wanted.items()}
                    ),
                }[verb]()
                done.append(write(edit))
            except (InvalidInput, actions.NothingToDo):
                continue
        for changeset in reversed(done):
            actions.revert(changeset=changeset, actor=OFFICE, now=NOW)
        after = writing.dump()
        transaction.set_rollback(True)

    assert after == before


def test_ten_and_a_thousand_rows_cost_nearly_the_same_number_of_statements() -> None:
    write(facility(), technique("PaNET00001", "root"))
    counts = []
    for size, mark in ((10, "a"), (1000, "b")):
        batch = [instrument(f"ring-{mark}{n}", techniques=["PaNET00001"]) for n in range(size)]
        with CaptureQueriesContext(connection ) as captured:
            write(*batch)
        counts.append(len(captured))

    assert counts[1] <= counts[0] + 5, counts
