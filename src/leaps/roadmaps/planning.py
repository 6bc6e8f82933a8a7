"""A better calendar of dark periods, asked of `leaps.optimise`: what may move, what must hold, what it is worth.

Nobody publishes how much beamtime each technique is asked for, so demand is an assumption that whoever asks makes and
the answer repeats: a share of what all instruments offer when open. Each instrument weighs the same and divides
itself evenly among its own techniques; to a user all facilities are equally good.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from leaps.catalogue.models import LIGHT_SOURCES, Facility, Instrument, InstrumentTechnique, Technique
from leaps.optimise.dark import DarkPeriod, Demand, Horizon, Supply, calendar
from leaps.optimise.dark_plan import NoPlan, evaluate, solve, unmet_of
from leaps.optimise.dark_rules import Floor, Gap, Move, Question, Rule, Scenario, Window
from leaps.record import queries as record_queries
from leaps.roadmaps import queries
from leaps.roadmaps.types import Plan

SECONDS: Final = 30.0
GAP: Final = 0.005
CASES: Final = 10
RISK: Final = 1.0
"""How much the mean of the worst tenth counts beside the expected value, when lengths are uncertain."""
ANY_HOURS: Final = 1e-3
"""What a technique must keep so that some facility has it open."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: which upgrades may move by up to so many months, and what must hold.

    `share`: demand, in per cent of what all instruments offer when open. `apart`: months between any two starts.
    `kept`: PaNET identifiers of techniques that some facility must have open in every month. `late`: by how many months a
    dark period may last longer than published, at most; 0: lengths are as published.
    """

    first: dt.date
    movable: tuple[str, ...]
    within: int
    share: int
    apart: int = 0
    kept: tuple[str, ...] = ()
    late: int = 0

    def as_json(self) -> dict[str, Any]:
        """For the queue."""
        return asdict(self) | {"first": self.first.isoformat(), "movable": list(self.movable), "kept": list(self.kept)}

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> "Wish":
        """From the queue."""
        return cls(dt.date.fromisoformat(given["first"]), tuple(given["movable"]), given["within"], given["share"], given["apart"], tuple(given["kept"]), given.get("late", 0))


def movable(first: dt.date, today: dt.date) -> list[Plan]:
    """The dark periods that have not begun, one for each facility: the first of several stands for it."""
    found: dict[str, Plan] = {}
    for plan in queries.board(first, {}).plans:
        if plan.start > today and plan.status != "completed":
            found.setdefault(plan.facility, plan)
    return list(found.values())


@lru_cache(maxsize=2)
def offered(_revision: int) -> Supply:
    """Every instrument of a light source with the techniques it names itself."""
    facilities = list(Facility.objects.filter(kind__in=LIGHT_SOURCES).order_by("slug").values_list("pk", "slug"))
    place = {pk: i for i, (pk, _slug) in enumerate(facilities)}
    instruments = list(Instrument.objects.filter(facility__in=place).order_by("pk").values_list("pk", "facility_id"))
    row = {pk: i for i, (pk, _of) in enumerate(instruments)}
    links = list(InstrumentTechnique.objects.filter(source__in=row).values_list("source_id", "target_id"))
    techniques = list(Technique.objects.filter(pk__in={t for _i, t in links}).order_by("panet_id").values_list("pk", "panet_id"))
    column = {pk: i for i, (pk, _panet) in enumerate(techniques)}
    fitness = np.zeros((len(instruments), len(techniques)))
    for instrument, technique in links:
        fitness[row[instrument], column[technique]] = 1.0
    return Supply(
        tuple(slug for _pk, slug in facilities), tuple(panet for _pk, panet in techniques),
        np.array([place[of] for _pk, of in instruments], dtype=np.int64), fitness, np.ones(len(instruments)),
    )  # fmt: skip


def question(wish: Wish, plans: list[Plan]) -> Question:
    """The integer program's question. `plans` are all dark periods of the board. Raises Unusable."""
    supply, months = offered(record_queries.current_revision()), queries.MONTHS
    horizon = Horizon(wish.first, months)
    chosen = [plan for plan in plans if plan.upgrade in wish.movable]
    settled = [DarkPeriod(plan.facility, plan.published_start, plan.published_end) for plan in plans if plan not in chosen]
    moves = tuple(_move(plan, horizon, wish.within, wish.late) for plan in chosen)
    count = len(supply.facilities)
    demand = Demand(
        ("everybody",), np.repeat((wish.share / 100 * supply.usable.sum(axis=0))[:, None, None], months, axis=2),
        np.full(count, -1), np.array([-1]), np.ones(count), np.ones(1),
    )  # fmt: skip
    rules: list[Gap | Floor] = [Floor(panet, ANY_HOURS) for panet in wish.kept]
    if wish.apart and len(moves) > 1:
        rules.append(Gap("starts apart", tuple(move.facility for move in moves), wish.apart))
    return Question(
        supply, demand, calendar(supply.facilities, settled, horizon).open, moves, rules=tuple(rules),
        scenarios=scenarios([move.length for move in moves], wish.late), risk=RISK if wish.late else 0.0,
    )  # fmt: skip


