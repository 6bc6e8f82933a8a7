"""From signed returns to values: computed anew when the records change, kept in versions, released to the public."""

import datetime as dt
import io
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from django.db import transaction

from leaps.catalogue.models import Facility
from leaps.core.lake import house_store
from leaps.indicators import raw
from leaps.indicators.computed import release
from leaps.indicators.computed.base import Indicator, Kind
from leaps.indicators.computed.registry import all_indicators, indicator
from leaps.indicators.intake import computing
from leaps.indicators.intake.computing import Result
from leaps.indicators.models import Campaign, ComputedValue, Return
from leaps.indicators.types import Origin, ReturnState, Shown

AT_ONCE: Final = 2000
SAME_DIGITS: Final = 1e-12  # sums over several threads differ in the last digit from run to run


@dataclass(frozen=True, slots=True)
class _New:
    """A value as it should stand, before it is compared with what stands."""

    result: Result
    origin: Origin = Origin.RAW
    n_facilities: int = 1
    low: float | None = None
    high: float | None = None


@cache
def _codes(*, needs_others: bool) -> frozenset[str]:
    return frozenset(one.id for one in all_indicators().values() if one.needs_others is needs_others)


def recompute(*, facility: str, is_synthetic: bool, now: dt.datetime) -> int:
    """Compute the values of one facility from its signed returns; how many are new.

    Years that are frozen are left alone, also where the method has changed since. What needs the records of others
    too comes with the league.
    """
    returns = list(_counting(is_synthetic).filter(facility=facility))
    alone = _codes(needs_others=False)
    found = _or_finished(_computed(returns, by_facility=True, codes=alone), returns, alone)
    return _keep(found, facility, is_synthetic, now, untouched=_codes(needs_others=True))


def _or_finished(results: Iterable[Result], returns: Sequence[Return], codes: Collection[str]) -> list[_New]:
    """Computed values of a facility, and its finished ones where there are no others."""
    found = [_New(result) for result in _in_one_currency(results)]
    known = {_place(new.result) for new in found}
    finished = [r for r in _finished(returns) if r.indicator in codes and _place(r) not in known]
    return found + [_New(result, Origin.FINISHED) for result in finished]


def _recompute_shares(every: Sequence[Return], is_synthetic: bool, now: dt.datetime) -> int:
    """Compute what each facility has but only the records of all tell; a return under embargo counts for its own only."""
    codes = _codes(needs_others=True)
    in_public = [sent for sent in every if not _is_under_embargo(sent, now)]
    embargoed = {sent.facility for sent in every if _is_under_embargo(sent, now)}
    results: dict[str, list[Result]] = defaultdict(list)
    for result in _computed(in_public, by_facility=True, codes=codes):
        results[result.facility].append(result)
    for facility in embargoed:
        counted = [sent for sent in every if sent in in_public or sent.facility == facility]
        results[facility] = [r for r in _computed(counted, by_facility=True, codes=codes) if r.facility == facility]
    standing = ComputedValue.objects.filter(indicator__in=codes, is_synthetic=is_synthetic, closed_at=None).exclude(facility="")
    made = 0
    for facility in sorted({sent.facility for sent in every} | set(standing.values_list("facility", flat=True).distinct())):
        own = [sent for sent in every if sent.facility == facility]
        found = _or_finished(results[facility], own, codes)
        made += _keep(found, facility, is_synthetic, now, untouched=_codes(needs_others=False))
    return made


def _is_under_embargo(sent: Return, now: dt.datetime) -> bool:
    return sent.embargo_until is not None and sent.embargo_until > now.date()


