"""Suppliers: read from signed returns, proposed, decided, changed, counted by trade; seen by few."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import NotAllowed
from leaps.core.lake import Store
from leaps.indicators.actions import suppliers as actions
from leaps.indicators.economy import nace, tables
from leaps.indicators.models import Campaign, Return, ReturnPart, Supplier, TradeDecision
from leaps.indicators.queries import suppliers as queries
from leaps.indicators.raw.records import CONTRACT
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
PAGE = "/indicators/impact/suppliers/ring/"


@pytest.fixture(autouse=True)
def lake(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(tmp_path_factory.mktemp("lake"))
    monkeypatch.setattr("leaps.indicators.actions.suppliers.house_store", lambda: store)
    return store


@pytest.fixture
def signed(lake: Store) -> Any:
    """Put orders into a signed return of `ring`."""
    write(facility("ring", country="SE"), facility("other"))

    def put(*orders: dict[str, Any], year: int = 2024, synthetic: bool = False, state: str = "signed") -> Return:
        campaign, _created = Campaign.objects.get_or_create(year=year, defaults={"due_on": NOW.date(), "opened_at": NOW, "opened_label": "Olga"})
        base = {"facility": "ring", "year": year, "kind": "purchase", "currency": "SEK", "country": "SE"}
        rows = [{**base, "contract_id": str(n), **order} for n, order in enumerate(orders)]
        columns = {f.name: [row.get(f.name) for row in rows] for f in CONTRACT.fields}
        part = lake.write(CONTRACT, pa.table(columns, schema=CONTRACT.arrow()))
        sent = Return.objects.create(
            campaign=campaign, facility="ring", state=state, sent_at=NOW, sent_label="Kim", is_synthetic=synthetic,
            signed_at=NOW if state == "signed" else None, tables={"contract": len(rows)},
        )  # fmt: skip
        ReturnPart.objects.create(of=sent, record="contract", path=part.path, rows=part.rows, size=part.size, sha256=part.sha256)
        return sent

    return put


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def officer() -> User:
    return person("Kim", ("kpi_officer", "ring"))


ORDERS = (
    {"party_key": "a", "amount": 5e6, "cpv": "42122000", "subject": "turbo pumps"},
    {"party_key": "a", "amount": 1e6, "cpv": "38000000", "subject": "gauges"},
    {"party_key": "b", "amount": 9e6, "subject": "catering for users", "country": "DK"},
    {"party_key": "c", "amount": 2e6, "nace": "F42.11"},
    {"party_key": "d", "amount": 1e5},
    {"party_key": "z", "amount": 7e7, "kind": "sale"},
)


def read(actor: User, *, synthetic: bool = False) -> int:
    return actions.read_orders(facility="ring", is_synthetic=synthetic, actor=actor)


def of(party: str) -> Supplier:
    return Supplier.objects.get(facility="ring", party=party)


class TestReading:
    def test_each_supplier_gets_a_proposal_from_its_largest_orders(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)

        assert read(officer) == 4
        assert {s.party: (s.proposed, s.score) for s in Supplier.objects.all()} == {
            "a": ("28", 0.95), "b": ("56", 0.6), "c": ("42", 1.0), "d": ("", 0.0),
        }  # fmt: skip
        assert of("a").cpv == "42122000"
        assert of("a").subject == "turbo pumps; gauges"
        assert [(s.year, s.currency, s.amount) for s in of("a").spending.all()] == [(2024, "SEK", 6e6)]
        assert not Supplier.objects.exclude(division="").exists()

    def test_reading_again_keeps_decisions_and_takes_in_new_years(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)
        actions.decide_trade(supplier=of("b"), division="55", note="hotel with a kitchen", actor=officer, now=NOW)
        signed({"party_key": "b", "amount": 1e6, "currency": "EUR"}, {"party_key": "e", "amount": 3.0}, year=2023)

        assert read(officer) == 5
        assert of("b").division == "55"
        assert {(s.year, s.currency) for s in of("b").spending.all()} == {(2024, "SEK"), (2023, "EUR")}
        assert read(officer) == 5
        assert TradeDecision.objects.count() == 1

    def test_only_signed_returns_count_and_made_up_ones_stay_apart(self, signed: Any, officer: User) -> None:
        signed(*ORDERS, state="checked")
        with pytest.raises(actions.NoOrders):
            read(officer)
        signed({"party_key": "s", "amount": 1.0}, year=2022, synthetic=True)
        assert queries.kind_of("ring")
        read(officer, synthetic=True)
        signed({"party_key": "real", "amount": 1.0}, year=2021)

        assert not queries.kind_of("ring")
        read(officer)
        assert [s.party for s in queries.suppliers("ring", is_synthetic=False)] == ["real"]
        assert [s.party for s in queries.suppliers("ring", is_synthetic=True)] == ["s"]

    def test_parts_written_before_the_new_columns_can_be_read(self, signed: Any, officer: User, lake: Store) -> None:
        sent = signed({"party_key": "old", "amount": 1.0, "nace": "26"})
        part = sent.parts.get()
        import io

        import pyarrow.parquet as pq

        older = pq.read_table(io.BytesIO(lake.read(part.path))).drop_columns(["cpv", "subject"])
        pq.write_table(older, lake.full(part.path))

        assert read(officer) == 1
        assert of("old").proposed == "26"


class TestDeciding:
    def test_every_decision_is_kept(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)
        actions.decide_trade(supplier=of("d"), division="26.51", note="", actor=officer, now=NOW)
        actions.decide_trade(supplier=of("d"), division="28", note="  pumps after all ", actor=officer, now=NOW)

        told = [(d.before, d.after, d.proposed, d.note, d.actor_label) for d in of("d").decisions.all()]
        assert told == [("26", "28", "", "pumps after all", "Kim"), ("", "26", "", "", "Kim")]
        assert of("d").division == "28"

    def test_the_same_again_is_no_decision(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)
        actions.decide_trade(supplier=of("a"), division="28", note="", actor=officer, now=NOW)

        with pytest.raises(actions.NothingDecided):
            actions.decide_trade(supplier=of("a"), division="28", note="", actor=officer, now=NOW)
        with pytest.raises(nace.UnknownDivision):
            actions.decide_trade(supplier=of("a"), division="04", note="", actor=officer, now=NOW)
        assert TradeDecision.objects.count() == 1

    def test_only_sure_proposals_are_accepted_together(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)

        assert actions.accept_proposals(facility="ring", is_synthetic=False, actor=officer, now=NOW) == 2
        assert {s.party: s.division for s in Supplier.objects.all()} == {"a": "28", "b": "", "c": "42", "d": ""}
        with pytest.raises(actions.NothingDecided):
            actions.accept_proposals(facility="ring", is_synthetic=False, actor=officer, now=NOW)

    def test_neither_the_office_nor_another_facility_decides(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)
        for stranger in (person("Olga", ("office", "")), person("Otto", ("kpi_officer", "other")), person("Nemo")):
            with pytest.raises(NotAllowed):
                actions.decide_trade(supplier=of("a"), division="28", note="", actor=stranger, now=NOW)
            with pytest.raises(NotAllowed):
                actions.accept_proposals(facility="ring", is_synthetic=False, actor=stranger, now=NOW)
            with pytest.raises(NotAllowed):
                read(stranger)
        assert TradeDecision.objects.count() == 0

    def test_the_database_refuses_half_a_decision(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Supplier.objects.create(facility="ring", party="x", score=0.5, division="26")


class TestTheBook:
    def test_spending_by_trade_and_from_abroad(self, signed: Any, officer: User) -> None:
        signed(*ORDERS)
        read(officer)
        for party, division in (("a", "28"), ("b", "56")):
            actions.decide_trade(supplier=of(party), division=division, note="", actor=officer, now=NOW)

        (book,) = queries.order_books("ring", is_synthetic=False)

        assert (book.year, book.currency, book.total) == (2024, "SEK", 17.1e6)
        assert book.by_division == {"28": 6e6, "56": 9e6}
        assert book.abroad == pytest.approx(9 / 15)
        assert book.open_share == pytest.approx(2.1 / 17.1)
        table = tables.test_table()
        sums, homeless = queries.by_sector(book, table)
        assert sums == {table.sectors.index("manufactoring"): 6e6, table.sectors.index("other"): 9e6}
        assert homeless == 0


class TestThePages:
    def test_an_officer_reads_accepts_and_changes(self, signed: Any, officer: User, client: Client) -> None:
        signed(*ORDERS)
        client.force_login(officer)

        assert "has not been read" in client.get(PAGE).content.decode()
        assert "4 suppliers were read" in client.post(f"{PAGE}read/", follow=True).content.decode()
        page = client.get(PAGE).content.decode()
        assert page.index(">b<") < page.index(">a<") < page.index(">c<")
        assert "The words “catering” point to trade 56." in page
        client.post(f"{PAGE}{of('b').pk}/", {"division": "56"})
        assert of("b").division == "56"
        answer = client.post(f"{PAGE}{of('b').pk}/", {"division": "55", "note": "it is a hotel", "state": "decided"}, follow=True)
        assert answer.redirect_chain == [(f"{PAGE}?state=decided", 302)]
        assert "it is a hotel" in answer.content.decode()
        assert "56 → 55" in answer.content.decode()
        assert "no division" in client.post(f"{PAGE}{of('a').pk}/", {"division": "xx"}, follow=True).content.decode()
        assert "2 proposals were accepted" in client.post(f"{PAGE}accept/", follow=True).content.decode()

    def test_the_book_leads_into_the_calculator(self, signed: Any, officer: User, client: Client) -> None:
        signed(*ORDERS, synthetic=True)
        read(officer, synthetic=True)
        actions.accept_proposals(facility="ring", is_synthetic=True, actor=officer, now=NOW)
        client.force_login(officer)

        page = client.get(PAGE).content.decode()
        assert "made up for the trial" in page
        address = page.split('href="/indicators/impact/calculator/?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        answer = client.get(f"/indicators/impact/calculator/?{address}")
        assert answer.status_code == 200
        assert "orders of 2024 in SEK (synthetic)" in answer.content.decode()
        told = client.get(f"/indicators/impact/calculator/result.json?{address}").json()
        assert told["inputs"]["manufactoring"] == 6
        assert told["inputs"]["construction"] == 2

    @pytest.mark.parametrize("n", [1, 3])
    def test_queries_do_not_grow_with_suppliers(self, signed: Any, officer: User, client: Client, n: int, django_assert_num_queries: Any) -> None:
        signed(*({"party_key": f"p{i}", "amount": 1.0, "nace": "26"} for i in range(n)))
        read(officer)
        actions.accept_proposals(facility="ring", is_synthetic=False, actor=officer, now=NOW)
        client.force_login(officer)
        client.get(PAGE)

        with django_assert_num_queries(14):
            client.get(f"{PAGE}?state=all")

    def test_a_facility_without_orders_says_what_to_do(self, officer: User, client: Client) -> None:
        write(facility("ring"))
        client.force_login(officer)

        assert "No signed return of this facility holds contracts" in client.get(PAGE).content.decode()
        assert client.post(f"{PAGE}read/").status_code == 404
