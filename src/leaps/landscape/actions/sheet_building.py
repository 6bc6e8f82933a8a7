"""Making the sheets for one reader each: asked for by anybody, made by the worker, wholly there or not at all."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core import documents
from leaps.core.documents import Assembled, Document, NotBuilt
from leaps.core.errors import Problem
from leaps.landscape import binding, sheet_queries, sheets
from leaps.landscape.actions.building import ATTEMPTS, PATIENCE, cache_folder
from leaps.landscape.models import SheetBuild, SheetFile
from leaps.landscape.models.reader_sheets import UNDER_WAY
from leaps.landscape.stages import BuildState
from leaps.record import queries as record_queries

FAILURES_KEPT: Final = dt.timedelta(days=7)


def ask(*, key: str, now: dt.datetime, enqueue: Callable[[int], object], again: bool = False) -> SheetBuild:
    """The sheet as it stands, is being made or could not be made; put into the queue where there is none of the present revision.

    Each sheet waits at most once, whoever asks and how often. What could not be made is tried anew only when somebody asks
    for that with `again`. Raises NoSheet.
    """
    title = sheets.find(key).title
    found = sheet_queries.standing(key) or sheet_queries.under_way(key)
    if found is not None:
        return found
    last = sheet_queries.newest(key)
    if last is not None and not again and last.state in (BuildState.REFUSED, BuildState.BROKEN) and sheet_queries.is_current(last):
        return last
    try:
        with transaction.atomic():
            made = SheetBuild.objects.create(key=key, title=title[:200], asked_at=now)
            enqueue(made.pk)
    except IntegrityError:  # of two at once the database takes one
        return sheet_queries.under_way(key) or sheet_queries.standing(key) or _asked_a_moment_ago(key)
    return made


def _asked_a_moment_ago(key: str) -> SheetBuild:
    return SheetBuild.objects.filter(key=key).order_by("-pk")[0]


def run(*, pk: int, now: Callable[[], dt.datetime]) -> SheetBuild | None:
    """The worker's part. Started again after a worker was killed it begins anew; until the last step nothing of it can be seen.

    None when it has been cleared away in the meantime.
    """
    build = SheetBuild.objects.filter(pk=pk).first()
    if build is None or build.is_finished:
        return build
    SheetBuild.objects.filter(pk=pk).update(
        state=BuildState.RUNNING, started_at=now(), revision=record_queries.current_revision(), made_with=sheet_queries.software()
    )
    try:
        document, assembled = _assembled(build)
        files = {form: documents.render(assembled, form, kept=cache_folder()) for form in documents.FORMS}
    except (sheets.NoSheet, NotBuilt) as error:
        problems = error.problems if isinstance(error, NotBuilt) else (Problem(str(error)),)
        SheetBuild.objects.filter(pk=pk).update(state=BuildState.REFUSED, problems=[asdict(problem) for problem in problems], finished_at=now())
    else:
        with transaction.atomic():
            SheetFile.objects.filter(build=build).delete()
            SheetFile.objects.bulk_create(SheetFile(build=build, form=form, content=content, size=len(content)) for form, content in files.items())
            SheetBuild.objects.filter(pk=pk).update(
                state=BuildState.DONE, title=document.title[:200], revision=int(document.snapshot), day=document.date, finished_at=now(), problems=[]
            )
            SheetBuild.objects.filter(key=build.key, pk__lt=pk).exclude(state__in=UNDER_WAY).delete()
    build.refresh_from_db()
    return build


def _assembled(build: SheetBuild) -> tuple[Document, Assembled]:
    """The sheet with everything it asks for, all of it of one revision. Raises NotBuilt when the record does not rest."""
    address = settings.BASE_URL + reverse("landscape:sheet", args=[build.key])
    for _attempt in range(ATTEMPTS):
        revision = record_queries.current_revision()
        document = sheets.sheet(build.key, address)
        assembled = documents.assemble(document, binding.bind(None, revision, kept=cache_folder()), kept=cache_folder())
        if record_queries.current_revision() == revision:
            return document, assembled
    raise NotBuilt([Problem(_("The record changed again and again while it was being read"), _("Try again when no pack is being loaded."))])


def tidy(now: dt.datetime) -> int:
    """Mark sheets that will never be made; forget old failures, and sheets that nobody can ask for any more. How many of the first."""
    late = SheetBuild.objects.filter(state__in=UNDER_WAY, asked_at__lt=now - PATIENCE)
    n: int = late.update(
        state=BuildState.BROKEN, finished_at=now, revision=record_queries.current_revision(), made_with=sheet_queries.software()
    )
    SheetBuild.objects.filter(state__in=(BuildState.REFUSED, BuildState.BROKEN), finished_at__lt=now - FAILURES_KEPT).delete()
    SheetBuild.objects.exclude(key__in=[one.key for one in sheets.all_sheets()]).delete()
    return n
