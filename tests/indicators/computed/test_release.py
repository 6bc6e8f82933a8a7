"""Nobody who reads everything that is printed of a year learns how few were behind a withheld count."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.indicators.computed import release
from leaps.indicators.computed.release import Cell
from leaps.indicators.formulas.disclosure import THRESHOLD, WIDTH
from tests.indicators.computed.people import League, drawn
from tests.indicators.computed.reader import COUNTS, Key, Reader

HOSTS = {"a": "DE", "b": "FR", "c": "SE"}
COUNTRIES = ("DE", "FR", "SE", "IT", "PL", "GR", "US", "JP")


def attack(league: League, *, first: bool = False) -> tuple[dict[str, list[Cell]], dict[str, list[bool]], Reader]:
    """What is printed of a league, and the reader of it."""
    year = league.public()
    hidden = release.withheld(year, league.hosts)
    return year, hidden, Reader(year, hidden, hosts=league.hosts, own=league.own, first=first)


def broken(reader: Reader) -> dict[Key, tuple[float, float]]:
    """The small counts that can be worked out to less than the width, with the range of each."""
    return {key: reader.range(key) for key in reader.withheld(THRESHOLD) if reader.told(key, WIDTH)}


def hidden_places(year: Mapping[str, Sequence[Cell]], hidden: Mapping[str, Sequence[bool]], code: str) -> set[tuple[str, str, str]]:
    return {cell.place for cell, is_hidden in zip(year.get(code, ()), hidden.get(code, ()), strict=True) if is_hidden}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("people", "seeds"), [(12, range(4)), (60, range(3)), (250, range(1))])
def test_no_small_count_can_be_worked_out(people: int, seeds: range, first: bool) -> None:
    for seed in seeds:
        league = drawn(seed, hosts=HOSTS, people=people, visits=people * 3 // 2, proposals=people // 2, countries=COUNTRIES)

        year, hidden, reader = attack(league, first=first)

        assert not [key for key, value in reader.printed.items() if 0 < value < THRESHOLD]
        assert reader.withheld(THRESHOLD)
        assert reader.printed
        assert broken(reader) == {}, seed
        for code, cells in year.items():
            assert len(hidden[code]) == len(cells)


def test_without_the_ties_between_counts_they_would_be_worked_out() -> None:
    # Each count protected by itself, as if no other were printed.
    league = drawn(1, hosts=HOSTS, people=60, visits=90, proposals=30, countries=COUNTRIES)
    year = league.public()

    apart = {code: release.withheld({code: cells}, HOSTS)[code] for code, cells in year.items()}

    reader = Reader(year, apart, hosts=HOSTS, own=league.own)
    assert any(reader.told(key, WIDTH) for key in reader.withheld(THRESHOLD))


def test_withholding_only_the_small_would_tell_nearly_all_of_them() -> None:
    league = drawn(1, hosts=HOSTS, people=60, visits=90, proposals=30, countries=COUNTRIES)
    year = league.public()

    only = {code: [code in COUNTS and (cell.value or 0) < THRESHOLD for cell in cells] for code, cells in year.items()}
    reader = Reader(year, only, hosts=HOSTS, own=league.own)

    few = reader.withheld(THRESHOLD)[:15]
    assert sum(reader.told(key, WIDTH) for key in few) > len(few) / 2


@st.composite
def leagues(draw: st.DrawFn) -> League:
    """Two facilities, a handful of people, whatever they are."""
    hosts = {"a": "DE", "b": "FR"}
    own = draw(st.sampled_from([frozenset(), frozenset({"b"})]))
    person = st.fixed_dictionaries(
        {
            "country": st.sampled_from(["DE", "FR", "IT", ""]), "sector": st.sampled_from(["university", "company", ""]),
            "gender": st.sampled_from(["woman", "man", "other", "not_stated"]), "career_stage": st.sampled_from(["phd", "postdoc", "senior", "not_stated"]),
            "institution": st.integers(0, 6),
        }
    )  # fmt: skip
    made = League(hosts, own=own)
    for facility in hosts:
        crowd = draw(st.lists(person, max_size=9))
        for number, one in enumerate(crowd):
            who = f"{facility}:{number}" if facility in own else str(number)
            for mode in draw(st.lists(st.sampled_from(["onsite", "remote", "mail_in"]), min_size=1, max_size=3)):
                made.visits.append(one | {"facility": facility, "who": who, "mode": mode})
    proposal = st.fixed_dictionaries(
        {
            "facility": st.sampled_from([*hosts]), "accepted": st.booleans(), "withdrawn": st.just(False), "call": st.sampled_from(["I", "II"]),
            "access_route": st.just("peer_review"), "country": st.sampled_from(["DE", "IT", ""]), "science_field": st.just("physics"),
        }
    )  # fmt: skip
    made.proposals = draw(st.lists(proposal, max_size=14))
    return made


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(leagues(), st.booleans())
def test_no_small_count_of_any_league_can_be_worked_out(league: League, first: bool) -> None:
    _year, _hidden, reader = attack(league, first=first)

    assert not [key for key, value in reader.printed.items() if 0 < value < THRESHOLD]
    assert broken(reader) == {}


def test_a_shrinking_rest_is_not_told_by_the_ways_people_came() -> None:
    # 12 visits, 10 on site: the two others came some other way, and nobody is to know that they were two.
    someone = {"facility": "a", "country": "DE", "sector": "rto", "gender": "man", "career_stage": "senior", "institution": 1}
    visits = [someone | {"who": str(n), "mode": "onsite"} for n in range(10)] + [someone | {"who": str(n), "mode": "remote"} for n in range(2)]
    year = League({"a": "DE"}, visits=visits).public()

    hidden = release.withheld(year, {"a": "DE"})

    assert hidden_places(year, hidden, "ACC-09") >= {("", "", ""), ("a", "", "")}
    for place in (("", "", ""), ("a", "", "")):
        assert place in hidden_places(year, hidden, "ACC-07") | hidden_places(year, hidden, "ACC-08")


def test_what_is_made_of_few_is_withheld_with_them() -> None:
    league = drawn(3, hosts=HOSTS, people=60, visits=90, proposals=30, countries=COUNTRIES)
    year = league.public()
    for code in ("ACC-04", "ACC-05", "ACC-18"):
        year[code] = [Cell(c.facility, c.dimension, c.category, 8 * (c.value or 0), None, 8 * (c.value or 0)) for c in year["ACC-01"]]
    year["ACC-20"] = [Cell(c.facility, "", "", 90.0) for c in year["ACC-01"] if not c.dimension]

    hidden = release.withheld(year, HOSTS)

    few = hidden_places(year, hidden, "ACC-01")
    assert few
    for code in ("ACC-03", "ACC-04", "ACC-05", "ACC-18"):
        assert few & {cell.place for cell in year[code]} <= hidden_places(year, hidden, code)
    assert {place for place in few if not place[1]} <= hidden_places(year, hidden, "ACC-20")


def test_income_from_few_companies_is_withheld_and_never_alone() -> None:
    def sale(facility: str, party: int) -> dict[str, object]:
        return {"facility": facility, "party": party, "country": "DE", "amount": 1000.0 * (party + 1)}

    one = {"a": [0], "b": list(range(6)), "c": list(range(7))}
    league = League(HOSTS, sales=[sale(f, party) for f, parties in one.items() for party in parties])
    year = league.public()

    hidden = hidden_places(year, release.withheld(year, HOSTS), "IND-02")

    assert ("a", "", "") in hidden
    assert len({place for place in hidden if place[0] and not place[1]}) >= 2
    assert ("", "", "") not in hidden


def test_full_time_equivalents_of_a_few_are_withheld() -> None:
    gender = {"woman": 40.0, "man": 60.0, "not_stated": 6.5, "other": 0.9}
    cells = [Cell("", "", "", sum(gender.values())), *(Cell("", "gender", name, fte) for name, fte in gender.items())]

    assert release.withheld({"PPL-01": cells})["PPL-01"] == [False, True, False, True, True]


@pytest.mark.parametrize(("told", "printed"), [(61.4, 61.0), (61.5, 62.0), (0.4, 0.0)])
def test_shares_of_persons_are_printed_in_whole_per_cent(told: float, printed: float) -> None:
    assert release.in_steps("PPL-04", told) == printed
    assert release.in_steps("ACC-03", told) == told


def test_number_of_countries_does_not_tell_the_withheld_ones_apart() -> None:
    # With all digits 20 visits from A, 3 and 7 from B and C are the only ones with their effective number.
    someone = {"facility": "a", "sector": "rto", "gender": "man", "career_stage": "senior", "institution": 1, "mode": "onsite"}
    counts = {"DE": 40, "FR": 3, "IT": 9, "": 7}
    visits = [someone | {"country": c, "who": f"{c}{n % 30}"} for c, times in counts.items() for n in range(times)]
    year = League({"a": "DE"}, visits=visits).public()
    hidden = release.withheld(year, {"a": "DE"})
    secret = {place[2] for place in hidden_places(year, hidden, "ACC-07") if place[:2] == ("a", "country")}
    assert "FR" in secret

    if not hidden_places(year, hidden, "PPL-06"):
        possible = {
            fr for fr in range(1, 60) for it in range(1, 60) for none in range(60)
            if (fr + it + none == 19 or ("" not in secret and fr + it == 12)) and _effective(40, fr, it) == _effective(40, 3, 9)
        }  # fmt: skip
        assert max(possible) - min(possible) >= WIDTH


def _effective(*visits: int) -> float:
    share = np.array(visits) / sum(visits)
    return release.in_steps("PPL-06", float(np.exp(-(share * np.log(share)).sum())))
