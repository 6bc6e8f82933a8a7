"""How the public counts of a year hang together, as far as somebody who reads them all knows it.

A withheld count can be worked out from whatever it is tied to: its total, the parts of its total, the same count
at other facilities, and other counts, for who counts 12 visits and 10 on site knows that 2 were not. Each tie is a
relation of `formulas.disclosure`, looked up in the numbers where the words leave it open: parts that add up are
taken to add up by necessity, which can only withhold more.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from leaps.indicators.formulas.disclosure import Kind, Relation

Key = tuple[str, str, str, str]
"""Indicator, facility (empty for the league), dimension and category (both empty for the whole)."""

WITHIN: Final[Mapping[str, tuple[str, ...]]] = {
    "ACC-01": ("ACC-02",), "ACC-07": ("ACC-10",), "ACC-10": ("PPL-05", "ACC-16"), "PPL-05": ("PPL-02",), "ACC-11": ("ACC-10",),
}  # fmt: skip
"""Each of these is no more than the first in every cell: nobody comes without a visit, nor to one facility from two institutes."""
WAYS: Final = ("ACC-08", "ACC-09")
"""Together the visits of ACC-07: on site, and remote or by mail-in."""
PERSONS: Final = ("ACC-10", "PPL-02", "PPL-05")
EARLY: Final = ("bachelor_master", "phd", "postdoc")
LATER: Final = ("senior", "technician", "not_stated")


@dataclass
class Ties:
    """The counts of a year by number, and their relations; from `public` on they are in no table."""

    keys: list[Key] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    links: list[Relation] = field(default_factory=list)
    public: int = 0
    own: frozenset[str] = frozenset()
    at: dict[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, counts: Mapping[Key, float], own: Collection[str] = ()) -> "Ties":
        """All ties of some counts; NaN is a count that is not known.

        `own` are the facilities that count persons under keys of their own, so that nobody of theirs is counted elsewhere too.
        """
        made = cls(list(counts), list(counts.values()), [], len(counts), frozenset(own))
        made.at = {key: i for i, key in enumerate(made.keys)}
        made._wholes_and_parts()
        made._one_count_in_another()
        made._stages()
        return made

    def _wholes_and_parts(self) -> None:
        families: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for i, (code, facility, dimension, category) in enumerate(self.keys):
            if dimension and (whole := self.at.get((code, facility, "", ""))) is not None:
                families[whole][dimension].append(i)
            if facility and (league := self.at.get((code, "", dimension, category))) is not None:
                families[league]["facilities"].append(i)
        for whole, ways in families.items():
            for way, members in ways.items():
                if way == "facilities" and self.keys[whole][0] in PERSONS:
                    self._union_of_facilities(whole, members)
                else:
                    self._family(whole, members)
        for code in PERSONS:
            self._parts_of_all_facilities(code)

    def _family(self, whole: int, members: Sequence[int]) -> None:
        """Parts that add up to a whole or overlap in it; of a return without all its parts, what is there is within."""
        parts, total = [self.counts[i] for i in members if not math.isnan(self.counts[i])], self.counts[whole]
        added = sum(parts)
        if added == total:
            self.links.append(Relation(whole, tuple(members)))
        elif max(parts, default=0) <= total <= added:
            self.links.append(Relation(whole, tuple(members), Kind.UNION))
        elif added < total:
            self.links += [Relation(whole, (i,), Kind.WITHIN) for i in members]

    def _union_of_facilities(self, whole: int, members: Sequence[int]) -> None:
        """Persons under shared keys overlap, all others add up."""
        apart = [i for i in members if self.keys[i][1] in self.own]
        shared = [i for i in members if i not in apart]
        rest = self.counts[whole] - sum(self.counts[i] for i in apart)
        if not apart or not rest >= 0:
            self._family(whole, members)
            return
        self.counts.append(rest)  # the union of those that share keys
        self.links.append(Relation(whole, (*apart, len(self.counts) - 1)))
        self._family(len(self.counts) - 1, shared)

    def _sum(self, code: str, dimension: str = "", category: str = "") -> int | None:
        """The number of a count that is in no table: what the facilities have in a cell, added up."""
        members = [i for key, i in self.at.items() if key[0] == code and key[1] and key[2:] == (dimension, category)]
        added = sum(self.counts[i] for i in members)
        if not members or math.isnan(added):
            return None
        self.counts.append(added)
        self.links.append(Relation(len(self.counts) - 1, tuple(members)))
        return len(self.counts) - 1

    def _institutes(self, key: Key) -> None:
        """Who comes to two facilities may come from two institutes: the league has no more of them than the facilities' users added up."""
        if (total := self._sum("ACC-10", *key[2:])) is not None:
            self._within(total, self._there(key))

    def _parts_of_all_facilities(self, code: str) -> None:
        """Who stands in two parts of the league was at two facilities: the parts add to no more than the facilities."""
        if (total := self._sum(code)) is None:
            return
        parts: dict[str, list[int]] = defaultdict(list)
        for key, i in self.at.items():
            if key[0] == code and not key[1] and key[2] and key[2] != "mode":  # one person may come in several ways
                parts[key[2]].append(i)
        for members in parts.values():
            self._within(total, members)

    def _one_count_in_another(self) -> None:
        for key, i in self.at.items():
            code, place = key[0], key[1:]
            for other in WITHIN.get(code, ()):
                if code == "ACC-11":
                    self._same(i, (other, *place))  # in the first year that was returned
                self._within(i, self._there((other, *place)))
                if other == "ACC-16" and not place[0]:
                    self._institutes((other, *place))
            ways = self._there(*((way, *place) for way in WAYS))
            if code == "ACC-07" and ways:
                added = sum(self.counts[j] for j in ways)
                self.links.append(Relation(i, tuple(ways), Kind.SUM if added == self.counts[i] else Kind.WITHIN))
            if code in WAYS and place[1] == "mode":
                self._same(i, ("ACC-07", *place))

    def _stages(self) -> None:
        """Doctoral students are a stage of users, and so are the three stages of early career together."""
        stage = {name: self._there(("ACC-10", "", "career_stage", name)) for name in (*EARLY, *LATER)}
        for i in self._there(("PPL-02", "", "", "")):
            self._same(i, ("ACC-10", "", "career_stage", "phd"))
        for i in self._there(("PPL-05", "", "", "")):
            self._family(i, [j for name in EARLY for j in stage[name]])
            for whole in self._there(("ACC-10", "", "", "")):
                self._family(whole, [i, *(j for name in LATER for j in stage[name])])

    def _there(self, *keys: Key) -> list[int]:
        return [i for key in keys if (i := self.at.get(key)) is not None]

    def _same(self, i: int, key: Key) -> None:
        self.links += [Relation(i, (j,)) for j in self._there(key) if self.counts[i] == self.counts[j]]

    def _within(self, whole: int, members: Iterable[int]) -> None:
        found = tuple(members)
        if found and sum(self.counts[i] for i in found) <= self.counts[whole]:
            self.links.append(Relation(whole, found, Kind.WITHIN))
