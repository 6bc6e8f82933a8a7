"""Pages that change an object directly: edit, add, remove, rename."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.record import actions, queries, registry, rules
from leaps.record.forms import EditForm, RenameForm
from leaps.record.presentation import object_url, value_html
from leaps.record.specs import display
from leaps.record.types import Action, Confidence, Edit, Fact, Origin, Provenance
from leaps.record.views.common import subject


def _provenance(request: HttpRequest, form: EditForm) -> Provenance:
    data = form.cleaned_data
    if data.get("confirmed"):
        today = timezone.now().date().isoformat()
        return Provenance(
            Confidence.CONFIRMED.value, data["source_url"], data["as_of"], str(request.user)[:120], today
        )
    confidence = Confidence.SOURCED if data["source_url"] else Confidence.KNOWN
    return Provenance(confidence.value, data["source_url"], data["as_of"])


def _blame(form: EditForm, error: InvalidInput) -> None:
    for problem in error.problems:
        name = f"f-{problem.field}"
        text = f"{problem.message}. {problem.cure}".strip()
        form.add_error(name if name in form.fields else None, f"{text[:1].upper()}{text[1:]}")


@login_required
def edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """All values of an object in one form. A change made meanwhile is shown, never overwritten unseen."""
    of = subject(kind, key)
    if not rules.may_edit(request.user, of.record_type, of.facility):
        message = _("This entry is looked after by others. You can suggest a correction instead.")
        return domain_error(request, NotAllowed(message))
    may_confirm = rules.is_editor_of(request.user, of.facility)
    form = EditForm(of.record_type, request.POST or None, state=of.state, may_confirm=may_confirm)
    context: dict[str, Any] = {"of": of, "form": form, "clashes": []}
    if request.method == "POST" and form.is_valid():
        changed = form.changed_values()
        provenance = _provenance(request, form)
        version, seen = form.base()
        wanted = Edit(
            of.state.kind, of.state.key, Action.UPDATE,
            {name: Fact(value, provenance) for name, value in changed.items()}, expected_version=version,
        )  # fmt: skip
        try:
            changeset = actions.apply_edits(
                edits=[wanted], actor=request.user, reason=form.cleaned_data["reason"], origin=Origin.EDIT, now=timezone.now()
            )
        except actions.NothingToDo as error:
            messages.info(request, str(error))
            return redirect(of.url)
        except InvalidInput as error:
            _blame(form, error)
        except actions.EditConflict as error:
            context["clashes"] = _clashes(of.record_type.specs, changed, seen, error)
            # What the person typed stays; what others changed and the person did not touch follows the record.
            data = request.POST.copy()
            fresh = EditForm(of.record_type, None, state=error.present, may_confirm=may_confirm)
            data["base"] = fresh.initial["base"]
            for name, spec in of.record_type.specs.items():
                if name not in changed and f"f-{name}" in data:
                    data[f"f-{name}"] = spec.to_text(error.present.values.get(name))
            context["form"] = EditForm(of.record_type, data, state=error.present, may_confirm=may_confirm)
            context["conflict"] = error
            return render(request, "record/edit.html", context, status=409)
        else:
            messages.success(request, _("Saved."))
            return redirect("record:changeset", changeset.revision)
    return render(request, "record/edit.html", context, status=422 if form.errors else 200)


def _clashes(
    specs: Any, changed: dict[str, Any], seen: Any, error: actions.EditConflict
) -> list[dict[str, Any]]:
    """Every field somebody else changed since the page was opened: what was, what is, what the person wants."""
    rows = []
    for spec in specs.values():
        present = error.present.values.get(spec.name)
        if present == seen.get(spec.name, [] if spec.is_list else None):
            continue
        rows.append(
            {
                "title": spec.title,
                "was": display(spec, seen.get(spec.name)),
                "present": value_html(spec, present),
                "mine": value_html(spec, changed[spec.name]) if spec.name in changed else "",
            }
        )
    return rows


@login_required
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new object."""
    try:
        record_type = registry.get(kind)
    except DomainError as error:
        raise Http404(str(error)) from error
    if not rules.edits_anything(request.user):
        return domain_error(request, NotAllowed(_("Facility editors and the office add entries.")))
    may_confirm = not rules.is_office(request.user)
    form = EditForm(record_type, request.POST or None, state=None, may_confirm=may_confirm)
    if request.method == "POST" and form.is_valid():
        provenance = _provenance(request, form)
        facts = {n: Fact(v, provenance) for n, v in form.changed_values().items()}
        key = str(facts[record_type.key_field].value or "") if record_type.key_field in facts else ""
        if not key:
            form.add_error(f"f-{record_type.key_field}", _("Give the new entry a key."))
        elif queries.state(kind, key) is not None:
            form.add_error(f"f-{record_type.key_field}", _("Another entry has this key. Choose another."))
        else:
            try:
                actions.apply_edits(
                    edits=[Edit(kind, key, Action.CREATE, facts)], actor=request.user,
                    reason=form.cleaned_data["reason"], origin=Origin.EDIT, now=timezone.now(),
                )  # fmt: skip
            except InvalidInput as error:
                _blame(form, error)
            except (NotAllowed, Conflict) as error:
                return domain_error(request, error)
            else:
                messages.success(request, _("Added."))
                return redirect(object_url(kind, key) or "record:changes")
    context = {"record_type": record_type, "form": form}
    return render(request, "record/add.html", context, status=422 if form.errors else 200)


@login_required
def remove(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Remove an object, after asking."""
    of = subject(kind, key)
    if not rules.may_edit(request.user, of.record_type, of.facility):
        return domain_error(request, NotAllowed(_("This entry is looked after by others.")))
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        edit_ = Edit(of.state.kind, of.state.key, Action.DELETE, expected_version=of.state.version)
        try:
            changeset = actions.apply_edits(
                edits=[edit_], actor=request.user, reason=request.POST.get("reason", "")[:2000], origin=Origin.EDIT, now=timezone.now()
            )
        except InvalidInput as error:
            problems = error.problems
        except (NotAllowed, Conflict) as error:
            return domain_error(request, error)
        else:
            messages.success(request, _("Removed. It can be brought back here."))
            return redirect("record:changeset", changeset.revision)
    return render(request, "record/remove.html", {"of": of, "problems": problems}, status=422 if problems else 200)


@login_required
def rename(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Give an object another key; the office only."""
    of = subject(kind, key)
    if not rules.is_office(request.user):
        return domain_error(request, NotAllowed(_("Only the office may change the key of an object.")))
    form = RenameForm(request.POST or None, initial={"new_key": of.state.key})
    if request.method == "POST" and form.is_valid():
        try:
            changeset = actions.rename(
                kind=of.state.kind, key=of.state.key, new_key=form.cleaned_data["new_key"], actor=request.user,
                reason=form.cleaned_data["reason"], now=timezone.now(),
            )  # fmt: skip
        except InvalidInput as error:
            for problem in error.problems:
                form.add_error("new_key", f"{problem.message}. {problem.cure}")
        else:
            messages.success(request, _("Renamed; the old address leads here."))
            return redirect("record:changeset", changeset.revision)
    return render(request, "record/rename.html", {"of": of, "form": form}, status=422 if form.errors else 200)
