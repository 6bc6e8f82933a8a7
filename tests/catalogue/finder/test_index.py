"""The engine against the oracle, and the promises that can be checked without one."""

import random
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.catalogue.finder import FLAGS, LISTS, Code, Index, InstrumentFacts, Query, TechniqueFacts, Verdict
from leaps.catalogue.finder.index import NEAR_MISSES
from tests.catalogue.finder.generated import TECHNIQUES, instruments, queries
from tests.catalogue.finder.oracle import Oracle

TODAY = date(2026, 11, 24)
RECORDS = 5


@cache
def record(number: int) -> tuple[Index, Oracle]:
    facts = instruments(number)
    return Index(facts, TECHNIQUES), Oracle(facts, TECHNIQUES)


records = st.integers(0, RECORDS - 1)
days = st.sampled_from((None, TODAY, date(2027, 6, 1)))


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(number=records, query=queries(), today=days, seed=st.integers(0, 10**6))
def test_search_equals_oracle(number: int, query: Query, today: date | None, seed: int) -> None:
    index, oracle = record(number)
    result = index.search(query, today=today)
    fits, may_fit = oracle.search(query, today)
    assert set(result.fits.tolist()) == fits
    assert set(result.may_fit.tolist()) == may_fit
    # Every value of every facet is checked many times over the run, a few of each facet per question.
    rng = random.Random(seed)
    for code, facet in result.facets.items():
        for count in rng.sample(list(facet), min(6, len(facet))):
            assert (count.fits, count.may_fit) == oracle.counts(query, code, count.value, today), (
                code,
                count,
            )


@settings(max_examples=500, derandomize=True, deadline=None)
@given(number=records, query=queries(), today=days)
def test_relaxations_and_near_misses_equal_oracle(number: int, query: Query, today: date | None) -> None:
    index, oracle = record(number)
    result = index.search(query, today=today)
    if len(result.fits):
        assert result.relaxations == result.near_misses == ()
        return
    asked = [c for c in query.conditions if c.code is not Code.TEXT or result.text.words]
    assert {r.condition for r in result.relaxations} == set(asked)
    for relaxation in result.relaxations:
        assert relaxation.query == query.without(relaxation.condition)
        fits, may_fit = oracle.search(relaxation.query, today)
        assert (relaxation.fits, relaxation.may_fit) == (len(fits), len(may_fit))
        for loosening in relaxation.loosenings:
            wider, maybe = oracle.search(loosening.query, today)
            assert (loosening.fits, loosening.may_fit) == (len(wider), len(maybe))
            assert loosening.fits > 0
    expected = oracle.misses(query, today)[:NEAR_MISSES]
    if len(asked) == len(query.conditions):
        assert [(len(m.failed), m.distance, m.id) for m in result.near_misses] == [
            (failed, distance, number) for failed, distance, _, _, number in expected
        ]
        for miss in result.near_misses:
            assert all(answer.verdict is Verdict.NO and answer.reason for answer in miss.failed)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(number=records, query=queries(), today=days)
def test_answers_give_the_oracles_verdicts_and_a_reason(
    number: int, query: Query, today: date | None
) -> None:
    index, oracle = record(number)
    result = index.search(query, today=today)
    for instrument in index.instruments[::5]:
        for answer in result.answers(instrument.id):
            assert answer.verdict == oracle.verdict(instrument, answer.condition, query, today)
            assert (answer.reason is None) == (answer.verdict is Verdict.YES)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(number=records, query=queries())
def test_smallest_loosening_is_the_smallest(number: int, query: Query) -> None:
    index, oracle = record(number)
    for relaxation in index.search(query).relaxations:
        for loosening in relaxation.loosenings:
            if loosening.bound == "energy_low_ev":
                _, high = query.energy_ev
                almost = query.with_energy_ev(loosening.value * 1.00001, high)
            elif loosening.bound == "energy_high_ev":
                low, _ = query.energy_ev
                almost = query.with_energy_ev(low, loosening.value * 0.99999)
            else:
                name, step = loosening.bound, 1.00001 if loosening.bound == "flux_min_ph_s" else 0.99999
                almost = Query(**{**query.__dict__, name: loosening.value * step})
            assert not oracle.search(almost)[0]


