"""The integer programs behind `leaps.optimise.dark_plan`: closed form, cuts, and flows of hours.

Two programs tell what is unmet. `Cuts` has one variable for each technique and month and grows by inequalities that
every plan obeys; it is small, and used where all communities count alike. `Flows` has a variable for every hour that a
community gets at home or as a guest; it is exact in one piece and larger, and needed for fairness and for weights.

Why the cuts hold. Unmet hours of a technique in a month are a function of how far each facility is closed. It is
convex (the value of a linear program), which gives tangents; and darkness of one facility hurts the more, the more
others are dark (it is supermodular, as it is a maximum flow from facilities), which gives
unmet(S) >= unmet(B) - Σ over B not in S of [unmet(B) - unmet(B without f)] + Σ over S not in B of [unmet(f) - unmet()].
With B empty: the damages of facilities alone may be added up. Compare G. L. Nemhauser, L. A. Wolsey, M. L. Fisher,
Mathematical Programming 14 (1978) 265.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import LinearConstraint, OptimizeResult, linprog, milp

from leaps.optimise.dark_rules import Budget, Gap, Question, Rule
from leaps.optimise.errors import Booleans, Floats, Integers

TAIL = 0.9
"""CVaR is the mean beyond this quantile."""

TINY = 1e-9
"""Hours below which nothing is unmet."""

SLACK = 1e-6
"""By how much (relative, and absolute) a limit may be passed: rounding only."""

CHUNK = 32
"""Plans evaluated at once."""

Terms = list[tuple[ArrayLike, Integers]]

Cells = tuple[Integers, Integers, Integers]
"""Scenario, technique and month of so many cells."""


class Closed:
    """Unmet demand in closed form: home first, then guests from what regions offer."""

    def __init__(self, question: Question) -> None:
        self.question, demand = question, question.demand
        regions = np.unique(demand.region_of_facility).tolist()
        hosts = np.array([[r == f for f in demand.region_of_facility] for r in regions])
        people = np.array([[r == k and r >= 0 for k in demand.region_of_community] for r in regions])
        self.hosts = [np.flatnonzero(row) for row in hosts]
        self.wanted = [demand.hours[:, row].sum(axis=1) for row in people]
        self.demand = demand.hours.sum(axis=1)
        self.transfer = float(demand.transfer[0])
        weights = question.weights
        self.weights = np.ones(len(self.demand)) if weights is None else weights[:, 0]

    def unmet(self, starts: Integers) -> Floats:
        """Unmet hours of plans, expected and with their risk, (plans,)."""
        parts = [self._unmet(starts[n : n + CHUNK]) for n in range(0, len(starts), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _unmet(self, starts: Integers) -> Floats:
        total = np.einsum("pstm,t->ps", self.cells(self.question.openness(starts)), self.weights)
        return risky(total, self.question.chances, self.question.risk)

    def floors(self, starts: Integers) -> Floats:
        """Hours missing to the floors, expected and weighted, (plans,)."""
        question = self.question
        if question.floors is None or not question.floors.any():
            return np.zeros(len(starts))
        rows = np.flatnonzero(question.floors)
        weights = np.ones(len(rows)) if question.floor_weights is None else question.floor_weights[rows]
        found = np.zeros(len(starts))
        for n, plan in enumerate(starts):
            there = np.einsum("ftm,sfm->stm", question.reachable[:, rows], question.openness(plan[None])[0])
            missing = np.maximum(question.floors[rows, None] - there, 0.0)
            found[n] = np.einsum("stm,s,t->", missing, question.chances, weights)
        return found

    def cells(self, opened: Floats) -> Floats:
        """Unmet hours of every technique and month, from (plans, S, F, M) to (plans, S, T, M)."""
        shape = (*opened.shape[:2], *self.demand.shape)
        rest = np.broadcast_to(self.demand, shape).copy()
        pool = np.zeros(shape)
        for hosts, wanted in zip(self.hosts, self.wanted, strict=True):
            supplied, offered = np.zeros(shape), np.zeros(shape)
            for f in hosts:
                hours = self.question.usable[f] * opened[:, :, f, None, :]
                supplied += hours
                if share := self.question.demand.guest_share[f]:
                    offered += share * hours
            home = np.minimum(supplied, wanted)
            rest -= home
            pool += np.minimum(offered, supplied - home)
        rest -= np.minimum(rest, self.transfer * pool)
        return rest

    def tangents(self, cells: Cells, closed: Floats) -> tuple[Floats, Floats]:
        """Unmet hours of cells, (n,), and their slope with each move being closed, (n, C), at (S, C, M)."""
        question, (s, t, m) = self.question, cells
        hours = question.usable[:, t, m] * question.opened[:, m]
        part = hours.copy()
        part[question.places] *= 1 - closed[s, :, m].T
        value = self.demand[t, m] - sum(wanted[t, m] for wanted in self.wanted)
        slope = np.zeros_like(hours)
        shares = question.demand.guest_share
        for hosts, wanted in zip(self.hosts, self.wanted, strict=True):
            supplied, offered = part[hosts].sum(axis=0), shares[hosts] @ part[hosts]
            left = supplied - wanted[t, m]
            # A region misses hours, or gives what is left to guests, or as much as it may: whichever is least.
            pieces = np.stack([-left, -self.transfer * left, -self.transfer * offered])
            value += pieces.max(axis=0)
            piece = pieces.argmax(axis=0)
            rate = np.where(piece == 0, 1.0, np.where(piece == 1, self.transfer, 0.0))
            slope[hosts] = hours[hosts] * (
                rate + np.where(piece == 2, self.transfer, 0.0) * shares[hosts, None]
            )
        missing = value > 0
        return np.where(missing, value, 0.0), np.where(missing, slope, 0.0)[question.places].T


def risky(values: Floats, chances: Floats, risk: float) -> Floats:
    """Expected value + risk × CVaR over the scenarios, (..., S) -> (...)."""
    mean = values @ chances
    return mean + risk * _cvar(values, chances) if risk else mean


def _cvar(values: Floats, chances: Floats) -> Floats:
    """Mean of the worst part beyond the quantile TAIL, (..., S) -> (...)."""
    order = np.argsort(-values, axis=-1)
    worst = np.take_along_axis(values, order, axis=-1)
    mass = chances[order]
    before = np.cumsum(mass, axis=-1) - mass
    part = np.clip(1 - TAIL - before, 0, mass)
    return np.asarray((worst * part).sum(axis=-1) / (1 - TAIL), dtype=np.float64)


class Model:
    """Columns and rows of an integer program, collected block by block."""

    def __init__(self) -> None:
        self.count = 0
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.whole: list[Integers] = []
        self.rows: list[tuple[sparse.csr_array, Floats, Floats]] = []

    def columns(self, lower: ArrayLike, upper: Floats, *, whole: bool = False) -> Integers:
        """New variables between bounds; returns their numbers, in the shape of `upper`."""
        size = upper.size
        self.lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), upper.shape).ravel())
        self.upper.append(upper.ravel())
        self.whole.append(np.full(size, int(whole), dtype=np.int64))
        first, self.count = self.count, self.count + size
        return np.arange(first, self.count).reshape(upper.shape)

    def at_most(
        self, terms: Sequence[tuple[ArrayLike, Integers]], limit: ArrayLike, *, equal: bool = False
    ) -> None:
        """Rows: the sum of the terms is at most the limit (or equal to it), both of the same shape.

        A term is coefficients and numbers of variables, whose leading axes are those of the limit; what lies beyond
        is summed up within the row.
        """
        bound = np.asarray(limit, dtype=np.float64)
        place = np.arange(bound.size).reshape(bound.shape)
        data, row, column = [], [], []
        for factor, number in terms:
            more = number.ndim - bound.ndim
            shape = number.shape
            data.append(np.broadcast_to(np.asarray(factor, dtype=np.float64), shape).ravel())
            row.append(np.broadcast_to(place.reshape(*bound.shape, *(1,) * more), shape).ravel())
            column.append(number.ravel())
        self.matrix(
            sparse.coo_array(
                (np.concatenate(data), (np.concatenate(row), np.concatenate(column))),
                shape=(bound.size, self.count),
            ).tocsr(),
            bound.ravel(),
            equal=equal,
        )

    def matrix(self, rows: sparse.csr_array, limit: Floats, *, equal: bool = False) -> None:
        """Rows over the first variables, as a matrix."""
        self.rows.append((rows, limit if equal else np.full(len(limit), -np.inf), limit))

    def fix(self, values: Floats) -> None:
        """Give the variables of the first block these values."""
        self.lower[0] = self.upper[0] = values

    def whole_matrix(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """All rows with their limits."""
        for block, _low, _high in self.rows:
            block.resize((block.shape[0], self.count))
        matrix = sparse.csr_array(sparse.vstack([block for block, _low, _high in self.rows], format="csr"))
        low, high = (
            np.concatenate([row[1] for row in self.rows]),
            np.concatenate([row[2] for row in self.rows]),
        )
        self.rows = [(matrix, low, high)]
        return matrix, low, high

    def solve(
        self, objective: Floats, locks: Sequence[tuple[Floats, float]], *, seconds: float, gap: float
    ) -> OptimizeResult:
        """Minimise, while each locked objective stays at or below its value."""
        matrix, low, high = self.whole_matrix()
        limits = [LinearConstraint(matrix, low, high)]
        limits += [LinearConstraint(sparse.csr_array(lock[None]), -np.inf, most) for lock, most in locks]
        return milp(
            objective,
            integrality=np.concatenate(self.whole),
            bounds=(np.concatenate(self.lower), np.concatenate(self.upper)),
            constraints=limits,
            options={"time_limit": max(seconds, 0.1), "mip_rel_gap": gap},
        )

    def relaxed(
        self, objective: Floats, locks: Sequence[tuple[Floats, float]], *, seconds: float
    ) -> OptimizeResult:
        """Minimise with fractions allowed, by the interior point method: on these programs ten times the simplex."""
        matrix, low, high = self.whole_matrix()
        equal = low == high
        above = sparse.vstack(
            [matrix[~equal], *(sparse.csr_array(lock[None]) for lock, _most in locks)], format="csr"
        )
        return linprog(
            objective,
            A_ub=above,
            b_ub=np.concatenate([high[~equal], [most for _lock, most in locks]]),
            A_eq=matrix[equal],
            b_eq=high[equal],
            bounds=np.stack([np.concatenate(self.lower), np.concatenate(self.upper)], axis=1),
            method="highs-ipm",
            options={"time_limit": max(seconds, 0.1)} if np.isfinite(seconds) else {},
        )


def _begins(question: Question) -> sparse.csr_array:
    """From "has begun by" to "begins in": (C M, number of allowed months). Column i of a facility is its i-th month."""
    months = question.opened.shape[1]
    data, row, column = [], [], []
    first = 0
    for c, move in enumerate(question.moves):
        for i, month in enumerate(move.allowed):
            data.append(1.0)
            row.append(c * months + month)
            column.append(first + i)
            if i:
                data.append(-1.0)
                row.append(c * months + month)
                column.append(first + i - 1)
        first += len(move.allowed)
    return sparse.coo_array((data, (row, column)), shape=(len(question.moves) * months, first)).tocsr()


def _closing(question: Question) -> sparse.csr_array:
    """From "begins in" to "closed in": (S C M, C M)."""
    return _transposed(question.shut)


def rule_rows(question: Question) -> Iterator[tuple[Rule, sparse.csr_array, Floats, Floats]]:
    """Each rule as rows A s <= limit + give × (1 if it is relaxed); s: begins in, (C M,)."""
    months = question.opened.shape[1]
    names = [move.facility for move in question.moves]
    size = len(names) * months
    closing = _closing(question)
    for rule in question.rules:
        if isinstance(rule, Gap):
            firsts = np.arange(max(months - rule.months, 0) + 1)
            spans = (np.arange(months) >= firsts[:, None]) & (
                np.arange(months) < firsts[:, None] + rule.months
            )
            rows = np.concatenate([spans * (name in rule.facilities) for name in names], axis=1).astype(
                np.float64
            )
            limit, give = np.ones(len(rows)), np.full(len(rows), float(len(rule.facilities)))
        elif isinstance(rule, Budget):
            span = (np.arange(months) >= rule.first) & (np.arange(months) <= rule.last)
            rows = np.concatenate([move.cost * span for move in question.moves])[None].astype(np.float64)
            limit, give = np.array([rule.limit]), np.array([float(sum(m.cost for m in question.moves))])
        else:
            technique = question.supply.techniques.index(rule.technique)
            hours = question.reachable[:, technique] * question.opened
            cost = np.tile(hours[question.places].ravel(), len(question.cases))
            lost = sparse.diags_array(cost) @ closing
            collect = sparse.kron(
                sparse.eye_array(len(question.cases)),
                sparse.hstack([sparse.eye_array(months)] * len(names)),
            )
            yield (
                rule,
                sparse.csr_array(collect @ lost),
                np.tile(hours.sum(axis=0) - rule.hours, len(question.cases)),
                np.full(months * len(question.cases), rule.hours),
            )
            continue
        yield rule, sparse.csr_array(rows.reshape(-1, size)), limit, give


class Program(ABC):
    """Starts, rules, floors and moves; what is unmet comes with the two kinds below."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.model = model = Model()
        cases, months = len(question.cases), question.opened.shape[1]
        self.begins = begins = _begins(question)
        upper = np.ones(begins.shape[1])
        lower = np.zeros_like(upper)
        lower[np.cumsum([len(move.allowed) for move in question.moves], dtype=np.int64) - 1] = 1.0
        self.begun = model.columns(lower, upper, whole=True)
        first = 0
        for move in question.moves:
            mine = self.begun[first : first + len(move.allowed)]
            model.at_most([(1.0, mine[:-1]), (-1.0, mine[1:])], np.zeros(len(mine) - 1))
            first += len(mine)
        for _rule, rows, limit, _give in rule_rows(question):
            model.matrix(_sparse(rows @ begins), limit + SLACK)
        self.one = model.columns(1.0, np.ones(1))
        self.closed = self.follows(_closing(question), (cases, len(question.moves), months))
        self.missing = self._floors()
        self.fixed: Floats = np.zeros(cases)
        self.tail: tuple[Integers, Integers] | None = None

    def follows(self, matrix: sparse.csr_array, shape: tuple[int, ...]) -> Integers:
        """New variables from 0 to 1 that are a matrix times "begins in", (C M,)."""
        number = self.model.columns(0.0, np.ones(shape))
        rows = _sparse(matrix @ self.begins)
        between = sparse.csr_array((rows.shape[0], int(number.flat[0]) - rows.shape[1]))
        self.model.matrix(
            _sparse(sparse.hstack([-rows, between, sparse.eye_array(rows.shape[0])])),
            np.zeros(rows.shape[0]),
            equal=True,
        )
        return number

    def goal(self, name: str) -> Floats:
        """The objective of a goal over all variables."""
        question, found = self.question, np.zeros(self.model.count)
        if name == "floors" and self.missing is not None and question.floors is not None:
            weights = (
                np.ones(len(question.floors)) if question.floor_weights is None else question.floor_weights
            )
            found[self.missing] = question.chances[:, None, None] * weights[question.floors > 0][:, None]
        elif name == "unmet":
            found[self.one] = float(question.chances @ self.fixed)
            for case, number, factor in self.unmet_terms():
                found[number] += question.chances[case] * factor
            if self.tail is not None:
                eta, excess = self.tail
                found[eta] = question.risk
                found[excess] = question.risk * question.chances / (1 - TAIL)
        elif name == "moves":
            found[self.begun] = shifts(question) @ self.begins
        return found

    @abstractmethod
    def unmet_terms(self) -> list[tuple[Integers, Integers, Floats]]:
        """What adds to the unmet hours beside what is fixed: scenario, variable and factor."""

    def starts(self, x: Floats) -> tuple[int, ...]:
        """The start months of a solution."""
        found, first = [], 0
        for move in self.question.moves:
            mine = x[self.begun[first : first + len(move.allowed)]]
            found.append(move.allowed[int(np.argmax(mine > 0.5))])
            first += len(move.allowed)
        return tuple(found)

    def fix(self, starts: Sequence[int]) -> None:
        """Allow these starts only."""
        moves = zip(self.question.moves, starts, strict=True)
        self.model.fix(np.array([float(month >= start) for move, start in moves for month in move.allowed]))

    def _floors(self) -> Integers | None:
        """Missing hours to the floors, (S, T', M); None if there are no floors."""
        question = self.question
        if question.floors is None or not question.floors.any():
            return None
        rows = np.flatnonzero(question.floors)
        hours = question.reachable[:, rows] * question.opened[:, None]
        cases, months = len(question.cases), question.opened.shape[1]
        missing = self.model.columns(0.0, np.full((cases, len(rows), months), np.inf))
        lost = hours[question.places].transpose(1, 2, 0)
        closed = np.broadcast_to(self.closed.transpose(0, 2, 1)[:, None], (cases, *lost.shape))
        spare = hours.sum(axis=0) - question.floors[rows, None]
        self.model.at_most(
            [(lost, closed), (-1.0, missing[..., None])], np.broadcast_to(spare, missing.shape)
        )
        return missing

    def _add_tail(self) -> None:
        """The variables of CVaR: eta, and by how much each scenario exceeds it."""
        cases = len(self.question.cases)
        eta, excess = (
            self.model.columns(0.0, np.full(1, np.inf)),
            self.model.columns(0.0, np.full(cases, np.inf)),
        )
        for case in range(cases):
            terms: Terms = [(-1.0, eta[None]), (-1.0, excess[None, case : case + 1])]
            for where, number, factor in self.unmet_terms():
                mine = where == case
                terms.append((factor[mine], number[None, mine]))
            self.model.at_most(terms, np.array([-self.fixed[case]]))
        self.tail = (eta, excess)


