"""Drawing a schedule: 500 tasks × 10,000 draws, and growth with tasks and draws.

Random networks in which every task waits for up to two of the thirty before it; half of the tasks share eight
suppliers, every twentieth may begin in autumn only, five risks. The peer, in turn: the same draws one by one
through the critical path of a single schedule (a part of them, scaled up); both must give equal ends.
"""

import time

import numpy as np
from _support import claim, machine, median, table

from leaps.optimise.draws import Draws, Risk, draw
from leaps.optimise.schedule import Network, Pert, Task, network

ROUNDS = 5
ONE_BY_ONE = 100
SIZES = ((125, 10_000), (500, 10_000), (2_000, 10_000), (500, 2_500), (500, 40_000))


def made(tasks: int) -> tuple[Network, list[Risk]]:
    """A network of so many tasks with its risks; always the same."""
    rng = np.random.default_rng(tasks)
    every = [
        Task(
            f"t{n}",
            Pert(*sorted(rng.uniform(0, 12, 3).tolist())),
            supplier=f"s{n % 16}" if n % 2 else "",
            rho=0.5 if n % 2 else 0.0,
            months=frozenset({9, 10, 11}) if n % 20 == 0 else frozenset(),
        )
        for n in range(tasks)
    ]
    links = {(f"t{rng.integers(max(0, n - 30), n)}", f"t{n}") for n in range(1, tasks) for _ in range(2)}
    risks = [Risk(f"r{n}", 0.2, Pert(1, 3, 8), (f"t{n}", f"t{n + 50}")) for n in range(5)]
    return network(every, sorted(links)), risks


def one_by_one(plan: Network, found: Draws) -> float:
    """Seconds for every draw, from a part of them; ends the run if an end differs."""
    started = time.perf_counter()
    for n in range(ONE_BY_ONE):
        one = plan.schedule(dict(zip(plan.keys, found.duration[:, n].tolist(), strict=True)))
        if one.end != found.end[n]:
            raise SystemExit(f"Draw {n} ends at {found.end[n]}, alone at {one.end}.")
    return (time.perf_counter() - started) / ONE_BY_ONE * len(found.end)


def main() -> None:
    """Measure and print."""
    print(machine())
    rows, seconds = [], {}
    for size, draws in SIZES:
        plan, risks = made(size)
        ours, peers = [], []
        for seed in range(ROUNDS):
            started = time.perf_counter()
            found = draw(plan, risks, draws=draws, seed=seed)
            ours.append(time.perf_counter() - started)
            peers.append(one_by_one(plan, found))
        seconds[size, draws] = median(ours)
        rows.append(
            (
                f"{size:,} tasks × {draws:,} draws",
                f"{median(ours):.2f}",
                f"{median(peers):.0f}",
                f"{median(peers) / median(ours):.0f}",
            )
        )
    print(f"Seconds; median of {ROUNDS} rounds")
    table(("", "all at once", "one by one", "ratio"), rows)
    full = seconds[500, 10_000]
    claim("500 tasks × 10,000 draws below 2 s", f"{full:.2f} s", met=full < 2)
    for name, small, large in (
        ("tasks", (125, 10_000), (2_000, 10_000)),
        ("draws", (500, 2_500), (500, 40_000)),
    ):
        growth = seconds[large] / seconds[small]
        claim(
            f"16 times the {name} cost at most 24 times the seconds", f"{growth:.1f} times", met=growth <= 24
        )


if __name__ == "__main__":
    main()
