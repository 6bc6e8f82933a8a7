"""Proposing a correction and deciding about it: every rule, and who gets which mail."""

import datetime as dt
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.mail import EmailMessage
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from leaps.accounts.models import RoleGrant, User
from leaps.core import mail as core_mail
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from leaps.record import actions, corrections, queries
from leaps.record.models import ChangeSet, Correction
from leaps.record.types import Fact, Provenance
from tests.background import work
from tests.record.factories import NOW, delete, facility, instrument, technique, update, write

pytestmark = pytest.mark.django_db
State = Correction.State
HOUR = dt.timedelta(hours=1)


def person(name: str, *grants: tuple[str, str]) -> User:
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=user, role=role, scope=scope)
    return user


@pytest.fixture
def people() -> dict[str, User]:
    """A record with two facilities, and who looks after it."""
    write(facility(city="Lund", staff_count=5), facility("other"), technique("PaNET00001", "root"), instrument())
    return {
        "editor": person("Edda", ("facility_editor", "ring")),
        "colleague": person("Egon", ("facility_editor", "ring")),
        "stranger": person("Sture", ("facility_editor", "other")),
        "office": person("Olga", ("office", "")),
        "member": person("Mona"),
    }


def visitor(email: str = "vera@example.org", address: str = "192.0.2.1", name: str = "Vera") -> corrections.Proposer:
    return corrections.Proposer(None, name, email, address)


def propose(proposer: Any = None, value: Any = "Malmö", **more: Any) -> Correction:
    given: dict[str, Any] = {"kind": "facility", "key": "ring", "field": "city", "reason": "I live there.", "now": NOW}
    who = proposer if isinstance(proposer, corrections.Proposer) else corrections.Proposer(proposer)
    return corrections.propose(value=value, proposer=who if proposer else visitor(), **(given | more))


def city() -> Fact:
    state = queries.state("facility", "ring")
    assert state is not None
    return state.fact("city")


