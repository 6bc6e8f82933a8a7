"""Who buys what and when: planned purchases as a person may see them, what could be bought together, what is done twice."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.optimise.procurement import APART
from leaps.roadmaps import (
    dark_queries,
    files,
    rules,
    supply_actions,
    supply_figures,
    supply_files,
    supply_queries,
    traces,
)
from leaps.roadmaps.models import PlannedPurchase, PurchaseEvent
from leaps.roadmaps.models.purchases import Category, ProcurementState
from leaps.roadmaps.supply_forms import PurchaseForm
from leaps.roadmaps.supply_queries import JointRow, SupplyRow
from leaps.roadmaps.types import Visibility
from leaps.roadmaps.views.actions import into

FILTERS = ("category", "facility")


def _found(request: HttpRequest) -> tuple[list[SupplyRow], list[SupplyRow], dict[str, str]]:
    """Everything the person may see, what the address asks for, and the filters."""
    every = supply_queries.announced(request.user) + supply_queries.implied(catalogue_queries.today())
    chosen = {name: request.GET.get(name, "")[:120] for name in FILTERS}
    return every, supply_queries.filtered(every, chosen), chosen


def _together(every: Sequence[SupplyRow], chosen: dict[str, str]) -> list[JointRow]:
    """Joint windows among all facilities: a filter chooses which are shown, not who could take part."""
    found = supply_queries.joint(every)
    return [
        one for one in found
        if (not chosen["category"] or one.category == chosen["category"])
        and (not chosen["facility"] or any(row.facility == chosen["facility"] for row in one.rows))
    ]  # fmt: skip


def finding(rows: Sequence[SupplyRow], together: Sequence[JointRow]) -> str:
    """What is planned and what could be bought together, in one sentence."""
    announced = sum(not row.is_implied for row in rows)
    counted = {"n": announced, "i": len(rows) - announced}
    said = _("Purchases announced: %(n)d; implied by upgrades: %(i)d") % counted
    with_somebody = sum(one.announced > 1 for one in together)
    if with_somebody:
        return said + "; " + _("windows in which announced ones could become one order: %(n)d") % {"n": with_somebody}
    return said + "; " + _("no two announced ones meet yet")


def supply(request: HttpRequest) -> HttpResponse:
    """Figure, joint windows, sole sources and what is at work twice."""
    every, rows, chosen = _found(request)
    together = _together(every, chosen)
    title = finding(rows, together)
    context = {
        "rows": rows, "announced": [row for row in rows if not row.is_implied], "implied": [row for row in rows if row.is_implied],
        "together": together, "sole": supply_queries.sole_sources(rows), "twice": [] if any(chosen.values()) else traces.twice(request.user),
        "title": title, "figure": mark_safe(supply_figures.supply_svg(rows, together, catalogue_queries.today(), title=title)),  # noqa: S308  drawn here
        "chosen": chosen, "is_filtered": any(chosen.values()), "choices": supply_queries.choices(every), "apart": APART,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "sight": supply_queries.sight_words(request.user), "may_plan": rules.plans_anything(request.user),
        "withdrawn": list(supply_queries.purchases(request.user).exclude(withdrawn_at=None)),
    }  # fmt: skip
    return render(request, "roadmaps/supply.html", context)


def figure(request: HttpRequest, form: str) -> HttpResponse:
    """The purchases over time as a picture."""
    every, rows, chosen = _found(request)
    together = _together(every, chosen)
    title, address = finding(rows, together), request.build_absolute_uri(reverse("roadmaps:supply"))
    footer = files.citation(_("planned purchases"), address)
    drawn = supply_figures.supply_svg(rows, together, catalogue_queries.today(), title=title, heading=title, footer=footer)
    return files.figure(request, drawn, "supply", form)


def table(request: HttpRequest, form: str) -> HttpResponse:
    """The purchases as a file, as far as the person may see them."""
    _every, rows, _chosen = _found(request)
    address = request.build_absolute_uri(reverse("roadmaps:supply"))
    method = _("Announced purchases as their facilities state them; implied ones follow from upgrades of the record and are announced by nobody.")
    return files.table(request, supply_files.PURCHASE, supply_files.purchase_records(rows), _("planned purchases"), address, "supply", form, method)


def joint(request: HttpRequest, form: str) -> HttpResponse:
    """What could be bought together, as a file."""
    every, _rows, chosen = _found(request)
    address = request.build_absolute_uri(reverse("roadmaps:supply"))
    method = _("Purchases of one kind, not ordered yet, whose windows share months or lie at most %(n)d months apart.") % {"n": APART}
    return files.table(request, supply_files.JOINT, supply_files.joint_records(_together(every, chosen)), _("joint windows"), address, "joint", form, method)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """State a planned purchase."""
    if not rules.plans_anything(request.user):
        return domain_error(request, NotAllowed(_("Only editors and directors of a facility, and the office, state what it plans to buy.")))
    facilities = dark_queries.facilities_planned_by(request.user)
    first = facilities.first()
    given = {"facility": first.slug if first else "", "technology": request.GET.get("technology", "")[:120]}
    if given["technology"] in supply_queries.BUYS:
        given["category"] = supply_queries.BUYS[given["technology"]].value
    form = PurchaseForm(request.POST or None, facilities=facilities, is_new=True, initial=given)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("base")
        try:
            made = supply_actions.plan(facility=values.pop("facility"), values=values, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The purchase is written down."))
            return redirect("roadmaps:purchase", made.pk)
    return render(request, "roadmaps/purchase_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _one(request: HttpRequest, pk: int) -> PlannedPurchase:
    found = supply_queries.purchases(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such purchase, or it is not shown to you."))
    return found


def purchase(request: HttpRequest, pk: int) -> HttpResponse:
    """One planned purchase with its history and who else plans the like; its facility changes it here."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _one(request, pk)
    if request.method != "POST":
        return _shown(request, found)
    if not rules.may_plan(request.user, found.facility.slug):
        return domain_error(request, NotAllowed(_("Only editors and directors of the facility, and the office, do this.")))
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _shown(request, found, form, 422)
    values = dict(form.cleaned_data)
    base, why = values.pop("base") or 0, values.pop("why")
    try:
        supply_actions.change(purchase=found, base=base, values=values, actor=request.user, now=timezone.now(), why=why)
    except InvalidInput as error:
        into(form, error)
    except supply_actions.Overtaken as error:
        found = _one(request, pk)
        form.data = form.data.copy()
        form.data["base"] = str(found.version)
        return _shown(request, found, form, 409, conflict=str(error))
    else:
        messages.success(request, _("Kept."))
        return redirect("roadmaps:purchase", pk)
    return _shown(request, found, form, 422)


