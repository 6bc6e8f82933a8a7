"""How long dark periods were planned to last and how long they lasted: what past upgrades say of plans.

The planned lengths were read in public statements; the actual ones are the dates of the record, once an upgrade is
completed. An end that was itself computed from the plan says nothing, and is not counted.
"""

from dataclasses import dataclass
from typing import Final

from leaps.catalogue.models import Upgrade
from leaps.optimise.forecasts import Slip, calibrate
from leaps.roadmaps import dates

# Upgrade, months planned, whether the record's end was computed from the plan
PLANNED: Final = (
    ("esrf-ebs", 20.0, False),
    ("sls-2-0", 15.0, True),
    ("elettra-2-0", 18.5, False),
    ("diamond-ii", 18.0, False),
    ("soleil-ii", 24.0, False),
)
ENOUGH: Final = 2


@dataclass(frozen=True, slots=True)
class Past:
    """One upgrade: months planned, months it took, and whether it counts."""

    upgrade: str
    project: str
    planned: float
    actual: float
    is_derived: bool

    @property
    def factor(self) -> float:
        """Actual over planned."""
        return self.actual / self.planned


def history() -> list[Past]:
    """Completed upgrades with a planned and an actual length. One query."""
    done = {
        one.slug: one
        for one in Upgrade.objects.filter(
            slug__in=[row[0] for row in PLANNED], status=Upgrade.Status.COMPLETED, dark_start__isnull=False, dark_end__isnull=False
        )
    }  # fmt: skip
    found = []
    for slug, planned, is_derived in PLANNED:
        one = done.get(slug)
        if one is not None and one.dark_start is not None and one.dark_end is not None and one.dark_end > one.dark_start:
            found.append(Past(slug, one.project, planned, dates.months(one.dark_end) - dates.months(one.dark_start), is_derived))
    return found


def slip(found: list[Past]) -> Slip | None:
    """The log-normal factor of those that count; None while they are fewer than two."""
    counted = [one for one in found if not one.is_derived]
    if len(counted) < ENOUGH:
        return None
    return calibrate([one.planned for one in counted], [one.actual for one in counted])
