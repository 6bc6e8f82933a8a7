"""Works and technologies with the challenges that people say they serve, and everything that was done with them.

None of it is part of the sourced record: a work is stated by a member, and a tag is the word of whoever confirmed it.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility, Technique
from leaps.landscape.models.challenges import Challenge
from leaps.landscape.types import STRONGEST, TagState, WorkKind
from leaps.roadmaps.models import Technology

EARLIEST_YEAR = 1895
LATEST_YEAR = 2100


class Work(models.Model):
    """A paper, data set, case or project that a member stated. `version` rises with every change."""

    kind = models.CharField(_("kind"), max_length=10, choices=WorkKind)
    title = models.CharField(_("title"), max_length=300)
    abstract = models.TextField(_("abstract"), max_length=6000, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=400, blank=True)
    facilities: models.ManyToManyField[Facility, Any] = models.ManyToManyField(Facility, related_name="stated_works", blank=True)
    techniques: models.ManyToManyField[Technique, Any] = models.ManyToManyField(Technique, related_name="stated_works", blank=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stated_label = models.CharField(max_length=200)
    side = models.CharField(max_length=200)
    stated_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-stated_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=WorkKind.values), name="landscape_work_kind"),
            models.CheckConstraint(condition=~Q(title=""), name="landscape_work_has_a_title"),
            models.CheckConstraint(condition=~Q(doi="", url=""), name="landscape_work_can_be_found"),
            models.CheckConstraint(condition=Q(year__isnull=True) | Q(year__range=(EARLIEST_YEAR, LATEST_YEAR)), name="landscape_work_year"),
            models.UniqueConstraint(fields=["doi"], condition=~Q(doi=""), name="landscape_work_doi_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where it can be read."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


class ChallengeTag(models.Model):
    """What was said about one challenge for a work or a technology. `version` rises with every word.

    `score` and `hits` are what the classifier told when it was decided, so that a decision can be understood later. A tag that
    is `open` was decided and taken back: nothing stands, and it may be suggested again.
    """

    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.CASCADE, related_name="tags")
    technology = models.ForeignKey(Technology, null=True, blank=True, on_delete=models.CASCADE, related_name="challenge_tags")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="tags")
    state = models.CharField(_("state"), max_length=10, choices=TagState)
    strength = models.PositiveSmallIntegerField(_("strength"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    score = models.FloatField(null=True)
    hits: models.JSONField[Any, Any] = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)
    side = models.CharField(max_length=200)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(work__isnull=False, technology__isnull=True) | Q(work__isnull=True, technology__isnull=False), name="landscape_tag_of_one_thing"
            ),
            models.UniqueConstraint(fields=["work", "challenge"], condition=Q(work__isnull=False), name="landscape_tag_of_a_work_once"),
            models.UniqueConstraint(fields=["technology", "challenge"], condition=Q(technology__isnull=False), name="landscape_tag_of_a_technology_once"),
            models.CheckConstraint(condition=Q(state__in=TagState.values), name="landscape_tag_state"),
            models.CheckConstraint(condition=Q(strength__isnull=True) | Q(strength__range=(1, STRONGEST)), name="landscape_tag_strength"),
            models.CheckConstraint(condition=~Q(state=TagState.CONFIRMED) | Q(strength__isnull=False), name="landscape_confirmed_has_strength"),
            models.CheckConstraint(condition=~Q(state=TagState.REJECTED) | ~Q(note=""), name="landscape_rejected_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.work or self.technology}: {self.challenge}"


class TaggingEvent(models.Model):
    """What was done with a work or with a tag, by whom. Written once, never changed."""

    work = models.ForeignKey(Work, null=True, on_delete=models.CASCADE, related_name="events")
    tag = models.ForeignKey(ChallengeTag, null=True, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    side = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(work__isnull=False, tag__isnull=True) | Q(work__isnull=True, tag__isnull=False), name="landscape_event_of_one_thing")
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"


class AdoptedWork(models.Model):
    """A work that the office took as evidence of a step that has other evidence already; `kind` and `key` name the step in the record.

    The first evidence of a step is a fact of the record itself.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="adopted")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key", "work"], name="landscape_adopted_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.work}"
