"""Critical path: the worked example, every path enumerated as reference, calendars, circles."""

import random
from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.optimise.errors import Circular, Unusable
from leaps.optimise.schedule import (
    Dependency,
    Network,
    Pert,
    Slipping,
    Task,
    circle_with,
    network,
)

ABC = network(
    [Task("A", Pert(2, 3, 6)), Task("B", Pert(4, 5, 6)), Task("C", Pert(3, 4, 5))], [("A", "C"), ("B", "C")]
)


def fixed(months: float) -> Pert:
    return Pert(months, months, months)


def paths(
    links: Mapping[str, list[tuple[str, int]]], durations: Mapping[str, int]
) -> list[tuple[int, list[str]]]:
    """Length and tasks of every path from every task onwards, also those that stop early."""

    def onwards(key: str) -> list[tuple[int, list[str]]]:
        here = durations[key]
        found = [(here, [key])]
        for other, lag in links[key]:
            found += [(here + lag + length, [key, *rest]) for length, rest in onwards(other)]
        return found

    return [path for key in durations for path in onwards(key)]


def random_network(rng: random.Random) -> tuple[Network, dict[str, list[tuple[str, int]]], dict[str, int]]:
    """A network of 1 to 9 tasks in shuffled order; whole months, lags of 0 to 2."""
    keys = [f"t{n}" for n in range(rng.randint(1, 9))]
    durations = {key: rng.randint(0, 9) for key in keys}
    links: dict[str, list[tuple[str, int]]] = {key: [] for key in keys}
    density = rng.random() * 0.7
    for i, before in enumerate(keys):
        for after in keys[i + 1 :]:
            if rng.random() < density:
                links[before].append((after, rng.choice([0, 0, 1, 2])))
    shuffled = rng.sample(keys, len(keys))
    made = network(
        [Task(key, fixed(durations[key])) for key in shuffled],
        [Dependency(before, after, lag) for before, found in links.items() for after, lag in found],
    )
    return made, links, durations


def test_the_worked_example() -> None:
    found = ABC.schedule()

    assert found.keys == ("A", "B", "C")
    assert found.start.tolist() == [0, 0, 5]
    assert found.finish.tolist() == [3, 5, 9]
    assert found.late_start.tolist() == [2, 0, 5]
    assert found.late_finish.tolist() == [5, 5, 9]
    assert found.total_float.tolist() == [2, 0, 0]
    assert found.end == 9
    assert found.critical == ("B", "C")
    assert found.path == ("B", "C")


def test_mean_and_variance_of_the_worked_example() -> None:
    assert [round(task.duration.mean, 3) for task in ABC.tasks] == [3.333, 5, 4]
    assert [task.duration.variance for task in ABC.tasks] == pytest.approx([4 / 9, 1 / 9, 1 / 9])


def test_a_thousand_random_networks_agree_with_all_their_paths() -> None:
    rng = random.Random(20270)
    seen_long = 0
    for _round in range(1000):
        made, links, durations = random_network(rng)
        found = made.schedule()
        every = paths(links, durations)
        end = max(length for length, _tasks in every)

        assert found.end == end
        through = {key: max(length for length, tasks in every if key in tasks) for key in durations}
        assert dict(zip(found.keys, found.total_float.tolist(), strict=True)) == {
            k: end - v for k, v in through.items()
        }
        assert set(found.critical) == {key for key, length in through.items() if length == end}
        assert (end, list(found.path)) in every
        seen_long += len(found.path) > 3
    assert seen_long > 200


def test_float_is_what_a_task_may_slip_and_no_more() -> None:
    rng = random.Random(7)
    for _round in range(200):
        made, _links, durations = random_network(rng)
        found = made.schedule()
        for place, key in enumerate(found.keys):
            slack = found.total_float[place]
            assert made.schedule({key: durations[key] + slack}).end == found.end
            assert made.schedule({key: durations[key] + slack + 1}).end == found.end + 1


def test_a_lag_moves_and_a_negative_lag_overlaps() -> None:
    tasks = [Task("A", fixed(4)), Task("B", fixed(3))]

    assert network(tasks, [Dependency("A", "B", 2)]).schedule().end == 9
    assert network(tasks, [Dependency("A", "B", -1)]).schedule().end == 6
    assert network(tasks, [Dependency("A", "B", -9)]).schedule().start.tolist() == [0, 0]


def test_a_calendar_waits_for_the_start_of_an_allowed_month() -> None:
    tasks = [Task("magnets", fixed(2.5)), Task("dark", fixed(4), months=frozenset({10, 12}))]
    links = [("magnets", "dark")]

    january = network(tasks, links).schedule()
    november = network(tasks, links, first_month=9).schedule()

    assert january.start.tolist() == [0, 9]  # October, nine months after January
    assert january.total_float.tolist() == [6.5, 0]
    assert january.path == ("dark",)
    assert november.start.tolist() == [0, 3]  # September + 2.5 months is before December
    assert november.end == 7


def test_float_before_a_calendar_ends_with_the_last_allowed_month() -> None:
    """A task with a calendar may slip to a later allowed month only if it still keeps the end."""
    tasks = [Task("dark", fixed(1), months=frozenset({1, 3})), Task("long", fixed(4.5))]

    found = network(tasks).schedule()

    assert found.end == 4.5
    assert found.late_start.tolist() == [2, 0]  # 3.5 would be in April; March is allowed
    assert found.total_float.tolist() == [2, 0]


