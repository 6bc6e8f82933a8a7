"""What a person asks the finder, and the address that says it.

Inside a list any value will do (Sweden or Denmark); between lists everything must hold. Techniques
are the exception: each one asked for must be there, itself or one of its PaNET descendants.
"""

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rapidfuzz import process

from leaps.catalogue.finder import units, words
from leaps.catalogue.finder.quantities import read_energy, read_length, read_number
from leaps.catalogue.finder.text import normal
from leaps.catalogue.finder.types import Code, Condition
from leaps.core.errors import Problem

MAX_TEXT: Final = 200
MAX_VALUES: Final = 50
MAX_VALUE_LENGTH: Final = 120
_LIKE: Final = 75
"""From which likeness on (of 100) a known value is offered instead of an unknown one."""

STATUSES: Final = ("operating", "commissioning", "planned", "closed")
SORTS: Final = ("relevance", "name", "facility", "country", "energy_min", "beam_size", "flux", "resolution")

LISTS: Final[Mapping[Code, str]] = {
    Code.COUNTRY: "countries",
    Code.FACILITY: "facilities",
    Code.PARTNERSHIP: "partnerships",
    Code.KIND: "facility_kinds",
    Code.SOURCE: "source_kinds",
    Code.DEVICE: "source_devices",
    Code.FIELD: "science_fields",
    Code.ENVIRONMENT: "sample_environments",
    Code.STATUS: "statuses",
}
"""The conditions made of a list of values, in the order of the address, and their Query attribute."""

FLAGS: Final[Mapping[Code, str]] = {
    Code.REMOTE: "remote",
    Code.MAIL_IN: "mail_in",
    Code.INDUSTRY: "industry",
}
"""The conditions that only ask for yes, and their Query attribute."""

_WITH_COMMAS: Final = frozenset({Code.TECHNIQUE, Code.COUNTRY, Code.FACILITY, Code.STATUS, Code.KIND})
_TECHNIQUE: Final = re.compile(r"(?:https?://purl\.org/pan-science/PaNET/)?PaNET:?([0-9]{5})", re.IGNORECASE)
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]+")


def _tidy(text: str) -> str:
    """One line, single blanks, composed letters: equal questions have equal addresses."""
    return _CONTROL.sub(" ", normal(text)).strip()


