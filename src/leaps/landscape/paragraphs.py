"""Which paragraph of a changed text is which of the text before, so that remarks stay with what they are about."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

ALIKE: Final = 0.6
"""Share of words, in order, that two paragraphs have in common if one is the other, edited."""
TELLING: Final = 5
"""With fewer words than these a paragraph is only known by being the same."""
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_WORD: Final = re.compile(r"\{\{.*?\}\}|[^\W_]+", re.DOTALL)
_CALL: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a Markdown text, and the line it begins on."""

    text: str
    line: int


def paragraphs(text: str) -> list[Paragraph]:
    """What stands between empty lines."""
    found, line, start = [], 1, 0
    for match in [*_BLANK.finditer(text), None]:
        part = text[start : match.start() if match else len(text)]
        if part.strip():
            found.append(Paragraph(part.strip(), line + part[: len(part) - len(part.lstrip())].count("\n")))
        if match:
            line += part.count("\n") + match[0].count("\n")
            start = match.end()
    return found


def words(text: str) -> list[str]:
    """The words of a paragraph in small letters; a call is one word."""
    return [word.casefold() for word in _WORD.findall(text)]


def likeness(a: Sequence[str], b: Sequence[str], least: float = 0.0) -> float:
    """The share of words, in order, that two paragraphs have in common; 0 when it is below `least`."""
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    found = matcher.ratio()
    return found if found >= least else 0.0


def follow(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Where each paragraph has gone, by its place; those that are gone are not in it.

    The same text first, in order where it repeats; then the likest, one for one, ties by nearness; then what was put together
    with another. The same input always gives the same.
    """
    found = _same(before, after)
    left = [i for i in range(len(before)) if i not in found]
    free = [j for j in range(len(after)) if j not in set(found.values())]
    told = {text: words(text) for text in {*(before[i] for i in left), *(after[j] for j in free)}}
    pairs = [(-likeness(told[before[i]], told[after[j]], ALIKE), abs(i - j), i, j) for i in left for j in free]
    taken: set[int] = set()
    for score, _distance, i, j in sorted(pairs):
        if score < 0 and i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    for i in left:
        if i not in found and (within := _within(before[i], after, i)) is not None:
            found[i] = within
    return found


def _same(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Pairs with the same text. Of repeated ones first those that stay between their neighbours, then the nearest."""
    found: dict[int, int] = {}
    for a, b, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        found |= {a + k: b + k for k in range(size)}
    places: dict[str, list[int]] = defaultdict(list)
    taken = set(found.values())
    for j, text in enumerate(after):
        if j not in taken:
            places[text].append(j)
    pairs = sorted((abs(i - j), i, j) for i, text in enumerate(before) if i not in found for j in places[text])
    for _distance, i, j in pairs:
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _within(text: str, after: Sequence[str], place: int) -> int | None:
    """The nearest paragraph that holds the whole of this one."""
    plain = " ".join(text.split())
    if len(words(text)) < TELLING:
        return None
    holders = [(abs(place - j), j) for j, other in enumerate(after) if plain in " ".join(other.split())]
    return min(holders)[1] if holders else None


def find(text: str, among: Sequence[str]) -> int | None:
    """The place of a paragraph in another text: the same, else the likest if it is telling enough."""
    if text in among:
        return list(among).index(text)
    wanted = words(text)
    if len(wanted) < TELLING:
        return None
    best = max(((likeness(wanted, words(other), ALIKE), -j) for j, other in enumerate(among)), default=(0.0, 0))
    return -best[1] if best[0] > 0 else None


def of_quote(quote: str, among: Sequence[str], near: int = 0) -> int | None:
    """Which paragraph of a Markdown text a reader saw, of whom we have the beginning of what stood on the page.

    There numbers stand where the text has calls, so calls are left out; ties by nearness to the place on the page.
    """
    return _seen(words(quote), [words(_CALL.sub(" ", text)) for text in among], near)


def of_source(text: str, shown: Sequence[str], near: int = 0) -> int | None:
    """The other way round: which paragraph of a page shows a paragraph of the text."""
    return _seen(words(_CALL.sub(" ", text)), [words(one) for one in shown], near)


def _seen(wanted: Sequence[str], among: Sequence[Sequence[str]], near: int) -> int | None:
    if not wanted:
        return None
    scored = []
    for j, own in enumerate(among):
        common = sum(block.size for block in SequenceMatcher(None, wanted, own, autojunk=False).get_matching_blocks())
        if common / len(wanted) >= ALIKE:
            # Of a long paragraph only the beginning was kept: the rest of it must not count against it.
            scored.append((-round(common / len(wanted), 3), -round(likeness(wanted, own[: len(wanted)]), 3), abs(j - near), j))
    return min(scored)[3] if scored else None
