"""Work of the landscape in the background."""

from typing import Final

from django.utils import timezone
from django_tasks import task

from leaps.landscape.actions import building, review, sheet_building

SOON: Final = 10
"""A reader waits for a sheet, and it takes a second: it goes before what takes minutes."""


@task()
def build_edition(pk: int) -> str:
    """Make a build of an edition; what became of it."""
    return str(building.run(pk=pk, now=timezone.now).state)


@task(priority=SOON)
def build_sheet(pk: int) -> str:
    """Make a sheet in every form; what became of it."""
    made = sheet_building.run(pk=pk, now=timezone.now)
    return str(made.state) if made is not None else "gone"


@task()
def offer_errata() -> int:
    """Compare what was printed with the record as it is now; how many errata are newly offered."""
    return review.offer_errata(now=timezone.now())
