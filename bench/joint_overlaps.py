"""Overlaps of dark periods drawn together: 22 periods × 10,000 draws, and growth with periods and draws.

Every period is of its own facility, begins somewhere in a year and lasts 12 to 30 months; every second shares a
supplier. The peer counts the same draws one by one: pairs by minimum and maximum, months by comparison, a part of them
scaled up; both must give equal months. Drawing itself is measured with ours alone.
"""

import itertools
import time

import numpy as np
from _support import claim, machine, median, table

from leaps.optimise.errors import Floats
from leaps.optimise.joint import Drawn, Period, dark_at_once, draw_periods, overlaps
from leaps.optimise.schedule import Even, Pert

ROUNDS = 5
ONE_BY_ONE = 200
MONTHS = 120
SIZES = ((8, 10_000), (22, 10_000), (44, 10_000), (22, 2_500), (22, 40_000))


def made(periods: int) -> list[Period]:
    """So many periods; always the same."""
    rng = np.random.default_rng(periods)
    starts, lengths = rng.uniform(0, 72, periods), rng.uniform(12, 20, periods)
    return [
        Period(f"p{n}", f"f{n}", Even(at, at + 12), Pert(low, low + 3, low + 10), length_supplier="s" if n % 2 else "", length_rho=0.6 if n % 2 else 0.0)
        for n, (at, low) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True))
    ]


def one_by_one(drawn: Drawn, found: list[Floats]) -> float:
    """Seconds for counting every draw, from a part of them; ends the run if a pair differs."""
    started = time.perf_counter()
    draws = drawn.start.shape[1]
    pairs = list(itertools.combinations(range(len(drawn.keys)), 2))
    middles = np.arange(MONTHS) + 0.5
    for d in range(ONE_BY_ONE):
        start, end = drawn.start[:, d].tolist(), drawn.end[:, d].tolist()
        for months, (i, j) in zip(found, pairs, strict=True):
            if abs(max(0.0, min(end[i], end[j]) - max(start[i], start[j])) - months[d]) > 1e-9:
                raise SystemExit(f"Draw {d} of {drawn.keys[i]} and {drawn.keys[j]} differs.")
        sum((a <= middles) & (b > middles) for a, b in zip(start, end, strict=True))
    return (time.perf_counter() - started) / ONE_BY_ONE * draws


def main() -> None:
    """Measure and print."""
    print(machine())
    rows, seconds = [], {}
    for size, draws in SIZES:
        periods, weights = made(size), np.ones(size)
        ours, counting, peers = [], [], []
        for seed in range(ROUNDS):
            started = time.perf_counter()
            drawn = draw_periods(periods, draws=draws, seed=seed)
            begun = time.perf_counter()
            found = overlaps(drawn)
            dark_at_once(drawn, weights, 0, MONTHS)
            done = time.perf_counter()
            ours.append(done - started)
            counting.append(done - begun)
            peers.append(one_by_one(drawn, [pair.months for pair in found]))
        seconds[size, draws] = median(ours)
        rows.append(
            (
                f"{size} periods × {draws:,} draws",
                f"{median(ours):.2f}",
                f"{median(counting):.2f}",
                f"{median(peers):.2f}",
                f"{median(peers) / median(counting):.1f}",
            )
        )
    print(f"Seconds; median of {ROUNDS} rounds")
    table(("", "all of it", "of it counting", "counting one by one", "ratio of counting"), rows)
    full = seconds[22, 10_000]
    claim("22 periods × 10,000 draws below 1 s", f"{full:.2f} s", met=full < 1)
    growth = seconds[22, 40_000] / seconds[22, 2_500]
    claim("16 times the draws cost at most 24 times the seconds", f"{growth:.1f} times", met=growth <= 24)


if __name__ == "__main__":
    main()
