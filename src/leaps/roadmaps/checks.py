"""What no single field can tell: no way without a length, no measurement of somebody else's target, no circle, no milestone of two."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.optimise.errors import Circular
from leaps.optimise.schedule import Pert, Task, network
from leaps.record.specs import number_text
from leaps.record.types import Planned
from leaps.roadmaps.models import MilestoneDependency, TechnologyTarget
from leaps.roadmaps.types import SYNTHETIC, TechnologyRole


def _problem(item: Planned, field: str, message: str, cure: str) -> Problem:
    return Problem(message, cure, file=item.edit.file or item.edit.kind, row=item.edit.row, field=field)


def targets(planned: Sequence[Planned]) -> Iterable[Problem]:
    """A baseline or a goal, and a way between them that has a length."""
    for item in planned:
        if item.after is not None:
            yield from _one_target(item, item.after.values)


def _one_target(item: Planned, values: dict[str, Any]) -> Iterable[Problem]:
    baseline, goal = values["baseline_value"], values["goal_value"]
    if baseline is None and goal is None:
        yield _problem(
            item, "goal_value", _("is missing, and so is the baseline"),
            _("A target needs at least one of the two."),
        )
    elif baseline == goal:
        yield _problem(
            item, "goal_value", _("equals the baseline (%(value)s): there is no way between them") % {"value": number_text(goal)},
            _("Correct one of the two, or leave the target out."),
        )


def real(planned: Sequence[Planned]) -> Iterable[Problem]:
    """What calls itself synthetic stays in a trial."""
    for item in planned:
        if item.after is not None and item.edit.key.startswith(SYNTHETIC) and not settings.TRIAL:
            yield _problem(item, "slug", _("calls itself synthetic"), _("The record holds real facts only: leave it out, or give it another key."))


def measurements(planned: Sequence[Planned]) -> Iterable[Problem]:
    """An uncertainty above 0, and the facility of the target where the target is of one."""
    yield from real(planned)
    keys = {str(item.after.values["target"]) for item in planned if item.after is not None}
    of = dict(TechnologyTarget.objects.filter(slug__in=keys).values_list("slug", "facility__slug"))
    for item in planned:
        if item.after is None:
            continue
        values = item.after.values
        if values["sigma"] is not None and values["sigma"] <= 0:
            yield _problem(
                item, "sigma", _("is not above 0"),
                _("Give one standard deviation in the unit of the target, or leave it empty when nobody states one."),
            )
        whose = of.get(values["target"])
        if whose and values["facility"] != whose:
            yield _problem(
                item, "facility", _("is not the facility of the target"),
                _("The target is of %(facility)s: write that, or name another target.") % {"facility": whose},
            )


def readiness(planned: Sequence[Planned]) -> Iterable[Problem]:
    """Of a facility or of an organisation, and no level for a need."""
    yield from real(planned)
    for item in planned:
        if item.after is None:
            continue
        values = item.after.values
        if bool(values["facility"]) == bool(values["organisation"]):
            yield _problem(
                item, "facility", _("and the organisation are both named") if values["facility"] else _("is missing, and so is the organisation"),
                _("Name the facility or the organisation whose statement it is, and leave the other empty."),
            )
        if values["role"] == TechnologyRole.NEEDS and values["trl"] is not None:
            yield _problem(
                item, "trl", _("does not go with a need"), _("Who needs a technology claims no level of it: leave it empty, or say has or develops."),
            )


def milestones(planned: Sequence[Planned]) -> Iterable[Problem]:
    """A facility or an owner, not both; and no milestone that waits for itself."""
    for item in planned:
        if item.after is not None and item.after.values["facility"] and item.after.values["owner"]:
            yield _problem(
                item, "owner", _("does not go with a facility"),
                _("Name the facility or the organisation that answers for it, and leave the other empty."),
            )
    yield from _circles(planned)


def _circles(planned: Sequence[Planned]) -> Iterable[Problem]:
    before: dict[str, set[str]] = {}
    for later, earlier in MilestoneDependency.objects.values_list("source__slug", "target__slug"):
        before.setdefault(later, set()).add(earlier)
    for item in planned:
        before[item.edit.key] = set(item.after.values["depends_on"]) if item.after else set()
    keys = sorted(before.keys() | {key for keys in before.values() for key in keys})
    at_once = Pert(0, 0, 0)
    try:
        network([Task(key, at_once) for key in keys], [(one, key) for key in keys for one in sorted(before.get(key, ()))])
    except Circular as error:
        circle = error.names
        first = next((item for item in planned if item.edit.key in circle), planned[0])
        yield _problem(
            first, "depends_on", _("makes a milestone wait for itself: %(circle)s") % {"circle": " → ".join(circle)},
            _("Remove one of these dependencies."),
        )
