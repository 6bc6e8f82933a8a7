"""Remarks, answers for unverified numbers, and errata."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.documents.comparing import Moved, moved_numbers
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import binding, edition_queries, rules
from leaps.landscape.actions import anchoring
from leaps.landscape.models import Acceptance, Comment, Edition, Erratum
from leaps.landscape.stages import ErratumState, Stage
from leaps.record.specs import plain_text

LONGEST_COMMENT = 4000


def _words(text: str, most: int, field: str, cure: str) -> str:
    text = plain_text(text, most)
    if not text:
        raise InvalidInput([Problem(_("is missing"), cure, field=field)])
    return text


def comment(
    *, edition: Edition, chapter: str, text: str, actor: Any, now: dt.datetime, quote: str = "", near: int = 0, parent: Comment | None = None
) -> Comment:
    """Say something about a paragraph, or reply; `near` is the number of the paragraph on the page. Raises NotAllowed, InvalidInput."""
    if not rules.may_comment(actor, edition):
        raise NotAllowed(_("Sign in to comment; a released edition takes no more comments."))
    about = edition.chapters.filter(slug=chapter).first()
    if about is None:
        raise InvalidInput([Problem(_("is no chapter of this edition"), _("Choose one of its chapters."), field="chapter", value=chapter)])
    if parent is not None and (parent.edition_id != edition.pk or parent.parent_id is not None):
        raise InvalidInput([Problem(_("cannot be replied to"), _("Reply to the first remark."), field="parent")])
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidInput([Problem(_("is missing"), _("Write what you mean."), field="text")])
    made = Comment(
        edition=edition, chapter=chapter if parent is None else parent.chapter, quote=plain_text(quote, 400), parent=parent, text=text[:LONGEST_COMMENT], author=actor,
        author_label=plain_text(str(actor), 200), at=now,
    )  # fmt: skip
    if made.quote and parent is None:
        anchoring.place(made, about.text, near)
    made.save()
    return made


def may_resolve(person: Any, remark: Comment) -> bool:
    """Who writes the edition, and who made the remark."""
    return rules.may_write(person, remark.edition) or (
        rules.may_comment(person, remark.edition) and remark.author_id is not None and remark.author_id == person.pk
    )


def resolve(*, remark: Comment, actor: Any, now: dt.datetime) -> Comment:
    """Call a remark settled, or open it again. Raises NotAllowed."""
    with transaction.atomic():
        remark = Comment.objects.select_for_update(of=("self",)).select_related("edition").get(pk=remark.pk)
        if not may_resolve(actor, remark):
            raise NotAllowed(_("Authors, the office and whoever made the remark settle it."))
        done = remark.resolved_at is None
        remark.resolved_at = now if done else None
        remark.resolved_by, remark.resolved_label = (actor, plain_text(str(actor), 200)) if done else (None, "")
        remark.save(update_fields=["resolved_at", "resolved_by", "resolved_label"])
    return remark


def accept_number(*, edition: Edition, key: str, reason: str, actor: Any, now: dt.datetime) -> Acceptance:
    """Answer for a number nobody has verified, so that the release may print it with the reason.

    Raises NotAllowed, InvalidInput for a number the last build does not hold or without a reason.
    """
    if not rules.may_accept(actor, edition):
        raise NotAllowed(_("Only members of the board answer for unverified numbers."))
    label = next((label for number, label in unverified(edition) if number == key), None)
    if label is None:
        raise InvalidInput([Problem(_("is no unverified number of the last build"), _("Build the draft again, then look."), field="key", value=key)])
    words = _words(reason, 300, "reason", _("Say why it may be printed; the reason is printed with it."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if not rules.may_accept(actor, edition):
            raise NotAllowed(_("Only members of the board answer for unverified numbers."))
        values = {"label": label[:300], "reason": words, "by": actor, "by_label": plain_text(str(actor), 200), "at": now}
        made, _created = Acceptance.objects.update_or_create(edition=edition, key=key, defaults=values)
    return made


def withdraw_acceptance(*, acceptance: Acceptance, actor: Any) -> None:
    """No longer answer for a number. Raises NotAllowed."""
    if not rules.may_accept(actor, acceptance.edition):
        raise NotAllowed(_("Only members of the board answer for unverified numbers."))
    acceptance.delete()


def unverified(edition: Edition) -> list[tuple[str, str]]:
    """Key and name of every number of the last build or attempt that nobody has verified."""
    last = edition.builds.exclude(uses=[]).order_by("-pk").first()
    found = {use.number.key: use.number.label for use in edition_queries.uses_of(last) if use.number.standing.value == "unverified"}
    return list(found.items())


# -- after the release -------------------------------------------------------------------------------


def moved(edition: Edition) -> list[Moved]:
    """The numbers of the last build that are no longer what was printed, with the sentences to read again."""
    uses = edition_queries.uses_of(edition_queries.last_build(edition))
    return moved_numbers(uses, edition_queries.answered(uses, binding.bind()))


def offer_errata(*, now: dt.datetime) -> int:
    """Offer an erratum for each fact of a released edition that was changed or withdrawn since; how many are new.

    Editions stay as they are. A change that was undone before the office decided is no longer offered.
    """
    n = 0
    for edition in Edition.objects.filter(stage=Stage.RELEASED):
        changed = [one for one in moved(edition) if one.before != one.after and edition_queries.fact_key(one.key) is not None]
        seen = {(one.key[:300], one.after[:300]) for one in changed}
        for erratum in edition.errata.filter(state=ErratumState.OFFERED):
            if (erratum.key, erratum.after) not in seen:
                erratum.delete()
        for one in changed:
            places = [{"chapter": use.chapter, "sentence": use.sentence} for use in one.sentences]
            values = {"label": one.label[:300], "before": one.before[:300], "places": places, "offered_at": now}
            _made, created = Erratum.objects.get_or_create(edition=edition, key=one.key[:300], after=one.after[:300], defaults=values)
            n += created
    return n


def decide_erratum(*, erratum: Erratum, publish: bool, text: str, actor: Any, now: dt.datetime) -> Erratum:
    """The office publishes an erratum beside the edition, or lets it be. Raises NotAllowed, Conflict, InvalidInput."""
    if not rules.may_open(actor):
        raise NotAllowed(_("Only the office decides about errata."))
    words = _words(text, 1000, "text", _("Tell the reader what is wrong and what is right.")) if publish else plain_text(text, 1000)
    with transaction.atomic():
        erratum = Erratum.objects.select_for_update().get(pk=erratum.pk)
        if erratum.state != ErratumState.OFFERED:
            raise Conflict(_("This has been decided already."))
        erratum.state = ErratumState.PUBLISHED if publish else ErratumState.DISMISSED
        erratum.text, erratum.decided_at = words, now
        erratum.decided_by, erratum.decided_label = actor if getattr(actor, "pk", None) else None, plain_text(str(actor), 200)
        erratum.save()
    return erratum
