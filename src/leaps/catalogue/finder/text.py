"""Words: how text is cut, folded and made comparable. The same for records, queries and vocabulary."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "μ": "u", "µ": "u",
    "σ": "s", "ς": "s",
})  # fmt: skip

SMALL_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "by",
        "can",
        "could",
        "do",
        "for",
        "from",
        "get",
        "have",
        "having",
        "how",
        "i",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "near",
        "of",
        "on",
        "or",
        "our",
        "please",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "using",
        "use",
        "via",
        "want",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "within",
        "would",
        "need",
        "show",
        "find",
        "looking",
        "look",
        "europe",
    ]
)
GENERIC_WORDS: Final = frozenset(
    {"beamline", "instrument", "technique", "method", "measurement", "experiment"}
)
"""Words every record could carry: asking for them says nothing, so they are not searched."""

_NOT_PLURAL: Final = ("ss", "us", "is")
_X: Final = "x"
_METHODS: Final = (
    ("scope", "scopy"),
    ("scopic", "scopy"),
    ("graphic", "graphy"),
    ("ometer", "ometry"),
    ("ometric", "ometry"),
)


class Word(NamedTuple):
    """A comparable word and where it stood in the (NFC) text."""

    token: str
    start: int
    end: int


def normal(text: str) -> str:
    """The text in the form word positions refer to."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Small letters without accents: Ångström and angstrom, Orphée and orphee are the same."""
    lowered = text.casefold().translate(_LETTERS)
    return "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    ).translate(_LETTERS)


def stem(token: str) -> str:
    """The token without a plural s, and the name of a method for its apparatus or its adjective.

    Nothing cleverer, so that acronyms and names stay whole: microscopes, microscopic > microscopy.
    """
    if len(token) > 4 and token.endswith("s") and not token.endswith(_NOT_PLURAL) and token.isalpha():
        token = token[:-1]
    if len(token) > 7:
        for ending, method in _METHODS:
            if token.endswith(ending):
                return token.removesuffix(ending) + method
    return token


def words(text: str) -> Iterator[Word]:
    """The words of a text. `x-ray`, `x ray` and `X-rays` are all one word, `xray`."""
    text = normal(text)
    held: Word | None = None
    for match in _WORD.finditer(text):
        # Folding may leave marks that are no letters (½ becomes 1⁄2); they would break look-ups.
        token = stem("".join(c for c in fold(match.group())[:40] if c.isalnum()))
        if not token:
            continue
        word = Word(token, match.start(), match.end())
        if held is not None:
            before, held = held, None
            if token in {"ray", "rays"} and word.start - before.end <= 1:
                yield Word("xray", before.start, word.end)
                continue
            yield before
        if token == _X:
            held = word
        else:
            yield word
    if held is not None:
        yield held


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts ID2 before ID10."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.findall(r"\d+|\D+", fold(text)[:200])
    )
