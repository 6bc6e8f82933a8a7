"""Editions of the landscape: text, builds, and what is known to be wrong after the release.

A released edition does not change: triggers of the database refuse it too (migration 0002).
"""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leaps.landscape.stages import BuildState, ErratumState, Stage

LONGEST_TEXT = 200_000


def _person(name: str = "+") -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name=name)


class Edition(models.Model):
    """One edition. `revision` is the revision of the record it is pinned to, from the release on.

    The days are the last of each stage. The words of the DOI are those DataCite asks for.
    """

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    stage = models.CharField(_("stage"), max_length=14, choices=Stage, default=Stage.DRAFT)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next")
    revision = models.PositiveBigIntegerField(null=True)
    draft_until = models.DateField(_("texts until"), null=True, blank=True)
    confirm_until = models.DateField(_("facilities confirm until"), null=True, blank=True)
    review_until = models.DateField(_("board reviews until"), null=True, blank=True)
    comment_until = models.DateField(_("public comments until"), null=True, blank=True)
    doi = models.CharField(
        _("DOI"), max_length=120, blank=True, validators=[RegexValidator(r"^10\.\d{4,9}/\S+$", _("A DOI looks like 10.1234/abcd."))]
    )
    creators = models.CharField(_("creators"), max_length=400, default="LEAPS – League of European Accelerator-based Photon Sources")
    keywords = models.CharField(_("keywords"), max_length=400, blank=True)
    opened_at = models.DateTimeField()
    opened_by = _person()
    opened_label = models.CharField(max_length=200)
    released_at = models.DateTimeField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(stage=Stage.RELEASED) | (Q(released_at__isnull=False) & Q(revision__isnull=False)), name="landscape_released_is_pinned"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_released(self) -> bool:
        """Whether it can no longer change."""
        return self.stage == Stage.RELEASED


class Chapter(models.Model):
    """A chapter as it stands now; `version` is the number of the version that stands."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "slug"], name="landscape_chapter_once")]

    def __str__(self) -> str:
        return self.title


class ChapterVersion(models.Model):
    """A text as somebody saved it, kept for good.

    `stood` is false for a text that came too late: somebody else had changed the same paragraphs, and both are kept.
    """

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    at = models.DateTimeField()
    author = _person()
    author_label = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=LONGEST_TEXT)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    stood = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["chapter", "number"], name="landscape_version_once")]

    def __str__(self) -> str:
        return f"{self.chapter} {self.number}"


class ChapterDraft(models.Model):
    """What somebody is writing and has not saved: for nobody but them, so that a lost connection costs no words.

    `base` is the version it was begun from.
    """

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=LONGEST_TEXT)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["chapter", "person"], name="landscape_one_draft_each")]

    def __str__(self) -> str:
        return f"{self.chapter} {self.person}"


class Acceptance(models.Model):
    """An unverified number that a member of the board answers for in the release, with a reason."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="acceptances")
    key = models.CharField(max_length=300)
    label = models.CharField(max_length=300)
    reason = models.CharField(_("reason"), max_length=300)
    by = _person()
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["label", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key"], name="landscape_accepted_once")]

    def __str__(self) -> str:
        return self.label


class Build(models.Model):
    """One attempt to make an edition. Its files come in the transaction that makes it done: all of them or none.

    `printed` is what somebody signs who signs this build: chapters, numbers, figures and tables by what they say.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="builds")
    state = models.CharField(max_length=8, choices=BuildState, default=BuildState.WAITING)
    is_release = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = _person()
    asked_label = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    revision = models.PositiveBigIntegerField(null=True)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    uses: models.JSONField[Any, Any] = models.JSONField(default=list)
    chapters: models.JSONField[Any, Any] = models.JSONField(default=list)
    printed: models.JSONField[Any, Any] = models.JSONField(null=True)
    seconds: models.JSONField[Any, Any] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.edition} {self.pk}"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in (BuildState.WAITING, BuildState.RUNNING)


class BuildFile(models.Model):
    """One file of a build. It lies in the database, so that back-ups hold it and every process can show it."""

    build = models.ForeignKey(Build, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["build", "name"], name="landscape_file_once")]

    def __str__(self) -> str:
        return self.name


class Erratum(models.Model):
    """A number of a released edition that is no longer what was printed, and what the office says about it.

    The edition stays as it was; a published erratum is shown beside it.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="errata")
    key = models.CharField(max_length=300)
    label = models.CharField(max_length=300)
    before = models.CharField(max_length=300)
    after = models.CharField(max_length=300, blank=True)
    places: models.JSONField[Any, Any] = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=ErratumState, default=ErratumState.OFFERED)
    text = models.CharField(_("what the reader should know"), max_length=1000, blank=True)
    offered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = _person()
    decided_label = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-offered_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key", "after"], name="landscape_erratum_once")]

    def __str__(self) -> str:
        return self.label
