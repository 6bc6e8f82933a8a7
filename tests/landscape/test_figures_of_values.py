"""F8, F11 and F12: of signed returns and of editions, which no pack holds."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from leaps.core.documents import Unbound
from leaps.indicators.models import Campaign, ComputedValue
from leaps.landscape import figures
from leaps.landscape.binding import bind
from leaps.landscape.models import Edition
from leaps.landscape.stages import Stage
from leaps.record import queries as record_queries
from leaps.record.types import Action, Edit
from tests.landscape.test_binding import call
from tests.record.factories import facility, instrument, update, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
NOBODY = AnonymousUser()


@pytest.fixture
def campaign() -> Campaign:
    write(facility("ring"), facility("laser"))
    return Campaign.objects.create(year=2025, due_on=NOW.date(), opened_at=NOW, opened_label="x")


def value(campaign: Campaign, indicator: str, at: str, number: float | None, **more: Any) -> ComputedValue:
    values = {"shown": "public", "computed_at": NOW, **more}
    return ComputedValue.objects.create(campaign=campaign, facility=at, indicator=indicator, value=number, **values)


class TestUsers:
    def test_bands_lead_from_countries_to_facilities(self, campaign: Campaign) -> None:
        for at, code, n in (("ring", "FR", 120.0), ("ring", "PL", 40.0), ("laser", "PL", 10.0)):
            value(campaign, "ACC-07", at, n, dimension="country", category=code)
        made = figures.make("F8", NOBODY)

        assert made.title == "In 2025 users came from 2 countries to 2 facilities"
        assert [(r["country"], r["facility"], r["visits"]) for r in made.records] == [("FR", "ring", 120.0), ("PL", "laser", 10.0), ("PL", "ring", 40.0)]
        assert made.svg.count("fig-flow") == 3
        assert "Poland" in made.svg
        assert "France 120" in made.alt

    def test_what_the_public_may_not_see_is_drawn_for_nobody(self, campaign: Campaign) -> None:
        from leaps.accounts.models import RoleGrant, User

        office = User.objects.create_user("olga@example.org", name="Olga")
        RoleGrant.objects.create(user=office, role="office", scope="")
        value(campaign, "ACC-07", "ring", 120.0, dimension="country", category="FR")
        value(campaign, "ACC-07", "ring", 3.0, dimension="country", category="MT", shown="suppressed")
        value(campaign, "ACC-07", "laser", 50.0, dimension="country", category="FR", shown="house")

        for viewer in (NOBODY, office):
            assert [(r["country"], r["facility"]) for r in figures.make("F8", viewer).records] == [("FR", "ring")]

    def test_many_countries_are_gathered_and_nothing_is_lost(self, campaign: Campaign) -> None:
        codes = ("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL")
        for n, code in enumerate(codes):
            value(campaign, "ACC-07", "ring", 100.0 + 5 * n, dimension="country", category=code)
        made = figures.make("F8", NOBODY)

        assert "5 other countries" in made.svg
        assert len(made.records) == len(codes)

    def test_a_trial_says_synthetic_and_no_document_prints_it(self, campaign: Campaign, settings: Any) -> None:
        settings.TRIAL = True
        value(campaign, "ACC-07", "ring", 120.0, dimension="country", category="FR", is_synthetic=True)
        made = figures.make("F8", NOBODY)

        assert made.title.startswith("Synthetic: ")
        assert made.is_synthetic
        with pytest.raises(Unbound, match="Synthetic"):
            bind()(call("figure('F8')"))

    def test_a_document_prints_it_where_it_is_real(self, campaign: Campaign) -> None:
        value(campaign, "ACC-07", "ring", 120.0, dimension="country", category="FR")
        drawn = bind()(call("figure('F8')"))

        assert drawn.id == "F8"
        assert [row[:6] for row in drawn.rows] == [("2025", "FR", "France", "ring", "RING", "120")]


class TestElectricity:
    def test_each_facility_is_drawn_over_its_years(self, campaign: Campaign) -> None:
        before = Campaign.objects.create(year=2024, due_on=NOW.date(), opened_at=NOW, opened_label="x")
        for of, at, n in ((before, "ring", 0.5), (campaign, "ring", 0.4), (campaign, "laser", 2.25)):
            value(of, "ENV-03", at, n)
        value(campaign, "ENV-03", "", 0.9)  # the league's is no facility's
        made = figures.make("F11", NOBODY)

        assert made.title == "In 2025 an instrument-hour took between 0.4 and 2.2 MWh"
        assert [(r["facility"], r["year"]) for r in made.records] == [("laser", 2025), ("ring", 2024), ("ring", 2025)]
        assert made.svg.startswith("<svg viewBox")

    def test_of_nothing_it_says_so(self) -> None:
        made = figures.make("F11", NOBODY)
        assert (made.svg, made.records, made.title) == ("", (), "No facility has released its electricity per instrument-hour yet")


class TestEditions:
    def released(self, slug: str) -> Edition:
        return Edition.objects.create(
            slug=slug, title=f"Landscape {slug}", stage=Stage.RELEASED, opened_at=NOW, released_at=NOW + dt.timedelta(minutes=record_queries.current_revision()),
            revision=record_queries.current_revision(),
        )  # fmt: skip

    def test_new_changed_and_gone_are_counted_by_kind(self) -> None:
        write(facility("ring"), facility("old"), instrument("i1", facility="ring"))
        self.released("a")
        write(update("facility", "ring", city="Lund"), facility("new"), Edit("facility", "old", Action.DELETE, {}))
        write(update("instrument", "i1", name="Other"))
        write(update("instrument", "i1", name="Yet another"))
        made = figures.make("F12", NOBODY)

        assert {(r["kind"], r["key"], r["change"]) for r in made.records} == {
            ("facility", "ring", "changed"), ("facility", "new", "new"), ("facility", "old", "gone"), ("instrument", "i1", "changed"),
        }  # fmt: skip
        assert made.title == "4 objects of the record differ between Landscape a and now"
        assert {r["key"]: r["fields"] for r in made.records}["ring"] == "City"

    def test_what_changed_and_changed_back_is_the_same(self) -> None:
        write(facility("ring", city="Lund"))
        self.released("a")
        write(update("facility", "ring", city="Malmö"))
        write(update("facility", "ring", city="Lund"))

        assert figures.make("F12", NOBODY).records == ()

    def test_two_editions_are_compared_at_their_own_revisions(self) -> None:
        write(facility("ring"))
        self.released("a")
        write(facility("second"))
        self.released("b")
        write(facility("third"))

        assert [r["key"] for r in figures.make("F12", NOBODY).records] == ["third"]
        assert [r["key"] for r in figures.make("F12", NOBODY, {"since": "a", "until": "b"}).records] == ["second"]
        assert [r["key"] for r in figures.make("F12", NOBODY, {"until": "b"}).records] == ["second"]
        assert [r["key"] for r in figures.make("F12", NOBODY, {"since": "a"}).records] == ["second", "third"]

    def test_a_draft_is_no_edition(self) -> None:
        Edition.objects.create(slug="d", title="Draft", stage=Stage.DRAFT, opened_at=NOW)
        assert figures.make("F12", NOBODY).svg == ""
