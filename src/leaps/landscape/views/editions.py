"""Reading editions: the list, the cover, a chapter, its figures and the files to take along."""

import html as markup
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.core.documents import Unbound
from leaps.landscape import binding, edition_queries, paragraphs, rules
from leaps.landscape.actions import review
from leaps.landscape.edition_queries import PARTS
from leaps.landscape.models import Build, Comment, Edition
from leaps.landscape.stages import Stage

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_FIGURE = re.compile(r"[A-Za-z0-9_-]{1,60}")
LONGEST_QUOTE = 160


def edition_of(request: HttpRequest, slug: str) -> Edition:
    """The edition of an address, as if it did not exist to who may not see it."""
    found = edition_queries.edition(request.user, slug)
    if found is None:
        raise Http404(_("There is no such edition, or it is not public yet."))
    return found


def _built(edition: Edition) -> Build:
    build = edition_queries.last_build(edition)
    if build is None:
        raise Http404(_("This edition has not been built yet."))
    return build


def editions(request: HttpRequest) -> HttpResponse:
    """Every edition, the one to read first."""
    found = list(edition_queries.editions(request.user))
    released = [one for one in found if one.is_released]
    context = {
        "current": released[0] if released else None,
        "released": released[1:],
        "running": [one for one in found if not one.is_released],
        "may_open": rules.may_open(request.user),
        "may_write": rules.writes(request.user),
    }
    return render(request, "landscape/editions.html", context)


def _files(build: Build) -> list[dict[str, Any]]:
    words = {
        "document.pdf": _("PDF, tagged for screen readers"), "document.docx": _("Word (DOCX)"), "document.html": _("One web page (HTML)"),
        "document.jsonld": _("Every number for machines (JSON-LD)"), "data.zip": _("Every number and table (Data Package)"),
    }  # fmt: skip
    return [{"name": name, "words": words[name], "kb": max(1, round(size / 1000))} for name, size in edition_queries.files_of(build)]


def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """The cover: contents, files, how to cite."""
    found = edition_of(request, slug)
    build = edition_queries.last_build(found)
    address = request.build_absolute_uri(reverse("landscape:edition", args=[slug]))
    context = {
        "edition": found,
        "build": build,
        "chapters": build.chapters if build else [],
        "files": _files(build) if build else [],
        "citation": edition_queries.citation(found, address),
        "errata": edition_queries.published_errata(found),
        "numbers": len({use["key"] for use in build.uses}) if build else 0,
        "may_write": rules.writes(request.user),
        "desk": rules.writes(request.user) or rules.is_board(request.user),
    }
    return render(request, "landscape/edition.html", context)


