"""Who may change the record."""

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles


def is_office(person: object) -> bool:
    """The LEAPS office, or the installation's administrator."""
    return bool(getattr(person, "is_superuser", False) and getattr(person, "is_active", False)) or (
        accounts_queries.holds(person, roles.OFFICE)
    )


def may_edit_facility(person: object, facility: str) -> bool:
    """The editor of that facility, or the office; objects of no facility are the office's."""
    return is_office(person) or (
        bool(facility) and accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)
    )


def edits_anything(person: object) -> bool:
    """Whether the person may change any part of the record."""
    return is_office(person) or bool(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))