class Cuts(Program):
    """Unmet hours of every technique and month, bounded from below by cuts. Needs `question.plain`.

    A solution may seem better than it is; `cut` adds what it overlooks.
    """

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.form = Closed(question)
        least, most = _extremes(question, self.form)
        undecided = most > least + TINY
        self.fixed = np.einsum("stm,t->s", np.where(undecided, 0.0, least), self.form.weights)
        self.cells = _where(undecided)
        _s, t, m = self.cells
        self.unmet = self.model.columns(0.0, self.form.demand[t, m])
        shut = question.shut
        ramps = {round(1 - share, 9) for move in question.moves for share in move.ramp if share < 1}
        self.levels = sorted({1.0, *ramps})
        shape = (len(question.cases), len(question.moves), question.opened.shape[1])
        # Whether a move is closed at least to a level; all binary, as they follow from the starts.
        self.at_level = [self.follows(_transposed(shut >= level - TINY), shape) for level in self.levels]
        self.none = self._at(np.zeros(shape))
        self.alone = np.array([self._damages(c, shape) for c in range(len(question.moves))])
        self.model.at_most(
            [(-1.0, self.unmet), *self._singles(np.zeros(shape[1:2], dtype=np.bool_)[:, None])], -self.none
        )
        if question.risk:
            self._add_tail()

    def unmet_terms(self) -> list[tuple[Integers, Integers, Floats]]:
        """Every cell with the weight of its technique."""
        s, t, _m = self.cells
        return [(s, self.unmet, self.form.weights[t])]

    def closed_by(self, starts: Sequence[int]) -> Floats:
        """How far the moves are closed with these starts, (S, C, M)."""
        return self.question.shut[:, np.arange(len(starts)), list(starts)]

    def cut(self, x: Floats) -> int:
        """Add tangents where a solution has less unmet than its closings say; returns how many."""
        return self.touch(x[self.closed], x[self.unmet])

    def touch(self, closed: Floats, believed: Floats | None = None) -> int:
        """Add tangents at closings, (S, C, M): all, or where more is unmet than believed."""
        s, _t, m = self.cells
        value, slope = self.form.tangents(self.cells, closed)
        rows = np.full(len(value), True) if believed is None else value > believed + SLACK * (1 + value)
        if rows.any():
            s, m, value, slope = s[rows], m[rows], value[rows], slope[rows]
            there = (slope * closed[s, :, m]).sum(axis=1)
            self.model.at_most([(-1.0, self.unmet[rows, None]), (slope, self.closed[s, :, m])], there - value)
        return int(rows.sum())

    def combine(self, x: Floats) -> int:
        """Add cuts for the two, three and four facilities that are darkest together in each month; returns how many."""
        s, _t, m = self.cells
        dark, believed = x[self.at_level[-1]], x[self.unmet]
        order = np.argsort(-dark, axis=1)
        added = 0
        for size in range(2, min(4, dark.shape[1]) + 1):
            members = order[:, :size]
            closed = np.zeros(dark.shape)
            np.put_along_axis(closed, members, 1.0, axis=1)
            together = self._at(closed)
            without = []
            for n in range(size):
                fewer = closed.copy()
                np.put_along_axis(fewer, members[:, n : n + 1], 0.0, axis=1)
                without.append(together - self._at(fewer))
            chosen = members[s, :, m]
            numbers = self.at_level[-1][s[:, None], chosen, m[:, None]]
            drops = np.stack(without, axis=1)
            terms = [(drops, numbers), *self._singles(closed.astype(np.bool_)[s, :, m].T)]
            limit = drops.sum(axis=1) - together
            sides = sum((factor * x[number]).reshape(len(s), -1).sum(axis=1) for factor, number in terms)
            rows = sides - limit > believed + 1e-3 * (1 + believed)
            if rows.any():
                kept: Terms = [(-1.0, self.unmet[rows])]
                kept += [(factor[rows], number[rows]) for factor, number in terms]
                self.model.at_most(kept, limit[rows])
                added += int(rows.sum())
        return added

    def _at(self, closed: Floats) -> Floats:
        return self.form.tangents(self.cells, closed)[0]

    def _damages(self, move: int, shape: tuple[int, ...]) -> Floats:
        """What a move alone adds to unmet hours from one level to the next, (levels, n)."""
        values = [self.none]
        for level in self.levels:
            closed = np.zeros(shape)
            closed[:, move] = level
            values.append(self._at(closed))
        return np.diff(np.array(values), axis=0)

    def _singles(self, but: Booleans) -> list[tuple[Floats, Integers]]:
        """The damages of every move alone as terms, except where it is among `but`, (C, n) or (C, 1)."""
        s, _t, m = self.cells
        return [
            (np.where(but[c], 0.0, damage), level[s, c, m])
            for c in range(len(self.alone))
            for damage, level in zip(self.alone[c], self.at_level, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """Variables that serve a community, one in a cell: what one unit is worth, in hours of demand and weighted."""

    number: Integers
    worth: float
    weighted: Floats
    case: Integers
    community: int


class Flows(Program):
    """Every hour that a community gets at home or as a guest; exact for every question."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        demand = question.demand
        self.weights = np.ones(demand.hours.shape[:2]) if question.weights is None else question.weights
        shape = (len(question.cases), demand.hours.shape[0], question.opened.shape[1])
        # Where nothing can be unmet, nothing is to be decided.
        undecided = (
            _extremes(question, Closed(question))[1] > TINY
            if question.plain
            else np.ones(shape, dtype=np.bool_)
        )
        self.cells = _where(undecided)
        self.flows: list[_Flow] = []
        self._serve()
        if question.risk:
            self._add_tail()
        self.fairest = self._fairness()

    def goal(self, name: str) -> Floats:
        """As for every program, and fairness."""
        found = super().goal(name)
        if name == "fairness":
            found[self.fairest] = 1.0
        return found

    def unmet_terms(self) -> list[tuple[Integers, Integers, Floats]]:
        """Every hour served, which lessens what is wanted."""
        return [(flow.case, flow.number, -flow.weighted) for flow in self.flows]

    def unmet(self, x: Floats) -> Floats:
        """Expected unmet hours by technique, community and month, (T, K, M)."""
        question, (s, t, m) = self.question, self.cells
        found: Floats = np.zeros(question.demand.hours.shape)
        for k in range(found.shape[1]):
            np.add.at(found[:, k], (t, m), question.chances[s] * question.demand.hours[t, k, m])
        for flow in self.flows:
            np.add.at(found[:, flow.community], (t, m), -question.chances[s] * flow.worth * x[flow.number])
        return np.maximum(found, 0.0)

    def _serve(self) -> None:
        """How the demand of every cell is served: at home, and as guests of what regions offer."""
        question, model, demand = self.question, self.model, self.question.demand
        s, t, m = self.cells
        wanted = demand.hours[t, :, m]
        np.add.at(self.fixed, s, (self.weights[t] * wanted).sum(axis=1))
        hours = question.usable[:, t, m] * question.opened[:, m]
        moved = {int(place): c for c, place in enumerate(question.places)}

        def given(hosts: Integers, share: Floats) -> tuple[Terms, Floats]:
            """What hosts give when open, and how their dark periods lessen it."""
            part = hours[hosts] * share[hosts, None]
            lost: Terms = [
                (part[n], self.closed[s, moved[f], m]) for n, f in enumerate(hosts.tolist()) if f in moved
            ]
            return lost, part.sum(axis=0)

        everywhere = np.ones(len(demand.guest_share))
        pool: Terms = []
        at_home: dict[int, Terms] = {k: [] for k in range(len(demand.communities))}
        for region in np.unique(demand.region_of_facility).tolist():
            hosts = np.flatnonzero(demand.region_of_facility == region)
            people = np.flatnonzero((demand.region_of_community == region) & (region >= 0))
            lost, most = given(hosts, everywhere)
            home = model.columns(0.0, wanted[:, people])
            lost.append((1.0, home))
            for n, k in enumerate(people.tolist()):
                at_home[k].append((1.0, home[:, n]))
                self._gain(home[:, n], 1.0, k)
            if demand.guest_share[hosts].any():
                less, offered = given(hosts, demand.guest_share)
                out = model.columns(0.0, offered)
                model.at_most([(1.0, out), *less], offered)
                lost.append((1.0, out))
                pool.append((-1.0, out))
            model.at_most(lost, most)
        able = demand.transfer > 0
        guests = model.columns(0.0, np.divide(wanted, demand.transfer, out=np.zeros_like(wanted), where=able))
        for k, worth in enumerate(demand.transfer.tolist()):
            model.at_most([(worth, guests[:, k]), *at_home[k]], wanted[:, k])
            self._gain(guests[:, k], worth, k)
        model.at_most([(1.0, guests), *pool], np.zeros(len(s)))

    def _gain(self, number: Integers, worth: float, community: int) -> None:
        s, t, _m = self.cells
        self.flows.append(_Flow(number, worth, worth * self.weights[t, community], s, community))

    def _fairness(self) -> Integers:
        """The largest expected share of its demand that a community misses."""
        question, (s, t, m) = self.question, self.cells
        fairest = self.model.columns(0.0, np.ones(1))
        total = question.demand.hours.sum(axis=(0, 2))
        for k in np.flatnonzero(total > 0).tolist():
            terms: Terms = [(-1.0, fairest[None])]
            for flow in self.flows:
                if flow.community == k:
                    terms.append((-question.chances[flow.case] * flow.worth / total[k], flow.number[None]))
            wanted = float((question.chances[s] * question.demand.hours[t, k, m]).sum())
            self.model.at_most(terms, np.array([-wanted / total[k]]))
        return fairest


def fair_split(question: Question, form: Closed, plan: Integers) -> tuple[float, Floats]:
    """The smallest largest share that a community misses with one plan, (1, C), and the hours missed, (T, K, M).

    Needs `question.plain` and guest hours that are worth less than hours at home. Then every way to meet as much as
    possible uses hours at home first, and the rest may be divided freely up to what each region misses at home.
    """
    demand = question.demand
    opened = question.openness(plan)
    s, t, m = _where(form.cells(opened)[0] > TINY)
    opened_here = opened[0][s, :, m].T * question.usable[:, t, m]
    wanted = demand.hours[t, :, m]
    model = Model()
    limits = wanted.copy()
    shared: list[tuple[Integers, Floats]] = []
    for region in np.unique(demand.region_of_facility[demand.region_of_facility >= 0]).tolist():
        people = np.flatnonzero(demand.region_of_community == region)
        supplied = opened_here[demand.region_of_facility == region].sum(axis=0)
        missed = np.maximum(wanted[:, people].sum(axis=1) - supplied, 0.0)
        limits[:, people] = np.minimum(limits[:, people], missed[:, None])
        if len(people) > 1:
            shared.append((people, missed))
    missing = model.columns(0.0, limits)
    fairest = model.columns(0.0, np.ones(1))
    total = form.cells(opened)[0][s, t, m]
    model.at_most([(1.0, missing)], np.minimum(total, limits.sum(axis=1)), equal=True)
    for people, missed in shared:
        model.at_most([(1.0, missing[:, people])], missed)
    asked = demand.hours.sum(axis=(0, 2))
    for k in np.flatnonzero(asked > 0).tolist():
        shares = question.chances[s] / asked[k]
        model.at_most([(-1.0, fairest[None]), (shares, missing[None, :, k])], np.zeros(1))
    objective = np.zeros(model.count)
    objective[fairest] = 1.0
    answer = model.relaxed(objective, (), seconds=np.inf)
    found: Floats = np.zeros(demand.hours.shape)
    for k in range(found.shape[1]):
        np.add.at(found[:, k], (t, m), question.chances[s] * answer.x[missing[:, k]])
    return float(answer.fun), found


def shifts(question: Question) -> Floats:
    """Months between each possible start and the plan, (C M,)."""
    months = np.arange(question.opened.shape[1])
    return np.concatenate([np.abs(months - move.planned) for move in question.moves]).astype(np.float64)


def _extremes(question: Question, form: Closed) -> tuple[Floats, Floats]:
    """Unmet hours if no month were dark that need not be, and if every month were dark that can be; (S, T, M)."""
    best = np.repeat(question.opened[None], len(question.cases), axis=0)
    worst = best.copy()
    for c, (move, place) in enumerate(zip(question.moves, question.places, strict=True)):
        shut = question.shut[:, c, list(move.allowed)]
        best[:, place] *= 1 - shut.min(axis=1)
        worst[:, place] *= 1 - shut.max(axis=1)
    return form.cells(best[None])[0], form.cells(worst[None])[0]


def _where(cells: Booleans) -> Cells:
    """The cells that are true, of (S, T, M)."""
    s, t, m = np.nonzero(cells)
    return s.astype(np.int64), t.astype(np.int64), m.astype(np.int64)


def _transposed(shut: Floats | Booleans) -> sparse.csr_array:
    """From "begins in", (C M,), to something of each month, (S C M, C M), by a table (S, C, begin, month)."""
    blocks = [
        sparse.block_diag([matrix.T.astype(np.float64) for matrix in case], format="csr") for case in shut
    ]
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def _sparse(matrix: sparse.sparray) -> sparse.csr_array:
    found = sparse.csr_array(matrix)
    found.eliminate_zeros()
    return found
