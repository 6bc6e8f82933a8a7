"""What can be done to accounts: roles, tokens, names, leaving. Everything is audited."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaps.accounts import personal_data, queries, roles
from leaps.accounts.models import ApiToken, AuditEntry, RoleGrant, User
from leaps.core import mail
from leaps.core.errors import InvalidInput, NotAllowed, Problem

MOST_TOKENS = 20
TOKEN_DAYS = 365
SCOPES = {
    "read": gettext_lazy("read"),
    "record:write": gettext_lazy("change the record, within your roles"),
    "returns:write": gettext_lazy("send the returns of your facility, never sign them"),
    "roadmaps:write": gettext_lazy("change the roadmaps of your groups, and tell how your actions go"),
}


def _audit(actor: Any, verb: str, subject: User | None = None, detail: str = "") -> None:
    AuditEntry.objects.create(
        actor=actor if isinstance(actor, User) else None,
        actor_label=str(actor)[:200],
        subject=subject,
        subject_label=str(subject or "")[:200],
        verb=verb,
        detail=detail[:400],
    )


def _check_office(actor: Any) -> None:
    if not queries.is_office(actor):
        raise NotAllowed(_("Only the office gives and takes roles."))


def grant_role(*, person: User, code: str, scope: str, actor: Any) -> RoleGrant:
    """Give a person a role over a scope; giving it twice changes nothing.

    Raises NotAllowed, InvalidInput for a role or scope that does not exist.
    """
    _check_office(actor)
    known = {role.code: role for role in roles.given_roles()}
    role = known.get(code)
    if role is None:
        raise InvalidInput([Problem(_("is not a role"), _("Choose one of the list."), field="role", value=code)])
    if role.scope == roles.Scope.ALL:
        scope = ""
    elif scope not in dict(roles.scope_choices(role.scope)):
        cure = _("Choose what the role is held over.")
        raise InvalidInput([Problem(_("is not in the record"), cure, field="scope", value=scope)])
    with transaction.atomic():
        grant, created = RoleGrant.objects.get_or_create(
            user=person, role=code, scope=scope, defaults={"granted_by": actor if isinstance(actor, User) else None}
        )
        if created:
            _audit(actor, "role granted", person, str(grant))
    return grant


def revoke_role(*, grant: RoleGrant, actor: Any) -> None:
    """Take a role back. Raises NotAllowed, InvalidInput for the last holder of the office."""
    _check_office(actor)
    with transaction.atomic():
        if grant.role == roles.OFFICE.code:
            _keep_the_office(grant.user)
        _audit(actor, "role revoked", grant.user, str(grant))
        grant.delete()


def _keep_the_office(leaving: User) -> None:
    """Lock the holders of the office, so that not two leave at once. Raises InvalidInput for the last."""
    grants = RoleGrant.objects.select_for_update().filter(role=roles.OFFICE.code, user__is_active=True)
    holders = {grant.user_id for grant in grants.order_by("pk")}
    if holders == {leaving.pk}:
        cure = _("Give the role of the office to somebody else first.")
        raise InvalidInput([Problem(_("the office must not be empty"), cure, field="role")])


def close_account(*, person: User, actor: Any) -> None:
    """Let nobody sign in as this person any more: sessions and tokens end at once. Can be undone.

    Raises NotAllowed, InvalidInput for the last holder of the office.
    """
    _check_office(actor)
    with transaction.atomic():
        _keep_the_office(person)
        if person.is_active:
            person.is_active = False
            person.save(update_fields=["is_active"])
            _audit(actor, "account closed", person)


def reopen_account(*, person: User, actor: Any) -> None:
    """Let a person in again. Raises NotAllowed."""
    _check_office(actor)
    with transaction.atomic():
        if not person.is_active:
            person.is_active = True
            person.save(update_fields=["is_active"])
            _audit(actor, "account opened again", person)


def drop_second_factor(*, person: User, actor: Any) -> None:
    """Take away all second factors of a person who lost them; the password opens the account again.

    The person is told by mail. Raises NotAllowed, also for one's own: that is done on one's own pages.
    """
    _check_office(actor)
    if person == actor:
        raise NotAllowed(_("Your own second factor is managed on your own pages."))
    with transaction.atomic():
        count, _by_model = Authenticator.objects.filter(user=person).delete()
        if count:
            _audit(actor, "second factor removed", person)
            text = _("The LEAPS office removed the second factors of your account, as somebody asked for it. If that was not you, tell the office at once.")
            mail.send(person.email, _("Your second factor was removed"), text)


def move_scope(*, kind: str, old: str, new: str) -> None:
    """Let the roles over an object follow it when its key changes. Needs an open transaction."""
    codes = [role.code for role in roles.all_roles() if role.scope == kind]
    RoleGrant.objects.filter(role__in=codes, scope=old).update(scope=new)


def rename_person(*, person: User, name: str) -> None:
    """Change the name a person is shown with."""
    if person.name != name:
        _audit(person, "name changed", person, f"{person.name} → {name}")
        person.name = name
        person.save(update_fields=["name"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(*, person: User, name: str, scopes: list[str], now: dt.datetime) -> str:
    """A new API token; the return value is the only place where it stands in full.

    Raises InvalidInput for unknown scopes and for too many tokens.
    """
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        cure = _("Choose from: %(scopes)s.") % {"scopes": ", ".join(SCOPES)}
        raise InvalidInput([Problem(_("is not a scope"), cure, field="scopes", value=", ".join(unknown))])
    if queries.tokens_of(person).count() >= MOST_TOKENS:
        raise InvalidInput([Problem(_("you have too many tokens"), _("Revoke one first."), field="name")])
    token = f"leaps_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(
        user=person, name=name[:100], digest=_digest(token), hint=token[:12], scopes=sorted(scopes),
        expires_at=now + dt.timedelta(days=TOKEN_DAYS),
    )  # fmt: skip
    _audit(person, "token created", person, f"{name}: {', '.join(scopes)}")
    return token


def use_token(token: str, *, now: dt.datetime) -> ApiToken | None:
    """The token a request came with, None when it is unknown, expired or its owner is gone."""
    found = ApiToken.objects.select_related("user").filter(digest=_digest(token), expires_at__gt=now).first()
    if found is None or not found.user.is_active:
        return None
    if found.used_on != now.date():
        ApiToken.objects.filter(pk=found.pk).update(used_on=now.date())
    return found


def revoke_token(*, token: ApiToken, actor: User) -> None:
    """Close a token. Raises NotAllowed for somebody else's."""
    if token.user_id != actor.pk and not queries.is_office(actor):
        raise NotAllowed(_("This token is not yours."))
    _audit(actor, "token revoked", token.user, token.name)
    token.delete()


