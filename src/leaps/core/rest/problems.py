"""Refusals of the API as problem documents (RFC 9457): what is wrong, where, and what would cure it."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from leaps.core.errors import Conflict, DomainError, InvalidInput, Problem

PROBLEM = "application/problem+json"


class ProblemItem(Schema):
    """One thing wrong with a request."""

    field: str = Field("", description="The parameter or field concerned.")
    value: str = Field("", description="What was found there.")
    message: str
    cure: str = Field("", description="What would make it right.")
    file: str = Field("", description="The table of a pack.")
    row: int | None = Field(None, description="The row of that table; the header is row 1.")


class ProblemDocument(Schema):
    """What went wrong, in words, with everything that has to be mended (RFC 9457)."""

    type: str = Field("about:blank", description="Always about:blank: status and words say all there is.")
    title: str
    status: int
    detail: str = ""
    problems: list[ProblemItem] = []
    present: dict[str, Any] | None = Field(
        None, description="With 412, and with 409 where a change named its base: the object as it is now, so that nothing is overwritten unseen."
    )


class PreconditionRequired(DomainError):
    """The request must say which version it changes."""

    status = 428


class ChangedMeanwhile(Conflict):
    """A change that named its base in the body came second; `present` is how the object is now, for the answer."""

    def __init__(self, message: str, *, present: dict[str, Any], problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.present, self.problems = present, tuple(problems)


class PreconditionFailed(DomainError):
    """The object was changed in the meantime; `present` is how it is now, for the answer."""

    status = 412

    def __init__(self, message: str, *, present: dict[str, Any], problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.present, self.problems = present, tuple(problems)


def title_of(status: int) -> str:
    """The status in a few words."""
    titles = {
        400: _("This request cannot be read"),
        401: _("No valid token"),
        403: _("Not yours to do"),
        404: _("Not found"),
        405: _("Not possible at this address"),
        409: _("Conflict"),
        412: _("Changed in the meantime"),
        413: _("Too large"),
        422: _("Cannot be processed"),
        428: _("Say which version you change"),
        429: _("Too many requests"),
        500: _("Something broke on our side"),
        503: _("Not possible just now"),
    }
    return titles.get(status) or HTTPStatus(status).phrase


def problem_document(status: int, detail: str = "", problems: Iterable[Problem] = (), **more: Any) -> HttpResponse:
    """A problem document; `more` are further members."""
    items = [
        {"field": p.field, "value": p.value[:200], "message": p.message, "cure": p.cure, "file": p.file, "row": p.row}
        for p in problems
    ]
    body = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail, "problems": items}
    return JsonResponse(body | more, status=status, content_type=PROBLEM)


def _first_sentence(error: InvalidInput) -> str:
    rest = len(error.problems) - 1
    first = str(error.problems[0])[:500] if error.problems else ""
    return _("%(first)s And %(n)d more, see problems.") % {"first": first, "n": rest} if rest > 0 else first


def install_error_handlers(api: NinjaAPI) -> None:
    """Every expected failure leaves the API as a problem document; the rest is Django's to log as 500."""

    @api.exception_handler(DomainError)
    def domain(_request: HttpRequest, error: DomainError) -> HttpResponse:
        if isinstance(error, InvalidInput):
            return problem_document(error.status, _first_sentence(error), error.problems)
        if isinstance(error, PreconditionFailed | ChangedMeanwhile):
            return problem_document(error.status, str(error), error.problems, present=error.present)
        return problem_document(error.status, str(error))

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [_pydantic_problem(item) for item in error.errors]
        return problem_document(422, _("The body is not what this operation takes."), found)

    @api.exception_handler(AuthenticationError)
    def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        answer = problem_document(
            401, _("Send a valid token as “Authorization: Bearer leaps_…”. You make one in your account, under keys to the API.")
        )
        answer["WWW-Authenticate"] = 'Bearer realm="LEAPS Commons"'
        return answer

    @api.exception_handler(HttpError)
    def http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_document(error.status_code, str(error))

    @api.exception_handler(Http404)
    def missing(_request: HttpRequest, error: Http404) -> HttpResponse:
        return problem_document(404, str(error))


def _pydantic_problem(error: dict[str, Any]) -> Problem:
    """One complaint of the body's schema; the place is given without the names of our own functions."""
    place = [str(part) for part in error.get("loc", ())]
    field = ".".join(place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:])
    cures = {
        "missing": _("Add it."),
        "extra_forbidden": _("Leave it out."),
        "string_too_long": _("Shorten it."),
    }
    return Problem(str(error.get("msg", "")), cures.get(str(error.get("type")), ""), field=field[:200])
