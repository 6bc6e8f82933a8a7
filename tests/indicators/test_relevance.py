"""Relevance: said by the facility, with a reason, kept for ever, shown with the gap."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from leaps.accounts import actions as account_actions
from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.indicators import queries
from leaps.indicators.actions import Word, say_relevance
from leaps.indicators.models import RelevanceStatement
from leaps.indicators.queries import relevance
from leaps.indicators.types import Standing
from tests.indicators.factories import definition, published
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PAGE = "/indicators/facilities/ring/relevance/"


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture(autouse=True)
def _there() -> None:
    write(facility("ring"), facility("other"), definition("ACC-01"), definition("ACC-02"), published("a", year=2003, value=5.0))


@pytest.fixture
def officer() -> User:
    return person("Kim", ("kpi_officer", "ring"))


def say(actor: User, **words: Word) -> list[str]:
    return say_relevance(facility="ring", words={code.replace("_", "-"): word for code, word in words.items()}, actor=actor, now=NOW)


def said() -> dict[str, tuple[str, str]]:
    found = RelevanceStatement.objects.filter(facility="ring", closed_at=None)
    return {s.indicator: (s.relevance, s.reason) for s in found}


class TestWhoMay:
    @pytest.mark.parametrize("grant", [("kpi_officer", "other"), ("facility_editor", "other"), ("office", ""), None])
    def test_nobody_else_speaks_for_a_facility(self, grant: tuple[str, str] | None) -> None:
        stranger = person("Sam", *([grant] if grant else []))

        with pytest.raises(NotAllowed):
            say(stranger, ACC_01=Word("relevant"))
        assert said() == {}

    def test_its_editor_does(self) -> None:
        assert say(person("Ed", ("facility_editor", "ring")), ACC_01=Word("relevant")) == ["ACC-01"]


class TestSaying:
    def test_keeps_what_changed_and_what_was_said_before(self, officer: User) -> None:
        say(officer, ACC_01=Word("not", "no users"), ACC_02=Word("relevant"))
        before = RelevanceStatement.objects.get(indicator="ACC-01")
        changed = say(officer, ACC_01=Word("partly", "few users", seen=before.pk), ACC_02=Word("relevant"))

        assert changed == ["ACC-01"]
        assert said() == {"ACC-01": ("partly", "few users"), "ACC-02": ("relevant", "")}
        row = relevance.of_facility("ring")[0][1][0]
        assert [s.relevance for s in row.earlier] == ["not"]

    def test_of_two_at_once_the_second_is_told_and_nothing_of_hers_is_kept(self, officer: User) -> None:
        say(officer, ACC_01=Word("not", "no users"))

        with pytest.raises(Conflict, match="ACC-01"):
            say(person("Lee", ("kpi_officer", "ring")), ACC_01=Word("relevant"), ACC_02=Word("relevant"))
        assert said() == {"ACC-01": ("not", "no users")}

    @pytest.mark.parametrize(
        ("code", "word", "words"),
        [
            ("ACC-01", Word("not", " "), "needs a reason"),
            ("ACC-01", Word("maybe"), "none of the answers"),
            ("ACC-99", Word("relevant"), "no indicator"),
            ("ACC-01", Word("relevant", "x" * 301), "too long"),
        ],
    )
    def test_a_fault_is_named_with_its_indicator_and_nothing_is_kept(self, officer: User, code: str, word: Word, words: str) -> None:
        with pytest.raises(InvalidInput, match=words) as caught:
            say_relevance(facility="ring", words={code: word, "ACC-02": Word("relevant")}, actor=officer, now=NOW)
        assert [p.field for p in caught.value.problems] == [code]
        assert said() == {}

    def test_the_database_itself_holds_one_open_word_and_its_reason(self, officer: User) -> None:
        say(officer, ACC_01=Word("not", "no users"))
        same = {"facility": "ring", "said_at": NOW, "actor_label": "x"}

        with pytest.raises(IntegrityError), transaction.atomic():
            RelevanceStatement.objects.create(indicator="ACC-01", relevance="relevant", **same)
        with pytest.raises(IntegrityError), transaction.atomic():
            RelevanceStatement.objects.create(indicator="ACC-02", relevance="not", **same)


class TestShown:
    def test_a_gap_that_means_nothing_is_no_gap_in_the_matrix(self, officer: User) -> None:
        say(officer, ACC_02=Word("not", "no reviewed access"), ACC_01=Word("not", "stopped"))
        for asked in ({"year": 2003}, {"facility": "ring"}):
            found = queries.matrix(group="access", **asked)  # type: ignore[arg-type]
            cells = {(r.head.key, c.key): cell for r in found.rows for c, cell in r.cells}
            gap = cells["ring", "ACC-02"] if "year" in asked else cells["ACC-02", "2003"]
            told = cells["ring", "ACC-01"] if "year" in asked else cells["ACC-01", "2003"]

            assert (gap.state, "no reviewed access" in gap.words) == (Standing.NOT_APPLICABLE, True)
            assert told.state == Standing.PUBLISHED  # what is public stays public

    def test_the_indicator_names_who_does_not_need_it(self, client: Client, officer: User) -> None:
        say(officer, ACC_01=Word("not", "<b>no users"))
        page = unescape(re.sub(r"<[^>]+>", " ", client.get("/indicators/ACC-01/").content.decode()))

        assert re.search(r"Ring\s*:\s*not relevant\s+<b>no users", page, re.IGNORECASE)

    def test_everybody_reads_the_page_and_only_the_facility_has_its_form(self, client: Client, officer: User) -> None:
        assert "<form method=" not in client.get(PAGE).content.decode().partition("<main")[2].partition("</main>")[0]
        client.force_login(officer)
        assert 'name="r-ACC-01"' in client.get(PAGE).content.decode()

    def test_a_refused_form_keeps_what_was_typed(self, client: Client, officer: User) -> None:
        client.force_login(officer)
        answer = client.post(PAGE, {"r-ACC-01": "not", "why-ACC-01": "", "r-ACC-02": "partly", "why-ACC-02": "only in part of the year"})
        page = answer.content.decode()

        assert answer.status_code == 422
        assert "<code>ACC-01</code> needs a reason" in page
        assert "only in part of the year" in page
        assert said() == {}

    def test_a_form_overtaken_by_another_is_shown_beside_what_is_kept(self, client: Client, officer: User) -> None:
        say(person("Lee", ("kpi_officer", "ring")), ACC_01=Word("relevant"))
        client.force_login(officer)
        answer = client.post(PAGE, {"r-ACC-01": "not", "why-ACC-01": "no users", "seen-ACC-01": "0"})

        assert answer.status_code == 409
        assert "kept: relevant" in answer.content.decode()
        assert "no users" in answer.content.decode()


def test_a_person_who_is_forgotten_leaves_the_facilitys_word(officer: User) -> None:
    say(officer, ACC_01=Word("not", "no users"))
    assert "no users" in str(account_actions.export(officer))
    account_actions.erase(person=officer)

    statement = RelevanceStatement.objects.get()
    assert statement.relevance == "not"
    assert (statement.actor, "Kim" in statement.actor_label) == (None, False)
