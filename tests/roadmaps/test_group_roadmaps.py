"""Roadmaps of groups: who may do what, that nothing is lost when two draw, undo, spreadsheets, grids and editions."""

import datetime as dt
import io
import json
import re
import threading
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.record.packs.reading import Row
from leaps.roadmaps import roadmap_actions, roadmap_drawing, roadmap_queries, roadmap_tables
from leaps.roadmaps.charting import Chart, Grid, Part, Scoring, compare, text_of
from leaps.roadmaps.models import (
    GridScore,
    Roadmap,
    RoadmapChange,
    RoadmapEdition,
    RoadmapItem,
    RoadmapLink,
    RoadmapRemark,
)
from leaps.roadmaps.trial_roadmap import draw
from tests.pdf import broken_rules

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


def person(name: str, *grants: tuple[str, str]) -> User:
    made = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


def signed_in(who: User | None) -> Client:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


@pytest.fixture
def chair() -> User:
    return person("Carla", ("group_chair", ""))


@pytest.fixture
def roadmap(chair: User) -> Roadmap:
    return roadmap_actions.open_roadmap(
        values={"slug": "optics", "title": "Optics", "scope": "", "area": "", "first_year": 2026, "last_year": 2034, "is_public": False}, actor=chair, now=NOW
    )


def add(roadmap: Roadmap, actor: User, title: str = "New mirrors", layer: str = "technologies", start: str = "2028-01", end: str = "2029-06", **more: Any) -> RoadmapItem:
    values = {"title": title, "layer": layer, "start": roadmap_actions.month_of(start), "end": roadmap_actions.month_of(end), **more}
    return roadmap_actions.add_item(roadmap=roadmap, values=values, actor=actor, now=NOW)


# -- who may ------------------------------------------------------------------------------------------

DEEDS = ("see", "edit", "lead", "score")
MAY = {
    "anonymous": set(), "stranger": set(), "editor of a facility": set(), "director": set(), "funder": set(),
    "member": {"see", "score"}, "drawer": {"see", "edit", "score"}, "chair of it": set(DEEDS), "group chair": set(DEEDS), "office": set(DEEDS),
}  # fmt: skip


def _who(name: str, roadmap: Roadmap) -> User | None:
    grants = {
        "editor of a facility": (("facility_editor", "max-iv"),), "director": (("director", "esrf"),), "funder": (("funder", ""),),
        "group chair": (("group_chair", ""),), "office": (("office", ""),),
    }.get(name, ())  # fmt: skip
    if name == "anonymous":
        return None
    made = person(name, *grants)
    part = {"member": Part.MEMBER, "drawer": Part.EDITOR, "chair of it": Part.CHAIR}.get(name)
    if part is not None:
        roadmap.seats.create(person=made, part=part)
    return made


@pytest.mark.parametrize("name", list(MAY))
def test_role_by_role(name: str, roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    need, able = add(roadmap, chair, "Clean water", "drivers"), add(roadmap, chair, "See traces", "capabilities")
    roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring.BLIND, actor=chair, now=NOW)
    who = _who(name, roadmap)
    client, at = signed_in(who), "/roadmaps/groups/optics/"
    may = MAY[name]
    assert (client.get(at).status_code == 200) == ("see" in may)
    assert (client.get("/roadmaps/").content.decode().count("/roadmaps/groups/optics/") > 0) == ("see" in may)
    assert (client.get(f"{at}table.csv").status_code == 200) == ("see" in may)
    assert (client.get(f"{at}edit/").status_code == 200) == ("edit" in may)
    asked = {"key": item.key, "base": "1", "layer": item.layer, "start": "2028-05", "end": "2029-10"}
    assert (client.post(f"{at}move/", asked).status_code == 200) == ("edit" in may)
    item.refresh_from_db()
    assert (item.start == dt.date(2028, 5, 1)) == ("edit" in may)
    assert (client.get(f"{at}people/").status_code == 200) == ("lead" in may)
    client.post(f"{at}editions/", {"title": "2026", "note": ""})
    assert RoadmapEdition.objects.exists() == ("lead" in may)
    client.post(f"{at}grids/needs/", {f"s|{need.key}|{able.key}": "3"})
    assert GridScore.objects.exists() == ("score" in may)
    client.post(f"{at}remarks/", {"text": "Why not earlier?"})
    assert RoadmapRemark.objects.exists() == ("score" in may)
    client.post(f"{at}items/{item.key}/remove/")
    item.refresh_from_db()
    assert (item.removed_at is not None) == ("edit" in may)
    client.post(f"{at}people/", {"what": "settings", "title": "Mine", "scope": "", "area": "", "first_year": "2026", "last_year": "2030"})
    assert (Roadmap.objects.get().title == "Mine") == ("lead" in may)


