"""Publications using data of several instruments."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leaps.indicators.computed.base import Indicator, Kind, Tables


def contributions(t: Tables) -> Any:
    """One row for each record that counts."""
    p = t["publication"]
    p = p.filter(p.instruments.length() > 0)
    return p.mutate(n=(p.instruments.mins() != p.instruments.maxs()).cast("float64"), d=1.0)


INDICATOR = Indicator(
    id="SCI-08",
    version=1,
    title=_("Publications using data of several instruments"),
    unit="%",
    kind=Kind.RATIO,
    records=("publication",),
    rule=_("Papers with data of two or more instruments, of those whose instruments are recorded; over several facilities the papers of each are added up."),
    contributions=contributions,
    dims=("science_field", "kind"),
    scale=100.0,
)
