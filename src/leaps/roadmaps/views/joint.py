"""How sure are the overlaps: dark periods drawn together, with common suppliers or without."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.views import error_page
from leaps.record.specs import readable_number
from leaps.roadmaps import (
    estimate_queries,
    files,
    joint_figures,
    joint_overlaps,
    milestone_queries,
    slip_history,
)
from leaps.roadmaps.chances import LEARNED, Stretch
from leaps.roadmaps.joint_overlaps import Joint, Pair
from leaps.roadmaps.views.estimates import stretch_of

INDEPENDENT = "independent"


def _found(request: HttpRequest, *, other: bool = False) -> tuple[Joint, Stretch | None, dict[str, str], str]:
    """The draws an address asks for; `other`: with the delays that it does not ask for."""
    stretch, typed, refused = stretch_of(request)
    learned = slip_history.slip(slip_history.history())
    if stretch is None and not typed["factor"] and learned is not None:
        stretch = Stretch(learned.log_mean, learned.log_sigma, LEARNED, learned.n)
    common = (request.GET.get("delays") != INDEPENDENT) != other
    today = catalogue_queries.today()
    return joint_overlaps.joint(milestone_queries.milestones(today), estimate_queries.standing(), today, stretch, common=common), stretch, typed, refused


def finding(found: Joint) -> str:
    """The overlaps in one sentence."""
    if not found.pairs:
        return _("No two facilities are dark together in any draw")
    sure = sum(pair.drawn.chance > 0.95 for pair in found.pairs)
    return _("%(all)d pairs of facilities may be dark together; %(sure)d of them in more than 95 of 100 draws") % {"all": len(found.pairs), "sure": sure}


def overlaps(request: HttpRequest) -> HttpResponse:
    """Who overlaps with whom, how surely and how long, and what the draws rest on."""
    found, stretch, typed, refused = _found(request)
    rest, *_more = _found(request, other=True)
    title, by_month = finding(found), _("Instruments dark at once")
    told = {name: value for name, value in typed.items() if value}
    past = slip_history.history()
    context = {
        "found": found, "title": title, "typed": typed, "stretch": stretch, "refused": refused, "draws": readable_number(joint_overlaps.DRAWS),
        "pairs_figure": mark_safe(joint_figures.pairs_svg(found, title=title)),  # noqa: S308  drawn here
        "months_figure": mark_safe(joint_figures.months_svg(found, title=_("Months of overlap"))),  # noqa: S308  drawn here
        "band_figure": mark_safe(joint_figures.band_svg(found, title=by_month)),  # noqa: S308  drawn here
        "tail": _tail(found, rest), "rows": [(pair, 100 * pair.drawn.chance) for pair in found.pairs],
        "learned": slip_history.slip(past), "enough": slip_history.ENOUGH, "counted": sum(not one.is_derived for one in past),
        "query": urlencode(told | ({} if found.common else {"delays": INDEPENDENT})), "common_query": urlencode(told),
        "independent_query": urlencode(told | {"delays": INDEPENDENT}),
    }  # fmt: skip
    return render(request, "roadmaps/joint.html", context, status=422 if refused else 200)


@dataclass(frozen=True, slots=True)
class Tail:
    """Something that delays in common change: in words, with them and without."""

    words: str
    common: str
    apart: str


def _tail(found: Joint, rest: Joint) -> list[Tail]:
    """For each supplier of several: how often all it serves are late, and how their overlaps are spread; at last the peak."""
    common, apart = (found, rest) if found.common else (rest, found)
    lines = []
    for one, other in zip(common.suppliers, apart.suppliers, strict=True):
        words = _("%(names)s all back later than published, share of draws") % {"names": ", ".join(one.facilities)}
        lines.append(Tail(words, f"{100 * one.all_late:.0f} %", f"{100 * other.all_late:.0f} %"))
        alone = {(pair.one, pair.other): pair for pair in apart.pairs}
        for pair in common.pairs:
            if {pair.one, pair.other} <= set(one.facilities) and (pair.one, pair.other) in alone:
                words = _("%(one)s and %(other)s overlap, months from P10 to P90") % {"one": pair.one, "other": pair.other}
                lines.append(Tail(words, _range(pair), _range(alone[pair.one, pair.other])))
    if common.band is not None and apart.band is not None:
        words = _("Most ring instruments dark in one month, P95")
        lines.append(Tail(words, f"{common.band.peak_quantile(0.95):.0f}", f"{apart.band.peak_quantile(0.95):.0f}"))
    return lines


def _range(pair: Pair) -> str:
    low, _middle, high = pair.drawn.quantiles
    return f"{low:.1f} – {high:.1f}"


def _method(found: Joint) -> str:
    words = _("%(n)d draws by Latin hypercube, the same every time; estimates are what people have stated, not facts; dates no sharper than the record tells them.") % {
        "n": joint_overlaps.DRAWS
    }
    if found.stretch is not None:
        words += " " + _("Published lengths times a log-normal factor, median %(median).2f (%(source)s).") % {"median": found.stretch.median, "source": found.stretch.source}
    return words


def table(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """Pairs, or months, as a file."""
    found, _stretch, _typed, refused = _found(request)
    if refused or what not in ("pairs", "months"):
        return error_page(request, status=404, title=_("Not found"), sentence=refused or _("There is no such table."), cure=_("The tables are pairs and months."))
    address = request.build_absolute_uri(reverse("roadmaps:joint"))
    columns, records = (joint_overlaps.PAIR, joint_overlaps.pair_records(found)) if what == "pairs" else (joint_overlaps.MONTH, joint_overlaps.month_records(found))
    return files.table(request, columns, records, _("overlaps of dark periods, drawn together"), address, f"overlaps-{what}", form, _method(found))


def figure(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """A figure as a picture: pairs, overlap (months of it) or band."""
    found, *_rest = _found(request)
    drawings = {"pairs": joint_figures.pairs_svg, "overlap": joint_figures.months_svg, "band": joint_figures.band_svg}
    footer = files.citation(_("overlaps of dark periods, drawn together"), request.build_absolute_uri(reverse("roadmaps:joint")))
    drawn = drawings[what](found, title=finding(found), footer=footer) if what in drawings else ""
    return files.figure(request, drawn, f"overlaps-{what}", form)