def chapter(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One chapter of the last build; who may comment finds the remarks below it."""
    found = edition_of(request, slug)
    build = _built(found)
    content = edition_queries.file_of(build, f"chapters/{name}.html")
    if content is None:
        raise Http404(_("There is no such chapter in this edition."))
    order = [one["slug"] for one in build.chapters]
    titles = {one["slug"]: one["title"] for one in build.chapters}
    position = order.index(name) if name in order else len(order)
    may_comment = rules.may_comment(request.user, found) and name in order
    html = content.decode()
    remarks = edition_queries.comments(found, name) if not found.is_released and name in order else []
    places = _places(html, remarks) if may_comment else {}
    context = {
        "edition": found,
        "build": build,
        "name": name,
        "number": position + 1,
        "title": titles.get(name, _("Sources")),
        "html": mark_safe(_with_marks(html) if may_comment else html),  # noqa: S308  made by our own engine from Markdown without raw HTML
        "chapters": build.chapters,
        "before": build.chapters[position - 1] if position > 0 else None,
        "after": build.chapters[position + 1] if position + 1 < len(order) else None,
        "may_comment": may_comment,
        "may_write": rules.may_write(request.user, found) and name in order,
        "remarks": [(remark, review.may_resolve(request.user, remark), places.get(remark.pk)) for remark in remarks],
        "quote": _quote(html, request.GET.get("on", "")) if may_comment else "",
        "on": request.GET.get("on", "")[:6],
        "errata": [e for e in edition_queries.published_errata(found) if any(place["chapter"] == name for place in e.places)],
    }
    return render(request, "landscape/chapter.html", context)


def _paragraphs(html: str) -> tuple[str, str]:
    """The chapter without and with its footnotes apart."""
    head, mark, notes = html.partition('<section id="footnotes"')
    if not mark:
        head, mark, notes = html.partition('<section class="footnotes')
    return head, mark + notes


def _with_marks(html: str) -> str:
    """Behind each paragraph a link to remark on it."""
    head, notes = _paragraphs(html)
    count = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        label = _("Remark on paragraph %(n)d") % {"n": count}
        return f'<p id="p-{count}">{match[1]} <a class="remark-link" href="?on={count}#remark" aria-label="{label}">{_("remark")}</a></p>'

    return _PARAGRAPH.sub(mark, head) + notes


def _quote(html: str, number: str) -> str:
    """The beginning of the paragraph a remark is about."""
    found = _PARAGRAPH.findall(_paragraphs(html)[0])
    if not number.isdigit() or not 1 <= int(number[:6]) <= len(found):
        return ""
    text = _words_of(found[int(number) - 1])
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _words_of(paragraph: str) -> str:
    """What a reader reads of a paragraph, without its notes."""
    return " ".join(markup.unescape(strip_tags(re.sub(r"<sup>.*?</sup>", "", paragraph))).split())


def _places(html: str, remarks: list[Comment]) -> dict[int, int]:
    """On which paragraph of the page each remark is, by its number; remarks whose paragraph is not on the page are not in it."""
    if not any(remark.paragraph for remark in remarks):
        return {}
    shown = [_words_of(one) for one in _PARAGRAPH.findall(_paragraphs(html)[0])]
    found = {remark.pk: paragraphs.of_source(remark.paragraph, shown, remark.place or 0) for remark in remarks if remark.paragraph and remark.gone_at is None}
    return {pk: place + 1 for pk, place in found.items() if place is not None}


def figure(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A figure of the last build; while a chapter is being written, one the build does not have yet."""
    found = edition_of(request, slug)
    build = edition_queries.last_build(found)
    content = edition_queries.file_of(build, f"figures/{name}.svg") if build else None
    if content is None and rules.may_write(request.user, found) and _FIGURE.fullmatch(name):
        content = _drawn(name)
    if content is None:
        raise Http404(_("There is no such figure in this edition."))
    return HttpResponse(content, content_type="image/svg+xml")


def _drawn(name: str) -> bytes | None:
    from leaps.core import documents

    calls = documents.calls("{{ figure('" + name + "') }}")
    try:
        piece = binding.bind()(calls[0])
    except Unbound:
        return None
    return piece.svg.encode() if isinstance(piece, documents.Figure) else None


def file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A file to take along."""
    found = edition_of(request, slug)
    content = edition_queries.file_of(_built(found), name) if name in PARTS else None
    if content is None:
        raise Http404(_("There is no such file in this edition."))
    shown = f"{found.slug}{'' if found.is_released else '-draft'}.{name.rpartition('.')[2]}"
    return HttpResponse(content, content_type=PARTS[name], headers={"Content-Disposition": f'attachment; filename="{shown}"'})


def stage_words(edition: Edition) -> str:
    """Where it stands, with the day that comes next."""
    day = {
        Stage.DRAFT: edition.draft_until, Stage.CONFIRMATION: edition.confirm_until, Stage.BOARD: edition.review_until, Stage.COMMENT: edition.comment_until,
    }.get(Stage(edition.stage))  # fmt: skip
    return f"{edition.get_stage_display()}" + (f", {_('until %(day)s') % {'day': f'{day:%Y-%m-%d}'}}" if day else "")


def problems_words(n: int) -> str:
    """How many problems, in words."""
    return ngettext("%(n)d problem", "%(n)d problems", n) % {"n": n}
