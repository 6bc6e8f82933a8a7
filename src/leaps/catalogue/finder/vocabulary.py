"""The names of the record as sequences of comparable words, for recognising them in a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pycountry

from leaps.catalogue.finder.techniques import TechniqueTree
from leaps.catalogue.finder.text import GENERIC_WORDS, SMALL_WORDS, words
from leaps.catalogue.finder.types import Code, InstrumentFacts

Words = tuple[str, ...]

_MORE_COUNTRY_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "GB": ("UK", "Great Britain", "Britain", "England"),
    "NL": ("Holland",),
    "TR": ("Turkey",),
    "CZ": ("Czech Republic",),
}
_FLAG_PHRASES: Final[Mapping[Code, Sequence[str]]] = {
    Code.REMOTE: ("remote access", "remote", "remotely"),
    Code.MAIL_IN: ("mail-in", "mail-in service", "mail-in access"),
    Code.INDUSTRY: ("industry service", "industrial service", "industry access", "industrial access"),
}
_SAME: Final[Mapping[str, str]] = {"photoelectron": "photoemission", "photoemission": "photoelectron"}
"""Words that name the same thing in the names of techniques."""

_KIND_PHRASES: Final[Mapping[str, Sequence[str]]] = {
    "synchrotron": ("synchrotron", "synchrotron light source"),
    "fel": ("free-electron laser", "FEL", "XFEL"),
    "neutron": ("neutron source", "neutron facility"),
    "laser": ("laser facility", "high-power laser"),
    "muon": ("muon source", "muon facility"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One name: what it stands for and how sure that is (0 the label itself, 3 a loose variant)."""

    code: Code
    value: str
    label: str
    rank: int
    written: str
    exact_case: bool = False


def phrase_words(text: str) -> Words:
    """The words of a name, without small and generic ones."""
    return tuple(w.token for w in words(text) if w.token not in SMALL_WORDS and w.token not in GENERIC_WORDS)


class Vocabulary:
    """Names of techniques, facilities, countries, partnerships, fields and environments in the record."""

    def __init__(
        self,
        instruments: Sequence[InstrumentFacts],
        techniques: TechniqueTree,
        country_names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._entries: dict[Words, list[Entry]] = {}
        self._specificity = {t.id: len(techniques.ancestors(t.id)) for t in techniques}
        self._techniques(techniques)
        self._facilities(instruments)
        self._countries({i.country for i in instruments if i.country}, country_names or {})
        for name in sorted({i.partnership for i in instruments if i.partnership}):
            if name != "other":
                self._add(Entry(Code.PARTNERSHIP, name, name, 0, name, exact_case=True))
        for kind in sorted({i.facility_kind for i in instruments}):
            for phrase in _KIND_PHRASES.get(kind, ()):
                self._add(Entry(Code.KIND, kind, kind, 1, phrase))
        for field in sorted({field for i in instruments for field in i.science_fields}):
            self._add(Entry(Code.FIELD, field, field, 0, field))
        for environment in sorted({e for i in instruments for e in i.sample_environments}):
            if len(phrase_words(environment)) > 1:
                self._add(Entry(Code.ENVIRONMENT, environment, environment, 1, environment))
        for code, phrases in _FLAG_PHRASES.items():
            for phrase in phrases:
                self._add(Entry(code, "yes", phrase, 1, phrase))
        self.longest = max((len(key) for key in self._entries), default=0)

    def _add(self, entry: Entry, key: Words | None = None) -> None:
        key = phrase_words(entry.written) if key is None else key
        if key:
            self._entries.setdefault(key, []).append(entry)

    def _techniques(self, tree: TechniqueTree) -> None:
        for technique in tree:
            if technique.id in tree.grouping:
                continue
            for rank, name in enumerate((technique.label, *technique.alt_labels)):
                own = Entry(Code.TECHNIQUE, technique.id, technique.label, min(rank, 1), name)
                key = phrase_words(name)
                self._add(own, key)
                variants = [key]
                swapped = tuple(_SAME.get(word, word) for word in key)
                if swapped != key:
                    variants.append(swapped)
                for variant in variants:
                    loose = Entry(Code.TECHNIQUE, technique.id, technique.label, 2, name)
                    if variant != key:
                        self._add(loose, variant)
                    if variant[-1:] == ("spectroscopy",) and len(variant) > 2:
                        self._add(loose, variant[:-1])

    def _facilities(self, instruments: Sequence[InstrumentFacts]) -> None:
        names: dict[tuple[str, str], str] = {}
        for instrument in instruments:
            label = instrument.facility_short_name or instrument.facility_name or instrument.facility
            for name in (instrument.facility, instrument.facility_name, instrument.facility_short_name):
                if name and instrument.facility:
                    names[instrument.facility, name] = label
        for (facility, name), label in sorted(names.items()):
            self._add(Entry(Code.FACILITY, facility, label, 0, name))

    def _countries(self, codes: Iterable[str], more: Mapping[str, Sequence[str]]) -> None:
        for code in sorted(codes):
            country = pycountry.countries.get(alpha_2=code)
            # The object answers any attribute name, with a warning where it has none.
            fields = country.__dict__.get("_fields", {}) if country else {}
            found = [fields[key] for key in ("name", "common_name", "official_name") if key in fields]
            label = next(iter(found), code)
            for name in dict.fromkeys([*found, *_MORE_COUNTRY_NAMES.get(code, ()), *more.get(code, ())]):
                if name:
                    self._add(Entry(Code.COUNTRY, code, label, 0, name))

    def find(self, key: Words, written: str) -> tuple[Entry, ...]:
        """What a sequence of words can stand for, best first; `written` is how it stands in the text.

        Names of up to three letters count only in capitals: "CD" is a technique, "cd" hardly.
        """
        shouted = written.isupper()
        found = [
            entry
            for entry in self._entries.get(key, ())
            if (not entry.exact_case or entry.written == written)
            and not (len(key) == 1 and len(key[0]) <= 3 and key[0].isalpha() and not shouted)
        ]
        found.sort(key=lambda e: (e.rank, self._specificity.get(e.value, 0), e.code, e.value))
        seen: set[tuple[Code, str]] = set()
        best = []
        for entry in found:
            if (entry.code, entry.value) not in seen:
                seen.add((entry.code, entry.value))
                best.append(entry)
        return tuple(best)
