"""Works that people confirmed, as evidence for needs, techniques and the steps of chains."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from leaps.catalogue import search_index
from leaps.landscape import work_queries
from leaps.landscape.models import (
    AdoptedWork,
    ChallengeNeed,
    ChallengeTag,
    Observable,
    ObservableTechnique,
    Work,
)

STEPS = ("challenge_need", "observable", "observable_technique")


@dataclass(frozen=True, slots=True)
class Speaking:
    """A work that speaks for something, with the confirmed tags by which it does, the strongest first."""

    work: Work
    tags: tuple[ChallengeTag, ...]

    @property
    def strength(self) -> int:
        """The strongest of its tags."""
        return max((tag.strength or 0 for tag in self.tags), default=0)


def count_words(found: Sequence[Speaking]) -> str:
    """How many works speak; what was made up for a trial is counted apart."""
    synthetic = sum(one.work.is_synthetic for one in found)
    real = len(found) - synthetic
    words = ngettext("%(n)d work that people confirmed.", "%(n)d works that people confirmed.", real) % {"n": real}
    if synthetic:
        words += " " + ngettext("%(n)d more is made up for the trial.", "%(n)d more are made up for the trial.", synthetic) % {"n": synthetic}
    return words


def for_need(slug: str) -> list[Speaking]:
    """Works confirmed for a challenge that asks for the need, and that name a technique at the end of its chain."""
    ends = ObservableTechnique.objects.filter(observable__need__slug=slug, strength__gt=0).values_list("technique__panet_id", flat=True)
    return _speaking(_asking(slug), _with_finer(ends))


def for_technique(panet_id: str) -> list[Speaking]:
    """Works that name a technique or a finer form of it, and are confirmed for any challenge."""
    return _speaking(None, _with_finer([panet_id]))


def for_step(kind: str, key: str) -> list[Speaking]:
    """Works that speak for a step: confirmed for its challenge; below a need also naming the technique."""
    match kind:
        case "challenge_need":
            link = ChallengeNeed.objects.filter(slug=key).select_related("challenge", "need").first()
            return _speaking({link.challenge.slug}, None) if link else []
        case "observable":
            one = Observable.objects.filter(slug=key).select_related("need").first()
            ends = ObservableTechnique.objects.filter(observable__slug=key).values_list("technique__panet_id", flat=True)
            return _speaking(_asking(one.need.slug), _with_finer(ends)) if one else []
        case "observable_technique":
            end = ObservableTechnique.objects.filter(slug=key).select_related("observable__need", "technique").first()
            return _speaking(_asking(end.observable.need.slug), _with_finer([end.technique.panet_id])) if end else []
    return []


def adopted(kind: str, key: str) -> list[AdoptedWork]:
    """Works taken as evidence beside that of the record, but for those that were withdrawn."""
    return list(AdoptedWork.objects.filter(kind=kind, key=key, work__withdrawn_at=None).select_related("work"))


def _asking(need: str) -> set[str]:
    return set(ChallengeNeed.objects.filter(need__slug=need, strength__gt=0).values_list("challenge__slug", flat=True))


def _with_finer(techniques: Iterable[str]) -> set[str]:
    tree = search_index.current().index.techniques
    return {finer for one in techniques for finer in tree.descendants(one)}


def _speaking(challenges: set[str] | None, techniques: set[str] | None) -> list[Speaking]:
    filters: dict[str, Any] = {"work__isnull": False} | ({"challenge__slug__in": challenges} if challenges is not None else {})
    tags: dict[int | None, list[ChallengeTag]] = defaultdict(list)
    for tag in work_queries.confirmed(**filters):
        tags[tag.work_id].append(tag)
    works = Work.objects.filter(pk__in=[pk for pk in tags if pk is not None])
    if techniques is not None:
        works = works.filter(techniques__panet_id__in=techniques).distinct()
    found = [Speaking(work, tuple(sorted(tags[work.pk], key=lambda tag: (-(tag.strength or 0), tag.challenge.title)))) for work in works]
    return sorted(found, key=lambda one: (one.work.is_synthetic, -one.strength, -(one.work.year or 0), one.work.pk))
