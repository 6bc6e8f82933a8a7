"""Dark periods: what is left with a calendar (evaluation), at three sizes.

The instruments are made up with as many techniques each as real ones have once the broader terms count too. The
peer, in turn: every instrument by itself, a product of its fitness and its open hours added to an array of
facility, technique and month; both must give equal capacities.
"""

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
from _support import claim, machine, median, table

from leaps.optimise.dark import Calendar, DarkPeriod, Demand, Horizon, Supply, calendar, capacity, serve

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


def main() -> None:
    """Measure and print."""
    print(machine())
    evaluation()


if __name__ == "__main__":
    main()