def recompute_league(*, is_synthetic: bool, now: dt.datetime) -> int:
    """Compute the league's values from every signed return that is not under embargo; how many are new.

    Finished values are added where that is right: sums and ratios by their sums; of distinct things only bounds
    are known; a median or an effective number of parts cannot be put together and leaves those facilities out.
    Computes with them what each facility has but only the records of all tell.
    """
    every = list(_counting(is_synthetic))
    made = _recompute_shares(every, is_synthetic, now)
    returns = [sent for sent in every if not _is_under_embargo(sent, now)]
    counted = _facilities_behind(returns)
    wholes = _wholes(returns, is_synthetic)
    finished: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    for result in _finished(returns):
        finished[_place(replace(result, facility=""))].append(result)
    found = []
    for result in _in_one_currency(_computed(returns, by_facility=False, codes=frozenset(all_indicators()))):
        extra = finished.pop(_place(result), [])
        computed = set(counted[result.year, indicator(result.indicator).records])
        found.append(_together(result, [e for e in extra if e.facility not in computed], len(computed), wholes))
    for alone in finished.values():
        first = replace(alone[0], facility="", value=None, numerator=0.0, denominator=0.0, n_records=0, method="")
        if indicator(first.indicator).kind in (Kind.SUM, Kind.RATIO, Kind.DISTINCT):
            found.append(_together(replace(first, value=0.0), alone, 0, wholes))
    return made + _keep(found, "", is_synthetic, now)


def publish(*, is_synthetic: bool, now: dt.datetime) -> int:
    """Decide anew what the public sees of every year that is not frozen; how many values changed."""
    changed = 0
    embargoed = set(
        _counting(is_synthetic).filter(embargo_until__gt=now.date()).values_list("campaign_id", "facility")
    )
    for campaign in Campaign.objects.filter(frozen_at=None):
        rows = list(ComputedValue.objects.filter(campaign=campaign, is_synthetic=is_synthetic, closed_at=None))
        shown = _shown([row for row in rows if (campaign.pk, row.facility) not in embargoed])
        for state in Shown:
            move = [row.pk for row in rows if shown.get(row.pk, Shown.HOUSE) == state != row.shown]
            for start in range(0, len(move), AT_ONCE):
                changed += ComputedValue.objects.filter(pk__in=move[start : start + AT_ONCE]).update(shown=state)
    return changed


def _shown(rows: Sequence[ComputedValue]) -> dict[int, Shown]:
    found: dict[int, Shown] = {}
    year: dict[str, list[release.Cell]] = defaultdict(list)
    at: dict[str, list[int]] = defaultdict(list)
    hosts = {slug: country or "" for slug, country in Facility.objects.values_list("slug", "country")}
    for row in rows:
        one = all_indicators().get(row.indicator)
        if one is None:
            continue  # a method that is gone; the value stays in the house
        cell = release.Cell(row.facility, row.dimension, row.category, row.value, row.denominator, row.numerator, row.unshared)
        if not release.is_public(one, cell):
            continue
        if release.is_sensitive(one) and row.variant == one.standard_variant:
            year[row.indicator].append(cell)
            at[row.indicator].append(row.pk)
        else:
            found[row.pk] = Shown.PUBLIC
    for code, hidden in release.withheld(year, hosts).items():
        for pk, is_hidden in zip(at[code], hidden, strict=True):
            found[pk] = Shown.SUPPRESSED if is_hidden else Shown.PUBLIC
    return found


def _counting(is_synthetic: bool) -> Any:
    signed = Return.objects.filter(state=ReturnState.SIGNED, is_synthetic=is_synthetic)
    return signed.select_related("campaign").prefetch_related("parts").order_by("campaign__year", "facility")


