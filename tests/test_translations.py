"""Every text of the interface can be translated: it goes through gettext, whole and literal."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tools import messages

TEMPLATES = sorted(messages.SOURCE.rglob("templates/**/*.html"))
SPOKEN = {"aria-label", "title", "placeholder", "alt", "content"}
# Names and codes that are the same in every language.
UNTRANSLATED = re.compile(
    r"PaNET|CC BY 4\.0|doi:10\.5281/zenodo\.4806026|Tan et al\. 2025, J\. Synchrotron Rad\. 32, 1361|"
    r"LEAPS Commons|\bSVG\b|\bPNG\b|\bCSV\b|\bXLSX\b|\bJSON\b|\beV\b|\bkeV\b|\bnm\b|Å|µm|\bkm\b|&[a-z]+;|&#\d+;|openapi\.json|"
    r"leaps-record|provenance\.csv|\.csv|\.zip"
)  # fmt: skip


class _Texts(HTMLParser):
    """What a person would read or hear, from markup whose template tags are gone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "code", "kbd"):
            self.silent += 1
        for name, value in attrs:
            if name in SPOKEN and value and not (tag == "meta" and dict(attrs).get("name") != "description"):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "code", "kbd"):
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(template: str) -> list[str]:
    """Words that stand in a template outside of gettext."""
    text = re.sub(r"{% comment .*?%}.*?{% endcomment %}|{#.*?#}", "", template, flags=re.DOTALL)
    text = re.sub(r"{% blocktrans.*?{% endblocktrans(late)? %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    texts = _Texts()
    texts.feed(text)
    left = (UNTRANSLATED.sub("", found).strip() for found in texts.found)
    return [found for found in left if re.search(r"[^\W\d_]{2,}", found)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(messages.SOURCE)))
def test_a_template_says_nothing_outside_of_gettext(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("<p>{% blocktranslate %}Hello{% endblocktranslate %}</p>", []),
        ('<p>{% translate "Hello" %} and more</p>', ["and more"]),
        ('<a aria-label="Close">{% translate "x" %}</a>', ["Close"]),
        ('<a aria-label="{% translate "Close" %}">×</a>', []),
        ("<p>{{ value }} eV · PaNET 1.3.0</p>", []),
        ("{# a remark #}<script>let it = 1;</script>", []),
        ("{% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %} left", ["left"]),
    ],
)
def test_the_scan_tells_marked_from_unmarked(template: str, found: list[str]) -> None:
    assert untranslated(template) == found


def test_every_text_can_be_collected() -> None:
    found = messages.collect()

    assert len(found) > 600
    singulars = {singular for _context, singular, _plural in found}
    assert {"Where in Europe can you measure it?", "is not one of the allowed values", "photon source"} <= singulars
    assert any(plural for _c, _s, plural in found)
    assert ("wordmark", "Commons", "") in found


def test_placeholders_are_named() -> None:
    """A translator may have to change their order."""
    for (_context, singular, plural), places in messages.collect().items():
        assert not re.search(r"%[sdrf]", (singular + plural).replace("%%", "")), places


def test_sentences_are_not_built_from_pieces() -> None:
    """gettext gets plain text: no f-string, no sum, no variable."""
    with pytest.raises(messages.NotLiteral, match=r"x\.py:1"):
        list(messages.in_python('_(f"Hello {name}")', "x.py"))
    with pytest.raises(messages.NotLiteral):
        list(messages.in_python("gettext(word)", "x.py"))


def test_the_file_for_translators_is_gettexts() -> None:
    text = messages.template_file({("", 'Say "x"\nand y', ""): ["a.py:1"], ("menu", "one %(n)d", "many %(n)d"): ["b.html:2"]})

    assert 'msgid ""\n"Say \\"x\\"\\n"\n"and y"\nmsgstr ""' in text
    assert '#: b.html:2\n#, python-format\nmsgctxt "menu"\nmsgid "one %(n)d"\nmsgid_plural "many %(n)d"\nmsgstr[0] ""' in text
