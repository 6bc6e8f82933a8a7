"""Publishing counts of people without publishing a person.

A count below five is withheld. That alone protects nobody: with the other counts and their totals (over
dimensions, periods, nested scopes) the withheld one can be worked out. So further counts are withheld until
everything published together leaves a range of stated width for each small count.

Method. The published totals are linear relations between counts. A small count is *protected* when there are
two tables of non-negative whole numbers that agree with everything published and in which it differs by at
least `width`. The true table is one; the other is found by mixed-integer programming (HiGHS), which moves as few and as
cheap published counts as it can, for some small counts at a time, and what it moves is withheld. The second tables
are kept as certificates: protection is shown by example, not argued. Choosing the fewest counts is NP-hard; this is
the usual sequential heuristic and may withhold a few more than needed.

What is assumed, and what it does not do:
- the reader knows every published number and relation and this method's threshold, and that counts are
  non-negative whole numbers; with width 5 the reader cannot even tell that a withheld count is below five;
- whether a count was withheld for being small or to protect another is never published (`Cell.SUPPRESSED`);
- a reader who is part of the table (a facility that knows its own count) knows more and can subtract it;
- editions of one table are one disclosure: put what is already out into `published_before`;
- numbers printed elsewhere by others, and guesses about which choice this method would make, are not covered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaps.core.errors import DomainError
from leaps.indicators.formulas.checks import Floats, Integers, OutOfRange, floats, not_negative, same_length

THRESHOLD: Final = 5
WIDTH: Final = 5
_ROUNDS: Final = 8
_TOGETHER: Final = 8  # cells that one movement brings to their targets; more are quicker and withhold more
_MOVED: Final = 10  # cells brought there between two attempts at covering many at once
_SECONDS: Final = 20.0
_LARGE: Final = 1000  # cells; beyond, a table with known axes is protected by blocks alone
_TRIES: Final = 20

Flags = NDArray[np.bool_]


class CannotProtect(DomainError):
    """Withholding everything that still can be would not protect these cells: too much is out already."""

    status = 409


class NotAdditive(DomainError):
    """A total does not agree with its parts."""

    status = 422


class Kind(StrEnum):
    """How a total follows from its parts."""

    SUM = "sum"  # every person is in exactly one part
    UNION = "union"  # a person may be in several: max <= total <= sum
    WITHIN = "within"  # the parts are disjoint and in the total, with a remainder that is in no table: sum <= total


class Cell(StrEnum):
    """What a reader sees in a cell; four things that must not look alike."""

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Relation:
    """Cell `total` (a flat index) follows from the cells `parts`."""

    total: int
    parts: tuple[int, ...]
    kind: Kind = Kind.SUM


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of a table with its totals among its nodes: `parents[i]` is the node that node i adds into.

    -1 has no total above it. Nesting works (instrument, facility, country, league; month, year). `kind` is
    UNION where a person can be in several nodes, as over months or facilities.
    """

    nodes: tuple[str, ...]
    parents: tuple[int, ...]
    kind: Kind = Kind.SUM

    @classmethod
    def flat(cls, categories: Iterable[str], total: str = "total", kind: Kind = Kind.SUM) -> "Dimension":
        """Categories in a row and their total as the last node."""
        names = tuple(categories)
        return cls((*names, total), (*(len(names) for _ in names), -1), kind)


@dataclass(frozen=True, slots=True)
class Protection:
    """What may be shown. `states` is for readers; `primary` and `complementary` stay inside the house.

    `certificates` are tables, one a row, that agree with everything published; over them (and the true table)
    each primary cell spans at least `width`.
    """

    states: NDArray[np.object_]
    primary: Flags
    complementary: Flags
    certificates: Integers
    threshold: int
    width: int

    @property
    def published(self) -> Flags:
        """Which cells may be printed."""
        return np.asarray(self.states == Cell.PUBLISHED)


def relations(dimensions: Sequence[Dimension]) -> tuple[Relation, ...]:
    """All totals of a table with these axes; cells are numbered in C order over the nodes.

    Raises ShapeMismatch if a dimension has not one parent for each node, OutOfRange if a parent is no node.
    """
    shape = tuple(len(dimension.nodes) for dimension in dimensions)
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    found: list[Relation] = []
    for axis, dimension in enumerate(dimensions):
        same_length(nodes=dimension.nodes, parents=dimension.parents)
        if not all(-1 <= parent < len(dimension.nodes) for parent in dimension.parents):
            raise OutOfRange("The parent of a node is the number of another node of the dimension, or -1.")
        lines = np.moveaxis(numbers, axis, 0).reshape(shape[axis], -1)
        for node in range(shape[axis]):
            parts = [i for i, parent in enumerate(dimension.parents) if parent == node]
            if parts:
                found.extend(
                    Relation(int(line[node]), tuple(line[parts].tolist()), dimension.kind) for line in lines.T
                )
    return tuple(found)


