"""Technology readiness levels: what each means, what counts as evidence for it, and how far evidence goes against claims.

The nine levels are those of the European Commission (Horizon 2020 work programme, general annex G); for instruments the
brief on roadmaps says more of two of them: 7 is used in one instrument by external users, 9 is in routine at two facilities.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROUTINE: Final = 9
FACILITIES_FOR_ROUTINE: Final = 2


@dataclass(frozen=True, slots=True)
class Level:
    """A level, what it means, and what shows that it is reached."""

    number: int
    title: "StrOrPromise"
    evidence: "StrOrPromise"


LEVELS: Final = (
    Level(1, _("Principle observed"), _("a publication of the principle")),
    Level(2, _("Concept formulated"), _("a publication or report of the concept")),
    Level(3, _("Proof of concept"), _("a measurement that shows it works at all")),
    Level(4, _("Works in the laboratory"), _("a measurement on the parts together in a laboratory")),
    Level(5, _("Works in a relevant environment"), _("a measurement under the conditions of a beamline or an accelerator")),
    Level(6, _("Demonstrator"), _("a demonstrator shown under these conditions")),
    Level(7, _("Prototype in operation"), _("used in one instrument by external users")),
    Level(8, _("Complete and qualified"), _("accepted and documented for regular use")),
    Level(9, _("Proven"), _("in routine at two facilities or more")),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A level that somebody claims, and whether there is evidence on record; `facility` empty for an organisation."""

    level: int
    facility: str
    is_evidenced: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The highest level claimed, and the highest that evidence carries; None where there is nothing."""

    claimed: int | None
    evidenced: int | None


def standing(claims: Iterable[Claim]) -> Standing:
    """The highest claim, and how far evidence goes: of level 9 only by two facilities, one alone carries it to 8."""
    found = list(claims)
    shown = [claim for claim in found if claim.is_evidenced]
    routine = {claim.facility for claim in shown if claim.level == ROUTINE and claim.facility}
    carried = [claim.level if claim.level < ROUTINE or len(routine) >= FACILITIES_FOR_ROUTINE else ROUTINE - 1 for claim in shown]
    return Standing(max((claim.level for claim in found), default=None), max(carried, default=None))
