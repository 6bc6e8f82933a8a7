"""The desk where a facility confirms what an edition says about it, and the overview of all of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leaps.core.errors import InvalidInput
from leaps.landscape import edition_queries, rules
from leaps.landscape.actions import confirming, signatures
from leaps.landscape.actions.signatures import Standing
from leaps.landscape.models import Edition, Sheet
from leaps.landscape.stages import Verdict
from leaps.landscape.views.editions import edition_of
from leaps.landscape.views.workflow import refusals
from leaps.record import registry


@login_required
@refusals
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """How far each facility is; a facility's people see their own line only."""
    found = edition_of(request, slug)
    by_facility = edition_queries.facts_by_facility(edition_queries.last_build(found))
    sheets = {sheet.facility: sheet for sheet in found.sheets.all()}
    said: dict[str, list[Any]] = {}
    for one in found.confirmations.all():
        said.setdefault(one.facility, []).append(one)
    everything = rules.writes(request.user) or rules.is_board(request.user)
    stale = {one.of.facility for one in _signed(found) if isinstance(one.of, Sheet) and one.is_stale}
    rows = []
    for facility, facts in sorted(by_facility.items()):
        may_open = rules.may_see_sheet(request.user, found, facility)
        if not (everything or may_open):
            continue
        by_key = {one.key: one for one in said.get(facility, [])}
        words = [by_key[row.number.key] for row in facts if row.number.key in by_key]
        rows.append({
            "facility": facility, "name": edition_queries.facility_name(facility), "all": len(facts), "sheet": sheets.get(facility), "may_open": may_open,
            "confirmed": sum(one.verdict == Verdict.CONFIRMED for one in words), "corrected": sum(one.verdict == Verdict.CORRECTED for one in words),
            "not_applicable": sum(one.verdict == Verdict.NOT_APPLICABLE for one in words), "open": sum(not confirming.is_said(row, by_key.get(row.number.key)) for row in facts),
            "stale": facility in stale,
        })  # fmt: skip
    return render(request, "landscape/confirmations.html", {"edition": found, "rows": rows})


def _signed(found: Edition) -> list[Standing]:
    """The signatures of facilities beside what is printed now; a released edition stays as it was signed."""
    return [] if found.is_released else signatures.of_facilities(found, signatures.present(found))


@login_required
@refusals
def sheet(request: HttpRequest, slug: str, facility: str) -> HttpResponse:
    """One facility's sheet."""
    found = edition_of(request, slug)
    if not rules.may_see_sheet(request.user, found, facility):
        raise Http404(_("There is no such sheet, or it is not yours."))
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _said(request, found, facility)
        except InvalidInput as error:
            problems = error.problems
    return _sheet(request, found, facility, problems)


def _sheet(request: HttpRequest, found: Edition, facility: str, problems: tuple[Any, ...]) -> HttpResponse:
    rows = confirming.rows(found, facility)
    said = {one.key: one for one in found.confirmations.filter(facility=facility)}
    shown = [(number, row, said.get(row.number.key), confirming.is_said(row, said.get(row.number.key)), registry.get(row.fact.kind).specs[row.fact.field]) for number, row in enumerate(rows, start=1)]
    standing = next((one for one in _signed(found) if isinstance(one.of, Sheet) and one.of.facility == facility), None)
    context = {
        "edition": found, "facility": facility, "standing": standing, "name": edition_queries.facility_name(facility), "rows": shown,
        "open": sum(not is_said for _n, _r, _one, is_said, _s in shown), "sheet": found.sheets.filter(facility=facility).first(),
        "may_confirm": rules.may_confirm(request.user, found, facility), "is_editor": rules.is_editor(request.user, facility) and not found.is_released,
        "problems": problems, "typed": request.POST,
    }  # fmt: skip
    return render(request, "landscape/sheet.html", context, status=422 if problems else 200)


def _said(request: HttpRequest, found: Edition, facility: str) -> HttpResponse:
    verb, key, now = request.POST.get("verb", ""), request.POST.get("key", ""), timezone.now()
    common: dict[str, Any] = {"edition": found, "facility": facility, "actor": request.user}
    match verb:
        case "confirm":
            confirming.confirm(**common, key=key, now=now)
        case "correct":
            given: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in ("value", "reason", "source_url", "as_of")}
            confirming.correct(**common, key=key, **given, now=now)
        case "not_applicable":
            confirming.not_applicable(**common, key=key, note=request.POST.get("note", ""), now=now)
        case "delegate":
            confirming.delegate(**common, address=request.POST.get("address", ""))
            messages.success(request, _("Kept."))
        case "sign":
            confirming.sign_off(**common, now=now)
            messages.success(request, _("The sheet is signed. Thank you."))
        case _:
            raise Http404(_("There is nothing of this kind to do here."))
    place = f"#row-{request.POST.get('row', '')}" if request.POST.get("row", "").isdigit() else ""
    return redirect(reverse("landscape:confirm-sheet", args=[found.slug, facility]) + place)
