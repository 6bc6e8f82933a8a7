"""Proposals of a trade: each rule, its reason and how sure it is."""

import csv
from pathlib import Path

import pytest

from leaps.indicators.economy import nace, trades

HERE = Path(trades.__file__).parent


@pytest.mark.parametrize(
    ("told", "division", "score", "words"),
    [
        ({"nace_code": "C26.51"}, "26", trades.GIVEN, "names NACE C26.51"),
        ({"nace_code": "62"}, "62", trades.GIVEN, "names NACE 62"),
        ({"cpv": "38"}, "26", trades.BY_CODE, "laboratory, optical and precision"),
        ({"cpv": "38341300-0"}, "26", trades.BY_CODE, "CPV 38"),
        ({"cpv": "33600000"}, "21", trades.BY_LONG_CODE, "pharmaceutical"),
        ({"cpv": "45231000"}, "42", trades.BY_LONG_CODE, "CPV 4523"),
        ({"words": "Turbomolecular vacuum pump, refurbished"}, "28", trades.BY_WORD, "“vacuum”, “pump”"),
        ({"words": "spectrometre"}, "26", trades.BY_SPELLING, "“spectrometre” (“spectrometer”)"),
        ({"cpv": "42122000", "words": "two pumps"}, "28", trades.AGREED, "“pumps”"),
        ({"cpv": "42122000", "words": "catering"}, "28", trades.DISPUTED, "words point to 56"),
        ({"cpv": "99999999", "words": "xyz"}, "", trades.NOTHING, "Neither"),
        ({"cpv": "not a code"}, "", trades.NOTHING, "Neither"),
        ({"nace_code": "C04", "words": "crane"}, "28", trades.BY_WORD, "“crane”"),
        ({}, "", trades.NOTHING, "Neither"),
    ],
)  # fmt: skip
def test_the_rules(told: dict[str, str], division: str, score: float, words: str) -> None:
    found = trades.propose(**told)

    assert (found.division, found.score) == (division, score)
    assert words in found.reason


def test_every_rule_leads_to_a_division_that_exists() -> None:
    for name in ("cpv.csv", "keywords.csv"):
        with (HERE / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert rows
        assert all(row["division"] in nace.divisions() for row in rows)


def test_no_word_belongs_to_two_trades() -> None:
    with (HERE / "keywords.csv").open(encoding="utf-8", newline="") as stream:
        words = [word for row in csv.DictReader(stream) for word in row["words"].split()]

    assert len(words) == len(set(words))


def test_the_same_words_always_give_the_same_answer() -> None:
    assert trades.propose(words="pump laser") == trades.propose(words="pump laser")
    assert trades.propose(words="pump laser").division == "28"
