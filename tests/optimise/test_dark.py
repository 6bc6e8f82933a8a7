"""Capacity and unmet demand against an obvious simulation: day by day, instrument by instrument, hour by hour."""

import csv
import datetime as dt
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from leaps.optimise.dark import (
    Calendar,
    Capacity,
    DarkPeriod,
    Demand,
    Horizon,
    Served,
    Supply,
    calendar,
    capacity,
    reliance,
    serve,
)
from leaps.optimise.errors import Unusable

PACK = Path(__file__).resolve().parents[2] / "packs" / "leaps"
FIRST = dt.date(2028, 11, 1)
MONTHS = 26
FACILITIES = ("Diamond", "SOLEIL", "ALBA", "PETRA III", "Elsewhere")
TECHNIQUES = ("t0", "t1", "t2", "t3", "nowhere")
PERIODS = (
    DarkPeriod("Diamond", dt.date(2027, 12, 1), dt.date(2029, 6, 1), (0.5, 0.5, 0.8)),
    DarkPeriod("SOLEIL", dt.date(2028, 10, 1), dt.date(2029, 2, 17), (0.25, 0.75)),
    DarkPeriod("SOLEIL", dt.date(2029, 2, 27), dt.date(2029, 3, 3), (0.9,)),
    DarkPeriod("SOLEIL", dt.date(2030, 3, 5), dt.date(2030, 3, 5), ()),
    DarkPeriod("ALBA", dt.date(2029, 9, 14), None),
    DarkPeriod("PETRA III", dt.date(2027, 1, 1), dt.date(2028, 9, 15), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
    DarkPeriod("PETRA III", dt.date(2030, 12, 24), dt.date(2031, 3, 1)),
)


def made(seed: int, *, monthly: bool, mixed: bool) -> tuple[Supply, Demand]:
    rng = np.random.default_rng(seed)
    instruments, communities = 9, 4
    facility_of = np.array([0, 0, 0, 1, 1, 2, 3, 3, 4])
    fitness = np.where(
        rng.random((instruments, 5)) < 0.55, rng.choice([0.3, 0.5, 0.8, 1.0], (instruments, 5)), 0.0
    )
    fitness[:, 4] = 0
    hours = rng.uniform(50, 400, (instruments, MONTHS) if monthly else instruments)
    mix = None
    if mixed:
        mix = rng.random((instruments, 5))
        mix /= mix.sum(axis=1, keepdims=True) * rng.uniform(1, 1.3, (instruments, 1))
    supply = Supply(FACILITIES, TECHNIQUES, facility_of, fitness, hours, mix)
    demand = Demand(
        communities=("k0", "k1", "k2", "k3"),
        hours=rng.uniform(0, 260, (5, communities, MONTHS)) * (rng.random((5, communities, 1)) < 0.8),
        region_of_facility=np.array([0, 1, 2, 1, -1]),
        region_of_community=np.array([0, 1, 1, -1]),
        guest_share=np.array([0.3, 0.0, 1.0, 0.5, 1.0]),
        transfer=np.array([0.9, 0.5, 1.0, 0.7]),
    )
    return supply, demand


def share_on(facility: str, day: dt.date) -> tuple[float, bool]:
    """How far a facility is open on a day, and whether it is closed."""
    share, closed = 1.0, False
    for period in PERIODS:
        if period.facility != facility or day < period.start:
            continue
        if period.end is None or day < period.end:
            share, closed = 0.0, True
            continue
        since = 12 * (day.year - period.end.year) + day.month - period.end.month
        if since < len(period.ramp):
            share = min(share, period.ramp[since])
    return share, closed


def every_day() -> list[tuple[int, dt.date, int]]:
    """Month, day, and how many days the month has."""
    found, day = [], FIRST
    while True:
        month = 12 * (day.year - FIRST.year) + day.month - FIRST.month
        if month == MONTHS:
            break
        found.append((month, day))
        day += dt.timedelta(days=1)
    length = defaultdict(int)
    for month, _day in found:
        length[month] += 1
    return [(month, day, length[month]) for month, day in found]


def simulated(supply: Supply) -> dict[str, np.ndarray]:
    """Day after day: every instrument that is open gives its hours of that day."""
    shape = (len(TECHNIQUES), MONTHS)
    by_facility = np.zeros((len(FACILITIES), *shape))
    used = np.zeros((len(FACILITIES), *shape))
    full, dark = np.zeros(shape), np.zeros(MONTHS)
    open_sites = defaultdict(set)
    for month, day, length in every_day():
        for i, f in enumerate(supply.facility_of):
            share, closed = share_on(FACILITIES[f], day)
            hours = (supply.hours[i, month] if supply.hours.ndim == 2 else supply.hours[i]) / length
            dark[month] += closed / length
            for t in range(len(TECHNIQUES)):
                fit = supply.fitness[i, t]
                mix = supply.mix[i, t] if supply.mix is not None else fit and fit / sum(supply.fitness[i])
                by_facility[f, t, month] += fit * hours * share
                used[f, t, month] += fit * mix * hours * share
                full[t, month] += fit * hours
                if fit >= 0.5 and share > 0:
                    open_sites[t, month].add(f)
    redundancy = np.array([[len(open_sites[t, m]) for m in range(MONTHS)] for t in range(len(TECHNIQUES))])
    return {"by_facility": by_facility, "used": used, "full": full, "dark": dark, "redundancy": redundancy}


HORIZON = Horizon(FIRST, MONTHS)
CASES = [(seed, monthly, mixed) for seed in range(3) for monthly in (False, True) for mixed in (False, True)]


@pytest.mark.parametrize(("seed", "monthly", "mixed"), CASES)
def test_capacity_is_what_a_simulation_day_by_day_adds_up_to(seed: int, monthly: bool, mixed: bool) -> None:
    supply, _demand = made(seed, monthly=monthly, mixed=mixed)
    slow = simulated(supply)
    each = slow["by_facility"]

    found: Capacity = capacity(supply, calendar(FACILITIES, PERIODS, HORIZON))

    assert found.hours == pytest.approx(each.sum(axis=0))
    assert found.full == pytest.approx(slow["full"])
    assert (found.redundancy == slow["redundancy"]).all()
    assert found.instruments_dark == pytest.approx(slow["dark"])
    for t, month in itertools.product(range(5), range(MONTHS)):
        parts = each[:, t, month]
        total = sum(parts)
        if slow["full"][t, month]:
            assert found.loss[t, month] == pytest.approx(1 - total / slow["full"][t, month])
        else:
            assert np.isnan(found.loss[t, month])
        if total:
            assert found.n_minus_1[t, month] == pytest.approx(max(parts) / total)
            assert found.concentration[t, month] == pytest.approx(sum((p / total) ** 2 for p in parts))
            assert parts[found.leader[t, month]] == pytest.approx(max(parts))
        else:
            assert np.isnan([found.n_minus_1[t, month], found.concentration[t, month]]).all()
            assert found.leader[t, month] == -1
    assert found.single.tolist() == [sum(row == 1) for row in slow["redundancy"]]
    assert found.none.tolist() == [sum(row == 0) for row in slow["redundancy"]]


@pytest.mark.parametrize("months", [1, 3, 7])
@pytest.mark.parametrize("seed", range(3))
def test_reliance_by_periods_is_the_worst_of_what_the_simulation_gives(seed: int, months: int) -> None:
    """Of 26 months, the last that fill no whole period are left out."""
    supply, _demand = made(seed, monthly=True, mixed=False)
    slow = simulated(supply)
    each, open_sites = slow["by_facility"], slow["redundancy"]

    found = reliance(capacity(supply, calendar(FACILITIES, PERIODS, HORIZON)), months)

    assert found.redundancy.shape == (5, MONTHS // months)
    for t, p in itertools.product(range(5), range(MONTHS // months)):
        inside = range(p * months, (p + 1) * months)
        sums = {m: sum(each[:, t, m]) for m in inside}
        largest = {m: max(each[:, t, m]) / sums[m] for m in inside if sums[m]}
        assert found.redundancy[t, p] == min(open_sites[t, m] for m in inside)
        assert found.single[t, p] == sum(open_sites[t, m] == 1 for m in inside)
        assert found.none[t, p] == sum(open_sites[t, m] == 0 for m in inside)
        if not largest:
            assert np.isnan([found.n_minus_1[t, p], found.concentration[t, p]]).all()
            assert found.leader[t, p] == -1
            continue
        assert found.n_minus_1[t, p] == pytest.approx(max(largest.values()))
        worst = [m for m in largest if largest[m] == pytest.approx(found.n_minus_1[t, p])]
        assert found.leader[t, p] in {int(each[:, t, m].argmax()) for m in worst}
        assert found.concentration[t, p] == pytest.approx(max(sum((x / sums[m]) ** 2 for x in each[:, t, m]) for m in largest))
        assert found.loss[t, p] == pytest.approx(np.mean([1 - sums[m] / slow["full"][t, m] for m in inside]))


@pytest.mark.parametrize("months", [0, -3, MONTHS + 1])
def test_a_period_that_cannot_be_is_refused(months: int) -> None:
    supply, _demand = made(0, monthly=False, mixed=False)

    with pytest.raises(Unusable, match=f"from 1 to {MONTHS} months"):
        reliance(capacity(supply, calendar(FACILITIES, PERIODS, HORIZON)), months)


@pytest.mark.parametrize(("seed", "monthly", "mixed"), CASES)
def test_unmet_demand_is_what_a_simulation_month_by_month_adds_up_to(
    seed: int, monthly: bool, mixed: bool
) -> None:
    supply, demand = made(seed, monthly=monthly, mixed=mixed)
    used = simulated(supply)["used"]

    found: Served = serve(supply, calendar(FACILITIES, PERIODS, HORIZON), demand)

    given = np.zeros((len(FACILITIES), 4))
    for t, month in itertools.product(range(5), range(MONTHS)):
        left = used[:, t, month].copy()
        need = demand.hours[t, :, month].copy()
        offers = np.zeros(len(FACILITIES))
        for region in (0, 1, 2, -1):
            hosts = [f for f in range(5) if demand.region_of_facility[f] == region]
            people = [k for k in range(4) if region >= 0 and demand.region_of_community[k] == region]
            have, wanted = sum(left[f] for f in hosts), sum(need[k] for k in people)
            for k in people:
                need[k] -= need[k] * min(1, have / wanted) if wanted else 0
            spare = max(0, have - wanted)
            most = sum(left[f] * demand.guest_share[f] for f in hosts)
            for f in hosts:
                offers[f] = left[f] * demand.guest_share[f] * (min(1, spare / most) if most else 0)
        hours = [need[k] / demand.transfer[k] for k in range(4)]
        part = min(1, sum(offers) / sum(hours)) if sum(hours) else 0
        for k in range(4):
            need[k] -= hours[k] * part * demand.transfer[k]
            for f in range(5):
                given[f, k] += hours[k] * part * offers[f] / sum(offers) if sum(offers) else 0
        assert found.unmet[t, :, month] == pytest.approx(need, abs=1e-9)
    assert found.guest_hours == pytest.approx(given)
    assert found.home + found.guest + found.unmet == pytest.approx(demand.hours)
    assert found.guest.sum() == pytest.approx((given * demand.transfer).sum())


@pytest.mark.parametrize("seed", range(4))
def test_no_other_way_meets_more_when_all_guests_are_worth_the_same(seed: int) -> None:
    """Against a linear program over every facility, community and technique, hours at home worth 1."""
    supply, demand = made(seed, monthly=True, mixed=False)
    demand = Demand(
        demand.communities, demand.hours, demand.region_of_facility, demand.region_of_community, demand.guest_share,
        np.full(4, 0.8),
    )  # fmt: skip
    opened = calendar(FACILITIES, PERIODS, HORIZON)

    found = serve(supply, opened, demand)

    for t, month in itertools.product(range(4), range(0, MONTHS, 5)):
        have = supply.usable[:, t, month] * opened.open[:, month]
        at_home = demand.region_of_facility[:, None] == demand.region_of_community[None, :]
        at_home &= demand.region_of_facility[:, None] >= 0
        worth = np.where(at_home, 1.0, 0.8)
        rows, limits = [], []
        for f in range(5):
            one, guests = np.zeros((5, 4)), np.zeros((5, 4))
            one[f], guests[f] = 1, ~at_home[f]
            rows += [one.ravel(), guests.ravel()]
            limits += [have[f], have[f] * demand.guest_share[f]]
        for k in range(4):
            one = np.zeros((5, 4))
            one[:, k] = worth[:, k]
            rows.append(one.ravel())
            limits.append(demand.hours[t, k, month])
        best = linprog(-worth.ravel(), A_ub=np.array(rows), b_ub=limits)
        assert found.unmet[t, :, month].sum() == pytest.approx(
            demand.hours[t, :, month].sum() + best.fun, abs=1e-6
        )


def toy(starts: dict[str, int]) -> float:
    """Unmet hours of the worked example: two months dark each, from these months (1 to 5) of six."""
    supply = Supply(
        ("A", "B", "C"), ("t1", "t2"), np.array([0, 1, 1, 2]), np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=float),
        np.array([10.0, 8, 4, 6]),
    )  # fmt: skip
    horizon = Horizon(dt.date(2030, 1, 1), 6)
    periods = [DarkPeriod(name, dt.date(2030, m, 1), dt.date(2030, m + 2, 1)) for name, m in starts.items()]
    demand = Demand(
        ("everybody",), np.repeat([[[9.0]], [[4.0]]], 6, axis=2), np.zeros(3, dtype=int), np.zeros(1, dtype=int),
        np.ones(3), np.ones(1),
    )  # fmt: skip
    return float(serve(supply, calendar(supply.facilities, periods, horizon), demand).unmet.sum())


def test_the_worked_example() -> None:
    every = {
        starts: toy(dict(zip("ABC", starts, strict=True)))
        for starts in itertools.product(range(1, 6), repeat=3)
    }

    assert min(every.values()) == 2
    assert every[1, 1, 4] == 18  # A with B
    best = [starts for starts, unmet in every.items() if unmet == 2]
    apart = [(a, b, c) for a, b, c in every if abs(a - b) >= 2 and abs(b - c) >= 2]
    assert best == apart  # B overlaps neither; A and C may overlap


def test_instruments_dark_at_once_on_the_published_dates() -> None:
    """The real record: 84 of the ring instruments in the first months of 2029, if ALBA keeps its early dates."""
    with (PACK / "instruments.csv").open(encoding="utf-8", newline="") as stream:
        counted = Counter(row["facility"] for row in csv.DictReader(stream))
    with (PACK / "upgrades.csv").open(encoding="utf-8", newline="") as stream:
        periods = [
            DarkPeriod(
                row["facility"],
                dt.date.fromisoformat(row["dark_start"]),
                dt.date.fromisoformat(row["dark_end"]),
            )
            for row in csv.DictReader(stream)
            if row["facility"] in {"diamond", "soleil", "alba", "petra-iii"} and row["dark_end"]
        ]
    names = tuple(counted)
    count = counted.total()
    facility_of = np.repeat(np.arange(len(names)), list(counted.values()))
    supply = Supply(names, ("any",), facility_of, np.ones((count, 1)), np.ones(count))
    horizon = Horizon(dt.date(2028, 10, 1), 40)

    dark = capacity(supply, calendar(names, periods, horizon)).instruments_dark

    # ALBA's last day dark is written as its end: December 2030 lacks one thirty-first of its instruments.
    assert [round(float(n)) for n in dark[:3]] == [70] * 3
    assert dark[3:8].tolist() == [84] * 5
    assert dark[8] == 43
    assert dark[9:24].tolist() == [71] * 15
    assert [round(float(n)) for n in dark[24:27]] == [42] * 3
    assert dark[27:39].tolist() == [28] * 12
    assert dark[39] == 0


def test_a_facility_never_closed_is_open() -> None:
    found: Calendar = calendar(
        ("A", "B"), [DarkPeriod("A", dt.date(2000, 1, 1), dt.date(2001, 1, 1), (0.5,))], HORIZON
    )

    assert found.open.tolist() == [[1.0] * MONTHS] * 2
    assert found.closed.tolist() == [[0.0] * MONTHS] * 2


def test_months_are_calendar_months() -> None:
    horizon = Horizon(dt.date(2027, 12, 1), 4)

    assert horizon.edges.tolist() == [0, 31, 62, 91, 122]  # 2028 is a leap year
    assert horizon.month_of(dt.date(2028, 2, 29)) == 2
    assert horizon.month_of(dt.date(2027, 11, 30)) == -1
    half = calendar(["A"], [DarkPeriod("A", dt.date(2028, 2, 1), dt.date(2028, 2, 15))], horizon)
    assert half.open.tolist() == [[1, 1, 15 / 29, 1]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"facilities": ("A", "A", "B")}, "these stand twice: A."),
        ({"fitness": np.ones((2, 3))}, "a column for each of 2 techniques; its shape is (2, 3)."),
        ({"fitness": np.full((2, 2), 1.5)}, "must lie between 0 and 1"),
        ({"fitness": np.full((2, 2), np.nan)}, "must lie between 0 and 1"),
        ({"hours": np.array([1.0])}, "a row for each of 2 instruments"),
        ({"hours": np.array([1.0, np.nan])}, "known and not negative"),
        ({"mix": np.ones((2, 2))}, "more than 100 %"),
        ({"facility_of": np.array([0, 3])}, "names a facility that is not in the list"),
    ],
)
def test_a_supply_without_meaning_is_refused(change: dict[str, object], words: str) -> None:
    whole = {
        "facilities": ("A", "B", "C"), "techniques": ("t", "u"), "facility_of": np.array([0, 1]),
        "fitness": np.ones((2, 2)), "hours": np.ones(2), "mix": None,
    }  # fmt: skip
    Supply(**whole)

    with pytest.raises(Unusable) as refused:
        Supply(**whole | change)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hours": np.ones((2, 3, 6))}, "Demand needs the shape (techniques, 2 communities, months)"),
        ({"hours": np.full((2, 2, 6), -1.0)}, "known and not negative"),
        ({"transfer": np.ones(1)}, "needs a region and a transfer efficiency"),
        ({"transfer": np.array([1, 1.1])}, "transfer efficiency must lie between 0 and 1"),
        ({"guest_share": np.ones(2)}, "Every facility needs a region and a share for guests"),
        ({"guest_share": np.array([0, 0, -0.1])}, "share for guests must lie between 0 and 1"),
        ({"communities": ("k", "k")}, "these stand twice: k."),
    ],
)
def test_a_demand_without_meaning_is_refused(change: dict[str, object], words: str) -> None:
    whole = {
        "communities": ("k", "l"), "hours": np.ones((2, 2, 6)), "region_of_facility": np.zeros(3, dtype=int),
        "region_of_community": np.zeros(2, dtype=int), "guest_share": np.ones(3), "transfer": np.ones(2),
    }  # fmt: skip
    Demand(**whole)

    with pytest.raises(Unusable) as refused:
        Demand(**whole | change)

    assert words in str(refused.value)


def test_what_does_not_belong_together_is_refused() -> None:
    supply, demand = made(0, monthly=True, mixed=False)
    short = Horizon(FIRST, 3)

    with pytest.raises(Unusable, match="the facilities and months of the supply"):
        capacity(supply, calendar(FACILITIES, (), short))
    steady, _demand = made(0, monthly=False, mixed=False)
    with pytest.raises(Unusable, match="the techniques and months of the supply"):
        serve(steady, calendar(FACILITIES, (), short), demand)
    with pytest.raises(Unusable, match="“FLASH”, which is not among the facilities"):
        calendar(FACILITIES, [DarkPeriod("FLASH", FIRST, None)], short)
    with pytest.raises(Unusable, match="ends before it starts"):
        DarkPeriod("A", dt.date(2030, 1, 2), dt.date(2030, 1, 1))
    with pytest.raises(Unusable, match="ramp of A must lie between 0 and 1"):
        DarkPeriod("A", FIRST, None, (1.5,))
    with pytest.raises(Unusable, match="first of a month"):
        Horizon(dt.date(2030, 1, 2), 3)
    with pytest.raises(Unusable, match="at least one month"):
        Horizon(FIRST, 0)
