"""Dark periods of the record against its instruments: what is left, when, and of which technique.

All light sources are counted. What the record lists of an operating or planned facility counts as its
instruments, because a renewed ring takes all of them down; offered hours are not public, so each instrument
weighs the same.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from leaps.catalogue.models import (
    LIGHT_SOURCES,
    Facility,
    Instrument,
    InstrumentTechnique,
    Technique,
    TechniqueParent,
    Upgrade,
)
from leaps.optimise.dark import (
    Calendar,
    Capacity,
    DarkPeriod,
    Horizon,
    Supply,
    calendar,
    capacity,
    reliance,
)
from leaps.record import queries as record_queries
from leaps.roadmaps.types import Board, Leaning, LossThen, Plan, Reliant, Shared, Site, TechniqueLoss, Window

MONTHS = 120
HALF = 0.5  # a facility that is closed for half of a month is dark in it
MOST_LOSSES = 24


@lru_cache(maxsize=2)
def _supply(_revision: int) -> tuple[Supply, dict[str, str], dict[str, str], dict[str, str]]:
    """Instruments and techniques of one revision, with the names and kinds of facilities and the labels of techniques."""
    facilities = list(Facility.objects.filter(kind__in=LIGHT_SOURCES).order_by("slug").values_list("pk", "slug", "short_name", "kind"))
    place = {pk: i for i, (pk, *_rest) in enumerate(facilities)}
    instruments = list(Instrument.objects.filter(facility__in=place).order_by("pk").values_list("pk", "facility_id"))
    row = {pk: i for i, (pk, _of) in enumerate(instruments)}
    techniques = list(Technique.objects.order_by("panet_id").values_list("pk", "panet_id", "label"))
    column = {pk: i for i, (pk, *_rest) in enumerate(techniques)}
    parents: dict[int, set[int]] = defaultdict(set)
    for child, parent in TechniqueParent.objects.values_list("source_id", "target_id"):
        parents[child].add(parent)
    fitness = np.zeros((len(instruments), len(techniques)))
    for instrument, technique in InstrumentTechnique.objects.filter(source__in=row).values_list("source_id", "target_id"):
        for wider in _with_wider(technique, parents):
            fitness[row[instrument], column[wider]] = 1.0
    supply = Supply(
        tuple(slug for _pk, slug, _name, _kind in facilities), tuple(panet for _pk, panet, _label in techniques),
        np.array([place[of] for _pk, of in instruments], dtype=np.int64), fitness, np.ones(len(instruments)),
    )  # fmt: skip
    names = {slug: name for _pk, slug, name, _kind in facilities}
    kinds = {slug: kind for _pk, slug, _name, kind in facilities}
    return supply, names, kinds, {panet: label for _pk, panet, label in techniques}


def _with_wider(technique: int, parents: Mapping[int, set[int]]) -> set[int]:
    """A technique and everything above it: who offers the narrow one offers the wide one."""
    found, left = set(), [technique]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(parents[one])
    return found


def plans(supply: Supply, names: Mapping[str, str], first: dt.date, tried: Mapping[str, tuple[dt.date, dt.date]]) -> list[Plan]:
    """The dark periods with both dates published that end after a day, by their start. One query."""
    upgrades = Upgrade.objects.filter(
        facility__slug__in=supply.facilities, dark_start__isnull=False, dark_end__gt=first
    ).select_related("facility").order_by("dark_start")  # fmt: skip
    counts = dict(zip(supply.facilities, supply.instruments.tolist(), strict=True))
    found = []
    for upgrade in upgrades:
        if upgrade.dark_start is None or upgrade.dark_end is None:
            continue
        start, end = tried.get(upgrade.slug, (upgrade.dark_start, upgrade.dark_end))
        slug = upgrade.facility.slug
        found.append(
            Plan(
                upgrade.slug, slug, names[slug], upgrade.project, upgrade.status, upgrade.date_precision or "", upgrade.note or "",
                start, end, upgrade.dark_start, upgrade.dark_end, counts[slug],
                (upgrade.provenance.get("dark_start") or {}).get("source_url", ""),
            )
        )
    return found


def board(
    first: dt.date, tried: Mapping[str, tuple[dt.date, dt.date]], *, technique: str = "", year: int = 0,
    more: Sequence[tuple[str, dt.date, dt.date]] = (),
) -> Board:  # fmt: skip
    """The planner for ten years from the first of a month, with some dark periods moved. Two queries once the record is known.

    `more`: dark periods (facility, start, end) that nobody has published, besides those of the record.
    """
    supply, names, kinds, labels = _supply(record_queries.current_revision())
    horizon = Horizon(first, MONTHS)
    all_plans = plans(supply, names, first, tried)
    rings = np.array([kinds[slug] == "synchrotron" for slug in supply.facilities], dtype=np.bool_)
    published = _opened(supply, [(p.facility, p.published_start, p.published_end) for p in all_plans], horizon)
    extra = [period for period in more if period[0] in supply.facilities]
    now = _opened(supply, [*((p.facility, p.start, p.end) for p in all_plans), *extra], horizon)
    left = capacity(supply, now)
    return Board(
        first=first,
        plans=tuple(all_plans),
        published=_dark(supply, published, rings),
        tried=_dark(supply, now, rings),
        ring_instruments=int(supply.instruments[rings].sum()),
        windows=tuple(_windows(supply, now, rings, names, horizon)),
        losses=tuple(_losses(supply, left, labels, horizon)),
        reliant=tuple(_reliant(supply, left, labels, names)),
        techniques=tuple(
            sorted(((t, labels[t]) for t, n in zip(supply.techniques, supply.fitness.sum(axis=0), strict=True) if n), key=lambda pair: pair[1].casefold())
        ),
        sites=tuple(_sites(supply, now, names, horizon, technique, year)) if technique in labels else (),
    )


def _opened(supply: Supply, periods: Sequence[tuple[str, dt.date, dt.date]], horizon: Horizon) -> Calendar:
    return calendar(supply.facilities, [DarkPeriod(of, start, end) for of, start, end in periods], horizon)


def _dark(supply: Supply, opened: Calendar, rings: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> tuple[int, ...]:
    """Ring instruments dark in each month."""
    return tuple((supply.instruments[rings] @ (opened.closed[rings] >= HALF)).tolist())


def _month(horizon: Horizon, number: int) -> dt.date:
    years, rest = divmod(horizon.first.month - 1 + number, 12)
    return dt.date(horizon.first.year + years, rest + 1, 1)


def _windows(
    supply: Supply, opened: Calendar, rings: "np.ndarray[tuple[int], np.dtype[np.bool_]]", names: Mapping[str, str], horizon: Horizon
) -> list[Window]:
    found: list[Window] = []
    for month in range(horizon.months):
        dark = tuple(
            names[slug] for slug, is_ring, closed in zip(supply.facilities, rings, opened.closed[:, month], strict=True) if is_ring and closed >= HALF
        )
        if not dark:
            continue
        count = int(supply.instruments[rings] @ (opened.closed[rings, month] >= HALF))
        day = _month(horizon, month)
        if found and found[-1].facilities == dark and _month(horizon, month - 1) == found[-1].last:
            found[-1] = Window(found[-1].first, day, count, dark)
        else:
            found.append(Window(day, day, count, dark))
    return found


def _reliant(supply: Supply, found: Capacity, labels: Mapping[str, str], names: Mapping[str, str]) -> list[Reliant]:
    """Every technique that somebody has, with the facilities it relies on; those that one month brings closest to nothing first."""
    by = reliance(found)
    homes, instruments = supply.fits.sum(axis=0), supply.fitness.sum(axis=0)
    short = [names[slug] for slug in supply.facilities]
    rows = []
    for t in np.flatnonzero(homes):
        code = supply.techniques[t]
        columns = (by.redundancy[t], by.n_minus_1[t], by.leader[t], by.concentration[t], by.single[t], by.none[t], by.loss[t])
        quarters = tuple(
            Leaning(left, None if share != share else share, short[who] if who >= 0 else "", None if hhi != hhi else hhi, single, none, loss)  # noqa: PLR0124  NaN
            for left, share, who, hhi, single, none, loss in zip(*(column.tolist() for column in columns), strict=True)
        )
        rows.append(Reliant(code, labels[code], int(homes[t]), int(instruments[t]), quarters))
    return rows


def _losses(supply: Supply, found: Capacity, labels: Mapping[str, str], horizon: Horizon) -> list[TechniqueLoss]:
    """The techniques that lose most in a month, narrow ones that few have first among equals."""
    homes, instruments = supply.fits.sum(axis=0), supply.fitness.sum(axis=0)
    there = np.flatnonzero((homes >= 2) & (instruments >= 3))
    worst = np.nanmax(found.loss[there], axis=1) if there.size else np.array([])
    rows = []
    for place in np.argsort(-worst, kind="stable")[:MOST_LOSSES]:
        t = there[place]
        if worst[place] <= 0:
            break
        month = int(np.nanargmax(found.loss[t]))
        code = supply.techniques[t]
        rows.append(
            TechniqueLoss(
                code, labels[code], int(homes[t]), int(instruments[t]), float(worst[place]), _month(horizon, month),
                int(found.single[t]), int(found.none[t]), tuple(found.loss[t].reshape(-1, 3).mean(axis=1).tolist()),
            )
        )
    return rows


def _sites(supply: Supply, opened: Calendar, names: Mapping[str, str], horizon: Horizon, technique: str, year: int) -> list[Site]:
    """Every facility that has the technique, with its months of a year."""
    column = supply.techniques.index(technique)
    start = horizon.month_of(dt.date(year, 1, 1))
    counts = np.bincount(supply.facility_of, weights=supply.fitness[:, column], minlength=len(supply.facilities))
    found = []
    for place in np.flatnonzero(counts):
        slug = supply.facilities[place]
        months = tuple(float(opened.open[place, m]) if 0 <= m < horizon.months else 1.0 for m in range(start, start + 12))
        found.append(Site(slug, names[slug], int(counts[place]), months))
    return sorted(found, key=lambda site: site.name.casefold())


def loss_of(technique: str, first_month: dt.date, last_month: dt.date) -> LossThen:
    """What a technique loses in some months by the published dates."""
    supply, names, _kinds, labels = _supply(record_queries.current_revision())
    horizon = Horizon(first_month.replace(day=1), max(1, Horizon(first_month.replace(day=1), 1).month_of(last_month) + 1))
    if technique not in labels:
        return LossThen(None, 0, ())
    periods = [(p.facility, p.start, p.end) for p in plans(supply, names, horizon.first, {})]
    opened = _opened(supply, periods, horizon)
    found = capacity(supply, opened)
    column = supply.techniques.index(technique)
    if not supply.fits[:, column].any():
        return LossThen(None, 0, ())
    dark = tuple(names[slug] for place, slug in enumerate(supply.facilities) if supply.fits[place, column] and opened.closed[place].max() >= HALF)
    return LossThen(float(found.loss[column].mean()), int(found.redundancy[column].min()), dark)


def shared_techniques(pair: Sequence[str]) -> list[Shared]:
    """The techniques that both of two facilities have: those first of which the greatest share is at these two."""
    supply, _names, _kinds, labels = _supply(record_queries.current_revision())
    places = [supply.facilities.index(slug) for slug in pair if slug in supply.facilities]
    if len(places) < 2:
        return []
    both = np.logical_and.reduce(supply.fits[places], axis=0)
    here = supply.fitness[np.isin(supply.facility_of, places)].sum(axis=0)
    total = supply.fitness.sum(axis=0)
    found = [Shared(labels[code], int(here[t]), int(total[t])) for t, code in enumerate(supply.techniques) if both[t]]
    return sorted(found, key=lambda one: (-one.dark / one.all, -one.dark, one.label.casefold()))
