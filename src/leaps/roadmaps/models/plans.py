"""Action plans: what a group has agreed to do, who does it, what was done, and the meetings that look after it.

An action has one owner, one date and one next step; the database refuses one without. It is no part of the sourced
record: it lives, and every change of it is an event that is written once.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leaps.roadmaps.models.technologies import Milestone, Technology
from leaps.roadmaps.types import ActionStatus, Area, Priority, Reminder


class Meeting(models.Model):
    """A meeting of a group: its agenda is made from the actions, and frozen when it is held; minutes come after.

    `agenda` holds plain values and the numbers of people, never their names.
    """

    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("day"))
    area = models.CharField(_("area"), max_length=16, choices=Area, blank=True, help_text=_("Empty: all areas."))
    minutes = models.TextField(_("minutes"), max_length=40_000, blank=True)
    agenda: models.JSONField[Any, Any] = models.JSONField(default=list)
    held_at = models.DateTimeField(null=True)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    chair_label = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-held_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="roadmaps_meeting_title"),
            models.CheckConstraint(condition=Q(minutes="") | Q(held_at__isnull=False), name="roadmaps_minutes_of_held"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_held(self) -> bool:
        """Whether its agenda is frozen."""
        return self.held_at is not None


class Action(models.Model):
    """Something a group has agreed to do.

    The owner is a person with an account, a role in words, or a person in a role. `version` rises with every change,
    so that of two people who change it at once the second is told what the first wrote.
    """

    title = models.CharField(_("title"), max_length=200)
    why = models.CharField(_("why"), max_length=500)
    area = models.CharField(_("area"), max_length=16, choices=Area)
    milestone = models.ForeignKey(Milestone, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    technology = models.ForeignKey(Technology, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_actions"
    )
    owner_role = models.CharField(_("role"), max_length=120, blank=True)
    due = models.DateField(_("due"))
    next_step = models.CharField(_("next step"), max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=ActionStatus, default=ActionStatus.PROPOSED)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    blocker = models.CharField(_("blocked by"), max_length=200, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["due", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(why="") & ~Q(area="") & ~Q(next_step=""), name="roadmaps_action_says_what"
            ),
            models.CheckConstraint(condition=Q(owner__isnull=False) | ~Q(owner_role=""), name="roadmaps_action_has_owner"),
            models.CheckConstraint(condition=Q(status__in=ActionStatus.values), name="roadmaps_action_status"),
            models.CheckConstraint(condition=~Q(status="done") | ~Q(evidence=""), name="roadmaps_done_has_evidence"),
            models.CheckConstraint(condition=~Q(status="blocked") | ~Q(blocker=""), name="roadmaps_blocked_by_something"),
            models.UniqueConstraint(fields=["meeting", "title"], name="roadmaps_action_of_meeting_once"),
        ]

    def __str__(self) -> str:
        return self.title


class ActionEvent(models.Model):
    """What was done with an action, by whom. Written once, never changed; each version of an action has one.

    `changes` has the values before and after by field; of an owner it has the number, never the name.
    """

    of = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="events")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "version"], name="roadmaps_event_of_version")]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb}"


class ActionReminder(models.Model):
    """That a person was told of something once: `mark` is the date or the week it was about."""

    of = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Reminder)
    mark = models.CharField(max_length=20)
    sent_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "person", "kind", "mark"], name="roadmaps_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"


class WeeklyDigest(models.Model):
    """That a person wants the week in the action plans by mail, of one area or of all; told up to `told_until`."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    area = models.CharField(_("area"), max_length=16, choices=Area, blank=True, help_text=_("Empty: all areas."))
    told_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.area or 'all'} until {self.told_until:%Y-%m-%d}"
