"""Remarks, unverified numbers, signatures, sentences to read again, errata, comparison, and what ages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import DomainError, NotAllowed
from leaps.core.views import domain_error
from leaps.landscape import changes as comparing
from leaps.landscape import edition_queries, rules, staleness
from leaps.landscape.actions import review, signatures, writing
from leaps.landscape.models import Acceptance, Comment, Edition, Erratum, Sheet, Signature
from leaps.landscape.views.editions import edition_of

P = ParamSpec("P")


def refusals(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """An expected refusal becomes a page."""

    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return domain_error(request, error)

    return shown  # type: ignore[return-value]  # wraps() hides that the first argument goes by position


def _staff(request: HttpRequest, slug: str) -> Edition:
    found = edition_of(request, slug)
    if not (rules.writes(request.user) or rules.is_board(request.user)):
        raise NotAllowed(_("This page is for the authors of the edition, the board and the office."))
    return found


@login_required
@require_POST
@refusals
def comment(request: HttpRequest, slug: str) -> HttpResponse:
    """A remark or a reply."""
    found = edition_of(request, slug)
    parent = None
    if number := request.POST.get("parent", ""):
        parent = Comment.objects.filter(edition=found, pk=int(number) if number.isdigit() and len(number) < 12 else 0).first()
        if parent is None:
            raise Http404(_("The remark you reply to is gone."))
    chapter, near = request.POST.get("chapter", "")[:60], request.POST.get("near", "")[:6]
    made = review.comment(
        edition=found, chapter=chapter, text=request.POST.get("text", ""), actor=request.user, now=timezone.now(), quote=request.POST.get("quote", ""),
        near=int(near) if near.isdigit() else 0, parent=parent,
    )  # fmt: skip
    messages.success(request, _("Your remark is there for the authors to see."))
    return redirect(f"{reverse('landscape:chapter', args=[slug, made.chapter])}#remark-{made.parent_id or made.pk}")


@login_required
@require_POST
@refusals
def resolve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A remark is settled, or open again."""
    found = edition_of(request, slug)
    remark = Comment.objects.filter(edition=found, pk=pk, parent=None).first()
    if remark is None:
        raise Http404(_("There is no such remark."))
    review.resolve(remark=remark, actor=request.user, now=timezone.now())
    return redirect(f"{reverse('landscape:chapter', args=[slug, remark.chapter])}#remark-{remark.pk}")


