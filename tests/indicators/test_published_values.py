"""What the record accepts as a definition or a published value, and what it refuses with a cure."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from leaps.core.errors import InvalidInput
from leaps.indicators.models import IndicatorDefinition, PublishedValue
from leaps.record import queries
from leaps.record.types import Action, Edit
from tests.indicators.factories import definition, published
from tests.record.factories import facility, facts, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _there() -> None:
    write(facility("ring"), definition("ACC-01"), definition("OPS-05", group="operation", unit="h"))


def complaints(*edits: Edit) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        write(*edits)
    return [(problem.field, problem.message) for problem in refused.value.problems]


class TestAPublishedValue:
    def test_keeps_what_its_source_says(self) -> None:
        write(published("ring-acc-01-2003", value=1622))

        state = queries.state("published_value", "ring-acc-01-2003")
        assert state is not None
        assert (state.values["facility"], state.values["indicator"], state.values["value"]) == ("ring", "ACC-01", 1622)
        assert state.fact("value").provenance.source_url == "https://example.org/page"

    def test_is_about_a_facility_or_a_scope(self) -> None:
        both = complaints(published("a", scope="LEAPS"))
        neither = complaints(published("b", facility=None))
        kind_without_scope = complaints(published("c", facility=None, scope_kind="partnership"))

        assert both == [("facility", "does not go with scope_kind facility")]
        assert neither == [("facility", "does not go with scope_kind facility")]
        assert kind_without_scope == [("scope", "does not go with scope_kind partnership")]

    def test_of_money_names_its_currency(self) -> None:
        assert complaints(published("a", unit="EUR")) == [("currency", "does not go with the unit EUR")]
        assert complaints(published("b", unit="EUR", currency="GBP")) == [("currency", "does not go with the unit EUR")]
        assert complaints(published("c", unit="count", currency="EUR")) == [("currency", "does not go with the unit count")]

    def test_of_an_unknown_currency_is_refused(self) -> None:
        assert [field for field, _message in complaints(published("a", unit="EUX", currency="EUX"))] == ["currency"]

    def test_held_back_has_no_number(self) -> None:
        write(published("a", value=None, standing="suppressed"))

        assert complaints(published("b", year=2004, value=3, standing="suppressed")) == [
            ("value", "does not go with standing suppressed")
        ]
        assert complaints(published("c", year=2004, value=None)) == [("value", "does not go with standing published")]

    def test_of_another_century_is_refused(self) -> None:
        assert complaints(published("a", year=1803)) == [("year", "is below 1900")]

    def test_is_claimed_once(self) -> None:
        write(published("a"))

        assert complaints(published("b", value=9)) == [("value", "says the same as a")]
        assert complaints(published("c", year=2009), published("d", year=2009)) == [("value", "says the same as c")]

    def test_may_stand_twice_under_two_rules(self) -> None:
        write(
            published("a", indicator="OPS-05", unit="h", value=39.4, rule="failures during refill counted"),
            published(
                "b", indicator="OPS-05", unit="h", value=49.5, rule="failures during refill left out",
                qualifier="alt-definition",
            ),
        )

        assert PublishedValue.objects.count() == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"facility_id": None},
        {"scope": "LEAPS"},
        {"value": float("inf")},
        {"value": None},
        {"year": 1803},
        {"currency": "EUR"},
        {"standing": "suppressed"},
        {},
    ],
    ids=["nobody", "two", "infinite", "none", "year", "currency", "standing", "twice"],
)
def test_the_database_refuses_it_too(broken: dict[str, Any]) -> None:
    write(published("a"))
    row = PublishedValue.objects.get()
    row.pk, row.slug, row.year = None, "b", row.year if broken == {} else 1990
    for name, value in broken.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


class TestADefinition:
    def test_links_to_other_families_in_order(self) -> None:
        write(
            definition("OECD-01", family="oecd-2019", group=None),
            definition("ESFRI-02", family="esfri-2019", group=None),
            definition("ACC-10", counterparts=["ESFRI-02", "OECD-01"]),
        )

        state = queries.state("indicator_definition", "ACC-10")
        assert state is not None
        assert state.values["counterparts"] == ["ESFRI-02", "OECD-01"]

    def test_has_no_counterpart_in_its_own_family(self) -> None:
        assert complaints(definition("ACC-02", counterparts=["ACC-01"])) == [
            ("counterparts", "names ACC-01 of the same family")
        ]

    def test_has_a_group_only_in_the_league(self) -> None:
        assert complaints(definition("ACC-02", group=None)) == [("group", "does not go with the family")]
        assert complaints(definition("ESFRI-01", family="esfri-2019")) == [("group", "does not go with the family")]

    def test_with_a_score_off_the_scale_is_refused(self) -> None:
        assert complaints(definition("ACC-02", racer_easy=4)) == [("racer_easy", "is above 3")]

    def test_in_use_cannot_be_removed(self) -> None:
        write(published("a"))

        (field, message), = complaints(Edit("indicator_definition", "ACC-01", Action.DELETE, facts({})))
        assert (field, "published_values.indicator of a" in message) == ("code", True)
        assert IndicatorDefinition.objects.filter(code="ACC-01").exists()
