"""Returns by the web page: what is asked, send, mend, explain, sign; the campaign as the office sees it."""

import csv
import datetime as dt
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.catalogue.models import Facility
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.indicators import actions, raw, rules
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.forms import CampaignForm, SendForm, SignForm
from leaps.indicators.models import Campaign, Return
from leaps.indicators.queries import returns as queries
from leaps.indicators.types import ReturnState
from leaps.record.packs.guard import guard
from leaps.record.packs.writing import csv_bytes

PATIENCE = dt.timedelta(minutes=5)
SHOWN = 100


@login_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every year that is or was collected; the office opens one here."""
    if not rules.returns_anything(request.user):
        return domain_error(request, NotAllowed(_("Returns are sent by the KPI officers of the facilities and watched by the office.")))
    office = rules.is_office(request.user)
    last = timezone.now().year - 1
    form = CampaignForm(request.POST or None, initial={"year": last, "due_on": dt.date(last + 1, 6, 30)})
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            opened = actions.open_campaign(
                year=data["year"], due_on=data["due_on"], note=data["note"], actor=request.user, now=timezone.now()
            )
        except InvalidInput as error:
            _into(form, error)
        except (NotAllowed, Conflict) as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("The campaign for %(year)d is open.") % {"year": opened.year})
            return redirect("indicators:campaign", opened.year)
    if form.is_bound:
        status = 422
    context = {
        "campaigns": queries.campaigns(),
        "form": form if office else None,
        "mine": Facility.objects.filter(slug__in=rules.facilities_of(request.user)).values_list("slug", "short_name"),
    }
    return render(request, "indicators/campaigns.html", context, status=status)


def _into(form: Any, error: InvalidInput) -> None:
    """Problems beside the fields they are about."""
    for problem in error.problems:
        words = f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.cure}"
        form.add_error(problem.field if problem.field in form.fields else None, words)


def _campaign(year: int) -> Campaign:
    found = Campaign.objects.filter(year=year).first()
    if found is None:
        raise Http404(_("No campaign collects this year."))
    return found


@login_required
def campaign(request: HttpRequest, year: int) -> HttpResponse:
    """Who has delivered for a year; the office changes the day it is due."""
    if not rules.returns_anything(request.user):
        return domain_error(request, NotAllowed(_("Returns are sent by the KPI officers of the facilities and watched by the office.")))
    found, office = _campaign(year), rules.is_office(request.user)
    form = CampaignForm(request.POST or None, initial={"due_on": found.due_on, "note": found.note}, fixed_year=True)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.open_campaign(year=year, due_on=data["due_on"], note=data["note"], actor=request.user, now=timezone.now())
        except InvalidInput as error:
            _into(form, error)
        except (NotAllowed, Conflict) as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("The campaign was changed."))
            return redirect("indicators:campaign", year)
    rows = queries.deliveries(found, request.user)
    states = [row.state for row in rows]
    context = {
        "campaign": found,
        "rows": rows,
        "signed": states.count("signed"),
        "missing": states.count("missing"),
        "under_way": len(states) - states.count("signed") - states.count("missing"),
        "late": not found.is_frozen and found.due_on < timezone.now().date(),
        "form": form if office and not found.is_frozen else None,
        "may_freeze": office and not found.is_frozen,
        "synthetic": any(row.signed and row.signed.is_synthetic for row in rows),
    }
    return render(request, "indicators/campaign.html", context, status=422 if form.errors and form.is_bound else 200)


@login_required
@require_POST
def freeze(request: HttpRequest, year: int) -> HttpResponse:
    """Close a year for good, when the office has typed it to be sure."""
    found = _campaign(year)
    if rules.is_office(request.user) and request.POST.get("year") != str(year):
        messages.warning(request, _("Nothing was frozen: type the year to confirm."))
        return redirect("indicators:campaign", year)
    try:
        actions.freeze(campaign=found, actor=request.user, now=timezone.now())
    except (NotAllowed, Conflict) as error:
        return domain_error(request, error)
    messages.success(request, _("%(year)d is frozen. Nothing of it can change any more.") % {"year": year})
    return redirect("indicators:campaign", year)


@login_required
def of_facility(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """One facility in one campaign: what it sent, and the form to send."""
    found = _campaign(year)
    facility = Facility.objects.filter(slug=slug).first()
    if facility is None or not rules.may_see_return_of(request.user, slug):
        raise Http404(_("There is no return here for you to see."))
    may_send = rules.may_return_for(request.user, slug) and not found.is_frozen
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST":
        if not rules.may_return_for(request.user, slug):
            return domain_error(request, NotAllowed(_("Only the facility's KPI officers send its returns.")))
        if form.is_valid():
            try:
                made = _send(request, found, slug, form)
            except InvalidInput as error:
                for problem in error.problems:
                    form.add_error("tables", f"{problem.file or ''} {problem.message}. {problem.cure}".strip())
            except (NotAllowed, Conflict) as error:
                return domain_error(request, error)
            else:
                return redirect("indicators:return", made.pk)
    context = {
        "campaign": found,
        "facility": facility,
        "returns": queries.returns_of(request.user, found, slug),
        "form": form if may_send else None,
        "records": raw.RECORDS.values(),
        "late": found.due_on < timezone.now().date(),
    }
    return render(request, "indicators/returns_of.html", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, campaign: Campaign, slug: str, form: SendForm) -> Return:
    given = [actions.Sent(file.name or "", file.size or 0, file.chunks(1 << 20)) for file in form.cleaned_data["tables"]]
    kept = actions.keep_for_later(given)
    return actions.receive(
        campaign=campaign, facility=slug, files=kept, actor=request.user, now=timezone.now(), language=get_language() or "en"
    )


def _return(request: HttpRequest, pk: UUID) -> Return:
    found = queries.visible_return(request.user, pk)
    if found is None:
        raise Http404(_("There is no such return."))
    return found


@login_required
def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A return: being read, to be mended, to be signed, or signed."""
    found = _return(request, pk)
    if found.state == ReturnState.RECEIVED:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        late = timezone.now() - found.sent_at > PATIENCE
        context = {"sent": found, "facility": _facility(found), "late": late, "sees": _sees(request, found)}
        return render(request, "indicators/return_waiting.html", context)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _shown(request, found)


