"""Documents: what is bound, what refuses to build, what comes out, and that it comes out the same twice."""

import csv
import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from frictionless import Package

from leaps.core.documents import (
    Acceptance,
    Built,
    Call,
    Chapter,
    Citation,
    Document,
    Figure,
    NotBuilt,
    Number,
    Piece,
    Standing,
    Table,
    Unbound,
    assemble,
    build,
)
from leaps.core.documents.comparing import compare_texts
from tests.pdf import broken_rules

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" width="400" height="120"><style>.t{fill:#0b5cad;'
    "font-family:'Source Sans 3',sans-serif;font-size:20px}</style><text class=\"t\" x=\"20\" y=\"40\">Emittance</text></svg>"
)
FACTS = {
    "users": Number("35 000", "league/users", "Users of the league", Standing.SOURCED, "35000", "LEAPS", "https://example.org/l", "2024", link="/indicators/ACC-10/"),
    "rings": Number("13", "league/rings", "Storage rings", Standing.COMPUTED, "13", "counted in the record"),
    "guess": Number("40", "league/guess", "Gain in brilliance", Standing.UNVERIFIED, "40"),
}
CHAPTERS = (
    Chapter(
        "today", "Sources today",
        "About {{ value('users') }} people use them. The league runs {{ value('rings') }} rings; see {{ ref('F2') }}, {{ ref('T1') }} "
        "and {{ ref('impact') }} {{ cite('esaps') }}.\n\n{{ figure('F2') }}\n\n# Where they are\n\n{{ table('T1') }}\n\nAgain {{ value('users') }}.",
    ),
    Chapter("impact", "Impact & “more”", "It gains {{ value('guess') }} times. See {{ ref('today') }} and [a facility](/facilities/esrf/).\n\n- {{ value('users') }} here"),
)  # fmt: skip
DOCUMENT = Document("Landscape 2026", "Light sources", dt.date(2026, 11, 25), "LEAPS", CHAPTERS, "https://leaps.example/landscape/2026/", snapshot="r12")


def binder(call: Call) -> Piece:
    match call.name, call.args:
        case "value", (str(name),) if name in FACTS:
            return FACTS[name]
        case "figure", ("F2",):
            return Figure("F2", "Emittance falls with every generation.", "Emittance of rings against energy.", SVG, ("ring", "pm rad"), (("ESRF", "133"),), link="/landscape/figures/F2/")
        case "table", ("T1",):
            return Table("T1", "Facilities.", ("Name", "Instruments"), (("ESRF", "42"), ("SOLEIL", "29")), frozenset({1}))
        case "cite", ("esaps",):
            return Citation("esaps", "European Strategy 2022", "https://example.org/esaps")
    message = f"There is no {call.source}"
    raise Unbound(message, "Use what there is.")


def with_text(text: str, **changes: object) -> Document:
    return replace(DOCUMENT, chapters=(Chapter("one", "One", text),), **changes)  # type: ignore[arg-type]


class TestAssembling:
    def test_every_number_is_known_with_its_line_and_sentence(self) -> None:
        uses = assemble(DOCUMENT, binder).uses

        assert [(u.chapter, u.line, u.number.key, u.sentence) for u in uses] == [
            ("today", 1, "league/users", "About 35 000 people use them."),
            ("today", 1, "league/rings", "The league runs 13 rings; see …, … and … …."),
            ("today", 9, "league/users", "Again 35 000."),
            ("impact", 1, "league/guess", "It gains 40 times."),
            ("impact", 3, "league/users", "35 000 here"),
        ]

    @pytest.mark.parametrize(
        ("text", "row", "words"),
        [
            ("a\n\n{{ value('none') }}", 3, "There is no value('none')"),
            ("a\n{{ ref('F9') }}", 2, "refers to what the document does not hold"),
            ("in a sentence {{ figure('F2') }}", 1, "paragraph of its own"),
            ("- {{ table('T1') }}", 1, "paragraph of its own"),
            ("| a |\n|---|\n| {{ table('T1') }} |", 3, "paragraph of its own"),
            ("x\n\n![secret](/etc/passwd)", 3, "picture from elsewhere"),
            ("[x](javascript:alert(1))", 1, "no link a reader can follow"),
            ("[x](file:///etc/passwd)", 1, "no link a reader can follow"),
            ("[x](//evil.example/)", 1, "no link a reader can follow"),
            ("{% for a in b %}", 1, "statement of another language"),
        ],
    )
    def test_what_cannot_be_printed_is_named_by_line(self, text: str, row: int, words: str) -> None:
        found = assemble(with_text(text), binder).problems

        assert [(p.file, p.row) for p in found] == [("one", row)]
        assert words in str(found[0])
        with pytest.raises(NotBuilt):
            build(assemble(with_text(text), binder))

    def test_a_release_refuses_what_nobody_has_verified_unless_somebody_answers_for_it(self) -> None:
        text = "It gains {{ value('guess') }} times."
        draft, release = with_text(text), with_text(text, is_draft=False)
        accepted = with_text(text, is_draft=False, accepted={"league/guess": Acceptance("Ada Board", "a design value")})

        assert assemble(draft, binder).problems == ()
        assert "nobody has verified" in str(assemble(release, binder).problems[0])
        assert "Accepted by Ada Board: a design value" in build(assemble(accepted, binder)).html["one"]

    def test_a_text_can_hand_nothing_through_to_a_writer(self) -> None:
        hostile = '<script>alert(1)</script> <img src=x onerror=y>\n\n```{=typst}\n#read("/etc/passwd")\n```\n\n`#read("x")`{=typst} `<b>`{=html} \\input{/etc/passwd} #read("/etc/passwd")'
        built = build(assemble(with_text(hostile), binder))

        assert not re.search(r"<(script|img|b)\b", built.html["one"])
        assert "root:" not in text_of(built.pdf)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


