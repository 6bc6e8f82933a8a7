"""Dark periods: what is left with a calendar (evaluation), and when to go dark (planning), each at three sizes.

For the evaluation the instruments are made up with as many techniques each as real ones have once the broader terms count too. The
peer, in turn: every instrument by itself, a product of its fitness and its open hours added to an array of
facility, technique and month; both must give equal capacities.

For planning, up to twelve made-up facilities each choose one of up to 36 months around the one they announced, over
120 months with 40 classes of technique and four communities; demand of a class lies between 70 and 130 % of what is
offered. The peers: the announced months as they stand, and the best of 10,000 random plans. One more question has every
class at 85 %: shortages come and go with the dates, the hardest case for a bound.
"""

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
from _support import claim, machine, median, table

from leaps.optimise.dark import Calendar, DarkPeriod, Demand, Horizon, Supply, calendar, capacity, serve
from leaps.optimise.dark_plan import evaluate, solve, unmet_of
from leaps.optimise.dark_rules import Move, Question

ROUNDS = 7
HORIZON = Horizon(dt.date(2026, 1, 1), 120)
TECHNIQUES, COMMUNITIES, FACILITIES = 377, 16, 40
SIZES = (531, 5_000, 20_000)


def record(instruments: int) -> tuple[Supply, Demand, list[DarkPeriod]]:
    """A made-up record of so many instruments, always the same."""
    rng = np.random.default_rng(instruments)
    fitness = np.where(
        rng.random((instruments, TECHNIQUES)) < 0.02, rng.uniform(0.2, 1, (instruments, TECHNIQUES)), 0.0
    )
    names = tuple(f"f{n}" for n in range(FACILITIES))
    supply = Supply(
        names,
        tuple(f"t{n}" for n in range(TECHNIQUES)),
        rng.integers(0, FACILITIES, instruments),
        fitness,
        rng.uniform(100, 400, (instruments, HORIZON.months)),
    )
    wanted = (
        supply.usable.sum(axis=0)[:, None, :]
        * rng.dirichlet(np.ones(COMMUNITIES), TECHNIQUES)[:, :, None]
        * 0.9
    )
    demand = Demand(
        tuple(f"k{n}" for n in range(COMMUNITIES)),
        wanted,
        rng.integers(0, 12, FACILITIES),
        rng.integers(0, 12, COMMUNITIES),
        np.full(FACILITIES, 0.3),
        np.full(COMMUNITIES, 0.9),
    )
    ramp = (0.5, 0.6, 0.7, 0.8, 0.9)
    dark = [
        DarkPeriod(names[n], dt.date(2027 + n % 5, 1 + n, 5), dt.date(2029 + n % 5, 1 + n, 9), ramp)
        for n in range(12)
    ]
    return supply, demand, dark


