"""Foreign keys point downwards, as imports do: strings such as "access.Proposal" are invisible to import-linter."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

ROOT = Path(__file__).resolve().parent.parent


def layers() -> dict[str, int]:
    """The height of each app, from the contract that import-linter reads; `a | b` are side by side."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = [c for c in linter["contracts"] if c["name"] == "Apps depend downwards only"]
    found = {}
    for height, line in enumerate(reversed(contract["layers"])):
        for name in line.split("|"):
            found[name.strip().removeprefix("leaps.")] = height
    return found


def wrong_ways(classes: Iterable[type[models.Model]]) -> list[str]:
    """The relations that lead to an app above, or to a neighbour on the same height."""
    heights = layers()
    found = []
    for model in classes:
        here = model._meta.app_label
        if here not in heights:
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = getattr(field.related_model, "_meta", None)
            there = target.app_label if target else ""
            if there in heights and there != here and heights[there] >= heights[here]:
                found.append(f"{model._meta.label}.{field.name} -> {target.label}")
    return found


def test_every_app_of_ours_has_its_layer() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("leaps.")}

    assert ours <= set(layers())


def test_every_relation_points_downwards() -> None:
    models_of_ours = apps.get_models(include_auto_created=True)

    assert sum(m._meta.app_label in layers() for m in models_of_ours) > 15
    assert wrong_ways(models_of_ours) == []


@isolate_apps("leaps.core", "leaps.record", "leaps.accounts")
@pytest.mark.parametrize("relation", [models.ForeignKey, models.OneToOneField, models.ManyToManyField])
def test_a_relation_that_points_upwards_is_found(relation: type[models.Field]) -> None:
    arguments = {} if relation is models.ManyToManyField else {"on_delete": models.CASCADE}

    class Above(models.Model):
        class Meta:
            app_label = "record"

    class Below(models.Model):
        up = relation(Above, related_name="+", **arguments)

        class Meta:
            app_label = "accounts"

    class Good(models.Model):
        down = relation(Below, related_name="+", **arguments)

        class Meta:
            app_label = "record"

    assert wrong_ways([Above, Below, Good]) == ["accounts.Below.up -> record.Above"]
