"""Reliability: the figures ESRF and SLS printed, and the engine against a simulation minute by minute."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.indicators.formulas import reliability as rel
from leaps.indicators.formulas.checks import OutOfRange
from leaps.indicators.formulas.reliability import Fault, Mode, Outage, Rules, Run, Span

# The night in which the clocks of Europe went back.
START = datetime(2025, 10, 25, 20, tzinfo=UTC)
ZONES = (
    UTC,
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/Los_Angeles"),
    timezone(timedelta(hours=5, minutes=30)),
)
HORIZON = 900  # minutes
ONE_RULE = Rules()


def at(minute: float, zone: int = 0) -> datetime:
    return (START + timedelta(minutes=minute)).astimezone(ZONES[zone])


# --- what was printed -------------------------------------------------------------------------------------


def esrf_2003() -> rel.Report:
    """5441 h of user time in 680 shifts; 54.4 h of refills; 138 failures, 28 of them during injection.

    The log is made up, its sums are those of ESRF Highlights 2003 (97.95 % and 96.95 %, 39.4 h and 49.5 h).
    """
    start = datetime(2003, 1, 15, 7, tzinfo=UTC)
    runs = [Run(start, start + timedelta(hours=5441), Mode.USER)]
    # 340 refills, one every 16 h, together 54.4 h; outages of together 2.05 % of the time.
    refills = [
        Span(start + timedelta(hours=16 * n), start + timedelta(hours=16 * n, seconds=54.4 * 3600 / 340))
        for n in range(340)
    ]
    repair = timedelta(hours=5441 * 0.0205 / 110)
    outages = [
        Outage(start + timedelta(hours=16 * n + 5), start + timedelta(hours=16 * n + 5) + repair)
        for n in range(110)
    ]
    trips = [start + timedelta(hours=16 * n, seconds=9) for n in range(28)]
    outages += [Outage(trip, trip) for trip in trips]
    period = Span(datetime(2003, 1, 1, tzinfo=UTC), datetime(2004, 1, 1, tzinfo=UTC))
    return rel.evaluate(runs, outages, period, refills=refills)


def test_esrf_2003_all_four_numbers_from_one_log() -> None:
    results = esrf_2003().by_code()
    with_refill_faults = results[Rules().code]
    without = results[Rules(refill_faults=False).code]
    refill_lost = results[Rules(refill_usable=False).code]

    assert with_refill_faults.user_h == 5441
    assert (with_refill_faults.n_outages, round(with_refill_faults.mtbf.value, 1)) == (138, 39.4)
    assert (without.n_outages, round(without.mtbf.value, 1)) == (110, 49.5)
    assert round(100 * with_refill_faults.availability, 2) == 97.95
    assert round(100 * refill_lost.availability, 2) == 96.95


def test_esrf_2003_by_the_bare_formula() -> None:
    assert round(rel.mtbf(5441, 138), 1) == 39.4
    assert round(rel.mtbf(5441, 110), 1) == 49.5


def test_esrf_2007() -> None:
    # ESRF printed 97.94 and cut, not rounded: 5343 / 5455 = 0.979468.
    assert math.floor(1e4 * rel.availability(5455, 5455 - 5343)) / 100 == 97.94
    assert round(rel.mtbf(5455, 96), 1) == 56.8
    assert round(5455 / 56.8) == 96


def test_sls_2016_counts_the_reserve_into_user_time() -> None:
    # SLS 2016: 5016 h of user operation, 160 h of them reserve to compensate outages.
    start = datetime(2016, 2, 1, tzinfo=UTC)
    change = start + timedelta(hours=5016 - 160)
    runs = [Run(start, change, Mode.USER), Run(change, start + timedelta(hours=5016), Mode.USER_RESERVE)]
    outages = [
        Outage(start + timedelta(hours=48 * n), start + timedelta(hours=48 * n + 1)) for n in range(50)
    ]
    period = Span(datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC))

    results = rel.evaluate(runs, outages, period).by_code()
    sls = results[Rules(u_min_h=1, plus_one=True).code]
    bare = results[Rules(u_min_h=1, plus_one=True, reserve=False).code]

    assert (sls.user_h, sls.scheduled_h, sls.reserve_h) == (5016, 4856, 160)
    assert sls.availability == (5016 - 50) / 5016
    assert sls.availability_compensated == (5016 - 50) / 4856 > 1
    assert sls.mtbf.value == 5016 / 51
    assert sls.mttr_h == 1
    assert bare.availability == (4856 - 50) / 4856
    assert math.isnan(bare.availability_compensated)


def test_petra_downtime_per_day() -> None:
    # 40 minutes of radio-frequency downtime in each of 200 user days.
    assert rel.downtime_per_day(200 * 40 / 60, 200 * 24) == pytest.approx(40)


# --- single rules -----------------------------------------------------------------------------------------


def evaluate(
    outages: Sequence[Outage],
    *,
    runs: Sequence[Run] | None = None,
    rules: Rules = ONE_RULE,
    end: int = HORIZON,
) -> rel.Result:
    runs = [Run(at(0), at(HORIZON), Mode.USER)] if runs is None else runs
    return rel.evaluate(runs, outages, Span(at(0), at(end)), rules=[rules]).results[0]


def test_less_than_u_min_between_makes_one_outage_and_no_more_downtime() -> None:
    log = [Outage(at(100), at(110)), Outage(at(139), at(150)), Outage(at(180), at(181))]

    merged = evaluate(log, rules=Rules(u_min_h=0.5))

    assert merged.n_outages == 2  # 29 minutes between the first two, exactly 30 before the third
    assert merged.no_beam_h * 60 == pytest.approx(22)
    assert evaluate(log).n_outages == 3


def test_an_outage_over_a_machine_day_counts_once_and_only_in_user_time() -> None:
    runs = [
        Run(at(0), at(200), Mode.USER),
        Run(at(200), at(400), Mode.MACHINE),
        Run(at(400), at(900), Mode.USER),
    ]

    result = evaluate([Outage(at(190), at(460))], runs=runs)

    assert (result.n_outages, result.no_beam_h * 60, result.user_h * 60) == (1, pytest.approx(70), 700)


def test_an_outage_outside_user_time_is_none() -> None:
    runs = [Run(at(0), at(200), Mode.USER), Run(at(200), at(400), Mode.SHUTDOWN)]

    assert evaluate([Outage(at(200), at(260))], runs=runs).n_outages == 0


def test_low_current_is_a_distortion_and_no_outage() -> None:
    result = evaluate([Outage(at(10), at(20), Fault.LOW_CURRENT), Outage(at(50), at(60))])

    assert (result.n_outages, result.n_distortions) == (1, 2)
    assert result.availability == pytest.approx(1 - 10 / HORIZON)
    assert result.mtbd_h == result.user_h / 2


def test_without_outage_the_mean_time_is_unknown_but_bounded_below() -> None:
    quiet = evaluate([])
    sls = evaluate([], rules=Rules(plus_one=True))

    assert math.isnan(quiet.mtbf.value)
    assert math.isnan(quiet.mttr_h)
    assert (quiet.availability, quiet.mtbf.high) == (1, math.inf)
    assert quiet.mtbf.low == pytest.approx(15 / math.log(40))
    assert sls.mtbf.value == 15


def test_without_user_time_nothing_is_said() -> None:
    result = evaluate([Outage(at(1), at(2))], runs=[Run(at(0), at(900), Mode.SHUTDOWN)])

    assert (result.user_h, result.n_outages) == (0, 0)
    assert math.isnan(result.availability)
    assert math.isnan(result.mtbf.value)


def test_an_open_outage_lasts_to_the_end_of_the_period() -> None:
    report = rel.evaluate(
        [Run(at(0), None, Mode.USER)], [Outage(at(840), None)], Span(at(0), at(HORIZON)), rules=[Rules()]
    )

    assert report.results[0].no_beam_h == 1
    assert report.n_open_ended == 2


def test_downtime_by_subsystem_counts_each_ones_own_time() -> None:
    log = [
        Outage(at(0), at(30), subsystem="RF"),
        Outage(at(20), at(50), subsystem="vacuum"),
        Outage(at(25), at(40), subsystem="RF"),
    ]

    report = rel.evaluate([Run(at(0), at(720), Mode.USER)], log, Span(at(0), at(HORIZON)))

    assert report.downtime_min_per_day == pytest.approx({"RF": 80, "vacuum": 60})


def test_all_variants_have_codes_of_their_own() -> None:
    codes = [rule.code for rule in rel.all_rules()]

    assert len(set(codes)) == len(codes) == 64
    assert Rules(0.25, False, True, False, True).code == (
        "umin=15min;reserve=out;refill=usable;refill_faults=out;mtbf=T/(n+1)"
    )


def test_what_cannot_be_counted_is_refused_in_words() -> None:
    naive = datetime(2025, 10, 26, 2, 30)
    with pytest.raises(rel.NaiveTime, match="Entry 1 of outage log has a time without time zone"):
        evaluate([Outage(naive, at(5))])
    with pytest.raises(rel.EndsBeforeStart, match="Entry 2 of outage log ends before it starts"):
        evaluate([Outage(at(1), at(2)), Outage(at(9), at(5))])
    runs = [
        Run(at(0), at(500), Mode.USER),
        Run(at(10), at(20), Mode.USER),
        Run(at(499), at(600), Mode.MACHINE),
    ]
    with pytest.raises(rel.ConflictingPlan, match="two modes, user and machine"):
        evaluate([], runs=runs)
    with pytest.raises(OutOfRange, match="needs an end"):
        rel.evaluate([], [], Span(at(0), None))
    with pytest.raises(OutOfRange, match="must have a length"):
        rel.evaluate([], [], Span(at(0), at(0)))
    with pytest.raises(OutOfRange, match="they are 11 of 10"):
        rel.availability(10, 11)


# --- against the simulation -------------------------------------------------------------------------------

minutes = st.integers(0, HORIZON)
zones = st.integers(0, len(ZONES) - 1)
Entry = tuple[int, int | None, Fault, bool | None]


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[int, int, Mode]]:
    cuts = sorted(draw(st.lists(minutes, min_size=2, max_size=7, unique=True)))
    pieces = [(a, b, draw(st.sampled_from(Mode))) for a, b in pairwise(cuts)]
    return [piece for piece in pieces if draw(st.integers(0, 5))]


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    entries: list[Entry] = []
    for _ in range(draw(st.integers(0, 9))):
        start = draw(minutes)
        length = draw(st.one_of(st.just(0), st.integers(1, 20), st.integers(1, 400), st.none()))
        end = None if length is None else start + length
        entries.append(
            (start, end, draw(st.sampled_from(Fault)), draw(st.sampled_from([None, None, True, False])))
        )
    return entries


def simulate(
    plan: list[tuple[int, int, Mode]],
    log: list[Entry],
    refills: list[tuple[int, int]],
    period: tuple[int, int],
    rule: Rules,
) -> dict[str, float]:
    """The same answer the slow way: walk through the minutes and look."""
    wanted = {Mode.USER, Mode.USER_RESERVE} if rule.reserve else {Mode.USER}
    last = 2 * HORIZON
    user = [any(a <= t < b and m in wanted for a, b, m in plan) for t in range(last)]
    refill = [any(a <= t < b for a, b in refills) for t in range(last)]
    ended = [(s, max(s, period[1]) if e is None else e, f, r) for s, e, f, r in log]
    dark = [any(s <= t < e and f is Fault.NO_BEAM for s, e, f, _ in ended) for t in range(last)]
    inside = range(*period)
    lost = sum(user[t] and (dark[t] or (refill[t] and not rule.refill_usable)) for t in inside)

    def count(faults: set[Fault]) -> int:
        number, until, seen, counted = 0, -math.inf, True, 0
        for t in range(last):
            for start, end, fault, flag in ended:
                began_in_refill = refill[start] if flag is None else flag
                if fault not in faults or (began_in_refill and not rule.refill_faults):
                    continue
                if not (start <= t < end or start == end == t):
                    continue
                if t > until and t - until >= 60 * rule.u_min_h:
                    number, seen = number + 1, False
                until = max(until, t + 1 if t < end else t)
                if user[t] and not seen:
                    seen = True
                    counted += t in inside
        return counted

    return {
        "user": sum(user[t] for t in inside),
        "no_beam": sum(user[t] and dark[t] for t in inside),
        "lost": lost,
        "outages": count({Fault.NO_BEAM}),
        "distortions": count(set(Fault)),
    }


rule_sets = st.builds(
    Rules, st.sampled_from([0, 0.05, 0.25, 1]), st.booleans(), st.booleans(), st.booleans(), st.booleans()
)
spans = st.lists(st.tuples(minutes, minutes).map(sorted).map(tuple), max_size=4)
periods = st.tuples(minutes, minutes).map(sorted).map(tuple).filter(lambda p: p[0] < p[1])


@given(plans(), logs(), spans, periods, rule_sets, st.lists(zones, min_size=60, max_size=60))
def test_engine_equals_the_simulation(
    plan: list[tuple[int, int, Mode]],
    log: list[Entry],
    refills: list[tuple[int, int]],
    period: tuple[int, int],
    rule: Rules,
    zone: list[int],
) -> None:
    where = iter(zone * 2)
    result = rel.evaluate(
        [Run(at(a, next(where)), at(b, next(where)), m) for a, b, m in plan],
        [
            Outage(at(s, next(where)), None if e is None else at(e, next(where)), f, "", r)
            for s, e, f, r in log
        ],
        Span(at(period[0], next(where)), at(period[1], next(where))),
        refills=[Span(at(a, next(where)), at(b, next(where))) for a, b in refills],
        rules=[rule],
    ).results[0]

    expected = simulate(plan, log, refills, period, rule)
    assert result.user_h * 60 == pytest.approx(expected["user"])
    assert result.no_beam_h * 60 == pytest.approx(expected["no_beam"])
    assert (result.user_h - result.delivered_h) * 60 == pytest.approx(expected["lost"])
    assert result.n_outages == expected["outages"]
    assert result.n_distortions == expected["distortions"]


@given(
    plans(),
    logs().map(lambda log: [(s, s if e is None else e, f, r) for s, e, f, r in log]),
    minutes,
    rule_sets,
)
def test_two_periods_add_up_to_one(
    plan: list[tuple[int, int, Mode]], log: list[Entry], cut: int, rule: Rules
) -> None:
    runs = [Run(at(a), at(b), m) for a, b, m in plan]
    outages = [Outage(at(s), at(e or 0), f, "", r) for s, e, f, r in log]

    def over(a: int, b: int) -> rel.Result:
        return rel.evaluate(runs, outages, Span(at(a), at(b)), rules=[rule]).results[0]

    whole, first, second = over(-1, 2 * HORIZON), over(-1, cut), over(cut, 2 * HORIZON)
    assert whole.n_outages == first.n_outages + second.n_outages
    assert whole.n_distortions == first.n_distortions + second.n_distortions
    assert whole.no_beam_h == pytest.approx(first.no_beam_h + second.no_beam_h)
    assert whole.user_h == pytest.approx(first.user_h + second.user_h)


@given(plans(), logs())
def test_longer_u_min_never_counts_more(plan: list[tuple[int, int, Mode]], log: list[Entry]) -> None:
    runs = [Run(at(a), at(b), m) for a, b, m in plan]
    outages = [Outage(at(s), None if e is None else at(e), f, "", r) for s, e, f, r in log]
    rules = [Rules(u_min_h=h) for h in (0, 0.1, 0.5, 2, 100)]

    counts = [r.n_outages for r in rel.evaluate(runs, outages, Span(at(0), at(HORIZON)), rules=rules).results]

    assert counts == sorted(counts, reverse=True)
