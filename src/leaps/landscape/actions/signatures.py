"""What the board and facilities signed, whether it is still what stands, and who has to sign again."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.documents import Number, Use
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.landscape import binding, edition_queries, rules, signing
from leaps.landscape.models import Build, Edition, Sheet, Signature
from leaps.landscape.signing import Contents, Difference
from leaps.landscape.stages import Stage
from leaps.record import queries as record_queries
from leaps.record.specs import plain_text


class NotReady(Conflict):
    """The edition cannot be released yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A signature of the board or of a facility beside what stands now: `changed` is empty while it is about the same."""

    of: Signature | Sheet
    changed: tuple[Difference, ...]
    is_known: bool = True

    @property
    def is_stale(self) -> bool:
        """Whether it was given to something else."""
        return self.of.set_back_at is None and (bool(self.changed) or not self.is_known)

    @property
    def counts(self) -> bool:
        """Whether it still says something about what stands now."""
        return self.of.set_back_at is None and not self.is_stale


@dataclass(frozen=True, slots=True)
class Text:
    """An edition as it stands now: what the board signs, and what each facility does."""

    board: Contents
    facilities: dict[str, Contents]


def present(edition: Edition, build: Build | None = None) -> Text:
    """Chapters as they are written, numbers as the record answers now, figures and tables as they were last built."""
    build = build or edition_queries.last_build(edition)
    uses = edition_queries.uses_of(build)
    now = _answers(build, uses)
    contents: Contents = dict(build.printed or {}) if build is not None else {}
    contents["chapters"] = {one.slug: signing.chapter(one.title, one.text, one.version) for one in edition.chapters.all()}
    if build is not None:
        contents["numbers"] = signing.numbers(
            Use(use.chapter, use.line, use.call, use.sentence, now[use.number.key]) for use in uses if use.number.key in now
        )
    return Text(contents, facilities(uses, now))


def _answers(build: Build | None, uses: Sequence[Use]) -> dict[str, Number]:
    """Every bound number as the record has it now; what has no answer any more is not in it."""
    if build is None or build.revision == record_queries.current_revision():
        return {use.number.key: use.number for use in uses}
    return {use.number.key: use.number for use in edition_queries.answered(uses, binding.bind())}


def facilities(uses: Sequence[Use], now: Mapping[str, Number]) -> dict[str, Contents]:
    """What each facility has to sign, by its short name."""
    found = {}
    for facility, rows in edition_queries.facts_of_uses(uses).items():
        keys = {row.number.key for row in rows}
        found[facility] = signing.about_a_facility([use for use in uses if use.number.key in keys], uses, now)
    return found


def of_board(edition: Edition, text: Text) -> list[Standing]:
    """The signatures of the board beside a text."""
    return [_beside(one, text.board) for one in edition.signatures.all()]


def of_facilities(edition: Edition, text: Text) -> list[Standing]:
    """The signed sheets of facilities beside a text. A facility of which nothing is printed any more has nothing to sign again."""
    signed = edition.sheets.exclude(signed_at=None)
    return [_beside(one, text.facilities[one.facility], added_only=True) for one in signed if one.facility in text.facilities]


def _beside(one: Signature | Sheet, contents: Contents, *, added_only: bool = False) -> Standing:
    if one.signed is None:
        return Standing(one, (), is_known=False)
    changed = signing.differences(one.signed, contents)
    # What is no longer printed about a facility needs nobody's word.
    return Standing(one, tuple(change for change in changed if change.after or not added_only))


def check(edition: Edition, text: Text) -> None:
    """Refuse a release that somebody objects to, that nobody has signed as it is, or where somebody has to sign again. Raises NotReady."""
    if edition.stage not in (Stage.BOARD, Stage.COMMENT):
        raise NotReady(_("An edition is released from board review or public comment."))
    board = of_board(edition, text)
    against = [one.of.by_label for one in board if isinstance(one.of, Signature) and not one.of.approves]
    if against:
        raise NotReady(_("%(who)s does not approve it.") % {"who": ", ".join(against)})
    stale = [one.of.by_label for one in board if one.is_stale and isinstance(one.of, Signature)]
    if stale:
        raise NotReady(
            _("Something has changed since %(who)s signed. They sign again, or the office sets their signatures back.") % {"who": ", ".join(stale)}
        )
    if not any(one.counts for one in board):
        raise NotReady(_("Nobody of the board has signed it yet."))
    homes = [edition_queries.facility_name(one.of.facility) for one in of_facilities(edition, text) if one.is_stale and isinstance(one.of, Sheet)]
    if homes:
        words = _("What is printed about %(who)s has changed since it was signed there. They sign again, or the office sets their signatures back.")
        raise NotReady(words % {"who": ", ".join(homes)})


def sign(*, edition: Edition, approves: bool, note: str, actor: Any, now: dt.datetime) -> Signature:
    """A member of the board approves the edition, or says why not; may be said anew until the release.

    What is approved is the draft that was built last; it has to be of the text and the numbers as they are now. Raises NotAllowed,
    Conflict, InvalidInput for a refusal without a reason.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if not rules.may_sign(actor, edition):
            raise NotAllowed(_("Members of the board sign during board review and public comment."))
        note = plain_text(note, 1000)
        if not approves and not note:
            raise InvalidInput([Problem(_("is missing"), _("Say what has to change before you approve."), field="note")])
        build = edition_queries.last_build(edition)
        contents = present(edition, build).board
        if approves:
            _check_built(build, contents)
        values = {
            "by_label": plain_text(str(actor), 200), "at": now, "approves": approves, "note": note, "signed": contents, "digest": signing.digest(contents),
            **NOT_SET_BACK,
        }  # fmt: skip
        made, _created = Signature.objects.update_or_create(edition=edition, by=actor, defaults=values)
    return made