def test_a_public_roadmap_is_read_by_everybody_and_drawn_by_its_group(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    roadmap_actions.remark(roadmap=roadmap, text="Among us", actor=chair, now=NOW, item=item)
    roadmap_actions.change_roadmap(roadmap=roadmap, values={"is_public": True}, actor=chair, now=NOW)
    client = Client()
    page = client.get("/roadmaps/groups/optics/")
    assert page.status_code == 200
    assert "New mirrors" in page.content.decode()
    assert "Among us" not in client.get(f"/roadmaps/groups/optics/items/{item.key}/").content.decode()
    assert client.get("/roadmaps/groups/optics/edit/").status_code == 302
    assert signed_in(person("Somebody")).get("/roadmaps/groups/optics/edit/").status_code == 403


def test_only_chairs_open_roadmaps() -> None:
    with pytest.raises(NotAllowed):
        roadmap_actions.open_roadmap(
            values={"slug": "x", "title": "X", "first_year": 2026, "last_year": 2030}, actor=person("Ed", ("facility_editor", "max-iv")), now=NOW
        )


def test_the_last_chair_stays(roadmap: Roadmap, chair: User) -> None:
    with pytest.raises(InvalidInput, match="only chair"):
        roadmap_actions.seat(roadmap=roadmap, person=chair, part=None, actor=chair, now=NOW)


# -- two at once --------------------------------------------------------------------------------------


def test_two_who_change_different_fields_lose_nothing(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair, text="Flat")
    roadmap_actions.change_item(item=item, base=1, values={"title": "Mirrors of silicon", "text": "Flat"}, actor=chair, now=NOW)
    # The second saw version 1: her form sends the old title along with her new text.
    roadmap_actions.change_item(item=item, base=1, values={"title": "New mirrors", "text": "Very flat"}, actor=chair, now=NOW)
    item.refresh_from_db()
    assert (item.title, item.text) == ("Mirrors of silicon", "Very flat")


def test_two_who_change_one_field_are_told(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    other = person("Emil")
    roadmap.seats.create(person=other, part=Part.EDITOR)
    roadmap_actions.change_item(item=item, base=1, values={"title": "Mirrors of silicon"}, actor=other, now=NOW)
    client = signed_in(chair)
    given = {"base": "1", "title": "Bent mirrors", "layer": "technologies", "start": "2028-01", "end": "2029-06", "status": "planned", "weight": "1"}
    page = client.post(f"/roadmaps/groups/optics/items/{item.key}/", given)
    assert page.status_code == 409
    text = page.content.decode()
    assert "Mirrors of silicon" in text
    assert 'value="Bent mirrors"' in text, "what she typed is still there"
    item.refresh_from_db()
    assert item.title == "Mirrors of silicon"
    base = re.search(r'name="base" value="(\d+)"', text)
    assert base is not None
    assert client.post(f"/roadmaps/groups/optics/items/{item.key}/", given | {"base": base[1]}).status_code == 302
    item.refresh_from_db()
    assert item.title == "Bent mirrors"


def test_a_drag_on_a_moved_item_says_where_it_is_now(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    client = signed_in(chair)
    asked = {"key": item.key, "layer": item.layer, "start": "2028-05", "end": "2029-10"}
    assert client.post("/roadmaps/groups/optics/move/", asked | {"base": "1"}).status_code == 200
    page = client.post("/roadmaps/groups/optics/move/", asked | {"base": "1", "start": "2030-01", "end": "2031-06"})
    assert page.status_code == 409
    assert "2028-05" in page.content.decode()
    item.refresh_from_db()
    assert item.start == dt.date(2028, 5, 1)


def test_outer_months_move_along(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair, start_low=dt.date(2027, 7, 1), end_high=dt.date(2030, 1, 1))
    signed_in(chair).post("/roadmaps/groups/optics/move/", {"key": item.key, "base": "1", "layer": item.layer, "start": "2028-07", "end": "2029-12"})
    item.refresh_from_db()
    assert (item.start_low, item.end_high) == (dt.date(2028, 1, 1), dt.date(2030, 7, 1))


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_lose_nothing(chair: User) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lives in one connection; writers wait for each other there by themselves")
    made = roadmap_actions.open_roadmap(values={"slug": "optics", "title": "Optics", "first_year": 2026, "last_year": 2034}, actor=chair, now=NOW)
    item = add(made, chair)
    gate, faults = threading.Barrier(2), []

    def write(values: dict[str, Any]) -> None:
        try:
            gate.wait(30)
            roadmap_actions.change_item(item=RoadmapItem.objects.select_related("roadmap").get(pk=item.pk), base=1, values=values, actor=chair, now=NOW)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    both = [threading.Thread(target=write, args=(values,)) for values in ({"title": "Mirrors of silicon"}, {"owner": "optics group"})]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
    item.refresh_from_db()
    assert (item.title, item.owner, item.version) == ("Mirrors of silicon", "optics group", 3)
    assert sorted(RoadmapChange.objects.filter(roadmap=made).values_list("version", flat=True)) == [1, 2, 3, 4]


# -- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"), ({"layer": "cellar"}, "layer"), ({"start": None}, "start"), ({"end": None}, "end"), ({"end": dt.date(2027, 1, 1)}, "end"),
        ({"start_low": dt.date(2030, 1, 1)}, "start_low"), ({"end_high": dt.date(2028, 1, 1)}, "end_high"), ({"trl_now": 12}, "trl_now"), ({"weight": -1}, "weight"),
    ],
)  # fmt: skip
def test_a_fault_names_its_field(roadmap: Roadmap, chair: User, values: dict[str, Any], field: str) -> None:
    given = {"title": "New mirrors", "layer": "technologies", "start": dt.date(2028, 1, 1), "end": dt.date(2029, 6, 1), "weight": 1.0}
    with pytest.raises(InvalidInput) as told:
        roadmap_actions.add_item(roadmap=roadmap, values=given | values, actor=chair, now=NOW)
    assert [problem.field for problem in told.value.problems] == [field]
    assert all(problem.cure for problem in told.value.problems)
    assert not RoadmapItem.objects.exists()


def test_a_circle_of_links_is_named(roadmap: Roadmap, chair: User) -> None:
    a, b, c = (add(roadmap, chair, title) for title in ("Alpha", "Beta", "Gamma"))
    for before, after in ((a, b), (b, c)):
        roadmap_actions.put_link(roadmap=roadmap, before=before, after=after, values={"kind": "enables"}, actor=chair, now=NOW)
    with pytest.raises(InvalidInput, match="Alpha → Beta → Gamma"):
        roadmap_actions.put_link(roadmap=roadmap, before=c, after=a, values={"kind": "enables"}, actor=chair, now=NOW)
    with pytest.raises(InvalidInput, match="Alpha → Beta → Gamma"):
        roadmap_actions.put_link(roadmap=roadmap, before=a, after=c, values={"kind": "requires"}, actor=chair, now=NOW)
    roadmap_actions.put_link(roadmap=roadmap, before=c, after=a, values={"kind": "informs"}, actor=chair, now=NOW)
    assert RoadmapLink.objects.count() == 3


def test_a_roadmap_is_not_called_like_the_form_that_opens_one(chair: User) -> None:
    with pytest.raises(InvalidInput, match="taken"):
        roadmap_actions.open_roadmap(values={"slug": "new", "title": "New", "first_year": 2026, "last_year": 2030}, actor=chair, now=NOW)


# -- undo ---------------------------------------------------------------------------------------------


def test_everything_drawn_can_be_undone_one_by_one(roadmap: Roadmap, chair: User) -> None:
    before = roadmap_queries.chart(roadmap)
    one, other = add(roadmap, chair, "One"), add(roadmap, chair, "Other", "projects")
    roadmap_actions.change_item(item=one, base=1, values={"title": "First", "start": dt.date(2027, 1, 1)}, actor=chair, now=NOW)
    link = roadmap_actions.put_link(roadmap=roadmap, before=other, after=one, values={"kind": "enables", "strength": 3}, actor=chair, now=NOW)
    roadmap_actions.put_link(roadmap=roadmap, before=other, after=one, values={"kind": "enables", "strength": 1}, actor=chair, now=NOW)
    roadmap_actions.remove_link(link=link, actor=chair, now=NOW)
    roadmap_actions.remove_item(item=other, actor=chair, now=NOW)
    steps = []
    while (last := roadmap_queries.last_of(roadmap, chair)) is not None:
        steps.append(last.verb)
        roadmap_actions.undo(change=last, actor=chair, now=NOW)
    assert steps == ["removed", "unlinked", "changed link", "linked", "changed", "added", "added"]
    after = roadmap_queries.chart(roadmap)
    assert (after.items, after.links) == (before.items, before.links)


def test_undo_refuses_what_something_newer_stands_on(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    roadmap_actions.change_item(item=item, base=1, values={"title": "A"}, actor=chair, now=NOW)
    old = RoadmapChange.objects.get(item=item, verb="changed")
    roadmap_actions.change_item(item=item, base=2, values={"title": "B"}, actor=chair, now=NOW)
    with pytest.raises(roadmap_actions.Overtaken, match="later change first"):
        roadmap_actions.undo(change=old, actor=chair, now=NOW)


# -- spreadsheets -------------------------------------------------------------------------------------


def test_a_table_that_is_taken_out_comes_back_as_it_was(roadmap: Roadmap, chair: User) -> None:
    made = draw(chair, person("Emil"), NOW)
    lines = roadmap_tables.records(roadmap_queries.chart(made))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(roadmap_tables.COLUMNS))
    for line in lines:
        book.active.append([line[name] for name in roadmap_tables.COLUMNS])
    kept = io.BytesIO()
    book.save(kept)
    rows, problems = roadmap_tables.read("nanofocus.xlsx", kept.getvalue())
    assert problems == []
    same = roadmap_tables.plan(made, rows)
    assert (same.problems, same.new, same.changed, same.same) == ([], [], [], len(lines))
    # On an empty roadmap the same table draws the same chart.
    roadmap_tables.take_over(roadmap=roadmap, rows=rows, actor=chair, now=NOW)
    first, second = roadmap_queries.chart(made), roadmap_queries.chart(roadmap)
    assert compare(first, second).is_same


def test_every_fault_of_a_table_is_told_and_nothing_is_written(roadmap: Roadmap, chair: User) -> None:
    text = (
        "key,layer,title,from,to,status,trl_now,facility,links\n"
        "a,technologies,Lenses,2028-13,2029,planned,4,,\n"
        "a,cellar,Stages,2028,2029,asleep,four,nowhere,enables:zzz:2\n"
        "b,projects,,2028-01,2027-01,planned,,,leads:a\n"
    )
    client = signed_in(chair)
    page = client.post("/roadmaps/groups/optics/import/", {"text": text})
    assert page.status_code == 422
    shown = page.content.decode()
    for words in ("2028-13", "cellar", "asleep", "four", "nowhere", "zzz", "leads:a", "stands twice"):
        assert words in shown
    rows, problems = roadmap_tables.read("pasted.csv", text.encode())
    assert problems == []
    with pytest.raises(InvalidInput):
        roadmap_tables.take_over(roadmap=roadmap, rows=rows, actor=chair, now=NOW)
    # A fault that only the writing finds undoes the whole too.
    late = [Row(2, {"layer": "projects", "title": "Good"}), Row(3, {"layer": "projects", "title": "Bad", "from": "2029-01", "to": "2028-01"})]
    with pytest.raises(InvalidInput) as told:
        roadmap_tables.take_over(roadmap=roadmap, rows=late, actor=chair, now=NOW)
    assert [(problem.row, problem.field) for problem in told.value.problems] == [(3, "to")]
    assert not RoadmapItem.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", b"PK\x03\x04nothing", b"layer,what\ndrivers,x\n", b"\xff\xfe\x00"])
def test_what_is_no_table_of_a_roadmap_is_refused(content: bytes) -> None:
    _rows, problems = roadmap_tables.read("table.xlsx" if content[:2] == b"PK" else "table.csv", content)
    assert problems
    assert all(problem.message for problem in problems)


def test_keys_of_a_table_stay_as_they_are_however_long(roadmap: Roadmap, chair: User) -> None:
    long, other = "a" * 58, "_under-"
    rows = [Row(2, {"key": long, "layer": "projects", "title": "Long", "links": f"enables:{other}"}), Row(3, {"key": other, "layer": "systems", "title": "Odd", "links": ""})]
    roadmap_tables.take_over(roadmap=roadmap, rows=rows, actor=chair, now=NOW)
    chart = roadmap_queries.chart(roadmap)
    assert {one.key for one in chart.items} == {long, other}
    assert [(one.before, one.after) for one in chart.links] == [(long, other)]
    again = roadmap_tables.plan(roadmap, rows)
    assert (again.new, again.changed, again.same) == ([], [], 2)


# -- grids --------------------------------------------------------------------------------------------


def test_nobody_sees_the_scores_of_others_before_the_discussion(roadmap: Roadmap, chair: User) -> None:
    other = person("Emil")
    roadmap.seats.create(person=other, part=Part.MEMBER)
    need, able = add(roadmap, chair, "Clean water", "drivers"), add(roadmap, chair, "See traces", "capabilities")
    roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring.BLIND, actor=chair, now=NOW)
    cell = (need.key, able.key)
    roadmap_actions.score(roadmap=roadmap, grid=Grid.NEEDS, scores={cell: 3}, actor=chair, now=NOW)
    roadmap_actions.score(roadmap=roadmap, grid=Grid.NEEDS, scores={cell: 0}, actor=other, now=NOW)
    roadmap.refresh_from_db()
    blind = roadmap_queries.grid_view(roadmap, Grid.NEEDS, other).cells[cell]
    assert (blind.mine, blind.mean, blind.spread, blind.count) == (0, None, "", 0)
    page = signed_in(other).get("/roadmaps/groups/optics/grids/needs/").content.decode()
    assert 'class="mean"' not in page
    roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring.DISCUSSED, actor=chair, now=NOW)
    roadmap.refresh_from_db()
    open_cell = roadmap_queries.grid_view(roadmap, Grid.NEEDS, other).cells[cell]
    assert (open_cell.mean, open_cell.spread, open_cell.is_disputed) == (1.5, "0 3", True)
    roadmap_actions.score(roadmap=roadmap, grid=Grid.NEEDS, scores={cell: 2}, actor=other, now=NOW)
    assert sorted(GridScore.objects.filter(person=other).values_list("step", "score")) == [("blind", 0), ("discussed", 2)], "each step is kept"
    with pytest.raises(roadmap_actions.Overtaken):
        roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring.BLIND, actor=chair, now=NOW)


