"""What a facility says about how much an indicator means for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from leaps.indicators.types import Relevance


class RelevanceStatement(models.Model):
    """One facility about one indicator: relevant, in part, or not, and why. A later statement closes it; none is overwritten."""

    facility = models.CharField(max_length=100)
    indicator = models.CharField(max_length=12)
    relevance = models.CharField(max_length=10, choices=Relevance)
    reason = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["indicator", "-said_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["facility", "indicator"], condition=models.Q(closed_at__isnull=True), name="indicators_relevance_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(relevance__in=("partly", "not")) | ~models.Q(reason=""), name="indicators_relevance_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility} {self.indicator} {self.relevance}"
