"""When facilities should go dark: start months that keep techniques alive, by integer programming (HiGHS).

What is wanted, one after the other, each as good as possible without giving up more of what stands before it:
1 floors: hours missing to what a technique should always have; 2 unmet demand; 3 fairness: the largest share of
its demand that any community misses; 4 small moves: months between the starts and the plan.

Starts are binary variables "has begun by month m", which rise once; that a facility is open follows from them.
Hours at home count fully, hours as a guest by the community's transfer efficiency, and guests come from what a
region offers (see `leaps.optimise.dark.serve`, which gives the same total). If dark lengths are uncertain, 1 and
3 are expected values over the scenarios, and 2 is expected value + risk × CVaR: the mean of the worst tenth
(R. T. Rockafellar, S. Uryasev, Journal of Risk 2 (2000) 21).

Axes as in `leaps.optimise.dark`: T, K, M; C for facilities that may move. The integer programs themselves are in
`leaps.optimise.dark_programs`, what is asked in `leaps.optimise.dark_rules`.
"""

import dataclasses
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import OptimizeResult

from leaps.optimise.dark_programs import (
    SLACK,
    TINY,
    Closed,
    Cuts,
    Flows,
    Model,
    Program,
    fair_split,
    rule_rows,
    shifts,
)
from leaps.optimise.dark_rules import Question, Rule, Window, in_words
from leaps.optimise.errors import Floats, Integers, Unusable

GOALS = ("floors", "unmet", "fairness", "moves")

PART = {"floors": 0.3, "unmet": 0.7, "fairness": 0.6, "moves": 1.0}
"""How much of the time that is left a goal may take."""

ROUNDS = 8
"""How often cuts are added with fractions allowed, before whole numbers are asked for."""

PATIENCE = 30
"""The smallest moves are asked for in whole numbers if the time is so many times what fractions took."""

LARGE = 20_000
"""Variables beyond which a program with every hour takes minutes."""

DESCENTS = 4
"""From how many plans the search by single moves begins."""


@dataclass(frozen=True, slots=True)
class Goals:
    """What a plan reaches: the four goals in their order."""

    floors: float
    unmet: float
    fairness: float
    moves: float

    def as_tuple(self) -> tuple[float, float, float, float]:
        """The four numbers."""
        return (self.floors, self.unmet, self.fairness, self.moves)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Start months of the moves, (C,), and what they reach.

    `bounds`: no plan can be better than this, goal by goal, each given what was reached before it. `gaps`: how far
    apart the two are, relative to what is reached. `unmet`: expected hours, (T, K, M).
    """

    starts: tuple[int, ...]
    goals: Goals
    bounds: Goals
    gaps: Goals
    unmet: Floats
    seconds: float


class NoPlan(Unusable):
    """No plan keeps all rules; `rules` is a smallest set that would have to give way."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        listed = "; ".join(in_words(rule) for rule in self.rules)
        super().__init__(
            f"No plan keeps all rules. It takes at least this to make one possible: relax {listed}."
        )


def unmet_of(question: Question, starts: ArrayLike) -> Floats:
    """Goal 2 of many plans at once, (plans, C) -> (plans,), in closed form. Raises Unusable unless `question.plain`."""
    if not question.plain:
        raise Unusable(
            "With weights or transfer efficiencies that differ between communities, use `evaluate`."
        )
    return Closed(question).unmet(np.atleast_2d(np.asarray(starts, dtype=np.int64)))


def relaxations(question: Question, *, seconds: float = 60.0) -> tuple[Rule, ...]:
    """A smallest set of rules that would have to give way for a plan to exist; () if one exists.

    Every rule, and the allowed months of every facility, may be given up, each counted once. A facility that gives up
    its months may begin in any that leaves its dark period within the horizon. Raises Unusable if HiGHS does not
    finish in time.
    """
    return _elastic(question, seconds)[0]


