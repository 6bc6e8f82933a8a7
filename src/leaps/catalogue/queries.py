"""What the pages of the catalogue show, read with a constant number of queries."""

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from rapidfuzz import process

from leaps.catalogue import darkness, places, search_index
from leaps.catalogue.finder import Code, InstrumentFacts, Query, TechniqueTree
from leaps.catalogue.models import (
    Facility,
    InsertionDevice,
    Organisation,
    PhotonSource,
    SavedSearch,
    Upgrade,
)
from leaps.catalogue.wording import recorded_energy
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.models import Change
from leaps.record.types import State

MOST_LABELS = 3
MOST_LISTED = 100
"""Rows of a table of instruments on another object's page; the finder has the rest."""

PARTNERSHIPS = {
    "leaps": "LEAPS",
    "lens": "LENS",
    "eli": "ELI",
    "laserlab-europe": "Laserlab-Europe",
    "e-dream": "e-DREAM",
}


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """One instrument in a list: its first techniques as (address, label), whether it has more, addresses.

    `why` says what is not recorded, where it only may fit a search.
    """

    facts: InstrumentFacts
    techniques: tuple[tuple[str, str], ...]
    more_techniques: bool
    url: str
    facility_url: str
    energy: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """One facility in a list or on the map."""

    facility: Facility
    country: str
    instruments: int
    running: darkness.Running


def today() -> dt.date:
    """The day it is for dark periods and badges, in UTC."""
    from django.utils import timezone

    return timezone.now().date()


def instrument_rows(found: Iterable[InstrumentFacts], tree: TechniqueTree | None = None) -> list[InstrumentRow]:
    """Instruments with the labels of their techniques."""
    tree = search_index.current().index.techniques if tree is None else tree
    return [
        InstrumentRow(
            f,
            tuple((_address("technique", t), tree.label(t)) for t in f.techniques[:MOST_LABELS]),
            len(f.techniques) > MOST_LABELS,
            _address("instrument", f.key),
            _address("facility", f.facility),
            recorded_energy(f.photon_energy_min_ev, f.photon_energy_max_ev),
        )
        for f in found
    ]


@lru_cache(maxsize=4000)
def _address(kind: str, key: str) -> str:
    return reverse(f"catalogue:{kind}", args=[key])


def facility_rows(
    facilities: Iterable[Facility], day: dt.date, current: search_index.CurrentIndex | None = None
) -> list[FacilityRow]:
    """Facilities with their number of instruments and whether they run on a day."""
    current = current or search_index.current()
    counts = current.index.counts(Code.FACILITY)
    return [
        FacilityRow(
            facility,
            places.country_name(facility.country),
            counts.get(facility.slug, 0),
            darkness.running(current.dark.get(facility.slug, ()), day),
        )
        for facility in facilities
    ]


def facilities(
    *, partnership: str = "", kind: str = "", country: str = ""
) -> list[Facility]:
    """Facilities by the filters of their list."""
    rows = Facility.objects.defer("provenance").order_by("short_name")
    if partnership:
        rows = rows.filter(partnership=partnership)
    if kind:
        rows = rows.filter(kind=kind)
    if country:
        rows = rows.filter(country=country)
    return list(rows)


def facility_label(slug: str) -> str:
    """The short name of a facility."""
    return Facility.objects.filter(slug=slug).values_list("short_name", flat=True).first() or slug


def instruments_of(facility: str) -> list[InstrumentFacts]:
    """The instruments of a facility, by name."""
    found = search_index.current().index.having(Code.FACILITY, (facility,))
    return sorted(found, key=lambda f: f.name.casefold())


def similar_instruments(key: str, limit: int = 6) -> list[InstrumentRow]:
    """Instruments elsewhere that share techniques and photon energies, closest first.

    The measure is the share of techniques in common (Jaccard), halved where both ranges are
    recorded and do not overlap.
    """
    current = search_index.current()
    if key not in current.ids:
        return []
    own = current.index.instrument(current.ids[key])
    mine = set(own.techniques)
    scored = []
    for other in current.index.having(Code.TECHNIQUE, own.techniques):
        shared = mine.intersection(other.techniques)
        if not shared or other.facility == own.facility:
            continue
        score = len(shared) / len(mine.union(other.techniques))
        if _apart(own, other):
            score /= 2
        scored.append((-score, other.key, other))
    nearest = heapq.nsmallest(limit, scored, key=lambda s: s[:2])
    return instrument_rows((found for _score, _key, found in nearest), current.index.techniques)


