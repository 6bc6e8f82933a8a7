"""The declared raw records are sound, and mean the same in every form they are given out in."""

import re

import frictionless
import pytest

from leaps.indicators import raw
from leaps.indicators.raw.records import UnknownRecord


@pytest.mark.parametrize("name", list(raw.RECORDS))
def test_every_record_is_partitioned_by_facility_and_year(name: str) -> None:
    schema = raw.record(name)

    assert [field.name for field in schema.fields[:2]] == ["facility", "year"]
    assert schema.key[:2] == ("facility", "year")
    assert all(schema.by_name[column].required for column in schema.key)


@pytest.mark.parametrize("name", list(raw.RECORDS))
def test_the_table_schema_is_one_others_can_read(name: str) -> None:
    descriptor = raw.record(name).table_schema()
    # Frictionless knows no column of lists of its own yet: such a column is text with a delimiter there.
    for field in descriptor["fields"]:
        if field["type"] == "list":
            field["type"] = "string"
    found = frictionless.Schema.from_descriptor(descriptor)

    assert [field.name for field in found.fields] == [field.name for field in raw.record(name).fields]


@pytest.mark.parametrize("name", list(raw.RECORDS))
def test_patterns_and_choices_can_be_met(name: str) -> None:
    for field in raw.record(name).fields:
        if field.pattern:
            re.compile(field.pattern)
        assert len(set(field.choices)) == len(field.choices)
        assert str(field.title)


def test_an_unknown_record_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownRecord, match="there are person, proposal"):
        raw.record("beamline")
