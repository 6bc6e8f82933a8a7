"""What no single field of a chain can tell: evidence is whole or not there."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record.types import Planned


def evidence(planned: Sequence[Planned]) -> Iterable[Problem]:
    """A kind of evidence has an address, and an address, title or date of evidence has a kind."""
    for item in planned:
        if item.after is None:
            continue
        values = item.after.values
        if values["evidence_kind"] and not values["evidence_url"]:
            yield Problem(
                _("is missing, though the kind of evidence is given"), _("Give the address of the paper, case or project, or leave the kind empty: then the step is claimed."),
                file=item.edit.file or item.edit.kind, row=item.edit.row, field="evidence_url",
            )  # fmt: skip
        elif not values["evidence_kind"] and any(values[name] for name in ("evidence_url", "evidence_title", "evidence_date")):
            yield Problem(
                _("is missing, though evidence is given"), _("Say whether it is a paper, a case or a project."),
                file=item.edit.file or item.edit.kind, row=item.edit.row, field="evidence_kind",
            )  # fmt: skip
