"""Addresses: nothing in them can break the finder, and what it says it reads back."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leaps.catalogue.finder import Code, Index, Query, parse, to_params
from tests.catalogue.finder.generated import TECHNIQUES, instruments, queries

PARAMETERS = (
    "q", "technique", "country", "facility", "partnership", "kind", "source", "device", "field", "environment",
    "status", "energy", "energy_min", "energy_max", "energy_unit", "beam_size_max", "flux_min", "resolution_max",
    "remote", "mail_in", "industry", "from", "to", "sort", "page",
)  # fmt: skip
INDEX = Index(instruments(3), TECHNIQUES)

# Mostly things that look like values, with anything at all in between.
VALUES = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789eE.,+-^x× kKVvnmµÅTHz/aAPNT:" + "\x00\ud800\u200d", max_size=15),
    st.sampled_from(
        ("yes", "8-12 keV", "1e999", "1e-999", "-5", "0", "nan", "inf", "1,000", "1_0", "٣", "2027-13-40", "0000",
         "9999-12-31", "PaNET01089", "panet:01089", "eV", "mev", "nm", "-name", "GB,SE", "10^99 eV", "5e-324")
    ),
)  # fmt: skip


def read(**params: str | list[str]) -> tuple[Query, tuple]:
    return parse({k.rstrip("_"): v if isinstance(v, list) else [v] for k, v in params.items()})


@settings(max_examples=600, derandomize=True, deadline=None)
@given(
    params=st.dictionaries(st.sampled_from(PARAMETERS), st.lists(VALUES, max_size=3), max_size=8),
    strict=st.booleans(),
)
@example(params={"energy_min": ["5e-324"], "energy_unit": ["Å"]}, strict=False)
@example(params={"from": ["9999"], "to": ["0001-01-01"]}, strict=False)
def test_parse_never_raises_and_names_every_problem(params: dict[str, list[str]], strict: bool) -> None:
    query, problems = parse(params, INDEX.values if strict else None)
    for problem in problems:
        assert problem.field in params
        assert problem.value
        assert problem.message
        assert problem.cure
    INDEX.search(query)
    # What was understood is a good address: it reads back as the same question, without problems.
    address: dict[str, list[str]] = {}
    for key, value in to_params(query):
        address.setdefault(key, []).append(value)
    assert parse(address) == (query, ())


@settings(max_examples=500, derandomize=True, deadline=None)
@given(query=queries())
def test_address_reads_back_as_the_same_question(query: Query) -> None:
    address: dict[str, list[str]] = {}
    for key, value in to_params(query):
        address.setdefault(key, []).append(value)
    assert parse(address) == (query, ())
    assert to_params(parse(address)[0]) == to_params(query)


def test_equal_questions_have_equal_addresses() -> None:
    first, _ = read(country=["SE", "gb", "SE"], q=" powder\n diffraction ", technique="panet:01089")
    second, _ = read(
        country="GB,SE", q="powder diffraction", technique="http://purl.org/pan-science/PaNET/PaNET01089"
    )
    assert first == second
    assert to_params(first) == [
        ("q", "powder diffraction"), ("technique", "PaNET01089"), ("country", "GB"), ("country", "SE")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "field", "kept"),
    [
        ({"energy_min": "lots", "energy_max": "100"}, "energy_min", {"energy_max": 100}),
        ({"energy_min": "-5"}, "energy_min", {}),
        ({"energy_min": "8,000"}, "energy_min", {}),
        ({"energy_min": "5", "energy_unit": "furlong"}, "energy_unit", {}),
        ({"energy_min": "5", "energy_unit": "mev"}, "energy_unit", {}),
        ({"energy_min": "9", "energy_max": "5"}, "energy_min", {"energy_min": 5, "energy_max": 9}),
        ({"energy": "about nine"}, "energy", {}),
        ({"beam_size_max": "small"}, "beam_size_max", {}),
        ({"flux_min": "0"}, "flux_min", {}),
        ({"flux_min": "1e300"}, "flux_min", {}),
        ({"resolution_max": "nan"}, "resolution_max", {}),
        ({"technique": "ARPES", "country": "SE"}, "technique", {"countries": ("SE",)}),
        ({"country": "Sweden"}, "country", {}),
        ({"status": "broken"}, "status", {}),
        ({"remote": "no"}, "remote", {}),
        ({"from": "31.12.2027"}, "from", {}),
        ({"from": "2027-02-30"}, "from", {}),
        ({"to": "2027"}, "to", {}),
        ({"from": "2028", "to": "2027"}, "from", {"running_from": date(2027, 12, 31), "running_to": date(2028, 1, 1)}),
        ({"sort": "beauty"}, "sort", {}),
        ({"sort": "-relevance"}, "sort", {}),
        ({"q": "x" * 300}, "q", {"text": "x" * 200}),
    ],
)  # fmt: skip
def test_nonsense_is_named_and_the_rest_still_counts(
    params: dict[str, str], field: str, kept: dict[str, object]
) -> None:
    query, problems = parse({k: [v] for k, v in params.items()})
    assert [problem.field for problem in problems] == [field]
    assert query == Query(**kept)  # type: ignore[arg-type]


def test_long_lists_are_cut_with_a_problem() -> None:
    query, problems = read(facility=[f"f{n}" for n in range(80)])
    assert len(query.facilities) == 50
    assert [p.field for p in problems] == ["facility"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"energy": "8-12 keV"}, Query(energy_min=8, energy_max=12, energy_unit="keV")),
        ({"energy": "12 – 8 keV"}, Query(energy_min=8, energy_max=12, energy_unit="keV")),
        ({"energy": "800 eV to 2 keV"}, Query(energy_min=0.8, energy_max=2, energy_unit="keV")),
        ({"energy": "1,5 nm"}, Query(energy_min=1.5, energy_max=1.5, energy_unit="nm")),
        ({"energy": "90"}, Query(energy_min=90, energy_max=90)),
        ({"energy_min": "8 keV"}, Query(energy_min=8, energy_unit="keV")),
        ({"energy_min": "8 keV", "energy_unit": "eV"}, Query(energy_min=8000)),
        ({"energy_min": "0", "energy_max": "2", "energy_unit": "angstrom"}, Query(energy_max=2, energy_unit="Å")),
        ({"beam_size_max": "500 nm"}, Query(beam_size_max_um=0.5)),
        ({"flux_min": "10^12"}, Query(flux_min_ph_s=1e12)),
        ({"from": "2027-09", "to": "2027-11"},
         Query(running_from=date(2027, 9, 1), running_to=date(2027, 11, 30))),
        ({"from": "2028", "to": "2028-02"}, Query(running_from=date(2028, 1, 1), running_to=date(2028, 2, 29))),
        ({"sort": "-flux"}, Query(sort="flux", descending=True)),
        ({"industry": "on", "remote": "any"}, Query(industry=True)),
    ],
)  # fmt: skip
def test_sensible_ways_of_writing_are_read(params: dict[str, str], expected: Query) -> None:
    assert parse({k: [v] for k, v in params.items()}) == (expected, ())


def test_known_values_decide_and_capitals_do_not_matter() -> None:
    query, problems = parse({"partnership": ["leaps"], "facility": ["atlantis", "ILL"]}, INDEX.values)
    assert query == Query(partnerships=("LEAPS",), facilities=("ill",))
    assert [(p.field, p.value) for p in problems] == [("facility", "atlantis")]


def test_without_takes_away_exactly_one_condition() -> None:
    query = Query(text="a", techniques=("PaNET00001", "PaNET00002"), countries=("SE",), energy_min=5, remote=True,
                  flux_min_ph_s=1, resolution_max_rel=1, beam_size_max_um=1, running_from=date(2027, 1, 1))  # fmt: skip
    for condition in query.conditions:
        assert set(query.without(condition).conditions) == set(query.conditions) - {condition}


def test_wavelengths_bound_energies_the_other_way_round() -> None:
    low, high = Query(energy_min=0.1, energy_max=1, energy_unit="nm").energy_ev
    assert (low, high) == (1239.84198, 12398.4198)
    assert Query(energy_max=1, energy_unit="nm").energy_ev == (1239.84198, None)


def test_every_list_has_a_parameter_of_its_name() -> None:
    query, problems = parse({code.value: ["GB" if code is Code.COUNTRY else "planned"] for code in (
        Code.COUNTRY, Code.FACILITY, Code.KIND, Code.SOURCE, Code.DEVICE, Code.FIELD, Code.ENVIRONMENT, Code.STATUS,
        Code.PARTNERSHIP)})  # fmt: skip
    assert not problems
    assert len(query.conditions) == 9
