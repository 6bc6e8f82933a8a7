"""Dashboards: what the public, a facility and the office see of computed values."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client

from leaps.core.lake import Store
from leaps.indicators import actions, equity, raw
from leaps.indicators.computed.registry import indicator
from leaps.indicators.models import Campaign, ComputedValue, Return, ReturnPart
from leaps.indicators.queries import computed as queries
from leaps.indicators.synthetic import SyntheticFacility, league
from leaps.indicators.types import ReturnState, Shown
from tests.accounts.world import _person as person
from tests.record.factories import facility, write

NOW = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
LEAGUE = (
    SyntheticFacility("ring", "SE", ("ring-one", "ring-two"), 4000, 700),
    SyntheticFacility("other", "DE", ("other-one",), 3000, 300, "SEK"),
    SyntheticFacility("third", "FR", ("third-one", "third-two"), 3000, 400, shares_keys=False, dark=frozenset((2023, m) for m in range(1, 13))),
)


@pytest.fixture(scope="module")
def signed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three facilities' signed returns of two years, with everything computed; rolled back after the module."""
    from django.db import transaction

    class _Undo(Exception):
        pass

    store = Store(tmp_path_factory.mktemp("lake"))
    patch = pytest.MonkeyPatch()
    for module in ("leaps.indicators.tasks", "leaps.indicators.actions.returns", "leaps.indicators.actions.values"):
        patch.setattr(f"{module}.house_store", lambda: store)
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                write(*(facility(f.slug, membership="member", country=f.country, short_name=f.slug.title()) for f in LEAGUE))
                campaigns = {y: Campaign.objects.create(year=y, due_on=dt.date(y + 1, 6, 30), opened_at=NOW, opened_label="Olga") for y in (2023, 2024)}
                made: dict[tuple[str, int], Return] = {}
                for batch in league(LEAGUE, tuple(campaigns), seed=4):
                    sent = made.get((batch.facility, batch.year)) or Return.objects.create(
                        campaign=campaigns[batch.year], facility=batch.facility, state=ReturnState.SIGNED, sent_at=NOW, sent_label="Kim",
                        signed_at=NOW, signed_label="Kim", comment="checked",
                    )  # fmt: skip
                    made[batch.facility, batch.year] = sent
                    part = store.write(raw.record(batch.record), batch.rows)
                    ReturnPart.objects.create(of=sent, record=batch.record, path=part.path, rows=part.rows, size=part.size, sha256=part.sha256)
                    sent.tables[batch.record] = part.rows
                    sent.save()
                for one in LEAGUE:
                    actions.recompute(facility=one.slug, is_synthetic=False, now=NOW)
                actions.recompute_league(is_synthetic=False, now=NOW)
                actions.publish(is_synthetic=False, now=NOW)
                yield store
                raise _Undo
        except _Undo:
            patch.undo()


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed")]
PAGES = (
    "/indicators/board/", "/indicators/funders/", "/indicators/equity/", "/indicators/countries/", "/indicators/countries/SE/",
    "/indicators/facilities/ring/computed/", "/indicators/OPS-03/computed/", "/indicators/ACC-10/computed/?per=whole&year=2023",
    "/indicators/OPS-05/computed/?rule=T/n, 60 min", "/indicators/ACC-10/computed/figure/",
)  # fmt: skip
FILES = (
    "/indicators/ACC-10/computed/values.csv", "/indicators/ACC-10/computed/values.json", "/indicators/ACC-10/computed/values.xlsx",
    "/indicators/OPS-03/computed/figure.svg", "/indicators/OPS-03/computed/figure.png?which=facilities",
    "/indicators/countries/SE/figure.png", "/indicators/countries/SE/values.csv", "/indicators/facilities/ring/computed.xlsx",
)  # fmt: skip


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_every_board_is_there_for_everybody(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.content


@pytest.mark.parametrize(
    "address", ["/indicators/XXX-01/computed/", "/indicators/computed/999999/", "/indicators/countries/ZZ/", "/indicators/facilities/nowhere/computed/", "/indicators/OPS-03/computed/figure.gif"]
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_public_reads_no_withheld_number_anywhere(client: Client) -> None:
    secret = ComputedValue.objects.filter(shown=Shown.SUPPRESSED, indicator="ACC-07", facility="", dimension="country", value__gt=0)
    assert secret.exists()
    rows = list(csv.DictReader(io.StringIO(client.get("/indicators/ACC-07/computed/values.csv").content.decode())))
    by_place = {(r["facility"], r["year"], r["dimension"], r["category"], r["rule"]): r for r in rows}

    for row in secret.select_related("campaign"):
        told = by_place["league", str(row.campaign.year), "country", row.category, ""]
        assert (told["value"], told["numerator"], told["standing"]) == ("", "", "withheld")
        page = client.get(f"/indicators/computed/{row.pk}/")
        assert page.status_code == 200
        assert "withheld" in page.content.decode()
        assert not re.search(rf"(?<![\d.]){row.value:.0f} visits", page.content.decode())


def test_parts_of_a_facility_stay_in_the_house(client: Client) -> None:
    inside = person("officer_of_ring", ("kpi_officer", "ring"))
    private = ComputedValue.objects.filter(facility="ring", indicator="ACC-10", dimension="gender").first()
    assert private is not None
    assert private.shown == Shown.HOUSE

    assert client.get(f"/indicators/computed/{private.pk}/").status_code == 404
    client.force_login(inside)
    assert client.get(f"/indicators/computed/{private.pk}/").status_code == 200
    other = ComputedValue.objects.filter(facility="other", indicator="ACC-10", dimension="gender").first()
    assert other is not None
    assert client.get(f"/indicators/computed/{other.pk}/").status_code == 404


def test_persons_are_rounded_for_the_public_and_exact_inside() -> None:
    (public,) = queries.visible(None, facility="ring", indicator="ACC-10", dimension="", campaign__year=2024)
    (exact,) = queries.visible(person("office2", ("office", "")), facility="ring", indicator="ACC-10", dimension="", campaign__year=2024)

    assert public.value is not None
    assert public.value % 5 == 0
    assert exact.is_exact
    assert abs((exact.value or 0) - public.value) <= 2.5


def test_users_under_keys_that_are_not_shared_make_a_range() -> None:
    row = ComputedValue.objects.get(facility="", indicator="ACC-10", dimension="", campaign__year=2024)
    each = [v.value or 0 for v in ComputedValue.objects.filter(indicator="ACC-10", dimension="", campaign__year=2024).exclude(facility="")]

    assert row.low is not None
    assert row.value is not None
    assert max(each) <= row.low < row.value == row.high <= sum(each)


def test_dark_is_masked_and_never_zero() -> None:
    board = queries.indicator_board(None, indicator("OPS-14"), "")

    assert ("third", 2023) in board.dark
    assert 2023 not in board.rates["third"]
    assert 2024 in board.rates["third"]


def test_money_of_several_currencies_is_not_added_up() -> None:
    totals = ComputedValue.objects.filter(indicator="FIN-01", facility="", dimension="")
    by_currency = ComputedValue.objects.filter(indicator="FIN-01", facility="", dimension="currency", campaign__year=2024)

    assert not totals.exists()
    assert set(by_currency.values_list("category", flat=True)) == {"EUR", "SEK"}
    assert ComputedValue.objects.filter(indicator="FIN-01", facility="ring", dimension="").count() == 2


def test_a_value_tells_its_sums_its_method_and_who_signed(client: Client) -> None:
    row = ComputedValue.objects.get(indicator="OPS-03", variant="refill usable", facility="ring", dimension="", campaign__year=2024)
    text = client.get(f"/indicators/computed/{row.pk}/").content.decode()

    assert f"{row.numerator:,.3f}".rstrip("0").rstrip(".") in text
    assert row.method in text
    assert "Kim" in text
    assert "checked" in text


def test_success_by_country_holds_its_intervals() -> None:
    found = equity.success_by_country(None, 2024)

    assert found.rows
    assert all(s.low < s.share < s.high or s.share in (0, 1) for s in found.rows)
    assert all(s.asked >= equity.FEWEST for s in found.rows)
    assert sum(s.asked for _name, s in equity.success_by_group(found)) == found.asked


def test_rates_are_quotients_of_the_leagues_own_values() -> None:
    rates = {title: dict(points) for title, _unit, points in equity.derived_rates(None)}
    top = ComputedValue.objects.get(indicator="ACC-01", facility="", dimension="", campaign__year=2024).value or 0
    bottom = ComputedValue.objects.get(indicator="ACC-14", facility="", dimension="", campaign__year=2024).value or 1

    assert rates["Proposals for each open instrument"][2024] == pytest.approx(top / bottom)


def test_pages_ask_the_database_a_constant_number_of_times(client: Client, django_assert_max_num_queries: Any) -> None:
    for address in PAGES:
        client.get(address)
        with django_assert_max_num_queries(14):
            client.get(address)


def test_formulas_in_files_are_harmless_and_each_row_is_marked(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/indicators/facilities/ring/computed.csv").content.decode())))

    assert rows
    assert {r["synthetic"] for r in rows} == {""}  # returns of real people; in a trial every row says so
    assert all(r["method_hash"] for r in rows)
    assert all("CC BY 4.0" in r["citation"] for r in rows)
