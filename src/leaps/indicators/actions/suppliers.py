"""The trades of a facility's suppliers: read from signed returns, proposed by rule, decided by a person."""

import datetime as dt
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.core.errors import DomainError, NotAllowed
from leaps.core.lake import house_store
from leaps.indicators import rules
from leaps.indicators.economy import nace, trades
from leaps.indicators.models import ReturnPart, Supplier, SupplierSpending, TradeDecision
from leaps.indicators.raw.records import CONTRACT
from leaps.indicators.types import ReturnState

MOST_WORDS: Final = 300
AT_ONCE: Final = 2000
SURE: Final = 0.9
"""Proposals from here on may be accepted together: a class the order names, or code and words that agree."""


class NoOrders(DomainError):
    """No signed return of the facility holds purchases."""

    status = 404


class NothingDecided(DomainError):
    """The decision would change nothing, or there is nothing to decide."""

    status = 409


@dataclass(slots=True)
class _Orders:
    """Everything bought from one party."""

    codes: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)
    spending: dict[tuple[int, str], float] = field(default_factory=lambda: defaultdict(float))

    def add(self, row: dict[str, Any]) -> None:
        amount = row["amount"]
        weight = max(1, round(abs(amount)))
        for counter, name in ((self.codes, "cpv"), (self.classes, "nace"), (self.countries, "country"), (self.subjects, "subject")):
            if row.get(name):
                counter[row[name]] += weight
        self.spending[row["year"], row["currency"]] += amount


def read_orders(*, facility: str, is_synthetic: bool, actor: Any) -> int:
    """Read the purchases of every signed return and propose a trade for each supplier; how many suppliers.

    In one transaction suppliers that are new are added and what was bought from each is brought up to date;
    decisions stay, also of suppliers that no order names any more. Codes, country and words are those of the
    largest spending. Raises NotAllowed; NoOrders when no signed return holds a purchase.
    """
    if not rules.may_decide_trades_of(actor, facility):
        raise NotAllowed(_("Only the facility's officers and editors read its order book."))
    parties: dict[str, _Orders] = defaultdict(_Orders)
    for row in _purchases(facility, is_synthetic):
        parties[row["party_key"]].add(row)
    if not parties:
        raise NoOrders(_("No signed return of the facility holds purchases. They are the rows of the record “contract” with the kind purchase."))
    with transaction.atomic():
        known = {s.party: s for s in Supplier.objects.select_for_update().filter(facility=facility, is_synthetic=is_synthetic)}
        rows = [_described(known.get(party) or Supplier(facility=facility, is_synthetic=is_synthetic, party=party), orders) for party, orders in parties.items()]
        Supplier.objects.bulk_create([row for row in rows if row.pk is None], batch_size=AT_ONCE)
        told = [row for row in rows if row.party in known]
        Supplier.objects.bulk_update(told, ["country", "subject", "cpv", "nace", "proposed", "score"], batch_size=AT_ONCE)
        SupplierSpending.objects.filter(supplier__facility=facility, supplier__is_synthetic=is_synthetic).delete()
        spending = [
            SupplierSpending(supplier=row, year=year, currency=currency, amount=amount)
            for row in rows
            for (year, currency), amount in sorted(parties[row.party].spending.items())
        ]
        SupplierSpending.objects.bulk_create(spending, batch_size=AT_ONCE)
    return len(rows)


def _described(supplier: Supplier, orders: _Orders) -> Supplier:
    supplier.country = _largest(orders.countries)
    supplier.cpv = _largest(orders.codes)
    supplier.nace = _largest(orders.classes)
    supplier.subject = "; ".join(subject for subject, _weight in orders.subjects.most_common())[:MOST_WORDS]
    found = trades.propose(nace_code=supplier.nace, cpv=supplier.cpv, words=supplier.subject)
    supplier.proposed, supplier.score = found.division, found.score
    return supplier


def _largest(counted: Counter[str]) -> str:
    """The one with the largest spending; of equals the first by name, so that the answer is always the same."""
    return min(counted, key=lambda name: (-counted[name], name), default="")


def _purchases(facility: str, is_synthetic: bool) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq  # slow to import; only who reads orders pays

    parts = ReturnPart.objects.filter(
        of__facility=facility, of__is_synthetic=is_synthetic, of__state=ReturnState.SIGNED, record=CONTRACT.name
    ).order_by("of__campaign__year", "path")
    for path in parts.values_list("path", flat=True):
        for row in pq.read_table(io.BytesIO(house_store().read(path))).to_pylist():
            if row["kind"] == "purchase":
                yield row


def decide_trade(*, supplier: Supplier, division: str, note: str, actor: Any, now: dt.datetime) -> TradeDecision:
    """Say which trade a supplier belongs to; the decision before is kept in the history.

    Raises NotAllowed, nace.UnknownDivision, NothingDecided when it is the trade that stands.
    """
    if not rules.may_decide_trades_of(actor, supplier.facility):
        raise NotAllowed(_("Only the facility's officers and editors decide on its suppliers."))
    wanted = nace.division(division).code
    with transaction.atomic():
        held = Supplier.objects.select_for_update().get(pk=supplier.pk)
        if held.division == wanted:
            raise NothingDecided(_("The supplier belongs to this trade already."))
        made = _decided(held, wanted, note, actor, now)
        held.save(update_fields=["division", "decided_at"])
        made.save()
    return made


def accept_proposals(*, facility: str, is_synthetic: bool, actor: Any, now: dt.datetime) -> int:
    """Accept every proposal that is sure (see SURE) and not decided yet; how many.

    Each is a decision of its own in the history. Raises NotAllowed, NothingDecided.
    """
    if not rules.may_decide_trades_of(actor, facility):
        raise NotAllowed(_("Only the facility's officers and editors decide on its suppliers."))
    with transaction.atomic():
        waiting = list(
            Supplier.objects.select_for_update()
            .filter(facility=facility, is_synthetic=is_synthetic, division="", score__gte=SURE)
            .exclude(proposed="")
        )
        if not waiting:
            raise NothingDecided(_("No sure proposal waits for a decision."))
        made = [_decided(supplier, supplier.proposed, "", actor, now) for supplier in waiting]
        Supplier.objects.bulk_update(waiting, ["division", "decided_at"], batch_size=AT_ONCE)
        TradeDecision.objects.bulk_create(made, batch_size=AT_ONCE)
    return len(made)


def _decided(supplier: Supplier, division: str, note: str, actor: Any, now: dt.datetime) -> TradeDecision:
    made = TradeDecision(
        supplier=supplier, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200],
        before=supplier.division, after=division, proposed=supplier.proposed, score=supplier.score, note=note.strip()[:MOST_WORDS],
    )  # fmt: skip
    supplier.division, supplier.decided_at = division, now
    return made
