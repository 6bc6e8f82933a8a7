"""Keeping what somebody writes and has not saved yet."""

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.landscape import rules
from leaps.landscape.models import Chapter, ChapterDraft, Edition
from leaps.landscape.models.editions import LONGEST_TEXT
from leaps.record.specs import plain_text

KEPT: Final = dt.timedelta(days=30)


def of(chapter: Chapter, person: Any) -> ChapterDraft | None:
    """The unsaved text of a person, None when there is none that differs from what stands."""
    found = ChapterDraft.objects.filter(chapter=chapter, person_id=getattr(person, "pk", None)).first()
    return found if found is not None and (found.text, found.title) != (chapter.text, chapter.title) else None


def keep(*, chapter: Chapter, base: int, title: str, text: str, actor: Any, now: dt.datetime) -> ChapterDraft | None:
    """Keep a text that is being written; None when it says what stands or what the person has saved. Raises NotAllowed, InvalidInput."""
    text = as_saved(text)
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise InvalidInput([Problem(_("cannot be kept"), _("It is too long, or holds a null character."), field="text")])
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=chapter.edition_id)
        if not rules.may_write(actor, edition):
            raise NotAllowed(_("Only authors and the office write, until the edition is released."))
        chapter = Chapter.objects.get(pk=chapter.pk)
        title = plain_text(title, 200) or chapter.title
        # A request that was under way when the text was saved arrives after it.
        saved = chapter.versions.filter(author=actor, number__gt=base, title=title, text=text).exists()
        if saved or (text, title) == (chapter.text, chapter.title):
            discard(chapter=chapter, actor=actor)
            return None
        made, _created = ChapterDraft.objects.update_or_create(
            chapter=chapter, person=actor, defaults={"base": base, "title": title, "text": text, "at": now}
        )
    return made


def as_saved(text: str) -> str:
    """A text as saving leaves it."""
    return text.replace("\r\n", "\n").rstrip() + "\n"


def discard(*, chapter: Chapter, actor: Any) -> None:
    """Forget the unsaved text of a person: it is saved, or not wanted."""
    ChapterDraft.objects.filter(chapter=chapter, person_id=getattr(actor, "pk", None)).delete()


def forget_old(now: dt.datetime) -> int:
    """Forget unsaved texts that nobody came back to; how many."""
    return ChapterDraft.objects.filter(at__lt=now - KEPT).delete()[0]