def with_totals(leaves: ArrayLike, dimensions: Sequence[Dimension]) -> Floats:
    """The full table of SUM dimensions from the counts of their leaves (nodes without parts), in C order.

    `leaves` has one axis for each dimension, with the leaves in the order of the nodes. Missing (NaN) counts
    are left out of totals, so a total is that of what is known. Raises OutOfRange for a UNION dimension: the
    distinct persons of a total must be counted, they do not follow from the parts.
    """
    table = floats(leaves)
    missing = np.isnan(table)
    table = np.where(missing, 0.0, table)
    full_missing: NDArray[np.float64] = missing.astype(float)
    for axis, dimension in enumerate(dimensions):
        if dimension.kind is Kind.UNION:
            raise OutOfRange(
                "Distinct persons do not add up over this dimension; count its totals from the records."
            )
        inner = set(dimension.parents)
        tips = [i for i in range(len(dimension.nodes)) if i not in inner]
        spread = np.zeros((len(dimension.nodes), len(tips)))
        for column, tip in enumerate(tips):
            node = tip
            while node >= 0:
                spread[node, column] = 1
                node = dimension.parents[node]
        table = np.moveaxis(np.tensordot(spread, table, axes=(1, axis)), 0, axis)
        # A cell is missing when all that would go into it is.
        absent = np.moveaxis(np.tensordot(spread, 1 - full_missing, axes=(1, axis)), 0, axis) == 0
        full_missing = absent.astype(float)
    return np.where(full_missing > 0, np.nan, table)


def round_persons(counts: ArrayLike, base: int = 5) -> Floats:
    """Rounded to the nearest multiple of `base` for public views; NaN stays NaN. Halves go up.

    Each number is rounded by itself, so rounded parts need not add to their rounded total; say so beside the
    table. Rounding comes after suppression and replaces none of it. Raises OutOfRange for base < 1.
    """
    if base < 1:
        raise OutOfRange("Numbers can be rounded to a multiple of 1 or more.")
    return np.floor(floats(counts) / base + 0.5) * base


def protect(
    counts: ArrayLike,
    totals: Sequence[Relation],
    *,
    dimensions: Sequence[Dimension] = (),
    threshold: int = THRESHOLD,
    width: int = WIDTH,
    publish_zero: bool = False,
    not_applicable: ArrayLike | None = None,
    published_before: ArrayLike | None = None,
    never_published: ArrayLike | None = None,
    costs: ArrayLike | None = None,
) -> Protection:
    """Decide what is withheld so that no count below `threshold` can be worked out to less than `width`.

    counts: whole numbers, any shape; NaN is missing. All cells that are printed anywhere (editions, periods,
    scopes, one- to three-dimensional tables and beyond) belong in one call, linked by `totals`.
    dimensions: the axes, where the counts are one table of them; not needed, but from three axes on a large
    table is protected in seconds instead of hours (with `totals` those of the axes and perhaps more).
    publish_zero: a zero is printed and not protected (it names nobody, but says that nobody was there). No zero is
    withheld then, so a reader knows that what is withheld is at least one, and that is reckoned with.
    not_applicable: cells that cannot exist. They and missing cells count as 0, which readers know: a total is
    that of what is known.
    published_before: cells that are out and cannot be withdrawn. never_published: cells that appear nowhere and
    may be moved freely. costs: what withholding a cell costs, above 0; by default more for large and for total
    cells.

    Raises NotAdditive, OutOfRange, CannotProtect (small cells among those published before, or pinned by them).
    """
    given = floats(counts)
    shape, values = given.shape, given.ravel()
    size = len(values)
    absent = _flags(not_applicable, size)
    missing = np.isnan(values) & ~absent
    not_negative("counts", values)
    whole = np.where(np.isnan(values) | absent, 0.0, values)
    if np.any(whole != np.floor(whole)):
        raise OutOfRange("Suppression is for counts, which are whole numbers.")
    if width < 1 or threshold < 1:
        raise OutOfRange("Threshold and width are whole numbers from 1.")
    fixed, free = _flags(published_before, size), _flags(never_published, size)
    void = missing | absent
    small = (whole < threshold) & ~void & ~(publish_zero & (whole == 0))
    if np.any(small & fixed):
        raise CannotProtect(f"{int((small & fixed).sum())} cells below {threshold} are published already.")

    least = np.where((whole > 0) & ~free, float(publish_zero), 0.0)
    zero = publish_zero & (whole == 0) & ~free
    worth = _costs(whole, totals) if costs is None else floats(costs).ravel()
    if len(worth) != size or not np.all(worth > 0):
        raise OutOfRange("Costs must be above 0, one for each cell.")
    if dimensions and shape != tuple(len(dimension.nodes) for dimension in dimensions):
        raise OutOfRange("The counts must have one axis for each dimension, one place for each node.")

    system = _System(whole, [relation for relation in totals if not void[relation.total]], least)
    seen = _Seen(whole, np.flatnonzero(small), width)
    worth = np.where(void | fixed | zero, np.inf, worth)
    hidden = _hide(system, seen, _Blocks(dimensions) if dimensions else None, (small | free) & ~void, worth)

    # By number, because NumPy turns members of an enumeration of texts into plain texts when it fills.
    number = np.select([absent, missing, hidden], [3, 2, 1], 0)
    states = np.array(list(Cell), dtype=object)[number]
    certificates = np.array(seen.tables).reshape(-1, size).astype(np.int64)
    return Protection(
        states.reshape(shape),
        small.reshape(shape),
        (hidden & ~small & ~free).reshape(shape),
        certificates,
        threshold,
        width,
    )


