"""The roles a person can hold. Later apps register their own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Scope(StrEnum):
    """What a role is held over. Later apps add kinds of their own: any other word, with `register_scope`."""

    ALL = "all"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: stable code, the words for people, and what it is held over."""

    code: str
    title: "StrOrPromise"
    scope: str
    description: "StrOrPromise" = ""
    is_given: bool = True  # False: everybody with an account holds it, nobody gives it


OFFICE = Role("office", _("LEAPS office"), Scope.ALL, _("Keeps the whole record and the list of roles."))
FACILITY_EDITOR = Role(
    "facility_editor", _("Facility editor"), Scope.FACILITY, _("Vouches for what is said about one facility.")
)
REVIEWER = Role("reviewer", _("Reviewer"), Scope.ALL, _("Can be asked to review; sees only what was given to review."))
USER = Role(
    "user", _("User"), Scope.ALL, _("Saves searches, suggests corrections, follows what became of them."), is_given=False
)

_roles: dict[str, Role] = {}


def register(role: Role) -> Role:
    """Add a role to the registry. Raises ValueError when the code is taken by another role."""
    if _roles.setdefault(role.code, role) != role:
        message = f"role code {role.code!r} is registered twice"
        raise ValueError(message)
    return role


def all_roles() -> tuple[Role, ...]:
    """Every role, in order of registration."""
    return tuple(_roles.values())


def given_roles() -> tuple[Role, ...]:
    """The roles the office gives and takes."""
    return tuple(role for role in _roles.values() if role.is_given)


def role(code: str) -> Role:
    """The role of a code. Raises KeyError for an unknown one."""
    return _roles[code]


def shown(code: str) -> Role:
    """The role of a code for a page; a code whose app is gone shows as it is and opens nothing."""
    return _roles.get(code) or Role(code, code, Scope.ALL, _("This role means nothing any more."))


_scope_choices: dict[str, Callable[[], list[tuple[str, str]]]] = {}


def register_scope(scope: str, choices: Callable[[], list[tuple[str, str]]]) -> None:
    """Say what a kind of scope can be, as (key, name) pairs; the app that keeps the objects knows."""
    _scope_choices[scope] = choices


def scope_choices(scope: str) -> list[tuple[str, str]]:
    """The (key, name) pairs over which roles of this kind of scope can be held."""
    return _scope_choices[scope]() if scope in _scope_choices else []


for _role in (OFFICE, FACILITY_EDITOR, REVIEWER, USER):
    register(_role)
