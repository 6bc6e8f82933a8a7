"""Suppliers and their trades, for those who may see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, FloatField, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from leaps.catalogue.models import Facility
from leaps.indicators import rules
from leaps.indicators.economy import trades
from leaps.indicators.economy.tables import Table
from leaps.indicators.economy.trades import Proposal
from leaps.indicators.models import Return, ReturnPart, Supplier, SupplierSpending, TradeDecision
from leaps.indicators.raw.records import CONTRACT
from leaps.indicators.types import ReturnState

WAITING, DECIDED, ALL = "waiting", "decided", "all"
STATES = (WAITING, DECIDED, ALL)


@dataclass(frozen=True, slots=True)
class Shop:
    """One facility in the list: how many suppliers are known, and how many wait for a decision."""

    slug: str
    name: str
    suppliers: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Row:
    """One supplier with its spending, by currency over all years, and the proposal in the reader's language."""

    supplier: Supplier
    spending: tuple[tuple[str, float], ...]
    proposal: Proposal
    decisions: tuple[TradeDecision, ...]


def shops(viewer: object) -> list[Shop]:
    """The facilities whose suppliers the person may see, by name. Two queries."""
    mine = rules.facilities_with_suppliers(viewer)
    counted = {
        row["facility"]: (row["n"], row["waiting"])
        for row in Supplier.objects.order_by().values("facility").annotate(n=Count("pk"), waiting=Count("pk", filter=Q(division="")))
    }
    wanted = Q(slug__in=mine) | (Q(slug__in=counted) if rules.is_office(viewer) else Q(pk=None))
    rows = Facility.objects.filter(wanted).order_by("short_name").values_list("slug", "short_name")
    return [Shop(slug, name, *counted.get(slug, (0, 0))) for slug, name in rows]


def kind_of(facility: str) -> bool:
    """Whether the suppliers to be shown are synthetic: only where no real return is signed and no real supplier known."""
    real = Return.objects.filter(facility=facility, is_synthetic=False, state=ReturnState.SIGNED)
    if real.exists() or Supplier.objects.filter(facility=facility, is_synthetic=False).exists():
        return False
    return Return.objects.filter(facility=facility, is_synthetic=True, state=ReturnState.SIGNED).exists()


def suppliers(facility: str, *, is_synthetic: bool, state: str = WAITING) -> QuerySet[Supplier]:
    """Suppliers of a facility, those with the largest spending first. The caller has asked whether one may see them."""
    found = Supplier.objects.filter(facility=facility, is_synthetic=is_synthetic)
    if state == WAITING:
        found = found.filter(division="")
    elif state == DECIDED:
        found = found.exclude(division="")
    spent = Coalesce(Sum("spending__amount"), Value(0.0), output_field=FloatField())
    return found.annotate(spent=spent).order_by("-spent", "party")


def rows(page: Sequence[Supplier]) -> list[Row]:
    """The suppliers of one page with what belongs to them. Two queries."""
    keys = [supplier.pk for supplier in page]
    spending: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for pk, currency, amount in SupplierSpending.objects.filter(supplier__in=keys).values_list("supplier_id", "currency", "amount"):
        spending[pk][currency] += amount
    decisions: dict[int, list[TradeDecision]] = defaultdict(list)
    for decision in TradeDecision.objects.filter(supplier__in=keys):
        decisions[decision.supplier_id].append(decision)
    return [
        Row(
            supplier, tuple(sorted(spending[supplier.pk].items())),
            trades.propose(nace_code=supplier.nace, cpv=supplier.cpv, words=supplier.subject), tuple(decisions[supplier.pk]),
        )
        for supplier in page
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the decisions are, by number."""

    suppliers: int
    waiting: int
    sure: int


def progress(facility: str, *, is_synthetic: bool, sure_from: float) -> Progress:
    """Count them. One query."""
    waiting = Q(division="")
    found = Supplier.objects.filter(facility=facility, is_synthetic=is_synthetic).aggregate(
        n=Count("pk"), waiting=Count("pk", filter=waiting), sure=Count("pk", filter=waiting & Q(score__gte=sure_from) & ~Q(proposed=""))
    )
    return Progress(found["n"], found["waiting"], found["sure"])


@dataclass(frozen=True, slots=True)
class OrderBook:
    """A year's spending in one currency by trade that somebody decided; `open_share` has none yet.

    `abroad` is the share of what is decided that was bought outside the host country.
    """

    year: int
    currency: str
    total: float
    by_division: Mapping[str, float]
    abroad: float
    open_share: float


def order_books(facility: str, *, is_synthetic: bool) -> list[OrderBook]:
    """Each year and currency with spending, newest first. Two queries."""
    host = Facility.objects.filter(slug=facility).values_list("country", flat=True).first() or ""
    found: dict[tuple[int, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    abroad: dict[tuple[int, str], float] = defaultdict(float)
    rows = SupplierSpending.objects.filter(supplier__facility=facility, supplier__is_synthetic=is_synthetic)
    for year, currency, amount, division, country in rows.values_list(
        "year", "currency", "amount", "supplier__division", "supplier__country"
    ):
        found[year, currency][division] += amount
        if division and country and host and country != host:
            abroad[year, currency] += amount
    books = []
    for (year, currency), sums in sorted(found.items(), reverse=True):
        total = sum(sums.values())
        if total > 0:
            decided = {code: amount for code, amount in sums.items() if code and amount > 0}
            known = sum(decided.values())
            share = min(1.0, max(0.0, abroad[year, currency] / known)) if known else 0.0
            books.append(OrderBook(year, currency, total, decided, share, max(0.0, sums.get("", 0.0)) / total))
    return books


def by_sector(book: OrderBook, table: Table) -> tuple[dict[int, float], float]:
    """The book on the sectors of a table, in its currency, and what the table has no sector for."""
    sums: dict[int, float] = defaultdict(float)
    homeless = 0.0
    for division, amount in book.by_division.items():
        sector = table.sector_of(division)
        if sector is None:
            homeless += amount
        else:
            sums[sector] += amount
    return dict(sums), homeless


def supplier_of(facility: str, pk: int) -> Supplier | None:
    """One supplier of a facility."""
    return Supplier.objects.filter(facility=facility, pk=pk).first()


def has_orders(facility: str, *, is_synthetic: bool) -> bool:
    """Whether a signed return holds contracts."""
    part = ReturnPart.objects.filter(of=OuterRef("pk"), record=CONTRACT.name)
    signed = Return.objects.filter(facility=facility, is_synthetic=is_synthetic, state=ReturnState.SIGNED)
    return signed.filter(Exists(part)).exists()
