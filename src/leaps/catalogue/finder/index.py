"""The finder itself: built from the facts, then asked as often as needed, by any thread.

Every value of every list filter is a row of bits, one bit an instrument; a condition is two rows,
"certainly" and "possibly". Answers and all counts are ANDs and bit counts, so no step of a search
walks over instruments in Python.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from leaps.catalogue.finder import dark
from leaps.catalogue.finder.lexicon import Lexicon
from leaps.catalogue.finder.pieces import NUMBERS, VALUES, Piece, ValueNumbers, Workshop, grouped, joined
from leaps.catalogue.finder.query import FLAGS, LISTS, SORTS, Query
from leaps.catalogue.finder.result import Facet, IdArray, Loosening, NearMiss, Relaxation, Result
from leaps.catalogue.finder.techniques import TechniqueTree
from leaps.catalogue.finder.types import (
    NO_PHOTONS,
    Answer,
    Code,
    Condition,
    InstrumentFacts,
    Range,
    Reason,
    TechniqueFacts,
    TextMatch,
    Verdict,
)
from leaps.catalogue.finder.units import canonical
from leaps.catalogue.finder.vocabulary import Vocabulary

Bits = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_Array = TypeVar("_Array", bound=npt.NDArray[Any])

NEAR_MISSES: Final = 10

_NO_NAMES: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})
_RANGES: Final = (Code.ENERGY, Code.BEAM_SIZE, Code.FLUX, Code.RESOLUTION)
_NO_VALUE: Final = 1.0
_NO_WORDS: Final = 2.0
_IS_PLANNED: Final = 2.0
_IS_CLOSED: Final = 3.0
_NO_SENSE: Final = 5.0

@dataclass(frozen=True)
class Active:
    """One condition of a query, worked out for all instruments."""

    condition: Condition
    yes: Bits
    possible: Bits
    distance: Callable[[], Floats]
    """How far off the instruments are that it excludes (see NearMiss); anything for the others."""


class _Combined(NamedTuple):
    """All conditions together; and in their order, for each one, all the others."""

    yes: Bits
    possible: Bits
    yes_without: list[Bits]
    possible_without: list[Bits]


class Kept(NamedTuple):
    """What a later index of much the same instruments can use again."""

    known: Mapping[str, TechniqueFacts]
    workshop: Workshop
    pieces: Mapping[int, Piece]
    by_name: Sequence[int]


class Index:
    """An immutable finder over a set of instruments.

    `country_names` gives further names by ISO code for `understand`; English names are built in.
    `previous` is an index of much the same instruments: what it had worked out for those that did not
    change is used again. The result is the same without it, only later.
    """

    kept: Kept

    def __init__(
        self,
        instruments: Iterable[InstrumentFacts],
        techniques: Iterable[TechniqueFacts],
        *,
        country_names: Mapping[str, Sequence[str]] = _NO_NAMES,
        previous: "Index | None" = None,
    ) -> None:
        self.instruments = tuple(instruments)
        known = {technique.id: technique for technique in techniques}
        for instrument in self.instruments:
            for key in instrument.techniques:
                # A class newer than our copy of the ontology: still a recorded technique.
                if key not in known:
                    known[key] = TechniqueFacts(key, key)
        before = previous.kept if previous is not None and previous.kept.known == known else None
        workshop = before.workshop if before else Workshop(TechniqueTree(known.values()))
        self.techniques = workshop.tree
        self._country_names = country_names
        n = self._n = len(self.instruments)
        self._words = max(1, -(-n // 64))
        self._ids = _frozen(np.array([i.id for i in self.instruments], dtype=np.int64))
        self._position = {i.id: position for position, i in enumerate(self.instruments)}
        if len(self._position) != n:
            raise ValueError("two instruments share an id")
        self._everything = self._pack(np.ones(n, dtype=np.bool_))
        self._nothing = self._pack(np.zeros(n, dtype=np.bool_))
        made = workshop.pieces(self.instruments, before.pieces if before else {})
        pieces = [made[instrument.id] for instrument in self.instruments]
        self._build_columns(pieces)
        self._build_rows(pieces, workshop.values, known)
        self._build_dark()
        by_name = self._by_name(pieces, before.by_name if before else ())
        self._build_orders(pieces, by_name)
        self._lexicon = Lexicon(workshop.words, pieces)
        self.kept = Kept(known, workshop, made, self._ids[by_name].tolist())

    # Building

    def _build_columns(self, pieces: Sequence[Piece]) -> None:
        columns = np.array([piece.numbers for piece in pieces], dtype=np.float64).reshape(-1, len(NUMBERS)).T.copy()
        self._energy_min, self._energy_max, self._beam_h, self._beam_v, self._flux, self._resolution = columns
        self._beam = np.fmax(self._beam_h, self._beam_v)  # the larger one recorded
        self._no_photons = np.array([i.source_device in NO_PHOTONS for i in self.instruments], dtype=np.bool_)

    def _build_rows(
        self, pieces: Sequence[Piece], values: ValueNumbers, known: Mapping[str, TechniqueFacts]
    ) -> None:
        """A row of bits for every value of every list, and one for each list: nothing recorded."""
        numbers, columns = joined([piece.values for piece in pieces])
        used = np.bincount(numbers, minlength=len(values)) > 0
        self._values: dict[Code, tuple[str, ...]] = {Code.TECHNIQUE: tuple(sorted(known))}
        for code in VALUES:
            self._values[code] = tuple(sorted(value for value, number in values.of(code) if used[number]))
        for code in FLAGS:
            self._values[code] = ("yes",)

        row_of = np.zeros(len(values), dtype=np.int64)
        self._slice: dict[Code, slice] = {}
        height = 0
        for code, found in self._values.items():
            self._slice[code] = slice(height, height + len(found))
            for value in found:
                row_of[values(code, value)] = height
                height += 1
        recorded = height
        for code in self._values:
            row_of[values(code, "")] = height
            height += 1
        everything = _frozen(self._pack_rows(height, row_of[numbers], columns))
        self._rows: Bits = everything[:recorded]
        self._unrecorded: dict[Code, Bits] = dict(zip(self._values, everything[recorded:], strict=True))
        self._place = {
            code: {value: row for row, value in enumerate(found)} for code, found in self._values.items()
        }

    def _build_dark(self) -> None:
        kinds: dict[object, int] = {}
        same: dict[int, int] = {}  # the instruments of a facility share one tuple
        certain: list[tuple[int, int, int]] = []
        possible: list[tuple[int, int, int]] = []
        codes = np.empty(self._n, dtype=np.int64)
        for position, instrument in enumerate(self.instruments):
            periods = instrument.dark_periods
            kind = same.get(id(periods))
            if kind is None:
                kind = kinds.get(periods)
                if kind is None:
                    kind = kinds[periods] = len(kinds)
                    certain += [(kind, *s) for s in dark.merged(map(dark.certain_span, periods))]
                    possible += [(kind, *s) for s in dark.merged(map(dark.possible_span, periods))]
                same[id(periods)] = kind
            codes[position] = kind
        self._dark_kind, self._dark_kinds = codes, max(1, len(kinds))
        self._dark_certain = np.array(certain, dtype=np.int64).reshape(-1, 3)
        self._dark_possible = np.array(possible, dtype=np.int64).reshape(-1, 3)
        status = np.array([i.status for i in self.instruments], dtype=np.str_)
        self._operating = status == "operating"
        self._planned = status == "planned"
        self._closed = status == "closed"

    def _by_name(self, pieces: Sequence[Piece], before: Sequence[int]) -> npt.NDArray[np.int64]:
        """The instruments by name. `before`: ids in the order of an earlier index, nearly right already."""
        known = [self._position[i] for i in before if i in self._position]
        rest = set(range(self._n)).difference(known)
        keys = [piece.name_key for piece in pieces]
        return np.array(sorted([*known, *rest], key=keys.__getitem__), dtype=np.int64)

    def _build_orders(self, pieces: Sequence[Piece], by_name: npt.NDArray[np.int64]) -> None:
        """Every order of the whole index; a search only filters it."""

        def ranks(keys: Sequence[Any]) -> npt.NDArray[np.int64]:
            rank = {key: place for place, key in enumerate(sorted(set(keys)))}
            return np.array([rank[key] for key in keys], dtype=np.int64)

        self._name_rank = np.empty(self._n, dtype=np.int64)
        self._name_rank[by_name] = np.arange(self._n)
        facility = ranks([piece.facility_key for piece in pieces])
        country = ranks([i.country for i in self.instruments])
        no_country = np.array([not i.country for i in self.instruments], dtype=np.bool_)
        keys: dict[str, Floats] = {
            "facility": facility.astype(np.float64),
            "country": np.where(no_country, np.nan, country),
            "energy_min": self._energy_min,
            "beam_size": self._beam,
            "flux": self._flux,
            "resolution": self._resolution,
        }
        self._orders: dict[tuple[str, bool], npt.NDArray[np.int64]] = {
            ("relevance", False): by_name,
            ("name", False): by_name,
            ("name", True): by_name[::-1],
        }
        for sort in SORTS:
            if sort in keys:
                for descending in (False, True):
                    key = -keys[sort] if descending else keys[sort]
                    # NaN, not recorded, sorts last in both directions; equal ones by name.
                    self._orders[sort, descending] = by_name[np.argsort(key[by_name], kind="stable")]

    def _pack(self, bools: Bools) -> Bits:
        packed = np.zeros(self._words * 8, dtype=np.uint8)
        bits = np.packbits(bools, bitorder="little")
        packed[: len(bits)] = bits
        return packed.view(np.uint64)

    def _pack_rows(self, height: int, row: npt.NDArray[Any], column: npt.NDArray[Any]) -> Bits:
        packed = np.zeros((height, self._words * 8), dtype=np.uint8)
        order = grouped(row, height)
        row, column = row[order], column[order]
        for start in range(0, height, 256):  # in slices: unpacked, a wide table would fill the memory
            end = min(start + 256, height)
            first, last = np.searchsorted(row, (start, end))
            bools = np.zeros((end - start, self._n), dtype=np.bool_)
            bools[row[first:last] - start, column[first:last]] = True
            bits = np.packbits(bools, axis=1, bitorder="little")
            packed[start:end, : bits.shape[1]] = bits
        return packed.view(np.uint64)

    def _unpack(self, bits: Bits) -> Bools:
        return np.unpackbits(bits.view(np.uint8), count=self._n, bitorder="little").view(np.bool_)

    # Look-ups

    def __len__(self) -> int:
        return self._n

    def __contains__(self, instrument_id: object) -> bool:
        return instrument_id in self._position

    def instrument(self, instrument_id: int) -> InstrumentFacts:
        """The facts of one instrument; KeyError when it is not in the index."""
        return self.instruments[self._position[instrument_id]]

    @property
    def values(self) -> Mapping[Code, tuple[str, ...]]:
        """Every value each list filter can take in this record; give it to `parse` as `known`."""
        return self._values

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names in this record that `understand` recognises in a sentence."""
        return Vocabulary(self.instruments, self.techniques, self._country_names)

    @cached_property
    def facility_names(self) -> Mapping[str, str]:
        """Short names of facilities by key."""
        return MappingProxyType({f.facility: f.facility_short_name or f.facility for f in self.instruments})

    @cached_property
    def used_techniques(self) -> frozenset[str]:
        """The techniques that instruments name themselves; the classes above them are in the tree."""
        return frozenset(key for instrument in self.instruments for key in instrument.techniques)

    def having(self, code: Code, values: Iterable[str]) -> list[InstrumentFacts]:
        """The instruments with one of these values in a list; a technique has those below it too."""
        start = self._slice[code].start
        places = [start + self._place[code][value] for value in values if value in self._place[code]]
        if not places:
            return []
        chosen = self._unpack(np.bitwise_or.reduce(self._rows[places], axis=0))
        return [self.instruments[position] for position in np.flatnonzero(chosen).tolist()]

    def counts(self, code: Code, among: Bits | None = None) -> dict[str, int]:
        """How many instruments each value of a list has (`among`: of these only); none without any."""
        rows = self._rows[self._slice[code]]
        found = _count(rows if among is None else rows & among)
        return {value: n for value, n in zip(self._values[code], found.tolist(), strict=True) if n}

    # Conditions

    def _activate(
        self, query: Query, today: date | None
    ) -> tuple[tuple[Active, ...], Floats | None, TextMatch]:
        active: list[Active] = []
        score: Floats | None = None
        match = TextMatch()
        for condition in query.conditions:
            code = condition.code
            if code is Code.TEXT:
                found = self._lexicon.search(query.text)
                if found is None:
                    continue
                matched, score, match = found
                bits = self._pack(matched)
                active.append(Active(condition, bits, bits, self._constant(_NO_WORDS)))
            elif code is Code.TECHNIQUE:
                active.append(self._listed(condition, (condition.value,)))
            elif code in LISTS:
                active.append(self._listed(condition, query.values(code)))
            elif code in FLAGS:
                active.append(self._listed(condition, ("yes",)))
            elif code is Code.ENERGY:
                active.append(self._energy(condition, *query.energy_ev))
            elif code is Code.RUNNING:
                active.append(self._running(condition, query, today))
            else:
                active.append(self._limited(condition, query))
        return tuple(active), score, match

    def _constant(self, distance: float) -> Callable[[], Floats]:
        return lambda: np.full(self._n, distance)

    def _listed(self, condition: Condition, values: Iterable[str]) -> Active:
        code = condition.code
        start = self._slice[code].start
        places = [start + self._place[code][value] for value in values if value in self._place[code]]
        yes = np.bitwise_or.reduce(self._rows[places], axis=0) if places else self._nothing
        return Active(condition, yes, yes | self._unrecorded[code], self._constant(_NO_VALUE))

    def _energy_bools(self, low: float | None, high: float | None) -> tuple[Bools, Bools]:
        """Who certainly and who possibly reaches into the interval. Comparisons with NaN are false."""
        first, last = self._energy_min, self._energy_max
        least = -np.inf if low is None else low
        most = np.inf if high is None else high
        no = self._no_photons | (first > most) | (last < least)
        yes = (
            ((first <= most) & (last >= least))
            | ((first >= least) & (first <= most))
            | ((last >= least) & (last <= most))
        )
        return yes & ~no, ~no

    def _energy(self, condition: Condition, low: float | None, high: float | None) -> Active:
        yes, possible = self._energy_bools(low, high)

        def distance() -> Floats:
            found = np.zeros(self._n)
            if low is not None:
                found = np.where(self._energy_max < low, _log_ratio(low, self._energy_max), found)
            if high is not None:
                found = np.where(self._energy_min > high, _log_ratio(self._energy_min, high), found)
            return np.where(self._no_photons, _NO_SENSE, found)

        return Active(condition, self._pack(yes), self._pack(possible), distance)

    def _limit_bools(self, code: Code, limit: float) -> tuple[Bools, Bools]:
        if code is Code.BEAM_SIZE:
            yes = (self._beam_h <= limit) & (self._beam_v <= limit)
            return yes, ~((self._beam_h > limit) | (self._beam_v > limit))
        if code is Code.FLUX:
            yes = (self._flux >= limit) & ~self._no_photons
            return yes, ~((self._flux < limit) | self._no_photons)
        return self._resolution <= limit, ~(self._resolution > limit)

    def _limited(self, condition: Condition, query: Query) -> Active:
        code = condition.code
        limit = _limit(query, code)
        yes, possible = self._limit_bools(code, limit)

        def distance() -> Floats:
            if code is Code.FLUX:
                return np.where(self._no_photons, _NO_SENSE, _log_ratio(limit, self._flux))
            return _log_ratio(self._beam if code is Code.BEAM_SIZE else self._resolution, limit)

        return Active(condition, self._pack(yes), self._pack(possible), distance)

    def _running(self, condition: Condition, query: Query, today: date | None) -> Active:
        first, last = _period(query)
        certain, possible = self._dark_certain, self._dark_possible
        throughout = np.zeros(self._dark_kinds, dtype=np.bool_)
        throughout[certain[(certain[:, 1] <= first) & (certain[:, 2] >= last), 0]] = True
        perhaps = np.zeros(self._dark_kinds, dtype=np.bool_)
        perhaps[possible[(possible[:, 1] <= last) & (possible[:, 2] >= first), 0]] = True
        never = self._planned if today is not None and last < today.toordinal() else np.False_
        no = self._closed | throughout[self._dark_kind] | never
        yes = self._operating & ~perhaps[self._dark_kind] & ~no

        def distance() -> Floats:
            return np.where(self._closed, _IS_CLOSED, np.where(self._planned & never, _IS_PLANNED, _NO_VALUE))

        return Active(condition, self._pack(yes), self._pack(~no), distance)

    # Searching

    def search(self, query: Query, *, today: date | None = None) -> Result:
        """Answer a query. `today` only serves to rule planned instruments out of periods gone by."""
        active, score, match = self._activate(query, today)
        combined = self._combine(active)
        yes, possible = combined.yes, combined.possible
        fitting = self._unpack(yes)
        perhaps = self._unpack(possible & ~yes)
        fits = self._arranged(fitting, query, score, ())
        may_fit = self._arranged(perhaps, query, score, active)
        relaxations: tuple[Relaxation, ...] = ()
        near: tuple[NearMiss, ...] = ()
        if not len(fits) and active and self._n:
            relaxations = self._relaxations(query, active, combined)
            near = self._near_misses(query, active)
        return Result(
            query=query,
            total=self._n,
            fits=fits,
            may_fit=may_fit,
            facets=self._facets(query, active, combined),
            ranges=self._ranges(active, combined),
            text=match,
            relaxations=relaxations,
            near_misses=near,
            _index=self,
            _active=active,
            _yes=yes,
            _possible=possible,
        )

    def _combine(self, active: tuple[Active, ...]) -> _Combined:
        """All conditions together, and for each one all the others."""
        before_yes, before_possible = [self._everything], [self._everything]
        for condition in active:
            before_yes.append(before_yes[-1] & condition.yes)
            before_possible.append(before_possible[-1] & condition.possible)
        yes_without, possible_without = [], []
        after_yes = after_possible = self._everything
        for place in range(len(active) - 1, -1, -1):
            yes_without.append(before_yes[place] & after_yes)
            possible_without.append(before_possible[place] & after_possible)
            after_yes = after_yes & active[place].yes
            after_possible = after_possible & active[place].possible
        return _Combined(before_yes[-1], before_possible[-1], yes_without[::-1], possible_without[::-1])

    def _arranged(
        self, chosen: Bools, query: Query, score: Floats | None, active: tuple[Active, ...]
    ) -> IdArray:
        """The chosen instruments in the order asked for; by relevance, fewest gaps first."""
        order = self._orders[query.sort, query.descending]
        order = order[chosen[order]]
        if query.sort == "relevance" and len(order):
            if score is not None:
                order = order[np.argsort(-score[order], kind="stable")]
            if len(active) > 1:
                gaps = np.zeros(self._n, dtype=np.uint8)
                for condition in active:
                    gaps += self._unpack(condition.possible & ~condition.yes).view(np.uint8)
                order = order[np.argsort(gaps[order], kind="stable")]
        return _frozen(self._ids[order])

    def _facets(
        self,
        query: Query,
        active: tuple[Active, ...],
        combined: _Combined,
    ) -> Mapping[Code, Facet]:
        own = {a.condition.code: place for place, a in enumerate(active) if a.condition.code in self._slice}
        # Techniques add up: the others of a further one are all those asked for already.
        own.pop(Code.TECHNIQUE, None)
        all_yes, all_possible = _count(self._rows & combined.yes), _count(self._rows & combined.possible)
        facets: dict[Code, Facet] = {}
        for code, part in self._slice.items():
            if code in own:
                others_yes, others_possible = (
                    combined.yes_without[own[code]],
                    combined.possible_without[own[code]],
                )
                rows = self._rows[part]
                certain, may = _count(rows & others_yes), _count(rows & others_possible)
            else:
                others_possible = combined.possible
                certain, may = all_yes[part], all_possible[part]
            gaps = int(np.bitwise_count(self._unrecorded[code] & others_possible).sum())
            selected = query.values(code)
            if code in FLAGS and getattr(query, FLAGS[code]):
                selected = ("yes",)
            facets[code] = Facet(
                self._values[code], self._place[code], _frozen(certain), _frozen(may + gaps - certain),
                frozenset(selected),
            )  # fmt: skip
        return MappingProxyType(facets)

    def _ranges(self, active: tuple[Active, ...], combined: _Combined) -> Mapping[Code, Range]:
        own = {a.condition.code: place for place, a in enumerate(active)}
        common: Bools | None = None
        ranges: dict[Code, Range] = {}
        for code in _RANGES:
            if code in own:
                chosen = self._unpack(combined.possible_without[own[code]])
            else:
                chosen = common = self._unpack(combined.possible) if common is None else common
            if code is Code.ENERGY:
                low, high = self._energy_min[chosen], self._energy_max[chosen]
            else:
                low = high = {
                    Code.BEAM_SIZE: self._beam, Code.FLUX: self._flux, Code.RESOLUTION: self._resolution
                }[code][chosen]  # fmt: skip
            recorded = int(np.count_nonzero(~(np.isnan(low) & np.isnan(high))))
            ranges[code] = Range(_least(low, high), _most(low, high), recorded)
        return MappingProxyType(ranges)

    # When nothing fits

    def _relaxations(
        self, query: Query, active: tuple[Active, ...], combined: _Combined
    ) -> tuple[Relaxation, ...]:
        found = []
        for place, one in enumerate(active):
            others, maybe = combined.yes_without[place], combined.possible_without[place]
            fits, may_fit = _fits_and_may_fit(others, maybe)
            found.append(
                Relaxation(
                    one.condition,
                    fits,
                    may_fit,
                    query.without(one.condition),
                    self._loosenings(query, one.condition.code, others, maybe) if fits else (),
                )
            )
        return tuple(sorted(found, key=lambda r: (-r.fits, -r.may_fit)))

    def _loosenings(self, query: Query, code: Code, others: Bits, maybe: Bits) -> tuple[Loosening, ...]:
        """The nearest bounds at which an instrument fits that meets everything else."""
        chosen = self._unpack(others)
        found: list[tuple[str, float, Query, tuple[Bools, Bools]]] = []
        if code is Code.ENERGY:
            low, high = query.energy_ev
            chosen = chosen & ~self._no_photons
            reach = self._energy_max[chosen]
            reach = reach[(reach < (0 if low is None else low)) & (reach > 0)]
            if len(reach):
                value = float(reach.max())
                wider = query.with_energy_ev(value, high)
                found.append(("energy_low_ev", value, wider, self._energy_bools(value, high)))
            begin = self._energy_min[chosen]
            begin = begin[begin > (np.inf if high is None else high)]
            if len(begin):
                value = float(begin.min())
                wider = query.with_energy_ev(low, value)
                found.append(("energy_high_ev", value, wider, self._energy_bools(low, value)))
        elif code in (Code.BEAM_SIZE, Code.FLUX, Code.RESOLUTION):
            limit = _limit(query, code)
            if code is Code.FLUX:
                values = self._flux[chosen & ~self._no_photons]
                values = values[(values < limit) & (values > 0)]
                name = "flux_min_ph_s"
            elif code is Code.BEAM_SIZE:
                values = np.maximum(self._beam_h, self._beam_v)[chosen]  # NaN unless both are recorded
                values = values[values > limit]
                name = "beam_size_max_um"
            else:
                values = self._resolution[chosen]
                values = values[values > limit]
                name = "resolution_max_rel"
            if len(values):
                value = float(values.max() if code is Code.FLUX else values.min())
                wider = replace(query, **{name: value})  # type: ignore[arg-type]
                found.append((name, value, wider, self._limit_bools(code, value)))
        loosenings = []
        for name, value, wider, (yes, possible) in found:
            fits, may_fit = _fits_and_may_fit(others & self._pack(yes), maybe & self._pack(possible))
            loosenings.append(Loosening(name, value, fits, may_fit, wider))
        return tuple(loosenings)

    def _near_misses(self, query: Query, active: tuple[Active, ...]) -> tuple[NearMiss, ...]:
        failing = np.zeros(self._n, dtype=np.int64)
        gaps = np.zeros(self._n, dtype=np.int64)
        distance = np.zeros(self._n)
        for one in active:
            no = ~self._unpack(one.possible)
            failing += no
            gaps += self._unpack(one.possible & ~one.yes)
            distance += np.where(no, np.round(one.distance(), 6), 0.0)
        # With two conditions, failing both is no near miss.
        most = 2 if len(active) > 2 else 1
        chosen = np.flatnonzero((failing >= 1) & (failing <= most))
        distance = np.round(distance, 6)
        order = np.lexsort((self._name_rank[chosen], gaps[chosen], distance[chosen], failing[chosen]))
        found = []
        for position in chosen[order[:NEAR_MISSES]].tolist():
            instrument_id = self.instruments[position].id
            answers = self.answers(instrument_id, active, query)
            found.append(
                NearMiss(
                    instrument_id,
                    tuple(a for a in answers if a.verdict is Verdict.NO),
                    tuple(a for a in answers if a.verdict is Verdict.UNKNOWN),
                    float(distance[position]),
                )
            )
        return tuple(found)

    # Reasons

    def answers(self, instrument_id: int, active: Sequence[Active], query: Query) -> tuple[Answer, ...]:
        """What every condition says about one instrument; used through `Result.answers`."""
        position = self._position[instrument_id]
        word, bit = position // 64, np.uint64(1 << (position % 64))
        found = []
        for one in active:
            if one.yes[word] & bit:
                found.append(Answer(one.condition, Verdict.YES))
            else:
                verdict = Verdict.UNKNOWN if one.possible[word] & bit else Verdict.NO
                reason, params = self._reason(position, one.condition, query, verdict)
                found.append(Answer(one.condition, verdict, reason, MappingProxyType(params)))
        return tuple(found)

    def _reason(
        self, position: int, condition: Condition, query: Query, verdict: Verdict
    ) -> tuple[Reason, dict[str, object]]:
        instrument = self.instruments[position]
        code = condition.code
        unknown = verdict is Verdict.UNKNOWN
        if code is Code.RUNNING:
            return _running_reason(instrument, query, verdict)
        if code in (Code.ENERGY, Code.FLUX) and not unknown and instrument.source_device in NO_PHOTONS:
            return Reason.NOT_APPLICABLE, {}
        if code is Code.ENERGY:
            return self._energy_reason(position, query, verdict)
        if code in (Code.BEAM_SIZE, Code.FLUX, Code.RESOLUTION):
            column, reason = {
                Code.BEAM_SIZE: (self._beam, Reason.TOO_LARGE),
                Code.FLUX: (self._flux, Reason.TOO_LOW),
                Code.RESOLUTION: (self._resolution, Reason.TOO_COARSE),
            }[code]
            recorded = float(column[position])
            params: dict[str, object] = {"limit": _limit(query, code)}
            if not np.isnan(recorded):
                params["recorded"] = recorded
            if unknown:
                return (Reason.PARTLY_RECORDED if "recorded" in params else Reason.NOT_RECORDED), params
            return reason, params
        if unknown:
            return Reason.NOT_RECORDED, {}
        if code is Code.TEXT:
            return Reason.WORDS_MISSING, {"words": self._lexicon.missing(query.text, position)}
        if code in FLAGS:
            return Reason.NOT_OFFERED, {}
        if code is Code.TECHNIQUE:
            return Reason.OTHER_VALUE, {"recorded": instrument.techniques}
        return Reason.OTHER_VALUE, {"recorded": tuple(value for value in VALUES[code](instrument) if value)}

    def _energy_reason(
        self, position: int, query: Query, verdict: Verdict
    ) -> tuple[Reason, dict[str, object]]:
        first, last = float(self._energy_min[position]), float(self._energy_max[position])
        if verdict is Verdict.UNKNOWN:
            known = not (np.isnan(first) and np.isnan(last))
            return (Reason.PARTLY_RECORDED if known else Reason.NOT_RECORDED), {}
        low, high = query.energy_ev
        if low is not None and last < low:
            return Reason.ENDS_BELOW, {"bound_ev": last, "asked_ev": low}
        return Reason.STARTS_ABOVE, {"bound_ev": first, "asked_ev": high}