def _apart(a: InstrumentFacts, b: InstrumentFacts) -> bool:
    ends = (a.photon_energy_min_ev, a.photon_energy_max_ev, b.photon_energy_min_ev, b.photon_energy_max_ev)
    a_min, a_max, b_min, b_max = ends
    if a_min is None or a_max is None or b_min is None or b_max is None:
        return False
    return a_max < b_min or b_max < a_min


def neighbours(facility: State, limit: int = 5) -> list[tuple[Facility, int]]:
    """The nearest other facilities with their distance in km; empty where the place is not recorded."""
    latitude, longitude = facility.values.get("latitude_deg"), facility.values.get("longitude_deg")
    if latitude is None or longitude is None:
        return []
    found = [
        (other, round(places.distance_km(latitude, longitude, other.latitude_deg, other.longitude_deg)))
        for other in Facility.objects.defer("provenance").exclude(slug=facility.key)
        if other.latitude_deg is not None and other.longitude_deg is not None
    ]
    return sorted(found, key=lambda pair: pair[1])[:limit]


def sources_of(facility: str) -> list[State]:
    """The photon sources of a facility, operating ones first."""
    order = {"operating": 0, "upgrading": 1, "planned": 2, "decommissioned": 3}
    rows = PhotonSource.objects.filter(facility__slug=facility)
    found = record_queries.states_of(registry.get("source"), rows)
    return sorted(found, key=lambda s: (order.get(s.values["status"], 9), s.values["name"]))


def devices_of(source: str) -> list[State]:
    """The insertion devices of a source, by name."""
    rows = InsertionDevice.objects.filter(source__slug=source).order_by("name")
    return record_queries.states_of(registry.get("insertion_device"), rows)


def upgrades(facility: str = "") -> list[Upgrade]:
    """Upgrades by the beginning of their dark period; those without dates last."""
    rows = Upgrade.objects.select_related("facility", "new_source").defer("provenance", "facility__provenance")
    if facility:
        rows = rows.filter(facility__slug=facility)
    return sorted(rows, key=lambda u: (u.dark_start is None, u.dark_start or dt.date.max, u.project))


def recent_changes(limit: int = 6, **filters: str) -> list[Change]:
    """The latest changes, of one facility or object where `filters` say so."""
    rows = Change.objects.filter(**filters).exclude(action="create", changeset__origin="pack")
    return list(rows.select_related("changeset").order_by("-changeset__revision", "pk")[:limit])


def label_of(kind: str, key: str) -> str:
    """The name of one object."""
    record_type = registry.get(kind)
    rows = record_type.model._default_manager.filter(**{record_type.key_field: key})
    return str(rows.values_list(record_type.label_field, flat=True).first() or key)


def near_keys(kind: str, key: str, limit: int = 5, least: int = 55) -> list[tuple[str, str]]:
    """Objects whose key or name looks like what was asked for: (key, name) pairs, nearest first.

    `least` is the smallest likeness that counts, from 0 to 100.
    """
    record_type = registry.get(kind)
    rows = list(record_type.model._default_manager.values_list(record_type.key_field, record_type.label_field))
    wanted = key.lower()
    best = process.extract(wanted, {k: f"{k} {label}".lower() for k, label in rows}, limit=limit, score_cutoff=least)
    labels = dict(rows)
    return [(str(found), str(labels[found])) for _text, _score, found in best]


@dataclass(frozen=True, slots=True)
class TechniquePage:
    """A technique's place in the hierarchy and in Europe; `rows` are the first of its `total` instruments."""

    id: str
    label: str
    parents: tuple[tuple[str, str], ...]
    children: tuple[tuple[str, str, int], ...]
    path: tuple[tuple[str, str], ...]
    total: int
    rows: list[InstrumentRow]
    countries: list[tuple[str, str, int]]
    facilities: frozenset[str]


