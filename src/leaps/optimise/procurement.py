"""Who could buy together: needs of one kind whose months of order meet or lie near each other.

Months are counted from any origin, windows include their first and last month. Needs of one kind can be placed in one
order when there is a span of so many months that every one of their windows touches. For windows on a line this holds
for a whole set as soon as it holds for each pair (Helly's theorem in one dimension), so the largest such sets are found
by one sweep, O(n log n + output).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leaps.optimise.errors import Unusable, no_repeats, within

APART = 24
"""Months within which makers and buyers speak of one campaign."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that `who` needs of a `kind`, to be ordered from month `first` to month `last`."""

    key: str
    kind: str
    who: str
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Unusable(f"The need “{self.key}” ends before it begins. Name the later month second.")


@dataclass(frozen=True, slots=True)
class Joint:
    """Needs of one kind, of two or more, that could become one order; no further need can be added.

    `first` to `last`: if `gap` is 0 the months that all windows share; else the months between the earliest end
    and the latest beginning, which all touch, and `gap` is by how many months somebody would have to move.
    """

    kind: str
    keys: tuple[str, ...]
    who: tuple[str, ...]
    first: int
    last: int
    gap: int


def gap(one: Need, other: Need) -> int:
    """Months between the end of one window and the beginning of the other; 0 if they share a month."""
    return max(0, max(one.first, other.first) - min(one.last, other.last))


def joint_windows(needs: Iterable[Need], *, apart: int = APART) -> list[Joint]:
    """The largest sets of needs of one kind, each pair at most `apart` months from each other, of two or more.

    By month, then kind. Raises Unusable if a key stands twice or `apart` is below 0.
    """
    within("months apart", apart, 0)
    given = list(needs)
    no_repeats("need", (need.key for need in given))
    by_kind: dict[str, list[Need]] = defaultdict(list)
    for need in given:
        by_kind[need.kind].append(need)
    found = [
        _joint(together)
        for kind in by_kind.values()
        for together in _largest(kind, apart)
        if len({need.who for need in together}) > 1
    ]
    return sorted(found, key=lambda one: (one.first, one.kind, one.keys))


def _largest(needs: Sequence[Need], apart: int) -> list[list[Need]]:
    """The maximal sets: just before a window (kept open for `apart` months more) closes after another has opened."""
    found: list[list[Need]] = []
    active: list[Need] = []
    for need in sorted(needs, key=lambda one: (one.first, one.key)):
        still = [one for one in active if one.last + apart >= need.first]
        if len(still) < len(active):
            found.append(active)
        active = [*still, need]
    if active:
        found.append(active)
    return found


def _joint(together: Sequence[Need]) -> Joint:
    latest, earliest = max(need.first for need in together), min(need.last for need in together)
    return Joint(
        together[0].kind, tuple(sorted(need.key for need in together)), tuple(sorted({need.who for need in together})),
        min(latest, earliest), max(latest, earliest), max(0, latest - earliest),
    )  # fmt: skip
