"""Whose demand dark periods leave unmet, with the dates and the assumptions that an address names."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.core.figures.heat import Row, heat_svg
from leaps.record.specs import readable_number
from leaps.roadmaps import communities, dark_queries, files
from leaps.roadmaps.communities import LIMITS, Answer, Assumed
from leaps.roadmaps.views import planner
from leaps.roadmaps.views.planner import Asked
from leaps.roadmaps.views.reliance import quarter_name, quarter_words


def _assumed(request: HttpRequest) -> tuple[Assumed, list[str]]:
    """The assumptions of an address; what cannot be read is told in a sentence and left as it is by default."""
    told: dict[str, int] = {}
    refused = []
    for name, (low, high) in LIMITS.items():
        text = request.GET.get(name, "").strip()
        if text.isascii() and text.isdecimal() and low <= int(text[:6]) <= high:
            told[name] = int(text)
        elif text:
            refused.append(_("“%(text)s” is no share: give whole per cent from %(low)d to %(high)d.") % {"text": text[:20], "low": low, "high": high})
    return Assumed(**told), refused


def _found(request: HttpRequest) -> tuple[Asked, Answer, Assumed, list[str], list[str]]:
    asked = planner.asked_of(request)
    assumed, refused = _assumed(request)
    made = communities.answer(asked.board.first, asked.board.plans, asked.more, assumed)
    quarters = [quarter_name(asked.board.first, n) for n in range(len(asked.board.tried) // 3)]
    return asked, made, assumed, quarters, [*asked.refused, *refused]


def finding(found: Answer, quarters: list[str]) -> str:
    """Who misses most, and when."""
    worst = max(found.communities, key=lambda one: max(one.unmet), default=None)
    if worst is None or not max(worst.unmet):
        return _("No demand is left unmet by these dates")
    return _("Users of facilities in %(where)s miss most: %(share)s %% of what they ask in %(when)s") % {
        "where": worst.name, "share": f"{100 * max(worst.unmet):.0f}", "when": quarter_words(quarters[worst.worst]),
    }  # fmt: skip


def _figure(found: Answer, quarters: list[str]) -> str:
    rows = [
        Row(
            one.name, "", one.unmet,
            tuple(
                _("%(who)s, %(when)s: %(unmet).0f %% unmet, %(guests).0f %% served as guests") % {
                    "who": one.name, "when": quarter_words(name), "unmet": 100 * one.unmet[place], "guests": 100 * one.as_guests[place],
                }
                for place, name in enumerate(quarters)
            ),
        )
        for one in found.communities
        if one.missed
    ]  # fmt: skip
    heads = [name[:4] if name.endswith("-1") else "" for name in quarters]
    return heat_svg(rows, heads, title=_("Demand left unmet, by quarter"), words=_("of what is asked is unmet")) if rows else ""


def demand(request: HttpRequest) -> HttpResponse:
    """Who misses what, who hosts, and what it rests on."""
    asked, found, assumed, quarters, refused = _found(request)
    title = finding(found, quarters)
    words = {
        "share": _("Asked, of all that is offered when open (%)"), "guests": _("What a facility may give to guests (%)"),
        "worth": _("What an hour as a guest is worth (%)"),
    }  # fmt: skip
    changed = {name: str(getattr(assumed, name)) for name in LIMITS if getattr(assumed, name) != getattr(Assumed(), name)}
    context = {
        "title": title, "refused": refused, "found": found, "moved": asked.moved, "scenario": asked.scenario, "is_proposed": asked.proposed is not None,
        "sight": dark_queries.sight_words(request.user), "figure": mark_safe(_figure(found, quarters)),  # noqa: S308  drawn here
        "rows": [(one, 100 * one.unmet[one.worst], quarter_words(quarters[one.worst]), one.missed - one.missed_as_published) for one in found.communities],
        "fields": [(name, label, getattr(assumed, name)) for name, label in words.items()],
        "missed": readable_number(round(found.missed)), "difference": round(found.missed - found.missed_as_published), "apart": readable_number(abs(round(found.missed - found.missed_as_published))),
        "query": "&".join(filter(None, (asked.scenario, urlencode(changed)))),
    }  # fmt: skip
    return render(request, "roadmaps/demand.html", context, status=422 if refused else 200)


def table(request: HttpRequest, form: str) -> HttpResponse:
    """Every community and quarter as a file."""
    _asked, found, assumed, quarters, _refused = _found(request)
    method = _(
        "Assumed: users of a country's facilities ask for %(share)d %% of what these offer when all are open; a facility gives up to %(guests)d %% of its hours to guests; an hour as a "
        "guest is worth %(worth)d %%. Instruments weigh the same and divide themselves evenly among their techniques. Asked: instrument-months in a quarter."
    ) % {"share": assumed.share, "guests": assumed.guests, "worth": assumed.worth}
    address = request.build_absolute_uri(f"{reverse('roadmaps:demand')}?{request.GET.urlencode()}").rstrip("?")
    return files.table(request, communities.COLUMNS, communities.records(found, quarters), _("demand that dark periods leave unmet"), address, "unmet-demand", form, method)


def figure(request: HttpRequest, form: str) -> HttpResponse:
    """The heat map as a picture."""
    _asked, found, _assumed_shares, quarters, _refused = _found(request)
    return files.figure(request, _figure(found, quarters), "unmet-demand", form)
