"""Draws of a network: distributions, correlation and risks against theory, with fixed seeds."""

import numpy as np
import pytest
from scipy import stats

from leaps.optimise.draws import Risk, draw
from leaps.optimise.errors import Unusable
from leaps.optimise.schedule import Network, Pert, Slipping, Task, network

ABC = network(
    [Task("A", Pert(2, 3, 6)), Task("B", Pert(4, 5, 6)), Task("C", Pert(3, 4, 5))], [("A", "C"), ("B", "C")]
)


def beta(low: float, mode: float, high: float) -> stats.rv_continuous:
    rise = 4 * (mode - low) / (high - low)
    return stats.beta(1 + rise, 5 - rise, loc=low, scale=high - low)


def fixed(months: float) -> Pert:
    return Pert(months, months, months)


@pytest.mark.parametrize("points", [(2, 3, 6), (0, 0, 5), (1, 7, 7), (10, 18, 60)])
def test_a_duration_has_the_beta_distribution_of_its_three_points(points: tuple[float, float, float]) -> None:
    found = draw(network([Task("A", Pert(*points))]), seed=3)
    wanted = beta(*points)
    span = points[2] - points[0]

    assert stats.kstest(found.end, wanted.cdf).statistic < 2e-3  # independent draws would give about 0.01
    assert found.end.mean() == pytest.approx((points[0] + 4 * points[1] + points[2]) / 6, abs=1e-3 * span)
    assert found.end_quantiles() == pytest.approx(wanted.ppf([0.5, 0.8, 0.95]), abs=1e-3 * span)
    assert found.quantiles[:, 0] == pytest.approx(wanted.ppf([0.5, 0.8, 0.95]), abs=1e-3 * span)


def test_a_slipping_duration_is_log_normal() -> None:
    task = Task("A", Slipping(18, 0.2, 0.3))
    found = draw(network([task]), seed=3)

    assert found.end_quantiles() == pytest.approx(
        stats.lognorm(0.3, scale=18 * np.exp(0.2)).ppf([0.5, 0.8, 0.95]), rel=2e-3
    )
    assert found.end.mean() == pytest.approx(task.duration.mean, rel=2e-3)
    assert found.end.var() == pytest.approx(task.duration.variance, rel=2e-2)


def test_the_worked_example_by_numerical_integration() -> None:
    """max(A, B) is integrated by its distribution function, C added: no draws."""
    found = draw(ABC, draws=40_000, seed=1)
    a, b = beta(2, 3, 6), beta(4, 5, 6)
    grid = np.linspace(0, 6, 6001)
    mean_max = np.trapezoid(1 - a.cdf(grid) * b.cdf(grid), grid)
    b_longer = np.trapezoid(a.cdf(grid) * b.pdf(grid), grid)

    assert found.end.mean() == pytest.approx(mean_max + 4, abs=2e-3)
    assert found.criticality == pytest.approx([1 - b_longer, b_longer, 1], abs=5e-3)
    assert found.cruciality[2] > found.cruciality[0] > 0
    own = [
        task.duration.at_scores(stats.norm.ppf((np.arange(5000) + 0.5) / 5000)).std() for task in ABC.tasks
    ]
    assert found.sensitivity == pytest.approx(np.array(own) / found.end.std() * found.criticality, rel=1e-2)


def test_cruciality_of_a_chain_is_the_share_of_spread() -> None:
    chain = network([Task("A", Pert(0, 3, 6)), Task("B", Pert(0, 4, 8))], [("A", "B")])

    found = draw(chain, draws=20_000, seed=5)

    # Independent sum: corr(d_j, T) = sigma_j / sigma_T = 3/5 and 4/5; both always critical.
    assert found.cruciality == pytest.approx([0.6, 0.8], abs=0.02)
    assert found.sensitivity == pytest.approx([0.6, 0.8], abs=0.02)
    assert found.criticality.tolist() == [1, 1]


def test_one_supplier_delays_all_its_customers() -> None:
    def rings(rho: float) -> Network:
        return network(
            [Task(f"ring {n}", Slipping(18, 0, 0.3), supplier="magnets", rho=rho) for n in range(4)]
        )

    alone, together = draw(rings(0), seed=2), draw(rings(0.8), seed=2)

    logs = np.corrcoef(np.log(together.duration))
    assert logs[np.triu_indices(4, 1)] == pytest.approx(np.full(6, 0.64), abs=0.02)
    assert np.abs(np.corrcoef(alone.duration)[np.triu_indices(4, 1)]).max() < 0.03
    # The own distribution stays; the first end comes later and the last one earlier when all move together.
    assert np.log(together.duration / 18).std(axis=1) == pytest.approx(np.full(4, 0.3), rel=0.02)
    assert together.end.mean() < alone.end.mean() - 0.5
    wholly = draw(rings(1), seed=2)
    assert wholly.duration[1:] == pytest.approx(np.repeat(wholly.duration[:1], 3, axis=0))


