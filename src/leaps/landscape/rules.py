"""Who may open, write, see, confirm, sign and release an edition; who states works and decides what they serve."""

from django.utils.translation import gettext_lazy as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.accounts.models import User
from leaps.landscape.models import ChallengeTag, Edition, Sheet, Work
from leaps.landscape.stages import PUBLIC, Stage
from leaps.landscape.types import TagState
from leaps.record import rules as record_rules
from leaps.roadmaps import rules as roadmaps_rules

AUTHOR = roles.register(
    roles.Role("landscape_author", _("Landscape author"), roles.Scope.ALL, _("Writes chapters of the landscape document and builds drafts."))
)
BOARD = roles.register(
    roles.Role("board_member", _("Board member"), roles.Scope.ALL, _("Reviews and signs editions, and answers for unverified numbers in them."))
)


def may_open(person: object) -> bool:
    """The office opens editions and leads them through their stages."""
    return accounts_queries.is_office(person)


def is_board(person: object) -> bool:
    """Members of the board review, sign and answer for numbers."""
    return accounts_queries.holds(person, BOARD)


def writes(person: object) -> bool:
    """Authors and the office write."""
    return accounts_queries.is_office(person) or accounts_queries.holds(person, AUTHOR)


def may_write(person: object, edition: Edition) -> bool:
    """Until it is released."""
    return writes(person) and not edition.is_released


def is_delegate(person: object, edition: Edition) -> bool:
    """Whether a facility has handed its sheet of this edition to the person."""
    return isinstance(person, User) and person.is_active and Sheet.objects.filter(edition=edition, delegate=person).exists()


def may_see(person: object, edition: Edition) -> bool:
    """Everybody from the public comment on; before, those who work on it."""
    return (
        edition.stage in PUBLIC
        or writes(person)
        or is_board(person)
        or bool(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))
        or is_delegate(person, edition)
    )


def may_see_drafts(person: object) -> bool:
    """Whether the person sees editions that are not public yet, whichever they are."""
    return writes(person) or is_board(person) or bool(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))


def may_comment(person: object, edition: Edition) -> bool:
    """Who has an account and may see it, until it is released."""
    return isinstance(person, User) and person.is_active and not edition.is_released and may_see(person, edition)


def may_sign(person: object, edition: Edition) -> bool:
    """The board, in its review and during public comment."""
    return is_board(person) and edition.stage in (Stage.BOARD, Stage.COMMENT)


def may_accept(person: object, edition: Edition) -> bool:
    """The board answers for numbers until the release."""
    return is_board(person) and not edition.is_released


def is_editor(person: object, facility: str) -> bool:
    """Who vouches for the facility."""
    return accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)


def may_confirm(person: object, edition: Edition, facility: str) -> bool:
    """The facility's editors, and whom they have asked."""
    if edition.is_released or not isinstance(person, User) or not person.is_active:
        return False
    return is_editor(person, facility) or Sheet.objects.filter(edition=edition, facility=facility, delegate=person).exists()


def may_see_sheet(person: object, edition: Edition, facility: str) -> bool:
    """The facility, and the office."""
    return accounts_queries.is_office(person) or is_editor(person, facility) or may_confirm(person, edition, facility)


# -- works and the challenges they serve -------------------------------------------------------------


def may_state(person: object) -> bool:
    """Whoever holds any role states works, proposes tags and sees what is suggested."""
    return accounts_queries.is_office(person) or (isinstance(person, User) and person.is_active and bool(accounts_queries.grants_of(person)))


def may_decide(person: object) -> bool:
    """The office, group chairs and the editors of facilities confirm and reject."""
    return roadmaps_rules.may_chair(person) or bool(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))


def may_change_work(person: object, work: Work) -> bool:
    """Who stated it, as long as they hold a role; group chairs and the office."""
    return roadmaps_rules.may_chair(person) or (may_state(person) and isinstance(person, User) and work.stated_by_id == person.pk)


def may_undo(person: object, tag: ChallengeTag) -> bool:
    """Who decides; and who proposed it, while it is but a proposal."""
    own = tag.state == TagState.PROPOSED and isinstance(person, User) and tag.by_id == person.pk
    return may_decide(person) or (own and may_state(person))


def may_adopt(person: object) -> bool:
    """Who may edit the steps of chains in the record, which are of no facility."""
    return record_rules.may_edit_facility(person, "")
