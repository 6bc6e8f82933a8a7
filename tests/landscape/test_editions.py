"""Editions: written, built, confirmed, reviewed, released, and then left as they are."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from leaps.accounts import actions as account_actions
from leaps.accounts.models import RoleGrant, User
from leaps.core.documents import Binder
from leaps.core.documents import Chapter as Text
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.landscape import edition_queries, merging
from leaps.landscape.actions import building, confirming, editions, review, signatures, writing
from leaps.landscape.binding import bind
from leaps.landscape.models import Build, BuildFile, ChapterVersion, Comment, Edition, Erratum
from leaps.landscape.stages import BuildState, ErratumState, Stage
from leaps.record import queries as record_queries
from leaps.record.types import Action, Edit, Provenance
from tests.record.factories import facility, facts, update, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
PRESENT = "About {{ fact('facility', 'ring', 'users_per_year') }} come.\n\nIt stands in {{ fact('facility', 'ring', 'city') }}.\n\nThere are {{ count('facility') }}.\n"
TEXTS = (Text("today", "Today", PRESENT), Text("ahead", "Ahead", "One.\n\nTwo.\n\nThree.\n"))


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.LEAPS_HOME = tmp_path
    settings.BASE_URL = "https://leaps.example"
    write(facility("ring", users_per_year=1200), facility("other"))
    write(Edit("facility", "ring", Action.UPDATE, facts({"city": "Lund"}, Provenance("known"))))


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


@pytest.fixture
def author() -> User:
    return person("Arno", ("landscape_author", ""))


@pytest.fixture
def board() -> User:
    return person("Berta", ("board_member", ""))


@pytest.fixture
def editor() -> User:
    return person("Edda", ("facility_editor", "ring"))


@pytest.fixture
def edition(office: User) -> Edition:
    return editions.open_edition(slug="l-2026", title="Landscape", subtitle="Of light", texts=TEXTS, actor=office, now=NOW)


def built(of: Edition, actor: User, *, is_release: bool = False) -> Build:
    """Ask for a build and let the worker's part run."""
    asked = building.ask(edition=of, actor=actor, now=NOW, is_release=is_release, enqueue=lambda _pk: None)
    return building.run(pk=asked.pk, now=lambda: NOW)


def led_to(of: Edition, stage: Stage, office: User) -> Edition:
    while of.stage != stage:
        following = Stage.values[Stage.values.index(of.stage) + 1]
        of = editions.move(edition=of, stage=following, actor=office)
    return of


def released(of: Edition, office: User, board: User) -> Edition:
    """An edition released with its one unverified number answered for."""
    built(of, office)
    of = led_to(of, Stage.BOARD, office)
    review.accept_number(edition=of, key="facility/ring/city", reason="everybody knows", actor=board, now=NOW)
    signatures.sign(edition=of, approves=True, note="", actor=board, now=NOW)
    made = built(of, office, is_release=True)
    assert made.state == BuildState.DONE, made.problems
    of.refresh_from_db()
    return of


class TestOpening:
    def test_only_the_office_opens_and_leads(self, edition: Edition, author: User, board: User, editor: User) -> None:
        for stranger in (author, board, editor, person("Uta")):
            with pytest.raises(NotAllowed):
                editions.open_edition(slug="x", title="X", subtitle="", texts=TEXTS, actor=stranger, now=NOW)
            with pytest.raises(NotAllowed):
                editions.move(edition=edition, stage=Stage.CONFIRMATION, actor=stranger)
        assert Edition.objects.count() == 1

    @pytest.mark.parametrize("slug", ["l-2026", "figures", "sheets", "brilliance", "new", "staleness"])
    def test_a_name_that_means_something_else_is_refused(self, edition: Edition, office: User, slug: str) -> None:
        with pytest.raises(InvalidInput, match="taken"):
            editions.open_edition(slug=slug, title="X", subtitle="", texts=TEXTS, actor=office, now=NOW)

    @pytest.mark.parametrize("stage", [Stage.BOARD, Stage.RELEASED, "nonsense"])
    def test_no_stage_is_skipped(self, edition: Edition, office: User, stage: str) -> None:
        with pytest.raises(Conflict):
            editions.move(edition=edition, stage=stage, actor=office)


