"""Stating how long work takes, taking that back, and keeping what was forecast from it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.roadmaps import chances, estimate_queries, milestone_queries, rules, schedules
from leaps.roadmaps.chances import Chances
from leaps.roadmaps.models import DurationEstimate, Forecast, Milestone

MOST_MONTHS = 240.0
STATED = ("low", "mode", "high", "supplier", "share", "risk", "risk_probability", "risk_low", "risk_mode", "risk_high", "basis")


class Overtaken(Conflict):
    """Somebody else stated an estimate in the meantime."""


def _side(actor: Any, milestone: Milestone) -> str:
    facility = milestone.facility
    if not rules.may_estimate(actor, facility.slug if facility else ""):
        raise NotAllowed(_("Only editors and directors of the facility, group chairs and the office state how long this takes."))
    if accounts_queries.is_office(actor):
        return estimate_queries.OFFICE
    return facility.short_name if facility and rules.may_plan(actor, facility.slug) else estimate_queries.CHAIR


def state(*, milestone: Milestone, base: int, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> DurationEstimate:
    """State how long the work takes, as a new version after `base`. Raises NotAllowed, InvalidInput, Overtaken."""
    side = _side(actor, milestone)
    made = DurationEstimate(
        milestone=milestone, version=base + 1, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], side=side,
        is_synthetic=bool(getattr(actor, "is_synthetic", False)), **values,
    )  # fmt: skip
    _check(made)
    _save(made, base)
    return made


def take_back(*, milestone: Milestone, actor: Any, now: dt.datetime, restore: bool = False) -> DurationEstimate | None:
    """Take the estimate back, or let it stand again, as a new version. Doing it twice changes nothing. Raises NotAllowed, Overtaken."""
    side = _side(actor, milestone)
    last = milestone.estimates.order_by("-version").first()
    if last is None or last.is_withdrawn != restore:
        return last
    told = {name: getattr(last, name) for name in STATED}
    made = DurationEstimate(
        milestone=milestone, version=last.version + 1, is_withdrawn=not restore, at=now, actor=actor if isinstance(actor, User) else None,
        actor_label=str(actor)[:200], side=side, is_synthetic=last.is_synthetic, **told,
    )  # fmt: skip
    _save(made, last.version)
    return made


def _save(made: DurationEstimate, base: int) -> None:
    try:
        with transaction.atomic():
            latest = DurationEstimate.objects.filter(milestone=made.milestone).order_by("-version").values_list("version", flat=True).first() or 0
            if latest == base:
                made.save(force_insert=True)
                return
    except IntegrityError:
        pass  # of two at once the database takes one; the other is told below
    raise Overtaken(_("Somebody stated an estimate in the meantime. Look at what stands there now, then send again."))


def _check(made: DurationEstimate) -> None:
    found = []
    if not 0 <= made.low <= made.mode <= made.high <= MOST_MONTHS:
        found.append(Problem(
            _("does not fit"), _("Give shortest, likely and longest in this order, from 0 to %(n)d months.") % {"n": MOST_MONTHS}, field="mode",
        ))  # fmt: skip
    if not 0 <= made.risk_low <= made.risk_mode <= made.risk_high <= MOST_MONTHS:
        found.append(Problem(_("does not fit"), _("Give the months of the risk in this order: shortest, likely, longest."), field="risk_mode"))
    if bool(made.risk.strip()) != bool(made.risk_probability):
        found.append(Problem(_("goes with a probability above 0"), _("Give both, or neither."), field="risk"))
    if bool(made.supplier.strip()) != bool(made.share):
        found.append(Problem(_("goes with how strongly its delays are shared"), _("Give both, or neither."), field="supplier"))
    if not 0 <= made.share <= 1:
        found.append(Problem(_("does not lie between 0 and 100 %"), "", field="share"))
    if not 0 <= made.risk_probability <= 1:
        found.append(Problem(_("does not lie between 0 and 100 %"), "", field="risk_probability"))
    if not made.basis.strip():
        found.append(Problem(_("is missing"), _("Say in a sentence what the numbers rest on."), field="basis"))
    if found:
        raise InvalidInput(found)


def keep(*, found: Chances, actor: Any, now: dt.datetime, method: Mapping[str, Any] | None = None) -> int:
    """Keep what was forecast today for the milestones ahead, to be scored later; how many were new. One a milestone and day."""
    made = [
        Forecast(
            milestone=one.row.slug, title=one.row.title, group=one.row.who or _("nobody named"), day=now.date(), due=one.row.due, p50=one.p50, p80=one.p80,
            p95=one.p95, chance=one.kept, quantiles=[round(value, 3) for value in one.quantiles], method=_method(found, method), at=now,
            actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200],
        )
        for one in found.rows
        if not one.is_certain
    ]  # fmt: skip
    before = Forecast.objects.filter(day=now.date()).count()
    Forecast.objects.bulk_create(made, ignore_conflicts=True)
    return Forecast.objects.filter(day=now.date()).count() - before


def _method(found: Chances, method: Mapping[str, Any] | None) -> dict[str, Any]:
    used = [one.estimate for one in found.rows if one.estimate is not None]
    return {
        "draws": len(found.end), "seed": chances.SEED, "synthetic": any(one.is_synthetic for one in used),
        "estimates": {one.milestone.slug: [one.version, one.low, one.mode, one.high] for one in used}, **(method or {}),
    }  # fmt: skip


def keep_monthly(now: dt.datetime) -> int:
    """Keep a forecast of every chain with an estimate, once a calendar month: a chore of the worker."""
    estimates = estimate_queries.standing()
    if not estimates:
        return 0
    kept = set(Forecast.objects.filter(day__year=now.year, day__month=now.month).values_list("milestone", flat=True))
    new = 0
    for chain in schedules.chains(milestone_queries.milestones(now.date()), now.date()):
        keys = {row.slug for row in chain.rows if not row.is_done}
        if chain.circle or not keys & estimates.keys() or keys & kept:
            continue
        found = chances.chances(chain.rows, estimates, now.date())
        if found is not None:
            new += keep(found=found, actor="the worker", now=now)
    return new
