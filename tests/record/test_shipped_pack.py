"""The real record: complete, sourced value by value, the same to the byte in and out."""

import json
from collections import Counter
from pathlib import Path

import pytest

from leaps.catalogue.models import (
    Facility,
    InsertionDevice,
    Instrument,
    Organisation,
    PhotonSource,
    Technique,
    Upgrade,
)
from leaps.indicators.models import IndicatorDefinition, PublishedValue
from leaps.record import actions, queries, registry
from leaps.record.packs import loading, reading, writing
from leaps.record.types import Provenance
from tests.conftest import PACK
from tests.record.factories import NOW, OFFICE, update, write


class TestTheShippedPack:
    """The real record."""

    @pytest.fixture(autouse=True)
    def _loaded(self, real_record: None, db: None) -> None: ...

    def test_all_of_it_is_there(self) -> None:
        counts = [
            model.objects.count()
            for model in (Facility, PhotonSource, InsertionDevice, Instrument, Technique, Organisation, Upgrade)
        ]

        assert counts == [69, 48, 153, 531, 377, 60, 22]

    def test_all_indicators_and_published_values_are_there(self) -> None:
        families = Counter(IndicatorDefinition.objects.values_list("family", flat=True))
        about = Counter(PublishedValue.objects.values_list("scope_kind", flat=True))
        sourced = [entry for row in PublishedValue.objects.values_list("provenance", flat=True) for entry in row.values()]

        assert families == {"league": 81, "esfri-2019": 21, "oecd-2019": 25, "ri-paths": 12, "eric-forum": 5}
        assert sum(families.values()) == 144
        assert (about["facility"], sum(about.values()) - about["facility"]) == (254, 27)
        assert PublishedValue.objects.exclude(facility=None).values("facility").distinct().count() == 17
        assert {entry["confidence"] for entry in sourced} == {"sourced"}
        assert all(entry["source_url"] for entry in sourced)

    def test_every_value_has_a_provenance(self) -> None:
        for record_type in registry.all_types():
            for state in queries.states(record_type).values():
                filled = {n for n, v in state.values.items() if v not in (None, [])} - {record_type.key_field}
                assert filled == set(state.provenance), (record_type.kind, state.key)

    def test_dumping_gives_the_shipped_bytes(self) -> None:
        files = writing.dump()

        assert files == {path.name: path.read_bytes() for path in Path(PACK).iterdir()}

    def test_loading_it_again_changes_nothing(self) -> None:
        with pytest.raises(actions.NothingToDo):
            loading.load(reading.read_path(PACK), actor=OFFICE, default=Provenance(), reason="", now=NOW)

    def test_one_change_is_one_difference(self) -> None:
        write(update("facility", "esrf", city="Elsewhere"))
        checked = loading.check(reading.read_path(PACK), actor=OFFICE, default=Provenance())

        assert checked.plan is not None
        (difference,) = loading.differences(checked.plan)
        assert [(f.spec.name, f.before and f.before.value, f.after and f.after.value) for f in difference.fields] == [
            ("city", "Elsewhere", "Grenoble")
        ]

    def test_a_foreign_validator_accepts_it(self) -> None:
        frictionless = pytest.importorskip("frictionless")
        report = frictionless.validate(str(PACK / "datapackage.json"))

        assert report.valid, report.flatten(["title", "message"])[:5]

    def test_the_descriptor_is_generated_from_the_models(self) -> None:
        described = json.loads((PACK / "datapackage.json").read_text())

        assert {r["name"] for r in described["resources"]} == {t.table for t in registry.all_types()} | {"provenance"}