class TestWriting:
    def save(self, edition: Edition, actor: User, text: str, base: int = 1) -> writing.Saved:
        return writing.save(chapter=edition.chapters.get(slug="ahead"), base=base, title="Ahead", text=text, actor=actor, now=NOW)

    def test_authors_and_the_office_write_and_nobody_else(self, edition: Edition, author: User, board: User, editor: User) -> None:
        assert self.save(edition, author, "One, two.").chapter.version == 2
        for stranger in (board, editor, person("Uta")):
            with pytest.raises(NotAllowed):
                self.save(edition, stranger, "Mine.", 2)
        assert edition.chapters.get(slug="ahead").text == "One, two.\n"

    def test_changes_of_different_paragraphs_are_both_in(self, edition: Edition, author: User, office: User) -> None:
        self.save(edition, author, "First.\n\nTwo.\n\nThree.\n")
        saved = self.save(edition, office, "One.\n\nTwo.\n\nThird.\n")

        assert (saved.merged, saved.chapter.text) == (True, "First.\n\nTwo.\n\nThird.\n")

    def test_of_two_in_one_paragraph_both_texts_are_kept_and_shown(self, edition: Edition, author: User, office: User) -> None:
        self.save(edition, author, "First.\n\nTwo.\n\nThree.\n")
        with pytest.raises(writing.BothChanged) as caught:
            self.save(edition, office, "Foremost.\n\nTwo.\n\nThree.\n")

        assert edition.chapters.get(slug="ahead").text == "First.\n\nTwo.\n\nThree.\n"
        assert caught.value.aside.text == "Foremost.\n\nTwo.\n\nThree.\n"
        assert ChapterVersion.objects.filter(stood=False).count() == 1
        client = Client()
        client.force_login(office)
        sent = {"base": 1, "title": "Ahead", "text": "Utmost.\n\nTwo.\n\nThree.\n", "note": ""}
        answer = client.post("/landscape/l-2026/write/ahead/", sent)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Utmost." in page
        assert "First." in page

    @pytest.mark.parametrize(
        ("base", "mine", "theirs", "merged"),
        [
            ("a\n\nb\n", "a\n\nb\n", "a\n\nc\n", "a\n\nc\n"),
            ("a\n\nb\n", "x\n\nb\n", "a\n\nc\n", "x\n\nc\n"),
            ("a\n\nb\n", "x\n\nb\n", "x\n\nb\n", "x\n\nb\n"),
            ("a\n\nb\n", "x\n\nb\n", "y\n\nb\n", None),
        ],
    )
    def test_merging_goes_by_paragraphs(self, base: str, mine: str, theirs: str, merged: str | None) -> None:
        assert merging.merge(base, mine, theirs) == merged

    def test_a_preview_names_faults_by_line_and_writes_nothing(self, edition: Edition, author: User, client: Client) -> None:
        client.force_login(author)
        sent = {"text": "Good {{ count('facility') }}.\n\n{% for x in y %}\n\n{{ fact('facility', 'none', 'city') }}"}
        page = client.post("/landscape/l-2026/write/ahead/preview/", sent).content.decode()

        assert "statement of another language" in page
        assert "There is no" in page
        assert edition.chapters.get(slug="ahead").text == "One.\n\nTwo.\n\nThree.\n"


