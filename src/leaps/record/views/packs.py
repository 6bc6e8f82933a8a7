"""Packs by the web page: send, see what would change, agree."""

import csv
import datetime as dt
import functools
import io
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_POST

from leaps.accounts.queries import signed_in
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.record import actions, queries, registry, rules, tasks
from leaps.record.forms import UploadForm
from leaps.record.models import PackUpload
from leaps.record.packs import limited, loading, writing
from leaps.record.packs.guard import guard
from leaps.record.types import Action, Confidence, Provenance
from leaps.record.views.common import difference_row, page_of

KEPT = dt.timedelta(days=1)
MOST_UPLOADS = 20
PATIENCE = dt.timedelta(minutes=2)


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Send a pack; it is only looked at, nothing is written."""
    if not rules.edits_anything(request.user):
        return domain_error(request, NotAllowed(_("Packs are loaded by facility editors and the office.")))
    form = UploadForm(request.POST or None, request.FILES or None, initial={"confirmed": not rules.is_office(request.user)})
    if request.method == "POST" and form.is_valid():
        return redirect("record:pack-check", _kept(request, form).pk)
    context = {"form": form, "facilities": queries.facilities_of_editor(request.user), "types": registry.all_types()}
    return render(request, "record/upload.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: UploadForm) -> PackUpload:
    """Keep an upload for the worker to read; old ones make room."""
    data, now = form.cleaned_data, timezone.now()
    mine = PackUpload.objects.filter(owner=signed_in(request)).order_by("-created_at")
    with transaction.atomic():
        PackUpload.objects.filter(created_at__lt=now - KEPT).delete()
        PackUpload.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_UPLOADS - 1 :])).delete()
        sent = PackUpload.objects.create(
            owner=signed_in(request), name=data["file"].name[-200:], content=data["file"].read(), encoding=data["encoding"],
            confirmed=data["confirmed"] and not rules.is_office(request.user),
            source_url=data["source_url"], as_of=data["as_of"], created_at=now,
        )  # fmt: skip
        order = functools.partial(tasks.read_upload.enqueue, str(sent.pk), get_language() or "en")
        transaction.on_commit(order)
    return sent


def _own(request: HttpRequest, pk: UUID) -> PackUpload:
    return get_object_or_404(PackUpload, pk=pk, owner=signed_in(request))


def _checked(request: HttpRequest, sent: PackUpload) -> loading.Checked:
    return loading.check(limited.contents_of(sent.contents), actor=request.user, default=_default(request, sent))


def _waiting(request: HttpRequest, sent: PackUpload) -> HttpResponse:
    """The page until the worker has read the pack; it asks again by itself."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    context = {"sent": sent, "late": timezone.now() - sent.created_at > PATIENCE}
    return render(request, "record/pack_waiting.html", context)


def _default(request: HttpRequest, sent: PackUpload) -> Provenance:
    if sent.confirmed:
        today = timezone.now().date().isoformat()
        return Provenance(Confidence.CONFIRMED.value, sent.source_url, sent.as_of, str(request.user)[:120], today)
    confidence = Confidence.SOURCED if sent.source_url else Confidence.KNOWN
    return Provenance(confidence.value, sent.source_url, sent.as_of)


@login_required
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every problem with its place and cure, or what loading would change."""
    sent = _own(request, pk)
    if sent.contents is None:
        return _waiting(request, sent)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    # One moment's truth: plan and revision must belong together.
    with transaction.atomic():
        revision = queries.current_revision()
        try:
            checked = _checked(request, sent)
        except NotAllowed as error:
            return domain_error(request, error)
    if request.GET.get("form") == "csv":
        return _problems_csv(checked)
    differences = loading.differences(checked.plan) if checked.plan else ()
    context = page_of(request, list(differences), 50)
    context |= {
        "sent": sent,
        "revision": revision,
        "problems": checked.problems,
        "tables": sorted({p.file for p in checked.problems}),
        "most": loading.MAX_PROBLEMS,
        "items": [
            (d, registry.get(d.kind).title, [difference_row(f.spec, f.spec.name, f.before, f.after) for f in d.fields])
            for d in context["page"]
        ],
        "added": checked.plan.count(Action.CREATE) if checked.plan else 0,
        "changed": checked.plan.count(Action.UPDATE) if checked.plan else 0,
        "removed": checked.plan.count(Action.DELETE) if checked.plan else 0,
        "unchanged": checked.plan.unchanged if checked.plan else 0,
        "total": len(differences),
    }
    return render(request, "record/pack_check.html", context, status=422 if checked.problems else 200)


def _problems_csv(checked: loading.Checked) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "row", "field", "value", "problem", "cure"])
    for p in checked.problems:
        writer.writerow([guard(str(c)) for c in (p.file, p.row or "", p.field, p.value, p.message, p.cure)])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


@login_required
@require_POST
def load(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the pack, if the record is still the one whose difference was shown."""
    sent = _own(request, pk)
    if sent.contents is None:
        return redirect("record:pack-check", pk)
    try:
        with transaction.atomic():
            if str(queries.locked_revision()) != request.POST.get("revision"):
                messages.warning(request, _("The record changed while you were reading. Here is the difference as it is now; nothing was written."))
                return redirect("record:pack-check", pk)
            made = loading.load(
                limited.contents_of(sent.contents), actor=request.user, default=_default(request, sent),
                reason=request.POST.get("reason", "").strip()[:2000] or sent.name, now=timezone.now(),
            )  # fmt: skip
            sent.delete()
    except InvalidInput:
        return redirect("record:pack-check", pk)
    except (NotAllowed, actions.NothingToDo) as error:
        return domain_error(request, error)
    messages.success(request, _("Loaded, all of it. It can be undone as a whole below."))
    return redirect("record:changeset", made.revision)


def _etag(_request: HttpRequest, facility: str = "") -> str:
    return f'"{queries.current_revision()}-{facility}"'


def _archive(facility: str, name: str) -> HttpResponse:
    answer = HttpResponse(writing.archive(writing.dump(facility)), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


@cache_control(public=True, max_age=0, must_revalidate=True)
@condition(etag_func=_etag)
def facility_pack(_request: HttpRequest, facility: str) -> HttpResponse:
    """The rows of one facility, to be corrected and sent back."""
    if queries.state("facility", facility) is None:
        raise Http404(_("The record has no such facility."))
    return _archive(facility, facility)


@cache_control(public=True, max_age=0, must_revalidate=True)
@condition(etag_func=_etag)
def whole_pack(_request: HttpRequest) -> HttpResponse:
    """The whole record as a Data Package."""
    answer = _archive("", "leaps-record")
    latest = queries.changesets().first()
    if latest is not None:
        answer["Last-Modified"] = http_date(latest.at.timestamp())
    return answer


def _table_etag(_request: HttpRequest, table: str) -> str:
    return f'"{queries.current_revision()}-{table}"'


@cache_control(public=True, max_age=0, must_revalidate=True)
@condition(etag_func=_table_etag)
def table(_request: HttpRequest, table: str) -> HttpResponse:
    """One table of the record as CSV, provenance included."""
    content = writing.dump_table(table)
    if content is None:
        raise Http404(_("The record has no such table."))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer
