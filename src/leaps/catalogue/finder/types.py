"""What goes into the finder and what comes out: plain values, no database, no interface words.

Three rules hold everywhere. None, an empty text and an empty list mean *not recorded*, never "no".
Reasons are codes with parameters; the page words them. Energies are in eV, lengths in µm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

NO_PHOTONS = frozenset({"reactor", "spallation", "muon_target"})
"""Source devices whose instruments use neutrons or muons: photon energy and flux do not apply."""

DEVICE_AS_SOURCE = frozenset({"reactor", "spallation", "muon_target", "laser"})
"""Source devices that say themselves what kind of source the instrument stands at."""


@dataclass(frozen=True, slots=True)
class DarkPeriod:
    """A time without beam at a facility.

    `end` is about the day beam is back. With precision `month` or `year` each date stands for any
    day of that month or year. `status` is the upgrade's; `decommissioned` without an end is for good.
    """

    start: date | None
    end: date | None
    precision: str = "day"
    status: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """Everything the finder may know of one instrument. `id` is the caller's, unique in an index."""

    id: int
    key: str
    name: str
    full_name: str = ""
    facility: str = ""
    facility_name: str = ""
    facility_short_name: str = ""
    country: str = ""
    facility_kind: str = ""
    partnership: str = ""
    techniques: tuple[str, ...] = ()
    technique_terms: tuple[str, ...] = ()
    photon_energy_min_ev: float | None = None
    photon_energy_max_ev: float | None = None
    beam_size_h_um: float | None = None
    beam_size_v_um: float | None = None
    flux_ph_s: float | None = None
    energy_resolution_rel: float | None = None
    source_device: str = ""
    sample_environments: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    science_fields: tuple[str, ...] = ()
    polarisation: str = ""
    remote_access: bool | None = None
    mail_in: bool | None = None
    industry_service: bool | None = None
    status: str = ""
    dark_periods: tuple[DarkPeriod, ...] = ()
    source_kinds: tuple[str, ...] = ()

    @property
    def effective_source_kinds(self) -> tuple[str, ...]:
        """The kinds of source this instrument can stand at.

        A reactor, spallation source, muon target or laser as source device is more exact than the
        list of the facility; otherwise the kinds of the facility's sources count.
        """
        return (self.source_device,) if self.source_device in DEVICE_AS_SOURCE else self.source_kinds


@dataclass(frozen=True, slots=True)
class TechniqueFacts:
    """One class of the technique ontology with its direct parents."""

    id: str
    label: str
    alt_labels: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


class Verdict(StrEnum):
    """The answer of one condition for one instrument."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Code(StrEnum):
    """The conditions a query can be made of; also the names of the facets that have values."""

    TEXT = "text"
    TECHNIQUE = "technique"
    COUNTRY = "country"
    FACILITY = "facility"
    PARTNERSHIP = "partnership"
    KIND = "kind"
    SOURCE = "source"
    DEVICE = "device"
    FIELD = "field"
    ENVIRONMENT = "environment"
    STATUS = "status"
    REMOTE = "remote"
    MAIL_IN = "mail_in"
    INDUSTRY = "industry"
    ENERGY = "energy"
    BEAM_SIZE = "beam_size"
    FLUX = "flux"
    RESOLUTION = "resolution"
    RUNNING = "running"


class Reason(StrEnum):
    """Why an answer is not a plain yes."""

    NOT_RECORDED = "not_recorded"
    PARTLY_RECORDED = "partly_recorded"
    NOT_APPLICABLE = "not_applicable"
    WORDS_MISSING = "words_missing"
    OTHER_VALUE = "other_value"
    NOT_OFFERED = "not_offered"
    ENDS_BELOW = "ends_below"
    STARTS_ABOVE = "starts_above"
    TOO_LARGE = "too_large"
    TOO_LOW = "too_low"
    TOO_COARSE = "too_coarse"
    CLOSED = "closed"
    PLANNED = "planned"
    COMMISSIONING = "commissioning"
    DARK_THROUGHOUT = "dark_throughout"
    DARK_FOR_PART = "dark_for_part"
    PERHAPS_DARK = "perhaps_dark"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked for. Each technique is a condition of its own; other lists are one condition."""

    code: Code
    value: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one condition says about one instrument.

    `params` by reason: ENDS_BELOW and STARTS_ABOVE `bound_ev` (the instrument's nearest energy) and
    `asked_ev`; TOO_LARGE, TOO_LOW, TOO_COARSE `recorded` and `limit`; OTHER_VALUE `recorded` (tuple);
    WORDS_MISSING `words` (tuple); the dark reasons and PLANNED `periods` (tuple of DarkPeriod).
    """

    condition: Condition
    verdict: Verdict
    reason: Reason | None = None
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Count:
    """How many instruments a filter value would leave."""

    value: str
    fits: int
    may_fit: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest and largest recorded value among the instruments all other filters leave."""

    low: float | None
    high: float | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that nothing contains and the word searched for instead."""

    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class TextMatch:
    """How the free text was read. `unmatched` words occur nowhere, so nothing fits."""

    words: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unmatched: tuple[str, ...] = ()
    corrected_text: str = ""