class TestBuilding:
    def test_a_good_build_has_every_file_and_every_number(self, edition: Edition, author: User) -> None:
        made = built(edition, author)
        names = set(BuildFile.objects.filter(build=made).values_list("name", flat=True))

        assert made.state == BuildState.DONE
        assert {"document.pdf", "document.docx", "document.jsonld", "data.zip", "document.html", "chapters/today.html", "chapters/ahead.html"} <= names
        assert [u["key"] for u in made.uses] == ["facility/ring/users_per_year", "facility/ring/city", "count/facility?"]

    def test_a_fault_refuses_the_build_and_the_last_good_one_stays(self, edition: Edition, author: User) -> None:
        good = built(edition, author)
        writing.save(chapter=edition.chapters.get(slug="ahead"), base=1, title="Ahead", text="Bad\n\n{{ fact('facility', 'none', 'city') }}", actor=author, now=NOW)
        bad = built(edition, author)

        assert bad.state == BuildState.REFUSED
        assert [(p["file"], p["row"]) for p in bad.problems] == [("ahead", 3)]
        assert edition_queries.last_build(edition) == good
        assert not bad.files.exists()

    def test_a_build_whose_worker_was_killed_is_made_from_the_beginning(self, edition: Edition, author: User) -> None:
        good = built(edition, author)
        asked = building.ask(edition=edition, actor=author, now=NOW, enqueue=lambda _pk: None)
        Build.objects.filter(pk=asked.pk).update(state=BuildState.RUNNING)  # where a killed worker leaves it
        assert edition_queries.last_build(edition) == good

        again = building.run(pk=asked.pk, now=lambda: NOW)

        assert again.state == BuildState.DONE
        assert again.digest == good.digest  # and it is the same to the byte

    def test_numbers_and_figures_are_of_one_revision_though_somebody_writes_meanwhile(self, edition: Edition, author: User) -> None:
        asked = building.ask(edition=edition, actor=author, now=NOW, enqueue=lambda _pk: None)
        begun: list[int] = []

        def disturbed(revision: int) -> Binder:
            begun.append(revision)
            if len(begun) == 1:
                write(update("facility", "ring", city="Elsewhere"))
            return bind(None, revision)

        made = building.run(pk=asked.pk, now=lambda: NOW, binder=disturbed)

        assert (made.state, len(begun), made.revision) == (BuildState.DONE, 2, begun[1])
        assert "Elsewhere" in {use["text"] for use in made.uses}

    def test_a_record_that_never_rests_is_not_printed_as_a_mixture(self, edition: Edition, author: User) -> None:
        asked = building.ask(edition=edition, actor=author, now=NOW, enqueue=lambda _pk: None)

        def restless(revision: int) -> Binder:
            write(update("facility", "ring", city=f"Town {revision}"))
            return bind(None, revision)

        made = building.run(pk=asked.pk, now=lambda: NOW, binder=restless)

        assert made.state == BuildState.REFUSED
        assert "changed again and again" in made.problems[0]["message"]

    def test_one_is_made_at_a_time(self, edition: Edition, author: User) -> None:
        queued: list[int] = []
        for _twice in range(2):
            building.ask(edition=edition, actor=author, now=NOW, enqueue=queued.append)

        assert len(queued) == 1

    def test_nobody_else_builds(self, edition: Edition, board: User, editor: User) -> None:
        for stranger in (board, editor, person("Uta")):
            with pytest.raises(NotAllowed):
                building.ask(edition=edition, actor=stranger, now=NOW, enqueue=lambda _pk: None)