def _facility(sent: Return) -> Facility | None:
    return Facility.objects.filter(slug=sent.facility).first()


def _sees(request: HttpRequest, found: Return) -> dict[str, bool]:
    """Which of the pages above a return the person may open: a signed return has more readers than they."""
    person = request.user
    return {"campaign": rules.returns_anything(person), "facility": rules.may_see_return_of(person, found.facility)}


def _shown(request: HttpRequest, found: Return, form: SignForm | None = None) -> HttpResponse:
    officer = rules.may_return_for(request.user, found.facility) and not found.campaign.is_frozen
    earlier = queries.signed_before(found)
    if form is None and officer and found.state == ReturnState.CHECKED:
        given = {"comment": found.comment, "reason": found.reason, "embargo_until": found.embargo_until}
        form = SignForm(initial=given, restates=earlier is not None, odd=bool(found.warnings))
    problems = Paginator(found.problems, SHOWN).get_page(request.GET.get("page"))
    context = {
        "sent": found,
        "sees": _sees(request, found),
        "campaign": found.campaign,
        "facility": _facility(found),
        "form": form,
        "officer": officer,
        "earlier": earlier,
        "page": problems,
        "numbers": problems.paginator.get_elided_page_range(problems.number),
        "rows": [(schema.title, found.tables[schema.name]) for schema in raw.RETURNED.values() if schema.name in found.tables],
        "missing": queries.missing_records(found),
        "changes": [_change(change) for change in found.changes],
        "computed": len({change["indicator"] for change in found.changes}),
        "of": len(all_indicators()),
        "events": found.events.all(),
    }
    return render(request, "indicators/return.html", context, status=422 if form is not None and form.errors else 200)


def _change(change: dict[str, Any]) -> dict[str, Any]:
    """A value beside last year's, with the difference in per cent where there is one."""
    value, before = change["value"], change["before"]
    percent = 100 * (value - before) / abs(before) if value is not None and before else None
    return change | {"percent": percent, "large": percent is not None and abs(percent) >= 20}


@login_required
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Vouch for the return, or keep what was written for later."""
    found = _return(request, pk)
    form = SignForm(request.POST, restates=queries.signed_before(found) is not None, odd=bool(found.warnings))
    if not form.is_valid():
        return _shown(request, found, form)
    data = form.cleaned_data
    said = {"comment": data["comment"], "reason": data.get("reason", ""), "embargo_until": data["embargo_until"]}
    try:
        if request.POST.get("verb") == "keep":
            actions.say(sent=found, actor=request.user, now=timezone.now(), **said)
            messages.success(request, _("Kept. Nothing is signed yet."))
        else:
            actions.sign(sent=found, actor=request.user, now=timezone.now(), **said)
            messages.success(request, _("Signed. The values are being computed and appear within minutes."))
    except InvalidInput as error:
        _into(form, error)
        return _shown(request, found, form)
    except DomainError as error:
        return domain_error(request, error)
    return redirect("indicators:return", pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what is not signed."""
    found = _return(request, pk)
    try:
        actions.withdraw(sent=found, actor=request.user, now=timezone.now())
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("Withdrawn. Nothing of it counts."))
    return redirect("indicators:returns-of", found.campaign.year, found.facility)


@login_required
def problems(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything to mend as CSV."""
    found = _return(request, pk)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "row", "field", "value", "problem", "cure"])
    for p in found.problems:
        writer.writerow([guard(str(p[name] or "")) for name in ("file", "row", "field", "value", "message", "cure")])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


def records(request: HttpRequest) -> HttpResponse:
    """What a return holds: every kind of record with its columns; open to all."""
    return render(request, "indicators/records.html", {"records": raw.RETURNED.values()})


def template(_request: HttpRequest, name: str) -> HttpResponse:
    """An empty table of one kind of record, to be filled."""
    if name not in raw.RETURNED:
        raise Http404(_("There is no such kind of record."))
    columns = [f.name for f in raw.record(name).fields if f.name not in ("facility", "year")]
    answer = HttpResponse(csv_bytes(columns, []), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
