"""What the figures are computed from: rings, undulators and lasers of the record. All of it is public."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count

from leaps.catalogue.models import InsertionDevice, Instrument, InstrumentTechnique, PhotonSource
from leaps.landscape import beams
from leaps.landscape.models import WorldSource
from leaps.landscape.types import Assumptions, LaserSource, Magnet, Ring, Source, Status, Undulator

UNDULATORS = ("planar_undulator", "helical_undulator", "in_vacuum", "cryogenic")
WIGGLER = "wiggler"
LASERS = ("sase_fel", "seeded_fel", "ir_fel", "thz")


def _told(provenance: Mapping[str, Any], name: str) -> Mapping[str, str]:
    return provenance.get(name) or {}


def rings() -> list[Ring]:
    """All storage rings by facility, each design with the ring whose devices it would take over. One query."""
    found = []
    for row in PhotonSource.objects.filter(kind=PhotonSource.Kind.STORAGE_RING).select_related("facility"):
        told = _told(row.provenance, "horizontal_emittance_pm_rad") or _told(row.provenance, "electron_energy_gev")
        found.append(
            Ring(
                row.slug, row.name, row.facility.slug, row.facility.short_name, row.facility.partnership, row.status,
                row.electron_energy_gev, row.circumference_m, row.current_ma, row.horizontal_emittance_pm_rad,
                row.vertical_emittance_pm_rad, row.energy_spread_rel, row.beta_x_m, row.beta_y_m,
                told.get("confidence", ""), told.get("source_url", ""), told.get("as_of", ""),
            )
        )  # fmt: skip
    return sorted(found, key=lambda ring: (ring.facility_name.casefold(), ring.status != Status.ROUTINE, ring.slug))


def _devices(assumed: Assumptions) -> tuple[dict[str, list[Undulator]], dict[str, list[Magnet]]]:
    """Undulators, and bends and wigglers, by source. One query."""
    found: dict[str, list[Undulator]] = defaultdict(list)
    magnets: dict[str, list[Magnet]] = defaultdict(list)
    for row in InsertionDevice.objects.select_related("source").order_by("name"):
        periods = beams.periods_of(row.periods, row.length_m, row.period_mm)
        if row.kind in UNDULATORS:
            k, k_from = beams.k_of(row.kind, row.period_mm, row.k_max, row.b_peak_t, row.min_gap_mm, assumed)
            told = _told(row.provenance, "k_max") or _told(row.provenance, "period_mm")
            found[row.source.slug].append(
                Undulator(row.slug, row.name, row.source.slug, row.kind, row.period_mm, periods, k, k_from, told.get("confidence", ""))
            )
        else:
            field, field_from = beams.field_of(row.b_peak_t, row.k_max, row.period_mm)
            told = _told(row.provenance, "b_peak_t") or _told(row.provenance, "k_max")
            magnets[row.source.slug].append(
                Magnet(
                    row.slug, row.name, row.source.slug, row.kind == WIGGLER, field, field_from, row.period_mm, periods, told.get("confidence", "")
                )
            )  # fmt: skip
    return found, magnets


def _before(ring: Ring, every: Iterable[Ring], having: Mapping[str, list[Undulator]]) -> Ring | None:
    """The ring of the same facility, with devices on record, whose circumference is nearest: whose devices are taken over."""
    near = [one for one in every if one.facility == ring.facility and one.slug != ring.slug and having.get(one.slug)]
    if not near:
        return None

    def apart(one: Ring) -> float:
        return abs((one.circumference_m or 0) - (ring.circumference_m or 0))

    return min(near, key=lambda one: (apart(one), one.slug))


def sources(assumed: Assumptions) -> list[Source]:
    """Every ring with its beam, its undulators, bends and wigglers. Two queries.

    A ring without devices on record is computed with those of the ring before it, which is an assumption and said so.
    """
    every = rings()
    having, magnets = _devices(assumed)
    found = []
    for ring in every:
        own = having.get(ring.slug, [])
        carried = carried_name = ""
        if not own and (before := _before(ring, every, having)) is not None:
            own, carried = having[before.slug], before.slug
            carried_name = before.name
        found.append(
            Source(
                ring, beams.beam_of(ring, assumed), tuple(one for one in own if one.is_computable), carried, carried_name,
                tuple(one for one in [*own, *magnets.get(ring.slug, ())] if not one.is_computable),
                tuple(one for one in magnets.get(ring.slug, ()) if one.is_computable),
            )
        )  # fmt: skip
    return found


def world() -> list[WorldSource]:
    """The rings outside Europe, by country and name. One query."""
    return sorted(WorldSource.objects.all(), key=lambda one: (one.country, one.name.casefold()))


def lasers() -> list[LaserSource]:
    """All free-electron laser and terahertz lines by facility. One query."""
    rows = PhotonSource.objects.filter(kind__in=LASERS).select_related("facility").order_by("facility__short_name", "slug")
    found = []
    for row in rows:
        told = _told(row.provenance, "photon_energy_max_ev") or _told(row.provenance, "name")
        found.append(
            LaserSource(
                row.slug, row.name, row.facility.slug, row.facility.short_name, row.status, row.kind, row.photon_energy_min_ev,
                row.photon_energy_max_ev, row.pulse_energy_uj, row.repetition_rate_hz, row.pulse_length_fs,
                told.get("confidence", ""), told.get("source_url", ""),
            )
        )  # fmt: skip
    return found


def open_instruments() -> dict[str, int]:
    """How many instruments of each facility are neither planned nor closed. One query."""
    rows = Instrument.objects.exclude(status__in=[Instrument.Status.CLOSED, Instrument.Status.PLANNED])
    return dict(rows.order_by().values_list("facility__slug").annotate(n=Count("pk")))


def technique_pairs() -> list[tuple[str, str, int, str]]:
    """(facility, its short name, instrument, technique) for each technique of each open instrument of LEAPS. One query."""
    rows = (
        InstrumentTechnique.objects.filter(source__facility__partnership="LEAPS")
        .exclude(source__status__in=[Instrument.Status.CLOSED, Instrument.Status.PLANNED])
        .values_list("source__facility__slug", "source__facility__short_name", "source_id", "target__panet_id")
    )
    return sorted(rows)