def test_priorities_of_the_trial_follow_the_formula(chair: User) -> None:
    made = draw(chair, person("Emil"), NOW)
    found = {one.item.key: one for one in roadmap_queries.ranking(made)}
    # w = 2, 1, 1 (of 4); mean scores of both people; p_k = Σ_j (Σ_i w_i N_ij) C_jk
    reach = {"operando": 0.5 * 3, "mapping": 0.5 * 1.5 + 0.25 * 1, "ptychography": 0.25 * 3 + 0.25 * 1.5}
    assert found["stages"].score == pytest.approx(reach["operando"] * 2.5 + reach["ptychography"] * 1)
    assert found["mirrors"].score == pytest.approx(reach["operando"] * 2 + reach["mapping"] * 2.5)
    assert found["lenses"].score == pytest.approx(reach["ptychography"] * 3)
    assert [one.low <= one.rank <= one.high for one in found.values()] == [True] * 3


def test_scores_out_of_range_or_place_are_refused(roadmap: Roadmap, chair: User) -> None:
    need, able = add(roadmap, chair, "Clean water", "drivers"), add(roadmap, chair, "See traces", "capabilities")
    roadmap_actions.step_scoring(roadmap=roadmap, to=Scoring.BLIND, actor=chair, now=NOW)
    for cell, given in (((need.key, able.key), 4), ((able.key, need.key), 1), (("gone", able.key), 1)):
        with pytest.raises(InvalidInput):
            roadmap_actions.score(roadmap=roadmap, grid=Grid.NEEDS, scores={cell: given}, actor=chair, now=NOW)
    assert not GridScore.objects.exists()


