"""Figures of the calculators and of the method ladder."""

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures import amounts, series
from leaps.core.figures.amounts import AmountBar, Line, Portion
from leaps.indicators import impact_wording as wording
from leaps.indicators.economy.calculator import HOME, WORLD, Effect, Outcome
from leaps.indicators.economy.tables import Table
from leaps.indicators.figures import SHARPNESS
from leaps.indicators.formulas.costbenefit import Appraisal
from leaps.indicators.queries.impact import Ladder, Study
from leaps.indicators.types import Qualifier

DIRECT, INDIRECT, INDUCED = 0, 2, 3
MOST_SECTORS = 20


def effects_svg(outcome: Outcome, table: Table, home: str, *, title: str, heading: str = "", footer: str = "") -> str:
    """Value added by round, at home and everywhere, with its band."""
    bars = [_effect_bar(wording.value_added(outcome.effects, where), table, home) for where in (HOME, WORLD)]
    legend = ((DIRECT, _("direct")), (INDIRECT, _("indirect")), (INDUCED, _("induced")))
    unit = _("value added, %(unit)s") % {"unit": table.unit}
    return amounts.amounts_svg(bars, title=title, unit=unit, legend=legend, heading=heading, footer=footer)


def _effect_bar(effect: Effect, table: Table, home: str) -> AmountBar:
    parts = ((DIRECT, _("direct"), effect.direct or 0.0), (INDIRECT, _("indirect"), effect.indirect.value), (INDUCED, _("induced"), effect.induced.value))
    whole = wording.total(effect)
    note = wording.short(whole.value)
    return AmountBar(
        wording.scope(effect.scope, table, home),
        tuple(Portion(max(0.0, amount), hue, f"{words}: {wording.short(amount)} {effect.unit}") for hue, words, amount in parts),
        note=f"{note} ({wording.band(whole)})" if wording.band(whole) else note,
        low=whole.low,
        high=whole.high,
    )


def sectors_svg(outcome: Outcome, table: Table, home: str, *, title: str, heading: str = "", footer: str = "") -> str:
    """Value added of suppliers and households' purchases by sector, in the order of the table; large tables: the largest."""
    rows = list(enumerate(outcome.by_sector))
    if len(rows) > MOST_SECTORS:
        largest = sorted(rows, key=lambda r: r[1].home_indirect + r[1].home_induced + r[1].away, reverse=True)[:MOST_SECTORS]
        rows = sorted(largest)
    legend = (
        (INDIRECT, _("indirect, %(home)s") % {"home": home}), (INDUCED, _("induced, %(home)s") % {"home": home}),
        (4, _("both, other regions")),
    )  # fmt: skip
    bars = [
        AmountBar(
            row.sector,
            tuple(
                Portion(max(0.0, amount), hue, f"{row.sector}, {words}: {wording.short(amount)} {table.unit}")
                for (hue, words), amount in zip(legend, (row.home_indirect, row.home_induced, row.away), strict=True)
            ),
            note=wording.short(row.home_indirect + row.home_induced + row.away),
        )
        for _number, row in rows
    ]
    unit = _("value added, %(unit)s") % {"unit": table.unit}
    return amounts.amounts_svg(bars, title=title, unit=unit, legend=legend, heading=heading, footer=footer)


def appraisal_svg(found: Appraisal, unit: str, *, title: str, heading: str = "", footer: str = "") -> str:
    """How the net present values of the draws fall, with the value as given and its band."""
    value = found.net_present_value
    lines = [
        Line(value.low, _("2.5 %% lie below %(n)s") % {"n": wording.short(value.low)}),
        Line(value.value, _("as given: %(n)s") % {"n": wording.short(value.value)}),
        Line(value.high, _("2.5 %% lie above %(n)s") % {"n": wording.short(value.high)}),
    ]
    if value.high <= value.low:
        lines = lines[1:2]
    axis = _("net present value, %(unit)s; the height is the number of draws") % {"unit": unit}
    return amounts.histogram_svg(found.drawn.tolist(), title=title, unit=axis, lines=lines, heading=heading, footer=footer)


def ladder_svg(ladder: Ladder, *, title: str, heading: str = "", footer: str = "", links: bool = True) -> str:
    """Every ratio on one scale, step by step of the method and by name: never by size."""
    studies = [study for study in ladder.studies if study.ratio is not None]
    if not studies:
        return ""
    order = list(type(studies[0].rung))
    studies.sort(key=lambda s: (order.index(s.rung), s.row.about.casefold(), s.row.year))
    rows = tuple(_row(study, links=links) for study in studies)
    unit = _("effect per unit spent, as published or from published values")
    panel = series.Panel(_("All on one scale, by method and name"), unit, rows, dots=True)
    used = {study.sharpness for study in studies}
    legend = [(SHARPNESS[q], str(q.label)) for q in Qualifier if q in used]
    return series.series_svg([panel], title=title, heading=heading, footer=footer, legend=legend)


def _row(study: Study, *, links: bool) -> series.Series:
    row = study.row
    assert study.ratio is not None  # noqa: S101  the caller leaves out studies without a ratio
    label = f"{wording.rung(study.rung)}: {row.about}"
    point = series.Point(
        row.year, round(study.ratio, 2), f"{label}, {row.period_words}: {wording.short(study.ratio)}",
        SHARPNESS[Qualifier(study.sharpness)], reverse("indicators:value", args=[row.slug]) if links else "",
    )  # fmt: skip
    return series.Series(label, look_of(row.facility or row.about), (point,), joined=False)
