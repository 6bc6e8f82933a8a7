"""Reading editions: which there are, what stands in them, and what has moved since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leaps.core import documents
from leaps.core.documents import Binder, Number, Standing, Unbound, Use
from leaps.landscape import rules
from leaps.landscape.models import Build, BuildFile, Chapter, ChapterVersion, Comment, Edition, Erratum, Sheet
from leaps.landscape.stages import PUBLIC, BuildState, ErratumState, Stage
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.registry import UnknownKind

PARTS = {"document.pdf": "application/pdf", "document.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "document.jsonld": "application/ld+json", "data.zip": "application/zip", "document.html": "text/html; charset=utf-8"}  # fmt: skip
"""The files of a build that a reader takes along, and what they are."""


def editions(viewer: object) -> QuerySet[Edition]:
    """The editions the person may see, the newest first."""
    found = Edition.objects.select_related("previous")
    if rules.may_see_drafts(viewer):
        return found
    mine = Q(pk__in=Sheet.objects.filter(delegate_id=getattr(viewer, "pk", None)).values("edition")) if getattr(viewer, "pk", None) else Q(pk__in=[])
    return found.filter(Q(stage__in=PUBLIC) | mine)


def edition(viewer: object, slug: str) -> Edition | None:
    """One edition, None when there is none that the person may see."""
    return editions(viewer).filter(slug=slug).first()


def newest_released() -> Edition | None:
    """What is to be cited today."""
    return Edition.objects.filter(stage=Stage.RELEASED).order_by("-released_at").first()


def last_build(of: Edition) -> Build | None:
    """The last build that succeeded: of a released edition the release itself."""
    done = of.builds.filter(state=BuildState.DONE)
    if of.is_released:
        done = done.filter(is_release=True)
    return done.order_by("-pk").first()


def running_build(of: Edition) -> Build | None:
    """The build that is waiting or under way."""
    return of.builds.filter(state__in=(BuildState.WAITING, BuildState.RUNNING)).order_by("-pk").first()


def file_of(build: Build, name: str) -> bytes | None:
    """The content of a file, None when the build has none of that name."""
    content = BuildFile.objects.filter(build=build, name=name).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def files_of(build: Build) -> list[tuple[str, int]]:
    """What there is to take along, with sizes, in a fixed order."""
    sizes = dict(build.files.values_list("name", "size"))
    return [(name, sizes[name]) for name in PARTS if name in sizes]


def chapters(of: Edition) -> list[Chapter]:
    """The chapters in order."""
    return list(of.chapters.all())


def text_of_version(chapter: Chapter, number: int) -> ChapterVersion | None:
    """One version of a chapter."""
    return chapter.versions.filter(number=number).select_related("author").first()


def printed(viewer: object, kind: str, key: str) -> tuple[Edition, list[tuple[str, str, str]]] | None:
    """Where facts about an object are printed in the newest edition the person may see: its chapters, with (short name, title, numbers).

    None when nothing about it is printed there, or nothing has been built.
    """
    built = ((one, build) for one in editions(viewer).order_by("-opened_at")[:3] if (build := last_build(one)) is not None)
    newest, build = next(built, (None, None))
    if newest is None or build is None:
        return None
    titles = {one["slug"]: one["title"] for one in build.chapters}
    told: dict[str, list[str]] = {}
    for use in build.uses:
        if use["key"].startswith(f"{kind}/{key}/") and use["chapter"] in titles:
            told.setdefault(use["chapter"], []).append(use["text"])
    rows = [(slug, title, ", ".join(dict.fromkeys(told[slug]))) for slug, title in titles.items() if slug in told]
    return (newest, rows) if rows else None


# -- numbers -----------------------------------------------------------------------------------------


def stored(use: Use) -> dict[str, Any]:
    """A use as a build keeps it."""
    n = use.number
    return {
        "chapter": use.chapter, "line": use.line, "call": use.call, "sentence": use.sentence, "text": n.text, "key": n.key, "label": n.label,
        "standing": n.standing.value, "raw": n.raw, "source": n.source, "source_url": n.source_url, "as_of": n.as_of, "vouched": n.vouched, "link": n.link,
    }  # fmt: skip


def uses_of(build: Build | None) -> list[Use]:
    """The bound numbers of a build, as they were."""
    return uses_from(build.uses) if build is not None else []


def uses_from(kept: Sequence[dict[str, Any]]) -> list[Use]:
    """Bound numbers as a build keeps them."""
    return [
        Use(
            u["chapter"], u["line"], u["call"], u["sentence"],
            Number(u["text"], u["key"], u["label"], Standing(u["standing"]), u["raw"], u["source"], u["source_url"], u["as_of"], u["vouched"], u["link"]),
        )
        for u in kept
    ]  # fmt: skip


def answered(uses: Sequence[Use], binder: Binder) -> list[Use]:
    """The same calls answered again; those that have no answer any more are left out."""
    found = []
    known: dict[str, Number | None] = {}
    for use in uses:
        if use.call not in known:
            known[use.call] = _answer(use.call, binder)
        number = known[use.call]
        if number is not None:
            found.append(Use(use.chapter, use.line, use.call, use.sentence, number))
    return found


def _answer(source: str, binder: Binder) -> Number | None:
    calls = documents.calls("{{ " + source + " }}")
    try:
        piece = binder(calls[0]) if calls else None
    except Unbound:
        return None
    return piece if isinstance(piece, Number) else None


@dataclass(frozen=True, slots=True)
class FactKey:
    """The field of the record a number stands for."""

    kind: str
    key: str
    field: str


def fact_key(key: str) -> FactKey | None:
    """The field behind the key of a number; None for what is counted or computed."""
    parts = key.split("/")
    if len(parts) != 3:
        return None
    try:
        record_type = registry.get(parts[0])
    except UnknownKind:
        return None
    return FactKey(*parts) if parts[2] in record_type.specs else None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A number of the edition that is a fact of a facility, with every sentence it stands in."""

    number: Number
    fact: FactKey
    sentences: tuple[str, ...]


