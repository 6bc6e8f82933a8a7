"""What a target kept as its measured value becomes a measurement of its own, with its provenance and in the history."""

from typing import Any

from django.db import migrations
from django.utils import timezone

OLD = ("measured_value", "measured_year")
REASON = "Measurements of targets have become entries of their own"


def hand_over(apps: Any, _editor: Any) -> None:
    """One measurement for each target that has a value, as one set of changes of the record."""
    target_model, measurement_model = (apps.get_model("roadmaps", name) for name in ("TechnologyTarget", "TechnologyMeasurement"))
    change_model, changeset_model, revision_model = (apps.get_model("record", name) for name in ("Change", "ChangeSet", "RecordRevision"))
    targets = list(target_model.objects.select_related("facility").filter(measured_value__isnull=False, measured_year__isnull=False).order_by("slug"))
    if not targets:
        return
    row, _made = revision_model.objects.get_or_create(pk=1)
    row.revision += 1
    row.save()
    changeset = changeset_model.objects.create(
        revision=row.revision, at=timezone.now(), actor=None, actor_label="LEAPS Commons", origin="edit", reason=REASON
    )
    for target in targets:
        told = {name: target.provenance.pop(name, {}) for name in OLD}
        facility = target.facility.slug if target.facility else ""
        slug = f"{target.slug[:110].rstrip('-')}-{target.measured_year}"
        values = {
            "slug": (slug, {}), "target": (target.slug, told["measured_value"]), "facility": (facility, told["measured_value"]),
            "measured_on": (str(target.measured_year), told["measured_year"]), "value": (target.measured_value, told["measured_value"]),
        }  # fmt: skip
        filled = {name: pair for name, pair in values.items() if pair[0] != ""}
        made = measurement_model.objects.create(
            slug=slug, target=target, facility=target.facility, measured_on=str(target.measured_year), value=target.measured_value,
            provenance={name: source for name, (_value, source) in filled.items() if source},
        )  # fmt: skip
        before = {name: _entry(getattr(target, name), told[name]) for name in OLD}
        target.version += 1
        target.measured_value = target.measured_year = None
        target.save()
        common = {"changeset": changeset, "facility": facility}
        change_model.objects.create(
            **common, kind="technology_measurement", key=slug, object_id=made.pk, label=slug, action="create",
            after={name: _entry(*pair) for name, pair in filled.items()},
        )  # fmt: skip
        change_model.objects.create(
            **common, kind="technology_target", key=target.slug, object_id=target.pk, label=target.metric, action="update", before=before,
            after={name: {"value": None} for name in OLD},
        )  # fmt: skip


def hand_back(apps: Any, _editor: Any) -> None:
    """The latest measurement of each target goes back into it; the others go with their table."""
    target_model, measurement_model = (apps.get_model("roadmaps", name) for name in ("TechnologyTarget", "TechnologyMeasurement"))
    for one in measurement_model.objects.order_by("measured_on", "slug"):
        target = target_model.objects.get(pk=one.target_id)
        target.measured_value, target.measured_year = one.value, int(one.measured_on[:4])
        sources = {"measured_value": one.provenance.get("value"), "measured_year": one.provenance.get("measured_on")}
        target.provenance |= {name: source for name, source in sources.items() if source}
        target.save()


def _entry(value: Any, source: dict[str, str]) -> dict[str, Any]:
    return {"value": value, "provenance": source} if source else {"value": value}


class Migration(migrations.Migration):
    """From a field of the target to entries of their own."""

    dependencies = [  # noqa: RUF012
        ("record", "0003_pack_upload_contents"),
        ("roadmaps", "0007_measurements_benchmarks_and_readiness"),
    ]

    operations = [migrations.RunPython(hand_over, hand_back)]  # noqa: RUF012
