"""The week in the action plans: what stands in it, who sees what, and the mail on Mondays."""

import datetime as dt
import threading

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client

from leaps.accounts import actions as account_actions
from leaps.accounts.models import User
from leaps.roadmaps import digests
from leaps.roadmaps.digests import Digest
from leaps.roadmaps.models import Meeting, WeeklyDigest
from tests.background import work
from tests.roadmaps.test_actions import make, person, tell

WEDNESDAY = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 11, 30, 6, tzinfo=dt.UTC)
FAR = dt.date(2027, 6, 1)


@pytest.fixture
def chair(db: None) -> User:
    return person("Carla", "group_chair")


@pytest.fixture
def reader(db: None) -> User:
    return person("Rita")


def days(n: float) -> dt.timedelta:
    return dt.timedelta(days=n)


def read(viewer: object, now: dt.datetime = WEDNESDAY, area: str = "") -> dict[str, list[str]]:
    return titles(digests.digest(viewer, now, since=now - digests.WEEK, area=area))


def titles(found: Digest) -> dict[str, list[str]]:
    return {part.key: [row.action.title for row in part.rows] for part in found.parts}


class TestWhatStandsInIt:
    def test_each_action_stands_under_one_heading_that_fits(self, chair: User, reader: User) -> None:
        old, month = WEDNESDAY - days(20), WEDNESDAY - days(70)
        tell(make(chair, reader, old, title="Closed now", due=FAR), chair, now=WEDNESDAY - days(1), status="done", evidence="report")
        tell(make(chair, reader, month, title="Closed long ago", due=FAR), chair, now=old, status="done", evidence="report")
        tell(make(chair, reader, old, title="Stuck and late", due=dt.date(2026, 11, 1)), reader, now=old, status="blocked", blocker="the maker")
        make(chair, reader, old, title="Late", due=dt.date(2026, 11, 24))
        make(chair, reader, old, title="Soon", due=dt.date(2026, 12, 9))
        make(chair, reader, old, title="In three weeks", due=dt.date(2026, 12, 10))
        make(chair, reader, month, title="Silent", due=FAR)
        make(chair, reader, WEDNESDAY - days(2), title="New", due=FAR)
        tell(make(chair, reader, month, title="Given up", due=FAR), chair, now=WEDNESDAY, status="dropped", note="no money")

        assert read(reader) == {
            "done": ["Closed now"], "blocked": ["Stuck and late"], "overdue": ["Late"], "soon": ["Soon"], "stale": ["Silent"],
            "begun": ["New"], "dropped": ["Given up"],
        }  # fmt: skip

    def test_a_proposal_is_in_no_digest_but_of_its_owner_and_the_chairs(self, chair: User, reader: User) -> None:
        make(chair, reader, title="Proposed", due=dt.date(2026, 12, 1), is_agreed=False)

        assert read(person("Otto")) == {}
        assert read(None) == {}
        assert read(reader) == read(chair) == {"soon": ["Proposed"]}

    def test_meetings_are_told_to_those_who_may_see_them(self, chair: User, reader: User) -> None:
        Meeting.objects.create(title="Held", held_on=WEDNESDAY.date(), held_at=WEDNESDAY - days(1), chair=chair, chair_label="Carla", area="rf")
        Meeting.objects.create(title="Next", held_on=MONDAY.date(), chair=chair, chair_label="Carla")
        Meeting.objects.create(title="Later", held_on=FAR, chair=chair, chair_label="Carla")
        hers, others = (digests.digest(one, WEDNESDAY, since=WEDNESDAY - digests.WEEK) for one in (chair, reader))
        optics = digests.digest(chair, WEDNESDAY, since=WEDNESDAY - digests.WEEK, area="optics")

        assert ([m.title for m in hers.held], [m.title for m in hers.coming]) == (["Held"], ["Next"])
        assert (others.held, others.coming) == ((), ())
        assert others.is_empty
        assert ([m.title for m in optics.held], [m.title for m in optics.coming]) == ([], ["Next"])

    def test_an_area_has_its_own(self, chair: User, reader: User) -> None:
        make(chair, reader, title="Cavity", area="rf", due=WEDNESDAY.date())
        make(chair, reader, title="Mirror", area="optics", due=WEDNESDAY.date())

        assert read(reader, area="rf") == {"soon": ["Cavity"]}
        with pytest.raises(ValueError, match="weather"):
            read(reader, area="weather")


