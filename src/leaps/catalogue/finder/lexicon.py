"""The words of the record: which instruments a typed word stands for, with forgiving spelling.

A word counts where it stands exactly; the last one, still being typed, also as a beginning. A word
that occurs nowhere is read as the nearest word that does: one slip from four letters on, two from
eight on (a slip is a letter too many, too few, wrong, or two exchanged); words with digits are
never guessed. Failing that, as a beginning.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from leaps.catalogue.finder.pieces import Piece, WordNumbers, grouped, joined
from leaps.catalogue.finder.text import GENERIC_WORDS, SMALL_WORDS, Word, normal, words
from leaps.catalogue.finder.types import Correction, TextMatch

PREFIX_FACTOR: Final = 0.5
CORRECTED_FACTOR: Final = 0.8
_K1: Final = 1.2
_B: Final = 0.3
_REMEMBERED: Final = 10_000


class Lexicon:
    """Postings with precomputed scores: name above techniques above the rest, rare above common."""

    def __init__(self, numbers: WordNumbers, pieces: Sequence[Piece]) -> None:
        """`numbers` gave the words of the pieces their numbers."""
        flat, documents_of = joined([piece.tokens for piece in pieces])
        weight, _ = joined([piece.weights for piece in pieces])
        self.size = len(pieces)
        # Words of instruments that are gone or changed are no longer words of the record.
        alive = np.bincount(flat, minlength=len(numbers.number)) > 0
        alive[list(numbers.lasting)] = True
        by_name = sorted(token for token, number in numbers.number.items() if alive[number])
        self.tokens: tuple[str, ...] = tuple(by_name)
        self._place = {token: place for place, token in enumerate(by_name)}
        place_of = np.zeros(len(numbers.number), dtype=np.int64)
        for place, token in enumerate(by_name):
            place_of[numbers.number[token]] = place

        places = place_of[flat]
        order = grouped(places, len(by_name))
        frequency = np.bincount(places, minlength=len(by_name))
        self._frequency = frequency
        self._surface = _surfaces(numbers, pieces, by_name, frequency)
        self._start = np.concatenate(([0], np.cumsum(frequency)))
        self._documents = documents_of[order]
        weight = weight[order].astype(np.float64)
        length = np.bincount(self._documents, weights=weight, minlength=self.size)
        mean = float(length.mean()) if self.size else 1.0
        norm = (1 - _B) + _B * length / (mean or 1.0)
        rarity = np.log1p((self.size - frequency + 0.5) / (frequency + 0.5))
        self._score = (
            np.repeat(rarity, frequency) * weight * (_K1 + 1) / (weight + _K1 * norm[self._documents])
        )
        self._by_length: dict[int, list[str]] = {}
        for token in by_name:
            if token.isalpha():
                self._by_length.setdefault(len(token), []).append(token)
        self._nearest: dict[str, str | None] = {}

    def __contains__(self, token: object) -> bool:
        return token in self._place

    def begins(self, prefix: str) -> tuple[int, int]:
        """The places of the words with this beginning, half-open."""
        # U+10FFFF sorts after every letter a word can go on with.
        return bisect_left(self.tokens, prefix), bisect_left(self.tokens, prefix + "\U0010ffff")

    def nearest(self, token: str) -> str | None:
        """The word most likely meant by a misspelt one."""
        if token in self._nearest:
            return self._nearest[token]
        limit = 0 if len(token) < 4 or not token.isalpha() else 1 if len(token) < 8 else 2
        found: str | None = None
        if limit:
            choices = [
                choice
                for length in range(len(token) - limit, len(token) + limit + 1)
                for choice in self._by_length.get(length, ())
            ]
            near = process.extract(token, choices, scorer=OSA.distance, score_cutoff=limit, limit=None)
            if near:
                found = min(
                    near,
                    key=lambda hit: (
                        hit[1], hit[0][0] != token[0], -int(self._frequency[self._place[hit[0]]]), hit[0]
                    ),
                )[0]  # fmt: skip
        if len(self._nearest) >= _REMEMBERED:
            self._nearest = {}
        self._nearest[token] = found
        return found

    def wanted(self, text: str) -> list[Word]:
        """The words of a question worth searching; parts that only occur joined are joined."""
        found = [w for w in words(text) if w.token not in SMALL_WORDS and w.token not in GENERIC_WORDS]
        joined: list[Word] = []
        for word in found:
            if joined:
                before = joined[-1]
                both = before.token + word.token
                if both in self._place and not (before.token in self._place and word.token in self._place):
                    joined[-1] = Word(both, before.start, word.end)
                    continue
            joined.append(word)
        return joined

    def _read(self, token: str, last: bool) -> "_Reading":
        """Which words of the record a typed word stands for."""
        exact = token in self._place
        if last and len(token) >= 2 and not (exact and len(token) <= 3):
            low, high = self.begins(token)
            if low < high:
                return _Reading(token if exact else None, 1.0, low, high, None)
        if exact:
            return _Reading(token, 1.0, 0, 0, None)
        nearest = self.nearest(token)
        if nearest is not None:
            return _Reading(nearest, CORRECTED_FACTOR, 0, 0, self._surface[nearest])
        low, high = self.begins(token) if len(token) >= 4 else (0, 0)
        return _Reading(None, 1.0, low, high, None)

    def _scores(self, reading: "_Reading") -> npt.NDArray[np.float64]:
        """The score of one word for every instrument; above zero where it occurs."""
        own = np.zeros(self.size)
        if reading.low < reading.high:
            span = slice(self._start[reading.low], self._start[reading.high])
            np.maximum.at(own, self._documents[span], self._score[span] * PREFIX_FACTOR)
        if reading.exact is not None:
            place = self._place[reading.exact]
            span = slice(self._start[place], self._start[place + 1])
            held = self._documents[span]
            own[held] = np.maximum(own[held], self._score[span] * reading.factor)
        return own

    def search(self, text: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], TextMatch] | None:
        """Which instruments have all the words, their scores, and how the words were read.

        None when there is nothing to search for (only small words).
        """
        text = normal(text)
        wanted = self.wanted(text)
        if not wanted:
            return None
        matched = np.ones(self.size, dtype=np.bool_)
        score = np.zeros(self.size)
        corrections: list[Correction] = []
        unmatched: list[str] = []
        pieces: list[str] = []
        done = 0
        for number, word in enumerate(wanted, start=1):
            typed = text[word.start : word.end]
            reading = self._read(word.token, last=number == len(wanted))
            if reading.shown is not None:
                corrections.append(Correction(typed, reading.shown))
                pieces += [text[done : word.start], reading.shown]
                done = word.end
            elif reading.exact is None and reading.low == reading.high:
                unmatched.append(typed)
            own = self._scores(reading)
            matched &= own > 0
            score += own
        pieces.append(text[done:])
        shown = tuple(text[word.start : word.end] for word in wanted)
        return matched, score, TextMatch(shown, tuple(corrections), tuple(unmatched), "".join(pieces))

    def missing(self, text: str, position: int) -> tuple[str, ...]:
        """The words of a question that one instrument does not have."""
        text = normal(text)
        wanted = self.wanted(text)
        return tuple(
            text[word.start : word.end]
            for number, word in enumerate(wanted, start=1)
            if not self._scores(self._read(word.token, last=number == len(wanted)))[position] > 0
        )


def _surfaces(
    numbers: WordNumbers, pieces: Sequence[Piece], tokens: Sequence[str], frequency: npt.NDArray[np.int64]
) -> dict[str, str]:
    """How each token is written for people: as the techniques do, else plainly if anybody does."""
    forms, _ = joined([piece.forms for piece in pieces])
    counts = np.bincount(forms, minlength=len(numbers.forms))
    written: dict[int, list[str]] = {}
    times: dict[int, int] = {}
    for form in np.flatnonzero(counts).tolist():
        number, word = numbers.forms[form]
        written.setdefault(number, []).append(word)
        times[number] = times.get(number, 0) + int(counts[form])
    found = {}
    for place, token in enumerate(tokens):
        number = numbers.number[token]
        plain = times.get(number, 0) < frequency[place]
        found[token] = numbers.lasting.get(number) or (token if plain else min(written[number]))
    return found


class _Reading(NamedTuple):
    """What a typed word stands for: one word, the words from `low` to `high`, or both."""

    exact: str | None
    factor: float
    low: int
    high: int
    shown: str | None