class TestReleasing:
    def test_needs_a_signature_and_no_refusal(self, edition: Edition, office: User, board: User) -> None:
        built(edition, office)
        edition = led_to(edition, Stage.BOARD, office)
        with pytest.raises(signatures.NotReady, match="Nobody of the board"):
            built(edition, office, is_release=True)
        signatures.sign(edition=edition, approves=False, note="Too long.", actor=board, now=NOW)
        signatures.sign(edition=edition, approves=True, note="", actor=person("Bo", ("board_member", "")), now=NOW)
        with pytest.raises(signatures.NotReady, match="Berta"):
            built(edition, office, is_release=True)

    def test_refuses_what_nobody_has_verified_unless_the_board_answers_for_it(self, edition: Edition, office: User, board: User, author: User) -> None:
        built(edition, office)
        edition = led_to(edition, Stage.BOARD, office)
        signatures.sign(edition=edition, approves=True, note="", actor=board, now=NOW)
        refused = built(edition, office, is_release=True)
        assert refused.state == BuildState.REFUSED
        assert [(p["file"], p["row"]) for p in refused.problems] == [("today", 3)]
        with pytest.raises(NotAllowed):
            review.accept_number(edition=edition, key="facility/ring/city", reason="x", actor=author, now=NOW)

        review.accept_number(edition=edition, key="facility/ring/city", reason="everybody knows", actor=board, now=NOW)
        made = built(edition, office, is_release=True)

        assert made.state == BuildState.DONE
        html = BuildFile.objects.get(build=made, name="chapters/today.html")
        assert "Accepted by Berta: everybody knows" in bytes(html.content).decode()
        assert "(unverified)" in bytes(html.content).decode()  # it is printed, and still says what it is

    def test_afterwards_nothing_changes_any_more(self, edition: Edition, office: User, board: User, author: User) -> None:
        edition = released(edition, office, board)
        chapter = edition.chapters.get(slug="ahead")

        assert (edition.stage, edition.revision) == (Stage.RELEASED, record_queries.current_revision())
        with pytest.raises(NotAllowed):
            writing.save(chapter=chapter, base=1, title="Ahead", text="Late.", actor=author, now=NOW)
        with pytest.raises(Conflict):
            editions.move(edition=edition, stage=Stage.COMMENT, actor=office)
        with pytest.raises(NotAllowed):
            review.comment(edition=edition, chapter="ahead", text="Late", actor=board, now=NOW)

    @pytest.mark.parametrize("statement", ["chapter", "edition", "file", "delete", "signature"])
    def test_the_database_itself_keeps_it(self, edition: Edition, office: User, board: User, statement: str) -> None:
        edition = released(edition, office, board)
        doing = {
            "chapter": lambda: edition.chapters.update(text="x"),
            "edition": lambda: Edition.objects.filter(pk=edition.pk).update(title="x"),
            "file": lambda: BuildFile.objects.filter(build__edition=edition).update(content=b"x"),
            "delete": lambda: BuildFile.objects.filter(build__edition=edition).delete(),
            "signature": lambda: edition.signatures.update(approves=False),
        }
        with pytest.raises(DatabaseError), transaction.atomic():
            doing[statement]()

    def test_a_fact_that_changes_leaves_it_and_offers_an_erratum(self, edition: Edition, office: User, board: User, author: User, client: Client) -> None:
        edition = released(edition, office, board)
        before = client.get("/landscape/l-2026/today/").content.decode()
        write(update("facility", "ring", users_per_year=1500))

        assert review.offer_errata(now=NOW) == 1
        assert review.offer_errata(now=NOW) == 0
        erratum = Erratum.objects.get()
        assert (erratum.before, erratum.after) == ("1\u202f200", "1\u202f500")
        assert [p["chapter"] for p in erratum.places] == ["today"]
        with pytest.raises(NotAllowed):
            review.decide_erratum(erratum=erratum, publish=True, text="x", actor=author, now=NOW)
        review.decide_erratum(erratum=erratum, publish=True, text="It is 1500.", actor=office, now=NOW)
        assert "It is 1500." in client.get("/landscape/l-2026/").content.decode()
        assert "1\u202f200" in client.get("/landscape/l-2026/today/").content.decode()
        assert before.count("1\u202f200") == client.get("/landscape/l-2026/today/").content.decode().count("1\u202f200")

    def test_an_erratum_that_is_no_longer_true_is_taken_back(self, edition: Edition, office: User, board: User) -> None:
        released(edition, office, board)
        write(update("facility", "ring", users_per_year=1500))
        review.offer_errata(now=NOW)
        write(update("facility", "ring", users_per_year=1200))

        review.offer_errata(now=NOW)
        assert not Erratum.objects.filter(state=ErratumState.OFFERED).exists()

    def test_two_editions_are_compared(self, edition: Edition, office: User, board: User, client: Client) -> None:
        first = released(edition, office, board)
        write(update("facility", "ring", users_per_year=1500))
        texts = [Text(t.slug, t.title, t.text.replace("Two.", "Zwei.")) for t in editions.texts_of(first)]
        second = editions.open_edition(slug="l-2030", title="Next", subtitle="", texts=texts, actor=office, now=NOW, previous=first)
        built(second, office)
        client.force_login(office)
        page = client.get("/landscape/l-2030/changes/").content.decode()

        for words in ("1\u202f200", "1\u202f500", "Two.", "Zwei."):
            assert words in page