def _form(request: HttpRequest, found: PlannedPurchase, data: Any = None) -> Any:
    initial: dict[str, Any] = {name: getattr(found, name) for name in supply_actions.FIELDS}
    initial |= {
        "base": found.version, "technology": found.technology.slug if found.technology else "", "first_month": f"{found.first_month:%Y-%m}",
        "last_month": f"{found.last_month:%Y-%m}",
    }  # fmt: skip
    facilities = dark_queries.facilities_planned_by(request.user).filter(pk=found.facility_id)
    return PurchaseForm(data, facilities=facilities, is_new=False, initial=initial)


def _shown(request: HttpRequest, found: PlannedPurchase, form: Any = None, status: int = 200, conflict: str = "") -> HttpResponse:
    may = rules.may_plan(request.user, found.facility.slug)
    every = supply_queries.announced(request.user) + supply_queries.implied(catalogue_queries.today())
    row = next((one for one in every if one.purchase == found.pk), None)
    context = {
        "one": found, "row": row, "window": supply_queries.months_words(found.first_month, found.last_month), "may_plan": may, "conflict": conflict,
        "together": [one for one in supply_queries.joint(every) if row in one.rows],
        "form": form or (_form(request, found) if may and found.withdrawn_at is None else None),
        "events": [_event(event) for event in reversed(found.events.all())],
    }  # fmt: skip
    return render(request, "roadmaps/purchase.html", context, status=status)


def _event(event: PurchaseEvent) -> dict[str, Any]:
    labels = {
        "category": _("kind of thing"), "technology": _("technology"), "title": _("what is to be bought"), "quantity": _("how many"), "unit": _("unit"),
        "first_month": _("first month"), "last_month": _("last month"), "visibility": _("who may see it"), "state": _("how far it is"),
        "suppliers": _("possible suppliers"), "is_sole_source": _("only one supplier known"), "note": _("note"),
    }  # fmt: skip
    verbs = {"planned": _("stated it"), "changed": _("changed it"), "withdrew": _("withdrew it"), "restored": _("took the withdrawal back")}
    enums = {"visibility": Visibility, "category": Category, "state": ProcurementState}

    def words(name: str, value: Any) -> str:
        if value in (None, ""):
            return _("nothing")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(enums[name](value).label) if name in enums else str(value)

    changes = [{"label": labels.get(name, name), "before": words(name, before), "after": words(name, after)} for name, (before, after) in event.changes.items()]
    return {
        "who": event.actor_label, "at": date_format(timezone.localtime(event.at), "j M Y H:i"), "did": verbs.get(event.verb, event.verb), "changes": changes,
        "note": event.note,
    }  # fmt: skip


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a planned purchase, or take that back."""
    found = _one(request, pk)
    if request.method != "POST":
        return redirect("roadmaps:purchase", pk)
    restore = bool(request.POST.get("restore"))
    try:
        supply_actions.withdraw(purchase=found, actor=request.user, now=timezone.now(), restore=restore)
    except NotAllowed as error:
        return domain_error(request, error)
    messages.success(request, _("It stands again.") if restore else _("Withdrawn. You can take that back on this page."))
    return redirect("roadmaps:purchase", pk)