@settings(max_examples=500, derandomize=True, deadline=None)
@given(
    number=records,
    query=queries(),
    unit=st.sampled_from(("eV", "keV", "nm", "Å", "THz", "cm-1", "µm", "MeV")),
)
def test_unit_of_energy_does_not_matter(number: int, query: Query, unit: str) -> None:
    index, _ = record(number)
    there = query.in_unit(unit)
    assert there.energy_ev == query.energy_ev
    first, second = index.search(query), index.search(there)
    assert first.fits.tolist() == second.fits.tolist()
    assert first.may_fit.tolist() == second.may_fit.tolist()


@st.composite
def hierarchies(draw: st.DrawFn) -> tuple[TechniqueFacts, ...]:
    """Many parents each, as in PaNET; a parent always comes before its child."""
    count = draw(st.integers(1, 25))
    return tuple(
        TechniqueFacts(
            f"PaNET{n:05}",
            f"technique {n}",
            (),
            tuple(f"PaNET{p:05}" for p in draw(st.sets(st.integers(0, n - 1), max_size=4))) if n else (),
        )
        for n in range(count)
    )


@settings(max_examples=60, derandomize=True, deadline=None)
@given(techniques=hierarchies(), seed=st.integers(0, 1000))
def test_every_class_is_the_union_over_its_descendants(
    techniques: tuple[TechniqueFacts, ...], seed: int
) -> None:
    keys = tuple(t.id for t in techniques)
    facts = [
        InstrumentFacts(n, f"i-{n}", f"I{n}", techniques=tuple(random.Random(seed + n).choices(keys, k=2)))
        for n in range(20)
    ]
    index = Index(facts, techniques)
    oracle = Oracle(facts, techniques)
    facet = index.search(Query()).facets[Code.TECHNIQUE]
    for key in keys:
        below = {other for other in keys if oracle.is_a(other, key)}
        assert index.techniques.descendants(key) == below
        union = {i.id for i in facts if below & set(i.techniques)}
        assert set(index.search(Query(techniques=(key,))).fits.tolist()) == union
        assert facet[key].fits == len(union)
        parts = [
            set(index.search(Query(techniques=(k,))).fits.tolist()) for k in index.techniques.children(key)
        ]
        assert union == {i.id for i in facts if key in i.techniques}.union(*parts)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("sort", "attribute"),
    [("energy_min", "photon_energy_min_ev"), ("flux", "flux_ph_s"), ("resolution", "energy_resolution_rel")],
)
def test_sort_by_number_puts_unrecorded_last(sort: str, attribute: str, descending: bool) -> None:
    index, _ = record(0)
    ids = index.search(Query(sort=sort, descending=descending)).fits.tolist()
    values = [getattr(index.instrument(i), attribute) for i in ids]
    known = [v for v in values if v is not None]
    assert values == sorted(known, reverse=descending) + [None] * (len(values) - len(known))
    assert len(ids) == len(index)


def test_sort_by_name_counts_numbers() -> None:
    index = Index([InstrumentFacts(n, f"k{n}", name) for n, name in enumerate(["ID10", "ID2", "id1"])], ())
    assert index.search(Query(sort="name")).fits.tolist() == [2, 1, 0]
    assert index.search(Query(sort="name", descending=True)).fits.tolist() == [0, 1, 2]


def test_relevance_puts_name_before_technique_before_rest_and_exact_before_beginning() -> None:
    facts = [
        InstrumentFacts(1, "a", "A", detectors=("SAXS camera",)),
        InstrumentFacts(2, "b", "B", techniques=("PaNET01188",)),
        InstrumentFacts(3, "c", "SAXS"),
        InstrumentFacts(4, "d", "SAXSWAXS"),
    ]
    index = Index(facts, TECHNIQUES)
    ids = index.search(Query(text="saxs")).fits.tolist()
    assert ids[:3] == [3, 2, 1] or ids.index(3) < ids.index(2) < ids.index(1)
    assert set(ids) == {1, 2, 3, 4}
    assert index.search(Query(text="saxs camera")).fits.tolist() == [1]