def technique_page(panet_id: str) -> TechniquePage:
    """Parents, children with their number of instruments, one path from the root, and where it is."""
    index = search_index.current().index
    tree = index.techniques
    result = index.search(Query(techniques=(panet_id,), sort="facility"))
    counts = result.facets[Code.TECHNIQUE]
    children = [(child, tree.label(child), counts[child].fits) for child in tree.children(panet_id)]
    countries = [(code, places.country_name(code), n) for code, n in result.by(Code.COUNTRY).items()]
    return TechniquePage(
        panet_id,
        tree.label(panet_id),
        tuple((p, tree.label(p)) for p in tree.parents(panet_id)),
        tuple(sorted(children, key=lambda c: (-c[2], c[1]))),
        tuple((p, tree.label(p)) for p in tree.path(panet_id)),
        len(result.fits),
        instrument_rows((index.instrument(i) for i in result.fits[:MOST_LISTED].tolist()), tree),
        sorted(countries, key=lambda c: (-c[2], c[1])),
        frozenset(result.by(Code.FACILITY)),
    )


@dataclass(frozen=True, slots=True)
class TreeItem:
    """One technique of the browsable tree."""

    id: str
    label: str
    count: int
    children: tuple["TreeItem", ...]


def technique_tree() -> tuple[TreeItem, ...]:
    """The whole hierarchy with the number of instruments below each class.

    A class with several parents stands under each of them; its own branch is given only at the
    first, so that the page stays as long as the ontology.
    """
    index = search_index.current().index
    tree, counts = index.techniques, index.counts(Code.TECHNIQUE)
    opened: set[str] = set()

    def item(panet_id: str) -> TreeItem:
        first = panet_id not in opened
        opened.add(panet_id)
        below = tuple(item(child) for child in tree.children(panet_id)) if first else ()
        return TreeItem(panet_id, tree.label(panet_id), counts.get(panet_id, 0), below)

    return tuple(item(root) for root in tree.roots)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the record holds for people who want to measure, in numbers, on one day."""

    facilities: int
    facilities_in_leaps: int
    instruments: int
    countries: int
    techniques_offered: int
    techniques_known: int
    instruments_dark: int


def offer(day: dt.date) -> Offer:
    """Count the offer on a day. Dark are operating instruments whose facility is certainly dark."""
    current = search_index.current()
    index = current.index
    operating = index.search(Query(statuses=("operating",))).by(Code.FACILITY)
    partnerships = list(Facility.objects.values_list("partnership", flat=True).order_by())
    return Offer(
        facilities=len(partnerships),
        facilities_in_leaps=partnerships.count(Facility.Partnership.LEAPS.value),
        instruments=len(index),
        countries=len(index.counts(Code.COUNTRY)),
        techniques_offered=len(index.used_techniques),
        techniques_known=len(index.techniques),
        instruments_dark=sum(
            n for slug, n in operating.items() if darkness.running(current.dark.get(slug, ()), day).state is False
        ),
    )


def organisations() -> Sequence[Organisation]:
    """All organisations by kind and name."""
    return list(Organisation.objects.defer("provenance").order_by("kind", "name"))


def labels_for(state: State) -> dict[str, str]:
    """Names of the objects a state refers to, by key; one query for each referenced kind."""
    record_type = registry.get(state.kind)
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, target in record_type.references.items():
        value: Any = state.values.get(name)
        if isinstance(value, str):
            wanted[target.kind].add(value)
    labels: dict[str, str] = {}
    for kind, keys in wanted.items():
        target = registry.get(kind)
        rows = target.model._default_manager.filter(**{f"{target.key_field}__in": keys})
        labels.update(rows.values_list(target.key_field, target.label_field))
    return labels


def saved_searches(person: Any) -> list[SavedSearch]:
    """A person's own saved searches, newest first."""
    return list(SavedSearch.objects.filter(user=person))


def facility_choices() -> list[tuple[str, str]]:
    """Every facility as (slug, short name), by name."""
    return list(Facility.objects.order_by("short_name").values_list("slug", "short_name"))
