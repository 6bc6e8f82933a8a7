"""The dark-period planner: who is dark when, what if one moved, and where a technique survives."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.figures import svg
from leaps.core.figures.heat import Row, heat_svg
from leaps.core.figures.moving import Bar, moving_svg
from leaps.core.figures.steps import steps_svg
from leaps.record.packs.writing import csv_bytes
from leaps.roadmaps import dark_queries, queries
from leaps.roadmaps.models import DarkProposal
from leaps.roadmaps.types import Board, Plan, Window
from leaps.roadmaps.views import reliance as relying

_START = re.compile(r"(\d{4})-(\d{2})")
LONGEST = 120  # months


def month_after(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months later."""
    years, rest = divmod(day.month - 1 + months, 12)
    return dt.date(day.year + years, rest + 1, 1)


def _tried(request: HttpRequest) -> tuple[dict[str, tuple[dt.date, dt.date]], list[str]]:
    """The moves an address names, `s-<upgrade>=2028-06` and `m-<upgrade>=18`, and the sentences about those that cannot be."""
    found: dict[str, tuple[dt.date, dt.date]] = {}
    refused: list[str] = []
    for name in request.GET:
        text = request.GET.get(name, "")
        if not name.startswith("s-") or not text:
            continue
        upgrade, length = name[2:], request.GET.get(f"m-{name[2:]}", "")
        given = _START.fullmatch(text.strip())
        if given is None or not 1 <= int(given[2]) <= 12 or not 1990 <= int(given[1]) <= 2090:
            refused.append(_("“%(text)s” is no month for %(upgrade)s: write it like 2028-06.") % {"text": text[:40], "upgrade": upgrade[:60]})
            continue
        if not length.isdecimal() or not 1 <= int(length[:6]) <= LONGEST:
            refused.append(_("The dark months of %(upgrade)s must be a number from 1 to %(most)d.") % {"upgrade": upgrade[:60], "most": LONGEST})
            continue
        start = dt.date(int(given[1]), int(given[2]), 1)
        found[upgrade] = (start, month_after(start, int(length)))
    return found, refused


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the board with its moves, the sentences about what cannot be, and the proposed dates in it."""

    board: Board
    refused: list[str]
    year: int
    moves: Mapping[str, tuple[dt.date, dt.date]]
    proposed: list[DarkProposal] | None
    more: list[tuple[str, dt.date, dt.date]]

    @property
    def moved(self) -> list[Plan]:
        """The dark periods that this address itself moves."""
        return [plan for plan in self.board.plans if plan.upgrade in self.moves]

    @property
    def scenario(self) -> str:
        """The address again, without what is published and without any proposed date: of these everybody sees their own."""
        pairs = [(k, v) for p in self.moved for k, v in ((f"s-{p.upgrade}", f"{p.start:%Y-%m}"), (f"m-{p.upgrade}", str(p.months)))]
        return urlencode(([("with", "proposed")] if self.proposed is not None else []) + pairs)


def asked_of(request: HttpRequest) -> Asked:
    today = catalogue_queries.today()
    tried, refused = _tried(request)
    asked = request.GET.get("year", "")
    years = range(today.year, today.year + 10)
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in years else today.year + 1
    first = dt.date(today.year, 1, 1)
    proposed = dark_queries.standing(request.user) if request.GET.get("with") == "proposed" else None
    instead = {one.upgrade.slug: (one.start, one.end) for one in proposed or () if one.upgrade}
    plain = {plan.upgrade: plan for plan in queries.board(first, instead).plans}
    more = [(one.facility.slug, one.start, one.end) for one in proposed or () if one.upgrade is None or one.upgrade.slug not in plain]
    moves = {
        key: moved
        for key, moved in tried.items()
        # The form sends every row; one that stands as it was shown is no move.
        if key in plain and (moved[0] != plain[key].start.replace(day=1) or _months(*moved) != plain[key].months)
    }
    made = queries.board(first, {**instead, **moves}, technique=request.GET.get("technique", ""), year=year, more=more)
    refused += [_("The record has no dark period “%(key)s” in these years.") % {"key": key[:60]} for key in tried if key not in plain]
    return Asked(made, refused, year, moves, proposed, more)


def _months(start: dt.date, end: dt.date) -> int:
    return 12 * (end.year - start.year) + end.month - start.month


def span_words(window: Window) -> str:
    """A window in words: Oct to Dec 2028."""
    first, last = date_format(window.first, "M Y"), date_format(window.last, "M Y")
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def finding(board: Board) -> str:
    """The most ring instruments dark at once, and when."""
    if not board.peak:
        return _("No ring is dark in the years to come")
    worst = next(window for window in board.windows if window.instruments == board.peak)
    return _("%(n)d of %(all)d ring instruments are dark at once, %(when)s: %(who)s") % {
        "n": board.peak, "all": board.ring_instruments, "when": span_words(worst), "who": ", ".join(worst.facilities),
    }  # fmt: skip


def _drawn(board: Board, title: str, footer: str = "") -> str:
    moved = board.published != board.tried or any(plan.is_moved for plan in board.plans)
    words = (_("as you try it"), _("as published")) if moved else (_("as published"), "")
    return steps_svg(
        board.first, board.tried, before=board.published if moved else None, title=title, unit=_("ring instruments dark"), words=words, footer=footer
    )


def _bars(board: Board) -> str:
    """The dark periods to be moved; nothing when there are none."""
    first = board.first
    bars = [
        Bar(
            plan.upgrade, plan.facility_name, _months(first, plan.start), plan.months, _months(first, plan.published_start),
            plan.published_months, _("%(n)d months, %(k)d instruments") % {"n": plan.months, "k": plan.instruments},
        )
        for plan in board.plans
    ]  # fmt: skip
    return moving_svg(first, len(board.tried), bars, title=_("Dark periods, each of which can be moved")) if bars else ""


def _heat(board: Board, scenario: str) -> str:
    """What each technique loses, quarter by quarter."""
    quarters = [month_after(board.first, 3 * n) for n in range(len(board.tried) // 3)]
    rows = []
    for loss in board.losses:
        address = f"?{urlencode({'technique': loss.panet_id, 'year': loss.worst_month.year})}{f'&{scenario}' if scenario else ''}#where"
        hints = tuple(
            _("%(what)s, %(month)s to %(last)s: %(n).0f %% dark") % {
                "what": loss.label, "month": date_format(day, "M"), "last": date_format(month_after(day, 2), "M Y"), "n": 100 * share,
            }
            for day, share in zip(quarters, loss.by_quarter, strict=True)
        )  # fmt: skip
        rows.append(Row(loss.label, address, loss.by_quarter, hints))
    heads = [str(day.year) if day.month <= 3 else "" for day in quarters]
    return heat_svg(rows, heads, title=_("Techniques that lose most, by quarter"), words=_("of its instruments dark"))


def planner(request: HttpRequest) -> HttpResponse:
    """The collision, a form to try other dates, the techniques that suffer, and where one of them survives."""
    asked = asked_of(request)
    board, refused, year, moved, scenario = asked.board, asked.refused, asked.year, asked.moved, asked.scenario
    title = finding(board)
    technique = request.GET.get("technique", "")
    context = {
        "board": board, "title": title, "refused": refused, "moved": moved, "scenario": scenario, "year": year, "technique": technique,
        "label": dict(board.techniques).get(technique, ""),
        "figure": mark_safe(_drawn(board, title)),  # noqa: S308  drawn here
        "bars": mark_safe(_bars(board)),  # noqa: S308  drawn here
        "heat": mark_safe(_heat(board, scenario)),  # noqa: S308  drawn here
        "windows": [(span_words(window), window) for window in board.windows],
        "losses": [(loss, date_format(loss.worst_month, "M Y"), 100 * loss.worst) for loss in board.losses],
        "years": range(board.first.year, board.first.year + 10),
        "month_names": [date_format(dt.date(2024, m, 1), "M") for m in range(1, 13)],
        "open_sites": sum(min(site.open) > 0 for site in board.sites),
        "shared": request.build_absolute_uri(f"{reverse('roadmaps:planner')}?{scenario}") if moved else "",
        "published_peak": max(board.published, default=0),
        "difference": board.peak - max(board.published, default=0),
        "unsure": [plan for plan in board.plans if not plan.is_certain],
        **relying.context(request, board, scenario),
        "proposed": asked.proposed, "is_proposed": asked.proposed is not None, "sight": dark_queries.sight_words(request.user),
    }  # fmt: skip
    answer = render(request, "roadmaps/planner.html", context, status=422 if refused and "HX-Request" not in request.headers else 200)
    if "HX-Request" in request.headers and not refused:
        # The form sends every row; the address to share names only what was moved.
        kept = (("technique", technique), ("year", str(year) if technique else ""), ("quarter", context["quarter"]))
        more = urlencode([(name, value) for name, value in kept if value])
        answer["HX-Push-Url"] = f"{reverse('roadmaps:planner')}?{'&'.join(filter(None, (scenario, more)))}".rstrip("?")
    return answer


def figure(request: HttpRequest, form: str) -> HttpResponse:
    """The figure as SVG or PNG."""
    board = asked_of(request).board
    title = finding(board)
    footer = _("LEAPS Commons, dark periods by month, %(day)s. CC BY 4.0.") % {"day": date_format(catalogue_queries.today(), "j M Y")}
    drawn = _drawn(board, title, f"{title}. {footer}")
    if form == "svg":
        return HttpResponse(svg.standalone(drawn), content_type="image/svg+xml", headers={"Content-Disposition": 'attachment; filename="dark-periods.svg"'})
    if form == "png":
        return HttpResponse(svg.png(drawn), content_type="image/png", headers={"Content-Disposition": 'attachment; filename="dark-periods.png"'})
    raise Http404(_("A figure comes as svg or png."))


def months(request: HttpRequest, form: str) -> HttpResponse:
    """Ring instruments dark in each month, as published and as tried."""
    if form != "csv":
        raise Http404(_("The months come as csv."))
    board = asked_of(request).board
    lines = [
        [f"{month_after(board.first, place):%Y-%m}", str(before), str(now)]
        for place, (before, now) in enumerate(zip(board.published, board.tried, strict=True))
    ]
    content = csv_bytes(("month", "dark_as_published", "dark_as_tried"), lines)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="dark-periods.csv"'})


def reliance(request: HttpRequest, form: str) -> HttpResponse:
    """On whom each technique relies, quarter by quarter, with the dates that are tried."""
    board = asked_of(request).board
    return relying.table(request, board, form)
