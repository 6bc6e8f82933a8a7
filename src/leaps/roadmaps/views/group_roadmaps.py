"""The roadmap of a group, read: figure, list, table and text; its files, its paper, its people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.documents import posters
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.core.views import domain_error, error_page
from leaps.roadmaps import (
    beginnings,
    charting,
    figures,
    files,
    milestone_queries,
    plan_queries,
    roadmap_actions,
    roadmap_drawing,
    roadmap_queries,
    roadmap_tables,
    rules,
    technology_queries,
)
from leaps.roadmaps.charting import Chart, Part
from leaps.roadmaps.models import Roadmap
from leaps.roadmaps.roadmap_forms import RoadmapForm, SeatForm
from leaps.roadmaps.types import Area
from leaps.roadmaps.views.actions import into


def found_or_404(request: HttpRequest, slug: str) -> Roadmap:
    """The roadmap of an address, as if it did not exist to who may not see it."""
    found = roadmap_queries.roadmap(request.user, slug)
    if found is None:
        raise Http404(_("There is no such roadmap, or it is not shown to you."))
    return found


def common(request: HttpRequest, roadmap: Roadmap) -> dict[str, Any]:
    """What every page of a roadmap shows: what the person may do, and where else to go."""
    part = rules.part_of(request.user, roadmap)
    return {
        "roadmap": roadmap,
        "part": part,
        "may_edit": part in (Part.CHAIR, Part.EDITOR) and roadmap.archived_at is None,
        "may_lead": part == Part.CHAIR,
    }


def finding(chart: Chart) -> str:
    """What is on a roadmap and what it leaves open, in one sentence."""
    gaps, late = len(chart.gaps()), len(chart.late_links())
    told = [
        ngettext("%(n)d item", "%(n)d items", len(chart.items)) % {"n": len(chart.items)},
        ngettext("%(n)d link", "%(n)d links", len(chart.links)) % {"n": len(chart.links)},
    ]
    if gaps:
        told.append(ngettext("%(n)d gap", "%(n)d gaps", gaps) % {"n": gaps})
    if late:
        told.append(ngettext("%(n)d link whose end comes too early", "%(n)d links whose ends come too early", late) % {"n": late})
    return ", ".join(told)


def reader_context(chart: Chart, slug: str, address: str) -> dict[str, Any]:
    """A chart for reading, whether it is of today or frozen."""
    names = {one.key: one.title for one in chart.items}
    rows = [
        (layer, [(one, mark_safe(roadmap_drawing.strip(one, chart.first_year, chart.last_year)), [(link, names.get(link.after, "")) for link in chart.links_of(one.key)[1]]) for one in items])  # noqa: S308  drawn here
        for layer, items in chart.layers()
        if items
    ]  # fmt: skip
    return {
        "chart": chart,
        "finding": finding(chart),
        "figure": mark_safe(roadmap_drawing.svg(chart, catalogue_queries.today(), url=lambda key: reverse("roadmaps:item", args=[slug, key]))) if chart.items else "",  # noqa: S308  drawn here
        "picture": mark_safe(roadmap_drawing.picture(chart)),  # noqa: S308  drawn here
        "layers": rows,
        "gaps": chart.gaps(),
        "late": [(link, short, names[link.before], names[link.after]) for link, short in chart.late_links()],
        "text": charting.text_of(chart),
        "citation": files.citation(_("roadmap “%(title)s”") % {"title": chart.title}, address),
    }


def group_roadmap(request: HttpRequest, slug: str) -> HttpResponse:
    """The roadmap as it is now."""
    roadmap = found_or_404(request, slug)
    remarks = list(roadmap_queries.remarks(roadmap)) if rules.part_of(request.user, roadmap) else []
    context = {
        **common(request, roadmap),
        **reader_context(roadmap_queries.chart(roadmap), slug, request.build_absolute_uri()),
        "editions": list(roadmap.editions.all()[:5]),
        "open_remarks": sum(one.settled_at is None for one in remarks),
        "seats": list(roadmap_queries.seats(roadmap)) if rules.part_of(request.user, roadmap) else [],
    }
    return render(request, "roadmaps/group_roadmap.html", context)


@login_required
def open_roadmap(request: HttpRequest) -> HttpResponse:
    """A new roadmap, empty or begun from the record."""
    if not rules.may_chair(request.user):
        return domain_error(request, NotAllowed(_("Group chairs and the office open roadmaps.")))
    year = catalogue_queries.today().year
    area = request.GET.get("area", "")
    given = {"first_year": year - 1, "last_year": year + 9, "area": area if area in Area.values else "", "begin": "record" if area in Area.values else "empty"}
    form = RoadmapForm(request.POST or None, is_new=True, initial=given)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        begin = values.pop("begin")
        try:
            if begin == "record" and not values["area"]:
                raise InvalidInput([Problem(_("is missing"), _("Choose the area of the record to begin with, or begin with an empty sheet."), field="area")])
            with transaction.atomic():  # a roadmap that could not be begun is not opened
                made = roadmap_actions.open_roadmap(values=values, actor=request.user, now=timezone.now())
                if begin == "record":
                    _begin(request, made, values["area"])
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The roadmap is open. Draw on it, or name its people first."))
            return redirect("roadmaps:editor", made.slug)
    return render(request, "roadmaps/group_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _begin(request: HttpRequest, made: Roadmap, area: str) -> None:
    today = catalogue_queries.today()
    found = figures.sheets(
        technology_queries.technologies(), technology_queries.targets(today), milestone_queries.milestones(today), milestone_queries.upgrades()
    )
    sheet = next((one for one in found if one.area == area), None)
    if sheet is not None:
        beginnings.draw_in(roadmap=made, sheet=sheet, actor=request.user, now=timezone.now())


# -- files -------------------------------------------------------------------------------------------


def chart_files(request: HttpRequest, chart: Chart, name: str, what: str, form: str, address: str) -> HttpResponse:
    """A chart as a picture, a table, a text or a sheet of paper."""
    title = _("Roadmap: %(title)s") % {"title": chart.title}
    cite = files.citation(title, address)
    if what == "figure":
        return files.figure(request, roadmap_drawing.svg(chart, catalogue_queries.today(), heading=title, footer=cite) if chart.items else "", f"roadmap-{name}", form)
    if what == "table":
        method = _("What a group intends, written by its people; facts of the record are where technology, milestone and facility point to.")
        return files.table(request, roadmap_tables.COLUMNS, roadmap_tables.records(chart), title, address, f"roadmap-{name}", form, method)
    if what == "text" and form == "txt":
        return files.attached(charting.text_of(chart) + "\n" + cite + "\n", "text/plain; charset=utf-8", f"roadmap-{name}.txt")
    if what == "print" and form in posters.PAPERS and chart.items:
        return files.attached(_paper(chart, cite, form), "application/pdf", f"roadmap-{name}-{form}.pdf")
    return error_page(
        request, status=404, title=_("Not found"), sentence=_("There is no such file."),
        cure=_("A roadmap comes as figure (svg, png, pdf), table (csv, xlsx, json), text (txt) and paper (a4, a3)."),
    )  # fmt: skip


def _paper(chart: Chart, cite: str, paper: str) -> bytes:
    names = {one.key: one.title for one in chart.items}
    tables = [
        posters.PosterTable(
            _("Items"), (_("Layer"), _("Item"), _("When"), _("Status"), _("Who"), _("More about it")),
            tuple(
                (one.layer_words, roadmap_drawing.label_of(one), one.when or "–", one.status_words, ", ".join(filter(None, (one.facility_name, one.owner))), one.text)
                for _layer, items in chart.layers()
                for one in items
            ),
        )
    ]  # fmt: skip
    if chart.links:
        strong = {1: _("weak"), 2: _("clear"), 3: _("decisive")}
        rows = tuple((names.get(one.before, ""), one.kind_words, names.get(one.after, ""), strong[one.strength], one.note) for one in chart.links)
        tables.append(posters.PosterTable(_("Links"), (_("From"), _("Says"), _("To"), _("How strongly"), _("Why")), rows))
    if gaps := chart.gaps():
        tables.append(posters.PosterTable(_("Gaps"), (_("Item"), _("What is missing")), tuple((one.title, words) for one, words in gaps)))
    today = catalogue_queries.today()
    return posters.poster(
        roadmap_drawing.svg(chart, today), title=chart.title, subtitle=chart.scope, alt=charting.text_of(chart)[:1500], footer=cite, publisher="LEAPS Commons",
        day=today, paper=paper, language=get_language() or "en", tables=tables,
    )  # fmt: skip


def group_file(request: HttpRequest, slug: str, what: str, form: str) -> HttpResponse:
    """The roadmap of today as a file."""
    roadmap = found_or_404(request, slug)
    address = request.build_absolute_uri(reverse("roadmaps:group-roadmap", args=[slug]))
    return chart_files(request, roadmap_queries.chart(roadmap), slug, what, form, address)


# -- the group ---------------------------------------------------------------------------------------


@login_required
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """What the roadmap is called, who may see it, and who is in its group."""
    roadmap = found_or_404(request, slug)
    if not rules.may_lead_roadmap(request.user, roadmap):
        return domain_error(request, NotAllowed(_("Chairs of the group do this.")))
    given = {name: getattr(roadmap, name) for name in roadmap_actions.SETTINGS}
    form, seat_form = RoadmapForm(is_new=False, initial=given), SeatForm()
    if request.method == "POST":
        now, what = timezone.now(), request.POST.get("what", "")
        try:
            if what == "settings":
                form = RoadmapForm(request.POST, is_new=False)
                if form.is_valid():
                    roadmap_actions.change_roadmap(roadmap=roadmap, values=form.cleaned_data, actor=request.user, now=now)
                    messages.success(request, _("Kept."))
                    return redirect("roadmaps:group-people", slug)
            elif what == "seat":
                seat_form = SeatForm(request.POST)
                if seat_form.is_valid():
                    person = _person(seat_form.cleaned_data["person"])
                    roadmap_actions.seat(roadmap=roadmap, person=person, part=Part(seat_form.cleaned_data["part"]), actor=request.user, now=now)
                    messages.success(request, _("%(who)s is in the group.") % {"who": person})
                    return redirect("roadmaps:group-people", slug)
            elif what == "unseat":
                seat = roadmap.seats.select_related("person").filter(pk=_whole(request.POST.get("seat", ""))).first()
                if seat is not None:
                    roadmap_actions.seat(roadmap=roadmap, person=seat.person, part=None, actor=request.user, now=now)
                    messages.success(request, _("%(who)s is no longer in the group.") % {"who": seat.person})
                return redirect("roadmaps:group-people", slug)
            elif what in ("archive", "restore"):
                roadmap_actions.archive(roadmap=roadmap, actor=request.user, now=now, restore=what == "restore")
                messages.success(request, _("It stands again.") if what == "restore" else _("Put away. You can take it out again here."))
                return redirect("roadmaps:group-people", slug)
        except InvalidInput as error:
            if what == "unseat":
                messages.error(request, str(error))
                return redirect("roadmaps:group-people", slug)
            into(seat_form if what == "seat" else form, error)
        except Conflict as error:
            return domain_error(request, error)
    bad = form.is_bound or seat_form.is_bound
    context = {**common(request, roadmap), "form": form, "seat_form": seat_form, "seats": roadmap_queries.seats(roadmap)}
    return render(request, "roadmaps/group_people.html", context, status=422 if bad else 200)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _person(text: str) -> Any:
    found = plan_queries.person_called(text)
    if len(found) == 1:
        return found[0]
    sentence = _("is the name of several people") if found else _("is the name or address of no account")
    raise InvalidInput([Problem(sentence, _("Write the address of the account."), field="person", value=text[:120])])


def shown_day(moment: Any) -> str:
    """A moment for lists."""
    return date_format(timezone.localtime(moment), "j M Y H:i")