def _elastic(question: Question, seconds: float) -> tuple[tuple[Rule, ...], tuple[int, ...]]:
    """The rules to relax, and starts that keep all others."""
    months = question.opened.shape[1]
    model = Model()
    begins = model.columns(0.0, np.ones((len(question.moves), months)), whole=True)
    model.at_most([(1.0, begins)], np.ones(len(question.moves)), equal=True)
    windows: list[Rule] = [Window(move.facility) for move in question.moves]
    rows = list(rule_rows(question))
    rules = [*windows, *(rule for rule, *_rest in rows)]
    given = model.columns(0.0, np.ones(len(rules)), whole=True)
    allowed = np.zeros(begins.shape, dtype=np.bool_)
    possible = np.zeros(begins.shape, dtype=np.bool_)
    for c, move in enumerate(question.moves):
        allowed[c, list(move.allowed)] = True
        longest = max(case.lengths[c] for case in question.cases)
        possible[c] = allowed[c] | (np.arange(months) + longest <= months)
    model.at_most([(~possible * 1.0, begins)], np.zeros(len(question.moves)), equal=True)
    model.at_most([(~allowed * 1.0, begins), (-1.0, given[: len(windows), None])], np.zeros(len(windows)))
    for number, (_rule, matrix, limit, give) in enumerate(rows, len(windows)):
        column = sparse.coo_array(
            (-give, (np.arange(len(give)), np.full(len(give), number))), shape=(len(give), len(rules))
        )
        model.matrix(sparse.csr_array(sparse.hstack([matrix, column], format="csr")), limit + SLACK)
    objective = np.zeros(model.count)
    objective[given] = 1.0
    found = model.solve(objective, (), seconds=seconds, gap=0.0)
    if found.status != 0:
        raise Unusable(
            "The smallest set of rules to relax was not found in time. Give more time or fewer rules."
        )
    starts = tuple(int(month) for month in found.x[begins].argmax(axis=1))
    return tuple(rule for rule, value in zip(rules, found.x[given], strict=True) if value > 0.5), starts


def evaluate(question: Question, starts: Sequence[int]) -> tuple[Goals, Floats]:
    """What given starts reach, and the expected unmet hours, (T, K, M), divided as fairly as can be.

    Rules are not asked. Raises Unusable if a start is not among the months allowed.
    """
    for move, start in zip(question.moves, starts, strict=True):
        if start not in move.allowed:
            raise Unusable(f"{move.facility} may not begin in month {start}.")
    # Only these starts, so that whatever they cannot change is left out of the program.
    moves = tuple(dataclasses.replace(m, allowed=(s,)) for m, s in zip(question.moves, starts, strict=True))
    settled = dataclasses.replace(question, moves=moves, rules=())
    shifted = float(sum(abs(s - m.planned) for m, s in zip(moves, starts, strict=True)))
    if question.plain and question.demand.transfer[0] < 1:
        form, plan = Closed(settled), np.array([starts])
        fairness, unmet = fair_split(settled, form, plan)
        return Goals(float(form.floors(plan)[0]), float(form.unmet(plan)[0]), fairness, shifted), unmet
    program = Flows(settled)
    locks: list[tuple[Floats, float]] = []
    values = {"floors": 0.0, "moves": shifted}
    x = np.zeros(program.model.count)
    for name in ("unmet", "fairness") if program.missing is None else ("floors", "unmet", "fairness"):
        objective = program.goal(name)
        answer = program.model.relaxed(objective, locks, seconds=math.inf)
        if answer.x is None:
            raise Unusable(f"What the plan reaches could not be computed: {answer.message}")
        x = answer.x
        values[name] = float(objective @ x)
        locks.append((objective, values[name] + SLACK * (1 + abs(values[name]))))
    return Goals(**values), program.unmet(x)


