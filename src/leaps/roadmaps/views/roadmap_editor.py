"""The editor of a group's roadmap: by drag and by keyboard, item by item, by links, and from a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.accounts.queries import signed_in
from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Problem
from leaps.core.views import domain_error
from leaps.record.packs import dry_run, reading
from leaps.roadmaps import charting, roadmap_actions, roadmap_drawing, roadmap_queries, roadmap_tables, rules
from leaps.roadmaps.charting import Layer, LinkKind
from leaps.roadmaps.models import Roadmap, RoadmapChange, RoadmapItem
from leaps.roadmaps.roadmap_forms import ItemForm, LinkForm
from leaps.roadmaps.views.actions import into
from leaps.roadmaps.views.group_roadmaps import common, finding, found_or_404, shown_day

LARGEST = 2_000_000
PER_PAGE = 50


def _edited(request: HttpRequest, slug: str) -> Roadmap:
    roadmap = found_or_404(request, slug)
    if not rules.may_edit_roadmap(request.user, roadmap):
        raise NotAllowed(_("Chairs and editors of the group change its roadmap."))
    return roadmap


def _item(roadmap: Roadmap, key: str) -> RoadmapItem:
    found = roadmap.items.select_related("facility", "technology", "milestone", "roadmap").filter(key=key).first()
    if found is None:
        raise Http404(_("There is no such item on this roadmap."))
    return found


@login_required
def editor(request: HttpRequest, slug: str) -> HttpResponse:
    """The roadmap to draw on."""
    try:
        roadmap = _edited(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    return _drawn(request, roadmap)


def _drawn(request: HttpRequest, roadmap: Roadmap, status: int = 200, refused: str = "", chosen: str = "") -> HttpResponse:
    chart = roadmap_queries.chart(roadmap)
    last = roadmap_queries.last_of(roadmap, signed_in(request))
    context = {
        **common(request, roadmap),
        "chart": chart,
        "finding": finding(chart),
        "figure": mark_safe(roadmap_drawing.svg(chart, catalogue_queries.today(), is_editable=True)),  # noqa: S308  drawn here
        "layers": [(layer, items) for layer, items in chart.layers() if items],
        "gaps": chart.gaps()[:8],
        "late": chart.late_links(),
        "refused": refused,
        "chosen": chosen,
        "kinds": [(kind.value, str(kind.label)) for kind in LinkKind],
        "last": last,
        "last_words": change_words(last) if last is not None else "",
        "all_layers": roadmap_queries.layer_choices(),
    }
    return render(request, "roadmaps/editor.html", context, status=status)


@login_required
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """An item was dragged, or moved with the keys: other months, another layer. Answers with the whole drawing."""
    try:
        roadmap = _edited(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    item = _item(roadmap, request.POST.get("key", "")[:60])
    values: dict[str, Any] = {}
    layer = request.POST.get("layer", "")
    if layer in Layer.values and layer != item.layer:
        values["layer"] = layer
    try:
        start, end = (roadmap_actions.month_of(request.POST.get(name, "")) for name in ("start", "end"))
    except ValueError:
        return _drawn(request, roadmap, 422, _("A month is written like 2029-03. Nothing was moved."))
    if start is not None and end is not None:
        values |= {"start": start, "end": end, **_ranges(item, start, end)}
    refused = ""
    try:
        roadmap_actions.change_item(item=item, base=_number(request.POST.get("base")), values=values, actor=request.user, now=timezone.now(), verb="moved")
    except roadmap_actions.Overtaken as error:
        told = ", ".join(f"{field_words(name)} {value}" for name, value in error.theirs)
        refused = f"{error} {told}" if told else str(error)
    except DomainError as error:
        refused = str(error)
    return _drawn(request, roadmap, 409 if refused else 200, refused, item.key)


def _ranges(item: RoadmapItem, start: Any, end: Any) -> dict[str, Any]:
    """The outer months move along with an item that is moved as a whole, and give way to one that grows past them."""
    found: dict[str, Any] = {}
    if item.start is None or item.end is None:
        return found
    for name, edge, before, sign in (("start_low", start, item.start, -1), ("end_high", end, item.end, 1)):
        outer = getattr(item, name)
        if outer is not None and edge != before:
            moved = charting.months(outer) + charting.months(edge) - charting.months(before)
            found[name] = charting.month(moved) if sign * (moved - charting.months(edge)) > 0 else None
    return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@login_required
def new_item(request: HttpRequest, slug: str) -> HttpResponse:
    """Something new on the roadmap."""
    try:
        roadmap = _edited(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    given: dict[str, Any] = {"layer": request.GET.get("layer", ""), "status": "planned", "weight": 1}
    form = ItemForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "base"}
        try:
            made = roadmap_actions.add_item(roadmap=roadmap, values=values, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        except Conflict as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("“%(title)s” is on the roadmap.") % {"title": made.title})
            return redirect(f"{reverse('roadmaps:editor', args=[slug])}?chosen={made.key}#item-{made.key}")
    return render(request, "roadmaps/item_new.html", {**common(request, roadmap), "form": form, "first": ItemForm.FIRST}, status=422 if form.is_bound else 200)


def item(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One item: what it is, what it is linked to, what is said about it, and its history. Who may changes it here."""
    roadmap = found_or_404(request, slug)
    found = _item(roadmap, key)
    if request.method != "POST":
        return _item_page(request, roadmap, found)
    if not rules.may_edit_roadmap(request.user, roadmap):
        return domain_error(request, NotAllowed(_("Chairs and editors of the group change its roadmap.")))
    form = ItemForm(request.POST)
    if not form.is_valid():
        return _item_page(request, roadmap, found, 422, form=form)
    values = dict(form.cleaned_data)
    base = values.pop("base") or 0
    try:
        roadmap_actions.change_item(item=found, base=base, values=values, actor=request.user, now=timezone.now())
    except InvalidInput as error:
        into(form, error)
        return _item_page(request, roadmap, found, 422, form=form)
    except roadmap_actions.Overtaken as error:
        again = request.POST.copy()
        again["base"] = str(error.present.version if error.present else base)
        form = ItemForm(again)
        theirs = [(field_words(name), value) for name, value in error.theirs]
        return _item_page(request, roadmap, _item(roadmap, key), 409, form=form, conflict=str(error), theirs=theirs)
    messages.success(request, _("Kept."))
    return redirect("roadmaps:item", slug, key)


