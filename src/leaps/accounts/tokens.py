"""Who calls the API: the token in the Authorization header. Cookies are never looked at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from leaps.accounts import actions
from leaps.accounts.models import ApiToken, User
from leaps.core.errors import NotAllowed
from leaps.core.rest import answers

LONGEST = 200


class Token(HttpBearer):
    """A bearer token that carries a scope; `request.auth` is its owner.

    No token, an unknown, expired or revoked one: 401. A token without the scope: NotAllowed, 403.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, _request: HttpRequest, token: str) -> User | None:
        """The owner of the token."""
        found = _use(token)
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise NotAllowed(_("This token does not carry the scope %(scope)s.") % {"scope": self.scope})
        return found.user


class OpenOrToken(HttpBearer):
    """Reading is open to all. A token that is sent must be valid: taking a wrong one for none would hide a mistake."""

    def __call__(self, request: HttpRequest) -> User | str | None:
        """The owner of the token, or a word for everybody."""
        header = request.headers.get("Authorization", "")
        if not header:
            return "everybody"
        kind, _sep, token = header.partition(" ")
        return self.authenticate(request, token) if kind.lower() == "bearer" else None

    def authenticate(self, _request: HttpRequest, token: str) -> User | None:
        """The owner of the token."""
        found = _use(token)
        return found.user if found else None


def _use(token: str) -> ApiToken | None:
    token = token.strip()
    if not token.isascii() or len(token) > LONGEST:
        return None
    return actions.use_token(token, now=timezone.now())


def caller(request: HttpRequest) -> User:
    """The person whose token opened this operation. Raises TypeError where none was asked for."""
    person = getattr(request, "auth", None)
    if not isinstance(person, User):
        message = "this operation does not ask for a token"
        raise TypeError(message)
    return person


def seen_by(request: HttpRequest, body: Any) -> HttpResponse:
    """The answer with an ETag of its content; what a token opened stays with whoever holds the token."""
    content = answers.as_bytes(body)
    answer = answers.conditional(request, answers.list_etag(content.decode()), lambda: content)
    answer["Vary"] = "Authorization"
    if isinstance(getattr(request, "auth", None), User):
        answer["Cache-Control"] = "private, no-cache"
    return answer
