"""Works and technologies with what stands and what is suggested about the challenges they serve."""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.accounts.models import User
from leaps.catalogue.models import Facility, Technique
from leaps.landscape import rules
from leaps.landscape.classifier import Classifier, Hit, Judged, Passage, Suggestion
from leaps.landscape.models import (
    Challenge,
    ChallengeNeed,
    ChallengeTag,
    Need,
    Observable,
    ObservableTechnique,
    TaggingEvent,
    Work,
)
from leaps.landscape.types import STRONGEST, ChallengeList, TagState, WorkKind
from leaps.record import queries as record_queries
from leaps.roadmaps import rules as roadmaps_rules
from leaps.roadmaps.models import Technology

WORK: Final = "work"
TECHNOLOGY: Final = "technology"
EVIDENCE_STRENGTH: Final = 2
"""How strongly a work that the record names as evidence speaks for its challenges: nobody graded it as a tag."""

TITLE, DESCRIPTION, WORDS, NEED, OBSERVABLE, TECHNIQUE = "title", "description", "words", "need", "observable", "technique"
WEIGHTS: Final = {TITLE: 3.0, DESCRIPTION: 1.0, WORDS: 2.0, NEED: 1.0, OBSERVABLE: 0.5, TECHNIQUE: 0.15}
"""How much a word weighs by where it stands; below a need also by the strength of the step to it."""


def where_words(where: str) -> str:
    """Where a challenge has a word from."""
    return {
        TITLE: _("its title"), DESCRIPTION: _("its description"), WORDS: _("our list of words"), NEED: _("a need"), OBSERVABLE: _("an observable"),
        TECHNIQUE: _("a technique of its chains"), "confirmed": _("confirmed works or evidence"), "rejected": _("rejected works"),
    }.get(where, where)  # fmt: skip


# -- the classifier, fed from the record -------------------------------------------------------------


@cache
def own_words() -> dict[str, str]:
    """Words for each challenge that the project chose itself, by the key of the challenge."""
    text = resources.files("leaps.landscape").joinpath("challenge_words.csv").read_text(encoding="utf-8")
    return {row["challenge"]: row["words"] for row in csv.DictReader(text.splitlines())}


@dataclass(frozen=True, slots=True)
class Description:
    """What the record has to say about its challenges, for the classifier and for its evaluation.

    `evidence` are the works that steps of chains rest on: title, the challenges they lead to, the needs they were found for.
    """

    passages: dict[str, list[Passage]]
    background: list[str]
    evidence: list[tuple[str, frozenset[str], frozenset[str]]]


def description(without_needs: Iterable[str] = ()) -> Description:
    """Read it with a constant number of queries; needs that are left out are not looked at."""
    without = frozenset(without_needs)
    passages = {
        row.slug: [
            Passage(TITLE, row.title, WEIGHTS[TITLE]), Passage(DESCRIPTION, row.description or "", WEIGHTS[DESCRIPTION]),
            Passage(WORDS, own_words().get(row.slug, ""), WEIGHTS[WORDS]),
        ]
        for row in Challenge.objects.all()
    }  # fmt: skip
    links = list(ChallengeNeed.objects.select_related("challenge", "need"))
    observables = list(Observable.objects.select_related("need"))
    ends = list(ObservableTechnique.objects.select_related("observable__need", "technique"))
    below: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one in observables:
        below[one.need_id].append((OBSERVABLE, one.name))
    for end in ends:
        below[end.observable.need_id].append((TECHNIQUE, end.technique.label))
    for link in links:
        if link.need.slug not in without:
            share = link.strength / STRONGEST
            for where, text in [(NEED, link.need.question), *below[link.need_id]]:
                passages[link.challenge.slug].append(Passage(where, text, WEIGHTS[where] * share))
    background = [*Need.objects.values_list("question", flat=True), *(one.name for one in observables), *Technique.objects.values_list("label", flat=True)]
    background += [f"{name}\n{text}" for name, text in Technology.objects.values_list("name", "description")]
    return Description(passages, background, _evidence(links, observables, ends))


def _evidence(
    links: Sequence[ChallengeNeed], observables: Sequence[Observable], ends: Sequence[ObservableTechnique]
) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    of_need: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.strength:
            of_need[link.need.slug].add(link.challenge.slug)
    shown = [(link.evidence_title, {link.challenge.slug}, link.need.slug) for link in links]
    shown += [(one.evidence_title, of_need[one.need.slug], one.need.slug) for one in observables]
    shown += [(end.evidence_title, of_need[end.observable.need.slug], end.observable.need.slug) for end in ends]
    challenges: dict[str, set[str]] = defaultdict(set)
    needs: dict[str, set[str]] = defaultdict(set)
    for title, of, need in shown:
        if title:
            challenges[title] |= of
            needs[title].add(need)
    return [(title, frozenset(challenges[title]), frozenset(needs[title])) for title in sorted(challenges)]


