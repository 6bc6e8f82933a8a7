"""Keyed hashes and sketches: same person, same key; other year, other key; counts within their bounds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.indicators.formulas import sketches
from leaps.indicators.formulas.checks import OutOfRange

SECRET = b"a secret of the league for tests only"
KEY = sketches.year_key(SECRET, "leaps", 2025)
ORCID = "0000-0002-1825-0097"  # Josiah Carberry, the fictitious person of ORCID's own documentation


def orcid(number: int) -> str:
    """A number in the block reserved for ORCID, with its check digit (ISO 7064 mod 11-2)."""
    number += 15_000_000
    total = 0
    for digit in f"{number:015d}":
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    text = f"{number:015d}{'X' if check == 10 else check}"
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


@pytest.mark.parametrize(
    "written",
    [
        ORCID,
        " https://orcid.org/0000-0002-1825-0097/ ",
        "http://orcid.org/0000-0002-1825-0097",
        "0000000218250097",
        "orcid:0000-0002-1825-0097",
        "0000 0002 1825 0097",
    ],
)
def test_person_key_is_the_same_however_written(written: str) -> None:
    assert sketches.person_key(written, KEY) == sketches.person_key(ORCID, KEY)


def test_person_key_takes_a_small_x() -> None:
    assert sketches.person_key("0000-0002-1694-233x", KEY) == sketches.person_key("0000-0002-1694-233X", KEY)


def test_person_key_differs_by_year_league_and_secret() -> None:
    keys = {
        sketches.person_key(ORCID, sketches.year_key(secret, league, year))
        for secret in (SECRET, SECRET[::-1])
        for league in ("leaps", "lens")
        for year in (2024, 2025)
    }
    assert len(keys) == 8


@pytest.mark.parametrize("wrong", ["0000-0002-1825-0098", "Josiah Carberry", "", "0000-0002-1825", "٠" * 16])
def test_person_key_refuses_what_is_no_orcid(wrong: str) -> None:
    with pytest.raises(sketches.InvalidOrcid, match="is not an ORCID iD"):
        sketches.person_key(wrong, KEY)
    assert sketches.person_keys([wrong, None, ORCID], KEY) == [None, None, sketches.person_key(ORCID, KEY)]


def test_short_secret_is_refused() -> None:
    with pytest.raises(OutOfRange, match="at least 32 bytes"):
        sketches.year_key(b"short", "leaps", 2025)


people = st.frozensets(st.integers(0, 10**6), max_size=60)


def sketched(numbers: frozenset[int]) -> sketches.Sketch:
    return sketches.sketch(sketches.person_keys([orcid(n) for n in numbers], KEY), KEY)


@settings(max_examples=40)
@given(st.lists(people, min_size=1, max_size=5))
def test_merged_sketches_count_the_union(groups: list[frozenset[int]]) -> None:
    parts = [sketched(group) for group in groups]
    union = frozenset().union(*groups)

    merged = sketches.estimate(sketches.merge(parts))

    # Below a few hundred persons the count is exact up to the interpolation of the library.
    assert merged.value == pytest.approx(len(union), abs=0.1)
    assert sketches.estimate(sketches.merge(parts[::-1])).value == pytest.approx(merged.value)
    assert sketches.estimate(sketches.merge([*parts, parts[0]])).value == pytest.approx(merged.value)


def test_large_sketch_stays_within_its_error() -> None:
    keys = [sketches.person_key(orcid(n), KEY) for n in range(30_000)]
    halves = [sketches.sketch(keys[:20_000], KEY), sketches.sketch(keys[10_000:], KEY)]

    result = sketches.estimate(sketches.merge(halves), deviations=3)

    assert 30_000 in result
    assert result.high - result.low < 30_000 * 0.11
    assert len(sketches.merge(halves).to_bytes()) < 4300


def test_sketch_survives_its_bytes_and_notices_damage() -> None:
    one = sketched(frozenset(range(500)))
    content = one.to_bytes()

    assert sketches.Sketch.from_bytes(content) == one
    for broken in (
        b"",
        content[:-1],
        content[:20],
        content[:-1] + bytes([content[-1] ^ 1]),
        b"PAR1" + content,
    ):
        with pytest.raises(sketches.BrokenSketch):
            sketches.Sketch.from_bytes(broken)


@settings(max_examples=200)
@given(st.binary(max_size=64))
def test_foreign_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(sketches.BrokenSketch):
        sketches.Sketch.from_bytes(content)


def test_sketches_of_two_years_are_not_merged() -> None:
    other = sketches.sketch([], sketches.year_key(SECRET, "leaps", 2026))

    with pytest.raises(sketches.DifferentKeys):
        sketches.merge([sketched(frozenset()), other])
    with pytest.raises(OutOfRange):
        sketches.merge([])


def test_unreadable_sketch_is_refused() -> None:
    with pytest.raises(sketches.BrokenSketch):
        sketches.estimate(sketches.Sketch(sketches.key_mark(KEY), b"\x01\x02\x03"))
