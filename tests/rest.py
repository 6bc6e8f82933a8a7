"""A caller of the API: JSON in and out, with or without a token."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from leaps.accounts import actions, roles
from leaps.accounts.models import RoleGrant, User

V1 = "/api/v1"


@dataclass
class Caller:
    """Sends requests as one person; without a token as anybody."""

    token: str = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request; header names with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = json.dumps(body) if body is not None and not isinstance(body, str) else body or ""
        address = path if path.startswith("/") else f"{V1}/{path}"
        return Client().generic(method, address, content, "application/json", headers=sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.send("GET", path, **headers)

    def json(self, path: str) -> Any:
        """Read what must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def etag(self, path: str) -> str:
        """The ETag of an address."""
        return str(self.get(path).headers["ETag"])

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> HttpResponse:
        """Send a file."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return Client().post(f"{V1}/{path}", {"file": SimpleUploadedFile(name, content), **fields}, headers=headers)

    def walk(self, path: str) -> Iterator[Any]:
        """Every item of a list, following `next`."""
        following: str | None = f"{V1}/{path}"
        while following:
            page = self.json(following.removeprefix("http://testserver"))
            yield from page["items"]
            following = page["next"]


ANYBODY = Caller()


def person(name: str, *grants: tuple[str, str], scopes: tuple[str, ...] = ("read", "record:write")) -> Caller:
    """Somebody with roles and a fresh token."""
    user = User.objects.create_user(f"{name}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=user, role=role, scope=scope)
    return Caller(actions.create_token(person=user, name="test", scopes=list(scopes), now=timezone.now()))


def office() -> Caller:
    """The office."""
    return person("office", (roles.OFFICE.code, ""))


def editor(facility: str = "ring") -> Caller:
    """The editor of a facility."""
    return person(f"editor-{facility}", (roles.FACILITY_EDITOR.code, facility))


def problems_of(answer: HttpResponse, status: int = 422) -> list[tuple[str, str]]:
    """Field and cure of each problem of a refusal."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [(p["field"], p["cure"]) for p in answer.json()["problems"]]