NOT_SET_BACK: dict[str, Any] = {"set_back_at": None, "set_back_by": None, "set_back_label": "", "set_back_reason": ""}


def _check_built(build: Build | None, contents: Contents) -> None:
    if build is None or build.printed is None:
        raise Conflict(_("There is no draft to read yet: what is signed is what was built. Have the draft built first."))
    changed = signing.differences(build.printed, contents)
    if changed:
        names = ", ".join(dict.fromkeys(change.name for change in changed[:5]))
        raise Conflict(_("The draft that can be read is older than the text: %(what)s. Have it built again, read it, then sign.") % {"what": names})


def set_back(*, what: Signature | Sheet, reason: str, actor: Any, now: dt.datetime) -> Signature | Sheet:
    """The office sets a signature back that was given to an earlier text: it does not count any more, and stands there with the reason.

    Raises NotAllowed, Conflict for an objection or a signature that still holds, InvalidInput without a reason.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=what.edition_id)
        if not rules.may_open(actor) or edition.is_released:
            raise NotAllowed(_("Only the office sets signatures back, until the edition is released."))
        if isinstance(what, Signature) and not what.approves:
            raise Conflict(_("An objection is not set back: whoever made it says when it is met."))
        text = present(edition)
        standing = next((one for one in (*of_board(edition, text), *of_facilities(edition, text)) if one.of == what), None)
        if standing is None or not standing.is_stale:
            raise Conflict(_("This signature was given to what stands now, or is set back already."))
        words = plain_text(reason, 500)
        if not words:
            raise InvalidInput([Problem(_("is missing"), _("Say why they need not sign again."), field="reason")])
        found = standing.of
        found.set_back_at, found.set_back_by, found.set_back_label, found.set_back_reason = now, actor, plain_text(str(actor), 200), words
        found.save(update_fields=list(NOT_SET_BACK))
    return found


def settled(standings: Iterable[Standing]) -> set[Any]:
    """The people or facilities that need not be reminded: their signatures hold or were set back."""
    return {one.of.by_id if isinstance(one.of, Signature) else one.of.facility for one in standings if not one.is_stale}
