"""Rings outside Europe: compared with, never counted among Europe's."""

import pytest
from django.test import Client

from leaps.catalogue.models import Facility, PhotonSource
from leaps.core.errors import InvalidInput
from leaps.landscape import figures, queries, sheets, tables
from leaps.landscape.models import WorldSource
from leaps.landscape.snapshots import Snapshot
from leaps.record.types import Action, Edit
from tests.record.factories import facts, write


def ring(slug: str, country: str = "BR", **told: object) -> None:
    write(Edit("world_source", slug, Action.CREATE, facts({"name": slug.title(), "country": country, "status": "operating", "electron_energy_gev": 3.0} | told)))


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedRecord:
    def test_the_figure_holds_both_sides_by_one_formula(self) -> None:
        made = figures.make("F13", None)
        by_key = {record["source"]: record for record in made.records}

        assert by_key["sirius"]["where"] == "elsewhere"
        assert by_key["esrf-ebs"]["where"] == "Europe"
        assert "swiss-light-source" not in by_key  # it runs no more
        for record in made.records:
            gamma = record["electron_energy_gev"] / 0.51099895e-3
            assert record["emittance_per_gamma2_pm_rad"] == pytest.approx(record["horizontal_emittance_pm_rad"] / gamma**2, rel=1e-3)
        assert "elsewhere 42 pm rad (APS-U)" in made.title

    def test_none_of_them_is_counted_among_europe_s(self) -> None:
        countries = {one.country for one in queries.world()}

        assert countries == {"BR", "CN", "JP", "TW", "US"}
        assert not Facility.objects.filter(country__in=countries).exists()
        assert not any(one.key.removeprefix("country-").upper() in countries for one in sheets.all_sheets())
        assert not {row[0] for row in tables.table(Snapshot(), "countries", {}).rows} & countries
        assert not set(WorldSource.objects.values_list("slug", flat=True)) & set(PhotonSource.objects.values_list("slug", flat=True))

    def test_every_number_tells_its_source_or_that_it_is_unverified(self) -> None:
        for one in WorldSource.objects.all():
            for name in ("electron_energy_gev", "circumference_m", "current_ma", "horizontal_emittance_pm_rad"):
                if getattr(one, name) is not None:
                    told = one.provenance[name]
                    assert told["confidence"] == "known" or told["source_url"].startswith("http"), (one.slug, name)

    def test_the_pages_say_what_is_unverified(self, client: Client) -> None:
        page = client.get("/landscape/world/").content.decode()

        assert page.count('class="unverified"') == WorldSource.objects.filter(provenance__horizontal_emittance_pm_rad__confidence="known").count() == 5
        assert "Sirius" in client.get("/landscape/world/sirius/").content.decode()
        assert client.get("/landscape/world/nowhere/").status_code == 404


@pytest.mark.django_db
class TestInput:
    def test_an_empty_record_says_so(self, client: Client) -> None:
        assert "No ring outside Europe is on record" in client.get("/landscape/world/").content.decode()

    @pytest.mark.parametrize(
        ("told", "field"),
        [({"country": "Brazil"}, "country"), ({"country": "XX"}, "country"), ({"electron_energy_gev": 0.0}, "electron_energy_gev"), ({"horizontal_emittance_pm_rad": -1.0}, "horizontal_emittance_pm_rad")],
    )  # fmt: skip
    def test_what_cannot_be_is_refused_with_field_and_cure(self, told: dict[str, object], field: str) -> None:
        with pytest.raises(InvalidInput) as error:
            ring("far", **told)

        assert [problem.field for problem in error.value.problems] == [field]
        assert error.value.problems[0].cure
        assert not WorldSource.objects.exists()

    def test_a_ring_without_an_emittance_is_listed_and_not_drawn(self, client: Client) -> None:
        ring("far")

        assert "Far" in client.get("/landscape/world/").content.decode()
        assert figures.make("F13", None).records == ()
