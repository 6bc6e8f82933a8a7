"""From what was bought to the trade of who sold it: proposals by plain rules, each with its reason, for a person to decide.

Codes of the Common Procurement Vocabulary (CPV 2008) say what was bought; which trade makes or provides that is
our reading (`cpv.csv`), and so are the words (`keywords.csv`). A proposal is never a decision.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from leaps.indicators.economy import nace

_HERE = Path(__file__).parent
_CPV = re.compile(r"^\d{2,8}(-\d)?$")
_WORD = re.compile(r"[^\W\d_]{3,}")

GIVEN = 1.0
AGREED = 0.95
BY_LONG_CODE = 0.9
BY_CODE = 0.75
BY_WORD = 0.6
BY_SPELLING = 0.45
DISPUTED = 0.55
NOTHING = 0.0
ALIKE = 88  # of 100, below which two words are two words
SHORTEST_FORGIVEN = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A division of NACE Rev. 2 (empty: nothing is known), how sure the rule is in 0..1, and why, in words."""

    division: str
    score: float
    reason: str


@cache
def _codes() -> dict[str, tuple[str, str]]:
    with (_HERE / "cpv.csv").open(encoding="utf-8", newline="") as stream:
        return {row["prefix"]: (row["division"], row["title"]) for row in csv.DictReader(stream)}


@cache
def _keywords() -> dict[str, str]:
    with (_HERE / "keywords.csv").open(encoding="utf-8", newline="") as stream:
        return {word: row["division"] for row in csv.DictReader(stream) for word in row["words"].split()}


def propose(*, nace_code: str = "", cpv: str = "", words: str = "") -> Proposal:
    """The likeliest trade of a supplier.

    In this order: the NACE class that the order itself names; the longest CPV code known; words in what was
    bought, first as they stand, then with a slip of spelling. Code and words that agree are surer than either;
    where they do not, the code wins and the reason says so.
    """
    given = _given(nace_code)
    if given:
        return Proposal(given, GIVEN, _("The order names NACE %(code)s.") % {"code": nace_code.strip()})
    by_code, by_words = _by_code(cpv), _by_words(words)
    if by_code is None and by_words is None:
        return Proposal("", NOTHING, _("Neither code nor words tell anything."))
    if by_code is None or by_words is None:
        return by_code or by_words or Proposal("", NOTHING, "")
    if by_code.division == by_words.division:
        return Proposal(by_code.division, AGREED, f"{by_code.reason} {by_words.reason}")
    other = _("But words point to %(division)s: %(reason)s") % {"division": by_words.division, "reason": by_words.reason}
    return Proposal(by_code.division, DISPUTED, f"{by_code.reason} {other}")


def _given(code: str) -> str:
    digits = code.strip().lstrip("ABCDEFGHIJKLMNOPQRSTU")[:2]
    return digits if digits in nace.divisions() else ""


def _by_code(cpv: str) -> Proposal | None:
    digits = cpv.strip()
    if not _CPV.match(digits):
        return None
    digits = digits.partition("-")[0]
    known = _codes()
    for length in range(len(digits), 1, -1):
        found = known.get(digits[:length])
        if found:
            division, title = found
            told = {"code": digits[:length], "title": title, "division": division}
            reason = _("CPV %(code)s, %(title)s, comes from trade %(division)s.") % told
            return Proposal(division, BY_LONG_CODE if length > 2 else BY_CODE, reason)
    return None


def _by_words(words: str) -> Proposal | None:
    """The trade that most of the words point to; of several with as many, the first to be named."""
    known = _keywords()
    spoken = [word.lower() for word in _WORD.findall(words)]
    exact = [(word, known[word], word) for word in spoken if word in known]
    if exact:
        return _voted(exact, BY_WORD)
    close = []
    for word in spoken:
        if len(word) < SHORTEST_FORGIVEN:
            continue
        match = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if match:
            close.append((word, known[match[0]], match[0]))
    return _voted(close, BY_SPELLING) if close else None


def _voted(found: Iterable[tuple[str, str, str]], score: float) -> Proposal:
    votes: dict[str, list[tuple[str, str]]] = {}
    for word, division, meant in found:
        votes.setdefault(division, []).append((word, meant))
    division, speakers = max(votes.items(), key=lambda item: len(item[1]))
    quoted = ", ".join(dict.fromkeys(f"“{word}”" if word == meant else f"“{word}” (“{meant}”)" for word, meant in speakers))
    return Proposal(division, score, _("The words %(words)s point to trade %(division)s.") % {"words": quoted, "division": division})
