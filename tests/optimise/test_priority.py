"""Priorities from grids, against the formula written out and against weights where the answer is plain."""

import math

import numpy as np
import pytest

from leaps.optimise.errors import Unusable
from leaps.optimise.priority import consensus, priorities

NAN = float("nan")
NEEDS = [[3, 0, 1], [0, 2, 2]]
ABLE = [[1, 0, 2, 0], [0, 3, 0, 0], [2, 2, 1, 0]]


def test_the_formula_written_out() -> None:
    found = priorities(NEEDS, ABLE, [3, 1])

    weights = [0.75, 0.25]
    for k in range(4):
        wanted = sum(sum(weights[i] * NEEDS[i][j] for i in range(2)) * ABLE[j][k] for j in range(3))
        assert found.score[k] == pytest.approx(wanted)
    assert found.score.tolist() == pytest.approx([4.75, 4.0, 5.75, 0])
    assert found.rank.tolist() == [2, 3, 1, 4]
    assert (found.at_most == found.score).all()


def test_rank_ranges_under_any_weights() -> None:
    """With w the weight of the first need the scores are 4 + w, 10 - 8w, 2 + 5w and 0.

    Technology 1 is first for w below 8/13 (w is uniform); technology 0 is third between 1/2 and 2/3, else second.
    """
    found = priorities(NEEDS, ABLE, [1, 1], share=1.0, draws=20_000)

    assert found.rank_low.tolist() == [2, 1, 1, 4]
    assert found.rank_high.tolist() == [3, 3, 3, 4]
    assert found.first == pytest.approx([0, 8 / 13, 5 / 13, 0], abs=0.01)


def test_closer_weights_give_narrower_ranges() -> None:
    wide = priorities(NEEDS, ABLE, [3, 1], draws=4000)
    near = priorities(NEEDS, ABLE, [3, 1], concentration=200, draws=4000)

    assert (wide.rank_high - wide.rank_low).sum() > (near.rank_high - near.rank_low).sum()
    assert near.rank_low.tolist() == near.rank.tolist() == near.rank_high.tolist()


def test_equals_share_the_better_rank() -> None:
    found = priorities([[1]], [[2, 3, 2, 1]], [1], draws=5)

    assert found.rank.tolist() == [2, 1, 2, 4]
    assert found.rank_low.tolist() == [2, 1, 2, 4]


def test_a_need_without_weight_stays_out_of_every_draw() -> None:
    found = priorities([[3], [0]], [[1, 2]], [0, 1], draws=50)

    assert found.score.tolist() == [0, 0]
    assert found.rank_high.tolist() == [1, 1]


def test_a_cell_without_score_is_left_out_and_bounded() -> None:
    found = priorities([[3, NAN]], [[1, 0], [2, NAN]], [1])

    assert found.score.tolist() == [3, 0]
    assert found.at_most.tolist() == [3 + 3 * 2, 3 * 3]


def test_the_same_seed_gives_the_same_ranges() -> None:
    one, other = (priorities(NEEDS, ABLE, [1, 1], seed=3) for _ in range(2))

    assert (one.first == other.first).all()


def test_scores_of_several_people() -> None:
    found = consensus([[[0, 3, NAN]], [[2, 3, NAN]], [[1, NAN, NAN]]])

    assert found.mean[0, :2].tolist() == [1, 3]
    assert math.isnan(found.mean[0, 2])
    assert found.spread[0, 0] == pytest.approx(1)
    assert found.spread[0, 1] == 0
    assert math.isnan(found.spread[0, 2])
    assert found.count.tolist() == [[3, 2, 0]]
    assert found.disputed.tolist() == [[True, False, False]]


def test_one_score_has_no_spread() -> None:
    assert np.isnan(consensus([[[2]]]).spread).all()


@pytest.mark.parametrize(
    ("needs", "able", "weights", "words"),
    [
        ([[1, 2]], [[1]], [1], "do not fit together"),
        ([[1]], [[1]], [1, 1], "do not fit together"),
        ([[4]], [[1]], [1], "between 0 and 3; one of the needs × capabilities"),
        ([[1]], [[-1]], [1], "one of the capabilities × technologies"),
        ([1], [[1]], [1], "need 2 axes; they have 1"),
        ([[1]], [[1]], [0], "one at least must be above 0"),
        ([[1], [1]], [[1]], [2, -1], "must not be negative"),
        ([[1]], [[1]], [NAN], "must not be negative"),
    ],
)
def test_grids_without_meaning_are_refused(needs: list, able: list, weights: list, words: str) -> None:
    with pytest.raises(Unusable) as refused:
        priorities(needs, able, weights)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"concentration": 0}, "concentration"),
        ({"share": 1.5}, "share of the draws"),
        ({"draws": 0}, "number of draws"),
    ],
)
def test_options_without_meaning_are_refused(more: dict[str, float], words: str) -> None:
    with pytest.raises(Unusable, match=words):
        priorities(NEEDS, ABLE, [1, 1], **more)
