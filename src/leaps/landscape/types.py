"""What is read from the record for the figures, and what is assumed where it is silent."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.physics.brilliance import Electrons

STRONGEST = 3
"""The strength of a step of a chain is 0 to this."""


class ChallengeList(models.TextChoices):
    """The controlled lists that challenges are taken from; the short ones of LEAPS first."""

    LEAPS = "leaps", _("themes of LEAPS")
    MISSION = "mission", _("missions of the European Union")
    CLUSTER = "cluster", _("clusters of Horizon Europe")
    THEME = "theme", _("themes of European competitiveness")
    GOAL = "goal", _("goals of the United Nations")


class EvidenceKind(models.TextChoices):
    """What a step of a chain rests on."""

    PAPER = "paper", _("paper")
    CASE = "case", _("case")
    PROJECT = "project", _("project")


class WorkKind(models.TextChoices):
    """What a member states as a work."""

    PAPER = "paper", _("paper")
    DATASET = "dataset", _("data set")
    CASE = "case", _("case")
    PROJECT = "project", _("project")


class TagState(models.TextChoices):
    """What stands about a challenge for a work or a technology."""

    OPEN = "open", _("open")
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class Status(StrEnum):
    """What the numbers of a source stand for; taken from the status of the source, for the record has none for each value."""

    ROUTINE = "routine"
    DESIGN = "design"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is put in where the record tells nothing. Never written to the record; the reader may change each."""

    coupling: float = 0.01
    least_vertical_pm_rad: float = 5.0
    """A vertical emittance from the coupling is never put below this: designs keep about so much for the life of the beam."""
    beta_x_m: float = 5.0
    beta_y_m: float = 2.5
    energy_spread: float = 0.001
    gap_mm: float = 6.0
    """The smallest gap of undulators in vacuum; 0 assumes none."""


ASSUMED = Assumptions()


@dataclass(frozen=True, slots=True)
class Ring:
    """A storage ring as the record holds it; None is what the record does not tell. `as_of` is of its emittance."""

    slug: str
    name: str
    facility: str
    facility_name: str
    partnership: str
    source_status: str
    energy_gev: float | None
    circumference_m: float | None
    current_ma: float | None
    emittance_x_pm_rad: float | None
    emittance_y_pm_rad: float | None
    energy_spread: float | None
    beta_x_m: float | None
    beta_y_m: float | None
    confidence: str
    source_url: str
    as_of: str
    predecessor: str = ""

    @property
    def status(self) -> Status:
        """Routine operation, a design, or a machine that runs no more."""
        return {"operating": Status.ROUTINE, "decommissioned": Status.RETIRED}.get(self.source_status, Status.DESIGN)


@dataclass(frozen=True, slots=True)
class Beam:
    """The electrons of a ring at a straight section, with the fields that had to be assumed.

    Without energy, current or horizontal emittance there is no beam; `missing` names what is not on record.
    """

    electrons: Electrons | None
    emittance_y_pm_rad: float | None = None
    beta_x_m: float = 0.0
    beta_y_m: float = 0.0
    energy_spread: float = 0.0
    assumed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undulator:
    """A device of the record: as it stands there, and the K it is computed with.

    `k_from`: "k" as recorded, "field" from the recorded peak field, "gap" from the recorded smallest gap by a published
    fit (assumed), "assumed" from the gap that is assumed for devices in vacuum, or "" where nothing tells it. `periods_from`: "periods" or "length".
    """

    slug: str
    name: str
    source: str
    kind: str
    period_mm: float | None
    periods: float | None
    k: float | None
    k_from: str
    confidence: str

    @property
    def is_computable(self) -> bool:
        """Whether period, number of periods and K are all there."""
        return bool(self.period_mm and self.periods and self.k)


@dataclass(frozen=True, slots=True)
class Magnet:
    """A bending magnet or wiggler of the record, with the field it is computed with; `field_from`: "field" or "k", or "" where nothing tells it."""

    slug: str
    name: str
    source: str
    is_wiggler: bool
    field_t: float | None
    field_from: str
    period_mm: float | None
    periods: float | None
    confidence: str

    @property
    def is_computable(self) -> bool:
        """Whether there is a field and, for a wiggler, period and number of periods."""
        return bool(self.field_t and (not self.is_wiggler or (self.period_mm and self.periods)))


@dataclass(frozen=True, slots=True)
class Source:
    """A ring with its beam and the devices it is computed with; `carried` where undulators are those of the ring before it.

    Bends and wigglers are never carried over: a new lattice has new bends.
    """

    ring: Ring
    beam: Beam
    undulators: tuple[Undulator, ...]
    carried_from: str = ""
    carried_name: str = ""
    silent: tuple[Undulator | Magnet, ...] = field(default=())
    magnets: tuple[Magnet, ...] = field(default=())

    @property
    def is_computable(self) -> bool:
        """Whether there is a beam and at least one undulator."""
        return self.beam.electrons is not None and bool(self.undulators)

    @property
    def has_magnets(self) -> bool:
        """Whether there is a beam and at least one bend or wiggler."""
        return self.beam.electrons is not None and bool(self.magnets)


@dataclass(frozen=True, slots=True)
class LaserSource:
    """A free-electron laser line as the record holds it."""

    slug: str
    name: str
    facility: str
    facility_name: str
    status: str
    kind: str
    energy_min_ev: float | None
    energy_max_ev: float | None
    pulse_energy_uj: float | None
    repetition_rate_hz: float | None
    pulse_length_fs: float | None
    confidence: str
    source_url: str
