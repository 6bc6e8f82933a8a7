"""Planned purchases role by role, joint windows of the real record, sole sources, and what is at work twice."""

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.accounts import personal_data
from leaps.accounts.models import RoleGrant, User
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Facility, Upgrade
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.roadmaps import duplicates, supply_actions, supply_queries, supply_trial, traces
from leaps.roadmaps.duplicates import Trace
from leaps.roadmaps.models import PlannedPurchase, PurchaseEvent, Technology
from leaps.roadmaps.models.purchases import Category

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
WHO = {
    "anonymous": None, "member": (), "reviewer": (("reviewer", ""),), "funder": (("funder", ""),), "editor": (("facility_editor", "max-iv"),),
    "officer": (("kpi_officer", "max-iv"),), "other editor": (("facility_editor", "esrf"),), "director": (("director", "esrf"),), "office": (("office", ""),),
}  # fmt: skip
SEES = {  # of MAX IV's purchases
    "draft": {"editor", "officer", "director", "office"},
    "agreed": {"editor", "officer", "director", "office", "funder"},
    "public": set(WHO),
}


@pytest.fixture(autouse=True)
def _it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_queries, "today", lambda: TODAY)


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


def plan(actor: User, of: str = "max-iv", **values: Any) -> PlannedPurchase:
    given = {
        "technology": None, "category": "mirrors", "title": "Mirrors", "quantity": 4.0, "unit": "mirrors", "first_month": dt.date(2028, 1, 1),
        "last_month": dt.date(2028, 6, 1), "visibility": "draft", "state": "idea", "suppliers": "", "is_sole_source": False, "note": "",
    }  # fmt: skip
    return supply_actions.plan(facility=Facility.objects.get(slug=of), values=given | values, actor=actor, now=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestWhoSeesWhat:
    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("level", SEES)
    def test_each_role_sees_its_own_and_is_denied_the_rest(self, who: str, level: str, office: User, client: Client) -> None:
        secret = "Secret magnets of the ring"
        technology = Technology.objects.get(slug="permanent-magnet-dipoles")
        made = plan(office, title=secret, visibility=level, technology=technology, category="permanent_magnets", suppliers="A maker", is_sole_source=True)
        other = plan(office, of="esrf", title="Known magnets", visibility="public", category="permanent_magnets")
        grants = WHO[who]
        if grants is not None:
            client.force_login(person("Looker", *grants))
        may = who in SEES[level]

        assert client.get(f"/supply/{made.pk}/").status_code == (200 if may else 404)
        for address in ("/supply/", "/supply/table.csv", "/supply/joint.csv", "/supply/figure.svg", "/technologies/permanent-magnet-dipoles/"):
            text = client.get(address).content.decode()
            assert (secret in text) == may, address
        assert ("A maker" in client.get("/supply/").content.decode()) == may
        neighbour = client.get(f"/supply/{other.pk}/").content.decode()
        assert (f"/supply/{made.pk}/" in neighbour) == may, "who could buy with it is told to those who may see both"

    @pytest.mark.parametrize("who", [who for who in WHO if who not in ("anonymous", "editor", "office")])
    def test_who_does_not_speak_for_the_facility_changes_nothing(self, who: str, office: User) -> None:
        looker = person("Looker", *(WHO[who] or ()))
        made = plan(office, visibility="public")

        for deed in (
            lambda: plan(looker),
            lambda: supply_actions.change(purchase=made, base=1, values={"title": "Mine"}, actor=looker, now=NOW),
            lambda: supply_actions.withdraw(purchase=made, actor=looker, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                deed()
        assert PlannedPurchase.objects.get().title == "Mirrors"

    def test_a_closed_account_sees_no_draft(self, office: User) -> None:
        looker = person("Looker", ("director", "esrf"))
        plan(office)
        looker.is_active = False

        assert not supply_queries.purchases(looker).exists()

    @pytest.mark.parametrize(
        ("who", "words"),
        [
            ("anonymous", "You see those that are public."), ("funder", "as funders do"), ("director", "drafts too"), ("editor", "all of MAX IV"),
            ("office", "drafts too"),
        ],
    )  # fmt: skip
    def test_the_page_says_what_it_shows(self, who: str, words: str, client: Client) -> None:
        if (grants := WHO[who]) is not None:
            client.force_login(person("Looker", *grants))

        assert words in client.get("/supply/").content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestChanging:
    def test_rules_are_told_beside_their_fields_and_nothing_is_written(self, office: User) -> None:
        made = plan(office, visibility="agreed")
        for values, field in (
            ({"last_month": dt.date(2027, 1, 1)}, "last_month"), ({"last_month": dt.date(2055, 1, 1)}, "last_month"), ({"visibility": "draft"}, "visibility"),
            ({"title": " "}, "title"), ({"quantity": 0.0}, "quantity"), ({"quantity": None}, "quantity"), ({"is_sole_source": True}, "suppliers"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                supply_actions.change(purchase=made, base=1, values=values, actor=office, now=NOW)
            assert [problem.field for problem in refused.value.problems] == [field]
        assert PlannedPurchase.objects.get().version == 1
        for values in ({"last_month": dt.date(2020, 1, 1)}, {"category": "boats"}, {"quantity": -1.0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                PlannedPurchase.objects.update(**values)

    def test_of_two_at_once_the_second_is_told(self, office: User, client: Client) -> None:
        made = plan(office)
        supply_actions.change(purchase=made, base=1, values={"title": "First"}, actor=office, now=NOW)

        with pytest.raises(supply_actions.Overtaken):
            supply_actions.change(purchase=made, base=1, values={"title": "Second"}, actor=office, now=NOW)

        client.force_login(office)
        sent = {
            "base": "1", "title": "Second", "category": "mirrors", "first_month": "2028-01", "last_month": "2028-06", "state": "tender", "visibility": "draft",
        }  # fmt: skip
        answer = client.post(f"/supply/{made.pk}/", sent)
        assert answer.status_code == 409
        assert 'value="Second"' in answer.content.decode(), "what was typed is still there"
        assert client.post(f"/supply/{made.pk}/", sent | {"base": "2"}).status_code == 302
        assert "out to tender" in client.get(f"/supply/{made.pk}/").content.decode()

    def test_what_is_sent_wrong_is_told_beside_its_field(self, office: User, client: Client) -> None:
        client.force_login(office)
        answer = client.post("/supply/new/", {"facility": "esrf", "title": "X", "category": "boats", "first_month": "2028-13", "last_month": "2028-01", "state": "idea", "visibility": "draft"})

        assert answer.status_code == 422
        assert "Write a month like 2029-03." in answer.content.decode()
        assert not PlannedPurchase.objects.exists()

    def test_withdrawn_and_taken_back_every_step_is_an_event(self, office: User, client: Client) -> None:
        made = plan(office, visibility="public")
        for restore in (False, False, True, True):
            supply_actions.withdraw(purchase=made, actor=office, now=NOW, restore=restore)
            if not restore:
                assert supply_queries.announced(office) == []
                with pytest.raises(supply_actions.Overtaken):
                    supply_actions.change(purchase=made, base=2, values={"title": "x"}, actor=office, now=NOW)

        assert [row.purchase for row in supply_queries.announced(None)] == [made.pk]
        assert list(PurchaseEvent.objects.values_list("verb", flat=True)) == ["planned", "withdrew", "restored"]
        assert "took the withdrawal back" in client.get(f"/supply/{made.pk}/").content.decode()

    def test_a_person_takes_the_name_along_and_the_purchase_stays(self, office: User) -> None:
        plan(office)
        (holding,) = [one for one in personal_data.holdings() if one.name == "supply_and_estimates"]

        assert [done["did"] for done in holding.export(office)["purchases"]] == ["planned"]
        holding.erase(office)
        assert not PurchaseEvent.objects.filter(actor_label__contains="Olga").exists()
        assert PlannedPurchase.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestWhatIsImplied:
    def test_an_upgrade_implies_what_its_targets_and_milestones_name_in_its_dark_months(self) -> None:
        found = {(row.upgrade, row.category.value): (row.first, row.last) for row in supply_queries.implied(TODAY)}

        assert found == {
            ("diamond-ii", "lattice_magnets"): (dt.date(2027, 12, 1), dt.date(2029, 5, 1)),
            ("soleil-ii", "lattice_magnets"): (dt.date(2028, 10, 1), dt.date(2030, 9, 1)),
            ("soleil-ii", "permanent_magnets"): (dt.date(2028, 10, 1), dt.date(2030, 9, 1)),
            ("alba-ii", "lattice_magnets"): (dt.date(2029, 1, 1), dt.date(2030, 12, 1)),
            ("alba-ii", "mirrors"): (dt.date(2029, 1, 1), dt.date(2030, 12, 1)),
            ("petra-iii-petra-iv", "lattice_magnets"): (dt.date(2029, 7, 1), dt.date(2031, 12, 1)),
        }  # fmt: skip

    def test_it_is_called_implied_and_never_announced(self, client: Client) -> None:
        text = client.get("/supply/").content.decode()
        records = json.loads(client.get("/supply/table.json").content)["values"]

        assert "Purchases announced: 0; implied by upgrades: 6" in text
        assert "when they are ordered is not published" in text
        assert {row["basis"] for row in records} == {"implied"}
        assert {row["state"] for row in records} == {None}

    def test_four_rings_need_lattice_magnets_in_the_same_months(self) -> None:
        (magnets,) = [one for one in supply_queries.joint(supply_queries.implied(TODAY)) if one.category == Category.LATTICE]

        assert set(magnets.facilities) == {"Diamond", "SOLEIL", "ALBA", "PETRA III"}
        assert magnets.is_rough, "ALBA and PETRA III tell years"
        assert (magnets.first, magnets.last, magnets.gap, magnets.announced) == (dt.date(2029, 5, 1), dt.date(2029, 7, 1), 2, 0)

    def test_what_has_begun_or_has_no_date_implies_nothing(self) -> None:
        Upgrade.objects.filter(slug="soleil-ii").update(dark_end=None)
        Upgrade.objects.filter(slug="alba-ii").update(status="completed")

        assert {row.upgrade for row in supply_queries.implied(dt.date(2028, 1, 1))} == {"petra-iii-petra-iv"}


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestTogether:
    def test_what_is_ordered_or_named_by_no_kind_is_not_bought_together(self, office: User) -> None:
        plan(office)
        plan(office, of="esrf", state="ordered")
        plan(office, of="sls", category="other")
        plan(office, of="elettra", category="other")

        assert [one for one in supply_queries.joint(supply_queries.announced(office)) if one.category != Category.LATTICE] == []

    def test_two_that_meet_are_told_with_their_months(self, office: User, client: Client) -> None:
        plan(office, visibility="public")
        plan(office, of="esrf", visibility="public", first_month=dt.date(2028, 5, 1), last_month=dt.date(2028, 12, 1))
        plan(office, of="sls", visibility="public", first_month=dt.date(2026, 6, 1), last_month=dt.date(2026, 8, 1))

        text = client.get("/supply/?facility=max-iv").content.decode()
        assert "2 announced" in text or "3 announced" in text
        rows = json.loads(client.get("/supply/joint.json?category=mirrors").content)["values"]
        assert [(row["facilities"], row["first_month"], row["last_month"], row["months_apart"], row["announced"]) for row in rows] == [
            ("SLS; MAX IV; ESRF", "2026-08", "2028-05", 21, 3), ("MAX IV; ESRF; ALBA", "2028-06", "2029-01", 7, 2),
        ]  # fmt: skip

    def test_files_hold_what_the_page_holds(self, office: User, client: Client) -> None:
        plan(office, visibility="public", title="=CMD()")
        book = openpyxl.load_workbook(io.BytesIO(client.get("/supply/table.xlsx").content))
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]

        assert any("CMD()" in str(cell) for cell in cells)
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
        assert client.get("/supply/table.doc").status_code == 404 or client.get("/supply/table.doc").status_code == 400
        assert client.get("/supply/figure.pdf").content.startswith(b"%PDF")

    def test_sole_sources_say_who_hangs_on_them_and_who_says_otherwise(self, office: User, client: Client) -> None:
        magnets = {"category": "permanent_magnets", "technology": Technology.objects.get(slug="permanent-magnet-dipoles"), "visibility": "public"}
        plan(office, suppliers="Example Magnets", is_sole_source=True, **magnets)
        plan(office, of="esrf", suppliers="EXAMPLE magnets ", is_sole_source=True, **magnets)
        plan(office, of="sls", suppliers="Two others", **magnets)
        plan(office, of="elettra", suppliers="Gone", is_sole_source=True, state="delivered", **magnets)

        (sole,) = supply_queries.sole_sources(supply_queries.announced(office))
        assert (sole.facilities, sole.others, len(sole.suppliers)) == (("ESRF", "MAX IV"), ("SLS",), 1)
        assert "SLS plans the same and does not say so" in client.get("/supply/").content.decode()


class TestJoinOrRepeat:
    TECHNOLOGIES = {"superflat-mirrors": ("Super-flat mirrors", "optics"), "photon-counting": ("Fast photon-counting pixels", "detectors"), "cpmu": ("Cryogenic permanent-magnet undulators", "sources")}

    @staticmethod
    def trace(facility: str, title: str, technology: str = "", area: str = "", *, is_over: bool = False) -> Trace:
        return Trace(facility, facility.upper(), technology, area, title, f"purchase: {title}", "/", is_over=is_over)

    def test_a_tag_and_like_words_find_each_other(self) -> None:
        (found,) = duplicates.twice(
            [self.trace("a", "x", "superflat-mirrors", "optics"), self.trace("b", "Super flat mirror for a new beamline", area="optics"), self.trace("c", "old", "superflat-mirrors", "optics", is_over=True)],
            self.TECHNOLOGIES,
        )  # fmt: skip

        assert (found.technology, found.facilities, found.before, found.is_by_words) == ("superflat-mirrors", ("A", "B"), ("C",), True)
        assert found.at_work[1].likeness < 100

    def test_one_word_in_common_or_another_area_is_no_likeness(self) -> None:
        traces = [self.trace("a", "x", "superflat-mirrors", "optics"), self.trace("b", "Mirrors", area="optics"), self.trace("c", "Super-flat mirrors", area="detectors")]

        assert duplicates.twice(traces, self.TECHNOLOGIES) == []

    def test_what_names_nothing_on_record_is_compared_with_its_like(self) -> None:
        (found,) = duplicates.twice(
            [self.trace("a", "Granite girders for the ring"), self.trace("b", "Girders of granite"), self.trace("b", "Crane")], self.TECHNOLOGIES
        )  # fmt: skip

        assert (found.technology, found.facilities, found.is_by_words) == ("", ("A", "B"), True)

    def test_one_facility_alone_repeats_nothing(self) -> None:
        assert duplicates.twice([self.trace("a", "x", "cpmu"), self.trace("a", "y", "cpmu")], self.TECHNOLOGIES) == []

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=40), st.text(max_size=40))
    def test_likeness_is_the_same_both_ways_and_whole_with_itself(self, one: str, other: str) -> None:
        assert duplicates.likeness(one, other) == pytest.approx(duplicates.likeness(other, one))
        assert 0 <= duplicates.likeness(one, other) <= 100
        if duplicates.words_of(one):
            assert duplicates.likeness(one, one) == 100

    @pytest.mark.django_db
    @pytest.mark.usefixtures("real_record")
    def test_the_real_record_has_rings_at_work_on_the_same_lattice(self, office: User, client: Client) -> None:
        found = {one.technology: one for one in traces.twice(None)}

        lattice = found["mba-lattice"]
        assert {"ALBA", "Diamond", "PETRA III", "SOLEIL", "Elettra", "MAX IV"} <= set(lattice.facilities)
        assert {"ESRF", "SLS"} <= set(lattice.before)
        assert "Join or repeat?" in client.get("/supply/").content.decode()


@pytest.mark.django_db
def test_an_empty_record_says_what_would_stand_here(client: Client) -> None:
    text = client.get("/supply/").content.decode()

    assert "No purchase is shown to you" in text
    assert "No technology is at work at two facilities" in text
    assert client.get("/supply/figure.svg").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("real_record")
class TestTrial:
    def test_the_trial_has_some_and_marks_them(self, settings: Any, client: Client) -> None:
        settings.TRIAL = True
        User.objects.create_user(supply_trial.CHAIR, name="Carla (synthetic)", is_synthetic=True)
        supply_trial.begin()
        supply_trial.begin()

        assert PlannedPurchase.objects.count() == len(supply_trial.PLANNED)
        assert {one.visibility for one in PlannedPurchase.objects.all()} == {"draft", "agreed", "public"}
        assert all(PlannedPurchase.objects.values_list("is_synthetic", flat=True))
        text = client.get("/supply/").content.decode()
        assert '<span class="tag">synthetic</span>' in text
        assert "Permanent-magnet lattice magnets" in text
