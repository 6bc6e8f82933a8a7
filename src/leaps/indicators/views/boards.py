"""Dashboards of computed values: the league, one indicator, one facility, countries, equity, one value with what is behind it."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from leaps.catalogue import queries as catalogue_queries
from leaps.core.figures import svg
from leaps.core.figures.intervals import Range
from leaps.core.middleware import POLICY
from leaps.core.views import domain_error
from leaps.indicators import computed_figures as figures
from leaps.indicators import computed_wording as words
from leaps.indicators import equity as equity_rules
from leaps.indicators import exports
from leaps.indicators.computed.base import Indicator
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.models import IndicatorDefinition
from leaps.indicators.queries import computed as queries
from leaps.indicators.queries.computed import Computed, IndicatorBoard


def _year(request: HttpRequest, years: Sequence[int]) -> int:
    """The year asked for, else the newest; 0 where there is none."""
    asked = request.GET.get("year", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return wanted if wanted in years else max(years, default=0)


def _about(request: HttpRequest, title: str, method: str, path: str, n: int) -> exports.About:
    address = request.build_absolute_uri(path)
    label = _("Synthetic values of a trial, not of any facility. ") if queries.is_synthetic_world() else ""
    cited = {
        "title": title, "n": n, "address": address, "label": label, "day": date_format(catalogue_queries.today(), "j M Y"),
    }  # fmt: skip
    citation = _("%(label)sLEAPS Commons: %(title)s, %(n)d computed values, %(address)s, %(day)s. CC BY 4.0.") % cited
    return exports.About(title, citation, method, address)


def _file(content: str | bytes, media: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _picture(drawn: str, form: str, name: str) -> HttpResponse:
    if not drawn or form not in ("svg", "png"):
        raise Http404(_("There is no such figure."))
    if form == "svg":
        return _file(svg.standalone(drawn), "image/svg+xml", f"{name}.svg")
    return _file(svg.png(drawn), "image/png", f"{name}.png")


def _table(request: HttpRequest, rows: Sequence[Computed], about: exports.About, form: str, name: str) -> HttpResponse:
    try:
        content, media = exports.computed(rows, about, form)
    except exports.UnknownFormat as error:
        return domain_error(request, error)
    return _file(content, media, f"{name}.{form}")


# -- the league and one facility -------------------------------------------------------------------


def league(request: HttpRequest) -> HttpResponse:
    """Every computed indicator of the league with its years."""
    groups = queries.board(request.user)
    coverage = queries.coverage()
    context = {
        "groups": [(g, [(t, mark_safe(figures.tile_svg(t, _("the league")))) for t in g.tiles if t.latest]) for g in groups],  # noqa: S308  drawn here
        "coverage": coverage,
        "last": coverage[-1] if coverage else None,
        "synthetic": queries.is_synthetic_world(),
    }
    return render(request, "indicators/board.html", context)


def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """Every computed indicator of one facility."""
    name = queries.facility_names().get(slug)
    if name is None:
        raise Http404(_("The record has no such facility."))
    groups = queries.board(request.user, slug)
    tiles = [(g, [(t, mark_safe(figures.tile_svg(t, name))) for t in g.tiles if t.latest]) for g in groups]  # noqa: S308  drawn here
    last = max((t.latest.year for g in groups for t in g.tiles if t.latest), default=None)
    context = {"slug": slug, "name": name, "groups": tiles, "last_year": last, "synthetic": queries.is_synthetic_world()}
    return render(request, "indicators/board_facility.html", context)


def facility_values(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """They as a file."""
    name = queries.facility_names().get(slug)
    if name is None:
        raise Http404(_("The record has no such facility."))
    rows = queries.visible(request.user, facility=slug, dimension="")
    method = _("Computed from the records the facility signed, by one rule for all; each line names the hash of its method.")
    about = _about(request, name, method, reverse("indicators:facility-board", args=[slug]), len(rows))
    return _table(request, rows, about, form, f"{slug}-computed")


# -- one indicator ---------------------------------------------------------------------------------


def _board(request: HttpRequest, code: str) -> tuple[IndicatorBoard, int, bool]:
    one = all_indicators().get(code)
    if one is None:
        raise Http404(_("This indicator is not computed from raw records."))
    asked = request.GET.get("rule", "")
    board = queries.indicator_board(request.user, one, asked if asked in one.variants else one.standard_variant)
    per_instrument = code in queries.PER_INSTRUMENT and request.GET.get("per", "instrument") == "instrument"
    return board, _year(request, board.years), per_instrument


def _method(one: Indicator, board: IndicatorBoard) -> str:
    rule = f" {_('Rule:')} {one.variants[board.variant]}." if board.variant in one.variants else ""
    return f"{one.rule}{rule} {_('Over several facilities:')} {words.how_made(one)}. {_('Method')} {one.method_hash}."


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: the league over the years, the facilities side by side, each by itself, and its parts."""
    board, year, per_instrument = _board(request, code)
    one, names = board.indicator, queries.facility_names()
    definition = IndicatorDefinition.objects.filter(code=code).first()
    title, spread = words.league_finding(board), words.spread_finding(board, year, per_instrument=per_instrument)
    by = [
        (words.dimension(name), [(words.category(name, row.category), row) for row in rows])
        for name, rows in queries.parts(request.user, one, year=year).items()
    ]
    table = [
        (slug, names.get(slug, slug), [(y, _cell(board, slug, y)) for y in board.years])
        for slug in sorted(board.facilities, key=lambda s: (names.get(s) or s).casefold())
    ]
    kept = f"rule={board.variant}&per={'instrument' if per_instrument else 'whole'}&year={year}"
    context = {
        "one": one, "code": code, "definition": definition, "board": board, "year": year, "title": title, "spread": spread,
        "per_instrument": per_instrument, "can_per": code in queries.PER_INSTRUMENT, "variants": list(one.variants.items()),
        "figure": mark_safe(figures.league_svg(board, title=title)),  # noqa: S308  drawn here
        "sides": mark_safe(figures.side_by_side_svg(board, names, year, per_instrument=per_instrument, title=spread)),  # noqa: S308
        "multiples": [(s, n, mark_safe(f)) for s, n, f in figures.multiples(board, names, per_instrument=per_instrument)],  # noqa: S308
        "parts": by, "table": table, "years": board.years, "method": _method(one, board), "kept": kept,
        "synthetic": queries.is_synthetic_world(), "league_row": {row.year: row for row in board.league},
        "embed": request.build_absolute_uri(reverse("indicators:computed-embed", args=[code])),
        "citation": _about(request, str(one.title), "", reverse("indicators:computed", args=[code]), len(board.league)).citation,
    }  # fmt: skip
    return render(request, "indicators/computed.html", context)


