"""Values over years: lines only between like values, marks that tell how sharp each is, names that hide nothing."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from leaps.core.figures import series, svg
from leaps.core.figures.series import ABOUT, AT_LEAST, AT_MOST, EXACT, FORECAST, Look, Panel, Point, Series

SVG = "{http://www.w3.org/2000/svg}"


def point(year: int, value: float, sharpness: str = EXACT) -> Point:
    return Point(year, value, f"{year}: {value}", sharpness)


def drawn(*lines: Series, dots: bool = False, ceiling: float | None = None) -> ET.Element:
    figure = series.series_svg([Panel("A panel", "h", lines, dots=dots, ceiling=ceiling)], title="A figure")
    return ET.fromstring(svg.standalone(figure))


def lines_of(root: ET.Element) -> list[ET.Element]:
    return [path for path in root.iter(f"{SVG}path") if "fig-series" in path.get("class", "")]


def texts_of(root: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def marks_of(root: ET.Element) -> list[str]:
    return [node.get("class", "") for node in root.iter() if "fig-mark" in node.get("class", "")]


class TestALine:
    def test_joins_neighbouring_years(self) -> None:
        (line,) = lines_of(drawn(Series("A", Look(), (point(2020, 1), point(2021, 2)))))

        assert line.get("stroke-dasharray") is None

    def test_is_dashed_over_years_without_a_value(self) -> None:
        (line,) = lines_of(drawn(Series("A", Look(), (point(2018, 1), point(2021, 2)))))

        assert line.get("stroke-dasharray")

    def test_never_reaches_a_bound_or_a_forecast(self) -> None:
        for sharpness in (AT_LEAST, AT_MOST, FORECAST):
            assert lines_of(drawn(Series("A", Look(), (point(2020, 1), point(2021, 2, sharpness))))) == []

    def test_does_not_join_exact_with_about(self) -> None:
        assert lines_of(drawn(Series("A", Look(), (point(2020, 1), point(2021, 2, ABOUT))))) == []

    def test_is_left_out_where_values_do_not_follow_each_other(self) -> None:
        assert lines_of(drawn(Series("A", Look(), (point(2020, 1), point(2021, 2)), joined=False))) == []

    def test_never_joins_two_series(self) -> None:
        assert lines_of(drawn(Series("A", Look(), (point(2020, 1),)), Series("B", Look(1, 1), (point(2021, 2),)))) == []


class TestAMark:
    def test_differs_in_colour_and_shape_and_tells_how_sharp(self) -> None:
        root = drawn(Series("A", Look(2, 1), (point(2020, 1),)), Series("B", Look(3, 2), (point(2020, 5, FORECAST),)))

        assert marks_of(root) == ["fig-mark hue-2 is-exact", "fig-mark hue-3 is-forecast"]

    def test_of_a_bound_has_an_arrow_along_the_axis(self) -> None:
        upwards = drawn(Series("A", Look(), (point(2020, 1, AT_LEAST),)))
        sideways = drawn(Series("A", Look(), (point(2020, 1, AT_LEAST),)), dots=True)

        def turned(root: ET.Element) -> list[str | None]:
            return [path.get("transform") for path in root.iter(f"{SVG}path") if "fig-tick" in path.get("class", "")]

        assert turned(upwards) == [None]
        assert turned(sideways) == ["rotate(90)"]

    def test_says_its_value_to_a_screen_reader(self) -> None:
        root = drawn(Series("A", Look(), (Point(2020, 1, "A, 2020: 1 <h>", EXACT, "/values/a/"),)))

        (link,) = root.iter(f"{SVG}a")
        assert (link.get("href"), link.get("aria-label")) == ("/values/a/", "A, 2020: 1 <h>")


class TestAnAxis:
    def test_of_a_share_ends_at_a_hundred(self) -> None:
        ticks = [t for t in texts_of(drawn(Series("A", Look(), (point(2019, 98.2), point(2020, 99.6))), ceiling=100)) if re.fullmatch(r"\d+(\.\d+)?", t)]

        assert max(float(t) for t in ticks if float(t) < 1000) == 100

    def test_is_logarithmic_over_two_decades_and_says_so(self) -> None:
        root = drawn(Series("A", Look(), (point(2019, 10), point(2020, 5000))))

        assert "h, log" in texts_of(root)
        assert {"10", "100", "1\u202f000", "10\u202f000"} <= set(texts_of(root))

    def test_starts_at_zero_unless_values_lie_close_together(self) -> None:
        apart = texts_of(drawn(Series("A", Look(), (point(2019, 2), point(2020, 10)))))
        close = texts_of(drawn(Series("A", Look(), (point(2019, 97), point(2020, 99)))))

        assert "0" in apart
        assert "0" not in close

    @given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.integers(2, 9))
    def test_ticks_cover_both_ends_in_even_steps(self, low: float, width: float, most: int) -> None:
        found = series.ticks(low, low + width, most)

        steps = [b - a for a, b in pairwise(found)]
        # An end may miss by what nobody can see: a billionth of a step, or of the number itself.
        assert found[0] <= low + 1e-6 * max(1, abs(low)) + 2e-9 * max(steps)
        assert found[-1] >= low + width - 1e-6 * max(1, abs(low + width)) - 2e-9 * max(steps)
        assert max(steps) - min(steps) < 1e-6 * max(steps)

    def test_ticks_of_next_to_nothing(self) -> None:
        assert series.ticks(0.0, 5e-324) == series.ticks(0.0, 0.0)


class TestRowsSideBySide:
    def test_stand_in_the_order_given_never_by_size(self) -> None:
        root = drawn(Series("Zeta", Look(), (point(2020, 1),)), Series("Alpha", Look(1), (point(2020, 9),)), dots=True)

        names = [t for t in texts_of(root) if t in ("Zeta", "Alpha")]
        assert names == ["Zeta", "Alpha"]

    def test_show_value_and_year(self) -> None:
        assert "1\u202f500 · 2019" in texts_of(drawn(Series("A", Look(), (point(2019, 1500),)), dots=True))


@given(st.lists(st.tuples(st.integers(1990, 2030), st.floats(0.01, 1e7)), min_size=1, max_size=25))
def test_any_values_stay_inside_the_figure(values: list[tuple[int, float]]) -> None:
    lines = tuple(Series(f"Series {n}", Look(n, n), (point(year, value),)) for n, (year, value) in enumerate(values))

    for dots in (False, True):
        root = drawn(*lines, dots=dots)
        width, height = (float(part) for part in root.get("viewBox", "").split()[2:])
        for group in root.iter(f"{SVG}g"):
            x, y = (float(part) for part in re.findall(r"-?[\d.]+", group.get("transform", ""))[:2])
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_names_of_neighbours_do_not_cover_each_other() -> None:
    lines = tuple(Series(f"Facility {n}", Look(n, n), (point(2020, 50 + n),)) for n in range(6))
    root = drawn(*lines)

    spots = sorted(
        (float(t.get("y", "")), t.get("text-anchor")) for t in root.iter(f"{SVG}text") if (t.text or "").startswith("Facility")
    )
    for side in ("start", "end"):
        heights = [y for y, anchor in spots if anchor == side]
        assert all(b - a >= 10 for a, b in pairwise(heights))


def test_a_small_figure_tells_its_ends_and_starts_at_zero() -> None:
    one = Series("", Look(), (point(2016, 1920), point(2019, 2024)))
    root = ET.fromstring(svg.standalone(series.small_svg(one, title="Hours")))

    assert texts_of(root) == ["1\u202f920", "2016", "2\u202f024", "2019"]
    heights = [float(re.findall(r"-?[\d.]+", g.get("transform", ""))[1]) for g in root.iter(f"{SVG}g")]
    assert heights[0] - heights[1] < 8  # a rise of 5 % looks like one


def test_a_heading_and_a_footer_go_with_a_file_that_leaves_the_page() -> None:
    figure = series.series_svg(
        [Panel("P", "h", (Series("A", Look(), (point(2020, 1),)),))], title="T", heading="What it shows", footer="Where it is from",
        legend=[(EXACT, "exact")],
    )  # fmt: skip

    assert {"What it shows", "Where it is from", "exact"} <= set(texts_of(ET.fromstring(svg.standalone(figure))))
    assert svg.png(figure, scale=1.0).startswith(b"\x89PNG")
