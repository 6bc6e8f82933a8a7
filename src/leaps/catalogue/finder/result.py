"""The answer to a query: who fits, who may fit, and what every other choice would give."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from leaps.catalogue.finder.query import Query
from leaps.catalogue.finder.types import Answer, Code, Condition, Count, Range, TextMatch, Verdict

if TYPE_CHECKING:
    from leaps.catalogue.finder.index import Active, Bits, Index

IdArray = npt.NDArray[np.int64]


class Facet:
    """Counts for every value of one filter, with all other filters applied.

    Lists: the instruments of the answer if this value alone were chosen in its list. Techniques: if
    this class were asked for as well. Iterating gives every value the record has, zeros included.
    """

    __slots__ = ("_place", "fits", "may_fit", "selected", "values")

    def __init__(
        self,
        values: tuple[str, ...],
        place: Mapping[str, int],
        fits: IdArray,
        may_fit: IdArray,
        selected: frozenset[str],
    ) -> None:
        self.values = values
        self.fits = fits
        self.may_fit = may_fit
        self.selected = selected
        self._place = place

    def __len__(self) -> int:
        return len(self.values)

    def __contains__(self, value: object) -> bool:
        return value in self._place

    def __getitem__(self, value: str) -> Count:
        place = self._place[value]
        return Count(value, int(self.fits[place]), int(self.may_fit[place]), value in self.selected)

    def __iter__(self) -> Iterator[Count]:
        for value, fits, may_fit in zip(self.values, self.fits.tolist(), self.may_fit.tolist(), strict=True):
            yield Count(value, fits, may_fit, value in self.selected)

    def shown(self, most: int | None = None, among: Collection[str] | None = None) -> tuple[Count, ...]:
        """The values worth showing: selected ones and those that leave anything, most fitting first.

        `most` cuts the list; `among` lets only these values in, and the selected ones.
        """
        chosen = {self._place[value] for value in self.selected if value in self._place}
        worth = np.flatnonzero((self.fits > 0) | (self.may_fit > 0))
        # Values stand in alphabetical order, so a stable sort leaves equal counts in it.
        order = worth[np.lexsort((-self.may_fit[worth], -self.fits[worth]))]
        places = sorted(chosen, key=lambda place: (-self.fits[place], -self.may_fit[place], place))
        for place in order.tolist():
            if most is not None and len(places) >= most:
                break
            if place not in chosen and (among is None or self.values[place] in among):
                places.append(place)
        return tuple(
            Count(self.values[place], int(self.fits[place]), int(self.may_fit[place]), place in chosen)
            for place in places[:most]
        )


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One technique of the browsable tree, with counts over all its descendants."""

    id: str
    label: str
    fits: int
    may_fit: int
    selected: bool
    has_children: bool
    above_selected: bool


@dataclass(frozen=True, slots=True)
class Loosening:
    """The smallest change of one bound that brings a further instrument.

    `bound` is energy_low_ev, energy_high_ev, beam_size_max_um, flux_min_ph_s or resolution_max_rel.
    """

    bound: str
    value: float
    fits: int
    may_fit: int
    query: Query


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What dropping one single condition would bring."""

    condition: Condition
    fits: int
    may_fit: int
    query: Query
    loosenings: tuple[Loosening, ...] = ()


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An instrument that fails one condition, or two, with what it misses and what is not recorded.

    `distance` adds up the failures: for a number the natural logarithm of the factor it is off by,
    1 for another value or a dark period, 2 for missing words or an instrument still planned, 3 for a
    closed one, 5 where the question does not apply.
    """

    id: int
    failed: tuple[Answer, ...]
    unknown: tuple[Answer, ...]
    distance: float


@dataclass(frozen=True)
class Result:
    """The answer to a query. `fits` and `may_fit` are ids in the order asked for.

    Ordered by relevance, `may_fit` has the instruments with the fewest gaps first. `relaxations` and
    `near_misses` are filled when nothing fits (whatever may fit), else empty. `facets` has an entry
    for technique, every list and every flag (value "yes"); `ranges` for energy, beam_size, flux and
    resolution. `total` counts the whole index.
    """

    query: Query
    total: int
    fits: IdArray
    may_fit: IdArray
    facets: Mapping[Code, Facet]
    ranges: Mapping[Code, Range]
    text: TextMatch
    relaxations: tuple[Relaxation, ...]
    near_misses: tuple[NearMiss, ...]
    _index: "Index"
    _active: "tuple[Active, ...]"
    _yes: "Bits"
    _possible: "Bits"

    def answers(self, instrument_id: int) -> tuple[Answer, ...]:
        """What every condition says about one instrument, with reasons; computed on demand."""
        return self._index.answers(instrument_id, self._active, self.query)

    def unknown(self, instrument_id: int) -> tuple[Answer, ...]:
        """The conditions that cannot be judged for one instrument: why it only may fit."""
        return tuple(answer for answer in self.answers(instrument_id) if answer.verdict is Verdict.UNKNOWN)

    def by(self, code: Code, *, certain: bool = True) -> dict[str, int]:
        """How many fitting instruments each value of a list has, or fitting and perhaps fitting ones."""
        return self._index.counts(code, self._yes if certain else self._possible)

    def tree(self, parent: str | None = None, *, hide_empty: bool = True) -> tuple[TreeNode, ...]:
        """One level of the technique tree below `parent` (the roots without one), by label."""
        techniques = self._index.techniques
        counts = self.facets[Code.TECHNIQUE]
        selected = frozenset(self.query.techniques)
        nodes = []
        for key in techniques.roots if parent is None else techniques.children(parent):
            count = counts[key]
            above = bool(selected & techniques.descendants(key))
            if hide_empty and not (count.fits or count.may_fit or above):
                continue
            nodes.append(
                TreeNode(
                    key, techniques.label(key), count.fits, count.may_fit, count.selected,
                    bool(techniques.children(key)), above and not count.selected,
                )
            )  # fmt: skip
        return tuple(nodes)
