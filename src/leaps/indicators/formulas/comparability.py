"""Which values of one indicator may stand beside each other, and why others may not."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Difference(StrEnum):
    """What keeps two values of one indicator apart, the weightiest first."""

    UNIT = "unit"
    PERIOD = "period"
    SPAN = "span"
    SCOPE = "scope"
    RULE = "rule"
    PART = "part"
    PRICE_YEAR = "price_year"
    SHARPNESS = "sharpness"


@dataclass(frozen=True, slots=True)
class Basis:
    """What has to agree before two values of one indicator may be compared.

    Empty text means that the source does not tell. `span` says how long a stretch of time is where its
    kind alone does not, such as five years or a typical one; whoever does not know it gives a word that
    no other value has. `scope_kind` keeps one facility apart from a
    laboratory or a partnership; `qualifier` keeps a bound or a forecast apart from a measured value.
    """

    unit: str
    period_kind: str
    scope_kind: str
    span: str = ""
    rule: str = ""
    part: str = ""
    price_year: int | None = None
    qualifier: str = "exact"


def differences(a: Basis, b: Basis) -> tuple[Difference, ...]:
    """Everything that keeps two values apart; empty when they may be compared.

    A rule that one source tells and the other does not is a difference: nobody knows whether it is
    the same. Exact and about are one sharpness; a bound, a forecast and a value by another rule are
    each their own.
    """
    found = {
        Difference.UNIT: a.unit != b.unit,
        Difference.PERIOD: a.period_kind != b.period_kind,
        Difference.SPAN: a.span != b.span,
        Difference.SCOPE: a.scope_kind != b.scope_kind,
        Difference.RULE: a.rule != b.rule,
        Difference.PART: a.part != b.part,
        Difference.PRICE_YEAR: a.price_year != b.price_year,
        Difference.SHARPNESS: _sharpness(a.qualifier) != _sharpness(b.qualifier),
    }
    return tuple(difference for difference, differs in found.items() if differs)


def _sharpness(qualifier: str) -> str:
    return "measured" if qualifier in ("exact", "approx") else qualifier


@dataclass(frozen=True, slots=True)
class Kin:
    """Values that may be compared with each other, by their positions in what was given.

    `apart` says what keeps them from the largest group, which itself has none.
    """

    basis: Basis
    members: tuple[int, ...]
    apart: tuple[Difference, ...]


def kin(bases: Sequence[Basis]) -> tuple[Kin, ...]:
    """Values sorted into groups that may be compared: the largest first, then in the order given."""
    groups: dict[Hashable, list[int]] = {}
    for position, basis in enumerate(bases):
        groups.setdefault(_key(basis), []).append(position)
    ordered = sorted(groups.values(), key=lambda members: (-len(members), members[0]))
    if not ordered:
        return ()
    first = bases[ordered[0][0]]
    return tuple(Kin(bases[m[0]], tuple(m), differences(first, bases[m[0]])) for m in ordered)


def _key(basis: Basis) -> Hashable:
    parts: Iterable[Hashable] = (
        basis.unit, basis.period_kind, basis.span, basis.scope_kind, basis.rule, basis.part, basis.price_year,
        _sharpness(basis.qualifier),
    )  # fmt: skip
    return tuple(parts)