def mails() -> list[tuple[str, str, str]]:
    outbox.outbox.clear()
    work()
    return [(message.to[0], message.subject, str(message.body)) for message in outbox.outbox]


class TestMail:
    def test_it_comes_on_monday_once_and_tells_all_since_the_last(self, chair: User, reader: User) -> None:
        digests.subscribe(person=reader, area="", now=WEDNESDAY)
        make(chair, reader, WEDNESDAY + days(1), title="First", due=FAR)

        assert digests.send(WEDNESDAY + days(4)) == 0  # Sunday
        assert digests.send(MONDAY) == 1
        ((to, subject, text),) = mails()
        assert (to, subject) == ("rita@example.org", "The week in the action plans: all areas")
        assert "First" in text
        assert "/actions/week/" in text
        assert digests.send(MONDAY + days(0.25)) == 0

        make(chair, reader, MONDAY + days(1), title="Second", due=FAR)
        assert digests.send(MONDAY + days(16)) == 1  # the worker was away over a Monday
        ((_to, _subject, text),) = mails()
        assert "Second" in text
        assert "First" not in text

    def test_a_quiet_week_sends_nothing_and_a_closed_account_gets_nothing(self, chair: User, reader: User) -> None:
        digests.subscribe(person=reader, area="rf", now=WEDNESDAY)
        digests.subscribe(person=chair, area="", now=WEDNESDAY)
        make(chair, None, WEDNESDAY, title="Mirror", area="optics", due=MONDAY.date())
        User.objects.filter(pk=chair.pk).update(is_active=False)

        assert digests.send(MONDAY) == 0
        assert WeeklyDigest.objects.get(person=reader).told_until == MONDAY

    def test_words_of_people_stay_as_they_are_in_the_mail(self, chair: User, reader: User) -> None:
        digests.subscribe(person=reader, area="", now=WEDNESDAY)
        make(chair, reader, title="<b>Mirrors & gratings</b>", due=MONDAY.date())
        digests.send(MONDAY)

        assert "<b>Mirrors & gratings</b>" in mails()[0][2]

    def test_asked_again_only_the_area_changes(self, reader: User) -> None:
        digests.subscribe(person=reader, area="", now=WEDNESDAY)
        digests.subscribe(person=reader, area="rf", now=MONDAY)
        one = WeeklyDigest.objects.get()

        assert (one.area, one.told_until) == ("rf", WEDNESDAY)

    def test_it_goes_with_the_account(self, reader: User) -> None:
        digests.subscribe(person=reader, area="rf", now=WEDNESDAY)

        assert account_actions.export(reader)["action_plans"]["digest"] == [{"area": "rf", "told_until": WEDNESDAY.isoformat()}]
        account_actions.erase(person=reader)
        assert not WeeklyDigest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    chair, reader = person("Carla", "group_chair"), person("Rita")
    digests.subscribe(person=reader, area="", now=WEDNESDAY)
    make(chair, reader, title="Late", due=WEDNESDAY.date())
    sent: list[int] = []

    def send() -> None:
        sent.append(digests.send(MONDAY))
        connection.close()

    workers = [threading.Thread(target=send) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(sent) == [0, 0, 0, 1]


class TestPage:
    def test_a_visitor_reads_it_and_signs_in_to_have_it_sent(self, client: Client, chair: User) -> None:
        make(chair, None, title="Mirror", due=dt.date(2020, 1, 1))
        page = client.get("/actions/week/").content.decode()

        assert "Mirror" in page
        assert "Overdue" in page
        assert 'value="send"' not in page
        assert client.post("/actions/week/", {"do": "send"}).status_code == 302
        assert not WeeklyDigest.objects.exists()

    def test_a_member_has_it_sent_changes_the_area_and_stops_it(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        client.post("/actions/week/", {"do": "send", "area": "rf"})
        page = client.get("/actions/week/").content.decode()
        assert "comes to you each Monday by mail: radio frequency" in page
        assert "A quiet week" in page

        client.post("/actions/week/", {"do": "stop"})
        assert not WeeklyDigest.objects.exists()

    def test_an_unknown_area_is_refused(self, client: Client, reader: User) -> None:
        client.force_login(reader)

        assert client.get("/actions/week/?area=weather").status_code == 404
        assert client.post("/actions/week/", {"do": "send", "area": "weather"}).status_code == 404
        assert not WeeklyDigest.objects.exists()
