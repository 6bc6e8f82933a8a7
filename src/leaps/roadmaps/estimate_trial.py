"""The synthetic estimates and past forecasts of a trial. All of it is marked synthetic."""

import datetime as dt
from typing import Final

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from scipy.special import ndtri

from leaps.accounts.models import User
from leaps.optimise.schedule import Pert
from leaps.roadmaps import chances, dates, estimate_queries, milestone_queries
from leaps.roadmaps.models import DurationEstimate, Forecast, Milestone
from leaps.roadmaps.trial import CHAIR

# Milestone, shortest, likely, longest, common supplier, how strongly, risk, its probability and months, what it rests on
ESTIMATES: Final = (
    ("diamond2-dark-start", 12, 13, 18, "Example Magnets", 0.6, "", 0, (0, 0, 0), "Synthetic: the plan, with the girders as the slowest part"),
    ("diamond2-dark-end", 17, 18, 26, "Example Magnets", 0.6, "The vacuum chambers fail acceptance", 0.2, (2, 4, 8), "Synthetic: the lengths of earlier upgrades"),
    ("soleil2-dark-start", 20, 24, 33, "Example Magnets", 0.6, "", 0, (0, 0, 0), "Synthetic: an example for the trial"),
    ("soleil2-users-back", 22, 24, 34, "", 0, "", 0, (0, 0, 0), "Synthetic: an example for the trial"),
)  # fmt: skip
# Milestone of the record that has happened, day of the forecast, months from then: shortest, likely, longest
PAST: Final = (
    ("diamond2-half-cost", dt.date(2025, 9, 15), (3, 4, 8)),
    ("xfel-limp-end", dt.date(2025, 7, 20), (6, 7, 11)),
    ("xfel-limp-end", dt.date(2026, 1, 20), (1, 2, 4)),
)


def begin() -> None:
    """Write estimates and past forecasts; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or DurationEstimate.objects.exists() or Forecast.objects.exists():
        return
    chair, now = User.objects.filter(email=CHAIR, is_synthetic=True).first(), timezone.now()
    if chair is None:
        return
    known = {row.slug: row for row in milestone_queries.milestones(now.date())}
    with transaction.atomic():
        for slug, low, mode, high, supplier, share, risk, probability, (least, likely, most), basis in ESTIMATES:
            milestone = Milestone.objects.filter(slug=slug).exclude(status="done").first()
            if milestone is not None:
                DurationEstimate.objects.create(
                    milestone=milestone, version=1, low=low, mode=mode, high=high, supplier=supplier, share=share, risk=risk, risk_probability=probability,
                    risk_low=least, risk_mode=likely, risk_high=most, basis=basis, at=now, actor=chair, actor_label=str(chair), side=estimate_queries.CHAIR,
                    is_synthetic=True,
                )  # fmt: skip
        for slug, day, (low, mode, high) in PAST:
            if slug in known:
                begun = dates.months(day)
                drawn = Pert(low, mode, high).at_scores(ndtri(np.array(chances.SHARES))) + begun
                at = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)
                Forecast.objects.create(
                    milestone=slug, title=known[slug].title, group=known[slug].who, day=day, due=known[slug].due, p50=drawn[49], p80=drawn[79], p95=drawn[94],
                    chance=float((drawn <= dates.months(dates.span(known[slug].due)[1])).mean()), quantiles=[round(float(value), 3) for value in drawn],
                    method={"synthetic": True, "months": [low, mode, high]}, at=at, actor=chair, actor_label=str(chair),
                )  # fmt: skip
