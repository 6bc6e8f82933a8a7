"""What fits the schemas and still looks wrong. None of it is an error: a comment can explain each.

Rules of the brief: slips of a unit, jumps beyond three median absolute deviations, more delivered than
scheduled, fewer visits than users, parts that do not add up to their whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.intake.computing import Result

JUMP_MADS: Final = 3.0
LEAST_YEARS: Final = 3  # fewer earlier years have no spread to speak of
MAD_TO_SIGMA: Final = 1.4826  # of normally distributed values, Rousseeuw and Croux 1993
# A series that hardly moved would make a jump of every change; below this share of its median nothing jumps.
LEAST_JUMP: Final = 0.05
SLIPS: Final = {1000.0: "1000", 0.001: "1/1000", 100.0: "100", 0.01: "1/100", 60.0: "60", 1 / 60: "1/60", 24.0: "24", 1 / 24: "1/24"}
SLIP_WIDTH: Final = 0.25  # how near a factor must come to be taken for a slip
# Delivered may not exceed scheduled: pairs of indicators with the same unit.
NOT_ABOVE: Final = (("OPS-02", "OPS-01"), ("ACC-02", "ACC-01"), ("ACC-05", "ACC-04"), ("ACC-10", "ACC-07"), ("PPL-02", "ACC-10"), ("PPL-05", "ACC-10"))
PARTITIONS: Final = frozenset({"mode", "sector", "gender", "career_stage", "access_route", "month", "subsystem", "kind", "call"})


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something to look at: which rule found it, what it is about, and the sentence."""

    rule: str
    subject: str
    message: str


def oddities(tables: Mapping[str, Any], found: Sequence[Result], earlier: Mapping[tuple[str, str], Mapping[int, float]]) -> list[Oddity]:
    """Everything odd about a return.

    `found` are the totals and parts computed from it; `earlier` the facility's values of other years, by
    (indicator, variant) and year.
    """
    totals = {(r.indicator, r.variant): r for r in found if not r.dimension}
    return [
        *_instrument_hours(tables.get("instrument_period")),
        *_not_above(totals),
        *_series(totals.values(), earlier),
        *_parts(found, totals),
    ]


def _words(result: Result) -> str:
    return f"{result.indicator} {result.title}" + (f" ({result.variant})" if result.variant else "")


def _instrument_hours(table: Any) -> Iterator[Oddity]:
    """Months in which an instrument delivered more than it offered."""
    if table is None:
        return
    import pyarrow.compute as pc

    above = table.filter(pc.greater(table["delivered_h"], pc.add(table["offered_h"], 0.05)))
    for row in above.slice(0, 5).to_pylist():
        yield Oddity("delivered-above-offered", row["instrument"], _("%(instrument)s delivered %(delivered)g h of %(offered)g h offered in month %(month)d.") % {
            "instrument": row["instrument"], "delivered": row["delivered_h"], "offered": row["offered_h"], "month": row["month"],
        })  # fmt: skip
    if above.num_rows > 5:
        yield Oddity("delivered-above-offered", "", _("The same in %(more)d more months of instruments.") % {"more": above.num_rows - 5})


def _not_above(totals: Mapping[tuple[str, str], Result]) -> Iterator[Oddity]:
    """Pairs of which the first may not be the larger."""
    by_id: dict[str, list[Result]] = defaultdict(list)
    for result in totals.values():
        if result.value is not None:
            by_id[result.indicator].append(result)
    for small, large in NOT_ABOVE:
        if not by_id[small] or not by_id[large]:
            continue
        # Among several rules of the larger one, the most generous.
        most = max(by_id[large], key=lambda r: r.value or 0.0)
        for result in by_id[small]:
            if (result.value or 0.0) > (most.value or 0.0) * 1.0000001:
                words = {"small": _words(result), "value": result.value, "large": _words(most), "limit": most.value}
                yield Oddity("above", result.indicator, _("%(small)s is %(value)g and above %(large)s, which is %(limit)g.") % words)


def _series(totals: Iterable[Result], earlier: Mapping[tuple[str, str], Mapping[int, float]]) -> Iterator[Oddity]:
    """Slips of a unit and jumps against the facility's own earlier years."""
    for result in totals:
        past = [v for year, v in sorted(earlier.get((result.indicator, result.variant), {}).items()) if year != result.year]
        if result.value is None or not past:
            continue
        median = float(np.median(past))
        words = {"what": _words(result), "value": result.value, "median": median, "n": len(past)}
        if median and result.value and (slip := _slip(result.value / median)):
            message = _("%(what)s is %(value).6g, about %(factor)s times the usual %(median).6g: a slip of the unit?")
            yield Oddity("unit", result.indicator, message % (words | {"factor": slip}))
            continue
        if len(past) < LEAST_YEARS:
            continue
        spread = MAD_TO_SIGMA * float(np.median(np.abs(np.asarray(past) - median)))
        limit = max(JUMP_MADS * spread, LEAST_JUMP * abs(median))
        if limit and abs(result.value - median) > limit:
            message = _("%(what)s is %(value).6g; in %(n)d earlier years it was about %(median).6g.")
            yield Oddity("jump", result.indicator, message % words)


def _slip(factor: float) -> str:
    near = [(abs(np.log(factor / known)), name) for known, name in SLIPS.items() if factor > 0]
    distance, name = min(near, default=(np.inf, ""))
    return name if distance < np.log1p(SLIP_WIDTH) else ""


def _parts(found: Iterable[Result], totals: Mapping[tuple[str, str], Result]) -> Iterator[Oddity]:
    """Finished parts of a sum that do not add up to its total; computed ones always do."""
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for result in found:
        kind = all_indicators()[result.indicator].kind.value
        if result.dimension in PARTITIONS and kind == "sum" and not result.method and result.value is not None:
            sums[result.indicator, result.variant, result.dimension] += result.value
    for (code, variant, dimension), together in sums.items():
        total = totals.get((code, variant))
        if total is not None and total.value is not None and abs(together - total.value) > 0.005 * max(1.0, abs(total.value)):
            words = {"what": _words(total), "dimension": dimension, "sum": together, "total": total.value}
            yield Oddity("parts", code, _("%(what)s by %(dimension)s adds up to %(sum).6g, the total is %(total).6g.") % words)
