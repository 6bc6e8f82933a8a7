"""What an index needs of each instrument, worked out once and used again while its facts stay the same.

An index is put together from pieces by NumPy alone; nearly all the work in Python is in making them.
So a changed record costs the pieces of what changed, and the putting together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from leaps.catalogue.finder.techniques import TechniqueTree
from leaps.catalogue.finder.text import GENERIC_WORDS, SMALL_WORDS, natural, normal, words
from leaps.catalogue.finder.types import Code, InstrumentFacts
from leaps.catalogue.finder.units import canonical

Numbers = npt.NDArray[np.int32]

NUMBERS: Final[tuple[Callable[[InstrumentFacts], float | None], ...]] = (
    lambda i: i.photon_energy_min_ev,
    lambda i: i.photon_energy_max_ev,
    lambda i: i.beam_size_h_um,
    lambda i: i.beam_size_v_um,
    lambda i: i.flux_ph_s,
    lambda i: i.energy_resolution_rel,
)
VALUES: Final[Mapping[Code, Callable[[InstrumentFacts], Sequence[str]]]] = {
    Code.COUNTRY: lambda i: (i.country,),
    Code.FACILITY: lambda i: (i.facility,),
    Code.PARTNERSHIP: lambda i: (i.partnership,),
    Code.KIND: lambda i: (i.facility_kind,),
    Code.SOURCE: lambda i: i.effective_source_kinds,
    Code.DEVICE: lambda i: (i.source_device,),
    Code.FIELD: lambda i: i.science_fields,
    Code.ENVIRONMENT: lambda i: i.sample_environments,
    Code.STATUS: lambda i: (i.status,),
}
FLAG_FACTS: Final[Mapping[Code, Callable[[InstrumentFacts], bool | None]]] = {
    Code.REMOTE: lambda i: i.remote_access,
    Code.MAIL_IN: lambda i: i.mail_in,
    Code.INDUSTRY: lambda i: i.industry_service,
}
FIELD_WEIGHTS: Final[tuple[tuple[float, Callable[[InstrumentFacts], Sequence[str]]], ...]] = (
    (8.0, lambda i: (i.name,)),
    (4.0, lambda i: (i.key,)),
    (4.0, lambda i: i.technique_terms),
    (3.0, lambda i: (i.full_name,)),
    (3.0, lambda i: (i.facility, i.facility_name, i.facility_short_name)),
    (2.0, lambda i: i.science_fields),
    (2.0, lambda i: i.sample_environments),
    (2.0, lambda i: i.detectors),
)
OWN_TECHNIQUE: Final = 4.0
TECHNIQUE_ABOVE: Final = 1.0


class Piece(NamedTuple):
    """One instrument, worked out. Its arrays hold numbers given out by the workshop it was made in."""

    facts: InstrumentFacts
    numbers: tuple[float, ...]
    """In the order of NUMBERS; NaN where not recorded."""
    values: Numbers
    """Every value of every list, techniques with all above them, and each list without any."""
    tokens: Numbers
    weights: npt.NDArray[np.float32]
    forms: Numbers
    """Which of its words are written differently from their token, and how."""
    name_key: tuple[Any, ...]
    facility_key: tuple[Any, ...]


class ValueNumbers:
    """Gives a number to every value of every list; an empty value stands for nothing recorded."""

    def __init__(self) -> None:
        self._of: dict[Code, dict[str, int]] = {}
        self._next = 0

    def __call__(self, code: Code, value: str) -> int:
        """The number of a value."""
        known = self._of.setdefault(code, {})
        if value not in known:
            known[value] = self._next
            self._next += 1
        return known[value]

    def __len__(self) -> int:
        return self._next

    def of(self, code: Code) -> Iterator[tuple[str, int]]:
        """Every value of a list that ever occurred, with its number."""
        return ((value, number) for value, number in self._of.get(code, {}).items() if value)


class WordNumbers:
    """Gives a number to every token, and to every other way in which one was written."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.tokens: list[str] = []
        self.forms: list[tuple[int, str]] = []
        self.lasting: dict[int, str] = {}
        """The words of the techniques and how they are written there: words of the record in any case."""
        self._form_number: dict[tuple[int, str], int] = {}
        self._read: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def __call__(self, text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The numbers of the words of a text, and of those forms in it that differ from their token."""
        found = self._read.get(text)
        if found is None:
            plain = normal(text)
            numbers: list[int] = []
            forms: list[int] = []
            for word in words(plain):
                if word.token in SMALL_WORDS or word.token in GENERIC_WORDS:
                    continue
                number = self._number(word.token)
                numbers.append(number)
                form = plain[word.start : word.end].casefold()
                if form != word.token:
                    forms.append(self._form(number, form))
            found = self._read[text] = (tuple(numbers), tuple(forms))
        return found

    def _number(self, token: str) -> int:
        number = self.number.get(token)
        if number is None:
            number = self.number[token] = len(self.tokens)
            self.tokens.append(token)
        return number

    def _form(self, number: int, form: str) -> int:
        pair = (number, form)
        if pair not in self._form_number:
            self._form_number[pair] = len(self.forms)
            self.forms.append(pair)
        return self._form_number[pair]

    def last(self, text: str) -> tuple[int, ...]:
        """The numbers of the words of a technique's name."""
        numbers, forms = self(text)
        written = dict(self.forms[form] for form in reversed(forms))
        for number in numbers:
            self.lasting.setdefault(number, written.get(number, self.tokens[number]))
        return numbers

    def forget_texts(self) -> None:
        """Let go of the texts read; their numbers stay."""
        self._read = {}


class Workshop:
    """Makes pieces for one hierarchy of techniques; what it numbered once keeps its number."""

    def __init__(self, tree: TechniqueTree) -> None:
        self.tree = tree
        self.values = ValueNumbers()
        self.words = WordNumbers()
        own: dict[str, dict[int, float]] = {
            technique.id: {
                token: OWN_TECHNIQUE
                for label in (technique.label, *technique.alt_labels)
                for token in self.words.last(label)
            }
            for technique in tree
        }
        self._own = own
        self._above = {
            technique.id: frozenset(
                token
                for ancestor in tree.ancestors(technique.id)
                if ancestor != technique.id and ancestor not in tree.grouping
                for token in own[ancestor]
            )
            for technique in tree
        }
        self._technique_values = {
            technique.id: [self.values(Code.TECHNIQUE, above) for above in sorted(tree.ancestors(technique.id))]
            for technique in tree
        }
        for code in (Code.TECHNIQUE, *VALUES, *FLAG_FACTS):
            self.values(code, "")
        for code in FLAG_FACTS:
            self.values(code, "yes")

    def pieces(self, instruments: Iterable[InstrumentFacts], before: Mapping[int, Piece]) -> dict[int, Piece]:
        """A piece for each instrument by id; those made before are taken where the facts are the same."""
        found = {}
        for facts in instruments:
            piece = before.get(facts.id)
            if piece is None or (piece.facts is not facts and piece.facts != facts):
                piece = self._piece(facts)
            found[facts.id] = piece
        self.words.forget_texts()
        return found

    def _piece(self, facts: InstrumentFacts) -> Piece:
        values = {number for key in facts.techniques for number in self._technique_values[key]}
        if not facts.techniques:
            values.add(self.values(Code.TECHNIQUE, ""))
        for code, values_of in VALUES.items():
            recorded = [value for value in values_of(facts) if value]
            values.update(self.values(code, value) for value in recorded or ("",))
        for code, flag_of in FLAG_FACTS.items():
            flag = flag_of(facts)
            if flag is not False:
                values.add(self.values(code, "yes" if flag else ""))
        weights, forms = self._words_of(facts)
        numbers = (of(facts) for of in NUMBERS)
        return Piece(
            facts,
            tuple(float("nan") if number is None else canonical(number) for number in numbers),
            np.array(sorted(values), dtype=np.int32),
            np.array(list(weights), dtype=np.int32),
            np.array(list(weights.values()), dtype=np.float32),
            np.array(sorted(forms), dtype=np.int32),
            (natural(facts.name), facts.facility, facts.key, facts.id),
            natural(facts.facility_short_name or facts.facility_name or facts.facility),
        )

    def _words_of(self, facts: InstrumentFacts) -> tuple[dict[int, float], set[int]]:
        weights: dict[int, float] = {}
        inherited: set[int] = set()
        forms: set[int] = set()
        for key in facts.techniques:
            for token, weight in self._own[key].items():
                weights[token] = weights.get(token, 0.0) + weight
            inherited |= self._above[key]
        for token in inherited:
            weights[token] = weights.get(token, 0.0) + TECHNIQUE_ABOVE
        for weight, texts_of in FIELD_WEIGHTS:
            for text in texts_of(facts):
                if text:
                    found, written = self.words(text)
                    forms.update(written)
                    for token in found:
                        weights[token] = weights.get(token, 0.0) + weight
        return weights, forms


def joined(parts: Sequence[npt.NDArray[Any]]) -> tuple[npt.NDArray[Any], Numbers]:
    """The parts one after the other, and for each entry which part it is of."""
    lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    whose = np.repeat(np.arange(len(parts), dtype=np.int32), lengths)
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32), whose


def grouped(numbers: npt.NDArray[Any], most: int) -> npt.NDArray[np.int64]:
    """The order that puts equal numbers (all below `most`) together and leaves them in their order."""
    # Numbers of 16 bits are sorted in linear time.
    small = numbers.astype(np.uint16) if most <= 2**16 else numbers
    return np.argsort(small, kind="stable")
