"""The bookkeeping of the record: versions, provenance, history, former addresses, corrections."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.record.types import Action, Origin


class RecordModel(models.Model):
    """Base of every object of the record.

    `provenance` keeps, for each filled field, where its value comes from (`types.Provenance`); it
    lives in the row so that a value and its source are always read and written together.
    `version` counts the changes of the object and guards against overwriting somebody else's.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    provenance = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True


class RecordRevision(models.Model):
    """One row that counts every set of changes; whoever writes the record locks it first."""

    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="record_one_revision_row")
        ]

    def __str__(self) -> str:
        return str(self.revision)


class ChangeSet(models.Model):
    """Changes made together, by one person, for one reason."""

    revision = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_label = models.CharField(max_length=200)
    origin = models.CharField(max_length=12, choices=Origin)
    reason = models.TextField(blank=True)
    reverts = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reverted_by")

    class Meta:
        ordering: ClassVar = ["-revision"]

    def __str__(self) -> str:
        return f"{self.revision}: {self.reason or self.get_origin_display()}"


class Change(models.Model):
    """What one set of changes did to one object.

    `before` and `after` hold the fields concerned as {field: {"value": ..., "provenance": {...}}};
    `before` is empty for an added object and `after` for a removed one. `facility` is the slug of
    the facility that answered for the object then, so that a facility's changes are found quickly.
    """

    changeset = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    object_id = models.PositiveBigIntegerField()
    label = models.CharField(max_length=300)
    facility = models.CharField(max_length=100, blank=True, db_index=True)
    action = models.CharField(max_length=8, choices=Action)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="record_change_object")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["changeset", "kind", "key"], name="record_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.key}"


class FormerKey(models.Model):
    """A key an object had before; its old addresses lead to the new ones."""

    kind = models.CharField(max_length=40)
    former_key = models.CharField(max_length=120)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "former_key"], name="record_former_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.former_key}"


class Correction(models.Model):
    """A proposal to change one value, with a reason and a source.

    `base_value` is what the record said when the proposal was made. A visitor without an account
    gives an e-mail address and confirms it before anybody is asked to decide. `flood_mark` is a
    keyed hash of the network address, kept to stop floods and emptied after a week.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("waiting for the e-mail address to be confirmed")
        OPEN = "open", _("waiting for a decision")
        ACCEPTED = "accepted", _("accepted")
        AMENDED = "amended", _("accepted with a different value")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    facility = models.CharField(max_length=100, blank=True, db_index=True)
    field = models.CharField(max_length=60)
    base_value: models.JSONField[Any, Any] = models.JSONField(null=True)
    proposed_value: models.JSONField[Any, Any] = models.JSONField(null=True)
    reason = models.TextField(max_length=2000)
    source_url = models.URLField(max_length=500, blank=True)
    as_of = models.CharField(max_length=10, blank=True)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    proposer_name = models.CharField(max_length=200, blank=True)
    proposer_email = models.EmailField(blank=True)
    flood_mark = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN, db_index=True)
    created_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_note = models.TextField(blank=True)
    changeset = models.ForeignKey(ChangeSet, null=True, on_delete=models.SET_NULL, related_name="corrections")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="record_correction_object")]
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.field}"


class PackUpload(models.Model):
    """A pack that somebody sent by the web page and has not yet agreed to load.

    It lives in the database, not on a disk, so that any process can show it. The worker reads it in
    a limited process and keeps the tables in `contents` (then `content` is emptied); until then
    `contents` is null. Uploads are private to their owner and forgotten after a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    contents: models.JSONField[Any, Any] = models.JSONField(null=True)
    encoding = models.CharField(max_length=40, blank=True)
    confirmed = models.BooleanField(default=False)
    source_url = models.URLField(max_length=500, blank=True)
    as_of = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
