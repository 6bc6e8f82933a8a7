"""The index follows the record: at once, by reading little, and to the same result as from nothing."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.catalogue import search_index
from leaps.catalogue.finder import Query
from leaps.catalogue.finder.index import Index
from leaps.core.errors import InvalidInput
from leaps.record import actions, queries, registry
from leaps.record.models import RecordRevision
from leaps.record.survey import _tally, survey
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

NAMES = ("Microscopes", "Microscopy", "ID10", "id2", "Ångström beamline", "Nano-focus", "BM 5", "microscope")
TECHNIQUES = ("PaNET00001", "PaNET00002", "PaNET00003")


def begin() -> None:
    write(
        facility("north", country="SE"),
        facility("south", country="IT"),
        technique("PaNET00001", "microscopic methods"),
        technique("PaNET00002", "x-ray microscopy", ["PaNET00001"]),
        technique("PaNET00003", "diffraction", ["PaNET00001"]),
        instrument("n1", "north", name="N1", techniques=["PaNET00002"], full_name="Nano-focus microscopes"),
        instrument("n2", "north", name="ID2", photon_energy_min_ev=5.0),
        instrument("s1", "south", name="ID10", techniques=["PaNET00003"], science_fields=["chemistry"]),
    )


def contents(index: Index) -> dict[str, Any]:
    """All that answers are made of, in comparable form."""
    found: dict[str, Any] = {}
    for owner, part in (("", index), ("lexicon", index._lexicon)):
        for name, value in vars(part).items():
            if name in ("kept", "_lexicon", "techniques", "_nearest"):
                continue
            found[owner + name] = comparable(value)
    return found


def comparable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return {key: comparable(of) for key, of in value.items()} if isinstance(value, dict) else value


keys = st.sampled_from(("n1", "n2", "s1", "new"))
values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(NAMES),
        "full_name": st.one_of(st.none(), st.sampled_from(NAMES)),
        "techniques": st.lists(st.sampled_from(TECHNIQUES), unique=True),
        "photon_energy_min_ev": st.one_of(st.none(), st.floats(1, 1e5)),
        "science_fields": st.lists(st.sampled_from(("chemistry", "soft matter")), unique=True),
        "remote_access": st.sampled_from((None, True, False)),
        "facility": st.sampled_from(("north", "south")),
        "status": st.sampled_from((None, "operating", "planned")),
    },
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), keys, values),
        st.tuples(st.just("add"), keys, values),
        st.tuples(st.just("drop"), keys, st.none()),
        st.tuples(st.just("move"), st.sampled_from(("north", "south")), st.sampled_from(("SE", "IT", "FR"))),
        st.tuples(st.just("darken"), st.sampled_from(("north", "south")), st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1))),
        st.tuples(st.just("rename"), st.sampled_from(("north", "n1")), st.none()),
        st.tuples(st.just("relabel"), st.sampled_from(TECHNIQUES), st.sampled_from(NAMES)),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def act(number: int, verb: str, key: str, what: Any) -> None:
    if verb == "change":
        write(Edit("instrument", key, Action.UPDATE, facts(what, Provenance("known"))))
    elif verb == "add":
        write(instrument(key, **{"of": what.get("facility", "north"), **{k: v for k, v in what.items() if k != "facility"}}))
    elif verb == "drop":
        write(delete("instrument", key))
    elif verb == "move":
        write(update("facility", key, country=what, short_name=f"{key} {number}"))
    elif verb == "darken":
        project = {"facility": key, "project": f"Upgrade {number}", "status": "planned", "dark_start": what.isoformat()}
        write(Edit("upgrade", f"up-{number}", Action.CREATE, facts(project)))
    elif verb == "rename":
        kind = "facility" if key == "north" else "instrument"
        actions.rename(kind=kind, key=key, new_key=f"{key}-{number}", actor=OFFICE, reason="", now=NOW)
    else:
        write(update("technique", key, label=f"{what} {number}"))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=steps, often=st.booleans())
def test_after_any_edits_index_and_survey_are_those_of_a_fresh_start(done: list[Any], often: bool) -> None:
    search_index._current = None
    with transaction.atomic():
        begin()
        search_index.current()
        survey()
        for number, step in enumerate(done):
            try:
                act(number, *step)
            except (InvalidInput, actions.NothingToDo):
                continue
            if often:
                search_index.current()
                survey()
        now, counted = search_index.current(), survey()
        fresh = search_index.build(queries.current_revision())
        tallies = {t.kind: _tally(t) for t in registry.all_types()}
        transaction.set_rollback(True)

    assert contents(now.index) == contents(fresh.index)
    assert (now.revision, now.ids, now.dark, now.places) == (fresh.revision, fresh.ids, fresh.dark, fresh.places)
    for table in counted.tables:
        assert table.objects == tallies[table.kind].objects
        for found in table.fields:
            expected = +tallies[table.kind].standing[found.spec.name]
            assert {code: n for code, n in found.standing.items() if n} == expected


def test_a_change_is_in_the_next_answer_and_the_rest_is_not_read_again() -> None:
    begin()
    before = search_index.current()
    write(update("instrument", "n1", name="Zebra"))

    after = search_index.current()

    ids = after.index.search(Query(text="zebra")).fits.tolist()
    assert [after.index.instrument(i).key for i in ids] == ["n1"]
    assert after.index.instrument(after.ids["n2"]) is before.index.instrument(before.ids["n2"])


def test_following_a_change_costs_the_same_queries_whatever_the_size() -> None:
    begin()
    counts = []
    for size in (1, 60):
        write(*(instrument(f"more-{size}-{n}", "south", techniques=["PaNET00003"]) for n in range(size)))
        search_index.current()
        write(*(update("instrument", f"more-{size}-{n}", full_name="changed") for n in range(size)))
        with CaptureQueriesContext(connection) as captured:
            search_index.current()
        counts.append(len(captured))

    # Twice the revision; the number and the kinds of what changed; instruments, links, three kinds of places.
    assert counts == [9, 9]


def test_a_record_put_back_from_outside_is_read_afresh() -> None:
    begin()
    write(update("instrument", "n1", name="Later"))
    search_index.current()
    RecordRevision.objects.update(revision=1)

    assert search_index.renewed(search_index._current, 1) is None  # type: ignore[arg-type]
    assert search_index.current().revision == 1


def test_too_many_changes_are_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    begin()
    before = search_index.current()
    monkeypatch.setattr(search_index, "MOST_CHANGED", 1)
    write(update("instrument", "n1", name="Zebra"), update("instrument", "n2", name="Yak"))

    assert search_index.renewed(before, before.revision + 1) is None
    assert search_index.current().index.search(Query(text="yak")).fits.tolist() == [before.ids["n2"]]


def test_a_value_without_provenance_counts_as_known() -> None:
    write(facility("ring"))
    survey()
    write(Edit("facility", "ring", Action.UPDATE, {"city": Fact("Lund", Provenance()), "name": Fact("Ring", SOURCED)}))

    table = next(t for t in survey().tables if t.kind == "facility")

    assert table.standing == {"sourced": 6, "known": 1, "confirmed": 0}
