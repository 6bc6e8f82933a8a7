"""Works that people confirmed are shown where they speak for something, and taken as evidence by who may edit."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.models import Technique
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.landscape import challenge_queries, evidence_queries
from leaps.landscape.actions import adopting, tagging
from leaps.landscape.models import AdoptedWork, Challenge, TaggingEvent, Work
from leaps.record import queries
from leaps.record.types import Action, Edit
from tests.record.factories import facility, facts, technique, update, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
STEP = "/landscape/challenges/requirements/heat-fine/"


@pytest.fixture(autouse=True)
def _record() -> None:
    write(
        facility("ring"),
        technique("PaNET00001", "scattering"),
        technique("PaNET00002", "fine scattering", parents=["PaNET00001"]),
        technique("PaNET00003", "imaging"),
        Edit("challenge", "warm", Action.CREATE, facts({"scheme": "leaps", "code": "1", "title": "Warmth"})),
        Edit("challenge", "cold", Action.CREATE, facts({"scheme": "leaps", "code": "2", "title": "Cold"})),
        Edit("need", "why", Action.CREATE, facts({"question": "Why is it warm?"})),
        Edit("challenge_need", "warm-why", Action.CREATE, facts({"challenge": "warm", "need": "why", "strength": 2})),
        Edit("observable", "heat", Action.CREATE, facts({"need": "why", "name": "heat", "strength": 3})),
        Edit("observable_technique", "heat-fine", Action.CREATE, facts({"observable": "heat", "technique": "PaNET00001", "strength": 2})),
    )


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


def stated(office: User, title: str, *, technique: str = "PaNET00001", challenge: str = "warm", strength: int = 2, **values: Any) -> Work:
    given = {"kind": "paper", "title": title, "abstract": "", "year": 2025, "doi": "", "url": f"https://example.org/{title.lower()}"} | values
    made = tagging.state_work(values=given, actor=office, now=NOW, techniques=Technique.objects.filter(panet_id=technique))
    if challenge:
        tagging.confirm(thing=made, challenge=Challenge.objects.get(slug=challenge), base=0, strength=strength, actor=office, now=NOW)
    return made


def titles(found: list[evidence_queries.Speaking]) -> list[str]:
    return [one.work.title for one in found]


def adopt(work: Work, actor: Any, kind: str = "observable_technique", key: str = "heat-fine") -> bool:
    return adopting.adopt(kind=kind, key=key, work=work, actor=actor, now=NOW)


def steps() -> list[challenge_queries.Step]:
    (row,) = [one for one in challenge_queries.challenges(NOW.date()) if one.key == "warm"]
    return row.steps


class TestShowing:
    def test_only_what_was_confirmed_for_the_challenge_and_names_the_technique_speaks(self, office: User) -> None:
        stated(office, "Weak", strength=1)
        stated(office, "Strong", strength=3)
        stated(office, "Finer", technique="PaNET00002")
        stated(office, "Elsewhere", technique="PaNET00003")
        stated(office, "Otherwise", challenge="cold")
        stated(office, "Untagged", challenge="")
        gone = stated(office, "Withdrawn")
        tagging.withdraw_work(work=gone, actor=office, now=NOW)

        for kind, key in (("observable_technique", "heat-fine"), ("observable", "heat")):
            assert titles(evidence_queries.for_step(kind, key)) == ["Strong", "Finer", "Weak"]
        assert titles(evidence_queries.for_need("why")) == ["Strong", "Finer", "Weak"]
        assert titles(evidence_queries.for_step("challenge_need", "warm-why")) == ["Strong", "Finer", "Elsewhere", "Weak"]
        assert titles(evidence_queries.for_technique("PaNET00001")) == ["Strong", "Finer", "Otherwise", "Weak"]
        assert titles(evidence_queries.for_technique("PaNET00002")) == ["Finer"]
        assert evidence_queries.for_step("observable", "none") == []

    @pytest.mark.parametrize("address", [
        STEP, "/landscape/challenges/observables/heat/", "/landscape/challenges/links/warm-why/", "/landscape/challenges/needs/why/", "/techniques/PaNET00001/",
    ])  # fmt: skip
    def test_pages_count_and_list_them_with_links(self, office: User, client: Client, address: str) -> None:
        assert "works that people confirmed." not in client.get(address).content.decode()
        made = [stated(office, "Strong", strength=3), stated(office, "Weak", strength=1)]
        page = client.get(address).content.decode()

        assert "2 works that people confirmed." in page
        for work in made:
            assert f"/landscape/challenges/works/{work.pk}/" in page
        assert "/landscape/challenges/warm/" in page
        assert "Take it as evidence" not in page


class TestAdopting:
    def test_the_first_is_a_fact_of_the_record_and_the_step_is_shown_by_it(self, office: User, client: Client) -> None:
        work = stated(office, "Strong")
        assert not any(step.is_evidenced for step in steps())
        client.force_login(office)
        assert "Take “Strong” as evidence" in client.get(STEP).content.decode()
        client.post("/landscape/challenges/works/adopt/", {"kind": "observable_technique", "key": "heat-fine", "work": work.pk})

        state = queries.state("observable_technique", "heat-fine")
        assert state is not None
        told = state.fact("evidence_url")
        assert (state.values["evidence_kind"], state.values["evidence_title"], state.values["evidence_date"]) == ("paper", "Strong", "2025")
        assert (told.value, told.provenance.confidence, told.provenance.source_url, told.provenance.as_of) == (work.address, "sourced", work.address, "2025")
        assert [step.key for step in steps() if step.is_evidenced] == ["heat-fine"]
        page = client.get(STEP).content.decode()
        assert "evidence of this step" in page
        assert "Take “Strong”" not in page
        assert TaggingEvent.objects.filter(work=work, verb="adopted").count() == 1

    def test_the_next_stands_beside_it_and_can_be_let_go(self, office: User, client: Client) -> None:
        first, second = stated(office, "First"), stated(office, "Second")
        assert adopt(first, office) is True
        assert adopt(second, office) is False
        revision = queries.current_revision()

        (step,) = [one for one in steps() if one.is_evidenced]
        assert [one.title for one in step.evidence] == ["First", "Second"]
        page = client.get(STEP).content.decode()
        assert "taken as evidence beside the record by Olga" in page
        assert "It is none" not in page
        client.force_login(office)
        client.post("/landscape/challenges/works/adopt/", {"kind": "observable_technique", "key": "heat-fine", "work": second.pk, "drop": "1"})
        assert not AdoptedWork.objects.exists()
        assert queries.current_revision() == revision
        assert list(TaggingEvent.objects.filter(work=second, verb__in=("adopted", "dropped")).values_list("verb", flat=True)) == ["adopted", "dropped"]

    def test_twice_is_refused(self, office: User) -> None:
        first, second = stated(office, "First"), stated(office, "Second")
        adopt(first, office)
        adopt(second, office)
        for work in (first, second):
            with pytest.raises(Conflict, match="already"):
                adopt(work, office)

    @pytest.mark.parametrize("grants", [(), (("facility_editor", "ring"),), (("group_chair", ""),), (("landscape_author", ""),), (("board_member", ""),)])
    def test_nobody_else_may(self, office: User, client: Client, grants: tuple[tuple[str, str], ...]) -> None:
        work, stranger = stated(office, "Strong"), person("Uta", *grants)
        with pytest.raises(NotAllowed):
            adopt(work, stranger)
        client.force_login(stranger)
        assert client.post("/landscape/challenges/works/adopt/", {"kind": "observable_technique", "key": "heat-fine", "work": work.pk}).status_code == 403
        assert "Take it as evidence" not in client.get(STEP).content.decode()

    def test_what_does_not_speak_for_the_step_is_no_evidence_of_it(self, office: User) -> None:
        other = stated(office, "Otherwise", challenge="cold")
        for kind, key in (("observable_technique", "heat-fine"), ("observable", "none"), ("facility", "ring")):
            with pytest.raises(Conflict):
                adopt(other, office, kind, key)

    def test_what_is_made_up_or_only_data_is_no_evidence(self, office: User) -> None:
        made_up, data = stated(office, "Synthetic"), stated(office, "Data", kind="dataset")
        Work.objects.filter(pk=made_up.pk).update(is_synthetic=True)
        for work, words in ((made_up, "made up for a trial"), (data, "no kind of evidence")):
            with pytest.raises(InvalidInput, match=words):
                adopt(work, office)
        assert not any(step.is_evidenced for step in steps())

    def test_one_that_was_withdrawn_since_no_longer_counts(self, office: User) -> None:
        first, second = stated(office, "First"), stated(office, "Second")
        adopt(first, office)
        adopt(second, office)
        tagging.withdraw_work(work=second, actor=office, now=NOW)

        assert [one.title for step in steps() for one in step.evidence] == ["First"]

    def test_the_record_may_change_between_look_and_leap(self, office: User) -> None:
        work = stated(office, "Strong")
        write(update("observable_technique", "heat-fine", evidence_kind="paper", evidence_url="https://example.org/other"))

        assert adopt(work, office) is False  # beside it: nothing is overwritten
        state = queries.state("observable_technique", "heat-fine")
        assert state is not None
        assert state.values["evidence_url"] == "https://example.org/other"
