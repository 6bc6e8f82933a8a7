"""The copy of the loaded pack that classes of tests are given is what loading it gives, row by row."""

import pytest
from django.apps import apps
from django.db import transaction

from tests import conftest


def every_row() -> dict[str, list[str]]:
    return {
        model._meta.label: sorted(str(sorted(row.items())) for row in model._base_manager.values())
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.mark.django_db
def test_a_copy_is_what_loading_gives() -> None:
    conftest._loaded.clear()
    seen = []
    for _way in ("loaded", "copied"):
        with transaction.atomic():
            conftest._load()
            seen.append(every_row())
            transaction.set_rollback(True)
    loaded, copied = seen
    assert len(loaded["catalogue.Instrument"]) > 500
    assert {label: rows for label, rows in loaded.items() if rows != copied[label]} == {}
