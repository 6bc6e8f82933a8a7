"""Who may return, sign, watch and freeze."""

from django.utils.translation import gettext_lazy as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles

KPI_OFFICER = roles.register(
    roles.Role("kpi_officer", _("KPI officer"), roles.Scope.FACILITY, _("Returns and signs one facility's yearly records."))
)


def is_office(person: object) -> bool:
    """The office watches every return, opens campaigns and freezes years; it signs for nobody."""
    return accounts_queries.is_office(person)


def may_return_for(person: object, facility: str) -> bool:
    """The facility's KPI officers send, comment and sign its returns."""
    return accounts_queries.holds(person, KPI_OFFICER, facility)


def may_see_return_of(person: object, facility: str) -> bool:
    """Before it is public, a facility's return is seen by its officers and editors, and by the office."""
    return (
        may_return_for(person, facility)
        or accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)
        or is_office(person)
    )


def facilities_seen_by(person: object) -> frozenset[str]:
    """The facilities whose values the person sees before they are public; the office sees all."""
    return facilities_of(person) | accounts_queries.scopes_of(person, roles.FACILITY_EDITOR)


def facilities_of(person: object) -> frozenset[str]:
    """The facilities for which the person returns."""
    return accounts_queries.scopes_of(person, KPI_OFFICER)


def returns_anything(person: object) -> bool:
    """Whether the pages of returns have anything for the person."""
    return bool(facilities_of(person)) or is_office(person)


def may_say_relevance_of(person: object, facility: str) -> bool:
    """What an indicator means for a facility is said by its officers and editors."""
    return may_return_for(person, facility) or accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)


def may_see_suppliers_of(person: object, facility: str) -> bool:
    """What a facility buys from whom is seen by those who see its returns."""
    return may_see_return_of(person, facility)


def may_decide_trades_of(person: object, facility: str) -> bool:
    """The facility's officers and editors know its suppliers; the office watches."""
    return may_return_for(person, facility) or accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)


def facilities_with_suppliers(person: object) -> frozenset[str]:
    """The facilities whose suppliers the person may decide on."""
    return facilities_of(person) | accounts_queries.scopes_of(person, roles.FACILITY_EDITOR)
