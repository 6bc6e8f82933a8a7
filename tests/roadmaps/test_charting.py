"""Charts of roadmaps as values: directions, gaps, what comes too late, comparing, and that a drawing covers nothing."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from leaps.roadmaps import roadmap_drawing
from leaps.roadmaps.charting import (
    ALONG,
    PULL,
    PUSH,
    Chart,
    ItemRow,
    Layer,
    LinkKind,
    LinkRow,
    compare,
    direction,
    month,
    months,
    text_of,
)

TODAY = dt.date(2026, 11, 25)
MONTHS = st.integers(2020 * 12, 2045 * 12)


@st.composite
def items(draw: st.DrawFn, key: str = "") -> ItemRow:
    start = draw(st.none() | MONTHS)
    length = draw(st.integers(0, 120))
    words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=70).filter(str.strip)
    return ItemRow(
        key, draw(st.sampled_from(Layer.values)), draw(words), lane=draw(st.sampled_from(["", "one", "two"])),
        start=None if start is None else month(start), end=None if start is None else month(start + length),
        status=draw(st.sampled_from(["idea", "planned", "running", "done", "dropped"])),
    )  # fmt: skip


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    found = tuple(draw(items(f"i{n}")) for n in range(draw(st.integers(0, 9))))
    keys = [one.key for one in found]
    links: dict[tuple[str, str], LinkRow] = {}
    for _n in range(draw(st.integers(0, 9)) if len(keys) > 1 else 0):
        before, after = draw(st.sampled_from(keys)), draw(st.sampled_from(keys))
        if before != after:
            links[before, after] = LinkRow(before, after, draw(st.sampled_from(LinkKind.values)), draw(st.integers(1, 3)))
    return Chart("Chart", "", 2024, 2036, found, tuple(links.values()))


@given(charts())
def test_a_chart_survives_telling_and_differs_in_nothing_from_itself(chart: Chart) -> None:
    assert Chart.read(chart.told()) == chart
    assert compare(chart, chart).is_same


@given(charts(), charts())
def test_comparing_the_other_way_round_swaps_new_and_gone(one: Chart, other: Chart) -> None:
    there, back = compare(one, other), compare(other, one)
    assert {i.key for i in there.new} == {i.key for i in back.gone}
    assert {i.key for i in there.gone} == {i.key for i in back.new}
    assert [m.item.key for m in there.changed] == [m.item.key for m in back.changed]
    assert len(there.links_new) == len(back.links_gone)


_BASE = re.compile(r'class="fig-box-base" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"')


@given(charts())
def test_boxes_cover_neither_each_other_nor_leave_the_sheet(chart: Chart) -> None:
    drawn = roadmap_drawing.svg(chart, TODAY, is_editable=True)
    boxes = [tuple(map(float, found)) for found in _BASE.findall(drawn)]
    assert len(boxes) == len(chart.items)
    for place, (x, y, wide, tall) in enumerate(boxes):
        assert x >= roadmap_drawing.LEFT - 0.1
        assert x + wide <= roadmap_drawing.WIDTH
        for other_x, other_y, other_wide, other_tall in boxes[place + 1 :]:
            apart = x + wide <= other_x + 0.2 or other_x + other_wide <= x + 0.2 or y + tall <= other_y or other_y + other_tall <= y
            assert apart
    assert drawn.count("fig-tie-line") >= len(chart.links)
    assert text_of(chart).count("\n* ") == len(chart.items)


@given(MONTHS)
def test_months_count_both_ways(number: int) -> None:
    assert months(month(number)) == number


def test_directions() -> None:
    assert direction("drivers", "technologies") == PULL
    assert direction("technologies", "drivers") == PUSH
    assert direction("projects", "projects") == ALONG


def _item(key: str, layer: str, start: str, end: str, status: str = "planned") -> ItemRow:
    return ItemRow(key, layer, key.title(), start=dt.date.fromisoformat(f"{start}-01"), end=dt.date.fromisoformat(f"{end}-01"), status=status)


def test_gaps_are_what_nothing_answers() -> None:
    need, able = ItemRow("need", "drivers", "Need"), ItemRow("able", "capabilities", "Able")
    lone = Chart("C", "", 2026, 2030, (need, able))
    assert {one.key for one, _words in lone.gaps()} == {"need", "able"}
    linked = Chart("C", "", 2026, 2030, (need, able), (LinkRow("need", "able", "requires"),))
    assert {one.key for one, _words in linked.gaps()} == {"able"}
    rival = Chart("C", "", 2026, 2030, (need, able), (LinkRow("need", "able", "competes"),))
    assert {one.key for one, _words in rival.gaps()} == {"need", "able"}, "a rival answers nothing"


def test_what_comes_too_late_is_told_in_months() -> None:
    giver, taker = _item("lens", "technologies", "2027-01", "2029-12"), _item("image", "capabilities", "2027-06", "2029-06")
    enables = Chart("C", "", 2026, 2030, (giver, taker), (LinkRow("lens", "image", "enables"),))
    requires = Chart("C", "", 2026, 2030, (giver, taker), (LinkRow("image", "lens", "requires", lag=2),))
    assert [short for _link, short in enables.late_links()] == [6]
    assert [short for _link, short in requires.late_links()] == [8]
    people = _item("people", "resources", "2027-01", "2035-01")
    assert Chart("C", "", 2026, 2036, (people, taker), (LinkRow("people", "image", "enables"),)).late_links() == [], "a resource is there when it begins"
    done = _item("lens", "technologies", "2027-01", "2029-12", "done")
    assert Chart("C", "", 2026, 2030, (done, taker), (LinkRow("lens", "image", "enables"),)).late_links() == []