def _computed(returns: Sequence[Return], *, by_facility: bool, codes: Collection[str]) -> Iterator[Result]:
    """Some indicators over the returns that hold all its records: a missing record is not a zero."""
    groups: dict[tuple[int, ...], list[Indicator]] = defaultdict(list)
    for one in all_indicators().values():
        if one.id not in codes or (one.league_only and by_facility):
            continue
        enough = tuple(i for i, sent in enumerate(returns) if set(one.records) <= sent.tables.keys())
        if enough:
            groups[enough].append(one)
    hosts = dict(Facility.objects.values_list("slug", "country"))
    for members, indicators in groups.items():
        chosen = [returns[i] for i in members]
        paths: dict[str, list[str]] = defaultdict(list)
        rows: dict[str, int] = defaultdict(int)
        wanted = {name for one in indicators for name in one.records}
        if "visit" in wanted and all(raw.VISITOR.name in {part.record for part in sent.parts.all()} for sent in chosen):
            wanted |= {raw.VISITOR.name}
        for part in (part for sent in chosen for part in sent.parts.all() if part.record in wanted):
            paths[part.record].append(part.path)
            rows[part.record] += part.rows
        slugs = {sent.facility: hosts.get(sent.facility) or "" for sent in chosen}
        with computing.opened(house_store(), paths, slugs, rows=rows) as (connection, lake):
            yield from computing.values(connection, lake, indicators, by_facility=by_facility)


def _in_one_currency(results: Iterable[Result]) -> Iterator[Result]:
    """Leave out sums of different currencies: without a rate of exchange with a source they mean nothing."""
    found = list(results)
    currencies: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for result in found:
        if result.dimension == "currency":
            currencies[result.indicator, result.facility, result.year].add(result.category)
    for result in found:
        if result.dimension == "currency" or len(currencies[result.indicator, result.facility, result.year]) <= 1:
            yield result


def _finished(returns: Iterable[Return]) -> Iterator[Result]:
    import pyarrow.parquet as pq  # slow to import; only the worker pays

    for sent in returns:
        for part in sent.parts.all():
            if part.record != raw.FINISHED_VALUE.name:
                continue
            for row in pq.read_table(io.BytesIO(house_store().read(part.path))).to_pylist():
                one = indicator(row["indicator"])
                yield Result(
                    indicator=one.id, title=str(one.title), unit=one.unit, variant=row["variant"] or "", value=row["value"],
                    numerator=row["value"] if row["numerator"] is None else row["numerator"],
                    denominator=row["denominator"], n_records=0, unshared=0, method="", facility=sent.facility,
                    year=sent.campaign.year, dimension=row["dimension"] or "", category=row["category"] or "",
                )  # fmt: skip


def _facilities_behind(returns: Sequence[Return]) -> Mapping[tuple[int, tuple[str, ...]], list[str]]:
    found: dict[tuple[int, tuple[str, ...]], list[str]] = defaultdict(list)
    for records in {one.records for one in all_indicators().values()}:
        for sent in returns:
            if set(records) <= sent.tables.keys():
                found[sent.campaign.year, records].append(sent.facility)
    return found


def _wholes(returns: Sequence[Return], is_synthetic: bool) -> Mapping[tuple[str, ...], float]:
    """The largest value of a single facility, for the lower bound of unions."""
    campaigns = {sent.campaign_id for sent in returns}
    distinct = [one.id for one in all_indicators().values() if one.kind in (Kind.DISTINCT, Kind.DISTINCT_EVER)]
    rows = ComputedValue.objects.filter(
        campaign__in=campaigns, is_synthetic=is_synthetic, closed_at=None, indicator__in=distinct, value__isnull=False
    ).exclude(facility="")
    found: dict[tuple[str, ...], float] = {}
    names = ("indicator", "variant", "campaign__year", "dimension", "category", "value")
    for code, variant, year, dimension, category, value in rows.values_list(*names).iterator():
        key = (code, variant, str(year), dimension, category)
        found[key] = max(value, found.get(key, 0.0))
    return found


