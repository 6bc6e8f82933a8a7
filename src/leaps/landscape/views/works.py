"""Works and technologies with the challenges they serve: stating, suggestions with their reasons, the desk where people decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.core import linked_data
from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.core.views import domain_error
from leaps.landscape import jsonld, rules, work_queries, work_tables
from leaps.landscape.actions import tagging
from leaps.landscape.classifier import THRESHOLD
from leaps.landscape.models import Challenge, ChallengeTag, TaggingEvent, Work
from leaps.landscape.types import ChallengeList, TagState, WorkKind
from leaps.landscape.views.workflow import refusals
from leaps.landscape.work_forms import WorkForm, challenge_choices
from leaps.landscape.work_queries import Subject
from leaps.record.packs import dry_run, reading
from leaps.record.views.common import page_of
from leaps.roadmaps import files
from leaps.roadmaps.models import Technology

ON_A_DESK = 10
ON_A_LIST = 50
LARGEST = 4 * 1024 * 1024
STRENGTHS = (1, 2, 3)


def _strengths() -> list[tuple[int, str]]:
    return list(zip(STRENGTHS, (_("1 helps"), _("2 matters"), _("3 hardly to be replaced")), strict=True))


def _asked(request: HttpRequest, name: str) -> str:
    """A word of the address, without characters that a database takes for an end."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def into(form: Any, error: InvalidInput) -> None:
    """Problems beside the fields they are about."""
    for problem in error.problems:
        words = f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.cure}"
        form.add_error(problem.field if problem.field in form.fields else None, words)


# -- lists -------------------------------------------------------------------------------------------


def works(request: HttpRequest) -> HttpResponse:
    """The works a person may see, with what they serve."""
    kind, text = _asked(request, "kind"), _asked(request, "q")
    kind = kind if kind in WorkKind.values else ""
    found = work_queries.works(request.user)
    if kind:
        found = found.filter(kind=kind)
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(abstract__icontains=word))
    shown = page_of(request, found, ON_A_LIST)
    rows = list(zip(shown["page"], work_queries.of_works(request.user, shown["page"]), strict=True))
    context = {
        **shown, "rows": rows, "total": work_queries.works(request.user).count(), "kinds": WorkKind.choices, "chosen": {"kind": kind, "q": text},
        "may_state": rules.may_state(request.user), "is_filtered": bool(kind or text),
    }  # fmt: skip
    return render(request, "landscape/works.html", context)


def table(request: HttpRequest, form: str) -> HttpResponse:
    """Every confirmed tag as a file."""
    tags = work_queries.confirmed()
    sides = {side: work_queries.side_words(side) for side in {tag.side for tag in tags}}
    address = request.build_absolute_uri(reverse("landscape:works"))
    method = _("Suggested by a classifier from the words of the text, confirmed by a person: 1 helps, 2 matters, 3 hardly to be replaced.")
    return files.table(request, work_tables.TAG, work_tables.tag_records(tags, sides), _("works and technologies by challenge"), address, "challenge-tags", form, method)


# -- stating -----------------------------------------------------------------------------------------


