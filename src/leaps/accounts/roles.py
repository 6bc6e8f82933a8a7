"""The roles a person can hold. Later apps register their own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a role is held over."""

    ALL = "all"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: stable code, the words for people, and what it is held over."""

    code: str
    title: str
    scope: Scope
    description: str = ""


OFFICE = Role("office", "LEAPS office", Scope.ALL, "Keeps the whole record and the list of roles.")
FACILITY_EDITOR = Role(
    "facility_editor", "Facility editor", Scope.FACILITY, "Vouches for what is said about one facility."
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


def role(code: str) -> Role:
    """The role of a code. Raises KeyError for an unknown one."""
    return _roles[code]


_scope_choices: dict[Scope, Callable[[], list[tuple[str, str]]]] = {}


def register_scope(scope: Scope, choices: Callable[[], list[tuple[str, str]]]) -> None:
    """Say what a kind of scope can be, as (key, name) pairs; the app that keeps the objects knows."""
    _scope_choices[scope] = choices


def scope_choices(scope: Scope) -> list[tuple[str, str]]:
    """The (key, name) pairs over which roles of this kind of scope can be held."""
    return _scope_choices[scope]() if scope in _scope_choices else []


register(OFFICE)
register(FACILITY_EDITOR)