class _Kept:
    """The classifier and its suggestions for one state of the record and of the tags; forgotten when either changes."""

    def __init__(self) -> None:
        self._of: tuple[Any, Classifier, dict[tuple[str, str], list[Suggestion]]] | None = None

    def forget(self) -> None:
        """For tests, which repeat revisions and numbers."""
        self._of = None

    def current(self) -> tuple[Classifier, dict[tuple[str, str], list[Suggestion]]]:
        """What holds now. Two queries when nothing has changed."""
        # The count too: of two transactions the one with the lower number may end last.
        stamp = (record_queries.current_revision(), *TaggingEvent.objects.aggregate(last=Max("pk"), count=Count("pk")).values())
        of = self._of
        if of is None or of[0] != stamp:
            of = self._of = (stamp, _trained(), {})
        return of[1], of[2]


def _trained() -> Classifier:
    told = description()
    judged = [Judged(challenge, title, "", EVIDENCE_STRENGTH) for title, challenges, _needs in told.evidence for challenge in challenges]
    tags = ChallengeTag.objects.filter(state__in=(TagState.CONFIRMED, TagState.REJECTED)).filter(Q(work__isnull=True) | Q(work__withdrawn_at__isnull=True))
    for tag in tags.select_related("work", "technology", "challenge"):
        title, body = _text_of(tag.work or tag.technology)
        judged.append(Judged(tag.challenge.slug, title, body, tag.strength or 0 if tag.state == TagState.CONFIRMED else 0))
    works = Work.objects.filter(withdrawn_at__isnull=True).values_list("title", "abstract")
    texts = [*told.background, *(title for title, _c, _n in told.evidence), *(f"{title}\n{abstract}" for title, abstract in works)]
    return Classifier(told.passages, texts, judged)


_kept = _Kept()


def _text_of(thing: Work | Technology | None) -> tuple[str, str]:
    if isinstance(thing, Work):
        return thing.title, thing.abstract
    return (thing.name, thing.description) if thing else ("", "")


Suggest = Callable[[str, str], list[Suggestion]]


def suggester() -> Suggest:
    """What tells the challenges that a text may speak of, as the record and the tags are now; to be asked for many texts."""
    classifier, answers = _kept.current()

    def suggest(title: str, body: str) -> list[Suggestion]:
        if (title, body) not in answers:
            answers[title, body] = classifier.suggest(title, body)
        return answers[title, body]

    return suggest


def suggested(title: str, body: str) -> list[Suggestion]:
    """The challenges that one text may speak of."""
    return suggester()(title, body)


# -- what a page shows -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a text shares with a challenge: its share of the score in per cent, and where the challenge has it from."""

    word: str
    share: int
    where: str


def words_of(hits: Iterable[Hit], score: float) -> list[Word]:
    """The words behind a score, the weightiest first, each with its share."""
    return [Word(hit.word, round(100 * hit.weight / score), ", ".join(where_words(one) for one in hit.where)) for hit in hits] if score > 0 else []