def test_a_task_begins_not_before_its_earliest_month() -> None:
    found = network([Task("A", fixed(1), earliest=6.5), Task("B", fixed(2))], [("A", "B")]).schedule()

    assert found.start.tolist() == [6.5, 7.5]
    assert found.path == ("A", "B")


def test_a_circle_is_named() -> None:
    tasks = [Task(key, fixed(1), name=key.upper()) for key in ("start", "magnets", "girders", "ring", "end")]
    links = [
        ("start", "magnets"),
        ("magnets", "girders"),
        ("girders", "ring"),
        ("ring", "magnets"),
        ("ring", "end"),
    ]

    with pytest.raises(Circular) as refused:
        network(tasks, links)

    circle = refused.value.names
    assert circle[0] == circle[-1]
    assert set(pairwise(circle)) == {("MAGNETS", "GIRDERS"), ("GIRDERS", "RING"), ("RING", "MAGNETS")}
    assert len(circle) == 4
    assert str(refused.value).startswith("These tasks wait for each other in a circle: ")
    assert str(refused.value).endswith("Remove one of these dependencies.")


def test_a_task_that_waits_for_itself_is_a_circle() -> None:
    with pytest.raises(Circular) as refused:
        network([Task("A", fixed(1))], [("A", "A")])

    assert refused.value.names == ("A", "A")


def test_the_circle_a_new_dependency_would_close_is_told_before() -> None:
    links = [("A", "B"), ("B", "C"), ("A", "D")]

    assert circle_with(links, ("C", "A")) == ("C", "A", "B", "C")
    assert circle_with(links, ("D", "D")) == ("D", "D")
    assert circle_with(links, ("A", "C")) == ()
    assert circle_with(links, ("D", "C")) == ()


@pytest.mark.parametrize("seed", range(30))
def test_what_would_close_a_circle_is_what_a_network_refuses(seed: int) -> None:
    rng = random.Random(seed)
    made, links, durations = random_network(rng)
    pairs = [(before, after) for before, found in links.items() for after, _lag in found]
    new = (rng.choice(sorted(durations)), rng.choice(sorted(durations)))

    circle = circle_with(pairs, new)

    if circle:
        with pytest.raises(Circular):
            network(made.tasks, [*pairs, new])
        assert all(step in {*pairs, new} for step in pairwise(circle))
    else:
        network(made.tasks, [*pairs, new])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Pert(3, 2, 5), "shortest ≤ likely ≤ longest"),
        (lambda: Pert(-1, 2, 5), "none below 0"),
        (lambda: Pert(0, 1, float("nan")), "shortest ≤ likely ≤ longest"),
        (lambda: Slipping(10, 0, -1), "spread of the slip must be 0 or more; it is -1."),
        (
            lambda: Task("A", fixed(1), months=frozenset({13})),
            "A may begin in months 1 to 12 only; it names 13.",
        ),
        (lambda: Task("A", fixed(1), rho=1.5), "must lie between 0 and 1; it is 1.5."),
        (lambda: Task("A", fixed(1), earliest=-1), "earliest start of A"),
        (lambda: network([Task("A", fixed(1)), Task("A", fixed(2))]), "these stand twice: A."),
        (lambda: network([Task("A", fixed(1))], [("A", "B")]), "names “B”, but no task has this key"),
        (lambda: network([Task("A", fixed(1))] * 1, [Dependency("A", "A", float("nan"))]), "is not a number"),
        (lambda: network([], first_month=0), "first month must lie between 1 and 12"),
        (lambda: ABC.schedule({"D": 1}), "A duration is given for “D”"),
        (lambda: ABC.schedule({"A": -1}), "duration of A must be 0 or more"),
    ],
)
def test_what_has_no_meaning_is_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(Unusable) as refused:
        make()

    assert words in str(refused.value)


def test_no_tasks_take_no_time() -> None:
    found = network([]).schedule()

    assert (found.end, found.critical, found.path) == (0, (), ())


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25),
    st.sets(st.integers(1, 12)),
    st.integers(1, 12),
)
def test_properties(months: list[int], pairs: list[tuple[int, int]], allowed: set[int], first: int) -> None:
    size = len(months)
    tasks = [
        Task(f"t{n}", fixed(d), months=frozenset(allowed) if n % 3 == 2 else frozenset())
        for n, d in enumerate(months)
    ]
    links = {(f"t{a}", f"t{b}") for a, b in pairs if a < b < size}
    made = network(tasks, sorted(links), first_month=first)

    found = made.schedule()

    place = made.places
    assert all(found.start[place[b]] >= found.finish[place[a]] for a, b in links)
    assert all(found.late_start[place[b]] >= found.late_finish[place[a]] for a, b in links)
    assert (found.total_float >= 0).all()
    assert found.end == max(found.finish)
    assert all(found.finish[place[key]] == found.end for key in found.path[-1:])
    assert all(
        (first - 1 + found.start[n]) % 12 + 1 in allowed for n, task in enumerate(tasks) if task.months
    )
    # Beginning everything at its latest date keeps dependencies, calendars and end.
    assert max(found.late_finish) <= found.end
    assert all(
        (first - 1 + found.late_start[n]) % 12 + 1 in allowed for n, task in enumerate(tasks) if task.months
    )
    longer = made.schedule({"t0": months[0] + 1})
    assert longer.end >= found.end
