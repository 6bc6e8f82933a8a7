"""An installation of before brings its measured values along: as measurements, with their sources and in the history."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("roadmaps", "0006_roadmap_editions_stay")]
AFTER = [("roadmaps", "0009_targets_without_measured_value")]
RECORD = ("record", "0003_pack_upload_contents")
SOURCE = {"confidence": "sourced", "source_url": "https://example.org/report"}


def to(state: list[tuple[str, str]]) -> Any:
    """The models after the way to a state of the roadmaps' tables."""
    executor = MigrationExecutor(connection)
    executor.migrate(state)
    return MigrationExecutor(connection).loader.project_state([*state, RECORD]).apps


@pytest.mark.django_db(transaction=True)
def test_measured_values_become_measurements_and_go_back() -> None:
    newest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "roadmaps"]
    try:
        apps = to(BEFORE)
        technology = apps.get_model("roadmaps", "Technology").objects.create(slug="magnets", name="Magnets", area="sources")
        common = {"technology": technology, "unit": "T", "nature": "goal", "baseline_value": 1.0, "goal_value": 2.0}
        targets = apps.get_model("roadmaps", "TechnologyTarget").objects
        targets.create(slug="field", metric="field", measured_value=1.5, measured_year=2024, provenance={"measured_value": SOURCE, "goal_value": SOURCE}, **common)
        targets.create(slug="other", metric="other", **common)
        revision = apps.get_model("record", "RecordRevision").objects.get_or_create(pk=1)[0].revision

        apps = to(AFTER)
        (made,) = apps.get_model("roadmaps", "TechnologyMeasurement").objects.all()
        changeset = apps.get_model("record", "ChangeSet").objects.get(revision=revision + 1)
        changes = {(one.kind, one.key): one for one in apps.get_model("record", "Change").objects.filter(changeset=changeset)}

        assert (made.slug, made.target.slug, made.measured_on, made.value, made.sigma) == ("field-2024", "field", "2024", 1.5, None)
        assert made.provenance["value"] == SOURCE
        assert made.target.provenance == {"goal_value": SOURCE}
        assert set(changes) == {("technology_measurement", "field-2024"), ("technology_target", "field")}
        assert changes["technology_target", "field"].before["measured_value"] == {"value": 1.5, "provenance": SOURCE}

        back = to(BEFORE).get_model("roadmaps", "TechnologyTarget").objects.get(slug="field")
        assert (back.measured_value, back.measured_year, back.provenance["measured_value"]) == (1.5, 2024, SOURCE)
    finally:
        to(newest)
