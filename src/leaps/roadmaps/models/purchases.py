"""Purchases that facilities plan, with who may see them, and what was done with each.

None of it is part of the sourced record: it is what a facility expects to buy, not what it has bought.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility
from leaps.roadmaps.models.technologies import Technology
from leaps.roadmaps.types import Visibility


class Category(models.TextChoices):
    """What is bought, coarse enough that two facilities choose the same word for the same thing."""

    LATTICE = "lattice_magnets", _("lattice magnets")
    PERMANENT = "permanent_magnets", _("permanent-magnet blocks")
    UNDULATORS = "undulators", _("undulators and wigglers")
    INJECTION = "injection", _("kickers and injection")
    VACUUM = "vacuum", _("vacuum chambers and coating")
    POWER = "power_supplies", _("power supplies")
    RF = "rf", _("radio-frequency plants and cavities")
    CRYO = "cryogenics", _("cryogenic plants")
    MIRRORS = "mirrors", _("mirrors and lenses")
    GRATINGS = "gratings", _("gratings and multilayers")
    MONOCHROMATORS = "monochromators", _("monochromators")
    DETECTORS = "detectors", _("detectors")
    POSITIONING = "positioning", _("positioning stages")
    SAMPLE = "sample", _("sample environment and robots")
    COMPUTING = "computing", _("computing and storage")
    OTHER = "other", _("something else")


class ProcurementState(models.TextChoices):
    """How far a purchase has come."""

    IDEA = "idea", _("idea")
    SPECIFIED = "specified", _("specified")
    TENDER = "tender", _("out to tender")
    ORDERED = "ordered", _("ordered")
    DELIVERED = "delivered", _("delivered")


OPEN_STATES = (ProcurementState.IDEA, ProcurementState.SPECIFIED, ProcurementState.TENDER)
"""Nothing is ordered yet, so it could still be bought together."""


class PlannedPurchase(models.Model):
    """Something that a facility expects to buy between two months. `version` rises with every change.

    `first_month` and `last_month` are the first days of the months in which it would be ordered. `suppliers` are words.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="planned_purchases")
    technology = models.ForeignKey(Technology, null=True, blank=True, on_delete=models.SET_NULL, related_name="planned_purchases")
    category = models.CharField(_("kind of thing"), max_length=20, choices=Category)
    title = models.CharField(_("what"), max_length=200)
    quantity = models.FloatField(_("quantity"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    first_month = models.DateField(_("from"))
    last_month = models.DateField(_("to"))
    visibility = models.CharField(_("who may see it"), max_length=8, choices=Visibility, default=Visibility.DRAFT)
    state = models.CharField(_("how far it is"), max_length=10, choices=ProcurementState, default=ProcurementState.IDEA)
    suppliers = models.CharField(_("possible suppliers"), max_length=300, blank=True)
    is_sole_source = models.BooleanField(_("only one supplier known"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["first_month", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_month__gte=F("first_month")), name="roadmaps_purchase_months"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="roadmaps_purchase_visibility"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="roadmaps_purchase_category"),
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="roadmaps_purchase_quantity"),
            models.CheckConstraint(condition=~Q(title=""), name="roadmaps_purchase_says_what"),
        ]

    def __str__(self) -> str:
        return self.title


class PurchaseEvent(models.Model):
    """What was done with a planned purchase, by whom. Written once, never changed."""

    purchase = models.ForeignKey(PlannedPurchase, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"
