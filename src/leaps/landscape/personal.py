"""What editions and tags keep about a person: texts, remarks, confirmations, signatures; works and tags."""

from typing import Any, Final

from django.db.models import Model

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.landscape.models import (
    Acceptance,
    AdoptedWork,
    Build,
    ChallengeTag,
    ChapterDraft,
    ChapterVersion,
    Comment,
    Confirmation,
    Edition,
    EditionReminder,
    Erratum,
    Sheet,
    Signature,
    TaggingEvent,
    Work,
)
from leaps.record.personal import GONE

# Table, the person, the name kept beside it, and what an export tells besides.
TRACES: Final[tuple[tuple[type[Model], str, str, tuple[str, ...]], ...]] = (
    (Edition, "opened_by", "opened_label", ("title", "opened_at")),
    (ChapterVersion, "author", "author_label", ("title", "number", "at", "note", "text")),
    (Build, "asked_by", "asked_label", ("asked_at", "state")),
    (Acceptance, "by", "by_label", ("label", "reason", "at")),
    (Erratum, "decided_by", "decided_label", ("label", "text", "decided_at")),
    (Comment, "author", "author_label", ("chapter", "quote", "text", "at")),
    (Comment, "resolved_by", "resolved_label", ("chapter", "resolved_at")),
    (Confirmation, "by", "by_label", ("facility", "key", "verdict", "note", "at")),
    (Sheet, "delegate", "delegate_label", ("facility",)),
    (Sheet, "signed_by", "signed_label", ("facility", "signed_at")),
    (Signature, "by", "by_label", ("approves", "note", "at")),
    (Sheet, "set_back_by", "set_back_label", ("facility", "set_back_at", "set_back_reason")),
    (Signature, "set_back_by", "set_back_label", ("set_back_at", "set_back_reason")),
    (Work, "stated_by", "stated_label", ("kind", "title", "stated_at", "withdrawn_at")),
    (ChallengeTag, "by", "by_label", ("state", "strength", "note", "at")),
    (AdoptedWork, "by", "by_label", ("kind", "key", "at")),
    (TaggingEvent, "actor", "actor_label", ("verb", "changes", "at")),
)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _export(person: User) -> list[dict[str, Any]]:
    found = [
        {"what": f"{model.__name__}: {who}", **{name: _plain(value) for name, value in row.items()}}
        for model, who, _label, told in TRACES
        for row in model._default_manager.filter(**{who: person}).values(*told)
    ]
    reminders = EditionReminder.objects.filter(person=person).values_list("mark", "sent_on")
    unsaved = ChapterDraft.objects.filter(person=person).values("chapter__slug", "title", "base", "text", "at")
    found += [{"what": "ChapterDraft: person", **{name: _plain(value) for name, value in row.items()}} for row in unsaved]
    return found + [{"what": "EditionReminder: person", "mark": mark, "sent_on": day.isoformat()} for mark, day in reminders]


def _erase(person: User) -> None:
    """Texts and words stay, without the person; what a released edition prints about who answered for a number stays too."""
    ChapterDraft.objects.filter(person=person).delete()  # nobody else has read it
    for model, who, label, _told in TRACES:
        model._default_manager.filter(**{who: person}).update(**{who: None, label: GONE})


register(Holding("landscape", _export, _erase))
