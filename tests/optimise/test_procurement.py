"""Joint windows of purchases: small cases by hand, properties against trying every set."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.optimise.errors import Unusable
from leaps.optimise.procurement import Joint, Need, gap, joint_windows

at_ease = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the functions."""


def need(key: str, first: int, last: int, kind: str = "magnets", who: str = "") -> Need:
    return Need(key, kind, who or key, first, last)


def test_windows_that_share_months_have_these_in_common() -> None:
    assert joint_windows([need("a", 0, 6), need("b", 4, 9)]) == [Joint("magnets", ("a", "b"), ("a", "b"), 4, 6, 0)]


def test_windows_apart_say_how_far_somebody_would_have_to_move() -> None:
    assert joint_windows([need("a", 0, 6), need("b", 20, 30)]) == [Joint("magnets", ("a", "b"), ("a", "b"), 6, 20, 14)]
    assert joint_windows([need("a", 0, 6), need("b", 30, 40)], apart=24) != []
    assert joint_windows([need("a", 0, 6), need("b", 31, 40)], apart=24) == []


def test_a_chain_is_two_windows_when_its_ends_are_too_far_apart() -> None:
    found = joint_windows([need("a", 0, 2), need("b", 20, 21), need("c", 40, 42)], apart=24)

    assert [one.keys for one in found] == [("a", "b"), ("b", "c")]


def test_other_kinds_and_one_buyer_alone_make_no_window() -> None:
    assert joint_windows([need("a", 0, 6), need("b", 0, 6, kind="mirrors")]) == []
    assert joint_windows([need("a", 0, 6, who="one"), need("b", 0, 6, who="one")]) == []
    assert joint_windows([]) == []


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(Unusable, match="ends before it begins"):
        need("a", 3, 2)
    with pytest.raises(Unusable):
        joint_windows([need("a", 0, 1), need("a", 0, 1)])
    with pytest.raises(Unusable):
        joint_windows([], apart=-1)


@st.composite
def many(draw: st.DrawFn) -> list[Need]:
    rows = draw(
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.sampled_from(["magnets", "mirrors"]), st.sampled_from("ABC")), max_size=8)
    )
    return [Need(f"n{place}", kind, who, first, first + long) for place, (first, long, kind, who) in enumerate(rows)]


def _by_trying(needs: list[Need], apart: int) -> set[tuple[str, ...]]:
    """Every set of one kind whose pairs are near enough and that no other such set holds."""
    sets = [
        frozenset(one.key for one in chosen)
        for size in range(1, len(needs) + 1)
        for chosen in itertools.combinations(needs, size)
        if len({one.kind for one in chosen}) == 1 and all(gap(one, other) <= apart for one, other in itertools.combinations(chosen, 2))
    ]
    who = {one.key: one.who for one in needs}
    largest = [one for one in sets if not any(one < other for other in sets)]
    return {tuple(sorted(one)) for one in largest if len({who[key] for key in one}) > 1}


@at_ease
@given(many(), st.integers(0, 30))
def test_the_sweep_finds_what_trying_every_set_finds(needs: list[Need], apart: int) -> None:
    found = joint_windows(needs, apart=apart)

    assert {one.keys for one in found} == _by_trying(needs, apart)
    assert len(found) == len({one.keys for one in found})


@at_ease
@given(many(), st.integers(0, 30))
def test_order_does_not_matter_and_a_shift_moves_all(needs: list[Need], apart: int) -> None:
    found = joint_windows(needs, apart=apart)

    assert joint_windows(reversed(needs), apart=apart) == found
    moved = joint_windows([Need(n.key, n.kind, n.who, n.first + 7, n.last + 7) for n in needs], apart=apart)
    assert moved == [Joint(j.kind, j.keys, j.who, j.first + 7, j.last + 7, j.gap) for j in found]


@at_ease
@given(many(), st.integers(0, 30))
def test_every_member_touches_the_window_and_none_is_further_than_allowed(needs: list[Need], apart: int) -> None:
    by_key = {one.key: one for one in needs}
    for one in joint_windows(needs, apart=apart):
        members = [by_key[key] for key in one.keys]
        assert one.gap == max(gap(a, b) for a in members for b in members) <= apart
        assert all(member.first <= one.last and member.last >= one.first for member in members)
        if not one.gap:
            assert all(member.first <= one.first and member.last >= one.last for member in members)


@at_ease
@given(many(), st.integers(0, 20), st.integers(0, 10))
def test_more_patience_never_parts_who_could_buy_together(needs: list[Need], apart: int, more: int) -> None:
    wider = [set(one.keys) for one in joint_windows(needs, apart=apart + more)]

    for one in joint_windows(needs, apart=apart):
        assert any(set(one.keys) <= other for other in wider)
