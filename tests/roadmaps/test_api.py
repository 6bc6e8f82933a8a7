"""Plans and roadmaps over the API: role by role what the pages show, writing with a base, nothing lost, nothing leaked."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from leaps.accounts import actions as accounts_actions
from leaps.accounts.models import User
from leaps.config import api
from leaps.roadmaps import actions, dark_actions, roadmap_actions
from leaps.roadmaps.actions import Owner
from leaps.roadmaps.charting import Part
from leaps.roadmaps.models import Action, ActionEvent, Meeting, Roadmap, RoadmapItem
from tests.record.factories import facility, write
from tests.rest import ANYBODY, Caller, problems_of
from tests.roadmaps.test_group_roadmaps import add, person

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
WRITE = ("read", "roadmaps:write")


def caller(who: User, *scopes: str) -> Caller:
    return Caller(accounts_actions.create_token(person=who, name="test", scopes=list(scopes or WRITE), now=timezone.now()))


@pytest.fixture
def chair() -> User:
    return person("Carla", ("group_chair", ""))


@pytest.fixture
def owner() -> User:
    return person("Otto")


@pytest.fixture
def roadmap(chair: User) -> Roadmap:
    values = {"slug": "optics", "title": "Optics", "scope": "", "area": "", "first_year": 2026, "last_year": 2034, "is_public": False}
    return roadmap_actions.open_roadmap(values=values, actor=chair, now=NOW)


def act(chair: User, who: User | None, title: str = "Compare the mirrors", **told: Any) -> Action:
    base: dict[str, Any] = {"why": "Decided", "area": "optics", "due": dt.date(2099, 1, 31), "next_step": "Ask both", "owner": Owner(who, "" if who else "Optics group")}
    return actions.create(title=title, **{**base, **told}, actor=chair, now=NOW)


def titles(who: Caller, path: str = "actions") -> list[str]:
    return [item["title"] for item in who.walk(path)]


class TestActions:
    def test_a_proposal_exists_for_its_owner_chairs_and_the_office_alone(self, chair: User, owner: User) -> None:
        act(chair, None, "Agreed")
        hidden = act(chair, owner, "Hidden", is_agreed=False)
        people = {"owner": owner, "chair": chair, "office": person("Olga", ("office", "")), "stranger": person("Stan"), "director": person("Dora", ("director", "ring"))}

        seen = {name: (titles(caller(who)), caller(who).get(f"actions/{hidden.pk}").status_code) for name, who in people.items()}

        both, one = (["Agreed", "Hidden"], 200), (["Agreed"], 404)
        assert seen == {"owner": both, "chair": both, "office": both, "stranger": one, "director": one}
        assert (titles(ANYBODY), ANYBODY.get(f"actions/{hidden.pk}").status_code) == one

    def test_filters_and_pages(self, chair: User, owner: User) -> None:
        act(chair, owner, "Late", due=dt.date(2026, 1, 5))
        stuck = act(chair, None, "Stuck", area="detectors", due=dt.date(2099, 1, 1))
        act(chair, None, "First of a day", priority="high")
        act(chair, None, "Second of a day")
        actions.update(action=stuck, base=1, actor=chair, now=NOW, changes={"status": "blocked", "blocker": "the supplier"})

        assert titles(ANYBODY, "actions?limit=1") == ["Late", "Stuck", "First of a day", "Second of a day"]
        assert titles(ANYBODY, "actions?only=overdue") == ["Late"]
        assert titles(ANYBODY, "actions?only=blocked") == titles(ANYBODY, "actions?status=blocked") == titles(ANYBODY, "actions?area=detectors") == ["Stuck"]
        assert titles(ANYBODY, "actions?role=optics+GROUP&area=optics") == ["First of a day", "Second of a day"]
        assert {field for field, _cure in problems_of(ANYBODY.get("actions?area=shoes&only=lost&roel=x"))} == {"area", "only", "roel"}

    def test_its_owner_tells_how_it_goes(self, chair: User, owner: User) -> None:
        one = act(chair, owner)

        answer = caller(owner).send("PATCH", f"actions/{one.pk}", {"base": 1, "status": "running", "next_step": "Measure", "note": "Both said yes."})

        assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "running", 2)
        event = ActionEvent.objects.get(of=one, version=2)
        assert (event.actor, event.note, event.changes["next_step"]) == (owner, "Both said yes.", ["Ask both", "Measure"])

    def test_done_needs_evidence_and_a_chair(self, chair: User, owner: User) -> None:
        one = act(chair, owner)
        path = f"actions/{one.pk}"

        assert caller(owner).send("PATCH", path, {"base": 1, "status": "done", "evidence": "https://example.org/report"}).status_code == 403
        assert [field for field, _cure in problems_of(caller(chair).send("PATCH", path, {"base": 1, "status": "done"}))] == ["evidence"]
        assert caller(chair).send("PATCH", path, {"base": 1, "status": "done", "evidence": "https://example.org/report"}).json()["status"] == "done"

    def test_who_comes_second_is_told_what_stands_there(self, chair: User, owner: User) -> None:
        one = act(chair, owner)
        caller(chair).send("PATCH", f"actions/{one.pk}", {"base": 1, "next_step": "Theirs"})

        answer = caller(owner).send("PATCH", f"actions/{one.pk}", {"base": 1, "next_step": "Mine"})

        assert (answer.status_code, answer.json()["present"]["next_step"], answer.json()["present"]["version"]) == (409, "Theirs", 2)
        assert "Carla" in answer.json()["detail"]
        assert Action.objects.get(pk=one.pk).next_step == "Theirs"

    def test_others_write_nothing(self, chair: User, owner: User) -> None:
        one, body = act(chair, owner), {"base": 1, "next_step": "Mine"}
        path = f"actions/{one.pk}"
        refused = {
            "anybody": ANYBODY, "no scope": caller(owner, "read"), "scope of the record": caller(owner, "record:write"), "stranger": caller(person("Stan")),
            "director": caller(person("Dora", ("director", "ring"))),
        }  # fmt: skip

        told = {name: who.send("PATCH", path, body).status_code for name, who in refused.items()}

        assert told == {"anybody": 401, "no scope": 403, "scope of the record": 403, "stranger": 403, "director": 403}
        hidden = act(chair, None, "Hidden", is_agreed=False)
        assert caller(person("Sue")).send("PATCH", f"actions/{hidden.pk}", body).status_code == 404
        assert Action.objects.get(pk=one.pk).version == 1

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"next_step": "x"}, "base"), ({"base": "1"}, "base"), ({"base": 1, "owner": "me"}, "owner"), ({"base": 1, "due": "soon", "note": "x"}, "due"),
            ({"base": 1, "due": "2099-02-01"}, "note"), ({"base": 1, "next_step": "a\0b"}, "next_step"), ({"base": 1, "next_step": " "}, "next_step"),
            ({"base": 1}, "note"), ({"base": 1, "status": "blocked"}, "blocker"), ({"base": 1, "note": "\ud800"}, "note"),
        ],
    )  # fmt: skip
    def test_a_fault_names_its_field(self, chair: User, owner: User, body: dict[str, Any], field: str) -> None:
        one = act(chair, owner)

        assert [name for name, _cure in problems_of(caller(owner).send("PATCH", f"actions/{one.pk}", body))] == [field]
        assert Action.objects.get(pk=one.pk).version == 1


class TestMeetings:
    def test_chairs_the_office_and_owners_see_them(self, chair: User, owner: User) -> None:
        late = act(chair, owner, "Late", due=dt.date(2026, 1, 5))
        found = actions.call_meeting(title="Optics", held_on=dt.date(2026, 3, 1), area="optics", actor=chair, now=NOW)
        paths = ("meetings", f"meetings/{found.pk}")

        for who in (chair, owner, person("Olga", ("office", ""))):
            assert [caller(who).get(path).status_code for path in paths] == [200, 200]
        for outside in (ANYBODY, caller(person("Stan")), caller(person("Dora", ("director", "ring"))), caller(person("Fred", ("funder", "")))):
            assert [outside.get(path).status_code for path in paths] == [403, 403]
        (item,) = caller(owner).json(paths[1])["agenda"]
        assert (item["key"], item["reasons"], item["owner"]) == (str(late.pk), ["overdue"], "Otto")
        assert caller(chair).get("meetings/999999999999999999999").status_code == 404

    def test_a_held_one_keeps_its_agenda_and_hides_addresses(self, chair: User, owner: User) -> None:
        late = act(chair, owner, "Late", due=dt.date(2026, 1, 5))
        found = actions.hold(meeting=actions.call_meeting(title="Optics", held_on=dt.date(2026, 3, 1), area="", actor=chair, now=NOW), actor=chair, now=NOW)
        actions.write_minutes(meeting=found, base=found.version, text="otto@example.org and x@nowhere.example came", actor=chair, now=NOW)
        actions.update(action=late, base=1, actor=chair, now=NOW, changes={"status": "dropped"}, note="No longer needed.")

        told = caller(owner).json(f"meetings/{found.pk}")

        assert (told["is_held"], [item["title"] for item in told["agenda"]], told["minutes"]) == (True, ["Late"], "Otto and (address) came")

    def test_pages_hold_each_once(self, chair: User) -> None:
        for day in (1, 2, 2, 3):
            Meeting.objects.create(title=f"Day {day}", held_on=dt.date(2026, 3, day), chair_label="x")

        assert titles(caller(chair), "meetings?limit=1") == ["Day 3", "Day 2", "Day 2", "Day 1"]


class TestDarkProposals:
    def test_each_level_has_its_readers(self) -> None:
        write(facility("ring"), facility("other"))
        home = person("Hanna", ("facility_editor", "ring"))
        for level in ("draft", "agreed", "public"):
            values = {"title": level, "start": dt.date(2031, 1, 1), "end": dt.date(2031, 6, 1), "confidence": "open", "visibility": level, "note": "", "upgrade": None}
            dark_actions.propose(facility=_ring(), values=values, actor=home, now=NOW)
        people = {
            "home": home, "director elsewhere": person("Dora", ("director", "other")), "office": person("Olga", ("office", "")),
            "funder": person("Fred", ("funder", "")), "editor elsewhere": person("Else", ("facility_editor", "other")), "stranger": person("Stan"),
        }  # fmt: skip

        seen = {name: titles(caller(who), "dark_proposals?facility=ring&limit=1") for name, who in people.items()}

        every = ["draft", "agreed", "public"]
        assert seen == {"home": every, "director elsewhere": every, "office": every, "funder": every[1:], "editor elsewhere": ["public"], "stranger": ["public"]}
        assert titles(ANYBODY, "dark_proposals") == ["public"]
        draft = next(item["id"] for item in caller(home).walk("dark_proposals") if item["title"] == "draft")
        assert [who.get(f"dark_proposals/{draft}").status_code for who in (caller(home), ANYBODY, caller(people["funder"]))] == [200, 404, 404]
        assert [field for field, _cure in problems_of(ANYBODY.get("dark_proposals?facility=nowhere"))] == ["facility"]


def _ring() -> Any:
    from leaps.catalogue.models import Facility

    return Facility.objects.get(slug="ring")


class TestRoadmaps:
    READ = ("group_roadmaps/optics", "group_roadmaps/optics/editions", "group_roadmaps/optics/editions/1", "group_roadmaps/optics/comparison?from=1")

    def test_a_private_one_exists_for_its_group_alone(self, roadmap: Roadmap, chair: User) -> None:
        item = add(roadmap, chair)
        roadmap_actions.freeze(roadmap=roadmap, title="2026", note="", actor=chair, now=NOW)
        member, drawer = person("Mia"), person("Dan")
        for who, part in ((member, Part.MEMBER), (drawer, Part.EDITOR)):
            roadmap_actions.seat(roadmap=roadmap, person=who, part=part, actor=chair, now=NOW)
        inside = {"member": (member, 403), "drawer": (drawer, 200), "chair": (chair, 200), "office": (person("Olga", ("office", "")), 200)}
        outside = [person("Stan"), person("Dora", ("director", "ring")), person("Ed", ("facility_editor", "ring")), person("Fred", ("funder", ""))]
        path = f"group_roadmaps/optics/items/{item.key}"

        for place, (who, may_write) in enumerate(inside.values()):
            assert [caller(who, "read").get(address).status_code for address in self.READ] == [200] * 4
            assert [one["key"] for one in caller(who, "read").walk("group_roadmaps")] == ["optics"]
            version = RoadmapItem.objects.get(pk=item.pk).version
            assert caller(who).send("PATCH", path, {"base": version, "values": {"lane": f"line {place}"}}).status_code == may_write
            assert caller(who, "read").send("PATCH", path, {"base": version, "values": {"lane": "x"}}).status_code == 403
        for who in outside:
            assert [caller(who).get(address).status_code for address in self.READ] == [404] * 4
            assert list(caller(who).walk("group_roadmaps")) == []
            assert caller(who).send("PATCH", path, {"base": 1, "values": {"lane": "x"}}).status_code == 404
        assert [ANYBODY.get(address).status_code for address in self.READ] == [404] * 4
        assert list(ANYBODY.walk("group_roadmaps")) == []
        assert ANYBODY.send("PATCH", path, {"base": 1, "values": {"lane": "x"}}).status_code == 401
        refused = caller(outside[0]).get("group_roadmaps/optics").json()
        assert refused == caller(outside[0]).get("group_roadmaps/nowhere").json()

    def test_a_public_one_is_read_by_everybody_and_drawn_by_its_group(self, roadmap: Roadmap, chair: User) -> None:
        item = add(roadmap, chair, facility=None)
        roadmap_actions.change_roadmap(roadmap=roadmap, values={"is_public": True}, actor=chair, now=NOW)

        told = ANYBODY.json("group_roadmaps/optics")

        assert [layer["layer"] for layer in told["layers"]] == ["drivers", "capabilities", "systems", "technologies", "projects", "resources"]
        (shown,) = told["layers"][3]["items"]
        assert (shown["key"], shown["start"], shown["end"], shown["facility"], shown["version"]) == (item.key, "2028-01", "2029-06", None, 1)
        assert caller(person("Stan")).send("PATCH", f"group_roadmaps/optics/items/{item.key}", {"base": 1, "values": {"lane": "x"}}).status_code == 403
        assert ANYBODY.get("group_roadmaps/optics/items/nothing").status_code in (404, 405)

    def test_two_who_change_different_fields_lose_nothing_one_field_is_a_conflict(self, roadmap: Roadmap, chair: User) -> None:
        item = add(roadmap, chair)
        path, who = f"group_roadmaps/optics/items/{item.key}", caller(chair)
        assert who.send("PATCH", path, {"base": 1, "values": {"end": "2030-09"}}).json()["end"] == "2030-09"

        merged = who.send("PATCH", path, {"base": 1, "values": {"title": "Flatter mirrors", "trl_now": 4}})
        clash = who.send("PATCH", path, {"base": 1, "values": {"end": "2031-01"}})

        assert (merged.status_code, merged.json()["title"], merged.json()["end"], merged.json()["version"]) == (200, "Flatter mirrors", "2030-09", 3)
        assert (clash.status_code, clash.json()["present"]["end"], clash.json()["present"]["version"]) == (409, "2030-09", 3)
        assert [(p["field"], p["value"]) for p in clash.json()["problems"]] == [("end", "2030-09")]
        assert RoadmapItem.objects.get(pk=item.pk).end == dt.date(2030, 9, 1)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"colour": "red"}, "colour"), ({"end": "later"}, "end"), ({"end": "2020-01"}, "end"), ({"layer": "roof"}, "layer"), ({"facility": "nowhere"}, "facility"),
            ({"trl_now": 12}, "trl_now"), ({"title": None}, "title"), ({"title": "a\0"}, "title"), ({"tags": ["a"]}, "tags"), ({"fte": True}, "fte"),
        ],
    )  # fmt: skip
    def test_a_fault_names_its_field(self, roadmap: Roadmap, chair: User, values: dict[str, Any], field: str) -> None:
        item = add(roadmap, chair)

        answer = caller(chair).send("PATCH", f"group_roadmaps/optics/items/{item.key}", {"base": 1, "values": values})

        assert {name for name, _cure in problems_of(answer)} == {field}
        assert RoadmapItem.objects.get(pk=item.pk).version == 1

    def test_editions_stay_and_are_compared(self, roadmap: Roadmap, chair: User) -> None:
        item, gone = add(roadmap, chair), add(roadmap, chair, "Old")
        roadmap_actions.freeze(roadmap=roadmap, title="2026", note="", actor=chair, now=NOW)
        roadmap_actions.change_item(item=item, base=1, values={"end": dt.date(2031, 1, 1)}, actor=chair, now=NOW)
        roadmap_actions.remove_item(item=gone, actor=chair, now=NOW)
        add(roadmap, chair, "Fresh")
        who = caller(chair, "read")

        told = who.json("group_roadmaps/optics/comparison?from=1")

        assert ([one["title"] for one in told["new"]], [one["title"] for one in told["gone"]]) == (["Fresh"], ["Old"])
        assert told["changed"] == [{"key": item.key, "title": item.title, "fields": [{"field": "end", "before": "2029-06", "after": "2031-01"}]}]
        frozen = who.json("group_roadmaps/optics/editions/1")
        assert {one["title"] for layer in frozen["layers"] for one in layer["items"]} == {"New mirrors", "Old"}
        assert who.json("group_roadmaps/optics/comparison?from=1&to=1")["is_same"]
        assert [who.get(f"group_roadmaps/optics/{end}").status_code for end in ("comparison", "comparison?from=2", "editions/9")] == [200, 404, 404]

    def test_one_put_away_is_read_and_no_longer_changed(self, roadmap: Roadmap, chair: User) -> None:
        item = add(roadmap, chair)
        roadmap_actions.archive(roadmap=roadmap, actor=chair, now=NOW)
        who = caller(chair)

        assert (list(who.walk("group_roadmaps")), [one["key"] for one in who.walk("group_roadmaps?archived=yes")]) == ([], ["optics"])
        answer = who.send("PATCH", f"group_roadmaps/optics/items/{item.key}", {"base": 1, "values": {"lane": "x"}})
        assert (answer.status_code, answer.json().get("present")) == (409, None)


def test_what_a_token_opened_is_kept_by_nobody_else(roadmap: Roadmap, chair: User) -> None:
    answer = caller(chair).get("group_roadmaps/optics")

    assert (answer["Cache-Control"], "Authorization" in answer["Vary"]) == ("private, no-cache", True)
    assert caller(chair).get("group_roadmaps/optics", If_None_Match=answer["ETag"]).status_code == 304
    assert ANYBODY.get("group_roadmaps/optics", If_None_Match=answer["ETag"]).status_code == 404


def test_answers_are_as_described(roadmap: Roadmap, chair: User, owner: User) -> None:
    import jsonschema

    act(chair, owner)
    add(roadmap, chair)
    schemas = api.schema()["components"]["schemas"]
    for path, name in (("actions", "ActionPage"), ("group_roadmaps", "RoadmapPage"), ("group_roadmaps/optics", "RoadmapDetail"), ("calendars", "CalendarList")):
        validator = jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})
        assert [error.message for error in validator.iter_errors(caller(chair).json(path))] == []


def test_the_calendars_are_there() -> None:
    assert [ANYBODY.get(item["url"].removeprefix("http://localhost:8000")).status_code for item in ANYBODY.json("calendars")["items"]] == [200, 200]
