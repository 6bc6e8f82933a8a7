"""What a computed indicator is, and how one is worked out for any scope.

An indicator says what each raw record contributes; everything else follows. A sum adds the
contributions; a ratio divides the sum of the numerators by the sum of the denominators, never a mean of
ratios; a distinct count takes the union of keys, never the sum of counts. So the value of the league is
the same expression as that of one facility, only grouped by less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from leaps.core.errors import DomainError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from django_stubs_ext import StrOrPromise

Tables = Mapping[str, Any]
"""The raw records by name, as Ibis tables of one connection."""


class Kind(StrEnum):
    """How contributions become a value. The columns each needs stand beside it."""

    SUM = "sum"  # n
    RATIO = "ratio"  # n, d
    DISTINCT = "distinct"  # who, shared
    DISTINCT_EVER = "distinct_ever"  # who, shared: counted in the first year it is seen, then added up
    CUMULATIVE = "cumulative"  # n: added up over the years
    MEDIAN = "median"  # n
    ENTROPY = "entropy"  # category, n: the effective number of categories


class CannotGroup(DomainError):
    """The indicator has no such dimension."""

    status = 422


@dataclass(frozen=True)
class Indicator:
    """One indicator of the league's core set, as code.

    `contributions` turns the raw tables into one row for each contributing record with the columns
    `facility`, `year`, those of `dims`, and what its `kind` needs; a column `variant` keeps rules apart
    that differ between facilities. `scale` is applied to ratios (100 for per cent). `people` marks
    counts of persons, which are rounded and suppressed in public; `league_only` what no facility can know alone.
    """

    id: str
    version: int
    title: "StrOrPromise"
    unit: str
    kind: Kind
    records: tuple[str, ...]
    rule: "StrOrPromise"
    contributions: "Callable[[Tables], ir.Table]"
    dims: tuple[str, ...] = ()
    variants: Mapping[str, "StrOrPromise"] = field(default_factory=dict)
    standard_variant: str = ""
    scale: float = 1.0
    people: bool = False
    league_only: bool = False
    source: str = ""

    @cached_property
    def method_hash(self) -> str:
        """Changes whenever the code that computes the indicator changes; stored with every value."""
        import inspect

        text = f"{self.id} {self.version} {self.kind} {self.scale} {inspect.getsource(self.contributions)}"
        return sha256(text.encode()).hexdigest()[:16]


RESULT_COLUMNS = ("variant", "value", "numerator", "denominator", "n_records", "unshared")


def compute(indicator: Indicator, tables: Tables, by: Sequence[str]) -> "ir.Table":
    """The values of an indicator, one row for each group of `by` and each variant.

    `by` is a choice of `facility`, `year` and the indicator's dims; leave `facility` out for the league.
    Columns: those of `by`, `variant`, `value` (null where the denominator is zero: unknown is neither
    zero nor infinite), `numerator`, `denominator`, `n_records`, and `unshared`: how many of the counted
    keys are a facility's own, so that over several facilities the value is only an upper bound.
    Raises CannotGroup.
    """
    import ibis  # slow to import; only who computes pays

    allowed = ("facility", "year", *indicator.dims)
    for name in by:
        if name not in allowed:
            message = f"{indicator.id} cannot be grouped by {name!r}; it knows {', '.join(allowed)}."
            raise CannotGroup(message)
    rows = indicator.contributions(tables)
    if "variant" not in rows.columns:
        rows = rows.mutate(variant=ibis.literal(indicator.standard_variant))
    keys = [*by, "variant"]
    null = ibis.null("float64")
    zero = ibis.literal(0, "int64")
    match indicator.kind:
        case Kind.SUM:
            found = rows.group_by(keys).agg(numerator=rows.n.sum().cast("float64"), n_records=rows.count())
            found = found.mutate(value=found.numerator, denominator=null, unshared=zero)
        case Kind.RATIO:
            found = rows.group_by(keys).agg(
                numerator=rows.n.sum().cast("float64"),
                denominator=rows.d.sum().cast("float64"),
                n_records=rows.count(),
            )
            ratio = indicator.scale * found.numerator / found.denominator.nullif(0)
            found = found.mutate(value=ratio, unshared=zero)
        case Kind.MEDIAN:
            found = rows.group_by(keys).agg(
                value=rows.n.quantile(0.5).cast("float64"), n_records=rows.n.count()
            )
            found = found.mutate(numerator=null, denominator=null, unshared=zero)
        case Kind.DISTINCT:
            found = rows.group_by(keys).agg(
                numerator=rows.who.nunique().cast("float64"), n_records=rows.count(), unshared=_unshared(rows)
            )
            found = found.mutate(value=found.numerator, denominator=null)
        case Kind.DISTINCT_EVER | Kind.CUMULATIVE:
            found = _over_the_years(rows, keys, people=indicator.kind is Kind.DISTINCT_EVER)
        case Kind.ENTROPY:
            found = _effective_number(rows, keys)
    return found.select(*by, *RESULT_COLUMNS)


def _unshared(rows: Any) -> Any:
    """Keys that only one facility can read: the same person may stand behind another facility's key too."""
    return rows.who.nunique(where=~rows.shared)


def _over_the_years(rows: Any, keys: list[str], *, people: bool) -> Any:
    """Totals since the start for each year in which something was added."""
    import ibis

    if "year" not in keys:
        message = "A total since the start belongs to a year; group by year too."
        raise CannotGroup(message)
    if people:
        scope = [key for key in keys if key != "year"]
        firsts = rows.group_by([*scope, "who", "shared"]).agg(year=rows.year.min())
        added = firsts.group_by(keys).agg(
            n=firsts.count().cast("float64"), n_records=firsts.count(), own=(~firsts.shared).sum()
        )
    else:
        added = rows.group_by(keys).agg(
            n=rows.n.sum().cast("float64"), n_records=rows.count(), own=ibis.literal(0, "int64").max()
        )
    window = ibis.cumulative_window(group_by=[key for key in keys if key != "year"], order_by="year")
    total = added.mutate(
        numerator=added.n.sum().over(window),
        n_records=added.n_records.sum().over(window),
        unshared=added.own.sum().over(window),
    )
    return total.mutate(value=total.numerator, denominator=ibis.null("float64"))


def _effective_number(rows: Any, keys: list[str]) -> Any:
    """Exp of the Shannon entropy of the shares: how many equally large categories would be as diverse."""
    import ibis

    counts = rows.group_by([*keys, "category"]).agg(n=rows.n.sum().cast("float64"), k=rows.count())
    whole = counts.mutate(total=counts.n.sum().over(ibis.window(group_by=keys)))
    share = whole.n / whole.total
    terms = whole.mutate(h=-share * share.log())
    found = terms.group_by(keys).agg(h=terms.h.sum(), n_records=terms.k.sum(), denominator=terms.n.sum())
    return found.mutate(value=found.h.exp(), numerator=found.h.exp(), unshared=ibis.literal(0, "int64"))
