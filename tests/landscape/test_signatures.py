"""A signature is for what was read: when that changes, it is told, and nothing is released before somebody signs again."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from leaps.accounts.models import User
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.landscape import edition_queries, reminders
from leaps.landscape.actions import building, confirming, editions, review, signatures, writing
from leaps.landscape.models import Build, Edition, Sheet, Signature
from leaps.landscape.stages import BuildState, Stage
from tests.landscape.editions import built, opened, people, person, record
from tests.record.factories import NOW, instrument, update, write

pytestmark = pytest.mark.django_db
USERS, LIGHT = "facility/ring/users_per_year", "facility/ring/first_light_year"
DESK = "/landscape/landscape-2026/write/"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.LEAPS_HOME = tmp_path


@pytest.fixture
def who() -> dict[str, User]:
    record()
    return people()


@pytest.fixture
def edition(who: dict[str, User]) -> Edition:
    """Built, at board review, with the one unverified number answered for."""
    made = opened(who["office"])
    built(made, who["author"])
    for stage in (Stage.CONFIRMATION, Stage.BOARD):
        made = editions.move(edition=made, stage=stage, actor=who["office"])
    review.accept_number(edition=made, key=LIGHT, reason="told by the facility", actor=who["board"], now=NOW)
    return made


def sign(edition: Edition, actor: User, **changes: Any) -> Signature:
    return signatures.sign(edition=edition, approves=True, note="", actor=actor, now=NOW, **changes)


def save(edition: Edition, actor: User, text: str, chapter: str = "today") -> None:
    of = edition.chapters.get(slug=chapter)
    writing.save(chapter=of, base=of.version, title=of.title, text=text, actor=actor, now=NOW)


def text_of(edition: Edition, chapter: str = "today") -> str:
    return str(edition.chapters.get(slug=chapter).text)


def page(user: User, address: str = DESK) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def changed(edition: Edition) -> list[tuple[str, str, str, str]]:
    (one,) = signatures.of_board(edition, signatures.present(edition))
    return [(change.kind, change.key, change.before, change.after) for change in one.changed]


class TestOfTheBoard:
    def test_holds_while_nothing_changes(self, edition: Edition, who: dict[str, User]) -> None:
        made = sign(edition, who["board"])
        built(edition, who["author"])

        assert len(made.digest) == 64
        assert changed(edition) == []
        assert "signed an earlier text" not in page(who["office"])
        assert built(edition, who["office"], is_release=True).state == BuildState.DONE

    def test_a_changed_text_is_told_word_by_word_and_the_release_names_who_signs_again(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        save(edition, who["author"], text_of(edition).replace("The ring", "The great ring"))

        assert changed(edition) == [("chapters", "today", "1", "2")]
        desk = page(who["office"])
        assert "signed an earlier text" in desk
        link = "/landscape/landscape-2026/write/today/versions/?before=1&amp;after=2#compared"
        assert link in desk
        assert re.search(r"<ins>\s*great\s*</ins>", page(who["board"], link.replace("&amp;", "&").removesuffix("#compared")))
        with pytest.raises(signatures.NotReady, match="Person board signed"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)

        with pytest.raises(Conflict, match="Have it built again"):
            sign(edition, who["board"])  # what is not built cannot be read
        built(edition, who["author"])
        sign(edition, who["board"])
        assert changed(edition) == []
        assert built(edition, who["office"], is_release=True).state == BuildState.DONE

    def test_it_holds_again_when_the_text_is_what_it_was(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        before = text_of(edition)
        save(edition, who["author"], "Other words.\n")
        save(edition, who["author"], before)

        assert changed(edition) == []

    def test_a_number_that_changed_in_the_record(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        write(update("facility", "ring", users_per_year=1300))

        assert changed(edition) == [("numbers", USERS, "1\u202f200", "1\u202f300")]
        with pytest.raises(signatures.NotReady, match="Person board signed"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)
        built(edition, who["author"])
        assert "1\u202f300" in page(who["office"]).partition("Signatures of the board")[2]

    def test_a_number_that_changes_while_the_release_is_built(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        asked = building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)
        write(update("facility", "ring", users_per_year=1300))

        made = building.run(pk=asked.pk, now=lambda: NOW)
        assert made.state == BuildState.REFUSED
        assert "Person board signed" in made.problems[0]["message"]
        assert Edition.objects.get().stage == Stage.BOARD

    def test_a_figure_or_a_table_whose_data_changed(self, edition: Edition, who: dict[str, User]) -> None:
        save(edition, who["author"], text_of(edition) + "\n{{ table('countries') }}\n")
        built(edition, who["author"])
        sign(edition, who["board"])
        write(instrument("other-a", facility="other", status="operating"))
        built(edition, who["author"])

        assert ("tables", "countries") in [(kind, key) for kind, key, _a, _b in changed(edition)]

    def test_a_chapter_that_was_added(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        writing.add_chapter(edition=edition, slug="more", title="More", actor=who["author"], now=NOW)

        assert changed(edition) == [("chapters", "more", "", "1")]
        assert "New chapter: More" in page(who["office"])

    def test_without_a_draft_there_is_nothing_to_sign(self, who: dict[str, User]) -> None:
        made = opened(who["office"])
        for stage in (Stage.CONFIRMATION, Stage.BOARD):
            made = editions.move(edition=made, stage=stage, actor=who["office"])
        with pytest.raises(Conflict, match="no draft to read"):
            sign(made, who["board"])

        signatures.sign(edition=made, approves=False, note="Where is it?", actor=who["board"], now=NOW)  # but one may object

    def test_of_before_digests_were_kept_nothing_is_known(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        Signature.objects.update(signed=None, digest="")

        assert "What was signed was not kept then." in page(who["office"])
        with pytest.raises(signatures.NotReady, match="Person board signed"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)

    def test_who_signed_an_earlier_text_is_reminded(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        Edition.objects.update(review_until=NOW.date() + dt.timedelta(days=2))
        assert reminders.remind(NOW) == 0
        save(edition, who["author"], "Other words.\n")

        assert reminders.remind(NOW) == 1

    def test_after_the_release_the_database_keeps_what_was_signed(self, edition: Edition, who: dict[str, User]) -> None:
        sign(edition, who["board"])
        built(edition, who["office"], is_release=True)

        for column in ({"digest": "x"}, {"signed": {}}, {"set_back_at": NOW}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Signature.objects.update(**column)
        with pytest.raises(DatabaseError), transaction.atomic():
            Build.objects.update(printed={})


class TestSettingBack:
    def test_the_office_sets_back_what_was_signed_earlier_and_another_signs(self, edition: Edition, who: dict[str, User]) -> None:
        made = sign(edition, who["board"])
        with pytest.raises(Conflict, match="what stands now"):
            signatures.set_back(what=made, reason="x", actor=who["office"], now=NOW)
        save(edition, who["author"], text_of(edition).replace("The ring", "The great ring"))
        built(edition, who["author"])
        for stranger in (who["author"], who["board"], who["editor"], who["member"]):
            with pytest.raises(NotAllowed):
                signatures.set_back(what=made, reason="x", actor=stranger, now=NOW)
        with pytest.raises(InvalidInput):
            signatures.set_back(what=made, reason=" ", actor=who["office"], now=NOW)

        client = Client()
        client.force_login(who["office"])
        assert client.post("/landscape/landscape-2026/set-back/", {"signature": made.pk, "reason": "A word was mended"}).status_code == 302
        assert "Set back by Person office" in page(who["board"])
        with pytest.raises(signatures.NotReady, match="Nobody of the board"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)
        sign(edition, person("third", "board_member"))
        assert built(edition, who["office"], is_release=True).state == BuildState.DONE

    def test_an_objection_stays_until_it_is_met(self, edition: Edition, who: dict[str, User]) -> None:
        made = signatures.sign(edition=edition, approves=False, note="Too long.", actor=who["board"], now=NOW)
        save(edition, who["author"], "Short.\n")
        with pytest.raises(Conflict, match="An objection is not set back"):
            signatures.set_back(what=made, reason="It is short now", actor=who["office"], now=NOW)
        with pytest.raises(signatures.NotReady, match="does not approve"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)

    def test_who_signs_again_is_no_longer_set_back(self, edition: Edition, who: dict[str, User]) -> None:
        made = sign(edition, who["board"])
        save(edition, who["author"], "Short.\n")
        signatures.set_back(what=made, reason="It is short now", actor=who["office"], now=NOW)
        built(edition, who["author"])
        again = sign(edition, who["board"])

        assert (again.pk, again.set_back_at, again.set_back_reason) == (made.pk, None, "")


class TestOfAFacility:
    @pytest.fixture(autouse=True)
    def _signed(self, edition: Edition, who: dict[str, User]) -> None:
        for key in (USERS, LIGHT):
            confirming.confirm(edition=edition, facility="ring", key=key, actor=who["editor"], now=NOW)
        confirming.sign_off(edition=edition, facility="ring", actor=who["editor"], now=NOW)

    def stale(self, edition: Edition) -> list[tuple[str, str, str]]:
        (one,) = signatures.of_facilities(edition, signatures.present(edition))
        return [(change.kind, change.before, change.after) for change in one.changed]

    def release(self, edition: Edition, who: dict[str, User]) -> Build:
        built(edition, who["author"])
        sign(edition, who["board"])
        return built(edition, who["office"], is_release=True)

    def test_holds_though_other_sentences_and_other_numbers_change(self, edition: Edition, who: dict[str, User]) -> None:
        save(edition, who["author"], text_of(edition) + "\nMore is to be said.\n")
        write(instrument("other-a", facility="other", status="operating"))

        assert self.stale(edition) == []
        assert self.release(edition, who).state == BuildState.DONE

    def test_its_number_changed(self, edition: Edition, who: dict[str, User]) -> None:
        write(update("facility", "ring", users_per_year=1300))
        built(edition, who["author"])
        sign(edition, who["board"])

        assert self.stale(edition) == [("numbers", "1200", "1300")]
        with pytest.raises(signatures.NotReady, match="about RING has changed"):
            building.ask(edition=edition, actor=who["office"], now=NOW, is_release=True, enqueue=lambda _pk: None)
        sheet = page(who["editor"], "/landscape/landscape-2026/confirm/ring/")
        assert "signed an earlier text" in sheet
        assert "was 1\u202f200 when it was confirmed" in sheet
        assert "an earlier text" in page(who["office"], "/landscape/landscape-2026/confirm/")
        with pytest.raises(Conflict, match="1 numbers have not been looked at"):
            confirming.sign_off(edition=edition, facility="ring", actor=who["editor"], now=NOW)

        confirming.confirm(edition=edition, facility="ring", key=USERS, actor=who["editor"], now=NOW)
        confirming.sign_off(edition=edition, facility="ring", actor=who["editor"], now=NOW)
        assert self.release(edition, who).state == BuildState.DONE

    def test_the_sentence_around_its_number_changed_and_the_office_sets_it_back(self, edition: Edition, who: dict[str, User]) -> None:
        save(edition, who["author"], text_of(edition).replace("The ring serves", "The ring hardly serves"))
        built(edition, who["author"])
        sign(edition, who["board"])
        assert self.stale(edition) == [("sentences", "", "The ring hardly serves … users.")]
        assert "Facilities that signed an earlier text" in page(who["office"])

        client = Client()
        client.force_login(who["office"])
        client.post("/landscape/landscape-2026/set-back/", {"facility": "ring", "reason": "Agreed by telephone"})
        assert Sheet.objects.get().set_back_reason == "Agreed by telephone"
        assert built(edition, who["office"], is_release=True).state == BuildState.DONE

    def test_its_own_correction_before_it_signed_is_what_it_signed(self, edition: Edition, who: dict[str, User]) -> None:
        given = {"value": "1250", "reason": "counted anew", "source_url": "", "as_of": "2026"}
        confirming.correct(edition=edition, facility="ring", key=USERS, **given, actor=who["editor"], now=NOW)
        confirming.sign_off(edition=edition, facility="ring", actor=who["editor"], now=NOW)
        assert self.stale(edition) == []
        built(edition, who["author"])

        assert self.stale(edition) == []

    def test_a_number_that_is_no_longer_printed_needs_nobodys_word(self, edition: Edition, who: dict[str, User]) -> None:
        save(edition, who["author"], "Nothing.\n")
        built(edition, who["author"])

        assert self.stale(edition) == []
        assert edition_queries.facts_by_facility(edition_queries.last_build(edition))["ring"]
