"""Who may change the record."""

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.record.registry import RecordType


def is_office(person: object) -> bool:
    """The LEAPS office, the installation's administrator, or the installation itself."""
    return accounts_queries.is_office(person)


def is_editor_of(person: object, facility: str) -> bool:
    """Whether the person vouches for what is said about that facility."""
    return accounts_queries.holds(person, roles.FACILITY_EDITOR, facility)


def may_edit_facility(person: object, facility: str) -> bool:
    """The editor of that facility, or the office; objects of no facility are the office's."""
    return is_office(person) or (
        bool(facility) and is_editor_of(person, facility)
    )


def may_edit(person: object, record_type: RecordType, facility: str) -> bool:
    """Whoever may edit the facility, and whom the kind lets in beside them."""
    return may_edit_facility(person, facility) or (record_type.may_edit is not None and record_type.may_edit(person, facility))


def edits_anything(person: object) -> bool:
    """Whether the person may change any part of the record."""
    return is_office(person) or bool(accounts_queries.scopes_of(person, roles.FACILITY_EDITOR))
