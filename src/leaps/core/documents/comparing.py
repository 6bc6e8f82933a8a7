"""Two states of a text or of the numbers in it, side by side."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from leaps.core.documents.assembly import Use

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a comparison: in both texts, only in the former, only in the later."""

    kind: Literal["same", "gone", "new"]
    text: str


def compare_texts(before: str, after: str) -> list[Part]:
    """The differences word by word; the parts of kind same and gone make the former text, same and new the later."""
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    return list(_parts(a, b))


def _parts(a: Sequence[str], b: Sequence[str]) -> Iterator[Part]:
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(a[a0:a1]))
            continue
        if a1 > a0:
            yield Part("gone", "".join(a[a0:a1]))
        if b1 > b0:
            yield Part("new", "".join(b[b0:b1]))


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that is no longer what it was, with the sentences somebody has to read again."""

    key: str
    label: str
    before: str
    after: str
    sentences: tuple[Use, ...]


def moved_numbers(before: Sequence[Use], after: Sequence[Use]) -> list[Moved]:
    """The numbers of a text whose value, standing or source changed; the sentences are those of `before`.

    `after` are the same calls answered later; a key it does not hold counts as withdrawn (`after` empty).
    """
    now = {use.number.key: use.number for use in after}
    found: dict[str, list[Use]] = {}
    for use in before:
        new = now.get(use.number.key)
        if new is None or (new.text, new.standing, new.source_url, new.as_of) != (use.number.text, use.number.standing, use.number.source_url, use.number.as_of):
            found.setdefault(use.number.key, []).append(use)
    return [
        Moved(key, uses[0].number.label, uses[0].number.text, now[key].text if key in now else "", tuple(uses)) for key, uses in found.items()
    ]
