"""Who calls the API: the token in the Authorization header."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from leaps.accounts import actions
from leaps.accounts.models import User


class Token(HttpBearer):
    """A bearer token that carries a scope; `request.auth` is its owner."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The owner of the token. None answers 401; a token without the scope answers 403."""
        found = actions.use_token(token, now=timezone.now())
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise HttpError(403, f"This token does not carry the scope {self.scope}.")
        return found.user


class Reader(HttpBearer):
    """Reading is open to all; who sends a token is not limited as strangers are."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        """A wrong token is refused rather than taken for none."""
        header = request.headers.get("Authorization", "")
        if not header:
            return "anonymous"
        kind, _sep, token = header.partition(" ")
        if kind.lower() != "bearer":
            return None
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The owner of the token."""
        found = actions.use_token(token, now=timezone.now())
        return found.user if found else None
