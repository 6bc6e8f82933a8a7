"""Opening an edition and leading it from stage to stage."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.documents import Chapter as Text
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import rules
from leaps.landscape.models import Chapter, ChapterVersion, Edition
from leaps.landscape.stages import ORDER, Stage
from leaps.record.specs import plain_text

RESERVED: Final = frozenset({"brilliance", "figures", "new", "sheets", "staleness", "views", "slides", "challenges", "messages", "countries", "world"})
"""Words of addresses beside those of editions."""
DAYS: Final = ("draft_until", "confirm_until", "review_until", "comment_until")
ABOUT: Final = ("title", "subtitle", "doi", "creators", "keywords", *DAYS)


def open_edition(
    *, slug: str, title: str, subtitle: str, texts: Sequence[Text], actor: Any, now: dt.datetime, previous: Edition | None = None, is_synthetic: bool = False
) -> Edition:
    """Begin an edition with these chapters; each text is version 1.

    Raises NotAllowed, InvalidInput for a short name that is taken or means something else.
    """
    if not rules.may_open(actor):
        raise NotAllowed(_("Only the office opens editions."))
    if slug in RESERVED or Edition.objects.filter(slug=slug).exists():
        raise InvalidInput([Problem(_("is taken"), _("Choose another, such as landscape-2030."), field="slug", value=slug)])
    if not title.strip():
        raise InvalidInput([Problem(_("is missing"), _("Give the edition a title."), field="title")])
    who = getattr(actor, "pk", None) and actor
    with transaction.atomic():
        made = Edition.objects.create(
            slug=slug, title=plain_text(title, 200), subtitle=plain_text(subtitle, 300), previous=previous, opened_at=now, opened_by=who or None,
            opened_label=plain_text(str(actor), 200), is_synthetic=is_synthetic,
        )  # fmt: skip
        for position, text in enumerate(texts, start=1):
            chapter = Chapter.objects.create(edition=made, position=position, slug=text.slug, title=text.title, text=text.text)
            ChapterVersion.objects.create(
                chapter=chapter, number=1, base=0, at=now, author=who or None, author_label=made.opened_label, title=text.title, text=text.text
            )
    return made


def texts_of(edition: Edition) -> list[Text]:
    """The chapters of an edition as the beginning of the next."""
    return [Text(chapter.slug, chapter.title, chapter.text) for chapter in edition.chapters.all()]


def describe(*, edition: Edition, actor: Any, values: Mapping[str, Any]) -> Edition:
    """Set title, days and the words of the DOI. Raises NotAllowed, Conflict after the release (but a DOI may come late)."""
    if not rules.may_open(actor):
        raise NotAllowed(_("Only the office sets the days of an edition."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        allowed = ("doi",) if edition.is_released else ABOUT
        changed = [name for name in allowed if name in values and values[name] != getattr(edition, name)]
        if edition.is_released and not changed:
            raise Conflict(_("This edition is released: only its DOI can still be given."))
        for name in changed:
            setattr(edition, name, values[name])
        if changed:
            edition.save(update_fields=changed)
    return edition


def move(*, edition: Edition, stage: str, actor: Any) -> Edition:
    """Lead an edition one stage on or back. The release is no such step: see `building.ask`.

    Raises NotAllowed, Conflict when somebody led it elsewhere.
    """
    if not rules.may_open(actor):
        raise NotAllowed(_("Only the office leads an edition from stage to stage."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if edition.is_released:
            raise Conflict(_("This edition is released; it does not change any more."))
        if stage == Stage.RELEASED or stage not in ORDER or abs(ORDER.index(stage) - ORDER.index(edition.stage)) != 1:
            raise Conflict(_("From “%(stage)s” the edition does not go there.") % {"stage": edition.get_stage_display()})
        edition.stage = stage
        edition.save(update_fields=["stage"])
    return edition
