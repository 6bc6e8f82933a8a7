"""What facilities return each year, and the values computed from it.

Raw records lie in the lake; here stands which of its parts count. A year that is frozen cannot change any
more: the actions refuse it in words, and triggers of the database (migration 0003) refuse whoever forgets to
ask.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.indicators.types import Origin, ReturnState, Shown
from leaps.record.constraints import Between


class Campaign(models.Model):
    """The collection of one calendar year's records from every facility."""

    year = models.IntegerField(_("year"), unique=True)
    due_on = models.DateField(_("due"))
    note = models.CharField(_("word to the facilities"), max_length=500, blank=True)
    opened_at = models.DateTimeField()
    opened_label = models.CharField(max_length=200)
    frozen_at = models.DateTimeField(null=True)
    frozen_label = models.CharField(max_length=200, blank=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [Between("year", 1960, 2100, name="indicators_campaign_year")]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of the year can change any more."""
        return self.frozen_at is not None


class Return(models.Model):
    """What one facility sent for one year, at one time.

    `facility` is its key in the record. `problems`, `warnings`, `tables` and `changes` are what the worker
    found when it read the files: faults that forbid it, oddities that need a comment, rows by kind of record,
    and the difference to the year before. At most one return of a facility and year is signed; a restatement
    supersedes it and says why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="returns")
    facility = models.CharField(max_length=100, db_index=True)
    state = models.CharField(max_length=12, choices=ReturnState, default=ReturnState.RECEIVED)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_label = models.CharField(max_length=200)
    is_synthetic = models.BooleanField(default=False)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    warnings: models.JSONField[Any, Any] = models.JSONField(default=list)
    tables: models.JSONField[Any, Any] = models.JSONField(default=dict)
    changes: models.JSONField[Any, Any] = models.JSONField(default=list)
    comment = models.TextField(_("comment"), max_length=4000, blank=True)
    reason = models.CharField(_("reason of the restatement"), max_length=500, blank=True)
    embargo_until = models.DateField(_("embargo until"), null=True, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_label = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "facility", "is_synthetic"], condition=models.Q(state=ReturnState.SIGNED),
                name="indicators_return_signed_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReturnState.SIGNED) | models.Q(signed_at__isnull=False), name="indicators_return_signed_when"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.facility} {self.campaign}"

    @property
    def is_open(self) -> bool:
        """Whether its facility can still do something with it."""
        return self.state in (ReturnState.RECEIVED, ReturnState.FAULTY, ReturnState.CHECKED)


class ReturnFile(models.Model):
    """A file as it was sent, kept in the lake until it has been read."""

    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    path = models.CharField(max_length=200)
    is_kept = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class ReturnPart(models.Model):
    """The rows of one kind of record of a return, as a part of the lake."""

    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="parts")
    record = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "record"], name="indicators_part_once")]

    def __str__(self) -> str:
        return self.path


class ReturnEvent(models.Model):
    """What was done with a return, by whom. Written once, never changed."""

    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"


class ComputedValue(models.Model):
    """One value computed from signed returns; never overwritten: a new version closes the old one.

    `facility` is empty for the league. Without `dimension` it is the whole, else the part `category`. `low`
    and `high` bound a value that is not known exactly. `shown` is what the public may see of it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="values")
    facility = models.CharField(max_length=100, blank=True)
    indicator = models.CharField(max_length=12)
    variant = models.CharField(max_length=40, blank=True)
    dimension = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=120, blank=True)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n_records = models.BigIntegerField(default=0)
    n_facilities = models.IntegerField(default=1)
    unshared = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.RAW)
    shown = models.CharField(max_length=10, choices=Shown, default=Shown.HOUSE)
    is_synthetic = models.BooleanField(default=False)
    method = models.CharField(max_length=16, blank=True)
    version = models.IntegerField(default=1)
    computed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "facility", "indicator", "variant", "dimension", "category", "is_synthetic"],
                condition=models.Q(closed_at__isnull=True), name="indicators_computed_once",
            )
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["indicator", "dimension", "facility"], name="indicators_computed_by_what"),
            models.Index(fields=["facility", "dimension"], name="indicators_computed_by_whom"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.facility or 'league'} {self.campaign_id}"
