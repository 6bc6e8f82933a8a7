"""The finder's index of the present record: built once for each revision in each process."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from leaps.catalogue.finder.index import Index
from leaps.catalogue.finder.types import DarkPeriod, InstrumentFacts, TechniqueFacts
from leaps.catalogue.models import (
    Facility,
    Instrument,
    InstrumentTechnique,
    PhotonSource,
    Technique,
    TechniqueParent,
    Upgrade,
)
from leaps.record import queries as record_queries

MOST_KEPT = 4000

_lock = threading.Lock()
_current: "CurrentIndex | None" = None


@dataclass(frozen=True)
class CurrentIndex:
    """The index of one revision of the record. `memo` keeps what pages derive from it."""

    revision: int
    index: Index
    dark: dict[str, tuple[DarkPeriod, ...]]
    ids: dict[str, int]
    memo: dict[object, object] = field(default_factory=dict)
    _kept: dict[object, tuple[object, dict[Any, Any]]] = field(default_factory=dict)

    def kept(self, what: object, of: object = None) -> dict[Any, Any]:
        """What pages keep by some key for as long as the record and `of` (a day, say) stay the same.

        Emptied when it grows beyond bounds, so that no walk through the site fills the memory.
        """
        found = self._kept.get(what)
        if found is None or found[0] != of or len(found[1]) > MOST_KEPT:
            found = self._kept[what] = (of, {})
        return found[1]


def current() -> CurrentIndex:
    """The index of the present record; one query when nothing has changed.

    Two requests that find it outdated at once build it once: the second waits.
    """
    global _current  # noqa: PLW0603  one index a process is the point
    revision = record_queries.current_revision()
    found = _current
    if found is not None and found.revision == revision:
        return found
    with _lock:
        if _current is None or _current.revision != revision:
            _current = build(revision)
        return _current


def build(revision: int) -> CurrentIndex:
    """Read the record and build the index; the number of queries does not depend on its size."""
    facilities = {f.pk: f for f in Facility.objects.defer("provenance")}
    dark = _dark_periods({pk: f.slug for pk, f in facilities.items()})
    kinds: dict[int, set[str]] = defaultdict(set)
    for facility_id, kind in PhotonSource.objects.exclude(status="decommissioned").values_list("facility_id", "kind"):
        kinds[facility_id].add(kind)
    techniques = dict(Technique.objects.values_list("pk", "panet_id"))
    used: dict[int, list[str]] = defaultdict(list)
    for source_id, target_id in InstrumentTechnique.objects.order_by("source_id", "position").values_list(
        "source_id", "target_id"
    ):
        used[source_id].append(techniques[target_id])
    facts = []
    for instrument in Instrument.objects.defer("provenance", "homepage").order_by("slug"):
        facility = facilities[instrument.facility_id]
        facts.append(
            InstrumentFacts(
                id=instrument.pk,
                key=instrument.slug,
                name=instrument.name,
                full_name=instrument.full_name or "",
                facility=facility.slug,
                facility_name=facility.name,
                facility_short_name=facility.short_name,
                country=facility.country,
                facility_kind=facility.kind,
                partnership=facility.partnership,
                techniques=tuple(used[instrument.pk]),
                technique_terms=tuple(instrument.technique_terms),
                photon_energy_min_ev=instrument.photon_energy_min_ev,
                photon_energy_max_ev=instrument.photon_energy_max_ev,
                beam_size_h_um=instrument.beam_size_h_um,
                beam_size_v_um=instrument.beam_size_v_um,
                flux_ph_s=instrument.flux_ph_s,
                energy_resolution_rel=instrument.energy_resolution_rel,
                source_device=instrument.source_device or "",
                sample_environments=tuple(instrument.sample_environments),
                detectors=tuple(instrument.detectors),
                science_fields=tuple(instrument.science_fields),
                polarisation=instrument.polarisation or "",
                remote_access=instrument.remote_access,
                mail_in=instrument.mail_in,
                industry_service=instrument.industry_service,
                status=instrument.status or "",
                dark_periods=dark.get(facility.slug, ()),
                source_kinds=tuple(sorted(kinds[facility.pk])),
            )
        )
    return CurrentIndex(revision, Index(facts, _techniques(techniques)), dark, {f.key: f.id for f in facts})


def _techniques(ids: dict[int, str]) -> list[TechniqueFacts]:
    parents: dict[int, list[str]] = defaultdict(list)
    for source_id, target_id in TechniqueParent.objects.order_by("source_id", "position").values_list(
        "source_id", "target_id"
    ):
        parents[source_id].append(ids[target_id])
    return [
        TechniqueFacts(panet_id, label, tuple(alternatives), tuple(parents[pk]))
        for pk, panet_id, label, alternatives in Technique.objects.order_by("panet_id").values_list(
            "pk", "panet_id", "label", "alt_labels"
        )
    ]


def _dark_periods(slugs: dict[int, str]) -> dict[str, tuple[DarkPeriod, ...]]:
    found: dict[str, list[DarkPeriod]] = defaultdict(list)
    for upgrade in Upgrade.objects.defer("provenance").order_by("dark_start", "slug"):
        found[slugs[upgrade.facility_id]].append(dark_period(upgrade))
    return {slug: tuple(periods) for slug, periods in found.items()}


def dark_period(upgrade: Upgrade) -> DarkPeriod:
    """The dark period of an upgrade, as the finder takes it."""
    return DarkPeriod(
        start=upgrade.dark_start,
        end=upgrade.dark_end,
        precision=upgrade.date_precision or "day",
        status=upgrade.status,
        label=upgrade.project,
    )
