"""Who holds which role."""

from leaps.accounts import roles
from leaps.accounts.models import RoleGrant, User


def holds(user: object, role: roles.Role, scope: str = "") -> bool:
    """Whether the person holds the role over the scope. Anonymous visitors hold none.

    Grants are read once per person object, so a page asks the database once.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    return (role.code, scope) in grants_of(user)


def grants_of(user: User) -> frozenset[tuple[str, str]]:
    """The (role code, scope) pairs of a person."""
    cached: frozenset[tuple[str, str]] | None = getattr(user, "_grant_pairs", None)
    if cached is None:
        cached = frozenset(RoleGrant.objects.filter(user=user).values_list("role", "scope"))
        user._grant_pairs = cached  # type: ignore[attr-defined]  # noqa: SLF001  a per-request cache on the instance
    return cached


def scopes_of(user: object, role: roles.Role) -> frozenset[str]:
    """The scopes over which the person holds the role."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(scope for code, scope in grants_of(user) if code == role.code)
