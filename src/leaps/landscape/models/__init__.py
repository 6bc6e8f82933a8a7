"""What an edition keeps: its texts in every version, its builds, and what people said on the way to its release."""

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
    "Chapter",
    "ChapterVersion",
    "Comment",
    "Confirmation",
    "Edition",
    "EditionReminder",
    "Erratum",
    "Sheet",
    "Signature",
]