def _hide(system: "_System", seen: "_Seen", blocks: "_Blocks | None", hidden: Flags, worth: Floats) -> Flags:
    """The cells hidden at first and those that must be hidden besides; `seen` gets the certificates."""
    whole = system.whole

    def cover() -> None:
        """As many small cells as what is hidden by now protects, each table serving many of them."""
        for _ in range(_ROUNDS):
            before = len(seen.open())
            if before:
                seen.keep(system.spread(seen.open(), hidden, seen.targets()))
            if len(seen.open()) == before:
                return

    if len(seen.open()):
        seen.keep(system.lower(seen.open(), hidden))
    cover()
    moved = 0
    while len(left := seen.open()):
        # The smallest first: they have the least room of their own, and what protects them serves others.
        order = left[np.argsort(whole[left], kind="stable")]
        targets, price = seen.targets(), np.where(hidden, 0.0, worth)
        raised = order[: 1 if blocks else _TOGETHER]
        if blocks:
            table, cost = blocks.move(system, int(raised[0]), float(targets[raised[0]]), price)
        else:
            table, cost = system.move(raised, targets, price, whole_numbers=False), np.inf
        if cost > 0 and (table is None or (blocks and len(whole) <= _LARGE)):
            raised = raised[:1]
            exact = system.move(raised, targets, price, whole_numbers=table is None)
            table = table if exact is None else exact
        if table is None:
            raise CannotProtect(
                f"{len(left)} cells to be withheld follow from what is published already, or no protection was "
                f"found in {_SECONDS:g} s; the first is cell {raised[0]}."
            )
        hidden = hidden | (table != whole)
        seen.keep(table)
        moved += len(raised) if cost > 0 else 0
        if moved >= _MOVED:
            cover()
            moved = 0
    return hidden


def public_view(
    counts: ArrayLike, protection: Protection, *, round_to: int = 5
) -> list[tuple[Cell, float | None]]:
    """What a reader gets, cell by cell in C order: the state, and the rounded count where it is published.

    `round_to` 1 shows exact counts, for views that are not public.
    """
    shown = round_persons(counts, round_to).ravel()
    states: list[Cell] = protection.states.ravel().tolist()
    return [
        (state, float(value) if state is Cell.PUBLISHED else None)
        for state, value in zip(states, shown, strict=True)
    ]


