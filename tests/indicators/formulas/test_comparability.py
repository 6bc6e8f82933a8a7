"""Which values may be compared: only those that agree in everything."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.indicators.formulas.comparability import Basis, Difference, differences, kin

PLAIN = Basis(unit="h", period_kind="calendar_year", scope_kind="facility")


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (replace(PLAIN, unit="shift"), Difference.UNIT),
        (replace(PLAIN, period_kind="call"), Difference.PERIOD),
        (replace(PLAIN, span="five years"), Difference.SPAN),
        (replace(PLAIN, scope_kind="laboratory"), Difference.SCOPE),
        (replace(PLAIN, rule="refill counted"), Difference.RULE),
        (replace(PLAIN, part="one beamline"), Difference.PART),
        (replace(PLAIN, price_year=2005), Difference.PRICE_YEAR),
        (replace(PLAIN, qualifier="min"), Difference.SHARPNESS),
        (replace(PLAIN, qualifier="forecast"), Difference.SHARPNESS),
    ],
)
def test_one_difference_keeps_two_values_apart(other: Basis, difference: Difference) -> None:
    assert differences(PLAIN, other) == differences(other, PLAIN) == (difference,)


def test_about_and_exact_may_be_compared() -> None:
    assert differences(PLAIN, replace(PLAIN, qualifier="approx")) == ()


def test_all_differences_are_named() -> None:
    other = replace(PLAIN, unit="EUR", rule="spent", qualifier="max")

    assert differences(PLAIN, other) == (Difference.UNIT, Difference.RULE, Difference.SHARPNESS)


def test_groups_come_by_size_with_what_keeps_them_apart() -> None:
    call = replace(PLAIN, period_kind="call")
    found = kin([PLAIN, call, replace(PLAIN, qualifier="approx"), replace(call, rule="slots")])

    assert [(group.members, group.apart) for group in found] == [
        ((0, 2), ()),
        ((1,), (Difference.PERIOD,)),
        ((3,), (Difference.PERIOD, Difference.RULE)),
    ]


def test_nothing_has_no_groups() -> None:
    assert kin([]) == ()


BASES = st.builds(
    Basis, unit=st.sampled_from(["h", "shift"]), period_kind=st.sampled_from(["call", "calendar_year"]),
    scope_kind=st.just("facility"), span=st.sampled_from(["", "five years"]), rule=st.sampled_from(["", "a", "b"]), qualifier=st.sampled_from(["exact", "approx", "min"]),
)  # fmt: skip


@given(st.lists(BASES, max_size=20))
def test_groups_are_exactly_the_values_without_differences(bases: list[Basis]) -> None:
    found = kin(bases)
    group_of = {member: number for number, group in enumerate(found) for member in group.members}

    assert sorted(group_of) == list(range(len(bases)))
    for i, a in enumerate(bases):
        for j, b in enumerate(bases):
            assert (group_of[i] == group_of[j]) == (differences(a, b) == ())