def one_by_one(supply: Supply, opened: Calendar) -> np.ndarray:
    """Capacity by technique and month, instrument by instrument."""
    found = np.zeros((FACILITIES, TECHNIQUES, HORIZON.months))
    for place, fitness, hours in zip(supply.facility_of, supply.fitness, supply.hours, strict=True):
        found[place] += fitness[:, None] * (hours * opened.open[place])
    total = found.sum(axis=0)
    share = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
    (share**2).sum(axis=0)
    share.max(axis=0)
    return total


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of a call and what it gave."""
    started = time.perf_counter()
    found = call()
    return 1000 * (time.perf_counter() - started), found


def evaluation() -> None:
    """Evaluate a calendar at three sizes of the record."""
    rows, moved = [], {}
    for size in SIZES:
        supply, demand, dark = record(size)
        fresh = Supply(supply.facilities, supply.techniques, supply.facility_of, supply.fitness, supply.hours)
        first, _found = timed(lambda supply=fresh: (supply.reachable, supply.usable, supply.fits))
        ours, served, peers = [], [], []
        for _round in range(ROUNDS):
            ms, opened = timed(lambda supply=supply, dark=dark: calendar(supply.facilities, dark, HORIZON))
            more, found = timed(lambda supply=supply, opened=opened: capacity(supply, opened))
            ours.append(ms + more)
            served.append(
                timed(lambda supply=supply, opened=opened, demand=demand: serve(supply, opened, demand))[0]
            )
            ms, slow = timed(lambda supply=supply, opened=opened: one_by_one(supply, opened))
            peers.append(ms)
            if not np.allclose(found.hours, slow):
                raise SystemExit("The two ways to the capacity differ.")
        moved[size] = median(ours) + median(served)
        rows.append(
            (
                f"{size:,} instruments",
                *(f"{ms:.0f}" for ms in (first, median(ours), median(served), median(peers))),
            )
        )
    print(
        f"{HORIZON.months} months, {TECHNIQUES} techniques, {COMMUNITIES} communities; ms, median of {ROUNDS} rounds"
    )
    table(("", "once for a record", "capacity", "unmet demand", "one by one: capacity"), rows)
    claim(
        "a calendar evaluated with 531 instruments below 100 ms", f"{moved[531]:.0f} ms", met=moved[531] < 100
    )
    growth = moved[SIZES[-1]] / moved[SIZES[0]]
    claim("the same with 20,000 instruments at most twice that", f"{growth:.2f} times", met=growth <= 2)


def question(facilities: int, low: float, high: float) -> Question:
    """Facilities with eight instruments each; always the same for a size and a range of demand."""
    rng = np.random.default_rng(0)
    count = 8 * facilities
    fitness = np.where(rng.random((count, 40)) < 0.12, rng.uniform(0.3, 1, (count, 40)), 0.0)
    names = tuple(f"f{n}" for n in range(facilities))
    supply = Supply(
        names,
        tuple(f"t{n}" for n in range(40)),
        np.repeat(np.arange(facilities), 8),
        fitness,
        rng.uniform(200, 400, count),
    )
    parts = rng.dirichlet(np.full(4, 3.0), 40) * rng.uniform(low, high, (40, 1))
    wanted = (supply.usable.sum(axis=0)[:, None] * parts)[:, :, None] * np.linspace(1, 1.1, 120)
    demand = Demand(
        ("k0", "k1", "k2", "k3"),
        wanted,
        np.arange(facilities) % 4,
        np.arange(4),
        np.full(facilities, 0.4),
        np.full(4, 0.9),
    )
    moves = []
    for name in names:
        length, planned = int(rng.choice([12, 15, 18, 24, 30])), int(rng.integers(12, 60))
        allowed = tuple(range(max(0, planned - 18), min(114 - length, planned + 18)))
        moves.append(Move(name, length, planned, allowed, (0.5, 0.6, 0.7, 0.8, 0.9)))
    return Question(supply, demand, np.ones((facilities, 120)), tuple(moves))


def planning() -> None:
    """Plan at three sizes, and once where it is hardest."""
    rows, found = [], {}
    for label, facilities, low, high in (
        ("4 facilities", 4, 0.7, 1.3), ("8 facilities", 8, 0.7, 1.3), ("12 facilities", 12, 0.7, 1.3),
        ("12, every class at 85 %", 12, 0.85, 0.85),
    ):  # fmt: skip
        asked = question(facilities, low, high)
        rng = np.random.default_rng(1)
        random = np.stack([rng.choice(move.allowed, 10_000) for move in asked.moves], axis=1)
        announced = float(unmet_of(asked, [[move.planned for move in asked.moves]])[0])
        started = time.perf_counter()
        best = float(unmet_of(asked, random).min())
        tried = time.perf_counter() - started
        started = time.perf_counter()
        plan = solve(asked, seconds=55, gap=0.01)
        seconds = time.perf_counter() - started
        if not np.isclose(evaluate(asked, plan.starts)[0].unmet, unmet_of(asked, [plan.starts])[0]):
            raise SystemExit("The two ways to the unmet demand differ.")
        found[label] = (seconds, plan.gaps.unmet, announced, best, plan.goals.unmet)
        hours = (announced, best, plan.goals.unmet, plan.bounds.unmet)
        rows.append(
            (
                label,
                *(f"{h / 1000:,.1f}" for h in hours),
                f"{100 * plan.gaps.unmet:.2f} %",
                f"{seconds:.0f}",
                f"{tried:.1f}",
            )
        )
    print("120 months, 40 classes of technique; unmet demand in 1,000 hours; one run")
    table(("", "announced", "best of 10,000", "planned", "bound", "gap", "seconds", "10,000 tried in"), rows)
    seconds, gap, announced, best, planned = found["12 facilities"]
    claim(
        "12 facilities × 120 months × 40 classes to 1 % in 60 s",
        f"{100 * gap:.2f} % in {seconds:.0f} s",
        met=gap <= 0.01 and seconds < 60,
    )
    better = f"{100 * (1 - planned / announced):.1f} % and {100 * (1 - planned / best):.1f} % less"
    claim(
        "less unmet than announced, and than the best of 10,000 plans",
        better,
        met=planned < min(announced, best),
    )


def main() -> None:
    """Measure and print."""
    print(machine())
    evaluation()
    planning()


if __name__ == "__main__":
    main()
