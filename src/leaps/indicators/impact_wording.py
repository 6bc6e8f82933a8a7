"""What the calculators found, in words and numbers fit for reading."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from leaps.indicators.economy.calculator import HOME, Effect, Outcome
from leaps.indicators.economy.ladder import Rung
from leaps.indicators.economy.tables import Table
from leaps.indicators.formulas.costbenefit import Appraisal
from leaps.indicators.formulas.intervals import Interval
from leaps.record.specs import readable_number


def short(value: float | None, digits: int = 3) -> str:
    """A number with a few significant digits; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return readable_number(round(value, max(0, places)) if places >= 0 else float(round(value)))


def band(interval: Interval | None) -> str:
    """The bounds of an interval; empty where there are none."""
    if interval is None or not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return ""
    return _("%(low)s to %(high)s") % {"low": short(interval.low), "high": short(interval.high)}


def measure(name: str) -> str:
    """What is measured."""
    return {"value added": _("value added"), "output": _("output"), "jobs": _("jobs")}.get(name, name)


def scope(number: int, table: Table, home: str) -> str:
    """Where it is measured."""
    return home if number == HOME else _("all %(n)d regions of the table") % {"n": len(table.regions)}


def total(effect: Effect) -> Interval:
    """All rounds where the spender's own part is told, else those of the others."""
    if effect.total is not None:
        return effect.total
    return Interval(
        effect.indirect.value + effect.induced.value,
        effect.indirect.low + effect.induced.low,
        effect.indirect.high + effect.induced.high,
        effect.indirect.level,
    )


def effects_finding(outcome: Outcome, table: Table, home: str) -> str:
    """The result of the input-output calculator in one sentence."""
    here, everywhere = outcome.per_unit_home[1], outcome.per_unit[1]
    words = {
        "unit": table.currency, "here": short(here.value), "everywhere": short(everywhere.value), "home": home,
    }  # fmt: skip
    return _("With each %(unit)s spent goes %(here)s of value added in %(home)s, %(everywhere)s in all regions of the table") % words


def value_added(effects: Sequence[Effect], where: int) -> Effect:
    """The effect on value added in one of the two sums."""
    return next(e for e in effects if e.measure == "value added" and e.scope == where)


def method(outcome: Outcome, table: Table) -> str:
    """How the result came about, for whoever takes it along."""
    parts = [
        _("Input-output model (Leontief) on the table %(title)s, %(regions)d regions by %(sectors)d sectors, in %(unit)s.")
        % {"title": table.title, "regions": len(table.regions), "sectors": len(table.sectors), "unit": table.unit},
        _("Direct: own payroll and jobs. Indirect: suppliers and theirs (type I). Induced: what households buy from all wages (type II)."),
        _("Gross, not net: the money could have been spent elsewhere. No prices, fixed coefficients, no effects of knowledge."),
        _("Bands: central 95 %% of %(n)d draws, seed %(seed)d.") % {"n": outcome.draws, "seed": outcome.seed},
    ]
    if outcome.wages_assumed:
        parts.append(_("The share of wages in value added is assumed."))
    if table.synthetic:
        parts.insert(0, _("Made-up numbers of a test table: they describe no economy."))
    return " ".join(parts)


def appraisal_finding(found: Appraisal, unit: str) -> str:
    """The result of the cost-benefit calculator in one sentence."""
    value = found.net_present_value
    worth = value.value
    words = {"n": short(abs(worth)), "unit": unit, "share": round(100 * found.positive)}
    if worth >= 0:
        return _("Benefits exceed costs by %(n)s %(unit)s today; in %(share)d of 100 draws they do") % words
    return _("Costs exceed benefits by %(n)s %(unit)s today; in %(share)d of 100 draws benefits win") % words




def rung(step: Rung) -> str:
    """A step of the method ladder."""
    return {
        Rung.DIRECT: _("direct"),
        Rung.INDIRECT: _("with indirect"),
        Rung.INDUCED: _("with induced"),
        Rung.KNOWLEDGE: _("with knowledge"),
    }[step]


def rung_explained(step: Rung) -> str:
    """What is counted up to a step."""
    return {
        Rung.DIRECT: _("own payroll, value added and jobs"),
        Rung.INDIRECT: _("and those of suppliers and theirs"),
        Rung.INDUCED: _("and what all their wages buy"),
        Rung.KNOWLEDGE: _("papers, training, innovation, as far as somebody priced them"),
    }[step]


def ladder_finding(studies: int, facilities: int, comparable: int) -> str:
    """What the ladder shows, in one sentence."""
    told = {"n": studies, "f": facilities}
    if not studies:
        return _("No study of any facility is on record")
    if comparable:
        return _("%(n)d published effects of %(f)d facilities; most must not be compared") % told
    return _("%(n)d published effects of %(f)d facilities, and no two of them may be compared") % told