def export(person: User) -> dict[str, Any]:
    """Everything kept about a person, as JSON values (GDPR, articles 15 and 20)."""
    audit = AuditEntry.objects.filter(Q(subject=person) | Q(actor=person)).order_by("at", "pk")
    account = {
        "email": person.email,
        "name": person.name,
        "created_at": person.created_at.isoformat(),
        "last_sign_in": person.last_login.isoformat() if person.last_login else None,
        "has_password": person.has_usable_password(),
        "is_active": person.is_active,
        "email_addresses": [
            {"email": a.email, "verified": a.verified, "primary": a.primary}
            for a in EmailAddress.objects.filter(user=person).order_by("pk")
        ],
        "other_accounts": [
            {"provider": a.provider, "uid": a.uid, "since": a.date_joined.isoformat(), "data": a.extra_data}
            for a in SocialAccount.objects.filter(user=person).order_by("pk")
        ],
        "second_factors": [
            {"kind": a.type, "name": str(a), "since": a.created_at.isoformat()}
            for a in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "roles": [{"role": g.role, "over": g.scope, "since": g.granted_at.isoformat()} for g in person.grants.order_by("pk")],
        "tokens": [
            {"name": t.name, "hint": t.hint, "scopes": t.scopes, "since": t.created_at.isoformat(), "until": t.expires_at.isoformat()}
            for t in queries.tokens_of(person)
        ],
        "audit": [{"at": e.at.isoformat(), "by": e.actor_label, "did": e.verb, "to": e.subject_label, "detail": e.detail} for e in audit],
    }
    return {"account": account} | {holding.name: holding.export(person) for holding in personal_data.holdings()}


def erase(*, person: User) -> None:
    """Forget a person (GDPR, article 17): account, roles, tokens, and what the apps keep.

    Changes of the record stay, under "a former member". Raises InvalidInput for the last holder
    of the office.
    """
    gone = "a former member"
    with transaction.atomic():
        _keep_the_office(person)
        for holding in personal_data.holdings():
            if holding.erase is not None:
                holding.erase(person)
        mail.forget(queries.addresses_of(person))
        AuditEntry.objects.filter(subject=person).update(subject_label=gone, detail="")
        AuditEntry.objects.filter(actor=person).update(actor_label=gone, detail="")
        _audit(gone, "account erased")
        person.delete()
