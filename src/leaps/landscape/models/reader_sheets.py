"""Sheets for one reader each, as the worker has made them."""

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q

from leaps.landscape.stages import BuildState

UNDER_WAY: Final = (BuildState.WAITING, BuildState.RUNNING)


class SheetBuild(models.Model):
    """One attempt to make a sheet in every form. Its files come in the transaction that makes it done: all of them or none.

    `made_with` is the version of the software: after an upgrade a sheet is made anew. Nobody's name is kept: everybody may ask.
    """

    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=BuildState, default=BuildState.WAITING)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    revision = models.PositiveBigIntegerField(null=True)
    day = models.DateField(null=True)
    made_with = models.CharField(max_length=40, blank=True)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], condition=Q(state__in=UNDER_WAY), name="landscape_one_sheet_at_a_time")]

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in UNDER_WAY


class SheetFile(models.Model):
    """A sheet in one form, such as "pdf"."""

    build = models.ForeignKey(SheetBuild, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(max_length=10)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["build", "form"], name="landscape_sheet_file_once")]

    def __str__(self) -> str:
        return self.form
