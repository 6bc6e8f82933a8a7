"""Proposed dark periods role by role, overlaps that arise when dates change, and the board of guest hours."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.models import Facility, Technique, Upgrade
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.roadmaps import dark_actions, dark_queries, overlaps, queries, trial
from leaps.roadmaps.models import DarkProposal, GuestOffer, GuestResponse, OverlapAlert, PlanningEvent
from tests.background import work
from tests.record.factories import update, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_record")]
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
WHO = {
    "anonymous": None, "member": (), "reviewer": (("reviewer", ""),), "funder": (("funder", ""),), "editor": (("facility_editor", "max-iv"),),
    "officer": (("kpi_officer", "max-iv"),), "other editor": (("facility_editor", "esrf"),), "director": (("director", "esrf"),), "office": (("office", ""),),
}  # fmt: skip
SEES = {  # of MAX IV's proposals
    "draft": {"editor", "officer", "director", "office"},
    "agreed": {"editor", "officer", "director", "office", "funder"},
    "public": set(WHO),
}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    queries._supply.cache_clear()
    yield
    queries._supply.cache_clear()


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


def propose(actor: User, of: str = "max-iv", **values: Any) -> DarkProposal:
    given = {
        "upgrade": None, "title": "Renew the ring", "start": dt.date(2029, 1, 1), "end": dt.date(2030, 1, 1), "confidence": "likely", "visibility": "draft",
        "note": "",
    }  # fmt: skip
    return dark_actions.propose(facility=Facility.objects.get(slug=of), values=given | values, actor=actor, now=NOW)


class TestWhoSeesWhat:
    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("level", SEES)
    def test_each_role_sees_its_own_and_is_denied_the_rest(self, who: str, level: str, office: User, client: Client) -> None:
        secret = "Secret dates of the ring"
        made = propose(office, title=secret, visibility=level)
        grants = WHO[who]
        if grants is not None:
            client.force_login(person("Looker", *grants))
        may = who in SEES[level]

        assert client.get(f"/planner/calendar/{made.pk}/").status_code == (200 if may else 404)
        assert (secret in client.get("/planner/calendar/").content.decode()) == may
        csv = client.get("/planner/months.csv?with=proposed").content.decode()
        march = next(line for line in csv.splitlines() if line.startswith("2029-03"))
        before, now = (int(n) for n in march.split(",")[1:])
        ours = Facility.objects.get(slug="max-iv").instruments.count()
        assert now - before == (ours if may else 0), "the planner counts only what the person may see"

    @pytest.mark.parametrize(
        ("who", "words"),
        [
            ("anonymous", "You see those that are public."), ("funder", "as funders do"), ("director", "drafts too"),
            ("editor", "all of MAX IV"), ("office", "drafts too"), ("reviewer", "You see those that are public."),
        ],
    )  # fmt: skip
    def test_the_planner_says_what_it_shows(self, who: str, words: str, client: Client) -> None:
        if (grants := WHO[who]) is not None:
            client.force_login(person("Looker", *grants))

        assert words in client.get("/planner/?with=proposed").content.decode()
        assert words in client.get("/planner/calendar/").content.decode()

    @pytest.mark.parametrize("who", [who for who in WHO if who not in ("anonymous", "editor", "office")])
    def test_who_does_not_speak_for_the_facility_changes_nothing(self, who: str, office: User) -> None:
        looker = person("Looker", *(WHO[who] or ()))
        made = propose(office, visibility="public")

        for deed in (
            lambda: propose(looker),
            lambda: dark_actions.change(proposal=made, base=1, values={"title": "Mine"}, actor=looker, now=NOW),
            lambda: dark_actions.withdraw(proposal=made, actor=looker, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                deed()
        assert DarkProposal.objects.get().title == "Renew the ring"

    def test_a_closed_account_sees_no_draft(self, office: User) -> None:
        looker = person("Looker", ("director", "esrf"))
        propose(office)
        looker.is_active = False

        assert not dark_queries.proposals(looker).exists()

    def test_a_shared_scenario_names_no_proposed_date(self, client: Client) -> None:
        director = person("Dora", ("director", "max-iv"))
        propose(director, of="max-iv", start=dt.date(2028, 5, 1), end=dt.date(2029, 5, 1))
        RoleGrant.objects.create(user=director, role="director", scope="soleil")
        propose(User.objects.get(pk=director.pk), of="soleil", upgrade=Upgrade.objects.get(slug="soleil-ii"), start=dt.date(2030, 1, 1), end=dt.date(2032, 1, 1))
        client.force_login(director)

        first = client.get("/planner/?with=proposed").content.decode()
        fields = dict(re.findall(r'name="([sm]-[a-z0-9-]+)" value="([^"]*)"', first))
        assert fields["s-soleil-ii"] == "2030-01", "the proposed date stands in the form"
        answer = client.get("/planner/", {"with": "proposed", **fields, "s-alba-ii": "2030-01"}, headers={"HX-Request": "true"})

        assert answer["HX-Push-Url"] == "/planner/?with=proposed&s-alba-ii=2030-01&m-alba-ii=24"


class TestChanging:
    def test_rules_are_told_beside_their_fields_and_nothing_is_written(self, office: User) -> None:
        made = propose(office, visibility="agreed")
        for values, why, field in (
            ({"end": dt.date(2028, 1, 1)}, "x", "end"), ({"end": dt.date(2055, 1, 1)}, "x", "end"), ({"visibility": "draft"}, "", "visibility"),
            ({"start": dt.date(2029, 2, 1)}, "", "why"), ({"title": " "}, "", "title"), ({"upgrade": Upgrade.objects.get(slug="soleil-ii")}, "", "upgrade"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                dark_actions.change(proposal=made, base=1, values=values, actor=office, now=NOW, why=why)
            assert field in [problem.field for problem in refused.value.problems]
        assert DarkProposal.objects.get().version == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            DarkProposal.objects.update(end=dt.date(2029, 1, 1))

    def test_of_two_at_once_the_second_is_told(self, office: User, client: Client) -> None:
        made = propose(office)
        dark_actions.change(proposal=made, base=1, values={"title": "First"}, actor=office, now=NOW)

        with pytest.raises(dark_actions.Overtaken):
            dark_actions.change(proposal=made, base=1, values={"title": "Second"}, actor=office, now=NOW)

        client.force_login(office)
        sent = {"base": "1", "title": "Second", "start": "2029-01-01", "end": "2030-01-01", "confidence": "firm", "visibility": "draft"}
        answer = client.post(f"/planner/calendar/{made.pk}/", sent)
        assert answer.status_code == 409
        assert 'value="Second"' in answer.content.decode(), "what was typed is still there"
        assert client.post(f"/planner/calendar/{made.pk}/", sent | {"base": "2"}).status_code == 302

    def test_withdrawn_and_taken_back_every_step_is_an_event(self, office: User) -> None:
        made = propose(office, visibility="public")
        for restore in (False, False, True, True):
            dark_actions.withdraw(proposal=made, actor=office, now=NOW, restore=restore)
            if not restore:
                assert dark_queries.standing(office) == []
                with pytest.raises(dark_actions.Overtaken):
                    dark_actions.change(proposal=made, base=2, values={"title": "x"}, actor=office, now=NOW)

        assert dark_queries.standing(office) == [made]
        assert list(PlanningEvent.objects.values_list("verb", flat=True)) == ["proposed", "withdrew", "restored"]


class TestNewOverlaps:
    @pytest.fixture(autouse=True)
    def _people(self) -> None:
        for facility in ("esrf", "max-iv", "diamond"):
            person(f"Director {facility}", ("director", facility))
            person(f"Editor {facility}", ("facility_editor", facility))
        overlaps.look(NOW)

    def told(self) -> set[str]:
        work()
        return {message.to[0] for message in outbox.outbox}

    def test_the_first_look_and_a_look_without_change_tell_nothing(self) -> None:
        assert overlaps.look(NOW) == 0
        assert self.told() == set()

    def test_a_public_date_is_told_to_directors_and_editors_of_both(self, office: User) -> None:
        propose(office, visibility="public", start=dt.date(2028, 3, 1), end=dt.date(2028, 6, 1))

        assert self.told() == {"director.max-iv@example.org", "editor.max-iv@example.org", "director.diamond@example.org", "editor.diamond@example.org"}
        text = str(outbox.outbox[0].body)
        assert "Mar 2028 to May 2028" in text
        assert "MAX IV" in outbox.outbox[0].subject
        both = queries.shared_techniques(("diamond", "max-iv"))
        assert both[0].label in text
        outbox.outbox.clear()
        assert overlaps.look(NOW) == 0, "it is told once"

    def test_an_agreed_date_is_told_to_directors_alone_and_a_draft_to_nobody(self, office: User, client: Client) -> None:
        made = propose(office, start=dt.date(2028, 3, 1), end=dt.date(2028, 6, 1))
        assert self.told() == set()
        dark_actions.change(proposal=made, base=1, values={"visibility": "agreed"}, actor=office, now=NOW)
        assert self.told() == {"director.max-iv@example.org", "director.diamond@example.org"}

        client.force_login(User.objects.get(email="editor.diamond@example.org"))
        assert "Mar 2028 to May 2028" not in client.get("/planner/calendar/").content.decode()
        client.force_login(User.objects.get(email="director.diamond@example.org"))
        assert "Mar 2028 to May 2028" in client.get("/planner/calendar/").content.decode()

    def test_a_slip_on_the_record_names_the_months_it_adds(self, office: User, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            write(update("upgrade", "diamond-ii", dark_end="2029-09-01"), actor=office)

        work()
        pairs = {tuple(alert.facilities): overlaps.month_words(alert.months) for alert in OverlapAlert.objects.all()}
        assert pairs == {
            ("alba", "diamond"): "Jun 2029 to Aug 2029", ("diamond", "soleil"): "Jun 2029 to Aug 2029", ("diamond", "petra-iii"): "Jul 2029 to Aug 2029"
        }  # fmt: skip
        assert all(alert.changed == ["diamond"] for alert in OverlapAlert.objects.all())

    def test_what_moves_apart_is_no_news(self, office: User, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            write(update("upgrade", "diamond-ii", dark_end="2028-12-01"), actor=office)

        assert self.told() == set()
        write(update("upgrade", "diamond-ii", dark_end="2029-06-01"), actor=office)
        assert overlaps.look(NOW) == 2, "back again it is news again, to ALBA and SOLEIL"

    @pytest.mark.parametrize(
        ("start", "end", "months"),
        [
            (dt.date(2029, 1, 1), dt.date(2029, 3, 1), {0, 1}), (dt.date(2029, 1, 16), dt.date(2029, 2, 16), {0}), (dt.date(2029, 1, 17), dt.date(2029, 2, 17), {1}),
            (dt.date(2029, 1, 17), dt.date(2029, 1, 20), set()),
        ],
    )  # fmt: skip
    def test_a_month_counts_by_its_middle(self, start: dt.date, end: dt.date, months: set[int]) -> None:
        by_day = {m for m in range(3) if start <= dt.date(2029, m + 1, 16) < end}

        assert {m - 12 * 2029 for m in overlaps.months_of(start, end)} == by_day == months


class TestGuestHours:
    def make(self, actor: User, **values: Any) -> GuestOffer:
        given = {
            "first_month": dt.date(2029, 1, 1), "last_month": dt.date(2029, 3, 1), "hours": 120, "conditions": "By rolling access", "contact_role": "user office",
            "expires_on": dt.date(2028, 12, 1),
        }  # fmt: skip
        technique = Technique.objects.get(label="total scattering")
        return dark_actions.offer(facility=Facility.objects.get(slug="max-iv"), technique=technique, values=given | values, actor=actor, now=NOW)

    def test_an_empty_board_says_where_help_is_needed(self, client: Client) -> None:
        text = client.get("/planner/guest-hours/").content.decode()

        assert "Nobody offers hours just now" in text
        assert "/planner/#reliance" in text

    def test_an_offer_stands_against_the_loss_of_these_months(self, office: User, client: Client) -> None:
        self.make(office)
        text = client.get("/planner/guest-hours/").content.decode()

        loss = queries.loss_of(Technique.objects.get(label="total scattering").panet_id, dt.date(2029, 1, 1), dt.date(2029, 3, 1))
        assert loss.share is not None
        assert f"{100 * loss.share:.0f} % of its instruments are dark then ({', '.join(loss.dark)})" in text
        board = queries.board(dt.date(2029, 1, 1), {})
        (row,) = [one for one in board.reliant if one.label == "total scattering"]
        assert (loss.share, loss.fewest) == (pytest.approx(row.quarters[0].loss), row.quarters[0].open)

    def test_answers_are_read_by_the_offering_side_and_by_who_wrote_them(self, office: User) -> None:
        made = self.make(office)
        user, stranger = person("Ute"), person("Sam", ("director", "esrf"))
        answer = dark_actions.respond(offer=made, hours=12, words="Glass", actor=user, now=NOW)

        assert list(dark_queries.responses(user, made)) == list(dark_queries.responses(office, made)) == [answer]
        assert list(dark_queries.responses(person("Ed", ("facility_editor", "max-iv")), made)) == [answer]
        assert not dark_queries.responses(stranger, made).exists()
        with pytest.raises(NotAllowed):
            dark_actions.take_back(response=answer, actor=office, now=NOW)
        with pytest.raises(NotAllowed):
            dark_actions.withdraw_offer(offer=made, actor=stranger, now=NOW)

    def test_everything_can_be_taken_back_and_is_written_down(self, office: User) -> None:
        made, user = self.make(office), person("Ute")
        answer = dark_actions.respond(offer=made, hours=12, words="Glass", actor=user, now=NOW)
        for restore in (False, True):
            dark_actions.take_back(response=answer, actor=user, now=NOW, restore=restore)
        dark_actions.withdraw_offer(offer=made, actor=office, now=NOW)
        with pytest.raises(dark_actions.Overtaken):
            dark_actions.respond(offer=made, hours=1, words="Late", actor=person("Late"), now=NOW)
        assert dark_queries.offer_row(person("Other"), made.pk, NOW.date()) is None
        assert dark_queries.offer_row(user, made.pk, NOW.date()) is not None, "who answered still sees what became of it"
        dark_actions.withdraw_offer(offer=made, actor=office, now=NOW, restore=True)

        assert [e.verb for e in made.events.all()] == [
            "offered", "answered", "took the answer back", "let the answer stand again", "withdrew", "restored"
        ]  # fmt: skip
        assert GuestResponse.objects.get().withdrawn_at is None

    def test_an_offer_ends_on_its_day(self, office: User) -> None:
        made, later = self.make(office), dt.datetime(2028, 12, 2, tzinfo=dt.UTC)

        assert dark_queries.offers(None, dt.date(2028, 12, 1))
        assert dark_queries.offers(None, later.date()) == []
        assert [row.is_expired for row in dark_queries.offers(office, later.date())] == [True]
        with pytest.raises(dark_actions.Overtaken):
            dark_actions.respond(offer=made, hours=1, words="x", actor=person("Ute"), now=later)

    def test_what_cannot_be_is_told(self, office: User) -> None:
        for values, field in (
            ({"last_month": dt.date(2028, 1, 1)}, "last_month"), ({"expires_on": dt.date(2026, 1, 1)}, "expires_on"), ({"hours": 0}, "hours"), ({"contact_role": ""}, "contact_role"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                self.make(office, **values)
            assert [problem.field for problem in refused.value.problems] == [field]
        made = self.make(office)
        for hours, words, field in ((0, "x", "hours"), (121, "x", "hours"), (5, " ", "words")):
            with pytest.raises(InvalidInput) as refused:
                dark_actions.respond(offer=made, hours=hours, words=words, actor=office, now=NOW)
            assert [problem.field for problem in refused.value.problems] == [field]
        assert not GuestResponse.objects.exists()


def test_the_trial_has_both_and_marks_them(settings: Any, client: Client) -> None:
    settings.TRIAL = True
    User.objects.create_user(trial.CHAIR, name="Carla (synthetic)", is_synthetic=True)
    trial.begin_planning()
    trial.begin_planning()

    assert {one.visibility for one in DarkProposal.objects.all()} == {"draft", "agreed", "public"}
    assert all(DarkProposal.objects.values_list("is_synthetic", flat=True))
    assert "synthetic" in client.get("/planner/calendar/").content.decode()
    assert "synthetic" in client.get("/planner/guest-hours/").content.decode()
    assert DarkProposal.objects.count() == 3
