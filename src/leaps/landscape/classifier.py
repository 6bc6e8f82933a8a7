"""Which challenges a text speaks of: a classifier small enough to be explained, word by word.

A challenge is described by passages of the record (its title, the needs that lead from it, their observables and techniques)
and by a few words of our own. Texts and challenges become vectors of terms; a term is a word, its plural taken off, or two
words that stand side by side. The weight of a term is

    (1 + ln count) × ln((1 + texts) / (1 + texts that have it))

and a score is the cosine between a text and a challenge. It is a sum over the terms that both have, so the share of every
word can be shown. Words that nobody used in a challenge take no part, but a text never counts as shorter than `SHORTEST`:
else one word alone could make it certain.

People improve it (Rocchio): the vector of a challenge moves towards the texts that were confirmed for it, by their strength,
and away from those that were rejected.

Nothing is drawn at random, and neither the order of challenges nor of texts or decisions matters.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

THRESHOLD: Final = 0.10
"""Below it nothing is suggested; chosen on the evidence works of the record (`bench/challenge_tags.py`)."""
MOST: Final = 6
"""Suggestions for one text."""
SHORTEST: Final = 9.0
TITLE: Final = 2
"""A word of a title counts as often."""
TOWARDS: Final = 0.6
AWAY: Final = 0.6
FEWEST_LETTERS: Final = 3

STOP: Final = frozenset(
    """
    about above after against all along also although among and any are around asks based been before being below between beside beyond both but can cannot
    could did does doing down due during each either every far few first for found from further had has have having help helped her here high higher his how
    however into its itself kind large less like long lower made make makes making many may might more most much must near new not now off often one only other
    our out over own same several shall she should show showed shown shows since small some still such than that the their them then there these they this
    those three through thus together too two under until upon use used useful uses using various very via was well were what when where whether which while
    who whole why will with within without would yet you your
    analysis approach beamline determine different during effect experiment investigate investigated investigation light measured measurement method new
    novel paper perspective present process property quantification ray recent reported research result role sample situ source studied studies study studying
    synchrotron synthetic technique various vitro vivo work europe european
    """.split()  # noqa: SIM905  a list of words is read more easily than a tuple of strings
)
"""Words that say nothing about a challenge: of the language, and of any paper from a light source."""

_WORD = re.compile(r"[a-z0-9]+")
_KEEP_S: Final = ("ss", "us", "is")


def _stem(word: str) -> str:
    """A word without its plural; batteries and battery are one term."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    if len(word) > FEWEST_LETTERS and word.endswith("s") and not word.endswith(_KEEP_S):
        return word[:-1]
    return word