def test_may_fit_by_relevance_has_fewest_gaps_first() -> None:
    facts = [
        InstrumentFacts(1, "a", "A"),
        InstrumentFacts(2, "b", "B", country="SE", flux_ph_s=1e13),
        InstrumentFacts(3, "c", "C", country="SE"),
    ]
    query = Query(countries=("SE",), flux_min_ph_s=1e12, beam_size_max_um=5)
    assert Index(facts, ()).search(query).may_fit.tolist() == [2, 3, 1]


def test_corrected_word_is_reported() -> None:
    index, _ = record(0)
    found = index.search(Query(text="powder difraction")).text
    assert [(c.typed, c.used) for c in found.corrections] == [("difraction", "diffraction")]
    assert found.corrected_text == "powder diffraction"
    assert index.search(Query(text="id99")).text.unmatched == ("id99",)


def test_ranges_leave_the_own_condition_out() -> None:
    facts = [
        InstrumentFacts(1, "a", "A", country="SE", photon_energy_min_ev=5, photon_energy_max_ev=1000),
        InstrumentFacts(
            2, "b", "B", country="SE", photon_energy_min_ev=8000, beam_size_h_um=3, beam_size_v_um=9
        ),
        InstrumentFacts(3, "c", "C", country="GB", photon_energy_max_ev=1e5),
    ]
    result = Index(facts, ()).search(Query(countries=("SE",), energy_min=1, energy_max=10))
    energy = result.ranges[Code.ENERGY]
    assert (energy.low, energy.high, energy.recorded) == (5, 8000, 2)
    assert result.ranges[Code.BEAM_SIZE].recorded == 0  # the only one with a size has the wrong energy


def test_tree_shows_branches_with_instruments_and_the_way_to_the_selected() -> None:
    facts = [InstrumentFacts(1, "a", "A", techniques=("PaNET01188",))]
    index = Index(facts, TECHNIQUES)
    result = index.search(Query(techniques=("PaNET01100",)))
    (root,) = result.tree()
    assert (root.id, root.fits, root.above_selected, root.has_children) == ("PaNET00001", 0, True, True)
    result = index.search(Query())
    assert [n.id for n in result.tree("PaNET01020")] == ["PaNET01124"]
    assert {n.id for n in result.tree("PaNET01020", hide_empty=False)} == {"PaNET01022", "PaNET01124"}
    assert index.techniques.path("PaNET01188")[0] == "PaNET00001"


def test_unknown_parents_and_cycles_do_no_harm() -> None:
    techniques = (TechniqueFacts("A", "a", (), ("B", "nowhere")), TechniqueFacts("B", "b", (), ("A",)))
    index = Index([InstrumentFacts(1, "a", "A", techniques=("A", "later"))], techniques)
    for key in ("A", "B", "later"):
        assert index.search(Query(techniques=(key,))).fits.tolist() == [1]


def test_empty_index_answers() -> None:
    result = Index((), ()).search(Query(text="anything", countries=("SE",), energy_min=5, running_from=TODAY))
    assert not len(result.fits)
    assert not len(result.may_fit)
    assert result.ranges[Code.ENERGY].low is None


def test_index_refuses_two_instruments_with_one_id() -> None:
    with pytest.raises(ValueError, match="share an id"):
        Index([InstrumentFacts(1, "a", "A"), InstrumentFacts(1, "b", "B")], ())


def test_every_list_and_flag_has_a_facet() -> None:
    index, _ = record(1)
    assert set(index.search(Query()).facets) == {Code.TECHNIQUE, *LISTS, *FLAGS}
    shown = index.search(Query(countries=("SE",))).facets[Code.COUNTRY].shown()
    assert shown[0].value == "SE"
    assert shown[0].selected


def test_answer_arrays_cannot_be_changed() -> None:
    index, _ = record(0)
    with pytest.raises(ValueError, match="read-only"):
        index.search(Query()).fits[0] = 7