@dataclass(frozen=True, slots=True)
class TagRow:
    """A challenge with what stands or is suggested about it. `base` is the version that a decision answers to, 0 for none yet."""

    challenge: str
    title: str
    scheme: str
    state: str
    base: int
    score: float | None = None
    words: tuple[Word, ...] = ()
    strength: int | None = None
    note: str = ""
    side: str = ""
    at: dt.datetime | None = None
    by: int | None = None
    pk: int | None = None
    is_synthetic: bool = False

    @property
    def scheme_words(self) -> str:
        """The list of the challenge."""
        return str(ChallengeList(self.scheme).label)

    @property
    def state_words(self) -> str:
        """What stands, in a word."""
        return _("suggested") if self.state == TagState.OPEN else str(TagState(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide."""
        return self.state in (TagState.OPEN, TagState.PROPOSED)

    @property
    def score_words(self) -> str:
        """The score in per cent."""
        return "" if self.score is None else f"{100 * self.score:.0f}\u202f%"


@dataclass(frozen=True, slots=True)
class Subject:
    """A work or a technology with its tags and suggestions."""

    kind: str
    key: str
    title: str
    body: str
    rows: tuple[TagRow, ...] = field(default=())
    work: Work | None = None

    @property
    def kind_words(self) -> str:
        """Paper, data set, case, project or technology."""
        return str(WorkKind(self.work.kind).label) if self.work else _("technology")

    @property
    def address(self) -> str:
        """Its page with everything about its tags."""
        name = "landscape:work" if self.kind == WORK else "landscape:tag-technology"
        return reverse(name, args=[self.key])

    @property
    def anchor(self) -> str:
        """Where it stands on the desk."""
        return f"{self.kind}-{self.key}"

    @property
    def open_rows(self) -> list[TagRow]:
        """What is to be decided: proposals of members first, then suggestions, the likeliest first."""
        return sorted((row for row in self.rows if row.is_open), key=lambda row: (row.state != TagState.PROPOSED, -(row.score or 0)))

    @property
    def decided_rows(self) -> list[TagRow]:
        """What was decided, confirmed ones first."""
        return [row for row in self.rows if row.state == TagState.CONFIRMED] + [row for row in self.rows if row.state == TagState.REJECTED]

    @property
    def confirmed_rows(self) -> list[TagRow]:
        """The challenges it serves, by the word of somebody, the strongest first."""
        return sorted((row for row in self.rows if row.state == TagState.CONFIRMED), key=lambda row: -(row.strength or 0))

    @property
    def is_synthetic(self) -> bool:
        """Whether it was made up for a trial."""
        return bool(self.work and self.work.is_synthetic)


def _row(tag: ChallengeTag, suggestion: Suggestion | None) -> TagRow:
    score, words = tag.score, tuple(Word(**one) for one in tag.hits)
    if tag.state in (TagState.OPEN, TagState.PROPOSED):
        score, words = (suggestion.score, tuple(words_of(suggestion.hits, suggestion.score))) if suggestion else (None, ())
    return TagRow(
        tag.challenge.slug, tag.challenge.title, tag.challenge.scheme, tag.state, tag.version, score, words, tag.strength, tag.note, tag.side, tag.at, tag.by_id,
        tag.pk, tag.is_synthetic,
    )  # fmt: skip


def _subject(thing: Work | Technology, tags: Iterable[ChallengeTag], challenges: dict[str, Challenge], suggest: Suggest | None) -> Subject:
    kind, key = (WORK, str(thing.pk)) if isinstance(thing, Work) else (TECHNOLOGY, thing.slug)
    title, body = _text_of(thing)
    found = {one.challenge: one for one in suggest(title, body)} if suggest else {}
    rows = []
    for tag in tags:
        suggestion = found.pop(tag.challenge.slug, None)
        if tag.state != TagState.OPEN or suggestion is not None:
            rows.append(_row(tag, suggestion))
    for slug, suggestion in found.items():
        of = challenges[slug]
        rows.append(TagRow(slug, of.title, of.scheme, TagState.OPEN, 0, suggestion.score, tuple(words_of(suggestion.hits, suggestion.score))))
    return Subject(kind, key, title, body, tuple(rows), thing if isinstance(thing, Work) else None)


def works(viewer: object) -> QuerySet[Work]:
    """The works that a person may see: members with a role all, everybody else those with a confirmed tag that were not withdrawn."""
    if rules.may_state(viewer):
        return Work.objects.all()
    return Work.objects.filter(withdrawn_at__isnull=True, tags__state=TagState.CONFIRMED).distinct()


def of_works(viewer: object, works: Iterable[Work]) -> list[Subject]:
    """Works with their tags, and to members with what is suggested. Five queries."""
    works = list(works)
    tags: dict[int | None, list[ChallengeTag]] = defaultdict(list)
    for tag in ChallengeTag.objects.filter(work__in=works).select_related("challenge"):
        tags[tag.work_id].append(tag)
    if not rules.may_state(viewer):
        found = [_subject(one, tags[one.pk], {}, None) for one in works]
        return [replace(one, rows=tuple(one.confirmed_rows)) for one in found]
    challenges, suggest = _challenges(), suggester()
    return [_subject(one, tags[one.pk], challenges, suggest if one.withdrawn_at is None else None) for one in works]


def of_technology(viewer: object, technology: Technology) -> Subject:
    """A technology likewise."""
    tags = ChallengeTag.objects.filter(technology=technology).select_related("challenge")
    if not rules.may_state(viewer):
        found = _subject(technology, tags, {}, None)
        return replace(found, rows=tuple(found.confirmed_rows))
    return _subject(technology, tags, _challenges(), suggester())


def _challenges() -> dict[str, Challenge]:
    return {one.slug: one for one in Challenge.objects.all()}


def subjects(viewer: object) -> list[Subject]:
    """Every work that stands and every technology, newest works first; for the desk. Six queries."""
    if not rules.may_state(viewer):
        return []
    challenges, suggest = _challenges(), suggester()
    tags: dict[tuple[str, int], list[ChallengeTag]] = defaultdict(list)
    for tag in ChallengeTag.objects.select_related("challenge"):
        tags[(WORK, tag.work_id) if tag.work_id else (TECHNOLOGY, tag.technology_id or 0)].append(tag)
    found = [_subject(one, tags[WORK, one.pk], challenges, suggest) for one in Work.objects.filter(withdrawn_at__isnull=True)]
    return found + [_subject(one, tags[TECHNOLOGY, one.pk], challenges, suggest) for one in Technology.objects.order_by("name")]


STATES: Final = ("open", "confirmed", "rejected", "none", "all")


def state_words(state: str) -> str:
    """A state of works and technologies, for the filter of the desk."""
    return {
        "open": _("something to decide"), "confirmed": _("something confirmed"), "rejected": _("something rejected"),
        "none": _("nothing suggested or said"), "all": _("all"),
    }[state]  # fmt: skip


def filtered(found: Iterable[Subject], *, state: str = "open", scheme: str = "", kind: str = "", text: str = "") -> list[Subject]:
    """Those in a state, of a kind, with a challenge of a list, with all words of a text in title or text. Only rows of the list are kept."""
    wanted = text.casefold().split()
    chosen = []
    for whole in found:
        one = replace(whole, rows=tuple(row for row in whole.rows if row.scheme == scheme)) if scheme else whole
        said = {
            "open": bool(one.open_rows), "confirmed": bool(one.confirmed_rows), "rejected": any(row.state == TagState.REJECTED for row in one.rows),
            "none": not one.rows, "all": True,
        }[state]  # fmt: skip
        own_kind = one.work.kind if one.work else TECHNOLOGY
        if said and (not kind or own_kind == kind) and all(word in f"{one.title} {one.body}".casefold() for word in wanted):
            chosen.append(one)
    return chosen


# -- what everybody sees -----------------------------------------------------------------------------


def confirmed(*, after: int = 0, limit: int | None = None, **filters: Any) -> list[ChallengeTag]:
    """The tags that somebody confirmed, of works that were not withdrawn, in the order in which they were first said."""
    found = ChallengeTag.objects.filter(state=TagState.CONFIRMED, pk__gt=after, **filters).filter(Q(work__isnull=True) | Q(work__withdrawn_at__isnull=True))
    return list(found.select_related("work", "technology", "challenge").order_by("pk")[:limit])


def page_of_tag(tag: ChallengeTag) -> str:
    """The page of the work or technology of a tag."""
    return reverse("landscape:work", args=[tag.work_id]) if tag.work_id else reverse("landscape:tag-technology", args=[tag.technology.slug if tag.technology else ""])


def for_challenge(slug: str) -> list[ChallengeTag]:
    """The works and technologies that serve a challenge, the strongest first."""
    return sorted(confirmed(challenge__slug=slug), key=lambda tag: (-(tag.strength or 0), -tag.pk))


def served_by_technology(slug: str) -> list[ChallengeTag]:
    """The challenges that a technology serves, the strongest first."""
    return sorted(confirmed(technology__slug=slug), key=lambda tag: (-(tag.strength or 0), tag.challenge.title))


def counts() -> dict[str, tuple[list[str], list[str]]]:
    """For each challenge the works and the technologies that were confirmed for it, by their keys; made-up ones are left out."""
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for tag in confirmed(is_synthetic=False):
        works_of, technologies_of = found[tag.challenge.slug]
        if tag.work:
            works_of.append(tag.work.address)
        elif tag.technology:
            technologies_of.append(tag.technology.slug)
    return found


# -- history -----------------------------------------------------------------------------------------


def events(*, work: Work | None = None, technology: Technology | None = None) -> QuerySet[TaggingEvent]:
    """What was done with a work or a technology and its tags, newest first."""
    of = Q(work=work) | Q(tag__work=work) if work else Q(tag__technology=technology)
    return TaggingEvent.objects.filter(of).select_related("tag__challenge").order_by("-pk")


def last_decisions(person: object, most: int = 3) -> list[ChallengeTag]:
    """The tags a person decided last, as long as nobody has said more since; to take them back."""
    if not isinstance(person, User):
        return []
    last = TaggingEvent.objects.filter(actor=person, tag__isnull=False).select_related("tag__challenge", "tag__work", "tag__technology").order_by("-pk")[:most]
    return [one.tag for one in last if one.tag and one.tag.by_id == person.pk and one.tag.state != TagState.OPEN and one.verb != "undid"]


def side_of(actor: object) -> str:
    """For whom a person speaks: the office, the chairs, a facility, or a member."""
    if accounts_queries.is_office(actor):
        return "office"
    if roadmaps_rules.may_chair(actor):
        return "group chair"
    over = sorted(accounts_queries.scopes_of(actor, roles.FACILITY_EDITOR))
    return f"editor {over[0]}" if over else "member"


def side_words(side: str) -> str:
    """Who that is, in words."""
    if side.startswith("editor "):
        facility = Facility.objects.filter(slug=side.removeprefix("editor ")).values_list("short_name", flat=True).first()
        return _("an editor of %(facility)s") % {"facility": facility or side.removeprefix("editor ")}
    return {"office": _("the office"), "group chair": _("a group chair"), "member": _("a member")}.get(side, side)
