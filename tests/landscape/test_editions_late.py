"""Editions when something goes wrong or comes late: killed workers, races, withdrawn facts, second editions, reminders."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import translation

from leaps.accounts.models import User
from leaps.landscape import changes, edition_queries, reminders
from leaps.landscape.actions import building, editions, review, signatures, writing
from leaps.landscape.models import (
    Build,
    BuildFile,
    Edition,
    Erratum,
)
from leaps.landscape.stages import BuildState, ErratumState, Stage
from leaps.record import queries as record_queries
from leaps.record.models import Correction
from tests.background import work
from tests.landscape.editions import built, opened, people, record
from tests.record.factories import NOW, instrument, update, write

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)
USERS, LIGHT = "facility/ring/users_per_year", "facility/ring/first_light_year"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def who() -> dict[str, User]:
    record()
    return people()


@pytest.fixture
def edition(who: dict[str, User]) -> Edition:
    return opened(who["office"])


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def save(edition: Edition, actor: User, text: str, base: int = 1, chapter: str = "today") -> writing.Saved:
    return writing.save(chapter=edition.chapters.get(slug=chapter), base=base, title="Today", text=text, actor=actor, now=NOW)


def at_board(edition: Edition, office: User) -> Edition:
    for stage in (Stage.CONFIRMATION, Stage.BOARD):
        edition = editions.move(edition=edition, stage=stage, actor=office)
    return edition


def released(edition: Edition, who: dict[str, User]) -> Build:
    built(edition, who["author"])
    edition = at_board(edition, who["office"])
    review.accept_number(edition=edition, key=LIGHT, reason="told by the facility", actor=who["board"], now=NOW)
    signatures.sign(edition=edition, approves=True, note="", actor=who["board"], now=NOW)
    return built(edition, who["office"], is_release=True)


class TestWriting:
    def test_the_next_edition_begins_with_the_texts_of_the_former(self, edition: Edition, who: dict[str, User]) -> None:
        browser(who["office"]).post(
            "/landscape/new/", {"slug": "landscape-2030", "title": "Landscape 2030", "subtitle": "", "source": "edition:landscape-2026"}
        )
        after = Edition.objects.get(slug="landscape-2030")

        assert after.previous == edition
        assert [(c.slug, c.text) for c in after.chapters.all()] == [(c.slug, c.text) for c in edition.chapters.all()]


class TestBuilding:
    def test_building_twice_gives_the_same(self, edition: Edition, who: dict[str, User]) -> None:
        assert built(edition, who["author"]).digest == built(edition, who["author"]).digest

    def test_a_worker_killed_in_mid_build_leaves_the_last_good_one(
        self, edition: Edition, who: dict[str, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = built(edition, who["author"])
        asked = building.ask(edition=edition, actor=who["author"], now=NOW, enqueue=lambda _pk: None)

        class Killed(BaseException):
            pass

        def killed(*_args: object, **_kwargs: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(building, "_forget_drafts", killed)  # the last step, when all files are written
            with pytest.raises(Killed):
                building.run(pk=asked.pk, now=lambda: NOW)

        assert edition_queries.last_build(edition) == good
        assert not BuildFile.objects.filter(build=asked).exists()
        assert building.run(pk=asked.pk, now=lambda: NOW).state == BuildState.DONE  # started again, it ends well
        assert Build.objects.get(pk=asked.pk).files.count() == good.files.count()

    def test_a_build_that_never_ends_is_given_up(self, edition: Edition, who: dict[str, User]) -> None:
        asked = building.ask(edition=edition, actor=who["author"], now=NOW, enqueue=lambda _pk: None)

        assert building.tidy(NOW + dt.timedelta(minutes=5)) == 0
        assert building.tidy(NOW + dt.timedelta(hours=1)) == 1
        assert Build.objects.get(pk=asked.pk).state == BuildState.BROKEN

    def test_only_some_drafts_are_kept(self, edition: Edition, who: dict[str, User]) -> None:
        for n in range(building.KEPT + 2):
            save(edition, who["author"], f"Text {n}.", base=n + 1)
            built(edition, who["author"])

        assert edition.builds.count() == building.KEPT


class TestReading:
    def test_the_files_are_what_they_are_called(self, edition: Edition, who: dict[str, User]) -> None:
        built(edition, who["author"])
        reader = browser(who["author"])
        starts = {"document.pdf": b"%PDF-", "document.docx": b"PK", "data.zip": b"PK", "document.jsonld": b"{", "document.html": b"<!doctype html>"}

        for name, start in starts.items():
            answer = reader.get(f"/landscape/landscape-2026/files/{name}")
            assert answer.content.startswith(start), name
            assert "landscape-2026-draft." in answer["Content-Disposition"]
        assert reader.get("/landscape/landscape-2026/files/chapters").status_code == 404


class TestVoices:
    def test_reminders_come_once_to_whom_they_concern(self, edition: Edition, who: dict[str, User]) -> None:
        built(edition, who["author"])
        editions.describe(edition=edition, actor=who["office"], values={"confirm_until": NOW.date() + dt.timedelta(days=5)})
        editions.move(edition=edition, stage=Stage.CONFIRMATION, actor=who["office"])

        assert [reminders.remind(NOW), reminders.remind(NOW + dt.timedelta(days=1))] == [1, 0]
        assert reminders.remind(NOW + dt.timedelta(days=6)) == 1
        work()
        assert [m.to for m in outbox.outbox] == [["editor@example.org"]] * 2
        assert "/landscape/landscape-2026/confirm/ring/" in outbox.outbox[0].body


class TestRelease:
    def test_it_pins_the_record_and_stays_readable_as_it_was(self, edition: Edition, who: dict[str, User]) -> None:
        made = released(edition, who)
        edition.refresh_from_db()
        write(update("facility", "ring", users_per_year=9999), now=LATER)

        assert (edition.stage, edition.revision) == (Stage.RELEASED, made.revision)
        page = browser(None).get("/landscape/landscape-2026/today/").content.decode()
        assert "1\u202f200" in page
        assert "9999" not in page
        assert "Draft" not in page
        assert browser(None).get("/landscape/").content.decode().count("Read it") == 1

    def test_a_chapter_saved_while_the_release_was_built_stops_it(
        self, edition: Edition, who: dict[str, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        built(edition, who["author"])
        edition = at_board(edition, who["office"])
        review.accept_number(edition=edition, key=LIGHT, reason="told", actor=who["board"], now=NOW)
        signatures.sign(edition=edition, approves=True, note="", actor=who["board"], now=NOW)
        asked = building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)
        files = building.files_in

        def and_meanwhile(*args: object) -> dict[str, bytes]:
            save(edition, who["author"], "Changed in the meantime.")
            return files(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(building, "files_in", and_meanwhile)
        made = building.run(pk=asked.pk, now=lambda: NOW)

        assert made.state == BuildState.REFUSED
        assert Edition.objects.get().stage == Stage.BOARD

    def test_a_fact_withdrawn_after_it_is_offered_and_taken_back_when_undone(self, edition: Edition, who: dict[str, User]) -> None:
        released(edition, who)
        write(update("facility", "ring", users_per_year=None), now=LATER)
        review.offer_errata(now=LATER)
        assert list(Erratum.objects.values_list("key", "after", "state")) == [(USERS, "", ErratumState.OFFERED)]

        write(update("facility", "ring", users_per_year=1200), now=LATER + dt.timedelta(days=1))
        review.offer_errata(now=LATER)
        assert Erratum.objects.count() == 0


class TestMoving:
    def test_exactly_the_dependent_sentences_are_to_be_read_again(self, edition: Edition, who: dict[str, User]) -> None:
        built(edition, who["author"])
        assert review.moved(edition) == []
        write(update("facility", "ring", users_per_year=1300), now=LATER)

        assert [(m.key, m.before, m.after, [u.sentence for u in m.sentences]) for m in review.moved(edition)] == [
            (USERS, "1\u202f200", "1\u202f300", ["The ring serves 1\u202f200 users."])
        ]
        page = browser(who["author"]).get("/landscape/landscape-2026/review/").content.decode()
        assert "/landscape/landscape-2026/write/today/?line=1" in page
        assert browser(who["editor"]).get("/landscape/landscape-2026/review/").status_code == 403

    def test_two_editions_side_by_side(self, edition: Edition, who: dict[str, User]) -> None:
        released(edition, who)
        edition.refresh_from_db()
        write(update("facility", "ring", users_per_year=1300), instrument("ring-b", status="operating"), now=LATER)
        after = opened(who["office"], slug="landscape-2030", title="Landscape 2030", previous=edition, texts=editions.texts_of(edition))
        save(after, who["author"], after.chapters.get(slug="today").text.replace("The ring", "The great ring"))
        built(after, who["author"])
        told = changes.compare(edition, after)

        assert [(c.before, c.after) for c in told.facts] == [("1\u202f200", "1\u202f300"), ("1", "2")]
        assert [name for name, _link in told.opened] == ["RING-B"]
        assert [(t.slug, [p.text.strip() for p in t.parts if p.kind == "new"]) for t in told.texts] == [("today", ["great"])]
        page = browser(who["author"]).get("/landscape/landscape-2030/changes/").content.decode()
        assert "What changed since Landscape 2026" in page
        assert browser(None).post("/landscape/landscape-2030/changes/").status_code == 404
        browser(who["author"]).post("/landscape/landscape-2030/changes/")
        assert "RING" in after.chapters.get(slug="what-changed").text
        assert built(after, who["author"]).state == BuildState.DONE

    def test_the_radar_names_old_facts_that_age(self, who: dict[str, User]) -> None:
        page = browser(None).get("/landscape/staleness/?months=6").content.decode()

        assert "1\u202f200" in page
        assert "The ring" not in page  # a name does not age
        assert browser(None).get("/landscape/staleness/?months=240").content.decode().count("None is so old") == 1


class TestConfirming:
    def test_the_editor_corrects(self, edition: Edition, who: dict[str, User]) -> None:
        built(edition, who["author"])
        common = {"verb": "correct", "key": USERS, "row": "1", "reason": "counted anew", "source_url": "", "as_of": "2026"}
        desk = "/landscape/landscape-2026/confirm/ring/"
        assert browser(who["editor"]).post(desk, common | {"value": "many"}).status_code == 422
        browser(who["editor"]).post(desk, common | {"value": "1250"})
        state = record_queries.state("facility", "ring")

        assert state is not None
        assert (state.values["users_per_year"], state.fact("users_per_year").provenance.vouched_by) == (1250, "Person editor")
        assert Correction.objects.get().state == Correction.State.ACCEPTED

    def test_each_sees_the_progress_of_its_own(self, edition: Edition, who: dict[str, User]) -> None:
        built(edition, who["author"])

        assert "RING" in browser(who["office"]).get("/landscape/landscape-2026/confirm/").content.decode()
        assert "RING" in browser(who["editor"]).get("/landscape/landscape-2026/confirm/").content.decode()
        assert "RING" not in browser(who["other_editor"]).get("/landscape/landscape-2026/confirm/").content.decode()
