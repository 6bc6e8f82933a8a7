"""The finder's index of the present record, one in each process, brought up to date when the record changes.

Whoever asks first after a change waits until the index has it: nobody is ever shown an older record,
least of all the person who changed it. What keeps the wait short is that the history says which
objects changed, so only those are read, and the index takes the rest from the one before.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
MOST_CHANGED = 2000
"""Objects changed since the last index beyond which everything is read again."""

_lock = threading.Lock()
_current: "CurrentIndex | None" = None


@dataclass(frozen=True, slots=True)
class Place:
    """What the instruments of a facility have from it."""

    facility: str
    facility_name: str
    facility_short_name: str
    country: str
    facility_kind: str
    partnership: str
    dark_periods: tuple[DarkPeriod, ...]
    source_kinds: tuple[str, ...]


@dataclass(frozen=True)
class CurrentIndex:
    """The index of one revision of the record, and what it was made of."""

    revision: int
    index: Index
    places: dict[int, Place]
    techniques: dict[int, str]
    ids: dict[str, int]
    dark: dict[str, tuple[DarkPeriod, ...]]
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

    Two requests that find it outdated at once renew it once: the second waits.
    """
    global _current  # noqa: PLW0603  one index a process is the point
    found = _current
    if found is not None and found.revision == record_queries.current_revision():
        return found
    with _lock:
        # Asked again: while this request waited, another may have seen a later revision.
        revision = record_queries.current_revision()
        if _current is None or _current.revision != revision:
            _current = (_current and renewed(_current, revision)) or build(revision, _current)
        return _current


def build(revision: int, previous: CurrentIndex | None = None) -> CurrentIndex:
    """Read the whole record and build the index; the number of queries does not depend on its size."""
    facts, places, techniques = _read()
    known = _techniques(techniques)
    return _put_together(revision, facts, known, places, techniques, previous)


def renewed(previous: CurrentIndex, revision: int) -> CurrentIndex | None:
    """The index of a later revision, reading only what changed since; the same as `build` would give.

    None when too much changed, the hierarchy of techniques did, or the history does not lead from
    one to the other.
    """
    changed = record_queries.changed_since(previous.revision, revision, limit=MOST_CHANGED)
    if changed is None or any(kind == "technique" for kind, _id in changed):
        return None
    read_again = {object_id for kind, object_id in changed if kind == "instrument"}
    facts, places, _ = _read(read_again, previous)
    moved = {place.facility: places[pk] for pk, place in previous.places.items() if pk in places and places[pk] != place}
    for instrument in previous.index.instruments:
        if instrument.id not in read_again:
            place = moved.get(instrument.facility)
            facts.append(_placed(instrument, place) if place else instrument)
    known = list(previous.index.kept.known.values())
    return _put_together(revision, facts, known, places, previous.techniques, previous)


def _placed(instrument: InstrumentFacts, place: Place) -> InstrumentFacts:
    return replace(instrument, **{name: getattr(place, name) for name in Place.__slots__})


def _put_together(
    revision: int,
    facts: list[InstrumentFacts],
    known: list[TechniqueFacts],
    places: dict[int, Place],
    techniques: dict[int, str],
    previous: CurrentIndex | None,
) -> CurrentIndex:
    facts.sort(key=lambda f: f.key)
    return CurrentIndex(
        revision,
        Index(facts, known, previous=previous.index if previous else None),
        places,
        techniques,
        {f.key: f.id for f in facts},
        {place.facility: place.dark_periods for place in places.values()},
    )


def _read(
    only: Iterable[int] | None = None, previous: CurrentIndex | None = None
) -> tuple[list[InstrumentFacts], dict[int, Place], dict[int, str]]:
    """Instruments (`only` these), places and techniques.

    Instruments come first and what they refer to afterwards: what is added meanwhile does no harm,
    and what is removed meanwhile makes a later revision, which is read in its turn.
    """
    rows = Instrument.objects.order_by()
    links = InstrumentTechnique.objects.order_by("source_id", "position")
    if only is not None:
        rows, links = rows.filter(pk__in=only), links.filter(source_id__in=only)
    instruments = list(rows.defer("provenance", "homepage"))
    linked = list(links.values_list("source_id", "target_id"))
    places = _places(previous.places if previous else {})
    techniques = previous.techniques if previous else dict(Technique.objects.values_list("pk", "panet_id"))
    used: dict[int, list[str]] = defaultdict(list)
    for source_id, target_id in linked:
        if target_id in techniques:
            used[source_id].append(techniques[target_id])
    facts = [
        _facts(instrument, places[instrument.facility_id], used[instrument.pk])
        for instrument in instruments
        if instrument.facility_id in places
    ]
    return facts, places, techniques


def _facts(instrument: Instrument, place: Place, techniques: list[str]) -> InstrumentFacts:
    return InstrumentFacts(
        id=instrument.pk,
        key=instrument.slug,
        name=instrument.name,
        full_name=instrument.full_name or "",
        facility=place.facility,
        facility_name=place.facility_name,
        facility_short_name=place.facility_short_name,
        country=place.country,
        facility_kind=place.facility_kind,
        partnership=place.partnership,
        techniques=tuple(techniques),
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
        dark_periods=place.dark_periods,
        source_kinds=place.source_kinds,
    )


def _places(before: dict[int, Place]) -> dict[int, Place]:
    dark: dict[int, list[DarkPeriod]] = defaultdict(list)
    for upgrade in Upgrade.objects.defer("provenance").order_by("dark_start", "slug"):
        dark[upgrade.facility_id].append(dark_period(upgrade))
    kinds: dict[int, set[str]] = defaultdict(set)
    for facility_id, kind in PhotonSource.objects.exclude(status="decommissioned").values_list("facility_id", "kind"):
        kinds[facility_id].add(kind)
    found = {}
    for facility in Facility.objects.defer("provenance").order_by("pk"):
        place = Place(
            facility.slug, facility.name, facility.short_name, facility.country, facility.kind, facility.partnership,
            tuple(dark[facility.pk]), tuple(sorted(kinds[facility.pk])),
        )  # fmt: skip
        # The same object as before where nothing changed, so that all its instruments share it.
        found[facility.pk] = before[facility.pk] if before.get(facility.pk) == place else place
    return found


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


def dark_period(upgrade: Upgrade) -> DarkPeriod:
    """The dark period of an upgrade, as the finder takes it."""
    return DarkPeriod(
        start=upgrade.dark_start,
        end=upgrade.dark_end,
        precision=upgrade.date_precision or "day",
        status=upgrade.status,
        label=upgrade.project,
    )