def solve(question: Question, *, seconds: float = 60.0, gap: float = 0.0, seed: int = 0) -> Plan:
    """The best plan found within the time, with a bound on how much better any other could be.

    Each goal is pursued until nothing better than `gap` (relative) can exist, or its part of the time is over; then
    the bound says how far it got. On a question with 12 facilities, 120 months and 40 techniques a minute settles unmet
    demand to about 1 %; what comes after is only valued and bounded there. HiGHS may overrun its time a little. Raises
    NoPlan with the rules to relax if none keeps the rules.
    """
    began = time.perf_counter()
    if not question.moves:
        raise Unusable(
            "There is nothing to plan: no dark period may be moved. Allow at least one to begin in other months."
        )
    rules, starts = _elastic(question, seconds)
    if rules:
        raise NoPlan(rules)
    search = _Search(question, starts, began + seconds, gap)
    if question.plain:
        search.descend(seed)
    for name in GOALS:
        search.pursue(name)
    goals, unmet = search.evaluated()
    bounds = Goals(**{name: min(search.bounds[name], getattr(goals, name)) for name in GOALS})
    gaps = [
        1 - low / high if high > 0 else 0.0
        for low, high in zip(bounds.as_tuple(), goals.as_tuple(), strict=True)
    ]
    return Plan(search.best, goals, bounds, Goals(*gaps), unmet, time.perf_counter() - began)