@login_required
@refusals
def new(request: HttpRequest) -> HttpResponse:
    """State a work."""
    if not rules.may_state(request.user):
        raise NotAllowed(_("Only members with a role state works. The office gives roles."))
    form = WorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = tagging.state_work(**_given(form), actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The work is stated. Below stands which challenges its words speak of."))
            return redirect("landscape:work", made.pk)
    return render(request, "landscape/work_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _given(form: WorkForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {"values": {name: data[name] for name in tagging.FIELDS}, "facilities": data["facilities"], "techniques": data["techniques"]}


@login_required
@refusals
def take_in(request: HttpRequest) -> HttpResponse:
    """Works from a CSV file or a workbook: first what would happen, then, if it is wanted, all of it at once."""
    if not rules.may_state(request.user):
        raise NotAllowed(_("Only members with a role state works. The office gives roles."))
    context: dict[str, Any] = {"columns": work_tables.COLUMNS, "kinds": WorkKind.values, "most": work_tables.MOST_ROWS}
    if request.method != "POST":
        return render(request, "landscape/works_import.html", context)
    rows, problems = _rows_of(request)
    if problems:
        return render(request, "landscape/works_import.html", {**context, "problems": problems}, status=422)
    if request.POST.get("go"):
        try:
            done = work_tables.take_over(rows=rows, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            return render(request, "landscape/works_import.html", {**context, "problems": error.problems}, status=422)
        messages.success(request, _("Stated: %(new)d. Stated before: %(known)d.") % {"new": len(done.new), "known": len(done.known)})
        return redirect("landscape:tag-desk")
    plan = work_tables.plan(rows, timezone.now())
    titles = [one["title"] for one in plan.new]
    context |= {"plan": plan, "titles": titles, "problems": plan.problems, "kept": dry_run.kept(rows)}
    return render(request, "landscape/works_import.html", context, status=422 if plan.problems else 200)


def _rows_of(request: HttpRequest) -> tuple[list[reading.Row], list[Problem]]:
    """The rows of an upload, or those of the dry run that come back with the page."""
    return dry_run.rows_of(request, work_tables.read, most_rows=work_tables.MOST_ROWS, largest=LARGEST, cure=_("Send at most 4 MB at a time."))


# -- one work, one technology ------------------------------------------------------------------------


def _one(request: HttpRequest, pk: int) -> Work:
    found = work_queries.works(request.user).filter(pk=pk).first() if pk < 2**62 else None
    if found is None:
        raise Http404(_("There is no such work, or it is not shown to you."))
    return found


def work(request: HttpRequest, pk: int) -> HttpResponse:
    """One work with what it serves, what is suggested and why, and its history; who may changes it here."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _one(request, pk)
    if request.method != "POST":
        return _shown(request, found)
    if not rules.may_change_work(request.user, found):
        return domain_error(request, NotAllowed(_("Only who stated it, group chairs and the office change a work.")))
    form = WorkForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form, 422)
    try:
        tagging.change_work(work=found, base=form.cleaned_data["base"] or 0, **_given(form), actor=request.user, now=timezone.now())
    except InvalidInput as error:
        into(form, error)
    except tagging.Overtaken as error:
        found = _one(request, pk)
        sent = request.POST.copy()
        sent["base"] = str(found.version)
        form = WorkForm(sent)
        return _shown(request, found, form, 409, conflict=str(error))
    else:
        messages.success(request, _("Kept."))
        return redirect("landscape:work", pk)
    return _shown(request, found, form, 422)


def _form_of(found: Work) -> WorkForm:
    initial: dict[str, Any] = {name: getattr(found, name) for name in tagging.FIELDS} | {"base": found.version}
    initial |= {"facilities": [one.slug for one in found.facilities.all()], "techniques": [one.panet_id for one in found.techniques.all()]}
    return WorkForm(initial=initial)


def _shown(request: HttpRequest, found: Work, form: Any = None, status: int = 200, conflict: str = "", clash: Any = None) -> HttpResponse:
    (subject,) = work_queries.of_works(request.user, [found])
    may_change = rules.may_change_work(request.user, found)
    context = {
        **_tagging(request, subject), "one": found, "conflict": conflict, "clash": clash, "may_change": may_change, "stated_by": work_queries.side_words(found.side),
        "form": form or (_form_of(found) if may_change and found.withdrawn_at is None else None), "form_open": form is not None,
        "events": [_event(event) for event in work_queries.events(work=found)] if rules.may_state(request.user) else [],
        "jsonld": linked_data.script(jsonld.work(found, subject)) if found.withdrawn_at is None else "",
    }  # fmt: skip
    return render(request, "landscape/work.html", context, status=status)


def technology(request: HttpRequest, slug: str) -> HttpResponse:
    """One technology with what it serves and what is suggested."""
    found = Technology.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(_("The record has no such technology."))
    return _shown_technology(request, found)


def _shown_technology(request: HttpRequest, found: Technology, status: int = 200, conflict: str = "", clash: Any = None) -> HttpResponse:
    subject = work_queries.of_technology(request.user, found)
    may_state = rules.may_state(request.user)
    context = {
        **_tagging(request, subject), "one": found, "conflict": conflict, "clash": clash,
        "events": [_event(event) for event in work_queries.events(technology=found)] if may_state else [],
    }  # fmt: skip
    return render(request, "landscape/tag_technology.html", context, status=status)


def _tagging(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """What every page with tags needs."""
    sides = {row.side: work_queries.side_words(row.side) for row in subject.rows if row.side}
    user_pk = request.user.pk if request.user.is_authenticated else None
    may_decide = rules.may_decide(request.user)
    decided = [(row, sides.get(row.side, "")) for row in subject.decided_rows]
    own = {row.pk for row in subject.rows if row.state == TagState.PROPOSED and row.by == user_pk}
    return {
        "subject": subject, "decided": decided, "sides": sides, "may_decide": may_decide, "may_state": rules.may_state(request.user), "strengths": _strengths(),
        "challenges": challenge_choices(), "threshold": round(100 * THRESHOLD), "own_proposals": own,
        # What was answered instead of a decision has no address of its own to come back to.
        "here": request.get_full_path() if request.method == "GET" else subject.address,
    }  # fmt: skip


@login_required
@require_POST
@refusals
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a work, or take that back."""
    found, restore = _one(request, pk), bool(request.POST.get("restore"))
    tagging.withdraw_work(work=found, actor=request.user, now=timezone.now(), restore=restore)
    messages.success(request, _("It stands again.") if restore else _("Withdrawn. You can take that back on this page."))
    return redirect("landscape:work", pk)


# -- deciding ----------------------------------------------------------------------------------------


@login_required
@refusals
def desk(request: HttpRequest) -> HttpResponse:
    """Works and technologies with what is to be decided."""
    if not rules.may_state(request.user):
        raise NotAllowed(_("The desk is for members with a role. Confirmed works stand on the pages of the challenges."))
    every = work_queries.subjects(request.user)
    asked = {name: _asked(request, name) for name in ("state", "list", "kind", "q")}
    chosen = {
        "state": asked["state"] if asked["state"] in work_queries.STATES else "open", "list": asked["list"] if asked["list"] in ChallengeList.values else "",
        "kind": asked["kind"] if asked["kind"] in (*WorkKind.values, work_queries.TECHNOLOGY) else "", "q": asked["q"],
    }  # fmt: skip
    found = work_queries.filtered(every, state=chosen["state"], scheme=chosen["list"], kind=chosen["kind"], text=chosen["q"])
    shown = page_of(request, found, ON_A_DESK)
    context = {
        **shown, "found": len(found), "waiting": sum(bool(one.open_rows) for one in every), "total": len(every), "chosen": chosen,
        "states": [(state, work_queries.state_words(state)) for state in work_queries.STATES], "lists": ChallengeList.choices,
        "kinds": [*WorkKind.choices, (work_queries.TECHNOLOGY, _("technology"))], "parts": [_tagging(request, one) for one in shown["page"]],
        "last": work_queries.last_decisions(request.user), "may_decide": rules.may_decide(request.user), "here": request.get_full_path(),
        "threshold": round(100 * THRESHOLD),
    }  # fmt: skip
    return render(request, "landscape/tag_desk.html", context)


def _thing(request: HttpRequest) -> Work | Technology:
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")[:120]
    if kind == work_queries.TECHNOLOGY:
        found: Work | Technology | None = Technology.objects.filter(slug=key).first()
    else:
        found = work_queries.works(request.user).filter(pk=key).first() if key.isdecimal() and len(key) < 15 else None
    if found is None:
        raise Http404(_("There is no such work or technology, or it is not shown to you."))
    return found


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


@login_required
@require_POST
@refusals
def say(request: HttpRequest) -> HttpResponse:
    """Confirm, reject, propose, or take the last word back; a fault or a conflict shows what stands now."""
    thing = _thing(request)
    try:
        words = _said(request, thing)
    except tagging.Overtaken as error:
        return _instead(request, thing, 409, str(error), _clash(request, thing))
    except InvalidInput as error:
        return _instead(request, thing, 422, " ".join(f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.cure}" for problem in error.problems))
    messages.success(request, words)
    return redirect(_onward(request, thing))


def _instead(request: HttpRequest, thing: Work | Technology, status: int, words: str, clash: Any = None) -> HttpResponse:
    if isinstance(thing, Work):
        return _shown(request, thing, status=status, conflict=words, clash=clash)
    return _shown_technology(request, thing, status, words, clash)


def _clash(request: HttpRequest, thing: Work | Technology) -> dict[str, Any] | None:
    """What stands about a challenge beside what somebody wanted to say, and whether they may say it now. None where nothing stands."""
    of = {"work": thing} if isinstance(thing, Work) else {"technology": thing}
    tag = ChallengeTag.objects.filter(challenge__slug=request.POST.get("challenge", "")[:120], **of).select_related("challenge").first()
    verb = request.POST.get("verb", "")
    wanted = {"confirm": TagState.CONFIRMED, "reject": TagState.REJECTED, "propose": TagState.PROPOSED}.get(verb)
    if tag is None or wanted is None:
        return None
    is_withdrawn = isinstance(thing, Work) and thing.withdrawn_at is not None
    return {
        "title": tag.challenge.title, "challenge": tag.challenge.slug, "base": tag.version, "verb": verb, "wanted": str(TagState(wanted).label),
        "strength": _number(request, "strength"), "note": request.POST.get("note", "")[:500], "stands": str(TagState(tag.state).label), "tag": tag,
        "who": work_queries.side_words(tag.side), "may_say": verb != "propose" and rules.may_decide(request.user) and not is_withdrawn,
    }  # fmt: skip


def _said(request: HttpRequest, thing: Work | Technology) -> str:
    """Do what was sent; what was done, in words."""
    challenge = Challenge.objects.filter(slug=request.POST.get("challenge", "")[:120]).first()
    if challenge is None:
        raise InvalidInput([Problem(_("no challenge was chosen"), _("Choose one from the list."))])
    verb, base, note, strength = request.POST.get("verb", ""), _number(request, "base"), request.POST.get("note", ""), _number(request, "strength")
    of = {"work": thing} if isinstance(thing, Work) else {"technology": thing}
    tag = ChallengeTag.objects.filter(challenge=challenge, **of).first()
    if request.POST.get("by_hand"):
        base = _base_by_hand(tag)
    base, actor, now = -1 if base is None else base, request.user, timezone.now()
    titled = {"title": challenge.title}
    if verb == "confirm":
        tagging.confirm(thing=thing, challenge=challenge, base=base, strength=strength or 0, note=note, actor=actor, now=now)
        return _("Confirmed for %(title)s.") % titled
    if verb == "reject":
        tagging.reject(thing=thing, challenge=challenge, base=base, note=note, actor=actor, now=now)
        return _("Rejected for %(title)s.") % titled
    if verb == "propose":
        tagging.propose(thing=thing, challenge=challenge, base=base, strength=strength, note=note, actor=actor, now=now)
        return _("Proposed for %(title)s. The office, a chair or an editor decides.") % titled
    if verb == "undo" and tag is not None:
        tagging.undo(tag=tag, base=base, actor=actor, now=now)
        return _("Taken back for %(title)s.") % titled
    raise InvalidInput([Problem(_("it is not said what to do"), _("Use one of the buttons of the page."))])


def _base_by_hand(tag: ChallengeTag | None) -> int:
    """What is added by hand answers to what nobody has said; what was said already is decided where it stands."""
    if tag is None:
        return 0
    return tag.version if tag.state == TagState.OPEN else -1


def _onward(request: HttpRequest, thing: Work | Technology) -> str:
    onward = request.POST.get("next", "")[:500]
    if url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        return onward
    return reverse("landscape:work", args=[thing.pk]) if isinstance(thing, Work) else reverse("landscape:tag-technology", args=[thing.slug])


def _event(event: TaggingEvent) -> dict[str, Any]:
    labels = {
        "kind": _("what it is"), "title": _("title"), "abstract": _("abstract"), "year": _("year"), "doi": _("DOI"), "url": _("address"), "facilities": _("facilities"),
        "techniques": _("techniques"), "state": _("what stands"), "strength": _("strength"), "note": _("note"), "step": _("step"),
    }  # fmt: skip
    of = event.tag.challenge.title if event.tag else ""
    verbs = {
        "stated": _("stated it"), "changed": _("changed it"), "withdrew": _("withdrew it"), "restored": _("took the withdrawal back"),
        "adopted": _("took it as evidence"), "dropped": _("no longer takes it as evidence"),
        "proposed": _("proposed %(what)s"), "confirmed": _("confirmed %(what)s"), "rejected": _("rejected %(what)s"), "undid": _("took the last word about %(what)s back"),
    }  # fmt: skip

    def words(name: str, value: Any) -> str:
        if value in (None, "", []):
            return _("nothing")
        if name == "state":
            return str(TagState(value).label)
        if name == "kind":
            return str(WorkKind(value).label)
        return ", ".join(value) if isinstance(value, list) else f"{str(value)[:200]}{'…' if len(str(value)) > 200 else ''}"

    changes = [{"label": labels.get(name, name), "before": words(name, before), "after": words(name, after)} for name, (before, after) in event.changes.items() if before != after]
    return {
        "who": event.actor_label, "at": timezone.localtime(event.at), "did": verbs.get(event.verb, event.verb) % {"what": of} if of else verbs.get(event.verb, event.verb),
        "changes": changes,
    }  # fmt: skip

