"""The stages of an edition, and what else has a fixed set of words."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where an edition stands, in order. Public are the last two."""

    DRAFT = "draft", _("draft")
    CONFIRMATION = "confirmation", _("facilities confirm")
    BOARD = "board", _("board review")
    COMMENT = "comment", _("public comment")
    RELEASED = "released", _("released")


ORDER: Final = tuple(Stage.values)
PUBLIC: Final = frozenset({Stage.COMMENT.value, Stage.RELEASED.value})


class BuildState(models.TextChoices):
    """What became of a build."""

    WAITING = "waiting", _("waiting for the worker")
    RUNNING = "running", _("being built")
    DONE = "done", _("built")
    REFUSED = "refused", _("refused: the text has problems")
    BROKEN = "broken", _("interrupted")


class Verdict(models.TextChoices):
    """What a facility says of a value about itself."""

    CONFIRMED = "confirmed", _("confirmed")
    CORRECTED = "corrected", _("corrected")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class ErratumState(models.TextChoices):
    """What became of a change after the release."""

    OFFERED = "offered", _("offered to the office")
    PUBLISHED = "published", _("published")
    DISMISSED = "dismissed", _("not worth an erratum")
