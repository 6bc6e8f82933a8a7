"""From a sentence to filters: "ARPES at 90 eV with a spot below 10 µm, running next autumn".

Only proposes: the caller shows each suggestion so that it can be taken back. What is not
recognised stays as free text.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from leaps.catalogue.finder import units
from leaps.catalogue.finder.quantities import DASH, NUMBER, POWER, UNIT, read_energy, read_length, read_number
from leaps.catalogue.finder.query import FLAGS, LISTS, MAX_TEXT, Query
from leaps.catalogue.finder.text import GENERIC_WORDS, SMALL_WORDS, normal, words
from leaps.catalogue.finder.types import Code
from leaps.catalogue.finder.vocabulary import Vocabulary

_ANY_CASE: Final = re.IGNORECASE
_BELOW: Final = (
    r"(?:<=?|≤|≲|below|under|less\s+than|smaller\s+than|at\s+most|up\s+to|max(?:imum)?\.?|finer\s+than|"
    r"better\s+than|down\s+to|(?:no|not)\s+(?:more|larger|bigger)\s+than)"
)
_ABOVE: Final = (
    r"(?:>=?|≥|≳|above|over|more\s+than|larger\s+than|bigger\s+than|higher\s+than|at\s+least|min(?:imum)?\.?|"
    r"beyond|from)"
)
_ABOUT: Final = r"(?:(?:of|is|to|a|the|about|around|approximately|roughly|ca\.?|~|≈|=|:)\s*)"
_LENGTH_UNIT: Final = (
    r"(?:[nN][mM]|[uµμ][mM]|[mM][mM]|(?i:nanomet(?:er|re)s?|micromet(?:er|re)s?|microns?|millimet(?:er|re)s?))"
    r"(?![^\W_])"
)
_LENGTH: Final = rf"(?P<number>{NUMBER})(?:\s*[x×*]\s*(?P<other>{NUMBER}))?\s*(?P<unit>{_LENGTH_UNIT})"
_SIZE: Final = r"(?:beam\s*spot|focal\s+spot|spot|beam|focus(?:s?ed)?|focal|probe|footprint)(?:[\s-]+(?:spot|beam|size|diameter))*"
_NOT_INSIDE: Final = r"(?<![\w.,])"

_SPOT_FIRST: Final = re.compile(
    rf"\b{_SIZE}\s*(?:,\s*)?{_ABOUT}*(?:{_BELOW}\s*)?{_ABOUT}*{_LENGTH}", _ANY_CASE
)
_SPOT_LAST: Final = re.compile(rf"{_NOT_INSIDE}(?:{_BELOW}\s*)?{_LENGTH}[\s-]*{_SIZE}\b", _ANY_CASE)
_BARE_LENGTH: Final = re.compile(
    rf"{_NOT_INSIDE}(?P<compare>{_BELOW}|{_ABOVE})?\s*{_LENGTH}(?!\s*{DASH}\s*[0-9])", _ANY_CASE
)
_LONG_WAVES: Final = re.compile(r"\b(?:infra-?red|ir|wave-?lengths?|thz|terahertz|λ)\b", _ANY_CASE)
_ENERGY: Final = re.compile(
    rf"{_NOT_INSIDE}(?:(?P<between>between)\s+|(?P<compare>{_BELOW}|{_ABOVE})\s*)?{_ABOUT}*"
    rf"(?P<all>{NUMBER}\s*(?:{UNIT})?(?:\s*(?P<dash>{DASH})\s*{NUMBER})?\s*{UNIT})",
    _ANY_CASE,
)
_RESOLUTION_FOLLOWS: Final = re.compile(r"\s*(?:energy\s+)?resolution\b", _ANY_CASE)
_FLUX: Final = re.compile(
    rf"(?:\bflux\s*(?:{_ABOVE}\s*)?{_ABOUT}*|{_NOT_INSIDE}(?:{_ABOVE}\s*)?)(?P<number>{POWER})\s*"
    r"(?:ph(?:otons?)?\.?\s*(?:/\s*s(?:ec(?:ond)?)?|per\s+second|s-1|s\^-1|s⁻¹)\b)(?:\s*flux\b)?",
    _ANY_CASE,
)
_POWER_OF_RESOLVING: Final = re.compile(
    rf"\bresolving\s+power\s*(?:{_ABOVE}\s*)?{_ABOUT}*(?P<number>{POWER})", _ANY_CASE
)
_RELATIVE: Final = re.compile(
    rf"(?:\b(?:energy\s+)?resolution\s*)?(?:[ΔδdD][eE]\s*/\s*[eE])\s*(?:{_BELOW}\s*)?{_ABOUT}*(?P<number>{POWER})"
)
_MONTHS: Final = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_RUNS: Final = r"(?:(?:is\s+|be\s+)?(?:running|open|available|operating|beamtime)\s+)?"
_PERIOD: Final = re.compile(
    rf"\b{_RUNS}(?P<lead>(?:in|during|for|throughout)\s+)?(?:the\s+)?(?P<which>next|this|coming)?\s*"
    rf"\b(?P<name>{'|'.join([*_SEASONS, *_MONTHS])}|year|month)\b(?:\s+(?:of\s+)?(?P<year>20[0-9]{{2}}))?",
    _ANY_CASE,
)
_YEAR: Final = re.compile(
    r"\b(?:(?:running|open|available|operating|beamtime)\s+(?:in|during|for|throughout)|in|during|throughout)\s+"
    r"(?P<year>20[0-9]{2})\b(?!-)",
    _ANY_CASE,
)
_AROUND_NUMBERS: Final = frozenset(
    [
        "photon",
        "energy",
        "energies",
        "wavelength",
        "wavelengths",
        "range",
        "spot",
        "beam",
        "size",
        "focus",
        "focal",
        "focused",
        "between",
        "below",
        "above",
        "under",
        "over",
        "less",
        "more",
        "than",
        "smaller",
        "larger",
        "most",
        "least",
        "up",
        "running",
        "open",
        "available",
        "about",
        "around",
        "flux",
        "resolution",
        "is",
        "be",
    ]
)


@dataclass(frozen=True)
class Suggestion:
    """One proposed filter: the words it stands for and what it sets in a Query.

    Lists (`LISTS`, techniques) get `value` added, and `label` is its name; `others` are further
    values the same words could mean. For the rest `changes` are the Query fields to set.
    """

    code: Code
    phrase: str
    value: str = ""
    label: str = ""
    others: tuple[str, ...] = ()
    changes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def apply(self, query: Query) -> Query:
        """The query with this filter added."""
        if self.code is Code.TECHNIQUE or self.code in LISTS:
            return query.with_values(self.code, (*query.values(self.code), self.value))
        return replace(query, **self.changes)  # type: ignore[arg-type]


class Understood(NamedTuple):
    """What is left as free text, and the filters proposed for the rest."""

    rest: str
    suggestions: tuple[Suggestion, ...]

    def apply(self, query: Query) -> Query:
        """The query with all suggestions, and its text replaced by what is left."""
        for suggestion in self.suggestions:
            query = suggestion.apply(query)
        return replace(query, text=self.rest)


def understand(text: str, vocabulary: Vocabulary, *, today: date | None = None) -> Understood:
    """Recognise quantities, periods and names of the record in a sentence.

    Without `today` periods need a year. Never raises; text beyond 200 characters is left out.
    """
    sentence = _Sentence(normal(text)[:MAX_TEXT])
    sentence.beam_size()
    sentence.flux()
    sentence.resolution()
    sentence.energy()
    sentence.period(today)
    quantities = bool(sentence.suggestions)
    sentence.names(vocabulary)
    if not sentence.suggestions:
        return Understood(" ".join(sentence.text.split()), ())
    return Understood(
        sentence.rest(quantities), tuple(s for _, s in sorted(sentence.suggestions, key=lambda p: p[0]))
    )


class _Sentence:
    """A text of which more and more is understood; `used` spans are not read again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.used: list[tuple[int, int]] = []
        self.suggestions: list[tuple[int, Suggestion]] = []

    def _free(self, start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in self.used)

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for match in pattern.finditer(self.text):
            if self._free(match.start(), match.end()):
                yield match

    def _propose(self, match: re.Match[str], code: Code, changes: Mapping[str, object]) -> None:
        self.used.append((match.start(), match.end()))
        phrase = match.group().strip()
        self.suggestions.append(
            (match.start(), Suggestion(code, phrase, changes=MappingProxyType(dict(changes))))
        )

    def beam_size(self) -> None:
        for pattern in (_SPOT_FIRST, _SPOT_LAST):
            for match in self._matches(pattern):
                if self._propose_size(match):
                    return
        if _LONG_WAVES.search(self.text):
            return  # then 10 µm is a wavelength
        for match in self._matches(_BARE_LENGTH):
            above = match["compare"] and re.fullmatch(_ABOVE, match["compare"], _ANY_CASE)
            if units.length_unit(match["unit"]) == "nm" or above:
                continue
            if self._propose_size(match):
                return

    def _propose_size(self, match: re.Match[str]) -> bool:
        sizes = [
            read_length(f"{number}{match['unit']}") for number in (match["number"], match["other"]) if number
        ]
        known = [size for size in sizes if size is not None and 1e-6 <= size <= 1e9]
        if not known or len(known) != len(sizes):
            return False
        self._propose(match, Code.BEAM_SIZE, {"beam_size_max_um": max(known)})
        return True

    def _number(self, pattern: re.Pattern[str], code: Code, name: str, of: Callable[[float], float]) -> None:
        limits = {"flux_min_ph_s": (1e-3, 1e30), "resolution_max_rel": (1e-15, 10.0)}[name]
        for match in self._matches(pattern):
            number = read_number(match["number"])
            if number is not None and number > 0 and limits[0] <= of(number) <= limits[1]:
                self._propose(match, code, {name: of(number)})
                return

    def flux(self) -> None:
        self._number(_FLUX, Code.FLUX, "flux_min_ph_s", lambda number: number)

    def resolution(self) -> None:
        for pattern, of in ((_POWER_OF_RESOLVING, lambda n: units.canonical(1 / n)), (_RELATIVE, float)):
            if not any(s.code is Code.RESOLUTION for _, s in self.suggestions):
                self._number(pattern, Code.RESOLUTION, "resolution_max_rel", of)

    def energy(self) -> None:
        width: tuple[re.Match[str], float] | None = None
        single: float | None = None
        found = False
        for match in self._matches(_ENERGY):
            if (match["dash"] or "").lower() == "and" and not match["between"]:
                continue
            read = read_energy(match["all"], "")
            if read is None or not all(1e-15 <= n <= 1e15 for n in read[:2] if n is not None):
                continue
            low, high, unit = read
            energies = [units.to_ev(n, unit) for n in (low, high) if n is not None]
            if not all(units.MIN_ENERGY_EV <= e <= units.MAX_ENERGY_EV for e in energies):
                continue
            if _RESOLUTION_FOLLOWS.match(self.text, match.end()):
                width = width or (match, energies[0])
                continue
            if found or (unit == "µm" and not _LONG_WAVES.search(self.text)):
                continue
            found = True
            compare = match["compare"]
            if compare and low == high:
                if re.fullmatch(_BELOW, compare, _ANY_CASE):
                    low = None
                else:
                    high = None
            elif low == high:
                single = energies[0]
            self._propose(match, Code.ENERGY, {"energy_min": low, "energy_max": high, "energy_unit": unit})
        if width is not None and single is not None and 1e-15 <= width[1] / single <= 10:
            match = width[0]
            self._propose(match, Code.RESOLUTION, {"resolution_max_rel": units.canonical(width[1] / single)})

    def period(self, today: date | None) -> None:
        for match in self._matches(_PERIOD):
            span = _named_period(match, today)
            if span is not None:
                self._propose(match, Code.RUNNING, {"running_from": span[0], "running_to": span[1]})
                return
        for match in self._matches(_YEAR):
            year = int(match["year"])
            self._propose(
                match, Code.RUNNING, {"running_from": date(year, 1, 1), "running_to": date(year, 12, 31)}
            )
            return

    def names(self, vocabulary: Vocabulary) -> None:
        found = [
            w
            for w in words(self.text)
            if w.token not in SMALL_WORDS and w.token not in GENERIC_WORDS and self._free(w.start, w.end)
        ]
        place = 0
        while place < len(found):
            for length in range(min(vocabulary.longest, len(found) - place), 0, -1):
                part = found[place : place + length]
                start, end = part[0].start, part[-1].end
                written = self.text[start:end]
                entries = (
                    vocabulary.find(tuple(w.token for w in part), written) if self._free(start, end) else ()
                )
                if entries:
                    best = entries[0]
                    others = tuple(
                        e.value for e in entries[1:] if e.code is best.code and e.rank == best.rank
                    )
                    changes = {FLAGS[best.code]: True} if best.code in FLAGS else {}
                    suggestion = Suggestion(
                        best.code, written, best.value, best.label, others, MappingProxyType(changes)
                    )
                    if all(s.code is not best.code or s.value != best.value for _, s in self.suggestions):
                        self.suggestions.append((start, suggestion))
                    self.used.append((start, end))
                    place += length
                    break
            else:
                place += 1

    def rest(self, quantities: bool) -> str:
        """The words nothing was made of, without those that only served what was understood."""
        left = []
        for word in words(self.text):
            if (
                not self._free(word.start, word.end)
                or word.token in SMALL_WORDS
                or word.token in GENERIC_WORDS
            ):
                continue
            written = self.text[word.start : word.end]
            if quantities and written.casefold() in _AROUND_NUMBERS:
                continue
            left.append(written)
        return " ".join(left)


def _named_period(match: re.Match[str], today: date | None) -> tuple[date, date] | None:
    name, which = match["name"].lower(), (match["which"] or "").lower()
    year = int(match["year"]) if match["year"] else None
    if name in {"year", "month"}:
        if today is None or year is not None or not which:
            return None
        if name == "year":
            wanted = today.year + (which != "this")
            return date(wanted, 1, 1), date(wanted, 12, 31)
        first = today.replace(day=1)
        return _months(first if which == "this" else _after(first, 1), 1)
    count = 3 if name in _SEASONS else 1
    month = _SEASONS.get(name) or _MONTHS[name]
    if year is not None:
        return _months(date(year, month, 1), count)
    # "may", "march" and "fall" are words of their own; a lone name needs a lead such as "in" or "next".
    if today is None or not (which or match["lead"]):
        return None
    for candidate in range(today.year - 1, today.year + 3):
        first, last = _months(date(candidate, month, 1), count)
        if first > today or (which != "next" and last >= today):
            return first, last
    return None


def _after(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _months(first: date, count: int) -> tuple[date, date]:
    return first, _after(first, count) - timedelta(days=1)
