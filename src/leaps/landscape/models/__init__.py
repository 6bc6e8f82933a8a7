"""What an edition keeps: its texts in every version, its builds, and what people said; and the challenges of the record."""

from leaps.landscape.models.challenges import Challenge, ChallengeNeed, Need, Observable, ObservableTechnique
from leaps.landscape.models.editions import (
    Acceptance,
    Build,
    BuildFile,
    Chapter,
    ChapterVersion,
    Edition,
    Erratum,
)
from leaps.landscape.models.voices import Comment, Confirmation, EditionReminder, Sheet, Signature

__all__ = [
    "Acceptance",
    "Build",
    "BuildFile",
    "Challenge",
    "ChallengeNeed",
    "Chapter",
    "ChapterVersion",
    "Comment",
    "Confirmation",
    "Edition",
    "EditionReminder",
    "Erratum",
    "Need",
    "Observable",
    "ObservableTechnique",
    "Sheet",
    "Signature",
]
