"""The pages of technologies, targets, milestones and roadmaps, on the shipped record and on small ones."""

import csv
import datetime as dt
import io
import json
import math
import re
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from leaps.record.types import Action, Edit
from leaps.roadmaps import milestone_queries, schedules, technology_queries
from leaps.roadmaps.models import Milestone, MilestoneDependency
from tests.record.factories import facility, facts, write
from tests.roadmaps.factories import measurement, milestone, target, technology

TODAY = dt.date(2026, 11, 25)


def text_of(page: str) -> str:
    return re.sub(r"[ \n\t]+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.usefixtures("real_record", "db")
class TestTechnologies:
    def test_all_stand_by_area_with_their_counts(self, client: Client) -> None:
        page = shown(client, "/technologies/")

        assert len(set(re.findall(r'href="/technologies/([a-z-]+)/"', page)) - {"targets"}) == 63
        assert len(re.findall(r'id="a-[a-z]+"', page)) == 10
        assert "13 targets" in text_of(page).replace("13  targets", "13 targets")

    def test_a_search_finds_by_words_and_tells_when_there_is_none(self, client: Client) -> None:
        found = shown(client, "/technologies/?q=cooled+undulator")
        none = text_of(shown(client, "/technologies/?q=flux+capacitor"))

        assert "/technologies/cpmu/" in found
        assert "/technologies/fair-data/" not in found
        assert "No technology is like that" in none

    @pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
    def test_they_come_as_files(self, client: Client, form: str) -> None:
        answer = client.get(f"/technologies/table.{form}?q=undulator")
        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        elif form == "json":
            rows = json.loads(answer.content)["values"]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["values"]
            head, *lines = list(sheet.iter_rows(values_only=True))
            rows = [dict(zip(head, line, strict=True)) for line in lines]

        assert {"cpmu", "scu"} <= {row["slug"] for row in rows}
        assert all(row["source_url"] for row in rows)

    def test_no_other_file_is_made(self, client: Client) -> None:
        shown(client, "/technologies/table.pdf", 404)
        shown(client, "/milestones/figure.gif", 404)

    def test_one_says_what_is_unverified_and_who_has_it(self, client: Client) -> None:
        known = text_of(shown(client, "/technologies/cpmu/"))
        bends = text_of(shown(client, "/technologies/mba-lattice/"))

        assert "not read in a source" in known
        assert "No target on record" in known
        assert "such devices in the record" in known
        assert "Diamond-II" in bends
        assert "no measurement on record" in bends

    def test_what_the_record_does_not_tell_is_no_no(self, client: Client) -> None:
        assert "The record does not tell who has this technology." in text_of(shown(client, "/technologies/gratings/"))

    def test_every_one_has_a_page(self, client: Client) -> None:
        for row in technology_queries.technologies():
            assert row.description in unescape(shown(client, f"/technologies/{row.slug}/"))


@pytest.mark.usefixtures("real_record", "db")
class TestTheTargetBoard:
    def test_tells_who_has_reached_what_and_on_what_evidence(self) -> None:
        rows = {row.slug: row for row in technology_queries.targets(TODAY)}
        reached = {slug: row.measured.is_evidenced for slug, row in rows.items() if row.is_goal and row.is_reached and row.measured}

        assert reached == {
            "esrf-horizontal-emittance": True, "esrf-availability": True, "petra-iii-rf-downtime-per-user-day": True, "sls-horizontal-emittance": False,
        }  # fmt: skip
        assert rows["esrf-horizontal-emittance"].is_logarithmic
        assert not rows["esrf-availability"].is_logarithmic

    def test_invents_no_measurement(self) -> None:
        silent = [row for row in technology_queries.targets(TODAY) if row.measured is None]

        assert len(silent) == 25
        assert {row.share for row in silent} == {None}

    def test_shows_every_target_drawn_and_listed(self, client: Client) -> None:
        page = shown(client, "/technologies/targets/")
        (table,) = re.findall(r'data-testid="targets".*?</table>', page, re.DOTALL)
        (figure,) = re.findall(r"<svg viewBox.*?</svg>", re.search(r'<figure class="figure" id="figure">.*?</figure>', page, re.DOTALL)[0], re.DOTALL)  # type: ignore[index]

        for row in technology_queries.targets(TODAY):
            assert f"/technologies/targets/{row.slug}/" in table
            assert f"/technologies/targets/{row.slug}/" in figure

    def test_keeps_to_its_filters_in_files_too(self, client: Client) -> None:
        rows = list(csv.DictReader(io.StringIO(shown(client, "/technologies/targets/table.csv?facility=soleil"))))

        assert {row["facility"] for row in rows} == {"soleil"}
        assert len(rows) == 3
        assert client.get("/technologies/targets/figure.pdf").content.startswith(b"%PDF")
        assert "No target is like that" in text_of(shown(client, "/technologies/targets/?facility=nowhere"))

    def test_every_one_has_a_page_with_its_source(self, client: Client) -> None:
        for row in technology_queries.targets(TODAY):
            assert row.source_url in unescape(shown(client, f"/technologies/targets/{row.slug}/"))


@pytest.mark.django_db
class TestProgress:
    @pytest.fixture(autouse=True)
    def _there(self) -> None:
        write(facility("ring"), technology())

    def one(self, measured: dict[str, object] | None = None, **values: object) -> technology_queries.TargetRow:
        write(target(**values), *([measurement(**measured)] if measured is not None else []))
        (row,) = technology_queries.targets(TODAY)
        return row

    def test_is_counted_on_a_logarithm_when_it_spans_more_than_ten(self) -> None:
        row = self.one({"value": 100.0, "sigma": 5.0}, baseline_value=1000.0, goal_value=10.0)

        assert (row.share, row.should, row.is_logarithmic, row.status) == (pytest.approx(0.5), 0.5, True, "on_course")
        assert row.sigma == pytest.approx(5 / (100 * math.log(100)))

    def test_is_counted_straight_when_it_spans_ten_or_less(self) -> None:
        row = self.one({"value": 90.0, "measured_on": "2020", "sigma": 2.0}, baseline_value=100.0, goal_value=50.0)

        assert (row.share, row.sigma, row.is_logarithmic, row.status) == (pytest.approx(0.2), pytest.approx(0.04), False, "behind")

    def test_of_an_uncertain_value_is_too_uncertain_to_say(self) -> None:
        assert self.one({"value": 80.0, "sigma": 10.0}, baseline_value=100.0, goal_value=50.0).status == "uncertain"

    def test_without_a_stated_uncertainty_invents_none(self, client: Client) -> None:
        row = self.one({"value": 90.0, "measured_on": "2020"}, baseline_value=100.0, goal_value=50.0)

        assert (row.sigma, row.status) == (None, "behind")
        page = text_of(shown(client, "/technologies/targets/ring-emittance/"))
        assert re.search(r"20 % of the way; a steady way would be at 100 % ?: behind ?\. The measurement states no uncertainty", page), page[:3000]

    def test_is_that_of_the_latest_measurement(self) -> None:
        write(target(), measurement("late", measured_on="2020-03", value=200.0), measurement("early", measured_on="2019-12", value=900.0))
        (row,) = technology_queries.targets(TODAY)

        assert [one.slug for one in row.measurements] == ["early", "late"]
        assert row.measured is not None
        assert row.measured.value == 200.0

    def test_without_a_measurement_is_none_and_its_year_over_is_told(self, client: Client) -> None:
        row = self.one()

        assert (row.share, row.status, row.is_silent(TODAY)) == (None, "", True)
        assert "The year of the goal is over" in text_of(shown(client, "/technologies/targets/ring-emittance/"))

    def test_of_a_value_without_a_place_on_the_scale_is_none(self) -> None:
        assert self.one({"value": 0.0}).share is None

    def test_of_an_emittance_is_the_running_sources(self) -> None:
        source = {"facility": "ring", "name": "Ring two", "kind": "storage_ring", "status": "operating", "horizontal_emittance_pm_rad": 95.0}
        upgrade = {"facility": "ring", "project": "Two", "status": "completed", "new_source": "ring-2"}
        write(Edit("source", "ring-2", Action.CREATE, facts(source)), Edit("upgrade", "two", Action.CREATE, facts(upgrade)))
        row = self.one(upgrade="two")

        assert row.measured is not None
        assert (row.measured.value, row.measured.source, row.is_reached) == (95.0, "ring-2", True)

    def test_of_a_source_that_does_not_run_yet_is_none(self) -> None:
        source = {"facility": "ring", "name": "Ring two", "kind": "storage_ring", "status": "planned", "horizontal_emittance_pm_rad": 95.0}
        upgrade = {"facility": "ring", "project": "Two", "status": "planned", "new_source": "ring-2"}
        write(Edit("source", "ring-2", Action.CREATE, facts(source)), Edit("upgrade", "two", Action.CREATE, facts(upgrade)))

        assert self.one(upgrade="two").measured is None


@pytest.mark.usefixtures("real_record", "db")
class TestMilestones:
    def test_late_ones_stand_first(self) -> None:
        rows = milestone_queries.milestones(TODAY)

        assert [row.slug for row in rows if row.is_late] == ["light-for-ukraine", "elettra2-beam"]
        assert [row.slug for row in rows][:2] == ["light-for-ukraine", "elettra2-beam"]
        assert [row.standing for row in rows] == sorted((row.standing for row in rows), key=["late", "ahead", "undated", "done"].index)

    def test_a_year_is_late_only_when_it_is_over(self) -> None:
        before = {row.slug: row.standing for row in milestone_queries.milestones(dt.date(2026, 12, 31))}
        after = {row.slug: row.standing for row in milestone_queries.milestones(dt.date(2027, 1, 1))}

        assert (before["sls2-full"], after["sls2-full"]) == ("ahead", "late")

    def test_filters_keep_what_they_name(self, client: Client) -> None:
        page = shown(client, "/milestones/?facility=soleil")
        (table,) = re.findall(r'data-testid="milestones".*?</table>', page, re.DOTALL)

        assert set(re.findall(r'<th scope="row".*?href="/milestones/([a-z0-9-]+)/"', table)) == {
            "soleil2-construction", "soleil2-dark-start", "soleil2-users-back", "soleil-run1-cut",
        }  # fmt: skip
        assert "No milestone is like that" in text_of(shown(client, "/milestones/?owner=nowhere"))

    def test_every_one_has_a_page_with_its_neighbours(self, client: Client) -> None:
        for slug in Milestone.objects.values_list("slug", flat=True):
            shown(client, f"/milestones/{slug}/")
        page = text_of(shown(client, "/milestones/elettra2-beam/"))
        assert "late, planned" in page
        assert "Elettra 2.0 opens 15 beamlines" in page

    def test_the_calendar_holds_milestones_and_dark_periods_no_sharper_than_told(self, client: Client) -> None:
        answer = client.get("/milestones/calendar.ics")
        events = {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(answer.content).walk("VEVENT")}

        assert answer["Content-Type"].startswith("text/calendar")
        assert sum(key.startswith("milestone-") for key in events) == 43
        users = events["milestone-elettra2-users"]
        assert (users.decoded("dtstart"), users.decoded("dtend")) == (dt.date(2027, 1, 1), dt.date(2027, 2, 1))
        assert "some day in Jan 2027" in str(users["summary"])
        sharp = events["milestone-ebs-users-back"]
        assert (sharp.decoded("dtstart"), sharp.decoded("dtend")) == (dt.date(2020, 8, 25), dt.date(2020, 8, 26))
        dark = events["upgrade-soleil-ii"]
        assert (dark.decoded("dtstart"), dark.decoded("dtend")) == (dt.date(2028, 10, 1), dt.date(2030, 11, 1))
        assert client.get("/milestones/calendar.ics").content == answer.content

    def test_the_calendar_of_one_facility_holds_only_its_own(self, client: Client) -> None:
        events = Calendar.from_ical(client.get("/milestones/calendar.ics?facility=soleil").content).walk("VEVENT")

        assert {str(event["location"]) for event in events} == {"SOLEIL"}

    def test_the_page_costs_the_same_however_long_it_is(self, client: Client) -> None:
        with CaptureQueriesContext(connection) as few:
            client.get("/milestones/?facility=sesame")
        with CaptureQueriesContext(connection) as many:
            client.get("/milestones/")

        assert len(few) == len(many)


@pytest.mark.usefixtures("real_record", "db")
class TestTheSchedule:
    def test_what_is_late_moves_what_waits_for_it(self) -> None:
        found = schedules.chains(milestone_queries.milestones(TODAY), TODAY)
        elettra = next(chain for chain in found if chain.title == "Elettra 2.0")
        steps = {step.row.slug: step for step in elettra.steps}

        assert elettra.path == ("elettra2-dark-start", "elettra2-beam", "elettra2-users", "elettra2-complete")
        assert steps["elettra2-beam"].expected == TODAY
        assert [round(steps[key].behind or 0, 1) for key in ("elettra2-beam", "elettra2-users", "elettra2-complete")] == [2.8, 2.8, 2.8]
        assert steps["elettra2-dark-start"].behind is None
        assert (steps["elettra2-beam"].status, steps["elettra2-complete"].status) == ("red", "green")

    def test_on_time_everything_keeps_its_date(self) -> None:
        day = dt.date(2026, 8, 1)
        found = schedules.chains(milestone_queries.milestones(day), day)
        moved = [step.row.slug for chain in found for step in chain.steps if step.is_moved]

        assert moved == []
        for chain in found:
            for step in chain.steps:
                if step.row.last is not None and not step.row.is_done:
                    assert step.expected == step.row.last, step.row.slug

    def test_a_slip_moves_the_chain_behind_it_and_no_other(self, client: Client) -> None:
        day = dt.date(2026, 8, 1)
        found = schedules.chains(milestone_queries.milestones(day), day, {"diamond2-dark-start": 6})
        moved = {step.row.slug: round(step.behind or 0, 3) for chain in found for step in chain.steps if step.is_moved}
        page = text_of(shown(client, "/milestones/schedule/?slip=diamond2-dark-start&months=6"))

        assert moved == {"diamond2-dark-start": 6, "diamond2-dark-end": 6, "diamond2-complete": 6}
        assert "slips by 6 months" in page
        assert "not before Jun 2028" in page

    @pytest.mark.parametrize("query", ["slip=nowhere&months=3", "slip=ebs-users-back&months=3", "slip=diamond2-dark-start&months=0", "slip=diamond2-dark-start&months=x"])
    def test_what_cannot_slip_is_told(self, client: Client, query: str) -> None:
        assert re.search("Only a milestone that is still ahead|must be a number from 1 to 120", text_of(shown(client, f"/milestones/schedule/?{query}", 422)))


@pytest.mark.django_db
def test_a_circle_that_got_past_every_check_is_named(client: Client) -> None:
    write(facility("ring"), technology(), milestone("first", due="2027"), milestone("second", due="2028", depends_on=["first"]))
    first, second = Milestone.objects.get(slug="first"), Milestone.objects.get(slug="second")
    MilestoneDependency.objects.create(source=first, target=second, position=0)

    page = text_of(shown(client, "/milestones/schedule/"))

    assert "wait for each other in a circle: Reach first → Reach second → Reach first" in page
    assert shown(client, "/milestones/")


@pytest.mark.usefixtures("real_record", "db")
class TestRoadmaps:
    def test_every_area_has_one(self, client: Client) -> None:
        page = shown(client, "/roadmaps/")
        areas = set(re.findall(r'href="/roadmaps/([a-z]+)/"', page))

        assert len(areas) == 10
        assert page.count("Nothing with a date on record yet") == 2
        for area in areas:
            shown(client, f"/roadmaps/{area}/")

    def test_the_figure_holds_what_the_table_holds(self, client: Client) -> None:
        page = shown(client, "/roadmaps/sources/")
        figure = re.search(r'<figure class="figure roadmap".*?</svg>', page, re.DOTALL)
        assert figure is not None
        dated = [row for row in milestone_queries.milestones(TODAY) if row.area == "sources" and row.due]

        assert len(dated) == 23
        for row in dated:
            assert f'href="/milestones/{row.slug}/"' in figure[0]
        for row in technology_queries.targets(TODAY, technology__area="sources"):
            assert f'href="/technologies/targets/{row.slug}/"' in figure[0]
        assert figure[0].count('class="fig-lead"') >= 12

    def test_it_comes_as_picture_page_and_table(self, client: Client) -> None:
        svg = shown(client, "/roadmaps/sources/figure.svg")
        rows = list(csv.DictReader(io.StringIO(shown(client, "/roadmaps/sources/table.csv"))))

        assert "Roadmap: storage rings and undulators" in svg
        assert "CC BY 4.0" in svg
        assert client.get("/roadmaps/sources/figure.png").content.startswith(b"\x89PNG")
        assert client.get("/roadmaps/sources/figure.pdf").content.startswith(b"%PDF")
        assert {row["layer"] for row in rows} == {"system", "milestone", "target", "technology"}
        assert len([row for row in rows if row["layer"] == "system"]) == 8

    def test_one_that_is_not_there_shows_those_that_are(self, client: Client) -> None:
        assert "/roadmaps/optics/" in shown(client, "/roadmaps/nonsense/", 404)
        shown(client, "/roadmaps/cryo/figure.svg", 404)

    def test_the_pages_of_facilities_and_upgrades_lead_there(self, client: Client) -> None:
        assert "/milestones/soleil2-users-back/" in shown(client, "/facilities/soleil/")
        assert "/milestones/elettra2-beam/" in shown(client, "/upgrades/elettra-2-0/")
