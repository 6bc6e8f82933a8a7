"""A reader who wants to know who was there: everything the public sees of a year, as one integer programme.

Each count that has a place in a public table is a whole number; where it is printed it is known, where it is
withheld it is at least one, for a zero would have no row. Everything a careful reader knows of how the counts
hang together is a constraint, written down here from the words of the indicators, not from the code that
protects them. `Reader.range` is then what can be worked out of a withheld count.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from leaps.indicators.computed.release import Cell

Key = tuple[str, str, str, str]
"""Indicator, facility (empty for the league), dimension and category (both empty for the whole)."""
Terms = Mapping[Key, float]

COUNTS = ("ACC-01", "ACC-02", "ACC-07", "ACC-08", "ACC-09", "ACC-10", "ACC-11", "ACC-16", "PPL-02", "PPL-05", "IND-01")
RECORDS = ("ACC-01", "ACC-02", "ACC-07", "ACC-08", "ACC-09")
"""Each record stands at one facility and in one part of each dimension: these add up, always."""
PERSONS = ("ACC-10", "PPL-02", "PPL-05")
EARLY = ("bachelor_master", "phd", "postdoc")
LATER = ("senior", "technician", "not_stated")


class Reader:
    """What is printed of a year: all but what is `hidden`.

    `hosts` are the facilities with their countries, `own` those of them that share no keys; `first` says that nothing
    was returned before the year; `lows` are the lower bounds that are printed beside counts of the league.
    """

    def __init__(
        self, year: Mapping[str, Sequence[Cell]], hidden: Mapping[str, Sequence[bool]], *,
        hosts: Mapping[str, str], own: Iterable[str] = (), first: bool = False, lows: Mapping[Key, float] | None = None,
    ) -> None:  # fmt: skip
        self.truth: dict[Key, float] = {}
        self.printed: dict[Key, float] = {}
        self.own = set(own)
        ratios: dict[Key, tuple[float, float]] = {}
        for code, cells in year.items():
            for cell, is_hidden in zip(cells, hidden[code], strict=True):
                key = code, cell.facility, cell.dimension, cell.category
                if code in COUNTS:
                    assert cell.value is not None
                    self.truth[key] = cell.value
                    if not is_hidden:
                        self.printed[key] = cell.value
                elif not is_hidden and cell.value is not None:
                    ratios[key] = cell.numerator or 0.0, cell.denominator or 0.0
        self.facilities = sorted({key[1] for key in self.truth} - {""})
        self.more: dict[Key, float] = {}
        self.fresh = count()
        self.rows: list[tuple[dict[Key, float], float, float]] = []
        self._records()
        self._persons()
        self._containment(first=first)
        self._ratios(ratios, hosts)
        self._lows(lows or {})
        self._solve_ready()

    # -- the words of the indicators as constraints ---------------------------------------------------

    def _of(self, code: str, facility: str, dimension: str) -> list[Key]:
        return [key for key in self.truth if key[:3] == (code, facility, dimension) and (not dimension or key[3] is not None)]

    def _dimensions(self, code: str, facility: str) -> list[str]:
        return sorted({key[2] for key in self.truth if key[:2] == (code, facility)} - {""})

    def _add(self, terms: Iterable[tuple[Key, float]], low: float, high: float) -> None:
        row: dict[Key, float] = {}
        for key, factor in terms:
            if key in self.truth or key in self.more:  # what has no row is zero
                row[key] = row.get(key, 0.0) + factor
        self.rows.append((row, low, high))

    def _equal(self, left: Iterable[Key], right: Iterable[Key]) -> None:
        self._add([*((key, 1.0) for key in left), *((key, -1.0) for key in right)], 0, 0)

    def _at_most(self, left: Iterable[Key], right: Iterable[Key]) -> None:
        self._add([*((key, 1.0) for key in left), *((key, -1.0) for key in right)], -np.inf, 0)

    def _new(self, truth: float) -> Key:
        """A number that is in no table; `truth` only serves to check the constraints."""
        key = "", "", "", str(next(self.fresh))
        self.more[key] = truth
        return key

    def _union(self, whole: Key, parts: Sequence[Key]) -> None:
        for part in parts:
            self._at_most([part], [whole])
        self._at_most([whole], parts)

    def _records(self) -> None:
        for code in RECORDS:
            for facility in ["", *self.facilities]:
                for dimension in self._dimensions(code, facility):
                    self._equal([(code, facility, "", "")], self._of(code, facility, dimension))
            for _code, _facility, dimension, category in [k for k in self.truth if k[0] == code and not k[1]]:
                # Which parts of a facility are public differs; the league is only told by those that all are.
                if not dimension or (code, dimension) == ("ACC-07", "country"):
                    self._equal([(code, "", dimension, category)], [(code, f, dimension, category) for f in self.facilities])

    def _persons(self) -> None:
        for code in (*PERSONS, "ACC-16", "IND-01"):
            for facility in ["", *self.facilities]:
                for dimension in self._dimensions(code, facility):
                    parts = self._of(code, facility, dimension)
                    whole = code, facility, "", ""
                    self._union(whole, parts)
                    if facility and code in PERSONS and dimension != "mode":
                        self._equal([whole], parts)  # one row for each person, facility and year
                    if not facility and code in PERSONS and dimension != "mode":
                        # Who stands in two parts was at two facilities.
                        self._at_most(parts, [(code, f, "", "") for f in self.facilities])
            for _code, _facility, dimension, category in [k for k in self.truth if k[0] == code and not k[1]]:
                parts = [key for f in self.facilities if (key := (code, f, dimension, category)) in self.truth]
                if parts and (not dimension or (code, dimension) == ("ACC-10", "country")):
                    self._of_facilities((code, "", dimension, category), parts)

    def _of_facilities(self, whole: Key, parts: Sequence[Key]) -> None:
        self._union(whole, parts)
        if not self.own or whole[0] not in PERSONS:
            return
        # Nobody of a facility with keys of its own is seen to be elsewhere too.
        apart = [key for key in parts if key[1] in self.own]
        for key in parts:
            if key[1] not in self.own:
                self._at_most([*apart, key], [whole])

    def _containment(self, *, first: bool) -> None:
        truth = self.truth
        for key in list(truth):
            code, *place = key
            def same(other: str, place: list[str] = place) -> Key:
                return other, place[0], place[1], place[2]

            match code:
                case "ACC-02":
                    self._at_most([key], [same("ACC-01")])
                case "ACC-07" if not place[0] or not place[1]:
                    self._equal([key], [same("ACC-08"), same("ACC-09")])  # on site, remote, by mail-in: there is no other way
                case "ACC-08" | "ACC-09" if place[1] == "mode":
                    self._equal([key], [same("ACC-07")])
                case "ACC-10":
                    self._at_most([key], [same("ACC-07")])
                    if not place[0] or not place[1]:
                        self._at_most([same("PPL-05")], [key])
                        places = [(code, f, place[1], place[2]) for f in self.facilities]
                        self._at_most([same("ACC-16")], [key] if place[0] else places)
                    if not place[1]:
                        (self._equal if first else self._at_most)([key], [same("ACC-11")])
                case "PPL-05":
                    self._at_most([same("PPL-02")], [key])
                case "ACC-16" | "PPL-02" if place[0] and place[1]:
                    raise AssertionError(key)
                case _:
                    pass
        stages = {stage: ("ACC-10", "", "career_stage", stage) for stage in (*EARLY, *LATER)}
        self._equal([("PPL-02", "", "", "")], [stages["phd"]])
        self._at_most([("PPL-05", "", "", "")], [stages[s] for s in EARLY])
        for stage in EARLY:
            self._at_most([stages[stage]], [("PPL-05", "", "", "")])
        self._at_most([("ACC-10", "", "", "")], [("PPL-05", "", "", ""), *(stages[s] for s in LATER)])
        self._at_most([("PPL-05", "", "", "")], [("ACC-07", "", "career_stage", s) for s in EARLY])

    def _ratios(self, ratios: Mapping[Key, tuple[float, float]], hosts: Mapping[str, str]) -> None:
        for (code, facility, dimension, category), (top, bottom) in ratios.items():
            if code == "ACC-03":
                won, asked = ("ACC-02", facility, dimension, category), ("ACC-01", facility, dimension, category)
                decided = self._new(bottom)
                self._add([(won, bottom), (decided, -top)], 0, 0)  # all digits are printed
                self._at_most([decided], [asked])
                self._at_most([won], [decided])
            elif code == "ACC-13" and all(hosts.values()):
                known = [k for f in self.facilities if facility in ("", f) for k in self._of("ACC-10", f, "country") if k[3]]
                self._share([k for k in known if k[3] != hosts[k[1]]], known, top / bottom)
            elif code == "ACC-19":
                self._several(top, bottom)
        self._women({key[1]: share for key, share in ratios.items() if key[0] == "PPL-04"})

    def _share(self, top: Iterable[Key], bottom: Sequence[Key], share: float) -> None:
        """A share of persons as it is printed, in whole per cent."""
        printed = np.floor(100 * share + 0.5)
        counted = list(top)
        self._add([*((k, 100.0) for k in counted), *((k, 0.5 - printed) for k in bottom)], 0, np.inf)
        self._add([*((k, 100.0) for k in counted), *((k, -0.5 - printed) for k in bottom)], -np.inf, 0)

    def _several(self, top: float, bottom: float) -> None:
        """Who uses several facilities is counted at each of them."""
        shared, several = self._new(bottom), self._new(top)
        whole, each = ("ACC-10", "", "", ""), [("ACC-10", f, "", "") for f in self.facilities]
        self._share([several], [shared], top / bottom)
        self._equal([shared, *(k for k in each if k[1] in self.own)], [whole])
        self._at_most([several, whole], each)
        self._add([*((k, 1.0) for k in each), (whole, -1.0), (several, 1.0 - len(each))], -np.inf, 0)

    def _women(self, printed: Mapping[str, tuple[float, float]]) -> None:
        """A person is declared or not at each facility; the parts of the league by gender count each once."""
        part = {name: ("ACC-10", "", "gender", name) for name in ("woman", "man", "other", "not_stated")}
        users = {f: ("ACC-10", f, "", "") for f in self.facilities}
        women, declared = {}, {}
        for f in printed:
            if f:
                women[f], declared[f] = self._new(printed[f][0]), self._new(printed[f][1])
                self._at_most([declared[f]], [users[f]])
                self._at_most([women[f]], [part["woman"]])
                self._at_most([users[f]], [declared[f], part["not_stated"]])
                self._at_most([declared[f]], [women[f], part["man"], part["other"]])
                self._share([women[f]], [declared[f]], printed[f][0] / printed[f][1])
        if "" in printed:
            all_women, all_declared = self._new(printed[""][0]), self._new(printed[""][1])
            self._share([all_women], [all_declared], printed[""][0] / printed[""][1])
            self._at_most([part["woman"]], [all_women])
            self._at_most([part["man"], part["other"], all_women], [all_declared])
            self._at_most([part["not_stated"], all_declared], users.values())
            for some, every in ((women, all_women), (declared, all_declared)):
                if some.keys() == users.keys():
                    self._equal([every], some.values())
        elif women.keys() == users.keys():
            self._at_most([part["woman"]], women.values())
            self._at_most([part["man"], part["other"], *women.values()], declared.values())
            self._at_most([part["not_stated"], *declared.values()], users.values())

    def _lows(self, lows: Mapping[Key, float]) -> None:
        """A lower bound leaves out everybody of facilities that share no keys, unless one facility alone has more."""
        for key, low in lows.items():
            each = [(key[0], f, *key[2:]) for f in self.facilities]
            for one in each:
                self._add([(one, 1.0)], -np.inf, low)
            apart = [k for k in each if k[1] in self.own]
            is_rest = low == self.truth[key] - sum(self.truth.get(k, 0.0) for k in apart)
            self._add([(key, 1.0), *((k, -1.0) for k in apart)], low if is_rest else -np.inf, low)

    # -- the programme --------------------------------------------------------------------------------

    def _solve_ready(self) -> None:
        names = [*self.truth, *self.more]
        self.at = {key: i for i, key in enumerate(names)}
        true = np.array([*self.truth.values(), *self.more.values()])
        rows, columns, entries = [], [], []
        for number, (terms, _low, _high) in enumerate(self.rows):
            for key, factor in terms.items():
                rows.append(number)
                columns.append(self.at[key])
                entries.append(factor)
        matrix = csr_matrix((entries, (rows, columns)), shape=(len(self.rows), len(names)))
        low, high = np.array([r[1] for r in self.rows]), np.array([r[2] for r in self.rows])
        sums = matrix @ true
        assert np.all((sums >= low - 1e-6) & (sums <= high + 1e-6)), [
            (self.rows[i], sums[i]) for i in np.flatnonzero((sums < low - 1e-6) | (sums > high + 1e-6))[:3]
        ]  # or the reader is wrong of how counts hang together
        self.constraint = LinearConstraint(matrix, low, high)
        least = np.array([1.0] * len(self.truth) + [0.0] * len(self.more))
        known = np.array([key in self.printed for key in names])
        self.bounds = Bounds(np.where(known, true, least), np.where(known, true, np.inf))
        self.least, self.most = true.copy(), true.copy()  # over the tables that were met so far

    def withheld(self, below: float = np.inf) -> list[Key]:
        """The cells that are not printed and whose true count is below a number."""
        return [key for key, value in self.truth.items() if key not in self.printed and value < below]

    def range(self, key: Key) -> tuple[float, float]:
        """The least and the largest that a withheld count can be."""
        return self._best(key, 1.0), -self._best(key, -1.0)

    def told(self, key: Key, width: float) -> bool:
        """Whether a withheld count can be worked out to less than a width."""
        for sign in (-1.0, 1.0):
            if self.most[self.at[key]] - self.least[self.at[key]] >= width or not np.isfinite(self._best(key, sign)):
                return False
        low, high = self.range(key)
        assert low <= self.truth[key] <= high
        return high - low < width

    def _best(self, key: Key, sign: float) -> float:
        aim = np.zeros(len(self.at))
        aim[self.at[key]] = sign
        found: Any = milp(aim, constraints=self.constraint, bounds=self.bounds)
        if found.x is not None and not np.all(np.abs(found.x - np.round(found.x)) < 1e-6):
            # With its presolve, HiGHS was seen to miss better tables, the true one among them.
            whole = np.ones(len(aim))
            found = milp(aim, constraints=self.constraint, bounds=self.bounds, integrality=whole, options={"presolve": False})
        if found.x is not None:
            np.minimum(self.least, np.round(found.x), out=self.least)
            np.maximum(self.most, np.round(found.x), out=self.most)
        # Some table agrees, the true one, so what has no best one has no bound.
        return float(found.fun) if found.x is not None else -np.inf
