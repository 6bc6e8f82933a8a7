"""What people say about an edition before it is released: comments, confirmations, signatures."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.landscape.models.editions import LONGEST_TEXT, Edition
from leaps.landscape.stages import Verdict
from leaps.record.models import Correction


def _person(name: str = "+") -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name=name)


class Signed(models.Model):
    """What was signed, by its digest and its parts, so that a later change can be told; and whether the office set it back."""

    signed: models.JSONField[Any, Any] = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    set_back_at = models.DateTimeField(null=True)
    set_back_by = _person()
    set_back_label = models.CharField(max_length=200, blank=True)
    set_back_reason = models.CharField(_("why it was set back"), max_length=500, blank=True)

    class Meta:
        abstract = True


class Comment(models.Model):
    """A remark on a paragraph of a chapter, or a reply to one. `quote` is the paragraph as it was read then.

    `paragraph` is the Markdown of it as it stands now, the `place`th of the chapter; from `gone_at` on it stands there no more, and
    `paragraph` is what it was last. Both are empty of a remark about a whole chapter.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="comments")
    chapter = models.SlugField(max_length=60)
    quote = models.CharField(max_length=400, blank=True)
    paragraph = models.TextField(max_length=LONGEST_TEXT, blank=True)
    place = models.PositiveIntegerField(null=True)
    gone_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("comment"), max_length=4000)
    author = _person()
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = _person()
    resolved_label = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Confirmation(models.Model):
    """What a facility said of one number of the edition.

    `written` is false while a delegate's word waits for the editor's signature; only then the record is changed.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="confirmations")
    facility = models.CharField(max_length=100)
    key = models.CharField(max_length=300)
    value = models.CharField(max_length=300)
    verdict = models.CharField(max_length=14, choices=Verdict)
    note = models.CharField(_("note"), max_length=500, blank=True)
    correction = models.ForeignKey(Correction, null=True, on_delete=models.SET_NULL, related_name="+")
    by = _person()
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    written = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["facility", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "facility", "key"], name="landscape_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.facility} {self.key}"


class Sheet(Signed):
    """A facility's sheet: to whom it was delegated, and who signed it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sheets")
    facility = models.CharField(max_length=100)
    delegate = _person()
    delegate_label = models.CharField(max_length=200, blank=True)
    signed_by = _person()
    signed_label = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["facility"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "facility"], name="landscape_sheet_once")]

    def __str__(self) -> str:
        return f"{self.facility} {self.edition}"


class Signature(Signed):
    """What a member of the board said of the edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="signatures")
    by = _person()
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    approves = models.BooleanField(_("approves"))
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "by"], name="landscape_signed_once")]

    def __str__(self) -> str:
        return self.by_label


class EditionReminder(models.Model):
    """A mail that was sent, so that nobody gets it twice."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=120)
    sent_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "person", "mark"], name="landscape_reminded_once")]

    def __str__(self) -> str:
        return self.mark