def _together(result: Result, extra: Sequence[Result], computed: int, wholes: Mapping[tuple[str, ...], float]) -> _New:
    """A value of the league out of the records and the finished values of facilities without."""
    one = indicator(result.indicator)
    low = high = None
    if extra and one.kind in (Kind.SUM, Kind.RATIO):
        top = (result.numerator or 0.0) + sum(e.numerator or 0.0 for e in extra)
        bottom = (result.denominator or 0.0) + sum(e.denominator or 0.0 for e in extra)
        value = top if one.kind is Kind.SUM else one.scale * top / bottom if bottom else None
        result = replace(result, value=value, numerator=top, denominator=None if one.kind is Kind.SUM else bottom)
    elif extra and one.kind is Kind.DISTINCT:
        together = (result.value or 0.0) + sum(e.value or 0.0 for e in extra)
        result = replace(result, value=together, numerator=together)
    elif extra:
        extra = ()
    if one.kind in (Kind.DISTINCT, Kind.DISTINCT_EVER) and result.value is not None and (extra or result.unshared):
        own = sum(e.value or 0.0 for e in extra) + result.unshared
        key = (result.indicator, result.variant, str(result.year), result.dimension, result.category)
        low, high = max(result.value - own, wholes.get(key, 0.0)), result.value
    origin = Origin.RAW if not extra else Origin.MIXED if computed else Origin.FINISHED
    return _New(result, origin, computed + len({e.facility for e in extra}), low, high)


def _place(result: Result) -> tuple[str, ...]:
    return (result.facility, str(result.year), result.indicator, result.variant, result.dimension, result.category[:120])


def _keep(found: Iterable[_New], facility: str, is_synthetic: bool, now: dt.datetime, *, untouched: Collection[str] = ()) -> int:
    """Close what has changed or gone and write the new versions, all or nothing; some indicators are left as they stand."""
    with transaction.atomic():
        campaigns = {c.year: c for c in Campaign.objects.select_for_update().filter(frozen_at=None)}
        standing = ComputedValue.objects.filter(
            campaign__in=campaigns.values(), facility=facility, is_synthetic=is_synthetic, closed_at=None
        ).exclude(indicator__in=untouched).select_related("campaign")
        old: dict[tuple[str, ...], ComputedValue] = {
            (row.facility, str(row.campaign.year), row.indicator, row.variant, row.dimension, row.category): row for row in standing
        }
        fresh: list[ComputedValue] = []
        for new in found:
            campaign = campaigns.get(new.result.year)
            if campaign is None:
                continue
            before = old.pop(_place(new.result), None)
            row = _row(new, campaign, is_synthetic, now)
            if before is not None and _same(before, row):
                continue
            if before is not None:
                row.version = before.version + 1
                old[_place(new.result)] = before  # to be closed with those that are gone
            fresh.append(row)
        close = [row.pk for row in old.values()]
        for start in range(0, len(close), AT_ONCE):
            ComputedValue.objects.filter(pk__in=close[start : start + AT_ONCE]).update(closed_at=now)
        ComputedValue.objects.bulk_create(fresh, batch_size=AT_ONCE)
    return len(fresh)


def _row(new: _New, campaign: Campaign, is_synthetic: bool, now: dt.datetime) -> ComputedValue:
    r = new.result
    return ComputedValue(
        campaign=campaign, facility=r.facility, indicator=r.indicator, variant=r.variant, dimension=r.dimension,
        category=r.category[:120], value=_finite(r.value), numerator=_finite(r.numerator), denominator=_finite(r.denominator),
        low=new.low, high=new.high, n_records=r.n_records, n_facilities=new.n_facilities, unshared=r.unshared,
        origin=new.origin, is_synthetic=is_synthetic, method=r.method, computed_at=now,
    )  # fmt: skip


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


_COMPARED = ("value", "numerator", "denominator", "low", "high", "n_records", "n_facilities", "unshared", "origin", "method")


def _same(a: ComputedValue, b: ComputedValue) -> bool:
    for name in _COMPARED:
        left, right = getattr(a, name), getattr(b, name)
        if isinstance(left, float) and isinstance(right, float):
            if not math.isclose(left, right, rel_tol=SAME_DIGITS):
                return False
        elif left != right:
            return False
    return True
