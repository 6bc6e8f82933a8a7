"""Campaigns and returns: see who has delivered, send a return, learn what became of it. Nothing is signed here."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Router, UploadedFile

from leaps.accounts.tokens import OpenOrToken, Token, caller, seen_by
from leaps.catalogue.models import Facility
from leaps.core.errors import NotAllowed
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given
from leaps.indicators import actions, rules
from leaps.indicators.api.answering import FacilityKey, ReturnId, Year
from leaps.indicators.api.schemas import (
    HOUSE_ERRORS,
    HOUSE_LIST_ERRORS,
    READ_ERRORS,
    SEND_ERRORS,
    CampaignDetail,
    CampaignPage,
    ReturnOut,
)
from leaps.indicators.models import Campaign, Return
from leaps.indicators.queries import returns as queries
from leaps.record.api.objects import readable

router = Router(tags=["Returns"])


def _watcher(request: HttpRequest) -> object:
    person: object = getattr(request, "auth", None)
    if not rules.returns_anything(person):
        raise NotAllowed(_("Returns are seen by KPI officers and the office: send a token of one."))
    return person


@router.get(
    "/campaigns", response={200: CampaignPage, **HOUSE_LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_campaigns",
    summary="Campaigns", openapi_extra=readable(CURSOR, LIMIT),
)  # fmt: skip
def list_campaigns(request: HttpRequest) -> HttpResponse:
    """Every year that is or was collected, newest first, with how far it is. With a token of a KPI officer or the office."""
    given = Given(request, (CURSOR, LIMIT))
    limit, cursor = given.number(LIMIT), given.text("cursor")
    given.check()
    before = answers.decode_cursor(cursor, int)
    _watcher(request)
    rows = [row for row in queries.campaigns() if not before or row.campaign.year < before[0]]
    more, rows = len(rows) > limit, rows[:limit]
    following = answers.next_address(request, answers.encode_cursor([rows[-1].campaign.year])) if more else None
    return seen_by(request, {"items": [_campaign(row) for row in rows], "next": following})


def _campaign(row: queries.CampaignRow) -> dict[str, Any]:
    found = row.campaign
    return {
        "year": found.year, "due_on": found.due_on.isoformat(), "note": found.note,
        "frozen_at": found.frozen_at.isoformat() if found.frozen_at else None, "signed": row.signed, "expected": row.expected,
        "synthetic": row.synthetic, "url": settings.BASE_URL + reverse("indicators:campaign", args=[found.year]),
    }  # fmt: skip


@router.get(
    "/campaigns/{int:year}", response={200: CampaignDetail, **HOUSE_ERRORS}, auth=OpenOrToken(), operation_id="read_campaign",
    summary="Who has delivered", openapi_extra=readable(),
)  # fmt: skip
def read_campaign(request: HttpRequest, year: Year) -> HttpResponse:
    """One year with every facility that is asked, and where its return stands. With a token of a KPI officer or the office."""
    Given(request, ()).check()
    viewer = _watcher(request)
    row = next((row for row in queries.campaigns() if row.campaign.year == year), None)
    if row is None:
        raise Http404(_("No campaign collects this year."))
    deliveries = [
        {
            "facility": d.slug, "name": d.name, "state": d.state, "signed_by": d.signed.signed_label if d.signed else None,
            "signed_at": d.signed.signed_at.isoformat() if d.signed and d.signed.signed_at else None,
            "embargo_until": d.signed.embargo_until.isoformat() if d.signed and d.signed.embargo_until else None,
            "latest": str(d.latest.pk) if d.latest and d.may_open else None,
        }
        for d in queries.deliveries(row.campaign, viewer)
    ]  # fmt: skip
    return seen_by(request, _campaign(row) | {"deliveries": deliveries})


@router.post(
    "/campaigns/{int:year}/returns/{facility}", response={201: ReturnOut, **SEND_ERRORS}, auth=Token("returns:write"),
    operation_id="send_return", summary="Send a return",
)  # fmt: skip
def send_return(
    request: HttpRequest, file: File[list[UploadedFile]], year: Year, facility: FacilityKey
) -> HttpResponse:
    """The files of a year (CSV, XLSX, Parquet or zip, named like the records they hold), by a KPI officer of the facility.

    They are only looked at: ask for the return until its state is no longer `received`, then mend what `problems`
    names, or sign it on its page. Several files are several parts `file`; more than 64 MB are sent by the page.
    """
    Given(request, ()).check()
    person = caller(request)
    campaign = Campaign.objects.filter(year=min(year, 9999)).first()
    if campaign is None or not Facility.objects.filter(slug=facility).exists():
        raise Http404(_("No campaign collects this year, or the record has no such facility."))
    if not rules.may_return_for(person, facility):
        raise NotAllowed(_("Only the facility's KPI officers send its returns."))
    given = [actions.Sent(one.name or "", one.size or 0, one.chunks(1 << 20)) for one in file]
    made = actions.receive(
        campaign=campaign, facility=facility, files=actions.keep_for_later(given), actor=person, now=timezone.now(),
        language=get_language() or "en",
    )  # fmt: skip
    body = _return(made)
    location = request.build_absolute_uri(f"/api/v1/returns/{made.pk}")
    return answers.written(body, answers.list_etag(answers.as_bytes(body).decode()), status=201, location=location)


@router.get(
    "/returns/{uuid:return_id}", response={200: ReturnOut, **READ_ERRORS}, auth=OpenOrToken(), operation_id="read_return",
    summary="What became of a return", openapi_extra=readable(),
)  # fmt: skip
def read_return(request: HttpRequest, return_id: ReturnId) -> HttpResponse:
    """Its state, every problem with file, row, field and cure, and what looks odd.

    With a token of an officer or editor of the facility or of the office; for everybody else it does not exist.
    """
    Given(request, ()).check()
    found = queries.visible_return(getattr(request, "auth", None), return_id)
    if found is None:
        raise Http404(_("There is no such return."))
    return seen_by(request, _return(found))


def _return(sent: Return) -> dict[str, Any]:
    return {
        "id": str(sent.pk), "facility": sent.facility, "year": sent.campaign.year, "state": sent.state, "sent_at": sent.sent_at.isoformat(),
        "sent_by": sent.sent_label, "synthetic": sent.is_synthetic,
        "files": [{"name": file.name, "size": file.size} for file in sent.files.order_by("pk")], "tables": sent.tables,
        "problems": [{name: p[name] for name in ("field", "value", "message", "cure", "file", "row")} for p in sent.problems],
        "warnings": sent.warnings, "comment": sent.comment, "reason": sent.reason,
        "embargo_until": sent.embargo_until.isoformat() if sent.embargo_until else None,
        "signed_by": sent.signed_label or None, "signed_at": sent.signed_at.isoformat() if sent.signed_at else None,
        "url": settings.BASE_URL + reverse("indicators:return", args=[sent.pk]),
    }  # fmt: skip
