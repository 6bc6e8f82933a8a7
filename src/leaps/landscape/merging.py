"""Two changes of one text: put together where they touch different paragraphs."""

import re
from difflib import SequenceMatcher

_PARAGRAPHS = re.compile(r"(\n{2,})")


def _split(text: str) -> list[str]:
    """Paragraphs with the empty lines after them, so that joined they are the text again."""
    parts = _PARAGRAPHS.split(text)
    return ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]


def _changes(base: list[str], other: list[str]) -> list[tuple[int, int, list[str]]]:
    found = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(a0, a1, other[b0:b1]) for tag, a0, a1, b0, b1 in found if tag != "equal"]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of a text in one, or None when they touch the same paragraph or neighbouring insertions.

    What both changed in the same way is taken once.
    """
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    # The last paragraph has no empty line behind it; with one, adding after it is no change of it.
    texts = [_split(text.rstrip("\n") + "\n\n") for text in (base, mine, theirs)]
    ours, others = _changes(texts[0], texts[1]), _changes(texts[0], texts[2])
    for a0, a1, new in ours:
        for b0, b1, other in others:
            if (a0, a1, new) != (b0, b1, other) and a0 <= b1 and b0 <= a1 and ((a0 < b1 and b0 < a1) or a0 == b0 or a1 == b1):
                return None
    joined = [*ours, *(change for change in others if change not in ours)]
    paragraphs = list(texts[0])
    for start, end, new in sorted(joined, key=lambda change: (change[0], change[1]), reverse=True):
        paragraphs[start:end] = new
    return "".join(paragraphs).rstrip("\n") + "\n"
