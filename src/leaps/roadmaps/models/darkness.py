"""Proposed dark periods with who may see them, offers of guest hours, what was done with both, and overlaps that arose.

None of it is part of the sourced record: a proposed date is what a facility thinks of, not what it has published.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility, Technique, Upgrade
from leaps.roadmaps.types import Confidence, Visibility


class DarkProposal(models.Model):
    """A dark period that a facility thinks of: from its first dark day to the day users are back.

    With an upgrade it stands in the place of that upgrade's published dates. `version` rises with every change.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="dark_proposals")
    upgrade = models.ForeignKey(Upgrade, null=True, blank=True, on_delete=models.SET_NULL, related_name="dark_proposals")
    title = models.CharField(_("what for"), max_length=200)
    start = models.DateField(_("dark from"))
    end = models.DateField(_("users back"))
    confidence = models.CharField(_("confidence"), max_length=8, choices=Confidence)
    visibility = models.CharField(_("who may see it"), max_length=8, choices=Visibility, default=Visibility.DRAFT)
    note = models.CharField(_("note"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["start", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="roadmaps_proposal_ends_after_start"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="roadmaps_proposal_visibility"),
            models.CheckConstraint(condition=~Q(title=""), name="roadmaps_proposal_says_what_for"),
        ]

    def __str__(self) -> str:
        return self.title


class GuestOffer(models.Model):
    """Hours that a facility offers to guests of a technique, from one month to another, until a day.

    `first_month` and `last_month` are the first days of these months. The contact is a role, never a person.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="guest_offers")
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="guest_offers")
    first_month = models.DateField(_("from"))
    last_month = models.DateField(_("to"))
    hours = models.PositiveIntegerField(_("hours"))
    conditions = models.CharField(_("conditions"), max_length=500, blank=True)
    contact_role = models.CharField(_("contact"), max_length=120)
    expires_on = models.DateField(_("stands until"))
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["first_month", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_month__gte=F("first_month")), name="roadmaps_offer_months"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="roadmaps_offer_hours"),
            models.CheckConstraint(condition=~Q(contact_role=""), name="roadmaps_offer_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.technique}"


class GuestResponse(models.Model):
    """What somebody answers to an offer: how many hours they would use, and for what. One a person and offer."""

    offer = models.ForeignKey(GuestOffer, on_delete=models.CASCADE, related_name="responses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hours = models.PositiveIntegerField(_("hours"))
    words = models.CharField(_("what for"), max_length=1000)
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "person"], name="roadmaps_response_once"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="roadmaps_response_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h"


class PlanningEvent(models.Model):
    """What was done with a proposed dark period or an offer, by whom. Written once, never changed.

    What is said in an answer to an offer stands in the answer alone, so that it goes with the person.
    """

    proposal = models.ForeignKey(DarkProposal, null=True, on_delete=models.CASCADE, related_name="events")
    offer = models.ForeignKey(GuestOffer, null=True, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, offer__isnull=True) | Q(proposal__isnull=True, offer__isnull=False),
                name="roadmaps_planning_event_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"


class DarkMonths(models.Model):
    """The months in which a facility was dark when last looked at, by the dates of one visibility."""

    level = models.CharField(max_length=8, choices=Visibility)
    facility = models.CharField(max_length=120)
    months: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "facility"], name="roadmaps_dark_months_once")]

    def __str__(self) -> str:
        return f"{self.facility} {self.level}"


class OverlapAlert(models.Model):
    """Months in which two facilities are dark together since the dates of one of them changed; who was told was told once.

    Months are counted from the year 0: 12 times the year and the month from 0.
    """

    at = models.DateTimeField()
    level = models.CharField(max_length=8, choices=Visibility)
    facilities: models.JSONField[Any, Any] = models.JSONField()
    changed: models.JSONField[Any, Any] = models.JSONField()
    months: models.JSONField[Any, Any] = models.JSONField()
    techniques: models.JSONField[Any, Any] = models.JSONField()
    told = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return " / ".join(self.facilities)
