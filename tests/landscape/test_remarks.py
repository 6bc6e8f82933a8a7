"""Remarks stay with their paragraphs, wherever these go."""

import datetime as dt
import random

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from leaps.accounts.models import User
from leaps.landscape import paragraphs
from leaps.landscape.actions import review, writing
from leaps.landscape.models import Comment, Edition
from tests.landscape.editions import built, opened, people, record
from tests.record.factories import NOW

LATER = NOW + dt.timedelta(days=1)
WORDS = ("ring", "beam", "users", "hours", "energy", "detector", "upgrade", "science", "sample", "mirror", "vacuum", "light", "photon", "magnet", "cell")
TELLING = [
    "The storage ring serves users from every country in Europe, day and night.",
    "Detectors were replaced in 2024, and frames come ten times as fast as before.",
    "Cryogenic undulators let the harmonics reach further than anybody had hoped.",
    "Industry asks for proprietary beamtime mostly in spring and in early autumn.",
    "Schools visit the hall; guides are students who work at the beamlines.",
    "# A heading",
    "{{ figure('F7') }}",
]


def texts() -> st.SearchStrategy[list[str]]:
    sentence = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
    return st.lists(sentence, max_size=9)


class TestFollowing:
    @given(texts(), st.randoms(use_true_random=False))
    def test_every_paragraph_is_found_in_any_order(self, before: list[str], chance: random.Random) -> None:
        after = list(before)
        chance.shuffle(after)
        found = paragraphs.follow(before, after)

        assert sorted(found) == list(range(len(before)))
        assert len(set(found.values())) == len(before)  # of two with the same text each has one of its own
        assert all(before[i] == after[j] for i, j in found.items())

    @given(texts(), texts())
    def test_no_place_is_invented_and_the_same_gives_the_same(self, before: list[str], after: list[str]) -> None:
        found = paragraphs.follow(before, after)

        assert set(found) <= set(range(len(before)))
        assert set(found.values()) <= set(range(len(after)))
        assert found == paragraphs.follow(before, after)
        assert all(j in found.values() for j, text in enumerate(after) if text in before and after.count(text) <= before.count(text))

    @given(texts())
    def test_what_did_not_change_stays(self, before: list[str]) -> None:
        assert paragraphs.follow(before, before) == {i: i for i in range(len(before))}

    @given(st.permutations(TELLING), st.sampled_from(range(5)), st.sampled_from(["also ", "hardly ever ", ""]))
    def test_a_paragraph_is_known_though_it_moved_and_was_edited(self, order: list[str], which: int, more: str) -> None:
        edited = TELLING[which].replace(" in ", " within ").replace(" the ", f" the {more}")
        after = [edited if text == TELLING[which] else text for text in order]

        found = paragraphs.follow(TELLING, after)
        assert [after[found[i]] for i in range(len(TELLING))] == [edited if i == which else text for i, text in enumerate(TELLING)]

    def test_two_put_together_are_both_in_the_one(self) -> None:
        assert paragraphs.follow(TELLING[:2], [f"{TELLING[0]} {TELLING[1]}"]) == {0: 0, 1: 0}

    def test_what_is_gone_is_not_found(self) -> None:
        assert paragraphs.follow(TELLING[:3], [TELLING[0], "Nothing of the kind, and in other words throughout.", TELLING[2]]) == {0: 0, 2: 2}

    def test_of_repeated_ones_those_stay_that_stay_between_their_neighbours(self) -> None:
        assert paragraphs.follow(["a", "x", "b", "x"], ["x", "a", "x", "b", "x"]) == {0: 1, 1: 2, 2: 3, 3: 4}

    @given(texts(), st.integers(0, 3))
    def test_lines_are_those_of_the_text(self, parts: list[str], more: int) -> None:
        text = "\n" * more + ("\n\n" + "\n" * more).join(parts)

        for one in paragraphs.paragraphs(text):
            assert text.split("\n")[one.line - 1] == one.text.split("\n")[0]
        assert [one.text for one in paragraphs.paragraphs(text)] == parts