def attack(
    published: ArrayLike,
    totals: Sequence[Relation],
    *,
    hidden: ArrayLike,
    whole_numbers: bool = False,
    at_least: float = 0.0,
) -> tuple[Floats, Floats]:
    """The range of every hidden cell that a reader can work out: (low, high), inf where nothing bounds it.

    `published` holds the printed counts (its values at hidden cells are not looked at; NaN elsewhere is missing
    or not applicable and taken as 0). One linear programme down and one up for each hidden cell; with
    `whole_numbers` integer programmes, which know a little more on tables of three dimensions. `at_least` is what
    every hidden cell is known to be, 1 where zeros are printed. Raises
    NotAdditive if what is published contradicts itself.
    """
    # Imported here: loading the solver takes half a second and few callers need it.
    from scipy.optimize import Bounds as Limits
    from scipy.optimize import LinearConstraint, milp

    given = floats(published)
    values, unknown = given.ravel(), np.asarray(hidden, dtype=bool).ravel()
    whole = np.where(np.isnan(values) | unknown, 0.0, values)
    void = np.isnan(values) & ~unknown
    matrix, upper = _matrix(len(whole), [relation for relation in totals if not void[relation.total]])
    constraint = LinearConstraint(matrix, np.zeros(len(upper)), upper)
    limits = Limits(np.where(unknown, at_least, whole), np.where(unknown, np.inf, whole))
    whole_or_not = np.full(len(whole), int(whole_numbers))
    if not milp(
        np.zeros(len(whole)), constraints=constraint, bounds=limits, integrality=whole_or_not
    ).success:
        raise NotAdditive("The published numbers contradict each other: no table agrees with all of them.")
    low, high = whole.copy(), whole.copy()
    for cell in np.flatnonzero(unknown):
        aim = np.zeros(len(whole))
        for sign, out in ((1.0, low), (-1.0, high)):
            aim[cell] = sign
            # With its presolve, HiGHS was seen to miss better tables in integer programmes.
            options = {"presolve": not whole_numbers}
            answer = milp(aim, constraints=constraint, bounds=limits, integrality=whole_or_not, options=options)
            # Some table agrees, so what has no best one has no bound.
            out[cell] = sign * answer.fun if answer.success else -sign * np.inf
    return low.reshape(given.shape), high.reshape(given.shape)


def _flags(given: ArrayLike | None, size: int) -> Flags:
    if given is None:
        return np.zeros(size, dtype=bool)
    flags = np.asarray(given, dtype=bool).ravel()
    if len(flags) != size:
        raise OutOfRange("Marks must be given for every cell of the table.")
    return flags


def _costs(whole: Floats, totals: Sequence[Relation]) -> Floats:
    """Dearer the larger the count, and the more cells it sums up: margins are what readers come for."""
    costs = 1.0 + np.log1p(whole)
    for relation in totals:
        costs[relation.total] *= 1.5
    return costs


class _Seen:
    """The tables found so far that agree with everything published, and what they leave open."""

    def __init__(self, whole: Floats, need: Integers, width: int) -> None:
        self.need, self.width = need, width
        self.low, self.high = whole.copy(), whole.copy()
        self.tables: list[Floats] = []

    def keep(self, table: Floats) -> None:
        self.tables.append(table)
        np.minimum(self.low, table, out=self.low)
        np.maximum(self.high, table, out=self.high)

    def open(self) -> Integers:
        """The small cells that do not span the width yet."""
        return self.need[(self.high - self.low)[self.need] < self.width]

    def targets(self) -> Floats:
        """Where each cell must get in a further table for the width to be there."""
        return self.low + self.width


