"""What is public about indicators: every definition, every published value, who has published what."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from leaps.catalogue import object_pages
from leaps.catalogue import queries as catalogue_queries
from leaps.core import linked_data
from leaps.core.figures import svg
from leaps.core.middleware import POLICY
from leaps.core.views import domain_error, error_page
from leaps.indicators import exports, figures, jsonld, queries, wording
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.queries import Published, relevance
from leaps.indicators.types import Family, Group, Standing
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.presentation import fact_view, object_url
from leaps.record.specs import readable_number
from leaps.record.types import State

ALL = "all"
RACER = ("racer_relevant", "racer_accepted", "racer_credible", "racer_easy", "racer_robust")


def indicators(request: HttpRequest) -> HttpResponse:
    """All definitions, by family, with how much is published of each."""
    text = request.GET.get("q", "").strip()[:200]
    family = request.GET.get("family", "")
    if family not in (*Family.values, ALL):
        family = ALL if text else Family.LEAGUE.value
    found = queries.definitions(text=text, family="" if family == ALL else family)
    context = {
        "text": text,
        "family": family,
        "families": [*Family.choices, (ALL, _("All families"))],
        "sections": queries.sections(found),
        "found": found,
        "totals": queries.totals(),
        "facilities": queries.facilities_with_values(),
    }
    return render(request, "indicators/indicators.html", context)


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One definition with everything published of it."""
    shown = _definition(request, code)
    if isinstance(shown, HttpResponse):
        return shown
    state = shown.state
    rows = queries.published(indicator__code=state.key)
    title = figures.finding(rows) if rows else ""
    # Those stand elsewhere on the page; wording_checked has no meaning for definitions of our own.
    left_out = {"name", "wording", "counterparts", "group", "family", "pitfalls", "league_core", "definition_version", "wording_checked"}
    left_out |= {name for name in RACER if state.values[name] is None}
    others = [(c, n, str(Family(f).label)) for c, n, f in queries.counterparts(state.key)]
    return object_pages.page(
        request,
        shown,
        "indicators/indicator.html",
        leave_out=left_out,
        rows=rows,
        comparison=queries.comparison(rows),
        finding=title,
        figure=mark_safe(figures.indicator_svg(rows, title=title)),  # noqa: S308  drawn here
        counterparts=others,
        relevance=relevance.of_indicator(state.key),
        dots={name: fact_view(registry.get(state.kind), state, name).dot for name in ("counterparts", "pitfalls")},
        is_computed=state.key in all_indicators(),
        unchecked=state.values["wording_checked"] is False,
        family_words=wording.section_words(state.values["family"], state.values["group"] or ""),
        citation=_about(request, state, rows).citation,
        embed=request.build_absolute_uri(reverse("indicators:embed", args=[state.key])),
        jsonld=linked_data.script(jsonld.definition(state)),
    )


def _definition(request: HttpRequest, code: str) -> object_pages.Shown | HttpResponse:
    """The definition asked for; an id in small letters leads to the right one."""
    if code != code.upper():
        return HttpResponseRedirect(reverse("indicators:indicator", args=[code.upper()]))
    return object_pages.shown(request, "indicator_definition", code)


def _about(request: HttpRequest, state: State, rows: Sequence[Published]) -> exports.About:
    address = request.build_absolute_uri(object_url(state.kind, state.key))
    v = state.values
    method = _("%(code)s %(name)s. %(wording)s Formula: %(formula)s. Beware: %(pitfalls)s") % {
        "code": state.key, "name": v["name"], "wording": v["wording"] or "", "formula": v["formula"],
        "pitfalls": v["pitfalls"] or _("nothing noted"),
    }  # fmt: skip
    apart = _("Values that differ in unit, period, scope, rule, part or sharpness are kept apart.")
    cited = {
        "code": state.key, "name": v["name"], "version": v["definition_version"],
        "revision": record_queries.current_revision(), "address": address, "n": len(rows),
        "day": date_format(catalogue_queries.today(), "j M Y"),
    }  # fmt: skip
    citation = _("LEAPS Commons: %(code)s %(name)s, definition version %(version)s, %(n)d published values, revision %(revision)d of the record, %(address)s, %(day)s. CC BY 4.0.") % cited  # fmt: skip
    return exports.About(f"{state.key} {v['name']}", citation, f"{method} {apart}", address)


