"""What the histories of plans have in common: how values are kept in them, and that what was shown stays shown."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.roadmaps.types import Visibility


def kept(value: Any) -> Any:
    """A value as JSON keeps it: a day as ISO text, a row by its number, never its name."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.pk if hasattr(value, "pk") else value


def hidden_again(before: str, after: str) -> list[Problem]:
    """The problem of showing to fewer people what more have seen; none when the circle stays or grows."""
    order = list(Visibility)
    if order.index(Visibility(after)) >= order.index(Visibility(before)):
        return []
    cure = _("Others have seen it. Withdraw it instead, which everybody who saw it can read.")
    return [Problem(_("cannot be hidden again"), cure, field="visibility")]
