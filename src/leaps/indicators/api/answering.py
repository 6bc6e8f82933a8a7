"""What operations share: parts of their addresses, and answers that differ by who asks."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import P, PathEx

from leaps.accounts.models import User
from leaps.core.rest import answers

Year = PathEx[int, P(description="Calendar year.")]
FacilityKey = PathEx[str, P(description="Key of the facility.")]
ReturnId = PathEx[UUID, P(description="The id that sending it was answered with.")]


def seen_by(request: HttpRequest, body: Any) -> HttpResponse:
    """The answer with an ETag of its content; what a token opened stays with whoever holds the token."""
    content = answers.as_bytes(body)
    answer = answers.conditional(request, answers.list_etag(content.decode()), lambda: content)
    answer["Vary"] = "Authorization"
    if isinstance(getattr(request, "auth", None), User):
        answer["Cache-Control"] = "private, no-cache"
    return answer
