"""Which technologies matter most, from linking grids; and how far that hangs on the weights.

Axes: people P, needs I, capabilities J, technologies K. Scores run from 0 (no link) to 3 (decisive); NaN: not scored.
Grids as in T-Plan (R. Phaal, C. Farrukh, D. Probert, T-Plan, University of Cambridge, 2001).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaps.optimise.errors import Floats, Integers, Unusable, within

HIGHEST = 3.0
"""The highest score of a grid."""


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """A grid that several people scored: mean, standard deviation and number of scores, each (rows, columns).

    The mean is NaN where nobody scored, the spread where fewer than two did. `disputed`: scores lie two or more apart.
    """

    mean: Floats
    spread: Floats
    count: Integers
    disputed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def consensus(scores: ArrayLike) -> Consensus:
    """Put blind scores together, (P, rows, columns). Raises Unusable for scores beyond 0 to 3."""
    given = _grid("scores", scores, 3)
    known = ~np.isnan(given)
    count = known.sum(axis=0)
    filled = np.where(known, given, 0.0)
    mean = np.divide(filled.sum(axis=0), count, out=np.full(count.shape, np.nan), where=count > 0)
    squares = np.where(known, (given - mean) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(np.divide(squares, count - 1, out=np.full(count.shape, np.nan), where=count > 1))
    highest = np.where(known, given, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(known, given, np.inf).min(axis=0, initial=np.inf)
    return Consensus(mean, spread, count, highest - lowest >= 2)


@dataclass(frozen=True, slots=True, eq=False)
class Priorities:
    """Technologies by priority, each array (K,).

    `score`: p_k, cells without a score left out; `at_most`: p_k if all of them were scored 3. `rank`: 1 is first, equals
    share the better rank. `rank_low`, `rank_high`: between them lies the rank in the given part of all weights drawn.
    `first`: share of draws in which it comes first (or equal first).
    """

    score: Floats
    at_most: Floats
    rank: Integers
    rank_low: Integers
    rank_high: Integers
    first: Floats


def priorities(
    needs: ArrayLike,
    capabilities: ArrayLike,
    weights: ArrayLike,
    *,
    concentration: float = 1.0,
    share: float = 0.9,
    draws: int = 2000,
    seed: int = 0,
) -> Priorities:
    """p_k = Σ_j (Σ_i w_i N_ij) C_jk, with N of needs × capabilities, (I, J), and C of capabilities × technologies, (J, K).

    Weights, (I,), are taken relative to their sum. They are drawn from a Dirichlet distribution around them: its
    parameters are weight × number of needs × `concentration`, so that equal weights and 1 mean any weights at all, and
    larger values stay closer. A need of weight 0 stays out. Raises Unusable if shapes do not fit, a score lies beyond 0 to 3 or no weight is above 0.
    """
    need, able = (
        _grid("needs × capabilities", needs, 2),
        _grid("capabilities × technologies", capabilities, 2),
    )
    weight = np.asarray(weights, dtype=np.float64)
    if need.shape[1] != able.shape[0] or weight.shape != need.shape[:1]:
        raise Unusable(
            f"The grids do not fit together: needs × capabilities {need.shape}, capabilities × technologies {able.shape}, "
            f"weights {weight.shape}."
        )
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.sum() > 0):
        raise Unusable("The weights of the needs must not be negative, and one at least must be above 0.")
    within("concentration", concentration, 1e-6)
    within("share of the draws", share, 0, 1)
    within("number of draws", draws, 1)
    weight /= weight.sum()
    low_need, low_able = np.nan_to_num(need), np.nan_to_num(able)
    reach = low_need @ low_able
    score = weight @ reach
    used = weight > 0
    drawn = np.random.default_rng(seed).dirichlet(weight[used] * used.sum() * concentration, draws)
    ranks = _ranks(drawn @ reach[used])
    tail = (1 - share) / 2
    low, high = np.quantile(ranks, (tail, 1 - tail), axis=0, method="inverted_cdf")
    return Priorities(
        score=score,
        at_most=weight @ np.nan_to_num(need, nan=HIGHEST) @ np.nan_to_num(able, nan=HIGHEST),
        rank=_ranks(score[None])[0],
        rank_low=low.astype(np.int64),
        rank_high=high.astype(np.int64),
        first=(ranks == 1).mean(axis=0),
    )


def _ranks(scores: Floats) -> Integers:
    """1 + how many are higher, (draws, K); what differs only by rounding is equal."""
    rounded = np.round(scores, 9)
    ordered = np.sort(-rounded, axis=1)
    found = [np.searchsorted(line, -row, side="left") + 1 for line, row in zip(ordered, rounded, strict=True)]
    return np.array(found, dtype=np.int64)


def _grid(name: str, scores: ArrayLike, axes: int) -> Floats:
    grid = np.asarray(scores, dtype=np.float64)
    if grid.ndim != axes:
        raise Unusable(f"The {name} need {axes} axes; they have {grid.ndim}.")
    if ((grid < 0) | (grid > HIGHEST)).any():
        raise Unusable(f"Scores lie between 0 and {HIGHEST:g}; one of the {name} does not.")
    return grid
