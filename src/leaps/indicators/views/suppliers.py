"""Suppliers and their trades: for a facility's officers and editors, and for the office to watch."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.catalogue.models import Facility
from leaps.core.errors import DomainError, NotAllowed
from leaps.core.views import domain_error
from leaps.indicators import impact_wording as wording
from leaps.indicators import rules
from leaps.indicators.actions import suppliers as actions
from leaps.indicators.economy import nace
from leaps.indicators.queries import impact as impact_queries
from leaps.indicators.queries import suppliers as queries

ON_A_PAGE = 25
MILLION = 1e6


@login_required
def shops(request: HttpRequest) -> HttpResponse:
    """The facilities whose suppliers the person may see."""
    if not rules.facilities_with_suppliers(request.user) and not rules.is_office(request.user):
        return domain_error(request, NotAllowed(_("Suppliers are seen by the officers and editors of their facility and by the office.")))
    return render(request, "indicators/impact/shops.html", {"shops": queries.shops(request.user)})


def _facility(request: HttpRequest, slug: str) -> Facility:
    """The facility, to those who may see its suppliers; for everybody else the page does not exist."""
    found = Facility.objects.filter(slug=slug).first()
    if found is None or not rules.may_see_suppliers_of(request.user, slug):
        raise Http404(_("There are no suppliers here for you to see."))
    return found


@login_required
def suppliers(request: HttpRequest, slug: str) -> HttpResponse:
    """The suppliers of a facility: those that wait for a decision first, each with its proposal and reason."""
    facility = _facility(request, slug)
    synthetic = queries.kind_of(slug)
    asked = request.GET.get("state", "")
    state = asked if asked in queries.STATES else queries.WAITING
    pages = Paginator(queries.suppliers(slug, is_synthetic=synthetic, state=state), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    progress = queries.progress(slug, is_synthetic=synthetic, sure_from=actions.SURE)
    context = {
        "facility": facility,
        "synthetic": synthetic,
        "state": state,
        "page": page,
        "numbers": pages.get_elided_page_range(page.number),
        "rows": [_row(row) for row in queries.rows(list(page.object_list))],
        "progress": progress,
        "may_decide": rules.may_decide_trades_of(request.user, slug),
        "has_orders": queries.has_orders(slug, is_synthetic=synthetic),
        "divisions": list(nace.divisions().values()),
        "books": [_book(facility, book, synthetic=synthetic) for book in queries.order_books(slug, is_synthetic=synthetic)],
    }
    return render(request, "indicators/impact/suppliers.html", context)


def _row(row: queries.Row) -> dict[str, Any]:
    supplier, proposal = row.supplier, row.proposal
    return {
        "pk": supplier.pk,
        "party": supplier.party,
        "subject": supplier.subject,
        "country": supplier.country,
        "spending": [f"{wording.short(amount)} {currency}" for currency, amount in row.spending],
        "proposed": nace.divisions().get(proposal.division),
        "percent": round(100 * proposal.score),
        "reason": proposal.reason,
        "division": nace.divisions().get(supplier.division),
        "decided_at": supplier.decided_at,
        "decisions": row.decisions,
    }


def _book(facility: Facility, book: queries.OrderBook, *, synthetic: bool) -> dict[str, Any]:
    """A year's spending by trade, with the way into the calculator for each table that knows trades."""
    by_trade = sorted(book.by_division.items())
    return {
        "year": book.year,
        "currency": book.currency,
        "total": wording.short(book.total),
        "open": round(100 * book.open_share),
        "trades": [(nace.divisions()[code], wording.short(amount)) for code, amount in by_trade],
        "links": [link for head in impact_queries.tables_known() if (link := _link(facility, book, head.key, synthetic=synthetic))],
    }


def _link(facility: Facility, book: queries.OrderBook, key: str, *, synthetic: bool) -> tuple[str, str] | None:
    table = impact_queries.table(key)
    if table is None or not any(table.divisions):
        return None
    sums, _homeless = queries.by_sector(book, table)
    if not sums:
        return None
    query = QueryDict(mutable=True)
    query["table"] = key
    named = {"name": facility.short_name, "year": book.year, "currency": book.currency}
    about = _("%(name)s, orders of %(year)d in %(currency)s") % named
    query["about"] = f"{about} ({_('synthetic')})" if synthetic else about
    for sector, amount in sorted(sums.items()):
        query[f"s{sector}"] = f"{amount / MILLION:.6g}"
    query["abroad"] = f"{100 * book.abroad:.3g}"
    return table.title, f"{reverse('indicators:impact-calculator')}?{query.urlencode()}"


@login_required
@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the orders of the signed returns."""
    _facility(request, slug)
    try:
        n = actions.read_orders(facility=slug, is_synthetic=queries.kind_of(slug), actor=request.user)
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("The orders of %(n)d suppliers were read. Decisions were kept.") % {"n": n})
    return redirect("indicators:impact-suppliers-of", slug)


@login_required
@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say which trade a supplier belongs to."""
    _facility(request, slug)
    supplier = queries.supplier_of(slug, pk)
    if supplier is None:
        raise Http404(_("There is no such supplier."))
    try:
        made = actions.decide_trade(
            supplier=supplier, division=request.POST.get("division", ""), note=request.POST.get("note", ""), actor=request.user, now=timezone.now()
        )
    except nace.UnknownDivision as error:
        messages.error(request, str(error))
    except DomainError as error:
        return domain_error(request, error)
    else:
        messages.success(request, _("%(party)s belongs to %(division)s.") % {"party": supplier.party, "division": nace.division(made.after)})
    return _back(request, slug)


@login_required
@require_POST
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Accept every sure proposal."""
    _facility(request, slug)
    try:
        n = actions.accept_proposals(facility=slug, is_synthetic=queries.kind_of(slug), actor=request.user, now=timezone.now())
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("%(n)d proposals were accepted.") % {"n": n})
    return redirect("indicators:impact-suppliers-of", slug)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    """To the list as it was seen."""
    state, page = request.POST.get("state", ""), request.POST.get("page", "")
    query = QueryDict(mutable=True)
    if state in queries.STATES and state != queries.WAITING:
        query["state"] = state
    if page.isdecimal() and page != "1":
        query["page"] = page[:6]
    address = reverse("indicators:impact-suppliers-of", args=[slug])
    return redirect(f"{address}?{query.urlencode()}" if query else address)