def _frozen(array: _Array) -> _Array:
    array.flags.writeable = False
    return array


def _count(rows: Bits) -> IdArray:
    counts: IdArray = np.bitwise_count(rows).sum(axis=-1, dtype=np.int64)
    return counts


def _fits_and_may_fit(yes: Bits, possible: Bits) -> tuple[int, int]:
    fits = int(_count(yes))
    return fits, int(_count(possible)) - fits


def _log_ratio(above: Floats | float, below: Floats | float) -> Floats:
    """Natural logarithm of the factor between two numbers; a zero counts as very small."""
    found: Floats = np.abs(np.log(np.maximum(above, 1e-30)) - np.log(np.maximum(below, 1e-30)))
    return found


def _least(*arrays: Floats) -> float | None:
    known = [float(np.fmin.reduce(array)) for array in arrays if len(array)]
    known = [value for value in known if not np.isnan(value)]
    return min(known) if known else None


def _most(*arrays: Floats) -> float | None:
    known = [float(np.fmax.reduce(array)) for array in arrays if len(array)]
    known = [value for value in known if not np.isnan(value)]
    return max(known) if known else None


def _limit(query: Query, code: Code) -> float:
    found = {
        Code.BEAM_SIZE: query.beam_size_max_um,
        Code.FLUX: query.flux_min_ph_s,
        Code.RESOLUTION: query.resolution_max_rel,
    }[code]
    return np.nan if found is None else canonical(found)


def _period(query: Query) -> dark.Span:
    first = query.running_from.toordinal() if query.running_from else dark.FIRST_DAY
    return first, query.running_to.toordinal() if query.running_to else dark.LAST_DAY


def _running_reason(
    instrument: InstrumentFacts, query: Query, verdict: Verdict
) -> tuple[Reason, dict[str, object]]:
    periods, certain = dark.overlapping(instrument.dark_periods, *_period(query))
    params: dict[str, object] = {"periods": periods, "status": instrument.status}
    if instrument.status == "closed":
        return Reason.CLOSED, params
    if verdict is Verdict.NO:
        first, last = _period(query)
        spans = dark.merged(map(dark.certain_span, instrument.dark_periods))
        throughout = any(start <= first and end >= last for start, end in spans)
        return (Reason.DARK_THROUGHOUT if throughout else Reason.PLANNED), params
    if periods:
        return (Reason.DARK_FOR_PART if certain else Reason.PERHAPS_DARK), params
    known = {"planned": Reason.PLANNED, "commissioning": Reason.COMMISSIONING}
    return known.get(instrument.status, Reason.NOT_RECORDED), params
