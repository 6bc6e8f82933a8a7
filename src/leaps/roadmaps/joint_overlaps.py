"""How sure the overlaps of dark periods are: all published periods drawn together, with what each draw rests on.

What is uncertain of a period is, in this order: what somebody has estimated for the milestone that is its beginning or
its end; where nobody has, how precisely the record tells its date, and a factor on its length. A beginning also waits for
the milestones of its chain as far as somebody has estimated one of them. Nothing else is varied.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.optimise.joint import (
    Before,
    DarkBand,
    Drawn,
    PairOverlap,
    Period,
    dark_at_once,
    draw_periods,
    overlaps,
)
from leaps.optimise.schedule import Even, Pert, Slipping
from leaps.roadmaps import dates, queries
from leaps.roadmaps.chances import Stretch, risks_of, tasks_of
from leaps.roadmaps.milestone_queries import MilestoneRow
from leaps.roadmaps.models import DurationEstimate
from leaps.roadmaps.types import Plan

DRAWS: Final = 10_000
SEED: Final = 1
ESTIMATE, PRECISION, BEGUN, EXACT, FACTOR, PUBLISHED = "estimate", "precision", "begun", "exact", "factor", "published"
PAIR: Final = (
    "facility", "other_facility", "chance", "mean_months", "p10_months", "p50_months", "p90_months", "published_months", "delays", "synthetic_estimates",
)  # fmt: skip
MONTH: Final = ("month", "published", "p5", "p50", "p95", "mean", "delays", "synthetic_estimates")


@dataclass(frozen=True, slots=True)
class Basis:
    """What the draws of one period rest on. `start_is` and `length_is` name the kind, the words tell it."""

    plan: Plan
    start_is: str
    length_is: str
    start_words: str
    length_words: str
    estimates: tuple[DurationEstimate, ...] = ()

    @property
    def is_synthetic(self) -> bool:
        """Whether a synthetic estimate went in."""
        return any(one.is_synthetic for one in self.estimates)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two facilities by name, with their overlap as drawn and as published."""

    one: str
    other: str
    drawn: PairOverlap
    published: float


@dataclass(frozen=True, slots=True)
class Served:
    """A supplier that estimates name, the facilities it serves, and the share of draws in which all of them are back later than published."""

    supplier: str
    facilities: tuple[str, ...]
    all_late: float


@dataclass(frozen=True, slots=True)
class Joint:
    """What the draws gave. `pairs` hold those with any overlap, the likeliest first; months of `band` begin with `first`."""

    first: dt.date
    bases: tuple[Basis, ...]
    names: tuple[str, ...]
    pairs: tuple[Pair, ...]
    band: DarkBand | None
    published: tuple[int, ...]
    common: bool
    stretch: Stretch | None
    suppliers: tuple[Served, ...]

    @property
    def is_synthetic(self) -> bool:
        """Whether a synthetic estimate went in."""
        return any(one.is_synthetic for one in self.bases)


def at(day: dt.date) -> float:
    """Months from the year 0 to the beginning of a day; a month counts as one however long it is."""
    return 12 * day.year + day.month - 1 + (day.day - 1) / calendar.monthrange(day.year, day.month)[1]


def joint(rows: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate], today: dt.date, stretch: Stretch | None = None, *, common: bool = True) -> Joint:
    """Draw every published dark period that is not over; the same record and estimates give the same draws."""
    first = dt.date(today.year, 1, 1)
    board = queries.board(first, {})
    plans = [plan for plan in board.plans if plan.end > today]
    origin = float(int(min([at(today), *(at(plan.start) for plan in plans), *(at(one.at.date()) for one in estimates.values())])) - 12)
    chains = {plan.upgrade: _chain(plan, rows, estimates) for plan in plans}
    made = [_period(plan, rows, estimates, today, stretch, origin, chains[plan.upgrade]) for plan in plans]
    bases = tuple(basis for _one, basis in made)
    names = {plan.facility: plan.facility_name for plan in plans}
    if not made:
        return Joint(first, (), (), (), None, board.published, common, stretch, ())
    before = _before([row for chain in chains.values() for row in chain.rows], estimates, today, stretch, origin)
    drawn = draw_periods([one for one, _basis in made], draws=DRAWS, seed=SEED, common=common, before=before)
    rings = set(Facility.objects.filter(kind="synchrotron").values_list("slug", flat=True))
    weights = [plan.instruments if plan.facility in rings else 0 for plan in plans]
    band = dark_at_once(drawn, weights, round(at(first) - origin), queries.MONTHS)
    pairs = [Pair(names[one.one], names[one.other], one, _published(plans, one.one, one.other)) for one in overlaps(drawn)]
    found = sorted((pair for pair in pairs if pair.drawn.chance > 0), key=lambda pair: (-pair.drawn.chance, -pair.drawn.mean, pair.one, pair.other))
    return Joint(first, bases, tuple(names.values()), tuple(found), band, board.published, common, stretch, _served(bases, drawn, origin))