def scenarios(lengths: Sequence[int], late: int) -> tuple[Scenario, ...]:
    """Equally likely cases of the lengths, each up to `late` months longer, short slips likelier than long ones; () for 0.

    The extra months of a dark period have a triangular density that falls from 0 to `late`; each tenth of it stands in
    one case (a Latin hypercube), and the periods slip independently of each other.
    """
    if not late:
        return ()
    shares = (np.arange(CASES) + 0.5) / CASES
    extra = np.rint(late * (1 - np.sqrt(1 - shares))).astype(int)
    order = np.random.default_rng(CASES)
    columns = [order.permutation(extra) for _length in lengths]
    return tuple(Scenario(1 / CASES, tuple(int(length + column[case]) for length, column in zip(lengths, columns, strict=True))) for case in range(CASES))


def _move(plan: Plan, horizon: Horizon, within: int, late: int) -> Move:
    planned = horizon.month_of(plan.published_start)
    last = max(planned, horizon.months - plan.published_months - late)  # what would end beyond the horizon would look shorter
    return Move(
        plan.facility, plan.published_months, planned,
        tuple(range(max(0, planned - within), min(last, planned + within) + 1)),
    )  # fmt: skip


def propose(wish: Wish, *, seconds: float = SECONDS) -> dict[str, Any]:
    """The best plan found, beside the published one; or the smallest set of rules that would have to give way.

    Answers what a queue can keep: `plan` (upgrade, facility, from, to: months counted from the first), the goals `reached`,
    `published` and `bound` (beamtime that is asked for and not there, in instrument-months; months moved), or `relax`.
    Raises Unusable.
    """
    board = queries.board(wish.first, {})
    asked = question(wish, list(board.plans))
    by_facility = {plan.facility: plan for plan in board.plans if plan.upgrade in wish.movable}
    published, _unmet = evaluate(asked, [move.planned for move in asked.moves])
    try:
        found = solve(asked, seconds=seconds, gap=GAP)
    except NoPlan as none:
        return {"wish": wish.as_json(), "relax": [_told(rule, by_facility) for rule in none.rules]}
    return {
        "wish": wish.as_json(),
        "plan": [
            {"upgrade": by_facility[move.facility].upgrade, "facility": by_facility[move.facility].facility_name,
             "months": move.length, "from": move.planned, "to": start}
            for move, start in zip(asked.moves, found.starts, strict=True)
        ],
        "reached": asdict(found.goals), "published": asdict(published), "bound": asdict(found.bounds), "seconds": round(found.seconds, 1),
        "doubt": _doubt(asked, {"reached": found.starts, "published": [move.planned for move in asked.moves]}) if wish.late else None,
    }  # fmt: skip


def _doubt(asked: Question, plans: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """For each plan the beamtime missed on average over the cases, and in the worst tenth of them."""
    starts = np.array(list(plans.values()))
    expected = unmet_of(replace(asked, risk=0.0), starts)
    worst = unmet_of(replace(asked, risk=1.0), starts) - expected
    return {name: {"expected": float(mean), "worst": float(tail)} for name, mean, tail in zip(plans, expected, worst, strict=True)}


def _told(rule: Rule, by_facility: Mapping[str, Plan]) -> dict[str, Any]:
    """A rule to relax, for the page to put into words."""
    match rule:
        case Window(facility):
            return {"rule": "window", "facility": by_facility[facility].facility_name}
        case Floor(technique, _hours):
            return {"rule": "kept", "technique": technique}
        case Gap(_name, facilities, months):
            return {"rule": "apart", "months": months, "facilities": [by_facility[f].facility_name for f in facilities]}
    return {"rule": "other"}
