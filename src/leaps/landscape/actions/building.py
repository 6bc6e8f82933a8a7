"""Building an edition: asked for by a person, made by the worker, wholly there or not at all."""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core import documents
from leaps.core.documents import Acceptance, Assembled, Binder, Built, Chapter, Document, NotBuilt
from leaps.core.documents.rendering import sources_html
from leaps.core.errors import NotAllowed, Problem
from leaps.landscape import binding, edition_queries, rules, signing
from leaps.landscape.actions import signatures
from leaps.landscape.actions.signatures import NotReady
from leaps.landscape.models import Build, BuildFile, Edition
from leaps.landscape.stages import BuildState, Stage
from leaps.record import queries as record_queries
from leaps.record.specs import plain_text

KEPT: Final = 3
"""So many good drafts of an edition are kept."""
PATIENCE: Final = dt.timedelta(minutes=20)
"""After this a build that has not ended never will."""
CACHE_DAYS: Final = 30
ATTEMPTS: Final = 5
"""So often a build begins to read again when the record changes under it."""


def ask(*, edition: Edition, actor: Any, now: dt.datetime, is_release: bool = False, enqueue: Callable[[int], object]) -> Build:
    """Put a build into the queue. With `is_release` the edition is released when it succeeds.

    One at a time: a build that waits or runs is answered instead of a second. Raises NotAllowed, NotReady for a release out of its
    stage, that nobody of the board has signed, that a member objects to, or where something has changed since somebody signed.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if not rules.may_write(actor, edition) or (is_release and not rules.may_open(actor)):
            raise NotAllowed(_("Authors and the office build drafts; only the office releases."))
        if is_release:
            signatures.check(edition, signatures.present(edition))
        waiting = edition_queries.running_build(edition)
        if waiting is not None and waiting.is_release == is_release:
            return waiting
        made = Build.objects.create(
            edition=edition, is_release=is_release, asked_at=now, asked_by=actor if getattr(actor, "pk", None) else None, asked_label=plain_text(str(actor), 200)
        )
        enqueue(made.pk)
    return made


def document_of(edition: Edition, *, day: dt.date, is_draft: bool, revision: int) -> Document:
    """The edition as the engine of documents wants it."""
    return Document(
        title=edition.title, subtitle=edition.subtitle, date=day, publisher=edition.creators,
        chapters=[Chapter(chapter.slug, chapter.title, chapter.text) for chapter in edition.chapters.all()],
        address=settings.BASE_URL + reverse("landscape:edition", args=[edition.slug]), snapshot=f"r{revision}", is_draft=is_draft,
        draft_words=_("Draft, not approved"), accepted={one.key: Acceptance(one.by_label, one.reason) for one in edition.acceptances.all()},
    )  # fmt: skip


def run(*, pk: int, now: Callable[[], dt.datetime], binder: Callable[[int], Binder] | None = None) -> Build:
    """The worker's part: build, then write every file and mark the build done in one transaction.

    Started again after a worker was killed it begins anew; until the last step nothing of it can be seen.
    """
    build = Build.objects.select_related("edition").get(pk=pk)
    if build.is_finished:
        return build
    edition = build.edition
    Build.objects.filter(pk=pk).update(state=BuildState.RUNNING, started_at=now())
    versions = dict(edition.chapters.values_list("slug", "version"))
    document, assembled = _assembled(build, binder or (lambda revision: binding.bind(None, revision, kept=cache_folder())))
    if assembled is None:
        words = _("The record changed again and again while it was being read")
        return _refused(build, (Problem(words, _("Build it again when no pack is being loaded.")),), {}, now())
    result: dict[str, Any] = {
        "uses": [edition_queries.stored(use) for use in assembled.uses],
        "chapters": [{"slug": chapter.slug, "title": chapter.title} for chapter in document.chapters],
        "printed": signing.printed(assembled, versions),
    }  # fmt: skip
    try:
        built = documents.build(assembled, kept=cache_folder())
    except NotBuilt as error:
        return _refused(build, error.problems, result, now())
    files = files_in(built, document)
    if assembled.citations:
        files["chapters/sources.html"] = sources_html(assembled).encode()
    return _done(build, built, files, result, versions, now())


def _assembled(build: Build, binder: Callable[[int], Binder]) -> tuple[Document, Assembled | None]:
    """The document with everything it asks for, all of it of one revision, which the build notes.

    Numbers are read at a revision, figures of the record as it is: when somebody changes the record meanwhile, all is read
    again. None instead of a mixture when that does not end.
    """
    for _attempt in range(ATTEMPTS):
        revision = record_queries.current_revision()
        document = document_of(build.edition, day=build.asked_at.date(), is_draft=not build.is_release, revision=revision)
        assembled = documents.assemble(document, binder(revision), kept=cache_folder())
        if record_queries.current_revision() == revision:
            Build.objects.filter(pk=build.pk).update(revision=revision)
            return document, assembled
    return document, None


def cache_folder() -> Path:
    """Where chapters that did not change are kept from build to build; may be emptied at any time."""
    return Path(settings.LEAPS_HOME) / "document-cache"


def files_in(built: Built, document: Document) -> dict[str, bytes]:
    """The files of a build by name."""
    found = {f"chapters/{slug}.html": html.encode() for slug, html in built.html.items()}
    found |= {f"figures/{name}.svg": svg.encode() for name, svg in built.figures.items()}
    titles = {chapter.slug: chapter.title for chapter in document.chapters}
    return found | {
        "document.pdf": built.pdf, "document.docx": built.docx, "document.jsonld": built.jsonld.encode(), "data.zip": built.package,
        "document.html": _one_page(document, built, titles),
    }  # fmt: skip


def _one_page(document: Document, built: Built, titles: Mapping[str, str]) -> bytes:
    """All chapters on one page that stands alone: figures within, nothing asked of the network."""
    from django.template.loader import render_to_string
    from django.utils.safestring import mark_safe

    chapters = []
    for number, (slug, html) in enumerate(built.html.items(), start=1):
        text = html
        for other in titles:
            text = text.replace(f'href="../{other}/#', 'href="#')
        for name, svg in built.figures.items():
            text = text.replace(f'src="../figures/{name}.svg"', f'src="{_data_address(svg)}"')
        chapters.append({"slug": slug, "title": titles[slug], "number": number, "html": mark_safe(text)})  # noqa: S308  made by our own engine
    # A file of its own has no policy that could refuse a style within it, and nobody to ask for one elsewhere.
    style = mark_safe(f"<style>{Path(__file__).with_name('alone.css').read_text(encoding='utf-8')}</style>")  # noqa: S308  ours
    return render_to_string("landscape/alone.html", {"document": document, "chapters": chapters, "style": style}).encode()


def _data_address(svg: str) -> str:
    import base64

    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _refused(build: Build, problems: tuple[Problem, ...], result: Mapping[str, Any], at: dt.datetime) -> Build:
    Build.objects.filter(pk=build.pk).update(state=BuildState.REFUSED, problems=[asdict(problem) for problem in problems], finished_at=at, **result)
    build.refresh_from_db()
    return build


def _done(
    build: Build, built: Built, files: Mapping[str, bytes], result: Mapping[str, Any], versions: Mapping[str, int], at: dt.datetime
) -> Build:
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=build.edition_id)
        if build.is_release:
            if dict(edition.chapters.values_list("slug", "version")) != dict(versions):
                words = _("A chapter was changed while the release was being built")
                return _refused(build, (Problem(words, _("Release it again.")),), result, at)
            uses = edition_queries.uses_from(result["uses"])
            told = signatures.Text(result["printed"], signatures.facilities(uses, {use.number.key: use.number for use in uses}))
            try:
                signatures.check(edition, told)
            except NotReady as error:
                return _refused(build, (Problem(str(error)),), result, at)
        BuildFile.objects.filter(build=build).delete()
        BuildFile.objects.bulk_create(BuildFile(build=build, name=name, content=content, size=len(content)) for name, content in files.items())
        seconds = {name: round(value, 2) for name, value in built.seconds.items()}
        Build.objects.filter(pk=build.pk).update(
            state=BuildState.DONE, problems=[], finished_at=at, digest=built.digest, seconds=seconds, **result
        )
        if build.is_release:
            _forget_drafts(edition, keep=0, besides=build)
            edition.builds.exclude(pk=build.pk).exclude(state__in=(BuildState.DONE,)).delete()
            revision = Build.objects.values_list("revision", flat=True).get(pk=build.pk)
            edition.revision, edition.released_at, edition.stage = revision, at, Stage.RELEASED
            edition.save(update_fields=["revision", "released_at", "stage"])
        else:
            _forget_drafts(edition, keep=KEPT, besides=None)
    build.refresh_from_db()
    return build


def _forget_drafts(edition: Edition, *, keep: int, besides: Build | None) -> None:
    """Drafts that newer ones have replaced."""
    done = edition.builds.filter(state=BuildState.DONE, is_release=False)
    if besides is not None:
        done = done.exclude(pk=besides.pk)
    old = list(done.order_by("-pk").values_list("pk", flat=True)[keep:])
    Build.objects.filter(pk__in=old).delete()


def tidy(now: dt.datetime) -> int:
    """Mark builds that will never end, and empty the cache of what nobody asked for in a month; how many builds."""
    late = Build.objects.filter(state__in=(BuildState.WAITING, BuildState.RUNNING), asked_at__lt=now - PATIENCE)
    n: int = late.exclude(edition__stage=Stage.RELEASED).update(state=BuildState.BROKEN, finished_at=now)
    folder = cache_folder()
    oldest = (now - dt.timedelta(days=CACHE_DAYS)).timestamp()
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
    return n
