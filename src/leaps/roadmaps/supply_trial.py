"""The synthetic purchases of a trial. All of it is marked synthetic."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.accounts.models import User
from leaps.catalogue.models import Facility
from leaps.roadmaps.models import PlannedPurchase, PurchaseEvent, Technology
from leaps.roadmaps.models.purchases import Category, ProcurementState
from leaps.roadmaps.trial import CHAIR
from leaps.roadmaps.types import Visibility

# Facility, what, category, technology, quantity, unit, from, to, state, suppliers, only one known, visibility
PLANNED: Final = (
    ("max-iv", "Permanent-magnet blocks for test bends (synthetic)", Category.PERMANENT, "permanent-magnet-dipoles", 1200, "blocks", (2027, 9), (2028, 3),
     ProcurementState.SPECIFIED, "Example Magnets", True, Visibility.PUBLIC),
    ("esrf", "Permanent-magnet blocks for spare undulators (synthetic)", Category.PERMANENT, "permanent-magnet-dipoles", 800, "blocks", (2028, 1), (2028, 8),
     ProcurementState.IDEA, "Example Magnets", True, Visibility.PUBLIC),
    ("bessy-ii", "Flat mirrors for two beamlines (synthetic)", Category.MIRRORS, "", 4, "mirrors", (2027, 4), (2027, 10), ProcurementState.TENDER,
     "Example Optics; Other Example", False, Visibility.PUBLIC),
    ("max-iv", "Super-flat mirrors for a nanoprobe (synthetic)", Category.MIRRORS, "superflat-mirrors", 2, "mirrors", (2028, 6), (2028, 12),
     ProcurementState.IDEA, "", False, Visibility.PUBLIC),
    ("esrf", "Photon-counting detector for a diffraction line (synthetic)", Category.DETECTORS, "photon-counting", 1, "detector", (2027, 2), (2027, 5),
     ProcurementState.ORDERED, "Example Pixels", False, Visibility.PUBLIC),
    ("bessy-ii", "Photon-counting detectors (synthetic)", Category.DETECTORS, "photon-counting", 2, "detectors", (2027, 6), (2028, 1),
     ProcurementState.SPECIFIED, "Example Pixels", False, Visibility.AGREED),
    ("max-iv", "Solid-state amplifiers for the ring (synthetic)", Category.RF, "solid-state-rf", 6, "amplifiers", (2029, 1), (2029, 9), ProcurementState.IDEA,
     "Example Radio", True, Visibility.DRAFT),
)  # fmt: skip


def begin() -> None:
    """Write planned purchases; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or PlannedPurchase.objects.exists():
        return
    chair, now = User.objects.filter(email=CHAIR, is_synthetic=True).first(), timezone.now()
    if chair is None:
        return
    facilities = {one.slug: one for one in Facility.objects.filter(slug__in=[row[0] for row in PLANNED])}
    technologies = {one.slug: one for one in Technology.objects.filter(slug__in=[row[3] for row in PLANNED if row[3]])}
    with transaction.atomic():
        for of, title, category, technology, quantity, unit, first, last, state, suppliers, is_sole, visibility in PLANNED:
            if of in facilities:
                made = PlannedPurchase.objects.create(
                    facility=facilities[of], title=title, category=category, technology=technologies.get(technology), quantity=quantity, unit=unit,
                    first_month=dt.date(*first, 1), last_month=dt.date(*last, 1), state=state, suppliers=suppliers, is_sole_source=is_sole,
                    visibility=visibility, updated_at=now, is_synthetic=True,
                )  # fmt: skip
                PurchaseEvent.objects.create(purchase=made, at=now, actor=chair, actor_label=str(chair), verb="planned")
