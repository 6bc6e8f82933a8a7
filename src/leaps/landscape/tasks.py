"""Work of the landscape in the background."""

from django.utils import timezone
from django_tasks import task

from leaps.landscape.actions import building, review


@task()
def build_edition(pk: int) -> str:
    """Make a build of an edition; what became of it."""
    return str(building.run(pk=pk, now=timezone.now).state)


@task()
def offer_errata() -> int:
    """Compare what was printed with the record as it is now; how many errata are newly offered."""
    return review.offer_errata(now=timezone.now())