@pytest.fixture(scope="module")
def built() -> Built:
    return build(assemble(DOCUMENT, binder))


class TestBuilding:
    def test_twice_is_the_same_to_the_byte(self, built: Built, tmp_path: Path) -> None:
        again = build(assemble(DOCUMENT, binder))
        first, second = (build(assemble(DOCUMENT, binder), kept=tmp_path) for _ in range(2))

        assert again.digest == built.digest == first.digest == second.digest

    def test_another_number_is_another_document(self, built: Built) -> None:
        def other(call: Call) -> Piece:
            piece = binder(call)
            return replace(piece, text="36 000") if isinstance(piece, Number) and piece.key == "league/users" else piece

        changed = build(assemble(DOCUMENT, other))

        assert changed.digest != built.digest
        assert "36\u00a0000" in changed.html["today"]

    def test_html_leads_from_a_number_to_its_source_and_holds_no_style(self, built: Built) -> None:
        page = built.html["today"]

        assert '<a href="/indicators/ACC-10/">35\u00a0000</a>' in page
        assert 'href="https://example.org/l"' in page
        assert page.count("Users of the league.") == 1
        assert '<img src="../figures/F2.svg" alt="Emittance of rings against energy."' in page
        assert 'href="#fig-F2">Figure 1</a>' in page
        assert 'href="../impact/#chapter-impact">chapter 2, Impact &amp; “more”</a>' in page
        assert '<th class="num">Instruments</th>' in page
        assert page.count("<table") == page.count("scroll-x")
        assert '<td class="num" data-label="Instruments"><span>' in page  # on a phone each cell names its column
        assert "style=" not in page

    def test_every_link_within_the_html_leads_somewhere(self, built: Built) -> None:
        for page in built.html.values():
            ids = set(re.findall(r'id="([^"]+)"', page))
            assert len(ids) == len(re.findall(r'id="([^"]+)"', page))
            assert set(re.findall(r'href="#([^"]+)"', page)) <= ids

    def test_an_unverified_number_is_marked_in_a_draft(self, built: Built) -> None:
        assert "(unverified)" in built.html["impact"]
        assert "(unverified)" in text_of(built.pdf).replace("\u00a0", " ")

    def test_the_pdf_is_tagged_titled_and_claims_ua(self, built: Built) -> None:
        with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
            root, meta = pdf.Root, pdf.open_metadata()
            alts = [str(o["/Alt"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
            kinds = {str(o["/S"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o}

            assert bool(root.MarkInfo.Marked)
            assert str(root.Lang) == "en"
            assert (meta["dc:title"], meta["pdfuaid:part"]) == ("Landscape 2026", "1")
        assert "Emittance of rings against energy." in alts
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/Note", "/Link"} <= kinds

    def test_an_independent_validator_finds_no_fault_in_the_pdf(self, built: Built) -> None:
        assert broken_rules(built.pdf) == []

    def test_the_validator_would_tell(self, built: Built) -> None:
        with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
            del pdf.Root.StructTreeRoot
            del next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o)["/Alt"]
            pdf.save(spoiled := io.BytesIO())
        assert broken_rules(spoiled.getvalue()) != []

    def test_the_pdf_says_what_the_page_says(self, built: Built) -> None:
        text = text_of(built.pdf).replace("\u00a0", " ")

        for words in ("35 000", "Figure 1.", "Table 1.", "Emittance falls", "SOLEIL", "Draft", "[1] European Strategy 2022", "Source: LEAPS"):
            assert words in text

    def test_the_docx_holds_text_notes_and_picture(self, built: Built) -> None:
        with zipfile.ZipFile(io.BytesIO(built.docx)) as archive:
            body, notes = (archive.read(f"word/{name}.xml").decode() for name in ("document", "footnotes"))
            pictures = [n for n in archive.namelist() if n.endswith(".png")]

        assert "Sources today" in body
        assert 'descr="Emittance of rings against energy."' in body
        assert "Users of the league." in re.sub(r"<[^>]+>", "", notes)
        assert len(pictures) == 1

    def test_the_twin_and_the_package_hold_every_number(self, built: Built, tmp_path: Path) -> None:
        twin = json.loads(built.jsonld)
        (tmp_path / "data.zip").write_bytes(built.package)
        report = Package(str(tmp_path / "data.zip")).validate()
        with zipfile.ZipFile(tmp_path / "data.zip") as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("data/numbers.csv").decode())))

        assert {n["propertyID"] for n in twin["variableMeasured"]} == {"league/users", "league/rings", "league/guess"}
        assert [c["name"] for c in twin["hasPart"]] == ["Sources today", "Impact & “more”"]
        assert report.valid, report.to_summary()
        assert len(rows) == 5
        assert rows[0]["source_url"] == "https://example.org/l"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("a b c", "a b c", [("same", "a b c")]),
        ("The ring has 42 lines.", "The ring has 44 lines.", [("same", "The ring has "), ("gone", "42"), ("new", "44"), ("same", " lines.")]),
        ("", "x", [("new", "x")]),
        ("x", "", [("gone", "x")]),
    ],
)
def test_texts_are_compared_word_by_word(before: str, after: str, found: list[tuple[str, str]]) -> None:
    assert [(part.kind, part.text) for part in compare_texts(before, after)] == found