def test_a_pert_duration_keeps_its_distribution_with_a_supplier() -> None:
    task = Task("A", Pert(2, 3, 9), supplier="s", rho=0.7)

    found = draw(network([task, Task("B", Pert(1, 2, 3), supplier="s", rho=0.7)]), seed=8)

    assert stats.kstest(found.duration[0], beta(2, 3, 9).cdf).statistic < 0.015


def test_a_risk_happens_with_its_probability_and_adds_its_impact() -> None:
    plain = network([Task("A", fixed(10)), Task("B", fixed(8))])
    risk = Risk("fire", 0.3, Pert(2, 4, 6), ("A", "B"))

    found = draw(plain, [risk], seed=4)

    late = found.end > 10
    assert found.happened == {"fire": 0.3}  # a Latin hypercube hits the share exactly
    assert late.mean() == 0.3
    assert found.end.mean() == pytest.approx(10 + 0.3 * 4, abs=0.02)
    assert (found.duration[0] - 10 == pytest.approx(found.duration[1] - 8)) is True
    assert found.end[~late].tolist() == [10.0] * 7000


def test_criticality_without_spread() -> None:
    found = draw(network([Task("A", fixed(3)), Task("B", fixed(2))]), draws=50)

    assert found.criticality.tolist() == [1, 0]
    assert np.isnan(found.cruciality).all()
    assert np.isnan(found.sensitivity).all()


def test_calendars_count_in_every_draw() -> None:
    tasks = [Task("ready", Pert(1, 5, 12)), Task("dark", fixed(6), months=frozenset({1, 7}))]

    found = draw(network(tasks, [("ready", "dark")]), seed=6)
    begun, _ended = found.of("dark")
    ready = found.of("ready")[1]

    assert set(np.unique(begun)) == {6.0, 12.0}
    assert ((begun == 6) == (ready <= 6)).all()
    assert (begun == 12).mean() == pytest.approx(1 - beta(1, 5, 12).cdf(6), abs=2e-3)


def test_every_draw_is_a_schedule_of_its_own() -> None:
    rng = np.random.default_rng(9)
    tasks = [
        Task(
            f"t{n}", Pert(*sorted(rng.uniform(0, 9, 3))), months=frozenset({3, 9}) if n == 7 else frozenset()
        )
        for n in range(15)
    ]
    made = network(
        tasks, sorted({(f"t{rng.integers(0, n)}", f"t{n}") for n in range(1, 15) for _ in range(2)})
    )

    found = draw(made, draws=1500, seed=9)

    critical = np.zeros(15)
    for n in range(1500):
        one = made.schedule(dict(zip(made.keys, found.duration[:, n], strict=True)))
        assert one.end == found.end[n]
        assert (one.start == found.start[:, n]).all()
        critical += [key in one.critical for key in made.keys]
    assert (critical / 1500).tolist() == found.criticality.tolist()


def test_the_same_seed_gives_the_same_draws() -> None:
    assert (draw(ABC, draws=100, seed=1).end == draw(ABC, draws=100, seed=1).end).all()
    assert (draw(ABC, draws=100, seed=1).end != draw(ABC, draws=100, seed=2).end).any()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(Unusable, match="the network has no task"):
        draw(network([]))
    with pytest.raises(Unusable, match="number of draws must be 2 or more"):
        draw(ABC, draws=1)
    with pytest.raises(Unusable, match="The risk “r” names “X”, but no task"):
        draw(ABC, [Risk("r", 0.1, fixed(1), ("X",))])
    with pytest.raises(Unusable, match="these stand twice: r"):
        draw(ABC, [Risk("r", 0.1, fixed(1), ("A",)), Risk("r", 0.2, fixed(1), ("A",))])
    with pytest.raises(Unusable, match="probability of the risk “r”"):
        Risk("r", 1.1, fixed(1), ("A",))
    with pytest.raises(Unusable, match="No task has the key “X”"):
        draw(ABC, draws=2).of("X")