def facts_by_facility(build: Build | None) -> dict[str, list[SheetRow]]:
    """Every bound fact of a build by the facility it is about, in the order of the text."""
    return facts_of_uses(uses_of(build))


def facts_of_uses(bound: Sequence[Use]) -> dict[str, list[SheetRow]]:
    """Every bound fact by the facility it is about, likewise."""
    uses: dict[str, list[Use]] = {}
    for use in bound:
        if fact_key(use.number.key) is not None:
            uses.setdefault(use.number.key, []).append(use)
    found: dict[str, list[SheetRow]] = {}
    owners = _facilities([fact for key in uses if (fact := fact_key(key))])
    for key, places in uses.items():
        fact = fact_key(key)
        if fact is not None and (facility := owners.get((fact.kind, fact.key))):
            sentences = tuple(dict.fromkeys(use.sentence for use in places))
            found.setdefault(facility, []).append(SheetRow(places[0].number, fact, sentences))
    return found


def _facilities(facts: Sequence[FactKey]) -> dict[tuple[str, str], str]:
    found = {}
    for kind in {fact.kind for fact in facts}:
        record_type = registry.get(kind)
        for key, state in record_queries.states(record_type, {fact.key for fact in facts if fact.kind == kind}).items():
            found[kind, key] = record_queries.facility_of(record_type, state.values, key)
    return found


def facility_name(slug: str) -> str:
    """The name of a facility for people."""
    state = record_queries.state("facility", slug)
    return str(state.values.get("short_name") or state.values.get("name")) if state else slug


# -- voices ------------------------------------------------------------------------------------------


def comments(of: Edition, chapter: str = "") -> list[Comment]:
    """The remarks with their replies, the open ones first."""
    found = of.comments.filter(parent=None).select_related("author").prefetch_related("replies__author")
    if chapter:
        found = found.filter(chapter=chapter)
    return sorted(found, key=lambda one: (one.resolved_at is not None, one.at))


def published_errata(of: Edition) -> list[Erratum]:
    """What readers are told is wrong in a released edition."""
    return list(of.errata.filter(state=ErratumState.PUBLISHED))


def citation(of: Edition, address: str) -> str:
    """How an edition is cited."""
    year = (of.released_at or of.opened_at).year
    words = _("%(who)s (%(year)d): %(title)s. %(subtitle)s.") % {
        "who": of.creators, "year": year, "title": of.title if of.is_released else _("%(title)s (draft)") % {"title": of.title}, "subtitle": of.subtitle,
    }  # fmt: skip
    return f"{words} " + (f"https://doi.org/{of.doi}" if of.doi else address)