class _Search:
    """A plan that gets better, goal by goal."""

    def __init__(self, question: Question, starts: tuple[int, ...], until: float, gap: float) -> None:
        self.question, self.best, self.until, self.gap = question, starts, until, gap
        self.form = Closed(question)
        self.cuts: Cuts | None = None
        self.flows: Flows | None = None
        self.known: dict[tuple[int, ...], tuple[Goals, Floats]] = {}
        self.reached: dict[str, float] = {}
        self.bounds: dict[str, float] = dict.fromkeys(GOALS, 0.0)
        rows = list(rule_rows(question))
        months = question.opened.shape[1]
        self.rules = (
            np.concatenate([matrix.toarray() for _r, matrix, _l, _g in rows])
            if rows
            else np.zeros((0, months * len(starts)))
        )
        self.limits = np.concatenate([limit for _r, _m, limit, _g in rows]) if rows else np.zeros(0)

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - time.perf_counter()

    def evaluated(self) -> tuple[Goals, Floats]:
        """What the best plan so far reaches; computed once for each plan."""
        if self.best not in self.known:
            self.known[self.best] = evaluate(self.question, self.best)
        return self.known[self.best]

    def pursue(self, name: str) -> None:
        """Make one goal as good as it gets, keeping those before it."""
        until = time.perf_counter() + self.left * PART[name]
        if name == "floors" and (self.question.floors is None or not self.question.floors.any()):
            self.reached[name] = 0.0
        elif name == "fairness" or not self.question.plain:
            self._with_flows(name, until)
        else:
            self._with_cuts(name, until)
            if name == "moves" and self.gap_left(name):
                self._with_flows(name, until)

    def gap_left(self, name: str) -> bool:
        """Whether something better may exist."""
        value = self.reached[name]
        return value - self.bounds[name] > self.gap * value + 2 * SLACK * (1 + value)

    def _with_flows(self, name: str, until: float) -> None:
        """Ask with every hour in the program, if that is not too large where the value is known without."""
        question = self.question
        self.reached[name] = float(getattr(self.evaluated()[0], name))
        if name == "fairness" and question.weights is None and not question.risk:
            # Somebody misses at least the average.
            self.bounds[name] = self.bounds["unmet"] / max(float(question.demand.hours.sum()), TINY)
        program = self.flows = self.flows or Flows(question)
        if not self.gap_left(name) or (question.plain and program.model.count > LARGE):
            return
        objective = program.goal(name)
        answer = program.model.solve(
            objective, self._locks(program, name), seconds=until - time.perf_counter(), gap=self.gap
        )
        self._bound(name, answer)
        if answer.x is not None and float(objective @ answer.x) < self.reached[name]:
            self.best, self.reached[name] = program.starts(answer.x), float(objective @ answer.x)

    def _with_cuts(self, name: str, until: float) -> None:
        """Ask with cuts, see what was overlooked, and ask again."""
        program = self.cuts = self.cuts or Cuts(self.question)
        objective = program.goal(name)
        program.touch(program.closed_by(self.best))
        locks = self._locks(program, name)
        began = time.perf_counter()
        for _round in range(ROUNDS if name == "unmet" else 1):
            answer = program.model.relaxed(objective, locks, seconds=until - time.perf_counter())
            if answer.status != 0:
                break
            self.bounds[name] = max(self.bounds[name], float(answer.fun))
            if program.cut(answer.x) + program.combine(answer.x) < len(program.unmet) / 200:
                break
        self.reached[name] = self._closed_value(name)
        if name == "moves" and until - time.perf_counter() < PATIENCE * (time.perf_counter() - began):
            return
        while self.gap_left(name):
            seconds = until - time.perf_counter()
            answer = program.model.solve(objective, locks, seconds=seconds, gap=self.gap / 2)
            self._bound(name, answer)
            if answer.x is not None:
                self._compare(program.starts(answer.x))
            self.reached[name] = self._closed_value(name)
            if answer.x is None or time.perf_counter() > until or not program.cut(answer.x):
                return

    def _closed_value(self, name: str) -> float:
        values = self._worth(np.array([self.best]))[0].tolist()
        return float(dict(zip(("broken", "floors", "unmet", "moves"), values, strict=True))[name])

    def _locks(self, program: Program, name: str) -> list[tuple[Floats, float]]:
        """What stands before a goal, at what it has reached."""
        before = [(n, self.reached[n]) for n in GOALS[: GOALS.index(name)]]
        return [(program.goal(n), value + SLACK * (1 + abs(value))) for n, value in before]

    def _bound(self, name: str, answer: OptimizeResult) -> None:
        low = answer.mip_dual_bound
        if low is not None and math.isfinite(low):
            self.bounds[name] = max(self.bounds[name], float(low))

    def _compare(self, starts: tuple[int, ...]) -> None:
        """Take these starts if they are better, goal by goal, in closed form."""
        ours, theirs = self._worth(np.array([starts, self.best]))
        if tuple(ours) < tuple(theirs) and self._as_fair(starts):
            self.best = starts

    def _as_fair(self, starts: tuple[int, ...]) -> bool:
        """Whether fairness, if it is settled already, stays as good."""
        if "fairness" not in self.reached:
            return True
        if starts not in self.known:
            self.known[starts] = evaluate(self.question, starts)
        return self.known[starts][0].fairness <= self.reached["fairness"] + 2 * SLACK

    def _worth(self, plans: Integers) -> Floats:
        """Rules broken, floors, unmet demand and moves of plans, (plans, 4), rounded so that equals are equal."""
        question, months = self.question, self.question.opened.shape[1]
        places = np.arange(plans.shape[1]) * months + plans
        broken = np.maximum(self.rules[:, places].sum(axis=2).T - self.limits - SLACK, 0.0).sum(axis=1)
        found = [
            broken,
            self.form.floors(plans),
            self.form.unmet(plans),
            shifts(question)[places].sum(axis=1),
        ]
        return np.round(np.stack(found, axis=1), 6)

    def descend(self, seed: int) -> None:
        """Move one facility at a time to its best month, again and again, from a few plans."""
        rng = np.random.default_rng(seed)
        moves = self.question.moves
        nearest = [
            move.allowed[int(np.abs(np.array(move.allowed) - move.planned).argmin())] for move in moves
        ]
        first = [np.array(self.best), np.array(nearest)]
        random = [np.array([rng.choice(move.allowed) for move in moves]) for _ in range(DESCENTS)]
        limit = time.perf_counter() + self.left * 0.2
        for begin in [*first, *random]:
            plan = begin
            worth = self._worth(plan[None])[0]
            better = True
            while better and time.perf_counter() < limit:
                better = False
                for c in rng.permutation(len(moves)):
                    tries = np.repeat(plan[None], len(moves[c].allowed), axis=0)
                    tries[:, c] = moves[c].allowed
                    values = self._worth(tries)
                    least = np.lexsort(values.T[::-1])[0]
                    if tuple(values[least]) < tuple(worth):
                        plan, worth, better = tries[least], values[least], True
            if worth[0] == 0:
                self._compare(tuple(int(m) for m in plan))
