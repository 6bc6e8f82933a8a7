"""The synthetic works of a trial, with suggestions that wait for a decision. All of it is marked synthetic."""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.accounts.models import User
from leaps.landscape.actions import tagging
from leaps.landscape.models import Challenge, Work
from leaps.landscape.trial import OFFICE
from leaps.landscape.types import WorkKind

EDITOR = "editor.esrf@trial.example"

# Kind, title, abstract, year, last part of the address
WORKS: Final = (
    (WorkKind.PAPER, "Lithium plating in a fast-charged battery (synthetic)",
     ("Made up for the trial. Cells with graphite anodes were charged in fifteen minutes while diffraction followed lithium at the electrode. Capacity fades where "
     "metal is plated; the electrolyte ages first at the edge of the cell."), 2025, "plating"),
    (WorkKind.PAPER, "Chromium and carbon in a fertilised soil (synthetic)",
     "Made up for the trial. Micro-fluorescence and absorption spectroscopy show in which form chromium is bound in contaminated soil, and how roots change it.",
     2024, "soil"),
    (WorkKind.DATASET, "Tomograms of pores in printed steel (synthetic)",
     "Made up for the trial. Time series of additive manufacturing with laser and metal powder; pores are labelled.", 2026, "pores"),
    (WorkKind.CASE, "A small firm looks at the seal of food packaging (synthetic)",
     "Made up for the trial. A maker of packaging from recycled plastic found with imaging why its seals leak, and changed the polymer.", 2025, "packaging"),
    (WorkKind.PROJECT, "Pigments of a panel painting (synthetic)",
     "Made up for the trial. A museum asks why the yellow of a painting turns brown, and which light its pigment stands.", 2026, "painting"),
    (WorkKind.PAPER, "Timing of a trigger module (synthetic)", "Made up for the trial. Jitter of a clock and its distribution by fibre.", 2026, "trigger"),
)  # fmt: skip


def begin() -> None:
    """State works and decide on two of them; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or Work.objects.exists():
        return
    office, editor = (User.objects.filter(email=address, is_synthetic=True).first() for address in (OFFICE, EDITOR))
    if office is None:
        return
    now = timezone.now()
    with transaction.atomic():
        made = {}
        for kind, title, abstract, year, last in WORKS:
            values = {"kind": kind.value, "title": title, "abstract": abstract, "year": year, "doi": "", "url": f"https://example.org/synthetic/{last}"}
            made[last] = tagging.state_work(values=values, actor=editor or office, now=now)
        challenges = {one.slug: one for one in Challenge.objects.all()}
        if {"theme-batteries", "leaps-heritage", "goal-15"} <= challenges.keys():
            tagging.confirm(thing=made["plating"], challenge=challenges["theme-batteries"], base=0, strength=3, note="", actor=office, now=now)
            tagging.confirm(thing=made["painting"], challenge=challenges["leaps-heritage"], base=0, strength=2, note="", actor=office, now=now)
            tagging.reject(thing=made["soil"], challenge=challenges["goal-15"], base=0, note="Too far from life on land (made up).", actor=office, now=now)