def _cell(board: IndicatorBoard, slug: str, year: int) -> tuple[str, Computed | None]:
    """What stands where a facility and a year meet, and why nothing does."""
    row = next((row for row in board.facilities[slug] if row.year == year), None)
    if (slug, year) in board.dark:
        return "dark", row
    if row is None:
        return "missing", None
    return ("withheld" if row.is_withheld else "value"), row


def indicator_figure(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A figure of an indicator as a file: of the league, or (`which=facilities`) of the facilities side by side."""
    board, year, per_instrument = _board(request, code)
    about = _about(request, str(board.indicator.title), "", reverse("indicators:computed", args=[code]), len(board.league))
    if request.GET.get("which") == "facilities":
        title = words.spread_finding(board, year, per_instrument=per_instrument)
        drawn = figures.side_by_side_svg(
            board, queries.facility_names(), year, per_instrument=per_instrument, title=title,
            heading=f"{board.indicator.title}. {title}", footer=about.citation, links=False,
        )  # fmt: skip
        return _picture(drawn, form, f"{code}-{year}")
    title = words.league_finding(board)
    return _picture(figures.league_svg(board, title=title, heading=title, footer=about.citation, links=False), form, f"{code}-league")


def indicator_values(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Every value of an indicator that the viewer may see, parts included, as a file."""
    board, *_rest = _board(request, code)
    rows = queries.visible(request.user, indicator=code)
    about = _about(request, str(board.indicator.title), _method(board.indicator, board), reverse("indicators:computed", args=[code]), len(rows))
    return _table(request, rows, about, form, f"{code}-computed")


@xframe_options_exempt
def indicator_embed(request: HttpRequest, code: str) -> HttpResponse:
    """The league's figure alone, for a frame in somebody else's page."""
    board, *_rest = _board(request, code)
    title = words.league_finding(board)
    path = reverse("indicators:computed", args=[code])
    context = {
        "heading": title,
        "figure": mark_safe(figures.league_svg(board, title=title, links=False)),  # noqa: S308  drawn here
        "citation": _about(request, str(board.indicator.title), "", path, len(board.league)).citation,
        "address": request.build_absolute_uri(path),
        "name": board.indicator.title,
    }
    response = render(request, "indicators/embed.html", context)
    # Only this page may be framed by others: it knows nobody and changes nothing.
    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return response


def value(request: HttpRequest, pk: int) -> HttpResponse:
    """One value with what is behind it: both its sums, the rule, the rows, who signed, earlier versions."""
    row = queries.one_value(request.user, pk)
    if row is None:
        raise Http404(_("There is no such value, or it is not public."))
    one = all_indicators().get(row.indicator)
    if one is None:
        raise Http404(_("The method of this value is gone."))
    behind = queries.behind(row)
    context = {
        "row": row,
        "one": one,
        "who": queries.facility_names().get(row.facility, row.facility) if row.facility else _("The league"),
        "part": f"{words.dimension(row.dimension)}: {words.category(row.dimension, row.category)}" if row.dimension else "",
        "made": words.how_made(one),
        "rule": one.variants.get(row.variant, ""),
        "returns": [(sent, queries.facility_names().get(sent.facility, sent.facility)) for sent in behind.returns],
        "versions": behind.versions,
        "formula": _("%(scale)g × numerator / denominator") % {"scale": one.scale} if row.denominator is not None else "",
    }
    return render(request, "indicators/computed_value.html", context)


# -- countries -------------------------------------------------------------------------------------


def countries(request: HttpRequest) -> HttpResponse:
    """Every country users come from."""
    years = [c.year for c in queries.coverage()]
    year = _year(request, years)
    rows = sorted(((words.country(row.code), row) for row in queries.countries(request.user, year)), key=lambda pair: pair[0])
    told = [(row.code, row.users.value) for _name, row in rows if row.users is not None and row.users.value]
    title = words.countries_finding(told, year)
    drawn = figures.countries_svg(told, queries.places(), title=title) if told else ""
    context = {"rows": rows, "title": title, "map": mark_safe(drawn), "year": year,  # noqa: S308  drawn here
         "years": sorted(years, reverse=True), "synthetic": queries.is_synthetic_world()}
    return render(request, "indicators/countries.html", context)


def _country(request: HttpRequest, code: str) -> tuple[queries.CountryBoard, str]:
    asked = request.GET.get("year", "")
    board = queries.country_board(request.user, code, int(asked) if asked.isdecimal() and len(asked) == 4 else None)
    if not board.series and not board.hosted:
        raise Http404(_("Nothing is known of this country here."))
    return board, words.country(code)


def _country_series(board: queries.CountryBoard) -> list[tuple[str, Indicator, Sequence[Computed]]]:
    known = all_indicators()
    return [(str(known[code].title), known[code], rows) for code, rows in board.series.items() if code in ("ACC-10", "ACC-07", "ACC-02")]


def country(request: HttpRequest, code: str) -> HttpResponse:
    """What the league does for one country."""
    board, name = _country(request, code)
    names, known = queries.facility_names(), all_indicators()
    title = words.country_finding(name, board.series.get("ACC-10", ()))
    context = {
        "board": board, "code": code, "name": name, "title": title, "names": names,
        "stats": [(known[c], rows[-1]) for c, rows in board.series.items() if rows],
        "figure": mark_safe(figures.over_years_svg(_country_series(board), title=title)),  # noqa: S308  drawn here
        "places": mark_safe(figures.places_svg(board.where, known["ACC-07"], names, title=_("Visits by facility"))),  # noqa: S308
        "withheld": sum(row.is_withheld for _of, row in board.where),
        "rows": [(known[c], [(row.year, row) for row in rows]) for c, rows in board.series.items()],
        "years": sorted({row.year for rows in board.series.values() for row in rows}, reverse=True),
        "synthetic": queries.is_synthetic_world(),
    }  # fmt: skip
    return render(request, "indicators/country.html", context)


def country_figure(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The country's figure as a file."""
    board, name = _country(request, code)
    title = words.country_finding(name, board.series.get("ACC-10", ()))
    n = sum(len(rows) for rows in board.series.values())
    about = _about(request, name, "", reverse("indicators:country", args=[code]), n)
    drawn = figures.over_years_svg(_country_series(board), title=title, heading=title, footer=about.citation, links=False)
    return _picture(drawn, form, f"country-{code}")


def country_values(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The country's values as a file."""
    board, name = _country(request, code)
    rows = [row for found in board.series.values() for row in found] + [row for _of, row in board.where]
    method = _("Users and visits by the country of the affiliation in the year, not by passport. Counts below five are withheld, persons rounded to five.")
    about = _about(request, name, method, reverse("indicators:country", args=[code]), len(rows))
    return _table(request, rows, about, form, f"country-{code}")


# -- equity and funders ----------------------------------------------------------------------------


def equity(request: HttpRequest) -> HttpResponse:
    """Success by country, and who the users are, with the ranges chance leaves and a guard against many looks."""
    years = [c.year for c in queries.coverage()]
    year = _year(request, years)
    success = equity_rules.success_by_country(request.user, year)
    groups = equity_rules.success_by_group(success)
    drawn = [
        Range(words.country(s.code), 100 * s.share, 100 * s.low, 100 * s.high, _equity_words(s), stands_out=s.differs) for s in success.rows
    ]
    whole = 100 * success.won / success.asked if success.asked else None
    context = {
        "year": year, "years": sorted(years, reverse=True), "success": success, "groups": groups,
        "figure": mark_safe(figures.shares_svg(drawn, title=_("Success of proposals by country"), reference=whole)) if drawn else "",  # noqa: S308
        "finding": _finding(success), "users": equity_rules.who_the_users_are(request.user, year), "named": [(words.country(s.code), s) for s in success.rows],
        "synthetic": queries.is_synthetic_world(),
    }  # fmt: skip
    return render(request, "indicators/equity.html", context)


def _equity_words(s: equity_rules.Share) -> str:
    return _("%(country)s: %(won)d of %(asked)d, %(share).1f %% (%(low).1f to %(high).1f)") % {
        "country": words.country(s.code), "won": s.won, "asked": s.asked, "share": 100 * s.share, "low": 100 * s.low, "high": 100 * s.high,
    }  # fmt: skip


def _finding(success: equity_rules.Success) -> str:
    apart = [words.country(s.code) for s in success.rows if s.differs]
    if not success.rows:
        return _("No proposals by country are public for this year")
    if not apart:
        return _("No country's success differs from that of the others by more than chance")
    return _("Success differs by more than chance for %(countries)s") % {"countries": ", ".join(apart)}


FUNDER_SET = ("OPS-03", "OPS-14", "ACC-06", "ACC-10", "ACC-13", "SCI-01", "FIN-01", "FIN-03", "ENV-03", "ENV-04", "IND-03", "PPL-02")


def funders(request: HttpRequest) -> HttpResponse:
    """What a funder asks: what the money buys, in rates that can be read, over the years; never a ranking."""
    known = all_indicators()
    rows = [row for group in queries.board(request.user) for row in group.tiles if row.indicator.id in FUNDER_SET and row.latest]
    rows.sort(key=lambda tile: FUNDER_SET.index(tile.indicator.id))
    derived = equity_rules.derived_rates(request.user)
    context = {
        "tiles": [(tile, mark_safe(figures.tile_svg(tile, _("the league")))) for tile in rows],  # noqa: S308  drawn here
        "derived": derived, "coverage": queries.coverage(), "synthetic": queries.is_synthetic_world(),
        "missing": [known[code] for code in FUNDER_SET if code not in {tile.indicator.id for tile in rows}],
    }  # fmt: skip
    return render(request, "indicators/funders.html", context)


