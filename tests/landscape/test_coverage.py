"""Coverage of challenges, by the properties its definition promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.landscape import coverage
from leaps.landscape.coverage import Route

amounts = st.floats(0, 200, allow_nan=False)
strengths = st.integers(0, 3)
routes = st.builds(Route, strengths, amounts, amounts)
shares = st.floats(0, 1, allow_nan=False)


class TestANeed:
    @pytest.mark.parametrize(
        ("strength", "certain", "possible", "covered"),
        [(3, 5, 0, 1.0), (3, 2, 1, 0.5), (2, 5, 0, 2 / 3), (0, 50, 50, 0.0), (3, 0, 0, 0.0), (1, 0, 5, 1 / 6)],
    )
    def test_is_strength_times_capacity(self, strength: int, certain: float, possible: float, covered: float) -> None:
        assert coverage.of_need([Route(strength, certain, possible)]) == pytest.approx(covered)

    def test_without_a_route_is_not_covered(self) -> None:
        assert coverage.of_need([]) == 0

    @given(st.lists(routes))
    def test_lies_between_0_and_1(self, found: list[Route]) -> None:
        assert 0 <= coverage.of_need(found) <= 1

    @given(st.lists(routes), routes)
    def test_never_loses_by_another_route(self, found: list[Route], more: Route) -> None:
        assert coverage.of_need([*found, more]) >= coverage.of_need(found)

    @given(st.lists(routes))
    def test_does_not_depend_on_the_order(self, found: list[Route]) -> None:
        assert coverage.of_need(found) == coverage.of_need(found[::-1])

    @given(strengths, amounts, amounts, amounts)
    def test_never_loses_by_an_instrument(self, strength: int, certain: float, possible: float, more: float) -> None:
        before = coverage.of_need([Route(strength, certain, possible)])

        assert coverage.of_need([Route(strength, certain + more, possible)]) >= before
        assert coverage.of_need([Route(strength, certain, possible + more)]) >= before

    @given(amounts, amounts)
    def test_gains_at_least_as_much_by_one_that_fits_as_by_one_that_may(self, certain: float, more: float) -> None:
        assert coverage.capacity(certain + more, 0) >= coverage.capacity(certain, more)


class TestAChallenge:
    def test_without_needs_is_unknown_and_not_zero(self) -> None:
        assert coverage.of_challenge([]) is None
        assert coverage.of_challenge([(0, 1.0)]) is None
        assert coverage.of_challenge([(2, 0.0)]) == 0

    def test_is_the_weighted_mean_of_its_needs(self) -> None:
        assert coverage.of_challenge([(3, 1.0), (1, 0.0)]) == pytest.approx(0.75)

    @given(st.lists(st.tuples(st.integers(1, 3), shares), min_size=1))
    def test_lies_between_its_worst_and_its_best_need(self, pairs: list[tuple[int, float]]) -> None:
        found = coverage.of_challenge(pairs)

        assert found is not None
        assert min(share for _w, share in pairs) - 1e-9 <= found <= max(share for _w, share in pairs) + 1e-9

    @given(st.lists(st.tuples(st.integers(1, 3), shares), min_size=1), st.integers(2, 5))
    def test_does_not_change_when_all_weights_grow_alike(self, pairs: list[tuple[int, float]], times: int) -> None:
        assert coverage.of_challenge([(weight * times, share) for weight, share in pairs]) == pytest.approx(coverage.of_challenge(pairs))