@dataclass(frozen=True, slots=True)
class _Chain:
    """The milestones a beginning waits for, itself left out, when one of them is estimated; `gaps`: the nearest, with the months planned between."""

    rows: tuple[MilestoneRow, ...] = ()
    gaps: tuple[tuple[str, float], ...] = ()


def _chain(plan: Plan, rows: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate]) -> _Chain:
    """What a beginning waits for; empty when nobody has estimated any of it, or when it waits for itself."""
    opening = _of_day(plan, plan.start, rows)
    known = {row.slug: row for row in rows}
    if opening is None:
        return _Chain()
    found: dict[str, MilestoneRow] = {}
    left = [key for key in opening.depends_on if key in known]
    while left:
        row = known[left.pop()]
        if row.slug == opening.slug:
            return _Chain()
        if row.slug not in found and not row.is_done:
            found[row.slug] = row
            left += [key for key in row.depends_on if key in known]
    if not set(found) & set(estimates):
        return _Chain()
    nearest = [found[key] for key in opening.depends_on if key in found]
    gaps = tuple((row.slug, max(0.0, at(plan.start) - dates.months(row.last)) if row.last else 0.0) for row in nearest)
    return _Chain(tuple(found.values()), gaps)


def _before(rows: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate], today: dt.date, stretch: Stretch | None, origin: float) -> Before:
    """The work towards milestones that beginnings wait for, as the chains themselves are drawn."""
    wanted = {row.slug: row for row in rows}
    due = {row.slug: dates.months(row.last) - origin for row in rows if row.last}
    stated = {slug: one for slug, one in estimates.items() if slug in wanted}
    tasks, links = [], []
    for row in wanted.values():
        made, waits = tasks_of(row, [key for key in row.depends_on if key in wanted], stated.get(row.slug), due, dates.months(today) - origin, origin, stretch)
        tasks += made
        links += waits
    return Before(tuple(tasks), tuple(links), tuple(risks_of(stated)))


def _served(bases: Sequence[Basis], drawn: Drawn, origin: float) -> tuple[Served, ...]:
    """Suppliers that estimates of two facilities or more name, however they write it."""
    found: dict[str, tuple[str, dict[int, str]]] = {}
    for place, basis in enumerate(bases):
        for one in basis.estimates:
            if one.supplier.strip() and one.share:
                found.setdefault(one.supplier.strip().casefold(), (one.supplier.strip(), {}))[1][place] = basis.plan.facility_name
    served = []
    for _key, (words, places) in sorted(found.items()):
        names = tuple(dict.fromkeys(places.values()))
        if len(names) > 1:
            rows = list(places)
            published = np.array([at(bases[row].plan.end) - origin for row in rows])[:, None]
            served.append(Served(words, names, float((drawn.end[rows] > published + 1e-6).all(axis=0).mean())))
    return tuple(served)


def _published(plans: Sequence[Plan], one: str, other: str) -> float:
    """Months that two facilities overlap by the published dates."""
    return sum(
        max(0.0, min(at(a.end), at(b.end)) - max(at(a.start), at(b.start))) for a in plans if a.facility == one for b in plans if b.facility == other
    )


def _of_day(plan: Plan, day: dt.date, rows: Iterable[MilestoneRow]) -> MilestoneRow | None:
    """The milestone of an upgrade whose date holds this day; None if there is none, or it is not clear which."""
    found = [row for row in rows if row.upgrade == plan.upgrade and not row.is_done and row.due and dates.span(row.due)[0] <= day <= dates.span(row.due)[1]]
    return found[0] if len(found) == 1 else None


def _estimated(plan: Plan, day: dt.date, rows: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate]) -> DurationEstimate | None:
    """The estimate for the milestone of an upgrade whose date is this day; of a milestone known to the year nobody can say that it is."""
    found = _of_day(plan, day, (row for row in rows if row.slug in estimates and len(row.due) >= 7))
    return None if found is None else estimates[found.slug]


