"""Writing chapters: every version is kept, and of two people who change one paragraph nobody loses a word."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import merging, rules
from leaps.landscape.actions import anchoring, drafts
from leaps.landscape.models import Chapter, ChapterVersion, Edition
from leaps.landscape.models.editions import LONGEST_TEXT
from leaps.record.specs import plain_text


class BothChanged(Conflict):
    """Somebody else changed the same paragraphs. `present` stands; what was sent is kept as `aside`."""

    def __init__(self, present: Chapter, aside: ChapterVersion) -> None:
        self.present, self.aside = present, aside
        super().__init__(_("Somebody changed the same paragraphs while you were writing. Both texts are kept; nothing was overwritten."))


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: `merged` when the changes of somebody else were taken in."""

    chapter: Chapter
    merged: bool = False
    unchanged: bool = False


def save(*, chapter: Chapter, base: int, title: str, text: str, actor: Any, now: dt.datetime, note: str = "") -> Saved:
    """Save a chapter that was read at version `base`.

    Changes of other paragraphs made by somebody else in the meantime are kept beside one's own. Raises BothChanged when
    the same paragraphs were changed (the text sent is kept as a version that does not stand), NotAllowed, InvalidInput.
    """
    text = drafts.as_saved(text)
    problems = []
    if not title.strip():
        problems.append(Problem(_("is missing"), _("Give the chapter a title."), field="title"))
    if len(text) > LONGEST_TEXT:
        problems.append(Problem(_("is too long"), _("Divide the chapter."), field="text"))
    if "\x00" in text:
        problems.append(Problem(_("holds a character that cannot be kept"), _("Remove the null character."), field="text"))
    if problems:
        raise InvalidInput(problems)
    with transaction.atomic():
        # The edition is locked too, so that nothing is written while it is being released.
        edition = Edition.objects.select_for_update().get(pk=chapter.edition_id)
        chapter = Chapter.objects.select_for_update().get(pk=chapter.pk)
        chapter.edition = edition
        if not rules.may_write(actor, edition):
            raise NotAllowed(_("Only authors and the office write, until the edition is released."))
        drafts.discard(chapter=chapter, actor=actor)
        if (text, title.strip()) == (chapter.text, chapter.title):
            return Saved(chapter, unchanged=True)
        version = ChapterVersion(
            chapter=chapter, number=_next(chapter), base=base, at=now, author=actor if getattr(actor, "pk", None) else None,
            author_label=plain_text(str(actor), 200), title=plain_text(title, 200), text=text, note=plain_text(note, 300),
        )  # fmt: skip
        merged = _merged(chapter, base, text)
        if merged is None:
            version.stood = False
        else:
            version.text, before = merged, chapter.text
            chapter.text, chapter.title, chapter.version = merged, version.title, version.number
            chapter.save(update_fields=["text", "title", "version"])
            anchoring.carry(chapter=chapter, before=before, now=now)
        version.save()
    if merged is None:
        raise BothChanged(chapter, version)
    return Saved(chapter, merged=merged != text)


def _next(chapter: Chapter) -> int:
    last = chapter.versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _merged(chapter: Chapter, base: int, text: str) -> str | None:
    if base == chapter.version:
        return text
    read = chapter.versions.filter(number=base).values_list("text", flat=True).first()
    return None if read is None else merging.merge(read, text, chapter.text)


def add_chapter(*, edition: Edition, slug: str, title: str, actor: Any, now: dt.datetime) -> Chapter:
    """Put an empty chapter at the end. Raises NotAllowed, InvalidInput when the short name is taken."""
    if not rules.may_write(actor, edition):
        raise NotAllowed(_("Only authors and the office write, until the edition is released."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if slug in WORDS or edition.chapters.filter(slug=slug).exists():
            raise InvalidInput([Problem(_("is taken"), _("Choose another short name."), field="slug", value=slug)])
        last = edition.chapters.order_by("-position").values_list("position", flat=True).first() or 0
        chapter = Chapter.objects.create(edition=edition, position=last + 1, slug=slug, title=plain_text(title, 200), text="\n")
        ChapterVersion.objects.create(
            chapter=chapter, number=1, base=0, at=now, author=actor if getattr(actor, "pk", None) else None,
            author_label=plain_text(str(actor), 200), title=chapter.title, text=chapter.text,
        )  # fmt: skip
    return chapter


WORDS = frozenset({
    "write", "builds", "build", "move", "describe", "numbers", "sign", "release", "review", "errata", "comments", "confirm", "changes", "files",
    "figures", "sources", "print", "set-back", "chapters",
})  # fmt: skip
"""Words of addresses below an edition that are no chapters."""
