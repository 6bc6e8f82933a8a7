"""The economic impact: what each method can say, two calculators, and the studies there are."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import DomainError
from leaps.core.figures import svg
from leaps.core.views import domain_error, error_page
from leaps.indicators import exports, impact_figures, impact_forms, rules
from leaps.indicators import impact_wording as wording
from leaps.indicators.economy import calculator as economy
from leaps.indicators.economy import tables
from leaps.indicators.economy.ladder import Rung
from leaps.indicators.economy.tables import Table
from leaps.indicators.formulas import costbenefit
from leaps.indicators.queries import impact as impact_queries
from leaps.record import queries as record_queries

FIGURES = ("rounds", "sectors")
EFFECT_COLUMNS = (
    "measure", "unit", "where", "direct", "indirect", "indirect_low", "indirect_high", "induced", "induced_low",
    "induced_high", "total", "total_low", "total_high",
)  # fmt: skip
# The first thing the test table is asked: the example whose answer pymrio's users know.
EXAMPLE = {"table": tables.TEST_KEY, "region": "reg1", "s4": "100"}
# Made up, and said to be so.
APPRAISAL_EXAMPLE = {
    "unit": "million EUR", "rate": "3", "n0": "Building", "k0": "cost", "a0": "80", "f0": "0", "t0": "4", "l0": "10", "h0": "40",
    "n1": "Operation", "k1": "cost", "a1": "30", "f1": "5", "t1": "29", "l1": "10", "h1": "20",
    "n2": "Papers, by the time they took", "k2": "benefit", "a2": "35", "f2": "5", "t2": "29", "l2": "30", "h2": "30",
    "n3": "Trained people, by their later wages", "k3": "benefit", "a3": "12", "f3": "6", "t3": "29", "l3": "50", "h3": "50",
}  # fmt: skip


def overview(request: HttpRequest) -> HttpResponse:
    """What each method can and cannot say, and the ways in."""
    sees_suppliers = bool(rules.facilities_with_suppliers(request.user)) or rules.is_office(request.user)
    context = {"tables": impact_queries.tables_known(), "sees_suppliers": sees_suppliers}
    return render(request, "indicators/impact/overview.html", context)


# -- input-output ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """What the address asks of the input-output calculator, and what came of it."""

    table: Table
    form: impact_forms.SpendingForm
    outcome: economy.Outcome | None
    error: str
    is_example: bool

    @property
    def home(self) -> str:
        return str(self.form.cleaned_data["region"])

    @property
    def about(self) -> str:
        return str(self.form.cleaned_data["about"])

    @property
    def title(self) -> str:
        found = wording.effects_finding(self.outcome, self.table, self.home) if self.outcome else ""
        return f"{self.about}. {found}" if found and self.about else found


def _run(request: HttpRequest) -> _Run:
    known = impact_queries.tables_known()
    key = impact_queries.chosen(request.GET.get("table", ""), known)
    table = impact_queries.table(key) or tables.test_table()
    asked: Mapping[str, Any] = request.GET
    is_example = not set(request.GET) - {"table"} and table.key == tables.TEST_KEY
    if is_example:
        asked = EXAMPLE
    empty = not set(asked) - {"table"}
    form = impact_forms.SpendingForm(table, None if empty else asked)
    outcome, error = None, ""
    if form.is_valid():
        try:
            outcome = economy.calculate(table, form.spending())
        except DomainError as refusal:
            error = str(refusal)
    return _Run(table, form, outcome, error, is_example)


def calculator(request: HttpRequest) -> HttpResponse:
    """Spending in, effects out: direct, indirect, induced, each with its band."""
    run = _run(request)
    context: dict[str, Any] = {
        "run": run, "table": run.table, "form": run.form, "tables": impact_queries.tables_known(),
        "imbalance": round(100 * run.table.imbalance),
        "query": _query(request, EXAMPLE if run.is_example else None),
    }  # fmt: skip
    if run.outcome is not None:
        context |= _shown(request, run, run.outcome)
    return render(request, "indicators/impact/calculator.html", context, status=200 if run.outcome or not run.form.is_bound else 422)


def _query(request: HttpRequest, example: Mapping[str, str] | None) -> str:
    asked = request.GET.copy()
    asked.update(example or {})
    for name in [name for name, value in asked.items() if value == ""]:
        del asked[name]
    return asked.urlencode()


def _shown(request: HttpRequest, run: _Run, outcome: economy.Outcome) -> dict[str, Any]:
    """The result in words and figures."""
    rows = [
        {
            "measure": wording.measure(e.measure), "unit": e.unit, "where": wording.scope(e.scope, run.table, run.home),
            "direct": wording.short(e.direct), "indirect": wording.short(e.indirect.value), "indirect_band": wording.band(e.indirect),
            "induced": wording.short(e.induced.value), "induced_band": wording.band(e.induced),
            "total": wording.short(wording.total(e).value), "total_band": wording.band(wording.total(e)),
        }
        for e in outcome.effects
    ]  # fmt: skip
    unit = run.table.currency
    ratios = [
        (_("Value added per %(unit)s spent, direct and indirect, all regions") % {"unit": unit}, outcome.per_unit[0], "ECO-02"),
        (_("The same with induced"), outcome.per_unit[1], "ECO-02"),
        (_("Value added per %(unit)s spent, direct and indirect, %(home)s") % {"unit": unit, "home": run.home}, outcome.per_unit_home[0], "ECO-02"),
        (_("The same with induced"), outcome.per_unit_home[1], "ECO-02"),
    ]  # fmt: skip
    plain = [
        (_("Output per %(unit)s bought, direct and indirect (type I), all regions") % {"unit": unit}, wording.short(outcome.output_multiplier), "ECO-10"),
        (_("Type I ratio: value added, direct and indirect over direct"), wording.short(outcome.type_one), ""),
        (_("Type II ratio: with induced, over direct"), wording.short(outcome.type_two), ""),
    ]  # fmt: skip
    if outcome.regional is not None:
        plain += [
            (_("Value added within the region, indirect only (Flegg) [%(unit)s]") % {"unit": run.table.unit}, wording.short(outcome.regional), ""),
            (_("Output per unit bought within the region (Flegg)"), wording.short(outcome.regional_multiplier), ""),
        ]  # fmt: skip
    return {
        "finding": run.title,
        "rounds": mark_safe(impact_figures.effects_svg(outcome, run.table, run.home, title=run.title)),  # noqa: S308  drawn here
        "sectors": mark_safe(impact_figures.sectors_svg(outcome, run.table, run.home, title=_("By sector"))),  # noqa: S308  drawn here
        "rows": rows,
        "by_sector": [
            (r.sector, wording.short(r.home_indirect), wording.short(r.home_induced), wording.short(r.away)) for r in outcome.by_sector
        ],
        "ratios": [(words, wording.short(i.value), wording.band(i), code) for words, i, code in ratios],
        "plain": plain,
        "footprints": [(name, unit, wording.short(home), wording.short(everywhere)) for name, unit, home, everywhere in outcome.footprints],
        "spent": wording.short(outcome.spent), "basic": wording.short(outcome.basic), "taxes": wording.short(outcome.taxes) if outcome.taxes else "",
        "citation": _calculated(request, run, outcome).citation,
    }  # fmt: skip


def _calculated(request: HttpRequest, run: _Run, outcome: economy.Outcome) -> exports.About:
    address = _address(request, "indicators:impact-calculator", EXAMPLE if run.is_example else None)
    title = _("Economic impact by input-output analysis")
    return _about(f"{title}, {run.about}" if run.about else title, wording.method(outcome, run.table), address, run.table.licence)


def _address(request: HttpRequest, name: str, example: Mapping[str, str] | None) -> str:
    query = _query(request, example)
    return request.build_absolute_uri(reverse(name)) + (f"?{query}" if query else "")


def _about(title: str, method: str, address: str, licence: str) -> exports.About:
    day = date_format(catalogue_queries.today(), "j M Y")
    cited = {"title": title, "address": address, "day": day}
    citation = _("LEAPS Commons: %(title)s, computed %(day)s from the numbers in this address: %(address)s") % cited
    return exports.About(title, citation, method, address, licence=licence)


def calculator_file(request: HttpRequest, form: str) -> HttpResponse:
    """The result as a file, with what it was computed from."""
    run = _run(request)
    if run.outcome is None:
        return _no_result(request, run.error)
    about = _calculated(request, run, run.outcome)
    records: list[dict[str, Any]] = []
    for e in run.outcome.effects:
        total = wording.total(e)
        records.append({
            "measure": e.measure, "unit": e.unit, "where": run.home if e.scope == economy.HOME else "all regions", "direct": e.direct,
            "indirect": e.indirect.value, "indirect_low": e.indirect.low, "indirect_high": e.indirect.high,
            "induced": e.induced.value, "induced_low": e.induced.low, "induced_high": e.induced.high,
            "total": total.value, "total_low": total.low, "total_high": total.high,
        })  # fmt: skip
    return _sent(request, functools.partial(exports.table, EFFECT_COLUMNS, records, about, form, _inputs(run.form)), f"impact.{form}")


def _inputs(form: impact_forms.SpendingForm | impact_forms.AppraisalForm) -> dict[str, object]:
    """What was asked, by the words of the form."""
    labels = {name: str(field.label) for name, field in form.fields.items()}
    return {
        (labels[name] if len(name) > 2 or not name[1:].isdigit() or name[0] == "s" else f"{labels[name]} {int(name[1:]) + 1}"): value
        for name, value in form.cleaned_data.items()
        if value is not None and value != ""
    }


def _sent(request: HttpRequest, make: functools.partial[tuple[bytes, str]], name: str) -> HttpResponse:
    try:
        content, media = make()
    except exports.UnknownFormat as error:
        return domain_error(request, error)
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def calculator_figure(request: HttpRequest, which: str, form: str) -> HttpResponse:
    """A figure of the result as SVG or PNG, with where it comes from."""
    run = _run(request)
    if run.outcome is None or which not in FIGURES:
        return _no_result(request, run.error)
    draw = impact_figures.effects_svg if which == "rounds" else impact_figures.sectors_svg
    about = _calculated(request, run, run.outcome)
    footer = f"{about.method} {about.citation}"
    return _drawn(request, draw(run.outcome, run.table, run.home, title=run.title, heading=run.title, footer=footer), f"impact-{which}", form)


def _drawn(request: HttpRequest, figure: str, name: str, form: str) -> HttpResponse:
    if form == "svg":
        content: str | bytes = svg.standalone(figure)
        media = "image/svg+xml"
    elif form == "png":
        content, media = svg.png(figure), "image/png"
    else:
        return _no_result(request, _("A figure comes as svg or png."))
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


def _no_result(request: HttpRequest, sentence: str) -> HttpResponse:
    return error_page(
        request, status=404, title=_("Nothing to send"),
        sentence=sentence or _("From the numbers in this address nothing can be computed."),
        cure=_("Open the calculator, mend the numbers and take the file from there."),
        suggestions=[(_("Economic impact"), reverse("indicators:impact"))],
    )  # fmt: skip


# -- cost and benefit --------------------------------------------------------------------------------


def _appraised(request: HttpRequest) -> tuple[impact_forms.AppraisalForm, costbenefit.Appraisal | None, str, bool]:
    """The form, what came of it, why nothing did, and whether it is the example."""
    is_example = not request.GET
    form = impact_forms.AppraisalForm(APPRAISAL_EXAMPLE if is_example else request.GET)
    if not form.is_valid():
        return form, None, "", is_example
    d = form.cleaned_data
    try:
        found = costbenefit.appraise(form.streams(), rate=d["rate"] / 100, seed=d["seed"], draws=d["draws"])
    except DomainError as refusal:
        return form, None, str(refusal), is_example
    return form, found, "", is_example


def cost_benefit(request: HttpRequest) -> HttpResponse:
    """Streams of costs and benefits in, net present value, ratio and rate out, each with its band."""
    form, found, error, is_example = _appraised(request)
    example = APPRAISAL_EXAMPLE if is_example else None
    used = sum(form.data.get(f"a{n}", "") != "" for n in range(impact_forms.MOST_STREAMS))
    context: dict[str, Any] = {
        "form": form, "error": error, "is_example": is_example, "query": _query(request, example),
        "rows": form.rows[: used + 2], "head": form.rows[0][1],
    }  # fmt: skip
    if found is not None:
        unit = form.cleaned_data["unit"]
        title = wording.appraisal_finding(found, unit)
        context |= {
            "finding": title,
            "found": found,
            "figure": mark_safe(impact_figures.appraisal_svg(found, unit, title=title)),  # noqa: S308  drawn here
            "results": _results(found, unit),
            "streams": [
                (s.name, s.side, wording.short(sum(s.amounts)), wording.short(float(costbenefit.present_value(s.amounts, form.cleaned_data["rate"] / 100))))
                for s in form.streams()
            ],
            "unit": unit,
            "years": len(form.streams()[0].amounts),
            "citation": _appraisal_about(request, form, found, example).citation,
        }  # fmt: skip
    return render(request, "indicators/impact/cost_benefit.html", context, status=200 if found else 422)


def _results(found: costbenefit.Appraisal, unit: str) -> list[tuple[str, str, str, str]]:
    """Each result: words, value, band, note."""
    rate = found.internal_rate
    percent = type(rate)(100 * rate.value, 100 * rate.low, 100 * rate.high, rate.level)
    note = "" if found.rates > 0.995 else _("%(n)d of 100 draws have exactly one such rate") % {"n": round(100 * found.rates)}
    return [
        (_("Net present value [%(unit)s]") % {"unit": unit}, wording.short(found.net_present_value.value), wording.band(found.net_present_value), ""),
        (_("Benefit to cost ratio"), wording.short(found.ratio.value), wording.band(found.ratio), "ECO-05"),
        (_("Internal rate of return [% a year]"), wording.short(percent.value), wording.band(percent), note),
    ]  # fmt: skip


def _appraisal_about(
    request: HttpRequest, form: impact_forms.AppraisalForm, found: costbenefit.Appraisal, example: Mapping[str, str] | None
) -> exports.About:
    d = form.cleaned_data
    method = _("Cost-benefit analysis: amounts of years 0, 1, 2 … discounted at %(rate)s %% a year, in %(unit)s. Each stream is drawn by itself from a triangle between its lower and upper bound; bands are the central 95 %% of %(n)d draws, seed %(seed)d. What has no stream counts nothing.") % {
        "rate": wording.short(d["rate"]), "unit": d["unit"], "n": len(found.drawn), "seed": found.seed,
    }  # fmt: skip
    if example:
        method = f"{_('Made-up numbers of an example.')} {method}"
    address = _address(request, "indicators:impact-cost-benefit", example)
    return _about(_("Cost-benefit analysis"), method, address, "CC BY 4.0")


def cost_benefit_file(request: HttpRequest, form: str) -> HttpResponse:
    """The result as a file, with what it was computed from."""
    asked, found, error, is_example = _appraised(request)
    if found is None:
        return _no_result(request, error)
    about = _appraisal_about(request, asked, found, APPRAISAL_EXAMPLE if is_example else None)
    records: list[dict[str, Any]] = [
        {"result": name, "value": _known(i.value), "low": _known(i.low), "high": _known(i.high)}
        for name, i in (
            ("net present value", found.net_present_value), ("benefit to cost ratio", found.ratio), ("internal rate of return", found.internal_rate),
        )
    ]  # fmt: skip
    records.append({"result": "share of draws in which benefits exceed costs", "value": found.positive, "low": None, "high": None})
    make = functools.partial(exports.table, ("result", "value", "low", "high"), records, about, form, _inputs(asked))
    return _sent(request, make, f"cost-benefit.{form}")


def _known(value: float) -> float | None:
    """NaN is no number in JSON: a missing one is missing."""
    return value if value == value else None  # noqa: PLR0124  NaN is what differs from itself


def cost_benefit_figure(request: HttpRequest, form: str) -> HttpResponse:
    """The figure of the result as SVG or PNG."""
    asked, found, error, is_example = _appraised(request)
    if found is None:
        return _no_result(request, error)
    about = _appraisal_about(request, asked, found, APPRAISAL_EXAMPLE if is_example else None)
    unit = asked.cleaned_data["unit"]
    title = wording.appraisal_finding(found, unit)
    figure = impact_figures.appraisal_svg(found, unit, title=title, heading=title, footer=f"{about.method} {about.citation}")
    return _drawn(request, figure, "cost-benefit", form)


# -- the method ladder -------------------------------------------------------------------------------

LADDER_COLUMNS = (
    "about", "facility", "step", "indicator", "value", "unit", "sharpness", "period", "rule", "ratio", "cost", "apart_because",
    "source_url", "as_of",
)  # fmt: skip


def ladder(request: HttpRequest) -> HttpResponse:
    """Which studies there are of whom, by method; nothing is ranked."""
    found = impact_queries.ladder()
    title = _ladder_title(found)
    context = {
        "ladder": found,
        "finding": title,
        "figure": mark_safe(impact_figures.ladder_svg(found, title=title)),  # noqa: S308  drawn here
        "rungs": [(wording.rung(step), wording.rung_explained(step)) for step in Rung],
        "bodies": [(group, [_climber(one) for one in climbers]) for group, climbers in (("", found.facilities), ("others", found.others)) if climbers],
        "citation": _ladder_about(request, found).citation,
    }  # fmt: skip
    return render(request, "indicators/impact/ladder.html", context)


def _ladder_title(found: impact_queries.Ladder) -> str:
    studies = found.studies
    return wording.ladder_finding(len(studies), len(found.facilities), sum(not study.why for study in studies))


def _climber(one: impact_queries.Climber) -> dict[str, Any]:
    return {
        "about": one.about,
        "facility": one.facility,
        "cells": [(wording.rung(rung), [_study(study) for study in studies]) for rung, studies in one.steps],
    }


def _study(study: impact_queries.Study) -> dict[str, Any]:
    return {
        "row": study.row,
        "ratio": wording.short(study.ratio) if study.cost is not None else "",
        "cost": study.cost,
        "rounds_untold": study.rounds_untold,
        "why": study.why,
    }


def _ladder_about(request: HttpRequest, found: impact_queries.Ladder) -> exports.About:
    method = _("Each value as its source gives it, on the step its indicator and rule tell. A ratio is computed only where impact and cost are of the same period, currency and prices. Never rank: the method decides.")
    address = request.build_absolute_uri(reverse("indicators:impact-ladder"))
    cited = {
        "n": len(found.studies), "revision": record_queries.current_revision(), "address": address,
        "day": date_format(catalogue_queries.today(), "j M Y"),
    }  # fmt: skip
    citation = _("LEAPS Commons: the method ladder of economic impact, %(n)d published effects, revision %(revision)d of the record, %(address)s, %(day)s. CC BY 4.0.") % cited
    return exports.About(_("The method ladder"), citation, method, address)


def ladder_file(request: HttpRequest, form: str) -> HttpResponse:
    """The studies as a file."""
    found = impact_queries.ladder()
    records: list[dict[str, Any]] = [
        {
            "about": s.row.about, "facility": s.row.facility or None, "step": s.rung.value, "indicator": s.row.indicator,
            "value": s.row.value, "unit": s.row.unit, "sharpness": s.row.qualifier, "period": s.row.period_words, "rule": s.row.rule or None,
            "ratio": s.ratio, "cost": s.cost.value if s.cost else None, "apart_because": s.why or None,
            "source_url": s.row.provenance.source_url, "as_of": s.row.provenance.as_of,
        }
        for s in found.studies
    ]  # fmt: skip
    return _sent(request, functools.partial(exports.table, LADDER_COLUMNS, records, _ladder_about(request, found), form), f"method-ladder.{form}")


def ladder_figure(request: HttpRequest, form: str) -> HttpResponse:
    """The figure of the ladder as SVG or PNG."""
    found = impact_queries.ladder()
    title = _ladder_title(found)
    about = _ladder_about(request, found)
    figure = impact_figures.ladder_svg(found, title=title, heading=title, footer=f"{about.method} {about.citation}", links=False)
    if not figure:
        return _no_result(request, _("No study on record tells an effect per unit spent."))
    return _drawn(request, figure, "method-ladder", form)