def terms(text: str) -> list[str]:
    """The terms of a text in their order: single words, and pairs that stand side by side."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found: list[str] = []
    for part in re.split(r"[.;:!?()\n]", plain):
        words = [_stem(word) for word in _WORD.findall(part) if len(word) >= FEWEST_LETTERS and word not in STOP and not word.isdecimal()]
        words = [word for word in words if word not in STOP]
        found += words
        found += [f"{one} {other}" for one, other in pairwise(words)]
    return found


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that describes a challenge: where it stands, and how much it weighs."""

    where: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that somebody confirmed (1 to 3) or rejected (0) for a challenge."""

    challenge: str
    title: str
    body: str
    strength: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that a text and a challenge share: what it adds to the score, and where the challenge has it from.

    A negative weight comes from texts that were rejected.
    """

    word: str
    weight: float
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A challenge that a text may speak of, with its score and what it rests on, the weightiest first."""

    challenge: str
    score: float
    hits: tuple[Hit, ...]


CONFIRMED: Final = "confirmed"
REJECTED: Final = "rejected"


class Classifier:
    """Challenges as vectors, ready to be compared with texts."""

    def __init__(self, challenges: Mapping[str, Sequence[Passage]], background: Iterable[str] = (), judged: Iterable[Judged] = ()) -> None:
        self.challenges: Final = tuple(sorted(challenges))
        judged = list(judged)
        counts = {key: _weighted(challenges[key]) for key in self.challenges}
        texts: Counter[str] = Counter()
        total = 0
        for text in (*({" ".join(passage.text for passage in challenges[key]) for key in self.challenges}), *background):
            total += 1
            texts.update(set(terms(text)))
        known = {term for one in counts.values() for term in one} | {term for one in judged for term in terms(f"{one.title}\n{one.body}")}
        self._place: Final = {term: place for place, term in enumerate(sorted(known))}
        self._rarity: Final = np.array([math.log((1 + total) / (1 + texts[term])) for term in sorted(known)])
        self._where: Final[dict[tuple[str, str], set[str]]] = defaultdict(set)
        rows = [self._unit(counts[key]) for key in self.challenges]
        for key in self.challenges:
            for passage in challenges[key]:
                for term in set(terms(passage.text)):
                    self._where[key, term].add(passage.where)
        self._rows: Final = np.array([self._moved(key, row, judged) for key, row in zip(self.challenges, rows, strict=True)]).reshape(len(rows), len(known))

    def _values(self, counts: Mapping[str, float]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        pairs = sorted((self._place[term], math.log1p(count)) for term, count in counts.items() if term in self._place)
        places = np.array([place for place, _count in pairs], dtype=np.int64)
        return places, np.array([count for _place, count in pairs]) * self._rarity[places]

    def _unit(self, counts: Mapping[str, float]) -> NDArray[np.float64]:
        places, values = self._values(counts)
        row = np.zeros(len(self._place))
        row[places] = values
        length = float(np.linalg.norm(row))
        return row / length if length else row

    def _moved(self, key: str, row: NDArray[np.float64], judged: Sequence[Judged]) -> NDArray[np.float64]:
        """A challenge moved towards the mean of what was confirmed and away from the mean of what was rejected."""
        for strong, step, where in ((True, TOWARDS, CONFIRMED), (False, -AWAY, REJECTED)):
            mine = sorted((one for one in judged if one.challenge == key and bool(one.strength) == strong), key=lambda one: (one.title, one.body, one.strength))
            if not mine:
                continue
            weights = [one.strength / 3 if strong else 1.0 for one in mine]
            mean = np.zeros(len(self._place))
            for one, weight in zip(mine, weights, strict=True):
                counts = counted(one.title, one.body)
                mean += weight * self._unit(counts)
                for term in counts:
                    self._where[key, term].add(where)
            # One text alone moves a challenge little; many move it by the whole step.
            row = row + step * mean / (sum(weights) + 1)
        length = float(np.linalg.norm(row))
        return row / length if length else row

    def _compared(self, title: str, body: str) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
        counts = counted(title, body)
        places, values = self._values(counts)
        length = max(float(np.linalg.norm(values)), SHORTEST)
        shown = sorted((term for term in counts if term in self._place), key=lambda term: self._place[term])
        return shown, places, values / length

    def scores(self, title: str, body: str = "") -> dict[str, float]:
        """The score of every challenge for a text, 0 when they share no word."""
        _shown, places, values = self._compared(title, body)
        found = self._rows[:, places] @ values
        return dict(zip(self.challenges, found.tolist(), strict=True))

    def suggest(self, title: str, body: str = "", *, most: int = MOST, threshold: float = THRESHOLD) -> list[Suggestion]:
        """The challenges that score best, none below the threshold."""
        shown, places, values = self._compared(title, body)
        parts = self._rows[:, places] * values
        found = []
        for place, key in enumerate(self.challenges):
            score = float(parts[place].sum())
            if score >= threshold:
                hits = [
                    Hit(term, float(part), tuple(sorted(self._where[key, term]))) for term, part in zip(shown, parts[place].tolist(), strict=True) if abs(part) > 1e-9
                ]
                found.append(Suggestion(key, score, tuple(sorted(hits, key=lambda hit: (-abs(hit.weight), hit.word)))))
        return sorted(found, key=lambda one: (-round(one.score, 9), one.challenge))[:most]


def counted(title: str, body: str) -> Counter[str]:
    """How often a text has each term; those of its title count twice."""
    found = Counter(terms(body))
    for term in terms(title):
        found[term] += TITLE
    return found


def _weighted(passages: Sequence[Passage]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for passage in sorted(passages, key=lambda one: (one.where, one.text)):
        for term in terms(passage.text):
            found[term] += passage.weight
    return found
