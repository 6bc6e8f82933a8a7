"""Answers of the API: JSON with an ETag, conditional requests, pages with a cursor."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leaps import __version__
from leaps.core.errors import InvalidInput, Problem

JSON = "application/json"


def as_bytes(body: Any) -> bytes:
    """JSON in UTF-8, the same bytes for the same body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def list_etag(*parts: object) -> str:
    """The ETag of an answer that follows from these parts alone (and from the software's version)."""
    text = "\x1f".join(str(part) for part in (__version__, *parts))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def object_etag(version: int, content: Any) -> str:
    """The ETag of one object: its version for people, and a digest of what is shown, in whatever order."""
    text = json.dumps(content, sort_keys=True)
    return f'"{version}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"'


def named(header: str) -> list[str]:
    """The ETags of an If-Match or If-None-Match header, without the mark of weakness."""
    return [part.strip().removeprefix("W/") for part in header.split(",") if part.strip()]


def conditional(request: HttpRequest, etag: str, body: Callable[[], Any], media_type: str = JSON) -> HttpResponse:
    """200 with the body, or 304 without making it, when the reader has it already."""
    known = named(request.headers.get("If-None-Match", ""))
    if etag in known or known == ["*"]:
        answer = HttpResponse(status=304)
    else:
        made = body()
        answer = HttpResponse(made if isinstance(made, bytes) else as_bytes(made), content_type=media_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=0, must-revalidate"
    return answer


def written(body: Any, etag: str, *, status: int = 200, location: str = "") -> HttpResponse:
    """The answer to a write: the object as it is now."""
    answer = HttpResponse(as_bytes(body), content_type=JSON, status=status)
    answer["ETag"] = etag
    answer["Cache-Control"] = "no-store"
    if location:
        answer["Location"] = location
    return answer


def encode_cursor(values: Sequence[str | int]) -> str:
    """Where a page ended, as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: type) -> list[Any] | None:
    """What `encode_cursor` was given; None for no cursor. Raises InvalidInput for a broken one."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == len(types) and all(map(isinstance, values, types)):
            return values
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise broken_cursor(cursor)


def broken_cursor(cursor: str) -> InvalidInput:
    """The refusal of a cursor that this list did not give."""
    cure = _("Use the address under next of the page before, unchanged, or leave the cursor out.")
    return InvalidInput([Problem(_("is not a cursor of this list"), cure, field="cursor", value=cursor[:80])])


def next_address(request: HttpRequest, cursor: str) -> str:
    """The address of the next page: this one with another cursor."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