def _item_page(request: HttpRequest, roadmap: Roadmap, found: RoadmapItem, status: int = 200, **more: Any) -> HttpResponse:
    chart = roadmap_queries.chart(roadmap)
    shared = common(request, roadmap)
    names = {one.key: one.title for one in chart.items}
    leading, following = chart.links_of(found.key)
    if shared["may_edit"] and "form" not in more and found.removed_at is None:
        given = {name: getattr(found, name) for name in roadmap_queries.PLAIN}
        given |= {name: getattr(found, name).slug if getattr(found, name) else "" for name in roadmap_queries.ROWS}
        more["form"] = ItemForm(initial={**given, "base": found.version})
    others = [(one.key, f"{one.title} ({one.layer_words})") for _layer, items in chart.layers() for one in items if one.key != found.key]
    context = {
        **shared,
        "item": found,
        "row": roadmap_queries.row_of(found),
        "first": ItemForm.FIRST,
        "leading": [(link, names[link.before], chart.direction(link)) for link in leading],
        "following": [(link, names[link.after], chart.direction(link)) for link in following],
        "link_form": more.pop("link_form", None) or (LinkForm(others=others) if shared["may_edit"] and others and found.removed_at is None else None),
        "remarks": list(roadmap_queries.remarks(roadmap, item=found)) if shared["part"] else [],
        "changes": [_change(one) for one in roadmap_queries.changes(roadmap, item=found)[:PER_PAGE]],
        **more,
    }
    return render(request, "roadmaps/item.html", context, status=status)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take an item off, or bring it back."""
    roadmap = found_or_404(request, slug)
    found = _item(roadmap, key)
    restore = bool(request.POST.get("restore"))
    try:
        (roadmap_actions.restore_item if restore else roadmap_actions.remove_item)(item=found, actor=request.user, now=timezone.now())
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("“%(title)s” is back.") % {"title": found.title} if restore else _("“%(title)s” is off the roadmap. You can undo that.") % {"title": found.title})
    return redirect("roadmaps:editor", slug)


@login_required
@require_POST
def link(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Link an item to another, or take a link away."""
    roadmap = found_or_404(request, slug)
    found = _item(roadmap, key)
    now = timezone.now()
    try:
        if request.POST.get("remove"):
            there = roadmap.links.select_related("roadmap").filter(pk=_number(request.POST["remove"])).first()
            if there is not None:
                roadmap_actions.remove_link(link=there, actor=request.user, now=now)
                messages.success(request, _("The link is gone. You can undo that under “What was changed”."))
            return redirect("roadmaps:item", slug, key)
        if not rules.may_edit_roadmap(request.user, roadmap):
            raise NotAllowed(_("Chairs and editors of the group change its roadmap."))
        others = [(one.key, one.title) for one in roadmap_queries.items(roadmap) if one.pk != found.pk]
        form = LinkForm(request.POST, others=others)
        if not form.is_valid():
            return _item_page(request, roadmap, found, 422, link_form=form)
        values = dict(form.cleaned_data)
        after = _item(roadmap, values.pop("after"))
        roadmap_actions.put_link(roadmap=roadmap, before=found, after=after, values=values, actor=request.user, now=now)
    except InvalidInput as error:
        into(form, error)
        return _item_page(request, roadmap, found, 422, link_form=form)
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("Linked."))
    if request.POST.get("back") == "editor":
        return redirect(f"{reverse('roadmaps:editor', args=[slug])}?chosen={key}")
    return redirect("roadmaps:item", slug, key)