class TestProposing:
    def test_an_accounts_proposal_waits_for_the_editors_at_once(self, people: dict[str, User]) -> None:
        found = propose(people["member"], source_url="https://example.org/x", as_of="2026")

        assert (found.state, found.base_value, found.proposed_value) == (State.OPEN, "Lund", "Malmö")
        assert (found.facility, found.proposer, found.flood_mark) == ("ring", people["member"], "")
        assert city().value == "Lund"

    def test_a_visitors_proposal_waits_for_its_confirmation(self, people: dict[str, User]) -> None:
        found = propose(visitor("Vera@Example.org"))

        assert (found.state, found.proposer, found.proposer_email) == (State.UNCONFIRMED, None, "vera@example.org")
        assert found.flood_mark
        assert "192.0.2.1" not in found.flood_mark

    @pytest.mark.parametrize(
        ("fault", "field"),
        [
            ({"key": "nowhere"}, "city"),
            ({"field": "no_such_field"}, "no_such_field"),
            ({"field": "slug", "value": "better"}, "slug"),
            ({"field": "staff_count", "value": "many"}, "staff_count"),
            ({"field": "staff_count", "value": "-4"}, "staff_count"),
            ({"value": "Lund"}, "city"),
            ({"reason": "  "}, "reason"),
            ({"as_of": "last year"}, "as_of"),
            ({"source_url": "javascript:alert(1)"}, "source_url"),
            ({"source_url": "ftp://example.org"}, "source_url"),
            ({"kind": "instrument", "key": "ring-i01", "field": "facility", "value": "nowhere"}, "facility"),
            ({"kind": "instrument", "key": "ring-i01", "field": "techniques", "value": ["PaNET00001", "PaNET9"]}, "techniques"),
            ({"proposer": visitor("not an address")}, "email"),
            ({"proposer": visitor("")}, "email"),
            ({"proposer": visitor("a@example.org\nBcc: b@example.org")}, "email"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_a_cure(self, people: dict[str, User], fault: dict[str, Any], field: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            propose(**fault)

        assert [problem.field for problem in refused.value.problems] == [field]
        assert not Correction.objects.exists()

    def test_all_faults_are_told_at_once(self, people: dict[str, User]) -> None:
        with pytest.raises(InvalidInput) as refused:
            propose(visitor("?"), reason="", as_of="soon", source_url="x")

        assert [problem.field for problem in refused.value.problems] == ["reason", "as_of", "source_url", "email"]

    def test_a_source_for_the_same_value_is_a_proposal(self, people: dict[str, User]) -> None:
        assert propose(people["member"], "Lund", source_url="https://example.org/new").proposed_value == "Lund"

    def test_to_empty_a_value_can_be_proposed(self, people: dict[str, User]) -> None:
        found = propose(people["member"], None)
        corrections.accept(correction=found, actor=people["editor"], now=NOW)

        assert city().value is None


class TestFloods:
    """Five an hour, as the option says, from one network or for one mailbox."""

    def many(self, count: int, who: Callable[[int], corrections.Proposer], now: dt.datetime = NOW) -> None:
        for number in range(count):
            propose(who(number), f"City {number}", now=now)

    def test_one_network_address(self, people: dict[str, User]) -> None:
        self.many(5, lambda n: visitor(f"{n}@example.org"))

        with pytest.raises(corrections.TooManyCorrections, match="Sign in"):
            propose(visitor("another@example.org"))
        assert Correction.objects.count() == 5
        assert propose(visitor("another@example.org", "192.0.2.2"))

    def test_one_mailbox_from_many_networks(self, people: dict[str, User]) -> None:
        self.many(5, lambda n: visitor(address=f"198.51.100.{n}"))

        with pytest.raises(corrections.TooManyCorrections):
            propose(visitor("VERA@example.org", "198.51.100.99"))

    def test_one_network_of_ipv6_is_one_visitor(self, people: dict[str, User]) -> None:
        self.many(5, lambda n: visitor(f"{n}@example.org", f"2001:db8:0:1::{n}"))

        with pytest.raises(corrections.TooManyCorrections):
            propose(visitor("another@example.org", "2001:db8:0:1:ffff::1"))
        assert propose(visitor("another@example.org", "2001:db8:0:2::1"))

    def test_an_hour_later_it_goes_on(self, people: dict[str, User]) -> None:
        self.many(5, lambda n: visitor(f"{n}@example.org"))

        assert propose(now=NOW + HOUR + dt.timedelta(seconds=1))

    def test_an_account_is_not_counted_by_network_but_by_what_waits(self, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(corrections, "OPEN_PER_PERSON", 7)
        self.many(7, lambda _n: corrections.Proposer(people["member"], network_address="192.0.2.1"))

        with pytest.raises(corrections.TooManyCorrections, match="7 of your corrections"):
            propose(people["member"], "One more")
        assert propose(visitor(address="192.0.2.1"))

    def test_marks_names_and_what_was_never_confirmed_are_forgotten(self, people: dict[str, User]) -> None:
        stale, kept = propose(visitor("a@example.org")), propose(visitor("b@example.org", "192.0.2.2"))
        corrections.confirm(token=corrections.link_token(kept))
        corrections.decline(correction=kept, actor=people["editor"], now=NOW, note="No.")

        propose(visitor("c@example.org"), now=NOW + dt.timedelta(days=8))
        kept.refresh_from_db()
        assert not Correction.objects.filter(pk=stale.pk).exists()
        assert (kept.flood_mark, kept.proposer_email) == ("", "b@example.org")

        propose(visitor("d@example.org"), now=NOW + dt.timedelta(days=181))
        kept.refresh_from_db()
        assert (kept.proposer_name, kept.proposer_email) == ("", "")

    def test_the_page_says_when_it_is_too_much(self, people: dict[str, User], client: Client) -> None:
        sent = {"value": "Malmö", "reason": "x", "email": "v@example.org"}
        address = reverse("record:correct", args=["facility", "ring", "city"])
        answers = [client.post(address, sent | {"value": f"City {n}"}) for n in range(6)]

        assert [a.status_code for a in answers] == [200] * 5 + [429]

    def test_a_program_that_fills_in_everything_learns_nothing(self, people: dict[str, User], client: Client) -> None:
        sent = {"value": "Malmö", "reason": "x", "email": "v@example.org", "website": "https://spam.example"}

        answer = client.post(reverse("record:correct", args=["facility", "ring", "city"]), sent)

        assert answer.status_code == 200
        assert b"Thank you" in answer.content
        assert not Correction.objects.exists()

    def test_a_forged_forwarded_address_does_not_help(self, people: dict[str, User], client: Client) -> None:
        address = reverse("record:correct", args=["facility", "ring", "city"])

        def send(n: int) -> int:
            sent = {"value": f"City {n}", "reason": "x", "email": f"{n}@example.org"}
            return client.post(address, sent, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code

        assert [send(n) for n in range(6)] == [200] * 5 + [429]


class TestLinks:
    def test_the_link_puts_the_proposal_before_the_editors_once(
        self, people: dict[str, User], mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Any
    ) -> None:
        token = corrections.link_token(propose())

        for _again in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                assert corrections.confirm(token=token).state == State.OPEN
        work()

        assert sorted(m.to[0] for m in mailoutbox) == ["edda@example.org", "egon@example.org"]

    @pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", "ImEi:1xW4UR:xyz", "ä" * 300])
    def test_a_broken_one_is_refused(self, people: dict[str, User], token: str) -> None:
        propose()
        with pytest.raises(corrections.LinkUnusable, match="broken or older"):
            corrections.confirm(token=token)
        assert Correction.objects.get().state == State.UNCONFIRMED

    def test_one_signed_for_something_else_is_refused(self, people: dict[str, User]) -> None:
        found = propose()
        for forged in (signing.dumps([found.pk, "x"]), signing.dumps(found.pk, salt=corrections._SALT)):
            with pytest.raises(corrections.LinkUnusable):
                corrections.confirm(token=forged)

    def test_an_old_one_is_refused(self, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
        token = corrections.link_token(propose())
        now = signing.time.time()
        monkeypatch.setattr(signing.time, "time", lambda: now + 3 * 86400 + 1)

        with pytest.raises(corrections.LinkUnusable):
            corrections.confirm(token=token)

    def test_one_of_another_proposal_is_refused(self, people: dict[str, User]) -> None:
        found = propose()
        token = corrections.link_token(found)
        Correction.objects.update(proposer_email="somebody@example.org")

        with pytest.raises(corrections.LinkUnusable, match="another proposal"):
            corrections.confirm(token=token)

    def test_looking_confirms_nothing_and_the_button_does(self, people: dict[str, User], client: Client) -> None:
        found = propose()
        address = reverse("record:correction-confirm", args=[corrections.link_token(found)])

        assert b"Was this you?" in client.get(address).content
        found.refresh_from_db()
        assert found.state == State.UNCONFIRMED
        assert b"with the editors" in client.post(address).content
        found.refresh_from_db()
        assert found.state == State.OPEN

    def test_an_unusable_one_is_told_in_words(self, people: dict[str, User], client: Client) -> None:
        answer = client.get(reverse("record:correction-confirm", args=["nonsense"]))

        assert answer.status_code == 410
        assert b"Please propose the correction again" in answer.content

    def test_nothing_can_be_decided_before(self, people: dict[str, User]) -> None:
        with pytest.raises(Conflict):
            corrections.accept(correction=propose(), actor=people["editor"], now=NOW)


class TestDeciding:
    def test_accepted_it_stands_in_the_record_with_the_editors_name(self, people: dict[str, User]) -> None:
        found = propose(people["member"], source_url="https://example.org/x", as_of="2026")

        found = corrections.accept(correction=found, actor=people["editor"], now=NOW, note="Thanks")

        assert city() == Fact("Malmö", Provenance("confirmed", "https://example.org/x", "2026", "Edda", "2026-11-24"))
        assert (found.state, found.decided_by, found.decision_note) == (State.ACCEPTED, people["editor"], "Thanks")
        assert found.changeset is not None
        assert (found.changeset.origin, found.changeset.actor) == ("correction", people["editor"])
        assert "I live there." in found.changeset.reason

    @pytest.mark.parametrize(("source", "confidence"), [("https://example.org/x", "sourced"), ("", "known")])
    def test_the_office_vouches_for_the_source_only(self, people: dict[str, User], source: str, confidence: str) -> None:
        corrections.accept(correction=propose(people["member"], source_url=source), actor=people["office"], now=NOW)

        assert city().provenance == Provenance(confidence, source, "")

    def test_amended_the_editors_value_stands_in_the_record(self, people: dict[str, User]) -> None:
        mine = Fact("Lomma", corrections.provenance_for(people["editor"], "ring", "", "", NOW.date()))

        found = corrections.accept(correction=propose(people["member"]), actor=people["editor"], now=NOW, amended=mine)

        assert (found.state, city().value) == (State.AMENDED, "Lomma")

    def test_amending_the_source_only_is_accepting(self, people: dict[str, User]) -> None:
        mine = Fact("Malmö", Provenance("sourced", "https://example.org/better"))

        found = corrections.accept(correction=propose(people["member"]), actor=people["office"], now=NOW, amended=mine)

        assert (found.state, city()) == (State.ACCEPTED, mine)

    def test_declined_nothing_changes_and_a_reason_is_due(self, people: dict[str, User]) -> None:
        found = propose(people["member"])
        with pytest.raises(InvalidInput) as refused:
            corrections.decline(correction=found, actor=people["editor"], now=NOW, note=" ")
        assert [problem.field for problem in refused.value.problems] == ["note"]

        found = corrections.decline(correction=found, actor=people["editor"], now=NOW, note="We moved.")

        assert (found.state, found.decision_note, city().value) == (State.DECLINED, "We moved.", "Lund")

    def test_what_the_record_says_already_is_accepted_without_a_change(self, people: dict[str, User]) -> None:
        first, second = (propose(people["member"]) for _ in range(2))
        corrections.accept(correction=first, actor=people["office"], now=NOW)

        found = corrections.accept(correction=second, actor=people["office"], now=NOW)

        assert (found.state, found.changeset) == (State.ACCEPTED, None)

    def test_of_an_object_that_is_gone_nothing_can_be_accepted_but_it_can_be_declined(self, people: dict[str, User]) -> None:
        found = propose(people["member"], "I01-new", kind="instrument", key="ring-i01", field="name")
        write(delete("instrument", "ring-i01"))

        with pytest.raises(DomainError):
            corrections.accept(correction=found, actor=people["editor"], now=NOW)
        assert corrections.decline(correction=found, actor=people["editor"], now=NOW, note="Gone.").state == State.DECLINED

    @pytest.mark.parametrize("who", ["stranger", "member", "nobody", "closed"])
    def test_others_decide_nothing(self, people: dict[str, User], who: str) -> None:
        found, decided = propose(people["member"]), propose(people["member"], "Visby")
        corrections.decline(correction=decided, actor=people["editor"], now=NOW, note="No.")
        actor: Any = people.get(who) or AnonymousUser()
        if who == "closed":
            actor = people["colleague"]
            actor.is_active = False

        for attempt in (
            lambda: corrections.accept(correction=found, actor=actor, now=NOW),
            lambda: corrections.accept(correction=found, actor=actor, now=NOW, amended=Fact("X", Provenance())),
            lambda: corrections.decline(correction=found, actor=actor, now=NOW, note="x"),
            lambda: corrections.reopen(correction=decided, actor=actor, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        found.refresh_from_db()
        decided.refresh_from_db()
        assert (found.state, decided.state, city().value) == (State.OPEN, State.DECLINED, "Lund")

    def test_the_second_of_two_editors_is_told_who_was_first(self, people: dict[str, User]) -> None:
        found = propose(people["member"])
        corrections.accept(correction=found, actor=people["editor"], now=NOW)

        for attempt in (
            lambda: corrections.accept(correction=found, actor=people["colleague"], now=NOW),
            lambda: corrections.decline(correction=found, actor=people["colleague"], now=NOW, note="x"),
        ):
            with pytest.raises(Conflict, match="Edda has decided already"):
                attempt()
        assert ChangeSet.objects.filter(origin="correction").count() == 1

    def test_an_editor_of_the_facilitys_new_key_goes_on_deciding(self, people: dict[str, User]) -> None:
        found = propose(people["member"])
        actions.rename(kind="facility", key="ring", new_key="big-ring", actor=people["office"], reason="x", now=NOW)
        write(facility("newcomer"))
        found.refresh_from_db()

        assert (found.key, found.facility) == ("big-ring", "big-ring")
        corrections.accept(correction=found, actor=User.objects.get(pk=people["editor"].pk), now=NOW)
        assert queries.state("facility", "big-ring").fact("city").value == "Malmö"  # type: ignore[union-attr]


class TestTakingBack:
    def test_a_proposer_withdraws_what_waits(self, people: dict[str, User]) -> None:
        found = propose(people["member"])
        for other in (people["editor"], AnonymousUser()):
            with pytest.raises(NotAllowed):
                corrections.withdraw(correction=found, actor=other, now=NOW)

        assert corrections.withdraw(correction=found, actor=people["member"], now=NOW).state == State.WITHDRAWN
        with pytest.raises(Conflict):
            corrections.withdraw(correction=found, actor=people["member"], now=NOW)
        with pytest.raises(Conflict):
            corrections.accept(correction=found, actor=people["editor"], now=NOW)

    def test_a_visitors_proposal_cannot_be_withdrawn_by_another_visitor(self, people: dict[str, User]) -> None:
        found = corrections.confirm(token=corrections.link_token(propose()))
        with pytest.raises(NotAllowed):
            corrections.withdraw(correction=found, actor=AnonymousUser(), now=NOW)

    def test_a_decision_is_undone_to_the_byte(self, people: dict[str, User]) -> None:
        before = city()
        found = corrections.accept(correction=propose(people["member"]), actor=people["editor"], now=NOW, note="Yes")

        found = corrections.reopen(correction=found, actor=people["colleague"], now=NOW)

        assert city() == before
        assert (found.state, found.decided_by, found.decided_at, found.decision_note) == (State.OPEN, None, None, "")
        assert corrections.decline(correction=found, actor=people["editor"], now=NOW, note="After all.")

    def test_a_decision_that_others_built_upon_is_not_undone(self, people: dict[str, User]) -> None:
        found = corrections.accept(correction=propose(people["member"]), actor=people["editor"], now=NOW)
        write(update("facility", "ring", city="Ystad"))

        with pytest.raises(Conflict):
            corrections.reopen(correction=found, actor=people["editor"], now=NOW)
        found.refresh_from_db()
        assert (found.state, city().value) == (State.ACCEPTED, "Ystad")

    def test_what_waits_or_was_withdrawn_has_no_decision_to_undo(self, people: dict[str, User]) -> None:
        waiting, withdrawn = propose(people["member"]), propose(people["member"], "Visby")
        corrections.withdraw(correction=withdrawn, actor=people["member"], now=NOW)

        for found in (waiting, withdrawn):
            with pytest.raises(Conflict, match="no decision"):
                corrections.reopen(correction=found, actor=people["editor"], now=NOW)


class TestMail:
    """Everybody concerned, once, and nobody learns the address of another."""

    @pytest.fixture(autouse=True)
    def _world(self, people: dict[str, User], mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Any) -> None:
        self.people, self.out, self.committed = people, mailoutbox, django_capture_on_commit_callbacks

    def after(self, act: Callable[[], Any]) -> tuple[Any, dict[str, str]]:
        """What an act leads to: its result and the mails by address."""
        self.out.clear()
        with self.committed(execute=True):
            result = act()
        work()
        assert all(len(m.recipients()) == 1 for m in self.out)
        found = {m.to[0]: f"{m.subject}\n{m.body}" for m in self.out}
        assert len(found) == len(self.out), "somebody got two mails"
        for to, text in found.items():
            assert set(re.findall(r"[\w.+-]+@[\w.-]+", text)) <= {to}, "an address leaks"
        return result, found

    def test_a_visitor_is_asked_without_carrying_a_word_of_the_form(self) -> None:
        spam = "Buy at https://spam.example now"
        _found, mails = self.after(lambda: propose(visitor(name=spam), f"Lund {spam}", reason=spam))

        assert list(mails) == ["vera@example.org"]
        assert "spam" not in mails["vera@example.org"]
        assert "/corrections/confirm/" in mails["vera@example.org"]

    def test_a_proposal_goes_to_the_editors_of_the_facility_only(self) -> None:
        _found, mails = self.after(lambda: propose(self.people["member"]))

        assert sorted(mails) == ["edda@example.org", "egon@example.org"]
        assert "Mona" in mails["edda@example.org"]
        assert "I live there." in mails["edda@example.org"]

    def test_where_nobody_edits_the_office_is_asked(self) -> None:
        _found, mails = self.after(
            lambda: propose(self.people["member"], "Root", kind="technique", key="PaNET00001", field="label")
        )

        assert list(mails) == ["olga@example.org"]

    def test_a_closed_account_gets_no_mail(self) -> None:
        User.objects.filter(pk=self.people["colleague"].pk).update(is_active=False)

        assert list(self.after(lambda: propose(self.people["member"]))[1]) == ["edda@example.org"]

    def test_a_decision_is_told_to_the_proposer_and_the_other_editors(self) -> None:
        found, _mails = self.after(lambda: propose(self.people["member"]))

        _found, mails = self.after(
            lambda: corrections.decline(correction=found, actor=self.people["editor"], now=NOW, note="We moved.")
        )

        assert sorted(mails) == ["egon@example.org", "mona@example.org"]
        assert "We moved." in mails["mona@example.org"]
        assert "declined" in mails["mona@example.org"]
        assert "by Edda" in mails["egon@example.org"]

    def test_an_editor_who_proposed_himself_hears_once(self) -> None:
        found, _mails = self.after(lambda: propose(self.people["colleague"]))

        _found, mails = self.after(lambda: corrections.accept(correction=found, actor=self.people["editor"], now=NOW))

        assert list(mails) == ["egon@example.org"]

    def test_withdrawing_and_reopening_mail_nobody(self) -> None:
        found, _mails = self.after(lambda: propose(self.people["member"]))
        decided, _mails = self.after(lambda: corrections.accept(correction=found, actor=self.people["editor"], now=NOW))

        assert self.after(lambda: corrections.reopen(correction=decided, actor=self.people["editor"], now=NOW))[1] == {}
        assert self.after(lambda: corrections.withdraw(correction=found, actor=self.people["member"], now=NOW))[1] == {}

    def test_what_is_rolled_back_mails_nobody(self) -> None:
        def refused() -> None:
            with pytest.raises(InvalidInput):
                propose(self.people["member"], "Lund")

        assert self.after(refused)[1] == {}

    def test_a_line_break_cannot_add_a_header(self) -> None:
        core_mail.send("vera@example.org", "Hello\nBcc: everybody@example.org\r\nX-Evil: 1", "Text")
        work()

        (message,) = self.out
        assert message.recipients() == ["vera@example.org"]
        assert message.message()["Bcc"] is None
        assert message.message()["X-Evil"] is None
        assert message.subject == "Hello Bcc: everybody@example.org X-Evil: 1"

    def test_a_name_with_line_breaks_stays_in_the_body(self) -> None:
        who = visitor(name="Vera\r\nSubject: fine\r\nBcc: all@example.org")
        found = propose(who)
        with self.committed(execute=True):
            corrections.confirm(token=corrections.link_token(found))
        work()

        assert {m.message()["Bcc"] for m in self.out} == {None}
        assert sorted(m.to[0] for m in self.out) == ["edda@example.org", "egon@example.org"]


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def test_what_people_type_is_text_on_every_page(people: dict[str, User]) -> None:
    evil = person(EVIL[:60])
    User.objects.filter(pk=evil.pk).update(email="evil@example.org")
    found = propose(corrections.Proposer(User.objects.get(pk=evil.pk)), EVIL, reason=EVIL, source_url='https://example.org/?"><script>')
    by_visitor = propose(visitor(name=EVIL), EVIL, reason=EVIL)
    editor = Client()
    editor.force_login(people["editor"])
    seen = [
        editor.get("/queue/"),
        editor.get(f"/queue/{found.pk}/"),
        editor.get(reverse("record:correction-confirm", args=[corrections.link_token(by_visitor)])),
    ]
    accepted = corrections.accept(correction=found, actor=people["editor"], now=NOW, note=EVIL)
    assert accepted.changeset is not None
    seen += [
        editor.get(address)
        for address in (
            f"/queue/{found.pk}/", "/queue/?decided=1", "/facilities/ring/", "/record/facility/ring/history/", "/changes/",
            f"/changes/{accepted.changeset.revision}/", "/changes/feed.atom", "/record/facility/ring/correct/city/",
            "/record/facility/ring/edit/",
        )
    ]

    assert [a.status_code for a in seen] == [200] * len(seen)
    told = [a.content.decode() for a in seen]
    assert not [t for t in told if "<script>alert" in t or "<img src=x" in t]
    assert sum("alert(1)" in t for t in told) >= 9, "the words are there, as words"


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_counts(request: pytest.FixtureRequest) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lives in one connection; writers wait for each other there by themselves")
    people = request.getfixturevalue("people")
    found = propose(people["member"])
    start, outcome = threading.Barrier(2), []

    def decide(actor: User, value: str) -> None:
        start.wait(10)
        try:
            corrections.accept(correction=found, actor=actor, now=NOW, amended=Fact(value, Provenance()))
            outcome.append("accepted")
        except Conflict:
            outcome.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(people[w], w)) for w in ("editor", "colleague")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome) == ["accepted", "told"]
    assert ChangeSet.objects.filter(origin="correction").count() == 1
