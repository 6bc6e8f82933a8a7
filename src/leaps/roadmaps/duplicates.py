"""Join or repeat? The same technology at work in two places, found by what is tagged with it and by words.

A tag is the technology that somebody has named. Where none is named, words are compared: the share of likeness is told,
because a likeness is a hint and not a finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

ALIKE: Final = 85.0
"""Likeness in per cent from which words say the same."""
_NOT_TELLING: Final = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "into", "new", "of", "on", "one", "or", "our", "ring", "the", "to", "two", "up", "with", "line", "lines", "beamline", "beamlines", "synthetic", "purchase", "order", "project", "phase"]
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Something at a facility that works on a technology, or has it: a target, a milestone, a purchase.

    `technology` is empty where none is named. `likeness` 100: by tag; less: by words.
    """

    facility: str
    facility_name: str
    technology: str
    area: str
    title: str
    what: str
    url: str
    is_over: bool = False
    likeness: float = 100.0


@dataclass(frozen=True, slots=True)
class Twice:
    """A technology at work at two facilities or more. `has`: what others have behind them, who can be asked."""

    technology: str
    title: str
    at_work: tuple[Trace, ...]
    has: tuple[Trace, ...]

    @property
    def facilities(self) -> tuple[str, ...]:
        """Where it is at work."""
        return tuple(sorted({trace.facility_name for trace in self.at_work}, key=str.casefold))

    @property
    def before(self) -> tuple[str, ...]:
        """Who has done it and is not at it now."""
        return tuple(sorted({trace.facility_name for trace in self.has} - set(self.facilities), key=str.casefold))

    @property
    def is_by_words(self) -> bool:
        """Whether likeness of words alone puts two facilities together."""
        return len({trace.facility for trace in self.at_work if trace.likeness == 100}) < 2


def words_of(text: str) -> str:
    """The telling words of a text in one form: small, without plurals, each once, in order of the alphabet."""
    found = {word.removesuffix("s") if len(word) > 3 else word for word in re.findall(r"\w+", text.casefold().replace("-", " "))}
    return " ".join(sorted(found - _NOT_TELLING))


def likeness(one: str, other: str) -> float:
    """How alike the telling words of two texts are, 0 to 100; a single word in common says nothing."""
    first, second = words_of(one), words_of(other)
    shared = set(first.split()) & set(second.split())
    if len(shared) < min(2, len(first.split()), len(second.split())) or not shared:
        return 0.0
    if len(shared) == 1 and len(first.split()) != len(second.split()):
        return 0.0
    return float(fuzz.token_set_ratio(first, second))


def twice(traces: Iterable[Trace], technologies: Mapping[str, tuple[str, str]]) -> list[Twice]:
    """Technologies at work at two facilities or more, the most first; `technologies` by key: name and area.

    What names no technology is counted with the one whose name its words are like, of the same area where both have one;
    what is like none is compared with the others that are like none.
    """
    by_tag: dict[str, list[Trace]] = defaultdict(list)
    loose: list[Trace] = []
    for trace in traces:
        tagged = trace if trace.technology else _matched(trace, technologies)
        if tagged.technology:
            by_tag[tagged.technology].append(tagged)
        else:
            loose.append(trace)
    found = [
        Twice(key, technologies[key][0] if key in technologies else key, tuple(t for t in group if not t.is_over), tuple(t for t in group if t.is_over))
        for key, group in by_tag.items()
    ]
    found += [Twice("", group[0].title, tuple(group), ()) for group in _alike(loose)]
    several = [one for one in found if len(one.facilities) > 1]
    return sorted(several, key=lambda one: (one.is_by_words, -len(one.facilities), one.title.casefold()))


def _matched(trace: Trace, technologies: Mapping[str, tuple[str, str]]) -> Trace:
    best, score = "", 0.0
    for key, (name, area) in technologies.items():
        if trace.area and area and trace.area != area:
            continue
        alike = likeness(trace.title, name)
        if alike > score:
            best, score = key, alike
    return replace(trace, technology=best, likeness=min(99.0, score)) if score >= ALIKE else trace


def _alike(loose: Sequence[Trace]) -> list[list[Trace]]:
    """Groups around the first of them; what is over is nobody's double."""
    groups: list[list[Trace]] = []
    for trace in loose:
        if trace.is_over:
            continue
        for group in groups:
            alike = likeness(trace.title, group[0].title) if trace.area == group[0].area else 0.0
            if alike >= ALIKE:
                group.append(replace(trace, likeness=min(99.0, alike)))
                break
        else:
            groups.append([replace(trace, likeness=99.0)])
    return groups