@login_required
@refusals
def numbers(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers nobody has verified, and who answers for them."""
    found = _staff(request, slug)
    if request.method == "POST":
        key = request.POST.get("key", "")
        if "withdraw" in request.POST:
            acceptance = Acceptance.objects.filter(edition=found, key=key).select_related("edition").first()
            if acceptance is None:
                raise Http404(_("Nobody answers for this number."))
            review.withdraw_acceptance(acceptance=acceptance, actor=request.user)
        else:
            review.accept_number(edition=found, key=key, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now())
        return redirect("landscape:numbers", slug)
    accepted = {one.key: one for one in found.acceptances.all()}
    places: dict[str, list[Any]] = {}
    last = found.builds.exclude(uses=[]).order_by("-pk").first()
    for use in edition_queries.uses_of(last):
        if use.number.standing.value == "unverified":
            places.setdefault(use.number.key, []).append(use)
    rows = [(uses[0].number, list(dict.fromkeys(use.sentence for use in uses)), accepted.get(key)) for key, uses in places.items()]
    context = {"edition": found, "rows": rows, "open": sum(one is None for _n, _s, one in rows), "may_accept": rules.may_accept(request.user, found)}
    return render(request, "landscape/numbers.html", context)


@login_required
@require_POST
@refusals
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """A member of the board signs."""
    found = edition_of(request, slug)
    approves = request.POST.get("verdict") == "yes"
    signatures.sign(edition=found, approves=approves, note=request.POST.get("note", ""), actor=request.user, now=timezone.now())
    messages.success(request, _("Your signature is kept. You may sign anew until the release."))
    return redirect("landscape:desk", slug)


@login_required
@require_POST
@refusals
def set_back(request: HttpRequest, slug: str) -> HttpResponse:
    """The office sets a signature back that was given to an earlier text."""
    found = edition_of(request, slug)
    number = request.POST.get("signature", "")
    what: Signature | Sheet | None
    if number:
        what = Signature.objects.filter(edition=found, pk=int(number) if number.isdigit() and len(number) < 12 else 0).first()
    else:
        what = Sheet.objects.filter(edition=found, facility=request.POST.get("facility", "")).exclude(signed_at=None).first()
    if what is None:
        if not rules.may_open(request.user):
            raise NotAllowed(_("Only the office sets signatures back, until the edition is released."))
        raise Http404(_("There is no such signature."))
    signatures.set_back(what=what, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now())
    messages.success(request, _("The signature is set back; it stands there with your reason."))
    return redirect("landscape:desk", slug)


@login_required
@refusals
def moved(request: HttpRequest, slug: str) -> HttpResponse:
    """Which sentences depend on what has changed since the last build."""
    found = _staff(request, slug)
    build = edition_queries.last_build(found)
    titles = {one["slug"]: one["title"] for one in build.chapters} if build else {}
    rows = [(one, [(use.chapter, titles.get(use.chapter, use.chapter), use.line, use.sentence) for use in one.sentences]) for one in review.moved(found)]
    context = {"edition": found, "build": build, "rows": rows, "may_write": rules.may_write(request.user, found)}
    return render(request, "landscape/moved.html", context)


@login_required
@refusals
def errata(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed since the release; the office decides whether readers are told."""
    found = _staff(request, slug)
    if request.method == "POST":
        number = request.POST.get("erratum", "")
        erratum = Erratum.objects.filter(edition=found, pk=int(number) if number.isdigit() and len(number) < 12 else 0).first()
        if erratum is None:
            raise Http404(_("There is no such erratum."))
        review.decide_erratum(
            erratum=erratum, publish="publish" in request.POST, text=request.POST.get("text", ""), actor=request.user, now=timezone.now()
        )
        return redirect("landscape:errata", slug)
    context = {"edition": found, "rows": found.errata.all(), "may_decide": rules.may_open(request.user)}
    return render(request, "landscape/errata.html", context)


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """An edition beside an earlier one."""
    found = edition_of(request, slug)
    others = [one for one in edition_queries.editions(request.user) if one.pk != found.pk]
    asked = request.GET.get("from", "")
    before = next((one for one in others if one.slug == asked), None)
    if before is None and not asked:
        before = next((one for one in others if one.pk == found.previous_id), None) or next((one for one in others if one.opened_at < found.opened_at), None)
    told = comparing.compare(before, found) if before else None
    may_write = rules.may_write(request.user, found)
    if request.method == "POST":
        return _written(request, found, before, told)
    context = {"edition": found, "others": others, "before": before, "changes": told, "may_write": may_write}
    return render(request, "landscape/changes.html", context)


@login_required
@refusals
def _written(request: HttpRequest, found: Edition, before: Edition | None, told: comparing.Changes | None) -> HttpResponse:
    """The changes become a chapter of the edition."""
    if before is None or told is None:
        raise Http404(_("There is no earlier edition to compare with."))
    name, title, now = "what-changed", _("What changed"), timezone.now()
    chapter = found.chapters.filter(slug=name).first() or writing.add_chapter(edition=found, slug=name, title=title, actor=request.user, now=now)
    text = comparing.in_words(told, before)
    writing.save(chapter=chapter, base=chapter.version, title=chapter.title, text=text, actor=request.user, now=now, note=_("Written by the platform"))
    messages.success(request, _("The chapter “What changed” holds the list now."))
    return redirect("landscape:write", found.slug, name)


def radar(request: HttpRequest) -> HttpResponse:
    """What ages in the record."""
    asked = request.GET.get("months", "36")
    months = min(240, max(1, int(asked))) if asked.isdigit() and len(asked) < 5 else 36
    facility = request.GET.get("facility", "")[:100]
    today = catalogue_queries.today()
    old, total = staleness.old_facts(today, months, facility)
    context = {
        "months": months, "facility": facility, "old": old, "total": total, "passed": staleness.passed_dates(today), "conflicts": staleness.conflicts(),
        "facilities": catalogue_queries.facility_choices(),
    }  # fmt: skip
    return render(request, "landscape/radar.html", context)
