"""Values, periods and reasons in words."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.indicators.formulas.comparability import Difference
from leaps.indicators.types import Family, Group, PeriodKind, Qualifier, ScopeKind, Standing
from leaps.record.specs import readable_number

if TYPE_CHECKING:
    from leaps.indicators.queries import Published

MILLION = 1e6


def section_words(family: str, group: str) -> str:
    """The heading of a group of the league or of another family."""
    if group:
        return _("League core: %(group)s") % {"group": Group(group).label}
    return str(Family(family).label)


def unit_words(unit: str) -> str:
    """A unit as people write it; empty for a plain count or ratio."""
    return {
        "count": "",
        "ratio": "",
        "person": _("people"),
        "visit": _("visits"),
        "shift": _("shifts"),
        "country": _("countries"),
        "day": _("days"),
        "FTE/M": _("FTE per million"),
        "person-day": _("person-days"),
        "currency": _("in own currency"),
        "currency/h": _("per hour, in own currency"),
        "MWh/h": _("MWh per hour"),
        "kgCO2e/h": _("kg CO₂e per hour"),
        "tCO2e": _("t CO₂e"),
    }.get(unit, unit)


def axis_unit(unit: str, *, millions: bool) -> str:
    """The unit in the title of an axis, where even a count needs a word."""
    words = {"count": _("number"), "ratio": _("ratio")}.get(unit) or unit_words(unit)
    return _("million %(unit)s") % {"unit": words} if millions else words


def number_words(row: "Published") -> str:
    """The number without unit; large sums of money in millions."""
    if row.value is None:
        return str(Standing(row.standing).label)
    if row.currency and abs(row.value) >= MILLION:
        return _("%(n)s million") % {"n": readable_number(row.value / MILLION)}
    return readable_number(row.value)


def short_words(row: "Published") -> str:
    """The number for a small cell, led by a sign for how sharp it is."""
    sign = {Qualifier.APPROX: "≈", Qualifier.MIN: "≥", Qualifier.MAX: "≤", Qualifier.FORECAST: "→", Qualifier.ALT_DEFINITION: "*"}
    return f"{sign.get(Qualifier(row.qualifier), '')}{number_words(row)}"


def value_words(row: "Published") -> str:
    """A value with its unit, led by how sharp it is."""
    if row.value is None:
        return number_words(row)
    plain = f"{number_words(row)} {unit_words(row.unit)}".strip()
    if row.qualifier in (Qualifier.EXACT, Qualifier.ALT_DEFINITION):
        return plain
    return f"{Qualifier(row.qualifier).label} {plain}"


def period_words(kind: str, year: int, period: str) -> str:
    """What stretch of time a value is about."""
    match kind:
        case PeriodKind.CALENDAR_YEAR:
            return str(year)
        case PeriodKind.FISCAL_YEAR:
            return period or _("fiscal year from %(year)d") % {"year": year}
        case PeriodKind.CALL:
            named = any(word in period for word in ("call", "run", "period"))
            if period and named:
                return f"{period}, {year}"
            return _("call %(period)s, %(year)d") % {"period": period, "year": year} if period else _("call, %(year)d") % {"year": year}
        case PeriodKind.CUMULATIVE:
            return _("since the start, to %(year)d") % {"year": year}
        case PeriodKind.SNAPSHOT:
            return _("state of %(year)d") % {"year": year}
    kind_words = str(PeriodKind(kind).label)
    if not period:
        return f"{kind_words}, {year}"
    words = period if kind == PeriodKind.OTHER or kind_words in period else f"{kind_words} {period}"
    return words if str(year) in words else f"{words}, {year}"


def basis_words(row: "Published") -> str:
    """What all values of a comparable group share, as a heading."""
    kind = str(PeriodKind(row.period_kind).label)
    parts = [kind if row.span in ("", row.slug) else row.period if row.period_kind == PeriodKind.OTHER else f"{kind} {row.period}"]
    if row.scope_kind != ScopeKind.FACILITY:
        parts.append(str(ScopeKind(row.scope_kind).label))
    if row.qualifier not in (Qualifier.EXACT, Qualifier.APPROX):
        parts.append(str(Qualifier(row.qualifier).label))
    parts += [part for part in (row.part, row.rule) if part]
    if row.currency:
        parts.append(row.currency)
    if row.price_year:
        parts.append(_("prices of %(year)d") % {"year": row.price_year})
    return " · ".join(parts)


def difference_words(difference: Difference) -> str:
    """What keeps two values apart."""
    return {
        Difference.UNIT: _("another unit"),
        Difference.PERIOD: _("another kind of period"),
        Difference.SPAN: _("another stretch of time, or one that nobody told"),
        Difference.SCOPE: _("not one facility alone"),
        Difference.RULE: _("another rule, or a rule that only one source tells"),
        Difference.PART: _("only a part of the facility"),
        Difference.PRICE_YEAR: _("prices of another year"),
        Difference.SHARPNESS: _("a bound or a forecast"),
    }[difference]


def apart_words(apart: Sequence[Difference]) -> str:
    """Why a group must not be compared with the largest one; empty for that one."""
    return "; ".join(difference_words(difference) for difference in apart)


def no_equal() -> str:
    """Why a value that leads its kind stands alone."""
    return _("no other value has the same rule, period, scope, unit and sharpness")


def missing() -> str:
    """A gap."""
    return _("not published")


def not_relevant(reason: str) -> str:
    """Why the facility says that the indicator means nothing for it."""
    return _("not relevant here, says the facility: %(reason)s") % {"reason": reason}


def before_first_light() -> str:
    """Why a year makes no sense."""
    return _("not applicable: before first light")


def cell_words(told: Sequence["Published"], *, one_year: bool) -> str:
    """What a filled cell of the matrix holds."""
    if one_year:
        return "; ".join(f"{row.value_words} ({row.period_words})" for row in told[:4])
    seen = sorted({row.year for row in told})
    count = ngettext("%(n)d value", "%(n)d values", len(told)) % {"n": len(told)}
    span = str(seen[0]) if len(seen) == 1 else f"{seen[0]}–{seen[-1]}"
    return f"{count}, {span}"


def finding(rows: Sequence["Published"], longest: Sequence["Published"], ways: int) -> str:
    """What the figure shows, in one sentence: the longest series, or how little there is.

    `longest` is the longest series of one facility under one rule, `ways` the number of groups that
    cannot be compared with each other.
    """
    who = len({row.about for row in rows})
    if len(longest) > 2:
        first, last = longest[0], longest[-1]
        words = {
            "about": first.about, "first": first.value_words, "begin": first.year,
            "last": last.value_words, "end": last.year,
        }  # fmt: skip
        sentence = _("%(about)s: %(first)s in %(begin)d, %(last)s in %(end)d") % words
        others = who - 1
        if others:
            more = ngettext("%(n)d other has published fewer values", "%(n)d others have published fewer values", others)
            return f"{sentence}; {more % {'n': others}}"
        return _("%(sentence)s; nobody else has published it") % {"sentence": sentence}
    if who == 1:
        row = rows[-1]
        told = {"about": row.about, "value": row.value_words, "period": row.period_words}
        if len(rows) == 1:
            return _("Only %(about)s has published it: %(value)s (%(period)s)") % told
        return _("Only %(about)s has published it, last %(value)s (%(period)s)") % told
    if ways > 1:
        return _("%(n)d have published it, in %(ways)d ways that cannot be compared") % {"n": who, "ways": ways}
    return _("%(n)d have published it, and their values may be compared") % {"n": who}


def qualifiers_used(rows: Sequence["Published"]) -> list[tuple[str, str]]:
    """The kinds of sharpness that occur, as (qualifier, words), in the order of the scale."""
    seen = Counter(row.qualifier for row in rows)
    return [(str(q.value), str(q.label)) for q in Qualifier if seen[q.value]]


def quantity(value: float | None, unit: str) -> str:
    """A computed value as people read it: rounded to what it can bear, with its unit; a dash where none is."""
    if value is None:
        return "–"
    size = abs(value)
    whole = size >= 100 or value == int(value)
    number = readable_number(float(round(value)) if whole else float(f"{value:.3g}"))
    words = unit_words(unit)
    return number if not words else f"{number}{'' if unit == '%' else ' '}{words}".replace("%", " %")


def change(percent: float) -> str:
    """A difference in per cent with its sign."""
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{abs(percent):.0f} %" if abs(percent) >= 10 else f"{sign}{abs(percent):.1f} %"
