"""Works and tags: role by role, two at once, spreadsheets, what is suggested, and where what was confirmed is shown."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaps.accounts import personal_data
from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.landscape import work_queries, work_tables, works_trial
from leaps.landscape.actions import tagging
from leaps.landscape.models import Challenge, ChallengeTag, TaggingEvent, Work
from leaps.record.packs import reading
from leaps.roadmaps.models import Technology

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
WHO = {
    "anonymous": None, "member": (), "reviewer": (("reviewer", ""),), "director": (("director", "esrf"),), "author": (("landscape_author", ""),),
    "editor": (("facility_editor", "max-iv"),), "chair": (("group_chair", ""),), "office": (("office", ""),),
}  # fmt: skip
DECIDE = {"editor", "chair", "office"}
STATE = set(WHO) - {"anonymous", "member"}
BATTERY = {
    "kind": "paper", "title": "Lithium plating in a battery", "abstract": "Electrodes of a lithium-ion cell lose capacity.", "year": 2025, "doi": "10.1234/abc",
    "url": "",
}  # fmt: skip


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


def looker(who: str) -> Any:
    grants = WHO[who]
    return AnonymousUser() if grants is None else person(f"Looker {who}", *grants)


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


def state(actor: Any, **values: Any) -> Work:
    return tagging.state_work(values=BATTERY | values, actor=actor, now=NOW)


def challenge(key: str = "theme-batteries") -> Challenge:
    return Challenge.objects.get(slug=key)


def confirm(actor: Any, thing: Any, key: str = "theme-batteries", base: int = 0, strength: int = 2, note: str = "") -> ChallengeTag:
    return tagging.confirm(thing=thing, challenge=challenge(key), base=base, strength=strength, note=note, actor=actor, now=NOW)


def of(viewer: User, work: Work) -> work_queries.Subject:
    (subject,) = work_queries.of_works(viewer, [work])
    return subject


def technology() -> Technology:
    return Technology.objects.get(slug="operando-cells")


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_record")]


class TestWhoMay:
    @pytest.mark.parametrize("who", WHO)
    def test_states_works(self, who: str) -> None:
        actor = looker(who)
        if who in STATE:
            assert state(actor).side == {"office": "office", "chair": "group chair", "editor": "editor max-iv"}.get(who, "member")
        else:
            with pytest.raises(NotAllowed):
                state(actor)
            assert not Work.objects.exists()

    @pytest.mark.parametrize("who", WHO)
    def test_confirms_rejects_and_undoes(self, who: str, office: User) -> None:
        work, actor = state(office), looker(who)
        standing = confirm(office, work, "goal-07")
        deeds: list[Callable[[], Any]] = [
            lambda: confirm(actor, work),
            lambda: tagging.reject(thing=work, challenge=challenge("goal-13"), base=0, note="No", actor=actor, now=NOW),
            lambda: confirm(actor, technology()),
            lambda: tagging.undo(tag=standing, base=1, actor=actor, now=NOW),
        ]
        for deed in deeds:
            if who in DECIDE:
                deed()
            else:
                with pytest.raises(NotAllowed):
                    deed()
        assert ChallengeTag.objects.count() == (4 if who in DECIDE else 1)
        assert ChallengeTag.objects.get(pk=standing.pk).state == ("open" if who in DECIDE else "confirmed")

    @pytest.mark.parametrize("who", WHO)
    def test_proposes_and_takes_the_own_proposal_back(self, who: str, office: User) -> None:
        work, actor = state(office), looker(who)
        if who not in STATE:
            with pytest.raises(NotAllowed):
                tagging.propose(thing=work, challenge=challenge(), base=0, actor=actor, now=NOW)
            return
        tag = tagging.propose(thing=work, challenge=challenge(), base=0, strength=1, note="Seen", actor=actor, now=NOW)
        other = person("Other", ("reviewer", ""))
        with pytest.raises(NotAllowed):
            tagging.undo(tag=tag, base=1, actor=other, now=NOW)
        assert tagging.undo(tag=tag, base=1, actor=actor, now=NOW).state == "open"

    @pytest.mark.parametrize("who", WHO)
    def test_changes_and_withdraws_a_work_of_somebody_else(self, who: str, office: User) -> None:
        work, actor = state(person("Stater", ("reviewer", ""))), looker(who)
        deeds: list[Callable[[], Any]] = [
            lambda: tagging.change_work(work=work, base=1, values={"title": "Mine"}, actor=actor, now=NOW),
            lambda: tagging.withdraw_work(work=work, actor=actor, now=NOW),
        ]
        for deed in deeds:
            if who in ("chair", "office"):
                deed()
            else:
                with pytest.raises(NotAllowed):
                    deed()

    def test_who_stated_it_changes_it_as_long_as_a_role_is_held(self) -> None:
        stater = person("Stater", ("reviewer", ""))
        work = state(stater)
        tagging.change_work(work=work, base=1, values={"title": "Better"}, actor=stater, now=NOW)
        RoleGrant.objects.all().delete()
        former = User.objects.get(pk=stater.pk)

        with pytest.raises(NotAllowed):
            tagging.change_work(work=work, base=2, values={"title": "Worse"}, actor=former, now=NOW)
        assert Work.objects.get().title == "Better"

    @pytest.mark.parametrize("who", WHO)
    def test_sees_only_what_is_confirmed_without_a_role(self, who: str, office: User, client: Client) -> None:
        secret, shown = state(office, title="Lithium secret"), state(office, title="Lithium shown", doi="10.1234/shown")
        confirm(office, shown)
        tagging.reject(thing=shown, challenge=challenge("goal-13"), base=0, note="rejected-because", actor=office, now=NOW)
        tagging.propose(thing=technology(), challenge=challenge("theme-hydrogen"), base=0, note="proposed-because", actor=office, now=NOW)
        if WHO[who] is not None:
            client.force_login(looker(who))
        may = who in STATE

        assert client.get(f"/landscape/challenges/works/{secret.pk}/").status_code == (200 if may else 404)
        page = client.get(f"/landscape/challenges/works/{shown.pk}/").content.decode()
        assert "Batteries" in page
        listed = client.get("/landscape/challenges/works/").content.decode()
        assert "Lithium shown" in listed
        assert ("Lithium secret" in listed) == may
        assert ("rejected-because" in page) == may
        assert (">suggested<" in page) == may
        assert ("Olga" in page) == may, "names stand in the history, which members read"
        of_technology = client.get("/landscape/challenges/works/technologies/operando-cells/").content.decode()
        assert ("proposed-because" in of_technology) == may
        for address in ("/landscape/challenges/works/table.csv", "/landscape/challenges/theme-batteries/", "/api/v1/challenge_tags", "/technologies/operando-cells/"):
            told = client.get(address).content.decode()
            assert "secret" not in told.replace("Lithium shown", "") or may
            assert "rejected-because" not in told
            assert "proposed-because" not in told
            assert "Olga" not in told or "Looker" in told

    def test_a_closed_account_may_nothing(self, office: User) -> None:
        state(office)
        office.is_active = False

        assert not work_queries.works(office).exists()
        assert work_queries.subjects(office) == []
        with pytest.raises(NotAllowed):
            state(office, doi="10.1234/other")


class TestTwoAtOnce:
    def test_the_second_word_about_a_challenge_is_told(self, office: User) -> None:
        work = state(office)
        confirm(office, work)

        with pytest.raises(tagging.Overtaken):
            tagging.reject(thing=work, challenge=challenge(), base=0, note="No", actor=office, now=NOW)
        with pytest.raises(tagging.Overtaken):
            tagging.undo(tag=ChallengeTag.objects.get(), base=7, actor=office, now=NOW)
        assert ChallengeTag.objects.get().state == "confirmed"
        assert TaggingEvent.objects.filter(tag__isnull=False).count() == 1

    def test_it_is_shown_as_a_page(self, office: User, client: Client) -> None:
        work = state(office)
        confirm(office, work)
        client.force_login(office)
        sent = {"kind": "work", "key": work.pk, "challenge": "theme-batteries", "base": "0", "verb": "reject", "note": "No"}

        answer = client.post("/landscape/challenges/works/say/", sent)

        assert answer.status_code == 409
        page = answer.content.decode()
        assert "in the meantime" in page
        assert 'data-testid="decided"' in page, "what stands now is there to look at"
        clash = page.partition('data-testid="clash"')[2].partition("</dl>")[0]
        assert "confirmed, strength 2" in clash
        assert "rejected: “No”" in clash
        assert f'name="next" value="/landscape/challenges/works/{work.pk}/"' in page
        again = client.post("/landscape/challenges/works/say/", sent | {"base": "1", "next": f"/landscape/challenges/works/{work.pk}/"}, follow=True)
        assert again.status_code == 200
        assert ChallengeTag.objects.get().state == "rejected"

    def test_the_second_change_of_a_work_keeps_the_words_in_the_form(self, office: User, client: Client) -> None:
        work = state(office)
        tagging.change_work(work=work, base=1, values={"title": "First"}, actor=office, now=NOW)
        client.force_login(office)

        answer = client.post(f"/landscape/challenges/works/{work.pk}/", BATTERY | {"base": "1", "title": "My second title"})

        assert answer.status_code == 409
        page = answer.content.decode()
        assert "in the meantime" in page
        assert "My second title" in page
        assert 'name="base" value="2"' in page
        assert Work.objects.get().title == "First"

    def test_the_database_takes_one_tag_and_one_doi(self, office: User) -> None:
        work = state(office)
        tag = confirm(office, work)
        tag.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            tag.save(force_insert=True)
        work.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            work.save(force_insert=True)

    def test_a_withdrawn_work_is_not_tagged(self, office: User) -> None:
        work = state(office)
        tagging.withdraw_work(work=work, actor=office, now=NOW)

        with pytest.raises(tagging.Overtaken):
            confirm(office, work)


class TestAWork:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": "  "}, "title"), ({"doi": "", "url": ""}, "doi"), ({"doi": "ten"}, "doi"), ({"url": "javascript:alert(1)"}, "url"), ({"year": 1492}, "year"),
            ({"year": 2030}, "year"), ({"kind": "poem"}, "kind"), ({"title": "x" * 301}, "title"), ({"abstract": "x" * 6001}, "abstract"),
        ],
    )  # fmt: skip
    def test_that_cannot_be_found_or_read_is_refused(self, values: dict[str, Any], field: str, office: User) -> None:
        with pytest.raises(InvalidInput) as refused:
            state(office, **values)

        (problem,) = refused.value.problems
        assert problem.field == field
        assert problem.cure
        assert not Work.objects.exists()

    def test_is_stated_once_by_its_doi_however_it_is_written(self, office: User) -> None:
        state(office, doi="https://doi.org/10.1234/ABC")

        assert Work.objects.get().doi == "10.1234/abc"
        with pytest.raises(InvalidInput, match="DOI of another work"):
            state(office, doi="doi:10.1234/abc")

    def test_keeps_its_history(self, office: User) -> None:
        work = state(office)
        tagging.change_work(work=work, base=1, values={"title": "New"}, actor=office, now=NOW)
        tagging.withdraw_work(work=work, actor=office, now=NOW)
        tagging.withdraw_work(work=work, actor=office, now=NOW)
        tagging.withdraw_work(work=work, actor=office, now=NOW, restore=True)

        assert [event.verb for event in TaggingEvent.objects.all()] == ["stated", "changed", "withdrew", "restored"]
        assert TaggingEvent.objects.all()[1].changes == {"title": [BATTERY["title"], "New"]}

    def test_that_is_withdrawn_counts_no_more(self, office: User, client: Client) -> None:
        work = state(office)
        confirm(office, work)
        tagging.withdraw_work(work=work, actor=office, now=NOW)

        assert work_queries.confirmed() == []
        assert client.get(f"/landscape/challenges/works/{work.pk}/").status_code == 404
        assert BATTERY["title"] not in client.get("/landscape/challenges/theme-batteries/").content.decode()

    def test_the_form_tells_what_is_wrong_beside_the_field(self, office: User, client: Client) -> None:
        client.force_login(office)

        answer = client.post("/landscape/challenges/works/new/", BATTERY | {"doi": "ten", "year": "1492", "facilities": ["nowhere"]})

        assert answer.status_code == 422
        answer = client.post("/landscape/challenges/works/new/", BATTERY | {"doi": "ten", "year": "1492"})
        page = answer.content.decode()
        assert "Is no DOI. Write it as 10.1000/182" in page
        assert "Is no year of a work" in page


class TestATag:
    def test_has_a_strength_and_a_rejection_has_a_reason(self, office: User) -> None:
        work = state(office)
        for strength in (0, 4):
            with pytest.raises(InvalidInput):
                confirm(office, work, strength=strength)
        with pytest.raises(InvalidInput):
            tagging.reject(thing=work, challenge=challenge(), base=0, note=" ", actor=office, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            ChallengeTag.objects.create(work=work, challenge=challenge(), state="confirmed", at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            ChallengeTag.objects.create(work=work, technology=technology(), challenge=challenge(), state="proposed", at=NOW)

    def test_keeps_what_the_classifier_told_when_it_was_decided(self, office: User) -> None:
        tag = confirm(office, state(office))

        assert tag.score is not None
        assert tag.score > 0.1
        assert tag.hits[0]["word"] in ("lithium", "battery")
        by_hand = confirm(office, technology(), "goal-16")
        assert (by_hand.score, by_hand.hits) == (None, [])

    def test_is_taken_back_step_by_step_and_its_history_stays(self, office: User) -> None:
        work, member = state(office), person("Member", ("reviewer", ""))
        tag = tagging.propose(thing=work, challenge=challenge(), base=0, strength=1, note="Seen", actor=member, now=NOW)
        confirm(office, work, base=1, strength=3)
        back = tagging.undo(tag=tag, base=2, actor=office, now=NOW)

        assert (back.state, back.strength, back.note, back.version) == ("proposed", 1, "Seen", 3)
        assert (back.by, back.side) == (member, "member"), "who proposed it is behind the proposal again"
        assert [event.verb for event in work_queries.events(work=work)] == ["undid", "confirmed", "proposed", "stated"]

    def test_that_was_decided_is_not_proposed_again(self, office: User) -> None:
        work = state(office)
        confirm(office, work)
        with pytest.raises(tagging.Overtaken, match="decided already"):
            tagging.propose(thing=work, challenge=challenge(), base=1, actor=office, now=NOW)


class TestSuggestions:
    def test_say_why_and_leave_when_decided(self, office: User) -> None:
        work = state(office)
        subject = of(office, work)
        first = subject.open_rows[0]

        assert first.challenge == "theme-batteries"
        assert {"lithium", "battery"} <= {word.word for word in first.words}
        assert sum(word.share for word in first.words) == pytest.approx(100, abs=len(first.words))
        assert "our list of words" in first.words[0].where
        confirm(office, work)
        assert "theme-batteries" not in [row.challenge for row in of(office, work).open_rows]

    def test_a_text_that_speaks_of_nothing_gets_none_and_the_page_says_so(self, office: User, client: Client) -> None:
        work = state(office, title="Jitter of a trigger", abstract="")
        client.force_login(office)

        assert of(office, work).rows == ()
        assert "speak of no challenge with 10" in client.get(f"/landscape/challenges/works/{work.pk}/").content.decode()

    def test_what_was_confirmed_teaches(self, office: User) -> None:
        like = state(office, title="Gadolinium garnets of a fridge", abstract="", doi="10.1234/like")
        assert of(office, like).rows == ()
        teacher = state(office, title="Gadolinium garnets cool", abstract="Gadolinium garnets of a fridge.", doi="10.1234/teacher")

        confirm(office, teacher, "goal-13", strength=3)

        (row,) = of(office, like).rows
        assert row.challenge == "goal-13"
        assert row.words[0].where == "confirmed works or evidence"

    def test_technologies_of_the_record_have_some(self, office: User) -> None:
        found = [one for one in work_queries.subjects(office) if one.open_rows]

        assert "operando-cells" in [one.key for one in found]
        assert len(found) < 40, "most technologies speak of no challenge"

    def test_the_desk_reads_with_as_many_queries_for_many_as_for_few(self, office: User) -> None:
        def read() -> int:
            work_queries.subjects(office)
            with CaptureQueriesContext(connection) as captured:
                work_queries.subjects(office)
            return len(captured)

        confirm(office, state(office))
        few = read()
        for number in range(4):
            confirm(office, state(office, doi=f"10.1234/{number}"))
        assert read() == few


class TestTheDesk:
    def test_is_filtered_and_names_what_was_decided_last(self, office: User, client: Client) -> None:
        work = state(office)
        client.force_login(office)
        page = client.get("/landscape/challenges/works/desk/", {"kind": "paper", "list": "theme"}).content.decode()
        assert BATTERY["title"] in page
        assert "Operando environments" not in page
        sent = {"kind": "work", "key": work.pk, "challenge": "theme-batteries", "base": "0", "next": "/landscape/challenges/works/desk/?list=theme"}

        answer = client.post("/landscape/challenges/works/say/", sent | {"verb": "confirm", "strength": "3"})

        assert answer["Location"] == "/landscape/challenges/works/desk/?list=theme"
        assert "You decided last" in client.get(answer["Location"]).content.decode()
        client.post("/landscape/challenges/works/say/", sent | {"verb": "undo", "base": "1"})
        assert ChallengeTag.objects.get().state == "open"
        assert "You decided last" not in client.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize("query", ["state=x", "list=x", "kind=x", "page=x", "page=99", "q=%00", "q=²"])
    def test_nonsense_is_no_error(self, query: str, office: User, client: Client) -> None:
        client.force_login(office)
        assert client.get(f"/landscape/challenges/works/desk/?{query}").status_code == 200
        assert client.get(f"/landscape/challenges/works/?{query}").status_code == 200

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"challenge": "nothing"}, 422), ({"verb": "sing"}, 422), ({"strength": "9"}, 422), ({"strength": "²"}, 422), ({"key": "999999"}, 404), ({"key": "x" * 300}, 404),
            ({"base": "-1"}, 409), ({"base": "99999999999999"}, 409), ({"kind": "technology", "key": "none"}, 404), ({"next": "https://evil.example/"}, 302),
        ],
    )  # fmt: skip
    def test_forged_forms_are_told(self, more: dict[str, str], status: int, office: User, client: Client) -> None:
        work = state(office)
        client.force_login(office)
        sent = {"kind": "work", "key": str(work.pk), "challenge": "theme-batteries", "base": "0", "verb": "confirm", "strength": "2"}

        answer = client.post("/landscape/challenges/works/say/", sent | more)

        assert answer.status_code == status
        if status == 302:
            assert answer["Location"] == f"/landscape/challenges/works/{work.pk}/"
        else:
            assert not ChallengeTag.objects.exists()

    def test_by_hand_answers_to_nothing_said(self, office: User, client: Client) -> None:
        client.force_login(office)
        sent = {"kind": "technology", "key": "operando-cells", "challenge": "goal-16", "by_hand": "1", "verb": "confirm", "strength": "1"}

        assert client.post("/landscape/challenges/works/say/", sent).status_code == 302
        assert client.post("/landscape/challenges/works/say/", sent).status_code == 409


def rows_of(text: str) -> list[reading.Row]:
    rows, problems = work_tables.read("works.csv", text.encode())
    assert problems == []
    return rows


class TestSpreadsheets:
    GOOD = "title,abstract,doi,url,year,kind\nOne,Lithium,10.1234/one,,2024,paper\nTwo,,,https://example.org/two,,case\n"

    def test_a_dry_run_writes_nothing_and_then_all_is_stated(self, office: User, client: Client) -> None:
        client.force_login(office)

        page = client.post("/landscape/challenges/works/import/", {"text": self.GOOD})
        assert "2 works stated: One; Two" in page.content.decode()
        assert not Work.objects.exists()
        kept = json.dumps([{"number": row.number, "cells": dict(row.cells)} for row in rows_of(self.GOOD)])
        client.post("/landscape/challenges/works/import/", {"go": "1", "rows": kept})

        assert [(one.title, one.kind, one.year, one.doi) for one in Work.objects.order_by("pk")] == [("One", "paper", 2024, "10.1234/one"), ("Two", "case", None, "")]
        again = work_tables.plan(rows_of(self.GOOD), NOW)
        assert (again.new, again.known, again.problems) == ([], ["One", "Two"], [])

    def test_each_fault_has_its_row_column_and_cure_and_nothing_is_half_written(self, office: User) -> None:
        bad = self.GOOD + ",,10.1234/three,,,paper\nFour,,,,,paper\nFive,,ten,,20x4,poem\nSix,,10.1234/ONE,,,\n"

        with pytest.raises(InvalidInput) as refused:
            work_tables.take_over(rows=rows_of(bad), actor=office, now=NOW)

        assert {(problem.row, problem.field) for problem in refused.value.problems} == {(4, "title"), (5, "doi"), (6, "doi"), (6, "year"), (6, "kind"), (7, "doi")}
        assert all(problem.cure for problem in refused.value.problems)
        assert not Work.objects.exists()

    @pytest.mark.parametrize("text", ["", "name\nx\n", "abstract\nx\n", "title,colour\nx,red\n"])
    def test_a_table_of_other_columns_is_told(self, text: str, office: User, client: Client) -> None:
        client.force_login(office)
        answer = client.post("/landscape/challenges/works/import/", {"text": text})

        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    @pytest.mark.parametrize("rows", ["", "[1]", "{}", '[{"number": "x", "cells": {}}]', "null", "[" * 100_000])
    def test_what_comes_back_forged_is_told(self, rows: str, office: User, client: Client) -> None:
        client.force_login(office)
        answer = client.post("/landscape/challenges/works/import/", {"go": "1", "rows": rows})

        assert answer.status_code in (302, 422)
        assert not Work.objects.exists()

    @pytest.mark.parametrize("who", ["member", "anonymous"])
    def test_is_not_for_everybody(self, who: str) -> None:
        with pytest.raises(NotAllowed):
            work_tables.take_over(rows=rows_of(self.GOOD), actor=looker(who), now=NOW)


class TestWhereItIsShown:
    def test_on_challenge_and_technology_in_files_and_by_api(self, office: User, client: Client) -> None:
        work = state(office)
        confirm(office, work, strength=3, note="Shown in a cell")
        confirm(office, technology(), strength=1)

        page = client.get("/landscape/challenges/theme-batteries/").content.decode()
        for words in (BATTERY["title"], "Operando environments", "strength 3", "confirmed by the office on 26 Nov 2026", "Shown in a cell", '"subjectOf"'):
            assert str(words) in page
        panel = client.get("/technologies/operando-cells/").content.decode()
        assert "Challenges it serves" in panel
        assert "/landscape/challenges/theme-batteries/" in panel
        text = client.get("/landscape/challenges/table.csv").content.decode("utf-8-sig")
        table = csv.DictReader(io.StringIO("\n".join(line for line in text.splitlines() if not line.startswith("#"))))
        (row,) = [row for row in table if row["slug"] == "theme-batteries"]
        assert (row["works"], row["technologies"]) == ("https://doi.org/10.1234/abc", "operando-cells")
        told = client.get("/api/v1/challenge_tags", {"challenge": "theme-batteries"}).json()
        assert [(one["subject"], one["strength"], one["confirmed_by"]) for one in told["items"]] == [("work", 3, "the office"), ("technology", 1, "the office")]
        assert '"about"' in client.get(f"/landscape/challenges/works/{work.pk}/").content.decode()

    def test_the_api_pages_filters_and_refuses(self, office: User, client: Client) -> None:
        confirm(office, state(office))
        confirm(office, technology())

        first = client.get("/api/v1/challenge_tags", {"limit": 1}).json()
        second = client.get(first["next"]).json()
        assert [one["subject"] for one in first["items"] + second["items"]] == ["work", "technology"]
        assert second["next"] is None
        assert len(client.get("/api/v1/challenge_tags", {"subject": "technology"}).json()["items"]) == 1
        assert len(client.get("/api/v1/challenge_tags", {"technology": "operando-cells"}).json()["items"]) == 1
        for query in ({"challenge": "none"}, {"technology": "none"}, {"subject": "poem"}, {"cursor": "x"}, {"limit": "x"}):
            assert client.get("/api/v1/challenge_tags", query).status_code == 422

    @pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
    def test_tags_come_as_files(self, form: str, office: User, client: Client) -> None:
        confirm(office, state(office))
        confirm(office, technology())
        assert client.get(f"/landscape/challenges/works/table.{form}").status_code == 200

    def test_made_up_works_stay_out_of_the_tables_of_challenges(self, office: User, client: Client) -> None:
        office.is_synthetic = True
        office.save()
        tag = confirm(office, state(office))

        assert tag.is_synthetic
        assert "10.1234/abc" not in client.get("/landscape/challenges/table.csv").content.decode()
        page = client.get("/landscape/challenges/theme-batteries/").content.decode()
        assert ">synthetic<" in page
        assert '"subjectOf"' not in page


def test_the_trial_has_works_with_something_to_decide(settings: Any, office: User) -> None:
    User.objects.create_user(works_trial.OFFICE, name="Olga Office", is_synthetic=True)
    RoleGrant.objects.create(user=User.objects.get(email=works_trial.OFFICE), role="office")
    settings.TRIAL = True

    works_trial.begin()
    works_trial.begin()

    assert Work.objects.count() == len(works_trial.WORKS)
    assert all("synthetic" in one.title and one.is_synthetic for one in Work.objects.all())
    subjects = [one for one in work_queries.subjects(office) if one.work]
    assert sum(bool(one.open_rows) for one in subjects) >= 4
    assert [one.title for one in subjects if not one.rows] == ["Timing of a trigger module (synthetic)"]


def test_what_is_kept_about_a_person_is_told_and_let_go(office: User) -> None:
    confirm(office, state(office))
    (holding,) = [one for one in personal_data.holdings() if one.name == "landscape"]

    told = json.dumps(holding.export(office))
    assert BATTERY["title"] in told
    assert "ChallengeTag: by" in told
    holding.erase(office)
    assert not ChallengeTag.objects.filter(by_label__contains="Olga").exists()
    assert not Work.objects.filter(stated_label__contains="Olga").exists()
    assert not TaggingEvent.objects.filter(actor_label__contains="Olga").exists()
