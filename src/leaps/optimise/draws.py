"""How late may it be? Many draws of a network of tasks, with shared suppliers and discrete risks.

Durations are drawn by Latin hypercube (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979)
239). Tasks of one supplier share a factor: the normal score of a duration is rho Z + √(1 - rho²) e, with Z
the supplier's and e the task's own (both standard normal), so that each keeps its distribution and two tasks
of a supplier have correlated scores, rho_i rho_j. For log-normal durations this is the usual form
ln d = ln d0 + sigma (rho Z + √(1 - rho²) e).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from leaps.optimise.errors import Floats, Unusable, no_repeats, within
from leaps.optimise.schedule import TOLERANCE, Even, Network, Pert, Slipping

SHARES = (0.5, 0.8, 0.95)
"""The quantiles that are always told: P50, P80, P95."""

BLOCK = 1024
"""Draws that go through the network at once: a row of them stays in the cache of a core."""

KNOTS = np.linspace(-5.0, 5.0, 321)
"""Normal scores at which a duration is computed; between them it is interpolated, to 1e-4 of its range."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that happens or not: with a probability it adds months to each of its tasks.

    Whether it happens, and its impact, is drawn once for all its tasks.
    """

    key: str
    probability: float
    impact: Pert | Slipping
    tasks: tuple[str, ...]

    def __post_init__(self) -> None:
        within(f"probability of the risk “{self.key}”", self.probability, 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What many draws of a network gave; months, tasks in the order of the network.

    `start`, `finish`, `duration`: (tasks, draws), the durations with their risks. `end`: (draws,).
    `quantiles`: P50, P80 and P95 of the finish, (3, tasks).
    `criticality`: share of draws in which a task had no float.
    `cruciality`: correlation of duration and end; NaN if either never varies.
    `sensitivity`: schedule sensitivity index, sigma of the duration / sigma of the end × criticality; NaN if
    the end never varies. `happened`: share of draws in which each risk did.
    """

    keys: tuple[str, ...]
    start: Floats
    finish: Floats
    duration: Floats
    end: Floats
    quantiles: Floats
    criticality: Floats
    cruciality: Floats
    sensitivity: Floats
    happened: dict[str, float]

    def of(self, key: str) -> tuple[Floats, Floats]:
        """Start and finish of one task in every draw, each (draws,). Raises Unusable if there is none."""
        if key not in self.keys:
            raise Unusable(f"No task has the key “{key}”.")
        place = self.keys.index(key)
        return self.start[place], self.finish[place]

    def end_quantiles(self, shares: Sequence[float] = SHARES) -> Floats:
        """Quantiles of the end, (shares,)."""
        return np.asarray(np.quantile(self.end, np.asarray(shares)), dtype=np.float64)


def draw(network: Network, risks: Iterable[Risk] = (), *, draws: int = 10_000, seed: int = 0) -> Draws:
    """Draw a network; the same seed gives the same draws.

    Memory: 32 bytes a task and draw. Raises Unusable if a risk names no task or a key stands twice, or if there
    are fewer than 2 draws or no task.
    """
    risks = tuple(risks)
    if not network.tasks:
        raise Unusable("There is nothing to draw: the network has no task. Add one.")
    within("number of draws", draws, 2)
    no_repeats("risk", (risk.key for risk in risks))
    for risk in risks:
        if missing := [key for key in risk.tasks if key not in network.places]:
            raise Unusable(f"The risk “{risk.key}” names “{missing[0]}”, but no task has this key.")

    duration, happened = _durations(network, risks, draws, seed)
    start, finish = np.empty_like(duration), np.empty_like(duration)
    critical = np.zeros(len(network.tasks), dtype=np.int64)
    for first in range(0, draws, BLOCK):
        block = slice(first, first + BLOCK)
        here = np.ascontiguousarray(duration[:, block])
        begun, ended = network.forward(here)
        late, _finish = network.backward(here, ended.max(axis=0))
        critical += np.count_nonzero(late - begun < TOLERANCE, axis=1)
        start[:, block], finish[:, block] = begun, ended
    end = finish.max(axis=0)
    criticality = critical / draws
    cruciality, spread = _correlation(duration, end)
    whole = float(end.std())
    return Draws(
        keys=network.keys,
        start=start,
        finish=finish,
        duration=duration,
        end=end,
        quantiles=np.quantile(finish, SHARES, axis=1),
        criticality=criticality,
        cruciality=cruciality,
        sensitivity=spread / whole * criticality if whole > TOLERANCE else np.full_like(spread, np.nan),
        happened=happened,
    )


def _durations(
    network: Network, risks: tuple[Risk, ...], draws: int, seed: int
) -> tuple[Floats, dict[str, float]]:
    """Durations with risks, (tasks, draws), and how often each risk happened."""
    tasks = network.tasks
    suppliers = sorted({task.supplier for task in tasks if task.supplier and task.rho})
    columns = len(tasks) + len(suppliers) + 2 * len(risks)
    sample = qmc.LatinHypercube(d=columns, rng=np.random.default_rng(seed)).random(draws)
    scores = ndtri(sample.T, order="C")
    column = len(tasks) + len(suppliers)
    chances = np.ascontiguousarray(sample[:, column::2].T)
    del sample
    shared = dict(zip(suppliers, scores[len(tasks) : column], strict=True))
    # Durations take the place of the scores: at this size, touching fresh memory costs more than the arithmetic.
    duration = scores[: len(tasks)]
    for place, task in enumerate(tasks):
        score = scores[place]
        if task.supplier in shared and task.rho:
            score = task.rho * shared[task.supplier] + np.sqrt(1 - task.rho**2) * score
        duration[place] = _at(task.duration, score)
    happened: dict[str, float] = {}
    for chance, score, risk in zip(chances, scores[column + 1 :: 2], risks, strict=True):
        does = chance < risk.probability
        months = np.where(does, _at(risk.impact, score), 0.0)
        for key in set(risk.tasks):
            duration[network.places[key]] += months
        happened[risk.key] = float(does.mean())
    return duration, happened


def _at(duration: Pert | Slipping | Even, scores: Floats) -> Floats:
    if isinstance(duration, Slipping):
        return duration.at_scores(scores)
    if duration.low == duration.high:
        return np.full_like(scores, duration.low)
    return np.interp(scores, KNOTS, duration.at_scores(KNOTS))


def _correlation(duration: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Correlation of each row with the end, and the standard deviation of each row."""
    mean = duration.mean(axis=1)
    centred = end - end.mean()
    squares = np.einsum("td,td->t", duration, duration) / len(end) - mean**2
    spread = np.sqrt(np.maximum(squares, 0.0))
    spread[spread < TOLERANCE * np.maximum(mean, 1.0)] = 0.0
    below = spread * float(end.std())
    together = duration @ centred / len(end)
    return np.divide(together, below, out=np.full_like(mean, np.nan), where=below > 0), spread
