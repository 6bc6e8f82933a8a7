"""What no single row can tell: rules over several objects about to be written together."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from django.utils.translation import gettext as _

from leaps.catalogue.models import TechniqueParent
from leaps.core.errors import Problem
from leaps.record.types import Planned


def no_cycles(planned: Sequence[Planned]) -> Iterable[Problem]:
    """The techniques must stay a hierarchy: nothing may be its own ancestor."""
    parents: dict[str, set[str]] = {}
    for child, parent in TechniqueParent.objects.values_list("source__panet_id", "target__panet_id"):
        parents.setdefault(child, set()).add(parent)
    for item in planned:
        parents[item.edit.key] = set(item.after.values["parents"]) if item.after else set()
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        first = next((item.edit for item in planned if item.edit.key in cycle), planned[0].edit)
        yield Problem(
            _("makes a technique its own ancestor: %(cycle)s") % {"cycle": " > ".join(cycle)},
            _("Remove one of these parents."),
            file=first.file or first.kind,
            row=first.row,
            field="parents",
        )