# -- editions -----------------------------------------------------------------------------------------


def test_an_edition_stays_whoever_writes_and_is_compared(roadmap: Roadmap, chair: User) -> None:
    item = add(roadmap, chair)
    edition = roadmap_actions.freeze(roadmap=roadmap, title="2026", note="", actor=chair, now=NOW)
    for deed in (lambda: RoadmapEdition.objects.filter(pk=edition.pk).update(title="2027"), lambda: RoadmapEdition.objects.filter(pk=edition.pk).delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    RoadmapEdition.objects.filter(pk=edition.pk).update(actor_label="somebody")  # who asks to be forgotten
    roadmap_actions.change_item(item=item, base=1, values={"start": dt.date(2028, 9, 1)}, actor=chair, now=NOW)
    add(roadmap, chair, "Gratings")
    client = signed_in(chair)
    page = client.get("/roadmaps/groups/optics/editions/?from=1&to=0").content.decode()
    assert "<del>2028-01</del> → <ins>2028-09</ins>" in page
    assert "<ins>Gratings</ins>" in page
    frozen = client.get("/roadmaps/groups/optics/editions/1/").content.decode()
    assert "Gratings" not in frozen
    assert client.get("/roadmaps/groups/optics/editions/?from=9&to=0").status_code == 404


def test_a_chart_survives_json(chair: User) -> None:
    chart = roadmap_queries.chart(draw(chair, person("Emil"), NOW))
    assert Chart.read(json.loads(json.dumps(chart.told()))) == chart


# -- reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "start"), [
    ("figure.svg", b"<svg"), ("figure.png", b"\x89PNG"), ("figure.pdf", b"%PDF"), ("print.a4", b"%PDF"), ("print.a3", b"%PDF"), ("table.csv", b""),
    ("table.xlsx", b"PK"), ("table.json", b"{"), ("text.txt", b"Nanofocus"),
])  # fmt: skip
def test_a_roadmap_is_taken_along_in_every_form(name: str, start: bytes, chair: User) -> None:
    draw(chair, person("Emil"), NOW)
    answer = Client().get(f"/roadmaps/groups/nanofocus/{name}")
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(start)
    if name.startswith("print"):
        assert broken_rules(answer.content) == []
    assert Client().get("/roadmaps/groups/nanofocus/figure.exe").status_code == 404


