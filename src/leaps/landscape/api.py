"""Which works and technologies serve which challenges, as people confirmed it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from leaps.accounts.tokens import OpenOrToken
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.core.rest.problems import ProblemDocument
from leaps.landscape import work_queries, work_tables
from leaps.landscape.models import Challenge, ChallengeTag
from leaps.record.api.objects import readable
from leaps.roadmaps.models import Technology

CHALLENGE = Parameter("challenge", "Only this challenge, by its key.", example="theme-batteries")
TECHNOLOGY = Parameter("technology", "Only this technology, by its key.", example="operando-cells")
SUBJECT = Parameter("subject", "Only works, or only technologies.", {"type": "string", "enum": [work_queries.WORK, work_queries.TECHNOLOGY]})
_PARAMETERS = (CHALLENGE, TECHNOLOGY, SUBJECT, CURSOR, LIMIT)
_ERRORS: dict[Any, Any] = {(401, 422, 429, 503): ProblemDocument}

router = Router(tags=["Challenges"])


class ChallengeTagOut(Schema):
    """A work or a technology that serves a challenge, by the word of a person."""

    id: int
    subject: str = Field(description="work or technology.")
    kind: str = Field(description="paper, dataset, case, project or technology.")
    key: str = Field(description="Of the technology; of a work its number.")
    title: str
    year: int | None
    address: str = Field(description="Where it can be read.")
    challenge: str
    list: str = Field(description="The list of the challenge.")
    challenge_title: str
    strength: int = Field(description="1 helps, 2 matters, 3 hardly to be replaced.")
    note: str | None
    confirmed_by: str = Field(description="For whom the person spoke who confirmed it.")
    confirmed_at: str
    synthetic: bool = Field(description="Made up for a trial.")
    url: str = Field(description="Its page.")


class ChallengeTagPage(Schema):
    """A page of tags."""

    items: list[ChallengeTagOut]
    next: str | None = Field(description="Address of the next page; null at the end.")


@router.get(
    "/challenge_tags", response={200: ChallengeTagPage, **_ERRORS}, auth=OpenOrToken(), operation_id="list_challenge_tags",
    summary="Works and technologies by challenge", openapi_extra=readable(*_PARAMETERS),
)  # fmt: skip
def list_challenge_tags(request: HttpRequest) -> HttpResponse:
    """Confirmed tags in the order in which they were first said. What is only suggested or proposed is not here."""
    given = Given(request, _PARAMETERS)
    limit, cursor = given.number(LIMIT), given.text("cursor")
    challenge, technology = given.text("challenge", 120), given.text("technology", 120)
    subject = given.choice("subject", [work_queries.WORK, work_queries.TECHNOLOGY])
    if challenge and not Challenge.objects.filter(slug=challenge).exists():
        given.refuse("challenge", challenge, _("is not the key of a challenge"), _("Keys are listed at /api/v1/challenges."))
    if technology and not Technology.objects.filter(slug=technology).exists():
        given.refuse("technology", technology, _("is not the key of a technology"), _("Keys are listed at /api/v1/technologies."))
    given.check()
    after = answers.decode_cursor(cursor, int)
    filters: dict[str, Any] = {"challenge__slug": challenge} if challenge else {}
    filters |= {"technology__slug": technology} if technology else {}
    filters |= {f"{subject}__isnull": False} if subject else {}
    start = min(max(after[0], 0), 2**62) if after else 0
    rows = work_queries.confirmed(after=start, limit=limit + 1, **filters)
    more, rows = len(rows) > limit, rows[:limit]
    onward = answers.next_address(request, answers.encode_cursor([rows[-1].pk])) if more else None
    content = answers.as_bytes({"items": _items(rows), "next": onward})
    return answers.conditional(request, answers.list_etag(content.decode()), lambda: content)


def _items(rows: list[ChallengeTag]) -> list[dict[str, Any]]:
    sides = {side: work_queries.side_words(side) for side in {row.side for row in rows}}
    records = work_tables.tag_records(rows, sides)
    return [
        {"id": row.pk, **record, "synthetic": row.is_synthetic, "url": settings.BASE_URL + work_queries.page_of_tag(row)}
        for row, record in zip(rows, records, strict=True)
    ]  # fmt: skip
