"""Values a facility has worked out itself: only what the registry knows, and ratios with both their sums."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.computed.registry import all_indicators

if TYPE_CHECKING:
    import pyarrow as pa

    from leaps.indicators.intake.reading import RawTable

# A quotient written with two decimals may differ from its sums by this much of itself.
ROUNDING = 0.01


def faults(given: "RawTable", rows: "pa.Table") -> Iterator[Problem]:
    """Everything wrong with the finished values of one file, row by row. There are never many."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in zip(given.numbers, rows.to_pylist(), strict=True):
        at = {"file": given.file, "row": int(number)}
        indicator = all_indicators().get(row["indicator"])
        if indicator is None:
            cure = _("Leave the row out; the list of computed indicators is in the documentation.")
            yield Problem(_("is no indicator of the league's core set"), cure, field="indicator", value=row["indicator"], **at)  # type: ignore[arg-type]
            continue
        for field, message, cure in _row(indicator, row):
            value = row[field]
            yield Problem(message, cure, field=field, value="" if value is None else str(value), **at)  # type: ignore[arg-type]
        key = tuple(row[name] or "" for name in ("indicator", "variant", "dimension", "category"))
        if (first := seen.setdefault(key, int(number))) != int(number):
            message = _("says the same as row %(row)d") % {"row": first}
            yield Problem(message, _("Keep one of the two."), field="indicator", value=row["indicator"], **at)  # type: ignore[arg-type]


def _row(indicator: Indicator, row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if (row["variant"] or "") not in (list(indicator.variants) or [indicator.standard_variant]):
        known = ", ".join(indicator.variants) or _("none: leave it empty")
        yield "variant", _("is no rule of this indicator"), _("The rules are: %(known)s.") % {"known": known}
    if row["dimension"] and row["dimension"] not in indicator.dims:
        known = ", ".join(indicator.dims) or _("none: leave it empty")
        yield "dimension", _("is no dimension of this indicator"), _("The dimensions are: %(known)s.") % {"known": known}
    if bool(row["dimension"]) != bool(row["category"]):
        yield "category", _("does not go with the dimension"), _("Give both, or leave both empty for the total.")
    if indicator.kind is not Kind.RATIO:
        return
    top, bottom = row["numerator"], row["denominator"]
    if top is None or bottom is None:
        missing = "numerator" if top is None else "denominator"
        yield missing, _("is missing"), _("A ratio needs both sums, so that the league's value can be made of them.")
    elif bottom == 0 or abs(indicator.scale * top / bottom - row["value"]) > ROUNDING * max(1.0, abs(row["value"])):
        message = _("is not the quotient of numerator and denominator")
        cure = _("It should be %(scale)g times one over the other.") % {"scale": indicator.scale}
        yield "value", message, cure