class TestConfirming:
    KEY = "facility/ring/users_per_year"

    @pytest.fixture(autouse=True)
    def _built(self, edition: Edition, office: User) -> None:
        built(edition, office)

    def test_the_editors_word_goes_into_the_record(self, edition: Edition, editor: User) -> None:
        confirming.confirm(edition=edition, facility="ring", key=self.KEY, actor=editor, now=NOW)
        state = record_queries.state("facility", "ring")

        assert state is not None
        told = state.fact("users_per_year")
        assert (told.value, told.provenance.confidence, told.provenance.vouched_by) == (1200, "confirmed", "Edda")
        assert told.provenance.source_url == "https://example.org/page"  # the source stays

    def test_nobody_else_confirms(self, edition: Edition, office: User, author: User, board: User) -> None:
        for stranger in (office, author, board, person("Otto", ("facility_editor", "other")), person("Uta")):
            with pytest.raises(NotAllowed):
                confirming.confirm(edition=edition, facility="ring", key=self.KEY, actor=stranger, now=NOW)

    def test_a_delegates_word_waits_for_the_editors_signature(self, edition: Edition, editor: User) -> None:
        helper = person("Dora")
        confirming.delegate(edition=edition, facility="ring", address="dora@example.org", actor=editor)
        for key in (self.KEY, "facility/ring/city"):
            confirming.confirm(edition=edition, facility="ring", key=key, actor=helper, now=NOW)
        state = record_queries.state("facility", "ring")
        assert state is not None
        assert state.fact("city").provenance.confidence == "known"
        with pytest.raises(NotAllowed):
            confirming.sign_off(edition=edition, facility="ring", actor=helper, now=NOW)

        confirming.sign_off(edition=edition, facility="ring", actor=editor, now=NOW)
        state = record_queries.state("facility", "ring")
        assert state is not None
        assert state.fact("city").provenance.confidence == "confirmed"

    def test_a_sheet_is_not_signed_before_everything_was_looked_at(self, edition: Edition, editor: User) -> None:
        confirming.confirm(edition=edition, facility="ring", key=self.KEY, actor=editor, now=NOW)
        with pytest.raises(Conflict, match="not been looked at"):
            confirming.sign_off(edition=edition, facility="ring", actor=editor, now=NOW)

    def test_a_correction_changes_the_record_and_names_the_sentences(self, edition: Edition, editor: User, office: User) -> None:
        confirming.correct(
            edition=edition, facility="ring", key=self.KEY, value="1300", reason="counted anew", source_url="https://ring.example/n", as_of="2026", actor=editor, now=NOW
        )
        state = record_queries.state("facility", "ring")
        assert state is not None
        assert state.fact("users_per_year").value == 1300
        (moved,) = review.moved(edition)
        assert [(u.chapter, u.sentence) for u in moved.sentences] == [("today", "About 1\u202f200 come.")]

    def test_what_the_record_no_longer_says_cannot_be_confirmed(self, edition: Edition, editor: User) -> None:
        write(update("facility", "ring", users_per_year=1))
        with pytest.raises(Conflict, match="something else by now"):
            confirming.confirm(edition=edition, facility="ring", key=self.KEY, actor=editor, now=NOW)

    def test_not_applicable_needs_a_reason(self, edition: Edition, editor: User) -> None:
        with pytest.raises(InvalidInput):
            confirming.not_applicable(edition=edition, facility="ring", key=self.KEY, note=" ", actor=editor, now=NOW)


class TestRemarks:
    def test_are_replied_to_and_settled_by_who_may(self, edition: Edition, author: User, board: User) -> None:
        made = review.comment(edition=edition, chapter="today", text="Why?", quote="About", actor=board, now=NOW)
        review.comment(edition=edition, chapter="today", text="Because.", actor=author, now=NOW, parent=made)
        with pytest.raises(NotAllowed):
            review.resolve(remark=made, actor=person("Edith", ("facility_editor", "other")), now=NOW)

        assert review.resolve(remark=made, actor=author, now=NOW).resolved_at == NOW
        assert Comment.objects.count() == 2

    def test_who_may_not_see_the_draft_says_nothing(self, edition: Edition) -> None:
        with pytest.raises(NotAllowed):
            review.comment(edition=edition, chapter="today", text="Hi", actor=person("Uta"), now=NOW)


class TestReading:
    def test_a_draft_is_as_if_it_did_not_exist_until_it_is_public(self, edition: Edition, office: User, client: Client) -> None:
        built(edition, office)
        for path in ("", "today/", "files/document.pdf", "changes/"):
            assert client.get(f"/landscape/l-2026/{path}").status_code == 404
        led_to(edition, Stage.COMMENT, office)

        for path in ("", "today/", "files/document.pdf"):
            assert client.get(f"/landscape/l-2026/{path}").status_code == 200

    def test_a_chapter_leads_from_a_number_to_the_record(self, edition: Edition, office: User, client: Client) -> None:
        built(edition, office)
        client.force_login(office)
        page = client.get("/landscape/l-2026/today/").content.decode()

        assert '<a href="/facilities/ring/">1\u202f200</a>' in page
        assert "https://example.org/page" in page
        assert "style=" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_person_who_is_forgotten_leaves_the_edition(edition: Edition, author: User, office: User) -> None:
    writing.save(chapter=edition.chapters.get(slug="ahead"), base=1, title="Ahead", text="Mine.", actor=author, now=NOW)
    assert "Mine." in str(account_actions.export(author))
    account_actions.erase(person=author)

    version = ChapterVersion.objects.get(number=2)
    assert version.text == "Mine.\n"
    assert (version.author, "Arno" in version.author_label) == (None, False)
