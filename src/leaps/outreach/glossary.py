"""The glossary: written once, in the documentation, and shown on the site.

The page understands what the file uses and nothing else: `## Word`, paragraphs, `code`, **strong**
and [links](#anchors).
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import escape
from django.utils.text import slugify

from leaps.outreach.types import Term

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\((#[a-z0-9-]+|https://[^)\s]+)\)")


def parse(markdown: str) -> tuple[Term, ...]:
    """The words of the glossary in their order."""
    terms = []
    for section in re.split(r"^## ", markdown, flags=re.MULTILINE)[1:]:
        word, _newline, rest = section.partition("\n")
        paragraphs = (" ".join(block.split()) for block in rest.strip().split("\n\n"))
        terms.append(Term(slugify(word), word.strip(), tuple(_markup(p) for p in paragraphs if p)))
    return tuple(terms)


def _markup(paragraph: str) -> str:
    """A paragraph as HTML. Escaped first: only the marks above become elements."""
    html = str(escape(paragraph))
    html = _CODE.sub(r"<code>\1</code>", html)
    html = _STRONG.sub(r"<strong>\1</strong>", html)
    return _LINK.sub(r'<a href="\2">\1</a>', html)


@cache
def terms() -> tuple[Term, ...]:
    """The glossary of this release."""
    return parse(Path(settings.GLOSSARY).read_text(encoding="utf-8"))
