"""Who may agree on actions, hold meetings, see proposed dark periods, and draw roadmaps."""

from django.utils.translation import gettext_lazy as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.accounts.models import User
from leaps.roadmaps.charting import Part
from leaps.roadmaps.models import Action, Roadmap, Seat
from leaps.roadmaps.types import ActionStatus, Visibility

GROUP_CHAIR = roles.register(
    roles.Role("group_chair", _("Group chair"), roles.Scope.ALL, _("Agrees on actions, gives them owners, closes them and holds meetings; states what was measured and how ready technologies are."))
)


DIRECTOR = roles.register(
    roles.Role("director", _("Director"), roles.Scope.FACILITY, _("Sees every proposed dark period, drafts too, and proposes those of one facility; states what it has measured."))
)
FUNDER = roles.register(roles.Role("funder", _("Funder"), roles.Scope.ALL, _("Sees the dark periods that facilities have agreed on.")))


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


def directs(person: object) -> bool:
    """Directors of any facility, and the office: the circle in which drafts are shown."""
    return accounts_queries.is_office(person) or bool(accounts_queries.scopes_of(person, DIRECTOR))


def facilities_of(person: object) -> frozenset[str]:
    """The facilities whose own people the person is among, in whatever role held over one facility."""
    if not isinstance(person, User) or not person.is_active:
        return frozenset()
    own = {role.code for role in roles.all_roles() if role.scope == roles.Scope.FACILITY}
    return frozenset(scope for code, scope in accounts_queries.grants_of(person) if code in own)


def may_plan(person: object, facility: str) -> bool:
    """Editors and directors of a facility, and the office, propose its dark periods and offer its hours."""
    return accounts_queries.is_office(person) or any(
        accounts_queries.holds(person, role, facility) for role in (DIRECTOR, roles.FACILITY_EDITOR)
    )


def may_estimate(person: object, facility: str) -> bool:
    """Who plans for the facility, and the chairs, say how long its work takes; without a facility the chairs and the office do."""
    return may_chair(person) or (bool(facility) and may_plan(person, facility))


def may_state(person: object, facility: str) -> bool:
    """Who plans for the facility, and the chairs, state what it has measured and how ready it is; of no facility the chairs and the office do."""
    return may_estimate(person, facility)


def states_anything(person: object) -> bool:
    """Whether the person states measurements or readiness of some facility."""
    return may_chair(person) or plans_anything(person)


def plans_anything(person: object) -> bool:
    """Whether the person speaks for some facility."""
    return accounts_queries.is_office(person) or any(accounts_queries.scopes_of(person, role) for role in (DIRECTOR, roles.FACILITY_EDITOR))


def levels_seen(person: object) -> tuple[Visibility, ...]:
    """The visibilities a person sees of every facility; of one's own all are seen."""
    if directs(person):
        return tuple(Visibility)
    if accounts_queries.holds(person, FUNDER):
        return Visibility.AGREED, Visibility.PUBLIC
    return (Visibility.PUBLIC,)


# -- roadmaps of groups ------------------------------------------------------------------------------


def part_of(person: object, roadmap: Roadmap) -> Part | None:
    """What a person is in the group of a roadmap; the office and whoever chairs all groups are chairs everywhere."""
    if not isinstance(person, User) or not person.is_active:
        return None
    if may_chair(person):
        return Part.CHAIR
    found = Seat.objects.filter(roadmap=roadmap, person=person).values_list("part", flat=True).first()
    return Part(found) if found else None


def may_see_roadmap(person: object, roadmap: Roadmap) -> bool:
    """Public ones everybody, the others their group."""
    return roadmap.is_public or part_of(person, roadmap) is not None


def may_edit_roadmap(person: object, roadmap: Roadmap) -> bool:
    """Chairs and editors of the group change items and links."""
    return part_of(person, roadmap) in (Part.CHAIR, Part.EDITOR)


def may_lead_roadmap(person: object, roadmap: Roadmap) -> bool:
    """Chairs of the group name its people, open grids and freeze editions."""
    return part_of(person, roadmap) == Part.CHAIR
