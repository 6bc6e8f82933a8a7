"""Plans of dark periods against every plan there is, tried one by one."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import linprog

from leaps.optimise.dark import Demand, Supply
from leaps.optimise.dark_plan import Goals, NoPlan, evaluate, relaxations, solve, unmet_of
from leaps.optimise.dark_programs import Closed, Cuts, Flows
from leaps.optimise.dark_rules import Budget, Floor, Gap, Move, Question, Rule, Scenario, Window, in_words
from leaps.optimise.errors import Unusable

ABC = Supply(
    ("A", "B", "C"), ("t1", "t2"), np.array([0, 1, 1, 2]), np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]),
    np.array([10.0, 8, 4, 6]),
)  # fmt: skip
EVERYBODY = Demand(
    ("everybody",), np.repeat([[[9.0]], [[4.0]]], 6, axis=2), np.zeros(3, dtype=int), np.zeros(1, dtype=int), np.ones(3),
    np.ones(1),
)  # fmt: skip


def toy(*rules: Gap | Budget | Floor, **more: object) -> Question:
    """The worked example: months 0 to 5, each dark for two."""
    moves = tuple(Move(name, 2, 0, tuple(range(5)), cost=10) for name in "ABC")
    return Question(ABC, EVERYBODY, np.ones((3, 6)), moves, rules=rules, **more)


def made(
    seed: int, *, plain: bool, scenarios: bool = False, rules: bool = False, months: int = 9
) -> Question:
    """Four facilities in three regions, three of which move; small enough to try every plan."""
    rng = np.random.default_rng(seed)
    fitness = np.where(rng.random((9, 3)) < 0.6, rng.choice([0.4, 0.7, 1.0], (9, 3)), 0.0)
    facility_of = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3])
    hours = rng.uniform(5, 20, (9, months) if seed % 2 else 9)
    supply = Supply(("F", "G", "H", "I"), ("t", "u", "v"), facility_of, fitness, hours)
    demand = Demand(
        ("k", "l", "m"), rng.uniform(0, 14, (3, 3, months)), np.array([0, 1, 0, 2]), np.array([0, 1, -1]),
        np.array([0.3, 1.0, 0.6, 0.5]), np.full(3, 0.8) if plain else np.array([0.9, 0.4, 0.0]),
    )  # fmt: skip
    opened = np.ones((4, months))
    opened[3, :3] = 0.5
    moves = (
        Move("F", 3, 2, (1, 2, 5), (0.5, 0.75), cost=5),
        Move("G", 2, 5, (0, 3, 4, 6), (), cost=4),
        Move("H", 4, 1, (0, 1, 4), (0.25,), cost=3),
    )
    kept: tuple[Gap | Budget | Floor, ...] = ()
    if rules:
        kept = (Gap("one magnet maker", ("F", "G", "H"), 2), Budget("first half", 0, 4, 9), Floor("t", 1.0))
    return Question(
        supply, demand, opened, moves,
        floors=np.array([14.0, 0, 25]) if seed % 3 else None,
        floor_weights=np.array([1.0, 1, 3]) if seed % 3 == 1 else None,
        weights=None if plain else rng.uniform(0.5, 2, (3, 3)),
        rules=kept,
        scenarios=(Scenario(0.6, (3, 2, 4)), Scenario(0.35, (4, 3, 4)), Scenario(0.05, (6, 5, 7))) if scenarios else (),
        risk=0.7 if scenarios else 0.0,
    )  # fmt: skip


def every(question: Question) -> list[tuple[int, ...]]:
    return list(itertools.product(*(move.allowed for move in question.moves)))


def closed(question: Question, starts: tuple[int, ...], lengths: tuple[int, ...]) -> np.ndarray:
    """How far facilities are open, (F, M), month by month."""
    opened = question.opened.copy()
    for move, start, length in zip(question.moves, starts, lengths, strict=True):
        place = question.supply.facilities.index(move.facility)
        for month in range(opened.shape[1]):
            since = month - start - length
            if start <= month < start + length:
                opened[place, month] = 0
            elif 0 <= since < len(move.ramp):
                opened[place, month] *= move.ramp[since]
    return opened


def keeps(question: Question, starts: tuple[int, ...], left_out: tuple[Rule, ...] = ()) -> bool:
    """Whether a plan keeps its rules, asked one by one."""
    where = {move.facility: start for move, start in zip(question.moves, starts, strict=True)}
    for rule in question.rules:
        if rule in left_out:
            continue
        if isinstance(rule, Gap):
            if any(
                abs(where[f] - where[g]) < rule.months for f, g in itertools.combinations(rule.facilities, 2)
            ):
                return False
        elif isinstance(rule, Budget):
            if (
                sum(m.cost for m in question.moves if rule.first <= where[m.facility] <= rule.last)
                > rule.limit
            ):
                return False
        else:
            technique = question.supply.techniques.index(rule.technique)
            for case in question.cases:
                there = (question.reachable[:, technique] * closed(question, starts, case.lengths)).sum(
                    axis=0
                )
                if (there < rule.hours - 1e-9).any():
                    return False
    return True


def by_hand(question: Question, starts: tuple[int, ...]) -> tuple[float, float]:
    """Floors and unmet demand of a plan, each month and technique by a linear program of its own."""
    demand, count = question.demand, len(question.demand.communities)
    weights = np.ones(demand.hours.shape[:2]) if question.weights is None else question.weights
    home = (demand.region_of_facility[:, None] == demand.region_of_community) & (
        demand.region_of_community >= 0
    )
    worth = np.where(home, 1.0, demand.transfer)
    floors, unmet = 0.0, []
    for case in question.cases:
        opened = closed(question, starts, case.lengths)
        total = 0.0
        for t, month in itertools.product(range(len(question.supply.techniques)), range(opened.shape[1])):
            if question.floors is not None:
                matters = 1.0 if question.floor_weights is None else question.floor_weights[t]
                there = sum(question.reachable[:, t, month] * opened[:, month])
                floors += case.probability * matters * max(0, question.floors[t] - there)
            have = question.usable[:, t, month] * opened[:, month]
            rows, limits = [], []
            for f in range(len(have)):
                one, guests = np.zeros(worth.shape), np.zeros(worth.shape)
                one[f], guests[f] = 1, ~home[f]
                rows += [one.ravel(), guests.ravel()]
                limits += [have[f], have[f] * demand.guest_share[f]]
            for k in range(count):
                one = np.zeros(worth.shape)
                one[:, k] = worth[:, k]
                rows.append(one.ravel())
                limits.append(demand.hours[t, k, month])
            served = linprog(-(worth * weights[t]).ravel(), A_ub=np.array(rows), b_ub=limits).fun
            total += weights[t] @ demand.hours[t, :, month] + served
        unmet.append(total)
    mean = sum(case.probability * u for case, u in zip(question.cases, unmet, strict=True))
    # The mean of the worst tenth: hours of the worst scenarios until a tenth of the probability is used up.
    left, worst = 0.1, 0.0
    for u, chance in sorted(zip(unmet, (c.probability for c in question.cases), strict=True), reverse=True):
        worst += min(chance, left) * u
        left -= min(chance, left)
    return floors, mean + question.risk * worst / 0.1


def first(goals: list[Goals]) -> Goals:
    """The best of goals in their order; what differs by rounding is equal."""
    left = goals
    for name in ("floors", "unmet", "fairness", "moves"):
        least = min(getattr(g, name) for g in left)
        left = [g for g in left if getattr(g, name) <= least + 1e-5 * (1 + least)]
    return left[0]


def test_the_worked_example() -> None:
    found = solve(toy())

    assert found.goals.unmet == pytest.approx(2, abs=1e-9)
    a, b, c = found.starts
    assert abs(a - b) >= 2
    assert abs(b - c) >= 2
    assert (
        found.goals.moves == 2
    )  # B moves out of the way by two months, A and C stay where they were planned
    assert found.goals.fairness == pytest.approx(2 / 78)
    assert found.gaps.unmet == pytest.approx(0, abs=1e-6)
    assert found.unmet.sum() == pytest.approx(2)
    assert evaluate(toy(), (0, 0, 3))[0].unmet == pytest.approx(18)
    assert unmet_of(toy(), [(0, 0, 3), (0, 2, 0)]).tolist() == [18, 2]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("scenarios", [True, False])
def test_what_a_plan_reaches_by_hand(seed: int, plain: bool, scenarios: bool) -> None:
    question = made(seed, plain=plain, scenarios=scenarios)
    plan = every(question)[5 * seed + 4]

    goals, unmet = evaluate(question, plan)

    floors, hours = by_hand(question, plan)
    assert goals.floors == pytest.approx(floors, abs=1e-6)
    assert goals.unmet == pytest.approx(hours, rel=2e-5)
    assert goals.moves == sum(abs(s - m.planned) for s, m in zip(plan, question.moves, strict=True))
    asked = question.demand.hours.sum(axis=(0, 2))
    assert goals.fairness == pytest.approx((unmet.sum(axis=(0, 2)) / asked).max(), abs=1e-5)
    if plain:
        assert unmet_of(question, [plan])[0] == pytest.approx(hours)
        if not scenarios:
            assert unmet.sum() == pytest.approx(hours, rel=2e-5)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("scenarios", [True, False])
def test_two_ways_to_the_fairest_division(seed: int, scenarios: bool) -> None:
    """By what each region misses, and by every hour that is served."""
    question = made(seed, plain=True, scenarios=scenarios)
    plan = every(question)[5 * seed + 1]

    short, _unmet = evaluate(question, plan)

    program = Flows(question)
    program.fix(plan)
    lock = program.goal("unmet")
    least = float(program.model.relaxed(lock, (), seconds=math.inf).fun)
    fairness = program.model.relaxed(program.goal("fairness"), [(lock, least + 1e-7)], seconds=math.inf).fun
    assert short.unmet == pytest.approx(least)
    assert short.fairness == pytest.approx(fairness, abs=1e-5)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("plain", "scenarios", "rules"), list(itertools.product([True, False], repeat=3)))
def test_no_plan_is_better(seed: int, plain: bool, scenarios: bool, rules: bool) -> None:
    question = made(seed, plain=plain, scenarios=scenarios, rules=rules)
    allowed = [plan for plan in every(question) if keeps(question, plan)]
    best = first([evaluate(question, plan)[0] for plan in allowed])

    found = solve(question)

    assert found.starts in allowed
    assert found.goals.as_tuple() == pytest.approx(best.as_tuple(), rel=2e-5, abs=2e-5)
    assert found.goals == evaluate(question, found.starts)[0]
    assert all(
        low <= high + 1e-4 for low, high in zip(found.bounds.as_tuple(), found.goals.as_tuple(), strict=True)
    )
    assert found.gaps.unmet == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_cuts_never_claim_more_than_is_unmet(seed: int) -> None:
    """After cuts at random fractional points, every single plan still is below its true value, and touched ones reach it."""
    question = made(seed, plain=True, scenarios=seed % 2 == 0)
    rng = np.random.default_rng(seed)
    program = Cuts(question)
    for _round in range(6):
        x = np.zeros(program.model.count)
        for column in (program.closed, *program.at_level):
            x[column] = rng.random(column.shape)
        program.cut(x)
        program.combine(x)
    plans = every(question)
    touched = plans[seed]
    program.touch(program.closed_by(touched))
    objective = program.goal("unmet")

    for plan in plans[:: 1 + seed % 2]:
        program.fix(plan)
        claimed = float(program.model.relaxed(objective, (), seconds=math.inf).fun)
        true = Closed(question).unmet(np.array([plan]))[0]
        assert claimed <= true + 1e-6 * (1 + true)
        if plan == touched:
            assert claimed == pytest.approx(true)


@pytest.mark.parametrize("scenarios", [True, False])
@pytest.mark.parametrize("plain", [True, False])
def test_the_smallest_set_of_rules_to_relax(scenarios: bool, plain: bool) -> None:
    """Windows, gaps, budgets and floors that contradict each other; compared with every set of rules."""
    whole = made(4, plain=plain, scenarios=scenarios)
    moves = tuple(Move(m.facility, m.length, m.planned, m.allowed[:2], m.ramp, m.cost) for m in whole.moves)
    contradictions = (
        Gap("one crew", ("F", "G", "H"), 3), Gap("magnets", ("F", "H"), 2), Budget("early", 0, 4, 8), Floor("t", 3.0),
    )  # fmt: skip
    question = Question(
        whole.supply, whole.demand, whole.opened, moves, rules=contradictions, scenarios=whole.scenarios
    )
    months = question.opened.shape[1]
    rules: list[Rule] = [*(Window(m.facility) for m in moves), *contradictions]

    def possible(left_out: tuple[Rule, ...]) -> bool:
        longest = [max(case.lengths[c] for case in question.cases) for c in range(3)]
        free = [
            [
                b
                for b in range(months)
                if b in m.allowed or (Window(m.facility) in left_out and b + n <= months)
            ]
            for m, n in zip(moves, longest, strict=True)
        ]
        return any(keeps(question, plan, left_out) for plan in itertools.product(*free))

    smallest = next(n for n in range(8) if any(possible(s) for s in itertools.combinations(rules, n)))

    found = relaxations(question)

    assert smallest > 0
    assert len(found) == smallest
    assert possible(found)
    with pytest.raises(NoPlan) as refused:
        solve(question)
    assert len(refused.value.rules) == smallest
    assert all(in_words(rule) in str(refused.value) for rule in refused.value.rules)
    assert str(refused.value).startswith(
        "No plan keeps all rules. It takes at least this to make one possible: relax "
    )


def test_a_rule_is_named_in_words() -> None:
    assert in_words(Gap("magnets", ("A", "B"), 6)) == "“magnets” (A, B: 6 months apart)"
    assert in_words(Budget("2029", 3, 8, 50)) == "“2029” (starts in months 3 to 8 within 50)"
    assert in_words(Floor("t1", 5)) == "the floor of 5 hours for t1"
    assert in_words(Window("A")) == "the months in which A may begin"
    with pytest.raises(NoPlan) as refused:
        solve(toy(Gap("magnets", ("A", "B", "C"), 3)))
    assert [type(rule) for rule in refused.value.rules] in ([Gap], [Window])


def test_nothing_to_relax_where_a_plan_exists() -> None:
    assert relaxations(toy(Gap("magnets", ("A", "B"), 3))) == ()


def test_the_worst_case_counts_by_its_weight() -> None:
    """One start is better on average, another when a dark period takes long."""
    supply = Supply(("A", "B"), ("t",), np.array([0, 1]), np.ones((2, 1)), np.array([10.0, 10.0]))
    demand = Demand(
        ("k",),
        np.array([[[0.0, 6, 5, 0, 20, 20]]]),
        np.zeros(2, dtype=int),
        np.zeros(1, dtype=int),
        np.ones(2),
        np.ones(1),
    )
    opened = np.ones((2, 6))
    opened[1, 1:3] = 0
    cases = (Scenario(0.9, (2,)), Scenario(0.1, (4,)))

    def start(risk: float) -> tuple[int, ...]:
        move = (Move("A", 2, 1, (1, 2)),)
        return solve(Question(supply, demand, opened, move, scenarios=cases, risk=risk)).starts

    question = Question(supply, demand, opened, (Move("A", 2, 1, (1, 2)),), scenarios=cases)
    early, late = (evaluate(question, (n,))[0].unmet for n in (1, 2))
    assert early == pytest.approx(0.9 * 11 + 0.1 * 21)
    assert late == pytest.approx(0.9 * 5 + 0.1 * 25)
    assert start(0) == (2,)
    assert start(2) == (1,)  # the worst tenth: 21 hours against 25


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: solve(Question(ABC, EVERYBODY, np.ones((3, 6)), ())), "no dark period may be moved"),
        (lambda: Move("A", 0, 1, (1,)), "dark length of A must be 1 or more"),
        (lambda: Move("A", 2, 1, ()), "at least one month in which it may begin"),
        (lambda: Move("A", 2, 1, (3, 1)), "in order, none before 0"),
        (lambda: Move("A", 2, 1, (1,), (2.0,)), "ramp of A must lie between 0 and 1"),
        (lambda: toy(Gap("x", ("A", "Z"), 2)), "The rule “x” names Z, which is not to be moved"),
        (lambda: toy(Floor("t9", 2)), "A floor is set for “t9”, which nobody offers"),
        (lambda: toy(floors=np.ones(3)), "The floors must be known, not negative and of shape (2,)"),
        (lambda: toy(weights=np.full((2, 1), -1.0)), "The weights must be known, not negative"),
        (lambda: toy(risk=-1.0), "weight of the risk must be 0 or more"),
        (lambda: toy(scenarios=(Scenario(1.0, (2, 2)),)), "a length of at least one month for each move"),
        (lambda: toy(scenarios=(Scenario(0.5, (2, 2, 2)),)), "must add to 1"),
        (lambda: Question(ABC, EVERYBODY, np.ones((3, 5)), ()), "must have the facilities and months"),
        (lambda: Question(ABC, EVERYBODY, np.ones((3, 6)), (Move("Z", 1, 0, (0,)),)), "“Z” is to be moved"),
        (lambda: Question(ABC, EVERYBODY, np.ones((3, 6)), (Move("A", 1, 0, (6,)),)), "beyond the 6 months"),
        (lambda: evaluate(toy(), (5, 0, 0)), "A may not begin in month 5"),
        (lambda: unmet_of(made(0, plain=False), [(1, 0, 0)]), "use `evaluate`"),
    ],
)
def test_what_has_no_meaning_is_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(Unusable) as refused:
        make()

    assert words in str(refused.value)
