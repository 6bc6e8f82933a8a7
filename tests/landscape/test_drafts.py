"""What somebody writes is kept before it is saved: for them alone, found again, and gone when it is saved or not wanted."""

import datetime as dt
import json

import pytest
from django.test import Client

from leaps.accounts import personal_data
from leaps.accounts.models import User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.landscape.actions import drafts, editions, writing
from leaps.landscape.models import Chapter, ChapterDraft, Edition
from leaps.landscape.models.editions import LONGEST_TEXT
from leaps.landscape.stages import Stage
from tests.landscape.editions import opened, people, record
from tests.record.factories import NOW

pytestmark = pytest.mark.django_db
WRITE, DRAFT = "/landscape/landscape-2026/write/today/", "/landscape/landscape-2026/write/today/draft/"
TEXT = "One.\n\nTwo.\n\nThree.\n"


@pytest.fixture
def who() -> dict[str, User]:
    record()
    return people()


@pytest.fixture
def chapter(who: dict[str, User]) -> Chapter:
    made = opened(who["office"])
    save(made.chapters.get(slug="today"), who["author"], TEXT)
    return made.chapters.get(slug="today")


def save(chapter: Chapter, actor: User, text: str, base: int | None = None) -> writing.Saved:
    return writing.save(chapter=chapter, base=chapter.version if base is None else base, title="Today", text=text, actor=actor, now=NOW)


def keep(chapter: Chapter, actor: User, text: str, base: int = 2, now: dt.datetime = NOW) -> ChapterDraft | None:
    return drafts.keep(chapter=chapter, base=base, title="Today", text=text, actor=actor, now=now)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestKeeping:
    def test_it_is_offered_to_its_author_and_shown_to_nobody_else(self, chapter: Chapter, who: dict[str, User]) -> None:
        answer = browser(who["author"]).post(DRAFT, {"base": "2", "title": "Today", "text": "One.\r\n\r\nTwo and more.\r\n"})
        assert "Kept on the server at" in answer.content.decode()
        page = browser(who["author"]).get(WRITE).content.decode()

        assert "Unsaved text of" in page
        assert "more." in page  # how it differs
        assert 'hx-trigger="input throttle' not in page  # or what is found would be written over
        for other in ("second_author", "office"):
            page = browser(who[other]).get(WRITE).content.decode()
            assert "Unsaved text of" not in page
            assert "and more" not in page
            assert "and more" not in browser(who[other]).get(f"{WRITE}?draft=1").content.decode()

    def test_to_go_on_with_it_puts_it_into_the_field(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "One.\n\nTwo and more.\n")
        page = browser(who["author"]).get(f"{WRITE}?draft=1").content.decode()

        assert "This is your unsaved text of" in page
        assert "One.\n\nTwo and more.\n</textarea>" in page
        assert 'hx-trigger="input throttle' in page

    def test_saving_and_discarding_forget_it(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine.\n")
        keep(chapter, who["office"], "Theirs.\n")
        save(chapter, who["author"], "Mine.\n")
        assert list(ChapterDraft.objects.values_list("person__name", flat=True)) == ["Person office"]

        browser(who["office"]).post(DRAFT, {"discard": "1"})
        assert not ChapterDraft.objects.exists()

    def test_a_text_that_could_not_be_saved_is_still_there(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine.\n")
        with pytest.raises(InvalidInput):
            writing.save(chapter=chapter, base=2, title=" ", text="Mine.", actor=who["author"], now=NOW)

        assert ChapterDraft.objects.count() == 1

    def test_one_begun_from_an_older_version_is_put_together_with_what_was_saved_since(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "One.\n\nTwo.\n\nThird.\n")
        save(chapter, who["office"], "First.\n\nTwo.\n\nThree.\n")
        client = browser(who["author"])
        page = client.get(f"{WRITE}?draft=1").content.decode()
        assert "changes of different paragraphs are put together" in page
        assert '<input type="hidden" name="base" value="2"' in page

        client.post(WRITE, {"base": "2", "title": "Today", "text": "One.\n\nTwo.\n\nThird.\n", "note": ""})
        chapter.refresh_from_db()
        assert chapter.text == "First.\n\nTwo.\n\nThird.\n"
        assert not ChapterDraft.objects.exists()

    def test_what_says_nothing_new_is_not_kept(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine.\n")
        assert keep(chapter, who["author"], TEXT) is None
        save(chapter, who["author"], "Mine.\n")
        save(chapter, who["office"], "Theirs.\n", base=3)

        assert keep(chapter, who["author"], "Mine.\r\n", base=2) is None  # it comes late: it has been saved
        assert not ChapterDraft.objects.exists()

    def test_nobody_else_keeps_a_text_and_nothing_is_kept_of_a_released_edition(self, chapter: Chapter, who: dict[str, User]) -> None:
        for stranger in (who["board"], who["editor"], who["member"]):
            with pytest.raises(NotAllowed):
                keep(chapter, stranger, "Mine.\n")
        assert browser(who["board"]).post(DRAFT, {"text": "Mine.", "base": "2"}).status_code == 403
        Edition.objects.update(stage=Stage.RELEASED, released_at=NOW, revision=1)
        with pytest.raises(NotAllowed):
            keep(chapter, who["author"], "Mine.\n")

    @pytest.mark.parametrize("text", ["x" * (LONGEST_TEXT + 1), "a\x00b"])
    def test_nonsense_is_refused_in_words(self, chapter: Chapter, who: dict[str, User], text: str) -> None:
        answer = browser(who["author"]).post(DRAFT, {"base": "no", "title": "", "text": text})

        assert answer.status_code == 422
        assert "cannot be kept" in answer.content.decode()

    def test_after_a_month_it_is_forgotten(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine.\n")
        assert drafts.forget_old(NOW + dt.timedelta(days=29)) == 0
        assert drafts.forget_old(NOW + dt.timedelta(days=31)) == 1

    def test_it_is_in_the_export_of_the_person_and_goes_with_them(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine alone.\n")
        (mine,) = [one for one in personal_data.holdings() if one.name == "landscape"]
        assert "Mine alone." in json.dumps(mine.export(who["author"]))
        assert "Mine alone." not in json.dumps(mine.export(who["office"]))

        mine.erase(who["author"])
        assert not ChapterDraft.objects.exists()

    def test_the_next_edition_does_not_take_it_over(self, chapter: Chapter, who: dict[str, User]) -> None:
        keep(chapter, who["author"], "Mine.\n")
        made = opened(who["office"], slug="landscape-2030", texts=editions.texts_of(chapter.edition))

        assert not ChapterDraft.objects.filter(chapter__edition=made).exists()
