"""Computed values, and the reports filled from them."""

from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from leaps.accounts.tokens import OpenOrToken, seen_by
from leaps.catalogue.models import Facility
from leaps.core.rest import answers
from leaps.core.rest.parameters import CURSOR, LIMIT, Given, Parameter
from leaps.indicators import reports
from leaps.indicators.api.answering import FacilityKey, Year
from leaps.indicators.api.schemas import LIST_ERRORS, READ_ERRORS, ComputedValuePage, ReportOut
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.queries import computed as queries
from leaps.indicators.queries.computed import Computed
from leaps.indicators.reports import World, files
from leaps.record.api.objects import readable

LEAGUE: Final = "league"
WHOLE: Final = "whole"
_CODES: Final = sorted(all_indicators())
_DIMENSIONS: Final = [WHOLE, *sorted({name for one in all_indicators().values() for name in one.dims})]

INDICATOR = Parameter("indicator", "Only this indicator.", {"type": "string", "enum": _CODES}, "OPS-14")
FACILITY = Parameter("facility", "Only this facility, by its key; `league` for the league as one.", example=LEAGUE)
YEAR = Parameter("year", "Only this calendar year.", {"type": "integer", "minimum": 1960, "maximum": 2100}, "2024")
DIMENSION = Parameter("dimension", "Only values broken down by this; `whole` for those that are not.", {"type": "string", "enum": _DIMENSIONS}, WHOLE)
WORLD = Parameter("world", "Real or synthetic values; synthetic ones exist in a trial only.", {"type": "string", "enum": list(World.values)})
_PARAMETERS = (INDICATOR, FACILITY, YEAR, DIMENSION, CURSOR, LIMIT)

router = Router(tags=["Indicators"])


@router.get(
    "/computed_values", response={200: ComputedValuePage, **LIST_ERRORS}, auth=OpenOrToken(), operation_id="list_computed_values",
    summary="Computed values", openapi_extra=readable(*_PARAMETERS),
)  # fmt: skip
def list_computed_values(request: HttpRequest) -> HttpResponse:
    """Values computed from signed returns, in the order in which they were computed.

    Everybody gets what is released. With a token, KPI officers and editors get their facility's values exactly, the office all.
    """
    given = Given(request, _PARAMETERS)
    limit, cursor = given.number(LIMIT), given.text("cursor")
    code, dimension, facility = given.choice("indicator", _CODES), given.choice("dimension", _DIMENSIONS), given.text("facility", 100)
    year = given.number(replace(YEAR, schema=YEAR.schema | {"default": 0}))
    if facility and facility != LEAGUE and not Facility.objects.filter(slug=facility).exists():
        given.refuse("facility", facility, _("is not the key of a facility"), _("Keys are listed at /api/v1/facilities."))
    given.check()
    after = answers.decode_cursor(cursor, int)
    filters: dict[str, Any] = {"indicator": code} if code else {}
    filters |= {"facility": "" if facility == LEAGUE else facility} if facility else {}
    filters |= {"campaign__year": year} if year else {}
    filters |= {"dimension": "" if dimension == WHOLE else dimension} if dimension else {}
    start = min(max(after[0], 0), 2**62) if after else 0
    rows = queries.page(getattr(request, "auth", None), after=start, limit=limit + 1, **filters)
    more = len(rows) > limit
    rows = rows[:limit]
    cursor = answers.encode_cursor([rows[-1].pk]) if more else ""
    return seen_by(request, {"items": [_value(row) for row in rows], "next": answers.next_address(request, cursor) if more else None})


def _value(row: Computed) -> dict[str, Any]:
    one = all_indicators().get(row.indicator)
    return {
        "id": row.pk, "indicator": row.indicator, "rule": row.variant or None, "facility": row.facility or None, "year": row.year,
        "dimension": row.dimension or None, "category": row.category if row.dimension else None, "value": row.value,
        "unit": one.unit if one else "", "numerator": row.numerator, "denominator": row.denominator, "low": row.low, "high": row.high,
        "n_records": row.n_records, "n_facilities": row.n_facilities, "shown": row.shown, "made_of": row.origin,
        "method_hash": row.method or None, "synthetic": row.is_synthetic,
        "url": settings.BASE_URL + reverse("indicators:computed-value", args=[row.pk]),
    }  # fmt: skip


_REPORTS: Final = {"esfri": reports.esfri_21, "oecd": reports.oecd_core}


def _report(request: HttpRequest, kind: str, facility: str, year: int) -> HttpResponse:
    given = Given(request, (WORLD,))
    world = given.choice("world", World.values)
    given.check()
    if not 1960 <= year <= 2100 or not Facility.objects.filter(slug=facility).exists():
        raise Http404(_("The record has no such facility, or the year cannot be."))
    today = timezone.now().date()
    made = _REPORTS[kind](
        getattr(request, "auth", None), facility=facility, year=year, world=reports.world_of(world), today=today
    )
    return seen_by(request, files.as_dict(made, files.about(made, request.build_absolute_uri(), today)))


@router.get(
    "/reports/esfri/{facility}/{int:year}", response={200: ReportOut, **READ_ERRORS}, auth=OpenOrToken(),
    operation_id="read_esfri_report", summary="ESFRI's 21 indicators", openapi_extra=readable(WORLD),
)  # fmt: skip
def read_esfri_report(request: HttpRequest, facility: FacilityKey, year: Year) -> HttpResponse:
    """Of one facility and year: each line with its values, both sums, rule, completeness and signature, or why there is none."""
    return _report(request, "esfri", facility, year)


@router.get(
    "/reports/oecd/{facility}/{int:year}", response={200: ReportOut, **READ_ERRORS}, auth=OpenOrToken(),
    operation_id="read_oecd_report", summary="The OECD's core indicators", openapi_extra=readable(WORLD),
)  # fmt: skip
def read_oecd_report(request: HttpRequest, facility: FacilityKey, year: Year) -> HttpResponse:
    """The same for the 25 core indicators of the OECD, in our wording and numbering."""
    return _report(request, "oecd", facility, year)
