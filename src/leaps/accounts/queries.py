"""Who is who, and who holds which role."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from leaps.accounts import roles
from leaps.accounts.models import ApiToken, AuditEntry, RoleGrant, User


def signed_in(request: HttpRequest) -> User:
    """The person of a request to a page that asks for a sign-in.

    Raises TypeError when nobody is signed in: the page forgot to ask.
    """
    if not isinstance(request.user, User):
        message = "this page is for signed-in people only"
        raise TypeError(message)
    return request.user


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


def holders(role: roles.Role, scope: str = "") -> list[User]:
    """The active people who hold the role over the scope."""
    grants = RoleGrant.objects.filter(role=role.code, scope=scope, user__is_active=True).select_related("user")
    return [grant.user for grant in grants.order_by("pk")]


def is_office(person: object) -> bool:
    """The LEAPS office, the installation's administrator, or its operators at the command line."""
    if not getattr(person, "is_active", False):
        return False
    return bool(getattr(person, "is_superuser", False)) or holds(person, roles.OFFICE)


def people(search: str = "") -> QuerySet[User]:
    """People by name or address, with their roles."""
    found = User.objects.prefetch_related("grants").order_by("name", "email")
    return found.filter(Q(name__icontains=search) | Q(email__icontains=search)) if search else found


def audit(*, person: User | None = None) -> QuerySet[AuditEntry]:
    """What was done to accounts, roles and tokens, newest first."""
    found = AuditEntry.objects.select_related("actor", "subject").order_by("-at", "-pk")
    return found.filter(subject=person) if person else found


def addresses_of(person: User) -> list[str]:
    """Every address that is surely this person's: the account's and the confirmed ones."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return sorted({person.email.lower(), *(address.lower() for address in confirmed)})


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """A person's API tokens, newest first."""
    return ApiToken.objects.filter(user=person).order_by("-created_at")


def has_second_factor(person: User) -> bool:
    """Whether sign-in asks this person for more than a password."""
    return bool(Authenticator.objects.filter(user=person).exists())