@dataclass(frozen=True)
class Query:
    """A question to the finder, always in canonical form: lists sorted, without repetitions.

    `energy_min` and `energy_max` are the lower and upper number in `energy_unit` as entered; for a
    wavelength the lower number is the higher energy. `energy_ev` gives the interval in eV.
    The period includes both days; without `running_to` it is open-ended.
    """

    text: str = ""
    techniques: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    partnerships: tuple[str, ...] = ()
    facility_kinds: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ()
    source_devices: tuple[str, ...] = ()
    science_fields: tuple[str, ...] = ()
    sample_environments: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    energy_min: float | None = None
    energy_max: float | None = None
    energy_unit: str = "eV"
    beam_size_max_um: float | None = None
    flux_min_ph_s: float | None = None
    resolution_max_rel: float | None = None
    remote: bool = False
    mail_in: bool = False
    industry: bool = False
    running_from: date | None = None
    running_to: date | None = None
    sort: str = "relevance"
    descending: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _tidy(self.text))
        for name in ("techniques", *LISTS.values()):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    @property
    def energy_ev(self) -> tuple[float | None, float | None]:
        """The interval asked for in canonical eV, lowest first; None where it is open."""
        low = None if self.energy_min is None else units.to_ev(self.energy_min, self.energy_unit)
        high = None if self.energy_max is None else units.to_ev(self.energy_max, self.energy_unit)
        return (high, low) if self.energy_unit in units.WAVELENGTH_UNITS else (low, high)

    def with_energy_ev(self, low: float | None, high: float | None) -> "Query":
        """The same question with another energy interval, in the unit it was asked in."""
        first, last = (high, low) if self.energy_unit in units.WAVELENGTH_UNITS else (low, high)
        return replace(
            self,
            energy_min=None if first is None else units.from_ev(first, self.energy_unit),
            energy_max=None if last is None else units.from_ev(last, self.energy_unit),
        )

    def in_unit(self, unit: str) -> "Query":
        """The same question with the energy shown in another unit."""
        low, high = self.energy_ev
        return replace(self, energy_unit=unit).with_energy_ev(low, high)

    def values(self, code: Code) -> tuple[str, ...]:
        """The values asked for in a list (or the techniques); empty when it is not asked for."""
        if code is Code.TECHNIQUE:
            return self.techniques
        name = LISTS.get(code)
        return getattr(self, name) if name else ()

    def with_values(self, code: Code, values: Iterable[str]) -> "Query":
        """The same question with other values in one list; links of facets are made with it."""
        name = "techniques" if code is Code.TECHNIQUE else LISTS[code]
        return replace(self, **{name: tuple(values)})  # type: ignore[arg-type]

    def without(self, condition: Condition) -> "Query":
        """The same question without one of its conditions."""
        code = condition.code
        if code is Code.TECHNIQUE:
            return self.with_values(code, (t for t in self.techniques if t != condition.value))
        if code in LISTS:
            return self.with_values(code, ())
        if code in FLAGS:
            return replace(self, **{FLAGS[code]: False})  # type: ignore[arg-type]
        if code is Code.TEXT:
            return replace(self, text="")
        if code is Code.ENERGY:
            return replace(self, energy_min=None, energy_max=None)
        if code is Code.BEAM_SIZE:
            return replace(self, beam_size_max_um=None)
        if code is Code.FLUX:
            return replace(self, flux_min_ph_s=None)
        if code is Code.RESOLUTION:
            return replace(self, resolution_max_rel=None)
        return replace(self, running_from=None, running_to=None)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything asked for, in the order of the address. Free text is there if it has any letter."""
        found: list[Condition] = []
        if self.text:
            found.append(Condition(Code.TEXT))
        found += [Condition(Code.TECHNIQUE, technique) for technique in self.techniques]
        found += [Condition(code) for code, name in LISTS.items() if getattr(self, name)]
        if self.energy_min is not None or self.energy_max is not None:
            found.append(Condition(Code.ENERGY))
        if self.beam_size_max_um is not None:
            found.append(Condition(Code.BEAM_SIZE))
        if self.flux_min_ph_s is not None:
            found.append(Condition(Code.FLUX))
        if self.resolution_max_rel is not None:
            found.append(Condition(Code.RESOLUTION))
        found += [Condition(code) for code, name in FLAGS.items() if getattr(self, name)]
        if self.running_from is not None:
            found.append(Condition(Code.RUNNING))
        return tuple(found)


def parse(
    params: Mapping[str, Sequence[str]], known: Mapping[Code, Collection[str]] | None = None
) -> tuple[Query, tuple[Problem, ...]]:
    """The question an address asks, and what in it could not be read.

    Never raises. What is wrong is left out with a Problem that names parameter, value and cure; the
    rest still counts. Parameters that are not the finder's are not looked at. With `known` (see
    `Index.values`) values that do not occur in the record are left out with a Problem too, and
    capitals do not matter. Beyond the canonical parameters it reads `energy=8-12 keV`, and units
    written behind a number (`energy_min=8 keV`, `beam_size_max=500 nm`).
    """
    reader = _Reader(params)
    text = reader.text("q")
    lists = {"techniques": reader.values(Code.TECHNIQUE, known)}
    lists |= {name: reader.values(code, known) for code, name in LISTS.items()}
    energy_min, energy_max, energy_unit = reader.energy()
    running_from, running_to = reader.period()
    sort, descending = reader.sort()
    query = Query(
        text=text,
        **lists,
        energy_min=energy_min,
        energy_max=energy_max,
        energy_unit=energy_unit,
        beam_size_max_um=reader.beam_size(),
        flux_min_ph_s=reader.number("flux_min", "1e12", 1e-3, 1e30),
        resolution_max_rel=reader.number("resolution_max", "0.0001", 1e-15, 10.0),
        remote=reader.flag("remote"),
        mail_in=reader.flag("mail_in"),
        industry=reader.flag("industry"),
        running_from=running_from,
        running_to=running_to,
        sort=sort,
        descending=descending,
    )
    return query, tuple(reader.problems)


def to_params(query: Query) -> list[tuple[str, str]]:
    """The canonical address of a question: `parse` of it gives the same question without problems."""
    pairs: list[tuple[str, str]] = []
    if query.text:
        pairs.append(("q", query.text))
    pairs += [("technique", value) for value in query.techniques]
    pairs += [(code.value, value) for code, name in LISTS.items() for value in getattr(query, name)]
    for name, number in (
        ("energy_min", query.energy_min),
        ("energy_max", query.energy_max),
        ("beam_size_max", query.beam_size_max_um),
        ("flux_min", query.flux_min_ph_s),
        ("resolution_max", query.resolution_max_rel),
    ):
        if number is not None:
            pairs.append((name, number_text(number)))
    if query.energy_unit != "eV":
        pairs.append(("energy_unit", query.energy_unit))
    pairs += [(code.value, "yes") for code, name in FLAGS.items() if getattr(query, name)]
    if query.running_from is not None:
        pairs.append(("from", query.running_from.isoformat()))
        if query.running_to is not None:
            pairs.append(("to", query.running_to.isoformat()))
    if query.sort != "relevance":
        pairs.append(("sort", f"-{query.sort}" if query.descending else query.sort))
    return pairs


def number_text(value: float) -> str:
    """The shortest digits that read back as exactly this number."""
    return repr(float(value)).removesuffix(".0")


class _Reader:
    """Takes parameters one by one and notes what is wrong with them."""

    def __init__(self, params: Mapping[str, Sequence[str]]) -> None:
        self.params = params
        self.problems: list[Problem] = []

    def _all(self, name: str) -> list[str]:
        found = self.params.get(name, ())
        listed = [found] if isinstance(found, str) else list(found)
        return [tidy for tidy in (_tidy(str(value)[:5000]) for value in listed) if tidy]

    def _one(self, name: str) -> str:
        found = self._all(name)
        return found[0] if found else ""

    def text(self, name: str) -> str:
        value = self._one(name)
        if len(value) > MAX_TEXT:
            self.problems.append(words.too_long(name, value, MAX_TEXT))
            value = value[:MAX_TEXT].strip()
        return value

    def values(self, code: Code, known: Mapping[Code, Collection[str]] | None) -> tuple[str, ...]:
        name = code.value
        raw = self._all(name)
        if code in _WITH_COMMAS:
            raw = [part.strip() for value in raw for part in value.split(",") if part.strip()]
        if len(raw) > MAX_VALUES:
            self.problems.append(words.too_many(name, str(len(raw)), MAX_VALUES))
            raw = raw[:MAX_VALUES]
        kept: list[str] = []
        for value in raw:
            clean = self._value(code, value)
            if clean is not None and known is not None:
                clean = self._known(code, clean, known.get(code, ()))
            if clean is not None:
                kept.append(clean)
        return tuple(kept)

    def _value(self, code: Code, value: str) -> str | None:
        name = code.value
        if code is Code.TECHNIQUE:
            match = _TECHNIQUE.fullmatch(value)
            if match is None:
                self.problems.append(words.not_a_technique(name, value))
                return None
            return f"PaNET{match[1]}"
        if code is Code.COUNTRY:
            if len(value) != 2 or not value.isascii() or not value.isalpha():
                self.problems.append(words.not_a_country(name, value))
                return None
            return value.upper()
        if code is Code.STATUS:
            if value.lower() not in STATUSES:
                self.problems.append(words.not_a_choice(name, value, ", ".join(STATUSES)))
                return None
            return value.lower()
        if len(value) > MAX_VALUE_LENGTH:
            self.problems.append(words.not_in_record(name, value))
            return None
        return value

    def _known(self, code: Code, value: str, known: Collection[str]) -> str | None:
        if value in known:
            return value
        folded = value.casefold()
        for candidate in known:
            if candidate.casefold() == folded:
                return candidate
        if code is Code.STATUS:
            return value  # a status nobody has today is still a sensible question
        near = process.extractOne(folded, list(known), processor=str.casefold, score_cutoff=_LIKE)
        self.problems.append(words.not_in_record(code.value, value, near[0] if near else ""))
        return None

    def number(self, name: str, example: str, lowest: float, highest: float) -> float | None:
        value = self._one(name)
        if not value:
            return None
        number = read_number(value)
        if number is None:
            self.problems.append(words.not_a_number(name, value, example))
        elif number <= 0:
            self.problems.append(words.not_positive(name, value))
        elif not lowest <= number <= highest:
            self.problems.append(words.out_of_range(name, value))
        else:
            return number
        return None

    def beam_size(self) -> float | None:
        name = "beam_size_max"
        value = self._one(name)
        if value and read_number(value) is None:
            read = read_length(value)
            if read is not None and 1e-6 <= read <= 1e9:
                return read
            self.problems.append(words.not_a_number(name, value, "10"))
            return None
        return self.number(name, "10", 1e-6, 1e9)

    def energy(self) -> tuple[float | None, float | None, str]:
        unit = "eV"
        asked = self._one("energy_unit")
        if asked:
            found = units.energy_unit(asked)
            if found is None:
                self.problems.append(words.unknown_unit("energy_unit", asked, ", ".join(units.ENERGY_UNITS)))
                # A number in a unit nobody knows says nothing; reading it as eV would be a guess.
                if not self._own_unit("energy_min") or not self._own_unit("energy_max"):
                    return None, None, "eV"
            else:
                unit = found
        whole = self._one("energy")
        if whole and not self._one("energy_min") and not self._one("energy_max"):
            read = read_energy(whole, unit)
            if read is None or not all(_measurable(n, read[2]) for n in read[:2] if n is not None):
                self.problems.append(words.not_understood("energy", whole))
                return None, None, unit
            return read
        if not asked:
            for name in ("energy_min", "energy_max"):
                own = self._own_unit(name)
                if own and self._one(name):
                    unit = own
                    break
        low, high = self._bound("energy_min", unit, is_low=True), self._bound("energy_max", unit)
        if low is not None and high is not None and low > high:
            self.problems.append(words.wrong_order("energy_min", self._one("energy_min")))
            low, high = high, low
        return low, high, unit

    def _own_unit(self, name: str) -> str:
        """The unit written behind the number; the question's own when there is no number at all."""
        value = self._one(name)
        if not value:
            return "eV"
        read = read_energy(value, "")
        return read[2] if read is not None else ""

    def _bound(self, name: str, unit: str, *, is_low: bool = False) -> float | None:
        value = self._one(name)
        if not value:
            return None
        number, own = read_number(value), unit
        if number is None:
            read = read_energy(value, "")
            if read is None or read[0] is None or read[0] != read[1]:
                self.problems.append(words.not_a_number(name, value, "8000"))
                return None
            number, own = read[0], read[2]
        if number == 0 and is_low:
            return None  # from zero on: no bound at all
        if number <= 0:
            self.problems.append(words.not_positive(name, value))
            return None
        if not _measurable(number, own):
            self.problems.append(words.out_of_range(name, value))
            return None
        return number if own == unit else units.from_ev(units.to_ev(number, own), unit)

    def flag(self, name: str) -> bool:
        value = self._one(name).lower()
        if value in {"yes", "true", "1", "on"}:
            return True
        if value not in {"", "any"}:
            self.problems.append(words.only_yes(name, value))
        return False

    def period(self) -> tuple[date | None, date | None]:
        start, end = self._day("from", last=False), self._day("to", last=True)
        if start is None:
            if end is not None and not self._one("from"):
                self.problems.append(words.start_missing("to", self._one("to")))
            return None, None
        if end is not None and start > end:
            self.problems.append(words.wrong_order("from", self._one("from")))
            start, end = end, start
        return start, end

    def _day(self, name: str, *, last: bool) -> date | None:
        value = self._one(name)
        if not value:
            return None
        match = _DATE.fullmatch(value)
        if match:
            year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
            month = month if match[2] else (12 if last else 1)
            if 1900 <= year <= 2200 and 1 <= month <= 12:
                days = calendar.monthrange(year, month)[1]
                day = day if match[3] else (days if last else 1)
                if 1 <= day <= days:
                    return date(year, month, day)
        self.problems.append(words.not_a_date(name, value))
        return None

    def sort(self) -> tuple[str, bool]:
        value = self._one("sort").lower()
        if not value:
            return "relevance", False
        name, descending = value.removeprefix("-"), value.startswith("-")
        if name not in SORTS or value == "-relevance":
            choices = ", ".join(SORTS) + ", -name"
            self.problems.append(words.not_a_choice("sort", value, choices))
            return "relevance", False
        return name, descending


def _measurable(number: float, unit: str) -> bool:
    """Whether the number is an energy any instrument could have (and safe to convert)."""
    if not 1e-15 <= number <= 1e15:
        return False
    return units.MIN_ENERGY_EV <= units.to_ev(number, unit) <= units.MAX_ENERGY_EV
