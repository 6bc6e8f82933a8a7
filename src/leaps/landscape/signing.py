"""What somebody signs, its digest, and what differs from what stands now. On plain values, no database."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leaps.core.documents import Assembled, Figure, Number, Table, Use

Contents = dict[str, Any]
"""By kind (chapters, numbers, figures, tables, sentences) and key: a name for people, and what it says or its digest."""

KINDS: Final = ("chapters", "numbers", "figures", "tables", "sentences")
_GAP: Final = "…"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was signed. Of a chapter `before` and `after` are versions; empty where there is none."""

    kind: str
    key: str
    name: str
    before: str
    after: str


def sha(text: str) -> str:
    """The digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def chapter(title: str, text: str, version: int) -> dict[str, Any]:
    """A chapter as it is signed: by its words, whatever its number of version."""
    return {"name": title, "says": sha(f"{title}\n{text}"), "version": version}


def numbers(uses: Iterable[Use]) -> dict[str, Any]:
    """The bound numbers of a text as it prints them."""
    return {use.number.key: {"name": use.number.label, "says": use.number.text} for use in uses}


def printed(assembled: Assembled, versions: Mapping[str, int]) -> Contents:
    """A document as it is about to be printed. Figures and tables count by their data, not by the day in their captions."""
    texts = {one.slug: chapter(one.title, one.text, versions.get(one.slug, 0)) for one in assembled.document.chapters}
    return {
        "chapters": texts, "numbers": numbers(assembled.uses), "figures": _data(assembled.pieces_of(Figure)), "tables": _data(assembled.pieces_of(Table)),
    }  # fmt: skip


def _data(pieces: Mapping[str, Figure | Table]) -> dict[str, Any]:
    return {key: {"name": one.caption[:200], "says": sha(json.dumps([one.head, one.rows]))} for key, one in pieces.items()}


def about_a_facility(uses: Iterable[Use], everything: Sequence[Use], now: Mapping[str, Number]) -> Contents:
    """What a facility signs: its numbers as they are now, and the words of the sentences they stand in, whatever else is counted there."""
    counted: dict[str, set[str]] = defaultdict(set)
    for use in everything:
        counted[use.sentence].add(use.number.text)
    values, sentences = {}, {}
    for use in uses:
        number = now.get(use.number.key, use.number)
        values[number.key] = {"name": number.label, "says": number.raw}
        words = use.sentence
        for text in sorted(counted[use.sentence], key=lambda one: (-len(one), one)):
            words = words.replace(text, _GAP)
        sentences[sha(words)] = {"name": words, "says": words}
    return {"numbers": values, "sentences": sentences}


def digest(contents: Contents) -> str:
    """The digest of what is signed; names and numbers of versions do not count."""
    told = {kind: {key: one["says"] for key, one in contents.get(kind, {}).items()} for kind in KINDS}
    return sha(json.dumps(told, sort_keys=True))


def differences(signed: Contents, present: Contents) -> list[Difference]:
    """What is not as it was signed, in the order of the text."""
    found = []
    for kind in KINDS:
        before, after = signed.get(kind, {}), present.get(kind, {})
        for key in [*before, *(key for key in after if key not in before)]:
            a, b = before.get(key), after.get(key)
            if (a or {}).get("says") != (b or {}).get("says"):
                found.append(Difference(kind, key, (b or a)["name"], _told(kind, a), _told(kind, b)))
    return found


def _told(kind: str, one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    return {"chapters": str(one.get("version", "")), "figures": _GAP, "tables": _GAP}.get(kind) or str(one["says"])
