"""Indicators over the API: what a token opens, pages, returns sent by a program, and that nothing is signed there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from leaps.accounts import actions as accounts_actions
from leaps.accounts.models import User
from leaps.config import api
from leaps.indicators import actions
from leaps.indicators.models import Campaign, ComputedValue, Return, ReturnFile
from leaps.indicators.types import Shown
from tests.background import work
from tests.indicators.signed import NOW
from tests.rest import ANYBODY, Caller, problems_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]
Token = Callable[..., Caller]


@pytest.fixture
def token(people: dict[str, User]) -> Token:
    """A caller with a fresh token of one of the people."""

    def made(who: str, *scopes: str) -> Caller:
        return Caller(accounts_actions.create_token(person=people[who], name="test", scopes=list(scopes or ("read",)), now=timezone.now()))

    return made


def users(caller: Caller) -> dict[str, Any]:
    (item,) = caller.json("computed_values?indicator=ACC-10&facility=ring&dimension=whole")["items"]
    return dict(item)


class TestValues:
    """As far as the caller may see them."""

    def test_everybody_gets_people_rounded_officers_exactly(self, token: Token) -> None:
        exact = ComputedValue.objects.get(indicator="ACC-10", facility="ring", dimension="", closed_at=None)

        public, house, neighbour = users(ANYBODY), users(token("officer")), users(token("other"))

        assert exact.value is not None
        assert exact.value % 5
        assert (public["value"], public["n_records"]) == (5 * round(exact.value / 5), None)
        assert (house["value"], house["n_records"]) == (exact.value, exact.n_records)
        assert neighbour == public

    def test_no_page_holds_what_is_withheld(self, token: Token) -> None:
        mark = 1e15 + F("pk")
        ComputedValue.objects.exclude(shown=Shown.PUBLIC).update(value=mark, numerator=mark, denominator=mark, low=mark, high=mark, n_records=10**15)

        def marked(caller: Caller, path: str) -> int:
            return sum(isinstance(v, float | int) and v >= 1e15 for item in caller.walk(path) for v in item.values())

        assert marked(ANYBODY, "computed_values?limit=200") == 0
        assert marked(token("other"), "computed_values?facility=ring&limit=200") == 0
        assert marked(token("office"), "computed_values?facility=ring&limit=200") > 100
        withheld = [v for v in ANYBODY.walk("computed_values?indicator=ACC-10&dimension=country&limit=200") if v["shown"] == "suppressed"]
        assert withheld
        assert {(v["value"], v["numerator"], v["low"], v["n_records"]) for v in withheld} == {(None, None, None, None)}

    def test_pages_hold_each_value_once_and_filters_agree(self) -> None:
        found = list(ANYBODY.walk("computed_values?facility=other&limit=7"))

        shown = ComputedValue.objects.filter(facility="other", closed_at=None).exclude(shown=Shown.HOUSE)
        assert [item["id"] for item in found] == list(shown.order_by("pk").values_list("pk", flat=True))
        league = ANYBODY.json("computed_values?facility=league&year=2024&indicator=OPS-14&dimension=whole")["items"]
        assert [(item["facility"], item["year"], item["unit"]) for item in league] == [(None, 2024, "h")]
        assert ANYBODY.json("computed_values?year=1999") == {"items": [], "next": None}

    def test_nonsense_is_refused_with_the_cure(self) -> None:
        fields = [field for field, _cure in problems_of(ANYBODY.get("computed_values?indicator=ACC-99&facility=nowhere&dimension=shoe&year=99"))]

        assert set(fields) == {"indicator", "facility", "dimension", "year"}

    def test_what_is_known_is_not_sent_again_nor_kept_for_others(self, token: Token) -> None:
        path, officer = "computed_values?indicator=ACC-10&facility=ring", token("officer")
        public, house = ANYBODY.get(path), officer.get(path)

        assert ANYBODY.get(path, If_None_Match=public["ETag"]).status_code == 304
        assert officer.get(path, If_None_Match=public["ETag"]).status_code == 200
        assert public["ETag"] != house["ETag"]
        assert house["Cache-Control"] == "private, no-cache"
        assert "Authorization" in house["Vary"]

    def test_the_report_is_that_of_the_page(self, client: Client, token: Token, people: dict[str, User]) -> None:
        told = ANYBODY.json("reports/esfri/ring/2024")

        assert told["lines"] == client.get("/indicators/reports/esfri/ring/2024.json").json()["lines"]
        assert [line["code"] for line in told["lines"]] == [f"ESFRI-{n:02}" for n in range(1, 22)]
        house = token("editor").json("reports/esfri/ring/2024")
        assert (told["audience"], house["audience"]) == ("public", "house")
        assert len(ANYBODY.json("reports/oecd/ring/2024")["lines"]) == 25
        assert ANYBODY.get("reports/esfri/ring/2024?world=synthetic").status_code == 404
        assert ANYBODY.get("reports/esfri/nowhere/2024").status_code == 404


@pytest.mark.usefixtures("lake")
class TestReturns:
    """Sent by a program, signed by nobody there."""

    ENERGY = b"meter,month,carrier,direction,energy_kwh\nmain,1,electricity,bought,7\n"

    def send(self, caller: Caller, *files: tuple[str, bytes], year: int = 2024, facility: str = "ring") -> HttpResponse:
        parts = [SimpleUploadedFile(name, content) for name, content in files or (("energy.csv", self.ENERGY),)]
        headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        return Client().post(f"/api/v1/campaigns/{year}/returns/{facility}", {"file": parts}, headers=headers)

    def test_it_is_taken_read_and_waits_for_a_named_person(self, token: Token) -> None:
        officer = token("officer", "returns:write")
        outages = b"starts_at,ends_at,outage_class,subsystem\n2024-03-01T10:00:00Z,2024-03-01T11:00:00Z,no_beam,rf\n"

        answer = self.send(officer, ("energy.csv", self.ENERGY), ("outage.csv", outages))
        work()
        made = officer.json(answer["Location"].removeprefix("http://testserver/api/v1/"))

        assert (answer.status_code, answer.json()["state"]) == (201, "received")
        assert (made["state"], made["tables"], made["problems"]) == ("checked", {"energy": 1, "outage": 1}, [])
        assert made["url"].endswith(f"/indicators/return/{made['id']}/")
        assert Return.objects.get(facility="ring", state="signed").signed_label == "Kim"  # that of before still counts
        assert [path for path in api.schema()["paths"] if "sign" in path] == []

    def test_faults_come_back_with_their_place_and_cure(self, token: Token) -> None:
        officer = token("officer", "returns:write")

        made = self.send(officer, ("energy.csv", self.ENERGY.replace(b",1,", b",13,"))).json()
        work()

        told = officer.json(f"returns/{made['id']}")
        assert told["state"] == "faulty"
        assert [(p["file"], p["row"], p["field"], bool(p["cure"])) for p in told["problems"]] == [("energy.csv", 2, "month", True)]

    def test_what_is_no_table_is_refused_and_not_kept(self, token: Token) -> None:
        answer = self.send(token("officer", "returns:write"), ("return.xlsm", b"x"))

        assert "macros" in problems_of(answer)[0][1]
        assert not ReturnFile.objects.filter(name="return.xlsm").exists()

    @pytest.mark.parametrize(
        ("who", "scopes", "status"),
        [("officer", ("read",), 403), ("officer", ("record:write",), 403), ("editor", ("returns:write",), 403), ("office", ("returns:write",), 403), ("other", ("returns:write",), 403)],
    )  # fmt: skip
    def test_only_the_facilitys_officer_sends_with_the_scope_for_it(self, token: Token, who: str, scopes: tuple[str, ...], status: int) -> None:
        before = Return.objects.count()

        assert self.send(token(who, *scopes)).status_code == status
        assert self.send(ANYBODY).status_code == 401
        assert Return.objects.count() == before

    def test_years_that_nobody_collects_or_that_are_frozen(self, token: Token, people: dict[str, User]) -> None:
        officer = token("officer", "returns:write")
        actions.freeze(campaign=Campaign.objects.get(), actor=people["office"], now=NOW)

        assert self.send(officer, year=1999).status_code == 404
        assert self.send(officer, facility="nowhere").status_code == 404
        answer = self.send(officer)
        assert (answer.status_code, "is frozen since" in answer.json()["detail"]) == (409, True)

    def test_for_who_may_not_see_it_a_return_does_not_exist(self, token: Token) -> None:
        path = f"returns/{Return.objects.get(facility='ring').pk}"

        seen = {who: token(who).get(path).status_code for who in ("officer", "editor", "office", "other")}

        assert seen == {"officer": 200, "editor": 200, "office": 200, "other": 404}
        assert ANYBODY.get(path).status_code == 404

    def test_campaigns_are_for_officers_and_the_office(self, token: Token) -> None:
        listed = token("other").json("campaigns")
        detail = token("other").json("campaigns/2024")

        assert [(c["year"], c["signed"], c["expected"]) for c in listed["items"]] == [(2024, 2, 3)]
        assert [(d["facility"], d["state"], d["signed_by"], d["latest"] is not None) for d in detail["deliveries"]] == [
            ("other", "signed", "Otto", True), ("ring", "signed", "Kim", False), ("third", "missing", None, False),
        ]  # fmt: skip
        assert [ANYBODY.get(path).status_code for path in ("campaigns", "campaigns/2024")] == [403, 403]
        assert token("editor").get("campaigns").status_code == 403
        assert token("office").get("campaigns/1999").status_code == 404