# -- what was changed --------------------------------------------------------------------------------


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that was done, the last first; who may takes it back."""
    roadmap = found_or_404(request, slug)
    page = Paginator(roadmap_queries.changes(roadmap), PER_PAGE).get_page(request.GET.get("page"))
    undone = frozenset(roadmap.changes.filter(undoes__isnull=False).values_list("undoes", flat=True))
    return render(request, "roadmaps/group_changes.html", {**common(request, roadmap), "page": page, "rows": [_change(one, undone) for one in page]})


@login_required
@require_POST
def undo(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Take a change back."""
    roadmap = found_or_404(request, slug)
    change = roadmap.changes.select_related("roadmap", "item__roadmap", "link__roadmap", "link__before", "link__after").filter(version=version).first()
    if change is None:
        raise Http404(_("There is no such change."))
    try:
        roadmap_actions.undo(change=change, actor=request.user, now=timezone.now())
    except InvalidInput as error:
        messages.error(request, str(error))
    except DomainError as error:
        return domain_error(request, error)
    else:
        messages.success(request, _("Taken back."))
    return redirect("roadmaps:editor" if request.POST.get("back") == "editor" else "roadmaps:group-changes", slug)


def change_words(change: RoadmapChange) -> str:
    """What was done, in words."""
    of = change.item.title if change.item else f"{change.link.before} → {change.link.after}" if change.link else ""
    words = {
        "opened": _("opened the roadmap"), "changed": _("changed “%(of)s”"), "moved": _("moved “%(of)s”"), "added": _("added “%(of)s”"),
        "removed": _("removed “%(of)s”"), "brought back": _("brought “%(of)s” back"), "undid": _("undid a change of “%(of)s”"),
        "linked": _("linked %(of)s"), "changed link": _("changed the link %(of)s"), "unlinked": _("took the link %(of)s away"),
        "seated": _("changed who is in the group"), "moved grids": _("took the grids a step on"), "froze": _("froze an edition"),
        "put away": _("put the roadmap away"), "took out": _("took the roadmap out again"),
    }  # fmt: skip
    if change.verb == "changed" and not of:
        return _("changed what the roadmap is about")
    return words.get(change.verb, change.verb) % {"of": of}


def field_words(name: str) -> str:
    """A field in words."""
    found = ItemForm.base_fields.get(name)
    labels = ItemForm().fields
    return str(labels[name].label) if found is not None else {"kind": _("kind"), "strength": _("strength"), "lag": _("months between"), "note": _("why")}.get(name, name)


