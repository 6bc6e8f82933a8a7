"""Pages that show what changed, and undo it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.record import actions, queries, registry, rules
from leaps.record.models import ChangeSet
from leaps.record.types import Origin
from leaps.record.views.common import page_of, shown_change


def changes(request: HttpRequest) -> HttpResponse:
    """Every set of changes of the record, newest first, by facility, kind or door."""
    given = {name: request.GET.get(name, "").strip()[:120] for name in ("facility", "kind", "origin")}
    if given["origin"] not in Origin.values:
        given["origin"] = ""
    rows = queries.changes_matching(**given)
    context = page_of(request, rows, 40)
    context |= given | {
        "rows": queries.with_summaries(context["page"]),
        "kinds": [(t.kind, t.title_plural) for t in registry.all_types()],
        "origins": Origin.choices,
        "facilities": queries.facilities_with_changes(),
    }
    return render(request, "record/changes.html", context)


def changeset(request: HttpRequest, revision: int) -> HttpResponse:
    """One set of changes, field by field."""
    found = get_object_or_404(ChangeSet.objects.select_related("actor", "reverts"), revision=revision)
    context = page_of(request, found.changes.order_by("kind", "key"), 50)
    concerned = set(found.changes.values_list("kind", "facility").distinct()[:50])
    may = bool(concerned) and all(rules.may_edit(request.user, registry.get(kind), facility) for kind, facility in concerned)
    context |= {
        "changeset": found,
        "items": [shown_change(c) for c in context["page"]],
        "count": found.changes.count(),
        "may_revert": may,
        "reverted_by": found.reverted_by.order_by("revision").first(),
    }
    return render(request, "record/changeset.html", context)


@login_required
@require_POST
def revert(request: HttpRequest, revision: int) -> HttpResponse:
    """Undo a set of changes by a new one."""
    found = get_object_or_404(ChangeSet, revision=revision)
    try:
        made = actions.revert(
            changeset=found, actor=request.user, now=timezone.now(), reason=request.POST.get("reason", "").strip()[:2000]
        )
    except actions.EditConflict:
        message = _("Something concerned was changed again since. Undo that later change first, so that nobody's work is lost unseen.")
        return domain_error(request, Conflict(message))
    except (NotAllowed, InvalidInput, actions.NothingToDo) as error:
        return domain_error(request, error)
    messages.success(request, _("Undone by a new change; both stay in the history."))
    return redirect("record:changeset", made.revision)


def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Everything that ever happened to one object, also to one that is no more."""
    try:
        record_type = registry.get(kind)
    except DomainError as error:
        raise Http404(str(error)) from error
    key = queries.current_key(kind, key) or key
    rows = queries.changes_of(kind, key)
    state = queries.state(kind, key)
    if state is None and not rows.exists():
        raise Http404(_("The record never held such an object."))
    context = page_of(request, rows, 20)
    facility = queries.facility_of(record_type, state.values, key) if state else ""
    context |= {
        "kind": kind,
        "key": key,
        "record_type": record_type,
        "label": record_type.label_of(state.values, key) if state else key,
        "gone": state is None,
        "items": [shown_change(c) for c in context["page"]],
        "may_edit": state is not None and rules.may_edit(request.user, record_type, facility),
        "is_office": rules.is_office(request.user),
    }
    return render(request, "record/history.html", context)