class _System:
    """The relations of a table as constraints on how a second table may differ from the true one."""

    def __init__(self, whole: Floats, totals: Sequence[Relation], least: Floats) -> None:
        self.whole, self.least = whole, least
        for relation in totals:
            parts = whole[list(relation.parts)]
            total, added, largest = whole[relation.total], parts.sum(), parts.max(initial=0)
            if relation.kind is Kind.SUM and total != added:
                raise NotAdditive(
                    f"Cell {relation.total} is {total:g}, its known parts add to {added:g}; give the total over what is known."
                )
            if relation.kind is Kind.WITHIN and added > total:
                raise NotAdditive(f"Cell {relation.total} is {total:g}, but {added:g} are within it; give the total over what is known.")
            if relation.kind is Kind.UNION and not largest <= total <= added:
                raise NotAdditive(
                    f"Cell {relation.total} is {total:g}; of overlapping parts it lies between the largest, "
                    f"{largest:g}, and their sum, {added:g}; give the total over what is known."
                )
        self.matrix, self.upper = _matrix(len(whole), totals)
        self.slack = np.where(np.isinf(self.upper), -(self.matrix @ whole), 0.0)

    def _solve(
        self, aim: Floats, least: Floats, most: Floats, extra: Sequence[object], *, whole_numbers: bool
    ) -> Floats | None:
        """Whole numbers from `least` to `most` that make `aim` least; None if none are found.

        Two-dimensional tables have whole corners, and many others do where it matters: the linear programme is
        enough then, and far quicker. Only where it is not, and `whole_numbers` asks for it, the integer one runs.
        """
        # Imported here: loading the solver takes half a second and few callers need it.
        from scipy.optimize import Bounds as Limits
        from scipy.optimize import milp

        limits = Limits(least, most)
        answer = milp(aim, constraints=extra, bounds=limits)
        if answer.x is not None and np.all(np.abs(answer.x - np.round(answer.x)) < 1e-6):
            return np.asarray(np.round(answer.x))
        if answer.status == 2 or not whole_numbers:  # 2: not even in fractions
            return None
        answer = milp(
            aim,
            constraints=extra,
            bounds=limits,
            integrality=np.ones(len(aim)),
            options={"mip_rel_gap": 0.1, "time_limit": _SECONDS},
        )
        return None if answer.x is None else np.asarray(np.round(answer.x))

    def agrees(self, table: Floats) -> bool:
        """Whether no cell of a table is below what it is known to be, and every relation is kept."""
        sums = self.matrix @ table
        return bool(np.all(table >= self.least) and np.all(sums >= 0) and np.all(sums <= self.upper))

    def _checked(self, cells: Integers, movement: Floats) -> Floats:
        table = self.whole.copy()
        table[cells] += movement
        if not self.agrees(table):
            raise ArithmeticError("The solver returned a table that breaks its constraints.")
        return table

    def lower(self, small: Integers, hidden: Flags) -> Floats:
        """A table in which the small cells together are as low as what is hidden allows."""
        from scipy.optimize import LinearConstraint  # slow to load, see _solve

        cells = np.flatnonzero(hidden)
        aim = np.isin(cells, small).astype(float)
        rows = LinearConstraint(self.matrix[:, cells], self.slack, self.upper)
        found = self._solve(aim, (self.least - self.whole)[cells], np.full(len(cells), np.inf), [rows], whole_numbers=False)
        return self.whole.copy() if found is None else self._checked(cells, found)

    def spread(self, small: Integers, hidden: Flags, targets: Floats) -> Floats:
        """A table in which the small cells together come as near to their targets as what is hidden allows."""
        from scipy.optimize import LinearConstraint  # slow to load, see _solve
        from scipy.sparse import csr_matrix, hstack

        cells = np.flatnonzero(hidden)
        n, k = len(cells), len(small)
        # One further variable a small cell: how far it got, no more than its target (t <= movement + value).
        place = np.searchsorted(cells, small)
        reached = hstack(
            [csr_matrix((np.ones(k), (np.arange(k), place)), shape=(k, n)), -csr_matrix(np.eye(k))],
            format="csr",
        )
        wide = hstack([self.matrix[:, cells], csr_matrix((self.matrix.shape[0], k))], format="csr")
        extra = [
            LinearConstraint(wide, self.slack, self.upper),
            LinearConstraint(reached, -self.whole[small], np.full(k, np.inf)),
        ]
        aim = np.concatenate([np.zeros(n), -np.ones(k)])
        least = np.concatenate([(self.least - self.whole)[cells], np.zeros(k)])
        most = np.concatenate([np.full(n, np.inf), targets[small]])
        found = self._solve(aim, least, most, extra, whole_numbers=False)
        return self.whole.copy() if found is None else self._checked(cells, found[:n])

    def move(self, raised: Integers, targets: Floats, price: Floats, *, whole_numbers: bool) -> Floats | None:
        """The cheapest table in which some cells reach their targets; None when there is none.

        Moving a published cell costs its price a step, so that few are; moving a hidden one nearly nothing.
        """
        from scipy.optimize import LinearConstraint  # slow to load, see _solve
        from scipy.sparse import csr_matrix, hstack

        cells = np.flatnonzero(np.isfinite(price))
        n = len(cells)
        # What a cell gains and what it loses are variables of their own, so that both can have a price.
        inner = self.matrix[:, cells]
        k = len(raised)
        one = csr_matrix((np.ones(k), (np.arange(k), np.searchsorted(cells, raised))), shape=(k, n))
        extra = [
            LinearConstraint(hstack([inner, -inner], format="csr"), self.slack, self.upper),
            LinearConstraint(hstack([one, -one], format="csr"), (targets - self.whole)[raised], np.full(k, np.inf)),
        ]
        aim = np.tile(np.maximum(price[cells], 0.001), 2)
        most = np.concatenate([np.full(n, np.inf), (self.whole - self.least)[cells]])
        found = self._solve(aim, np.zeros(2 * n), most, extra, whole_numbers=whole_numbers)
        return None if found is None else self._checked(cells, found[:n] - found[n:])


class _Blocks:
    """Movements that keep every total of a table of known axes by their form, and are whole by it too.

    Along each axis some leaf under the cell gains, with everything above it; what a leaf beside it loses, with
    everything above that, cancels from their common total on. The outer product of one such choice for each
    axis moves the corners of a block. Known from the hypercube method of cell suppression (S. Giessing, D.
    Repsilber, in: Inference Control in Statistical Databases, 2002).
    """

    def __init__(self, dimensions: Sequence[Dimension]) -> None:
        self.shape = tuple(len(dimension.nodes) for dimension in dimensions)
        self.parents = [dimension.parents for dimension in dimensions]
        self.known: dict[tuple[int, int], tuple[Integers, Integers]] = {}

    def _chain(self, axis: int, node: int) -> list[int]:
        chain = []
        while node >= 0:
            chain.append(node)
            node = self.parents[axis][node]
        return chain

    def _choices(self, axis: int, node: int) -> tuple[Integers, Integers]:
        """The movements along one axis that raise a node: their nodes and signs, padded with sign 0."""
        if (axis, node) not in self.known:
            parents = self.parents[axis]
            chains = {tip: self._chain(axis, tip) for tip in range(len(parents)) if tip not in set(parents)}
            above = parents[node]
            gains = [chain for chain in chains.values() if node in chain]
            losses = [
                chain for chain in chains.values() if node not in chain and above >= 0 and above in chain
            ]
            found: list[list[tuple[int, int]]] = []
            for gain in gains:
                found.append([(i, 1) for i in gain])
                found.extend(
                    [(i, 1) for i in gain if i not in loss] + [(i, -1) for i in loss if i not in gain]
                    for loss in losses
                )
            longest = max(len(choice) for choice in found)
            padded = np.array(
                [choice + [(0, 0)] * (longest - len(choice)) for choice in found], dtype=np.int64
            )
            self.known[axis, node] = padded[:, :, 0], padded[:, :, 1]
        return self.known[axis, node]

    def move(self, system: _System, cell: int, target: float, price: Floats) -> tuple[Floats | None, float]:
        """The cheapest block that brings a cell to its target, as a table, and its price (0: all hidden already)."""
        index, sign = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.int64)
        for axis, node in enumerate(np.unravel_index(cell, self.shape)):
            nodes, signs = self._choices(axis, int(node))
            index = (index[:, None, :, None] * self.shape[axis] + nodes[None, :, None, :]).reshape(
                len(index) * len(nodes), -1
            )
            sign = (sign[:, None, :, None] * signs[None, :, None, :]).reshape(len(sign) * len(signs), -1)
        amount = target - system.whole[cell]
        moved = sign != 0
        possible = np.all(system.whole[index] + sign * amount >= system.least[index], axis=1, where=moved)
        cost = np.where(possible, np.where(moved, price[index], 0.0).sum(axis=1), np.inf)
        for block in np.argsort(cost, kind="stable")[:_TRIES].tolist():
            if not np.isfinite(cost[block]):
                break
            table = system.whole.copy()
            table[index[block][moved[block]]] += sign[block][moved[block]] * amount
            if system.agrees(table):  # unions and totals beyond the axes ask for more
                return table, float(cost[block])
        return None, float("inf")


def _matrix(size: int, totals: Sequence[Relation]) -> tuple[Any, Floats]:
    """Rows whose product with a table lies between 0 and the bounds returned: 0 for sums, else no bound.

    Sums are equal to their parts; unions lie between their largest part and the sum of the parts; what is within
    a total adds to no more than it.
    """
    from scipy.sparse import csr_matrix  # slow to load, see _System._solve

    rows: list[int] = []
    columns: list[int] = []
    entries: list[float] = []
    upper: list[float] = []
    for relation in totals:
        sign = -1.0 if relation.kind is Kind.WITHIN else 1.0
        rows += [len(upper)] * (1 + len(relation.parts))
        columns += [relation.total, *relation.parts]
        entries += [-sign, *([sign] * len(relation.parts))]
        upper.append(0.0 if relation.kind is Kind.SUM else np.inf)
        if relation.kind is Kind.UNION:
            for part in relation.parts:
                rows += [len(upper)] * 2
                columns += [relation.total, part]
                entries += [1.0, -1.0]
                upper.append(np.inf)
    return csr_matrix((entries, (rows, columns)), shape=(len(upper), size)), np.array(upper, dtype=np.float64)