def _change(change: RoadmapChange, undone: frozenset[int | None] = frozenset()) -> dict[str, Any]:
    fields = []
    if change.verb in ("changed", "moved", "undid", "changed link") and (change.item_id or change.link_id):
        fields = [(field_words(name), roadmap_actions.shown(name, change.before.get(name)), roadmap_actions.shown(name, value)) for name, value in change.after.items() if change.before.get(name) != value]
    return {
        "change": change, "is_undone": change.version in undone, "who": change.actor_label, "at": shown_day(change.at), "did": change_words(change), "fields": fields,
        "may_undo": change.version not in undone and (change.item_id is not None or (change.link_id is not None and (change.verb == "linked" or bool(change.before)))),
    }  # fmt: skip


# -- remarks ----------------------------------------------------------------------------------------


@login_required
def remarks(request: HttpRequest, slug: str) -> HttpResponse:
    """What the group says on its roadmap; everything is sent here, from items too."""
    roadmap = found_or_404(request, slug)
    if rules.part_of(request.user, roadmap) is None:
        return domain_error(request, NotAllowed(_("Remarks are for the people of the group.")))
    if request.method == "POST":
        now = timezone.now()
        key = request.POST.get("item", "")[:60]
        back = redirect("roadmaps:item", slug, key) if key else redirect("roadmaps:group-remarks", slug)
        try:
            if settled := (request.POST.get("settle") or request.POST.get("again")):
                there = roadmap.remarks.select_related("roadmap").filter(pk=_number(settled)).first()
                if there is not None:
                    roadmap_actions.settle(remark=there, actor=request.user, now=now, again=bool(request.POST.get("again")))
                return back
            answers = roadmap.remarks.filter(pk=_number(request.POST.get("answers"))).first()
            roadmap_actions.remark(
                roadmap=roadmap, text=request.POST.get("text", ""), item=_item(roadmap, key) if key else None, answers=answers, actor=request.user, now=now
            )
        except InvalidInput as error:
            messages.error(request, str(error))
        except NotAllowed as error:
            return domain_error(request, error)
        return back
    found = list(roadmap_queries.remarks(roadmap))
    context = {**common(request, roadmap), "open": [one for one in found if one.settled_at is None], "settled": [one for one in found if one.settled_at]}
    return render(request, "roadmaps/group_remarks.html", context)



# -- from a spreadsheet ------------------------------------------------------------------------------


@login_required
def take_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Items from a CSV file or a workbook: first what would happen, then, if it is wanted, all of it at once."""
    try:
        roadmap = _edited(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    context: dict[str, Any] = {**common(request, roadmap), "columns": roadmap_tables.COLUMNS}
    if request.method != "POST":
        return render(request, "roadmaps/group_import.html", context)
    rows, problems = _rows_of(request)
    if problems:
        return render(request, "roadmaps/group_import.html", {**context, "problems": problems}, status=422)
    if request.POST.get("go"):
        try:
            done = roadmap_tables.take_over(roadmap=roadmap, rows=rows, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            return render(request, "roadmaps/group_import.html", {**context, "problems": error.problems}, status=422)
        except DomainError as error:
            return domain_error(request, error)
        messages.success(request, _("Taken over: %(new)d new, %(changed)d changed, %(links)d links.") % {"new": len(done.new), "changed": len(done.changed), "links": done.links})
        return redirect("roadmaps:editor", slug)
    plan = roadmap_tables.plan(roadmap, rows)
    return render(request, "roadmaps/group_import.html", {**context, "plan": plan, "problems": plan.problems, "kept": dry_run.kept(rows)}, status=422 if plan.problems else 200)


def _rows_of(request: HttpRequest) -> tuple[list[reading.Row], list[Problem]]:
    """The rows of an upload, or those of the dry run that come back with the page."""
    return dry_run.rows_of(request, roadmap_tables.read, most_rows=roadmap_tables.MOST_ROWS, largest=LARGEST, cure=_("A roadmap takes at most 2 MB."))