def _period(
    plan: Plan, rows: Sequence[MilestoneRow], estimates: Mapping[str, DurationEstimate], today: dt.date, stretch: Stretch | None, origin: float,
    chain: _Chain,
) -> tuple[Period, Basis]:  # fmt: skip
    planned = at(plan.end) - at(plan.start)
    begun = plan.start <= today
    opening = None if begun else _estimated(plan, plan.start, rows, estimates)
    closing = None if begun else _estimated(plan, plan.end, rows, estimates)
    more: dict[str, Any] = {}
    start: Pert | Even
    if opening is not None:
        start = Pert(opening.low, opening.mode, opening.high)
        more |= {"since": at(opening.at.date()) - origin, "start_supplier": opening.supplier.strip().casefold(), "start_rho": opening.share}
        start_is, start_words = ESTIMATE, _three(opening)
    else:
        low, high, start_is, start_words = _known(plan, today)
        start = Even(low - origin, high - origin)
    length: Pert | Slipping
    if closing is not None:
        length = Pert(closing.low, closing.mode, closing.high)
        more |= {"length_supplier": closing.supplier.strip().casefold(), "length_rho": closing.share}
        if closing.risk and closing.risk_probability:
            more["risks"] = ((closing.risk_probability, Pert(closing.risk_low, closing.risk_mode, closing.risk_high)),)
        length_is, length_words = ESTIMATE, _three(closing)
    elif stretch is not None:
        length = Slipping(planned, stretch.log_mean, stretch.log_sigma)
        length_is, length_words = FACTOR, _("%(n).1f months as published, times the factor") % {"n": planned}
    else:
        length = Pert(planned, planned, planned)
        length_is, length_words = PUBLISHED, _("%(n).1f months as published") % {"n": planned}
    if chain.gaps and not begun:
        # Work that is estimated begins when what it waits for is done; a published date only cannot come before.
        more["waits_for"] = tuple((key, 0.0 if opening is not None else gap) for key, gap in chain.gaps)
        titles = {row.slug: row.title for row in chain.rows}
        start_words += "; " + _("not before: %(milestones)s") % {"milestones": ", ".join(titles[key] for key, _gap in chain.gaps)}
    behind = (estimates[row.slug] for row in chain.rows if row.slug in estimates)
    found = tuple(one for one in (*behind, opening, closing) if one is not None)
    return Period(plan.upgrade, plan.facility, start, length, starts_not_before=0.0 if begun else at(today) - origin, ends_not_before=at(today) - origin, **more), Basis(plan, start_is, length_is, start_words, length_words, found)


def _three(one: DurationEstimate) -> str:
    words = _("estimated: %(low)g, %(mode)g or %(high)g months") % {"low": one.low, "mode": one.mode, "high": one.high}
    return words + (f" ({_('synthetic')})" if one.is_synthetic else "")


def _known(plan: Plan, today: dt.date) -> tuple[float, float, str, str]:
    """The earliest and latest start that the date can mean, with how it is known."""
    if plan.start <= today:
        return at(plan.start), at(plan.start), BEGUN, _("has begun")
    if plan.precision == "day":
        return at(plan.start), at(plan.start), EXACT, _("known to the day")
    if plan.precision == "month":
        low, _high = dates.span(f"{plan.start:%Y-%m}")
        return at(low), at(low) + 1, PRECISION, _("known to the month: any day of it is as likely")
    low = dt.date(plan.start.year, 1, 1)
    # Without a word on precision the date is taken for the year: to think it sharper would be invented.
    return at(low), at(low) + 12, PRECISION, _("known to the year: any day of %(year)d is as likely") % {"year": plan.start.year}


def pair_records(found: Joint) -> list[dict[str, Any]]:
    """One line for each pair that overlaps in any draw."""
    return [
        {
            "facility": pair.one, "other_facility": pair.other, "chance": round(pair.drawn.chance, 4), "mean_months": round(pair.drawn.mean, 2),
            "p10_months": round(pair.drawn.quantiles[0], 2), "p50_months": round(pair.drawn.quantiles[1], 2), "p90_months": round(pair.drawn.quantiles[2], 2),
            "published_months": round(pair.published, 2), "delays": "common" if found.common else "independent",
            "synthetic_estimates": "yes" if found.is_synthetic else None,
        }
        for pair in found.pairs
    ]  # fmt: skip


def month_records(found: Joint) -> list[dict[str, Any]]:
    """One line for each month."""
    if found.band is None:
        return []
    low, middle, high = found.band.quantiles.tolist()
    return [
        {
            "month": f"{month_at(found.first, place):%Y-%m}", "published": published, "p5": round(low[place]), "p50": round(middle[place]), "p95": round(high[place]),
            "mean": round(float(found.band.mean[place]), 2), "delays": "common" if found.common else "independent",
            "synthetic_estimates": "yes" if found.is_synthetic else None,
        }
        for place, published in enumerate(found.published)
    ]  # fmt: skip


def month_at(first: dt.date, place: int) -> dt.date:
    """The first day of a month so many after the first."""
    years, rest = divmod(first.month - 1 + place, 12)
    return dt.date(first.year + years, rest + 1, 1)
