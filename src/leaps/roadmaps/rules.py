"""Who may agree on actions, update them and hold meetings."""

from django.utils.translation import gettext_lazy as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.accounts.models import User
from leaps.roadmaps.models import Action
from leaps.roadmaps.types import ActionStatus

GROUP_CHAIR = roles.register(
    roles.Role("group_chair", _("Group chair"), roles.Scope.ALL, _("Agrees on actions, gives them owners, closes them and holds meetings."))
)


def may_chair(person: object) -> bool:
    """Group chairs and the office create, assign and close actions and hold meetings."""
    return accounts_queries.is_office(person) or accounts_queries.holds(person, GROUP_CHAIR)


def owns(person: object, action: Action) -> bool:
    """The person whose action it is; a role in words owns nothing here."""
    return isinstance(person, User) and person.is_active and action.owner_id == person.pk


def may_update(person: object, action: Action) -> bool:
    """Its owner tells how it goes; chairs and the office too."""
    return owns(person, action) or may_chair(person)


def may_see(person: object, action: Action) -> bool:
    """What is agreed is public; a proposal is seen by its owner, the chairs and the office."""
    return action.status != ActionStatus.PROPOSED or may_update(person, action)


def may_see_meetings(person: object) -> bool:
    """Chairs and the office, and whoever owns an action."""
    return may_chair(person) or (
        isinstance(person, User) and person.is_active and Action.objects.filter(owner=person).exists()
    )
