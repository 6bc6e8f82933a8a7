"""What an edition keeps: its texts in every version, its builds, and what people said; the challenges of the record; works and tags."""

from leaps.landscape.models.challenges import Challenge, ChallengeNeed, Need, Observable, ObservableTechnique
from leaps.landscape.models.editions import (
    Acceptance,
    Build,
    BuildFile,
    Chapter,
    ChapterDraft,
    ChapterVersion,
    Edition,
    Erratum,
)
from leaps.landscape.models.reader_sheets import SheetBuild, SheetFile
from leaps.landscape.models.voices import Comment, Confirmation, EditionReminder, Sheet, Signature
from leaps.landscape.models.works import AdoptedWork, ChallengeTag, TaggingEvent, Work
from leaps.landscape.models.world import WorldSource

__all__ = [
    "Acceptance",
    "AdoptedWork",
    "Build",
    "BuildFile",
    "Challenge",
    "ChallengeNeed",
    "ChallengeTag",
    "Chapter",
    "ChapterDraft",
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
    "SheetBuild",
    "SheetFile",
    "Signature",
    "TaggingEvent",
    "Work",
    "WorldSource",
]
