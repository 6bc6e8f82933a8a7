"""The roadmaps that groups draw themselves: items in layers, links, remarks, scores, and editions that stay as they are.

None of it is part of the sourced record: it is what a group intends. An item may point to a technology or a milestone
of the record, where the facts stand.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Facility
from leaps.roadmaps.charting import Grid, ItemStatus, Layer, LinkKind, Part, Scoring
from leaps.roadmaps.models.technologies import Milestone, Technology
from leaps.roadmaps.types import Area


class Roadmap(models.Model):
    """A roadmap of a group. `version` rises with every change of anything in it, so that changes have an order."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    scope = models.CharField(_("scope"), max_length=500, blank=True)
    area = models.CharField(_("area"), max_length=16, choices=Area, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    is_public = models.BooleanField(_("public"), default=False)
    scoring = models.CharField(_("grids"), max_length=10, choices=Scoring, default=Scoring.CLOSED)
    archived_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="roadmaps_roadmap_title"),
            models.CheckConstraint(condition=Q(last_year__gt=F("first_year")), name="roadmaps_roadmap_years"),
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """That a person is in the group of a roadmap, and as what."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(_("part"), max_length=8, choices=Part)

    class Meta:
        ordering: ClassVar = ["part", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["roadmap", "person"], name="roadmaps_one_seat")]

    def __str__(self) -> str:
        return f"{self.person}: {self.part}"


class RoadmapItem(models.Model):
    """Something on a roadmap. Days are the first of a month; `start_low` and `end_high` are the outer months it may take.

    A removed item stays, so that it can be brought back.
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    layer = models.CharField(_("layer"), max_length=16, choices=Layer)
    lane = models.CharField(_("line"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    start = models.DateField(_("from"), null=True, blank=True)
    start_low = models.DateField(_("at the earliest"), null=True, blank=True)
    end = models.DateField(_("to"), null=True, blank=True)
    end_high = models.DateField(_("at the latest"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=ItemStatus, default=ItemStatus.PLANNED)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    facility = models.ForeignKey(Facility, null=True, blank=True, on_delete=models.SET_NULL, related_name="roadmap_items")
    technology = models.ForeignKey(Technology, null=True, blank=True, on_delete=models.SET_NULL, related_name="roadmap_items")
    milestone = models.ForeignKey(Milestone, null=True, blank=True, on_delete=models.SET_NULL, related_name="roadmap_items")
    cost_keur = models.PositiveIntegerField(_("cost, k€"), null=True, blank=True)
    fte = models.FloatField(_("full-time equivalents"), null=True, blank=True)
    trl_now = models.PositiveSmallIntegerField(_("TRL now"), null=True, blank=True)
    trl_target = models.PositiveSmallIntegerField(_("TRL aimed at"), null=True, blank=True)
    weight = models.FloatField(_("weight"), default=1.0)
    tags = models.CharField(_("tags"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["layer", "start", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["roadmap", "key"], name="roadmaps_item_key"),
            models.CheckConstraint(condition=~Q(title=""), name="roadmaps_item_title"),
            models.CheckConstraint(condition=Q(end__gte=F("start")) | Q(start__isnull=True, end__isnull=True), name="roadmaps_item_months"),
            models.CheckConstraint(condition=Q(start_low__isnull=True) | Q(start_low__lte=F("start")), name="roadmaps_item_earliest"),
            models.CheckConstraint(condition=Q(end_high__isnull=True) | Q(end_high__gte=F("end")), name="roadmaps_item_latest"),
            models.CheckConstraint(condition=Q(layer__in=Layer.values), name="roadmaps_item_layer"),
            models.CheckConstraint(condition=Q(trl_now__isnull=True) | Q(trl_now__range=(1, 9)), name="roadmaps_item_trl"),
            models.CheckConstraint(condition=Q(trl_target__isnull=True) | Q(trl_target__range=(1, 9)), name="roadmaps_item_trl_target"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="roadmaps_item_weight"),
        ]

    def __str__(self) -> str:
        return self.title


class RoadmapLink(models.Model):
    """A link from one item of a roadmap to another. A removed one stays, so that it can be brought back."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="links")
    before = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="links_from")
    after = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(_("kind"), max_length=8, choices=LinkKind, default=LinkKind.ENABLES)
    strength = models.PositiveSmallIntegerField(_("strength"), default=2)
    lag = models.PositiveSmallIntegerField(_("months between"), default=0)
    note = models.CharField(_("why"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["before", "after", "kind"], name="roadmaps_link_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="roadmaps_link_two"),
            models.CheckConstraint(condition=Q(strength__range=(1, 3)), name="roadmaps_link_strength"),
        ]

    def __str__(self) -> str:
        return f"{self.before} {self.kind} {self.after}"


class RoadmapChange(models.Model):
    """What was done with a roadmap, by whom. Written once, never changed; each version of a roadmap has one.

    `before` and `after` hold the fields that differ, so that a change can be undone; `undoes` is the version that it takes back.
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=20)
    item = models.ForeignKey(RoadmapItem, null=True, on_delete=models.CASCADE, related_name="changes")
    link = models.ForeignKey(RoadmapLink, null=True, on_delete=models.CASCADE, related_name="changes")
    item_version = models.PositiveIntegerField(null=True)
    undoes = models.PositiveIntegerField(null=True)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["roadmap", "version"], name="roadmaps_change_of_version")]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"


class RoadmapRemark(models.Model):
    """A remark on a roadmap or on one of its items, or the answer to one."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="remarks")
    item = models.ForeignKey(RoadmapItem, null=True, on_delete=models.CASCADE, related_name="remarks")
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answered_by")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_label = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="roadmaps_remark_says_something")]

    def __str__(self) -> str:
        return self.text[:80]


class GridScore(models.Model):
    """How strongly, 0 to 3, a person finds two items linked: once blind, once after the discussion, each kept with its day."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="scores")
    grid = models.CharField(max_length=12, choices=Grid)
    row = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="+")
    column = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Part)
    step = models.CharField(max_length=10, choices=Scoring)
    score = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "column", "person", "step"], name="roadmaps_score_once"),
            models.CheckConstraint(condition=Q(score__range=(0, 3)), name="roadmaps_score_range"),
            models.CheckConstraint(condition=Q(step__in=["blind", "discussed"]), name="roadmaps_score_step"),
        ]

    def __str__(self) -> str:
        return f"{self.row} × {self.column}: {self.score}"


class RoadmapEdition(models.Model):
    """A roadmap as it was on a day. The database refuses to change or delete one."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=120)
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    content: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["roadmap", "number"], name="roadmaps_edition_number")]

    def __str__(self) -> str:
        return self.title
