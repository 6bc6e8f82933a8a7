"""The tests of this very suite are kept away from real installations."""

from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def test_no_test_uses_the_home_of_the_checkout() -> None:
    assert settings.LEAPS_HOME.name.startswith("leaps-test-")
    assert ROOT not in settings.LEAPS_HOME.parents
