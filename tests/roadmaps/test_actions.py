"""Action plans: their rules in words and in the database, two at once, who may, minutes, reminders, pages."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from leaps.accounts import actions as account_actions
from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.roadmaps import actions, minutes, plan_queries, reminders, rules, trial
from leaps.roadmaps.actions import Owner
from leaps.roadmaps.models import Action, ActionEvent, ActionReminder, Meeting
from leaps.roadmaps.types import ActionStatus
from tests.background import work
from tests.record.factories import facility, write
from tests.roadmaps.factories import milestone, technology
from tests.roadmaps.test_pages import text_of

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DUE = dt.date(2026, 12, 20)


def person(name: str, *roles: str) -> User:
    made = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    for role in roles:
        RoleGrant.objects.create(user=made, role=role)
    return made


@pytest.fixture
def chair(db: None) -> User:
    return person("Carla", "group_chair")


@pytest.fixture
def owner(db: None) -> User:
    return person("Otto")


def make(chair: User, person: User | None, now: dt.datetime = NOW, **told: Any) -> Action:
    base = {"title": "Compare the mirrors", "why": "Decided", "area": "optics", "due": DUE, "next_step": "Ask both", "owner": Owner(person, "" if person else "optics group")}
    return actions.create(**{**base, **told}, actor=chair, now=now)  # type: ignore[arg-type]


def tell(action: Action, actor: User, note: str = "", now: dt.datetime = NOW, **changes: Any) -> Action:
    return actions.update(action=action, base=action.version, actor=actor, now=now, changes=changes, note=note)


def fields(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [problem.field for problem in error.value.problems]


class TestRules:
    def test_an_action_needs_one_owner_a_reason_and_a_next_step(self, chair: User) -> None:
        with pytest.raises(InvalidInput) as error:
            make(chair, None, title=" ", why="", next_step=" ", owner=Owner(None))

        assert fields(error) == ["title", "why", "next_step", "owner"]
        assert not Action.objects.exists()

    def test_done_needs_evidence_and_blocked_a_name(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        with pytest.raises(InvalidInput) as done:
            tell(made, chair, status="done")
        with pytest.raises(InvalidInput) as blocked:
            tell(made, owner, status="blocked", blocker="  ")

        assert (fields(done), fields(blocked)) == (["evidence"], ["blocker"])
        assert tell(made, owner, status="blocked", blocker="customs").blocker == "customs"

    def test_what_blocked_is_forgotten_when_it_runs_again_but_not_by_the_history(self, chair: User, owner: User) -> None:
        made = tell(make(chair, owner), owner, status="blocked", blocker="customs")
        made = tell(made, owner, status="running")

        assert made.blocker == ""
        assert made.events.last().changes == {"status": ["blocked", "running"], "blocker": ["customs", ""]}

    def test_another_day_and_dropping_need_a_reason(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        with pytest.raises(InvalidInput) as moved:
            tell(made, owner, due=DUE + dt.timedelta(days=9))
        with pytest.raises(InvalidInput) as dropped:
            tell(made, chair, status="dropped")

        assert fields(moved) == fields(dropped) == ["note"]
        assert tell(made, owner, "the beam came late", due=DUE + dt.timedelta(days=9)).events.last().note == "the beam came late"

    def test_nothing_said_is_refused_and_a_sentence_alone_keeps_it_fresh(self, chair: User, owner: User) -> None:
        made = make(chair, owner, NOW - dt.timedelta(days=61))
        assert plan_queries.row_of(made, NOW).is_stale
        with pytest.raises(InvalidInput):
            tell(made, owner)

        said = tell(made, owner, "still waiting for beam")

        assert not plan_queries.row_of(said, NOW).is_stale
        assert said.events.last().verb == "confirmed"

    def test_stale_begins_after_sixty_days_and_ends_with_the_action(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        at = [plan_queries.row_of(made, NOW + dt.timedelta(days=days)).is_stale for days in (60, 61)]
        closed = tell(made, chair, status="done", evidence="seen")

        assert at == [False, True]
        assert not plan_queries.row_of(closed, NOW + dt.timedelta(days=100)).is_stale
        assert not plan_queries.row_of(closed, NOW + dt.timedelta(days=100)).is_overdue

    def test_progress_counts_what_is_done_of_what_was_agreed(self, chair: User, owner: User) -> None:
        for number in range(3):
            make(chair, owner, title=f"A{number}")
        make(chair, owner, title="proposed", is_agreed=False)
        dropped = tell(make(chair, owner, title="dropped"), chair, "no need", status="dropped")
        tell(Action.objects.get(title="A0"), chair, status="done", evidence="seen")

        (optics,) = plan_queries.progress(plan_queries.actions(chair, NOW))

        assert dropped.status == "dropped"
        assert (optics.done, optics.agreed, optics.percent) == (1, 3, 33)

    @pytest.mark.parametrize("broken", [
        {"owner": None, "owner_role": ""}, {"next_step": ""}, {"why": ""}, {"due": None}, {"status": "done", "evidence": ""},
        {"status": "blocked", "blocker": ""}, {"status": "whatever"},
    ])  # fmt: skip
    def test_the_database_refuses_it_too(self, chair: User, owner: User, broken: dict[str, Any]) -> None:
        made = make(chair, owner)
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=made.pk).update(**broken)

    def test_the_database_refuses_minutes_of_a_meeting_that_was_not_held(self, chair: User) -> None:
        held = actions.call_meeting(title="G", held_on=DUE, area="", actor=chair, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=held.pk).update(minutes="x")


class TestTwoAtOnce:
    def test_the_second_is_told_what_the_first_wrote(self, chair: User, owner: User) -> None:
        seen = make(chair, owner)
        tell(seen, owner, "half done", next_step="Measure the second")
        with pytest.raises(actions.Changed) as error:
            tell(seen, chair, next_step="Measure the third")

        assert str(error.value) == "Otto changed this action in the meantime."
        assert [(e.actor_label, e.changes) for e in error.value.since] == [("Otto", {"next_step": ["Ask both", "Measure the second"]})]
        assert Action.objects.get().next_step == "Measure the second"

    def test_the_page_keeps_both_texts(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        form = {"base": "1", "next_step": "What Carla typed", "status": "running", "due": DUE.isoformat(), "note": ""}
        tell(made, owner, next_step="What Otto wrote")
        browser = Client()
        browser.force_login(chair)

        answer = browser.post(f"/actions/{made.pk}/", form)
        page = answer.content.decode()

        assert answer.status_code == 409
        assert 'value="What Carla typed"' in page
        assert "What Otto wrote" in page
        assert browser.post(f"/actions/{made.pk}/", form | {"base": "2"}).status_code == 302
        assert [e.version for e in ActionEvent.objects.order_by("version")] == [1, 2, 3]

    def test_a_version_has_one_event(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionEvent.objects.create(of=made, version=1, at=NOW, actor_label="x", verb="changed")

    def test_minutes_are_not_overwritten(self, chair: User) -> None:
        held = actions.hold(meeting=actions.call_meeting(title="G", held_on=DUE, area="", actor=chair, now=NOW), actor=chair, now=NOW)
        actions.write_minutes(meeting=held, base=held.version, text="first", actor=chair, now=NOW)
        browser = Client()
        browser.force_login(chair)

        answer = browser.post(f"/meetings/{held.pk}/", {"base": held.version, "minutes": "second"})

        assert answer.status_code == 409
        assert "first" in answer.content.decode()
        assert "second" in answer.content.decode()
        assert Meeting.objects.get().minutes == "first"


class TestWhoMay:
    def test_role_by_role(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        others = [person("Nobody"), person("Ed"), person("Rita", "reviewer")]
        RoleGrant.objects.create(user=others[1], role="facility_editor", scope="ring")
        for one in (*others, None):
            assert not rules.may_update(one, made)
            assert not rules.may_see_meetings(one)
        for one in others:
            with pytest.raises(NotAllowed):
                tell(made, one, "hello")
            with pytest.raises(NotAllowed):
                make(one, one)
            with pytest.raises(NotAllowed):
                actions.call_meeting(title="G", held_on=DUE, area="", actor=one, now=NOW)
        assert rules.may_chair(person("Olga", "office"))

    def test_the_owner_reports_and_the_chair_closes_and_assigns(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        for changes in ({"status": "done", "evidence": "x"}, {"status": "dropped"}, {"owner": None, "owner_role": "others"}, {"title": "Other"}):
            with pytest.raises(NotAllowed):
                tell(made, owner, "please", **changes)
        assert tell(made, owner, status="running").status == "running"
        proposal = make(chair, owner, title="P", is_agreed=False)
        with pytest.raises(NotAllowed):
            tell(proposal, owner, status="agreed")
        assert tell(proposal, chair, status="agreed").status == "agreed"

    def test_a_proposal_is_seen_by_its_owner_the_chairs_and_the_office(self, chair: User, owner: User) -> None:
        make(chair, owner, is_agreed=False)
        office, other = person("Olga", "office"), person("Nobody")

        assert [len(plan_queries.actions(one, NOW)) for one in (chair, office, owner, other, None)] == [1, 1, 1, 0, 0]

    @pytest.mark.parametrize(("method", "address", "sent"), [
        ("get", "/actions/new/", None), ("get", "/actions/{pk}/edit/", None), ("get", "/meetings/", None), ("get", "/meetings/{meeting}/", None),
        ("get", "/meetings/{meeting}/actions/", None), ("post", "/meetings/", {"title": "G2", "held_on": "2026-12-01", "area": ""}),
        ("post", "/meetings/{meeting}/hold/", {}),
    ])  # fmt: skip
    def test_a_chair_may_what_a_member_may_not(self, chair: User, owner: User, method: str, address: str, sent: Any) -> None:
        held = actions.call_meeting(title="G", held_on=DUE, area="", actor=chair, now=NOW)
        address = address.format(pk=make(chair, owner).pk, meeting=held.pk)
        found = []
        for who in (chair, person("Nobody"), None):
            browser = Client()
            if who:
                browser.force_login(who)
            found.append(getattr(browser, method)(address, sent).status_code)

        assert found == [302 if method == "post" else 200, 403, 302]


class TestOwners:
    def test_an_address_a_name_or_a_role(self, owner: User) -> None:
        assert actions.owner_called("OTTO@example.org") == Owner(owner)
        assert actions.owner_called(" otto ", "chair") == Owner(owner, "chair")
        assert actions.owner_called("optics group") == Owner(None, "optics group")

    def test_no_account_two_of_a_name_or_nobody(self, owner: User) -> None:
        User.objects.create_user("otto2@example.org", name="Otto")
        for text, words in (("Otto", "several people"), ("no@example.org", "no account"), ("", "is missing")):
            with pytest.raises(InvalidInput, match=words):
                actions.owner_called(text)

    def test_editing_with_the_name_left_keeps_the_person(self, chair: User, owner: User) -> None:
        User.objects.create_user("otto2@example.org", name="Otto")
        made = make(chair, owner)
        browser = Client()
        browser.force_login(chair)

        answer = browser.post(f"/actions/{made.pk}/edit/", {"base": 1, "title": "T", "why": "w", "area": "optics", "owner": "Otto", "priority": "high"})

        assert answer.status_code == 302
        assert Action.objects.get().owner == owner


LINES = """Present: all.
- ACTION otto@example.org, 2026-12-01: Measure: twice
* action optics group, 2027-01-15: Write it up
- ACTION nobody@example.org, 2026-12-01: Fail
- ACTION Otto, 1 December: Fail
- ACTION , 2026-12-01: Fail
- ACTION Otto, 2026-12-01:
- ACTION Otto 2026-12-01 Fail
- ACTION optics group, 2027-01-16: write it UP
- ACTIONS were few."""


class TestMinutes:
    def test_every_line_is_an_action_a_fault_or_text(self, owner: User, chair: User) -> None:
        held = Meeting.objects.create(title="G", held_on=DUE, held_at=NOW, chair_label="C", minutes=LINES)
        found = {one.line.number: one for one in actions.proposals(held)}

        assert [number for number, one in found.items() if one.problem is None] == [2, 3]
        assert found[2].owner == Owner(owner)
        assert found[2].line.title == "Measure: twice"
        told = {number: (one.problem.row, one.problem.field) for number, one in found.items() if one.problem}
        assert told == {4: (4, "owner"), 5: (5, "due"), 6: (6, "owner"), 7: (7, "title"), 8: (8, "line"), 9: (9, "title")}
        assert all(one.problem.cure for one in found.values() if one.problem)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text("- ACTION,:2026\n\u2028\x0b\x85é@"), st.lists(st.sampled_from(LINES.split("\n"))))
    def test_no_line_is_lost(self, text: str, more: list[str]) -> None:
        whole = "\n".join([text, *more])
        found = minutes.lines(whole)

        assert "\n".join(line.text for line in found) == whole
        assert [line.number for line in found] == list(range(1, len(found) + 1))
        assert all(line.problem or (line.owner and line.due and line.title) for line in found if line.is_action)
        assert sum(line.is_action for line in found) >= sum("- ACTION " in one for one in more)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text("ab, @.", min_size=1), st.dates(), st.text("xyz:,- é", min_size=1))
    def test_a_well_formed_line_is_read(self, who: str, due: dt.date, title: str) -> None:
        who, title = " ".join(who.split()).strip(", ")[:100], " ".join(title.split())[:150].strip()
        if not who or not title:
            return
        (line,) = minutes.lines(f"- ACTION {who}, {due.isoformat()}: {title}")

        assert (line.problem, line.owner, line.due, line.title) == (None, who, due, title)

    def test_all_or_nothing_and_only_once(self, owner: User, chair: User) -> None:
        held = Meeting.objects.create(title="G", held_on=DUE, held_at=NOW, chair_label="C", minutes=LINES)
        with pytest.raises(InvalidInput) as error:
            actions.take_over(meeting=held, area="optics", actor=chair, now=NOW)
        assert len(error.value.problems) == 6
        assert not Action.objects.exists()

        Meeting.objects.filter(pk=held.pk).update(minutes="\n".join(LINES.split("\n")[:3]))
        made = actions.take_over(meeting=held, area="optics", actor=chair, now=NOW)

        assert [(one.title, one.status, one.meeting, one.owner) for one in made] == [
            ("Measure: twice", ActionStatus.PROPOSED, held, owner), ("Write it up", ActionStatus.PROPOSED, held, None),
        ]  # fmt: skip
        assert actions.take_over(meeting=held, area="optics", actor=chair, now=NOW) == []

    def test_the_preview_names_line_and_cure_and_changes_nothing(self, owner: User, chair: User) -> None:
        held = Meeting.objects.create(title="G", held_on=DUE, held_at=NOW, chair_label="C", minutes=LINES)
        browser = Client()
        browser.force_login(chair)

        page = text_of(browser.get(f"/meetings/{held.pk}/actions/").content.decode())

        assert "6 lines are to be mended" in page
        assert "Write year, month and day, such as 2026-12-01." in page
        assert browser.post(f"/meetings/{held.pk}/actions/", {"area": "optics"}).status_code == 422
        assert not Action.objects.exists()

    def test_readers_see_names_in_place_of_addresses(self, owner: User, chair: User) -> None:
        make(chair, owner)
        held = Meeting.objects.create(title="G", held_on=DUE, held_at=NOW, chair_label="C", minutes=LINES)
        browser = Client()
        browser.force_login(owner)

        page = browser.get(f"/meetings/{held.pk}/").content.decode()

        assert "ACTION Otto, 2026-12-01" in page
        assert "@example.org" not in page


class TestAgenda:
    def test_it_has_what_needs_a_word_and_is_frozen_when_held(self, chair: User, owner: User) -> None:
        write(facility("ring"), technology(), milestone("late", due="2026-01"), milestone("ahead", due="2030"))
        old = NOW - dt.timedelta(days=70)
        make(chair, owner, title="fine")
        make(chair, owner, title="proposed", due=dt.date(2026, 1, 1), is_agreed=False)
        make(chair, owner, old, title="stale")
        make(chair, owner, title="overdue", due=dt.date(2026, 11, 24))
        tell(make(chair, owner, title="ready"), owner, evidence="a report")
        blocked = tell(make(chair, owner, title="blocked"), owner, status="blocked", blocker="customs")
        called = actions.call_meeting(title="G", held_on=DUE, area="", actor=chair, now=NOW)

        items = plan_queries.agenda(called, NOW)
        held = actions.hold(meeting=called, actor=chair, now=NOW)
        tell(blocked, owner, status="running")

        assert [(item["title"], item["reasons"]) for item in items] == [
            ("blocked", ["blocked"]), ("overdue", ["overdue"]), ("ready", ["to_close"]), ("stale", ["stale"]), ("Reach late", ["late"]),
        ]  # fmt: skip
        assert plan_queries.agenda(Meeting.objects.get(pk=held.pk), NOW) == items
        with pytest.raises(actions.NotHeld):
            actions.hold(meeting=held, actor=chair, now=NOW)

    def test_a_meeting_of_an_area_speaks_of_it_alone(self, chair: User, owner: User) -> None:
        write(facility("ring"), technology(), milestone("late", due="2026-01"))
        make(chair, owner, title="here", due=dt.date(2026, 1, 1))
        make(chair, owner, title="there", area="rf", due=dt.date(2026, 1, 1))
        called = actions.call_meeting(title="G", held_on=DUE, area="rf", actor=chair, now=NOW)

        assert [item["title"] for item in plan_queries.agenda(called, NOW)] == ["there"]

    def test_minutes_before_the_meeting_are_refused(self, chair: User) -> None:
        called = actions.call_meeting(title="G", held_on=DUE, area="", actor=chair, now=NOW)
        with pytest.raises(actions.NotHeld):
            actions.write_minutes(meeting=called, base=1, text="x", actor=chair, now=NOW)


@pytest.fixture
def _empty_outbox(db: None) -> None:
    outbox.outbox = []


def mails() -> list[tuple[str, str]]:
    work()
    sent = [(message.to[0], str(message.body)) for message in outbox.outbox]
    outbox.outbox.clear()
    return sent


@pytest.mark.usefixtures("_empty_outbox")
class TestReminders:
    def test_one_digest_for_a_person_and_never_twice(self, chair: User, owner: User) -> None:
        make(chair, owner, title="Soon", due=NOW.date() + dt.timedelta(days=7))
        make(chair, owner, title="Late", due=NOW.date() - dt.timedelta(days=1))
        make(chair, owner, NOW - dt.timedelta(days=61), title="Silent", due=NOW.date() + dt.timedelta(days=90))
        make(chair, owner, title="Far", due=NOW.date() + dt.timedelta(days=8))
        make(chair, owner, title="Proposed", due=NOW.date(), is_agreed=False)

        assert reminders.remind(NOW) == 1
        ((to, text),) = mails()
        assert to == "otto@example.org"
        assert [word for word in ("Soon", "Late", "Silent", "Far", "Proposed") if word in text] == ["Soon", "Late", "Silent"]
        assert "due within a week" in text
        assert "/actions/" in text
        assert reminders.remind(NOW + dt.timedelta(hours=6)) == 0
        assert reminders.remind(NOW + dt.timedelta(days=1)) == 1  # what was far is near now
        ((_to, text),) = mails()
        assert "Far" in text
        assert "Soon" not in text
        assert "Late" not in text

    def test_overdue_comes_once_a_week(self, chair: User, owner: User) -> None:
        make(chair, owner, due=NOW.date() - dt.timedelta(days=1))
        days = [day for day in range(22) if reminders.remind(NOW + dt.timedelta(days=day))]

        assert days == [0, 6, 13, 20]

    def test_silence_is_told_once_until_something_is_said(self, chair: User, owner: User) -> None:
        made = make(chair, owner, due=dt.date(2028, 1, 1))
        days = [day for day in range(100) if reminders.remind(NOW + dt.timedelta(days=day))]
        tell(made, owner, "soon", now=NOW + dt.timedelta(days=100))
        later = [day for day in range(100, 200) if reminders.remind(NOW + dt.timedelta(days=day))]

        assert (days, later) == ([61], [161])

    def test_what_a_role_or_a_closed_account_owns_goes_to_the_chairs(self, chair: User, owner: User) -> None:
        make(chair, None, title="Of a role", due=NOW.date())
        make(chair, owner, title="Of one who left", due=NOW.date())
        User.objects.filter(pk=owner.pk).update(is_active=False)

        assert reminders.remind(NOW) == 1
        ((to, text),) = mails()
        assert to == "carla@example.org"
        assert "optics group" in text
        assert "Of one who left" in text

    def test_what_is_closed_reminds_nobody(self, chair: User, owner: User) -> None:
        tell(make(chair, owner, due=NOW.date()), chair, status="done", evidence="seen")

        assert reminders.remind(NOW) == 0
        assert not ActionReminder.objects.exists()


class TestPages:
    def test_without_actions_the_board_says_why_it_is_empty(self, client: Client, db: None) -> None:
        assert "Nothing is agreed yet" in client.get("/actions/").content.decode()

    def test_the_board_filters_and_shows_what_is_late(self, client: Client, chair: User, owner: User) -> None:
        make(chair, owner, title="On time", due=dt.date(2099, 1, 1), now=dt.datetime.now(dt.UTC))
        make(chair, None, title="Overdue one", due=dt.date(2020, 1, 1), area="rf")
        page = text_of(client.get("/actions/").content.decode())
        only = text_of(client.get("/actions/?only=overdue").content.decode())
        none = text_of(client.get("/actions/?area=rf&owner=1").content.decode())

        assert "2 actions are open, 1 overdue" in page
        assert "0 of 1 done" in page
        assert "Overdue one" in only
        assert "On time" not in only
        assert "No action is like that" in none

    def test_files_and_calendar_have_what_the_page_has(self, client: Client, chair: User, owner: User) -> None:
        make(chair, owner, title="=cmd", due=DUE)
        make(chair, owner, title="Hidden", is_agreed=False)
        rows = list(csv.DictReader(io.StringIO(client.get("/actions/table.csv").content.decode())))
        events = Calendar.from_ical(client.get("/actions/calendar.ics").content).walk("VEVENT")

        assert [(row["title"], row["owner"], row["due"]) for row in rows] == [("'=cmd", "Otto", "2026-12-20")]
        assert [(str(event["summary"]), event["dtstart"].dt) for event in events] == [("=cmd", DUE)]
        assert client.get("/actions/table.xlsx").status_code == 200
        assert client.get("/actions/table.pdf").status_code == 404

    def test_milestone_and_technology_list_their_actions(self, client: Client, chair: User, owner: User) -> None:
        write(facility("ring"), technology(), milestone("beam"))
        browser = Client()
        browser.force_login(chair)
        form = browser.get("/actions/new/?milestone=beam").content.decode()
        sent = {"title": "Tune it", "milestone": "beam", "technology": "bends", "area": "sources", "owner": "otto", "due": "2027-01-01",
                "next_step": "Begin", "priority": "normal", "is_agreed": "on"}  # fmt: skip
        answer = browser.post("/actions/new/", sent)

        assert 'value="beam" selected' in form
        assert answer.status_code == 302
        assert Action.objects.get().why == "Reach beam"
        for address in ("/milestones/beam/", "/technologies/bends/"):
            assert "Tune it" in client.get(address).content.decode()

    @pytest.mark.parametrize("query", ["milestone=%00", "technology=%00", "milestone=" + "a" * 5000, "technology=%ED%A0%80"])
    def test_nonsense_to_begin_with_is_no_fault(self, chair: User, query: str) -> None:
        browser = Client()
        browser.force_login(chair)

        assert browser.get(f"/actions/new/?{query}").status_code in (200, 400, 404)

    def test_a_form_that_breaks_a_rule_says_so_beside_the_field(self, chair: User, owner: User) -> None:
        made = make(chair, owner)
        browser = Client()
        browser.force_login(owner)

        answer = browser.post(f"/actions/{made.pk}/", {"base": 1, "next_step": "x", "status": "blocked", "due": DUE.isoformat()})

        assert answer.status_code == 422
        assert "Name who or what stands in the way." in answer.content.decode()


class TestPersonalData:
    def test_it_is_exported_and_erased(self, chair: User, owner: User) -> None:
        make(chair, owner, due=NOW.date())
        make(chair, owner, title="In a role", owner=Owner(owner, "chair of optics"))
        tell(Action.objects.get(owner_role=""), owner, "a word")
        held = Meeting.objects.create(title="G", held_on=DUE, held_at=NOW, chair=owner, chair_label="Otto", minutes="- ACTION otto@example.org, 2026-12-01: x\nOtto spoke of ottoman beds.")
        reminders.remind(NOW)
        told = account_actions.export(owner)["action_plans"]

        account_actions.erase(person=owner)
        held.refresh_from_db()

        assert [len(told[name]) for name in ("owned", "said", "meetings", "reminders")] == [2, 1, 1, 1]
        assert sorted(Action.objects.values_list("owner_role", flat=True)) == ["a former member", "chair of optics"]
        assert held.minutes == "- ACTION a former member, 2026-12-01: x\na former member spoke of ottoman beds."
        assert held.chair_label == "a former member"
        assert "Otto" not in json.dumps(list(ActionEvent.objects.values("actor_label", "changes", "note")))


class TestTrial:
    def test_a_trial_has_synthetic_actions_once_and_others_have_none(self, settings: Any, chair: User) -> None:
        from leaps.accounts import trial as people

        trial.begin()
        assert not Action.objects.exists()
        settings.TRIAL = True
        people.ensure_people()
        for _again in range(2):
            trial.begin()

        assert Action.objects.count() == len(trial.PLAN)
        assert all(Action.objects.values_list("is_synthetic", flat=True))
        assert all(Meeting.objects.values_list("is_synthetic", flat=True))
        assert {row.reasons for row in plan_queries.actions(chair, dt.datetime.now(dt.UTC))} >= {("blocked",), ("overdue",), ("stale",)}
