"""The writing desk: opening an edition, chapters with preview and history, builds and what they complain about."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leaps.core.documents.comparing import compare_texts
from leaps.core.errors import DomainError, InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.landscape import (
    binding,
    edition_queries,
    first_edition,
    paragraphs,
    previewing,
    rules,
    signing,
    tasks,
)
from leaps.landscape.actions import building, drafts, editions, signatures, writing
from leaps.landscape.actions.signatures import Standing
from leaps.landscape.edition_forms import ChapterForm, DescribeForm, NewChapterForm, OpenForm
from leaps.landscape.models import Build, Chapter, Comment, Edition, Sheet
from leaps.landscape.models.editions import LONGEST_TEXT
from leaps.landscape.stages import ORDER, BuildState, Stage
from leaps.landscape.views.editions import edition_of


def into(form: Any, error: InvalidInput) -> None:
    """Problems beside the fields they are about."""
    for problem in error.problems:
        words = f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.cure}"
        form.add_error(problem.field if problem.field in form.fields else None, words)


def _written(request: HttpRequest, slug: str) -> Edition:
    """An edition on whose desk the person may look. Raises NotAllowed."""
    found = edition_of(request, slug)
    if not (rules.writes(request.user) or rules.is_board(request.user)):
        raise NotAllowed(_("The desk of an edition is for its authors, the board and the office."))
    return found


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Open an edition."""
    if not rules.may_open(request.user):
        return domain_error(request, NotAllowed(_("Only the office opens editions.")))
    initial = {"slug": first_edition.SLUG, "title": first_edition.title(), "subtitle": first_edition.subtitle(), "source": "first"}
    form = OpenForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        source = data.pop("source")
        previous = Edition.objects.filter(slug=source.partition(":")[2]).first() if source.startswith("edition:") else None
        texts = first_edition.chapters() if source == "first" else editions.texts_of(previous) if previous else []
        try:
            made = editions.open_edition(**data, texts=texts, previous=previous, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The edition is open: its chapters can be written."))
            return redirect("landscape:desk", made.slug)
    return render(request, "landscape/new.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about an edition on one page: stage, chapters, builds, voices."""
    try:
        found = _written(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    return render(request, "landscape/desk.html", _desk(request, found))


def _desk(request: HttpRequest, found: Edition, form: DescribeForm | None = None) -> dict[str, Any]:
    attempts = list(found.builds.defer("uses").all()[:6])
    last = edition_queries.last_build(found)
    refused = attempts[0] if attempts and attempts[0].state == BuildState.REFUSED else None
    by_chapter: dict[str, int] = {}
    for problem in refused.problems if refused else []:
        by_chapter[problem["file"]] = by_chapter.get(problem["file"], 0) + 1
    rows = []
    for chapter in found.chapters.prefetch_related("versions"):
        newest = next(iter(chapter.versions.all()), None)
        rows.append({
            "chapter": chapter, "words": len(chapter.text.split()), "last": newest, "problems": by_chapter.get(chapter.slug, 0),
            "remarks": found.comments.filter(chapter=chapter.slug, parent=None, resolved_at=None).count(),
        })  # fmt: skip
    stage = ORDER.index(found.stage)
    board, homes, unread = _signatures(found, last)
    return {
        "edition": found,
        "rows": rows,
        "attempts": attempts,
        "last": last,
        "running": edition_queries.running_build(found),
        "refused": refused,
        "stages": [(value, Stage(value).label, ORDER.index(value) - stage) for value in ORDER],
        "on": next((v for v in ORDER if ORDER.index(v) == stage + 1 and v != Stage.RELEASED), ""),
        "on_label": Stage(ORDER[stage + 1]).label if stage + 1 < len(ORDER) else "",
        "back": ORDER[stage - 1] if stage and not found.is_released else "",
        "back_label": Stage(ORDER[stage - 1]).label if stage else "",
        "may_lead": rules.may_open(request.user),
        "may_write": rules.may_write(request.user, found),
        "form": form or DescribeForm(instance=found),
        "add_form": NewChapterForm(),
        "signatures": board,
        "homes": homes,
        "unread": unread,
        "may_sign": rules.may_sign(request.user, found),
        "may_release": rules.may_open(request.user) and found.stage in (Stage.BOARD, Stage.COMMENT),
        "unverified": sum(u["standing"] == "unverified" for u in last.uses) if last else 0,
        "facilities": len(edition_queries.facts_by_facility(last)),
        "signed": found.sheets.exclude(signed_at=None).count(),
    }


def _signatures(found: Edition, last: Build | None) -> tuple[list[Standing], list[tuple[Standing, str]], list[str]]:
    """Signatures of the board, those of facilities that have to be given again, and what a draft to be signed does not hold yet."""
    if found.is_released or found.stage == Stage.DRAFT:
        return [Standing(one, ()) for one in found.signatures.all()], [], []
    text = signatures.present(found, last)
    homes = [
        (one, edition_queries.facility_name(one.of.facility)) for one in signatures.of_facilities(found, text) if isinstance(one.of, Sheet) and not one.counts
    ]
    unread = [change.name for change in signing.differences(last.printed, text.board)] if last is not None and last.printed is not None else []
    return signatures.of_board(found, text), homes, unread[:6]


@login_required
@require_POST
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, days, DOI."""
    found = edition_of(request, slug)
    if not rules.may_open(request.user):
        return domain_error(request, NotAllowed(_("Only the office sets the days of an edition.")))
    form = DescribeForm(request.POST, instance=found)
    if not form.is_valid():
        return render(request, "landscape/desk.html", _desk(request, found, form), status=422)
    try:
        editions.describe(edition=found, actor=request.user, values=form.cleaned_data)
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("Kept."))
    return redirect("landscape:desk", slug)


@login_required
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """To the next stage, or back."""
    found = edition_of(request, slug)
    try:
        moved = editions.move(edition=found, stage=request.POST.get("stage", ""), actor=request.user)
    except DomainError as error:
        return domain_error(request, error)
    messages.success(request, _("The edition is now at: %(stage)s.") % {"stage": moved.get_stage_display()})
    return redirect("landscape:desk", slug)


@login_required
@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A chapter at the end."""
    found = edition_of(request, slug)
    form = NewChapterForm(request.POST)
    try:
        if not form.is_valid():
            messages.error(request, _("A chapter needs a short name of letters, digits and hyphens, and a title."))
            return redirect("landscape:desk", slug)
        made = writing.add_chapter(edition=found, **form.cleaned_data, actor=request.user, now=timezone.now())
    except DomainError as error:
        return domain_error(request, error)
    return redirect("landscape:write", slug, made.slug)


# -- a chapter ---------------------------------------------------------------------------------------


def _chapter(found: Edition, name: str) -> Chapter:
    chapter = found.chapters.filter(slug=name).first()
    if chapter is None:
        raise Http404(_("There is no such chapter in this edition."))
    chapter.edition = found
    return chapter


@login_required
def write(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A chapter in a plain field, with what it will look like beside it."""
    found = edition_of(request, slug)
    if not rules.may_write(request.user, found):
        return domain_error(request, NotAllowed(_("Only authors and the office write, until the edition is released.")))
    chapter = _chapter(found, name)
    if request.method != "POST":
        unsaved = drafts.of(chapter, request.user)
        if unsaved is not None and "draft" in request.GET:
            form = ChapterForm(initial={"base": unsaved.base, "title": unsaved.title, "text": unsaved.text})
            return _writing(request, found, chapter, form, taken_up=unsaved)
        form = ChapterForm(initial={"base": chapter.version, "title": chapter.title, "text": chapter.text})
        return _writing(request, found, chapter, form, unsaved=unsaved, unsaved_parts=compare_texts(chapter.text, unsaved.text) if unsaved else [])
    form = ChapterForm(request.POST)
    if not form.is_valid():
        return _writing(request, found, chapter, form, status=422)
    try:
        saved = writing.save(chapter=chapter, **form.cleaned_data, actor=request.user, now=timezone.now())
    except InvalidInput as error:
        into(form, error)
        return _writing(request, found, chapter, form, status=422)
    except writing.BothChanged as error:
        data = request.POST.copy()
        data["base"] = str(error.present.version)
        form = ChapterForm(data)
        parts = compare_texts(error.present.text, error.aside.text)
        return _writing(request, found, error.present, form, status=409, conflict=error, parts=parts)
    except NotAllowed as error:
        return domain_error(request, error)
    if saved.unchanged:
        messages.info(request, _("Nothing was changed."))
    elif saved.merged:
        messages.success(request, _("Saved as version %(n)d. Somebody changed other paragraphs in the meantime; both changes are in it.") % {"n": saved.chapter.version})
    else:
        messages.success(request, _("Saved as version %(n)d.") % {"n": saved.chapter.version})
    return redirect("landscape:write", slug, name)


def _writing(request: HttpRequest, found: Edition, chapter: Chapter, form: ChapterForm, status: int = 200, **more: Any) -> HttpResponse:
    line = request.GET.get("line", "")
    context = {
        "edition": found, "chapter": chapter, "form": form, "functions": binding.functions(), "chapters": edition_queries.chapters(found),
        "line": int(line) if line.isdigit() and len(line) < 7 else 0,
        "remarks": _remarks(found, chapter), **more,
    }  # fmt: skip
    return render(request, "landscape/write.html", context, status=status)


@login_required
@require_POST
def draft(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Keep what is being written, sent every few seconds; or forget it."""
    found = edition_of(request, slug)
    if not rules.may_write(request.user, found):
        return domain_error(request, NotAllowed(_("Only authors and the office write, until the edition is released.")))
    chapter = _chapter(found, name)
    if "discard" in request.POST:
        drafts.discard(chapter=chapter, actor=request.user)
        messages.info(request, _("The unsaved text is gone."))
        return redirect("landscape:write", slug, name)
    base = request.POST.get("base", "")
    given: dict[str, Any] = {"title": request.POST.get("title", ""), "text": request.POST.get("text", ""), "base": int(base) if base.isdigit() and len(base) < 10 else 0}
    try:
        kept = drafts.keep(chapter=chapter, **given, actor=request.user, now=timezone.now())
    except DomainError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    words = _("Kept on the server at %(time)s, for you alone; not saved yet.") % {"time": f"{kept.at:%H:%M:%S}"} if kept else ""
    return HttpResponse(escape(words))


def _remarks(found: Edition, chapter: Chapter) -> list[tuple[Comment, int]]:
    """The open remarks on a chapter, each with the line of its paragraph, 0 where it has none."""
    lines = [one.line for one in paragraphs.paragraphs(chapter.text)]
    rows = [one for one in edition_queries.comments(found, chapter.slug) if one.resolved_at is None]
    return [(one, lines[one.place] if one.gone_at is None and one.place is not None and one.place < len(lines) else 0) for one in rows]


@login_required
@require_POST
def preview(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What a text looks like, and what is wrong with it by line. Nothing is written."""
    found = edition_of(request, slug)
    if not rules.may_write(request.user, found):
        return domain_error(request, NotAllowed(_("Only authors and the office write, until the edition is released.")))
    chapter = _chapter(found, name)
    text = request.POST.get("text", "")[:LONGEST_TEXT].replace("\r\n", "\n")
    kept = building.cache_folder()
    shown = previewing.preview(edition_queries.chapters(found), chapter, text, binding.bind(kept=kept), kept=kept)
    html = re.sub(r'src="\.\./figures/', f'src="{reverse("landscape:edition", args=[slug])}figures/', shown.html)
    context = {"edition": found, "chapter": chapter, "problems": shown.problems, "html": mark_safe(html), "numbers": shown.numbers}  # noqa: S308  made by our own engine
    return render(request, "landscape/_preview.html", context)


@login_required
def versions(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The history of a chapter, and two versions word by word."""
    try:
        found = _written(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    chapter = _chapter(found, name)
    rows = list(chapter.versions.select_related("author").defer("text"))
    after = _version(chapter, request.GET.get("after", ""), rows[0].number if rows else 0)
    earlier = next((row.number for row in rows if after and row.number < after.number and row.stood), 0)
    before = _version(chapter, request.GET.get("before", ""), earlier)
    context = {
        "edition": found, "chapter": chapter, "rows": rows, "before": before, "after": after,
        "parts": compare_texts(before.text if before else "", after.text) if after else [],
    }  # fmt: skip
    return render(request, "landscape/versions.html", context)


def _version(chapter: Chapter, asked: str, otherwise: int) -> Any:
    return edition_queries.text_of_version(chapter, int(asked[:9]) if asked.isdigit() else otherwise)


# -- builds ------------------------------------------------------------------------------------------


@login_required
@require_POST
def build(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the worker for a draft, or for the release."""
    found = edition_of(request, slug)
    try:
        made = building.ask(
            edition=found, actor=request.user, now=timezone.now(), is_release="release" in request.POST, enqueue=tasks.build_edition.enqueue
        )
    except DomainError as error:
        return domain_error(request, error)
    return redirect("landscape:build", slug, made.pk)


@login_required
def build_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A build: under way, done, or refused with every problem by chapter and line."""
    try:
        found = _written(request, slug)
    except NotAllowed as error:
        return domain_error(request, error)
    made = Build.objects.filter(edition=found, pk=pk).first()
    if made is None:
        raise Http404(_("There is no such build; old drafts are kept for a while only."))
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"}) if made.is_finished else HttpResponse(status=204)
    titles = {chapter.slug: chapter.title for chapter in found.chapters.all()}
    problems = [{**problem, "title": titles.get(problem["file"], "")} for problem in made.problems]
    late = not made.is_finished and timezone.now() - made.asked_at > building.PATIENCE / 4
    files = edition_queries.files_of(made)
    return render(request, "landscape/build.html", {"edition": found, "build": made, "problems": problems, "late": late, "files": files})