@pytest.mark.django_db
class TestRemarks:
    @pytest.fixture
    def who(self) -> dict[str, User]:
        record()
        return people()

    @pytest.fixture
    def edition(self, who: dict[str, User]) -> Edition:
        made = opened(who["office"])
        self.save(made, who, TELLING)
        return made

    def save(self, edition: Edition, who: dict[str, User], parts: list[str], chapter: str = "today", now: dt.datetime = NOW) -> None:
        of = edition.chapters.get(slug=chapter)
        writing.save(chapter=of, base=of.version, title=of.title, text="\n\n".join(parts), actor=who["author"], now=now)

    def remark(self, edition: Edition, who: dict[str, User], quote: str, chapter: str = "today") -> Comment:
        return review.comment(edition=edition, chapter=chapter, text=f"About: {quote}", actor=who["board"], now=NOW, quote=quote)

    def test_each_ends_at_its_paragraph_when_chapters_are_shuffled(self, edition: Edition, who: dict[str, User]) -> None:
        for text in TELLING[:5]:
            self.remark(edition, who, text)
        chance = random.Random(7)
        for _time in range(8):
            shuffled = list(TELLING)
            chance.shuffle(shuffled)
            cut = chance.randrange(len(shuffled) + 1)
            self.save(edition, who, shuffled[:cut])
            self.save(edition, who, shuffled[cut:], "next")
            held = {slug: [one.text for one in paragraphs.paragraphs(text)] for slug, text in edition.chapters.values_list("slug", "text")}
            for one in Comment.objects.all():
                assert one.gone_at is None
                assert f"About: {one.paragraph}" == one.text
                assert one.place is not None
                assert held[one.chapter][one.place] == one.paragraph

    def test_one_put_into_the_other_chapter_first_goes_along_with_its_replies(self, edition: Edition, who: dict[str, User]) -> None:
        made = self.remark(edition, who, TELLING[1])
        reply = review.comment(edition=edition, chapter="today", text="So it is.", actor=who["author"], now=NOW, parent=made)
        self.save(edition, who, ["Something else.", TELLING[1]], "next")
        made.refresh_from_db()
        assert made.chapter == "today"  # it still stands there

        self.save(edition, who, [TELLING[0], *TELLING[2:]])
        made.refresh_from_db()
        reply.refresh_from_db()
        assert (made.chapter, made.place, made.gone_at, reply.chapter) == ("next", 1, None, "next")

    def test_edited_and_moved_at_once(self, edition: Edition, who: dict[str, User]) -> None:
        made = self.remark(edition, who, TELLING[2])
        edited = TELLING[2].replace("anybody had hoped", "anybody had dared to hope")
        self.save(edition, who, [edited, *TELLING[:2], *TELLING[3:]])
        made.refresh_from_db()

        assert (made.place, made.paragraph) == (0, edited)
        assert made.quote == TELLING[2]  # what was read then

    def test_a_deleted_paragraph_leaves_the_remark_with_its_last_text_and_may_come_back(self, edition: Edition, who: dict[str, User]) -> None:
        made = self.remark(edition, who, TELLING[3])
        built(edition, who["author"])
        self.save(edition, who, TELLING[:3], now=LATER)
        made.refresh_from_db()
        assert (made.gone_at, made.paragraph) == (LATER, TELLING[3])
        client = Client()
        client.force_login(who["author"])
        for address in ("/landscape/landscape-2026/today/", "/landscape/landscape-2026/write/today/"):
            page = client.get(address).content.decode()
            assert "Its paragraph was deleted" in page
            assert TELLING[3] in page
            assert made.text in page

        self.save(edition, who, ["A new beginning.", TELLING[3]], "next")
        made.refresh_from_db()
        assert (made.chapter, made.place, made.gone_at) == ("next", 1, None)

    def test_the_page_leads_from_a_remark_to_its_paragraph_and_the_desk_to_its_line(self, edition: Edition, who: dict[str, User]) -> None:
        text = "The ring serves {{ fact('facility', 'ring', 'users_per_year') }} users of every kind."
        self.save(edition, who, [*TELLING[:2], text])
        built(edition, who["author"])
        client = Client()
        client.force_login(who["board"])
        page = client.get("/landscape/landscape-2026/today/?on=3").content.decode()
        quote = page.partition('name="quote" value="')[2].partition('"')[0]
        assert quote == "The ring serves 1 200 users of every kind."
        client.post("/landscape/landscape-2026/comments/", {"chapter": "today", "text": "Which?", "quote": quote, "near": "3"})
        made = Comment.objects.get()

        assert (made.place, made.paragraph) == (2, text)
        assert 'href="#p-3"' in client.get("/landscape/landscape-2026/today/").content.decode()
        client.force_login(who["author"])
        assert 'data-goto-line="5"' in client.get("/landscape/landscape-2026/write/today/").content.decode()

    def test_a_remark_made_before_paragraphs_were_kept_is_anchored_at_the_next_save(self, edition: Edition, who: dict[str, User]) -> None:
        made = self.remark(edition, who, TELLING[4])
        Comment.objects.update(paragraph="", place=None)
        self.save(edition, who, list(reversed(TELLING)))
        made.refresh_from_db()

        assert (made.place, made.paragraph) == (2, TELLING[4])

    def test_a_remark_about_the_whole_chapter_stays_as_it_is(self, edition: Edition, who: dict[str, User]) -> None:
        made = review.comment(edition=edition, chapter="today", text="Too long.", actor=who["board"], now=NOW)
        self.save(edition, who, TELLING[:1])
        made.refresh_from_db()

        assert (made.chapter, made.place, made.paragraph, made.gone_at) == ("today", None, "", None)