def _drawn(request: HttpRequest, state: State, rows: Sequence[Published]) -> str:
    """The figure as it leaves the page: with its finding, and with where it comes from."""
    title = figures.finding(rows)
    heading = f"{state.values['name']}. {title}"
    return figures.indicator_svg(rows, title=title, heading=heading, footer=_about(request, state, rows).citation, links=False)


def figure(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The figure of an indicator as SVG or PNG."""
    state = record_queries.state("indicator_definition", code)
    rows = queries.published(indicator__code=code)
    if state is None or not rows or form not in ("svg", "png"):
        return _no_file(request, _("There is no such figure."), _("A figure comes as svg or png, for indicators with published values."))
    drawn = _drawn(request, state, rows)
    if form == "svg":
        return _file(svg.standalone(drawn), "image/svg+xml", f"{code}.svg")
    return _file(svg.png(drawn), "image/png", f"{code}.png")


def indicator_values(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The published values of an indicator as a file."""
    state = record_queries.state("indicator_definition", code)
    if state is None:
        return _no_file(request, _("There is no such indicator."), _("See the list of all indicators."))
    rows = queries.published(indicator__code=code)
    return _values(request, rows, _about(request, state, rows), form, code)


@xframe_options_exempt
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """The figure alone, for a frame in somebody else's page."""
    shown = _definition(request, code)
    if isinstance(shown, HttpResponse):
        return shown
    rows = queries.published(indicator__code=shown.state.key)
    title = figures.finding(rows) if rows else ""
    context = {
        "name": shown.state.values["name"],
        "heading": f"{shown.state.values['name']}. {title}" if title else shown.state.values["name"],
        "figure": mark_safe(figures.indicator_svg(rows, title=title, links=False)),  # noqa: S308  drawn here
        "citation": _about(request, shown.state, rows).citation,
        "address": request.build_absolute_uri(object_url("indicator_definition", shown.state.key)),
    }
    response = render(request, "indicators/embed.html", context)
    # Only this page may be framed by others: it knows nobody and changes nothing.
    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return response


def value(request: HttpRequest, slug: str) -> HttpResponse:
    """One published value, and what it may be compared with."""
    shown = object_pages.shown(request, "published_value", slug)
    if isinstance(shown, HttpResponse):
        return shown
    rows = queries.published(indicator__code=shown.state.values["indicator"])
    own = next((row for row in rows if row.slug == shown.state.key), None)
    groups = queries.comparable(rows)
    mine = next((group for group in groups if own in group.rows), None)
    return object_pages.page(
        request,
        shown,
        "indicators/value.html",
        leave_out=("indicator", "facility", "scope"),
        row=own,
        mine=[row for row in mine.rows if row != own] if mine else [],
        others=sum(len(group.rows) for group in groups) - (len(mine.rows) if mine else 0),
        jsonld=linked_data.script(jsonld.value(shown.state, own)) if own else "",
    )


def matrix(request: HttpRequest) -> HttpResponse:
    """Who has published what, gaps included."""
    asked = request.GET
    group = asked.get("group", "")
    group = group if group in Group.values else Group.ACCESS.value
    every_year = queries.years()
    year = int(asked["year"]) if asked.get("year", "").isdecimal() and int(asked["year"][:6]) in every_year else None
    known = {slug: name for slug, name, _n in queries.facilities_with_values()}
    facility_key = asked.get("facility", "") if asked.get("facility", "") in known else ""
    context = {
        "matrix": queries.matrix(group=group, year=year, facility=facility_key),
        "group": group,
        "groups": Group.choices,
        "group_words": Group(group).label,
        "year": year,
        "years": every_year,
        "facility": facility_key,
        "facility_name": known.get(facility_key, ""),
        "facilities": known.items(),
        "standing": {s.name: s.value for s in Standing},
    }
    return render(request, "indicators/matrix.html", context)


def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """What is public about one facility."""
    shown = object_pages.shown(request, "facility", slug)
    if isinstance(shown, HttpResponse):
        return shown
    found = queries.of_facility(slug)
    rows = [row for _section, told in found for _definition, values in told for row in values]
    context = {
        "slug": slug,
        "name": shown.state.values["short_name"],
        "sections": found,
        "rows": rows,
        "indicators": len({row.indicator for row in rows}),
        "years": (min(row.year for row in rows), max(row.year for row in rows)) if rows else None,
        "small": [(c, n, r, mark_safe(s)) for c, n, r, s in figures.small_multiples(rows)],  # noqa: S308  drawn here
    }
    return render(request, "indicators/facility.html", context)


def facility_values(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Everything public about one facility as a file."""
    rows = queries.published(facility__slug=slug)
    if not rows:
        return _no_file(request, _("Nothing is public about this facility."), _("See which facilities have published values."))
    address = request.build_absolute_uri(reverse("indicators:facility", args=[slug]))
    return _values(request, rows, _plain_about(rows[0].about, address, rows), form, slug)


def league(request: HttpRequest) -> HttpResponse:
    """What is told only for a laboratory, a partnership or a project, and why it cannot be added up."""
    rows = queries.wider_scopes()
    users = [row for row in rows if row.indicator == "ACC-10" and row.about == "LEAPS"]
    users.sort(key=lambda row: row.year)
    numbers = sorted({row.value for row in users if row.value is not None})
    context: dict[str, Any] = {
        "rows": rows,
        "users": users,
        "between": (readable_number(numbers[0]), readable_number(numbers[-1])) if len(numbers) > 1 else None,
        "share": next((row for row in rows if row.indicator == "ACC-19"), None),
        "hours": [row for row in rows if row.about == "CALIPSOplus"],
        "kinds": queries.by_scope_kind(rows),
    }
    return render(request, "indicators/league.html", context)


def league_values(request: HttpRequest, form: str) -> HttpResponse:
    """Those values as a file."""
    rows = queries.wider_scopes()
    address = request.build_absolute_uri(reverse("indicators:league"))
    return _values(request, rows, _plain_about(_("Laboratories, partnerships and projects"), address, rows), form, "league")


def _plain_about(title: str, address: str, rows: Sequence[Published]) -> exports.About:
    cited = {
        "title": title, "n": len(rows), "revision": record_queries.current_revision(), "address": address,
        "day": date_format(catalogue_queries.today(), "j M Y"),
    }  # fmt: skip
    citation = _("LEAPS Commons: indicators of %(title)s, %(n)d published values, revision %(revision)d of the record, %(address)s, %(day)s. CC BY 4.0.") % cited  # fmt: skip
    method = _("Each value as its source gives it. Values that differ in unit, period, scope, rule, part or sharpness must not be compared.")
    return exports.About(title, citation, method, address)


def _values(request: HttpRequest, rows: Sequence[Published], about: exports.About, form: str, name: str) -> HttpResponse:
    try:
        content, media = exports.values(rows, about, form)
    except exports.UnknownFormat as error:
        return domain_error(request, error)
    return _file(content, media, f"{name}.{form}")


def _file(content: str | bytes, media: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _no_file(request: HttpRequest, sentence: str, cure: str) -> HttpResponse:
    every = reverse("indicators:indicators")
    return error_page(
        request, status=404, title=_("Not found"), sentence=sentence, cure=cure, suggestions=[(_("All indicators"), every)]
    )  # fmt: skip
