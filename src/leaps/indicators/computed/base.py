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
    that differ between facilities, and `records` tells how many raw records a row is made of, where it is not one.
    `scale` is applied to ratios (100 for per cent). `people` marks
    counts of persons, which are rounded and suppressed in public; `league_only` what no facility can know alone,
    `needs_others` what each facility has but only the records of all tell, as its share of a paper.
    `denominators` is for ratios of which the dims divide the numerator only: rows with `facility`, `year` and `d`,
    which stand in full below every part.
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
    needs_others: bool = False
    denominators: "Callable[[Tables], ir.Table] | None" = None
    source: str = ""

    @cached_property
    def method_hash(self) -> str:
        """Changes whenever the code that computes the indicator changes; stored with every value."""
        written = [_sources(one) for one in (self.contributions, self.denominators) if one]
        text = f"{self.id} {self.version} {self.kind} {self.scale} {' '.join(written)}"
        return sha256(text.encode()).hexdigest()[:16]


def _sources(function: "Callable[..., Any]", known: frozenset[str] = frozenset()) -> str:
    """The text of a function and of those of this package that it calls."""
    import inspect

    called = [function.__globals__.get(name) for name in function.__code__.co_names]
    ours = [f for f in called if inspect.isfunction(f) and f.__module__.startswith(__package__) and f.__name__ not in known]
    known |= {function.__name__, *(f.__name__ for f in ours)}
    return " ".join([inspect.getsource(function), *(_sources(f, known) for f in ours)])


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
            found = rows.group_by(keys).agg(numerator=rows.n.sum().cast("float64"), n_records=_records(rows))
            found = found.mutate(value=found.numerator, denominator=null, unshared=zero)
        case Kind.RATIO if indicator.denominators is not None:
            found = _of_the_whole(rows, indicator.denominators(tables), indicator, keys)
        case Kind.RATIO:
            found = rows.group_by(keys).agg(
                numerator=rows.n.sum().cast("float64"),
                denominator=rows.d.sum().cast("float64"),
                n_records=_records(rows),
            )
            ratio = indicator.scale * found.numerator / found.denominator.nullif(0)
            found = found.mutate(value=ratio, unshared=zero)
        case Kind.MEDIAN:
            found = rows.group_by(keys).agg(
                value=rows.n.quantile(0.5).cast("float64"), n_records=rows.n.count()
            )
            found = found.mutate(numerator=null, denominator=null, unshared=zero)
        case Kind.DISTINCT:
            found = _different(rows, keys)
            found = found.mutate(value=found.numerator, denominator=null)
        case Kind.DISTINCT_EVER | Kind.CUMULATIVE:
            found = _over_the_years(rows, keys, people=indicator.kind is Kind.DISTINCT_EVER)
        case Kind.ENTROPY:
            found = _effective_number(rows, keys)
    return found.select(*by, *RESULT_COLUMNS)


def _of_the_whole(rows: Any, whole: Any, indicator: Indicator, keys: list[str]) -> Any:
    """A ratio whose parts all have the denominator of their scope; without parts it is there with a numerator of zero."""
    import ibis

    scope = [key for key in keys if key in ("facility", "year")]
    base = whole.group_by(scope).agg(denominator=whole.d.sum().cast("float64"))
    top = rows.group_by(keys).agg(top=rows.n.sum().cast("float64"), counted=_records(rows))
    found = base.join(top, scope) if set(keys) - {*scope, "variant"} else base.left_join(top, scope)
    found = found.mutate(numerator=found.top.fill_null(0.0), n_records=found.counted.fill_null(0))
    return found.mutate(
        variant=ibis.literal(indicator.standard_variant),
        value=indicator.scale * found.numerator / found.denominator.nullif(0),
        unshared=ibis.literal(0, "int64"),
    )


def _records(rows: Any) -> Any:
    """How many raw records the rows are made of."""
    return rows.records.sum() if "records" in rows.columns else rows.count()


def _different(rows: Any, keys: list[str]) -> Any:
    """How many different keys there are, and how many of them only one facility can read: others may know that person too.

    Grouped by key first: engines spread that over their cores, but not two counts of distinct keys.
    """
    known = rows.who.notnull()
    each = rows.group_by([*keys, "who"]).agg(records_=_records(rows), own=(known & ~rows.shared).cast("int64").max())
    return each.group_by(keys).agg(
        numerator=each.who.count().cast("float64"), n_records=each.records_.sum(), unshared=each.own.sum()
    )


def _over_the_years(rows: Any, keys: list[str], *, people: bool) -> Any:
    """Totals since the start for each year that has records, also where nothing new is among them."""
    import ibis

    if "year" not in keys:
        message = "A total since the start belongs to a year; group by year too."
        raise CannotGroup(message)
    if people:
        scope = [key for key in keys if key != "year"]
        each = rows.group_by([*keys, "who"]).agg(shared=rows.shared.max())
        earliest = each.year.min().over(ibis.window(group_by=[*scope, "who"]))
        each = each.mutate(is_new=(earliest == each.year).cast("int64"))
        own = (~each.shared).cast("int64") * each.is_new
        added = each.group_by(keys).agg(n=each.is_new.sum().cast("float64"), n_records=each.is_new.sum(), own=own.sum())
    else:
        added = rows.group_by(keys).agg(
            n=rows.n.sum().cast("float64"), n_records=_records(rows), own=ibis.literal(0, "int64").max()
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

    counts = rows.group_by([*keys, "category"]).agg(n=rows.n.sum().cast("float64"), k=_records(rows))
    whole = counts.mutate(total=counts.n.sum().over(ibis.window(group_by=keys)))
    share = whole.n / whole.total
    terms = whole.mutate(h=-share * share.log())
    found = terms.group_by(keys).agg(h=terms.h.sum(), n_records=terms.k.sum(), denominator=terms.n.sum())
    return found.mutate(value=found.h.exp(), numerator=found.h.exp(), unshared=ibis.literal(0, "int64"))