def test_the_drawing_tells_every_item_and_link_and_escapes(roadmap: Roadmap, chair: User) -> None:
    evil = '<script>alert("x")</script>'
    one, other = add(roadmap, chair, evil), add(roadmap, chair, "Other", "drivers", "", "")
    roadmap_actions.put_link(roadmap=roadmap, before=one, after=other, values={"kind": "enables"}, actor=chair, now=NOW)
    chart = roadmap_queries.chart(roadmap)
    for drawn in (roadmap_drawing.svg(chart, TODAY), roadmap_drawing.svg(chart, TODAY, is_editable=True)):
        assert "<script" not in drawn
        assert drawn.count("fig-tie-line") >= 1
    assert "is-push" in roadmap_drawing.svg(chart, TODAY)
    page = signed_in(chair).get("/roadmaps/groups/optics/").content.decode()
    assert "<script>alert" not in page
    assert "enables Other" in text_of(chart)


@pytest.mark.usefixtures("real_record")
class TestFromTheRecord:
    def test_a_roadmap_begins_with_what_the_record_says(self, chair: User) -> None:
        client = signed_in(chair)
        given = {"slug": "rings", "title": "Rings", "scope": "", "area": "sources", "first_year": "2018", "last_year": "2034", "begin": "record"}
        assert client.post("/roadmaps/groups/new/", given).status_code == 302
        made = Roadmap.objects.get(slug="rings")
        chart = roadmap_queries.chart(made)
        layers = {layer.value: items for layer, items in chart.layers()}
        assert layers["systems"]
        assert layers["technologies"]
        assert all(one.technology for one in layers["technologies"]), "each points to where it stands on record"
        assert not layers["drivers"], "the record names no drivers, so none are made up"
        page = client.get("/roadmaps/groups/rings/edit/")
        assert page.status_code == 200
        assert page.content.decode().count('class="fig-item"') == len(chart.items)

    def test_an_area_is_needed_to_begin_with_the_record(self, chair: User) -> None:
        given = {"slug": "rings", "title": "Rings", "scope": "", "area": "", "first_year": "2018", "last_year": "2034", "begin": "record"}
        page = signed_in(chair).post("/roadmaps/groups/new/", given)
        assert page.status_code == 422
        assert "begin with an empty sheet" in page.content.decode()
        assert not Roadmap.objects.exists()
